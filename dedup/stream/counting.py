"""How many articles of an index an article is compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.index.kernels import rank_times
from dedup.index.records import A_DAY, NEVER, UNDATED
from dedup.index.runs import Asked, Roll, Terms

Ints = NDArray[np.int64]


def seen_by(asked: Asked, roll: Roll, batch: Roll) -> Ints:
    """How many articles each asker may see (see `Terms`): of those on the roll, and of the batch that it is one of."""
    terms = asked.terms
    struck = np.array(asked.struck, np.int64).reshape(-1, 2)
    inside = (struck[:, 0] >= roll.base) & (struck[:, 0] < roll.base + roll.until.size)
    held, by = struck[inside].T
    alive = roll.until[held - roll.base] == NEVER
    held, by = held[alive], by[alive]
    still = np.full(held.size, NEVER)
    bound, day = roll.bound[held - roll.base], roll.day[held - roll.base]
    numbers = batch.base + np.arange(batch.bound.size)
    seen = _held(terms, roll) + _seen(terms, numbers, batch.bound, batch.day, batch.until)
    return seen - _seen(terms, held, bound, day, still) + _seen(terms, held, bound, day, by)


def _held(terms: Terms, roll: Roll) -> Ints:
    """How many of those that are held when all of the askers come, in one pass over them."""
    # A dated article is of the day of its date, so both ends are told by that.
    latest = np.minimum(terms.bound, NEVER - 1) + 1
    oldest = np.minimum(np.maximum(terms.horizon, UNDATED // A_DAY + 1) * A_DAY, latest)
    edges = [np.sort(column) for column in (latest, oldest, terms.horizon)]
    tallies = [np.zeros(column.size + 1, np.int64) for column in edges]
    rank_times(roll.bound, roll.day, roll.until, UNDATED, NEVER, *edges, *tallies)
    sums = [np.cumsum(tally) for tally in tallies]
    below = [
        total[np.searchsorted(edge, own)]
        for total, edge, own in zip(sums, edges, (latest, oldest, terms.horizon), strict=True)
    ]
    undated: Ints = sums[2][-1] - below[2]
    seen: Ints = below[0] - below[1] + undated
    return seen


def _seen(terms: Terms, number: Ints, bound: Ints, day: Ints, until: Ints) -> Ints:
    """How many of some articles, each asker looking at each."""
    before = terms.before[:, None]
    visible = (number < before) & (until > before)
    visible &= (bound <= terms.bound[:, None]) & (day >= terms.horizon[:, None])
    seen: Ints = np.count_nonzero(visible, axis=1)
    return seen
