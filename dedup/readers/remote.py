"""Files in object stores and on servers, by address: ``s3://bucket/news/``, ``gs://…``. Needs fsspec.

fsspec finds the package that knows a store (s3fs, gcsfs, adlfs); credentials are where that package looks for them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from dedup.errors import MissingExtra

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
"""A single letter is a drive."""


_EXTRAS: Mapping[str, str] = MappingProxyType({"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its address, its path under the folder that was asked for, its size in bytes."""

    path: str
    name: str
    size: int


def is_address(path: str) -> bool:
    """Whether a path is the address of something that is not on this machine.

    >>> is_address("s3://bucket/a.xml"), is_address("C://news"), is_address("news/a.xml")
    (True, False, False)
    """
    return _ADDRESS.match(path) is not None


def found(path: str) -> Iterator[Found]:
    """Yield the file at an address, or all files under it, in the order of their names; hidden ones are left out.

    Nothing where there is nothing. Raises `MissingExtra`, and whatever the store's package does.
    """
    store, root = _store(path)
    if store.isfile(root):
        yield Found(path, _last(root), store.info(root).get("size") or 0)
        return
    root = root.rstrip("/")
    files = store.find(root, detail=True)
    for place in sorted(files, key=lambda place: place.split("/")):
        name = place[len(root) :].lstrip("/")
        if not any(part.startswith(".") for part in name.split("/")):
            yield Found(store.unstrip_protocol(place), name, files[place].get("size") or 0)


def archive_above(path: str) -> Found | None:
    """Return the file that an address leads into, as ``s3://b/news.zip`` of ``s3://b/news.zip/a.txt``, if it does."""
    store, place = _store(path)
    while "/" in place.strip("/"):
        path, place = path.rpartition("/")[0], place.rpartition("/")[0]
        if store.isfile(place):
            return Found(path, _last(place), store.info(place).get("size") or 0)
    return None


def opened(path: str) -> io.RawIOBase:
    """Open the bytes at an address."""
    store, place = _store(path)
    return cast(io.RawIOBase, store.open(place, "rb"))


def _store(path: str) -> tuple[Any, str]:
    try:
        store, place = import_module("fsspec.core").url_to_fs(path)
    except ImportError as error:
        extra = _EXTRAS.get(path.partition(":")[0].lower())
        if extra is None and error.name is None:  # of a store whose package only fsspec knows: it says which
            raise MissingExtra(f"{path}: {error}") from error
        package = "fsspec" if error.name == "fsspec" else "a package for this store"
        raise MissingExtra.of(path, package, extra or "cloud") from error
    return store, str(place)


def _last(place: str) -> str:
    return place.rstrip("/").rpartition("/")[2]
