"""The feed in a real browser: it opens, filters, sorts and recomputes as the library does."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from report_feed import Feed, make_feed, report_of

from dedup.classes import CLASSES
from dedup.model import ArticleReport, Ledger
from dedup.reporter.percentages import percentages
from dedup.reporter.verdict import verdict
from dedup.reporter.whatif import WhatIf, originality, rescored
from dedup.verdict.painting import NOBODY, guessed_ranges, paint, word_ranges, word_starts

Opened = Callable[..., Any]
FEED = make_feed(11, 90)


def ranges_of(report: ArticleReport) -> list[tuple[int, int]]:
    return word_ranges(word_starts(FEED.texts[report.id]), report.findings)


def summed(ledgers: list[Ledger]) -> Ledger:
    return Ledger(**{name: sum(getattr(ledger, name) for ledger in ledgers) for name in CLASSES})


def percent(share: float | None) -> str:
    return "–" if share is None else f"{int(100 * share + 0.5)} %"


def test_it_opens_from_a_file_and_asks_for_nothing(opened: Opened) -> None:
    page = opened(FEED, skipped=[("feed.jsonl:12", 'no "text" field')])
    assert page.requested() == [page.driver.current_url]
    assert page.complaints() == []
    assert page.text("#count") == "90 of 90 articles; 1 to 25 shown."
    assert 'feed.jsonl:12 no "text" field' in page.text("#skips")


def test_an_empty_feed_is_a_page_too(opened: Opened) -> None:
    page = opened(Feed())
    assert page.text("#count") == "No article fits these filters."
    assert page.text("#feed-score").startswith("–")


def test_a_feed_of_one_article_without_date_source_or_findings_is_a_page_too(opened: Opened) -> None:
    page = opened(Feed([report_of("only", "Three plain words")], {"only": "Three plain words"}), "#a0")
    assert page.text("#verdict") == "Nothing earlier accounts for any of its 3 words."
    page.go("#overview")
    assert page.text("#feed-score").startswith("100 %")


def test_ten_thousand_articles_are_usable(opened: Opened) -> None:
    small = make_feed(5, 100)
    reports = [replace(report, id=f"{n}-{report.id}") for n in range(100) for report in small.reports]
    page = opened(Feed(reports), texts=None)
    assert page.text("#count") == "10,000 of 10,000 articles; 1 to 25 shown."
    assert page.count("#list tbody tr") == 25
    page.click("#pages button:nth-of-type(4)")
    assert "Page 400 of 400" in page.text("#pages")
    page.fill("#filters", "q", "77-")
    assert page.text("#count").startswith("100 of 10,000")


def shown(page: Any) -> int:
    found = re.match(r"([\d,]+) of|No", page.text("#count"))
    assert found
    return int(found[1].replace(",", "")) if found[1] else 0


def test_filters_choose_what_the_reports_say(opened: Opened) -> None:
    page = opened(FEED)
    reports = FEED.reports
    shares = [report.originality for report in reports if report.originality is not None]
    wanted = {
        ("source", "metro24"): sum(report.source == "metro24" for report in reports),
        ("kind", "foreign"): sum(report.ledger.foreign > 0 for report in reports),
        ("kind", "repeated"): sum(report.ledger.repeated > 0 for report in reports),
        ("kind", "obfuscated"): sum("obfuscated" in kinds(report) for report in reports),
        ("since", "2024-03-04"): sum((report.published or "") >= "2024-03-04" for report in reports),
        ("until", "2024-03-03"): sum((report.published or "") < "2024-03-04" for report in reports),
        ("low", "60"): sum(share >= 0.6 for share in shares),
        ("high", "50"): sum(share <= 0.5 for share in shares),
        ("q", "headline TWICE"): sum("headline twice" in verdict(report).lower() for report in reports),
        ("from", "the-tram"): sum("the-tram" in givers(report) for report in reports),
    }
    for (name, value), count in wanted.items():
        page.fill("#filters", name, value)
        assert shown(page) == count, (name, value)
        assert 0 < count < len(reports), f"{name}={value} chooses all or nothing: this says little"
        page.fill("#filters", name, {"low": 0, "high": 100}.get(name, ""))
    assert shown(page) == len(reports)


def kinds(report: ArticleReport) -> list[str]:
    return [found.kind for found in report.findings]


def givers(report: ArticleReport) -> Counter[str]:
    """Words taken, by source; quotes are no taking."""
    words: Counter[str] = Counter()
    for owner in paint(report.words, kinds(report), ranges_of(report)):
        found = report.findings[owner] if owner != NOBODY else None
        if found and found.match and found.kind in ("recycled", "reworded", "carried_over"):
            words[found.match.source] += 1
    return words


def test_filters_change_the_figures_of_the_feed(opened: Opened) -> None:
    page = opened(FEED)
    page.fill("#filters", "source", "valley-post")
    ledger = summed([report.ledger for report in FEED.reports if report.source == "valley-post"])
    assert page.text("#feed-score").startswith(percent(ledger.originality))
    words = [int(text.replace(",", "")) for text in page.texts("#legend [data-words]")]
    assert words == [getattr(ledger, name) for name in CLASSES]
    shares = [text.replace("< 1", "0") for text in page.texts("#legend [data-share]")]
    assert shares == [f"{share} %" for share in percentages(words)]


def test_the_matrix_counts_words_by_taker_and_giver(opened: Opened) -> None:
    page = opened(FEED)
    words: Counter[tuple[str, str]] = Counter()
    for report in FEED.reports:
        words.update({(report.source, giver): count for giver, count in givers(report).items()})
    names = page.texts("#matrix thead th")[1:]
    rows = page.each("#matrix tbody tr", "[...e.cells].map(c => c.textContent)")
    cells = {
        (row[0], giver): int(cell.replace(",", "").replace("·", "0"))
        for row in rows
        for giver, cell in zip(names, row[1:], strict=True)
    }
    assert {pair: count for pair, count in cells.items() if count} == words
    (taker, giver), count = words.most_common(1)[0]
    assert f"{taker} takes from {'itself' if taker == giver else giver}\n{count:,} words" in page.text(
        "#top-flows li"
    )


def test_headers_sort_both_ways_and_say_so(opened: Opened) -> None:
    page = opened(FEED)
    for direction, reverse in (("descending", True), ("ascending", False)):
        page.fill("#filters", "sort", "words" if reverse else "-words")
        page.click("#list [data-sort=words] button")
        assert page.run("return document.querySelector('#list [data-sort=words]').ariaSort") == direction
        lengths = [int(text.replace(",", "")) for text in page.texts("#list tbody [data-label=Words]")]
        assert lengths == sorted((report.words for report in FEED.reports), reverse=reverse)[:25]


def test_a_bar_of_the_histogram_chooses_its_articles(opened: Opened) -> None:
    page = opened(FEED)
    counts = [0] * 10
    for report in FEED.reports:
        if report.originality is not None:
            counts[min(9, int(report.originality * 10 + 1e-9))] += 1
    labels = page.each(".bin", "e.ariaLabel")
    assert [int(label.split()[0]) for label in labels] == counts
    page.run(
        "const enter = new KeyboardEvent('keydown', {key: 'Enter', bubbles: true});"
        "document.querySelectorAll('.bin')[3].dispatchEvent(enter)"
    )
    on_the_edge = sum(report.originality == 0.4 for report in FEED.reports)
    assert shown(page) == counts[3] + on_the_edge


WHATIFS = [
    WhatIf(*sides, words, without)
    for sides, words, without in itertools.product(
        [
            ("aside", "aside", "aside", "aside"),
            ("taken", "own", "own", "taken"),
            ("own", "taken", "taken", "aside"),
        ],
        [0, 25],
        [frozenset[str](), frozenset({"the-tram", "metro24"})],
    )
]


@pytest.mark.parametrize("embed", [True, False], ids=["texts in the page", "texts only while it was written"])
def test_what_if_scores_as_the_library_does(opened: Opened, embed: bool) -> None:
    page = opened(FEED, embed_text=embed)
    for whatif in WHATIFS:
        scores = page.what_if(
            quoted=whatif.quoted,
            template=whatif.template,
            boilerplate=whatif.boilerplate,
            foreign=whatif.foreign,
            min_words=whatif.min_words,
            without=sorted(whatif.without),
        )
        for report, score in zip(FEED.reports, scores, strict=True):
            ledger, share = rescored(report, ranges_of(report), whatif)
            assert score["ledger"] == {name: getattr(ledger, name) for name in CLASSES}, (report.id, whatif)
            assert score["originality"] == (share if share is None else pytest.approx(share, abs=1e-12))


def test_what_if_without_any_text_guesses_as_the_library_does(opened: Opened) -> None:
    page = opened(FEED, texts=None)
    whatif = WhatIf(min_words=25)
    for report, score in zip(FEED.reports, page.what_if(min_words=25), strict=True):
        ledger, _ = rescored(report, guessed_ranges(report.words, report.findings)[0], whatif)
        assert score["ledger"] == {name: getattr(ledger, name) for name in CLASSES}
    assert [score["originality"] for score in page.what_if()] == [
        report.originality for report in FEED.reports
    ]


def test_the_form_changes_the_figures_and_shows_what_was_changed(opened: Opened) -> None:
    page = opened(FEED)
    before = page.text("#feed-score")
    page.fill("#whatif-form", "quoted", "taken")
    page.fill("#whatif-form", "min_words", "12")
    page.fill("#whatif-form", "without", "metro24")
    whatif = WhatIf(quoted="taken", min_words=12, without=frozenset({"metro24"}))
    ledger = summed([rescored(report, ranges_of(report), whatif)[0] for report in FEED.reports])
    assert page.text("#feed-score").startswith(percent(originality(ledger, whatif)))
    assert before.split(" of")[0] in page.text("#feed-score"), "the score as scanned stays in sight"
    said = page.text("#whatif-state")
    for change in ("Quotes count as taken", "Matches under 12 words left out", "Without metro24"):
        assert change in said
    page.click("#whatif-state .changed > button")
    assert page.text("#feed-score") == before
    assert page.text("#whatif-state") == ""


def test_a_source_is_left_out_and_taken_back_beside_the_article(opened: Opened) -> None:
    number = next(i for i, report in enumerate(FEED.reports) if len(report.sources) > 2)
    report = FEED.reports[number]
    page = opened(FEED, f"#a{number}")
    named = page.run("return document.querySelector('.sources li b').textContent")
    page.click(".sources button")
    _, share = rescored(report, ranges_of(report), WhatIf(without=frozenset({named})))
    assert page.text("#article-score").startswith(percent(share))
    assert f"{percent(report.originality)} as scanned" in page.text("#article-score")
    matches = [found.match for found in report.findings if found.match]
    assert page.count(".card.left") == sum(match.source == named for match in matches)
    page.click("#whatif-state button.quiet")
    assert page.text("#article-score") == f"{percent(report.originality)} original"
