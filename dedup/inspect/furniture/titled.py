"""Linked headlines: where the title of an article of the feed follows a lead-in, that is what the lead-in takes.

On a page without line breaks nothing else tells where the headline ends and the article goes on: "Read also: Market
hall loses its roof Drivers must cross the pass". A title that follows is taken with the lead-in, and what was taken
beyond it is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.match.kernels import minhash
from dedup.model import Mark
from dedup.text import words
from dedup.text.expressions import expression
from dedup.text.ranges import distinct, ragged

LEAST_WORDS, MOST_WORDS = 3, 60
"""Words of a title that counts: fewer may be said by chance. Letters of scripts without spaces are words ..."""

SURE_WORDS, LEAST_POINTS = 5, 8
"""... so one of fewer words than these has so many code points."""

LEAD_WORDS = 8
"""Words of a lead-in before the title."""

ROOM = 600
"""Code points after a lead-in that are looked at."""

_AT_MOST = 4
"""Titles that one lead-in takes: a list of links on one line."""

_OUTLET = expression(r"\s[|–—-]\s[^|–—]{1,40}$")


@dataclass(frozen=True, slots=True)
class Headlines:
    """Titles that count, with and without the name of the outlet at their end: digests of their words, and `keys`, the
    digests of their first `LEAST_WORDS` words. Both uint64, shape ``(n,)``."""

    keys: NDArray[np.uint64]
    digests: NDArray[np.uint64]

    @classmethod
    def of(cls, titles: Iterable[str]) -> Headlines:
        """Read titles; too short or too long ones count not."""
        several = [part for title in titles for part in {title, _OUTLET.sub("", title)}]
        columns = words.split(several)
        rows = [
            (first, last)
            for title, (first, last) in zip(several, pairwise(columns.art_words.tolist()), strict=True)
            if LEAST_WORDS <= last - first <= MOST_WORDS
            and (last - first >= SURE_WORDS or len(title) >= LEAST_POINTS)
        ]
        digests = [_digest(columns.hashes[first:last]) for first, last in rows]
        starts = np.array([first for first, _ in rows], np.int64)
        return cls(_keys(columns.hashes, starts), np.array(digests, np.uint64))


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of a feed, or those that may be met, by digests of their words and by their `Headlines.keys`; sorted
    uint64, so that a million cost 16 MB."""

    digests: NDArray[np.uint64]
    keys: NDArray[np.uint64]

    @classmethod
    def of(cls, titles: Iterable[str]) -> Titles:
        """The titles of `Headlines`."""
        found = Headlines.of(titles)
        return cls(distinct(found.digests), distinct(found.keys))

    def end(self, hashes: NDArray[np.uint32], first: int) -> int | None:
        """The word after the longest title that begins at one of some words; None if none does."""
        least, most = first + LEAST_WORDS, min(first + MOST_WORDS, hashes.size)
        if most < least or not _has(self.keys, int(_keys(hashes, np.array([first]))[0])):
            return None  # so it is nearly always
        return next(
            (end for end in range(most, least - 1, -1) if _has(self.digests, _digest(hashes[first:end]))),
            None,
        )


def _has(digests: NDArray[np.uint64], one: int) -> bool:
    place = int(digests.searchsorted(np.uint64(one)))
    return place < digests.size and int(digests[place]) == one


def _digest(hashes: NDArray[np.uint32]) -> int:
    return xxhash.xxh3_64_intdigest(hashes.tobytes())


def _keys(hashes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Digests of the `LEAST_WORDS` words from some places on."""
    out = np.empty(starts.size, np.uint64)
    runs = hashes[ragged(starts, np.full(starts.size, LEAST_WORDS))]
    minhash.digest(runs, np.arange(starts.size + 1) * LEAST_WORDS, out)
    return out


def rooms(text: str, marks: Iterable[Mark]) -> list[str]:
    """What is looked at of a text: what stands on the line of each of its marks that may lead to a title, in order."""
    return [_room(text, mark) for mark in marks if _may_lead(mark)]


def asked(several: Sequence[str]) -> NDArray[np.uint64]:
    """The `Headlines.keys` of all titles that can be met in some rooms, sorted, none twice."""
    columns = words.split_as_is(several)
    counts = np.maximum(np.diff(columns.art_words) - LEAST_WORDS, 0)  # a lead-in has a word itself
    return distinct(_keys(columns.hashes, ragged(columns.art_words[:-1] + 1, counts)))


def with_titles(marks: Sequence[Mark], several: Sequence[str], titles: Titles) -> tuple[Mark, ...]:
    """Return the marks of an article; a service phrase before titles of the feed ends where the last of them does.

    `several` are the `rooms` of the marks.

    >>> text = "The tunnel is closed. Read also: Market hall loses its roof Drivers must cross the pass."
    >>> marks = [Mark("boilerplate", 22, 32, reason="phrase")]
    >>> [one] = with_titles(marks, rooms(text, marks), Titles.of(["Market hall loses its roof"]))
    >>> text[one.start : one.end]
    'Read also: Market hall loses its roof'
    """
    if not titles.digests.size or not several:
        return tuple(marks)
    leads = zip(filter(_may_lead, marks), several, strict=True)
    ends = {mark: _end(room, mark, titles) for mark, room in leads}
    changed = [replace(mark, end=ends[mark] or mark.end) if mark in ends else mark for mark in marks]
    return tuple(_apart(changed))


def _may_lead(mark: Mark) -> bool:
    return mark.kind == "boilerplate" and mark.reason == "phrase"


def _room(text: str, mark: Mark) -> str:
    stop = text.find("\n", mark.start, mark.end + ROOM)
    return text[mark.start : mark.end + ROOM if stop < 0 else stop]


def _end(room: str, mark: Mark, titles: Titles) -> int | None:
    """Where the titles end that follow the first words of a mark in its room; None if none does."""
    columns = words.split_as_is([room])
    inside = int(np.searchsorted(columns.starts, mark.end - mark.start))
    for first in range(1, min(inside, LEAD_WORDS) + 1):
        after = _after(columns.hashes, first, titles)
        if after > first:
            # A headline that goes on in small letters is a longer one than the title.
            goes_on = after < inside and room[columns.starts[after]].islower()
            return None if goes_on else mark.start + _closed(room, int(columns.ends[after - 1]))
    return None


def _after(hashes: NDArray[np.uint32], first: int, titles: Titles) -> int:
    """The word after the titles that follow each other from some word on."""
    for _ in range(_AT_MOST):
        end = titles.end(hashes, first)
        if end is None:
            break
        first = end
    return first


def _closed(room: str, end: int) -> int:
    """The end of a title with the signs that belong to it."""
    while end < len(room) and room[end] in "?!…»”\"'’)]）】」』":
        end += 1
    return end


def _apart(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Marks in the order given, without those that another one of their kind has come to hold."""
    held = 0
    for mark in marks:
        if mark.kind == "boilerplate":
            if mark.end <= held:
                continue
            mark = replace(mark, start=max(mark.start, held))
            held = mark.end
        yield mark
