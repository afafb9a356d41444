"""Sentences of an article as they are compared and kept: vectors, names and figures, no text."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from dedup.text.kernels.tokens import APART, LENGTH_CLASS, MYANMAR, SIGN_WORD, STARTS_SENTENCE, THAI
from dedup.text.words import Columns, equivalents
from dedup.translated import vectors
from dedup.translated.anchors import Anchor, anchors
from dedup.translated.encoder import Encoder

LEAST_WORDS = 4.0
"""Word-equivalents of a sentence that says enough to be known again; shorter ones, such as buttons, have no vector."""

CLAUSE = 12.0
"""Word-equivalents from which a stretch ends at a space, in scripts that mark no end of a sentence."""

LONGEST = 600
"""Code points of a sentence that are encoded: what is longer is no sentence, and would take all the time."""

REMEMBERED = 1 << 15
"""Sentences whose vectors are remembered, of some 300 bytes each: agency copies come again word for word."""

_HEAD = struct.Struct("<B3sI")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one article.

    `planes`, uint64 ``(n, 16)``: their vectors (see `vectors`). `codes`, uint16 ``(a,)``: their anchors; `words`, uint8
    ``(a, 2)``: the word each begins with, counted in its sentence, and how many it takes. Those of sentence i are
    ``bounds[i] : bounds[i + 1]``.
    """

    language: str
    planes: NDArray[np.uint64]
    codes: NDArray[np.uint16]
    words: NDArray[np.uint8]
    bounds: NDArray[np.int64]


def sentence_bounds(columns: Columns, article: int) -> NDArray[np.int64]:
    """Words of an article with which its sentences begin, counted in the article, and their number; ``(n + 1,)``."""
    first, end = columns.art_words[article : article + 2].tolist()
    begins = columns.flags[first:end] & STARTS_SENTENCE != 0
    pars = columns.par_words[columns.art_pars[article] : columns.art_pars[article + 1]] - first
    begins[pars[pars < end - first]] = True
    _cut_at_spaces(columns.flags[first:end], begins)
    return np.append(np.flatnonzero(begins), end - first).astype(np.int64)


def _cut_at_spaces(flags: NDArray[np.uint8], begins: NDArray[np.bool_]) -> None:
    """Let long stretches of Thai and its neighbours, which end no sentence with a mark, end at spaces."""
    script = (flags & LENGTH_CLASS) >> 4
    unmarked = (flags & SIGN_WORD != 0) & ((script == THAI) | (script == MYANMAR))
    if not unmarked.any():
        return
    before = np.concatenate(([0.0], np.cumsum(equivalents(flags))))
    begin = 0
    for word in np.flatnonzero(begins | unmarked & (flags & APART != 0)).tolist():
        if begins[word] or before[word] - before[begin] >= CLAUSE:
            begins[word] = True
            begin = word


class Reader:
    """Reads the sentences of articles. It encodes none twice, as far as it remembers."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[bytes, NDArray[np.uint64]] = {}

    def read(
        self, texts: Sequence[str], columns: Columns, places: Sequence[int], languages: Sequence[str]
    ) -> list[Sentences]:
        """The sentences of the articles at some places of some columns, whose texts these are, in languages that the
        encoder knows. Many at once cost less each."""
        cut = [_Cut.of(text, columns, place) for text, place in zip(texts, places, strict=True)]
        self._learn(dict.fromkeys(line for one in cut for line in one.lines))
        return [
            one.sentences(language, [self._known[_key(line)] for line in one.lines])
            for one, language in zip(cut, languages, strict=True)
        ]

    def _learn(self, lines: Iterable[str]) -> None:
        """Encode the lines that are not known yet."""
        known = {line: _key(line) for line in lines}
        if len(self._known) + len(known) > REMEMBERED:
            self._known.clear()
        new = [line for line, key in known.items() if key not in self._known]
        if new:
            planes = vectors.quantised(self._encoder.encode(new))
            self._known.update((known[line], row) for line, row in zip(new, planes, strict=True))


def _key(line: str) -> bytes:
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class _Cut:
    """An article in sentences: the words these begin with, which are `telling` and so have a vector, the `lines` of
    those, and the anchors of all."""

    borders: NDArray[np.int64]
    telling: NDArray[np.int64]
    lines: Sequence[str]
    anchors: Sequence[Sequence[Anchor]]

    @classmethod
    def of(cls, text: str, columns: Columns, place: int) -> _Cut:
        """The article at a place of some columns, whose text this is."""
        borders = sentence_bounds(columns, place)
        rows = slice(*columns.art_words[place : place + 2].tolist())
        starts, ends, flags = columns.starts[rows], columns.ends[rows], columns.flags[rows]
        said = np.add.reduceat(equivalents(flags), borders[:-1]) if starts.size else np.empty(0)
        telling = np.flatnonzero(said >= LEAST_WORDS)
        begin = starts[borders[:-1]] if starts.size else starts
        finish = np.append(begin[1:], len(text)) if starts.size else starts
        lines = [
            " ".join(text[a : min(b, a + LONGEST)].split())
            for a, b in zip(begin[telling].tolist(), finish[telling].tolist(), strict=True)
        ]
        found = [
            anchors(text, starts[a:b], ends[a:b], flags[a:b])
            for a, b in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)
        ]
        return cls(borders, telling, lines, found)

    def sentences(self, language: str, found: Sequence[NDArray[np.uint64]]) -> Sentences:
        """Its sentences, with the vectors of its lines."""
        planes = np.zeros((self.borders.size - 1, vectors.PLANES), np.uint64)
        if found:
            planes[self.telling] = found
        flat = [one for some in self.anchors for one in some]
        return Sentences(
            language, planes,
            np.array([one.code for one in flat], np.uint16),
            np.array([(one.word, one.words) for one in flat], np.uint8).reshape(-1, 2),
            np.concatenate(([0], np.cumsum([len(some) for some in self.anchors], dtype=np.int64))),
        )  # fmt: skip


def to_bytes(sentences: Sentences | None) -> bytes:
    """Sentences as bytes, at most 128 a sentence and 8; of None none."""
    if sentences is None:
        return b""
    counts = np.diff(sentences.bounds).astype(np.uint8)
    code = sentences.language.encode()
    return b"".join((
        _HEAD.pack(len(code), code, counts.size), counts.tobytes(), vectors.packed(sentences.planes),
        sentences.codes.astype("<u2").tobytes(), sentences.words.tobytes(),
    ))  # fmt: skip


def from_bytes(data: bytes) -> Sentences | None:
    """Undo `to_bytes`."""
    if not data:
        return None
    length, code, count = _HEAD.unpack_from(data)
    at = _HEAD.size + count
    counts = np.frombuffer(data, np.uint8, count, _HEAD.size)
    bounds = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    end = at + count * vectors.BYTES
    total = int(bounds[-1])
    return Sentences(
        code[:length].decode(), vectors.unpacked(data[at:end]),
        np.frombuffer(data, "<u2", total, end).astype(np.uint16),
        np.frombuffer(data, np.uint8, 2 * total, end + 2 * total).reshape(-1, 2), bounds,
    )  # fmt: skip
