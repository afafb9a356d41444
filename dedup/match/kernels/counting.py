"""How many articles hold a passage: those that have three in five of the shingles sampled of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled
from dedup.match.kernels.alignment.rows import END, FIRST, SIZE
from dedup.text.kernels.hashing import MASK32

NO_MORE = np.uint64(0xFFFFFFFFFFFFFFFF)


# About 100 ns a row.
@compiled("int64[:, ::1](int64[:, ::1], int64[:, ::1], int64, int64, int64)")
def sampled(rows: Any, blocks: Any, side: int, width: int, most: int) -> Any:
    """Words where shingles of each row's passage begin, at most `most`, spread over it; shape ``(n, most)``.

    The words of the article itself (`side` is `T`) or of its source (`S`). Where a passage has fewer shingles the rest
    is -1.
    """
    out = np.full((rows.shape[0], most), -1, np.int64)
    for i in range(rows.shape[0]):
        samples, total = np.int64(0), np.int64(0)
        for k in range(rows[i, FIRST], rows[i, END]):
            total += max(0, blocks[k, SIZE] - width + 1)
        stride = max(1, total // most)
        total = np.int64(0)
        for k in range(rows[i, FIRST], rows[i, END]):
            for word in range(blocks[k, side], blocks[k, side] + blocks[k, SIZE] - width + 1):
                total += 1
                if samples < most and total % stride == 0:
                    out[i, samples] = word
                    samples += 1
    return out


# About 20 ns a holder met.
@compiled("int64[::1](int64[:, ::1], int64[:, ::1], uint64[::1], int64, int64)")
def count_holders(starts: Any, counts: Any, holders: Any, some: int, of: int) -> Any:
    """How many articles hold each passage, shape ``(n,)``: those that have `some` in `of` of its samples.

    Sample k of passage i is held by ``holders[starts[i, k] : starts[i, k] + counts[i, k]]``, sorted ``article << 32 |
    how many articles have that paragraph``: copies of a paragraph need not be listed. A count of -1: no such sample.
    """
    out = np.zeros(starts.shape[0], np.int64)
    at = np.empty(starts.shape[1], np.int64)
    for i in range(starts.shape[0]):
        samples = np.int64(0)
        for k in range(at.size):
            at[k] = starts[i, k]
            samples += counts[i, k] >= 0
        while True:
            article = NO_MORE
            for k in range(at.size):
                if at[k] < starts[i, k] + counts[i, k]:
                    article = min(article, holders[at[k]] >> np.uint64(32))
            if article == NO_MORE:
                break
            times, instances = np.int64(0), np.int64(0)
            for k in range(at.size):
                end = starts[i, k] + counts[i, k]
                if at[k] < end and holders[at[k]] >> np.uint64(32) == article:
                    times += 1
                    instances = max(instances, np.int64(holders[at[k]] & MASK32))
                    while at[k] < end and holders[at[k]] >> np.uint64(32) == article:
                        at[k] += 1
            if of * times >= some * samples:
                out[i] += instances
    return out
