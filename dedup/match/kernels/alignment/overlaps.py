"""Segments of an article by where they begin: those that lie on some of its words, without a look at the others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import ACCEPTED, T0, T1, Ints, Rows
from dedup.match.kernels.alignment.runs import GAPS


class Overlaps(NamedTuple):
    """The `n` accepted ones of some segments, sorted by their first words, of equals in their order: `order`, and
    `place`, which of them each is.

    `tops` is a tree of where they end: node k has the greater of nodes 2k and 2k + 1, and the leaves, from the middle
    of it on, are the segments, -1 where one counts no longer.
    """

    n: int
    order: Ints
    place: Ints
    tops: Ints


@inlined
def overlaps_of(segments: Rows) -> Overlaps:
    n = np.int64(0)
    order, place = np.empty(segments.shape[0], np.int64), np.empty(segments.shape[0], np.int64)
    for i in range(segments.shape[0]):
        if segments[i, ACCEPTED]:
            order[n] = i
            n += 1
    for gap in GAPS:
        for k in range(gap, n):
            i = order[k]
            j = k
            while j >= gap and _begins_after(segments, order[j - gap], i):
                order[j] = order[j - gap]
                j -= gap
            order[j] = i
    leaves = 1
    while leaves < n:
        leaves *= 2
    tops = np.full(2 * leaves, -1, np.int64)
    for k in range(n):
        place[order[k]] = k
        tops[leaves + k] = segments[order[k], T1]
    for node in range(leaves - 1, 0, -1):
        tops[node] = max(tops[2 * node], tops[2 * node + 1])
    return Overlaps(n, order, place, tops)


@inlined
def _begins_after(segments: Rows, i: int, j: int) -> bool:
    return segments[i, T0] > segments[j, T0] or (segments[i, T0] == segments[j, T0] and i > j)


@inlined
def left_out(overlaps: Overlaps, i: int) -> None:
    """Let segment `i` count no longer."""
    tops = overlaps.tops
    node = (tops.size >> 1) + overlaps.place[i]
    tops[node] = -1
    while node > 1:
        node >>= 1
        tops[node] = max(tops[2 * node], tops[2 * node + 1])


@inlined
def next_beyond(overlaps: Overlaps, k: int, at: int) -> int:
    """The first place in `order`, from `k` on, of a segment that ends beyond word `at`; -1 for none."""
    tops = overlaps.tops
    leaves = tops.size >> 1
    if k >= leaves:
        return np.int64(-1)
    node = leaves + k
    while tops[node] <= at:
        while node & 1:  # the last of its parent's: go on beside that
            node >>= 1
        if node == 0:
            return np.int64(-1)
        node += 1
    while node < leaves:
        node *= 2
        if tops[node] <= at:
            node += 1
    return node - leaves
