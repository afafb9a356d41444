"""What an article updates: an earlier article of its outlet that has most of it, or of which it has most.

Passages name the first who had them, so an outlet that goes on with what it took from an agency, or with a version that
it cut, is known by what both versions took from one source: they are kin. Who is likely is told from passages; which of
them it is, and what differs, from the words of the texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels.alignment.rows import ARTICLE, KIND, RECYCLED, REWORDED, SOURCE, T0, T1
from dedup.model import UpdateOf
from dedup.updates.difference import Difference, Side, difference

Ints: TypeAlias = NDArray[np.int64]

HALF = 0.5
"""Share of either's words that an update has in common with what it updates."""

NOTABLE = 0.05
"""Share of its words from which an article that has most of a short one updates it: an alert, a first line."""

MOST = 3
"""Earlier articles that are looked at as what one updates: those it has most in common with, the latest first. As many
of its outlet that took from the same source are thought of, the latest."""


class Took(NamedTuple):
    """Words that articles took from others, a row a pair of article and source; int64 columns of one length."""

    article: Ints
    source: Ints
    words: Ints


class Kin(NamedTuple):
    """Earlier articles of the same outlet, `size` words long, and what articles have in common with them."""

    article: Ints
    other: Ints
    common: Ints
    size: Ints

    def joined(self, more: Kin) -> Kin:
        """These and others."""
        return Kin(*map(np.concatenate, zip(self, more, strict=True)))


@dataclass(frozen=True, slots=True)
class Before:
    """An article that another may update, and what differs; `same` of its `words` are the same there. `place`: the
    greater the later."""

    place: int
    words: int
    same: int
    update: UpdateOf


def took(rows: Ints) -> Took:
    """What passages say was taken, pairs in order."""
    copied = (rows[:, KIND] == RECYCLED) | (rows[:, KIND] == REWORDED)
    copied &= rows[:, ARTICLE] != rows[:, SOURCE]
    article, source, begin, end = (rows[copied, column] for column in (ARTICLE, SOURCE, T0, T1))
    pairs, which = np.unique(article << 32 | source, return_inverse=True)
    words = np.bincount(which, end - begin, pairs.size).astype(np.int64)
    return Took(pairs >> 32, pairs & 0xFFFFFFFF, words)


def direct(taken: Took, outlets: Ints, sizes: Ints) -> Kin:
    """The kin that articles took from; `outlets`, -1 where unknown, and `sizes` of articles by their numbers."""
    own = (outlets[taken.article] == outlets[taken.source]) & (outlets[taken.article] >= 0)
    article, source, words = (column[own] for column in taken)
    return Kin(article, source, words, sizes[source])


def siblings(taken: Took, outlets: Ints, sizes: Ints) -> Kin:
    """The kin that took from the same sources; here `outlets` and `sizes` are those of the articles, one a row.

    Numbers of articles rise from the earlier to the later.
    """
    order = np.lexsort((taken.article, outlets, taken.source))
    order = order[outlets[order] >= 0]
    article, source, words = (column[order] for column in taken)
    outlets, sizes = outlets[order], sizes[order]
    parts = []
    for back in range(1, MOST + 1):
        here = np.arange(back, order.size)
        here = here[(source[here] == source[here - back]) & (outlets[here] == outlets[here - back])]
        common = np.minimum(words[here], words[here - back])
        parts.append(Kin(article[here], article[here - back], common, sizes[here - back]))
    return Kin(*map(np.concatenate, zip(*parts, strict=True)))


def likely(kin: Kin, sizes: Ints) -> Ints:
    """Pairs of an article and what it may update, shape ``(n, 2)``, sorted; `sizes` of the articles by their numbers.

    They have half of either's words in common, or the article has with all its kin.
    """
    articles, others = kin.article, kin.other
    names, other = np.unique(others, return_inverse=True)
    pairs, which = np.unique(articles << 32 | other, return_inverse=True)
    common = np.bincount(which, kin.common, pairs.size)
    size = np.zeros(pairs.size, np.int64)
    size[which] = kin.size
    article, at = pairs >> 32, pairs & 0xFFFFFFFF
    words = sizes[article]
    whole = np.bincount(article, common, sizes.size)[article]
    enough = (whole >= HALF * words) | (common >= HALF * size)
    kept = np.flatnonzero(enough & (common >= NOTABLE * words) & (common > 0))
    kept = kept[np.lexsort((-at[kept], -common[kept], article[kept]))]
    rank = np.arange(kept.size) - np.searchsorted(article[kept], article[kept])
    kept = np.sort(kept[rank < MOST])
    return np.stack((article[kept], names[at[kept]]), axis=1)


def compared(name: str, place: int, old: Side, new: Side) -> Before:
    """What a text has otherwise than an earlier one."""
    found = difference(old, new)
    return Before(place, len(old.hashes), found.same, UpdateOf(name, *_counts(found)))


def latest_version(words: int, several: Iterable[Before]) -> UpdateOf | None:
    """Of those that an article of so many words may update the one it has most in common with, of two the later.

    It is half of either's words, or there is none.
    """
    found = [one for one in several if one.same >= HALF * min(words, one.words)]
    return max(found, key=lambda one: (one.same, one.place)).update if found else None


def update_of(name: str, old: Side, new: Side) -> UpdateOf:
    """What a newer version says otherwise than the one with this id."""
    return UpdateOf(name, *_counts(difference(old, new)))


def _counts(found: Difference) -> tuple[int, int, int]:
    return found.words("added"), found.words("deleted"), found.words("changed")
