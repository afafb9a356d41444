"""A scan end to end: provenance, quotes, repeats, furniture; cases as data; what must change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from textwrap import wrap
from typing import Any

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import word_spans
from strategies import SENTENCES as S

from dedup import scanner as detector
from dedup.inspect import processes
from dedup.inspect.inspector import Inspector
from dedup.model import Article, ArticleReport, Finding, Ledger
from dedup.scanner import scan
from dedup.settings import Settings
from dedup.text import words

UNTIMED = settings(deadline=None, max_examples=30)
CASES = Path(__file__).parent / "cases"


@pytest.fixture(autouse=True, scope="module")
def one_inspector() -> Iterator[None]:
    """Loading the language models takes longer than all these scans."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "Inspector", cache(Inspector))
        yield


def reports(*articles: Article, **options: Any) -> list[ArticleReport]:
    return list(scan(articles, **options))


def article(name: str, *paragraphs: str, source: str = "", published: str | None = None) -> Article:
    return Article(name, "\n\n".join(paragraphs), source=source or name, published=published)


def count(*sentences: str) -> int:
    return sum(len(word_spans(sentence)) for sentence in sentences)


def found(report: ArticleReport, text: str) -> list[tuple[str, str, str]]:
    """Findings as (kind, text, id of the match)."""
    return [(f.kind, text[f.start : f.end], f.match.id if f.match else "") for f in report.findings]


def trimmed(sentence: str) -> str:
    """From the first word to the last."""
    return sentence.strip(" .,:“”")


# -- copies ------------------------------------------------------------------------------------------------------


def test_a_full_copy_has_originality_0_and_its_source_1() -> None:
    first, copy = reports(article("a", *S[:5]), article("b", *S[:5]))
    assert (first.originality, copy.originality) == (1.0, 0.0)
    assert first.findings == ()
    assert copy.ledger == Ledger(recycled=copy.words)
    assert [
        (f.match.id, f.match.paragraph, f.match.jaccard, f.match.containment)
        for f in copy.findings
        if f.match
    ] == [("a", n, 1.0, 1.0) for n in range(5)]


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace("e", "e\u0301"),
        lambda text: text.replace("a", "а").replace("o", "о"),  # Cyrillic
        lambda text: text.replace("er", "e\u200br").replace("in", "i\u00adn"),
        lambda text: text.replace("fi", "ﬁ"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: "\r\n".join(wrap(text, 60)),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    ],
    ids=["capitals", "accents", "look-alikes", "hidden", "ligatures", "no-break", "lines", "full width"],
)
def test_a_copy_in_other_dress_is_a_full_copy(change: Any) -> None:
    _, copy = reports(
        Article("a", " ".join(S[:3]), source="a"), Article("b", change(" ".join(S[:3])), source="b")
    )
    taken = copy.ledger.recycled
    assert (copy.originality, taken) == (0.0, copy.words)


def test_copies_counts_the_other_articles_that_have_it() -> None:
    feed = [article(f"a{n}", S[0], S[2 * n + 1]) for n in range(5)]
    for report in reports(*feed)[1:]:
        assert [(f.copies, f.match.id if f.match else "") for f in report.findings] == [(4, "a0")]


def test_a_paragraph_half_copied_has_a_finding_over_that_half() -> None:
    text = f"{S[20]} {S[21]} {S[0]}"
    _, copy = reports(article("a", f"{S[0]} {S[1]}"), article("b", text))
    assert found(copy, text) == [("recycled", trimmed(S[0]), "a")]
    assert copy.ledger == Ledger(original=count(S[20], S[21]), recycled=count(S[0]))


def test_a_passage_in_the_middle_of_another_paragraph_is_found_word_for_word() -> None:
    inside = " ".join(S[2].split()[:14])
    text = f"{S[20].strip('.')} and {inside} while {S[21]}"
    _, copy = reports(article("a", S[2]), article("b", text))
    assert found(copy, text) == [("recycled", trimmed(inside), "a")]


def test_each_part_of_a_stitched_page_names_its_own_source() -> None:
    sources = [article(f"a{n}", S[2 * n], S[2 * n + 1]) for n in range(3)]
    page = article("page", S[0], S[3], f"{S[4]} {S[20]}")
    report = reports(*sources, page)[-1]
    assert found(report, page.text) == [
        ("recycled", trimmed(S[0]), "a0"),
        ("recycled", trimmed(S[3]), "a1"),
        ("recycled", trimmed(S[4]), "a2"),
    ]
    assert [(share.id, share.words) for share in report.sources] == [
        ("a1", count(S[3])),
        ("a0", count(S[0])),
        ("a2", count(S[4])),
    ]  # fmt: skip


def test_swapped_words_are_reworded_and_stand_between_the_spans() -> None:
    text = "The council of Harrow Falls decided on Monday to shut the old iron bridge before the autumn gales arrive."
    _, copy = reports(article("a", S[0]), article("b", text))
    (finding,) = copy.findings
    assert (finding.kind, text[finding.start : finding.end]) == ("reworded", trimmed(text))
    assert finding.match is not None
    kept = " ".join(text[start:end] for start, end, _, _ in finding.match.spans)
    assert kept == "The council of Harrow Falls on Monday to the old iron bridge before the arrive"
    assert [S[0][start:end] for _, _, start, end in finding.match.spans] == [
        text[start:end] for start, end, _, _ in finding.match.spans
    ]
    assert (copy.originality, copy.ledger.reworded) == (0.0, count(text))


def test_sentences_in_another_order_are_all_found() -> None:
    _, copy = reports(
        article("a", " ".join(S[:6])), article("b", " ".join([S[4], S[1], S[5], S[0], S[3], S[2]]))
    )
    assert copy.ledger == Ledger(recycled=copy.words)


# -- earlier -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "copy"),
    [
        (None, None, "b"),
        ("2024-03-01", "2024-03-02", "b"),
        ("2024-03-02", "2024-03-01", "a"),
        ("2024-03-01", None, "b"),
        (None, "2024-03-01", "b"),
        ("2024-03-01T12:00:00+02:00", "2024-03-01T11:00:00Z", "b"),
        ("2024-03-01T12:00:00Z", "2024-03-01", "a"),
        ("2024-03-01T12:00:00.5Z", "2024-03-01T12:00:00Z", "a"),
    ],
)
def test_the_later_one_is_the_copy_by_date_or_else_by_place(
    first: str | None, second: str | None, copy: str
) -> None:
    feed = [article("a", S[0], published=first), article("b", S[0], published=second)]
    assert [report.id for report in scan(feed) if report.originality == 0] == [copy]


def test_of_one_moment_the_source_and_then_the_id_decide() -> None:
    moment = "2024-03-01T12:00:00Z"
    feed = [Article(name[1], S[0], source=name[0], published=moment) for name in ("tb", "ta", "sz")]
    assert [report.originality for report in scan(feed)] == [0.0, 0.0, 1.0]
    assert {f.match.id for r in scan(feed) for f in r.findings if f.match} == {"z"}
    same = [Article(name, S[0], source="s", published=moment) for name in "ba"]
    assert [report.originality for report in scan(same)] == [0.0, 1.0]


def test_the_match_is_the_earliest_holder_not_the_latest_or_the_longest() -> None:
    feed = [article("late", *S[:3], S[9]), article("first", S[0], S[8]), article("second", S[0], S[1], S[7])]
    dated = [replace(a, published=f"2024-03-0{4 - n}") for n, a in enumerate(feed)]
    report = next(iter(scan([article("copy", *S[:3], published="2024-03-09"), *dated])))
    # late is of 4 March, first of 3 March, second of 2 March.
    assert [f.match.id for f in report.findings if f.match] == ["second", "second", "late"]


@pytest.mark.parametrize("nets", ["lsh", "fingerprints", "both"])
def test_a_copy_of_a_copy_is_traced_to_the_first(nets: str) -> None:
    feed = [article("first", f"{S[0]} Nobody was asked."), article("second", S[0]), article("third", S[0])]
    judged = reports(*feed, settings=Settings(nets=nets))
    assert [[f.match.id for f in report.findings if f.match] for report in judged] == [
        [],
        ["first"],
        ["first"],
    ]


def test_reference_articles_are_earlier_than_everything_and_not_reported() -> None:
    reference = [
        article("archive", S[0], published="2030-01-01"),
        article("copy of it", S[0], published="2031-01-01"),
    ]
    (report,) = reports(article("a", S[0], published="2024-03-01"), reference=reference)
    assert (report.id, report.originality) == ("a", 0.0)
    assert [(f.match.id, f.copies) for f in report.findings if f.match] == [("archive", 2)]


@pytest.mark.parametrize(
    ("source", "other", "kind"),
    [
        ("a", "b", "recycled"),
        ("a", "a", "carried_over"),
        ("", "", "recycled"),
        ("", "b", "recycled"),
        ("a", "", "recycled"),
    ],
)
def test_what_one_source_says_again_is_carried_over(source: str, other: str, kind: str) -> None:
    _, copy = reports(Article("1", S[0], source=source), Article("2", S[0], source=other))
    assert [finding.kind for finding in copy.findings] == [kind]


def test_an_update_carries_over_the_own_story_and_adds_to_it() -> None:
    story, update = article("1", S[0], S[1], source="a"), article("2", S[0], S[20], S[1], source="a")
    copy = reports(story, update)[1]
    assert copy.ledger == Ledger(original=count(S[20]), carried_over=count(S[0], S[1]))


# -- repeats, quotes, furniture ----------------------------------------------------------------------------------


def test_a_headline_that_stands_three_times_is_original_once() -> None:
    headline = "Council shuts the iron bridge for good"
    page = article("page", headline, S[0], headline, S[1], headline)
    (report,) = reports(page)
    assert found(report, page.text) == [("repeated", headline, "page")] * 2
    assert [f.paragraph for f in report.findings] == [2, 4]
    assert [f.match.paragraph for f in report.findings if f.match] == [0, 0]
    assert report.ledger == Ledger(original=count(headline, S[0], S[1]), repeated=2 * count(headline))


def test_a_sentence_said_before_in_the_same_paragraph_is_repeated() -> None:
    page = article("page", f"{S[0]} {S[1]} {S[0]}")
    (report,) = reports(page)
    assert found(report, page.text) == [("repeated", trimmed(S[0]), "page")]
    assert report.findings[0].start == page.text.rindex("The council")


def test_a_quotation_found_earlier_counts_on_neither_side() -> None:
    text = f"{S[20]} “{S[1]}” she said. {S[21]}"
    _, copy = reports(article("a", S[0], S[1]), article("b", text))
    assert found(copy, text) == [("quoted", trimmed(S[1]), "a")]
    assert (copy.ledger.quoted, copy.originality) == (count(S[1]), 1.0)


def test_a_quotation_that_nobody_had_before_is_original() -> None:
    (report,) = reports(article("a", f"{S[20]} “{S[1]}” she said."))
    assert report.ledger == Ledger(original=report.words)


def test_scare_quotes_inside_a_copy_are_part_of_it() -> None:
    text = S[0].replace("iron bridge", "“iron bridge”")
    _, copy = reports(article("a", S[0]), article("b", text))
    assert copy.ledger == Ledger(recycled=copy.words)


def test_what_every_page_of_one_source_carries_is_furniture_and_what_many_sources_print_is_a_copy() -> None:
    slogan = "Harrow Gazette keeps its readers company through every season of the valley"
    pages = [article(f"g{n}", slogan, S[n], S[n + 6], source="gazette") for n in range(6)]
    for report, page in zip(reports(*pages), pages, strict=True):
        assert found(report, page.text)[:1] == [("boilerplate", slogan, "")]
        assert (report.ledger.boilerplate, report.originality) == (count(slogan), 1.0)
    wire = [article(f"w{n}", slogan, S[n], S[n + 6]) for n in range(6)]
    assert [report.ledger.recycled for report in reports(*wire)] == [0, *[count(slogan)] * 5]


# -- odd input ---------------------------------------------------------------------------------------------------


def test_nothing_in_nothing_out() -> None:
    assert reports() == []
    assert reports(reference=[article("a", S[0])]) == []


@pytest.mark.parametrize("text", ["", " \n\n ", "🙂🙂", "\ud800\udfff", "—"])
def test_a_text_without_words_is_reported(text: str) -> None:
    (first, second) = reports(Article("a", text), Article("b", text))
    for report in (first, second):
        assert (report.words, report.originality, report.ledger) == (0, None, Ledger())


@pytest.mark.parametrize("text", ["word", "two words", "word\n\nword", "\ud800a b\udfff", "東", "1"])
def test_texts_shorter_than_a_shingle_are_no_copies_of_each_other(text: str) -> None:
    for report in reports(Article("a", text, source="a"), Article("b", text, source="b")):
        assert report.ledger.recycled == report.ledger.reworded == 0


def test_two_articles_of_one_id_are_both_reported() -> None:
    one, other = reports(Article("a", S[0], source="x"), Article("a", S[0], source="y"))
    assert (one.id, other.id) == ("a", "a")
    assert (one.originality, other.originality) == (1.0, 0.0)


def test_what_came_with_an_article_goes_through_untouched() -> None:
    given_ = Article("a", S[0], "T", "s", "2024-03-01", "http://x", "en", {"k": [1, None]}, "p.jsonl", 7)
    (report,) = reports(given_)
    for name in ("id", "title", "source", "published", "url", "extra", "path", "record"):
        assert getattr(report, name) == getattr(given_, name)


def test_progress_tells_all_stages_to_their_end() -> None:
    told: list[tuple[str, int, int]] = []
    reports(article("a", S[0]), article("b", S[0]), progress=lambda *now: told.append(now))
    assert {stage for stage, _, _ in told} >= {"splitting", "aligning", "judging"}
    for stage in {stage for stage, _, _ in told}:
        steps = [(done, total) for name, done, total in told if name == stage]
        assert steps == sorted(steps)
        assert steps[-1] == ((0, 0) if stage == "pairing" else (2, 2))  # how long pairing takes is not known


# -- cases as data -----------------------------------------------------------------------------------------------


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        marks = [pytest.mark.xfail(strict=True)] if path.stem == "known-failure" else []
        for case in json.loads(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['label']}", marks=marks)


@pytest.mark.parametrize("case", list(cases()))
def test_a_case_is_judged_as_it_says(case: dict[str, Any]) -> None:
    feed = [Article(**fields) for fields in case["articles"]]
    texts = {a.id: a.text for a in feed}
    judged = {report.id: found(report, texts[report.id]) for report in scan(feed)}
    for name, expected in case["expected"].items():
        assert judged[name] == [tuple(finding) for finding in expected], case["comment"]


def test_every_case_has_a_label_of_its_own_and_says_why() -> None:
    all_cases = [
        case for path in CASES.glob("*.json") for case in json.loads(path.read_text(encoding="utf-8"))
    ]
    labels = [case["label"] for case in all_cases]
    assert len(labels) == len(set(labels)) > 20
    assert all(case["comment"] and case["expected"] for case in all_cases)


# -- what changes nothing ----------------------------------------------------------------------------------------


def by_id(feed: list[Article], **options: Any) -> dict[str, ArticleReport]:
    return {report.id: report for report in scan(feed, **options)}


@UNTIMED
@given(strategies.feeds(), st.randoms())
def test_the_order_of_the_input_changes_nothing_where_all_are_dated(
    feed: list[Article], random: Random
) -> None:
    shuffled = list(feed)
    random.shuffle(shuffled)
    assert by_id(shuffled) == by_id(feed)


@UNTIMED
@given(
    strategies.feeds(st.none() | st.sampled_from(strategies.DATES)),
    st.integers(1, 3),
    st.sampled_from([1, 40, 500]),
)
def test_the_size_of_batches_changes_nothing(feed: list[Article], chunk: int, batch: int) -> None:
    whole = by_id(feed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(detector, "CHUNK", chunk)
        patch.setattr(words, "BATCH", batch)
        assert by_id(feed) == whole


def test_the_number_of_workers_changes_nothing() -> None:
    random = Random(5)
    feed = [
        article(
            f"a{n}", *(strategies.reworded(s) if random.random() < 0.3 else s for s in random.sample(S, 4))
        )
        for n in range(40)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "Inspector", Inspector)
        patch.setattr(detector, "CHUNK", 3)
        patch.setattr(words, "BATCH", 900)
        one = reports(*feed, workers=1)
        assert sum(len(report.findings) for report in one) > 100
        for workers in (2, 4):
            assert reports(*feed, workers=workers) == one


@UNTIMED
@given(strategies.feeds())
def test_on_easy_data_the_fingerprints_alone_find_what_both_nets_find(feed: list[Article]) -> None:
    assert by_id(feed, settings=Settings(nets="fingerprints")) == by_id(feed, settings=Settings(nets="both"))


def test_the_lsh_net_alone_finds_whole_paragraphs() -> None:
    feed = [article("a", *S[:6]), article("b", *(f"{s} Or so." for s in S[:6]))]
    assert reports(*feed, settings=Settings(nets="lsh"))[1].ledger.recycled == count(*S[:6])


UNRELATED = "Zebras quietly juggle turquoise umbrellas whenever drummers yawn.\n\nXylophones amuse jellyfish."


@UNTIMED
@given(strategies.feeds(), st.sampled_from(strategies.DATES), st.integers(0, 5))
def test_an_unrelated_article_changes_no_verdict(feed: list[Article], date: str, place: int) -> None:
    stranger = Article("stranger", UNRELATED, source="elsewhere", published=date)
    more = by_id([*feed[:place], stranger, *feed[place:]])
    del more["stranger"]
    assert without_grounds(more) == without_grounds(by_id(feed))


def without_grounds(reports: dict[str, ArticleReport]) -> list[ArticleReport]:
    """The reports but for what they say of the company they were judged in."""
    return [replace(report, judged=None) for _, report in sorted(reports.items())]


@UNTIMED
@given(strategies.feeds(), strategies.news())
def test_another_source_raises_no_originality_while_nothing_becomes_furniture(
    feed: list[Article], text: str
) -> None:
    before = by_id(feed)
    after = by_id([Article("new", text, source="new", published="2024-02-01"), *feed])
    for name, report in before.items():
        now = after[name]
        if now.ledger.boilerplate == report.ledger.boilerplate and None not in (
            now.originality,
            report.originality,
        ):
            assert (now.originality or 0) <= (report.originality or 0) + 1e-9


def test_a_finding_says_the_same_twice() -> None:
    """Scans have no memory: what ran before changes nothing."""
    feed = [article("a", *S[:4]), article("b", S[2], S[9])]
    first = reports(*feed)
    reports(article("x", S[2]), article("y", *S[:9]))
    assert reports(*feed) == first
    assert all(isinstance(finding, Finding) for report in first for finding in report.findings)


def test_a_flash_that_everybody_sends_is_recycled_however_short_it_is() -> None:
    flash = "Quake hits northern Japan, no tsunami warning, officials say"
    sent = [article(f"s{n}", flash, published=f"2024-01-01T{n:02}:00:00") for n in range(10)]
    first, *later = reports(*sent)
    assert first.ledger.recycled == 0
    assert {(report.ledger.recycled, report.originality) for report in later} == {(count(flash), 0.0)}
