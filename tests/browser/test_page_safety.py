"""What articles say cannot change the page, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from report_feed import Feed, report_of

from dedup.model import Finding, Match
from dedup.verdict.painting import word_starts

Opened = Callable[..., Any]
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
        report = report_of(
            f"{number} {evil}", text, findings, source=evil, title=evil, url=evil, language=evil
        )
        feed.reports.append(report)
        feed.texts[report.id] = text
        feed.references[match.id] = f"Some {evil} words"
    return feed


ELEMENTS = "script:not([type]), style, img, iframe, object, embed, base, link, form"


def test_no_text_can_change_the_page(opened: Opened) -> None:
    page = opened(Feed())
    usual = page.count(ELEMENTS)
    feed = hostile_feed()
    page = opened(
        feed, skipped=[(evil, evil) for evil in HOSTILE], title=HOSTILE[1], summary={HOSTILE[1]: HOSTILE}
    )
    for address in ("#overview", *(f"#a{number}" for number in range(len(HOSTILE)))):
        page.go(address)
        assert page.run("return window.pwned === undefined && ({}).pwned === undefined")
        assert page.count(ELEMENTS) == usual, address
        assert page.run("return getComputedStyle(document.body).display") == "block"
        links = page.each("a", "e.getAttribute('href')")
        assert all(re.fullmatch(r"#[\w-]*", link) for link in links), links
        visible = page.run("return (document.body.innerText + document.title).toWellFormed()")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\0\x1b]", visible), address
    page.go(f"#a{next(number for number, evil in enumerate(HOSTILE) if 'evil' in evil)}")
    assert "RLO" in page.texts("#text .control")


def test_hostile_texts_are_shown_as_they_are(opened: Opened) -> None:
    page = opened(hostile_feed(), "#a0")
    assert page.text("#article-title") == HOSTILE[0]
    assert HOSTILE[0] in page.text("#text")


def test_only_web_addresses_become_links(opened: Opened) -> None:
    urls = ["https://example.org/a?b=1", "javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)"]
    urls += ["//example.org", "not a url"]
    feed = Feed([report_of(f"{number}", "a text", url=url) for number, url in enumerate(urls)])
    page = opened(feed, texts=None)
    for number, url in enumerate(urls):
        page.go(f"#a{number}")
        assert page.count(".facts.url a") == (number == 0), url
        assert page.text(".facts.url") == url
    page.go("#a0")
    assert page.each(".facts.url a", "e.rel") == ["noreferrer noopener nofollow"]


def test_a_script_that_got_in_would_not_run(opened: Opened) -> None:
    page = opened(Feed())
    # Trusted types refuse markup and handlers made of strings; the policy refuses scripts without the digest.
    attempts = (
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=pwned=1>')",
        "document.body.setAttribute('onclick', 'window.pwned = 1')",
        "const s = document.createElement('script'); s.textContent = 'pwned = 1'; document.body.append(s)",
    )
    for attempt in attempts:
        assert page.run(f"try {{ {attempt}; return false }} catch {{ return true }}"), attempt
    assert page.run("return window.pwned === undefined")
    assert len(page.complaints()) == len(attempts), "the browser says that it refused"
