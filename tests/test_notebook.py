"""What a notebook asks for: names, paths, frames in and out, tables to look at, errors of one family."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup import Article, ArticleReport, DedupError, Reports, Settings, scan, scanner
from dedup.reporter.jsonl import line

FEED = Path(__file__).parent.parent / "samples" / "feed.jsonl"
ROWS = [json.loads(row) for row in FEED.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def reports() -> Reports:
    return scan(FEED)


def library(name: str) -> Any:
    pytest.importorskip("narwhals", reason="narwhals is not installed: pip install '.[frames]'")
    return pytest.importorskip(name, reason=f"{name} is not installed")


def test_dir_shows_the_names_and_no_others() -> None:
    code = "import dedup; print(*dir(dedup)); assert 'numpy' not in __import__('sys').modules"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == sorted(dedup.__all__)
    assert all(getattr(dedup, name) for name in dedup.__all__)


# --- paths, records, frames ---


@pytest.mark.parametrize(
    "given", [str(FEED), FEED, [FEED], [str(FEED)]], ids=["str", "Path", "Paths", "strs"]
)
def test_paths_are_read(given: Any, reports: Reports) -> None:
    assert list(scan(given)) == list(reports)


def verdicts(found: Reports) -> list[tuple[str, float | None, int]]:
    return [(report.id, report.originality, len(report.findings)) for report in found]


def of_pandas() -> Any:
    return library("pandas").DataFrame(ROWS)


def of_polars() -> Any:
    return library("polars").DataFrame(ROWS)


def of_polars_lazily() -> Any:
    return library("polars").LazyFrame(ROWS)


def of_arrow() -> Any:
    return library("pyarrow").Table.from_pylist(ROWS)


def of_arrow_batch() -> Any:
    return of_arrow().to_batches()[0]


FRAMES = [of_pandas, of_polars, of_polars_lazily, of_arrow, of_arrow_batch]


@pytest.mark.parametrize("frame", FRAMES)
def test_the_rows_of_a_frame_are_articles(frame: Callable[[], Any], reports: Reports) -> None:
    assert verdicts(scan(frame())) == verdicts(reports)


def test_a_reference_may_be_anything_too() -> None:
    text = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    (report,) = scan([{"id": "a", "body": text}], reference=[{"body": text}], fields={"text": "body"})
    assert report.originality == 0 and report.sources[0].id == "row#1"


class Rows:
    """Rows of a dataset: an iterable of mappings, with columns of its own kinds."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in ROWS:
            yield {**row, "published": date.fromisoformat(row["published"][:10]), "label": 3}


def test_the_rows_of_a_dataset_are_articles() -> None:
    assert [report.id for report in scan(Rows())] == [row["id"] for row in ROWS]


def test_rows_without_an_id_are_numbered_and_name_no_file() -> None:
    (report,) = scan([{"text": "One two three."}])
    assert (report.id, report.path, report.record) == ("row#1", "", 1)


def test_what_is_missing_in_a_frame_is_missing() -> None:
    pandas = library("pandas")
    frame = pandas.DataFrame(
        {"text": ["One two.", "Three four."], "title": [None, "T"], "published": [pandas.NaT] * 2}
    )
    assert [(report.title, report.published) for report in scan(frame)] == [("", None), ("T", None)]


def test_a_bad_row_is_named_and_costs_no_other() -> None:
    said: list[str] = []
    found = scan(
        [{"text": "One two."}, {"body": "x"}, {"text": 7}], on_error=lambda error: said.append(str(error))
    )
    assert len(found) == 1
    assert [text.split(";")[0] for text in said] == [
        'row: record 2: no "text" field',
        'row: record 3: "text" must be a string, got a number',
    ]
    with pytest.raises(DedupError, match="record 1"):
        list(scan([{"body": "x"}]))


@pytest.mark.parametrize("given", [7, None, b"x", {"train": []}, Article("a", "x"), [7]])
def test_what_holds_no_articles_is_an_error_of_the_family(given: Any) -> None:
    with pytest.raises(DedupError, match="a path, articles, records"):
        list(scan(given))


@pytest.mark.parametrize("day", ["soon", "2024-02-30", "2024-02-30T00:00:00Z", 7])
def test_a_date_that_is_none_is_an_error_of_the_family(day: Any) -> None:
    with pytest.raises(DedupError, match=str(day)):
        Article("a", "x", published=day)


# --- reports ---


def test_every_option_of_a_scan_is_passed_on() -> None:
    ours, theirs = (inspect.signature(function).parameters for function in (scan, scanner.scan))
    assert set(ours) - {"fields"} == set(theirs)


def test_reports_come_when_asked_for_and_are_kept() -> None:
    asked: list[int] = []

    def coming() -> Iterator[ArticleReport]:
        for number in range(3):
            asked.append(number)
            yield ArticleReport(str(number), "", None, None, 0, None, dedup.Ledger())

    found = Reports(coming())
    assert repr(found) == "<0 reports so far>"
    assert next(found).id == "0" and asked == [0]
    assert [report.id for report in found] == ["0", "1", "2"] == [report.id for report in found]
    assert (len(found), found[-1].id, [report.id for report in found[1:]]) == (3, "2", ["1", "2"])
    assert next(found).id == "1" and asked == [0, 1, 2] and repr(found) == "<3 reports>"


def test_a_scan_that_broke_does_not_look_whole_when_asked_again() -> None:
    found = scan([{"text": "One two."}, {"body": "x"}])
    for _ in range(2):
        with pytest.raises(DedupError):
            len(found)


def test_a_report_is_the_dictionary_that_its_line_holds(reports: Reports) -> None:
    assert [json.loads(json.dumps(value)) for value in reports.to_dict()] == [
        json.loads(line(report)) for report in reports
    ]


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow"])
def test_reports_become_a_frame(name: str, reports: Reports) -> None:
    frame = reports.to_frame(library(name))
    assert type(frame).__module__.partition(".")[0] == name and frame.shape[0] == len(reports)
    rows = (
        frame.to_pylist()
        if name == "pyarrow"
        else frame.to_dict("records")
        if name == "pandas"
        else frame.to_dicts()
    )
    for row, report in zip(rows, reports, strict=True):
        assert (row["id"], row["originality"], row["recycled"]) == (
            report.id,
            report.originality,
            report.ledger.recycled,
        )
        assert json.loads(row["report"])["findings"] == json.loads(line(report))["findings"]
    assert [report.id for report in scan(frame, fields={"text": "report"})] == [
        report.id for report in reports
    ]


def test_reports_speak_arrow(reports: Reports) -> None:
    table = library("pyarrow").table(reports)
    assert table["id"].to_pylist() == [report.id for report in reports]


def test_an_unknown_library_of_frames_is_an_error_of_the_family(reports: Reports) -> None:
    library("narwhals")
    with pytest.raises(DedupError, match="pandas, polars, pyarrow"):
        reports.to_frame("nonsense")


def test_reports_show_as_a_table_and_one_as_its_passages(reports: Reports) -> None:
    table, one = reports._repr_html_(), reports[1]._repr_html_()
    assert table.count("<tr>") == len(reports) + 1 and "12 articles, 2,013 words" in table
    assert "nw-20240304-017 (northern-wire), paragraph" in one and "29 %" in one
    for shown in (table, one):
        assert "<script" not in shown and "http" not in shown


def test_what_an_article_says_is_text_in_what_is_shown(reports: Reports) -> None:
    evil = replace(reports[1], id="<img src=x onerror=alert(1)>", title="", source="\u202e<b>")
    for shown in (evil._repr_html_(), Reports([evil])._repr_html_()):
        assert "<img" not in shown and "<b>\u202e" not in shown and "\u202e" not in shown


def test_an_empty_report_and_no_reports_can_be_shown() -> None:
    assert "0 articles" in Reports()._repr_html_()
    assert "nothing is judged" in scan([{"id": "a", "text": ""}])[0]._repr_html_()


# --- settings ---


def test_every_setting_says_what_it_means() -> None:
    for one in fields(Settings):
        assert len(one.metadata["doc"].split()) > 10, one.name
        assert inspect.getdoc(getattr(Settings, one.name)) == one.metadata["doc"]


def test_a_wrong_name_is_answered_in_python() -> None:
    with pytest.raises(
        DedupError, match=r'no "text" field; there are id, body: try fields=\{"text": "body"\}'
    ):
        list(scan([{"id": "a", "body": "Nobody saw the ship leave."}]))
