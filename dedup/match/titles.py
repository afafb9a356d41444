"""Titles: who has the same one, or nearly the same, in an earlier article of another source.

Titles are too short for the nets that find passages. Two that differ by a few words share all their other words, so
at least two of the rarest of either: pairs of these are keys, and what shares one is compared word by word. A title
counts in no ledger: newsrooms on one event choose the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels import minhash
from dedup.text.ranges import ragged
from dedup.text.words import Columns, batches, equivalents, joined, split

LEAST = 4.0
"""Words, or as much in letters of a script without spaces, of the shortest title: "In brief" is everybody's."""

LONGEST = 400
"""Code points of the longest title: what is longer is a text in the wrong field."""

CHANGED, ONE_IN = 3, 4
"""Words that differ at most between titles that are nearly the same, and at most one in so many of the shorter's."""

LOOKED = 8
"""Different titles, those that came first, that one is compared with for each key: a frame that a thousand have."""

_RAREST = CHANGED + 2
_FIRST, _SECOND = np.array([*combinations(range(_RAREST), 2)]).T

KEYS = 1 + _FIRST.size
"""Keys of a title: of the whole, and of pairs of its rarest words."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is compared: whose it is, and its words, of which equal ones have equal numbers."""

    place: int
    source: str
    words: Sequence[int]


def columns_of(titles: Iterable[str]) -> Columns:
    """The words of titles; of those that are none, because they are too long, no words."""
    return joined(map(split, batches(title if len(title) <= LONGEST else "" for title in titles)))


def allowed(words: int) -> int:
    """How many words may differ from a title of so many.

    >>> [allowed(words) for words in (4, 5, 8, 12, 40)]
    [0, 1, 2, 3, 3]
    """
    return min(CHANGED, words // ONE_IN) if words > ONE_IN else 0


def keys(columns: Columns) -> NDArray[np.uint64]:
    """Keys of titles, shape ``(titles, KEYS)``, the whole first; 0 where there is none.

    Titles that `changed` calls nearly the same share one: of their words all but `allowed` are in both, so the first
    two that are stand among the first ``allowed + 2`` of either. Long words come first, for they are rare.
    """
    sizes = np.diff(columns.art_words)
    out = np.zeros((sizes.size, KEYS), np.uint64)
    article = np.repeat(np.arange(sizes.size), sizes)
    weights = np.bincount(article, equivalents(columns.flags), sizes.size)
    told = weights >= LEAST
    wholes = np.empty(sizes.size, np.uint64)
    minhash.digest(columns.hashes, columns.art_words, wholes)
    out[told, 0] = wholes[told]
    rarest, depth = _rarest(columns, article), np.array([allowed(size) for size in sizes.tolist()], np.int64)
    one, other = rarest[:, _FIRST], rarest[:, _SECOND]
    here = (told & (depth > 0))[:, None] & (depth[:, None] + 2 > _SECOND) & (other > 0)
    pairs = (one << np.uint64(32) | other) * np.uint64(0x9E3779B185EBCA87) | np.uint64(1)
    out[:, 1:] = np.where(here, pairs, np.uint64(0))
    return out


def _rarest(columns: Columns, article: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Different words of each title, the longest first, shape ``(titles, _RAREST)``; 0: no more."""
    length = columns.ends.astype(np.int64) - columns.starts
    order = np.lexsort((columns.hashes, -length, article))
    home, word = article[order], columns.hashes[order].astype(np.uint64)
    fresh = np.ones(order.size, np.bool_)
    fresh[1:] = (home[1:] != home[:-1]) | (word[1:] != word[:-1])
    home, word = home[fresh], word[fresh]
    counts = np.bincount(home, minlength=columns.art_words.size - 1)
    rank = ragged(np.zeros(counts.size, np.int64), counts)
    out = np.zeros((counts.size, _RAREST), np.uint64)
    near = rank < _RAREST
    out[home[near], rank[near]] = word[near]
    return out


def words_of(columns: Columns) -> list[list[int]]:
    """The words of each title as numbers; the columns are told apart (see `dedup.text.vocabulary`)."""
    words, bounds = columns.hashes.tolist(), columns.art_words.tolist()
    return [words[low:high] for low, high in pairwise(bounds)]


def changed(one: Sequence[int], other: Sequence[int]) -> int | None:
    """How many words were swapped, put in or left out between two titles; None if they are not nearly the same.

    >>> changed([1, 2, 3, 4, 5], [1, 2, 7, 4, 5]), changed([1, 2, 3, 4, 5], [1, 7, 8, 4, 5])
    (1, None)
    """
    if one == other:
        return 0
    most = allowed(min(len(one), len(other)))
    if abs(len(one) - len(other)) > most or len({*one} ^ {*other}) > 2 * most:
        return None
    head = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, others = one[head:], other[head:]
    while rest and others and rest[-1] == others[-1]:
        rest, others = rest[:-1], others[:-1]
    row = list(range(len(others) + 1))
    for number, word in enumerate(rest, 1):
        before, row = row, [number]
        for at, their in enumerate(others):
            row.append(min(before[at] + (word != their), before[at + 1] + 1, row[at] + 1))
    return row[-1] if row[-1] <= most else None


def alike(holders: Iterable[Title]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Of titles that share a key, the first to come first: whose, and what `nearest` says of it.

    Of those before it that another source has (or nobody knows which) the one with the fewest changes, then the first.
    """
    seen: list[Title] = []
    for title in holders:
        best = nearest(title, seen)
        if best is not None:
            yield title.place, best
        if len(seen) < LOOKED and all(one.words != title.words or one.source != title.source for one in seen):
            seen.append(title)


def nearest(title: Title, others: Iterable[Title]) -> tuple[int, int] | None:
    """The fewest changes to one of another source, and its place; of equals the first place."""
    found = (
        (count, one.place)
        for one in others
        if (one.source != title.source or not title.source)
        and (count := changed(title.words, one.words)) is not None
    )
    return min(found, default=None)


def matched(columns: Columns, sources: Sequence[str], first: int = 0) -> dict[int, tuple[int, int]]:
    """Who had titles before, of those from place `first` on: words changed, and whose it was.

    Titles are in the order of provenance, and their columns told apart.
    """
    every = keys(columns)
    place, number = np.nonzero(every)
    words = words_of(columns)
    found = in_groups(every[place, number], place, lambda at: Title(at, sources[at], words[at]))
    return {whose: best for whose, best in found.items() if whose >= first}


def in_groups(
    values: NDArray[np.uint64], places: NDArray[np.int64], title: Callable[[int], Title]
) -> dict[int, tuple[int, int]]:
    """The best of what `alike` says of the titles that share a key; `values` are their keys, in any order."""
    order = np.lexsort((places, values))
    values, places = values[order], places[order]
    starts = np.flatnonzero(np.diff(values, prepend=~values[:1]))
    ends = np.append(starts, values.size)[1:]
    shared = ends - starts > 1
    found: dict[int, tuple[int, int]] = {}
    for low, high in zip(starts[shared].tolist(), ends[shared].tolist(), strict=True):
        for whose, best in alike(map(title, places[low:high].tolist())):
            found[whose] = min(found.get(whose, best), best)
    return found
