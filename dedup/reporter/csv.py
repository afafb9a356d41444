"""Reports as a table: one row an article, for spreadsheets and data frames.

A spreadsheet runs a cell that begins like a formula. Ids and sources come from outside, so such a cell has an
apostrophe in front, which spreadsheets do not show; who reads the table by a program takes one away where an
apostrophe stands before one of `FORMULA`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from dedup.model import ArticleReport, Judged
from dedup.reporter.summary import IN_REPORTS

COLUMNS: tuple[str, ...] = (
    "id", "source", "published", "language", "words", "originality", *IN_REPORTS, "sources",
    "judged", "against", "undated",
)  # fmt: skip

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, in some spreadsheet."""

_QUOTED = frozenset(',;\t"\r\n')
"""What is a border of cells, in some spreadsheet: a cell that has one stands in quotes."""


def write_csv(reports: Iterable[ArticleReport], out: BinaryIO) -> None:
    """Write a header and one row an article; `originality` to four places, empty where there is none.

    `sources` holds the ids of the articles taken from, the largest share first, with " | " between. `judged`,
    `against` and `undated` are those of `dedup.model.Judged`, empty where a report has none.
    """
    # A file name that is no UTF-8 may be an id: its odd bytes go out as they came in.
    text = io.TextIOWrapper(out, "utf-8", "surrogateescape", newline="", write_through=True)
    try:
        text.write(_line(COLUMNS))
        text.writelines(map(_line, rows(reports)))
    finally:
        text.detach()


def rows(reports: Iterable[ArticleReport]) -> Iterator[tuple[object, ...]]:
    """The table's rows, in the order of `COLUMNS`; an absent value is an empty string."""
    for report in reports:
        yield (
            report.id,
            report.source,
            report.published or "",
            report.language or "",
            report.words,
            "" if report.originality is None else f"{report.originality:.4f}",
            *(getattr(report.ledger, name) for name in IN_REPORTS),
            " | ".join(share.id for share in report.sources),
            *(("", "", "") if report.judged is None else _grounds(report.judged)),
        )


def _grounds(judged: Judged) -> tuple[int, int, str]:
    return judged.words, judged.against, str(judged.undated).lower()


def _line(row: Iterable[object]) -> str:
    return ",".join(map(_cell, row)) + "\n"


def _cell(value: object) -> str:
    r"""One cell, which no spreadsheet runs or cuts.

    >>> _cell("=1+1"), _cell("a;=1+1"), _cell(-1)
    ("'=1+1", '"a;=1+1"', '-1')
    """
    cell = str(value)
    if isinstance(value, str) and cell.lstrip("'").startswith(FORMULA):
        cell = f"'{cell}"
    return cell if _QUOTED.isdisjoint(cell) else '"' + cell.replace('"', '""') + '"'
