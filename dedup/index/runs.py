"""Sorted runs of postings, and the roll of articles that says which of them still count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.index import kernels
from dedup.index.records import NEVER, UNDATED, Record, latest_credible

RATIO = 4
"""A run is merged with the one before it unless that one is so many times larger."""

Entries = NDArray[np.uint64]
"""Sorted ``key << 32 | number``."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What each asking article may see, shape ``(askers,)``, int64.

    Only what came before number `before` and was not replaced by then, is not later than `bound`
    (microseconds since 1970) and not of an earlier day than `horizon`.
    """

    before: NDArray[np.int64]
    bound: NDArray[np.int64]
    horizon: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Keys to look up, uint32, and the asker of each as a place in `terms`, int64.

    `struck` are articles held, and the askers' numbers (see `Terms.before`) that replace them.
    """

    keys: NDArray[np.uint32]
    askers: NDArray[np.int64]
    terms: Terms
    struck: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Which articles hold each key: ``posts[i, :counts[i]]``, the first to come first.

    `posts` is uint32 of shape ``(keys, most)``: no more than `most` are listed. What lies beyond a row's count
    is undefined.
    """

    posts: NDArray[np.uint32]
    counts: NDArray[np.int64]

    @classmethod
    def none(cls, keys: int, most: int) -> Answers:
        """Return answers to so many keys that nothing was found for yet."""
        return cls(np.empty((keys, most), np.uint32), np.zeros(keys, np.int64))


@dataclass(frozen=True, slots=True)
class Roll:
    """Times and fates of the articles numbered from `base`, int64 columns of equal length.

    `bound`, `day` and `mark` as in `Record`; `until` is the number of the article that replaced this one, 0 for
    one that was removed or has expired, `NEVER` otherwise.
    """

    base: int
    bound: NDArray[np.int64]
    day: NDArray[np.int64]
    until: NDArray[np.int64]
    mark: NDArray[np.int64]

    @classmethod
    def of(cls, base: int, records: Sequence[Record]) -> Roll:
        """Return the roll of some new articles."""
        return cls(
            base,
            np.array([record.bound for record in records], np.int64),
            np.array([record.day for record in records], np.int64),
            np.full(len(records), NEVER, np.int64),
            np.array([record.mark for record in records], np.int64),
        )

    def latest(self, most: int) -> tuple[int, ...]:
        """Return the latest credible dates of articles that are left and have one, the latest first."""
        dates = self.bound[
            (self.until == NEVER) & (self.bound != UNDATED) & (self.bound <= latest_credible())
        ]
        if dates.size > most:
            dates = np.partition(dates, dates.size - most)[-most:]
        return tuple(np.sort(dates)[::-1].tolist())

    def sources(self) -> list[int]:
        """The marks of the sources that it has articles of, each once, whether they tell of them or not."""
        marks: list[int] = np.unique(self.mark[self.until == NEVER] & ~np.int64(1)).tolist()
        return marks


class GrowingRoll:
    """A roll that articles are added to and struck from."""

    def __init__(self, base: int = 1) -> None:
        self.base = base
        self.size = 0
        self._columns = np.empty((4, 1024), np.int64)
        self._newest: tuple[int, ...] | None = ()

    @property
    def end(self) -> int:
        """The number that the next article gets."""
        return self.base + self.size

    def roll(self) -> Roll:
        """Return the roll as it is now; a view, good until the next change."""
        return Roll(self.base, *(column[: self.size] for column in self._columns))

    def extend(self, roll: Roll) -> None:
        """Add articles; numbers between the end and their base count as removed."""
        gap = roll.base - self.end
        needed = self.size + gap + roll.day.size
        if needed > self._columns.shape[1]:
            grown = np.empty((4, max(needed, 2 * self._columns.shape[1])), np.int64)
            grown[:, : self.size] = self._columns[:, : self.size]
            self._columns = grown
        self._columns[:, self.size : self.size + gap] = 0
        self._columns[:, self.size + gap : needed] = roll.bound, roll.day, roll.until, roll.mark
        self.size = needed
        if self._newest is not None:
            self._newest = _top(
                (*self._newest, *roll.bound[(roll.until != 0) & (roll.bound != UNDATED)].tolist())
            )

    def strike(self, number: int, until: int = 0) -> None:
        """Mark an article as removed, or as replaced by article `until`."""
        place = number - self.base
        if 0 <= place < self.size:
            self._columns[2, place] = until
            if self._newest and self._columns[0, place] >= self._newest[-1]:
                self._newest = None

    @contextmanager
    def struck(self, pairs: Iterable[tuple[int, int]]) -> Iterator[Roll]:
        """Give the roll as if these articles were struck already: pairs of number and `until`."""
        places = [(number - self.base, until) for number, until in pairs if number >= self.base]
        before = [(place, int(self._columns[2, place])) for place, _ in places]
        for place, until in places:
            self._columns[2, place] = until
        try:
            yield self.roll()
        finally:
            for place, until in before:
                self._columns[2, place] = until

    def newest(self) -> tuple[int, ...]:
        """Return the latest three credible dates of articles that are left and have one, the latest first."""
        if self._newest is None:
            self._newest = self.roll().latest(3)
        return self._newest

    def forget_before(self, number: int) -> None:
        """Drop the articles numbered below `number`."""
        cut = min(max(0, number - self.base), self.size)
        self._columns = np.concatenate((self._columns[:, cut:], np.empty((4, 64), np.int64)), axis=1)
        self.base, self.size = self.base + cut, self.size - cut


def _top(moments: tuple[int, ...]) -> tuple[int, ...]:
    latest = latest_credible()
    return tuple(sorted((moment for moment in moments if moment <= latest), reverse=True)[:3])


@dataclass(frozen=True, slots=True)
class Run:
    """Postings of articles ``[first, end)``: a directory over the upper bits of their keys, and the rest as bits.

    Sixteen entries or a few more share a line of the directory, 4 bytes. An entry takes the bits of its key that
    the line does not say, and as many as count the articles: together some 28, whether 1,000 articles or a million,
    as the directory grows with them. `packed` ends with a word to spare (see `dedup.index.kernels.pack_run`).
    """

    first: int
    end: int
    directory: NDArray[np.uint32]
    packed: NDArray[np.uint64]

    @classmethod
    def of(cls, first: int, end: int, entries: Entries) -> Run:
        """Return a run of sorted entries."""
        bits = max(1, min(28, int(entries.size // 16).bit_length()))
        directory = np.empty((1 << bits) + 1, np.uint32)
        number_bits = _number_bits(first, end)
        packed = np.zeros(-(-entries.size * (32 - bits + number_bits) // 64) + 1, np.uint64)
        kernels.pack_run(entries, first, number_bits, directory, packed)
        return cls(first, end, directory, packed)

    @property
    def size(self) -> int:
        """How many entries it has."""
        return int(self.directory[-1])

    def entries(self) -> Entries:
        """Return all of them."""
        return _entries([self])

    def look_up(self, asked: Asked, roll: Roll, into: Answers) -> None:
        """Append what this run holds to the answers; runs are asked in the order of their articles."""
        if self.size:
            terms = asked.terms
            kernels.look_up(
                self.packed, self.directory, self.first, _number_bits(self.first, self.end), asked.keys, asked.askers,
                terms.before, terms.bound, terms.horizon, roll.base, roll.bound, roll.day, roll.until, into.posts,
                into.counts,
            )  # fmt: skip


def _number_bits(first: int, end: int) -> int:
    """Bits that tell apart the articles ``[first, end)``."""
    return max(0, end - 1 - first).bit_length()


def _entries(runs: Sequence[Run]) -> Entries:
    """The entries of some runs, one after the other."""
    entries = np.empty(sum(run.size for run in runs), np.uint64)
    at = 0
    for run in runs:
        kernels.unpack_run(
            run.packed,
            run.directory,
            run.first,
            _number_bits(run.first, run.end),
            entries[at : at + run.size],
        )
        at += run.size
    return entries


def merged(runs: Sequence[Run], roll: Roll, first: int = 0) -> Run:
    """Return consecutive runs as one, without articles below `first` and those that are gone."""
    entries = _entries(runs)
    first = max(first, runs[0].first)
    gone = roll.until != NEVER
    if gone.any() or runs[0].first < max(first, roll.base):
        places = (entries & np.uint64(0xFFFFFFFF)).astype(np.int64) - roll.base
        entries = entries[(places >= max(first - roll.base, 0)) & ~gone[np.maximum(places, 0)]]
    entries.sort(kind="stable")  # sorted stretches: merging them is linear
    return Run.of(first, runs[-1].end, entries)


def pushed(runs: Sequence[Run], run: Run, roll: Roll) -> list[Run]:
    """Return the runs with a new last one, merged so that each is several times larger than the next."""
    pile = [*runs, run]
    keep = len(pile)
    size = 0
    while keep and (size == 0 or pile[keep - 1].size < RATIO * size):
        keep -= 1
        size += max(1, pile[keep].size)
    return pile if keep == len(pile) - 1 else [*pile[:keep], merged(pile[keep:], roll)]


def look_up(runs: Iterable[Run], asked: Asked, roll: Roll, most: int) -> Answers:
    """Return what the runs hold, in the order of their articles."""
    answers = Answers.none(asked.keys.size, most)
    for run in runs:
        run.look_up(asked, roll, answers)
    return answers
