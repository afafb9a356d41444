"""Passages that mainly one source's pages repeat: parts of a paragraph, and notes in which a name differs."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import Article, Settings, scan
from dedup.inspect.furniture.at_home import Held, at_home, count_at_home, homes
from dedup.inspect.furniture.learned import Rule
from dedup.match import policy
from dedup.match.kernels.alignment.rows import ARTICLE, PASSAGE, T0, T1, WORDS
from dedup.model import ArticleReport
from dedup.stream import stream

NAMES = ("Ann Lee", "Tom Ray Alder", "Ida", "Jon Marsh", "Cora Nye")
NOTE = (
    "Our producer this week was {}, the sound engineer was Hugh Kerr, and the music is by the Elmsford Band."
)
COPIED = ("recycled", "reworded", "carried_over")


def own(number: int) -> str:
    rng = random.Random(number)
    return (
        " ".join("".join(rng.choices("abcdefghijklmnoprstu", k=rng.randint(4, 9))) for _ in range(28)) + "."
    )


def programme(source: str, count: int, note: str = NOTE, first: int = 0) -> list[Article]:
    return [
        Article(
            f"{source} {n}", f"{own(first + n)}\n\n{note.format(NAMES[n % len(NAMES)])}", source=source,
            published=f"2024-03-{n + 1:02}",
        )
        for n in range(count)
    ]  # fmt: skip


def kinds(report: ArticleReport) -> set[str]:
    return {one.kind for one in report.findings}


@pytest.mark.parametrize("judge", [scan, stream])
def test_a_note_with_another_name_each_time_is_furniture(judge: object) -> None:
    reports = list(judge(programme("radio", 4)))  # type: ignore[operator]
    assert [kinds(report) for report in reports[2:]] == [{"boilerplate"}] * 2
    assert all(one.reason == "learned" and one.match is None for one in reports[3].findings)


@pytest.mark.parametrize("judge", [scan, stream])
def test_two_articles_are_too_few(judge: object) -> None:
    reports = list(judge(programme("radio", 2)))  # type: ignore[operator]
    assert kinds(reports[1]) == {"reworded"}


@pytest.mark.parametrize("judge", [scan, stream])
def test_a_sentence_behind_each_article_is_furniture_within_its_paragraph(judge: object) -> None:
    line = "The Kelby Courier is read in every house between the weir and the old mill."
    feed = [
        Article(f"a{n}", f"{own(n)} {line}", source="kelby", published=f"2024-03-{n + 1:02}")
        for n in range(4)
    ]
    last = list(judge(feed))[3]  # type: ignore[operator]
    assert [feed[3].text[one.start : one.end] for one in last.findings] == [line[:-1]]
    assert kinds(last) == {"boilerplate"}


def test_what_other_sources_repeat_as_well_is_no_furniture() -> None:
    feed = [one for n in range(5) for one in programme(f"radio {n}", 1, first=10 * n)]
    feed += programme("gazette", 3, first=100)
    assert not any("boilerplate" in kinds(report) for report in scan(feed))


def test_a_source_that_writes_much_else_is_not_known_by_a_few() -> None:
    feed = programme("radio", 3) + programme("radio", 20, "{}", first=50)
    feed = [Article(f"{n}", one.text, source="radio", published="2024-03-01") for n, one in enumerate(feed)]
    assert not any("boilerplate" in kinds(report) for report in scan(feed))


def test_the_body_of_an_article_is_no_furniture() -> None:
    feed = [
        Article(f"a{n}", f"{own(7)} {own(8)[:60]} {name}\n\n{own(20 + n)[:90]}", source="kelby")
        for n, name in enumerate(NAMES)
    ]
    for report in scan(feed, Settings()):
        assert "boilerplate" not in kinds(report)


def test_more_than_half_of_an_article_is_its_body() -> None:
    rows = np.zeros((2, PASSAGE), np.int64)
    rows[:, ARTICLE], rows[:, T0], rows[:, T1], rows[:, WORDS] = [0, 1], 0, [5, 6], 10
    counts, totals = np.array([[9, 0, 0]] * 2), np.array([9, 9])
    assert at_home(rows, counts, totals, Rule()).tolist() == [True, False]


HOLDERS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans(), st.integers(1, 3), st.integers(0, 3)),
    max_size=6,
    unique_by=lambda one: one[0],
).map(sorted)


def slowly_counted(mine: int, samples: Sequence[Sequence[tuple[int, int, bool, int, int]]]) -> list[int]:
    some, of = policy.HELD
    every = {one for sample in samples for one in sample}
    holders = [one for one in every if of * sum(one in sample for sample in samples) >= some * len(samples)]
    at_home = sum(home for _, source, tells, home, _ in holders if source == mine and tells)
    beyond = sum(more for *_, more in holders)
    strangers = [one for one in holders if one[1] != mine]
    elsewhere = beyond + sum(home for *_, home, _ in strangers)
    return [at_home, elsewhere, beyond + len({source for _, source, *_ in strangers if source})]


@given(st.integers(1, 3), HOLDERS, st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=policy.SAMPLES))
def test_holders_are_counted_as_the_slow_way_counts_them(
    mine: int, holders: list[tuple[int, int, bool, int, int]], drawn: list[set[int]]
) -> None:
    samples = [[one for one in holders if one[0] in which] for which in drawn]
    flat = [one for sample in samples for one in sample]
    columns = np.array(flat, np.int64).reshape(-1, 5).T
    articles, sources, tells, home, more = map(np.ascontiguousarray, columns)
    counts = np.full((1, policy.SAMPLES), -1, np.int64)
    counts[0, : len(samples)] = [len(sample) for sample in samples]
    starts = np.zeros_like(counts)
    starts[0, : len(samples)] = np.cumsum([0, *counts[0, : len(samples) - 1]])
    marks = np.where(sources > 0, sources << 1 | tells, 0)
    held = Held(starts, counts, articles, marks, home, home + more)
    assert count_at_home(np.array([mine << 1]), held).tolist() == [slowly_counted(mine, samples)]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 2)), max_size=9))
def test_homes_are_articles_of_ones_own_source_with_the_same_words(rows: list[tuple[int, int, int]]) -> None:
    rows = [(digest, source, 3 * source + article) for digest, source, article in rows]
    digests, sources, articles = (np.array(column, np.int64) for column in zip(*rows, strict=True)) if rows else (
        np.zeros(0, np.int64),
    ) * 3  # fmt: skip
    expected = [len({a for d, s, a in rows if (d, s) == (digest, source)}) for digest, source, _ in rows]
    assert homes(digests.astype(np.uint64), sources, articles).tolist() == expected
