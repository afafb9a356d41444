"""Where input comes from: a file, opened as one stream of plain bytes."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, Literal, cast

from dedup.errors import BadRecord
from dedup.readers import compression, remote
from dedup.readers.compression import Gap
from dedup.readers.options import DEFAULTS, Options, size
from dedup.readers.recoding import in_utf8

BLOCK = 1 << 20
"""Bytes asked for at a time."""

HEAD = 1 << 16
"""Bytes that tell a format."""

_HEAD = 1 << 10  # bytes that tell a compression

STDIN = "-"

Report = Callable[[BadRecord], None]
"""What is done with a file or record that cannot be read."""


@dataclass(frozen=True, slots=True)
class File:
    """One input file. `path` opens it, and may be an address (see `dedup.readers.remote`); `name` is its path under the
    scanned root, with slashes.

    `stored` opens what is no file of its own, but lies in an archive; its `place` is where it would be if the archive
    had been unpacked where it stands. Of an archive, `only` is the path of the one
    file in it that is wanted, or of a folder.
    """

    path: str
    name: str
    size: int = 0
    on_bytes: Callable[[int], None] | None = None
    options: Options = DEFAULTS
    stored: Callable[[], BinaryIO] | None = None
    only: str = ""
    place: str = ""

    @property
    def compression(self) -> str:
        """Suffix of the compression, "" where there is none."""
        return compression.suffix_of(self.name)

    @property
    def suffix(self) -> str:
        """Lower-case suffix that names the format, without that of the compression."""
        return os.path.splitext(self.name[: len(self.name) - len(self.compression)])[1].lower()

    def bad(self, line: int | None, reason: str) -> BadRecord:
        """Return the error that names a place in this file."""
        return BadRecord(self.path, line, reason)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the decompressed bytes; stdin stays open afterwards."""
        if self.path == STDIN:
            yield sys.stdin.buffer
            return
        with self._stored() as file:
            kind = compression.told(file.peek(_HEAD)[:_HEAD], self.compression)
            with compression.opened(file, kind, self.options.limits.ratio) as stream:
                yield stream

    def _stored(self) -> io.BufferedReader:
        if self.stored is not None:
            return io.BufferedReader(cast(io.RawIOBase, self.stored()), BLOCK)
        raw: io.RawIOBase = remote.opened(self.path) if remote.is_address(self.path) else io.FileIO(self.path)
        if self.on_bytes is not None:
            raw = _Counted(raw, self.on_bytes)
        return io.BufferedReader(raw, BLOCK)

    def head(self) -> bytes:
        """Return the first bytes, decompressed: what tells a format. Nothing of stdin, which is read once."""
        if self.path == STDIN:
            return b""
        with replace(self, on_bytes=None).open() as stream:
            return next((block for block in compression.read_on(stream, HEAD) if block), b"")

    def blocks(self, *, gaps: bool = False) -> Iterator[bytes]:
        """Yield the content in blocks of UTF-8 (see `recoding`).

        A stream that breaks off yields all that came before, then raises `compression.Broken`. With `gaps`, one that
        has sound parts behind the damage goes on after a `Gap`.
        """
        with self.open() as stream:
            for block in in_utf8(compression.read_on(stream, BLOCK), self.options.encoding):
                if type(block) is Gap and not gaps:
                    raise compression.Broken(block.reason)
                yield block

    def lines(self) -> Iterator[bytes]:
        """Yield the lines without their line feed, the last one also where it has none.

        In place of one that is longer than a record may be there is a `TooLong`, and of those that are damaged a `Gap`.
        """
        most = self.options.limits.record
        rest: list[bytes] = []
        length = 0
        for block in self.blocks(gaps=True):
            if type(block) is Gap:  # the line that it cuts is a part of the damage
                rest, length = [], 0
                yield block
                continue
            first, *others = block.split(b"\n")
            length += len(first)
            rest.append(first)
            if length > most:
                rest.clear()
            if len(block) > most:
                others = [line if len(line) <= most else TooLong() for line in others]
            if others:
                yield b"".join(rest) if length <= most else TooLong()
                rest = [others.pop()]
                length = len(rest[0])
                yield from others
        if length > most:
            yield TooLong()
        elif length:
            yield b"".join(rest)

    def read(self) -> bytes:
        """Return the whole content of a file that is one record, in UTF-8 like `blocks`; raises `TooLarge`."""
        return b"".join(self.within(self.blocks(), "record"))

    def within(self, blocks: Iterable[bytes], limit: Literal["record", "file"]) -> Iterator[bytes]:
        """Yield `blocks`; raises `TooLarge` where they come to more than such a limit allows."""
        most: int = getattr(self.options.limits, limit)
        length = 0
        for block in blocks:
            length += len(block)
            if length > most:
                raise TooLarge(most, limit)
            yield block

    def read_stored(self, limit: Literal["record", "file"] = "record") -> bytes:
        """Return the whole content in the encoding it is in; raises `TooLarge`."""
        with self.open() as stream:
            return b"".join(self.within(iter(partial(stream.read, BLOCK), b""), limit))

    def too_long(self, line: int) -> BadRecord:
        """Return the error that names a line which is a `TooLong`."""
        return self.bad(line, str(TooLarge(self.options.limits.record, "record")))


class TooLong(bytes):
    """An empty line, in place of one that is longer than the limit."""

    __slots__ = ()


class TooLarge(compression.Broken):
    """More bytes than a limit allows; `str()` is the reason."""

    def __init__(self, most: int, limit: str) -> None:
        what = "record" if limit == "record" else "file that is read as a whole"
        super().__init__(
            f"larger than {size(most)}, the limit of a {what}; --limit {limit}=SIZE sets another"
        )


class _Counted(io.RawIOBase):
    """A raw stream that tells how many bytes were read."""

    def __init__(self, raw: io.RawIOBase, on_bytes: Callable[[int], None]) -> None:
        self._raw = raw
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._raw.seekable()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def readinto(self, buffer) -> int | None:  # type: ignore[no-untyped-def]
        count: int | None = self._raw.readinto(buffer)
        self._on_bytes(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def reason_of(error: OSError) -> str:
    """Return what went wrong in a few lower-case words.

    >>> reason_of(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    'no such file or folder'
    """
    if error.errno == errno.ENOENT:
        return "no such file or folder"
    return (error.strerror or str(error)).lower()


def not_utf8(error: UnicodeDecodeError) -> str:
    """Return which byte is not UTF-8, and where it stands (from 0).

    >>> try: b"caf\\xe9".decode()
    ... except UnicodeDecodeError as error: not_utf8(error)
    'not UTF-8: byte 0xe9 at offset 3'
    """
    return f"not UTF-8: byte 0x{error.object[error.start]:02x} at offset {error.start}"
