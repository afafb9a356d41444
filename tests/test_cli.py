"""The command: options, exit codes, and what it leaves behind."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main
from dedup.version import __version__

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")

WIRE = (
    "The ferry company stopped all crossings to the outer islands after divers found long cracks in the hull."
)
OWN = "Nobody on the quay had been told, so the post bags went home again with those who had brought them."
OTHER = (
    "A heron lives at the reservoir behind the brewery now and eats, by one count, forty frogs on a good day."
)

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `dedup` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin)

    return invoke


@pytest.fixture
def feed(tmp_path: Path) -> str:
    """Three articles; the second takes the first's only sentence."""
    return write_feed(
        tmp_path / "feed.jsonl",
        {"id": "wire-1", "source": "wire", "published": "2024-03-04T07:00:00Z", "text": WIRE},
        {"id": "post-1", "source": "post", "published": "2024-03-04T09:00:00Z", "text": f"{WIRE}\n\n{OWN}"},
        {"id": "post-2", "source": "post", "published": "2024-03-05", "text": OTHER, "desk": 7},
    )


def write_feed(path: Path, *records: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path.name


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_scan_writes_one_line_an_article_in_the_order_of_the_input(run: Run, feed: str) -> None:
    result = run("scan", feed)
    assert result.exit_code == 0
    assert result.stderr == ""
    reports = rows(result.stdout)
    assert [report["id"] for report in reports] == ["wire-1", "post-1", "post-2"]
    assert [report["originality"] for report in reports][::2] == [1, 1]
    assert reports[1]["ledger"]["recycled"] == len(WIRE.split())
    assert reports[1]["sources"][0]["id"] == "wire-1"
    assert reports[2]["extra"] == {"desk": 7}


def test_json_is_the_summary_and_the_same_articles(run: Run, feed: str) -> None:
    document = json.loads(run("scan", feed, "-f", "json").stdout)
    assert list(document) == ["summary", "articles"]
    assert document["articles"] == rows(run("scan", feed).stdout)
    assert document["summary"]["articles"] == 3


def test_csv_has_a_row_an_article(run: Run, feed: str) -> None:
    table = list(csv.DictReader(io.StringIO(run("scan", feed, "-f", "csv").stdout)))
    assert [row["id"] for row in table] == ["wire-1", "post-1", "post-2"]
    assert table[1]["sources"] == "wire-1"


def test_text_is_the_summary_for_people(run: Run, feed: str) -> None:
    result = run("scan", feed, "-f", "text")
    assert result.stdout.startswith("3 articles of 2 sources")
    assert "\x1b" not in result.stdout


def test_html_is_one_page(run: Run, feed: str, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    result = run("scan", feed, "-o", "report.html")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "post-1" in page


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("r.jsonl", '{"schema"'),
        ("r.json", '{"summary"'),
        ("r.csv", "id,"),
        ("r.txt", "3 art"),
        ("r", '{"schema"'),
    ],
)
def test_the_name_of_the_output_says_the_format(
    run: Run, feed: str, tmp_path: Path, name: str, start: str
) -> None:
    assert run("scan", feed, "-o", name).exit_code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_the_format_asked_for_wins_over_the_name(run: Run, feed: str, tmp_path: Path) -> None:
    run("scan", feed, "-o", "r.json", "-f", "csv")
    assert (tmp_path / "r.json").read_text(encoding="utf-8").startswith("id,")


def test_standard_input_is_json_lines(run: Run) -> None:
    lines = json.dumps({"id": "a", "text": WIRE}) + "\n" + json.dumps({"id": "b", "text": WIRE}) + "\n"
    assert [report["originality"] for report in rows(run("scan", "-", stdin=lines).stdout)] == [1, 0]


def test_reference_articles_count_as_earlier_and_are_not_reported(
    run: Run, feed: str, tmp_path: Path
) -> None:
    write_feed(tmp_path / "press.jsonl", {"id": "press-1", "published": "2025-01-01", "text": OTHER})
    reports = rows(run("scan", feed, "--reference", "press.jsonl").stdout)
    assert [report["id"] for report in reports] == ["wire-1", "post-1", "post-2"]
    assert reports[2]["originality"] == 0
    assert reports[2]["findings"][0]["match"]["id"] == "press-1"


def test_fields_may_have_other_names(run: Run, tmp_path: Path) -> None:
    write_feed(tmp_path / "feed.jsonl", {"body": WIRE, "publisher": "wire"})
    (report,) = rows(run("scan", "feed.jsonl", "--field", "text=body", "--field", "source=publisher").stdout)
    assert report["source"] == "wire"
    assert report["words"] == len(WIRE.split())


def test_the_path_says_what_a_plain_file_does_not(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news" / "bbc" / "2024-03-04").mkdir(parents=True)
    (tmp_path / "news" / "bbc" / "2024-03-04" / "ferry.txt").write_text(WIRE, encoding="utf-8")
    (report,) = rows(run("scan", "news", "--path-pattern", "{source}/{published}/{id}.txt").stdout)
    assert (report["id"], report["source"], report["published"]) == ("ferry", "bbc", "2024-03-04T00:00:00Z")


# --- settings ---


def settings_of(run: Run, feed: str, *options: str) -> dict[str, Any]:
    result = run("scan", feed, "-v", *options)
    assert result.exit_code == 0, result.output
    settings: dict[str, Any] = json.loads(result.stderr.splitlines()[-1])["settings"]
    return settings


def test_the_command_line_wins_over_the_file_and_the_file_over_the_defaults(
    run: Run, feed: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("min_words = 10\njaccard = 0.7\n", encoding="utf-8")
    settings = settings_of(run, feed, "--config", "mine.toml", "--set", "jaccard=0.6")
    assert (settings["min_words"], settings["jaccard"], settings["recall"]) == (10, 0.6, 0.95)


def test_a_dedup_toml_in_the_current_folder_is_read(run: Run, feed: str, tmp_path: Path) -> None:
    (tmp_path / "dedup.toml").write_text("min_words = 11\n", encoding="utf-8")
    assert settings_of(run, feed)["min_words"] == 11


def test_a_file_named_on_the_command_line_replaces_dedup_toml(run: Run, feed: str, tmp_path: Path) -> None:
    (tmp_path / "dedup.toml").write_text("min_words = 11\n", encoding="utf-8")
    (tmp_path / "mine.toml").write_text("jaccard = 0.7\n", encoding="utf-8")
    assert settings_of(run, feed, "--config", "mine.toml")["min_words"] == 8


@pytest.mark.parametrize("text", ["min_words = ", "no_such = 1", "min_words = 'ten'", "jaccard = 2"])
def test_an_error_in_the_file_names_the_file(run: Run, feed: str, tmp_path: Path, text: str) -> None:
    (tmp_path / "dedup.toml").write_text(text, encoding="utf-8")
    result = run("scan", feed)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: dedup.toml: ")
    assert len(result.stderr.splitlines()) == 1


def test_an_impossible_setting_is_an_error_that_names_it(run: Run, feed: str) -> None:
    result = run("scan", feed, "--set", "jaccard=1.5")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "jaccard must be in (0, 1], got 1.5" in result.stderr


def test_explain_settings_shows_the_curve_and_the_shortest_passage(run: Run) -> None:
    result = run("explain-settings", "--set", "min_words=12")
    assert result.exit_code == 0
    assert "Shortest passage that can be found: 12 words" in result.stdout
    assert [line.split()[:2] for line in result.stdout.splitlines() if " 0.5 " in line] == [["0.5", "95.4%"]]


def test_explain_settings_leaves_out_a_net_that_is_not_used(run: Run) -> None:
    assert "LSH net" not in run("explain-settings", "--set", "nets=fingerprints").stdout
    assert "run of" not in run("explain-settings", "--set", "nets=lsh").stdout


# --- what cannot be read ---


def test_a_bad_record_is_named_and_skipped_and_all_else_is_scanned(
    run: Run, feed: str, tmp_path: Path
) -> None:
    with (tmp_path / feed).open("a", encoding="utf-8") as file:
        file.write('{"id": "no text"}\n{"id": "last", "text": "Frogs."}\n')
    result = run("scan", feed)
    assert result.exit_code == 0
    assert [report["id"] for report in rows(result.stdout)] == ["wire-1", "post-1", "post-2", "last"]
    named, counted = result.stderr.splitlines()
    assert named.startswith("feed.jsonl:4: ")
    assert counted == "1 file or record skipped"


def test_strict_ends_at_the_first_bad_record(run: Run, feed: str, tmp_path: Path) -> None:
    with (tmp_path / feed).open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    result = run("scan", feed, "--strict")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: feed.jsonl:4: ")


def test_a_name_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a\x1b[2Jb.json").write_text("{broken", encoding="utf-8")
    result = run("scan", "news")
    assert "\x1b" not in result.stderr
    assert "a\ufffd[2Jb.json" in result.stderr


def test_nothing_to_scan_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("scan", "empty")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no article found" in result.stderr


# --- exit codes ---


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan"],
        ["scan", "missing.jsonl"],
        ["scan", "feed.jsonl", "-f", "pdf"],
        ["scan", "feed.jsonl", "--fail-under", "30"],
        ["scan", "feed.jsonl", "--workers", "0"],
        ["scan", "feed.jsonl", "--set", "jaccard"],
        ["scan", "feed.jsonl", "--field", "text="],
        ["scan", "feed.jsonl", "--no-such-option"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_is_2(run: Run, feed: str, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_an_article_below_the_limit_is_3_and_the_report_is_written(
    run: Run, feed: str, tmp_path: Path
) -> None:
    result = run("scan", feed, "--fail-under", "0.6", "-o", "report.jsonl")
    assert result.exit_code == 3
    assert "1 article is below 0.6" in result.stderr
    assert len((tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_an_article_at_the_limit_passes(run: Run, tmp_path: Path) -> None:
    write_feed(tmp_path / "feed.jsonl", {"text": WIRE})
    assert run("scan", "feed.jsonl", "--fail-under", "1").exit_code == 0


def test_an_output_that_cannot_be_written_is_1(run: Run, feed: str) -> None:
    result = run("scan", feed, "-o", "no/such/folder/report.jsonl")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_the_version_is_named(run: Run) -> None:
    assert run("--version").stdout.split()[-1] == __version__


# --- output files ---


def test_a_failed_run_leaves_the_old_file_and_nothing_else(run: Run, feed: str, tmp_path: Path) -> None:
    (tmp_path / "report.jsonl").write_text("old", encoding="utf-8")
    with (tmp_path / feed).open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    assert run("scan", feed, "-o", "report.jsonl", "--strict").exit_code == 1
    assert (tmp_path / "report.jsonl").read_text(encoding="utf-8") == "old"
    assert sorted(os.listdir(tmp_path)) == ["feed.jsonl", "report.jsonl"]


def test_a_whole_run_replaces_the_old_file(run: Run, feed: str, tmp_path: Path) -> None:
    (tmp_path / "report.jsonl").write_text("old", encoding="utf-8")
    run("scan", feed, "-o", "report.jsonl")
    assert (tmp_path / "report.jsonl").read_text(encoding="utf-8") == run("scan", feed).stdout
    assert sorted(os.listdir(tmp_path)) == ["feed.jsonl", "report.jsonl"]


@posix
def test_a_link_stays_a_link(run: Run, feed: str, tmp_path: Path) -> None:
    (tmp_path / "latest.jsonl").symlink_to("report.jsonl")
    run("scan", feed, "-o", "latest.jsonl")
    assert (tmp_path / "latest.jsonl").is_symlink()
    assert (tmp_path / "report.jsonl").stat().st_size


@posix
def test_a_device_is_written_to_and_not_replaced(run: Run, feed: str) -> None:
    assert run("scan", feed, "-o", os.devnull).exit_code == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_the_summary_has_counts_and_settings(run: Run, feed: str, tmp_path: Path) -> None:
    with (tmp_path / feed).open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    run("scan", feed, "--summary", "summary.json")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["articles"] == 3
    assert summary["words"] == sum(summary["ledger"].values())
    assert summary["sources"] == [{"source": "wire", "articles": 1, "words": len(WIRE.split())}]
    assert summary["skipped"]["count"] == 1
    assert summary["skipped"]["records"][0]["line"] == 4
    assert summary["version"] == __version__
    assert len(summary["settings_id"]) == 16
    assert summary["settings"]["shingle_words"] == 3
    assert "py3langid" in summary["language_scorer"]
    assert summary["seconds"] > 0


def test_the_summary_is_the_last_line_when_verbose(run: Run, feed: str) -> None:
    assert json.loads(run("scan", feed, "-v").stderr.splitlines()[-1])["articles"] == 3


def test_workers_change_nothing(run: Run, feed: str) -> None:
    assert (
        run("scan", feed, "--workers", "1").stdout_bytes == run("scan", feed, "--workers", "3").stdout_bytes
    )


# --- as a process ---


def process(*arguments: str, cwd: Path, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dedup", *arguments],
        cwd=cwd,
        stderr=subprocess.PIPE,
        env=environment(),
        **options,
    )


def said(running: subprocess.Popen[bytes]) -> list[str]:
    """Lines on standard error, without the one about the first run after an installation."""
    return [line for line in running.communicate()[1].decode().splitlines() if "compiling" not in line]


def environment() -> dict[str, str]:
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, dedup.cli.main; print(*{'numpy', 'llvmlite', 'rich', 'orjson', 'xxhash'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment(), check=True)
    assert done.stdout.strip() == b""


@posix
def test_a_closed_pipe_ends_quietly_with_141(tmp_path: Path, feed: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with process("scan", feed, cwd=tmp_path, stdout=writing) as scanning:
        os.close(writing)
        assert said(scanning) == []
    assert scanning.returncode == 141


def open_once_read(pipe: Path, reader: subprocess.Popen[bytes]) -> int:
    """Open a named pipe for writing as soon as the process reads from it."""
    while reader.poll() is None:
        with contextlib.suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    raise AssertionError(f"ended before it read: {reader.communicate()[1].decode()}")


@posix
def test_ctrl_c_ends_quietly_with_130_and_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "report.jsonl").write_text("old", encoding="utf-8")
    os.mkfifo(tmp_path / "feed.jsonl")
    with process("scan", "feed.jsonl", "-o", "report.jsonl", cwd=tmp_path) as scanning:
        feed = open_once_read(tmp_path / "feed.jsonl", scanning)  # and give it nothing
        scanning.send_signal(signal.SIGINT)
        assert said(scanning) == []
        os.close(feed)
    assert scanning.returncode == 130
    assert (tmp_path / "report.jsonl").read_text(encoding="utf-8") == "old"
    assert sorted(os.listdir(tmp_path)) == ["feed.jsonl", "report.jsonl"]


@posix
def test_on_a_terminal_the_summary_has_colour_and_bars(tmp_path: Path, feed: str) -> None:
    screen, terminal = os.openpty()
    options = {"cwd": tmp_path, "stdout": terminal, "stdin": terminal}
    environ = {**environment(), "TERM": "xterm-256color", "COLUMNS": "100"}
    environ.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "dedup", "scan", feed]
    with subprocess.Popen(command, stderr=terminal, env=environ, **options) as scanning:  # type: ignore[call-overload]
        os.close(terminal)
        shown = b""
        while True:
            try:
                piece = os.read(screen, 65536)
            except OSError:  # the terminal is gone with its last process
                break
            if not piece:
                break
            shown += piece
    os.close(screen)
    assert scanning.returncode == 0
    assert b"3 articles" in shown
    assert b"judging" in shown
    assert b"\x1b[3" in shown
