"""Claims become a closed ledger: against a painter that goes word by word."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.classes import PRECEDENCE
from dedup.model import Finding, Ledger
from dedup.verdict.ledger import CODES, Claim, settle

UNTIMED = settings(deadline=None, max_examples=200)
WORDS = 12
KINDS = (*PRECEDENCE, "obfuscated")


def claim(kind: str, first: int, last: int, reason: str = "") -> Claim:
    """A claim on words [first, last) of a text in which word n is code points [10 n, 10 n + 9)."""
    return Claim(Finding(kind, 0, 10 * first, 10 * last - 1, last - first, reason=reason), first, last)  # type: ignore[arg-type]


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(KINDS), st.integers(0, WORDS - 1), st.integers(1, WORDS)),
            max_size=8,
            unique=True,
        )
    )
    return [claim(kind, first, min(first + size, WORDS)) for kind, first, size in drawn]


def winners(claims: Sequence[Claim]) -> list[Claim | None]:
    """Who has each word: the strongest class; of one class the first in the text, the shorter of those."""
    rank = {kind: number for number, kind in enumerate(PRECEDENCE)}
    won: list[Claim | None] = []
    for word in range(WORDS):
        rivals = [c for c in claims if c.first <= word < c.last and c.finding.kind in rank]
        rivals.sort(key=lambda c: (rank[c.finding.kind], c.finding.start, c.finding.end))
        won.append(rivals[0] if rivals else None)
    return won


@UNTIMED
@given(claims())
def test_each_word_goes_to_the_strongest_claim_on_it(claims: list[Claim]) -> None:
    settled = settle(WORDS, claims)
    kinds = [winner.finding.kind if winner else "original" for winner in winners(claims)]
    assert settled.ledger == Ledger(**{kind: kinds.count(kind) for kind in kinds})
    assert settled.ledger.words == WORDS


@UNTIMED
@given(claims())
def test_a_finding_is_kept_that_won_a_word_or_says_nothing_of_words(claims: list[Claim]) -> None:
    settled = settle(WORDS, claims)
    owners = [winner.finding for winner in winners(claims) if winner]
    kept = [c.finding for c in claims if c.finding in owners or c.finding.kind == "obfuscated"]
    assert sorted(settled.findings, key=repr) == sorted(set(kept), key=repr)
    for finding, won in zip(settled.findings, settled.won, strict=True):
        assert won == owners.count(finding)


@UNTIMED
@given(claims())
def test_what_is_kept_explains_the_ledger(claims: list[Claim]) -> None:
    settled = settle(WORDS, claims)
    again = [Claim(f, f.start // 10, (f.end + 1) // 10) for f in settled.findings]
    assert settle(WORDS, again) == settled


@UNTIMED
@given(claims(), st.randoms())
def test_the_order_of_claims_changes_nothing(claims: list[Claim], random: Random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert settle(WORDS, shuffled) == settle(WORDS, claims)


@UNTIMED
@given(claims())
def test_findings_come_in_the_order_of_the_text(claims: list[Claim]) -> None:
    starts = [finding.start for finding in settle(WORDS, claims).findings]
    assert starts == sorted(starts)


def test_all_classes_have_a_code_and_the_ledger_has_all_classes() -> None:
    assert sorted(CODES, key=CODES.__getitem__, reverse=True) == list(PRECEDENCE)
    assert set(Ledger.__slots__) == {"original", *PRECEDENCE}


def test_without_claims_all_is_original() -> None:
    settled = settle(7, [])
    assert (settled.ledger, settled.findings, settled.won) == (Ledger(original=7), (), ())


def test_two_claims_on_one_stretch_are_settled_by_their_reason() -> None:
    for order in (["a", "b"], ["b", "a"]):
        settled = settle(WORDS, [claim("boilerplate", 0, 2, reason) for reason in order])
        assert [finding.reason for finding in settled.findings] == ["a"]


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
