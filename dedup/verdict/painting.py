"""Painting: which finding accounts for each word. The one place in Python; `reporter/page/painting.js` mirrors it.

Findings cover ranges of words, `[first, last)`, counted in the article. Where several hold a word, the class that comes
first in `dedup.classes.PRECEDENCE` wins; within one class the earlier finding.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.classes import STRENGTHS
from dedup.model import Finding, Ledger
from dedup.text.ranges import ragged
from dedup.text.words import split

Range: TypeAlias = tuple[int, int]
"""Words `[first, last)` of an article."""

Ints: TypeAlias = NDArray[np.int64]

NOBODY = -1
"""The owner of a word that no finding accounts for: the article's own."""


def owners(words: int, strengths: Ints, firsts: Ints, lasts: Ints) -> Ints:
    """Which of some claims owns each of `words` words, or `NOBODY`; shape ``(words,)``.

    A claim holds the words ``[first, last)``, as far as there are such. The stronger wins; of equals, the one that
    stands first. What has strength 0 claims nothing.

    >>> owners(4, np.array([2, 9, 2]), np.array([0, 1, 2]), np.array([3, 2, 9])).tolist()
    [0, 1, 0, 2]
    """
    claiming = np.flatnonzero(strengths)
    # Of a place that is painted twice numpy keeps the last value: the strongest goes last, of equals the first.
    order = claiming[np.lexsort((-claiming, strengths[claiming]))]
    firsts = np.minimum(firsts[order], words)
    sizes = np.maximum(np.minimum(lasts[order], words) - firsts, 0)
    painted = np.full(words, NOBODY, np.int64)
    painted[ragged(firsts, sizes)] = np.repeat(order, sizes)
    return painted


def paint(words: int, kinds: Sequence[str], ranges: Sequence[Range]) -> list[int]:
    """The finding that owns each word, or `NOBODY`. Kinds that are no class (`obfuscated`) paint nothing.

    >>> paint(6, ["recycled", "foreign", "recycled"], [(0, 4), (1, 2), (3, 5)])
    [0, 1, 0, 0, 2, -1]
    """
    strengths = np.array([STRENGTHS.get(kind, 0) for kind in kinds], np.int64)
    edges = np.array(ranges, np.int64).reshape(-1, 2)
    painted: list[int] = owners(words, strengths, edges[:, 0], edges[:, 1]).tolist()
    return painted


def ledger_of(owners: Sequence[int], kinds: Sequence[str]) -> Ledger:
    """Count a painting by class.

    >>> ledger_of([0, 1, 0, -1], ["recycled", "foreign"]) == Ledger(original=1, recycled=2, foreign=1)
    True
    """
    counts = Counter("original" if owner == NOBODY else kinds[owner] for owner in owners)
    return Ledger(**counts)


def word_starts(text: str) -> list[int]:
    """Code point of each word's first letter, as the ledger counts words.

    >>> word_starts("Twelve ships, 3 ports.")
    [0, 7, 14, 16]
    """
    starts: list[int] = split([text]).starts.tolist()
    return starts


def word_ranges(starts: Sequence[int], findings: Iterable[Finding]) -> list[Range]:
    """The words each finding holds: those that begin inside its code points."""
    return [(bisect_left(starts, found.start), bisect_left(starts, found.end)) for found in findings]


def guessed_ranges(words: int, findings: Sequence[Finding]) -> tuple[list[Range], bool]:
    """The words each finding holds where the text is not at hand, and whether they are certain.

    A finding says how many words it holds, so findings that do not overlap can be laid end to end:
    classes then come out exactly. Where findings overlap, how far is a guess by code points.
    """
    ranges: list[Range] = [(0, 0)] * len(findings)
    order = sorted(range(len(findings)), key=lambda i: (findings[i].start, -findings[i].end))
    under: int | None = None  # the placed finding that reaches furthest
    certain = True
    for i in order:
        found = findings[i]
        if under is None or found.start >= findings[under].end:
            first = ranges[under][1] if under is not None else 0
        else:
            first = _inside(found.start, findings[under], ranges[under])
            same = (found.start, found.end) == (findings[under].start, findings[under].end)
            certain = certain and same
        ranges[i] = (min(first, words), min(first + found.words, words))
        if under is None or found.end > findings[under].end:
            under = i
    return ranges, certain


def _inside(point: int, found: Finding, placed: Range) -> int:
    share = (point - found.start) / max(1, found.end - found.start)
    return placed[0] + round(share * (placed[1] - placed[0]))
