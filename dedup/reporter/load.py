"""Reports from files: the JSON lines or the JSON document that `dedup scan` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dedup.errors import BadRecord
from dedup.model import SCHEMA, SCHEMAS, ArticleReport, Finding, Json, Ledger, Match, SourceShare

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of one run, in its order, and its summary where the file had one."""

    articles: tuple[ArticleReport, ...]
    summary: Json = field(default_factory=dict)


def load_reports(lines: Iterable[str], path: str = "-") -> Reports:
    """Read reports from the lines of a JSONL or JSON report.

    A blank line is skipped. Raises `BadRecord`, naming path and line, for what is no report.
    """
    rows = iter(lines)
    for number, line in enumerate(rows, 1):
        if line.strip():
            whole = _whole_document(line, rows)
            if whole is None:
                return Reports(tuple(_from_lines(line, rows, number, path)))
            return _from_document(whole, path)
    return Reports(())


def _whole_document(first: str, rest: Iterator[str]) -> str | None:
    """The file as one text where it is a JSON document; None where its first line is a report."""
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return first + "".join(rest)
    return first if isinstance(value, dict) and "articles" in value else None


def _from_document(text: str, path: str) -> Reports:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRecord(path, getattr(error, "lineno", None), f"broken JSON: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("articles"), list):
        raise BadRecord(path, 1, 'no report: neither JSON lines nor an object with "articles"')
    articles = tuple(_checked(row, path, number) for number, row in enumerate(value["articles"], 1))
    return Reports(articles, value.get("summary") or {})


def _from_lines(first: str, rest: Iterator[str], place: int, path: str) -> Iterator[ArticleReport]:
    yield _parsed(first, path, place)
    for number, line in enumerate(rest, place + 1):
        if line.strip():
            yield _parsed(line, path, number)


def _parsed(line: str, path: str, number: int) -> ArticleReport:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecord(path, number, f"broken JSON: {error}") from error
    return _checked(value, path, number)


def _checked(value: object, path: str, number: int) -> ArticleReport:
    if isinstance(value, dict) and isinstance(value.get("dedup"), dict):
        value = value["dedup"]  # an article annotated by `dedup filter`
    if not isinstance(value, dict):
        raise BadRecord(path, number, "a report is a JSON object")
    if value.get("schema", SCHEMA) not in SCHEMAS:
        known = " and ".join(map(str, SCHEMAS))
        raise BadRecord(path, number, f"report schema {value['schema']!r}; this version reads {known}")
    try:
        return report_from_json(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"no {error} in a report" if isinstance(error, KeyError) else f"no report: {error}"
        raise BadRecord(path, number, reason) from error


def report_from_json(value: Json) -> ArticleReport:
    """One report from its JSON (CONTRACT, section 3).

    Raises KeyError, TypeError or ValueError for another shape, and where the ledger is not closed.
    """
    report = ArticleReport(
        id=_of(str, value["id"]),
        source=_of(str, value.get("source") or ""),
        published=value.get("published"),
        language=value.get("language"),
        words=_of(int, value["words"]),
        originality=value["originality"],
        ledger=Ledger(**{name: _of(int, count) for name, count in value["ledger"].items()}),
        sources=tuple(_share(row) for row in value.get("sources", ())),
        findings=tuple(_finding(row) for row in value.get("findings", ())),
        title=_of(str, value.get("title") or ""),
        url=_of(str, value.get("url") or ""),
        path=_of(str, value.get("path") or ""),
        record=_of(int, value.get("record") or 0),
        extra=value.get("extra") or {},
    )
    if report.ledger.words != report.words:
        raise ValueError(f"the ledger sums to {report.ledger.words}, the article has {report.words} words")
    return report


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value


def _share(row: Mapping[str, Any]) -> SourceShare:
    return SourceShare(row["id"], row.get("source") or "", row.get("published"), row["words"])


def _finding(row: Mapping[str, Any]) -> Finding:
    match = row.get("match")
    return Finding(
        kind=row["kind"],
        paragraph=_of(int, row["paragraph"]),
        start=_of(int, row["start"]),
        end=_of(int, row["end"]),
        words=_of(int, row["words"]),
        match=_match(match) if match else None,
        copies=row.get("copies"),
        language=row.get("language"),
        confidence=row.get("confidence"),
        reason=row.get("reason"),
        hides=row.get("hides"),
    )


def _match(row: Mapping[str, Any]) -> Match:
    return Match(
        id=_of(str, row["id"]),
        source=row.get("source") or "",
        published=row.get("published"),
        paragraph=_of(int, row["paragraph"]),
        start=_of(int, row["start"]),
        end=_of(int, row["end"]),
        jaccard=row["jaccard"],
        containment=row["containment"],
        spans=tuple((a, b, c, d) for a, b, c, d in row.get("spans", ())),
    )
