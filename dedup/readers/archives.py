"""Files that hold files: zip (WACZ, too) and tar."""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO, cast

from dedup.errors import BadRecord
from dedup.readers.compression import Broken
from dedup.readers.files import BLOCK, File

_IN_MEMORY = 64 << 20  # bytes of an archive within an archive, or a compressed one, that need no file


def members(file: File, kind: str) -> Iterator[File | BadRecord]:
    """Yield the files in an archive of a kind, "zip" or "tar", in its order; what cannot be read is named.

    Each is called by the archive's path and its own, with a slash between. Hidden files are left out, as in folders.
    """
    with _seekable(file) as stream:
        yield from _zipped(file, stream) if kind == "zip" else _tarred(file, stream)


@contextmanager
def _seekable(file: File) -> Iterator[BinaryIO]:
    with file.open() as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            for block in file.within(iter(partial(stream.read, BLOCK), b""), "file"):
                copy.write(block)
            copy.seek(0)
            yield cast(BinaryIO, copy)


def _zipped(file: File, stream: BinaryIO) -> Iterator[File | BadRecord]:
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        raise Broken(f"damaged zip archive: {error}") from error
    with archive:
        for entry in archive.infolist():
            if entry.is_dir() or _is_hidden(entry.filename):
                continue
            if entry.flag_bits & 1:
                yield file.bad(None, f"{entry.filename}: encrypted, and no password is known")
            else:
                yield _member(file, entry.filename, entry.file_size, partial(archive.open, entry))


def _tarred(file: File, stream: BinaryIO) -> Iterator[File | BadRecord]:
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for entry in archive:
                if entry.isfile() and not _is_hidden(entry.name):
                    yield _member(file, entry.name, entry.size, partial(archive.extractfile, entry))
    except tarfile.TarError as error:
        raise Broken(f"damaged tar archive: {error}") from error


def _member(file: File, name: str, size: int, stored: Callable[..., Any]) -> File:
    name = name.replace("\\", "/").lstrip("/").removeprefix("./")
    path = f"{file.path}/{name}"
    inner = file.only if file.only.startswith(f"{path}/") else ""  # in an archive within this one
    folder, slash, _ = (file.place or file.name).rpartition("/")
    return replace(
        file, path=path, name=f"{file.name}/{name}", place=f"{folder}{slash}{name}", size=size, on_bytes=None,
        stored=stored, only=inner,
    )  # fmt: skip


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") and part != "." for part in name.split("/"))
