"""The words that two texts have in common in the same order: as many as can be.

A longest common subsequence by rows of bits, a row a word and a bit a word of the other text (Hyyrö 2004, "Bit-parallel
LCS-length computation revisited"): some milliseconds for articles of thousands of words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Pair: TypeAlias = "tuple[int, int]"
"""Places of one word in the old and the new text."""

MOST = 1 << 28
"""Bits of the rows at most. Longer texts are cut first at what stands once in both; what is between such places and
still too long has nothing in common."""

ANCHOR = 8
"""Words in a row that are looked for to cut there."""


def common(old: Sequence[int], new: Sequence[int]) -> list[Pair]:
    """The places of common words, ascending in both.

    >>> common([1, 2, 3, 4], [1, 3, 5, 4])
    [(0, 0), (2, 1), (3, 3)]
    """
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    i, j = len(old) - last, len(new) - last
    between = _between(old[first:i], new[first:j])
    return [
        *((at, at) for at in range(first)),
        *((first + a, first + b) for a, b in between),
        *((i + at, j + at) for at in range(last)),
    ]


def _between(old: Sequence[int], new: Sequence[int]) -> list[Pair]:
    if not old or not new:
        return []
    if len(old) * len(new) <= MOST:
        return _longest(old, new)
    anchors = _anchors(old, new)
    if not anchors:
        return []
    found: list[Pair] = []
    i = j = 0
    for a, b in [*anchors, (len(old), len(new))]:
        found += ((i + x, j + y) for x, y in common(old[i:a], new[j:b]))
        i, j = a, b
    return found


def _longest(old: Sequence[int], new: Sequence[int]) -> list[Pair]:
    places: dict[int, int] = {}
    for place, word in enumerate(new):
        places[word] = places.get(word, 0) | 1 << place
    full = row = (1 << len(new)) - 1
    rows = []
    for word in old:
        if word in places and (known := row & places[word]):
            row = ((row + known) | (row - known)) & full
        rows.append(row)
    found = []
    i, j = len(old), len(new)
    while i and j:
        if old[i - 1] == new[j - 1]:
            i, j = i - 1, j - 1
            found.append((i, j))
        elif rows[i - 1] >> (j - 1) & 1:
            j -= 1
        else:
            i -= 1
    found.reverse()
    return found


def _anchors(old: Sequence[int], new: Sequence[int]) -> list[Pair]:
    """Where some words in a row stand that each text has once, in one order in both."""
    once = [dict(_once(words)) for words in (old, new)]
    pairs = [(place, once[1][words]) for words, place in once[0].items() if words in once[1]]
    return _ascending([pair for pair in pairs if pair != (0, 0)])


def _once(words: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    runs = [tuple(words[at : at + ANCHOR]) for at in range(len(words) - ANCHOR + 1)]
    times = Counter(runs)
    return ((run, place) for place, run in enumerate(runs) if times[run] == 1)


def _ascending(pairs: Sequence[Pair]) -> list[Pair]:
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
