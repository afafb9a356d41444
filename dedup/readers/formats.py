"""The registry: which reader reads which format, and which suffix is taken for which."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dedup.readers import (
    documents,
    exports,
    jsonl,
    mail,
    pages,
    plain,
    sniffing,
    tables,
    telegrams,
    warc,
    xmlfiles,
)
from dedup.readers.files import STDIN, File
from dedup.readers.records import Reader
from dedup.readers.shapes import has_text
from dedup.readers.sniffing import first_line


@dataclass(frozen=True, slots=True)
class Format:
    """How files of a format are read; without `read` they hold files.

    `plain`: the file is the article, and what its path says of it counts first. `own_names`: the
    records have names of their own, which `fields` translates. `table`: all of them have the same. `polled`: it is
    fetched again and again, and holds other records in the same places. `signed`: it is plain, but names its source
    itself.
    """

    read: Reader | None = None
    plain: bool = False
    own_names: bool = False
    table: bool = False
    polled: bool = False
    signed: bool = False


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": Format(plain.read, plain=True),
        "html": Format(pages.read, plain=True),
        "json": Format(documents.read, own_names=True),
        "jsonl": Format(jsonl.read, own_names=True),
        "csv": Format(tables.read_csv, own_names=True, table=True),
        "parquet": Format(tables.read_parquet, own_names=True, table=True),
        "arrow": Format(tables.read_arrow, own_names=True, table=True),
        "xml": Format(xmlfiles.read, polled=True),
        "warc": Format(warc.read),
        "arc": Format(warc.read_arc),
        "mail": Format(mail.read, signed=True),
        "mbox": Format(mail.read_box),
        "nexis": Format(exports.read_nexis),
        "factiva": Format(exports.read_factiva),
        "telegram": Format(telegrams.read, signed=True),
        "zip": Format(),
        "tar": Format(),
    }
)
"""Name -> format. A new format is one line here and one module beside it."""

_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        suffix: name
        for name, suffixes in {
            "text": ".txt .text .md",
            "html": ".html .htm .xhtml",
            "json": ".json",
            "jsonl": ".jsonl .ndjson .jl .jsonlines",
            "csv": ".csv .tsv .tab",
            "parquet": ".parquet",
            "arrow": ".arrow .feather",
            "xml": ".xml .rss .atom .rdf .nitf .nml",
            "warc": ".warc .wet",
            "arc": ".arc",
            "mail": ".eml",
            "mbox": ".mbox",
            "zip": ".zip .wacz",
            "tar": ".tar .tgz",
        }.items()
        for suffix in suffixes.split()
    }
)
SUFFIXES = frozenset(_SUFFIXES)
"""Suffixes of files that are read whatever is in them."""


def format_of(file: File) -> str:
    """Return the name of the format that a file is in: what the user says, else its content, else its suffix.

    Where it is none of `FORMATS`, return what it is instead, "" if nobody knows. May raise what opening a file raises.
    """
    if file.options.format is not None:
        return file.options.format
    if file.path == STDIN:
        return "jsonl"
    found = sniffing.told(file.head(), file.suffix)
    if found == "zip" and file.suffix not in _ZIPS:
        return "an office document or a program's archive"
    return found or _SUFFIXES.get(file.suffix, "" if file.suffix else "text")


def is_known(file: File) -> bool:
    """Whether a file of a folder is read: its suffix says so, or its content beyond doubt."""
    if file.options.format is not None or file.suffix in SUFFIXES:
        return True
    try:
        found = format_of(file)
        if not file.suffix:
            return found in FORMATS and (found != "text" or os.path.basename(file.name) not in _NO_NEWS)
        # Of what programs keep for themselves much is JSON, too.
        return found in _SURE or (found == "jsonl" and has_text(first_line(file.head()), file.options.text))
    except Exception:  # what cannot be opened is for the reader to say
        return not file.suffix


_SURE = frozenset(("xml", "parquet", "arrow", "warc", "arc", "telegram", "mbox", "tar"))
"""Formats that are read under any suffix."""

_NO_NEWS = frozenset(
    """LICENSE LICENCE COPYING COPYRIGHT NOTICE README AUTHORS CHANGELOG MANIFEST SOURCE TODO VERSION INSTALL
    Makefile Dockerfile SHA256SUMS SHA1SUMS MD5SUMS CHECKSUMS""".split()
)
"""Names of texts without a suffix that come with data and are no news."""

_ZIPS = ("", ".zip", ".wacz")
