"""Cutting passages out of a text: whole sentences and lines, only what is sure, and so that it can be put back."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Detector, open_index
from dedup.classes import PRECEDENCE
from dedup.errors import SettingsError
from dedup.model import ArticleReport, Finding, Ledger, Match
from dedup.prefilter.filtering import Filter, Limit
from dedup.prefilter.incoming import Line
from dedup.prefilter.trimming import POLICY, Cut, checked_level, cuts_of, is_cut, restored, trimmed, without
from tests import strategies

SENTENCES = [
    ("A bird sang. [[Click now]]. He left.", "A bird sang. He left."),
    ("A bird sang. [[Click now]], [[e f]]! He left.", "A bird sang. He left."),
    ("A bird sang. “[[Click now]].” He left.", "A bird sang. He left."),
    ("A bird sang.\n\n[[Click now]]. He left.", "A bird sang.\n\nHe left."),
    ("A bird sang. [[Click now.]]", "A bird sang."),
    ("[[Click now!]] A bird sang.", "A bird sang."),
    ("新闻来了。[[广告在此]]。正文。", "新闻来了。正文。"),
    ("वह आया। [[यहाँ क्लिक करें]]। वह गया।", "वह आया। वह गया।"),
    ("جاء الرجل. [[اقرأ أيضا هنا]]؟ ذهب.", "جاء الرجل. ذهب."),
]
LINES = [
    ("A bird sang.\n\n[[c d]]\n\nHe left.", "A bird sang.\n\nHe left."),
    ("A bird sang.\n\n[[c d]]\n[[e f]]\n\nHe left.", "A bird sang.\n\nHe left."),
    ("A bird sang.\n[[C d]]\n\nHe left.", "A bird sang.\n\nHe left."),
    ("A bird sang.\n\n[[C d]]\nHe left.", "A bird sang.\n\nHe left."),
    ("A bird sang.\n[[c d]].\nHe left.", "A bird sang.\nHe left."),
    ("A bird sang.\r\n\r\n[[c d]]\r\n\r\nHe left.", "A bird sang.\r\n\r\nHe left."),
    ("A bird sang.\u2029[[c d]]\u2029He left.", "A bird sang.\u2029He left."),
    ("[[Read also: x]]\n\nOne.\n\n[[All rights reserved]].\n", "One.\n"),
    ("[[all of it]]!", ""),
]
MARKS = [
    ("x y\n\n- [[Subscribe]] -\n\nz", "x y\n\nz"),
    ("•\n[[Subscribe]]\n\nHe left.", "He left."),
    ("One.\n\n***\n\n[[Two]]\n\n***\n\nThree.", "One.\n\n***\n\nThree."),
    ("One.\n\n***\n\n[[Two]]", "One."),
    ("[[One]]\n\n—\n\nTwo.", "Two."),
    ("One.\n\n***\n\nTwo.\n\n[[Three]]", "One.\n\n***\n\nTwo."),
]
WHOLE = [
    "one [[two]] three",
    "one [[two]], three",
    "A: [[b]], c",
    'A said "[[b c]]" and left.',
    "A said: “[[Click now]].” He left.",
    "“A bird sang. [[Click now.]]” He left.",
    "“[[Click now]]. A bird sang.” He left.",
    "(A bird sang. [[Click now.]]) He left.",
    "He met Mr. [[Read also here]]. He left.",
    "He met Prof. [[Reading Here]]. He left.",
    "It was in the U.S. [[Capitol Hill]]. He left.",
    "Der Zug kam am 3. [[Mai an]]. Er fuhr.",
    "“Stop!” [[he said]]. She left.",
    "He said:\n\n[[Вот это да.]]\n\nHe left.",
    "The mayor of the town of Harrow Falls said\n[[that the bridge would close]]\nbefore the winter storms.",
    "The harbour board and the council of the town of\n[[Harrow Falls]]\nmet on Monday.",
    "The [[mayor\n\nspoke]] again.",
]
"""Where nothing is cut: what was found fills no sentence and no line, or leaves something broken behind."""


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its double brackets, and what stood in them."""
    ranges = []
    while found := re.search(r"\[\[(.*?)\]\]", text, re.DOTALL):
        ranges.append((found.start(), found.end() - 4))
        text = text[: found.start()] + found[1] + text[found.end() :]
    return text, ranges


@pytest.mark.parametrize(("text", "wanted"), SENTENCES + LINES + MARKS)
def test_what_is_left_reads_as_a_text(text: str, wanted: str) -> None:
    whole, ranges = marked(text)
    cuts = cuts_of(whole, ranges)
    assert without(whole, cuts) == wanted
    assert cuts_of(whole, reversed(ranges)) == cuts, "the order of the ranges counts"
    assert restored(wanted, cuts) == whole


@pytest.mark.parametrize("text", WHOLE)
def test_nothing_is_cut_out_of_a_sentence(text: str) -> None:
    assert cuts_of(*marked(text)) == ()


def test_a_text_without_ranges_is_left_alone() -> None:
    assert cuts_of("  a\n\n\n b  ,c \n", []) == cuts_of("  a\n\n\n b  ,c \n", [(3, 3)]) == ()


def words_of(text: str) -> str:
    return "".join(filter(str.isalnum, text))


RANGES = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=6)


@settings(max_examples=300)
@given(st.one_of(strategies.texts(), strategies.news(), st.text('ab .,\n"“”!c:(', max_size=90)), RANGES)
def test_what_was_cut_lies_in_the_ranges_and_goes_back_where_it_was(
    text: str, ranges: list[tuple[int, int]]
) -> None:
    cuts = cuts_of(text, ranges)
    left = without(text, cuts)
    assert restored(left, cuts) == text
    assert restored(left, [{"start": c.start, "end": c.end, "text": c.text} for c in cuts]) == text
    inside = {place for start, end in ranges for place in range(start, end)}
    for cut in cuts:
        assert cut.text == text[cut.start : cut.end]
        assert all(place in inside for place in range(cut.start, cut.end) if text[place].isalnum())
    assert all(one.end < other.start for one, other in pairwise(cuts))


@given(strategies.texts())
def test_all_of_a_text_can_go(text: str) -> None:
    for cut in cuts_of(text, [(0, len(text))]):
        assert words_of(text[: cut.start] + text[cut.end :]) == "" or sum(
            map(text.count, '"“”„«»()[]{}「」『』')
        )


# -- what is sure --------------------------------------------------------------------------------------------------

NEWS = "The ferry to the island was late again on Monday morning because of the fog."
AGAIN = "The harbour master promised to look into the timetable before the summer."
TEXT = (
    f"{NEWS} {AGAIN}\n\nSubscribe now.\n\nВот это да, сказал он.\n\n{AGAIN}\n\n{NEWS.replace('fog', 'ice')}"
)


def finding(kind: str, passage: str, last: bool = False, **more: Any) -> Finding:
    start = TEXT.rindex(passage) if last else TEXT.index(passage)
    return Finding(kind, 0, start, start + len(passage), len(passage.split()), **more)  # type: ignore[arg-type]


def repeat(passage: str, of: str) -> Finding:
    start = TEXT.index(of)
    match = Match("a", "", None, 0, start, start + len(of), 1.0, 1.0, ())
    return finding("repeated", passage, last=True, match=match)


def report(*findings: Finding) -> ArticleReport:
    return ArticleReport("a", "", None, "en", 60, 0.5, Ledger(original=60), findings=findings)


@pytest.mark.parametrize(
    ("phrase", "sure"),
    [
        ("Read also: Ferry fares rise again", True),
        ("Read also: Why do ferry fares rise again and again", True),
        ("Sign up for our newsletter and never miss a story.", True),
        ("Read also: The ferry will stop in June.", False),
        ("延伸阅读：渡轮公司星期一宣布六月停开。", False),
        (
            "Read also Fares rise The ferry company said on Monday that it would stop all its boats in June.",
            False,
        ),
    ],
)
def test_a_phrase_that_goes_on_as_a_sentence_is_only_likely(phrase: str, sure: bool) -> None:
    text = f"{NEWS}\n\n{phrase}\n\n{AGAIN}"
    found = Finding(
        "boilerplate",
        1,
        text.index(phrase),
        text.index(phrase) + len(phrase.rstrip(".。")),
        9,
        reason="phrase",
    )
    assert bool(trimmed(text, report(found)).cuts) is sure
    assert trimmed(text, report(found), "likely").text == f"{NEWS}\n\n{AGAIN}"


@pytest.mark.parametrize(
    ("credit", "sure"),
    [
        ("来源：新华社", True),
        ("Фото: Мария Петрова и Иван Сидоров, Агентство Новости", True),
        ("摄影：燃烧的大桥和逃命的人群", False),
        ("كتب: لن أعود إلى هذا البلد", False),
    ],
)
def test_a_long_credit_without_capitals_is_only_likely(credit: str, sure: bool) -> None:
    text = f"{NEWS}\n\n{credit}\n\n{AGAIN}"
    at = text.index(credit)
    found = Finding("boilerplate", 1, at, at + len(credit), 5, reason="credit")
    assert bool(trimmed(text, report(found)).cuts) is sure
    assert trimmed(text, report(found), "likely").text == f"{NEWS}\n\n{AGAIN}"


@pytest.mark.parametrize(
    ("before", "line", "sure"),
    [
        ("", AGAIN, True),
        (f"{NEWS}\n", AGAIN, True),
        ("5:30 p.m.\n", AGAIN, False),
        ("Row 3\n", AGAIN, False),
        ("", "Did you see the harbour master at the bridge on Monday?", False),
        ("记者：", "你在三月火灾当晚是否在桥上看到了被告，并且听到了他与同伴的谈话内容？", False),
    ],
)
def test_a_repeat_that_has_another_answer_or_label_is_only_likely(before: str, line: str, sure: bool) -> None:
    text = f"{line} {NEWS}\n\n{before}{line}\n\nNo, he said, and left the town hall at noon."
    at = text.rindex(line)
    match = Match("a", "", None, 0, 0, len(line), 1.0, 1.0, ())
    found = Finding("repeated", 1, at, at + len(line), 9, match=match)
    assert is_cut(text, found, "sure") is sure
    assert is_cut(text, found, "likely")


@pytest.mark.parametrize(
    ("found", "sure", "likely"),
    [
        (finding("boilerplate", "Subscribe now", reason="phrase"), True, True),
        (finding("boilerplate", "Subscribe now", reason="credit"), True, True),
        (finding("boilerplate", "Subscribe now", reason="learned"), False, True),
        (finding("boilerplate", "Subscribe now", reason="navigation"), False, True),
        (finding("foreign", "Вот это да, сказал он", reason="script", confidence=0.9), True, True),
        (finding("foreign", "Вот это да, сказал он", reason="language", confidence=0.9), False, True),
        (finding("foreign", "Вот это да, сказал он", reason="language", confidence=0.995), True, True),
        (repeat(AGAIN, of=AGAIN), True, True),
        (repeat(NEWS.replace("fog", "ice"), of=NEWS), False, True),
        (repeat("Subscribe now", of="Subscribe now"), False, True),
        (finding("foreign", "Subscribe", reason="script", confidence=1.0), False, False),
        (finding("template", AGAIN), False, False),
        (finding("recycled", AGAIN), False, False),
        (finding("reworded", AGAIN), False, False),
        (finding("quoted", AGAIN), False, False),
        (finding("boilerplate", "Subscribe now", reason="new"), False, False),
    ],
)
def test_only_what_is_sure_is_cut_and_what_is_likely_if_asked(
    found: Finding, sure: bool, likely: bool
) -> None:
    for level, goes in (("sure", sure), ("likely", likely)):
        trim = trimmed(TEXT, report(found), level)  # type: ignore[arg-type]
        passage = TEXT[found.start : found.end]
        assert (trim.text.count(passage) < TEXT.count(passage)) is goes
        assert restored(trim.text, trim.cuts) == TEXT
        assert (trim.words == found.words) is goes


def test_the_policy_names_no_class_of_copies() -> None:
    assert {kind for kind, _ in POLICY} == {"foreign", "boilerplate", "repeated"} <= set(PRECEDENCE)


def test_more_than_half_of_an_article_is_never_cut() -> None:
    text = "One two three four.\n\nFive six seven eight."
    half = ArticleReport("a", "", None, "en", 8, None, Ledger(), findings=(_phrase(0, 18),))
    assert trimmed(text, half).text == "Five six seven eight."
    more = ArticleReport("a", "", None, "en", 8, None, Ledger(), findings=(_phrase(0, 18), _phrase(21, 41)))
    trim = trimmed(text, more)
    assert trim.text == text and not trim.cuts
    assert trim.as_json() == {"words": 8, "kept_because": "more than half of the article would go"}


def _phrase(start: int, end: int) -> Finding:
    return Finding("boilerplate", 0, start, end, 4, reason="phrase")


def test_a_level_or_a_limit_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="trim_at must be sure or likely, got 'maybe'"):
        checked_level("maybe")
    with pytest.raises(SettingsError, match="min_judged must be at least 0, got -1"):
        Limit(min_judged=-1)


# -- the whole way -------------------------------------------------------------------------------------------------


NUMBER = itertools.count()


def lines(texts: Sequence[str]) -> list[Line]:
    records = ({"id": f"a{next(NUMBER)}", "text": text} for text in texts)
    return [Line(n, json.dumps(record).encode() + b"\n", 0.0) for n, record in enumerate(records, 1)]


@pytest.fixture(scope="module")
def likely() -> Iterator[Filter]:
    """One for all examples: a new one loads the languages anew."""
    with open_index() as index:
        yield Filter(Detector(index), "trim", trim_at="likely")


def through(made: Filter, texts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Texts and what a filter that trims made of them, one after the other."""
    for start in range(0, len(texts), 100):
        part = texts[start : start + 100]
        for text, outcome in zip(part, made.decide(lines(part)), strict=True):
            yield text, json.loads(outcome.out or b"")


def check(text: str, after: dict[str, Any]) -> None:
    trim = after["dedup"].get("trimmed", {})
    assert restored(after["text"], trim.get("cuts", [])) == text
    assert 2 * trim["words"] <= after["dedup"]["words"] if trim.get("cuts") else after["text"] == text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(strategies.news(), strategies.texts()), min_size=1, max_size=3, unique=True))
def test_every_article_can_be_put_together_again(likely: Filter, texts: list[str]) -> None:
    for text, after in through(likely, texts):
        check(text, after)


def test_articles_of_others_can_be_put_together_again(likely: Filter, shared_data: Path) -> None:
    from benchmarks.corpora import COLLECTIONS

    for load in COLLECTIONS.values():
        articles = load(shared_data)
        for text, after in through(likely, [one.text for one in articles[:: max(1, len(articles) // 40)]]):
            check(text, after)


def test_an_article_sent_again_is_trimmed_again_byte_for_byte() -> None:
    text = f"{NEWS}\n\n{AGAIN}\n\nSubscribe to our newsletter\n\nВот это да, сказал он вчера вечером."
    (line,) = lines([text])
    with open_index() as index:
        made = Filter(Detector(index), "trim")
        first, again = (made.decide([line])[0].out for _ in range(2))
    assert first == again
    after = json.loads(first or b"")
    assert after["text"] == f"{NEWS}\n\n{AGAIN}"
    assert after["dedup"]["trimmed"]["words"] == 11


def test_an_article_of_furniture_alone_passes_and_says_why(likely: Filter) -> None:
    text = "Subscribe to our newsletter\n\nAll rights reserved"
    ((_, after),) = through(likely, [text])
    assert after["text"] == text
    assert after["dedup"]["trimmed"] == {"words": 7, "kept_because": "more than half of the article would go"}


def test_a_cut_knows_its_place() -> None:
    assert cuts_of("A bird sang. Click now.", [(13, 23)]) == (Cut(12, 23, " Click now."),)
