"""Frames that several earlier articles have: segments which lie on each other, with other figures in each."""

from __future__ import annotations

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import MARKS, SOURCE, T0, T1, Bools, Ints, Rows

LEAST_ARTICLES = 2
"""So many earlier articles, at most two, must have a frame with other figures before they are so as well."""


@inlined
def mark_families(segments: Rows, asked: Ints, figures: Bools, mark: int) -> None:
    """Put a mark on the segments `asked` of which several earlier articles have half and more with other figures.

    `figures`: whether a segment's figures differ. One segment has half of another and more if it begins before that
    and holds its first half, or ends behind it and holds its second one, or is a part of it that is as long. For each
    of the three the two articles that hold most are enough to know whether there are two, so time grows with words and
    segments, not with pairs of segments.
    """
    n = segments.shape[0]
    low, high, one = segments[0, T0], segments[0, T1], np.int64(-1)
    several = False
    for i in range(n):
        low, high = min(low, segments[i, T0]), max(high, segments[i, T1])
        if figures[i]:
            several = several or (one >= 0 and segments[i, SOURCE] != one)
            one = segments[i, SOURCE]
    if not several:
        return
    size = high - low + 1
    ends = np.full((size, 4), -1, np.int64)  # of those that begin here or before: two values, two articles
    begins = np.full((size, 4), -1, np.int64)  # of those that end here or behind, counted from the end
    inside = np.full((size, 4), -1, np.int64)  # lengths of those that begin behind, an indexed tree by end
    first = np.full(size, -1, np.int64)  # chains of segments that begin at a word
    following = np.empty(n, np.int64)
    for i in range(n):
        t0, t1 = segments[i, T0] - low, segments[i, T1] - low
        following[i], first[t0] = first[t0], i
        if figures[i]:
            keep_most(ends[t0], t1, segments[i, SOURCE])
            keep_most(begins[t1], size - t0, segments[i, SOURCE])
    for at in range(1, size):
        keep_both(ends[at], ends[at - 1])
        keep_both(begins[size - 1 - at], begins[size - at])
    held = np.empty(4, np.int64)
    for t0 in range(size - 1, -1, -1):
        i = first[t0]
        while i >= 0:
            if figures[i]:
                at = segments[i, T1] - low
                while at < size:
                    keep_most(inside[at], segments[i, T1] - segments[i, T0], segments[i, SOURCE])
                    at += at & -at
            i = following[i]
        i = first[t0]
        while i >= 0:
            if asked[i]:
                t1 = segments[i, T1] - low
                half = (t1 - t0) // 2 + 1
                for k in range(4):
                    held[k] = -1
                keep_held(held, ends[t0], t0 + half)
                keep_held(held, begins[t1], size - t1 + half)
                at = t1
                while at > 0:
                    keep_held(held, inside[at], half)
                    at -= at & -at
                if (held[2] >= 0) + (held[3] >= 0) >= LEAST_ARTICLES:
                    segments[i, MARKS] |= mark
            i = following[i]


@inlined
def keep_most(kept: Ints, value: int, article: int) -> None:
    """Put a value in if it is one of the two greatest of different articles. `kept`: two values and their articles."""
    if article == kept[2]:
        kept[0] = max(kept[0], value)
    elif value > kept[0]:
        kept[1], kept[3] = kept[0], kept[2]
        kept[0], kept[2] = value, article
    elif value > kept[1]:
        kept[1], kept[3] = value, article


@inlined
def keep_both(kept: Ints, others: Ints) -> None:
    """Put in both values of `others`."""
    for k in range(2):
        if others[2 + k] >= 0:
            keep_most(kept, others[k], others[2 + k])


@inlined
def keep_held(held: Ints, others: Ints, least: int) -> None:
    """Put in the articles whose value is `least` and more."""
    for k in range(2):
        if others[2 + k] >= 0 and others[k] >= least:
            keep_most(held, 1, others[2 + k])
