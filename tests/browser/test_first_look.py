"""What somebody sees who opens the page for the first time: what matters, stories, search, exclusions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report_feed import Feed, make_feed

from dedup import Article, scan
from dedup.model import Finding
from dedup.reporter import packing
from dedup.reporter.exclusions import Exclusions
from dedup.reporter.whatif import WhatIf

Opened = Callable[..., Any]
FEED = make_feed(11, 90)
STORY = (
    "The ferry to Skell Island stays in harbour until its new engine has been tested in rough water, its owner said.",
    "Shopkeepers on the island counted eleven days without fresh bread and asked the county for a smaller boat.",
    "A spokeswoman for the county promised an answer before the herring fair, which begins in the last week of May.",
)


def ferry() -> Feed:
    text = "\n\n".join(STORY)
    feed = [
        Article("w/1", text, title="Ferry stays in harbour", source="wire", published="2024-05-01T08:00:00Z"),
        Article("p/1", text, title="No ferry", source="post", published="2024-05-01T08:40:00Z"),
        Article(
            "o/1", "Nothing to do with boats, said the baker.", source="own", published="2024-05-02T08:00:00Z"
        ),
    ]
    return Feed(list(scan(feed)), {article.id: article.text for article in feed})


def settled(page: Any) -> None:
    page.driver.execute_async_script("setTimeout(arguments[0], 300)")


def test_the_feed_opens_with_what_matters(opened: Opened) -> None:
    page = opened(ferry())
    assert page.text("#matters-line").startswith("1 of 3 articles is below 90 % own, all of one source.")
    assert "post takes from wire" in page.text("#matters .ranked li")
    assert page.text("#overview-title") == "Originality of own and post and wire, 2024-05-01 to 2024-05-02"
    page.click("#matters-line button")
    assert page.count("#list tbody tr") == 1


def test_few_sources_are_told_from_many(opened: Opened) -> None:
    page = opened(FEED)
    low = [report for report in FEED.reports if report.originality is not None and report.originality < 0.9]
    assert page.text("#matters-line").startswith(f"{len(low)} of ")


def test_a_story_is_a_line_that_opens_into_a_tree(opened: Opened) -> None:
    page = opened(ferry())
    assert "Ferry stays in harbour" in page.text("#story-list summary")
    assert "2 articles · 2 outlets · 1 origin · in 40 min" in page.text("#story-list summary")
    assert page.count("#story-list .spread .mark") == 2
    page.click("#story-list summary")
    settled(page)
    assert page.text(".tree > ul > li > ul .member").startswith("+40 min")
    assert "words taken" in page.text(".tree > ul > li > ul .member")
    page.go("#a1")
    assert page.text("#article-story").startswith("Reprint, in the story Ferry stays in harbour: 2 articles")
    page.click("#article-story a")
    settled(page)
    assert page.run("return document.querySelector('#s0').open")


def test_the_search_finds_texts(opened: Opened) -> None:
    page = opened(ferry())
    page.fill("#filters", "q", "Herring fair")
    assert page.text("#count").startswith("2 of 3 articles")


def test_a_packed_page_opens_articles_and_is_searched(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "LIMIT", 100)
    page = opened(ferry())
    page.go("#a1")
    settled(page)
    assert page.text("#text").count("Skell Island") == 1
    assert page.count(".pair .taken") >= 1
    page.go("#articles")
    page.fill("#filters", "q", "herring fair")
    settled(page)
    assert page.text("#count").startswith("2 of 3 articles")


def test_charts_over_time_share_one_axis(opened: Opened) -> None:
    page = opened(ferry())
    ends = page.each(
        "#series .sparks", "[...e.querySelectorAll(':scope > .tick')].slice(-2).map(t => t.textContent)"
    )
    assert ends == [["2024-05-01", "2024-05-02"]] * 3


def test_saved_exclusions_open_with_their_reason_and_are_printed(opened: Opened) -> None:
    chosen = Exclusions(WhatIf(without=frozenset({"wire"})), "the wire is paid for")
    page = opened(ferry(), exclusions=chosen)
    assert "Reason: the wire is paid for" in page.text("#whatif-state")
    assert page.run("return dedupReport.scores()")[1]["originality"] == 1
    page.media("print")
    assert "the wire is paid for" in page.text("#whatif-state")


def test_what_is_saved_is_what_is_applied(opened: Opened) -> None:
    page = opened(ferry())
    page.fill("#whatif-form", "without", "wire")
    page.fill("#whatif-form", "reason", "paid for")
    page.run(
        "URL.createObjectURL = blob => { blob.text().then(text => window.saved = text); return '#overview' }"
    )
    page.run(
        "[...document.querySelectorAll('#whatif-state button')].find(b => /^Save/.test(b.textContent)).click()"
    )
    settled(page)
    saved = json.loads(page.run("return window.saved"))
    assert saved["without"] == ["wire"]
    assert saved["reason"] == "paid for"


def test_no_full_stop_is_left_alone_in_the_cleaned_text(opened: Opened) -> None:
    feed = ferry()
    text = (
        "A line of its own stands here.\n\nRead also: the weather.\n\nIt ends here. Subscribe now. Then more."
    )
    report = feed.reports[2]
    start, other = text.index("Read also"), text.index("Subscribe")
    findings = (
        Finding("boilerplate", 1, start, start + len("Read also: the weather"), 4, reason="phrase"),
        Finding("boilerplate", 2, other, other + len("Subscribe now"), 2, reason="phrase"),
    )
    ledger = replace(report.ledger, original=12, boilerplate=6)
    feed.reports[2] = replace(report, words=18, ledger=ledger, findings=findings, sources=())
    feed.texts[report.id] = text
    page = opened(feed, "#a2")
    cleaned = page.run("return document.querySelector('.cleaned textarea').value")
    assert cleaned.split() == "A line of its own stands here. It ends here. Then more.".split()


def test_how_much_of_a_paragraph_is_said_in_words(opened: Opened) -> None:
    page = opened(ferry(), "#a1")
    assert page.text(".card .extent summary") == "all of this paragraph"
    assert "Jaccard" not in page.text(".card")


def test_on_paper_the_list_has_its_heads(opened: Opened) -> None:
    page = opened(FEED)
    page.screen(620)
    page.media("print")
    assert all(page.each("#list thead button", "e.checkVisibility()"))
    assert min(page.each("#list tbody td:nth-child(2)", "e.getBoundingClientRect().width")) > 30


AXE = "const done = arguments[0]; axe.run().then(found => done(found.violations.map(v => [v.id, v.nodes[0].html])))"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(opened: Opened, scheme: str, width: int) -> None:
    script = os.environ.get("DEDUP_AXE")
    if not script or not Path(script).is_file():
        pytest.skip("no axe-core here: npm install axe-core, and DEDUP_AXE names its axe.min.js")
    page = opened(ferry())
    page.screen(width)
    page.media(prefers_color_scheme=scheme)
    page.run(Path(script).read_text(encoding="utf-8") + ";0")
    for address in ("#overview", "#s0", "#a1"):
        page.go(address)
        assert page.driver.execute_async_script(AXE) == [], address
