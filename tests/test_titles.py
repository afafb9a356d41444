"""Titles: who had the same one, or nearly, before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from dedup import Article, Detector, Settings, scan
from dedup.index import open_index
from dedup.index.memory import MemoryIndex
from dedup.match import titles
from dedup.match.titles import Title, changed, columns_of, matched, nearest, words_of
from dedup.model import ArticleReport, TitleMatch
from dedup.stories import node_of, told
from dedup.text.vocabulary import told_apart
from dedup.verdict.codec import from_dict, to_dict

TEXTS = [
    "Engineers found that eleven of the forty wooden piles could no longer bear the weight of a loaded bus.",
    "A brass band from the valley will play on the quay every Sunday until the leaves have fallen.",
    "Nobody in the village had seen the bakery closed on a Saturday since the flood of nineteen sixty two.",
    "The orchard keepers counted fewer bees this spring and have asked two schools to help with hedges.",
]


def feed(*names: tuple[str, str]) -> list[Article]:
    """Articles of which none has anything of another's text, an hour apart: titles and sources."""
    return [
        Article(str(number), TEXTS[number], title, source, f"2024-03-01T{10 + number}:00:00Z")
        for number, (title, source) in enumerate(names)
    ]


def said(reports: Sequence[ArticleReport]) -> dict[str, tuple[str, int] | None]:
    return {one.id: one.title_match and (one.title_match.id, one.title_match.changed) for one in reports}


def streamed(articles: Sequence[Article]) -> list[ArticleReport]:
    detector = Detector(MemoryIndex(Settings()))
    return [detector.add(article) for article in articles]


@pytest.mark.parametrize("judge", [lambda articles: list(scan(articles)), streamed])
@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("Old ferry terminal to close before winter", "Old ferry terminal to close before winter", 0),
        ("Old ferry terminal to close before winter", "OLD FERRY TERMINAL TO CLOSE BEFORE THE WINTER!", 1),
        ("Alter Anleger schließt vor dem Winter", "Alter Anleger schliesst noch vor dem Winter", 1),
        ("Старый причал закроют до зимы", "Старый причал закроют к зиме", None),
        ("Старый причал в Лукове закроют до зимы", "Старый причал в Лукове закрыли до зимы", 1),
        ("旧码头将在冬季之前关闭学生改乘早班船", "旧码头将在冬天之前关闭学生改乘早班船", 1),
        ("المحطة القديمة للعبارات تغلق قبل الشتاء", "المحطة القديمة للعبارات تغلق قبل الشتاء", 0),
        ("In brief", "In brief", None),
        ("Death toll of the storm rises to 34", "Death toll of the storm rises to 36", 1),
        ("Old ferry terminal to close before winter", "New school opens its doors before winter", None),
    ],
)  # fmt: skip
def test_the_same_title_in_another_source_is_told(judge, first, second, count):
    reports = judge(feed((first, "one"), (second, "two")))
    assert said(reports) == {"0": None, "1": None if count is None else ("0", count)}


def test_it_counts_in_no_ledger_and_helps_nobody_into_a_story():
    title = "Old ferry terminal to close before winter"
    reports = list(scan(feed((title, "one"), (title, "two"))))
    assert [one.originality for one in reports] == [1.0, 1.0]
    assert [one.story and one.story.id for one in _with_parts(reports)] == ["0", "1"]
    assert reports[1].title_match == TitleMatch("0", "one", "2024-03-01T10:00:00Z", 0)


def _with_parts(reports: Sequence[ArticleReport]) -> list[ArticleReport]:
    parts = told([node_of(one) for one in reports], Settings()).parts()
    return [replace(one, story=part) for one, part in zip(reports, parts, strict=True)]


def test_a_series_of_one_source_is_no_match_and_nobody_is_his_own():
    title = "What the week brought to the old harbour"
    assert said(scan(feed((title, "one"), (title, "one"), (title, "two")))) == {
        "0": None, "1": None, "2": ("0", 0),
    }  # fmt: skip
    assert said(scan(feed((title, ""), (title, "")))) == {"0": None, "1": ("0", 0)}


def test_the_nearest_title_is_named_and_of_equals_the_first():
    near, same = "Old ferry terminal closes before winter", "Old ferry terminal to close before winter"
    articles = feed((near, "one"), (same, "two"), (same, "three"), (same, "four"))
    want = {"0": None, "1": None, "2": ("1", 0), "3": ("1", 0)}
    assert said(scan(articles[::-1])) == want == said(streamed(articles))


def test_a_reference_and_an_index_are_looked_at(tmp_path):
    older, newer = feed(
        ("Old ferry terminal to close before winter", "one"),
        ("Old ferry terminal closes before winter", "two"),
    )
    newer = replace(newer, title=older.title)
    assert said(scan([newer], reference=[older])) == {"1": ("0", 0)}
    with open_index(str(tmp_path / "feed.index")) as index:
        Detector(index).add(older)
    with open_index(str(tmp_path / "feed.index")) as index:
        assert said(scan([newer], index=index)) == {"1": ("0", 0)}
        assert said([Detector(index).add(newer)]) == {"1": ("0", 0)}
        index.check()
        assert said([Detector(index).add(newer)]) == {"1": ("0", 0)}, "sent again, it gets its first report"


def test_a_report_is_written_and_read_with_it():
    title = "Old ferry terminal to close before winter"
    report = list(scan(feed((title, "one"), (title, "two"))))[1]
    value = to_dict(report)
    assert value["title_match"] == {
        "id": "0", "source": "one", "published": "2024-03-01T10:00:00Z", "changed": 0,
    }  # fmt: skip
    assert from_dict(value) == report


def test_keys_find_all_that_is_nearly_the_same():
    rng = Random(5)
    words = ["".join(rng.choices("abcdefghiklmnorstu", k=rng.randint(2, 9))) for _ in range(60)]
    said = [" ".join(rng.choices(words, k=rng.randint(4, 14))) for _ in range(120)]
    said += [_edited(title, words, rng) for title in said]
    rng.shuffle(said)
    sources = [rng.choice(["", "a", "b", "c"]) for _ in said]
    columns = told_apart(columns_of(said))
    every = [Title(at, sources[at], some) for at, some in enumerate(words_of(columns))]
    slowly = {
        one.place: best for one in every
        if len(one.words) >= titles.LEAST and (best := nearest(one, every[: one.place]))
    }  # fmt: skip
    assert matched(columns, sources) == slowly
    assert len(slowly) > 60


def _edited(title: str, words: Sequence[str], rng: Random) -> str:
    parts = title.split()
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(parts))
        parts[at : at + 1] = (
            rng.choice(([], [rng.choice(words)], [parts[at], rng.choice(words)])) or parts[at : at + 1]
        )
    return " ".join(parts)


def test_words_that_differ_are_counted():
    assert changed([1, 2, 3, 4], [1, 2, 3, 5]) is None, "four words say too little to be nearly the same"
    assert changed([1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 4, 5, 6, 9, 8]) is None
    assert changed([1, 2, 3, 4, 5, 6, 7, 8], [2, 3, 4, 5, 6, 7, 8, 9]) == 2
