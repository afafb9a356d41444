"""Earlier is what the contract says: by date where both have one, else by place in the input."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.model import Article
from dedup.provenance import provenance_order

UNTIMED = settings(deadline=None, max_examples=200)
DATES = [
    "2024-03-01", "2024-03-02", "2024-03-02T00:00:00Z", "2024-03-02T00:00:00.5Z", "2024-03-02T00:00:01Z",
    "2024-03-02T01:00:00+02:00", "0999-01-01",
]  # fmt: skip


def articles(dates: st.SearchStrategy[str | None]) -> st.SearchStrategy[list[Article]]:
    one = st.builds(
        Article,
        id=st.sampled_from("abc"),
        text=st.sampled_from(["x", "y"]),
        source=st.sampled_from(["", "s", "t"]),
        published=dates,
    )
    return st.lists(one, max_size=8)


DATED = articles(st.sampled_from(DATES))
MIXED = articles(st.none() | st.sampled_from(DATES))


def key(article: Article) -> tuple[str, str, str, str]:
    # In one zone a date sorts as text, once a full second has its fraction.
    moment = (article.published or "").rstrip("Z")
    return (moment if "." in moment else moment + ".", article.source, article.id, article.text)


@UNTIMED
@given(MIXED)
def test_each_article_has_one_place(feed: list[Article]) -> None:
    assert sorted(provenance_order(feed)) == list(range(len(feed)))


@UNTIMED
@given(DATED, st.randoms())
def test_dated_articles_come_by_date_source_and_id_whatever_their_order(
    feed: list[Article], random: Random
) -> None:
    shuffled = list(feed)
    random.shuffle(shuffled)
    assert [feed[i] for i in provenance_order(feed)] == sorted(feed, key=key)
    assert [shuffled[i] for i in provenance_order(shuffled)] == sorted(feed, key=key)


@UNTIMED
@given(MIXED)
def test_dated_articles_keep_their_order_among_undated_ones(feed: list[Article]) -> None:
    dated = [feed[i] for i in provenance_order(feed) if feed[i].published]
    assert dated == sorted((a for a in feed if a.published), key=key)


@UNTIMED
@given(MIXED)
def test_an_undated_article_follows_all_before_it_and_precedes_what_it_can(feed: list[Article]) -> None:
    place = {i: n for n, i in enumerate(provenance_order(feed))}
    for undated in (i for i, article in enumerate(feed) if article.published is None):
        assert all(place[before] < place[undated] for before in range(undated))
        latest = max((key(feed[i]) for i in range(undated) if feed[i].published), default=("", "", "", ""))
        for after in range(undated + 1, len(feed)):
            # A dated one that is earlier than one before the undated article cannot be later than both.
            if feed[after].published is None or key(feed[after]) > latest:
                assert place[undated] < place[after]


def test_undated_articles_keep_the_order_of_the_input() -> None:
    feed = [Article(name, "") for name in "cab"]
    assert provenance_order(feed) == [0, 1, 2]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_fraction_of_a_second_is_later_than_the_full_second(order: tuple[int, ...]) -> None:
    dates = ["2024-03-02T00:00:00Z", "2024-03-02T00:00:00.000001Z", "2024-03-02T00:00:01Z"]
    feed = [Article("a", "", published=dates[i]) for i in order]
    assert [feed[i].published for i in provenance_order(feed)] == dates
