"""Reports as JSON, as a table and for people: the same facts in each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import BadRecord
from dedup.model import ArticleReport, Finding, Ledger, Match, SourceShare
from dedup.reporter.csv import COLUMNS, write_csv
from dedup.reporter.jsonl import dumps, line, write_json, write_jsonl
from dedup.reporter.load import load_reports
from dedup.reporter.summary import NAMED, Summary
from dedup.reporter.text import SHOWN, write_text
from dedup.verdict.codec import to_dict

MATCH = Match("ap/123", "ap", "2019-04-05T08:00:00Z", 2, 101, 310, 0.81, 0.93, ((530, 700, 101, 268),))
FINDINGS = (
    Finding("recycled", 4, 530, 742, 34, MATCH, copies=3),
    Finding("foreign", 11, 1900, 1913, 2, language="ru", confidence=0.99),
    Finding("boilerplate", 20, 3001, 3013, 2, reason="phrase"),
    Finding("obfuscated", 7, 1200, 1206, 1, reason="mixed scripts", hides="Haftar"),
)
REPORT = ArticleReport(
    "bbc/haftar.txt", "bbc", "2019-04-06T10:00:00Z", "en", 412, 98 / 317,
    Ledger(98, 12, 170, 40, 0, 9, 41, 42), (SourceShare("ap/123", "ap", None, 150),), FINDINGS,
)  # fmt: skip
EMPTY = ArticleReport("a", "", None, None, 0, None, Ledger())


def written(write: Callable[..., None], *arguments: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    write(*arguments[:1], out, *arguments[1:], **options)
    return out.getvalue()


def shown(*reports: ArticleReport, **options: Any) -> str:
    summary = Summary()
    return written(write_text, summary.watch(reports), summary, **options).decode()


# --- JSON ---


def test_a_line_has_the_fields_of_the_format_in_its_order() -> None:
    got = json.loads(line(REPORT))
    assert list(got) == [
        "schema", "id", "source", "published", "language", "words", "originality", "ledger", "sources",
        "findings",
    ]  # fmt: skip
    assert list(got["ledger"]) == [
        "original", "quoted", "recycled", "reworded", "carried_over", "repeated", "template",
        "boilerplate", "foreign", "translated",
    ]  # fmt: skip
    assert got["sources"] == [{"id": "ap/123", "source": "ap", "published": None, "words": 150}]
    recycled, foreign, boilerplate, obfuscated = got["findings"]
    assert list(recycled) == ["kind", "paragraph", "start", "end", "words", "match", "copies"]
    assert list(recycled["match"]) == [
        "id", "source", "published", "paragraph", "start", "end", "jaccard", "containment", "spans",
    ]  # fmt: skip
    assert recycled["match"]["spans"] == [[530, 700, 101, 268]]
    assert list(foreign)[5:] == ["language", "confidence"]
    assert list(boilerplate)[5:] == ["reason"]
    assert list(obfuscated)[5:] == ["reason", "hides"]


def test_a_line_is_one_line_of_utf8() -> None:
    report = replace(REPORT, id="наводнение\n2", title="“Flood”\u2028")
    assert line(report).count(b"\n") == 1
    assert line(report).endswith(b"\n")
    assert "наводнение" in line(report).decode()


def test_what_an_article_does_not_have_is_left_out() -> None:
    assert not {"title", "url", "path", "record", "extra"} & set(to_dict(REPORT))
    full = replace(REPORT, title="T", url="u", path="p", record=3, extra={"desk": None})
    assert list(to_dict(full).items())[10:] == [
        ("title", "T"), ("url", "u"), ("path", "p"), ("record", 3), ("extra", {"desk": None}),
    ]  # fmt: skip


def test_nothing_judged_has_no_originality() -> None:
    assert json.loads(line(EMPTY))["originality"] is None
    assert written(write_csv, [EMPTY]).decode().splitlines()[1] == "a,,,,0,,0,0,0,0,0,0,0,0,0,0,,,,"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"n": 2**70}, {"n": 2**70}),
        ({"name": "a\udce9"}, {"name": "a\udce9"}),
        ({"day": date(2024, 3, 4)}, {"day": "2024-03-04"}),
        ({1: "key"}, {"1": "key"}),
        ({"raw": b"x"}, {"raw": "b'x'"}),
    ],
)
def test_what_readers_may_carry_through_never_stops_a_report(value: object, wanted: object) -> None:
    assert json.loads(dumps(value)) == wanted


def test_json_holds_the_lines_and_the_summary_that_is_known_last() -> None:
    summary = Summary()
    document = written(write_json, summary.watch([REPORT, EMPTY]), summary.figures)
    got = json.loads(document)
    assert list(got) == ["summary", "articles"]
    assert got["summary"]["articles"] == 2
    assert got["articles"] == [json.loads(line(REPORT)), json.loads(line(EMPTY))]


def test_json_of_no_article_is_a_document_too() -> None:
    assert json.loads(written(write_json, [], dict)) == {"summary": {}, "articles": []}


# A lone surrogate cannot stand in UTF-8; the readers let none through.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
counts = st.integers(0, 10**6)
optional = st.none() | words
matches = st.builds(
    Match, words, words, optional, counts, counts, counts, st.floats(0, 1), st.floats(0, 1),
    st.lists(st.tuples(counts, counts, counts, counts), max_size=2).map(tuple),
)  # fmt: skip
findings = st.builds(
    Finding, st.sampled_from([finding.kind for finding in FINDINGS]), counts, counts, counts, counts,
    match=st.none() | matches, copies=st.none() | counts, language=optional,
    confidence=st.none() | st.floats(0, 1), reason=optional, hides=optional,
)  # fmt: skip
ledgers = st.builds(Ledger, *[counts] * 8)
reports = st.builds(
    lambda ledger, **rest: ArticleReport(
        words=ledger.words, originality=ledger.originality, ledger=ledger, **rest
    ),
    ledger=ledgers, id=words, source=words, published=optional, language=optional,
    sources=st.lists(st.builds(SourceShare, words, words, optional, counts), max_size=2).map(tuple),
    findings=st.lists(findings, max_size=3).map(tuple), title=words, url=words, path=words, record=counts,
    extra=st.dictionaries(words, st.none() | st.booleans() | counts | words, max_size=2),
)  # fmt: skip


@given(st.lists(reports, max_size=3))
def test_what_was_written_reads_back_the_same(many: list[ArticleReport]) -> None:
    text = written(write_jsonl, many).decode()
    assert list(load_reports(text.split("\n")).articles) == many


# --- table ---


def test_the_table_has_every_class_and_the_articles_taken_from() -> None:
    report = replace(REPORT, sources=(SourceShare("a", "x", None, 9), SourceShare("b,c", "y", None, 2)))
    (row,) = csv.DictReader(io.StringIO(written(write_csv, [report]).decode()))
    assert tuple(row) == COLUMNS
    assert row["originality"] == "0.3091"
    assert sum(int(row[name]) for name in json.loads(line(report))["ledger"]) == 412
    assert row["sources"] == "a | b,c"


def test_a_name_of_odd_bytes_goes_out_as_it_came_in() -> None:
    assert written(write_csv, [replace(EMPTY, id="caf\udce9")]).splitlines()[1].startswith(b"caf\xe9,")


# --- summary ---


def test_the_summary_adds_up() -> None:
    summary = Summary()
    passed = list(summary.watch([REPORT, EMPTY, replace(REPORT, originality=0.5)]))
    assert passed[1] is EMPTY
    figures = summary.figures()
    assert figures["articles"] == 3
    assert figures["words"] == 824 == sum(figures["ledger"].values())
    assert figures["originality"]["mean"] == figures["originality"]["median"] == (98 / 317 + 0.5) / 2
    assert figures["originality"]["of_words"] == 98 / 317
    assert figures["sources"] == [{"source": "ap", "articles": 2, "words": 300}]
    assert figures["findings"]["recycled"] == {"findings": 2, "words": 68}
    assert figures["foreign"] == {"ru": {"findings": 2, "words": 4}}
    assert figures["boilerplate"] == {"phrase": {"findings": 2, "words": 4}}
    assert figures["obfuscated"] == {"mixed scripts": {"findings": 2, "words": 2}}


def test_an_article_counts_once_for_a_source_however_many_of_its_articles_were_taken() -> None:
    summary = Summary()
    taken = (SourceShare("ap/1", "ap", None, 10), SourceShare("ap/2", "ap", None, 5))
    list(summary.watch([replace(REPORT, sources=taken)]))
    assert summary.figures()["sources"] == [{"source": "ap", "articles": 1, "words": 15}]


def test_the_summary_of_nothing_has_no_mean() -> None:
    assert Summary().figures()["originality"] == {"mean": None, "median": None, "of_words": None}


def test_skipped_records_beyond_the_first_thousand_are_only_counted() -> None:
    summary = Summary()
    for number in range(NAMED + 5):
        summary.skip(BadRecord("feed.jsonl", number, "broken"))
    skipped = summary.figures()["skipped"]
    assert (skipped["count"], len(skipped["records"])) == (NAMED + 5, NAMED)


# --- for people ---


def test_the_least_original_articles_stand_first_and_the_rest_is_counted() -> None:
    many = [replace(REPORT, id=f"article-{n:03}", originality=n / 100) for n in range(99, -1, -1)]
    text = shown(*many)
    listed = [word for row in text.splitlines() for word in row.split() if word.startswith("article-")]
    assert listed == [f"article-{n:03}" for n in range(SHOWN)]
    assert "the 20 least original" in text
    assert "90 to 100 %" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = replace(REPORT, id="haftar-" * 30, source="the-daily-" * 9)
    summary = Summary()
    summary.skip(BadRecord("feed.jsonl", 7, "broken"))
    text = written(write_text, summary.watch([long, REPORT, EMPTY]), summary, width=width).decode()
    assert max(map(len, text.splitlines())) <= width
    assert "haftar" in text
    assert "feed.jsonl:7: broken" in text


def test_long_names_take_no_room_from_figures() -> None:
    address = "https://news.example.com/2024/03/04/" + "a-long-headline-" * 9
    long = replace(REPORT, id=address, source="The Daily Telegraph and Courier of " + "Ashford " * 9)
    summary = Summary()
    text = written(write_text, summary.watch([long]), summary, width=80).decode()
    (head,) = (line for line in text.splitlines() if "ledger" in line)
    assert head.split()[:5] == ["own", "words", "ledger", "article", "source"]
    (row,) = (line for line in text.splitlines() if "https://" in line)
    assert row.split()[:3] == [f"{REPORT.originality:.0%}".replace("%", ""), "%", f"{REPORT.words:,}"]


def test_contamination_is_named() -> None:
    text = shown(REPORT)
    assert "Russian" in text
    assert "phrase" in text
    assert "mixed scripts" in text


def test_ids_and_sources_can_neither_steer_the_terminal_nor_style_it() -> None:
    text = shown(replace(REPORT, id="\x1b[2Ja\u202eb", source="[red]x[/red]", sources=()))
    assert "\x1b" not in text and "\u202e" not in text
    assert "[red]x[/red]" in text


def test_colour_is_there_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" not in shown(REPORT)
    assert "\x1b[" in shown(REPORT, colour=True)


def test_letters_that_the_terminal_lacks_are_replaced() -> None:
    summary = Summary()
    assert written(write_text, summary.watch([REPORT]), summary, encoding="ascii").isascii()


def test_nothing_scanned_is_a_summary_too() -> None:
    assert shown() == "0 articles, 0 words\n"
    assert shown(EMPTY).startswith("1 article, 0 words")
