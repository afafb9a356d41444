"""`dedup.evaluation`: labels against reports, and the command of that name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.evaluate import command
from dedup.errors import BadRecord
from dedup.evaluation import (
    Flag,
    Judgement,
    Span,
    Truth,
    evaluate,
    judgement,
    read_judgements,
    read_truths,
)
from dedup.model import ArticleReport, Finding, Ledger, Match

STARTS = tuple(range(0, 100, 10))  # ten words of nine letters


def _truth(*spans: Span, originality: float | None = None) -> Truth:
    return Truth("a", spans, STARTS, originality)


def _judged(*flags: Flag, originality: float | None = 0.5) -> Judgement:
    return Judgement("a", flags, originality)


def test_a_full_answer_is_perfect() -> None:
    result = evaluate([_judged(Flag("recycled", 0, 49, "s"))], [_truth(Span(0, 49, "exact", holders=("s",)))])
    assert result.kinds["exact"].recall == 1
    assert result.precision == result.span_precision == 1
    assert result.total.source_accuracy == 1
    assert result.false_per_thousand == 0
    assert result.mean_originality_error == 0


def test_words_count_where_they_begin() -> None:
    result = evaluate([_judged(Flag("recycled", 1, 31, "s"))], [_truth(Span(0, 49, "exact"))])
    assert (result.kinds["exact"].found, result.kinds["exact"].words) == (3, 5)


def test_flags_outside_every_span_cost_precision() -> None:
    result = evaluate([_judged(Flag("recycled", 0, 99, "s"))], [_truth(Span(0, 49, "exact"))])
    assert result.precision == 0.5
    assert result.false_per_thousand == 1000
    assert result.span_precision == 1  # half of its words suffice


def test_a_wrong_source_is_found_but_not_right() -> None:
    result = evaluate([_judged(Flag("recycled", 0, 49, "x"))], [_truth(Span(0, 49, "exact", holders=("s",)))])
    assert result.total.recall == 1
    assert result.total.source_accuracy == 0


def test_without_holders_the_source_is_not_judged() -> None:
    result = evaluate([_judged(Flag("recycled", 0, 49, "x"))], [_truth(Span(0, 49, "exact"))])
    assert result.total.source_accuracy is None


def test_the_stronger_class_wins_a_word() -> None:
    flags = (Flag("reworded", 0, 49, "x"), Flag("recycled", 0, 29, "s"))
    result = evaluate([_judged(*flags)], [_truth(Span(0, 29, "exact", ("recycled",), holders=("s",)))])
    assert result.kinds["exact"].recall == 1
    assert result.total.source_accuracy == 1


def test_the_expected_class_has_to_be_met() -> None:
    result = evaluate([_judged(Flag("recycled", 0, 49))], [_truth(Span(0, 49, "foot", ("boilerplate",)))])
    assert result.kinds["foot"].recall == 0
    assert result.precision == 0


def test_obfuscated_is_no_class_of_the_ledger() -> None:
    result = evaluate([_judged(Flag("obfuscated", 0, 99), originality=1.0)], [_truth()])
    assert result.findings == result.own_flagged == 0


def test_an_article_without_a_report_has_nothing_found() -> None:
    result = evaluate([], [_truth(Span(0, 49, "exact"))])
    assert (result.missing, result.total.recall, result.mean_originality_error) == (1, 0, 1)


def test_originality_leaves_out_what_it_does_not_count() -> None:
    spans = (Span(0, 19, "foot", ("boilerplate",)), Span(20, 59, "exact"))
    result = evaluate([_judged(originality=0.5)], [_truth(*spans)])  # 4 of the 8 judged words are its own
    assert result.mean_originality_error == 0
    given_ = evaluate([_judged(originality=0.5)], [_truth(*spans, originality=0.75)])
    assert given_.mean_originality_error == 0.25


def test_without_starts_code_points_are_counted() -> None:
    truth = Truth("a", (Span(0, 40, "exact"),))
    result = evaluate([_judged(Flag("recycled", 10, 50))], [truth])
    assert (result.kinds["exact"].words, result.kinds["exact"].found, result.own_flagged) == (40, 30, 10)


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=6),
    st.lists(st.integers(0, 99), min_size=2, max_size=2),
)
def test_counts_agree_with_painting_word_by_word(flags: list[tuple[int, int]], span: list[int]) -> None:
    start, end = sorted(span)
    judged = _judged(*(Flag("recycled", low, max(low, high)) for low, high in flags))
    result = evaluate([judged], [_truth(Span(start, end, "exact"))])
    painted = {at for at in STARTS for flag in judged.flags if flag.start <= at < flag.end}
    planted = {at for at in STARTS if start <= at < end}
    tally = result.kinds["exact"]
    assert (tally.words, tally.found) == (len(planted), len(planted & painted))
    assert (result.flagged, result.own_flagged) == (len(painted), len(painted - planted))


def test_a_report_object_and_its_record_are_judged_alike() -> None:
    match = Match("s", "wire", None, 0, 5, 54, 0.9, 1.0, ())
    finding = Finding("recycled", 0, 0, 49, 5, match)
    report = ArticleReport("a", "x", None, "en", 10, 0.5, Ledger(5, recycled=5), findings=(finding,))
    record = {
        "id": "a",
        "originality": 0.5,
        "findings": [{"kind": "recycled", "start": 0, "end": 49, "match": {"id": "s"}}],
    }
    assert judgement(report) == Judgement.from_record(record) == _judged(Flag("recycled", 0, 49, "s"))


def test_a_truth_survives_its_file(tmp_path: Path) -> None:
    truths = [_truth(Span(0, 49, "exact", holders=("s",))), Truth("b", (), (0,), 1.0)]
    path = tmp_path / "truth.jsonl"
    path.write_text("".join(truth.to_json() + "\n" for truth in truths), "utf-8")
    assert list(read_truths(str(path))) == truths


@pytest.mark.parametrize("line", ["{", "[]", '{"spans": []}', '{"id": "a", "spans": [{"start": 1}]}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(f'{{"id": "ok"}}\n\n{line}\n', "utf-8")
    with pytest.raises(BadRecord, match=r"truth\.jsonl:3: "):
        list(read_truths(str(path)))


def test_a_summary_line_among_the_reports_is_named(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text('{"summary": {}}\n', "utf-8")
    with pytest.raises(BadRecord, match=r"report\.jsonl:1"):
        list(read_judgements(str(path)))


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    report, truth = tmp_path / "report.jsonl", tmp_path / "truth.jsonl"
    record = {"id": "a", "originality": 0.5, "findings": [{"kind": "recycled", "start": 0, "end": 39}]}
    report.write_text(json.dumps(record), "utf-8")
    truth.write_text(_truth(Span(0, 49, "exact")).to_json(), "utf-8")
    return str(report), str(truth)


def test_the_command_prints_a_table(files: tuple[str, str]) -> None:
    result = CliRunner().invoke(command, files)
    assert result.exit_code == 0
    assert "exact" in result.output and "0.8000" in result.output


def test_the_command_prints_json(files: tuple[str, str]) -> None:
    result = CliRunner().invoke(command, [*files, "--json"])
    assert json.loads(result.output)["kinds"]["exact"]["recall"] == 0.8
