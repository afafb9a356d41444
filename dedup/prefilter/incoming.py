"""Lines as they come in: in batches that never keep a line waiting, and made into articles."""

from __future__ import annotations

import os
import select
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from dedup.errors import BadRecord
from dedup.model import Article
from dedup.readers import jsonl
from dedup.readers.files import STDIN, File, Report
from dedup.readers.naming import Unnamed
from dedup.readers.outlets import Outlets
from dedup.readers.records import NONE, OUTLETS, Maker, checked_fields, logged, unforeseen
from dedup.readers.shapes import shaped

BLOCK = 1 << 16
"""Bytes asked for at a time: what a pipe holds. All of it is answered before an end that was asked for."""

REST = 1.0
"""Seconds to wait for what is left of a line when an end was asked for."""

REMEMBERED = 1 << 20
"""Texts without an id that a stream is known to have had: one that comes again is another article."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A record on its way: its number from 1, its bytes with the line feed, and `time.monotonic` of its arrival.

    `name` says where it came from where its number does not, such as a place in a queue: the id of an article
    without one.
    """

    number: int
    raw: bytes
    arrived: float
    name: str = ""


class Tap:
    """A stream that can be waited for, and closed from a signal handler. Nobody else may read it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        try:
            self._descriptor: int | None = stream.fileno()
        except OSError:  # bytes in memory
            self._descriptor = None
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        self._closed = False
        self._within = False

    def close(self) -> None:
        """Give no more: the line that was begun is the last. Safe in a signal handler."""
        self._closed = True
        os.write(self._waker, b".")

    def ready(self, seconds: float | None) -> bool:
        """Wait until there is something to read, or the end; False after so many seconds, or once closed."""
        if self._closed or self._descriptor is None:
            return not self._closed
        try:
            found, _, _ = select.select([self._descriptor, self._wake], [], [], seconds)
        except (OSError, ValueError):  # no such thing as waiting for this one: reading will wait
            return True
        return self._descriptor in found and not self._closed

    def read(self) -> bytes:
        """Return what is there, after waiting for it; nothing at the end."""
        if self.ready(None):
            block = self._stream.read(BLOCK) if self._descriptor is None else os.read(self._descriptor, BLOCK)
        else:
            block = self._rest_of_line() if self._within else b""
        self._within = block[-1:] not in (b"", b"\n")
        return block

    def _rest_of_line(self) -> bytes:
        """What is left of a line, and no byte more: that belongs to whoever reads on."""
        rest = bytearray()
        while not rest.endswith(b"\n"):
            if self._descriptor is not None and not select.select([self._descriptor], [], [], REST)[0]:
                break
            byte = self._stream.read(1) if self._descriptor is None else os.read(self._descriptor, 1)
            if not byte:
                break
            rest += byte
        return bytes(rest)


def batches(
    read: Callable[[], bytes], ready: Callable[[float], bool], *, most: int = 100, wait: float = 0.0
) -> Iterator[list[Line]]:
    """Cut what `read` gives into lines, and hand them on as they come: `most` at a time or fewer.

    No line waits longer than `wait` seconds for others; with 0 a batch is what has come while the one before
    was at work. `read` waits for something and returns nothing at the end; `ready` tells whether it would wait
    for longer than so many seconds. The last line may lack its line feed.
    """
    lines: deque[Line] = deque()
    cutter = _Cutter()
    ended = False
    while lines or not ended:
        if not lines:
            block = read()
            ended = not block
            lines.extend(cutter.cut(block))
        while lines and not ended and len(lines) < most:
            if not ready(max(0.0, lines[0].arrived + wait - time.monotonic())):
                break
            block = read()
            ended = not block
            lines.extend(cutter.cut(block))
        if lines:
            yield [lines.popleft() for _ in range(min(most, len(lines)))]


class _Cutter:
    """Blocks of bytes to lines."""

    def __init__(self) -> None:
        self._number = 0
        self._rest: list[bytes] = []

    def cut(self, block: bytes) -> Iterator[Line]:
        """Yield the lines that are whole with this block; an empty one is the end."""
        now = time.monotonic()
        *whole, rest = block.split(b"\n")
        for piece in whole:
            yield self._line(piece + b"\n", now)
        if rest:
            self._rest.append(rest)
        if not block and self._rest:
            yield self._line(b"", now)

    def _line(self, piece: bytes, now: float) -> Line:
        raw = b"".join((*self._rest, piece))
        self._rest.clear()
        self._number += 1
        return Line(self._number, raw, now)


class Records:
    """Lines to articles, as `read_articles` makes them of JSON lines with `unnamed`.

    `fields` as there, `outlets` and `warn` as in `article_of`. An article without an id gets the line's name where
    that is its place for good, else its `url`, else a digest of text and source: the number of a line is another
    article's tomorrow. The second of two with one digest has ``#2`` behind it, and so on; `unnamed` counts them all.
    """

    def __init__(
        self, fields: Mapping[str, str] | None = None, name: str = STDIN, outlets: Outlets = OUTLETS,
        warn: Report = logged,
    ) -> None:  # fmt: skip
        self.unnamed = Unnamed()
        self._outlets = outlets
        self._warn = warn
        self._fields = checked_fields(fields)
        self._name = name
        self._count = 0
        self._times: OrderedDict[str, int] = OrderedDict()

    def article(self, line: Line) -> Article | None:
        """Return the article; None for a blank line, which is no record. Raises `BadRecord`."""
        name = line.name or self._name
        file = File(name, name)
        raw = line.raw.removeprefix(_BOM) if line.number == 1 or line.name else line.raw
        row = next(jsonl.rows(file, (raw.removesuffix(b"\n"),)), None)
        if row is None:
            return None
        self._count += 1
        place = None if line.name else line.number
        if isinstance(row, BadRecord):
            raise file.bad(place, row.reason)
        digests = self.unnamed.by_text
        try:
            article = article_of(
                row[2], file, self._fields, 0 if line.name else self._count, line.number, self.unnamed,
                self._outlets, self._warn,
            )  # fmt: skip
        except BadRecord:
            raise
        except Exception as error:  # whatever a record holds, the others go on
            raise file.bad(place, unforeseen(error)) from error
        return article if self.unnamed.by_text == digests else self._told_apart(article)

    def _told_apart(self, article: Article) -> Article:
        times = self._times.pop(article.id, 0) + 1
        self._times[article.id] = times
        if len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        return article if times == 1 else replace(article, id=f"{article.id}#{times}")


def article_of(
    values: dict[str, Any],
    file: File,
    fields: Mapping[str, str] = NONE,
    record: int = 0,
    line: int | None = None,
    unnamed: Unnamed | None = None,
    outlets: Outlets = OUTLETS,
    warn: Report = logged,
) -> Article:
    """Return the article that a decoded record holds, and empty it. Raises `BadRecord`, which names `file`.

    `record` is its number where the file holds many, else 0: then the file's name is the id of an article
    without one, which `unnamed` names otherwise. `outlets` tells its source; `warn` hears of a date that cannot be
    read, which leaves the article undated.
    """
    shaped(values, fields)
    maker = Maker(file, fields, NONE, unnamed, outlets, warn, marked_up=True)
    article = maker.article(record, line if record else None, values)
    for name in (article.id, article.source, article.language or ""):
        if not name.isascii() and not _is_unicode(name):
            raise maker.bad(
                record, line if record else None, f"lone surrogate in {name!r}: no index can hold it"
            )
    return article


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
