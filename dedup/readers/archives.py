"""Files that hold files: zip (WACZ, too) and tar."""

from __future__ import annotations

import io
import lzma
import re
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, BinaryIO, cast

from dedup.errors import BadRecord
from dedup.readers.compression import Broken, Gap, read_on
from dedup.readers.files import BLOCK, File

_IN_MEMORY = 64 << 20  # bytes of an archive within an archive, or a compressed one, that need no file

_LOCAL = re.compile(rb"PK\x03\x04[\x0a-\x3f]\0")  # and the version of the format that is needed
_HEADER = struct.Struct(
    "<HH4xIIIHH"
)  # flags, method, checksum, packed size, size, lengths of name and extra field
_FIXED = 30  # bytes of a header before the name
_IN_UTF8 = 1 << 11
_SIZED_LATER = 1 << 3  # sizes and checksum stand behind the content


def members(file: File, kind: str) -> Iterator[File | BadRecord]:
    """Yield the files in an archive of a kind, "zip" or "tar", in its order; what cannot be read is named.

    Each is called by the archive's path and its own, with a slash between. Hidden files are left out, as in folders.
    """
    with _seekable(file) as (stream, broken):
        try:
            yield from _zipped(file, stream) if kind == "zip" else _tarred(file, stream)
        except Broken:
            if broken is None:
                raise
        if broken is not None:  # its files before the damage were read
            raise broken


@contextmanager
def _seekable(file: File) -> Iterator[tuple[BinaryIO, Broken | None]]:
    """Open an archive, and tell where one that is compressed breaks off."""
    with file.open() as stream:
        if stream.seekable():
            yield stream, None
            return
        broken = None
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            try:
                for block in file.within(read_on(stream, BLOCK), "file"):
                    if type(block) is Gap:
                        raise Broken(block.reason)
                    copy.write(block)
            except Broken as error:
                broken = error
            copy.seek(0)
            yield cast(BinaryIO, copy), broken


def _zipped(file: File, stream: BinaryIO) -> Iterator[File | BadRecord]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError) as error:  # a version that is too high is damage, too
        yield from _salvaged(file, stream)
        raise Broken(f"damaged zip archive: {error}") from error
    with archive:
        for entry in archive.infolist():
            if entry.filename.endswith("/") or _is_hidden(entry.filename):  # `is_dir` fails on an empty name
                continue
            if entry.flag_bits & 1:
                yield file.bad(None, f"{entry.filename}: encrypted, and no password is known")
            else:
                stored = partial(_stored, "zip", partial(archive.open, entry))
                yield _member(file, entry.filename, entry.file_size, stored)


def _salvaged(file: File, stream: BinaryIO) -> Iterator[File]:
    """Yield the files of an archive without its directory, which is at the end: each has a header of its own."""
    stream.seek(0)
    data = b"".join(file.within(iter(partial(stream.read, BLOCK), b""), "file"))
    starts = [found.start() for found in _LOCAL.finditer(data) if found.start() + _FIXED <= len(data)]
    for start, end in pairwise([*starts, len(data)]):
        flags, method, check, packed, size, named, more = _HEADER.unpack_from(data, start + 6)
        name = data[start + _FIXED : start + _FIXED + named].decode(
            "utf-8" if flags & _IN_UTF8 else "cp437", "replace"
        )
        if (
            method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            or flags & 1
            or name.endswith("/")
            or _is_hidden(name)
        ):
            continue
        begin = start + _FIXED + named + more
        content = data[begin : begin + packed if packed else end]
        stored = partial(_unpacked, file, content, method, None if flags & _SIZED_LATER else (check, size))
        yield _member(file, name, len(content), stored)


def _unpacked(file: File, content: bytes, method: int, wanted: tuple[int, int] | None) -> BinaryIO:
    """Open a file out of an archive; `wanted` are its checksum and size, where its header has them."""
    if method == zipfile.ZIP_DEFLATED:
        part = zlib.decompressobj(-15)
        content = part.decompress(
            content, min(file.options.limits.file, file.options.limits.ratio * len(content))
        )
        if not part.eof:
            raise Broken("cut or damaged within a zip archive")
    if wanted is not None and wanted != (zlib.crc32(content), len(content)):
        raise Broken("cut or damaged within a zip archive")
    return io.BytesIO(content)


def _tarred(file: File, stream: BinaryIO) -> Iterator[File | BadRecord]:
    """Yield the files of an archive, also those behind damage and in further archives joined to it."""
    end = 0
    try:
        with tarfile.open(fileobj=stream, mode="r:", ignore_zeros=True) as archive:
            for entry in archive:
                yield from _damage(file, stream, end, entry.offset)
                end = entry.offset_data + -(-entry.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
                if entry.isfile() and not _is_hidden(entry.name):
                    stored = partial(_stored, "tar", partial(archive.extractfile, entry))
                    yield _member(file, entry.name, entry.size, stored)
    except tarfile.TarError as error:
        raise Broken(f"damaged tar archive: {error}") from error
    yield from _damage(file, stream, end, None)


def _damage(file: File, stream: BinaryIO, place: int, end: int | None) -> Iterator[BadRecord]:
    """Name what is no padding of zeros between two files, or behind the last."""
    back = stream.tell()
    stream.seek(place)
    while (end is None or place < end) and (block := stream.read(tarfile.BLOCKSIZE)):
        if block.strip(b"\0"):
            yield file.bad(None, f"damaged tar archive: no file begins at byte {place:,}")
            break
        place += len(block)
    stream.seek(back)


def _member(file: File, name: str, size: int, stored: Callable[..., Any]) -> File:
    name = name.replace("\\", "/").lstrip("/").removeprefix("./")
    path = f"{file.path}/{name}"
    inner = file.only if file.only.startswith(f"{path}/") else ""  # in an archive within this one
    folder, slash, _ = (file.place or file.name).rpartition("/")
    return replace(
        file, path=path, name=f"{file.name}/{name}", place=f"{folder}{slash}{name}", size=size, on_bytes=None,
        stored=stored, only=inner,
    )  # fmt: skip


class _Stored(io.RawIOBase):
    """A file in an archive of a kind, damage to which is told as that to any other."""

    def __init__(self, kind: str, stream: Any) -> None:
        self._kind = kind
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._stream.seekable())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _told(self._kind):
            return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, buffer: Any) -> int:
        with _told(self._kind):
            block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _stored(kind: str, opened: Callable[[], Any]) -> _Stored:
    with _told(kind):
        return _Stored(kind, opened())


@contextmanager
def _told(kind: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise Broken(f"cut or damaged within a {kind} archive: {error}") from error


_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    ValueError, OSError,
)  # fmt: skip
"""What the standard library raises where a file of an archive, or its header, is damaged, or packed unusually."""


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") and part != "." for part in name.split("/"))
