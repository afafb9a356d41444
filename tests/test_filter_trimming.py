"""Cutting passages out of a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import ArticleReport, Finding, Ledger
from dedup.trimming import trimmed, without

CASES = [
    ("one [[two]] three", "one three"),
    ("one [[two]], three", "one, three"),
    ("[[one]] two", "two"),
    ("one [[two]]\n", "one\n"),
    ("[[all of it]]!", ""),
    ("A b.\n\n[[c d]]\n\nE f.", "A b.\n\nE f."),
    ("A b.\n\n[[c d]]\n[[e f]]\n\nG h.", "A b.\n\nG h."),
    ("A b.\n[[c d]].\nE f.", "A b.\nE f."),
    ("A b. [[C d]]. E f.", "A b. E f."),
    ("A b. [[C d]], [[e f]]! G h.", "A b. G h."),
    ("A b, [[c d]].", "A b."),
    ("A: [[b]], c", "A:, c"),
    ("A b.\n\n[[C d]]. E f.", "A b.\n\nE f."),
    ("A b. “[[C d]].” E f.", "A b. E f."),
    ('A said "[[b c]]" and left.', "A said and left."),
    ("x y\n\n- [[Subscribe]] -\n\nz", "x y\n\nz"),
    ("one [[two\nthree]].\n\nFour", "one.\n\nFour"),
    ("One\n\n[[two three]] four five.", "One\n\nfour five."),
    ("新闻[[广告]]。正文", "新闻。正文"),
    ("[[Read also: x]]\n\nOne.\n\n[[All rights reserved]].\n", "One.\n"),
]


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its double brackets, and what stood in them."""
    ranges = []
    while found := re.search(r"\[\[(.*?)\]\]", text, re.DOTALL):
        ranges.append((found.start(), found.end() - 4))
        text = text[: found.start()] + found[1] + text[found.end() :]
    return text, ranges


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_what_is_left_reads_as_a_text(text: str, wanted: str) -> None:
    whole, ranges = marked(text)
    assert without(whole, ranges) == wanted
    assert without(whole, reversed(ranges)) == wanted, "the order of the ranges counts"


def test_a_text_without_cuts_is_left_alone() -> None:
    text = "  a\n\n\n b  ,c \n"
    assert without(text, []) == text
    assert without(text, [(3, 3)]) == text


def words(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@given(
    st.text('ab .,\n"“”!c', max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5),
)
def test_all_words_outside_the_cuts_stay_and_all_inside_go(text: str, ranges: list[tuple[int, int]]) -> None:
    inside = {place for start, end in ranges for place in range(start, end)}
    wanted = words("".join(sign for place, sign in enumerate(text) if place not in inside))
    clipped = [(min(start, len(text)), min(end, len(text))) for start, end in ranges]
    assert words(without(text, clipped)) == wanted


def test_copies_stay_and_furniture_goes() -> None:
    text = "Copied words here. Вот это да. Own words. Subscribe now."
    findings = (
        Finding("recycled", 0, 0, 17, 3),
        Finding("foreign", 0, 19, 29, 3, language="ru"),
        Finding("boilerplate", 0, 42, 55, 2, reason="phrase"),
    )
    report = ArticleReport("a", "", None, "en", 10, None, Ledger(), findings=findings)
    assert trimmed(text, report) == "Copied words here. Own words."
