"""Which segments are evidence: by themselves, beside others, together, or between two of the same source."""

from __future__ import annotations

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.added import Found, Place, put
from dedup.match.kernels.alignment.borders import is_parts
from dedup.match.kernels.alignment.bridges import REACH, Table, new_table
from dedup.match.kernels.alignment.clauses import accept_clauses
from dedup.match.kernels.alignment.evidence import WEIGHTS, Least, accept
from dedup.match.kernels.alignment.overlaps import Overlaps, overlaps_of
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    ARTICLE,
    BLOCK,
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

LEAST_BETWEEN = 4
"""Words of the shortest sentence that is looked at because of what stands before and behind it."""
WEIGHT_BETWEEN = 2.5
"""What its words must weigh that match."""
MOST_SEGMENTS = 256
"""Segments of two articles that are looked at together: time grows with their square."""


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
    segments, weights = found.segments, found.weights
    t0, t1, s0, s1 = segments[i, T1], segments[j, T0], segments[i, S1], segments[j, S0]
    if not (is_between(text, t0, t1) and is_between(text, s0, s1)):
        return found
    place = Place(t0, t1, s0, s1)
    return put(text, found, place, segments[i], weights[i], WEIGHT_BETWEEN, table, scratch)


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
                rows, weighed = segments[begin:stop], weights[begin:stop]
                out = accept_clauses(text, rows, weighed, least, out, table, scratch)
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
