"""An article that breaks a stage is named, and the rest goes on: whichever stage, and however many follow."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from filter_feed import feed

from dedup import scanner
from dedup.errors import BadRecord
from dedup.index import open_index
from dedup.match import align
from dedup.model import Article, ArticleReport
from dedup.prefilter.filtering import Filter
from dedup.prefilter.incoming import Line
from dedup.scanner import scan
from dedup.stream import Detector
from dedup.text import words

FEED = [Article(r["id"], r["text"], source=r["source"], published=r["published"]) for r in feed(30)]
BAD = {7, 8, 20}


def test_splitting(monkeypatch: pytest.MonkeyPatch) -> None:
    bombs = [Article(one.id, "boom " + one.text if n in BAD else one.text) for n, one in enumerate(FEED)]
    expected = {one.id: one for one in scan([one for n, one in enumerate(bombs) if n not in BAD])}
    monkeypatch.setattr(words, "split", partial(split, words.split))
    said: list[BadRecord] = []
    reports = list(scan(bombs, on_error=said.append))
    assert [error.reason.partition(":")[0] for error in said] == [FEED[n].id for n in sorted(BAD)]
    assert {one.id: one.ledger for one in reports} == {name: one.ledger for name, one in expected.items()}


def split(real: Callable[..., words.Columns], texts: Sequence[str], *secret: bytes) -> words.Columns:
    if any("boom" in text for text in texts):
        raise RuntimeError("boom")
    return real(texts, *secret)


@pytest.mark.parametrize("error", [RuntimeError("boom"), RecursionError(), MemoryError()])
def test_aligning(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    real = align.verify

    def verify(layout: Any, holders: Any, start: int, stop: int, pairs: Any, settings: Any) -> align.Passages:
        if pairs.size and any(start <= number < stop for number in BAD):
            raise error
        return real(layout, holders, start, stop, pairs, settings)

    expected = list(scan(FEED))
    monkeypatch.setattr(align, "verify", verify)
    said: list[BadRecord] = []
    reports = list(scan(FEED, on_error=said.append))
    assert 0 < len(said) <= len(BAD) and len(reports) + len(said) == len(FEED)
    gone = {one.reason.partition(":")[0] for one in said}
    assert [one.id for one in reports] == [one.id for one in expected if one.id not in gone]
    with pytest.raises(type(error)):
        list(scan(FEED))


def test_quotations(monkeypatch: pytest.MonkeyPatch) -> None:
    def quotes(articles: Sequence[Article]) -> Callable[..., Any]:
        def of(number: int, paragraphs: object, among: object) -> Sequence[Sequence[int]]:
            raise ValueError(articles[number].id)

        return of

    clean = [one.id for one in scan(FEED) if not one.findings]
    monkeypatch.setattr(scanner, "quotes_in", quotes)
    said: list[BadRecord] = []
    reports = list(scan(FEED, on_error=said.append))
    assert said and len(reports) + len(said) == len(FEED)
    assert {*clean} <= {one.id for one in reports}


class Breaking(Detector):
    """Breaks over articles that say so, and over everything once it is broken."""

    broken = False

    def judge(self, batch: Sequence[Article], *, add: bool = True) -> list[ArticleReport]:
        if self.broken or any("boom" in article.text for article in batch):
            raise RecursionError("too deep")
        return super().judge(batch, add=add)


def lines(texts: Sequence[str]) -> list[Line]:
    return [
        Line(number, json.dumps({"id": f"{number}", "text": text}).encode() + b"\n", 0.0)
        for number, text in enumerate(texts, 1)
    ]


def test_a_row_of_them_ends_nothing_unless_everything_breaks() -> None:
    with open_index() as index:
        detector = Breaking(index)
        made = Filter(detector)
        outcomes = made.decide(lines(["boom"] * 25 + [FEED[0].text]))
        assert sum(outcome.error is not None for outcome in outcomes) == 25
        assert outcomes[-1].report is not None and len(index) == 1
        detector.broken = True
        with pytest.raises(RecursionError):
            made.decide(lines([one.text for one in FEED]))
