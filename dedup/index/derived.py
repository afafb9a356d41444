"""What a process derives from stored articles.

A store keeps articles (see `Store`): that is the truth. Their keys are nowhere in it, for they follow from the
words. Each process keeps the roll of all articles, the keys of the newest in memory, and takes older ones from
runs, which any process may write to the store and all read. An absent or torn run costs time, never an answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dedup.errors import DedupError, damaged
from dedup.index import StepLost
from dedup.index.invariants import check_articles, check_runs
from dedup.index.keys import Keys, keys_of, sorted_once
from dedup.index.records import (
    NEVER,
    Held,
    Record,
    checked,
    decode,
    encode,
    head,
    text_digest,
    title_in,
    unpack,
    unpack_titles,
)  # fmt: skip
from dedup.index.runs import GrowingRoll, Roll, Run, merged, pushed
from dedup.index.store import HEARD, News, Segment, Store

logger = logging.getLogger(__name__)

FLUSH = 1 << 20
"""Entries in memory from which they are written to the store as a run: 4 MB."""

CACHED = 4096
"""Records kept in memory: the articles of these days are each other's candidates."""

LOADED = 2048
"""Records read at a time where many are."""


class Torn(Exception):
    """A run is absent or torn."""


class Derived:
    """The roll, the runs and the records met: what one process knows of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.settings = store.settings
        self.forget()

    def forget(self) -> None:
        """Know nothing: all is read again when it is needed."""
        self.loaded = False
        self.roll = GrowingRoll()
        self.stored: list[tuple[Segment, Run]] = []
        self.torn: set[Segment] = set()
        self.tail: list[Run] = []
        self.heard = 0
        self._cache: dict[int, bytes] = {}

    @property
    def runs(self) -> list[Run]:
        """All runs, in the order of their articles."""
        return [*(run for _, run in self.stored), *self.tail]

    # -- catching up --

    def refresh(self, derive: bool) -> None:
        """Learn what other processes have written. `Torn` if a run is, unless it shall be derived again."""
        try:
            news = self.store.news(anyway=not self.loaded)
            if news is not None:
                self._catch_up(news, derive)
        except BaseException:
            self.forget()
            raise

    def _catch_up(self, news: News, derive: bool) -> None:
        if news.end < self.roll.end or not self.heard <= news.gone <= self.heard + HEARD:
            self.forget()  # emptied or restored, or too much was missed
        if not self.loaded:
            self.roll = GrowingRoll(news.first)
            self.heard = news.gone
        self._take_roll(news.end)
        self._take_runs(news.segments, derive)
        covered = max([self.roll.base, *(run.end for run in self.runs[-1:])])
        if news.end > covered:
            self.tail = pushed(self.tail, self._derive(covered, news.end), self.roll.roll())
        if news.gone > self.heard:
            self._strike(self.store.removed(self.heard, news.gone))
            self.heard = news.gone
        self.loaded = True

    def _take_runs(self, segments: Sequence[Segment], derive: bool) -> None:
        known = dict(self.stored)
        self.stored = [(segment, known.get(segment) or self._run_of(segment, derive)) for segment in segments]
        covered = segments[-1].end if segments else 0
        if self.tail and self.tail[0].first < covered:
            # Another process has written them down; a run that reaches beyond is cut.
            self.tail = [merged(self.tail, self.roll.roll(), covered)] if self.tail[-1].end > covered else []

    def _run_of(self, segment: Segment, derive: bool) -> Run:
        run = self.store.read_run(segment)
        if run is None and not derive:
            raise Torn
        if run is None:
            logger.warning("%s: run %s is absent or torn; building it anew", self.store.place, segment.name)
            run = self._derive(segment.first, segment.end)
            self.torn.add(segment)
        return run

    def _take_roll(self, end: int) -> None:
        """Put the articles on the roll that this process has not seen."""
        first = self.roll.end
        if end > first:
            columns = np.zeros((4, end - first), np.int64)
            numbers, bounds, days, marks = self.store.roll(first, end).T
            columns[:, numbers - first] = bounds, days, np.full(numbers.size, NEVER), marks
            self.roll.extend(Roll(first, *columns))

    def _derive(self, first: int, end: int) -> Run:
        """A run built from the records."""
        parts = [np.empty(0, np.uint64)]
        live = [number for number in self.live() if first <= number < end]
        for at in range(0, len(live), LOADED):
            rows = self.fetched(live[at : at + LOADED])
            records = [checked(record) for _, record, _ in rows]
            texts = unpack(records, [head(record).words for record in records])
            keys = keys_of(texts, self.settings, unpack_titles([title_in(record) for record in records]))
            parts.append(keys.entries_of(np.array([number for number, _, _ in rows], np.uint64)))
        return Run.of(first, end, sorted_once(np.concatenate(parts)))

    def _strike(self, numbers: Iterable[int]) -> None:
        """Take articles off the roll; a negative number says that only the record is another one."""
        for number in numbers:
            if number > 0:
                self.roll.strike(number)
            self._cache.pop(abs(number), None)

    # -- writing --

    def put(self, records: Sequence[Record], keys: Keys) -> None:
        """Add articles to the store, and to what is known of it."""
        first = self.roll.end
        coded = [encode(record) for record in records]
        last = {record.names[0]: first + place for place, record in enumerate(records)}
        names = list(dict.fromkeys(name for record in records for name in record.names))
        gone = sorted({held.number for held in self.store.find(names).values()})
        try:
            self.store.insert(first, records, coded, gone)
            self.roll.extend(Roll.of(first, records))
            inside = [
                first + place for place, one in enumerate(records) if last[one.names[0]] != first + place
            ]
            self._cache.update(zip(range(first, self.roll.end), coded, strict=True))
            self._strike([*gone, *inside])
            self.heard += len(gone)
            self.tail = pushed(self.tail, Run.of(first, self.roll.end, keys.entries(first)), self.roll.roll())
            self._trim_cache()
        except BaseException:
            self.forget()  # whatever was committed, it is read again
            raise

    def erase(self, numbers: Sequence[int]) -> None:
        """Delete articles from the store, and from what is known of it."""
        if numbers:
            try:
                self._strike(numbers)
                self.store.delete(numbers, self._first())
                self.heard += len(numbers)
            except BaseException:
                self.forget()
                raise

    def amend(self, records: Mapping[int, Record]) -> None:
        """Keep other verdicts on articles held."""
        coded = {number: encode(record) for number, record in records.items()}
        try:
            self.store.amend([(number, records[number], data) for number, data in coded.items()])
            self._cache.update(coded)
            self.heard += len(coded)
        except BaseException:
            self.forget()
            raise

    def _first(self) -> int:
        live = np.flatnonzero(self.roll.roll().until == NEVER)
        return self.roll.base + int(live[0]) if live.size else self.roll.end

    def tidy(self) -> None:
        """Write a run where much is in memory, merge runs, and drop those whose articles are gone.

        Runs are written outside any transaction, as nobody needs them; only naming them is one. Whoever comes
        second has worked in vain.
        """
        roll = self.roll.roll()
        old = [run for _, run in self.stored]
        written = sum(run.size for run in self.tail) >= FLUSH
        runs = pushed(old, merged(self.tail, roll), roll) if written else old
        runs = [_slimmed(run, roll) for run in runs if _live(run, roll)]
        if not written and not self.torn and [id(run) for run in runs] == [id(run) for run in old]:
            return
        whole = {id(run): segment for segment, run in self.stored if segment not in self.torn}
        new = [whole.get(id(run)) or self.store.write_run(run) for run in runs]
        if self.store.name_runs([segment for segment, _ in self.stored], new):
            self.stored = list(zip(new, runs, strict=True))
            self.torn.clear()
            self.tail = [] if written else self.tail
            if 2 * (self._first() - self.roll.base) > self.roll.size:
                self.roll.forget_before(self._first())

    # -- reading --

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        """Encoded records. `StepLost` if one was removed meanwhile."""
        missing = [number for number in numbers if number not in self._cache]
        self._cache.update((number, checked(record)) for number, record, _ in self.fetched(missing))
        try:
            found = [self._cache[number] for number in numbers]
        except KeyError:
            raise StepLost(f"{self.store.place}: an article was removed meanwhile: begin again") from None
        self._trim_cache()
        return found

    def fetched(self, numbers: Sequence[int]) -> list[tuple[int, bytes, str | None]]:
        """Number, encoded record and text of those of these articles that are still held."""
        days = self.roll.roll().day
        return list(self.store.fetch(numbers, [int(days[number - self.roll.base]) for number in numbers]))

    def _trim_cache(self) -> None:
        if len(self._cache) > CACHED:
            for number in list(self._cache)[: len(self._cache) - CACHED // 2]:
                del self._cache[number]

    def live(self) -> list[int]:
        """The numbers of all articles held."""
        numbers: list[int] = (np.flatnonzero(self.roll.roll().until == NEVER) + self.roll.base).tolist()
        return numbers

    def check(self) -> None:
        """Check every invariant."""
        self.store.check()
        for segment, _ in self.stored:
            if self.store.read_run(segment) is None:
                raise DedupError(
                    f"{self.store.place}: damaged index: run {segment.name} is absent or torn. Its articles are "
                    "safe: it is built anew when more are added, or by `dedup index repair`"
                )
        check_runs(self.runs, self.roll.end)
        records = {n: decode(checked(record), text) for n, record, text in self.fetched(self.live())}
        check_articles(self.runs, self.roll.roll(), records, self.settings)
        held = self.store.find([record.names[0] for record in records.values()])
        if held != {one.names[0]: Held.of(n, one) for n, one in records.items()}:
            raise damaged(self.store.place, "ids and articles do not agree")
        for record in records.values():
            if record.text is not None and text_digest(record.text) != record.digest:
                raise damaged(self.store.place, f"the text of article {record.id!r} is another one")


def _live(run: Run, roll: Roll) -> int:
    """How many articles of a run are left."""
    return int((roll.until[max(0, run.first - roll.base) : max(0, run.end - roll.base)] == NEVER).sum())


def _slimmed(run: Run, roll: Roll) -> Run:
    """The run itself, or one without the articles that are gone where these are more than a third."""
    return run if 3 * _live(run, roll) >= 2 * (run.end - run.first) else merged([run], roll)
