"""Data frames of pandas, polars and Arrow: the same rows, with what a detector found in columns of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from dedup.errors import BadRecord, SettingsError
from dedup.model import Article, ArticleReport
from dedup.prefilter.filtering import annotation
from dedup.prefilter.incoming import article_of
from dedup.readers.files import File
from dedup.readers.frames import BATCH, frame_of, records, widened
from dedup.readers.records import unforeseen
from dedup.reporter.jsonl import dumps
from dedup.reporter.summary import IN_REPORTS
from dedup.stream import Detector
from dedup.stream.careful import Careful

KINDS: Mapping[str, type] = {
    "dedup_originality": float, **{f"dedup_{name}": int for name in ("words", *IN_REPORTS)}, "dedup_report": str,
    "dedup_error": str,
}  # fmt: skip
"""The columns that are added, and their types."""


def judge_frame(frame: Any, detector: Detector, fields: Mapping[str, str] | None = None) -> Any:
    """Judge the rows of a frame and add them to the index; return a frame of the same kind with more columns.

    `frame`: of pandas, polars or another that narwhals knows; a table or record batch of Arrow comes back as a table.
    The columns are ``dedup_originality``, ``dedup_words``, one a class of the ledger, ``dedup_report`` (JSON) and
    ``dedup_error``, why a row is no article. Columns are named as fields of a record, or by `fields`; an
    ``id`` there must be.
    """
    whole = frame_of(frame)
    wanted = (fields or {}).get("id", "id")
    if wanted not in whole.columns:
        raise SettingsError(
            f"no column {wanted!r}: an index knows articles by it; name it with fields={{'id': ...}}"
        )
    return widened(whole, _columns(records(whole), detector, fields), KINDS)


def _columns(
    rows: Iterable[dict[str, Any]], detector: Detector, fields: Mapping[str, str] | None
) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in KINDS}
    left = iter(rows)
    judge = Careful(detector).judge
    while batch := list(islice(left, BATCH)):
        articles = [_article(row, fields) for row in batch]
        reports = iter(judge([article for article in articles if isinstance(article, Article)]))
        for article in articles:
            values = _values(article if isinstance(article, str) else next(reports))
            for name, column in columns.items():
                column.append(values.get(name))
    return columns


def _article(row: dict[str, Any], fields: Mapping[str, str] | None) -> Article | str:
    try:
        article = article_of(row, File("", ""), fields or {})
    except BadRecord as error:
        return error.reason
    except Exception as error:  # whatever a row holds, the others go on
        return unforeseen(error)
    return article if article.id else "no id"


def _values(verdict: ArticleReport | BadRecord | str) -> dict[str, Any]:
    if not isinstance(verdict, ArticleReport):
        return {"dedup_error": verdict if isinstance(verdict, str) else verdict.reason}
    return {
        "dedup_originality": verdict.originality,
        "dedup_words": verdict.words,
        **{f"dedup_{name}": count for name, count in asdict(verdict.ledger).items()},
        "dedup_report": dumps(annotation(verdict)).decode(),
    }
