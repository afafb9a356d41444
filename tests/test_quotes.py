"""Quotation marks: what is inside them, in many languages, and what only looks like them."""

from __future__ import annotations

import re
from itertools import pairwise

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
        ("He said: ``We will rebuild.'' Then he left.", ["We will rebuild."]),
        ("''We will rebuild,'' he said. ''Soon.''", ["We will rebuild,", "Soon."]),
        ("Er sagte: ,,Wir bauen neu.'' Dann ging er.", ["Wir bauen neu."]),
        ('Er sagte: ,,Wir bauen neu.“ Dann ging er, ,,bald".', ["Wir bauen neu.", "bald"]),
        ("Il a dit : << Nous avons perdu >>, puis <<rien>>.", ["Nous avons perdu", "rien"]),
        (
            "She said &amp;quot;it is over&amp;quot; and &amp;amp;ldquo;never again&amp;amp;rdquo;.",
            ["it is over", "never again"],
        ),
        ("She said &#39;&#39;no&#39;&#39;, &apos;yes&apos; and &lt;&lt;now&gt;&gt;.", ["no", "yes", "now"]),
        ("She said &quot;&lsquo;no&rsquo; is an answer&quot; there.", ["&lsquo;no&rsquo; is an answer"]),
        (r"She said \u201cno\u201d and \u0022yes\u0022.", ["no", "yes"]),
        ("He wrote ’’the dyke holds’’ and ‘‘sleep well’’.", ["the dyke holds", "sleep well"]),
        ("He wrote ″the dyke holds″ under a 5″ nail.", ["the dyke holds"]),
        ("צה״ל הודיע: ״הסכר מחזיק״ ונרגע.", ["הסכר מחזיק"]),
        ("彼は｢堤防は無事だ｣と書いた。", ["堤防は無事だ"]),
        ("She said &quot;it is over&quot; and &ldquo;never again&rdquo;.", ["it is over", "never again"]),
        (
            "Она сказала &laquo;это конец&raquo; и &#171;всё&#187;, &#x201E;да&#x201C;.",
            ["это конец", "всё", "да"],
        ),
        ("´´Det är slut´´, sade hon.", ["Det är slut"]),
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
        "one,, two,, three; a << b; 5'' pipes; R&D; AT&T; a&quota;",
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


WRAPPED = """The keeper of the lock was not amused when the
first barges came through on Sunday and had to
wait. "We were promised two new gates before the
summer. All that we have been given is a bucket of
paint and a brush with no hair." She has written
to the canal board four times and got one answer."""


def lines_of(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


@pytest.mark.parametrize(
    "marks", [('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("``", "''"), ("「", "」")]
)
def test_a_quotation_runs_over_the_ends_of_wrapped_lines(marks: tuple[str, str]) -> None:
    opens, closes = marks
    text = WRAPPED.replace(' "', f" {opens}").replace('" ', f"{closes} ")
    said = text[text.index("We were") : text.index("hair.") + 5]
    lines = lines_of(text)
    assert [text[start:end] for start, end in quoted_spans(text, lines)] == [said]
    assert [text[start:end] for start, end in quoted_spans(text, lines, {3})] == [said], "whichever line asks"
    assert quoted_spans(text, lines) == quoted_spans(text, [(0, len(text))])


def test_lines_that_are_paragraphs_keep_their_quotations_to_themselves() -> None:
    text = """"An opening mark that nothing closes.
He said that it was over.
She said "no".
They asked for 5" pipes."""
    assert [text[start:end] for start, end in quoted_spans(text, lines_of(text))] == ["no"]
    long = WRAPPED.replace("wait.", "wait" + " and wait" * 12 + ".")
    assert quoted_spans(long, lines_of(long)) == [], "lines of any length are no wrapped ones"


@given(st.text(alphabet="`',<>&quot;ldo#34 \"ab.\n", max_size=80))
def test_spelled_marks_give_disjoint_spans_in_order(text: str) -> None:
    spans = quoted_spans(text, lines_of(text))
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
