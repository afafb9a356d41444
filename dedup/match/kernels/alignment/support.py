"""Which segments are evidence: by themselves, beside others, together, or between two of the same source."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.match.kernels.alignment.borders import edge, home_of, is_parts
from dedup.match.kernels.alignment.bridges import REACH, Gap, Table, fill, merge, new_table
from dedup.match.kernels.alignment.evidence import CLAUSE, CLAUSES, LETTERS, PLAIN, WEIGHTS, Least, accept
from dedup.match.kernels.alignment.overlaps import Overlaps, overlaps_of
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    ARTICLE,
    BLOCK,
    END,
    FIRST,
    LONGEST,
    MARKS,
    MATCHED,
    ON,
    S0,
    S1,
    SEGMENT,
    SOURCE,
    T0,
    T1,
    Flags,
    Floats,
    Hashes,
    Ints,
    Rows,
    Text,
    copy_block,
    roomy,
)
from dedup.match.kernels.alignment.segments import block_weight, count
from dedup.text.kernels.compiling import compiled, inlined

OF_SENTENCE = 0.75
"""Share of a sentence, in both texts, that its clauses must have together."""
LEAST_BETWEEN = 4
"""Words of the shortest sentence that is looked at because of what stands before and behind it."""
SHARE_BETWEEN, WEIGHT_BETWEEN = 0.4, 2.5
"""The share of its words that must match, and what they must weigh."""
MOST_SEGMENTS = 256
"""Segments of two articles that are looked at together: time grows with their square."""


class Found(NamedTuple):
    """Segments so far, their blocks and weights, and how many segments and blocks there are."""

    segments: Rows
    n: int
    blocks: Rows
    n_blocks: int
    weights: Floats


@inlined
def of_sentence(text: Text, begin: int, end: int) -> int:
    """Words of the sentences that words ``[begin, end)`` of a paragraph are of: a short clause at either end may have
    been too little to be found."""
    if is_parts(text, begin, end):
        return end - begin
    home = home_of(text, begin)
    low, high = text.par_words[home], text.par_words[home + 1]
    return end - begin + edge(text.flags, begin, low, high, -1) + edge(text.flags, end, low, high, 1)


@inlined
def accept_clauses(text: Text, segments: Rows, weights: Floats, begin: int, end: int, least: Least) -> None:
    """Accept segments that together are a sentence of the source, its clauses in another order.

    The segments ``[begin, end)`` are those of an article and one source.
    """
    mates = np.empty(end - begin, np.int64)
    for i in range(begin, end):
        if segments[i, ACCEPTED] or segments[i, LONGEST] < CLAUSE * weights[i, LETTERS]:
            continue
        n, matched, plain = np.int64(0), np.int64(0), 0.0
        t0, t1, s0, s1 = segments[i, T0], segments[i, T1], segments[i, S0], segments[i, S1]
        t_home, s_home = home_of(text, t0), home_of(text, s0)
        for j in range(i, end):
            other = segments[j]
            if other[ACCEPTED] or other[LONGEST] < CLAUSE * weights[j, LETTERS]:
                continue
            if home_of(text, other[T0]) != t_home or home_of(text, other[S0]) != s_home:
                continue
            apart = True
            for k in range(n):
                mate = segments[mates[k]]
                apart = apart and (other[T0] >= mate[T1] or mate[T0] >= other[T1])
                apart = apart and (other[S0] >= mate[S1] or mate[S0] >= other[S1])
            if not apart:
                continue
            mates[n] = j
            n += 1
            matched, plain = matched + other[MATCHED], plain + weights[j, PLAIN]
            t0, t1, s0, s1 = min(t0, other[T0]), max(t1, other[T1]), min(s0, other[S0]), max(s1, other[S1])
        if n < 2 or matched < CLAUSES * weights[i, LETTERS] or plain < least.weight:
            continue
        if matched >= OF_SENTENCE * max(of_sentence(text, t0, t1), of_sentence(text, s0, s1)):
            for k in range(n):
                segments[mates[k], ACCEPTED] = 2


@inlined
def next_accepted(segments: Rows, i: int, overlaps: Overlaps) -> int:
    """The accepted segment that follows segment `i` in both texts with nothing accepted between them; -1: none."""
    order = overlaps.order
    low, high = overlaps.place[i] + 1, overlaps.n
    while low < high:
        middle = (low + high) >> 1
        if segments[order[middle], T0] < segments[i, T1]:
            low = middle + 1
        else:
            high = middle
    if low == overlaps.n or segments[order[low], S0] < segments[i, S1]:
        return np.int64(-1)
    return order[low]


@inlined
def is_between(text: Text, begin: int, end: int) -> bool:
    """Whether words ``[begin, end)`` are whole sentences or lines, few enough to be aligned word by word."""
    return LEAST_BETWEEN <= end - begin <= REACH and is_parts(text, begin, end)


@inlined
def put_between(text: Text, found: Found, i: int, j: int, table: Table, scratch: Rows) -> Found:
    """Add what stands between segments `i` and `j`, if it is whole sentences in both texts that have much in common."""
    segments, n, blocks, n_blocks, weights = found
    t0, t1, s0, s1 = segments[i, T1], segments[j, T0], segments[i, S1], segments[j, S0]
    if not (is_between(text, t0, t1) and is_between(text, s0, s1)):
        return found
    size = merge(scratch, fill(text, Gap(t0, s0, t1 - t0, s1 - s0, ON, 0.0), table, scratch, np.int64(0)))
    weight = 0.0
    for k in range(size):
        weight += block_weight(text.flags, scratch, k)
    segments = roomy(segments, n)
    segment = segments[n]
    for k in range(SEGMENT):
        segment[k] = segments[i, k]
    count(scratch, np.int64(0), size, segment)
    letters = weights[i, LETTERS]
    if segment[MATCHED] < SHARE_BETWEEN * max(t1 - t0, s1 - s0) or weight < WEIGHT_BETWEEN * letters:
        return Found(segments, n, blocks, n_blocks, weights)
    segment[T0], segment[T1], segment[S0], segment[S1] = t0, t1, s0, s1
    segment[ACCEPTED], segment[MARKS], segment[FIRST], segment[END] = 2, 0, n_blocks, n_blocks + size
    blocks = roomy(blocks, n_blocks + size)
    for k in range(size):
        copy_block(scratch, k, blocks, n_blocks + k)
    weights = roomy(weights, n)
    for k in range(WEIGHTS):
        weights[n, k] = weights[i, k]
    return Found(segments, n + 1, blocks, n_blocks + size, weights)


# About 100 ns a segment.
@compiled(
    "Tuple((int64[:, ::1], int64[:, ::1], float64[:, ::1]))"
    "(uint32[::1], uint8[::1], uint32[::1], int64[::1], uint32[::1], int64[::1], int64[:, ::1], int64[:, ::1],"
    "float64[:, ::1], int64, float64, float64)"
)
def accept_segments(
    hashes: Hashes, flags: Flags, masks: Hashes, par_words: Ints, par_blocks: Hashes, art_words: Ints, segments: Rows,
    blocks: Rows, weights: Floats, min_words: int, min_weight: float, min_share: float,
) -> tuple[Rows, Rows, Floats]:  # fmt: skip
    """Mark the segments that are evidence, sorted by article; return them, and more that stand between such ones."""
    text = Text(hashes, flags, masks, par_words, par_blocks)
    least = Least(min_words, min_weight, min_share)
    table, scratch = new_table(), np.empty((REACH + 9, BLOCK), np.int64)
    total, begin = segments.shape[0], np.int64(0)
    out = Found(
        np.empty((total + 1, SEGMENT), np.int64), np.int64(0), np.empty((blocks.shape[0] + 1, BLOCK), np.int64),
        np.int64(blocks.shape[0]), np.empty((total + 1, WEIGHTS), np.float64),
    )  # fmt: skip
    for i in range(blocks.shape[0]):
        copy_block(blocks, i, out.blocks, i)
    while begin < total:
        article = segments[begin, ARTICLE]
        end = begin
        while end < total and segments[end, ARTICLE] == article:
            end += 1
        size = art_words[article + 1] - art_words[article]
        while begin < end:
            stop = begin
            while stop < end and segments[stop, SOURCE] == segments[begin, SOURCE]:
                stop += 1
            accept(segments[begin:stop], weights[begin:stop], size, least)
            if 1 < stop - begin <= MOST_SEGMENTS:
                accept_clauses(text, segments, weights, begin, stop, least)
            out = with_between(text, segments[begin:stop], weights[begin:stop], out, table, scratch)
            begin = stop
    return out.segments[: out.n].copy(), out.blocks[: out.n_blocks].copy(), out.weights[: out.n].copy()


@inlined
def with_between(
    text: Text, segments: Rows, weights: Floats, out: Found, table: Table, scratch: Rows
) -> Found:
    """Add the segments of an article and one source, and what stands between accepted ones."""
    first, size = out.n, segments.shape[0]
    for i in range(size):
        rows = roomy(out.segments, out.n)
        weighed = roomy(out.weights, out.n)
        for k in range(SEGMENT):
            rows[out.n, k] = segments[i, k]
        for k in range(WEIGHTS):
            weighed[out.n, k] = weights[i, k]
        out = Found(rows, out.n + 1, out.blocks, out.n_blocks, weighed)
    if size == 1:
        return out
    overlaps = overlaps_of(segments)
    for i in range(size):
        if segments[i, ACCEPTED]:
            j = next_accepted(segments, i, overlaps)
            if j >= 0:
                out = put_between(text, out, np.int64(first + i), first + j, table, scratch)
    return out
