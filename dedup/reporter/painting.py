"""Painting: which finding accounts for each word. The one place in Python; `page/painting.js` mirrors it.

Findings cover ranges of words, `[first, last)`, counted in the article. Where several hold a word,
the class that comes first in `dedup.model.PRECEDENCE` wins; within one class the earlier finding.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from dedup.model import PRECEDENCE, Finding, Ledger
from dedup.text.words import split

Range: TypeAlias = tuple[int, int]
"""Words `[first, last)` of an article."""

NOBODY = -1
"""The owner of a word that no finding accounts for: the article's own."""


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


def paint(words: int, kinds: Sequence[str], ranges: Sequence[Range]) -> list[int]:
    """The finding that owns each word, or `NOBODY`. Kinds that are no class (`obfuscated`) paint nothing.

    >>> paint(6, ["recycled", "foreign", "recycled"], [(0, 4), (1, 2), (3, 5)])
    [0, 1, 0, 0, 2, -1]
    """
    owners = [NOBODY] * words
    rank = {kind: place for place, kind in enumerate(PRECEDENCE)}
    painting = [i for i, kind in enumerate(kinds) if kind in rank]
    for i in sorted(painting, key=lambda i: (rank[kinds[i]], i), reverse=True):  # the strongest last
        first, last = ranges[i]
        owners[first:last] = [i] * len(range(words)[first:last])
    return owners


def ledger_of(owners: Sequence[int], kinds: Sequence[str]) -> Ledger:
    """Count a painting by class.

    >>> ledger_of([0, 1, 0, -1], ["recycled", "foreign"]) == Ledger(original=1, recycled=2, foreign=1)
    True
    """
    counts = Counter("original" if owner == NOBODY else kinds[owner] for owner in owners)
    return Ledger(**counts)


def percentages(parts: Sequence[int]) -> list[int]:
    """Whole percentages that sum to 100 (largest remainder; ties to the first); zeros where all are 0.

    >>> percentages([1, 1, 1])
    [34, 33, 33]
    """
    total = sum(parts)
    if not total:
        return [0] * len(parts)
    whole = [100 * part // total for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(100 * parts[i] % total), i))
    for i in order[: 100 - sum(whole)]:
        whole[i] += 1
    return whole
