"""An index made of a store and of what this process derives from it."""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from threading import RLock

import numpy as np

from dedup.errors import DedupError
from dedup.index import FORMAT, IndexInfo, StepLost
from dedup.index.derived import LOADED, Derived, Torn
from dedup.index.keys import Keys, keys_of_records
from dedup.index.records import (
    NEVER,
    Held,
    Record,
    checked,
    day_name,
    day_of,
    decode,
    marked_name,
    moment,
    source_mark,
)  # fmt: skip
from dedup.index.runs import Answers, Asked, Roll, look_up
from dedup.index.store import Store
from dedup.model import normal_date

logger = logging.getLogger(__name__)

SETTLING = 60.0
"""Seconds that a fork waits for the steps of other threads."""


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

    def find(self, names: Sequence[bytes]) -> dict[bytes, Held]:
        found = self._derived.store.find(list(dict.fromkeys(names)))
        if any(held.number >= self.end for held in found.values()):
            raise StepLost(f"{self._derived.store.place}: an article came meanwhile: begin again")
        return found

    def ask(self, asked: Asked, most: int) -> Answers:
        with self._derived.roll.struck(asked.struck) as roll:
            return look_up(self._derived.runs, asked, roll, most)

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        return self._derived.records(numbers)

    def whole(self, number: int) -> Record:
        for _, record, text in self._derived.fetched([number]):
            return decode(checked(record), text)
        raise StepLost(f"{self._derived.store.place}: an article was removed meanwhile: begin again")

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
        self.engine = self._derived.store.engine
        self.keeps_text = self._derived.store.keeps_text
        self.secret = self._derived.store.secret
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

    def remove(self, ids: Iterable[str], source: str | None = None) -> int:
        """Remove articles, of every source or of one; unknown ids are ignored. Return how many there were."""
        with self._opened(lambda store: store.writing()) as derived:
            marks = derived.roll.roll().sources() if source is None else [source_mark(source)]
            names = [marked_name(mark, own) for own in dict.fromkeys(ids) for mark in marks]
            numbers = sorted({held.number for held in derived.store.find(names).values()})
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
        keys = keys_of_records(records, self.settings)
        with self.step() as step:
            step.add(records, keys)

    def info(self) -> IndexInfo:
        """Return what it holds and what that takes."""
        with self._opened(lambda store: store.reading()) as derived:
            roll = derived.roll.roll()
            days = roll.day[roll.until == NEVER]
            store, runs, size = derived.store, len(derived.runs), derived.store.size()
        return IndexInfo(
            store.kind, store.place, FORMAT, self.engine, self.settings_id, days.size, size, runs,
            day_name(int(days.min())) if days.size else None, day_name(int(days.max())) if days.size else None,
            self.keeps_text,
        )  # fmt: skip

    def check(self) -> None:
        """Check every invariant; `DedupError` names the one that does not hold."""
        with self._opened(lambda store: store.steady()) as derived:
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
