"""Reports as a Parquet file: one row an article, with the columns that a scan on Spark writes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.model import ArticleReport
from dedup.reporter.jsonl import line

ROWS = 10_000
"""Rows of a group: so many reports are in memory at a time."""

SCHEMA = pa.schema([
    ("id", pa.string()), ("source", pa.string()), ("published", pa.string()), ("language", pa.string()),
    ("words", pa.int64()), ("originality", pa.float64()), ("report", pa.string()),
])  # fmt: skip
"""`report` is the line of JSON that `write_jsonl` writes."""


def write_parquet(reports: Iterable[ArticleReport], out: BinaryIO) -> None:
    """Write a row an article, in order."""
    rows = (_row(report) for report in reports)
    with pq.ParquetWriter(out, SCHEMA) as writer:
        while group := list(islice(rows, ROWS)):
            writer.write_table(pa.Table.from_pylist(group, SCHEMA))


def _row(report: ArticleReport) -> dict[str, object]:
    return {
        "id": report.id.encode("utf-8", "replace").decode(),  # a file name that is no UTF-8
        "source": report.source,
        "published": report.published,
        "language": report.language,
        "words": report.words,
        "originality": report.originality,
        "report": line(report)[:-1].decode(),
    }
