"""`dedup diff`, `dedup trace`, `dedup index stories`: what is said, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main
from tests.test_updates import FIRM, LINE, MAYOR, TRAM, text

ROWS = [
    {"id": "1", "source": "post", "published": "2024-01-01", "text": text(TRAM, LINE)},
    {
        "id": "2",
        "source": "post",
        "published": "2024-01-02",
        "text": text(TRAM.replace("Twelve", "15"), LINE, FIRM),
    },
    {
        "id": "2",
        "source": "post",
        "published": "2024-01-03",
        "text": text(TRAM.replace("Twelve", "16"), LINE, FIRM),
    },
    {"id": "free", "source": "echo", "text": MAYOR},
]


def run(*words: str | Path, given: str | None = None, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*map(str, words)], input=given)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def test_two_files_are_compared(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text(text(TRAM.replace("Twelve", "12"), LINE, FIRM))
    new.write_text(text(TRAM.replace("Twelve", "15"), FIRM, LINE, MAYOR))
    found = json.loads(run("diff", old, new, "--json").stdout)
    assert {kind: [one["words"] for one in found[kind]] for kind in ("added", "changed", "moved")} == {
        "added": [20], "changed": [1], "moved": [17],
    }  # fmt: skip
    assert found["deleted"] == [] and found["words"]["same"] == 34
    assert found["facts"] == [{"kind": "figure", "old": "12", "new": "15", "start": 0, "end": 2}]
    moved = found["moved"][0]
    assert new.read_text()[moved["start"] : moved["end"]] == moved["text"] == moved["old_text"]
    said = run("diff", old, new).stdout
    assert "figures: 12 → 15" in said and "(from paragraph 3 to 2)" in said and f"+ {MAYOR[:40]}" in said
    assert max(map(len, said.splitlines())) <= 80


def test_articles_of_a_feed_are_compared_by_their_ids(feed: Path) -> None:
    result = run("diff", "1", "2", "--in", feed, "--json")
    assert "id '2' has 2 versions: the newest counts" in result.stderr
    assert json.loads(result.stdout)["changed"][0]["text"] == "16"
    versions = json.loads(run("diff", "2", "2", "--in", feed, "--json").stdout)
    assert [(one["old_text"], one["text"]) for one in versions["changed"]] == [("15", "16")]
    dates = [versions[side]["published"][:10] for side in ("old", "new")]
    assert dates == ["2024-01-02", "2024-01-03"], "each has its own"
    assert "no date" in run("diff", "1", "free", "--in", feed).stderr
    assert "later date" in run("diff", "2", "1", "--in", feed).stderr


def test_an_index_with_texts_has_articles_to_compare(feed: Path, tmp_path: Path) -> None:
    bare, full = tmp_path / "bare", tmp_path / "full"
    run("index", "build", bare, feed)
    run("index", "build", full, feed, "--keep-text")
    assert "keeps no texts" in run("diff", "1", "2", "--index", bare, code=1).output
    assert json.loads(run("diff", "1", "2", "--index", full, "--json").stdout)["words"]["added"] == 17


@pytest.mark.parametrize(
    ("words", "says"),
    [(["1", "nine"], "no article with the id 'nine'"), (["1", "1"], "has one version")],
)  # fmt: skip
def test_ids_that_say_nothing_are_named(feed: Path, words: list[str], says: str) -> None:
    (line,) = run("diff", *words, "--in", feed, code=1).output.splitlines()
    assert says in line and str(feed) in line


def test_a_file_of_several_articles_and_one_that_is_not_there(feed: Path) -> None:
    assert "holds 4 articles" in run("diff", feed, feed, code=1).output
    assert "no such file" in run("diff", "1", "2", code=1).output


def test_a_pasted_paragraph_is_traced(feed: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("index", "build", index, feed)
    pasted = f"{LINE}\n\nNobody else has said a word of this so far, and nobody will."
    for place in (["--index", index], ["--in", feed]):
        report = json.loads(run("trace", *place, "--json", given=pasted).stdout)
        assert (
            report["id"] == "-" and report["sources"][0]["id"] == "1" and report["ledger"]["original"] == 13
        )
        said = run("trace", *place, given=pasted).stdout
        assert "17 of 30 words found elsewhere" in said and "1 (post, 2024-01-01T00:00:00Z)" in said
        assert "found nowhere" in run("trace", *place, given="Of this there is no trace here.").stdout
    assert len(run("index", "info", index).stdout) == len(run("index", "info", index).stdout)
    record = tmp_path / "record.jsonl"
    record.write_text(json.dumps(ROWS[0] | {"source": "", "published": None}) + "\n")
    assert "found nowhere" not in run("trace", record, "--in", feed).stdout, "it has the id of its source"
    assert "no text" in run("trace", "--in", feed, given="\n", code=1).output
    assert "either" in run("trace", given="x", code=2).output


def test_an_article_is_traced_to_its_own_copy_in_an_index(feed: Path, tmp_path: Path) -> None:
    index, one = tmp_path / "index", tmp_path / "1"
    run("index", "build", index, feed)
    one.write_text(text(TRAM, LINE))
    report = json.loads(run("trace", one, "--index", index, "--json", "--from", "text").stdout)
    assert report["originality"] == 0 and report["sources"][0]["id"] == "1"


def test_an_index_and_a_filter_tell_stories(feed: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    rows = [
        {**ROWS[0], "source": source, "id": source, "published": f"2024-01-0{n}"}
        for n, source in enumerate("ab", 1)
    ]
    given = "".join(json.dumps(row) + "\n" for row in rows)
    lines = run("filter", "--index", index, "--stories", given=given).stdout.splitlines()
    assert [json.loads(line)["dedup"]["story"] for line in lines] == [
        {"id": "a", "role": "origin"}, {"id": "a", "role": "reprint"},
    ]  # fmt: skip
    (story,) = map(json.loads, run("index", "stories", index, "-f", "jsonl").stdout.splitlines())
    assert (story["id"], [one["role"] for one in story["articles"]]) == ("a", ["origin", "reprint"])
