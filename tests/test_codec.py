"""A report as JSON and back: what is written is read, whoever wrote it."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.classes import KINDS
from dedup.model import SCHEMA, ArticleReport, Finding, Judged, Ledger, Match, SourceShare
from dedup.reporter.jsonl import line
from dedup.reporter.load import load_reports
from dedup.verdict.codec import from_bytes, from_dict, to_bytes, to_dict

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
COUNT = st.integers(0, 10**9)
SHARE = st.floats(0, 1)
SPANS = st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT), max_size=3).map(tuple)
DATES = st.none() | st.just("2024-03-01T08:00:00Z")
MATCHES = st.builds(Match, TEXT, TEXT, DATES, COUNT, COUNT, COUNT, SHARE, SHARE, SPANS)
FINDINGS = st.builds(
    Finding, st.sampled_from(KINDS), COUNT, COUNT, COUNT, COUNT, st.none() | MATCHES, st.none() | COUNT,
    st.none() | TEXT, st.none() | SHARE, st.none() | TEXT, st.none() | TEXT, SPANS,
)  # fmt: skip
JUDGED = st.none() | st.builds(Judged, COUNT, COUNT, st.booleans())
LEDGERS = st.builds(Ledger, *[COUNT] * len(fields(Ledger)))
EXTRA = st.dictionaries(
    TEXT, st.none() | st.booleans() | COUNT | TEXT | st.lists(TEXT, max_size=2), max_size=2
)


@st.composite
def reports(draw: st.DrawFn) -> ArticleReport:
    """Any report whose ledger is closed."""
    ledger = draw(LEDGERS)
    return ArticleReport(
        draw(TEXT), draw(TEXT), draw(DATES), draw(st.none() | TEXT), ledger.words, ledger.originality, ledger,
        tuple(draw(st.lists(st.builds(SourceShare, TEXT, TEXT, DATES, COUNT), max_size=3))),
        tuple(draw(st.lists(FINDINGS, max_size=4))), draw(TEXT), draw(TEXT), draw(TEXT), draw(COUNT), draw(EXTRA),
        draw(COUNT), draw(JUDGED),
    )  # fmt: skip


@given(reports())
def test_what_is_written_is_read(report: ArticleReport) -> None:
    assert from_dict(to_dict(report)) == report
    assert from_dict(json.loads(json.dumps(to_dict(report)))) == report
    assert load_reports([line(report).decode()]).articles == (report,)


@given(reports())
def test_values_are_of_json_and_stand_in_the_order_of_the_model(report: ArticleReport) -> None:
    value = to_dict(report)
    assert orjson.loads(orjson.dumps(value)) == json.loads(json.dumps(value))
    order = ["schema", *(field.name for field in fields(ArticleReport) if field.name != "schema")]
    assert list(value) == [name for name in order if name in value]
    assert list(value["ledger"].items()) == list(asdict(report.ledger).items())
    for found, row in zip(report.findings, value["findings"], strict=True):
        told = _said(asdict(found))
        assert list(row.items()) == list(told.items())


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """What a report says of a finding: nothing is left out, and what only translations have, of their matches."""
    always = ("anchors", "evidence") if values["kind"] == "translated" else ()
    told = {name: one for name, one in values.items() if name in always or (one is not None and one != ())}
    if match := told.get("match"):
        only = {"language": None, "anchors": ()}
        told["match"] = {name: one for name, one in match.items() if name not in only or one != only[name]}
    return told


@given(reports())
def test_what_the_articles_record_has_can_be_left_out(report: ArticleReport) -> None:
    value = to_dict(report, with_record=False)
    assert from_dict(value) == replace(report, path="", record=0, extra={})


@given(reports(), st.none() | st.lists(st.tuples(COUNT, COUNT), max_size=3))
def test_an_index_keeps_what_the_article_does_not_say(
    report: ArticleReport, quotes: list[tuple[int, int]] | None
) -> None:
    kept = from_bytes(to_bytes(report, quotes))
    for name in ("language", "words", "ledger", "sources", "findings", "revision", "judged"):
        assert getattr(kept, name) == getattr(report, name)
    assert kept.quotes == (None if quotes is None else [list(span) for span in quotes])


@given(reports())
def test_a_report_of_schema_one_is_read_as_one_without_the_newer_classes(report: ArticleReport) -> None:
    ledger = replace(report.ledger, template=0, translated=0)
    report = replace(report, ledger=ledger, words=ledger.words, originality=ledger.originality)
    value = {**to_dict(report), "schema": 1}
    del value["ledger"]["template"], value["ledger"]["translated"]
    assert from_dict(value) == report
    assert to_dict(from_dict(value))["schema"] == SCHEMA


def test_only_what_there_is_to_say_is_said() -> None:
    value = to_dict(
        ArticleReport("a", "", None, None, 0, None, Ledger(), findings=(Finding("foreign", 0, 1, 2, 1),))
    )
    assert list(value)[-1] == "findings"
    assert value["findings"] == [{"kind": "foreign", "paragraph": 0, "start": 1, "end": 2, "words": 1}]


BROKEN: list[tuple[str, Any, str]] = [
    ("id", 3, "not of type str"),
    ("words", "9", "not of type int"),
    ("words", 8, "the ledger sums to 9"),
    ("ledger", {"original": 9, "stolen": 0}, "stolen"),
    ("ledger", {"original": "9"}, "not of type int"),
    (
        "findings",
        [{"kind": "foreign", "paragraph": 0, "start": None, "end": 2, "words": 1}],
        "not of type int",
    ),
    ("record", "7", "not of type int"),
]


@pytest.mark.parametrize(("name", "value", "says"), BROKEN)
def test_what_is_no_report_is_refused(name: str, value: object, says: str) -> None:
    good = to_dict(ArticleReport("a", "", None, None, 9, 1.0, Ledger(original=9)))
    with pytest.raises((TypeError, ValueError), match=says):
        from_dict({**good, name: value})


@pytest.mark.parametrize("name", ["id", "words", "originality", "ledger"])
def test_what_every_report_has_must_be_there(name: str) -> None:
    good = to_dict(ArticleReport("a", "", None, None, 9, 1.0, Ledger(original=9)))
    del good[name]
    with pytest.raises(KeyError, match=name):
        from_dict(good)
