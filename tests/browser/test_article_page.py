"""One article in a real browser: its words in colour, its passages beside their sources."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from report_feed import Feed, make_feed, report_of

from dedup.classes import CLASSES
from dedup.model import Article, Finding, Match
from dedup.readers import read_articles
from dedup.reporter.verdict import verdict
from dedup.scanner import scan
from dedup.settings import Settings
from dedup.verdict.painting import word_starts

Opened = Callable[..., Any]
FEED = make_feed(11, 90)
BUSY = max(range(len(FEED.reports)), key=lambda number: len({f.kind for f in FEED.reports[number].findings}))


def painted(page: Any) -> list[tuple[int, str]]:
    """The marked runs: the passage's number and the words as the article has them."""
    passages = page.each("#text .run", "Number(e.dataset.passage)")
    return list(zip(passages, page.bare("#text .run"), strict=True))


@pytest.mark.parametrize("number", sorted({BUSY, 3, 20, 41, 77}))
def test_the_coloured_words_are_the_ledger(opened: Opened, number: int) -> None:
    page = opened(FEED, f"#a{number}")
    report, text = FEED.reports[number], FEED.texts[FEED.reports[number].id]
    counts = Counter({name: 0 for name in CLASSES[1:]})
    for passage, words in painted(page):
        counts[report.findings[passage].kind] += len(word_starts(words))
        assert words in text
    assert counts == {name: getattr(report.ledger, name) for name in CLASSES[1:]}
    assert page.text("#verdict") == verdict(report)
    assert page.bare("#text > p") == text.split("\n\n")


def test_the_bar_and_the_table_sum_to_all_words(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}")
    report = FEED.reports[BUSY]
    bar = "#article .bar.big rect"
    words = dict(page.each(bar, "[e.dataset.class, Number(e.dataset.words)]"))
    assert words == {name: getattr(report.ledger, name) for name in CLASSES if getattr(report.ledger, name)}
    assert sum(page.each(bar, "Number(e.getAttribute('width'))")) == pytest.approx(600, abs=3)
    shares = [
        int(text.replace("< 1", "0").rstrip(" %")) for text in page.texts("#article-ledger [data-share]")
    ]
    assert sum(shares) == 100


def test_each_class_is_told_apart_without_colour(opened: Opened) -> None:
    page = opened(FEED)
    lines = page.each("#legend .sample", "getComputedStyle(e).textDecorationLine")
    styles = page.each("#legend .sample", "getComputedStyle(e).textDecorationStyle")
    looks = list(zip(lines, styles, strict=True))
    assert len(set(looks)) == len(CLASSES)
    fills = page.each("#legend .swatch rect", "getComputedStyle(e).fill")
    assert fills == [f'url("#pat-{name}")' for name in CLASSES]


Spans = list[tuple[int, int, int, int]]


def two_texts(before: str, passage: str, after: str, theirs: str, spans: Spans, **more: Any) -> Feed:
    """An article that takes a passage from an earlier one; spans count from the passages' first letters."""
    lead = "At the start: "
    text, source = before + passage + after, lead + theirs
    a, b = len(before), len(lead)
    moved = tuple((a + i, a + j, b + k, b + m) for i, j, k, m in spans)
    match = Match("old", "wire", "2024-01-01T00:00:00Z", 0, b, b + len(theirs), 0.5, 0.6, moved)
    words = len([at for at in word_starts(text) if a <= at < a + len(passage)])
    finding = Finding("reworded", 0, a, a + len(passage), words, match, 2)
    reports = [
        report_of("old", source, source="wire"),
        report_of("new", text, (finding,), source="post", **more),
    ]
    return Feed(reports, {"old": source, "new": text})


FERRY = [(0, 3, 0, 3), (8, 18, 8, 18)]
REWORDED = {
    "plain": ("Own. ", "the old ferry sank", " slowly.", "the new ferry sank", FERRY, "old", "new"),
    "astral": ("😀🏴‍☠️𝒜 ", "the 𝒪ld ferry sank", " 😀.", "the new ferry sank", FERRY, "𝒪ld", "new"),
    "arabic": (
        "قال. ", "غرقت العبارة القديمة اليوم", " ببطء.", "غرقت العبارة الجديدة اليوم",
        [(0, 12, 0, 12), (21, 26, 21, 26)], "القديمة", "الجديدة",
    ),
    "chinese": ("记者报道。", "旧渡轮今天沉没", "了。", "新渡轮今天沉没", [(1, 7, 1, 7)], "旧", "新"),
    "put in": ("", "one two", "", "one", [(0, 3, 0, 3)], "two", ""),
    "left out": ("", "one", "", "one two", [(0, 3, 0, 3)], "", "two"),
}  # fmt: skip


@pytest.mark.parametrize("case", REWORDED)
def test_swapped_words_stand_marked_beside_their_source(opened: Opened, case: str) -> None:
    before, passage, after, theirs, spans, swapped, original = REWORDED[case]
    here, there = [word for word in [swapped] if word], [word for word in [original] if word]
    page = opened(two_texts(before, passage, after, theirs, spans), "#a1")
    assert "".join(text for _, text in painted(page)) == passage
    assert page.texts("#text .swap") == here
    assert page.texts(".pair > :first-child .swap") == here
    assert page.texts(".pair > :last-child .swap") == there
    assert page.texts(".pair .taken") == [theirs]
    assert "2 other articles have it" in page.text(".card")
    assert "wire" in page.text(".card .origin")


def test_text_runs_in_its_own_direction(opened: Opened) -> None:
    page = opened(two_texts("قال. ", "غرقت", " ببطء.", "غرقت", [(0, 4, 0, 4)], title="عنوان"), "#a1")
    for selector in ("#text p", "#article-title", ".pair blockquote"):
        assert (
            page.run("return getComputedStyle(document.querySelector(arguments[0])).direction", selector)
            == "rtl"
        )
    assert page.run("return getComputedStyle(document.body).direction") == "ltr"


def test_a_reference_that_is_not_reported_is_shown_by_its_excerpt(opened: Opened) -> None:
    feed = two_texts("Own. ", "the old ferry sank", " slowly.", "the new ferry sank", FERRY)
    feed = Feed(feed.reports[1:], {"new": feed.texts["new"]}, {"old": feed.texts["old"]})
    page = opened(feed, "#a0")
    assert page.texts(".pair .taken") == ["the new ferry sank"]
    assert "At the start:" in page.text(".pair > :last-child")


def test_a_mark_leads_to_its_passage(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}")
    passage = painted(page)[-1][0]
    page.click(f'#text [data-passage="{passage}"]')
    page.go(f"#a{BUSY}p{passage}")
    assert page.run("return document.querySelector('.card.chosen').id") == f"p{passage}"
    assert page.run("return document.activeElement.id") == f"p{passage}"


def test_the_cleaned_text_has_no_repeats_furniture_or_foreign_passages(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}")
    report, text = FEED.reports[BUSY], FEED.texts[FEED.reports[BUSY].id]
    cuts = [found for found in report.findings if found.kind in ("repeated", "boilerplate", "foreign")]
    cut = {at for found in cuts for at in range(found.start, found.end)}
    assert cut
    wanted = "".join(letter for at, letter in enumerate(text) if at not in cut)
    wanted = re.sub(r"\n{3,}", "\n\n", wanted).strip()
    assert page.run("return document.querySelector('textarea').value") == wanted


def test_without_a_text_the_article_still_says_where_its_words_come_from(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}", texts=None)
    assert page.count("#text") == 0
    assert "The text is not in this page" in page.text("#article .note")
    assert page.count(".card") == len(FEED.reports[BUSY].findings)


def test_a_changed_text_is_not_coloured(opened: Opened) -> None:
    page = opened(Feed([report_of("a", "one two")], {"a": "one two three"}), "#a0")
    assert "not the one that was scanned" in page.text("#article .note")


def test_a_real_scan_is_coloured_as_its_ledger_says(opened: Opened) -> None:
    articles = list(read_articles(Path(__file__).parents[2] / "samples" / "feed.jsonl"))
    feed = Feed(list(scan(articles, Settings())), {article.id: article.text for article in articles})
    page = opened(feed)
    kinds = set()
    for number, report in enumerate(feed.reports):
        page.go(f"#a{number}")
        counts = Counter({name: 0 for name in CLASSES[1:]})
        for passage, words in painted(page):
            counts[report.findings[passage].kind] += len(word_starts(words))
        assert counts == {name: getattr(report.ledger, name) for name in CLASSES[1:]}, report.id
        assert page.count(".pair") == sum(found.match is not None for found in report.findings)
        kinds |= {found.kind for found in report.findings}
    assert {"recycled", "reworded", "carried_over", "repeated", "quoted"} <= kinds


def test_what_differs_and_what_the_verdict_rests_on_are_read_beside_the_passage(opened: Opened) -> None:
    line = "The mill said that output rose by {} percent {}after two dry years, most of it flour for the island bakers."
    articles = [
        Article("wire", line.format("3.4", ""), source="wire"),
        Article("copy", "Read more on our site.\n\n" + line.format("3.9", "allegedly "), source="bell"),
    ]
    feed = Feed(list(scan(articles)), {article.id: article.text for article in articles})
    page = opened(feed, "#a1")
    assert page.texts(".changes li") == ["3.4 → 3.9", "put in: allegedly"]
    assert page.text("#article-grounds") == (
        "Compared with 1 other article; undated: the order of the input decided who was first."
    )
    assert page.text("#article-score") == f"0 % original: 0 of {feed.reports[1].ledger.judged} judged words"
    page.go("#a0")
    assert page.text("#verdict").endswith("(compared with 0 other articles).")
    assert page.count("#article-basis") == 0
    page.go("#articles")
    assert page.text("#feed-grounds") == "2 of 2 undated: the order of the input decided who was first."
