"""The network of the multilingual Universal Sentence Encoder (Yang et al. 2019), computed from its published weights.

Two layers of convolutions over 2, 3 and 5 pieces of words, summed up over a sentence, then dense layers. What the
first layer makes of a piece depends on the piece alone, so it is computed once and remembered: that is more than half
of the work, for the same pieces come again. What is multiplied has the same shape always, filled up where there is
less: numpy rounds by the shape, so a sentence has the same vector whatever it is encoded with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.translated.kernels.network import convolve, normalise, summed

Floats: TypeAlias = "NDArray[np.float32]"

CHUNKS = 17
"""Tables that the pieces' embeddings are dealt out to, each with steps of its own."""

ORDERS = ((2, 0), (3, 1), (5, 2))
"""Pieces that a convolution sees, and how many of them stand before its own."""

WIDTH = 256
"""Dimensions of a convolution."""

ROWS, SENTENCES = 96, 16
"""Pieces and sentences that are multiplied at a time."""

PIECES = 4 * ROWS
"""Pieces from which on no more sentences are taken together: what is at work then fits into a cache."""

REMEMBERED = 8192
"""Pieces of which the first layer is remembered, 13 kB each."""


class Network:
    """Pieces of words to vectors of sentences. For one thread at a time: it remembers pieces."""

    def __init__(self, weights: Path) -> None:
        with np.load(weights, allow_pickle=False) as kept:
            first = kept["q1"]
            self._table = np.empty((CHUNKS * first.shape[0], first.shape[1]), np.uint8)
            for chunk in range(CHUNKS):
                self._table[chunk::CHUNKS] = kept[f"q{chunk + 1}"]
            self._weights = {name: kept[name] for name in kept.files if not name.startswith("q")}
        self._layers = [
            _Convolution(self._weights[f"w{layer}_{order}"], self._weights[f"b{layer}_{order}"], order, left)
            for layer in (1, 2)
            for order, left in ORDERS
        ]
        self._embed, self._embed_bias, self._embed_gain, self._embed_shift = (
            np.concatenate([self._weights[f"{name}{order}"] for order, _ in ORDERS], axis=-1)
            for name in ("proj", "proj_b", "ln_g", "ln_b")
        )
        self._row_of = np.full(len(self._table), -1, np.int64)
        self._inputs = [np.empty((REMEMBERED, WIDTH), np.float32) for _ in ORDERS]
        self._shares = [np.empty((REMEMBERED, order * WIDTH), np.float32) for order, _ in ORDERS]
        self._known = 0

    def vectors(self, sentences: Sequence[Sequence[int]]) -> Floats:
        """The vectors of sentences, given as numbers of pieces, shape ``(sentences, 512)``, of length 1."""
        sums = [self._summed(some) for some in _together(sentences)]
        return self._dense(np.concatenate(sums), np.array([len(one) for one in sentences], np.float32))

    def _summed(self, sentences: Sequence[Sequence[int]]) -> Floats:
        """What the convolutions make of the pieces of a few sentences, summed up over each."""
        pieces = np.concatenate([np.asarray(one, np.int64) for one in sentences])
        bounds = np.concatenate(([0], np.cumsum([len(one) for one in sentences], dtype=np.int64)))
        rows = self._rows(pieces)
        own = np.arange(pieces.size)
        out = np.empty((pieces.size, self._table.shape[1] + len(ORDERS) * WIDTH), np.float32)
        self._embedded(pieces, out)
        at = self._table.shape[1]
        for number, (first, second) in enumerate(zip(self._layers[:3], self._layers[3:], strict=True)):
            inner = np.empty((pieces.size, WIDTH), np.float32)
            convolve(
                self._shares[number], self._inputs[number], rows, bounds, first.left, first.bias, inner, 0
            )
            convolve(second.shares(inner), inner, own, bounds, second.left, second.bias, out, at)
            at += WIDTH
        gain, shift, eps = (self._weights[name] for name in ("ln_g", "ln_b", "eps"))
        normalise(out, gain, shift, np.float32(eps))
        sums = np.empty((len(sentences), out.shape[1]), np.float32)
        summed(out, bounds, sums)
        return sums

    def _rows(self, pieces: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where the first layer of some pieces is remembered, computed where it is not yet."""
        new = np.unique(pieces[self._row_of[pieces] < 0])
        if self._known + new.size > REMEMBERED:
            self._row_of[:] = -1
            self._known = 0
            new = np.unique(pieces)
        if new.size:
            place = slice(self._known, self._known + new.size)
            embedded = np.empty((new.size, self._table.shape[1]), np.float32)
            self._embedded(new, embedded)
            inputs = _times(embedded, self._embed, ROWS) + self._embed_bias
            normalise(inputs, self._embed_gain, self._embed_shift, np.float32(self._weights["eps"]))
            for number, layer in enumerate(self._layers[: len(ORDERS)]):
                self._inputs[number][place] = inputs[:, number * WIDTH : (number + 1) * WIDTH]
                self._shares[number][place] = layer.shares(self._inputs[number][place])
            self._row_of[new] = np.arange(place.start, place.stop)
            self._known = place.stop
        return self._row_of[pieces]

    def _embedded(self, pieces: NDArray[np.int64], out: Floats) -> None:
        """Write the embeddings of pieces to the first columns."""
        chunk = pieces % CHUNKS
        columns = out[:, : self._table.shape[1]]
        np.copyto(columns, self._table[pieces])
        columns *= self._weights["scale"][chunk, None]
        columns += self._weights["lo"][chunk, None]

    def _dense(self, sums: Floats, lengths: Floats) -> Floats:
        """The dense layers, over sentences of so many pieces."""
        kept = self._weights
        mean = _times(sums, kept["cnn_W"], SENTENCES) + lengths[:, None] * kept["cnn_b"]
        mean *= np.reciprocal(np.sqrt(lengths))[:, None]
        inner = np.maximum(_times(mean, kept["d0"], SENTENCES), 0)
        inner = np.maximum(_times(mean, kept["p1"], SENTENCES) + _times(inner, kept["d1"], SENTENCES), 0)
        outer = np.maximum(_times(inner, kept["d2"], SENTENCES), 0)
        outer = np.tanh(_times(inner, kept["p3"], SENTENCES) + _times(outer, kept["d3"], SENTENCES))
        length = np.sqrt(np.maximum((outer * outer).sum(axis=1), kept["eps"], dtype=np.float32))
        out: Floats = outer / length[:, None]
        return out


class _Convolution:
    """One convolution, parted: what each piece that it sees has to do with the result."""

    def __init__(self, matrix: Floats, bias: Floats, order: int, left: int) -> None:
        self.bias = bias
        self.left = left
        parts = matrix.reshape(order, WIDTH, WIDTH).transpose(1, 0, 2)
        self._matrix = np.ascontiguousarray(parts.reshape(WIDTH, order * WIDTH))

    def shares(self, inputs: Floats) -> Floats:
        """What each input adds to the results of which it is the first piece, the second ..., side by side."""
        return _times(inputs, self._matrix, ROWS)


def _times(rows: Floats, matrix: Floats, block: int) -> Floats:
    """The product of two matrices, so many rows at a time."""
    count = -(-len(rows) // block)
    filled = np.zeros((count * block, rows.shape[1]), np.float32)
    filled[: len(rows)] = rows
    out: Floats = (filled.reshape(count, block, -1) @ matrix).reshape(count * block, -1)[: len(rows)]
    return out


def _together(sentences: Sequence[Sequence[int]]) -> Iterator[Sequence[Sequence[int]]]:
    """Sentences in groups of about `PIECES` pieces."""
    first = pieces = 0
    for place, one in enumerate(sentences):
        if place > first and pieces + len(one) > PIECES:
            yield sentences[first:place]
            first, pieces = place, 0
        pieces += len(one)
    yield sentences[first:]
