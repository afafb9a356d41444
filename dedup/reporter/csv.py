"""Reports as a table: one row an article, for spreadsheets and data frames.

A spreadsheet runs a cell that begins like a formula. Ids and sources come from outside, so what begins with one of
``= + - @``, a tab or a line break has an apostrophe in front; who reads the table by a program takes it away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from dedup.model import ArticleReport, Judged
from dedup.reporter.summary import IN_REPORTS

COLUMNS: tuple[str, ...] = (
    "id", "source", "published", "language", "words", "originality", *IN_REPORTS, "sources",
    "judged", "against", "undated",
)  # fmt: skip

_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?='*[=+\-@\t\r\n＝＋－＠])")
"""Where a formula may begin, in some spreadsheet: it may take other signs than a comma for the border of cells."""


def write_csv(reports: Iterable[ArticleReport], out: BinaryIO) -> None:
    """Write a header and one row an article; `originality` to four places, empty where there is none.

    `sources` holds the ids of the articles taken from, the largest share first, with " | " between. `judged`,
    `against` and `undated` are those of `dedup.model.Judged`, empty where a report has none.
    """
    # A file name that is no UTF-8 may be an id: its odd bytes go out as they came in.
    text = io.TextIOWrapper(out, "utf-8", "surrogateescape", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(cell, row) for row in rows(reports))
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


def cell(value: object) -> object:
    r"""One cell, no part of which a spreadsheet runs.

    >>> cell("=1+1"), cell("a;=1+1"), cell("a=1"), cell(-1)
    ("'=1+1", "a;'=1+1", 'a=1', -1)
    """
    return _FORMULA.sub("'", value) if isinstance(value, str) else value
