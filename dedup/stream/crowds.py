"""Crowds: articles that have the keys of a passage in another order, made to hide the one that has them in this.

Keys tell no order. What deserves a look is bounded, and a crowd fills the bound; then nothing explains the passage,
although many have its keys. Only there are those looked at who were left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.index import View
from dedup.index.keys import Keys
from dedup.index.runs import Answers
from dedup.match import policy
from dedup.match.align import Passages
from dedup.match.ignored import Ignored
from dedup.match.kernels import nomination as kernels
from dedup.match.kernels.alignment.rows import T0, T1
from dedup.settings import Settings
from dedup.stream.looking import Arena, Judged, Look, arranged, verified
from dedup.text.ranges import distinct

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking showed: the `passages`, who met whom in the `arena`, and askers whose look was `cut_short`."""

    arena: Arena
    passages: Passages
    cut_short: Ints


def looked(
    view: View, first: int, judged: Judged, whens: Ints, look: Look, keys: Keys, answers: Answers,
    settings: Settings, ignored: Ignored,
) -> Looked:  # fmt: skip
    """Look at those who deserve it, and where a crowd explains nothing at the rest of it."""

    def seen(pairs: Ints) -> tuple[Arena, Passages, _Crowd]:
        arena = arranged(view, first, judged, whens, pairs)
        passages = verified(arena, keys, answers, settings, ignored)
        return arena, passages, _crowd(keys, answers, _taken(arena, passages), settings.frequent)

    pairs = look.pairs
    arena, passages, crowd = seen(pairs)
    more = crowd.most_promising(pairs)
    if more.size:
        pairs = _unpacked(np.union1d(_packed(pairs), more))
        arena, passages, crowd = seen(pairs)
    left = crowd.askers(pairs)
    return Looked(arena, passages, np.union1d(look.cut_short, left))


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Who has many keys of a stretch that nothing explains: packed pairs of asker and number, int64, sorted, and how
    many keys each has. `unlisted`: askers of stretches of which more have these keys than an index names."""

    pairs: Ints
    shared: Ints
    unlisted: Ints

    def most_promising(self, seen: Ints) -> Ints:
        """The packed pairs to look at beside those that were `seen`: of each asker no more than there is room for."""
        fresh = ~np.isin(self.pairs, _packed(seen))
        pairs, shared = self.pairs[fresh], self.shared[fresh]
        order = np.lexsort((pairs, -shared, pairs >> 32))
        askers = pairs[order] >> 32
        among = np.arange(order.size) - np.searchsorted(askers, askers)
        return np.sort(pairs[order[among < policy.LIMIT_OF_A_CROWD]])

    def askers(self, seen: Ints) -> Ints:
        """Those for whom some of it was never seen."""
        unseen = np.setdiff1d(self.pairs, _packed(seen)) >> 32
        return np.union1d(unseen, self.unlisted)


def _crowd(keys: Keys, answers: Answers, taken: NDArray[np.bool_], frequent: int) -> _Crowd:
    """Who has enough of the keys of a stretch of which less than half is `taken`, one a word of the judged articles."""
    firsts, sizes = _stretches(keys.par_keys)
    counts = answers.counts[: keys.values.size] * keys.full
    least = np.maximum(policy.CROWD_KEYS, -(-sizes // policy.CROWD_SHARE))
    dark = (_sums(counts > 0, firsts, sizes) >= least) & (
        2 * _sums(taken[keys.positions], firsts, sizes) < sizes
    )
    if not dark.any():
        return _Crowd(*(np.empty(0, np.int64) for _ in range(3)))
    listed = np.where(np.repeat(dark, sizes), np.minimum(counts, frequent), 0)
    starts = np.arange(counts.size) * answers.posts.shape[1]
    each = np.ones(counts.size, np.int64)  # as frequent as each other: a key weighs 1
    rows = kernels.tally(
        keys.pars, keys.par_keys, each, starts, listed, answers.posts.reshape(-1), 1, policy.STRETCH,
        policy.FREQUENT_RUN, policy.CROWD_KEYS,
    )  # fmt: skip
    rows = rows[rows[:, kernels.WEIGHT] >= least[rows[:, kernels.STRETCH]]]
    packed = _packed(rows[:, [kernels.ASKER, kernels.HOLDER]])
    order = np.lexsort((-rows[:, kernels.WEIGHT], packed))
    pairs, best = np.unique(packed[order], return_index=True)
    many = _sums(counts > frequent, firsts, sizes) >= least
    unlisted = rows[many[rows[:, kernels.STRETCH]], kernels.ASKER]
    return _Crowd(pairs, rows[order[best], kernels.WEIGHT], distinct(unlisted))


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


def _taken(arena: Arena, passages: Passages) -> NDArray[np.bool_]:
    """Which words of the judged articles lie in a passage."""
    columns = arena.layout.columns
    edges = np.zeros(columns.hashes.size + 1, np.int64)
    np.add.at(edges, passages.rows[:, T0], 1)
    np.add.at(edges, passages.rows[:, T1], -1)
    return np.cumsum(edges)[columns.art_words[arena.first] : -1] > 0


def _packed(pairs: Ints) -> Ints:
    return pairs[:, 0] << 32 | pairs[:, 1]


def _unpacked(packed: Ints) -> Ints:
    return np.stack((packed >> 32, packed & 0xFFFFFFFF), axis=1)
