"""The words that the articles of a folder have in common, kept once: a record there names them by number.

Of an article's words two in three are fresh, 15 bytes each (see `dedup.index.kernels.pack`), and nearly all of these
have been in another article. So the first words that an index meets get numbers, 2 bytes each; what is met when all
are given is written out, as in any record. The list only grows, and a step writes what is new with its articles.

No record can be read without the list. So each row of it has a digest, and stands in two tables, on other pages.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from sqlite3 import Connection, Error
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.errors import damaged
from dedup.index import kernels
from dedup.index.kernels import WORD
from dedup.index.records import title_at

MOST = 0xFFFF
"""Words that get a number: two bytes say it, and a process keeps them in 1.5 MB."""

TABLES = ("words", "words_again")

SCHEMA = ";".join(
    f"CREATE TABLE {name} (first INTEGER PRIMARY KEY, digest BLOB NOT NULL, words BLOB NOT NULL)"
    for name in TABLES
)


class _Row(NamedTuple):
    """Words with numbers from `first` on, and XXH3 of their bytes."""

    first: int
    digest: bytes
    words: bytes

    @property
    def is_sound(self) -> bool:
        """Whether it can be what was written."""
        return (
            type(self.first) is int
            and type(self.words) is bytes
            and 0 < self.first <= MOST + 1 - len(self.words) // WORD
            and self.digest == xxhash.xxh3_64_digest(self.words)
        )


class Wordlist:
    """What one process knows of the list."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing: all is read again when it is needed."""
        self._words = np.zeros((MOST + 1) * WORD, np.uint8)
        self._slots = np.zeros(2 * (MOST + 1), np.int32)
        self._count = 0  # words that have numbers
        self._kept = 0  # of these, written
        self._last: tuple[int, bytes] | None = None  # first and digest of the last row read or written

    def catch_up(self, connection: Connection) -> None:
        """Learn what was kept since; all anew where the list is another, as after a backup was restored.

        Raises `DedupError` where a row is not what was written.
        """
        last = connection.execute("SELECT first, digest FROM words ORDER BY first DESC LIMIT 1").fetchone()
        if last == self._last:
            return
        if (
            self._last
            and not connection.execute(
                "SELECT 1 FROM words WHERE first = ? AND digest = ?", self._last
            ).fetchone()
        ):
            self.forget()
        for row in _rows(connection, "words", self._kept + 1):
            if not row.is_sound or row.first != self._count + 1:
                raise damaged("", "its words are not what was written")
            self._number(row.words)
            if self._count != self._kept + len(row.words) // WORD:
                raise damaged("", "a word has two numbers")
            self._kept = self._count
            self._last = row[:2]

    def keep(self, connection: Connection) -> None:
        """Write the words that got a number since `catch_up`; they count with the transaction."""
        if self._count > self._kept:
            words = self._words[(self._kept + 1) * WORD : (self._count + 1) * WORD].tobytes()
            row = _Row(self._kept + 1, xxhash.xxh3_64_digest(words), words)
            for name in TABLES:
                connection.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", row)
            self._kept = self._count
            self._last = row[:2]

    def _number(self, words: bytes) -> None:
        """Give numbers to words that have none, while there are any left."""
        self._count = kernels.number_words(_writable(words), self._words, self._slots, self._count)

    def shortened(self, record: bytes) -> bytes:
        """An encoded record (see `dedup.index.records`) with the numbers of its words."""
        title = title_at(record)
        data = _writable(record)
        out = np.empty(2 * len(record), np.uint8)
        n = 0
        for at, end in ((title.start, title.stop), (title.stop, len(record))):
            if end > at:
                n, self._count = kernels.shorten(data, at, end, self._words, self._slots, self._count, out, n)
                assert n >= 0, "packed words"
        return record[: title.start] + out[:n].tobytes()

    def restored(self, data: bytes) -> bytes:
        """Undo `shortened`. `DedupError` where that cannot be; what was damaged otherwise, its digest tells."""
        try:
            title = title_at(data)
        except struct.error:
            at = -1
        else:
            at, n = title.start, 0
            spare = _writable(data + bytes(8))
            out = np.empty(8 * len(data), np.uint8)
            for size in (title.stop - title.start, -1):
                if size and 0 <= at < len(data):
                    at, n = kernels.restore(spare, at, len(data), size, self._words, out, n)
        if at != len(data):
            raise damaged("", "a record is not what was written")
        return data[: title.start] + out[:n].tobytes()

    def put_back(self, first: int, words: bytes) -> None:
        """Say which words have the numbers from `first` on, of a list that is only read from."""
        self._words[first * WORD : first * WORD + len(words)] = np.frombuffer(words, np.uint8)


def _rows(connection: Connection, name: str, first: int, order: str = "") -> Iterator[_Row]:
    query = f"SELECT first, digest, words FROM {name} WHERE first >= ? ORDER BY first {order}"
    return map(_Row._make, connection.execute(query, (first,)))


def check(connection: Connection) -> None:
    """Raise `DedupError` where the list is not what was written, or not twice the same."""
    Wordlist().catch_up(connection)
    one, again = (list(_rows(connection, name, 0)) for name in TABLES)
    if one != again:
        raise damaged("", "its words are not twice the same")


def salvaged(connection: Connection) -> Wordlist:
    """What is left of the list in a damaged database: a row is sound if one of the two is."""
    whole = Wordlist()
    for name in TABLES:
        for order in ("", "DESC"):  # from both ends to a page that cannot be read
            with suppress(Error, UnicodeDecodeError):
                for row in _rows(connection, name, 0, order):
                    if row.is_sound:
                        whole.put_back(row.first, row.words)
    return whole


def _writable(data: bytes) -> NDArray[np.uint8]:
    """A copy as compiled code takes it, which takes nothing that is only read."""
    return np.frombuffer(bytearray(data), np.uint8)
