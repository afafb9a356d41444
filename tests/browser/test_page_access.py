"""For everybody: keyboard, screen reader, narrow screens, light and dark, paper."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from report_feed import make_feed

Opened = Callable[..., Any]
FEED = make_feed(11, 90)
BUSY = max(range(len(FEED.reports)), key=lambda number: len({f.kind for f in FEED.reports[number].findings}))


def test_landmarks_headings_and_headers_are_there(opened: Opened) -> None:
    page = opened(FEED)
    for selector in (
        "header",
        "nav[aria-label]",
        "main",
        "footer",
        "[role=search]",
        "[role=status]",
        "html[lang]",
    ):
        assert page.count(selector), selector
    for address in ("#overview", f"#a{BUSY}"):
        page.go(address)
        assert sum(page.each("h1", "e.checkVisibility()")) == 1
        headings = page.each("main :is(h1, h2, h3, h4)", "[e.checkVisibility(), Number(e.tagName[1])]")
        levels = [level for visible, level in headings if visible]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), levels
        assert page.count("table th:not([scope])") == 0
        labels = "Boolean(e.labels?.length || e.ariaLabel || e.getAttribute('aria-labelledby'))"
        assert all(page.each("input, select, textarea", labels))
        assert all(page.each("button, a, summary", "Boolean(e.textContent.trim())"))
        assert all(page.each("svg", "Boolean(e.ariaHidden || (e.role && e.ariaLabel))"))
        ids = page.each("[id]", "e.id")
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
    page.run("document.querySelector('#article a').focus()")
    assert page.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(opened: Opened, width: int) -> None:
    page = opened(FEED)
    page.screen(width, 844)
    for address in ("#overview", f"#a{BUSY}"):
        page.go(address)
        assert page.run("return document.documentElement.scrollWidth") <= width, address


def luminance(colour: list[int]) -> float:
    parts = [value / 255 for value in colour[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The colour of an element's text, and of everything painted behind it.
COLOURS = """
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const context = canvas.getContext('2d', {willReadFrequently: true});
function behind(element) {
  const chain = [];
  for (let e = element; e; e = e.parentElement) chain.unshift(getComputedStyle(e).backgroundColor);
  return chain;
}
function paint(layers) {
  context.clearRect(0, 0, 1, 1);
  for (const layer of layers) { context.fillStyle = layer; context.fillRect(0, 0, 1, 1); }
  return [...context.getImageData(0, 0, 1, 1).data];
}
return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => {
  const layers = behind(e);
  return [e.textContent.slice(0, 30), paint([...layers, getComputedStyle(e).color]), paint(layers)];
});
"""
SAID = ".hint, .run, .sample, .run sup, a, small, label, th, td button, .context, .facts, p"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(opened: Opened, scheme: str) -> None:
    page = opened(FEED)
    page.media(prefers_color_scheme=scheme)
    grounds = page.run("return getComputedStyle(document.body).backgroundColor")
    assert (luminance([int(v) for v in re.findall(r"\d+", grounds)][:3]) < 0.2) == (scheme == "dark")
    for address in ("#overview", f"#a{BUSY}"):
        page.go(address)
        for said, ink, ground in page.run(COLOURS, SAID):
            light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (said, ink, ground)


def test_on_paper_the_controls_go_and_the_passages_stay(opened: Opened) -> None:
    page = opened(FEED, f"#a{BUSY}")
    page.media("print")
    assert not any(page.each(".top, #whatif details, .steps, .cleaned", "e.checkVisibility()"))
    assert min(page.each(".card", "e.getBoundingClientRect().height")) > 20
    assert page.run("return getComputedStyle(document.querySelector('.passages')).overflowY") == "visible"
