"""Reports as JSON: one line an article (`jsonl`), or one document with the summary in front (`json`)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from typing import BinaryIO

import orjson

from dedup.decoding import Written
from dedup.model import ArticleReport, Json
from dedup.verdict.codec import to_dict

SPOOL = 1 << 24
"""Bytes of articles kept in memory while the summary, which stands first, is not known yet."""


def write_jsonl(reports: Iterable[ArticleReport], out: BinaryIO) -> None:
    """Write one line an article, in order: at least 20,000 a second."""
    for report in reports:
        out.write(line(report))


def write_json(reports: Iterable[ArticleReport], out: BinaryIO, summary: Callable[[], Json]) -> None:
    """Write ``{"summary": ..., "articles": [...]}``; `summary` is asked once all reports have passed."""
    with tempfile.SpooledTemporaryFile(SPOOL) as articles:
        between = b"\n"
        for report in reports:
            articles.write(between + line(report)[:-1])
            between = b",\n"
        articles.seek(0)
        out.write(b'{"summary":' + dumps(summary()) + b',\n"articles":[')
        shutil.copyfileobj(articles, out)
        out.write(b"\n]}\n")


def line(report: ArticleReport) -> bytes:
    """One report as a line of JSON in UTF-8, its fields in the order of the format.

    `title`, `url`, `path`, `record` and `extra` are there only where the article has them.

    >>> from dedup.model import Ledger
    >>> line(ArticleReport("a", "bbc", None, "en", 0, None, Ledger()))[:67].decode()
    '{"schema":2,"id":"a","source":"bbc","published":null,"language":"en'
    """
    return dumps(to_dict(report)) + b"\n"


def dumps(value: object) -> bytes:
    """JSON in UTF-8; what JSON has no word for (a date, bytes) becomes its text."""
    try:
        return orjson.dumps(value, default=_written)
    except TypeError:
        pass
    try:  # integers over 64 bits
        return orjson.dumps(_spelled_out(value), default=_written)
    except TypeError:  # lone surrogates (file names that are no UTF-8)
        return json.dumps(value, separators=(",", ":"), default=str).encode("ascii")


def _written(value: object) -> object:
    return orjson.Fragment(str(value)) if isinstance(value, Written) else str(value)


def _spelled_out(value: object) -> object:
    """The same value with integers as they are written, which orjson takes up to 64 bits only."""
    if type(value) is int:
        return orjson.Fragment(str(value))
    if isinstance(value, dict):
        return {name: _spelled_out(part) for name, part in value.items()}
    return [_spelled_out(part) for part in value] if isinstance(value, (list, tuple)) else value
