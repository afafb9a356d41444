"""Compressed files as streams of plain bytes; a stream that breaks off says so."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, BinaryIO, cast

from dedup.readers.extras import needed


class Broken(Exception):
    """Compressed data that ends too early or is damaged; `str()` is the reason."""


def suffix_of(name: str) -> str:
    """Return the suffix that names a compression, "" where there is none.

    >>> suffix_of("news/feed.jsonl.GZ"), suffix_of("feed.jsonl")
    ('.GZ', '')
    """
    tail = name[name.rfind(".") :] if "." in name else ""
    return tail if tail.lower() in _OPENERS else ""


@contextmanager
def opened(file: BinaryIO, suffix: str) -> Iterator[BinaryIO]:
    """Open the plain bytes of `file`. May raise `MissingExtra`; bad data raises `Broken` when met.

    Its `read1` hands over all that came before the place where the data breaks off.
    """
    if not suffix:
        yield file
        return
    with _named(_NAMES[suffix.lower()]), _OPENERS[suffix.lower()](file) as stream:
        yield stream


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
