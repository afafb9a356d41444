"""Frames of pandas and tables of Arrow: the same rows, with what was found in columns of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from dedup.errors import BadRecord, SettingsError
from dedup.model import Article, ArticleReport, Ledger
from dedup.prefilter.filtering import annotation
from dedup.prefilter.incoming import article_of
from dedup.readers.files import File
from dedup.readers.records import unforeseen
from dedup.reporter.jsonl import dumps
from dedup.stream import Detector
from dedup.stream.careful import Careful

if TYPE_CHECKING:
    import pandas
    import pyarrow

BATCH = 500
"""Rows judged in one step: it sets the pace, never the answer."""


def judge_frame(
    frame: pandas.DataFrame, detector: Detector, fields: Mapping[str, str] | None = None
) -> pandas.DataFrame:
    """Judge the rows of a frame and add them; return a copy of it with more columns.

    These are ``dedup_originality``, ``dedup_words``, one a class of the ledger, ``dedup_report`` (JSON) and
    ``dedup_error``, why a row is no article. Columns are named as fields of a record, or by `fields`; an
    ``id`` there must be.
    """
    _check_id(frame.columns, fields)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return frame.assign(**_columns(rows, detector, fields))


def judge_table(
    table: pyarrow.Table | pyarrow.RecordBatch, detector: Detector, fields: Mapping[str, str] | None = None
) -> pyarrow.Table:
    """Judge the rows of a table or a record batch, as `judge_frame` does; return a table."""
    import pyarrow as pa

    _check_id(table.column_names if hasattr(table, "column_names") else table.schema.names, fields)
    whole = table if isinstance(table, pa.Table) else pa.Table.from_batches([table])
    rows = (row for batch in whole.to_batches(BATCH) for row in batch.to_pylist())
    types = {"dedup_originality": pa.float64(), "dedup_report": pa.string(), "dedup_error": pa.string()}
    for name, column in _columns(rows, detector, fields).items():
        whole = whole.append_column(name, pa.array(column, types.get(name, pa.int64())))
    return whole


def _check_id(names: Iterable[str], fields: Mapping[str, str] | None) -> None:
    wanted = (fields or {}).get("id", "id")
    if wanted not in names:
        raise SettingsError(
            f"no column {wanted!r}: an index knows articles by it; name it with fields={{'id': ...}}"
        )


def _columns(
    rows: Iterable[dict[str, Any]], detector: Detector, fields: Mapping[str, str] | None
) -> dict[str, list[Any]]:
    names = ("originality", "words", *asdict(Ledger()), "report", "error")
    columns: dict[str, list[Any]] = {f"dedup_{name}": [] for name in names}
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
