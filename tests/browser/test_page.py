"""The page in a real browser: its numbers, its colours, its escaping, its reach."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from report_feed import Feed, make_feed, report_of

from dedup.model import ArticleReport, Finding, Ledger, Match
from dedup.reporter.painting import (
    CLASSES,
    NOBODY,
    guessed_ranges,
    paint,
    percentages,
    word_ranges,
    word_starts,
)
from dedup.reporter.verdict import verdict
from dedup.reporter.whatif import WhatIf, originality, rescored

Opened = Callable[..., Any]
FEED = make_feed(11, 90)
BUSY = max(range(len(FEED.reports)), key=lambda number: len({f.kind for f in FEED.reports[number].findings}))


def ranges_of(report: ArticleReport) -> list[tuple[int, int]]:
    return word_ranges(word_starts(FEED.texts[report.id]), report.findings)


def summed(ledgers: list[Ledger]) -> Ledger:
    return Ledger(**{name: sum(getattr(ledger, name) for ledger in ledgers) for name in CLASSES})


def percent(share: float | None) -> str:
    return "–" if share is None else f"{int(100 * share + 0.5)} %"


# --- opening ---


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
    reports = [
        ArticleReport(**{**{name: getattr(report, name) for name in ArticleReport.__slots__}, "id": f"{turn}-{report.id}"})
        for turn in range(100)
        for report in small.reports
    ]
    page = opened(Feed(reports), texts=None)
    assert page.text("#count") == "10,000 of 10,000 articles; 1 to 25 shown."
    assert page.count("#list tbody tr") == 25
    page.click("#pages button:nth-of-type(4)")
    assert page.text("#pages").split("\n")[-3:].count("Page 400 of 400") or "Page 400 of 400" in page.text("#pages")
    page.fill("#filters", "q", "77-")
    assert page.text("#count").startswith("100 of 10,000")


# --- filters ---


def shown(page: Any) -> int:
    found = re.match(r"([\d,]+) of|No", page.text("#count"))
    assert found
    return int(found[1].replace(",", "")) if found[1] else 0


def test_filters_choose_what_the_reports_say(opened: Opened) -> None:
    page = opened(FEED)
    reports = FEED.reports
    wanted = {
        ("source", "metro24"): sum(report.source == "metro24" for report in reports),
        ("kind", "foreign"): sum(report.ledger.foreign > 0 for report in reports),
        ("kind", "repeated"): sum(report.ledger.repeated > 0 for report in reports),
        ("kind", "obfuscated"): sum(any(f.kind == "obfuscated" for f in report.findings) for report in reports),
        ("since", "2024-03-04"): sum((report.published or "") >= "2024-03-04" for report in reports),
        ("until", "2024-03-03"): sum((report.published or "") < "2024-03-04" for report in reports),
        ("low", "60"): sum(report.originality is not None and report.originality >= 0.6 for report in reports),
        ("high", "50"): sum(report.originality is not None and report.originality <= 0.5 for report in reports),
        ("q", "headline TWICE"): sum("headline twice" in verdict(report).lower() for report in reports),
        ("from", "the-tram"): sum(any(share.source == "the-tram" for share in taken(report)) for report in reports),
    }
    for (name, value), count in wanted.items():
        page.fill("#filters", name, value)
        assert shown(page) == count, (name, value)
        assert 0 < count < len(reports), f"{name}={value} chooses all or nothing: this says little"
        page.fill("#filters", name, {"low": 0, "high": 100}.get(name, ""))
    assert shown(page) == len(reports)


def taken(report: ArticleReport) -> list[Match]:
    """Matches that words were taken from; quotes are no taking."""
    kinds = [found.kind for found in report.findings]
    owners = set(paint(report.words, kinds, ranges_of(report))) - {NOBODY}
    taking = ("recycled", "reworded", "carried_over")
    return [report.findings[i].match for i in owners if kinds[i] in taking]  # type: ignore[misc]


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
        kinds = [found.kind for found in report.findings]
        for owner in paint(report.words, kinds, ranges_of(report)):
            if owner != NOBODY and kinds[owner] in ("recycled", "reworded", "carried_over"):
                match = report.findings[owner].match
                assert match
                words[report.source, match.source] += 1
    names = page.texts("#matrix thead th")[1:]
    rows = page.run("return [...document.querySelectorAll('#matrix tbody tr')].map(r => [...r.cells].map(c => c.textContent))")
    cells = {
        (row[0], giver): int(cell.replace(",", "").replace("·", "0"))
        for row in rows
        for giver, cell in zip(names, row[1:], strict=True)
    }
    assert {pair: count for pair, count in cells.items() if count} == words
    (taker, giver), count = words.most_common(1)[0]
    assert f"{taker} from {'itself' if taker == giver else giver}\n{count:,} words" in page.text("#top-flows li")


def test_headers_sort_both_ways_and_say_so(opened: Opened) -> None:
    page = opened(FEED)
    for direction, reverse in (("descending", True), ("ascending", False)):
        page.run("document.querySelector('#filters').elements.sort.value = arguments[0]", "words" if reverse else "-words")
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
    labels = page.run("return [...document.querySelectorAll('.bin')].map(b => b.ariaLabel)")
    assert [int(label.split()[0]) for label in labels] == counts
    page.run("document.querySelectorAll('.bin')[3].dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))")
    on_the_edge = sum(report.originality == 0.4 for report in FEED.reports)
    assert shown(page) == counts[3] + on_the_edge


# --- what-if ---

WHATIFS = [
    WhatIf(quoted, boilerplate, foreign, words, without)
    for (quoted, boilerplate, foreign), words, without in itertools.product(
        [("aside", "aside", "aside"), ("taken", "own", "taken"), ("own", "taken", "aside")],
        [0, 25],
        [frozenset[str](), frozenset({"the-tram", "metro24"})],
    )  # fmt: skip
]


@pytest.mark.parametrize("embed", [True, False], ids=["texts in the page", "texts only while it was written"])
def test_what_if_scores_as_the_library_does(opened: Opened, embed: bool) -> None:
    page = opened(FEED, embed_text=embed)
    for whatif in WHATIFS:
        scores = page.what_if(
            quoted=whatif.quoted, boilerplate=whatif.boilerplate, foreign=whatif.foreign,
            min_words=whatif.min_words, without=sorted(whatif.without),
        )  # fmt: skip
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
    assert [score["originality"] for score in page.what_if()] == [report.originality for report in FEED.reports]


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
    assert all(part in said for part in ("Quotes count as taken", "Matches under 12 words left out", "Without metro24"))
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
    assert page.count(".card.left") == sum(f.match is not None and f.match.source == named for f in report.findings)
    page.click("#whatif-state button.quiet")
    assert page.text("#article-score") == f"{percent(report.originality)} original"


# --- the article ---


def painted(page: Any) -> list[tuple[int, str]]:
    """The marked runs: the passage's number and the words as the article has them."""
    runs = page.run(
        "return [...document.querySelectorAll('#text .run')].map(run => { const copy = run.cloneNode(true);"
        "copy.querySelectorAll('sup, .hidden').forEach(e => e.remove()); return [Number(run.dataset.passage), copy.textContent]; })"
    )
    return [(number, text) for number, text in runs]


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
    assert page.run(
        "const copy = document.querySelector('#text').cloneNode(true); copy.querySelectorAll('sup, .hidden').forEach(e => e.remove());"
        "return [...copy.children].map(p => p.textContent)"
    ) == text.split("\n\n")


def test_the_bar_and_the_table_sum_to_all_words(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}")
    report = FEED.reports[BUSY]
    bars = page.run("return [...document.querySelectorAll('#article .bar.big rect')].map(r => [r.dataset.class, Number(r.dataset.words), Number(r.getAttribute('width'))])")
    assert {name: words for name, words, _ in bars} == {name: getattr(report.ledger, name) for name in CLASSES if getattr(report.ledger, name)}
    assert sum(width for *_, width in bars) == pytest.approx(600, abs=3)
    shares = [int(text.replace("< 1", "0").rstrip(" %")) for text in page.texts("#article-ledger [data-share]")]
    assert sum(shares) == 100


def test_each_class_is_told_apart_without_colour(opened: Opened) -> None:
    page = opened(FEED)
    looks = page.run(
        "return [...document.querySelectorAll('#legend .sample')].map(e => { const s = getComputedStyle(e); return s.textDecorationLine + ' ' + s.textDecorationStyle; })"
    )
    assert len(set(looks)) == len(CLASSES)
    fills = page.run("return [...document.querySelectorAll('#legend .swatch rect')].map(e => getComputedStyle(e).fill)")
    assert fills == [f'url("#pat-{name}")' for name in CLASSES]


def two_texts(before: str, passage: str, after: str, theirs: str, spans: list[tuple[int, int, int, int]], **more: Any) -> Feed:
    """An article that takes a passage from an earlier one; spans count from the passages' first letters."""
    lead = "At the start: "
    text, source = before + passage + after, lead + theirs
    a, b = len(before), len(lead)
    moved = tuple((a + i, a + j, b + k, b + m) for i, j, k, m in spans)
    match = Match("old", "wire", "2024-01-01T00:00:00Z", 0, b, b + len(theirs), 0.5, 0.6, moved)
    words = len([at for at in word_starts(text) if a <= at < a + len(passage)])
    finding = Finding("reworded", 0, a, a + len(passage), words, match, 2)
    reports = [report_of("old", source, source="wire"), report_of("new", text, (finding,), source="post", **more)]
    return Feed(reports, {"old": source, "new": text})


@pytest.mark.parametrize(
    ("before", "passage", "after", "theirs", "spans", "here", "there"),
    [
        ("Own. ", "the old ferry sank", " slowly.", "the new ferry sank", [(0, 3, 0, 3), (8, 18, 8, 18)], ["old"], ["new"]),
        ("😀🏴‍☠️𝒜 ", "the 𝒪ld ferry sank", " 😀.", "the new ferry sank", [(0, 3, 0, 3), (8, 18, 8, 18)], ["𝒪ld"], ["new"]),
        ("قال. ", "غرقت العبارة القديمة اليوم", " ببطء.", "غرقت العبارة الجديدة اليوم", [(0, 12, 0, 12), (21, 26, 21, 26)], ["القديمة"], ["الجديدة"]),
        ("记者报道。", "旧渡轮今天沉没", "了。", "新渡轮今天沉没", [(1, 7, 1, 7)], ["旧"], ["新"]),
        ("", "one two", "", "one", [(0, 3, 0, 3)], ["two"], []),
    ],
    ids=["plain", "astral", "arabic", "chinese", "inserted"],
)  # fmt: skip
def test_swapped_words_stand_marked_beside_their_source(
    opened: Opened, before: str, passage: str, after: str, theirs: str, spans: list[tuple[int, int, int, int]],
    here: list[str], there: list[str],
) -> None:  # fmt: skip
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
        assert page.run("return getComputedStyle(document.querySelector(arguments[0])).direction", selector) == "rtl"
    assert page.run("return getComputedStyle(document.body).direction") == "ltr"


def test_a_reference_that_is_not_reported_is_shown_by_its_excerpt(opened: Opened) -> None:
    feed = two_texts("Own. ", "the old ferry sank", " slowly.", "the new ferry sank", [(0, 3, 0, 3), (8, 18, 8, 18)])
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
    cut = {at for f in report.findings if f.kind in ("repeated", "boilerplate", "foreign") for at in range(f.start, f.end)}
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


# --- escaping ---

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script>",
    "</style><style>body { display: none }</style>",
    "<img src=x onerror='window.pwned = 3'>",
    "<!--<script>",
    "]]><svg onload='window.pwned = 4'>",
    "{{ 7 * 7 }} ${7 * 7} {% raw %}",
    "javascript:window.pwned=5",
    "\u202eevil\u2066 \u2029 \u2028 \0 \x1b[2J",
    "__proto__",
    "constructor",
    '" autofocus onfocus="window.pwned=6',
    "&lt;b&gt; &#x3c;script>",
    "\ud800 lone",
]


def hostile_feed() -> Feed:
    feed = Feed()
    for number, evil in enumerate(HOSTILE):
        text = f"{evil}\n\nSome words {evil} here\n\n{evil} and the end"
        start, end = len(evil) + 2, 2 * len(evil) + 18
        match = Match(f"ref {evil}", f"giver {evil}", None, 0, 0, 5, 0.5, 0.5, ((start, start + 4, 0, 4),))
        words = sum(start <= at < end for at in word_starts(text))
        last = len(word_starts(text)) and word_starts(text)[-1]
        findings = (
            Finding("recycled", 1, start, end, words, match, 1),
            Finding("boilerplate", 2, last, len(text), 1, reason=evil),
            Finding("foreign", 2, last, len(text), 1, language=evil, confidence=1.0),
            Finding("obfuscated", 2, last, len(text), 1, reason=evil, hides=evil),
        )
        report = report_of(f"{number} {evil}", text, findings, source=evil, title=evil, url=f"{evil}", language=evil)
        feed.reports.append(report)
        feed.texts[report.id] = text
        feed.references[match.id] = f"Some {evil} words"
    return feed


ELEMENTS = "return [...document.querySelectorAll('script:not([type]), style, img, iframe, object, embed, base, link, form')].length"


def test_no_text_can_change_the_page(opened: Opened) -> None:
    page = opened(Feed())
    usual = page.run(ELEMENTS)
    feed = hostile_feed()
    page = opened(feed, skipped=[(evil, evil) for evil in HOSTILE], title=HOSTILE[1], summary={HOSTILE[1]: HOSTILE})
    for address in ("#overview", *(f"#a{number}" for number in range(len(HOSTILE)))):
        page.go(address)
        assert page.run("return window.pwned === undefined && ({}).pwned === undefined")
        assert page.run(ELEMENTS) == usual, address
        assert page.run("return getComputedStyle(document.body).display") == "block"
        links = page.run("return [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        assert all(re.fullmatch(r"#[\w-]*", link) for link in links), links
        visible = page.run("return (document.querySelector('main').innerText + document.title).toWellFormed()")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\0\x1b]", visible), address
    assert page.run("return document.querySelectorAll('#article .control').length") == 0
    page.go(f"#a{next(number for number, evil in enumerate(HOSTILE) if 'evil' in evil)}")
    assert "RLO" in page.texts("#text .control")


def test_hostile_texts_are_shown_as_they_are(opened: Opened) -> None:
    page = opened(hostile_feed(), "#a0")
    assert page.text("#article-title") == HOSTILE[0]
    assert HOSTILE[0] in page.text("#text")


def test_only_web_addresses_become_links(opened: Opened) -> None:
    urls = ["https://example.org/a?b=1", "javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "//example.org", "not a url"]
    feed = Feed([report_of(f"{number}", "a text", url=url) for number, url in enumerate(urls)])
    page = opened(feed, texts=None)
    for number, url in enumerate(urls):
        page.go(f"#a{number}")
        assert page.count(".facts.url a") == (number == 0), url
        assert page.text(".facts.url") == url
        assert number or page.run("return document.querySelector('.facts.url a').rel") == "noreferrer noopener nofollow"


def test_a_script_that_got_in_would_not_run(opened: Opened) -> None:
    page = opened(FEED)
    # Trusted types refuse markup and handlers made of strings; the policy refuses scripts without the digest.
    attempts = (
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=pwned=1>')",
        "document.body.setAttribute('onclick', 'window.pwned = 1')",
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.pwned = 1'}))",
    )
    for attempt in attempts:
        assert page.run(f"try {{ {attempt}; return false }} catch {{ return true }}"), attempt
    assert page.run("return window.pwned === undefined")
    assert len(page.complaints()) == len(attempts), "the browser says that it refused"


# --- reach ---


def test_landmarks_headings_and_headers_are_there(opened: Opened) -> None:
    page = opened(FEED)
    for selector in ("header", "nav[aria-label]", "main", "footer", "[role=search]", "[role=status]", "html[lang]"):
        assert page.count(selector), selector
    for address in ("#overview", f"#a{BUSY}"):
        page.go(address)
        assert page.run("return [...document.querySelectorAll('h1')].filter(e => e.checkVisibility()).length") == 1
        levels = page.run("return [...document.querySelectorAll('main :is(h1,h2,h3,h4)')].filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]))")
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), levels
        assert page.run("return [...document.querySelectorAll('table th:not([scope])')].length") == 0
        assert page.run("return [...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels?.length && !e.ariaLabel && !e.getAttribute('aria-labelledby')).length") == 0
        assert page.run("return [...document.querySelectorAll('button, a, summary')].filter(e => !e.textContent.trim()).length") == 0
        assert page.run("return [...document.querySelectorAll('svg')].filter(e => !e.ariaHidden && !(e.role && e.ariaLabel)).length") == 0
        ids = page.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))


def test_it_works_with_the_keyboard(opened: Opened) -> None:
    from selenium.webdriver.common.keys import Keys

    page = opened(FEED)
    body = page.driver.find_element("css selector", "body")
    body.send_keys(Keys.TAB)
    assert page.run("return document.activeElement.className") == "skip"
    first = page.driver.find_element("css selector", "#list tbody a")
    first.send_keys(Keys.ENTER)
    page.go(page.run("return location.hash"))
    assert page.run("return document.activeElement.id") == "article-title"
    run = page.driver.find_element("css selector", "#text .run")
    run.send_keys(Keys.ENTER)
    page.go(page.run("return location.hash"))
    assert page.run("return document.activeElement.classList.contains('card')")
    outline = page.run("document.querySelector('#article a').focus(); return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(opened: Opened, width: int) -> None:
    page = opened(FEED)
    page.screen(width, 844)
    for address in ("#overview", f"#a{BUSY}"):
        page.go(address)
        assert page.run("return document.documentElement.scrollWidth") <= width, address


def luminance(colour: list[int]) -> float:
    parts = [value / 255 for value in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The colour of an element's text, and of everything painted behind it.
COLOURS = """
const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
const context = canvas.getContext('2d', {willReadFrequently: true});
const behind = element => { const chain = []; for (let e = element; e; e = e.parentElement) chain.unshift(getComputedStyle(e).backgroundColor); return chain; };
const paint = layers => { context.clearRect(0, 0, 1, 1); for (const layer of layers) { context.fillStyle = layer; context.fillRect(0, 0, 1, 1); } return [...context.getImageData(0, 0, 1, 1).data]; };
return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => { const layers = behind(e); return [e.textContent.slice(0, 30), paint([...layers, getComputedStyle(e).color]), paint(layers)]; });
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(opened: Opened, scheme: str) -> None:
    page = opened(FEED)
    page.media(prefers_color_scheme=scheme)
    grounds = page.run("return getComputedStyle(document.body).backgroundColor")
    assert (luminance([int(v) for v in re.findall(r"\d+", grounds)][:3]) < 0.2) == (scheme == "dark")
    for address in ("#overview", f"#a{BUSY}"):
        page.go(address)
        for said, ink, ground in page.run(COLOURS, ".hint, .run, .sample, .run sup, a, small, label, th, td button, .context, .facts, p"):
            light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (said, ink, ground)


def test_on_paper_the_controls_go_and_the_passages_stay(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}")
    page.media("print")
    gone = page.run("return ['.top', '#whatif details', '.steps', '.cleaned'].map(q => document.querySelector(q).checkVisibility())")
    assert gone == [False] * 4
    assert page.run("return [...document.querySelectorAll('.card')].every(e => e.getBoundingClientRect().height > 20)")
    assert page.run("return getComputedStyle(document.querySelector('.passages')).overflowY") == "visible"
