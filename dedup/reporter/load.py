"""Reports from files: the JSON lines or the JSON document that `dedup scan` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dedup.errors import BadRecord
from dedup.model import SCHEMA, SCHEMAS, ArticleReport, Json
from dedup.verdict.codec import from_dict


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
        return from_dict(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"no {error} in a report" if isinstance(error, KeyError) else f"no report: {error}"
        raise BadRecord(path, number, reason) from error
