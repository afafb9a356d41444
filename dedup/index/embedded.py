"""The index in a folder, without a server: SQLite holds the truth, run files derived from it answer.

`index.sqlite` has one small row an article for what is asked of every one (names, text digest, dates) and one with
the encoded record. Each step is one transaction: SQLite's write lock is what makes judging and adding atomic
among processes, and its write-ahead log what makes it durable. Run files are mapped into memory, so that
processes share them.

In news a paragraph of 31 words takes some 310 bytes: 80 its words and 15 its share of the list of all words (see
`dedup.index.wordlist`), 25 its share of the report (`dedup.verdict.codec`), 15 of the record's head, 10 of the small
row and its index, 120 its keys (`dedup.index.runs.Run`), and the rest what is left free in pages and the log.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup.errors import REMEDY, DedupError, damaged
from dedup.index import segments
from dedup.index.opening import meta_of, secret_of, settings_of
from dedup.index.records import Held, Record
from dedup.index.runs import Run
from dedup.index.store import HEARD, News, Segment
from dedup.index.stored import StoredIndex
from dedup.index.wordlist import SCHEMA as WORDLIST
from dedup.index.wordlist import Wordlist
from dedup.index.wordlist import check as check_words
from dedup.settings import Settings

PATIENCE = 60.0
"""Seconds to wait for another process's step before giving up."""

DATABASE = "index.sqlite"

PAGE = 8192
"""Bytes of a page: six articles of ten paragraphs."""

LOG = 4 << 20
"""Bytes of the log from which it is carried into the database, and that it may keep on the disk."""

MOST = 1 << 32
"""Numbers that articles can have: postings have so much room."""

MOST_GONE = 1 << 24
"""Numbers at the end whose articles may be gone: an end that lies further is damage, and its roll would fill memory."""

_RUN = re.compile(r"[0-9a-f-]+\.run", re.ASCII)

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, family BLOB NOT NULL UNIQUE, name BLOB, id BLOB NOT NULL, digest INTEGER NOT NULL,
    revision INTEGER NOT NULL, bound INTEGER NOT NULL, day INTEGER NOT NULL, mark INTEGER NOT NULL,
    version INTEGER NOT NULL, moment INTEGER NOT NULL);
CREATE INDEX names ON articles (name) WHERE name IS NOT NULL;
CREATE TABLE contents (number INTEGER PRIMARY KEY, record BLOB NOT NULL, text BLOB);
CREATE TABLE gone (place INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL);
CREATE TABLE segments (first INTEGER PRIMARY KEY, end INTEGER NOT NULL, name TEXT NOT NULL, digest INTEGER NOT NULL);
"""


class EmbeddedIndex(StoredIndex):
    """An index in a folder of its own."""

    def __init__(
        self,
        path: str | Path,
        settings: Settings | None = None,
        *,
        keep_text: bool = False,
        create: bool = True,
        secret: bytes | None = None,
        copied: str | None = None,
    ) -> None:
        """See `dedup.index.open_index`; `copied` is the engine of the index that this becomes a copy of."""
        self.path = Path(path).absolute()
        with _explained(str(path)):
            _make(Path(path), partial(meta_of, settings or Settings(), keep_text, secret, copied), create)
        super().__init__(partial(_Store, self.path, str(path), settings))

    def backup(self, path: str) -> None:
        """Write a copy of the state of now to a new folder; may run while others write."""
        target = Path(path)
        with _explained(path):
            target.mkdir(parents=True, exist_ok=True)
            if any(target.iterdir()):
                raise DedupError(f"{path} is not empty: give the backup a folder of its own")
            for name in _copied(self.path, target):
                with suppress(FileNotFoundError):  # merged meanwhile: the copy builds its own
                    shutil.copyfile(self.path / name, target / name)

    def __enter__(self) -> EmbeddedIndex:
        return self


def _make(path: Path, meta: Callable[[], dict[str, str | int]], create: bool) -> None:
    """Make the index if there is none, with what it says of itself.

    A mark stands beside it until it is made: an empty database without one has lost what it held.
    """
    file, mark = path / DATABASE, path / "index.making"
    if not file.exists():
        if not create:
            raise DedupError(f"{path}: there is no index here")
        if path.exists() and (not path.is_dir() or any(other != mark for other in path.iterdir())):
            raise DedupError(f"{path} is no index, and not empty: give the index a folder of its own")
        path.mkdir(parents=True, exist_ok=True)
        mark.touch()
    elif not create or not mark.exists():
        return
    connection = _connected(file, "rwc")
    try:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            for statement in (_SCHEMA + WORDLIST).split(";"):
                connection.execute(statement)
            rows = meta().items()
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    finally:
        connection.close()
    mark.unlink(missing_ok=True)


def _connected(file: Path, mode: str = "rw") -> sqlite3.Connection:
    if file.exists() and not os.access(file.parent, os.W_OK):
        return _only_read(file)
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}",
        timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True,
    )  # fmt: skip
    try:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a commit that returned is on the disk
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG // PAGE}")
        connection.execute(f"PRAGMA journal_size_limit = {LOG}")
    except sqlite3.Error:  # no database
        connection.close()
        raise
    return connection


def _only_read(file: Path) -> sqlite3.Connection:
    """Open a database that nobody can write to: without the locks and logs that would lie beside it."""
    log = file.with_name(file.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise DedupError(
            f"{file.parent}: its last articles are in a log, and the folder cannot be written to: copy it, or open "
            "it once where it can be"
        )
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro&immutable=1",
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )


def _copied(path: Path, target: Path) -> list[str]:
    """Copy the database; return the names of the run files that belong to the copy."""
    source, copy = _connected(path / DATABASE), sqlite3.connect(target / DATABASE)
    try:
        source.backup(copy, pages=256)
        return [_run_name(name) for (name,) in copy.execute("SELECT name FROM segments")]
    finally:
        copy.close()
        source.close()


@contextmanager
def _sound(place: str) -> Iterator[None]:
    """While values of the database are taken as what they should be."""
    try:
        yield
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise damaged(place, f"a value is not what was written: {error}") from error


def _run_name(name: object) -> str:
    """The name of a run's file, and of no other."""
    if not isinstance(name, str) or not _RUN.fullmatch(name):
        raise ValueError(f"{name!r} is no run")
    return name


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DedupError(_explanation(path, str(error))) from error
    except UnicodeDecodeError as error:  # of a name in a damaged schema, or of SQLite's message about it
        raise damaged(path, "a name in it is no text") from error
    except OSError as error:
        if isinstance(error, DedupError):
            raise
        raise DedupError(f"{path}: {error.strerror or error}; nothing of this step was kept") from error


def _explanation(path: str, text: str) -> str:
    advice = {
        "locked": f"another process has been at work for {PATIENCE:.0f} s; try again, or end it",
        "full": "the disk is full: nothing of this step was kept; make room and send it again",
        "readonly": "the folder cannot be written to; nothing was added",
        "unable to open": "its files cannot be opened: may they be read, and are there too many open?",
        "not a database": "index.sqlite is no database of an index: restore a backup",
        "malformed": f"index.sqlite is damaged: {REMEDY}",
        "no such": f"index.sqlite lacks what an index has: {REMEDY}",
        "constraint failed": f"index.sqlite holds a number or an id twice: {REMEDY}",
        "disk I/O": "reading or writing failed; nothing of this step was kept",
    }
    return next(
        (f"{path}: {what} ({text})" for sign, what in advice.items() if sign in text), f"{path}: {text}"
    )


class _Store:
    """Articles in SQLite, runs in files beside it."""

    kind = "embedded"

    def __init__(self, path: Path, place: str, settings: Settings | None) -> None:
        self.path = path
        self.place = place
        self._version = -1
        self._words = Wordlist()
        self._connection: sqlite3.Connection | None = None
        if not (path / DATABASE).stat().st_size:
            raise DedupError(
                f"{place}: index.sqlite is empty: restore a backup, or delete it and build it anew"
            )
        try:
            with self.errors():
                meta = dict(self.connection.execute("SELECT name, value FROM meta"))
            self.settings = settings_of(self.place, meta, settings)
            self.secret = secret_of(self.place, meta)
            self.engine = str(meta["engine"])
        except DedupError:
            self.close()
            raise
        self.keeps_text = bool(meta["keeps_text"])

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, opened when it is needed."""
        if self._connection is None:
            self._connection = _connected(self.path / DATABASE)
            self._version = -1  # another connection counts from elsewhere
        return self._connection

    def errors(self) -> AbstractContextManager[None]:
        return _explained(self.place)

    def reading(self) -> AbstractContextManager[None]:
        return self._transaction("DEFERRED")

    def steady(self) -> AbstractContextManager[None]:
        return self.reading()  # of one state, whoever writes meanwhile

    def writing(self) -> AbstractContextManager[None]:
        return self._transaction("IMMEDIATE")

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self.connection.execute(f"BEGIN {kind}")
        try:
            yield
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def _one(self, query: str) -> int:
        """The only value that a query has."""
        row = self.connection.execute(query).fetchone()
        if row is None or type(row[0]) is not int or not 0 <= row[0] < MOST:
            raise damaged(self.place, f"{query!r} finds {row!r}")
        value: int = row[0]
        return value

    def news(self, anyway: bool) -> News | None:
        end = self._one("SELECT value FROM meta WHERE name = 'end'")  # a deferred transaction begins here
        version = self._one("PRAGMA data_version")
        if version == self._version and not anyway:
            return None
        first = self._one("SELECT coalesce(min(number), 0) FROM articles") or end
        last = self._one("SELECT coalesce(max(number), 0) FROM articles")
        gone = self._one("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'gone'")
        segments = self._segments()
        if end > max(last, max((one.end for one in segments), default=0)) + MOST_GONE:
            raise damaged(self.place, f"its end, {end}, is far beyond the last article, {last}")
        self._version = version
        return News(first, end, gone, segments)

    def _segments(self) -> tuple[Segment, ...]:
        rows = self.connection.execute("SELECT first, end, name, digest FROM segments ORDER BY first")
        with _sound(self.place):
            return tuple(Segment(int(a), int(b), _run_name(name), int(digest)) for a, b, name, digest in rows)

    def roll(self, first: int, end: int) -> NDArray[np.int64]:
        query = (
            "SELECT number, bound, day, mark FROM articles WHERE number >= ? AND number < ? ORDER BY number"
        )
        with _sound(self.place):
            return np.array(self.connection.execute(query, (first, end)).fetchall(), np.int64).reshape(-1, 4)

    def removed(self, since: int, until: int) -> list[int]:
        query = "SELECT number FROM gone WHERE place > ? AND place <= ?"
        with _sound(self.place):
            return [int(number) for (number,) in self.connection.execute(query, (since, until))]

    def find(self, names: Sequence[bytes]) -> dict[bytes, Held]:
        found = self._found("family", names)
        rest = [name for name in names if name not in found]
        return found | self._found("name", rest)  # which few have: that of most is their family's

    def _found(self, column: str, names: Sequence[bytes]) -> dict[bytes, Held]:
        found = {}
        for at in range(0, len(names), 500):
            part = names[at : at + 500]
            query = (
                f"SELECT {column}, number, digest, revision, bound, version, moment, family FROM articles "
                f"WHERE {column} IN ({_marks(part)})"
            )
            with _sound(self.place):
                for name, number, digest, revision, bound, version, moment, family in self.connection.execute(
                    query, part
                ):
                    found[name] = Held(
                        int(number), digest & 0xFFFFFFFFFFFFFFFF, int(revision), int(bound), int(version), int(moment),
                        bytes(family),
                    )  # fmt: skip
        return found

    def fetch(self, numbers: Sequence[int], days: Sequence[int]) -> Iterator[tuple[int, bytes, str | None]]:
        if numbers:
            self._words.catch_up(self.connection)
        for at in range(0, len(numbers), 500):
            part = numbers[at : at + 500]
            query = f"SELECT number, record, text FROM contents WHERE number IN ({_marks(part)})"
            rows = {row[0]: row for row in self.connection.execute(query, part)}
            for number in part:
                if number in rows:
                    _, record, text = rows[number]
                    with _sound(self.place):
                        kept = None if text is None else _text(text)
                    if type(record) is not bytes:
                        raise damaged(self.place, f"record {number} is not what was written")
                    yield number, self._words.restored(record), kept

    def insert(
        self, first: int, records: Sequence[Record], coded: Sequence[bytes], gone: Sequence[int]
    ) -> None:
        self._delete(gone)
        last = {record.names[0]: first + place for place, record in enumerate(records)}
        kept = [
            (number, record, data)
            for number, (record, data) in enumerate(zip(records, coded, strict=True), first)
            if last[record.names[0]] == number
        ]
        self.connection.executemany(
            f"INSERT INTO articles VALUES ({_marks(range(11))})",
            [
                (
                    n,
                    one.names[0],
                    one.name if one.family else None,
                    _blob(one.id),
                    _signed(one.digest),
                    one.revision,
                    one.bound,
                    one.day,
                    one.mark,
                    one.version,
                    one.moment,
                )
                for n, one, _ in kept
            ],
        )
        texts = (_blob(one.text) if self.keeps_text and one.text is not None else None for _, one, _ in kept)
        with self._shortening() as shortened:
            self.connection.executemany(
                "INSERT INTO contents VALUES (?, ?, ?)",
                [
                    (number, shortened(data), text)
                    for (number, _, data), text in zip(kept, texts, strict=True)
                ],
            )
        self.connection.execute("UPDATE meta SET value = ? WHERE name = 'end'", (first + len(records),))
        self.connection.execute("COMMIT")

    @contextmanager
    def _shortening(self) -> Iterator[Callable[[bytes], bytes]]:
        """While records are written: their words get numbers, which count with the transaction."""
        try:
            self._words.catch_up(self.connection)
            yield self._words.shortened
            self._words.keep(self.connection)
        except BaseException:
            self._words.forget()
            raise

    def delete(self, gone: Sequence[int], first: int) -> None:
        self._delete(gone)
        self.connection.execute("COMMIT")

    def amend(self, changes: Sequence[tuple[int, Record, bytes]]) -> None:
        self.connection.executemany(
            "UPDATE articles SET revision = ? WHERE number = ?", [(one.revision, n) for n, one, _ in changes]
        )
        with self._shortening() as shortened:
            self.connection.executemany(
                "UPDATE contents SET record = ? WHERE number = ?",
                [(shortened(data), n) for n, _, data in changes],
            )
        self.connection.executemany("INSERT INTO gone (number) VALUES (?)", [(-n,) for n, _, _ in changes])
        self.connection.execute("COMMIT")

    def _delete(self, gone: Sequence[int]) -> None:
        if gone:
            rows = [(number,) for number in gone]
            self.connection.executemany("DELETE FROM articles WHERE number = ?", rows)
            self.connection.executemany("DELETE FROM contents WHERE number = ?", rows)
            self.connection.executemany("INSERT INTO gone (number) VALUES (?)", rows)
            self.connection.execute(
                "DELETE FROM gone WHERE place <= (SELECT max(place) FROM gone) - ?", (HEARD,)
            )

    def read_run(self, segment: Segment) -> Run | None:
        return segments.read(self.path, segment)

    def write_run(self, run: Run) -> Segment:
        return segments.write(self.path, run)

    def name_runs(self, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
        with self._transaction("IMMEDIATE"):
            same = self._segments() == tuple(old)
            if same:
                rows = [(one.first, one.end, one.name, one.digest) for one in new]
                self.connection.execute("DELETE FROM segments")
                self.connection.executemany("INSERT INTO segments VALUES (?, ?, ?, ?)", rows)
                self.connection.execute("COMMIT")
        for segment in set(old) - set(new) if same else set(new) - set(old):
            (self.path / segment.name).unlink(missing_ok=True)
        if same:
            segments.sweep(self.path, {segment.name for segment in new})
        return same

    def size(self) -> int:
        total = 0
        for file in self.path.iterdir():
            with suppress(FileNotFoundError):  # a run that another process has just merged
                total += file.stat().st_size
        return total

    def check(self) -> None:
        (verdict,) = self.connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise damaged(self.place, " ".join(verdict.split()))
        stray = "SELECT count(*) FROM contents WHERE number NOT IN (SELECT number FROM articles)"
        if count := self._one(stray):
            raise damaged(self.place, f"{count:,} records belong to no article")
        check_words(self.connection)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _blob(text: str) -> bytes:
    """Text as SQLite takes any of it: lone surrogates too."""
    return text.encode("utf-8", "surrogatepass")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
