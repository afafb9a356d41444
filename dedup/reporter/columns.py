"""Reports as columns, for data frames: one row an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dedup.model import ArticleReport
from dedup.reporter.jsonl import line
from dedup.reporter.summary import IN_REPORTS

KINDS: Mapping[str, type] = {
    **dict.fromkeys(("id", "title", "source", "published", "language", "url"), str),
    "words": int, "originality": float, **dict.fromkeys(IN_REPORTS, int),
    "judged": int, "against": int, "undated": bool, "report": str,
}  # fmt: skip
"""Names and types of the columns. `published` is in ISO 8601, `report` the article's line of JSON."""


def columns(reports: Iterable[ArticleReport]) -> dict[str, list[object]]:
    """The columns, in the order of `KINDS`; what a report does not have is None."""
    made: dict[str, list[object]] = {name: [] for name in KINDS}
    for report in reports:
        for column, value in zip(made.values(), _row(report), strict=True):
            column.append(value)
    return made


def _row(report: ArticleReport) -> tuple[object, ...]:
    judged = report.judged
    return (
        report.id, report.title or None, report.source or None, report.published, report.language,
        report.url or None, report.words, report.originality,
        *(getattr(report.ledger, name) for name in IN_REPORTS),
        *((None, None, None) if judged is None else (judged.words, judged.against, judged.undated)),
        line(report)[:-1].decode(),
    )  # fmt: skip
