"""Input made to hurt takes no more than its size, and what is not looked at to its end is said: no clock is read."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import growth
from benchmarks.hostile import SHAPES, changed, near_identical, novel, paragraphs, spelled
from dedup import Article, scan
from dedup.errors import BadRecord
from dedup.model import ArticleReport
from dedup.readers import read_articles, tables
from dedup.readers.patterns import PathPattern
from dedup.reporter.summary import Summary
from dedup.stream import stream
from dedup.text.ranges import distinct
from dedup.verdict.codec import from_bytes, from_dict, to_bytes, to_dict


def copied(original: str, copy: str) -> ArticleReport:
    return list(scan([Article("original", original), Article("copy", copy)]))[1]


def test_a_long_copy_is_judged_to_its_end() -> None:
    """Every eighth word is another: of ten thousand runs none is longer than the others."""
    words = novel(80_000)
    report = copied(paragraphs(words, 60), paragraphs(changed(words, 8), 60))
    assert report.originality is not None
    assert report.originality < 0.01
    assert report.bounded == ()


def test_near_identical_paragraphs_are_told_from_each_other() -> None:
    text = "\n\n".join(near_identical(3000))
    assert copied(text, text).originality == 0.0


@pytest.mark.parametrize("judge", [scan, stream])
def test_what_is_not_looked_at_to_its_end_is_said_and_counted(
    judge: Callable[[list[Article]], Iterator[ArticleReport]],
) -> None:
    draw = Random(3)
    pool = ["ba", "be", "bi"]
    texts = [" ".join(draw.choices(pool, k=6000)) + f" {spelled(n)} of the bridge" for n in (1, 2)]
    reports = list(judge([Article(str(n), text) for n, text in enumerate(texts)]))
    # A scan counts places, of which one text alone has more here than are listed, and takes no chances.
    assert [report.bounded for report in reports] == [(), ("runs", "sources") if judge is scan else ("runs",)]
    summary = Summary()
    assert list(summary.watch(reports)) == reports
    assert summary.figures()["bounded"] == 1
    assert to_dict(reports[1])["bounded"] == reports[1].bounded
    assert "bounded" not in to_dict(reports[0])
    assert from_dict(json.loads(json.dumps(to_dict(reports[1])))).bounded == reports[1].bounded
    assert from_bytes(to_bytes(reports[1])).bounded == reports[1].bounded
    assert from_bytes(to_bytes(reports[0])).bounded == ()


NAMES = st.permutations(["id", "source", "title"])
TEXTS = st.lists(st.sampled_from(["", "-", "a", "/", "a-"]), min_size=4, max_size=4)


@given(NAMES, TEXTS, st.text("a-/b", max_size=12))
def test_a_path_is_taken_apart_as_a_lazy_expression_would(
    names: list[str], texts: list[str], path: str
) -> None:
    parts = [f"{re.escape(text)}(?P<{name}>[^/]+?)" for name, text in zip(names, texts, strict=False)] + [
        re.escape(texts[3])
    ]
    pattern = "".join(f"{text}{{{name}}}" for name, text in zip(names, texts, strict=False)) + texts[3]
    found = re.fullmatch("".join(parts), path)
    assert PathPattern(pattern).values(path) == (found and found.groupdict())


def test_a_path_of_dashes_is_no_riddle() -> None:
    pattern = PathPattern("{source}-{published}-{language}-{title}-{id}.txt")
    assert pattern.values("-" * 4000 + ".html") is None


@pytest.mark.parametrize("line", ['"a","b', '"a', 'a,"b'])
def test_quotes_that_are_never_closed_are_looked_for_some_times_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    read = count()
    plain = tables._Lines.__next__

    def counted(lines: tables._Lines) -> str:
        next(read)
        return plain(lines)

    monkeypatch.setattr(tables._Lines, "__next__", counted)
    file = tmp_path / "a.csv"
    file.write_text("id,text\n" + f"{line}\n" * 999 + "last,The bridge is open.\n")
    errors: list[BadRecord] = []
    articles = list(read_articles(file, on_error=errors.append))
    assert next(read) <= 20 * 1000
    assert len(errors) + len(articles) <= 1000
    assert errors


def test_an_element_with_very_many_attributes_is_no_feed(tmp_path: Path) -> None:
    many = " ".join(f'a{n}="u"' for n in range(2000))
    (tmp_path / "a.xml").write_text(f"<rss {many}><channel><title>x</title></channel></rss>")
    errors: list[BadRecord] = []
    assert list(read_articles(tmp_path, on_error=errors.append)) == []
    assert "attributes" in errors[0].reason


@given(st.lists(st.integers(0, 9)))
def test_distinct_numbers(numbers: list[int]) -> None:
    assert distinct(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))


def test_exponents() -> None:
    assert growth.exponent([1, 2, 4], 0.01) == pytest.approx(1)
    assert growth.exponent([1, 4, 16], 0.01) == pytest.approx(2)
    assert growth.exponent([0, 0, 0.005], 0.01) == 0
    assert math.isinf(growth.exponent([1, 2], 0.01))
    points = [growth.Point(n, n / 10, 1.0) for n in (1, 2, 4)]
    assert growth.passes(points)
    assert "STEEP" in growth.line_of("x", points[:2])


@pytest.mark.parametrize("name", SHAPES)
def test_each_hostile_shape_is_read_and_judged(name: str) -> None:
    assert len(SHAPES) >= 25
    SHAPES[name].made(7)()
