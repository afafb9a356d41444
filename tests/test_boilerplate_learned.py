"""Furniture learned by recurrence: of one source, in many of its articles, in few other sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.inspect.furniture import LearnedFurniture, Rule, learned
from dedup.match.families import families
from dedup.match.kernels import minhash
from dedup.settings import Settings
from dedup.text import words


@dataclass(frozen=True)
class Story:
    source: str
    paragraphs: tuple[str, ...]


def own(number: int) -> str:
    """A paragraph that no other article has: its words are made of its number."""
    spelt = "".join("abcdefghij"[int(digit)] for digit in str(number))
    return " ".join(f"word{letter}{spelt}" for letter in "xyzuvw")


def columns_of(stories: Sequence[Story]) -> tuple[NDArray[np.int64], ...]:
    names = sorted({story.source for story in stories} - {""})
    sources = [names.index(s.source) if s.source else -1 for s in stories for _ in s.paragraphs]
    articles = [number for number, story in enumerate(stories) for _ in story.paragraphs]
    return np.array(sources, np.int64), np.array(articles, np.int64)


def judged(stories: Sequence[Story], rule: Rule | None = None) -> list[str]:
    """Return the paragraphs found to be furniture, each as `source: text`, sorted."""
    texts = [text for story in stories for text in story.paragraphs]
    split = words.split(texts)
    digests = np.empty(len(texts), np.uint64)
    minhash.digest(split.hashes, split.art_words, digests)
    kin, kin_sizes = families(split.hashes, split.flags, split.art_words)
    found = learned(*columns_of(stories), digests, kin, np.diff(split.art_words), kin_sizes, rule)
    sources = [story.source for story in stories for _ in story.paragraphs]
    return sorted({f"{sources[at]}: {texts[at]}" for at in np.flatnonzero(found)})


def paper(source: str, articles: int, *furniture: str, first: int = 0) -> list[Story]:
    return [
        Story(source, (own(first + number), own(first + 500 + number), *furniture))
        for number in range(articles)
    ]


FOOTER = "The Harbour Post is read by everybody in town."


def test_a_footer_of_one_source_is_furniture_and_the_news_above_it_is_not() -> None:
    assert judged(paper("post", 6, FOOTER) + paper("times", 6, first=20)) == [f"post: {FOOTER}"]


def test_fewer_articles_or_a_smaller_share_than_the_rule_wants_are_not_enough() -> None:
    assert judged(paper("post", 2, FOOTER)) == []
    assert judged(paper("post", 2, FOOTER), Rule(min_articles=2)) == [f"post: {FOOTER}"]
    rare = paper("post", 5, FOOTER) + paper("post", 15, first=20)
    assert judged(rare) == []
    assert judged(rare, Rule(share=0.25)) == [f"post: {FOOTER}"]


def test_many_articles_are_enough_whatever_the_share() -> None:
    feed = paper("post", 30, FOOTER) + paper("post", 90, first=100)
    assert judged(feed) == [f"post: {FOOTER}"]
    assert judged(feed, Rule(sure_articles=31)) == []


def test_a_wire_paragraph_in_many_sources_is_recycled_not_furniture() -> None:
    wire = "The ferry sank off Harrow Falls on Monday with all its cargo of salt."
    papers = [story for n in range(5) for story in paper(f"paper{n}", 2, wire, first=10 * n)]
    # One of them printed it again and again, under its other news.
    assert judged(papers + paper("paper0", 5, wire, first=70)) == []


def test_a_line_that_is_furniture_in_most_of_its_many_sources_is_furniture() -> None:
    papers = [story for n in range(5) for story in paper(f"paper{n}", 5, "Share this story", first=10 * n)]
    assert len(judged(papers)) == 5


def test_a_story_sent_again_and_again_makes_no_furniture() -> None:
    again = [Story("post", (own(1), own(2), own(3), own(4), f"Update {'abcdef'[n]}")) for n in range(6)]
    assert judged(again + paper("post", 6, first=20)) == []


def test_dates_and_counts_are_slots() -> None:
    stamped = [
        Story(
            "post",
            (own(n), own(40 + n), f"Posted on {day} {n + 3} {month} by the newsroom, {n * 7} comments"),
        )
        for n, (day, month) in enumerate(
            zip(
                ["Monday", "вторник", "Freitag", "samedi", "domingo"],
                ["May", "июня", "März", "août", "enero"],
                strict=True,
            )
        )
    ]
    assert len(judged(stamped)) == 5
    numbers = [Story("post", (own(n), own(40 + n), f"{n * 11} 2019")) for n in range(5)]
    assert judged(numbers) == []


def test_the_rule_is_that_of_the_settings() -> None:
    assert Rule.of(Settings()) == Rule()
    others = Settings(
        furniture_articles=5, furniture_share=0.5, furniture_sure_articles=6, furniture_sources=7,
        furniture_own_share=0.75, furniture_words=8,
    )  # fmt: skip
    assert Rule.of(others) == Rule(5, 0.5, 6, 7, 0.75, 8)


def test_nothing_is_learned_of_articles_without_a_source() -> None:
    assert judged(paper("", 8, FOOTER)) == []


def test_nothing_in_nothing_out() -> None:
    assert judged([]) == []
    assert judged([Story("post", ())]) == []


def test_a_paragraph_said_twice_in_an_article_counts_once() -> None:
    twice = [Story("post", (own(n), own(50 + n), *[FOOTER] * 2)) for n in range(2)]
    assert judged(twice) == []


STORIES = st.lists(
    st.builds(
        Story,
        st.sampled_from(["a", "b", "c", ""]),
        st.lists(st.sampled_from([FOOTER, "Share this story", own(1), own(2), own(3)]), max_size=4).map(
            tuple
        ),
    ),
    max_size=24,
)
LAX = Rule(min_articles=2, own_share=0.0, max_sources=1)


@given(STORIES, st.randoms(use_true_random=False))
def test_the_order_of_articles_changes_nothing(stories: list[Story], random: object) -> None:
    shuffled = list(stories)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    backwards = [replace(story, paragraphs=story.paragraphs[::-1]) for story in shuffled]
    assert judged(stories, LAX) == judged(backwards, LAX)


@given(STORIES)
def test_counts_and_verdicts_are_those_of_a_plain_count(stories: list[Story]) -> None:
    def holding(source: str, text: str) -> int:
        return sum(story.source == source and text in story.paragraphs for story in stories)

    def at_home(source: str, text: str) -> bool:
        total = sum(story.source == source and bool(story.paragraphs) for story in stories)
        return bool(source) and holding(source, text) >= max(2, 0.3 * total)

    wanted = set()
    for story in stories:
        total = sum(len(text.split()) for text in story.paragraphs)
        for text in story.paragraphs:
            if 2 * len(text.split()) > total:
                continue  # the article's body
            spread = [source for source in "abc" if holding(source, text)]
            homes = [source for source in spread if at_home(source, text)]
            if story.source in homes and (len(spread) <= 1 or 2 * len(homes) >= len(spread)):
                wanted.add(f"{story.source}: {text}")
    assert judged(stories, LAX) == sorted(wanted)


@given(STORIES, st.integers(0, 24))
def test_merged_parts_are_the_whole(stories: list[Story], cut: int) -> None:
    source, article = columns_of(stories)
    texts = [text for story in stories for text in story.paragraphs]
    units = np.array([len(text) for text in texts], np.uint64)
    early = article < cut
    whole = LearnedFurniture.count(source, article, units)
    parts = [LearnedFurniture.count(source[part], article[part], units[part]) for part in (early, ~early)]
    for merged in (parts[0].merged(parts[1]), parts[1].merged(parts[0])):
        for name in ("units", "sources", "articles", "known", "totals"):
            np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name))
