"""Which finding owns a word: against a look at each word."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from dedup.classes import CLASSES, PRECEDENCE, STRENGTHS
from dedup.model import Finding, Ledger
from dedup.text.ranges import ragged
from dedup.verdict.painting import (
    NOBODY,
    guessed_ranges,
    ledger_of,
    owners,
    paint,
    word_ranges,
    word_starts,
)

WORDS = 10
CLAIMS = st.lists(
    st.tuples(st.integers(0, len(PRECEDENCE)), st.integers(0, WORDS + 3), st.integers(0, WORDS + 3)),
    max_size=9,
)
"""Strength, first word and end word; some end before they begin, or behind the text."""


@given(CLAIMS)
def test_a_word_is_owned_by_the_strongest_that_holds_it_and_of_equals_by_the_first(
    claims: list[tuple[int, int, int]],
) -> None:
    wanted = []
    for word in range(WORDS):
        rivals = [
            (-strength, place)
            for place, (strength, first, last) in enumerate(claims)
            if strength and first <= word < last
        ]
        wanted.append(min(rivals)[1] if rivals else NOBODY)
    strengths, firsts, lasts = np.array(claims, np.int64).reshape(-1, 3).T
    assert owners(WORDS, strengths, firsts, lasts).tolist() == wanted


@given(CLAIMS)
def test_painting_by_name_is_painting_by_strength(claims: list[tuple[int, int, int]]) -> None:
    names = {strength: kind for kind, strength in STRENGTHS.items()} | {0: "obfuscated"}
    strengths, firsts, lasts = np.array(claims, np.int64).reshape(-1, 3).T
    painted = paint(WORDS, [names[one[0]] for one in claims], [(first, last) for _, first, last in claims])
    assert painted == owners(WORDS, strengths, firsts, lasts).tolist()


@given(st.lists(st.sampled_from(PRECEDENCE), min_size=1, max_size=4), st.data())
def test_a_ledger_counts_each_word_once(kinds: list[str], data: st.DataObject) -> None:
    painted = data.draw(st.lists(st.integers(NOBODY, len(kinds) - 1), max_size=20))
    ledger = ledger_of(painted, kinds)
    assert ledger.words == len(painted)
    assert ledger.original == painted.count(NOBODY)
    for name in CLASSES[1:]:
        assert getattr(ledger, name) == sum(owner >= 0 and kinds[owner] == name for owner in painted)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=6))
def test_ragged_is_ranges_in_a_row(pairs: list[tuple[int, int]]) -> None:
    starts, sizes = np.array(pairs, np.int64).reshape(-1, 2).T
    assert ragged(starts, sizes).tolist() == [n for start, size in pairs for n in range(start, start + size)]


@given(texts(), st.integers(0, 80), st.integers(0, 80))
def test_a_finding_holds_the_words_that_begin_in_it(text: str, start: int, end: int) -> None:
    starts = word_starts(text)
    ((first, last),) = word_ranges(starts, [Finding("foreign", 0, start, end, 0)])
    assert list(range(first, last)) == [n for n, at in enumerate(starts) if start <= at < end]


def findings_of(drawn: list[tuple[int, int]]) -> tuple[list[Finding], list[tuple[int, int]]]:
    """Findings on a text of words of ten code points, one after the other, and their words."""
    ranges, at = [], 0
    for gap, size in drawn:
        ranges.append((at + gap, at + gap + size))
        at += gap + size
    found = [
        Finding(PRECEDENCE[n % len(PRECEDENCE)], 0, 10 * first, 10 * last - 1, last - first)  # type: ignore[arg-type]
        for n, (first, last) in enumerate(ranges)
    ]
    return found, ranges


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), max_size=6))
def test_classes_come_out_exactly_without_the_text_where_findings_do_not_overlap(
    drawn: list[tuple[int, int]],
) -> None:
    found, ranges = findings_of(drawn)
    words = (ranges[-1][1] if ranges else 0) + 3
    guessed, certain = guessed_ranges(words, found)
    kinds = [one.kind for one in found]
    assert certain
    assert ledger_of(paint(words, kinds, guessed), kinds) == ledger_of(paint(words, kinds, ranges), kinds)


def test_where_findings_overlap_the_guess_says_that_it_is_one() -> None:
    found = [Finding("recycled", 0, 0, 99, 10), Finding("foreign", 0, 50, 69, 2)]
    ranges, certain = guessed_ranges(12, found)
    assert not certain
    assert ranges == [(0, 10), (5, 7)]


def test_nothing_is_painted_over_a_text_without_words() -> None:
    assert paint(0, ["recycled"], [(0, 3)]) == []
    assert ledger_of([], []) == Ledger()
    assert bisect_left(word_starts(""), 0) == 0
