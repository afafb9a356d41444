"""The registry: which reader reads a file of which suffix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dedup.readers import documents, jsonl, pages, plain, tables, warc, xmlfiles
from dedup.readers.records import Reader


@dataclass(frozen=True, slots=True)
class Format:
    """How files of a suffix are read.

    `plain`: the file is the article, and what its path says of it counts first. `own_names`: the
    records have names of their own, which `fields` translates. `table`: all of them have the same. `polled`: it is
    fetched again and again, and holds other records in the same places.
    """

    read: Reader
    plain: bool = False
    own_names: bool = False
    table: bool = False
    polled: bool = False


_PLAIN = Format(plain.read, plain=True)
_PAGE = Format(pages.read, plain=True)
_XML = Format(xmlfiles.read, polled=True)
_LINES = Format(jsonl.read, own_names=True)

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".txt": _PLAIN,
        ".md": _PLAIN,
        ".html": _PAGE,
        ".htm": _PAGE,
        ".json": Format(documents.read, own_names=True),
        ".jsonl": _LINES,
        ".ndjson": _LINES,
        ".csv": Format(tables.read_csv, own_names=True, table=True),
        ".parquet": Format(tables.read_parquet, own_names=True, table=True),
        ".xml": _XML,
        ".rss": _XML,
        ".atom": _XML,
        ".warc": Format(warc.read),
    }
)
"""Suffix in lower case -> format. A new format is one line here and one module beside it."""

STDIN_FORMAT = _LINES
