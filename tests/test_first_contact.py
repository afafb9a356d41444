"""The first minutes with the command: what it says, how it ends, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dedup.cli.complaints import Complaints
from dedup.cli.console import Bars
from dedup.cli.interrupts import INTERRUPTED, Interrupts, taken_away
from dedup.cli.main import main
from dedup.errors import BadRecord, SettingsError
from dedup.index import open_index
from dedup.settings import Settings

ROOT = Path(__file__).parent.parent
TEXT = "The ferry to Skell Island stays in harbour until the new engine has been tested in rough water."

Run = Callable[..., Result]

posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **options: CliRunner().invoke(main, arguments, **options)


def said_by(result: Result) -> list[str]:
    """Lines on standard error, without those about the first run after an installation."""
    return [line for line in result.stderr.splitlines() if not line.startswith("compiling")]


def feed(name: str, rows: Sequence[object]) -> str:
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return name


# --- Ctrl-C ---


def started(*arguments: str, cwd: Path, **environment: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "dedup", *arguments],
        cwd=cwd,
        env=environ,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    )


@posix
@pytest.mark.parametrize("command", [["scan", "-"], ["filter"], ["index", "build", "new.index", "-"]])
def test_ctrl_c_ends_what_compiles_and_leaves_nobody_behind(tmp_path: Path, command: list[str]) -> None:
    with started(*command, cwd=tmp_path, DEDUP_CACHE_DIR=str(tmp_path / "empty")) as running:
        assert running.stderr is not None
        assert b"compiling" in running.stderr.readline()
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()  # whose end comes when all processes that write there have ended
    assert running.returncode == INTERRUPTED
    assert b"Traceback" not in rest
    assert b"ignored" not in rest


@posix
@pytest.mark.parametrize("command", [["scan", "-"], ["filter"], ["index", "build", "new.index", "-"]])
def test_ctrl_c_ends_what_waits_for_a_slow_feed(tmp_path: Path, command: list[str]) -> None:
    with started(*command, cwd=tmp_path, DEDUP_LOOPS="plain") as running:
        assert running.stdin is not None
        running.stdin.write(json.dumps({"id": "a", "text": TEXT}).encode() + b"\n")
        running.stdin.flush()
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=10) == INTERRUPTED
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()


BUSY = """
import signal, sys, threading, time
from dedup.cli.interrupts import Interrupts
with Interrupts() as interrupts:
    interrupts.unfinished.add("half")
    open("half", "w").close()
    print("whole line")
    threading.Timer(0.2, lambda: signal.raise_signal(signal.SIGINT)).start()
    def busy():
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            busy()
    busy()
"""


@posix
def test_what_does_not_end_is_ended(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUSY], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, b"whole line\n", b"")
    assert not (tmp_path / "half").exists()


class Lost:
    """What nobody could catch."""

    exc_type = KeyboardInterrupt


def test_an_interrupt_that_was_lost_in_a_callback_is_not() -> None:
    left: list[int] = []

    def leave(code: int) -> None:
        left.append(code)
        raise SystemExit(code)

    with pytest.raises(SystemExit), Interrupts(leave) as interrupts:
        interrupts._lost(Lost)
    assert left == [INTERRUPTED]


def test_a_file_is_remembered_while_it_is_written(tmp_path: Path) -> None:
    seen: list[set[str]] = []

    @click.command()
    @click.pass_obj
    def command(interrupts: Interrupts) -> None:
        with taken_away("half"):
            seen.append(set(interrupts.unfinished))
        seen.append(set(interrupts.unfinished))

    CliRunner().invoke(command, obj=Interrupts())
    assert seen == [{"half"}, set()]


# --- the bar ---


class Drawn(Bars):
    """A bar whose states are kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        super().__init__(shown=True)
        self.states: list[tuple[str, float, float | None]] = []

    def _show(self, stage: str, done: int, total: int) -> None:
        super()._show(stage, done, total)
        assert self._bars is not None
        (task,) = self._bars.tasks
        self.states.append((task.description, task.completed, task.total))


def test_a_bar_never_stands_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with Drawn(monkeypatch) as bars:
        for stage, done, total in [
            ("reading", 5, 10),
            ("reading", 10, 10),
            ("pairing", 0, 0),
            ("judging", 3, 3),
        ]:
            bars._show(stage, done, total)
    assert [stage for stage, _, _ in bars.states] == ["starting", "reading", "reading", "pairing", "judging"]
    assert all(total is None or done < total for _, done, total in bars.states)


# --- what was written, what was skipped ---


def test_the_closing_line_says_what_was_written_and_what_was_skipped(run: Run) -> None:
    name = feed("feed.jsonl", [{"id": "a", "text": TEXT}, {"id": "b"}])
    said = said_by(run("scan", name, "-o", "report.jsonl"))
    assert said[0] == 'feed.jsonl:2: no "text" field'
    assert said[1].startswith("report.jsonl: 1 article, ")
    assert said[1].endswith("; 1 file or record skipped")
    assert (
        run("report", "report.jsonl", "-o", "page.html")
        .stderr.splitlines()[-1]
        .startswith("page.html: 1 article, ")
    )


def test_many_equal_errors_are_one_line_with_a_hint(run: Run) -> None:
    row = {"id": "a", "source": "bay", "published": "2024-05-01", "text": TEXT}
    name = feed("feed.jsonl", [{**row, "id": str(number)} for number in range(1240)])
    result = run("scan", name, "--field", "text=body")
    assert said_by(result) == [
        'feed.jsonl: 1,240 × no "body" field (first: line 1); there are id, source, published, text: '
        "try --field text=text",
        "no article found",
        "1,240 files and records skipped",
    ]


def test_a_hint_names_the_longest_of_the_fields(run: Run) -> None:
    name = feed("feed.jsonl", [{"id": str(i), "title": "A short one", "prose": TEXT} for i in range(5)])
    assert "there are id, title, prose: try --field text=prose" in run("scan", name).stderr


def test_a_few_errors_are_named_one_by_one() -> None:
    said: list[str] = []
    complaints = Complaints(said.append)
    for line in (4, 9):
        complaints.add(BadRecord("a.jsonl", line, "broken JSON"))
    complaints.add(BadRecord("b.txt", None, "not UTF-8: invalid byte at offset 17"))
    complaints.tell()
    assert said == [
        "a.jsonl:4: broken JSON",
        "a.jsonl:9: broken JSON",
        "b.txt: not UTF-8: invalid byte at offset 17",
    ]


def test_equal_errors_of_many_files_are_one_line() -> None:
    said: list[str] = []
    complaints = Complaints(said.append)
    for number in range(50):
        complaints.add(BadRecord(f"{number}.txt", None, f"not UTF-8: invalid byte at offset {number}"))
    complaints.tell()
    assert said == ["0.txt and 49 other files: 50 × not UTF-8: invalid byte at offset 0"]


# --- a gate never passes on nothing ---


@pytest.mark.parametrize("rows", [[], [{"id": "a"}], [{"id": "a", "text": ""}]])
def test_a_gate_does_not_pass_on_nothing(run: Run, rows: list[Any]) -> None:
    result = run("scan", feed("feed.jsonl", rows), "--fail-under", "0")
    assert result.exit_code == 1
    assert "nothing to judge" in result.stderr


def test_a_gate_says_that_it_had_nothing_to_compare_with(run: Run) -> None:
    result = run("scan", feed("feed.jsonl", [{"id": "a", "text": TEXT}]), "--fail-under", "0.5")
    assert result.exit_code == 0
    assert "compared with 0 other articles" in result.stderr


# --- wrong usage ---


@pytest.mark.parametrize("name", ["report.pdf", "report.xlsx", "report.md", "report.jsonl.gz"])
def test_an_unknown_suffix_is_wrong_usage_and_nothing_is_written(run: Run, tmp_path: Path, name: str) -> None:
    result = run("scan", feed("feed.jsonl", [{"text": TEXT}]), "-o", name)
    assert result.exit_code == 2
    assert "is no format; there are" in result.stderr
    assert os.listdir(tmp_path) == ["feed.jsonl"]
    assert run("scan", "feed.jsonl", "-o", name, "-f", "jsonl").exit_code == 0


@pytest.mark.parametrize("name", ["page.pdf", "page.xlsx", "page.txt"])
def test_a_report_of_an_unknown_suffix_is_wrong_usage(run: Run, tmp_path: Path, name: str) -> None:
    run("scan", feed("feed.jsonl", [{"text": TEXT}]), "-o", "report.jsonl")
    assert run("report", "report.jsonl", "-o", name).exit_code == 2
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    "arguments",
    [["scan", "feed.jsonl", "--index"], ["index", "info"], ["filter", "--index"], ["index", "build"]],
)
def test_an_unknown_kind_of_index_is_wrong_usage_and_makes_no_folder(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    name = feed("feed.jsonl", [{"text": TEXT}])
    result = run(*arguments, "reids://cache:6379/0", *([name] if arguments[-1] == "build" else []))
    assert result.exit_code == 2
    assert "did you mean redis:" in result.stderr
    assert os.listdir(tmp_path) == ["feed.jsonl"]


@pytest.mark.parametrize("url", ["reids://a", "postgres://a/b", "s3://bucket/x", "memroy:", "file:///tmp/x"])
def test_an_unknown_kind_of_index_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="no kind of index"):
        open_index(url)


def test_a_near_setting_is_suggested(run: Run) -> None:
    result = run("scan", feed("feed.jsonl", [{"text": TEXT}]), "--set", "min_word=9")
    assert result.exit_code == 2
    assert "did you mean min_words?" in result.stderr
    with pytest.raises(SettingsError, match="unknown setting 'zzz'; there are: "):
        Settings().with_values({"zzz": 1})


def test_parquet_is_written_where_it_is_asked(run: Run) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    name = feed("feed.jsonl", [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT}])
    assert run("scan", name, "-o", "report.parquet").exit_code == 0
    lines = run("scan", name, "-o", "-", "-f", "jsonl").stdout.splitlines()
    table = pq.read_table("report.parquet").to_pylist()
    assert [row["report"] for row in table] == lines
    assert [(row["id"], row["words"], row["originality"]) for row in table] == [
        ("a", 18, 1.0),
        ("b", 18, 0.0),
    ]
    Path("report.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run("report", "report.jsonl", "-o", "again.parquet").exit_code == 0
    assert pq.read_table("again.parquet").to_pylist() == table
