"""What a reworded passage says otherwise, and what verdicts rest on, as the terminal and Markdown tell it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import Article, scan
from dedup.model import ArticleReport, Finding
from dedup.reporter.differences import differences, said
from dedup.reporter.markdown import write_markdown
from dedup.reporter.show import write_article
from dedup.reporter.summary import Summary
from dedup.reporter.text import write_text
from dedup.reporter.texts import TextsAtHand

LINE = "The mill said that output rose by {} percent {}after two dry years, most of it flour for the island bakers."
SOURCE, COPY = LINE.format("3.4", ""), LINE.format("3.9", "allegedly ")


def reports(*dates: str | None) -> list[ArticleReport]:
    return list(scan([
        Article(name, text, source=f"of {name}", published=date)
        for name, text, date in zip(("wire", "copy"), (SOURCE, COPY), dates, strict=False)
    ]))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("by 3.9 in all", "9", "3.9"),
        ("by 12,450 in all", "450", "12,450"),
        ("on 2024-03-21 at 21:45.", "21", "2024-03-21"),
        ("in 2024. 12 came", "12", "12"),
        ("rose ١٢٫٥ and ٣٫٤", "٤", "٤"),
        ("two  new\nwords", "new\nwords", "new words"),
        ("9", "9", "9"),
        ("of 3. March", "March", "March"),
    ],
)
def test_a_figure_is_told_whole(text: str, piece: str, whole: str) -> None:
    start = text.index(piece)
    assert said(text, start, start + len(piece)) == whole


@given(st.text("12.,: a", max_size=30), st.data())
def test_what_is_told_holds_the_piece_and_takes_no_more_than_a_figure(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    told = said(text, start, end)
    assert " ".join(text[start:end].split()) in told
    assert told.count("a") == text[start:end].count("a")


def test_without_the_source_only_this_side_is_told() -> None:
    found = Finding("reworded", 0, 0, 9, 2, changes=((0, 3, 0, 3), (3, 3, 4, 7)))
    assert list(differences(found, "new words", None)) == ["new", "left out"]
    assert list(differences(found, "new words", "old oak words")) == ["old → new", "left out: oak"]


def test_show_reads_before_and_after() -> None:
    _, report = reports("2024-03-01", "2024-03-02")
    out = io.BytesIO()
    write_article(report, COPY, out, others=TextsAtHand(added={"wire": SOURCE}))
    assert "3.4 → 3.9; put in: allegedly" in out.getvalue().decode()
    assert "compared with 1 other article" in out.getvalue().decode()
    out = io.BytesIO()
    write_article(report, None, out)
    assert "→" not in out.getvalue().decode(), "without the text nothing is quoted from it"


def in_terminal(some: list[ArticleReport]) -> str:
    out, summary = io.BytesIO(), Summary()
    write_text(summary.watch(some), out, summary)
    return out.getvalue().decode()


def in_markdown(some: list[ArticleReport]) -> str:
    out = io.StringIO()
    write_markdown(some, out)
    return out.getvalue()


@pytest.mark.parametrize("write", [in_terminal, in_markdown])
def test_a_feed_without_dates_or_company_says_so(write: Callable[[list[ArticleReport]], str]) -> None:
    assert "2 of 2 undated: the order of the input decided who was first" in write(reports(None, None))
    assert "compared with 0 other articles" in write(reports(None))
    dated = write(reports("2024-03-01", "2024-03-02"))
    assert "undated" not in dated
    assert "0 other articles: nothing" not in dated
