"""What of a passage is said otherwise in its source: the words between runs of equal words, in code points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels.alignment.rows import S0, S1, SIZE, T0, T1, S, T
from dedup.text.ranges import ragged
from dedup.text.words import Columns
from dedup.verdict.painting import Ints


class Changes(NamedTuple):
    """What differs, in the order of the text.

    `row`, int64 ``(n,)``: the passage, ascending. `spans`, uint32 ``(n, 4)``: code points ``(start, end, match_start,
    match_end)``. Where words were put in, the place in the source is empty, and where words were left out, the place
    here: behind the word before, or where the passage begins.
    """

    row: Ints
    spans: NDArray[np.uint32]


def changes(columns: Columns, rows: Ints, blocks: Ints, low: Ints, high: Ints, among: Ints) -> Changes:
    """The changes in some passages, `among` all `rows`, whose runs of equal words are ``blocks[low:high]``.

    Tight: neither side begins or ends with a word that the other has there too.
    """
    row, gaps = _gaps(rows, blocks, low, high, among)
    gaps = _without_equal_ends(columns.hashes, gaps)
    differs = (gaps[:, 0] < gaps[:, 1]) | (gaps[:, 2] < gaps[:, 3])
    row, gaps = row[differs], gaps[differs]
    here = _in_code_points(columns, gaps[:, 0], gaps[:, 1], rows[row, T0])
    there = _in_code_points(columns, gaps[:, 2], gaps[:, 3], rows[row, S0])
    return Changes(row, np.stack((*here, *there), axis=1))


def _gaps(rows: Ints, blocks: Ints, low: Ints, high: Ints, among: Ints) -> tuple[Ints, Ints]:
    """What lies before, between and behind the runs, in words of both texts: the row, and ``(n, 4)``."""
    sizes = high[among] - low[among]
    row = np.repeat(among, sizes + 1)
    opens = np.cumsum(sizes + 1) - sizes - 1
    first = np.zeros(row.size, np.bool_)
    first[opens] = True
    last = np.zeros(row.size, np.bool_)
    last[opens + sizes] = True
    at = ragged(low[among], sizes)
    gaps = np.empty((row.size, 4), np.int64)
    gaps[~first, 0], gaps[~first, 2] = blocks[at, T] + blocks[at, SIZE], blocks[at, S] + blocks[at, SIZE]
    gaps[~last, 1], gaps[~last, 3] = blocks[at, T], blocks[at, S]
    gaps[first, 0], gaps[first, 2] = rows[among, T0], rows[among, S0]
    gaps[last, 1], gaps[last, 3] = rows[among, T1], rows[among, S1]
    # A passage may claim less of its source than its runs, at a border: then nothing lies there.
    gaps[:, 1], gaps[:, 3] = np.maximum(gaps[:, 0], gaps[:, 1]), np.maximum(gaps[:, 2], gaps[:, 3])
    return row, gaps


def _without_equal_ends(hashes: NDArray[np.uint32], gaps: Ints) -> Ints:
    """The same without words that both sides begin with, then without those that both end with."""
    gaps = gaps.copy()
    for sides, step in (((0, 2), 1), ((1, 3), -1)):
        open_ = np.arange(len(gaps))
        while open_.size:
            some = gaps[open_]
            open_ = open_[(some[:, 0] < some[:, 1]) & (some[:, 2] < some[:, 3])]
            here, there = (gaps[open_, side] - (step < 0) for side in sides)
            open_ = open_[hashes[here] == hashes[there]]
            for side in sides:
                gaps[open_, side] += step
    return gaps


def _in_code_points(
    columns: Columns, begin: Ints, end: Ints, border: Ints
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Where some words stand; of none, behind the word before them, or where the first of all begins."""
    none = begin == end
    before = np.where(
        begin > border, columns.ends[begin - 1], columns.starts[np.minimum(begin, columns.starts.size - 1)]
    )
    starts = np.where(none, before, columns.starts[np.minimum(begin, columns.starts.size - 1)])
    ends = np.where(none, before, columns.ends[end - 1])
    return starts, ends
