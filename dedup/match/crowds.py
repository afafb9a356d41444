"""Crowds: texts that have the keys of a passage in another order, made to hide the one that has them in this.

Keys tell no order. What deserves a look is bounded, and a crowd fills the bound; then nothing explains the passage,
although many have its keys. Only there are those looked at who were left out: the one rule of scan and stream.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.kernels import nomination as kernels
from dedup.match.nomination import Lists, pairs_of
from dedup.text.ranges import distinct

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who has many keys of a stretch that nothing explains: packed pairs of asker and holder, int64, sorted, and how
    many keys each has. `unlisted`: askers of stretches of which more have these keys than are listed."""

    pairs: Ints
    shared: Ints
    unlisted: Ints

    def most_promising(self, seen: Ints) -> Ints:
        """The packed pairs to look at beside those `seen`: of each asker no more than there is room for."""
        fresh = ~np.isin(self.pairs, seen)
        pairs, shared = self.pairs[fresh], self.shared[fresh]
        order = np.lexsort((pairs, -shared, pairs >> 32))
        askers = pairs[order] >> 32
        among = np.arange(order.size) - np.searchsorted(askers, askers)
        return np.sort(pairs[order[among < policy.LIMIT_OF_A_CROWD]])

    def askers(self, seen: Ints) -> Ints:
        """Those for whom some of it was never seen."""
        unseen = np.setdiff1d(self.pairs, seen) >> 32
        return np.union1d(unseen, self.unlisted)


def crowd_of(lists: Lists, cut: NDArray[np.bool_], taken: NDArray[np.bool_]) -> Crowd:
    """Who has enough of the keys of a stretch of which less than half is `taken`.

    One a key: what is `taken` by passages, and whether its list of holders was `cut` short.
    """
    firsts, sizes = _stretches(lists.par_keys)
    least = np.maximum(policy.CROWD_KEYS, -(-sizes // policy.CROWD_SHARE))
    dark = (_sums(lists.counts > 0, firsts, sizes) >= least) & (2 * _sums(taken, firsts, sizes) < sizes)
    if not dark.any():
        return Crowd(*(np.empty(0, np.int64) for _ in range(3)))
    listed = np.where(np.repeat(dark, sizes), lists.counts, 0)
    each = np.ones(listed.size, np.int64)  # as frequent as each other: a key weighs 1
    rows = kernels.tally(
        lists.asker_pars, lists.par_keys, each, lists.starts, listed, lists.holders, 1, policy.STRETCH,
        policy.FREQUENT_RUN, policy.CROWD_KEYS,
    )  # fmt: skip
    # Who is listed for some of the keys may be among those cut off for the others.
    more = _sums(cut, firsts, sizes)
    stretch = rows[:, kernels.STRETCH]
    rows = rows[rows[:, kernels.WEIGHT] + more[stretch] >= least[stretch]]
    pairs = pairs_of(rows)
    order = np.lexsort((-rows[:, kernels.WEIGHT], pairs))
    pairs, best = np.unique(pairs[order], return_index=True)
    many = 2 * more >= least
    unlisted = rows[many[rows[:, kernels.STRETCH]], kernels.ASKER]
    return Crowd(pairs, rows[order[best], kernels.WEIGHT], distinct(unlisted))


def _stretches(par_keys: Ints) -> tuple[Ints, Ints]:
    """Where each stretch begins among the keys, and how many it has; in the order in which `tally` numbers them."""
    each = -(-np.diff(par_keys) // policy.STRETCH)
    among = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    firsts = np.repeat(par_keys[:-1], each) + policy.STRETCH * among
    return firsts, np.diff(np.append(firsts, par_keys[-1]))


def _sums(values: NDArray[np.bool_], firsts: Ints, sizes: Ints) -> Ints:
    """How many are true in each stretch."""
    totals = np.concatenate(([0], np.cumsum(values)))
    sums: Ints = totals[firsts + sizes] - totals[firsts]
    return sums
