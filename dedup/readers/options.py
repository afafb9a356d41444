"""What a user may say of how files are read. It changes no verdict, so it is no part of `Settings`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from dedup.errors import SettingsError
from dedup.readers.charsets import codec

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too large to be news, so that no file can take all memory. Bytes, once decompressed."""

    record: int = 64 << 20
    """A line, a text or a page: larger ones are named and skipped."""

    file: int = 2 << 30
    """A file that has to be in memory as a whole, as JSON and XML: the rest of larger ones is left out."""

    ratio: int = 250
    """Bytes that one compressed byte may become, counted from 64 MB on."""

    def with_values(self, values: Mapping[str, str]) -> Limits:
        """Return a copy with some limits set, as ``{"record": "200M"}``; raises `SettingsError`.

        >>> Limits().with_values({"record": "1k"}).record
        1024
        """
        known = [field.name for field in fields(self)]
        sizes = {}
        for name, text in values.items():
            size = re.fullmatch(r"(\d+)\s*([kmg]?)b?", text.strip().lower(), re.ASCII)
            if name not in known:
                raise SettingsError(f"unknown limit {name!r}; there are: {', '.join(known)}")
            if size is None or not int(size[1]):
                raise SettingsError(f"limit {name} must be a size such as 64M, got {text!r}")
            sizes[name] = int(size[1]) * _UNITS[size[2]]
        return replace(self, **sizes)


_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read where they do not say it well enough themselves.

    `format` is the name of one for all files (see `dedup.readers.FORMATS`). `encoding` counts for texts, tables and
    JSON that are not UTF-8. `records` leads to the records in a JSON file, as ``articles.results``. `columns` are
    the names of a table's columns, which then has no header. `text` is the key of the texts, where records name it
    otherwise.
    """

    format: str | None = None
    encoding: str | None = None
    records: str | None = None
    columns: tuple[str, ...] = ()
    text: str | None = None
    limits: Limits = _USUAL

    def __post_init__(self) -> None:
        if self.encoding is not None and codec(self.encoding) is None:
            raise SettingsError(
                f"unknown encoding {self.encoding!r}; well known are utf-8, windows-1252, windows-1251, shift_jis"
            )


DEFAULTS = Options()
"""Everything as the files say it."""


def size(count: int) -> str:
    """Return a number of bytes as people write it.

    >>> size(64 << 20)
    '64 MB'
    """
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"
