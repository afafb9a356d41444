"""Compressed files as streams of plain bytes; a stream that breaks off says so."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, BinaryIO, cast

from dedup.readers.extras import needed

UNCOUNTED = 64 << 20
"""Bytes that a compressed file may become however small it is."""

_PIECE = 1 << 17
_TEXT = re.compile(rb"[\t\r\n -\x7e\x80-\xff]{4}")


class Broken(Exception):
    """Compressed data that ends too early or is damaged; `str()` is the reason."""


def suffix_of(name: str) -> str:
    """Return the suffix that names a compression, "" where there is none.

    >>> suffix_of("news/feed.jsonl.GZ"), suffix_of("feed.jsonl")
    ('.GZ', '')
    """
    tail = name[name.rfind(".") :] if "." in name else ""
    return tail if tail.lower() in _OPENERS else ""


def told(head: bytes, suffix: str) -> str:
    """Return how a file that begins with `head` is compressed, "" where it is not: its first bytes say it.

    A file that is named as compressed and begins with text has been unpacked on its way.

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

    Its `read1` hands over all that came before the place where the data breaks off. Data that become more than
    `ratio` times as large, counted from `UNCOUNTED` on, are bad.
    """
    if not suffix:
        yield file
        return
    with _named(_NAMES[suffix]), _OPENERS[suffix](file) as stream:
        yield io.BufferedReader(_Bounded(file, stream, ratio), _PIECE)


class _Bounded(io.RawIOBase):
    """Decompressed bytes, as long as they are not suspiciously many."""

    def __init__(self, file: BinaryIO, stream: BinaryIO, ratio: int) -> None:
        self._file = file
        self._stream: Any = stream
        self._ratio = ratio
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read1(len(buffer))
        size = len(piece)
        buffer[:size] = piece
        self._count += size
        if self._count > UNCOUNTED and self._count > self._ratio * self._file.tell():
            raise Broken(
                f"becomes more than {self._ratio} times as large when it is unpacked: the rest is left out; "
                "--limit ratio=N sets another limit"
            )
        return size


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise Broken(f"cut {name} stream: the end of the file is missing") from error
    except (zlib.error, lzma.LZMAError) as error:
        raise Broken(f"damaged {name} stream: {error}") from error
    except OSError as error:
        if error.errno is not None:  # the disk's error, not the decompressor's
            raise
        raise Broken(f"damaged {name} stream: {error}") from error


class _Zstandard(io.RawIOBase):
    """Frames of Zstandard as one raw stream. zstandard's own reader takes a cut for the end."""

    def __init__(self, file: BinaryIO) -> None:
        self._library = needed("zstandard", "zstd")
        self._file = file
        self._frame: Any = None
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._output:
            if not self._input:
                self._input = self._file.read(1 << 17)
            if not self._input:
                if self._frame is not None:
                    raise EOFError
                return 0
            self._decompress()
        size = min(len(buffer), len(self._output))
        buffer[:size] = self._output[:size]
        self._output = self._output[size:]
        return size

    def _decompress(self) -> None:
        if self._frame is None:
            window = 1 << 31  # the largest there is: archives are packed with --long
            self._frame = self._library.ZstdDecompressor(max_window_size=window).decompressobj()
        try:
            self._output = memoryview(self._frame.decompress(self._input))
        except self._library.ZstdError as error:
            raise OSError(str(error)) from error
        self._input = self._frame.unused_data if self._frame.eof else b""
        if self._frame.eof:
            self._frame = None


_OPENERS: Mapping[str, Callable[[BinaryIO], BinaryIO]] = MappingProxyType(
    {
        ".gz": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
        ".bz2": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
        ".xz": lambda file: cast(BinaryIO, lzma.LZMAFile(file)),  # noqa: SIM115 - closed where it is used
        ".zst": lambda file: cast(BinaryIO, io.BufferedReader(_Zstandard(file))),
    }
)
_NAMES: Mapping[str, str] = MappingProxyType({".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"})
_MAGIC: Mapping[str, bytes] = MappingProxyType(
    {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0", ".zst": b"\x28\xb5\x2f\xfd"}
)
