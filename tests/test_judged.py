"""What a verdict rests on: how many others an article was compared with, and whether dates told who was first."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SENTENCES

from dedup import Article, Detector, Settings, scan
from dedup.index.memory import MemoryIndex
from dedup.index.records import A_DAY, NEVER, UNDATED
from dedup.index.runs import Asked, Roll, Terms
from dedup.model import ArticleReport, Judged
from dedup.reporter.summary import Summary
from dedup.reporter.verdict import BY_ORDER, basis, verdict
from dedup.stream import stream
from dedup.stream.counting import seen_by

UNTIMED = settings(deadline=None, max_examples=20)
MANY = settings(deadline=None, max_examples=200)


def article(name: str, text: str, published: str | None = None) -> Article:
    return Article(name, text, source=f"of {name}", published=published)


def judged(reports: Sequence[ArticleReport]) -> list[Judged]:
    assert all(report.judged is not None for report in reports)
    return [report.judged for report in reports if report.judged is not None]


def feed_of(days: Sequence[int | None]) -> list[Article]:
    return [
        article(f"a{n}", SENTENCES[n], None if day is None else f"2024-03-{day:02}")
        for n, day in enumerate(days)
    ]


# -- how many others -------------------------------------------------------------------------------------------------


@UNTIMED
@given(st.lists(st.integers(1, 28), min_size=1, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_a_scan_compares_with_all_that_is_earlier_in_whatever_order_it_comes(
    days: list[int], random: Random
) -> None:
    feed = feed_of(days)
    random.shuffle(feed)
    for one, report in zip(feed, judged(list(scan(feed))), strict=True):
        earlier = sum((other.published or "") < (one.published or "") for other in feed)
        assert (report.against, report.undated) == (earlier, False)


@UNTIMED
@given(
    st.lists(st.none() | st.integers(1, 28), min_size=1, max_size=8, unique_by=lambda day: day or object())
)
def test_a_stream_compares_with_what_has_come_and_is_not_later(days: list[int | None]) -> None:
    feed = feed_of(days)
    for place, report in enumerate(judged(list(stream(feed)))):
        mine = days[place]
        earlier = [day for day in days[:place] if day is None or mine is None or day <= mine]
        assert (report.against, report.undated) == (len(earlier), mine is None)


def test_a_reference_is_compared_with_and_needs_no_dates() -> None:
    archive = [article("old", SENTENCES[0]), article("other", SENTENCES[1])]
    report, none = judged(list(scan(
        [article("new", SENTENCES[0], "2024-03-01"), article("undated", SENTENCES[2])], reference=archive
    )))  # fmt: skip
    assert (report.against, report.undated) == (2, False)
    assert (none.against, none.undated) == (3, True)


def test_an_article_alone_was_compared_with_nothing() -> None:
    (report,) = scan([article("one", SENTENCES[0], "2024-03-01")])
    assert report.judged == Judged(report.words, 0, False)
    assert (
        verdict(report)
        == f"Nothing earlier accounts for any of its {report.words} words (compared with 0 other articles)."
    )


def test_what_was_replaced_or_forgotten_is_not_compared_with() -> None:
    detector = Detector(MemoryIndex(Settings()), window=30)
    first, other = article("a", SENTENCES[0], "2024-03-01"), article("b", SENTENCES[1], "2024-03-02")
    assert [one.against for one in judged([detector.add(first), detector.add(other)])] == [0, 1]
    again = article("a", SENTENCES[2], "2024-03-03")
    assert [one.against for one in judged([detector.add(again)])] == [0], (
        "it has the date of what it replaces"
    )
    third = detector.check(article("c", SENTENCES[3], "2024-03-04"))
    assert [one.against for one in judged([third])] == [2], "not with what was replaced"
    assert [one.against for one in judged([detector.check(article("d", SENTENCES[4], "2024-06-01"))])] == [0]
    assert judged([detector.add(other)])[0].against == 1, "sent again: its first report"


def test_batches_change_nothing() -> None:
    feed = feed_of([4, 2, None, 9, 7, None, 1])
    singly, together = Detector(MemoryIndex(Settings())), Detector(MemoryIndex(Settings()))
    assert judged([singly.add(one) for one in feed]) == judged(together.judge(feed))


@st.composite
def rolls(draw: st.DrawFn) -> tuple[Asked, Roll, Roll]:
    """A roll, a batch behind it, and what the batch's articles may see."""
    held, fresh = draw(st.integers(0, 8)), draw(st.integers(1, 5))
    base, size = 3, held + fresh
    bound = [
        draw(st.just(UNDATED) | st.integers(0, 6).map(lambda hours: hours * A_DAY // 3)) for _ in range(size)
    ]
    day = [draw(st.integers(0, 2)) if one == UNDATED else one // A_DAY for one in bound]
    first = base + held
    until = [draw(st.sampled_from([0, NEVER, NEVER])) for _ in range(held)] + [NEVER] * fresh
    victims = draw(st.lists(st.integers(base, first - 1), unique=True, max_size=3)) if held else []
    struck = tuple((victim, draw(st.integers(first, first + fresh - 1))) for victim in victims)
    marks = np.zeros(size, np.int64)
    columns = [np.array(column, np.int64) for column in (bound, day, until)]
    roll = Roll(base, *(column[:held].copy() for column in columns), marks[:held])
    batch = Roll(first, *(column[held:].copy() for column in columns), marks[held:])
    horizon = draw(st.just(UNDATED) | st.integers(0, 3))
    terms = Terms(
        first + np.arange(fresh), np.where(batch.bound == UNDATED, NEVER, batch.bound),
        np.full(fresh, horizon),
    )  # fmt: skip
    return Asked(np.empty(0, np.uint32), np.empty(0, np.int64), terms, struck), roll, batch


@MANY
@given(rolls())
def test_who_is_seen_is_told_one_by_one(drawn: tuple[Asked, Roll, Roll]) -> None:
    asked, roll, batch = drawn
    ends = dict(asked.struck)
    everybody = [
        (part.base + n, bound, day, until)
        for part in (roll, batch)
        for n, (bound, day, until) in enumerate(
            zip(part.bound.tolist(), part.day.tolist(), part.until.tolist(), strict=True)
        )
    ]
    terms = zip(
        *(column.tolist() for column in (asked.terms.before, asked.terms.bound, asked.terms.horizon)),
        strict=True,
    )
    wanted = [
        sum(
            number < before and bound <= latest and day >= horizon
            and (until if until != NEVER else ends.get(number, NEVER)) > before
            for number, bound, day, until in everybody
        )
        for before, latest, horizon in terms
    ]  # fmt: skip
    assert seen_by(asked, roll, batch).tolist() == wanted


# -- who was first ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "undated"),
    [
        ((None, None), [True, True]),
        (("2024-03-01", "2024-03-02"), [False, False]),
        (("2024-03-01", None), [False, True]),
        ((None, "2024-03-02"), [True, True]),  # its source has no date, and came first in the input
    ],
)
def test_the_order_of_the_input_decides_where_a_date_is_missing(
    dates: tuple[str | None, str | None], undated: list[bool]
) -> None:
    feed = [article("a", SENTENCES[0], dates[0]), article("b", SENTENCES[0], dates[1])]
    for engine in (scan, stream):
        reports = list(engine(feed))
        assert [one.undated for one in judged(reports)] == undated
        said = verdict(reports[1])
        assert (BY_ORDER in said) == undated[1]
        assert ("earlier" in said) != undated[1], "no accusation where the order of the input is all there is"
        assert "Copied" not in said or not undated[1]


def test_a_dated_article_that_takes_from_dated_ones_minds_no_undated_one_beside_it() -> None:
    feed = [
        article("x", SENTENCES[5]),
        article("a", SENTENCES[0], "2024-03-01"),
        article("b", SENTENCES[0], "2024-03-02"),
    ]
    assert [one.undated for one in judged(list(scan(feed)))] == [True, False, False]


# -- what is said of it ----------------------------------------------------------------------------------------------


def test_the_score_is_explained_where_it_is_not_of_all_words() -> None:
    text = f"{SENTENCES[0]}\n\n“{SENTENCES[1]}”"
    feed = [
        article("a", f"{SENTENCES[1]}\n\n{SENTENCES[2]}", "2024-03-01"), article("b", text, "2024-03-02")
    ]  # fmt: skip
    first, second = scan(feed)
    assert basis(first) == ""
    assert second.ledger.quoted > 0
    assert basis(second) == f"{second.ledger.original} of {second.ledger.judged} judged words"
    assert second.judged is not None and second.judged.words == second.ledger.judged


def test_the_summary_adds_up_what_verdicts_rest_on() -> None:
    summary = Summary()
    reports = list(summary.watch(scan(feed_of([3, None, 1]))))
    figures = summary.figures()["judged"]
    assert figures["words"] == sum(one.words for one in judged(reports))
    assert figures["against"] == {"fewest": 0, "most": 2}
    assert figures["undated"] == 1
    assert Summary().figures()["judged"] == {
        "words": 0,
        "against": {"fewest": None, "most": None},
        "undated": 0,
    }
