"""Who deserves a look: the one rule by which scan, stream and Spark nominate, whoever fetched the lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.kernels import nomination as kernels

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """Who holds the keys of some texts, for each key the first to come first.

    `asker_pars`, int64: asker to paragraphs, one longer than the askers; `par_keys`: paragraph to keys, in the order
    of its text. One a key, int64: `sizes`, how many have it, the asker included (0: no key is here); of those
    earlier the list is ``holders[starts[i] : starts[i] + counts[i]]``, uint32: as far as it is known.
    """

    asker_pars: Integers
    par_keys: Integers
    sizes: Integers
    starts: Integers
    counts: Integers
    holders: NDArray[np.uint32]


def nominated(
    lists: Lists, frequent: int, most: int, least: int = policy.LEAST_WEIGHT, limit: int | None = None,
    rank: Callable[[Integers], Integers] | None = None, *, stretch: int = policy.STRETCH,
) -> Integers:  # fmt: skip
    """Who deserves a look, shape ``(n, 2)``: asker, holder; sorted, no pair twice.

    Each `stretch` of so many keys nominates the `most` holders whose keys weigh most, and at least `least` (see
    `dedup.match.policy`); of equals those of lower `rank`: by default the holder itself. The `limit` best of each asker
    are kept. Keys of more than `frequent` count only where many stand in a row.
    """
    rows = kernels.tally(
        lists.asker_pars, lists.par_keys, lists.sizes, lists.starts, lists.counts, lists.holders, frequent,
        stretch, policy.FREQUENT_RUN, least,
    )  # fmt: skip
    holders = rows[:, kernels.HOLDER].copy()
    ranks = holders if rank is None else rank(holders)
    chosen = kernels.best(rows, ranks, most)
    rows, ranks = rows[chosen], ranks[chosen]
    if limit is not None:
        rows = rows[_foremost(rows, ranks, limit)]
    both = rows[:, kernels.ASKER] << 32 | rows[:, kernels.HOLDER]
    both.sort()
    both = both[_fresh(both)]
    return np.stack((both >> 32, both & 0xFFFFFFFF), axis=1)


def _foremost(rows: Integers, ranks: Integers, limit: int) -> Integers:
    """The places of the `limit` best holders of each asker, by the stretch that each weighs most in."""
    asker, _, holder, weight = rows.T
    order = np.lexsort((-weight, holder, asker))
    order = order[_fresh(asker[order], holder[order])]
    order = order[np.lexsort((holder[order], ranks[order], -weight[order], asker[order]))]
    starts = np.flatnonzero(_fresh(asker[order]))
    among = np.arange(order.size) - np.repeat(starts, np.diff(np.append(starts, order.size)))
    foremost: Integers = order[among < limit]
    return foremost


def _fresh(*columns: Integers) -> NDArray[np.bool_]:
    """Which of some sorted rows differ from the one before."""
    fresh = np.ones(columns[0].size, np.bool_)
    fresh[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return fresh
