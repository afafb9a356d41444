"""Candidates and verified passages on small corpora, where all of it can be counted by hand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match import fingerprints
from dedup.match.align import Passages, verify
from dedup.match.candidates import exact_pairs, listed, proposed_pairs
from dedup.match.kernels.alignment import rows as column
from dedup.match.kernels.alignment.rows import ARTICLE, KIND, REPEATED, T0, T1, WORDS
from dedup.match.kernels.inverted import ALONE
from dedup.match.layout import Layout, lay_out
from dedup.settings import Settings
from dedup.text.words import split

UNTIMED = settings(deadline=None, max_examples=80)
WIDTH = 3
VOCABULARY = [
    "mayor",
    "bridge",
    "river",
    "storm",
    "budget",
    "council",
    "harbour",
    "police",
    "market",
    "winter",
]

PARAGRAPH = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(" ".join)


@st.composite
def feeds(draw: st.DrawFn) -> list[str]:
    """Articles of paragraphs that often share some words, or all of them, with others."""
    pool = draw(st.lists(PARAGRAPH, min_size=1, max_size=3))
    copied = st.builds(
        lambda before, words, start, after: " ".join([*before, *words.split()[start:], *after]),
        st.lists(st.sampled_from(VOCABULARY), max_size=3),
        st.sampled_from(pool),
        st.integers(0, 2),
        st.lists(st.sampled_from(VOCABULARY), max_size=3),
    )
    article = st.lists(st.one_of(PARAGRAPH, st.sampled_from(pool), copied), min_size=1, max_size=3).map(
        "\n\n".join
    )
    return draw(st.lists(article, min_size=2, max_size=5))


FEED = feeds()


def laid(texts: list[str]) -> Layout:
    return lay_out(split(texts))


def paragraphs(layout: Layout) -> list[tuple[int, ...]]:
    """The words of each paragraph."""
    bounds = layout.columns.par_words.tolist()
    hashes = layout.columns.hashes.tolist()
    return [tuple(hashes[low:high]) for low, high in pairwise(bounds)]


def runs(words: tuple[int, ...]) -> set[tuple[int, ...]]:
    return {words[i : i + WIDTH] for i in range(len(words) - WIDTH + 1)}


def proposed(layout: Layout, frequent: int = 64, most: int = 64) -> list[tuple[int, int]]:
    postings = fingerprints.post(layout, WIDTH)
    chosen = Settings(frequent=frequent, candidates=most)
    lists, _ = listed(layout, postings, 0, layout.columns.art_words.size - 1, chosen)
    pairs = proposed_pairs(lists, 0, chosen)
    return [(pair >> 32, pair & 0xFFFFFFFF) for pair in pairs.tolist()]


# -- exact copies ------------------------------------------------------------------------------------------------


@UNTIMED
@given(FEED)
def test_exact_copies_are_paired_with_the_first_of_them_and_counted(texts: list[str]) -> None:
    layout = laid(texts)
    words, homes = paragraphs(layout), layout.par_articles.tolist()
    first = {}
    for number, paragraph in enumerate(words):
        first.setdefault(paragraph, number)
    assert layout.first_copy.tolist() == [first[paragraph] for paragraph in words]
    assert layout.posted.tolist() == [first[paragraph] == number for number, paragraph in enumerate(words)]
    holders = {p: len({homes[i] for i, other in enumerate(words) if other == p}) for p in words}
    assert layout.instances.tolist() == [holders[paragraph] for paragraph in words]
    pairs = {(homes[i], first[p]) for i, p in enumerate(words) if homes[first[p]] != homes[i]}
    assert [(p >> 32, p & 0xFFFFFFFF) for p in exact_pairs(layout).tolist()] == sorted(pairs)


# -- the fingerprint net -----------------------------------------------------------------------------------------


@UNTIMED
@given(FEED)
def test_postings_are_the_paragraphs_of_all_shingles_that_stand_in_several_places(texts: list[str]) -> None:
    layout = laid(texts)
    postings = fingerprints.post(layout, WIDTH)
    bounds, hashes = layout.columns.par_words.tolist(), layout.columns.hashes.tolist()
    places: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for number in np.flatnonzero(layout.posted).tolist():
        for at in range(bounds[number], bounds[number + 1] - WIDTH + 1):
            places.setdefault(tuple(hashes[at : at + WIDTH]), []).append((at, number))
    several = [some for some in places.values() if len(some) > 1]
    heads, groups = postings.head.tolist(), postings.groups.tolist()
    for some in several:
        (head,) = {heads[at] for at, _ in some}
        assert groups[head : head + 1 + len(some)] == [len(some), *(number for _, number in some)]
    assert sum(head != ALONE for head in heads) == sum(map(len, several))
    assert len(groups) == sum(1 + len(some) for some in several)


@UNTIMED
@given(FEED)
def test_a_run_that_only_two_paragraphs_have_makes_them_candidates(texts: list[str]) -> None:
    layout = laid(texts)
    words, homes = paragraphs(layout), layout.par_articles.tolist()
    everywhere = Counter(
        words[p][i : i + WIDTH]
        for p in np.flatnonzero(layout.posted).tolist()
        for i in range(len(words[p]) - WIDTH + 1)
    )
    found = set(proposed(layout))
    for later in np.flatnonzero(layout.posted).tolist():
        for earlier in np.flatnonzero(layout.posted[:later]).tolist():
            shared = runs(words[later]) & runs(words[earlier])
            if homes[earlier] < homes[later] and any(everywhere[run] == 2 for run in shared):
                assert (homes[later], earlier) in found


@UNTIMED
@given(FEED, st.integers(1, 3))
def test_candidates_share_a_run_stand_earlier_and_are_not_too_many(texts: list[str], most: int) -> None:
    layout = laid(texts)
    words, homes = paragraphs(layout), layout.par_articles.tolist()
    found = proposed(layout, most=most)
    assert found == sorted(set(found))
    for article, earlier in found:
        assert homes[earlier] < article
        assert any(runs(words[p]) & runs(words[earlier]) for p, home in enumerate(homes) if home == article)
    for article, count in Counter(article for article, _ in found).items():
        assert count <= most * homes.count(article)


def test_a_run_that_many_have_is_no_evidence_but_a_passage_that_many_have_is() -> None:
    def feed(shared: str) -> list[str]:
        return [f"own{n} fresh{n} words{n} {shared} other{n} ends{n} here{n}" for n in range(12)]

    assert proposed(laid(feed("said in a statement")), frequent=4) == []
    passage = "the council voted to close the old bridge before the winter storms arrive in force"
    assert {article for article, _ in proposed(laid(feed(passage)), frequent=4)} == set(range(1, 12))


def test_each_stretch_of_a_long_paragraph_finds_its_own_source() -> None:
    pieces = [" ".join(f"piece{n}word{i}" for i in range(12)) for n in range(30)]
    found = proposed(laid([*pieces, " ".join(pieces)]), most=8)
    assert found == [(30, n) for n in range(30)]


# -- verification ------------------------------------------------------------------------------------------------


def verified(layout: Layout, **changes: object) -> Passages:
    """All articles aligned with all paragraphs of earlier ones."""
    pairs = [
        article << 32 | paragraph
        for article in range(layout.columns.art_words.size - 1)
        for paragraph, home in enumerate(layout.par_articles.tolist())
        if home < article
    ]
    tuned = Settings().with_values(changes)
    holders = fingerprints.post(layout, WIDTH).holders
    return verify(layout, holders, 0, layout.columns.art_words.size - 1, np.array(pairs, np.uint64), tuned)


LOOSE = {"min_words": 3, "min_weight": 0.5}


@UNTIMED
@given(FEED)
def test_aligned_runs_are_equal_words_in_order_inside_their_passage(texts: list[str]) -> None:
    layout = laid(texts)
    columns = layout.columns
    passages = verified(layout, **LOOSE)
    hashes = columns.hashes.tolist()
    bounds = columns.par_words.tolist()
    for row in passages.rows.tolist():
        article, paragraph, t0, t1, source, _, s0, s1, size, low, high, kind, worth = row
        assert worth == t1 - t0
        assert size == columns.art_words[article + 1] - columns.art_words[article]
        assert bounds[paragraph] <= t0 < t1 <= bounds[paragraph + 1]
        assert columns.art_words[source] <= s0 < s1 <= columns.art_words[source + 1]
        assert source < article or kind == REPEATED
        equal = 0
        t_end, s_end = t0, s0
        for t, s, length, similar in passages.blocks[low:high].tolist():
            assert t >= t_end
            assert s >= s_end
            t_end, s_end = t + length, s + length
            if not similar:
                equal += length
                assert hashes[t : t + length] == hashes[s : s + length]
        assert t_end <= t1
        assert s_end <= s1
        assert equal >= 1  # of a passage that goes over paragraph borders, any part counts


@UNTIMED
@given(FEED)
def test_jaccard_and_containment_are_those_of_the_sets_of_shingles(texts: list[str]) -> None:
    layout = laid(texts)
    words = paragraphs(layout)
    passages = verified(layout, **LOOSE)
    pairs = passages.rows[:, [column.PARAGRAPH, column.SOURCE_PARAGRAPH]].tolist()
    for pair, shares in zip(pairs, passages.shares.tolist(), strict=True):
        # A paragraph shorter than a shingle is one shingle of all its words.
        one, other = (runs(words[place]) or {tuple(words[place])} for place in pair)
        assert shares == pytest.approx([len(one & other) / len(one | other), len(one & other) / len(one)])


@UNTIMED
@given(FEED)
def test_each_word_is_explained_by_one_other_article_at_most(texts: list[str]) -> None:
    rows = verified(laid(texts), **LOOSE).rows
    claimed = Counter(
        word for row in rows.tolist() if row[KIND] != REPEATED for word in range(row[T0], row[T1])
    )
    assert not claimed or max(claimed.values()) == 1


@UNTIMED
@given(st.integers(12, 40), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_planted_passage_is_found_whole_and_alone(size: int, before: int, after: int, lead: int) -> None:
    """All other words stand once, so nothing else can match."""

    def fresh(name: str, count: int) -> str:
        return " ".join(f"{name}{chr(97 + i // 26)}{chr(97 + i % 26)}qx" for i in range(count))

    passage = " ".join(f"{chr(97 + i // 26)}{chr(97 + i % 26)}passage" for i in range(size))
    layout = laid(
        [
            f"{fresh('lead', lead)} {passage} {fresh('tail', after)}",
            f"{fresh('own', before)} {passage} {fresh('more', 25)}",
        ]
    )
    passages = verified(layout)
    (row,) = passages.rows.tolist()
    equal = [block[:3] for block in passages.blocks.tolist() if not block[3]]
    start = layout.columns.art_words[1].item()
    assert equal == [[start + before, lead, size]]
    assert row[WORDS] == before + size + 25


def test_what_is_shorter_or_lighter_than_asked_for_is_no_passage() -> None:
    texts = [
        "councillors decided yesterday evening against closing several bridges",
        "Yesterday councillors decided to stay",
    ]
    copy = [texts[0], "Before that " + texts[0] + " they went home late"]
    assert len(verified(laid(copy), min_words=8).rows) == 1
    assert len(verified(laid(copy), min_words=9).rows) == 0
    assert len(verified(laid(copy), min_weight=50).rows) == 0
    assert len(verified(laid(texts)).rows) == 0


# -- evidence ----------------------------------------------------------------------------------------------------

PHRASE = "compared with similar quarterly figures published twelve months earlier by councils"


def hosts(count: int, phrase: str) -> list[str]:
    """Articles that have only a phrase in common."""
    random = Random(3)

    def fresh() -> str:
        return " ".join("".join(random.sample("abcdefghijklmnopqrstuvwxyz", 9)) for _ in range(4))

    return [f"{fresh()} {phrase} {fresh()}" for _ in range(count)]


def test_what_many_earlier_texts_have_is_weaker_evidence() -> None:
    layout = laid(hosts(40, PHRASE))
    holders = fingerprints.post(layout, WIDTH).holders
    place = layout.columns.art_words[:-1] + 4
    assert holders[place].tolist() == list(range(40))
    found = set(verified(layout).rows[:, ARTICLE].tolist())
    assert 1 in found
    assert max(found) < 16


def test_an_exact_copy_has_the_holders_of_its_original_and_that_itself() -> None:
    layout = laid([PHRASE, "Officials said it grew " + PHRASE, PHRASE])
    holders = fingerprints.post(layout, WIDTH).holders
    first, embedded, copy = layout.columns.art_words[:-1].tolist()
    assert (holders[first], holders[embedded + 4], holders[copy]) == (0, 1, 1)


SOURCE = (
    "Officials yesterday opened the repaired harbour bridge after fourteen months of closure caused by the storm "
    "that swept through the valley"
)


@pytest.mark.parametrize(
    ("copy", "whole"),
    [
        # Changed words up to the border of a paragraph reworded all along belong to the passage ...
        (
            "Somebody recently inaugurated the repaired harbour crossing after fourteen months of shutdown caused "
            "by the tempest that swept through its region",
            True,
        ),
        # ... but a text that is word for word the source's does not begin with other words.
        (
            "Nobody believed that opened the repaired harbour bridge after fourteen months of closure caused by the "
            "storm that swept through the valley",
            False,
        ),
    ],
)
def test_changed_words_at_the_border_belong_to_a_passage_that_is_changed_elsewhere(
    copy: str, whole: bool
) -> None:
    layout = laid([SOURCE, copy])
    (row,) = verified(layout).rows.tolist()
    assert row[T1] == layout.columns.art_words[2]
    assert bool(row[T0] == layout.columns.art_words[1]) is whole
