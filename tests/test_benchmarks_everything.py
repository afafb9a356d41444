"""Everything as one command: parts are run in processes of their own, kept, taken up again; pages are told from it."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import __main__ as command
from benchmarks import everything, results
from benchmarks.answers import answers
from benchmarks.costs import costs
from benchmarks.everything import Outcome, Run, outcomes
from benchmarks.index import _ask_and_add, _random_batch
from benchmarks.intervals import share, wilson
from benchmarks.parts import PARTS, Part
from benchmarks.report import pages
from benchmarks.results import Result
from benchmarks.rules import RULES, Rule
from benchmarks.sets import _with_passages, overlap
from benchmarks.spark import shuffled
from dedup import Settings, open_index
from dedup.model import Article

ROOT = Path(__file__).parent.parent


def _run(folder: Path, minutes: float = 60) -> Run:
    return Run(str(folder), folder / "results", folder / "logs", False, time.monotonic() + 60 * minutes)


def _states(run: Run, parts: list[Part], again: bool = False) -> list[str]:
    return [outcome.state for outcome in outcomes(run, parts, again)]


QUICK = Part("growth", ("--shape", "a dash in every word"), minutes=0.1)


# --- one command ---


@pytest.mark.parametrize("small", [False, True])
def test_parts_name_commands_and_options_that_exist(small: bool, capsys: pytest.CaptureFixture[str]) -> None:
    for part in PARTS:
        with pytest.raises(SystemExit) as left:  # values are looked at before the help
            command.main([part.command, "DATA", *part.words(small), "--save", "--help"])
        assert left.value.code == 0, part
        said = capsys.readouterr().out
        assert all(option in said for option in ("--save", *part.words(small)) if option.startswith("--"))


def test_all_of_it_fits_into_its_time() -> None:
    alone = sum(part.minutes for part in PARTS if part.alone)
    beside = sum(part.minutes for part in PARTS if not part.alone)
    assert alone + beside / 2 <= 120
    assert len({(part.command, part.options) for part in PARTS}) == len(PARTS)


def test_what_is_saved_is_not_run_again(tmp_path: Path) -> None:
    run = _run(tmp_path)
    results.save("growth", [str(tmp_path), *QUICK.options, "--save"], {"shapes": {}}, folder=run.folder)
    assert _states(run, [QUICK]) == ["kept"]
    path = run.folder / "growth.jsonl"
    line = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**line, "engine": {**line["engine"], "files": "others"}}) + "\n", "utf-8")
    assert run.known() == set()


def test_what_a_peer_alone_was_measured_at_is_kept_while_its_version_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part("quality", ("--system", "rensa"), peer="rensa")
    monkeypatch.setattr(everything, "PARTS", (part,))
    monkeypatch.setattr(everything, "versions", lambda peer: {peer: "1.0"})
    run = _run(tmp_path)
    words = [str(tmp_path), *part.options, "--save"]
    results.save("quality", words, {}, versions={"rensa": "1.0"}, folder=run.folder)
    path = run.folder / "quality.jsonl"
    line = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**line, "engine": {**line["engine"], "files": "others"}}) + "\n", "utf-8")
    assert run.known() == {run.command(part)}
    monkeypatch.setattr(everything, "versions", lambda peer: {peer: "1.1"})
    assert run.known() == set()


def test_a_part_that_fails_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = Part("nonsense"), Part("growth", ("--list",))
    monkeypatch.setattr(everything, "PARTS", (bad, good))
    first, second = sorted(outcomes(_run(tmp_path), [bad, good], False), key=lambda one: one.state)
    assert (first.state, second.state) == ("FAILED", "saved")
    assert "exit code 2" in first.reason and "nonsense" in str(first)
    assert "see " in first.reason and (tmp_path / "logs" / "00-nonsense.log").exists()


def test_what_the_budget_has_no_time_for_is_said_and_shorter_parts_are_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, short = Part("spark", minutes=30), Part("growth", ("--list",), minutes=0)
    monkeypatch.setattr(everything, "PARTS", (long, short))
    assert sorted(_states(_run(tmp_path, minutes=1), [long, short])) == ["no time", "saved"]


def test_a_part_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = time.monotonic()
    status = everything.Children().run(
        [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log", tmp_path, 0.2
    )
    assert status is None and time.monotonic() - begin < 30


def test_breaking_off_ends_what_runs(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from benchmarks import everything as e; from benchmarks.parts import Part\n"
        "e.PARTS = (Part('hang'),); e.results.engine = lambda: {'files': ''}\n"
        "hang = 'import time, os; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "e.Run.line = lambda self, part: ['x', 'y']\n"
        "old = e.Children.run\n"
        "e.Children.run = lambda s, c, log, r, t: old(s, [sys.executable, '-c', hang], log, r, t)\n"
        "sys.exit(e.main([sys.argv[1], '--no-peers', '--logs', sys.argv[1] + '/logs', '--results', sys.argv[1]]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    log = tmp_path / "logs" / "00-hang.log"
    for _ in range(600):
        if log.exists() and log.read_text("utf-8").strip():
            break
        time.sleep(0.1)
    child = int(log.read_text("utf-8"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_line_of_progress_says_state_seconds_and_command() -> None:
    outcome = Outcome(Part("quality", ("--seed", "11")), "saved", 63.2)
    assert str(outcome) == "saved       63 s  quality --seed 11"


def test_a_folder_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert everything.main([str(tmp_path / "nothing")]) == 2
    assert "is no folder" in capsys.readouterr().err


# --- what is kept ---


def test_a_result_says_version_commit_files_seeds_and_cases(tmp_path: Path) -> None:
    results.save("quality", ["DATA", "--save"], {}, seeds=[11, 12], cases=840, folder=tmp_path)
    (run,) = results.load(tmp_path)
    assert (run.seeds, run.cases, run.command) == ((11, 12), 840, "python -m benchmarks quality DATA")
    assert set(run.engine) == {"version", "engine", "commit", "files"} and len(run.engine["files"]) == 16


def test_ways_of_measuring_an_index_stand_beside_each_other() -> None:
    runs = [_result("index", f"index DATA {way}", sizes=[]) for way in ("", "--keys", "--redis", "--keys")]
    assert len(results.last(runs)["index"]) == 3


# --- intervals ---


@given(st.integers(0, 400), st.integers(1, 400))
def test_an_interval_holds_its_share_and_lies_between_0_and_1(part: int, cases: int) -> None:
    value = min(part, cases) / cases
    low, high = wilson(value, cases)
    assert 0 <= low <= value + 1e-9 and value - 1e-9 <= high <= 1
    assert wilson(value, 4 * cases)[1] - wilson(value, 4 * cases)[0] < high - low


def test_the_interval_is_that_of_the_textbook() -> None:
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


# --- pages ---


def _result(benchmark: str, line: str, cases: int | None = None, **figures: object) -> Result:
    machine = {"processor": "Abacus", "cores": 2, "memory_gib": 4.0, "system": "Linux", "python": "3.11.7"}
    return Result(benchmark, "2020-01-02T03:04:05Z", f"python -m benchmarks {line}", "0", machine,
                  {"dedup-news": "0.2.0"}, figures, cases=cases)  # fmt: skip


def _quality(name: str, recall: float) -> Result:
    seed = {
        "recall": recall, "precision": 0.9, "source_accuracy": recall, "false_per_thousand": 2.0, "own_words": 1000,
        "mean_originality_error": 0.1, "cpu": 1.0,
        "kinds": {"exact": {"recall": recall, "spans": 50, "spans_found": 49}},
    }  # fmt: skip
    return _result("quality", "quality DATA", corpus="reuters", system=name, seeds={"11": seed, "12": seed})


def test_the_five_figures_have_intervals_data_and_the_best_of_the_others() -> None:
    line = {"share": 0.9, "of": 200}
    rows = {
        name: {"recall": line, "precision": line, "F1": f1}
        for name, f1 in (("dedup, corpus", 0.9), ("justext", 0.5))
    }
    text = answers(
        [
            _quality("ours", 0.99),
            _quality("rensa", 0.8),
            _quality("gaoya", 0.7),
            _result("boilerplate", "boilerplate DATA", sets={"all": rows}),
            _result(
                "language-peers",
                "language-peers DATA",
                300,
                systems={"dedup": {"recall": 0.9, "precision": 1.0}},
            ),
        ]
    )
    assert (
        "0.990 (.946 to .998; 100) | passages of 14 kinds, stitched into Reuters news | rensa 0.8000 | 0.2.0 |"
        in text
    )
    assert "0.900 (.851 to .934; 200)" in text and "justext 0.9000; 0.9000" in text
    assert "2 (of 2,000)" in text
    assert text.count("not run yet") == 1  # clean news


def test_without_any_run_every_page_says_so() -> None:
    texts = pages([])
    assert texts["docs/how-good.md"].count("not run yet") == 6
    assert "What they do not show" in texts["docs/how-good.md"]
    assert "No run is kept yet" in texts["docs/comparison.md"]


def test_every_section_can_be_drawn_from_what_its_command_saves() -> None:
    share_of = {"share": 1.0, "of": 9}
    row = {"mb_per_s": 7.0, "megabytes": 1.0, "cpu": 1.0, "peak_mib": 9.0, "kib_a_further_paragraph": 0.5}
    point = {"size": 1, "seconds": 1.0, "megabytes": 1.0}
    runs = [
        _quality("ours", 1.0),
        _result("safety", "safety DATA", languages={"en": {"of these none called taken": share_of}, "all": {
            "of these none called taken": share_of}}),
        _result("short", "short DATA", corpora={"abc": {"sentence": share(9, 10), "apart": 3}}),
        _result("language-pairs", "language-pairs DATA", pairs={"all": {"found": share_of}}),
        _result("formats", "formats DATA", written={"WARC": {"text": share_of}}, samples={}),
        _result("speed", "speed DATA", growth={"dedup scan": {"10": row, "20": row}, "rensa, pairs": {"10": row}}),
        _result("kills", "kills DATA", **{"processes killed": 5, "of these lost": 0, "lines acknowledged": 9,
                "outputs that differ": 0, "outputs compared with an undisturbed run": 6}),
        _result("growth", "growth DATA", shapes={"one word": [point, point, point]}),
        _result("spark", "spark DATA", master="local[2]", sizes={"10": {"same report": True}},
                stages={"10": {"found": 9.0}}),
    ]  # fmt: skip
    texts = pages(runs)
    page = texts["benchmarks/README.md"]
    for title in (
        "Clean news",
        "Short copies",
        "close language",
        "Formats",
        "Growth",
        "`kill -9`",
        "made to hurt",
        "Spark",
    ):
        assert title in page
    assert "| rensa, pairs | 7 | – |" in page and "docs/growth.svg" in texts
    assert "5 times `kill -9` lost 0 of 9 acknowledged lines" in texts["docs/pipelines.md"]


def test_what_an_index_costs_is_told_by_size_and_way() -> None:
    rows = [
        {"paragraphs": 104_000, "articles a CPU s": 1500},
        {"paragraphs": 1_004_000, "articles a CPU s": 1000},
    ]
    text = costs([_result("index", "index DATA", sizes=rows)])
    assert "| judging and adding in batches of 100, articles a CPU second | 1,500 | 1,000 | – |" in text


def test_kept_pages_are_those_of_the_kept_results() -> None:
    from benchmarks.report import main

    assert main(["--check"]) == 0


# --- rules and labelled sets ---


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_that_is_taken_out_is_there(rule: Rule) -> None:
    source = (ROOT / "dedup" / rule.path).read_text("utf-8")
    broken = rule.broken(source)
    assert broken != source
    compile(broken, rule.path, "exec")
    with pytest.raises(ValueError, match="has 0 lines"):
        rule.broken("")


def test_a_passage_in_a_script_without_spaces_lies_where_the_truth_says() -> None:
    articles = [Article(f"{at}", "\n\n".join(f"{at}文{nth}。" for nth in range(5))) for at in range(8)]
    feed, truths = _with_passages(articles, Random(1))
    texts = {article.id: article.text for article in feed}
    for truth in truths:
        (span,) = truth.spans
        assert texts[truth.id][span.start : span.end] in texts[span.holders[0]]


def test_no_overlap_is_0_and_the_same_words_are_1() -> None:
    assert overlap("one two three", "four five") == 0.0
    assert overlap("One, two", "two one") == 1.0


def test_articles_of_random_keys_can_be_asked_for_and_added() -> None:
    with open_index("memory:", Settings()) as index:
        for done in (0, 50):
            _ask_and_add(index, *_random_batch(np.random.default_rng(done), 5, done))
        assert len(index) == 10


# --- Spark ---


def test_bytes_are_those_of_the_stage_that_wrote_them() -> None:
    def task(stage: int, size: int) -> dict[str, object]:
        metrics = {"Shuffle Write Metrics": {"Shuffle Bytes Written": size}}
        return {"Event": "SparkListenerTaskEnd", "Stage ID": stage, "Task Metrics": metrics}

    named = {"spark.job.description": "dedup: found"}
    events = [
        {
            "Event": "SparkListenerJobStart",
            "Stage IDs": [1, 2],
            "Properties": named,
        },
        {"Event": "SparkListenerJobStart", "Stage IDs": [3], "Properties": {}},
        task(1, 10),
        task(2, 5),
        task(3, 7),
        {"Event": "SparkListenerTaskEnd", "Stage ID": 3, "Task Metrics": None},
    ]
    assert shuffled(iter(events)) == {"found": 15, "else": 7}


def test_results_are_dataclasses_that_read_what_older_ones_lack(tmp_path: Path) -> None:
    run = dataclasses.asdict(_result("quality", "quality DATA"))
    old = {name: value for name, value in run.items() if name not in ("engine", "seeds", "cases")}
    (tmp_path / "quality.jsonl").write_text(json.dumps(old) + "\n", "utf-8")
    (read,) = results.load(tmp_path)
    assert read.engine == {} and read.seeds == () and read.cases is None
