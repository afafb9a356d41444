"""`dedup stories` and `dedup scan --stories`: what is written where, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main
from tests.test_stories import BRIDGE, FERRY, HARVEST

ROWS = [
    {
        "id": "copy",
        "source": "post",
        "published": "2024-03-01T10:05:00Z",
        "text": "\n\n".join(BRIDGE),
        "n": 1.50,
    },
    {
        "id": "root",
        "source": "wire",
        "published": "2024-03-01T10:00:00Z",
        "text": "\n\n".join(BRIDGE),
        "title": "Bridge",
    },
    {
        "id": "long",
        "source": "echo",
        "published": "2024-03-01T11:00:00Z",
        "text": "\n\n".join([*BRIDGE, FERRY[0]]),
    },
    {"id": "else", "source": "echo", "published": "2024-03-01T11:00:00Z", "text": "\n\n".join(HARVEST)},
]


def run(*words: str | Path, given: str | None = None, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["stories", *map(str, words)], input=given)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(json.dumps(row, indent=None, separators=(" , ", ": ")) + "\n" for row in ROWS))
    return path


def test_a_line_a_story(feed: Path) -> None:
    first, second = map(json.loads, run(feed, "-f", "jsonl").stdout.splitlines())
    assert list(first) == [
        "schema", "id", "title", "first", "last", "outlets", "origins", "credits", "keep", "undated", "articles",
        "draws_on",
    ]  # fmt: skip
    assert (first["id"], first["title"], first["outlets"], first["origins"], first["keep"]) == (
        "root",
        "Bridge",
        3,
        1,
        "root",
    )
    assert first["articles"][1] == {
        "id": "copy", "source": "post", "published": "2024-03-01T10:05:00Z", "role": "reprint", "originality": 0.0,
        "from": "root", "words_taken": first["articles"][1]["words_taken"], "after_s": 300,
    }  # fmt: skip
    assert second["id"] == "else"


def test_the_report_and_the_scan_tell_the_same_stories(feed: Path, tmp_path: Path) -> None:
    report, beside = tmp_path / "report.jsonl", tmp_path / "stories.jsonl"
    result = CliRunner().invoke(main, ["scan", str(feed), "-o", str(report), "--stories", str(beside)])
    assert result.exit_code == 0, result.output
    alone = run(feed, "-f", "jsonl").stdout
    assert beside.read_text() == alone == run(report, "-f", "jsonl").stdout
    parts = [json.loads(line)["story"] for line in report.read_text().splitlines()]
    assert parts == [
        {"id": "root", "role": "reprint"}, {"id": "root", "role": "origin"}, {"id": "root", "role": "reprint"},
        {"id": "else", "role": "origin"},
    ]  # fmt: skip


def test_a_document_says_the_stories_too(feed: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main,
        ["scan", str(feed), "-f", "json", "--stories", str(tmp_path / "s.jsonl")],
        catch_exceptions=False,
    )
    assert [one["story"]["id"] for one in json.loads(result.stdout)["articles"]] == [
        "root",
        "root",
        "root",
        "else",
    ]


@pytest.mark.parametrize("from_stdin", [False, True])
def test_records_are_parted_byte_for_byte(feed: Path, tmp_path: Path, from_stdin: bool) -> None:
    kept, dropped = tmp_path / "kept.jsonl", tmp_path / "dropped.jsonl"
    raw = feed.read_text()
    place = ("-", raw) if from_stdin else (feed, None)
    run(
        place[0],
        "-o",
        tmp_path / "s.jsonl",
        "--keep",
        "longest",
        "--kept",
        kept,
        "--dropped",
        dropped,
        given=place[1],
    )
    lines = raw.splitlines()
    assert kept.read_text().splitlines() == [lines[2], lines[3]]
    assert dropped.read_text().splitlines() == [line[:-1] + ',"dedup_kept":"long"}' for line in lines[:2]]


def test_every_record_that_came_is_kept_or_dropped(feed: Path, tmp_path: Path) -> None:
    root, newer = ROWS[1], {**ROWS[0], "text": "\n\n".join(BRIDGE[1:]), "published": "2024-03-01T10:30:00Z"}
    lines = [json.dumps(row) for row in ({**ROWS[0], "again": True}, *ROWS, newer, root)]
    lines.insert(2, "{ no record")
    feed.write_text("\n".join(lines) + "\n")
    kept, dropped = tmp_path / "kept.jsonl", tmp_path / "dropped.jsonl"
    for policy, one in (("earliest", "root"), ("prefer=post", "copy")):
        run(feed, "-o", tmp_path / "s.jsonl", "--keep", policy, "--kept", kept, "--dropped", dropped)
        left, aside = kept.read_text().splitlines(), list(map(json.loads, dropped.read_text().splitlines()))
        assert len(left) + len(aside) == len(lines) - 1
        assert {row["dedup_kept"] for row in aside} == {one}
        assert [json.loads(line)["id"] for line in left] in (["root", "else"], ["else", "copy"])
        assert set(left) <= set(lines)
    assert json.loads(left[-1]) == newer


def test_a_preferred_source_that_no_article_is_of_is_named(feed: Path) -> None:
    assert run(feed, "--keep", "prefer=post,The Post").stderr.endswith("--keep: no article is of The Post\n")


def test_other_formats_are_parted_as_records(tmp_path: Path) -> None:
    for name, blocks in (("a", BRIDGE), ("b", BRIDGE), ("c", FERRY)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "story.txt").write_text("\n\n".join(blocks))
    kept, dropped = tmp_path / "kept.out", tmp_path / "dropped.out"
    result = run(tmp_path, "-o", tmp_path / "s.jsonl", "--kept", kept, "--dropped", dropped)
    assert "3 articles have no date" in result.stderr
    assert [json.loads(line)["source"] for line in kept.read_text().splitlines()] == ["a", "c"]
    assert json.loads(dropped.read_text())["dedup_kept"] == "a/story.txt"


def test_the_table_and_the_text(feed: Path) -> None:
    rows = run(feed, "-f", "csv").stdout.splitlines()
    assert (
        len(rows) == 5
        and rows[1].startswith("root,Bridge,1,3,root,wire,")
        and rows[1].endswith(",origin,1.0000,,0,0,1")
    )
    text = run(feed, "-f", "text").stdout
    assert "4 articles, 2 stories" in text and "3 articles, 3 outlets, 1 origin" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--keep", "best"], "earliest, latest"), (["--work-dir", "x"], "need --engine spark"),
     (["--engine", "spark", "--kept", "x"], "takes neither")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(feed: Path, options: list[str], says: str) -> None:
    assert says in run(feed, *options, code=2).output


def test_a_report_has_no_records_to_part(feed: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    CliRunner().invoke(main, ["scan", str(feed), "-o", str(report)])
    assert "need articles" in run(report, "--kept", tmp_path / "k", code=2).output


def test_the_stories_beside_a_report_are_no_page(feed: Path, tmp_path: Path) -> None:
    for name in ("stories.html", "stories.zip"):
        result = CliRunner().invoke(main, ["scan", str(feed), "--stories", str(tmp_path / name)])
        assert result.exit_code == 2 and "--stories" in result.output
        assert not (tmp_path / name).exists()


def test_the_page_of_an_index_has_the_texts_that_it_keeps(feed: Path, tmp_path: Path) -> None:
    url, page = str(tmp_path / "feed.index"), tmp_path / "stories.html"
    assert CliRunner().invoke(main, ["index", "build", url, str(feed), "--keep-text"]).exit_code == 0
    assert CliRunner().invoke(main, ["index", "stories", url, "-o", str(page)]).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!") and BRIDGE[0] in page.read_text(encoding="utf-8")
    refused = CliRunner().invoke(main, ["index", "stories", url, "-o", str(tmp_path / "stories.zip")])
    assert refused.exit_code == 2


def test_the_text_says_who_is_stale(tmp_path: Path) -> None:
    rows = [
        {"id": name, "source": source, "published": f"2024-03-01T{hour}:00:00Z", "text": "\n\n".join(blocks)}
        for name, source, hour, blocks in (
            ("first", "wire", 10, BRIDGE), ("second", "wire", 12, [*BRIDGE[:2], *BRIDGE[3:], HARVEST[0]]),
            ("copy", "post", 11, BRIDGE),
        )
    ]  # fmt: skip
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "still with what wire deleted: post" in run(path, "-f", "text").stdout


def test_stories_beside_an_index_are_told_by_its_settings(feed: Path, tmp_path: Path) -> None:
    url, settings = str(tmp_path / "strict.index"), tmp_path / "strict.toml"
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    settings.write_text("story_share = 1.0\nstory_words = 100000\n")
    assert (
        CliRunner().invoke(main, ["index", "build", url, str(empty), "--config", str(settings)]).exit_code
        == 0
    )

    def members(*words: str) -> list[int]:
        told = run(feed, "-f", "jsonl", *words).stdout.splitlines()
        return sorted(len(json.loads(line)["articles"]) for line in told)

    assert members("--index", url) == members("--config", str(settings)) == [1, 1, 2]
    assert members() == [1, 3]
