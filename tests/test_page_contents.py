"""What the page is made of: titles, stories, exclusions, packed texts."""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from report_feed import make_feed, report_of

from dedup import Article, scan
from dedup.cli.main import main
from dedup.errors import SettingsError
from dedup.model import ArticleReport, Finding, Ledger
from dedup.reporter import packing
from dedup.reporter.exclusions import Exclusions, exclusions
from dedup.reporter.html import write_html
from dedup.reporter.pagestories import ROLES
from dedup.reporter.show import write_article
from dedup.reporter.texts import TextsAtHand
from dedup.reporter.titles import feed_title, first_line
from dedup.reporter.verdict import verdict
from dedup.reporter.whatif import WhatIf

PARAGRAPHS = (
    "The ferry to Skell Island stays in harbour until its new engine has been tested in rough water, the company said.",
    "Shopkeepers on the island counted eleven days without fresh bread and asked the county for a smaller boat.",
    "A spokeswoman for the county promised an answer before the herring fair, which begins in the last week of May.",
    "Divers found a cracked shaft in March, and the yard in Torvik had no second one of that length in its store.",
)


def page_of(reports: list[ArticleReport], **options: Any) -> tuple[str, dict[str, Any]]:
    out = io.StringIO()
    write_html(reports, out, **options)
    page = out.getvalue()
    found = re.search(r'id="overview-data">(.*?)</script>', page, re.S)
    assert found
    return page, json.loads(found[1])


def articles() -> list[Article]:
    text = "\n\n".join(PARAGRAPHS)
    return [
        Article("w/1", text, title="Ferry stays in harbour", source="wire", published="2024-05-01T08:00:00Z"),
        Article("p/1", text, title="No ferry", source="post", published="2024-05-01T08:40:00Z"),
        Article("l/1", text.replace("eleven", "twelve"), source="lantern", published="2024-05-01T11:00:00Z"),
    ]


# --- titles ---


def test_a_feed_is_named_by_its_place_and_its_days() -> None:
    def at(*paths: str) -> str:
        return feed_title(
            [
                ArticleReport(
                    path, f"s{i}", f"2024-05-0{i + 1}T00:00:00Z", "en", 0, None, Ledger(), path=path
                )
                for i, path in enumerate(paths)
            ]
        )

    assert at("news/a.txt", "news/deep/b.txt") == "Originality of news/, 2024-05-01 to 2024-05-02"
    assert at("in/feed.jsonl", "in/feed.jsonl") == "Originality of feed.jsonl, 2024-05-01 to 2024-05-02"
    assert at("-") == "Originality of s0, 2024-05-01"
    assert feed_title([]) == "Originality report"


def test_the_page_has_the_name_of_its_feed() -> None:
    reports = list(scan(articles()))
    page, overview = page_of(reports)
    assert "<title>Originality of lantern and post and wire, 2024-05-01</title>" in page
    assert page_of(reports, title="Mine")[1]["title"] == "Mine"
    assert overview["title"].startswith("Originality of")


def test_an_untitled_article_has_its_first_line() -> None:
    feed = articles()
    texts = TextsAtHand(added={article.id: article.text for article in feed})
    rows = page_of(list(scan(feed)), texts=texts)[1]["articles"]
    assert [row[1] for row in rows[:2]] == ["Ferry stays in harbour", "No ferry"]
    assert rows[2][1].startswith("The ferry to Skell Island stays")
    assert len(rows[2][1]) <= 102
    assert page_of(list(scan(feed)), texts=texts, embed_text=False)[1]["articles"][2][1] == "", (
        "nobody's text"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("***\n\n Now. ", "Now."),
        ("x" * 150, "x" * 100 + " …"),
        ("word " * 40, "word " * 19 + "word …"),
    ],
)
def test_first_lines(text: str, line: str) -> None:
    assert first_line(text) == line


# --- stories ---


def test_stories_are_told_from_the_reports_alone() -> None:
    (story,) = page_of(list(scan(articles())))[1]["stories"]
    title, origins, _, root, members, stale = story
    assert (title, origins, root, stale) == ("Ferry stays in harbour", 1, None, [])
    assert [(number, ROLES[role], after) for number, role, _, _, after in members] == [
        (0, "origin", 0), (1, "reprint", 2400), (2, "reprint", 10800),
    ]  # fmt: skip
    assert [origin for _, _, origin, _, _ in members] == [None, 0, 0]


def test_a_story_whose_root_is_not_in_the_page_names_it() -> None:
    first, *others = articles()
    (story,) = page_of(list(scan(others, reference=[first])))[1]["stories"]
    assert story[3] == "wire: w/1"
    assert [origin for _, _, origin, _, _ in story[4]] == ["wire: w/1", "wire: w/1"]


def test_the_page_of_stories_is_that_of_their_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        {"id": one.id, "text": one.text, "title": one.title, "source": one.source, "published": one.published}
        for one in articles()
    ]
    Path("feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run = CliRunner().invoke
    assert run(main, ["scan", "feed.jsonl", "-o", "report.jsonl"]).exit_code == 0
    assert run(main, ["stories", "feed.jsonl", "-o", "a.html"]).exit_code == 0
    assert run(main, ["stories", "report.jsonl", "-f", "html", "-o", "b.html"]).exit_code == 0
    page = Path("a.html").read_text(encoding="utf-8")
    made = re.compile(r"on \d{4}-\d\d-\d\d \d\d:\d\d UTC")
    assert made.sub("", page) == made.sub("", Path("b.html").read_text(encoding="utf-8"))
    assert "Skell Island" in page


# --- exclusions ---


def test_exclusions_are_read_as_they_are_saved() -> None:
    chosen = Exclusions(
        WhatIf(quoted="taken", min_words=12, without=frozenset({"wire", "post"})), "agreed in May"
    )
    assert exclusions(json.dumps(chosen.to_json())) == chosen
    assert exclusions("{}") == Exclusions()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"), ("[]", "are a JSON object"), ('{"quotes": "own"}', "unknown exclusion 'quotes'"),
        ('{"quoted": "mine"}', "quoted must be one of"), ('{"min_words": -1}', "min_words must be"),
        ('{"without": "wire"}', "without must be a list"), ('{"reason": 3}', "reason must be"),
    ],
)  # fmt: skip
def test_exclusions_that_make_no_sense_are_refused(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        exclusions(text)


def test_a_page_is_made_under_saved_exclusions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("feed.jsonl").write_text(json.dumps({"text": PARAGRAPHS[0]}) + "\n", encoding="utf-8")
    Path("rules.json").write_text('{"quoted": "own", "reason": "house rule"}', encoding="utf-8")
    Path("wrong.json").write_text('{"quoted": "mine"}', encoding="utf-8")
    run = CliRunner().invoke
    run(main, ["scan", "feed.jsonl", "-o", "report.jsonl"])
    assert run(main, ["report", "report.jsonl", "-o", "page.html", "--apply", "rules.json"]).exit_code == 0
    assert "house rule" in Path("page.html").read_text(encoding="utf-8")
    refused = run(main, ["report", "report.jsonl", "-o", "page.html", "--apply", "wrong.json"])
    assert refused.exit_code == 2
    assert "wrong.json: quoted must be" in refused.stderr
    assert run(main, ["report", "report.jsonl", "-f", "md", "--apply", "rules.json"]).exit_code == 2


# --- large pages ---


def test_a_large_page_holds_its_texts_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = make_feed(3, 70)
    plain, _ = page_of(feed.reports, texts=TextsAtHand(added=feed.texts))
    monkeypatch.setattr(packing, "LIMIT", 1000)
    packed, _ = page_of(feed.reports, texts=TextsAtHand(added=feed.texts))
    assert len(packed) < 0.75 * len(plain)
    blocks = [
        block
        for pack in re.findall(r'class="pack">(.*?)</script>', packed)
        for block in json.loads(zlib.decompress(base64.b64decode(pack), -15))
    ]
    assert blocks == re.findall(r'id="t\d+">(.*?)</script>', plain, re.S)


# --- words ---


def test_a_broken_encoding_is_called_that() -> None:
    found = tuple(
        Finding("obfuscated", 0, at, at + 5, 1, reason=why) for at, why in ((0, "mojibake"), (9, "hidden"))
    )
    said = verdict(report_of("a", "CafÃ© bars of the old town", found[:1]))
    assert "broken encoding in 1 place" in said
    assert "disguised" not in said
    assert "disguised letters in 1 place; broken encoding in 1 place" in verdict(
        report_of("a", "CafÃ© bars of the old town", found)
    )


def test_outlets_that_number_their_articles_alike_are_told_apart(tmp_path: Path) -> None:
    """Three outlets call an article 17: each is shown with its own text, and its copy beside the source's."""
    own = "The council of the lower town will decide about the new bridge in April, its clerk said."
    rows = [
        {"id": "17", "source": "wire", "published": "2024-05-01", "text": PARAGRAPHS[0]},
        {"id": "17", "source": "post", "published": "2024-05-02", "text": f"{PARAGRAPHS[0]}\n\n{own}"},
        {"id": "17", "source": "echo", "published": "2024-05-03", "text": own.replace("April", "June")},
    ]
    feed, page, report = tmp_path / "feed.jsonl", tmp_path / "page.html", tmp_path / "report.jsonl"
    feed.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for command in (["scan", feed, "-o", page], ["scan", feed, "-o", report], ["report", report, "-o", page]):
        assert CliRunner().invoke(main, [*map(str, command)]).exit_code == 0
        if command[-1] == page:
            found = re.search(r'id="overview-data">(.*?)</script>', page.read_text("utf-8"), re.S)
            assert found
            articles = json.loads(found[1])["articles"]
            assert [one[8][0][5] for one in articles[1:]] == [0, 1], "whom each took from"
            assert json.loads(found[1])["texts"] == 3
    said = CliRunner().invoke(main, ["show", "17", str(report)]).output
    assert "from 17 (wire, 2024-05-01" in said and "from 17 (post, 2024-05-02" in said


# --- beside the ledger ---


def updated() -> list[Article]:
    first, second, _ = articles()
    later = "\n\n".join([PARAGRAPHS[0], PARAGRAPHS[1].replace("eleven", "twelve"), PARAGRAPHS[3]])
    return [
        first, replace(second, title="Ferry stays in the harbour, owner says", text=f"{second.text}\n\n— AFP"),
        Article("w/2", later, title=first.title, source="wire", published="2024-05-01T12:00:00Z"),
        Article("e/1", PARAGRAPHS[2][::-1], title=first.title, source="echo", published="2024-05-01T13:00:00Z"),
    ]  # fmt: skip


def test_the_page_says_what_is_updated_whose_title_it_is_and_who_is_credited() -> None:
    rows = page_of(list(scan(updated())))[1]["articles"]
    assert [row[12] if len(row) > 12 else [] for row in rows] == [
        [],
        [["Credits AFP.", "", ""]],
        [["Updates ", 0, f": {len(PARAGRAPHS[2].split())} words deleted, 1 word changed."]],
        [["Has the title of ", 0, " (wire, 2024-05-01T08:00:00Z)."]],
    ]


def test_an_update_is_shown_as_a_diff_on_the_page_and_in_the_terminal() -> None:
    feed = updated()
    reports = list(scan(feed))
    texts = TextsAtHand(added={article.id: article.text for article in feed})
    page, _ = page_of(reports, texts=texts)
    blocks = [json.loads(block) for block in re.findall(r'id="t\d+">(.*?)</script>', page, re.S)]
    assert [block[4] if len(block) > 4 else [] for block in blocks] == [
        [], [], [["changed", "eleven", "twelve"], ["deleted", PARAGRAPHS[2].rstrip("."), ""]], [],
    ]  # fmt: skip
    out = io.BytesIO()
    write_article(reports[2], feed[2].text, out, others=texts)
    said = out.getvalue().decode()
    assert "otherwise than w/1:\n~ eleven → twelve\n- A spokeswoman" in said
    assert "Updates w/1: " in said
    assert (
        "otherwise"
        not in page_of(reports, texts=texts, embed_text=False)[0]
        .split("overview-data")[1]
        .split("</script")[0]
    )


# --- texts ---


def test_texts_are_read_again_as_the_scan_read_them(tmp_path: Path) -> None:
    feed, report, page = tmp_path / "feed.csv", tmp_path / "report.jsonl", tmp_path / "page.html"
    feed.write_bytes("a,Der Stadtrat stimmte für die Schließung der Brücke.\n".encode("cp1252"))
    options = ["--encoding", "windows-1252", "--columns", "id,text"]
    for command in (["scan", feed, "-o", report], ["report", report, "-o", page]):
        done = CliRunner().invoke(main, [*map(str, command), *options])
        assert done.exit_code == 0 and "texts are not where" not in done.output
    assert "für die Schließung" in CliRunner().invoke(main, ["show", "a", str(report), *options]).output
