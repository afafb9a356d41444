"""Which articles of a stream are one: what comes again, newer versions, and older ones that come late."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from servers import redis_server

from dedup import Article, ArticleReport, Detector, open_index
from dedup.index import Index

BRIDGE = (
    "The council of Harrow Falls voted on Monday to close the old bridge before the winter, said the mayor."
)
LONGER = BRIDGE + " A second line to the harbour is to be built next year, officials said after the meeting."


def version(number: int, text: str, hour: int, **extra: Any) -> Article:
    return Article(
        "1", text, source="wire", published=f"2024-01-02T{hour:02}:00:00Z", extra={"version": number, **extra}
    )


@pytest.fixture(params=["memory", "embedded", "redis"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    kinds = {
        "memory": lambda: "memory:",
        "embedded": lambda: str(tmp_path / "index"),
        "redis": lambda: f"{redis_server()}?prefix=test-{os.urandom(6).hex()}",
    }
    with open_index(kinds[request.param]()) as index:
        yield index


def judged(detector: Detector, articles: Sequence[Article], size: int) -> list[ArticleReport]:
    """Their reports, so many of them at a time."""
    return [
        report for at in range(0, len(articles), size) for report in detector.judge(articles[at : at + size])
    ]


def test_two_outlets_may_have_one_id(index: Index) -> None:
    other = replace(version(1, LONGER, 9), source="herald")
    detector = Detector(index)
    assert [report.revision for report in detector.judge([version(1, BRIDGE, 8), other])] == [0, 0]
    assert [report.source for report in detector.judge([version(1, BRIDGE, 8), other])] == ["wire", "herald"]
    assert len(index) == 2 and index.remove(["1"], "herald") == 1 and index.remove(["1"]) == 1
    index.check()


@pytest.mark.parametrize("size", [1, 9])
def test_an_older_version_that_comes_late_replaces_nothing_but_the_date(index: Index, size: int) -> None:
    copier = Article("c", BRIDGE, source="herald", published="2024-01-02T09:00:00Z")
    detector = Detector(index)
    reports = judged(detector, [version(2, LONGER, 10), version(1, BRIDGE, 8), copier], size)
    assert [report.revision for report in reports] == [0, 0, 0]
    assert [report.originality for report in reports] == [1.0, 1.0, 0.0]
    assert [(one.id, one.published) for one in index.articles()] == [
        ("1", "2024-01-02T08:00:00Z"),
        ("c", "2024-01-02T09:00:00Z"),
    ]
    assert detector.late == 1
    index.check()


def test_a_revision_keeps_the_date_of_what_it_replaces(index: Index) -> None:
    detector = Detector(index)
    detector.judge([version(1, BRIDGE, 8), version(2, LONGER, 12)])
    copier = detector.add(Article("c", LONGER, source="herald", published="2024-01-02T11:00:00Z"))
    assert copier.originality == 0 and copier.sources[0].published == "2024-01-02T08:00:00Z"


@pytest.mark.parametrize("size", [1, 9])
def test_what_evolved_from_an_article_replaces_it_however_long_the_chain(index: Index, size: int) -> None:
    chain = [
        replace(version(0, LONGER + f" Version {name}.", 8 + int(name)), id=name, extra=extra)
        for name, extra in (("1", {}), ("2", {"evolvedfrom": "1"}), ("3", {"evolvedfrom": "2"}))
    ]
    detector = Detector(index)
    reports = judged(detector, [*chain, chain[1], chain[0]], size)
    assert [report.revision for report in reports] == [0, 1, 2, 0, 0]
    assert [report.update_of and report.update_of.id for report in reports[:3]] == [None, "1", "2"]
    assert [one.id for one in index.articles()] == ["3"] and detector.late == 2
    assert index.remove(["3"]) == 1


def test_versions_of_one_item_have_ids_of_their_own(index: Index) -> None:
    first, second = (
        replace(one, id=f"item:{n}", extra={**one.extra, "versionOf": "item"})
        for n, one in enumerate((version(1, BRIDGE, 8), version(2, LONGER, 9)), 1)
    )
    detector = Detector(index)
    assert [report.revision for report in detector.judge([first, second])] == [0, 1]
    assert index.remove(["item:2"]) == 1


def test_texts_are_kept_when_a_date_is_mended() -> None:
    with open_index(keep_text=True) as index:
        Detector(index).judge([version(2, LONGER, 10), version(1, BRIDGE, 8)])
        assert [(one.text, one.published) for one in index.articles()] == [(LONGER, "2024-01-02T08:00:00Z")]
