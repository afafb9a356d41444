"""What an update says otherwise: `dedup.updates`, and `update_of` in reports."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Article, Detector, Settings, open_index, scan
from dedup.model import ArticleReport, UpdateOf
from dedup.stream import stream
from dedup.updates import Difference, difference
from dedup.updates.before import Took, likely, siblings
from dedup.updates.common import common
from dedup.updates.facts import facts

TRAM = "Twelve people were hurt when a tram left the rails in Lenzburg on Monday, the fire brigade said."
LINE = "The line between the station and the harbour is closed until Wednesday. Buses run every ten minutes."
FIRM = "The operator, Verkehr AG, said the cause was not known. An expert from the ministry is expected."
MAYOR = "The mayor asked for a report on the state of the rails in the old town before the winter begins."


def text(*blocks: str) -> str:
    return "\n\n".join(blocks)


def words_of(found: Difference) -> tuple[int, int, int, int]:
    return found.words("added"), found.words("deleted"), found.words("changed"), found.words("moved")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (text(TRAM, LINE), text(TRAM, LINE), (0, 0, 0, 0)),
        (text(TRAM, LINE), text(TRAM, MAYOR, LINE), (20, 0, 0, 0)),
        (text(TRAM, MAYOR, LINE), text(TRAM, LINE), (0, 20, 0, 0)),
        (text(TRAM, LINE), text(TRAM.replace("Twelve", "Fifteen"), LINE), (0, 0, 1, 0)),
        (text(TRAM, LINE, FIRM), text(TRAM, FIRM, LINE), (0, 0, 0, 17)),
        (text(TRAM, LINE), text(TRAM, MAYOR), (20, 17, 0, 0)),
        ("", TRAM, (18, 0, 0, 0)),
        (TRAM, "", (0, 18, 0, 0)),
        (f"{TRAM} {LINE}", f"{TRAM} The council meets on Friday. {LINE}", (5, 0, 0, 0)),
    ],
)
def test_words_are_counted_once(old: str, new: str, expected: tuple[int, int, int, int]) -> None:
    assert words_of(difference(old, new)) == expected


def test_whole_sentences_are_shown_where_they_were_put_in() -> None:
    new = f"{TRAM} The trams of the town are thirty years old. {LINE}"
    (one,) = difference(f"{TRAM} {LINE}", new).passages
    assert new[one.start : one.end] == "The trams of the town are thirty years old"


def test_letters_of_scripts_without_spaces_are_compared_too() -> None:
    old, new = (
        "市议会周二决定关闭旧桥。工程预计持续六个月。",
        "市议会周三决定关闭旧桥。居民反对。工程预计持续八个月。",
    )
    found = difference(old, new)
    assert [(old[one.old_start : one.old_end], new[one.start : one.end]) for one in found.passages] == [
        ("二", "三"), ("", "居民反对"), ("六", "八"),
    ]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 6), max_size=30), st.lists(st.integers(0, 6), max_size=30))
def test_as_many_words_as_can_be_are_common(old: list[int], new: list[int]) -> None:
    pairs = [*map(tuple, common(np.array(old, np.uint32), np.array(new, np.uint32)).tolist())]
    assert all(old[i] == new[j] for i, j in pairs)
    assert pairs == sorted(set(pairs)) and len({j for _, j in pairs}) == len({i for i, _ in pairs}) == len(
        pairs
    )
    assert [j for _, j in pairs] == sorted(j for _, j in pairs)
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, word in enumerate(old):
        for j, other in enumerate(new):
            best[i + 1][j + 1] = best[i][j] + 1 if word == other else max(best[i][j + 1], best[i + 1][j])
    assert len(pairs) == best[-1][-1]


def test_texts_too_long_for_one_table_are_cut_at_what_both_have_once(monkeypatch: pytest.MonkeyPatch) -> None:
    old = list(range(400))
    new = [*old[:100], *range(1000, 1050), *old[150:300], 7, 7, *old[300:]]
    words = np.array(old, np.uint32), np.array(new, np.uint32)
    whole = common(*words)
    monkeypatch.setattr("dedup.updates.common.MOST", 4000)
    assert (common(*words) == whole).all()
    assert len(whole) == sum(
        size for *_, size in SequenceMatcher(None, old, new, False).get_matching_blocks()
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([TRAM, LINE, FIRM, MAYOR, "Nobody else was hurt."]), max_size=6), st.data())
def test_no_word_is_lost_or_counted_twice(blocks: list[str], data: st.DataObject) -> None:
    old, new = text(*blocks), text(*data.draw(st.permutations(blocks))[: data.draw(st.integers(0, 6))])
    found = difference(old, new)
    sizes = len(old.split()), len(new.split())
    assert found.same + sum(one.words for one in found.passages) == sizes[1]
    assert found.same + sum(one.old_words for one in found.passages) == sizes[0]


def test_figures_and_names_that_changed_are_set_apart() -> None:
    old = "At the harbour of the town 1.200 men waited for the boat, said Jon Abt of the port. Two left."
    new = "At the harbour of the town 1.450 men waited for the boat, said Jon Kern of the port. Three left."
    assert [fact[:3] for fact in facts(difference(old, new), old, new)] == [
        ("figure", "1.200", "1.450"), ("name", "Abt", "Kern"),
    ]  # fmt: skip


FEED = [
    Article("1", text(TRAM, LINE), source="post", published="2024-01-01"),
    Article("2", text(TRAM, LINE, FIRM), source="post", published="2024-01-02"),
    Article("3", text(TRAM.replace("Twelve", "Fifteen"), FIRM, MAYOR), source="post", published="2024-01-03"),
    Article("4", text(TRAM, LINE, FIRM), source="echo", published="2024-01-04"),
]
KNOWN = [None, UpdateOf("1", 17, 0, 0), UpdateOf("2", 20, 17, 1), None]


def updates(reports: list[ArticleReport]) -> list[UpdateOf | None]:
    return [report.update_of for report in reports]


def test_an_update_says_what_it_updates_in_a_scan_and_in_a_stream() -> None:
    assert updates(list(scan(FEED))) == updates(list(stream(FEED))) == KNOWN
    assert updates(list(scan(FEED[::-1]))) == KNOWN[::-1]


def test_the_version_before_is_named_where_both_were_made_from_an_agency() -> None:
    feed = [
        Article("wire", text(TRAM, LINE, FIRM), source="wire", published="2024-01-01"),
        Article("first", text(TRAM, LINE, FIRM), source="post", published="2024-01-02"),
        Article("second", text(TRAM, LINE, FIRM, MAYOR), source="post", published="2024-01-03"),
        Article("other", text(TRAM, LINE, FIRM), source="echo", published="2024-01-04"),
    ]
    known = [None, None, UpdateOf("first", 20, 0, 0), None]
    assert updates(list(scan(feed))) == updates(list(stream(feed))) == known
    assert updates(list(scan(feed[::-1]))) == known[::-1]


def test_the_version_before_is_named_where_it_only_deleted() -> None:
    feed = [
        Article("1", text(TRAM, LINE, FIRM), source="post", published="2024-01-01"),
        Article("2", text(TRAM, LINE), source="post", published="2024-01-02"),
        Article("3", text(TRAM, LINE, MAYOR), source="post", published="2024-01-03"),
    ]
    known = [None, UpdateOf("1", 0, 17, 0), UpdateOf("2", 20, 0, 0)]
    assert updates(list(scan(feed))) == updates(list(stream(feed))) == known
    undated = [replace(one, published=None) for one in feed]
    assert updates(list(scan(undated))) == updates(list(stream(undated))) == known


def test_kin_are_those_of_one_outlet_that_took_from_one_source() -> None:
    taken = Took(*(np.array(column) for column in ([4, 5, 6, 7, 7], [1, 1, 1, 1, 2], [60, 50, 40, 70, 9])))
    outlets, sizes = np.array([3, 3, 8, 3, 3]), np.array([80, 50, 90, 75, 75])
    kin = siblings(taken, outlets, sizes)
    assert sorted(zip(*(column.tolist() for column in kin), strict=True)) == [
        (5, 4, 50, 80), (7, 4, 60, 80), (7, 5, 50, 50),
    ]  # fmt: skip
    every = np.zeros(8, np.int64)
    every[[4, 5, 6, 7]] = 80, 50, 90, 75
    assert likely(kin, every).tolist() == [[5, 4], [7, 4], [7, 5]]


def test_no_outlet_updates_what_is_not_its_own() -> None:
    nobody = [replace(one, source="") for one in FEED]
    assert updates(list(scan(nobody))) == [None] * 4


def test_a_revision_says_what_it_says_otherwise() -> None:
    first = Article("a", text(TRAM, LINE), source="post", published="2024-01-01")
    last = replace(first, text=text(TRAM, LINE, MAYOR), published="2024-01-02")
    (report,) = scan([first, last])
    assert report.update_of == UpdateOf("a", 20, 0, 0)
    for batches in ([[first, last]], [[first], [last]]):
        with open_index() as index:
            reports = [one for batch in batches for one in Detector(index).judge(batch)]
        assert updates(reports) == [None, UpdateOf("a", 20, 0, 0)]


def test_a_stream_says_the_story_as_far_as_the_past_tells() -> None:
    feed = [FEED[0], FEED[1], FEED[3]]
    with open_index(settings=Settings()) as index:
        detector = Detector(index, stories=True)
        first = [one for article in feed for one in detector.judge([article])]
        again = detector.judge(feed)
    with open_index() as index:
        together = Detector(index, stories=True).judge(feed)
    parts = [(one.story.id, one.story.role) for one in first if one.story]
    assert parts == [("1", "origin"), ("1", "update"), ("1", "reprint")]
    assert [one.story for one in again] == [one.story for one in together] == [one.story for one in first]
