"""Values that would steer a terminal, run in a spreadsheet or break a line, in every field of every output."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.console import warnings_said
from dedup.cli.main import main
from dedup.errors import BadRecord
from dedup.index import open_index
from dedup.model import ArticleReport, Ledger, SourceShare
from dedup.prefilter.filtering import Filter, complaint
from dedup.prefilter.incoming import Line
from dedup.prefilter.metrics import Tally
from dedup.reporter.csv import write_csv
from dedup.reporter.visible import spelled
from dedup.stream import Detector

HOSTILE = (
    "\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x9d8;;x\x9c", "\u202etxt.exe", "\u2066x", "\u2028", "\x00", "\x7f",
    "\r\n=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@x", "\tx", "<script>alert(1)</script>", '"><img src=x onerror=x>',
    "{{7*7}}", "%s%n", "../../etc/passwd", "a;=1+1", "`x`", "\ufeff", "\U000e0041",
)  # fmt: skip
FORMULA = tuple("=+-@\t\r\n")
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
TEXT = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."


def invoke(*arguments: str, data: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments], input=data)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of articles whose every field is hostile."""
    records = [
        {"id": f"{odd} {turn}", "source": f"{turn}{odd}", "title": odd, "url": odd, "text": f"{TEXT} {odd}"}
        for turn in "ab"
        for odd in HOSTILE
    ]
    feed = tmp_path / "feed.jsonl"
    feed.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    path = tmp_path / "report.jsonl"
    result = invoke("scan", str(feed), "-o", str(path))
    assert result.exit_code == 0, result.output
    return path


def test_what_people_read_steers_no_terminal(report: Path) -> None:
    shown = [
        invoke("report", str(report), "-f", "md"),
        invoke("scan", str(report.parent / "feed.jsonl"), "-f", "text"),
        invoke("stories", str(report.parent / "feed.jsonl"), "-f", "text"),
        *(invoke("show", f"{odd} a", str(report)) for odd in HOSTILE if "\0" not in odd),
        *(invoke("show", f"{odd} c", str(report)) for odd in HOSTILE if "\0" not in odd),
    ]
    for result in shown:
        assert not OBEYED.search(result.output), result.output


def test_errors_steer_no_terminal(tmp_path: Path) -> None:
    odd = tmp_path / "\x1b]0;x\x07\u202e.jsonl"
    odd.write_text('{"id": "\\u001b[2J", "text": 5}\n')
    ledger = tmp_path / "report.jsonl"
    ledger.write_text(json.dumps({"schema": 2, "id": "a", "ledger": {"\x1b[2J\u202e": 1}}) + "\n")
    lines = b'{"id": "\x1b"}\n{"text": 5, "a": "\xc2\x9b31m\xe2\x80\xae"}\n{"id": "\\udc80", "text": "x"}\n'
    results = [
        invoke("scan", str(odd)),
        invoke("scan", str(odd), "--strict"),
        invoke("report", str(ledger)),
        invoke("show", "a", str(ledger), "--texts", str(odd)),
        invoke("index", "build", str(tmp_path / "an.index"), str(odd)),
        invoke("index", "build", str(tmp_path / "an.index"), str(odd), "--strict"),
        invoke("filter", data=lines),
    ]
    for result in results:
        assert result.stderr and not OBEYED.search(result.stderr), result.stderr


def test_warnings_of_the_library_steer_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("\x1b[2J\u202e")

    monkeypatch.setattr("dedup.stream.rounds._worked", broken)
    result = invoke("filter", data=json.dumps({"id": "a", "text": TEXT}).encode())
    assert "RuntimeError at test_output_hostile.py:" in result.stderr
    assert not OBEYED.search(result.stderr) and "Traceback" not in result.stderr
    assert not logging.getLogger().handlers or "_Said" not in repr(logging.getLogger().handlers)


def test_what_parsers_log_of_odd_pages_is_left_to_the_readers(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings_said():
        logging.getLogger("trafilatura.utils").error("wrong data type or not valid HTML")
        logging.getLogger("dedup.readers").warning("a date that cannot be read")
    assert capsys.readouterr().err == "a date that cannot be read\n"


@given(st.binary(max_size=60))
def test_a_complaint_is_json_from_which_the_line_can_be_had_again(raw: bytes) -> None:
    said = complaint(Line(7, raw, 0.0), BadRecord("", 7, "no article"))
    value = json.loads(said)
    assert said.decode().removesuffix("\n").isprintable()
    kept = raw.removesuffix(b"\n")
    assert value.get("record", "").encode() == kept or value["record_base64"]


@given(st.text())
def test_spelling_out_changes_no_value(text: str) -> None:
    line = json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    assert json.loads(spelled(line)) == text
    assert spelled(line).decode()[:-1].isprintable()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_table_is_a_formula(separator: str) -> None:
    reports = [
        replace(
            ArticleReport(odd, odd, None, odd, 0, None, Ledger()),
            sources=(SourceShare(odd, "", None, 1), SourceShare("a", "", None, 1)),
        )
        for odd in (*HOSTILE, *(f"'{odd}" for odd in HOSTILE), *(f"a{mark}=1" for mark in ";\t,\n"))
    ]
    out = io.BytesIO()
    write_csv(reports, out)
    text = out.getvalue().decode()
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert not any(cell.startswith(FORMULA) for cell in row), row
    if separator == ",":
        read = list(csv.DictReader(io.StringIO(text, newline="")))
        for one, row in zip(reports, read, strict=True):
            cell = re.sub(r"(^|[;\t\r\n])'(?='*[=+\-@\t\r\n])", r"\1", row["id"])
            assert cell == one.id


def test_no_cell_of_a_table_of_stories_is_a_formula(report: Path) -> None:
    table = invoke("stories", str(report.parent / "feed.jsonl"), "-f", "csv").stdout
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert len(rows) > len(HOSTILE) and not any(cell.startswith(FORMULA) for row in rows for cell in row)


def test_numbers_of_prometheus_have_no_labels_from_outside() -> None:
    with open_index() as index:
        made = Filter(Detector(index))
        tally = Tally()
        for number, odd in enumerate(HOSTILE, 1):
            record = {"id": odd or "x", "source": odd, "text": odd + TEXT}
            for outcome in made.decide([Line(number, json.dumps(record).encode() + b"\n", 0.0)]):
                tally.decided(outcome.report, outcome.action, 0.1)
        text = tally.prometheus(made.detector)
    sample = re.compile(r'[a-z_]+(\{(class|quantile)="[a-z_.0-9]+"\})? [0-9.]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in text.splitlines())


def test_the_page_keeps_text_a_text(report: Path) -> None:
    page = invoke("report", str(report), "-f", "html").output
    if not page.startswith("<!"):
        pytest.skip("the page needs jinja2")
    assert "<script>alert(1)" not in page and "<img src=x" not in page
