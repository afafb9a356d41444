"""Each word of an article gets one source: which segments explain it, and the passages that come of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.borders import is_whole_sentences
from dedup.match.kernels.alignment.evidence import ENOUGH, LETTERS, TINY
from dedup.match.kernels.alignment.overlaps import Overlaps, left_out, next_beyond, overlaps_of
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    ARTICLE,
    BLOCK,
    END,
    MARKS,
    PASSAGE,
    S0,
    SIMILAR,
    SIZE,
    T0,
    T1,
    WORDS,
    Bools,
    Flags,
    Floats,
    Hashes,
    Ints,
    Rows,
    T,
    Text,
)
from dedup.match.kernels.alignment.templates import FRAME, mark_frames
from dedup.match.kernels.alignment.values import News, news_of
from dedup.match.kernels.alignment.writing import Passages, emit, first_beyond

LEAST_LEFT = 4
"""Matched words that a source must add to what stronger ones explain."""
LONG_PART = 16
"""Matched words from which a part of a passage is traced to an earlier source of its own."""
NEARLY_ALL = 0.98
"""An earlier article that has such a share of a passage's words was its source."""


class Open(NamedTuple):
    """An article's segments that explain some of it yet: which, how much each explained when it was last counted.

    They are a heap: what explained most is the first. `covered`, one a word of the article, which begins at word
    `base`: what is explained.
    """

    chosen: Ints
    counts: Ints
    overlaps: Overlaps
    covered: Bools
    base: int


@inlined
def least_left(weights: Floats) -> float:
    """Matched words that a segment must add."""
    return min(LEAST_LEFT, weights[ENOUGH]) * weights[LETTERS]


@inlined
def matched_inside(blocks: Rows, segment: Ints, t0: int, t1: int, left: Open) -> int:
    """Matched words of a segment that lie in ``[t0, t1)`` and are not covered yet; similar ones count half."""
    count = 0
    i = first_beyond(blocks, segment, t0)
    while i < segment[END] and blocks[i, T] < t1:
        for t in range(max(blocks[i, T], t0), min(blocks[i, T] + blocks[i, SIZE], t1)):
            if not left.covered[t - left.base]:
                count += 1 if blocks[i, SIMILAR] else 2
        i += 1
    return count // 2


@inlined
def goes_before(segments: Rows, left: Open, k: int, m: int) -> bool:
    """Whether `chosen[k]` has a higher count than `chosen[m]`; of equals, is of an earlier article, or the first."""
    if left.counts[k] != left.counts[m]:
        return left.counts[k] > left.counts[m]
    i, j = left.chosen[k], left.chosen[m]
    return segments[i, S0] < segments[j, S0] or (segments[i, S0] == segments[j, S0] and i < j)


@inlined
def sink(segments: Rows, left: Open, k: int, n: int) -> None:
    """Put place `k` of the heap of `n` below all that go before it."""
    chosen, counts = left.chosen, left.counts
    while 2 * k + 1 < n:
        m = 2 * k + 1
        if m + 1 < n and goes_before(segments, left, m + 1, m):
            m += 1
        if not goes_before(segments, left, m, k):
            return
        chosen[k], chosen[m] = chosen[m], chosen[k]
        counts[k], counts[m] = counts[m], counts[k]
        k = m


@inlined
def next_source(segments: Rows, weights: Floats, blocks: Rows, left: Open, n: int) -> tuple[int, int, int]:
    """The segment that explains most of what is left, how much that is, and how many are open; -1 for none.

    What a segment explains beside those before it only shrinks: it is counted again when it is its turn.
    """
    while n > 0:
        i = left.chosen[0]
        most = matched_inside(blocks, segments[i], segments[i, T0], segments[i, T1], left)
        if segments[i, ACCEPTED] == 0 or most + TINY < least_left(weights[i]):
            if segments[i, ACCEPTED]:
                segments[i, ACCEPTED] = 0
                left_out(left.overlaps, i)
            n -= 1
            left.chosen[0], left.counts[0] = left.chosen[n], left.counts[n]
        elif most < left.counts[0]:
            left.counts[0] = most
        else:
            return i, most, n
        sink(segments, left, np.int64(0), n)
    return np.int64(-1), np.int64(0), n


@inlined
def earliest(
    text: Text, segments: Rows, weights: Floats, blocks: Rows, left: Open, best: int, most: int
) -> int:
    """The segment of the earliest article that has a good part of segment `best` as well: the source of that part."""
    top = best
    k = np.int64(-1)
    while True:
        k = next_beyond(left.overlaps, k + 1, segments[best, T0])
        if k < 0 or segments[left.overlaps.order[k], T0] >= segments[best, T1]:
            return top
        i = left.overlaps.order[k]
        # Who copies a report copies no frame.
        frame = segments[i, MARKS] & FRAME != 0 and segments[best, MARKS] & FRAME == 0
        if segments[i, S0] >= segments[top, S0] or frame:
            continue
        t0, t1 = max(segments[i, T0], segments[best, T0]), min(segments[i, T1], segments[best, T1])
        if t1 - t0 < min(LONG_PART, NEARLY_ALL * most):
            continue
        count = matched_inside(blocks, segments[i], t0, t1, left)
        part = count >= LONG_PART * weights[i, LETTERS] and is_whole_sentences(text, t0, t1)
        wanted = matched_inside(blocks, segments[best], t0, t1, left) if part else most
        if count >= NEARLY_ALL * wanted and (part or count >= NEARLY_ALL * most):
            top = i


@inlined
def explain(
    news: News, segments: Rows, weights: Floats, blocks: Rows, left: Open, found: Passages
) -> Passages:
    """Write passages of the accepted ones of an article's segments: what explains most goes first."""
    n = np.int64(0)
    for i in range(segments.shape[0]):
        if segments[i, ACCEPTED]:
            left.chosen[n] = i
            left.counts[n] = matched_inside(blocks, segments[i], segments[i, T0], segments[i, T1], left)
            n += 1
    for k in range(n // 2 - 1, -1, -1):
        sink(segments, left, k, n)
    while True:
        top, most, n = next_source(segments, weights, blocks, left, n)
        if top < 0:
            return found
        top = earliest(news.text, segments, weights, blocks, left, top, most)
        segments[top, ACCEPTED] = 0
        left_out(left.overlaps, top)
        at = segments[top, T0]
        while at < segments[top, T1]:
            stop = at
            while stop < segments[top, T1] and not left.covered[stop - left.base]:
                stop += 1
            if matched_inside(blocks, segments[top], at, stop, left) + TINY >= least_left(weights[top]):
                before = found.n
                found = emit(news, segments[top], blocks, at, stop, found)
                for i in range(
                    before, found.n
                ):  # a paragraph that was put between may have a source of its own
                    for word in range(found.rows[i, T0], found.rows[i, T1]):
                        left.covered[word - left.base] = True
            at = stop + 1


# About 2 us a segment.
@compiled(
    "Tuple((int64[:, ::1], int64[:, ::1]))"
    "(uint32[::1], uint8[::1], int64[::1], uint32[::1], int64[::1], uint32[::1], uint32[::1], int64[:, ::1],"
    "int64[:, ::1], float64[:, ::1])"
)
def cover(
    hashes: Hashes, flags: Flags, par_words: Ints, par_blocks: Hashes, art_words: Ints, calendar: Hashes,
    numbers: Hashes, segments: Rows, blocks: Rows, weights: Floats,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Give each word that accepted segments explain one source: passages and their blocks.

    The segments, sorted by article, are used up.
    """
    text = Text(hashes, flags, hashes, par_words, par_blocks)
    total, most, begin = segments.shape[0], np.int64(0), np.int64(0)
    for i in range(total):
        article = segments[i, ARTICLE]
        most = max(most, art_words[article + 1] - art_words[article])
    covered, figures = np.empty(most, np.bool_), np.empty(total, np.bool_)
    chosen, counts, others = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.int64)
    found = Passages(
        np.empty((64, PASSAGE), np.int64), np.int64(0), np.empty((256, BLOCK), np.int64), np.int64(0)
    )
    while begin < total:
        article = segments[begin, ARTICLE]
        end = begin
        while end < total and segments[end, ARTICLE] == article:
            end += 1
        t0, t1 = art_words[article], art_words[article + 1]
        news = news_of(text, calendar, numbers, t0, t1)
        mark_frames(news, segments, begin, end, blocks, others, figures)
        for word in range(t1 - t0):
            covered[word] = False
        n = found.n
        own = segments[begin:end]
        left = Open(chosen, counts, overlaps_of(own), covered, t0)
        found = explain(news, own, weights[begin:end], blocks, left, found)
        for i in range(n, found.n):
            found.rows[i, WORDS] = t1 - t0
        begin = end
    return found.rows[: found.n], found.out[: found.n_out]
