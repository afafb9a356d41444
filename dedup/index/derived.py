"""What a process derives from stored articles, and the index made of both.

A store keeps articles (see `Store`): that is the truth. Their keys are nowhere in it, for they follow from the
words. Each process keeps the roll of all articles, the keys of the newest in memory, and takes older ones from
runs, which any process may write to the store and all read. An absent or torn run costs time, never an answer.
"""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedup.errors import DedupError
from dedup.index import FORMAT, IndexInfo, StepLost
from dedup.index.invariants import check_articles, check_runs
from dedup.index.keys import Keys, keys_of, sorted_once
from dedup.index.records import (
    NEVER,
    Held,
    Record,
    checked,
    day_name,
    day_of,
    decode,
    encode,
    moment,
    unpack,
    when_and_words,
)  # fmt: skip
from dedup.index.runs import Answers, Asked, GrowingRoll, Roll, Run, look_up, merged, pushed
from dedup.model import normal_date
from dedup.settings import Settings

logger = logging.getLogger(__name__)

FLUSH = 1 << 20
"""Entries in memory from which they are written to the store as a run: 8 MB."""

CACHED = 4096
"""Records kept in memory: the articles of these days are each other's candidates."""

LOADED = 2048
"""Records read at a time where many are."""

SETTLING = 60.0
"""Seconds that a fork waits for the steps of other threads."""

HEARD = 10_000
"""Removals that a process may have missed and still catch up with; beyond, it reads the whole roll again."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run in a store: the articles it covers, its name there, and its digest."""

    first: int
    end: int
    name: str
    digest: int


@dataclass(frozen=True, slots=True)
class News:
    """Where a store stands: the lowest and the next number, how many removals there ever were, and its runs."""

    first: int
    end: int
    gone: int
    segments: tuple[Segment, ...]


class Store(Protocol):
    """Keeps articles by number, durably. Used by one thread of one process at a time."""

    kind: str
    place: str
    settings: Settings
    keeps_text: bool

    def reading(self) -> AbstractContextManager[None]:
        """Begin to read."""

    def writing(self) -> AbstractContextManager[None]:
        """Begin to read and write, alone among all processes."""

    def errors(self) -> AbstractContextManager[None]:
        """Turn the errors of what lies below into `DedupError`."""

    def news(self, anyway: bool) -> News | None:
        """Return where the store stands; None, unless `anyway`, if no other process has written since last asked."""

    def roll(self, first: int, end: int) -> NDArray[np.int64]:
        """Return number, bound, day and mark of the articles held among these numbers, shape ``(n, 4)``."""

    def removed(self, since: int, until: int) -> list[int]:
        """Return the numbers of the removals counted from `since` to `until`; only the last `HEARD` are known.

        An amended article counts as well, its number negated.
        """

    def find(self, ids: Sequence[str]) -> dict[str, Held]:
        """Return what is held under these ids."""

    def fetch(self, numbers: Sequence[int], days: Sequence[int]) -> Iterator[tuple[int, bytes, str | None]]:
        """Yield number, encoded record and text of those that are held, in this order; `days` are theirs."""

    def insert(
        self, first: int, records: Sequence[Record], coded: Sequence[bytes], gone: Sequence[int]
    ) -> None:
        """Delete `gone`, add articles numbered from `first`, and commit. Of several with one id, the last counts."""

    def delete(self, gone: Sequence[int], first: int) -> None:
        """Delete articles, and commit; `first` is the lowest number that is left."""

    def amend(self, changes: Sequence[tuple[int, Record, bytes]]) -> None:
        """Replace encoded records by number, and commit; nothing but report and revision differs."""

    def read_run(self, segment: Segment) -> Run | None:
        """Return a run, None if it is absent or torn."""

    def write_run(self, run: Run) -> Segment:
        """Write a run; it does not count before it is named."""

    def name_runs(self, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
        """Make `new` the runs if `old` are, and drop the others; else drop what is new in `new`."""

    def size(self) -> int:
        """Bytes that the store takes."""

    def check(self) -> None:
        """Check what the store itself can; `DedupError` says what is wrong."""

    def close(self) -> None:
        """Let go of files and connections; the next use opens them again."""


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
            entries = np.concatenate([run.entries for run in self.tail])
            entries = np.sort(entries[(entries & np.uint64(0xFFFFFFFF)) >= covered])
            end = self.tail[-1].end
            self.tail = [Run.of(covered, end, entries)] if end > covered else []

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
            keys = keys_of(unpack(records, [when_and_words(record)[1] for record in records]), self.settings)
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
        last = {record.id: first + place for place, record in enumerate(records)}
        gone = [held.number for held in self.store.find(list(last)).values()]
        try:
            self.store.insert(first, records, coded, gone)
            self.roll.extend(Roll.of(first, records))
            inside = [first + place for place, one in enumerate(records) if last[one.id] != first + place]
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
        written = sum(run.entries.size for run in self.tail) >= FLUSH
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
                    f"{self.store.place}: run {segment.name} is absent or torn; open it and add to it, "
                    "and it is built anew"
                )
        check_runs(self.runs, self.roll.end)
        records = {number: decode(checked(record)) for number, record, _ in self.fetched(self.live())}
        check_articles(self.runs, self.roll.roll(), records, self.settings)
        held = self.store.find([record.id for record in records.values()])
        if {name: one.number for name, one in held.items()} != {r.id: n for n, r in records.items()}:
            raise DedupError(f"{self.store.place}: ids and articles do not agree. Restore a backup")


def _live(run: Run, roll: Roll) -> int:
    """How many articles of a run are left."""
    return int((roll.until[max(0, run.first - roll.base) : max(0, run.end - roll.base)] == NEVER).sum())


def _slimmed(run: Run, roll: Roll) -> Run:
    """The run itself, or one without the articles that are gone where these are more than a third."""
    return run if 3 * _live(run, roll) >= 2 * (run.end - run.first) else merged([run], roll)


class StoredView:
    """A view of a stored index, and what is to be added at its end."""

    def __init__(self, derived: Derived) -> None:
        self.added: tuple[Sequence[Record], Keys] | None = None
        self.amended: Mapping[int, Record] = {}
        self._derived = derived

    @property
    def end(self) -> int:
        """See `dedup.index.View`; so for the rest."""
        return self._derived.roll.end

    @property
    def roll(self) -> Roll:
        return self._derived.roll.roll()

    @property
    def newest(self) -> tuple[int, ...]:
        return self._derived.roll.newest()

    def find(self, ids: Sequence[str]) -> dict[str, Held]:
        found = self._derived.store.find(list(dict.fromkeys(ids)))
        if any(held.number >= self.end for held in found.values()):
            raise StepLost(f"{self._derived.store.place}: an article came meanwhile: begin again")
        return found

    def ask(self, asked: Asked, most: int) -> Answers:
        with self._derived.roll.struck(asked.struck) as roll:
            return look_up(self._derived.runs, asked, roll, most)

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        return self._derived.records(numbers)

    def add(self, records: Sequence[Record], keys: Keys) -> None:
        assert self.added is None and not self.amended, "one call a step"
        self.added = (records, keys)

    def amend(self, records: Mapping[int, Record]) -> None:
        assert self.added is None and not self.amended, "one call a step"
        self.amended = records


class StoredIndex:
    """An index over a store. Threads and processes may share it; after a fork each side connects for itself."""

    def __init__(self, connect: Callable[[], Store]) -> None:
        self._connect = connect
        self._lock = RLock()
        self._closed = False
        self._at_work = False
        self._settled = False
        self._inherited: list[object] = []
        self._derived: Derived | None = Derived(connect())
        self.settings = self._derived.settings
        self.keeps_text = self._derived.store.keeps_text
        self.place = self._derived.store.place
        if hasattr(os, "register_at_fork"):
            this = weakref.ref(self)
            os.register_at_fork(
                before=partial(_told, this, StoredIndex.prepare_to_fork),
                after_in_parent=partial(_told, this, StoredIndex.go_on_in_parent),
                after_in_child=partial(_told, this, StoredIndex.go_on_in_child),
            )

    @property
    def settings_id(self) -> str:
        """`Settings.id` of what it was made with."""
        return self.settings.id

    @contextmanager
    def view(self) -> Iterator[StoredView]:
        """Open the state of now. `StepLost` where an article that is asked for was removed meanwhile."""
        with self._opened(lambda store: store.reading()) as derived:
            yield StoredView(derived)

    @contextmanager
    def step(self) -> Iterator[StoredView]:
        """Begin an atomic step; others wait. An exception inside undoes it, `StepLost` says to begin again."""
        with self._opened(lambda store: store.writing()) as derived:
            step = StoredView(derived)
            yield step
            if step.added:
                derived.put(*step.added)
            elif step.amended:
                derived.amend(step.amended)
        if step.added:
            self._tidy()

    @contextmanager
    def _opened(self, begin: Callable[[Store], AbstractContextManager[None]]) -> Iterator[Derived]:
        with self._lock:
            derived = self._current()
            self._at_work = True
            try:
                with derived.store.errors(), _refreshed(derived, begin):
                    yield derived
            finally:
                self._at_work = False

    def _current(self) -> Derived:
        if self._closed:
            raise DedupError(f"{self.place}: the index is closed")
        if self._derived is None:
            self._derived = Derived(self._connect())
        return self._derived

    def _tidy(self) -> None:
        """Write and merge runs: what fails here costs time later, and no article."""
        with self._lock:
            try:
                derived = self._current()
                with derived.store.errors():
                    derived.tidy()
            except DedupError as error:
                logger.warning("%s; the articles are safe, only derived data could not be written", error)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles; unknown ids are ignored. Return how many there were."""
        with self._opened(lambda store: store.writing()) as derived:
            numbers = [held.number for held in derived.store.find(list(ids)).values()]
            derived.erase(numbers)
            return len(numbers)

    def expire(self, before: str) -> int:
        """Forget the articles of days before this ISO 8601 date. Return how many there were."""
        day = day_of(moment(normal_date(before)))
        with self._opened(lambda store: store.reading()) as derived:
            roll = derived.roll.roll()
            if not ((roll.until == NEVER) & (roll.day < day)).any():
                return 0
        with self._opened(lambda store: store.writing()) as derived:
            roll = derived.roll.roll()
            numbers = np.flatnonzero((roll.until == NEVER) & (roll.day < day)) + roll.base
            derived.erase(numbers.tolist())
        self._tidy()
        return int(numbers.size)

    def articles(self) -> Iterator[Record]:
        """Yield all articles held, in the order of their arrival."""
        with self._opened(lambda store: store.reading()) as derived:
            numbers = derived.live()
        for at in range(0, len(numbers), LOADED):
            with self._opened(lambda store: store.reading()) as derived:
                rows = derived.fetched([n for n in numbers[at : at + LOADED] if n >= derived.roll.base])
            yield from (decode(checked(record), text) for _, record, text in rows)

    def fill(self, records: Iterable[Record]) -> None:
        """Add records as another index had them, first verdicts and all."""
        batch: list[Record] = []
        for record in records:
            batch.append(record)
            if len(batch) == LOADED:
                self._fill(batch)
                batch = []
        if batch:
            self._fill(batch)

    def _fill(self, records: Sequence[Record]) -> None:
        keys = keys_of(unpack([record.words for record in records]), self.settings)
        with self.step() as step:
            step.add(records, keys)

    def info(self) -> IndexInfo:
        """Return what it holds and what that takes."""
        with self._opened(lambda store: store.reading()) as derived:
            roll = derived.roll.roll()
            days = roll.day[roll.until == NEVER]
            store, runs, size = derived.store, len(derived.runs), derived.store.size()
        return IndexInfo(
            store.kind, store.place, FORMAT, self.settings_id, days.size, size, runs,
            day_name(int(days.min())) if days.size else None, day_name(int(days.max())) if days.size else None,
            self.keeps_text,
        )  # fmt: skip

    def check(self) -> None:
        """Check every invariant; `DedupError` names the one that does not hold."""
        with self._opened(lambda store: store.writing()) as derived:
            derived.check()

    def __len__(self) -> int:
        with self._opened(lambda store: store.reading()) as derived:
            return len(derived.live())

    def close(self) -> None:
        """Let go of files and connections. It may not be used afterwards."""
        with self._lock:
            self._closed = True
            if self._derived is not None:
                self._derived.store.close()
                self._derived = None

    # A connection must not live on both sides of a fork: SQLite loses its locks in the child without knowing it,
    # and with them what the child has committed. So there is none while the process forks.

    def prepare_to_fork(self) -> None:
        """Let go of the connection once no other thread is at work."""
        self._settled = self._lock.acquire(timeout=SETTLING) and not self._at_work
        if self._settled and self._derived is not None:
            self._derived.store.close()

    def go_on_in_parent(self) -> None:
        """Let other threads go on."""
        with suppress(RuntimeError):  # one of them would not let go of it
            self._lock.release()

    def go_on_in_child(self) -> None:
        """Go on with what is known, or begin anew where a step was under way: that one is the parent's."""
        self._lock = RLock()
        self._at_work = False
        if not self._settled:
            self._inherited.append(self._derived)  # it must not even be closed here
            self._derived = None

    def __exit__(self, *exc: object) -> None:
        self.close()


@contextmanager
def _refreshed(derived: Derived, begin: Callable[[Store], AbstractContextManager[None]]) -> Iterator[None]:
    """Begin, and learn what is new. A run that is not there may have been merged: then a newer state names others."""
    for attempt in range(3):
        with ExitStack() as stack:
            stack.enter_context(begin(derived.store))
            try:
                derived.refresh(derive=attempt == 2)
            except Torn:
                continue
            yield
            return


def _told(this: weakref.ref[StoredIndex], what: Callable[[StoredIndex], None]) -> None:
    index = this()
    if index is not None:
        what(index)
