"""What a report promises (README, "How to read a report"), on generated feeds, from its JSON and the texts alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import pytest
import strategies
from hypothesis import event, given, settings
from hypothesis import strategies as st
from oracles import folded, painted, paragraph_spans, word_spans

from dedup.classes import PRECEDENCE
from dedup.inspect import processes
from dedup.inspect.inspector import Inspector
from dedup.model import Article
from dedup.provenance import provenance_order
from dedup.reporter.jsonl import line
from dedup.scanner import scan

Report: TypeAlias = Mapping[str, Any]

UNTIMED = settings(deadline=None, max_examples=45)
MATCHED = {"template", "repeated", "quoted", "recycled", "carried_over", "reworded"}
FEEDS = st.one_of(strategies.feeds(), strategies.feeds(st.none() | st.sampled_from(strategies.DATES)))


@pytest.fixture(autouse=True, scope="module")
def one_inspector() -> Iterator[None]:
    """Loading the language models takes longer than all these scans."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "Inspector", cache(Inspector))
        yield


def reported(feed: list[Article]) -> list[tuple[Article, Report]]:
    reports = [json.loads(line(report)) for report in scan(feed)]
    assert [report["id"] for report in reports] == [article.id for article in feed]
    return list(zip(feed, reports, strict=True))


def words(text: str, start: int, end: int) -> list[str]:
    """Folded words of a stretch of text."""
    return [folded(text[low:high]) for low, high in word_spans(text) if start <= low < end]


@UNTIMED
@given(FEEDS)
def test_the_ledger_is_closed_and_explained_by_the_findings(feed: list[Article]) -> None:
    for article, report in reported(feed):
        assert report["words"] == sum(report["ledger"].values()) == len(word_spans(article.text))
        assert painted(article.text, report["findings"]) == report["ledger"]
        for kind, count in report["ledger"].items():
            if count:
                event(kind)


@UNTIMED
@given(FEEDS)
def test_originality_is_the_share_of_original_words_among_the_judged(feed: list[Article]) -> None:
    for _, report in reported(feed):
        ledger = report["ledger"]
        judged = sum(
            ledger[kind] for kind in ("original", "recycled", "carried_over", "reworded", "repeated")
        )
        assert report["originality"] == (ledger["original"] / judged if judged else None)


@UNTIMED
@given(FEEDS)
def test_each_finding_lies_in_its_paragraph_and_counts_its_words(feed: list[Article]) -> None:
    for article, report in reported(feed):
        paragraphs = paragraph_spans(article.text)
        starts = [start for start, _ in word_spans(article.text)]
        order = [finding["start"] for finding in report["findings"]]
        assert order == sorted(order)
        for finding in report["findings"]:
            start, end = finding["start"], finding["end"]
            low, high = paragraphs[finding["paragraph"]]
            assert low <= start < end <= high
            assert finding["words"] == sum(start <= begin < end for begin in starts)
            assert finding["words"] or finding["kind"] == "obfuscated"


@UNTIMED
@given(FEEDS)
def test_a_matched_range_begins_with_a_word_and_ends_with_one_on_both_sides(feed: list[Article]) -> None:
    texts = {article.id: article.text for article in feed}
    for article, report in reported(feed):
        for finding in report["findings"]:
            if finding["kind"] in MATCHED:
                match = finding["match"]
                for text, stretch in ((article.text, finding), (texts[match["id"]], match)):
                    spans = word_spans(text)
                    assert stretch["start"] in {start for start, _ in spans}
                    assert stretch["end"] in {end for _, end in spans}
            else:
                assert "match" not in finding


@UNTIMED
@given(FEEDS)
def test_spans_are_equal_words_in_order_inside_both_ranges(feed: list[Article]) -> None:
    texts = {article.id: article.text for article in feed}
    for article, report in reported(feed):
        for finding in report["findings"]:
            match = finding.get("match")
            if not match:
                continue
            assert match["spans"]
            end, match_end = finding["start"], match["start"]
            for a, b, c, d in match["spans"]:
                assert (end, match_end) <= (a, c) and end <= a < b and match_end <= c < d
                assert words(article.text, a, b) == words(texts[match["id"]], c, d) != []
                end, match_end = b, d
            assert end <= finding["end"]
            assert match_end <= match["end"]


@UNTIMED
@given(FEEDS)
def test_jaccard_and_containment_compare_the_shingles_of_both_paragraphs(feed: list[Article]) -> None:
    texts = {article.id: article.text for article in feed}

    def shingles(text: str, paragraph: int) -> set[tuple[str, ...]]:
        own = words(text, *paragraph_spans(text)[paragraph])
        return {tuple(own[i : i + 3]) for i in range(max(1, len(own) - 2))}

    for article, report in reported(feed):
        for finding in report["findings"]:
            if match := finding.get("match"):
                one = shingles(article.text, finding["paragraph"])
                other = shingles(texts[match["id"]], match["paragraph"])
                assert match["jaccard"] == pytest.approx(len(one & other) / len(one | other), abs=1e-4)
                assert match["containment"] == pytest.approx(len(one & other) / len(one), abs=1e-4)


@UNTIMED
@given(FEEDS)
def test_a_match_is_earlier_and_its_source_makes_the_kind(feed: list[Article]) -> None:
    place = {feed[i].id: n for n, i in enumerate(provenance_order(feed))}
    by_id = {article.id: article for article in feed}
    for article, report in reported(feed):
        for finding in report["findings"]:
            if not (match := finding.get("match")):
                continue
            other = by_id[match["id"]]
            assert (match["source"], match["published"]) == (other.source, other.published)
            same = article.source == other.source != ""
            if finding["kind"] == "repeated":
                assert other is article
                assert match["end"] <= finding["start"]
            else:
                assert place[other.id] < place[article.id]
                assert finding["copies"] >= 1
            assert not (finding["kind"] == "recycled" and same)
            assert not (finding["kind"] == "carried_over" and not same)


@UNTIMED
@given(strategies.feeds())
def test_a_verbatim_passage_is_matched_to_the_earliest_article_that_has_it(feed: list[Article]) -> None:
    ordered = [feed[i] for i in provenance_order(feed)]
    all_words = {article.id: " ".join(words(article.text, 0, len(article.text))) for article in feed}
    for article, report in reported(feed):
        for finding in report["findings"]:
            match = finding.get("match")
            if match and finding["kind"] != "repeated" and len(match["spans"]) == 1:
                passage = " ".join(words(article.text, *match["spans"][0][:2]))
                holders = [other.id for other in ordered if f" {passage} " in f" {all_words[other.id]} "]
                assert match["id"] == holders[0]


@UNTIMED
@given(FEEDS)
def test_sources_sum_up_what_was_taken(feed: list[Article]) -> None:
    for article, report in reported(feed):
        taken = sum(report["ledger"][kind] for kind in MATCHED - {"repeated", "template"})
        assert sum(share["words"] for share in report["sources"]) == taken
        assert all(share["words"] > 0 for share in report["sources"])
        counts = [share["words"] for share in report["sources"]]
        assert counts == sorted(counts, reverse=True)
        taking = [f for f in report["findings"] if f.get("match") and f["kind"] != "template"]
        named = {f["match"]["id"] for f in taking} - {article.id}
        assert {share["id"] for share in report["sources"]} == named


@UNTIMED
@given(FEEDS)
def test_a_report_has_the_fields_of_its_schema(feed: list[Article]) -> None:
    optional = {"title", "url", "path", "record", "extra", "update_of"}
    for article, report in reported(feed):
        assert set(report) - optional == {
            "schema", "id", "source", "published", "language", "words", "originality", "ledger", "sources",
            "findings", "judged",
        }  # fmt: skip
        assert set(report["judged"]) == {"words", "against", "undated"}
        if "update_of" in report:
            assert set(report["update_of"]) == {"id", "added", "deleted", "changed"}
        assert report["schema"] == 2
        assert (report["source"], report["published"]) == (article.source, article.published)
        assert set(report["ledger"]) == {"original", *PRECEDENCE}
        for finding in report["findings"]:
            assert {"kind", "paragraph", "start", "end", "words"} <= set(finding)
            assert finding["kind"] in {*PRECEDENCE, "obfuscated"}
            extra = set(finding) - {"kind", "paragraph", "start", "end", "words"}
            if finding["kind"] in MATCHED:
                further = {"repeated": set(), "reworded": {"copies", "changes"}}.get(
                    finding["kind"], {"copies"}
                )
                assert extra == {"match"} | further
                assert set(finding["match"]) == {
                    "id", "source", "published", "paragraph", "start", "end", "jaccard", "containment", "spans",
                }  # fmt: skip
            else:
                assert extra <= {"language", "confidence", "reason", "hides"}
                assert ("language" in extra) == (finding["kind"] == "foreign")
                assert "reason" in extra or finding["kind"] == "foreign"
