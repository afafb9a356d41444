"""`dedup convert`, and the options of reading that `scan`, `filter` and `index build` share with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main
from dedup.readers import read_articles

FERRY = "The harbour board of Tarnwick decided on Tuesday that the evening ferry will sail twice a week."


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_what_is_converted_reads_as_the_same_articles(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(FERRY)
    (folder / "b.jsonl").write_text(
        '{"text": "One.", "id": 7, "published": "2024-06-11", "more": [1.50, {"a": null}]}\n'
    )
    (folder / "c.json").write_text('{"maintext": "Two.", "source_domain": "x.example", "title": "T"}')
    out = tmp_path / "out.jsonl"
    result = run("convert", folder, "-o", out)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, f"{out}: 3 articles, 0 kB")
    kept = [(a.id, a.text, a.title, a.source, a.published, dict(a.extra)) for a in read_articles(folder)]
    assert [(a.id, a.text, a.title, a.source, a.published, dict(a.extra)) for a in read_articles(out)] == kept


def test_what_cannot_be_converted_is_named_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\noops\n')
    result = run("convert", tmp_path)
    assert [record["text"] for record in records(result.stdout)] == ["One."]
    assert "a.jsonl:2: broken JSON" in result.stderr
    assert result.stderr.splitlines()[-1] == "1 article; 1 file or record skipped"
    assert run("convert", tmp_path, "--strict").exit_code == 1


def test_the_options_of_reading_are_those_of_every_command(tmp_path: Path) -> None:
    table = tmp_path / "a.dat"
    table.write_bytes("1;Fähre;Die Fähre fährt zweimal in der Woche.\n".encode("latin-1"))
    options = ("--from", "csv", "--encoding", "latin-1", "--columns", "id,title,text")
    assert records(run("convert", table, *options).stdout) == [
        {"id": "1", "text": "Die Fähre fährt zweimal in der Woche.", "title": "Fähre"}
    ]
    (scanned,) = records(run("scan", table, *options, "-f", "jsonl").stdout)
    assert (scanned["id"], scanned["title"], scanned["words"]) == ("1", "Fähre", 7)
    assert "1 article read" in run("index", "build", tmp_path / "x.index", table, *options).stdout
    (filtered,) = records(run("filter", *options, stdin=table.read_bytes()).stdout)
    assert filtered["text"] == "Die Fähre fährt zweimal in der Woche."
    assert isinstance(filtered["dedup"], dict)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--from", "docx"], "docx"),
        (["--encoding", "klingon-7"], "unknown encoding"),
        (["--limit", "record=much"], "size such as"),
        (["--limit", "lines=3"], "unknown limit"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: list[str], problem: str) -> None:
    result = run("convert", tmp_path, *options)
    assert result.exit_code in (1, 2)
    assert problem in result.stderr


def test_the_records_of_an_answer_go_through_a_filter() -> None:
    answer = {"data": {"hits": [{"uri": "1", "body": FERRY}, {"uri": "2", "body": "Rain."}, {"uri": "3"}]}}
    options = ("--from", "json", "--records", "data.hits", "--field", "text=body", "--field", "id=uri")
    result = run("filter", *options, stdin=json.dumps(answer).encode())
    assert [record["id"] for record in records(result.stdout)] == ["1", "2"]
    assert 'record 3: no "body" field' in result.stderr


def test_a_filter_writes_the_text_that_it_judged() -> None:
    lines = [
        {"id": "a", "text": f"<p>{FERRY}</p><p>Rain &amp; hail.</p>"},
        {"id": "b", "maintext": FERRY},
        {"id": "c", "text": "x < 5"},
    ]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    found = records(run("filter", stdin=data).stdout)
    assert [record["text"] for record in found] == [f"{FERRY}\n\nRain & hail.", FERRY, "x < 5"]
    assert run("filter", "--mode", "drop", "--min-judged", "99", stdin=data).stdout.encode() == data
