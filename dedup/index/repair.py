"""Saving what is sound of a damaged index in a folder.

The truth is the records, and each of them knows whether it is what was written; ids, dates, the roll, keys and runs
follow from them. So a new index is filled with the records that can still be read, and takes the old one's place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from dedup.errors import DedupError
from dedup.index.embedded import DATABASE, MOST, EmbeddedIndex
from dedup.index.opening import settings_of
from dedup.index.records import Record, checked, decode, text_digest
from dedup.index.wordlist import salvaged
from dedup.settings import Settings

NEAR = 64
"""Steps by which the next page that can be read is looked for, before they grow."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of an index: articles `saved`, ids known to be `lost`, and where the damaged one lies now.

    `settings_known`: whether it could still say what it was made with; else those it was given were taken.
    """

    saved: int
    lost: tuple[str, ...]
    damaged: str
    settings_known: bool


def repair(path: str, settings: Settings | None = None) -> Repaired:
    """Put a sound index in the place of a damaged one, with all of its articles that can be read.

    Nothing else may use it meanwhile. The damaged one stays beside it, under another name. Raises `DedupError` where
    nothing can be read, and `IndexMismatch` where it is of another version.
    """
    folder = Path(path).absolute()
    file = folder / DATABASE
    if not file.is_file() or not file.stat().st_size:
        raise DedupError(f"{path}: nothing is left of index.sqlite: restore a backup, or build it anew")
    fresh = folder.with_name(folder.name + ".repaired")
    if fresh.exists():
        raise DedupError(f"{fresh} is in the way, of a repair that was interrupted: delete it")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, isolation_level=None)) as old:
        with suppress(sqlite3.Error, UnicodeDecodeError):
            old.execute("BEGIN IMMEDIATE")
        made_with, engine, keeps_text = _made_with(old, path, settings)
        secret = next((record.secret for record in _records(old)), None)
        with EmbeddedIndex(fresh, made_with, keep_text=keeps_text, secret=secret, copied=engine) as new:
            new.fill(_records(old))
            new.check()
            saved = {record.names[0] for record in new.articles()}
        lost = tuple(own for family, own in _ids(old) if family not in saved)
        if not saved and lost:
            raise DedupError(f"{path}: no record can be read: restore a backup, or build it anew")
    aside = _free(folder)
    try:
        folder.rename(aside)
        fresh.rename(folder)
    except OSError as error:
        raise DedupError(f"{path}: the repaired index is {fresh}, but could not be moved: {error}") from error
    return Repaired(len(saved), lost, str(aside), engine is not None)


def _made_with(
    old: sqlite3.Connection, path: str, given: Settings | None
) -> tuple[Settings, str | None, bool]:
    """Settings, the engine, None where the index cannot say either any more, and whether texts are kept."""
    meta: dict[str, str | int] = {}
    with suppress(sqlite3.Error, TypeError, ValueError):
        meta = dict(old.execute("SELECT name, value FROM meta"))
    keeps_text = meta.get("keeps_text") == 1
    if meta.keys() >= {"format", "engine", "settings"}:
        try:
            return settings_of(path, {"keeps_text": 0, **meta}, None), str(meta["engine"]), keeps_text
        except DedupError as error:
            if type(error) is not DedupError:
                raise
    with suppress(sqlite3.Error, UnicodeDecodeError):
        keeps_text = bool(old.execute("SELECT 1 FROM contents WHERE text IS NOT NULL LIMIT 1").fetchone())
    return given or Settings(), None, keeps_text


def _records(old: sqlite3.Connection) -> Iterator[Record]:
    """All records that are what was written, in the order of arrival."""
    words = salvaged(old)
    for short, text in _rows(old):
        with suppress(DedupError, AttributeError, TypeError, ValueError):
            data = checked(words.restored(short))
            record = decode(data, None if text is None else text.decode("utf-8", "surrogatepass"))
            if record.text is None or text_digest(record.text) == record.digest:
                yield record
            else:
                yield decode(data)


def _rows(old: sqlite3.Connection) -> Iterator[tuple[bytes, bytes | None]]:
    """Records and texts that can be read. After a page that cannot be, further and further on."""
    low, step = 0, 1
    while low < MOST:
        try:
            query = "SELECT number, record, text FROM contents WHERE number >= ? ORDER BY number"
            for number, record, text in old.execute(query, (low,)):
                yield record, text
                low, step = max(low, number) + 1, 1
            return
        except (sqlite3.Error, UnicodeDecodeError):
            low, step = low + step, step + 1 if step < NEAR else 2 * step


def _ids(old: sqlite3.Connection) -> Iterator[tuple[bytes, str]]:
    """The families and ids that it says to hold, as far as that can be read."""
    with suppress(sqlite3.Error, AttributeError, ValueError):
        for family, own in old.execute("SELECT family, id FROM articles ORDER BY number"):
            yield family, own.decode("utf-8", "surrogatepass")


def _free(folder: Path) -> Path:
    """A name for the damaged one that nothing has yet."""
    number = 1
    while (aside := folder.with_name(f"{folder.name}.damaged-{number}")).exists():
        number += 1
    return aside
