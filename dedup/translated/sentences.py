"""Sentences of an article as they are compared and kept: vectors, names and figures, no text."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.text.kernels.tokens import APART, LENGTH_CLASS, MYANMAR, SIGN_WORD, STARTS_SENTENCE, THAI
from dedup.text.words import Columns, equivalents
from dedup.translated import vectors
from dedup.translated.anchors import anchors
from dedup.translated.encoder import Encoder

LEAST_WORDS = 5.0
"""Word-equivalents of a sentence that says enough to be known again; shorter ones, as captions and buttons are, have no
vector."""

CLAUSE = 12.0
"""Word-equivalents from which a stretch ends at a space, in scripts that mark no end of a sentence."""

LONGEST = 600
"""Code points of a sentence that are encoded: what is longer is no sentence, and would take all the time."""

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


def read(text: str, columns: Columns, article: int, language: str, encoder: Encoder) -> Sentences:
    """The sentences of an article of some columns, whose text this is, in a language that the encoder knows."""
    borders = sentence_bounds(columns, article)
    rows = slice(*columns.art_words[article : article + 2].tolist())
    starts, ends, flags = columns.starts[rows], columns.ends[rows], columns.flags[rows]
    said = np.add.reduceat(equivalents(flags), borders[:-1]) if starts.size else np.empty(0)
    telling = np.flatnonzero(said >= LEAST_WORDS)
    begin = starts[borders[:-1]] if starts.size else starts
    finish = np.append(begin[1:], len(text)) if starts.size else starts
    texts = [
        " ".join(text[a : min(b, a + LONGEST)].split())
        for a, b in zip(begin[telling], finish[telling], strict=True)
    ]
    planes = np.zeros((borders.size - 1, vectors.PLANES), np.uint64)
    if texts:
        planes[telling] = vectors.quantised(encoder.encode(texts))
    found = [
        anchors(text, starts[a:b], ends[a:b], flags[a:b])
        for a, b in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)
    ]
    flat = [one for some in found for one in some]
    return Sentences(
        language, planes,
        np.array([one.code for one in flat], np.uint16),
        np.array([(one.word, one.words) for one in flat], np.uint8).reshape(-1, 2),
        np.concatenate(([0], np.cumsum([len(some) for some in found], dtype=np.int64))),
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
