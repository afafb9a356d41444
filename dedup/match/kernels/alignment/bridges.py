"""Words between and beyond the runs of a chain, aligned one by one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import (
    BACK,
    ON,
    SIMILAR,
    SIZE,
    Flags,
    Floats,
    Rows,
    S,
    T,
    Text,
    copy_block,
    set_block,
)
from dedup.match.kernels.alignment.weights import ALIKE, similar, weight_of

REACH = 32
"""Words that an alignment may bridge between two exact runs, and look ahead beyond the last."""
BAND = 6
"""Words by which two texts may get out of step beyond the last exact run."""
SKIP = 0.4
"""What a word left out costs there."""
DROP = 3.0
"""An end is followed until it has lost so much of its best score."""
OUTSIDE = -1e9
NEITHER, EQUAL, LEFT_OUT, PUT_IN, ALMOST = range(5)
"""How the best alignment of two words comes about."""


class Table(NamedTuple):
    """The table that an alignment fills."""

    score: Floats
    move: Flags


@inlined
def new_table() -> Table:
    return Table(np.empty((REACH + 9, REACH + 9), np.float64), np.empty((REACH + 9, REACH + 9), np.uint8))


class Gap(NamedTuple):
    """`dt` words of the article from `t` and `ds` of the source from `s`, going by `step`, 1 or -1.

    With `skip` 0 the heaviest common subsequence of all is wanted; with a cost for each word left out the alignment
    goes only as far as it pays, never out of step by more than `BAND` words.
    """

    t: int
    s: int
    dt: int
    ds: int
    step: int
    skip: float


@inlined
def fill(text: Text, gap: Gap, table: Table, blocks: Rows, n: int) -> int:
    """Align the words of a gap; add blocks of one word, in the order of the article, and return how many there are."""
    i, j = _scored(text, gap, table)
    begin = n
    step, move = gap.step, table.move
    while i > 0 and j > 0:
        way = move[i, j]
        if way == EQUAL or way == ALMOST:
            set_block(blocks, n, gap.t + step * (i - 1), gap.s + step * (j - 1), 1, np.int64(way == ALMOST))
            n += 1
        if way != PUT_IN:
            i -= 1
        if way != LEFT_OUT:
            j -= 1
    if step > 0:
        _turn(blocks, begin, n)
    return n


@inlined
def _scored(text: Text, gap: Gap, table: Table) -> tuple[int, int]:
    """Fill the table; return where the alignment ends."""
    t, s, dt, ds, step, skip = gap
    score, move = table
    band = max(dt, ds) if skip == 0.0 else BAND
    for j in range(min(ds, band) + 1):
        score[0, j] = -skip * j
    best, best_i, best_j = 0.0, np.int64(0), np.int64(0)
    for i in range(1, dt + 1):
        low, high = max(1, i - band), min(ds, i + band)
        if low > high:
            break
        score[i, low - 1] = -skip * i if low == 1 else OUTSIDE
        if high == i + band:
            score[i - 1, high] = OUTSIDE
        at = t + step * (i - 1)
        word, mask = text.hashes[at], text.masks[at]
        weight = weight_of(text.flags[at])
        top = OUTSIDE
        for j in range(low, high + 1):
            other = s + step * (j - 1)
            value = score[i - 1, j - 1] - skip
            way = NEITHER
            if word == text.hashes[other]:
                value = score[i - 1, j - 1] + weight
                way = EQUAL
            elif similar(mask, text.masks[other]):
                value = score[i - 1, j - 1] + ALIKE * weight
                way = ALMOST
            if score[i - 1, j] - skip > value:
                value = score[i - 1, j] - skip
                way = LEFT_OUT
            if score[i, j - 1] - skip > value:
                value = score[i, j - 1] - skip
                way = PUT_IN
            score[i, j] = value
            move[i, j] = way
            top = max(top, value)
            if value > best:
                best, best_i, best_j = value, np.int64(i), np.int64(j)
        if skip > 0.0 and top < best - DROP:
            break
    return (dt, ds) if skip == 0.0 else (best_i, best_j)


@inlined
def _turn(blocks: Rows, begin: int, end: int) -> None:
    while begin < end - 1:
        end -= 1
        for k in range(blocks.shape[1]):
            blocks[begin, k], blocks[end, k] = blocks[end, k], blocks[begin, k]
        begin += 1


@inlined
def touch(blocks: Rows, i: int, j: int) -> bool:
    """Whether block `j` follows block `i` with no word between them in either text."""
    size = blocks[i, SIZE]
    return blocks[j, T] == blocks[i, T] + size and blocks[j, S] == blocks[i, S] + size


@inlined
def merge(blocks: Rows, n: int) -> int:
    """Join blocks of one kind that touch on both sides; return how many are left."""
    if n == 0:
        return 0
    kept = 0
    for i in range(1, n):
        if touch(blocks, kept, i) and blocks[i, SIMILAR] == blocks[kept, SIMILAR]:
            blocks[kept, SIZE] += blocks[i, SIZE]
        else:
            kept += 1
            copy_block(blocks, i, blocks, kept)
    return kept + 1


@inlined
def bridge(text: Text, runs: Rows, first: int, end: int, bounds: tuple[int, int, int, int], table: Table,
           blocks: Rows) -> int:  # fmt: skip
    """Blocks of the chain ``runs[first:end]``, its gaps and both its ends filled, inside the two articles' `bounds`."""
    t_low, t_high, s_low, s_high = bounds
    n, t_end, s_end = np.int64(0), np.int64(0), np.int64(0)
    for i in range(first, end + 1):
        # The gap before run i, or what is beyond the last.
        gap = Gap(t_end, s_end, min(REACH, t_high - t_end), min(REACH, s_high - s_end), ON, SKIP)
        t, s, size = t_high, s_high, np.int64(0)
        if i < end:
            t, s, size = runs[i, T], runs[i, S], runs[i, SIZE]
        if i == first:
            gap = Gap(t - 1, s - 1, min(REACH, t - t_low), min(REACH, s - s_low), BACK, SKIP)
        elif i < end:
            overlap = max(0, t_end - t, s_end - s)
            t, s, size = t + overlap, s + overlap, size - overlap
            gap = Gap(t_end, s_end, t - t_end, s - s_end, ON, 0.0)
        if gap.dt > 0 and gap.ds > 0:
            n = fill(text, gap, table, blocks, n)
        if i < end:
            set_block(blocks, n, t, s, size, 0)
            n += 1
        t_end, s_end = t + size, s + size
    return merge(blocks, n)
