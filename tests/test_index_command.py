"""`dedup index`: what is done to an index beside the job that fills it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filter_feed import feed, jsonl

from dedup.cli.main import main
from dedup.errors import IndexMismatch
from dedup.index import open_index
from dedup.index.engine import engine
from dedup.model import Article, ArticleReport
from dedup.prefilter.building import merge
from dedup.settings import Settings
from dedup.stream import Detector

FEED = feed(60)

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `dedup index` in a folder with a feed; it must end with the code it is told."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed.jsonl").write_bytes(jsonl(FEED))

    def invoke(*arguments: str, code: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, ["index", *arguments], input=stdin)
        assert result.exit_code == code, result.output
        return result

    return invoke


def ids(url: str) -> list[str]:
    with open_index(url, create=False) as index:
        return [record.id for record in index.articles()]


def test_build_fills_an_index_as_the_filter_does_and_goes_on_where_it_ended(run: Run, tmp_path: Path) -> None:
    (tmp_path / "part.jsonl").write_bytes(jsonl(FEED[:20]))
    assert "20 articles read, 20 new; feed.index holds 20" in run("build", "feed.index", "part.jsonl").stdout
    assert "60 articles read, 40 new; feed.index holds 60" in run("build", "feed.index", "feed.jsonl").stdout
    articles = [Article(r["id"], r["text"], source=r["source"], published=r["published"]) for r in FEED]
    with open_index("feed.index", create=False) as got, open_index(secret=got.secret) as wanted:
        Detector(wanted).judge(articles)
        assert list(got.articles()) == list(wanted.articles())


def test_build_names_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b'{oops\n{"id": "a", "body": "One two."}\n')
    result = run("build", "feed.index", "bad.jsonl", "--field", "text=body")
    assert "bad.jsonl:1: broken JSON" in result.stderr and "1 file or record skipped" in result.stderr
    assert "1 article read, 1 new" in result.stdout
    assert "bad.jsonl:1" in run("build", "strict.index", "bad.jsonl", "--strict", code=1).stderr


def test_build_goes_on_after_an_article_that_cannot_be_judged(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Detector.judge

    def breaking(self: Detector, batch: Sequence[Article], *, add: bool = True) -> list[ArticleReport]:
        if any("boom" in article.text for article in batch):
            raise RuntimeError("boom")
        return judge(self, batch, add=add)

    monkeypatch.setattr(Detector, "judge", breaking)
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": text, "text": text} for text in ("one", "boom", "two")]))
    result = run("build", "feed.index", "a.jsonl")
    assert "a.jsonl: boom: cannot be judged: RuntimeError: boom" in result.stderr
    assert "2 articles read, 2 new" in result.stdout and "1 file or record skipped" in result.stderr
    assert sorted(ids("feed.index")) == ["one", "two"]
    assert "cannot be judged" in run("build", "strict.index", "a.jsonl", "--strict", code=1).stderr


def test_build_knows_records_without_an_id_by_what_they_hold_and_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    path = tmp_path / "feed" / "today.jsonl"
    path.write_bytes(jsonl([{"text": "Rain fell."}, {"text": "Hail fell.", "url": "https://w/hail"}]))
    result = run("build", "feed.index", "feed")
    assert "2 records without an id: the url (1) and a digest of text and source (1)" in result.stderr
    path.write_bytes(jsonl([{"text": "Fog came."}, {"text": "Rain fell."}]))
    assert "2 articles read, 1 new; feed.index holds 3" in run("build", "feed.index", "feed").stdout


def test_build_says_once_that_an_id_was_there_with_another_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": "a", "text": text} for text in ("one", "two", "three")]))
    result = run("build", "feed.index", "a.jsonl")
    assert result.stderr.count("id 'a' was there before with another text: a revision") == 1


def test_info_says_what_there_is(run: Run) -> None:
    run("build", "feed.index", "feed.jsonl", "--set", "min_words=9", "--keep-text")
    text = run("info", "feed.index").stdout
    for name, value in {
        "articles": "60",
        "oldest": "2024-03-01",
        "min_words": "9",
        "keeps_text": "yes",
        "engine": engine(),
    }.items():
        assert any(line.split() == [name, value] for line in text.splitlines()), text
    facts = json.loads(run("info", "feed.index", "--json").stdout)
    assert facts["articles"] == 60 and facts["settings"]["min_words"] == 9


@pytest.mark.parametrize("command", ["info", "check", "expire --window 1d", "remove x", "backup y"])
def test_an_index_that_is_not_there_is_not_made(run: Run, tmp_path: Path, command: str) -> None:
    name, *rest = command.split()
    assert "there is no index here" in run(name, "absent.index", *rest, code=1).stderr
    assert not (tmp_path / "absent.index").exists()


def test_check_tells_a_sound_index_from_a_damaged_one(run: Run) -> None:
    run("build", "feed.index", "feed.jsonl")
    assert "60 articles, all sound" in run("check", "feed.index").stdout
    connection = sqlite3.connect("feed.index/index.sqlite")
    connection.execute("DELETE FROM contents WHERE number = (SELECT min(number) FROM contents)")
    connection.commit()
    connection.close()
    assert "Error: " in run("check", "feed.index", code=1).stderr


def test_expire_forgets_by_date_or_by_window(run: Run) -> None:
    run("build", "feed.index", "feed.jsonl")
    days = [record["published"][:10] for record in FEED]
    gone = sum(day < "2024-03-05" for day in days)
    assert (
        f"{gone} articles forgotten, {60 - gone} left"
        in run("expire", "feed.index", "--before", "2024-03-05").stdout
    )
    run("expire", "feed.index", "--window", "2d")
    left = set(ids("feed.index"))
    newest = sorted(days)[-3]
    assert left == {
        r["id"] for r, day in zip(FEED, days, strict=True) if int(day[-2:]) >= int(newest[-2:]) - 2
    }
    run("expire", "feed.index", code=2)
    run("expire", "feed.index", "--before", "2024-03-05", "--window", "2d", code=2)
    assert "ISO 8601" in run("expire", "feed.index", "--before", "soon", code=2).stderr


def test_remove_takes_ids_from_the_line_or_from_standard_input(run: Run) -> None:
    run("build", "feed.index", "feed.jsonl")
    said = run("remove", "feed.index", "article-1", "nobody").stdout
    assert "1 article removed, 59 left; 1 ids unknown" in said
    assert (
        "2 articles removed, 57 left"
        in run("remove", "feed.index", "-", stdin="article-2\narticle-3\n\n").stdout
    )
    assert not {"article-1", "article-2", "article-3"} & set(ids("feed.index"))


def test_a_backup_is_an_index_like_any_other(run: Run) -> None:
    run("build", "feed.index", "feed.jsonl")
    run("backup", "feed.index", "copy.index")
    with open_index("feed.index") as one, open_index("copy.index") as two:
        assert list(one.articles()) == list(two.articles())
        two.check()
    assert "not empty" in run("backup", "feed.index", "copy.index", code=1).stderr


def test_merge_puts_indexes_together(run: Run, tmp_path: Path) -> None:
    for name, records in (("one", FEED[:40]), ("two", FEED[20:])):
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl(records))
        run("build", f"{name}.index", f"{name}.jsonl")
    result = run("merge", "all.index", "one.index", "two.index")
    assert "one.index: 40 articles added" in result.output and "two.index: 20 articles added" in result.output
    assert ids("all.index") == [record["id"] for record in FEED]
    run("check", "all.index")
    copy = Article("new", FEED[45]["text"], published="2024-04-01")
    with open_index("all.index") as together:
        assert Detector(together).check(copy).originality == 0


def test_merge_keeps_the_later_revision() -> None:
    with open_index() as one, open_index() as two:
        Detector(one).judge([Article("a", "First text."), Article("b", "Mine.")])
        Detector(two).judge(
            [Article("a", "First text."), Article("a", "Second text."), Article("b", "Yours.")]
        )
        mine = {record.id: record for record in one.articles()}
        assert merge(one, two) == 1
        held = {record.id: record for record in one.articles()}
        assert held["a"].revision == 1 and held["b"] == mine["b"]
        assert merge(one, two) == 0


def test_indexes_of_different_settings_are_not_merged(run: Run) -> None:
    with open_index() as one, open_index(settings=Settings(min_words=9)) as two, pytest.raises(IndexMismatch):
        merge(one, two)
    run("build", "one.index", "feed.jsonl")
    run("build", "two.index", "feed.jsonl", "--set", "min_words=9")
    assert "min_words = 8 (asked for: 9)" in run("merge", "one.index", "two.index", code=1).stderr
