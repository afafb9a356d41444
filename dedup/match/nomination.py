"""Who deserves a look: the one rule by which scan, stream and Spark nominate, whoever fetched the lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.kernels import nomination as kernels
from dedup.text.ranges import distinct

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """Who holds the keys of some texts, for each key the first to come first.

    `asker_pars`, int64: asker to paragraphs, one longer than the askers; `par_keys`: paragraph to keys, in the order
    of its text. One a key, int64: `sizes`, how many have it, the asker included (0: no key is here); of those
    earlier the list is ``holders[starts[i] : starts[i] + counts[i]]``, uint32: as far as it is known. Who has a key
    several times may stand in its list as often, next to himself.
    """

    asker_pars: Integers
    par_keys: Integers
    sizes: Integers
    starts: Integers
    counts: Integers
    holders: NDArray[np.uint32]


class Nominated(NamedTuple):
    """Who deserves a look, and who would have done for `policy.LEAST_WEIGHT` had there been more room.

    Both int64 ``(n, 2)``: asker, holder; sorted, no pair twice.
    """

    pairs: Integers
    cut: Integers


def nominated(
    lists: Lists, frequent: int, most: int, least: int = policy.LEAST_WEIGHT, limit: int | None = None,
    rank: Callable[[Integers], Integers] | None = None, *, stretch: int = policy.STRETCH,
) -> Nominated:  # fmt: skip
    """Who deserves a look.

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
    if limit is None:
        return Nominated(_pairs(rows), _pairs(rows[:0]))
    order, among = _by_promise(rows, ranks)
    cut = rows[order[among >= limit]]
    return Nominated(
        _pairs(rows[order[among < limit]]), _pairs(cut[cut[:, kernels.WEIGHT] >= policy.LEAST_WEIGHT])
    )


def packed(pairs: Integers) -> Integers:
    """Pairs of asker and holder, shape ``(n, 2)``, as one number each."""
    return pairs[:, 0] << 32 | pairs[:, 1]


def unpacked(pairs: Integers) -> Integers:
    """Pairs that were `packed`, shape ``(n, 2)``."""
    return np.stack((pairs >> 32, pairs & 0xFFFFFFFF), axis=1)


def pairs_of(rows: Integers) -> Integers:
    """Asker and holder of each row of `kernels.tally`, packed."""
    return packed(rows[:, [kernels.ASKER, kernels.HOLDER]])


def _pairs(rows: Integers) -> Integers:
    return unpacked(distinct(pairs_of(rows)))


def _by_promise(rows: Integers, ranks: Integers) -> tuple[Integers, Integers]:
    """The places of each asker's holders, by the stretch that each weighs most in, best first; and which that is."""
    asker, _, holder, weight = rows.T
    order = np.lexsort((-weight, holder, asker))
    order = order[_fresh(asker[order], holder[order])]
    order = order[np.lexsort((holder[order], ranks[order], -weight[order], asker[order]))]
    starts = np.flatnonzero(_fresh(asker[order]))
    among = np.arange(order.size) - np.repeat(starts, np.diff(np.append(starts, order.size)))
    return order, among


def _fresh(*columns: Integers) -> NDArray[np.bool_]:
    """Which of some sorted rows differ from the one before."""
    fresh = np.ones(columns[0].size, np.bool_)
    fresh[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return fresh
