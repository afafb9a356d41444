"""Segments added between others, where what stands around says that a short one was taken too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.bridges import Gap, Table, fill, merge
from dedup.match.kernels.alignment.evidence import ENOUGH, LETTERS, WEIGHTS
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    END,
    FIRST,
    MARKS,
    MATCHED,
    ON,
    S0,
    S1,
    SEGMENT,
    T0,
    T1,
    Floats,
    Ints,
    Rows,
    Text,
    copy_block,
    roomy,
)
from dedup.match.kernels.alignment.segments import block_weight, count

SHARE = 0.4
"""The share of its words that must match."""


class Found(NamedTuple):
    """Segments so far, their blocks and weights, and how many segments and blocks there are."""

    segments: Rows
    n: int
    blocks: Rows
    n_blocks: int
    weights: Floats


class Place(NamedTuple):
    """Where a segment may be: words ``[t0, t1)`` of the article and ``[s0, s1)`` of the source."""

    t0: int
    t1: int
    s0: int
    s1: int


@inlined
def put(
    text: Text,
    found: Found,
    place: Place,
    like: Ints,
    weighed: Floats,
    weight: float,
    table: Table,
    scratch: Rows,
) -> Found:
    """Add a segment in a place, if enough of its words match, and these weigh `weight` long words.

    `like` and `weighed`: another of the same article and source, and what that weighs.
    """
    segments, n, blocks, n_blocks, weights = found
    t0, t1, s0, s1 = place
    size = merge(scratch, fill(text, Gap(t0, s0, t1 - t0, s1 - s0, ON, 0.0), table, scratch, np.int64(0)))
    total = 0.0
    for k in range(size):
        total += block_weight(text.flags, scratch, k)
    segments = roomy(segments, n)
    segment = segments[n]
    for k in range(SEGMENT):
        segment[k] = like[k]
    count(scratch, np.int64(0), size, segment)
    if segment[MATCHED] < SHARE * max(t1 - t0, s1 - s0) or total < weight * weighed[LETTERS]:
        return Found(segments, n, blocks, n_blocks, weights)
    segment[T0], segment[T1], segment[S0], segment[S1] = t0, t1, s0, s1
    segment[ACCEPTED], segment[MARKS], segment[FIRST], segment[END] = 2, 0, n_blocks, n_blocks + size
    blocks = roomy(blocks, n_blocks + size)
    for k in range(size):
        copy_block(scratch, k, blocks, n_blocks + k)
    weights = roomy(weights, n)
    for k in range(WEIGHTS):
        weights[n, k] = weighed[k]
    weights[n, ENOUGH] = min(weighed[ENOUGH], segment[MATCHED] / weighed[LETTERS])
    return Found(segments, n + 1, blocks, n_blocks + size, weights)
