"""The index in memory: the reference for the other kinds, and what `scan` uses to judge as a stream does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock

from dedup.index import FORMAT, IndexInfo
from dedup.index.engine import engine_of
from dedup.index.invariants import check_articles, check_runs
from dedup.index.keys import Keys
from dedup.index.records import (
    Held,
    Record,
    day_name,
    day_of,
    encode,
    marked_name,
    moment,
    source_mark,
)  # fmt: skip
from dedup.index.runs import Answers, Asked, GrowingRoll, Roll, Run, look_up, merged, pushed
from dedup.model import normal_date
from dedup.settings import Settings
from dedup.text.words import new_secret


class _Step:
    """A step in memory: what is added waits for the step's end."""

    def __init__(
        self,
        records: Mapping[int, Record],
        numbers: Mapping[bytes, int],
        roll: GrowingRoll,
        runs: Sequence[Run],
    ) -> None:
        self.added: tuple[Sequence[Record], Keys] | None = None
        self.amended: Mapping[int, Record] = {}
        self._records = records
        self._numbers = numbers
        self._roll = roll
        self._runs = runs

    @property
    def end(self) -> int:
        return self._roll.end

    @property
    def roll(self) -> Roll:
        return self._roll.roll()

    @property
    def newest(self) -> tuple[int, ...]:
        return self._roll.newest()

    def find(self, names: Sequence[bytes]) -> dict[bytes, Held]:
        numbers = {name: self._numbers[name] for name in names if name in self._numbers}
        return {name: Held.of(number, self._records[number]) for name, number in numbers.items()}

    def ask(self, asked: Asked, most: int) -> Answers:
        with self._roll.struck(asked.struck) as roll:
            return look_up(self._runs, asked, roll, most)

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        return [encode(self._records[number]) for number in numbers]

    def whole(self, number: int) -> Record:
        return self._records[number]

    def add(self, records: Sequence[Record], keys: Keys) -> None:
        assert self.added is None, "one call a step"
        self.added = (records, keys)

    def amend(self, records: Mapping[int, Record]) -> None:
        self.amended = records


class MemoryIndex:
    """An index that lives as long as its process. Safe to share between threads."""

    def __init__(
        self, settings: Settings | None = None, *, keep_text: bool = False, secret: bytes | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.engine = engine_of(self.settings)
        self.keeps_text = keep_text
        self.secret = secret or new_secret()
        self._lock = RLock()
        self._records: dict[int, Record] = {}
        self._numbers: dict[bytes, int] = {}
        self._roll = GrowingRoll()
        self._runs: list[Run] = []

    @property
    def settings_id(self) -> str:
        """`Settings.id` of what it was made with."""
        return self.settings.id

    @contextmanager
    def view(self) -> Iterator[_Step]:
        """Open the state of now."""
        with self._lock:
            yield _Step(self._records, self._numbers, self._roll, self._runs)

    @contextmanager
    def step(self) -> Iterator[_Step]:
        """Begin an atomic step; an exception inside undoes it."""
        with self._lock:
            step = _Step(self._records, self._numbers, self._roll, self._runs)
            yield step
            if step.added:
                self._add(*step.added)
            self._records.update(
                (number, replace(one, text=self._records[number].text))
                for number, one in step.amended.items()
            )

    def _add(self, records: Sequence[Record], keys: Keys) -> None:
        first = self._roll.end
        self._roll.extend(Roll.of(first, records))
        for number, record in enumerate(records, first):
            for name in record.names:
                self._drop(self._numbers.get(name), number)
            self._records[number] = record if self.keeps_text else replace(record, text=None)
            self._numbers.update(dict.fromkeys(record.names, number))
        run = Run.of(first, self._roll.end, keys.entries(first))
        self._runs = pushed(self._runs, run, self._roll.roll())

    def _drop(self, number: int | None, until: int = 0) -> bool:
        if number is None:
            return False
        self._roll.strike(number, until)
        for name in self._records.pop(number).names:
            self._numbers.pop(name, None)
        return True

    def remove(self, ids: Iterable[str], source: str | None = None) -> int:
        """Remove articles, of every source or of one; unknown ids are ignored. Return how many there were."""
        with self._lock:
            marks = self._roll.roll().sources() if source is None else [source_mark(source)]
            names = [marked_name(mark, own) for own in ids for mark in marks]
            return sum(self._drop(self._numbers.get(name)) for name in names)

    def expire(self, before: str) -> int:
        """Forget the articles of days before this ISO 8601 date. Return how many there were."""
        day = day_of(moment(normal_date(before)))
        with self._lock:
            old = [number for number, record in self._records.items() if record.day < day]
            gone = sum(self._drop(number) for number in old)
            first = min(self._records, default=self._roll.end)
            self._runs = [run for run in self._runs if run.end > first]
            self._roll.forget_before(first)
            if 2 * len(self._records) < self._roll.size:
                self._runs = [merged(self._runs, self._roll.roll())] if self._runs else []
            return gone

    def articles(self) -> Iterator[Record]:
        """Yield all articles held, in the order of their arrival."""
        with self._lock:
            held = list(self._records.values())
        yield from held

    def info(self) -> IndexInfo:
        """Return what it holds and what that takes."""
        with self._lock:
            days = [record.day for record in self._records.values()]
            size = sum(len(record.words) + len(record.report) for record in self._records.values())
            size += sum(run.packed.nbytes + run.directory.nbytes for run in self._runs)
        return IndexInfo(
            "memory", "memory:", FORMAT, self.engine, self.settings_id, len(days), size, len(self._runs),
            day_name(min(days)) if days else None, day_name(max(days)) if days else None, self.keeps_text,
        )  # fmt: skip

    def check(self) -> None:
        """Check every invariant; `DedupError` names the one that does not hold."""
        with self._lock:
            check_runs(self._runs, self._roll.end)
            check_articles(self._runs, self._roll.roll(), self._records, self.settings)
            named = {name: number for number, one in self._records.items() for name in one.names}
            assert named == self._numbers

    def backup(self, path: str) -> None:
        """Write a copy to a new embedded index at `path`."""
        from dedup.index.embedded import EmbeddedIndex

        with EmbeddedIndex(
            path, self.settings, keep_text=self.keeps_text, secret=self.secret, copied=self.engine
        ) as copy:
            copy.fill(self.articles())

    def __len__(self) -> int:
        return len(self._records)

    def close(self) -> None:
        """Nothing to let go of."""

    def __enter__(self) -> MemoryIndex:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
