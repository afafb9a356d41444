"""Compressed files as streams of plain bytes; a stream that breaks off says so."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, BinaryIO

from dedup.readers.extras import needed

UNCOUNTED = 64 << 20
"""Bytes that a compressed file may become however small it is."""

_PIECE = 1 << 17
_STEP = 1 << 13  # bytes that are unpacked at a time: what comes out with the damaged one is had again
_AGAIN = 1 << 18  # bytes of a damaged part that is gone over again
_TEXT = re.compile(rb"\xff\xfe|\xfe\xff|[\t-\r\x1b -\x7e\x80-\xff]{4,}\Z")


class Broken(Exception):
    """Compressed data that ends too early or is damaged; `str()` is the reason.

    `begun`: what was read last is of the part that is damaged.
    """

    begun = False


class Damaged(Broken):
    """Damage with a sound part behind it: reading goes on there when more is asked for."""


class Gap(bytes):
    """No bytes, in place of those that are damaged; `reason` says what is wrong."""

    reason: str

    @classmethod
    def of(cls, damage: Damaged) -> Gap:
        """Return the gap that some damage leaves."""
        gap = cls()
        gap.reason = str(damage)
        return gap


def read_on(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield what a stream holds, up to `size` bytes at a time, and a `Gap` in place of what is damaged."""
    # read1 hands over what it has before a cut raises; read would lose it.
    read: Callable[[int], bytes] = stream.read1  # type: ignore[attr-defined]
    while True:
        try:
            block = read(size)
        except Damaged as damage:
            block = Gap.of(damage)
        if not block and type(block) is not Gap:
            return
        yield block


def suffix_of(name: str) -> str:
    """Return the suffix that names a compression, "" where there is none.

    >>> suffix_of("news/feed.jsonl.GZ"), suffix_of("feed.jsonl")
    ('.GZ', '')
    """
    tail = name[name.rfind(".") :] if "." in name else ""
    return tail if tail.lower() in _KINDS else ""


def told(head: bytes, suffix: str) -> str:
    """Return how a file that begins with `head` is compressed, "" where it is not: its first bytes say it.

    A file that is named as compressed and begins with nothing but text has been unpacked on its way.

    >>> told(bytes.fromhex("1f8b0800"), ".jsonl"), told(b'{"text": "x"}', ".gz")
    ('.gz', '')
    """
    for name, magic in _MAGIC.items():
        if head.startswith(magic):
            return name
    return "" if not suffix or _TEXT.match(head) else suffix.lower()


@contextmanager
def opened(file: BinaryIO, suffix: str, ratio: int) -> Iterator[BinaryIO]:
    """Open the plain bytes of `file`. May raise `MissingExtra`; bad data raises `Broken` when met.

    Its `read1` hands over all that came before the place where the data breaks off, and after `Damaged` what comes
    behind the damage: compressed files may be joined, and crawlers pack each record by itself. Data that become more
    than `ratio` times as large, counted from `UNCOUNTED` on, are bad.
    """
    if not suffix:
        yield file
        return
    with io.BufferedReader(_Unpacked(file, _KINDS[suffix](), ratio), _PIECE) as stream:
        yield stream


@dataclass(frozen=True, slots=True)
class _Kind:
    """A compression: `part` makes what unpacks one part of a file, which begins with `magic`."""

    name: str
    part: Callable[[], Any]
    magic: re.Pattern[bytes]
    errors: tuple[type[Exception], ...]


class _Unpacked(io.RawIOBase):
    """The plain bytes of all parts of a file, as long as they are not suspiciously many."""

    def __init__(self, file: BinaryIO, kind: _Kind, ratio: int) -> None:
        self._file = file
        self._kind = kind
        self._ratio = ratio
        self._count = 0
        self._input = b""
        self._output = memoryview(b"")
        self._part: Any = None
        self._start = 0  # where the part begins
        self._given = 0  # bytes that were had from it
        self._damage: Broken | None = None  # to be told when the output before it is gone

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._output:
            if self._damage is not None:
                damage, self._damage = self._damage, None
                raise damage
            if self._part is None and not self._begin():
                return 0
            self._unpack(len(buffer))
        size = min(len(buffer), len(self._output))
        buffer[:size] = self._output[:size]
        self._output = self._output[size:]
        self._count += size
        if self._count > UNCOUNTED and self._count > self._ratio * self._file.tell():
            raise Broken(
                f"becomes more than {self._ratio} times as large when it is unpacked: the rest is left out; "
                "--limit ratio=N sets another limit"
            )
        return size

    def _begin(self) -> bool:
        """Begin the next part; return False at the end of the file. Zeros between parts are padding."""
        while not (rest := self._input.lstrip(b"\0") if self._start or self._given else self._input):
            self._input = self._file.read(_STEP)
            if not self._input:
                return False
        self._input = rest
        self._start, self._given = self._file.tell() - len(rest), 0
        self._part = self._kind.part()
        return True

    def _unpack(self, most: int) -> None:
        needs_input = getattr(self._part, "needs_input", True)
        data = (self._input or self._file.read(_STEP)) if needs_input else b""
        try:
            piece = self._part.decompress(data, most)
        except self._kind.errors as error:
            self._pass_over(error)
            return
        self._input = (
            self._part.unused_data if self._part.eof else getattr(self._part, "unconsumed_tail", b"")
        )
        self._output = memoryview(piece)
        self._given += len(piece)
        if self._part.eof:
            self._part = None
        elif not piece and not data and needs_input:
            raise Broken(f"cut {self._kind.name} stream: the end of the file is missing")

    def _pass_over(self, error: Exception) -> None:
        """Go to the next part that is sound; what the damaged one gives before the damage comes first."""
        reason = f"damaged {self._kind.name} stream: {error}"
        self._part, self._input = None, b""
        if not self._file.seekable():
            raise Broken(reason) from error
        stopped = self._file.tell()
        self._output = memoryview(self._until_damage(stopped))
        place = self._next_part(self._start + 1)
        self._file.seek(stopped if place is None else place)
        reason = f"{reason} in the part that begins at byte {self._start:,}" if self._start else reason
        self._damage = (
            Broken(reason)
            if place is None
            else Damaged(f"{reason}; the next sound one begins at byte {place:,}")
        )
        self._damage.begun = bool(self._given or self._output)

    def _until_damage(self, end: int) -> bytes:
        """Return what was not had yet of the damaged part, unpacked byte by byte; a long one is not gone over again."""
        if end - self._start > _AGAIN:
            return b""
        self._file.seek(self._start)
        part, pieces = self._kind.part(), []
        try:
            while (data := self._file.read(1)) and not part.eof:
                pieces.append(part.decompress(data))
        except self._kind.errors:
            pass
        return b"".join(pieces)[self._given :]

    def _next_part(self, place: int) -> int | None:
        """Return where the next part begins that can be unpacked for a while, at `place` or behind it."""
        self._file.seek(place)
        before = b""
        while block := self._file.read(_PIECE):
            data, place = before + block, self._file.tell()
            for found in self._kind.magic.finditer(data):
                if self._is_sound(begin := place - len(data) + found.start()):
                    return begin
            self._file.seek(place)
            before = data[-_LONGEST_MAGIC:]
        return None

    def _is_sound(self, place: int) -> bool:
        self._file.seek(place)
        part = self._kind.part()
        try:
            return bool(part.decompress(self._file.read(_STEP), _STEP)) or part.eof
        except self._kind.errors:
            return False


class _Zstandard:
    """Unpacks a frame of Zstandard as the standard library's decompressors do.

    zstandard's own reader takes a cut for the end.
    """

    def __init__(self, library: Any) -> None:
        window = 1 << 31  # the largest there is: archives are packed with --long
        self._frame = library.ZstdDecompressor(max_window_size=window).decompressobj()

    def decompress(self, data: bytes, most: int = -1) -> bytes:
        piece: bytes = self._frame.decompress(data)  # which knows no bound
        return piece

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._frame.unused_data)


def _zstandard() -> _Kind:
    library = needed("zstandard", "zstd")
    magic = re.compile(rb"\x28\xb5\x2f\xfd")
    return _Kind("zstd", partial(_Zstandard, library), magic, (library.ZstdError,))


_GZIP = _Kind(
    "gzip",
    partial(zlib.decompressobj, 31),
    # Deflate, no flag that is reserved, any time, how hard it was packed, on which system (RFC 1952).
    re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL),
    (zlib.error,),
)
_BZIP2 = _Kind("bzip2", bz2.BZ2Decompressor, re.compile(rb"BZh[1-9]1AY&SY"), (OSError,))
_XZ = _Kind("xz", lzma.LZMADecompressor, re.compile(rb"\xfd7zXZ\0"), (lzma.LZMAError,))
_LONGEST_MAGIC = 9  # bytes, less one

_KINDS: Mapping[str, Callable[[], _Kind]] = MappingProxyType(
    {".gz": lambda: _GZIP, ".bz2": lambda: _BZIP2, ".xz": lambda: _XZ, ".zst": _zstandard}
)
_MAGIC: Mapping[str, bytes] = MappingProxyType(
    {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0", ".zst": b"\x28\xb5\x2f\xfd"}
)
