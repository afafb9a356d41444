"""Claims become a closed ledger: against a painter that goes word by word."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.classes import PRECEDENCE, STRENGTHS
from dedup.model import Ledger
from dedup.verdict.ledger import Claims, Settled, settle

UNTIMED = settings(deadline=None, max_examples=200)
WORDS = 12
ARTICLES = 3
KINDS = (*PRECEDENCE, "obfuscated")


class Claim(NamedTuple):
    """A claim on words [first, last) of a text in which word n is code points [10 n, 10 n + 9)."""

    article: int
    kind: str
    first: int
    last: int
    reason: int = 0


def settled(claims: Sequence[Claim], articles: int = ARTICLES) -> Settled:
    rows = [
        (
            one.article,
            STRENGTHS.get(one.kind, 0),
            10 * one.first,
            10 * one.last - 1,
            one.first,
            one.last,
            one.reason,
        )
        for one in claims
    ]
    columns = np.array(rows, np.int64).reshape(-1, len(Claims._fields)).T
    return settle(np.full(articles, WORDS), Claims(*columns))


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(0, ARTICLES - 1),
                st.sampled_from(KINDS),
                st.integers(0, WORDS - 1),
                st.integers(1, WORDS),
            ),
            max_size=12,
            unique=True,
        )
    )
    return [Claim(article, kind, first, min(first + size, WORDS)) for article, kind, first, size in drawn]


def winners(claims: Sequence[Claim], article: int) -> list[Claim | None]:
    """Who has each word: the strongest class; of one class the first in the text, the shorter of those."""
    rank = {kind: number for number, kind in enumerate(PRECEDENCE)}
    won: list[Claim | None] = []
    for word in range(WORDS):
        rivals = [c for c in claims if c.article == article and c.first <= word < c.last and c.kind in rank]
        rivals.sort(key=lambda c: (rank[c.kind], c.first, c.last))
        won.append(rivals[0] if rivals else None)
    return won


@UNTIMED
@given(claims())
def test_each_word_goes_to_the_strongest_claim_on_it(claims: list[Claim]) -> None:
    for article, ledger in enumerate(settled(claims).ledgers()):
        kinds = [winner.kind if winner else "original" for winner in winners(claims, article)]
        assert ledger == Ledger(**{kind: kinds.count(kind) for kind in kinds})
        assert ledger.words == WORDS


@UNTIMED
@given(claims())
def test_originalities_are_those_of_the_ledgers(claims: list[Claim]) -> None:
    made = settled(claims)
    assert made.originalities() == [ledger.originality for ledger in made.ledgers()]


@UNTIMED
@given(claims())
def test_a_claim_is_kept_that_won_a_word_or_says_nothing_of_words(claims: list[Claim]) -> None:
    made = settled(claims)
    owners = [winner for article in range(ARTICLES) for winner in winners(claims, article) if winner]
    kept = [claims[place] for place in made.kept.tolist()]
    # Two claims on one stretch by one class are one to the oracle.
    assert set(kept) == {one for one in claims if one in owners or one.kind == "obfuscated"}
    for one, won in zip(kept, made.won.tolist(), strict=True):
        assert won == owners.count(one)


@UNTIMED
@given(claims())
def test_what_is_kept_explains_the_ledger(claims: list[Claim]) -> None:
    made = settled(claims)
    again = settled([claims[place] for place in made.kept.tolist()])
    assert again.ledgers() == made.ledgers()
    assert again.won.tolist() == made.won.tolist()


@UNTIMED
@given(claims(), st.randoms())
def test_the_order_of_claims_changes_nothing(claims: list[Claim], random: Random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    one, other = settled(claims), settled(shuffled)
    assert one.ledgers() == other.ledgers()
    assert [claims[i] for i in one.kept.tolist()] == [shuffled[i] for i in other.kept.tolist()]


@UNTIMED
@given(claims())
def test_an_article_is_settled_as_if_it_were_alone(claims: list[Claim]) -> None:
    together = settled(claims)
    for article in range(ARTICLES):
        own = [one for one in claims if one.article == article]
        alone = settled([one._replace(article=0) for one in own], 1)
        assert alone.ledgers() == together.ledgers()[article : article + 1]
        kept = [claims[i] for i in together.kept.tolist() if claims[i].article == article]
        assert kept == [own[i] for i in alone.kept.tolist()]


@UNTIMED
@given(claims())
def test_claims_come_by_article_in_the_order_of_the_text(claims: list[Claim]) -> None:
    places = [(claims[i].article, claims[i].first) for i in settled(claims).kept.tolist()]
    assert places == sorted(places)


def test_without_claims_all_is_original() -> None:
    made = settled([], 2)
    assert made.ledgers() == [Ledger(original=WORDS)] * 2
    assert made.originalities() == [1.0, 1.0]
    assert made.kept.size == made.won.size == 0


def test_an_article_without_words_has_no_originality() -> None:
    made = settle(np.zeros(1, np.int64), Claims(*np.empty((len(Claims._fields), 0), np.int64)))
    assert (made.ledgers(), made.originalities()) == ([Ledger()], [None])


def test_two_claims_on_one_stretch_are_settled_by_their_reason() -> None:
    for reasons in ([1, 2], [2, 1]):
        claims = [Claim(0, "boilerplate", 0, 2, reason) for reason in reasons]
        assert [claims[i].reason for i in settled(claims).kept.tolist()] == [1]


@pytest.mark.parametrize(
    ("ledger", "originality"),
    [
        (Ledger(), None),
        (Ledger(quoted=5, boilerplate=5, foreign=5), None),
        (Ledger(original=5, quoted=5, boilerplate=5, foreign=5), 1.0),
        (Ledger(original=1, recycled=1, carried_over=1, reworded=1, repeated=1), 0.2),
        (Ledger(recycled=9, quoted=3), 0.0),
    ],
)
def test_originality_is_the_original_share_of_the_judged_words(
    ledger: Ledger, originality: float | None
) -> None:
    assert ledger.originality == originality
