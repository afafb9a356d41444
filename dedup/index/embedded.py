"""The index in a folder, without a server: SQLite holds the truth, sorted runs derived from it answer.

`index.sqlite` has one small row an article for what is asked of every one (id, text digest, dates) and one with
the packed record. Each step is one transaction: SQLite's write lock is what makes judging and adding atomic
among processes, and its write-ahead log what makes it durable. The keys are nowhere in it: they follow from the
records. A process keeps those of the newest articles in memory and takes the others from run files, which
anybody may write and everybody maps; an absent or torn file costs time, never an answer.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from threading import RLock

import numpy as np

from dedup.errors import DedupError, IndexMismatch, SettingsError
from dedup.index import FORMAT, IndexInfo, segments
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
)
from dedup.index.runs import Answers, Asked, GrowingRoll, Roll, Run, look_up, merged, pushed
from dedup.model import normal_date
from dedup.settings import Settings

logger = logging.getLogger(__name__)

FLUSH = 1 << 20
"""Entries in memory from which they are written to a run file: 8 MB."""

PATIENCE = 60.0
"""Seconds to wait for another process's step before giving up."""

CACHED = 4096
"""Records kept decoded: the articles of these days are each other's candidates."""

LOADED = 2048
"""Records read at a time where many are."""

HEARD = 10_000
"""Removals that a process may have missed and still catch up with; beyond, it reads the whole roll again."""

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, digest INTEGER NOT NULL, revision INTEGER NOT NULL,
    bound INTEGER NOT NULL, day INTEGER NOT NULL);
CREATE TABLE contents (number INTEGER PRIMARY KEY, record BLOB NOT NULL, text BLOB);
CREATE TABLE gone (place INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL);
CREATE TABLE segments (first INTEGER PRIMARY KEY, end INTEGER NOT NULL, file TEXT NOT NULL, digest INTEGER NOT NULL);
"""


class EmbeddedIndex:
    """An index in a folder. Threads and processes may share it; each process opens it on first use, also after a fork."""

    def __init__(
        self,
        path: str | Path,
        settings: Settings | None = None,
        *,
        keep_text: bool = False,
        create: bool = True,
    ) -> None:
        self.path = Path(path)
        self._lock = RLock()
        self._inherited: list[object] = []
        self._closed = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=partial(_after_fork, weakref.ref(self)))
        with self._errors():
            self.settings, self.keeps_text = _prepared(self.path, settings, keep_text, create)
            self._state: _State | None = _State(self.path, self.settings)

    @property
    def settings_id(self) -> str:
        """`Settings.id` of what it was made with."""
        return self.settings.id

    @contextmanager
    def view(self) -> Iterator[_Step]:
        """Open the state of now."""
        with self._transaction("DEFERRED") as state:
            yield _Step(state)

    @contextmanager
    def step(self) -> Iterator[_Step]:
        """Begin an atomic step; an exception inside undoes it."""
        with self._transaction("IMMEDIATE") as state:
            step = _Step(state)
            yield step
            if step.added:
                records, keys = step.added
                state.put(records, keys, self.keeps_text)
        if step.added:
            self._tidy()

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[_State]:
        with self._lock, self._errors():
            state = self._current()
            state.begin(kind)
            try:
                yield state
                state.commit()
            finally:
                state.rollback()

    def _current(self) -> _State:
        if self._closed:
            raise DedupError(f"{self.path}: the index is closed")
        if self._state is None:
            self._state = _State(self.path, self.settings)
        return self._state

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise DedupError(_explained(self.path, error)) from error
        except OSError as error:
            if isinstance(error, DedupError):
                raise
            raise DedupError(
                f"{self.path}: {error.strerror or error}; nothing of this step was kept"
            ) from error

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles; unknown ids are ignored. Return how many there were."""
        with self._transaction("IMMEDIATE") as state:
            numbers = [held.number for held in state.find(list(ids)).values()]
            state.erase(numbers)
            state.commit()
            state.hear()
            return len(numbers)

    def expire(self, before: str) -> int:
        """Forget the articles of days before this ISO 8601 date. Return how many there were."""
        day = day_of(moment(normal_date(before)))
        with self._transaction("IMMEDIATE") as state:
            roll = state.roll.roll()
            numbers = np.flatnonzero((roll.until == NEVER) & (roll.day < day)) + roll.base
            state.erase(numbers.tolist())
            state.commit()
            state.hear()
        if numbers.size:
            self._tidy()
        return int(numbers.size)

    def _tidy(self) -> None:
        """Write and merge run files: what fails here costs time later, and no article."""
        with self._lock:
            try:
                self._current().tidy()
            except (OSError, sqlite3.Error) as error:
                logger.warning("%s: run files could not be written: %s", self.path, error)

    def articles(self) -> Iterator[Record]:
        """Yield all articles held, in the order of their arrival."""
        with self.view() as view:
            numbers = view.numbers()
        for at in range(0, len(numbers), LOADED):
            with self.view() as view:
                rows = list(view.stored(numbers[at : at + LOADED]))
            yield from (decode(record, text) for _, record, text in rows)

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
        with self._transaction("DEFERRED") as state:
            count, oldest, newest = state.one("SELECT count(*), min(day), max(day) FROM articles")
            runs = len(state.files) + len(state.tail)
        size = sum(file.stat().st_size for file in self.path.iterdir() if file.is_file())
        return IndexInfo(
            "embedded", str(self.path), FORMAT, self.settings_id, count, size, runs,
            None if oldest is None else day_name(oldest), None if newest is None else day_name(newest),
            self.keeps_text,
        )  # fmt: skip

    def check(self) -> None:
        """Check every invariant; `DedupError` names the one that does not hold."""
        with self._transaction("DEFERRED") as state:
            state.check()

    def backup(self, path: str) -> None:
        """Write a copy of the state of now to a new folder; may run while others write."""
        target = Path(path)
        with self._errors():
            target.mkdir(parents=True, exist_ok=True)
            if any(target.iterdir()):
                raise DedupError(f"{path} is not empty: give the backup a folder of its own")
            with self._lock:
                files = self._current().copy_to(target)
            for name in files:
                with suppress(FileNotFoundError):  # merged meanwhile: the copy builds its own
                    shutil.copyfile(self.path / name, target / name)

    def __len__(self) -> int:
        with self._transaction("DEFERRED") as state:
            return int(state.one("SELECT count(*) FROM articles")[0])

    def close(self) -> None:
        """Let go of the files. It may not be used afterwards."""
        with self._lock:
            self._closed = True
            if self._state is not None:
                self._state.close()
                self._state = None

    def leave_to_parent(self) -> None:
        """Open anew on next use: a connection must not be used, nor even closed, on the other side of a fork."""
        self._inherited.append(self._state)
        self._state = None
        self._lock = RLock()

    def __enter__(self) -> EmbeddedIndex:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _after_fork(index: weakref.ref[EmbeddedIndex]) -> None:
    forked = index()
    if forked is not None:
        forked.leave_to_parent()


# --- opening ---


def _prepared(path: Path, settings: Settings | None, keep_text: bool, create: bool) -> tuple[Settings, bool]:
    """Make the index if there is none; return its settings and whether it keeps texts."""
    file = path / "index.sqlite"
    if not file.exists():
        if not create:
            raise DedupError(f"{path}: there is no index here")
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise DedupError(f"{path} is no index, and not empty: give the index a folder of its own")
        path.mkdir(parents=True, exist_ok=True)
    connection = _connected(file)
    try:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            _make(connection, settings or Settings(), keep_text)
        connection.execute("COMMIT")
        meta = dict(connection.execute("SELECT name, value FROM meta"))
    finally:
        connection.close()
    if meta["format"] != FORMAT:
        raise IndexMismatch(
            f"{path} has index format {meta['format']}, this version of dedup reads format {FORMAT}: "
            "build the index anew, or use the version that made it"
        )
    return _its_settings(path, json.loads(meta["settings"]), settings), bool(meta["keeps_text"])


def _make(connection: sqlite3.Connection, settings: Settings, keep_text: bool) -> None:
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    rows = {
        "format": FORMAT,
        "settings": json.dumps(asdict(settings)),
        "keeps_text": int(keep_text),
        "end": 1,
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())


def _its_settings(path: Path, stored: dict[str, object], wanted: Settings | None) -> Settings:
    try:
        made_with = Settings().with_values(stored)
        complete = len(stored) == len(fields(Settings))
    except SettingsError:
        complete = False
    if not complete:
        raise IndexMismatch(
            f"{path} was made by a version of dedup with other settings: build the index anew, "
            "or use the version that made it"
        )
    if wanted is None or wanted == made_with:
        return made_with
    differ = [
        f"{name} = {stored[name]} (asked for: {value})"
        for name, value in asdict(wanted).items()
        if stored[name] != value
    ]
    raise IndexMismatch(
        f"{path} was made with {', '.join(differ)}: use its settings, or build another index with yours"
    )


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a commit that returned is on the disk
    connection.execute("PRAGMA wal_autocheckpoint = 2048")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    return connection


def _explained(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    advice = {
        "locked": f"another process has been at work for {PATIENCE:.0f} s; try again, or end it",
        "full": "the disk is full: nothing of this step was kept; make room and send it again",
        "readonly": "the folder cannot be written to; nothing was added",
        "unable to open": "the folder cannot be read, or written to",
        "not a database": "index.sqlite is no database of this index: restore a backup",
        "malformed": "index.sqlite is damaged: restore a backup, or build it anew",
        "disk I/O": "reading or writing failed; nothing of this step was kept",
    }
    return next(
        (f"{path}: {what} ({text})" for sign, what in advice.items() if sign in text), f"{path}: {text}"
    )


# --- one process's share of it ---


class _Torn(Exception):
    """A run file is absent or torn."""


class _State:
    """A connection, and what this process derives from the rows it has seen."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.connection = _connected(path / "index.sqlite")
        self._forget()

    def _forget(self) -> None:
        self.roll = GrowingRoll()
        self.files: list[tuple[segments.Segment, Run]] = []
        self.derived: set[segments.Segment] = set()
        self.tail: list[Run] = []
        self.heard = 0
        self.version = -1
        self.cache: dict[int, bytes] = {}

    def one(self, query: str, *values: object) -> tuple[int, ...]:
        row: tuple[int, ...] = self.connection.execute(query, values).fetchone()
        return row

    def close(self) -> None:
        self.connection.close()
        self._forget()

    # -- transactions --

    def begin(self, kind: str) -> None:
        for attempt in range(3):
            self.connection.execute(f"BEGIN {kind}")
            try:
                self.refresh(attempt == 2)
                return
            except _Torn:
                self.rollback()  # or merged by another process since: then a newer state names other files
            except BaseException:
                self._forget()
                self.rollback()
                raise

    def commit(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")

    def rollback(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def refresh(self, derive: bool) -> None:
        """Learn what other processes, or this one before, have committed."""
        self.one(
            "SELECT value FROM meta WHERE name = 'end'"
        )  # a deferred transaction begins with its first read
        (version,) = self.one("PRAGMA data_version")
        if version == self.version:
            return
        missed = self.one("SELECT coalesce(min(place), 0) FROM gone")[0] > self.heard + 1
        if missed or not self.roll.size:
            self._forget()
            self.heard = self.one("SELECT coalesce(max(place), 0) FROM gone")[0]
            self.roll = GrowingRoll(self._first())
        self._load_runs(derive)
        self._load_articles()
        self.hear()
        self.version = version

    def _first(self) -> int:
        (first,) = self.one("SELECT min(number) FROM articles")
        return first or self._end()

    def _end(self) -> int:
        return self.one("SELECT value FROM meta WHERE name = 'end'")[0]

    def _load_runs(self, derive: bool) -> None:
        """Map the run files that the index names; those it has mapped already stay."""
        named = [
            segments.Segment(*row)
            for row in self.connection.execute("SELECT first, end, file, digest FROM segments ORDER BY first")
        ]
        mapped = {segment: run for segment, run in self.files}
        self.files = [(segment, mapped.get(segment) or self._run_of(segment, derive)) for segment in named]
        covered = named[-1].end if named else 0
        if self.tail and self.tail[0].first < covered:
            # Another process has written them down; a run that reaches beyond is cut.
            entries = np.concatenate([run.entries for run in self.tail])
            entries = np.sort(entries[(entries & np.uint64(0xFFFFFFFF)) >= covered])
            end = max(self.roll.end, covered)
            self.tail = [Run.of(covered, end, entries)] if end > covered else []

    def _run_of(self, segment: segments.Segment, derive: bool) -> Run:
        run = segments.read(self.path, segment)
        if run is None and not derive:
            raise _Torn
        if run is None:
            logger.warning("%s: run file %s is absent or torn; building it anew", self.path, segment.file)
            run = self._derive(segment.first, segment.end)
            self.derived.add(segment)
        return run

    def _derive(self, first: int, end: int) -> Run:
        """A run built from the records."""
        parts = [np.empty(0, np.uint64)]
        rows = self.connection.execute(
            "SELECT number, record FROM contents WHERE number >= ? AND number < ? ORDER BY number",
            (first, end),
        )
        while batch := rows.fetchmany(LOADED):
            numbers = np.array([number for number, _ in batch], np.uint64)
            records = [checked(record) for _, record in batch]
            columns = unpack(records, [when_and_words(record)[1] for record in records])
            keys = keys_of(columns, self.settings)
            places = np.repeat(numbers, np.diff(keys.bounds))
            parts.append(keys.values.astype(np.uint64) << np.uint64(32) | places)
        return Run.of(first, end, sorted_once(np.concatenate(parts)))

    def _load_articles(self) -> None:
        """Put the articles on the roll that this process has not seen, and their keys into memory."""
        first, end = self.roll.end, self._end()
        if end > first:
            rows = self.connection.execute(
                "SELECT number, bound, day FROM articles WHERE number >= ?", (first,)
            ).fetchall()
            columns = np.zeros((3, end - first), np.int64)
            if rows:
                numbers, bounds, days = np.array(rows, np.int64).T
                columns[:, numbers - first] = bounds, days, np.full(numbers.size, NEVER)
            self.roll.extend(Roll(first, *columns))
        covered = max(self.files[-1][0].end if self.files else self.roll.base, self.roll.base)
        covered = max(covered, self.tail[-1].end if self.tail else covered)
        if end > covered:
            self.tail = pushed(self.tail, self._derive(covered, end), self.roll.roll())

    def hear(self) -> None:
        """Strike what was removed since this was last called."""
        for place, number in self.connection.execute(
            "SELECT place, number FROM gone WHERE place > ? ORDER BY place", (self.heard,)
        ):
            self.roll.strike(number)
            self.cache.pop(number, None)
            self.heard = place

    # -- writing --

    def put(self, records: Sequence[Record], keys: Keys, keep_text: bool) -> None:
        """Add articles, commit, and take them over into memory."""
        first = self.roll.end
        coded = [encode(record) for record in records]
        self._write(first, records, coded, keep_text)
        try:
            self.commit()
            self._take(first, records, coded, keys)
        except BaseException:
            self._forget()  # whatever was committed, it is read again
            raise

    def _write(self, first: int, records: Sequence[Record], coded: Sequence[bytes], keep_text: bool) -> None:
        last = {record.id: place for place, record in enumerate(records)}
        self.erase([held.number for held in self.find(list(last)).values()])
        kept = [(first + place, record) for place, record in enumerate(records) if last[record.id] == place]
        self.connection.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, _blob(record.id), _signed(record.digest), record.revision, record.bound, record.day)
                for number, record in kept
            ],
        )
        self.connection.executemany(
            "INSERT INTO contents VALUES (?, ?, ?)",
            [
                (
                    number,
                    coded[number - first],
                    _blob(record.text) if keep_text and record.text is not None else None,
                )
                for number, record in kept
            ],
        )
        self.connection.execute("UPDATE meta SET value = ? WHERE name = 'end'", (first + len(records),))

    def _take(self, first: int, records: Sequence[Record], coded: Sequence[bytes], keys: Keys) -> None:
        """Take over what was committed."""
        self.roll.extend(Roll.of(first, records))
        numbers: dict[str, int] = {}
        for number, record in enumerate(records, first):
            if record.id in numbers:
                self.roll.strike(numbers[record.id], number)
            numbers[record.id] = number
            self.cache[number] = coded[number - first]
        self.hear()
        self.tail = pushed(self.tail, Run.of(first, self.roll.end, keys.entries(first)), self.roll.roll())
        self._trim_cache()

    def erase(self, numbers: Sequence[int]) -> None:
        """Delete articles."""
        if numbers:
            rows = [(number,) for number in numbers]
            self.connection.executemany("DELETE FROM articles WHERE number = ?", rows)
            self.connection.executemany("DELETE FROM contents WHERE number = ?", rows)
            self.connection.executemany("INSERT INTO gone (number) VALUES (?)", rows)
            (last,) = self.one("SELECT max(place) FROM gone")
            self.connection.execute("DELETE FROM gone WHERE place <= ?", (last - HEARD,))

    def tidy(self) -> None:
        """Write run files where much is in memory, merge them, and drop those whose articles are gone.

        The files are written outside any transaction, as nobody needs them; only naming them is one. Whoever
        comes second throws its own away.
        """
        roll = self.roll.roll()
        runs = [run for _, run in self.files]
        written = sum(run.entries.size for run in self.tail) >= FLUSH
        if written:
            runs = pushed(runs, merged(self.tail, roll), roll)
        runs = [_slimmed(run, roll) for run in runs if _is_alive(run, roll)]
        old = {segment: run for segment, run in self.files if segment not in self.derived}
        files = {id(run): segment for segment, run in old.items()}
        if (
            not written
            and [id(run) for run in runs] == [id(run) for _, run in self.files]
            and not self.derived
        ):
            return
        named = [files.get(id(run)) or segments.write(self.path, run) for run in runs]
        ours = self._name(named)
        for segment in ({segment for segment, _ in self.files} if ours else set(named)) - (
            set(named) if ours else set(old)
        ):
            (self.path / segment.file).unlink(missing_ok=True)
        if ours:
            self.files = list(zip(named, runs, strict=True))
            self.derived.clear()
            self.tail = [] if written else self.tail
            first = self._first()
            if first - self.roll.base > self.roll.size // 2:
                self.roll.forget_before(first)

    def _name(self, named: Sequence[segments.Segment]) -> bool:
        """Make these the index's run files, unless another process was faster."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            rows = self.connection.execute(
                "SELECT first, end, file, digest FROM segments ORDER BY first"
            ).fetchall()
            if [segments.Segment(*row) for row in rows] != [segment for segment, _ in self.files]:
                return False
            self.connection.execute("DELETE FROM segments")
            rows = [(segment.first, segment.end, segment.file, segment.digest) for segment in named]
            self.connection.executemany("INSERT INTO segments VALUES (?, ?, ?, ?)", rows)
            self.commit()
            return True
        finally:
            self.rollback()

    # -- reading --

    def find(self, ids: Sequence[str]) -> dict[str, Held]:
        found = {}
        for at in range(0, len(ids), 500):
            part = [_blob(name) for name in ids[at : at + 500]]
            query = f"SELECT id, number, digest, revision FROM articles WHERE id IN ({_marks(part)})"
            for name, number, digest, revision in self.connection.execute(query, part):
                found[name.decode("utf-8", "surrogatepass")] = Held(
                    number, digest & 0xFFFFFFFFFFFFFFFF, revision
                )
        return found

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        missing = [number for number in numbers if number not in self.cache]
        self.cache.update((number, record) for number, record, _ in self.stored(missing))
        found = [self.cache[number] for number in numbers]
        self._trim_cache()
        return found

    def stored(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes, str | None]]:
        """Yield number, encoded record and text of those that are held, sorted."""
        for at in range(0, len(numbers), 500):
            part = numbers[at : at + 500]
            query = (
                f"SELECT number, record, text FROM contents WHERE number IN ({_marks(part)}) ORDER BY number"
            )
            for number, record, text in self.connection.execute(query, part):
                yield number, checked(record), text and text.decode("utf-8", "surrogatepass")

    def _trim_cache(self) -> None:
        if len(self.cache) > CACHED:
            for number in list(self.cache)[: len(self.cache) - CACHED // 2]:
                del self.cache[number]

    def copy_to(self, folder: Path) -> list[str]:
        """Copy the database; return the names of the run files that belong to the copy."""
        copy = sqlite3.connect(folder / "index.sqlite")
        try:
            self.connection.backup(copy, pages=256)
            return [name for (name,) in copy.execute("SELECT file FROM segments")]
        finally:
            copy.close()

    def check(self) -> None:
        (verdict,) = self.connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise DedupError(f"{self.path}: index.sqlite is damaged ({verdict}): restore a backup")
        for segment, _ in self.files:
            if segments.read(self.path, segment) is None:
                raise DedupError(
                    f"{self.path}: run file {segment.file} is absent or torn; it is built anew when opened"
                )
        runs = [*(run for _, run in self.files), *self.tail]
        check_runs(runs, self.roll.end)
        numbers = [
            number for (number,) in self.connection.execute("SELECT number FROM articles ORDER BY number")
        ]
        records = {number: decode(record) for number, record, _ in self.stored(numbers)}
        check_articles(runs, self.roll.roll(), records, self.settings)


def _blob(text: str) -> bytes:
    """Text as SQLite takes any of it: lone surrogates too."""
    return text.encode("utf-8", "surrogatepass")


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _is_alive(run: Run, roll: Roll) -> bool:
    return bool((roll.until[max(0, run.first - roll.base) : run.end - roll.base] == NEVER).any())


def _slimmed(run: Run, roll: Roll) -> Run:
    """The run itself, or one without the articles that are gone where these are more than a third."""
    until = roll.until[max(0, run.first - roll.base) : run.end - roll.base]
    gone = run.end - run.first - int((until == NEVER).sum())
    return merged([run], roll) if 3 * gone > run.end - run.first else run


class _Step:
    """A view of a transaction, and what is to be added at its end."""

    def __init__(self, state: _State) -> None:
        self.added: tuple[Sequence[Record], Keys] | None = None
        self._state = state

    @property
    def end(self) -> int:
        return self._state.roll.end

    @property
    def newest(self) -> tuple[int, ...]:
        return self._state.roll.newest()

    def find(self, ids: Sequence[str]) -> dict[str, Held]:
        return self._state.find(list(dict.fromkeys(ids)))

    def ask(self, asked: Asked, most: int) -> Answers:
        state = self._state
        with state.roll.struck(asked.struck) as roll:
            return look_up([*(run for _, run in state.files), *state.tail], asked, roll, most)

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        return self._state.records(numbers)

    def numbers(self) -> list[int]:
        return [
            number
            for (number,) in self._state.connection.execute("SELECT number FROM articles ORDER BY number")
        ]

    def stored(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes, str | None]]:
        return self._state.stored(numbers)

    def add(self, records: Sequence[Record], keys: Keys) -> None:
        assert self.added is None, "one call a step"
        self.added = (records, keys)
