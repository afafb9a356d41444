"""The words that two texts have in common in the same order: as many as can be."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.updates.kernels import longest_common

Words: TypeAlias = NDArray[np.uint32]
"""Hashes of words."""

Pairs: TypeAlias = NDArray[np.int64]
"""Places of words in the old and the new text, shape ``(n, 2)``, ascending in both."""

MOST = 1 << 28
"""Pairs of words, a bit each, that are looked at together at most. Longer texts are cut first at what stands once in
both; what is between such places and still too long has nothing in common."""

ANCHOR = 8
"""Words in a row that are looked for to cut there."""

_SEED = np.uint64(secrets.randbits(64) | 1)
"""Of a hash table: it changes no answer."""


def common(old: Words, new: Words) -> Pairs:
    """The places of common words.

    >>> common(np.array([1, 2, 3, 4], np.uint32), np.array([1, 3, 5, 4], np.uint32)).tolist()
    [[0, 0], [2, 1], [3, 3]]
    """
    least = min(old.size, new.size)
    first = _equal(old[:least], new[:least])
    last = _equal(old[old.size - least + first :][::-1], new[new.size - least + first :][::-1])
    i, j = old.size - last, new.size - last
    begin, end = np.arange(first), np.arange(last)
    return np.concatenate(
        (
            np.column_stack((begin, begin)),
            _between(old[first:i], new[first:j]) + first,
            np.column_stack((i + end, j + end)),
        )
    )


def _equal(old: Words, new: Words) -> int:
    """How many words are equal before the first that is not."""
    differ = np.flatnonzero(old != new)
    return int(differ[0]) if differ.size else old.size


def _between(old: Words, new: Words) -> Pairs:
    if old.size * new.size <= MOST:
        found: Pairs = longest_common(old, new, _SEED)
        return found
    anchors = _anchors(old.tolist(), new.tolist())
    parts = [np.empty((0, 2), np.int64)]
    i = j = 0
    for a, b in [*anchors, (old.size, new.size)] if anchors else []:
        parts.append(common(old[i:a], new[j:b]) + np.array((i, j)))
        i, j = a, b
    return np.concatenate(parts)


def _anchors(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Where some words in a row stand that each text has once, in one order in both."""
    once = [dict(_once(words)) for words in (old, new)]
    pairs = [(place, once[1][words]) for words, place in once[0].items() if words in once[1]]
    return _ascending([pair for pair in pairs if pair != (0, 0)])


def _once(words: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    runs = [tuple(words[at : at + ANCHOR]) for at in range(len(words) - ANCHOR + 1)]
    times = Counter(runs)
    return ((run, place) for place, run in enumerate(runs) if times[run] == 1)


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most of some pairs, ascending on the left, that ascend on the right, too."""
    from bisect import bisect_left

    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
        tails[at : at + 1] = [number]
        before.append(tails[at - 1] if at else -1)
    found = []
    number = tails[-1] if tails else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    found.reverse()
    return found
