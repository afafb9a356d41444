"""Reports as JSON: one line an article (`jsonl`), or one document with the summary in front (`json`)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

import orjson

from dedup.decoding import Written
from dedup.model import ArticleReport, Json, StoryPart
from dedup.verdict.codec import to_dict

SPOOL = 1 << 24
"""Bytes of articles kept in memory while the summary, which stands first, is not known yet."""


Parts = Callable[[], Iterable[StoryPart]]
"""What each article is to its story, in their order: known once all reports have passed."""


def write_jsonl(reports: Iterable[ArticleReport], out: BinaryIO, parts: Parts | None = None) -> None:
    """Write one line an article, in order: at least 20,000 a second. With `parts` each says its story."""
    if parts is None:
        for report in reports:
            out.write(line(report))
    else:
        with _spooled(reports) as lines:
            out.writelines(map(with_story, lines, parts()))


def write_json(
    reports: Iterable[ArticleReport], out: BinaryIO, summary: Callable[[], Json], parts: Parts | None = None
) -> None:
    """Write ``{"summary": ..., "articles": [...]}``; `summary` is asked once all reports have passed."""
    with _spooled(reports) as lines:
        out.write(b'{"summary":' + dumps(summary()) + b',\n"articles":[')
        between = b"\n"
        for one in map(with_story, lines, parts()) if parts else lines:
            out.write(between + one[:-1])
            between = b",\n"
        out.write(b"\n]}\n")


@contextmanager
def _spooled(reports: Iterable[ArticleReport]) -> Iterator[IO[bytes]]:
    """The lines of all reports, once they have passed."""
    with tempfile.SpooledTemporaryFile(SPOOL) as lines:
        lines.writelines(map(line, reports))
        lines.seek(0)
        yield lines


def with_story(line: bytes, part: StoryPart) -> bytes:
    """A report's line that says which story the article belongs to.

    >>> with_story(b'{"id":"b"}\\n', StoryPart("a", "reprint"))
    b'{"id":"b","story":{"id":"a","role":"reprint"}}\\n'
    """
    return line[:-2] + b',"story":' + dumps({"id": part.id, "role": part.role}) + b"}\n"


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
