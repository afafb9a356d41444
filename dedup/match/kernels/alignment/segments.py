"""Chains cut into segments: stretches whose matches outweigh what lies between them."""

from __future__ import annotations

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.borders import (
    EDGE,
    answer_of,
    inside_word,
    is_border,
    most_strays,
    narrow,
    stray,
    to_border,
    to_mark,
)
from dedup.match.kernels.alignment.bridges import REACH, bridge, new_table
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    ARTICLE,
    BACK,
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
    SIMILAR,
    SIZE,
    SOURCE,
    T0,
    T1,
    Flags,
    Frame,
    Hashes,
    Ints,
    Rows,
    S,
    T,
    Text,
    copy_block,
    roomy,
)
from dedup.match.kernels.alignment.weights import ALIKE, weigh

GAP_COST, SHORT_GAP_COST = 0.3, 0.05
"""What each word of the longer side of a gap costs, and of the shorter side."""
LEAST_WEIGHT = 4.0
"""What a stretch must weigh to be one by itself, and more than what it may lose before it ends."""
LEAST_RUN = 3
"""Equal words in a row that a segment must have."""


@inlined
def block_weight(flags: Flags, blocks: Rows, i: int) -> float:
    weight = weigh(flags, blocks[i, T], blocks[i, SIZE])
    return ALIKE * weight if blocks[i, SIMILAR] else weight


@inlined
def gap_before(blocks: Rows, i: int) -> tuple[int, int]:
    """Words between block `i` and the one before, in the article and in the source."""
    dt = blocks[i, T] - blocks[i - 1, T] - blocks[i - 1, SIZE]
    ds = blocks[i, S] - blocks[i - 1, S] - blocks[i - 1, SIZE]
    return dt, ds


@inlined
def gap_cost(blocks: Rows, i: int) -> float:
    dt, ds = gap_before(blocks, i)
    return GAP_COST * max(dt, ds) + SHORT_GAP_COST * min(dt, ds)


@inlined
def put_in_between(blocks: Rows, i: int) -> bool:
    """Whether several words stand before block `i` that answer nothing in the source: they are not taken from it."""
    dt, ds = gap_before(blocks, i)
    return dt > EDGE and dt - ds >= EDGE - 1


@inlined
def next_stretch(flags: Flags, blocks: Rows, begin: int, n: int) -> tuple[int, int]:
    """First stretch of blocks from `begin` whose matches outweigh its gaps: ``(first, last + 1)``."""
    total, best, first, last = 0.0, 0.0, np.int64(begin), np.int64(begin)
    for i in range(begin, n):
        if i > first:
            cost = gap_cost(blocks, i)
            if put_in_between(blocks, i):
                return first, last + 1
            if total < cost:  # what came before does not pay for the gap
                if best >= LEAST_WEIGHT:
                    return first, last + 1
                first, last, total, best = np.int64(i), np.int64(i), 0.0, 0.0
            elif best - (total - cost) > LEAST_WEIGHT:
                return first, last + 1
            else:
                total -= cost
        total += block_weight(flags, blocks, i)
        if total > best:
            best = total
            last = np.int64(i)
    return first, last + 1


@inlined
def trimmed(flags: Flags, blocks: Rows, first: int, end: int) -> tuple[int, int]:
    """Leave out outer blocks that weigh less than the gap they stand behind."""
    while end - first > 1 and block_weight(flags, blocks, first) < gap_cost(blocks, first + 1):
        first += 1
    while end - first > 1 and block_weight(flags, blocks, end - 1) < gap_cost(blocks, end - 1):
        end -= 1
    return first, end


@inlined
def count(blocks: Rows, first: int, end: int, segment: Ints) -> None:
    """Set how many words of a segment match, similar ones half, and its longest run of equal words."""
    equal, alike, longest = 0, 0, 0
    for i in range(first, end):
        size = blocks[i, SIZE]
        if blocks[i, SIMILAR]:
            alike += size
        else:
            equal += size
            longest = max(longest, size)
    segment[MATCHED], segment[LONGEST] = equal + alike // 2, longest


@inlined
def near_border(text: Text, blocks: Rows, first: int, end: int, step: int) -> tuple[int, int]:
    """The outermost of some blocks, at their end (`step` `ON`) or their begin (`BACK`), that lies on this side of a
    border, and how many of its words lie beyond.

    At most `STRAY` matched words may, be it behind a gap, and none do where the blocks end at a border of either text.
    """
    i = np.int64(end - 1 if step > 0 else first)
    most = most_strays(text, blocks[i, T])
    while first <= i < end and most >= 0:
        t, s, size = blocks[i, T], blocks[i, S], blocks[i, SIZE]
        if step > 0:
            t, s = t + size, s + size
        outer = i == (end - 1 if step > 0 else first)
        if outer and (is_border(text, t, step) or is_border(text, s, step)):
            return i, np.int64(0)
        n = stray(text, t, s, size, step, most)
        if n >= 0:
            return i, n
        most -= size
        i = np.int64(i - step)
    return np.int64(end - 1 if step > 0 else first), np.int64(0)


@inlined
def frame_of(blocks: Rows, first: int, last: int, head: int, tail: int) -> Frame:
    """What some blocks lie in, without `head` words of the first and `tail` of the last."""
    t0, s0 = blocks[first, T] + head, blocks[first, S] + head
    size = blocks[last, SIZE] - tail
    return Frame(t0, blocks[last, T] + size, s0, blocks[last, S] + size)


@inlined
def without_strays(text: Text, blocks: Rows, first: int, end: int) -> tuple[int, int]:
    """Cut words beyond borders off some blocks, if the borders of what is left say more; return which blocks are."""
    low, head = near_border(text, blocks, first, end, BACK)
    high, tail = near_border(text, blocks, first, end, ON)
    if (low == first and head == 0 and high == end - 1 and tail == 0) or low > high:
        return np.int64(first), np.int64(end)
    whole = frame_of(blocks, first, end - 1, np.int64(0), np.int64(0))
    rest = frame_of(blocks, low, high, head, tail)
    if rest.t0 >= rest.t1 or answer_of(text, rest) <= answer_of(text, whole):
        return np.int64(first), np.int64(end)
    blocks[low, T] += head
    blocks[low, S] += head
    blocks[low, SIZE] -= head
    blocks[high, SIZE] -= tail
    return low, high + 1


@inlined
def set_range(text: Text, blocks: Rows, first: int, end: int, segment: Ints) -> tuple[int, int]:
    """Set a segment's range in both texts, stretched to borders, cutting no word; return the blocks that are left."""
    t0, s0 = blocks[first, T], blocks[first, S]
    t1, s1 = blocks[end - 1, T] + blocks[end - 1, SIZE], blocks[end - 1, S] + blocks[end - 1, SIZE]
    matched = segment[MATCHED]
    changed = max(t1 - t0, s1 - s0) - matched
    dt, ds = to_border(text, t0, s0, BACK, matched, changed)
    t0, s0 = t0 - dt, s0 - ds
    dt, ds = to_border(text, t1, s1, ON, matched, changed)
    t1, s1 = t1 + dt, s1 + ds
    dt, ds = to_mark(text.flags, t0, s0, BACK, matched, changed)
    t0, s0 = t0 - dt, s0 - ds
    dt, ds = to_mark(text.flags, t1, s1, ON, matched, changed)
    t1, s1 = t1 + dt, s1 + ds
    if inside_word(text.flags, t0) or inside_word(text.flags, t1):
        first, end, begin, stop = narrow(text.flags, blocks, first, end, t0, t1)
        if first < end:
            s0 = s0 if begin == t0 else blocks[first, S]
            s1 = s1 if stop == t1 else blocks[end - 1, S] + blocks[end - 1, SIZE]
            t0, t1 = begin, stop
            count(blocks, first, end, segment)
    segment[T0], segment[T1], segment[S0], segment[S1] = t0, t1, s0, s1
    return first, end


# About 3 us a chain.
@compiled(
    "Tuple((int64[:, ::1], int64[:, ::1]))"
    "(uint32[::1], uint8[::1], uint32[::1], int64[::1], uint32[::1], int64[::1], int64[:, ::1], int64[:, ::1])"
)
def cut_segments(
    hashes: Hashes, flags: Flags, masks: Hashes, par_words: Ints, par_blocks: Hashes, art_words: Ints, runs: Rows,
    chains: Rows,
) -> tuple[Rows, Rows]:  # fmt: skip
    """The segments ``(n, SEGMENT)`` of some chains of `runs`, none accepted yet, and their blocks ``(m, BLOCK)``."""
    text = Text(hashes, flags, masks, par_words, par_blocks)
    table = new_table()
    scratch = np.empty((4096, BLOCK), np.int64)
    segments, pool = np.empty((64, SEGMENT), np.int64), np.empty((1024, BLOCK), np.int64)
    n, n_pool = np.int64(0), np.int64(0)
    for c in range(chains.shape[0]):
        article, source, first_run, end_run = (
            chains[c, ARTICLE],
            chains[c, SOURCE],
            chains[c, FIRST],
            chains[c, END],
        )
        bounds = (art_words[article], art_words[article + 1], art_words[source], art_words[source + 1])
        scratch = roomy(scratch, 2 * REACH + (end_run - first_run) * (REACH + 1))
        size = bridge(text, runs, first_run, end_run, bounds, table, scratch)
        at = np.int64(0)
        while at < size:
            first, end = next_stretch(flags, scratch, at, size)
            at = max(end, at + 1)
            first, end = trimmed(flags, scratch, first, end)
            first, end = without_strays(text, scratch, first, end)
            segments = roomy(segments, n)
            segment = segments[n]
            count(scratch, first, end, segment)
            if segment[LONGEST] < LEAST_RUN:
                continue
            first, end = set_range(text, scratch, first, end, segment)
            if first == end:
                continue
            segment[ARTICLE], segment[SOURCE], segment[ACCEPTED], segment[MARKS] = article, source, 0, 0
            segment[FIRST], segment[END] = n_pool, n_pool + end - first
            n += 1
            pool = roomy(pool, n_pool + end - first)
            for i in range(first, end):
                copy_block(scratch, i, pool, n_pool)
                n_pool += 1
    return segments[:n], pool[:n_pool]
