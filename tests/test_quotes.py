"""Quotation marks: what is inside them, in many languages, and what only looks like them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.quotes import quoted_spans

MARKS = "\"'“”‘’„‚«»‹›「」『』《》〝〟＂"
TEXTS = st.text(alphabet=MARKS + "ab1 s.,!—(\n日ש", max_size=80)


def paragraphs_of(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)]


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in quoted_spans(text, paragraphs_of(text))]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('"We will rebuild," she said. "Soon."', ["We will rebuild,", "Soon."]),
        ("He called it “a ‘small’ step” on Monday.", ["a ‘small’ step"]),
        ("‘We’re ready,’ the mayor’s office said.", ["We’re ready,"]),
        ("'It isn't over,' he said.", ["It isn't over,"]),
        ("« Nous avons perdu », a-t-il dit.", ["Nous avons perdu"]),
        ("Il a parlé d’«erreur» et d’“oubli”.", ["erreur", "oubli"]),
        ("„Das war ‚knapp‘“, sagte sie.", ["Das war ‚knapp‘"]),
        ("»Das war knapp«, sagte sie.", ["Das war knapp"]),
        ("„To koniec” – powiedział.", ["To koniec"]),
        ("”Det är slut”, sade hon.", ["Det är slut"]),
        ("»Det är slut», sade hon.", ["Det är slut"]),
        ("ПАО «Завод «Заря»» закрыто, сообщил «Голос».", ["Завод «Заря»", "Голос"]),
        ("„Это конец“, сказал он.", ["Это конец"]),
        ("彼は「もう『終わり』だ」と言った。", ["もう『終わり』だ"]),
        ('他说"结束了"然后离开。', ["结束了"]),
        ("他说“结束了”,读《红楼梦》。", ["结束了"]),
        ("“Both ends alike“, it printed.", ["Both ends alike"]),
        ('("quoted") and —"again"—', ["quoted", "again"]),
    ],
)
def test_quotations_are_found(text: str, inside: list[str]) -> None:
    assert quoted(text) == inside


@pytest.mark.parametrize(
    "text",
    [
        "The boys’ coach wasn’t there; it’s the players' fault.",
        "Rock 'n' roll of the '60s, ’tis said, and ‘90s pop",
        'He is 6\'2" tall, the board 12" wide.',
        'צה"ל ומנכ"ל',
        "“An opening mark that nothing closes",
        "Closing only” and » too",
        "读《红楼梦》",
        "",
    ],
)
def test_what_only_looks_like_a_quotation_is_left_alone(text: str) -> None:
    assert quoted(text) == []


def test_a_quotation_carried_over_paragraphs_opens_each_and_closes_in_the_last() -> None:
    text = (
        "She said: “First part.\n\n“Second part.\n\n“Third part.” Then she left.\n\n“Never closed.\n\nPlain."
    )
    assert quoted(text) == ["First part.", "Second part.", "Third part."]


def test_a_forgotten_mark_costs_one_quotation_at_most() -> None:
    assert quoted('He said "yes and left. She said "no" and "never".') == ["no", "never"]
    assert quoted('He said "yes and left.\n\nShe said "no".') == ["no"]


@given(TEXTS)
def test_spans_are_ordered_disjoint_and_inside_one_paragraph_between_two_marks(text: str) -> None:
    paragraphs = paragraphs_of(text)
    end = 0
    for start, stop in quoted_spans(text, paragraphs):
        assert end <= start < stop
        assert text[:start].rstrip()[-1] in MARKS
        home = [(first, last) for first, last in paragraphs if first < start and stop <= last]
        assert len(home) == 1
        end = stop


@given(st.lists(TEXTS.map(lambda text: text.replace("\n", " ").strip()).filter(bool), max_size=4))
def test_a_paragraph_hears_only_of_the_one_after_it(blocks: list[str]) -> None:
    alone = [quoted(block) for block in blocks]
    together = "\n\nplain words between\n\n".join(blocks)
    assert quoted(together) == [span for spans in alone for span in spans]
