"""One policy: the rules told slowly and obviously, against which the kernels of scan, stream and Spark are held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Article, Settings
from dedup.index.memory import MemoryIndex
from dedup.inspect.furniture.learned import LearnedFurniture, Rule, telling
from dedup.match import policy
from dedup.match.align import Passages
from dedup.match.kernels import counting
from dedup.match.kernels.alignment.rows import RECYCLED, REWORDED
from dedup.match.nomination import Lists, nominated
from dedup.match.standing import (
    have_more,
    held,
    looked_up,
    standing,
    suspects,
    takers,
    without_standing_phrases,
)
from dedup.model import ArticleReport
from dedup.stream import Detector, stream

UNTIMED = settings(max_examples=60, deadline=None)

# --- who deserves a look ---

Key = tuple[int, list[int]]
"""How many have it, and the earlier holders that are known of, in order."""

Text = list[list[Key]]
"""The keys of its paragraphs."""


def weight_of(size: int, frequent: int) -> int:
    return 1 if size * 2 > frequent else 1 + weight_of(size * 2, frequent)


def counting_keys(paragraph: list[Key], frequent: int) -> list[bool]:
    """Which keys count: rare ones, and frequent ones of which enough are left of their run, in their stretch."""
    counts = []
    for place, (size, _) in enumerate(paragraph):
        end = place
        while end < len(paragraph) and paragraph[end][0] > frequent:
            end += 1
        begin = place
        while begin > 0 and paragraph[begin - 1][0] > frequent:
            begin -= 1
        begin = max(begin, place - place % policy.STRETCH)
        counts.append(size <= frequent or end - begin >= policy.FREQUENT_RUN)
    return counts


def slowly_nominated(
    texts: list[Text], frequent: int, most: int, least: int, limit: int | None, rank: dict[int, int]
) -> list[tuple[int, int]]:
    out = []
    for asker, text in enumerate(texts):
        marks: dict[int, int] = {}
        for paragraph in text:
            counted = counting_keys(paragraph, frequent)
            for begin in range(0, len(paragraph), policy.STRETCH):
                weights: dict[int, int] = defaultdict(int)
                for place in range(begin, min(begin + policy.STRETCH, len(paragraph))):
                    size, holders = paragraph[place]
                    if counted[place]:
                        for holder in set(holders):
                            weights[holder] += 1 if size > frequent else weight_of(size, frequent)
                heavy = [holder for holder in weights if weights[holder] >= least]
                heavy.sort(key=lambda holder: (-weights[holder], rank[holder], holder))
                for holder in heavy[:most]:
                    marks[holder] = max(marks.get(holder, 0), weights[holder])
        best = sorted(marks, key=lambda holder: (-marks[holder], rank[holder], holder))
        out += [(asker, holder) for holder in sorted(best[:limit])]
    return out


def lists_of(texts: list[Text]) -> Lists:
    paragraphs = [paragraph for text in texts for paragraph in text]
    keys = [key for paragraph in paragraphs for key in paragraph]
    bounds = [np.cumsum([0, *map(len, some)]) for some in (texts, paragraphs)]
    counts = np.array([len(holders) for _, holders in keys], np.int64)
    return Lists(
        bounds[0], bounds[1], np.array([size for size, _ in keys], np.int64), np.cumsum(counts) - counts, counts,
        np.array([holder for _, holders in keys for holder in holders], np.uint32),
    )  # fmt: skip


@st.composite
def asking(draw: st.DrawFn) -> tuple[list[Text], int]:
    """Texts whose keys are held by few and by many, often in runs, and how many are frequent."""
    frequent = draw(st.integers(2, 9))
    rng = Random(draw(st.integers(0, 999)))
    rare = st.lists(st.integers(0, 12), max_size=frequent).map(sorted)

    def run() -> list[Key]:
        holders = sorted(rng.sample(range(13), min(frequent, 5)))
        return [(frequent + 1, holders)] * rng.choice((1, policy.FREQUENT_RUN - 1, policy.FREQUENT_RUN, 70))

    paragraph = st.lists(rare.map(lambda holders: (len(holders) + 1, holders)), max_size=9)
    texts = draw(st.lists(st.lists(paragraph, max_size=3), max_size=3))
    for text in texts:
        for some in text:
            for _ in range(rng.randrange(3)):
                at = rng.randint(0, len(some))
                some[at:at] = run()
    return texts, frequent


@UNTIMED
@given(
    asking(), st.integers(1, 4), st.sampled_from((1, 3, 6)), st.sampled_from((None, 1, 3)), st.integers(0, 99)
)
def test_those_are_nominated_whose_keys_weigh_most(
    asked: tuple[list[Text], int], most: int, least: int, limit: int | None, seed: int
) -> None:
    texts, frequent = asked
    ranks = np.array([Random(seed).randrange(4) for _ in range(13)])
    for rank, known in ((None, np.arange(13)), (lambda holders: ranks[holders], ranks)):
        found = nominated(lists_of(texts), frequent, most, least, limit, rank).pairs
        expected = slowly_nominated(texts, frequent, most, least, limit, dict(enumerate(known.tolist())))
        assert [tuple(pair) for pair in found.tolist()] == expected


# --- who holds a passage ---


@UNTIMED
@given(
    st.lists(
        st.lists(st.dictionaries(st.integers(0, 9), st.integers(1, 5), max_size=6), max_size=policy.SAMPLES),
        max_size=5,
    )
)
def test_three_in_five_of_its_samples_hold_a_passage(passages: list[list[dict[int, int]]]) -> None:
    """Each sample: articles, and how many have the very paragraph that it stands in there."""
    counts = np.full((len(passages), policy.SAMPLES), -1, np.int64)
    starts = np.zeros_like(counts)
    holders: list[int] = []
    expected = []
    for row, samples in enumerate(passages):
        for place, sample in enumerate(samples):
            starts[row, place], counts[row, place] = len(holders), len(sample)
            holders += [article << 32 | sample[article] for article in sorted(sample)]
        times = {article: sum(article in sample for sample in samples) for article in range(10)}
        expected.append(
            sum(
                max(sample.get(article, 0) for sample in samples)
                for article in times
                if times[article] and 5 * times[article] >= 3 * len(samples)
            )
        )
    found = counting.count_holders(starts, counts, np.array(holders, np.uint64), *policy.HELD)
    assert found.tolist() == expected


# --- standing phrases ---


@st.composite
def taken(draw: st.DrawFn) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Rows of passages with what standing phrases are told by, and how many hold each, or half of it where reworded."""
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        row = [0] * 13
        row[0], row[4] = draw(st.integers(4, 6)), draw(st.integers(0, 2))
        row[5] = 10 * row[4] + draw(st.integers(0, 1))
        row[3] = draw(st.sampled_from((6, 11, 30)))
        row[8] = draw(st.sampled_from((8, 14, 100)))
        row[11], row[12] = draw(st.sampled_from((RECYCLED, REWORDED))), row[3]
        rows.append(row)
    held = [draw(st.sampled_from((1, 5, 6, 9, 12, 20))) for _ in rows]
    return np.array(rows, np.int64).reshape(-1, 13), held


def as_passages(rows: np.ndarray[Any, Any], holders: list[int]) -> Passages:
    told = np.array(holders, np.int64)
    recycled = rows[:, 11] == RECYCLED
    return Passages(
        rows, np.zeros((len(rows), 2)), np.zeros((0, 4), np.int64), np.where(recycled, told, 1),
        np.where(recycled, 99, told), np.zeros(0, np.int64),
    )  # fmt: skip


@UNTIMED
@given(taken())
def test_a_short_passage_that_many_hold_needs_company(found: tuple[np.ndarray[Any, Any], list[int]]) -> None:
    rows, holders = found
    passages, chosen = as_passages(rows, holders), Settings()
    suspected = [
        row[12] < chosen.standing_words and many >= chosen.standing_copies and 4 * row[3] < 3 * row[8]
        for row, many in zip(rows.tolist(), holders, strict=True)
    ]

    def has_more(article: int, source: int) -> bool:
        pair = [
            suspect
            for row, suspect in zip(rows.tolist(), suspected, strict=True)
            if (row[0], row[4]) == (article, source)
        ]
        return len(pair) > 1 and not all(pair)

    def expected(apart: bool) -> list[list[int]]:
        kept = []
        for row, many, suspect in zip(rows.tolist(), holders, suspected, strict=True):
            kin = {other[0] for other in rows.tolist() if other[5] == row[5] and has_more(other[0], other[4])}
            strangers = chosen.standing_copies * (1 + (0 if apart else len(kin)))
            if not suspect or has_more(row[0], row[4]) or many < strangers:
                kept.append(row)
        return kept

    for apart in (False, True):
        assert without_standing_phrases(passages, chosen, apart=apart).rows.tolist() == expected(apart)
    # Spark asks for the parts of the rule where the articles and where the sources are.
    many = held(rows, passages.copies, passages.halves)
    suspect = suspects(rows, many, chosen)
    more = have_more(rows, suspect)
    kin = looked_up(rows[:, 5], *takers(rows, more))
    assert rows[~standing(suspect, more, many, kin, chosen)].tolist() == expected(False)


# --- furniture ---


def slowly_furniture(held: dict[str, int], totals: dict[str, int], rule: Rule) -> set[str]:
    """The sources whose furniture something is that stands in so many of their articles."""
    homes = {
        source
        for source, count in held.items()
        if count >= rule.min_articles and count >= min(ceil(rule.share * totals[source]), rule.sure_articles)
    }
    return homes if len(held) <= rule.max_sources or 2 * len(homes) >= len(held) else set()


RULES = st.builds(
    Rule, min_articles=st.integers(2, 4), share=st.sampled_from((0.1, 0.3, 1.0)), sure_articles=st.integers(2, 9),
    max_sources=st.integers(1, 3),
)  # fmt: skip


@UNTIMED
@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(1, 9), st.integers(0, 9))), RULES)
def test_what_stands_in_enough_articles_of_few_sources_is_furniture(
    counts: dict[str, tuple[int, int]], rule: Rule
) -> None:
    held = {source: count for source, (count, _) in counts.items()}
    totals = {source: count + more for source, (count, more) in counts.items()}
    names = sorted(held)
    learned = LearnedFurniture(
        np.full(len(names), 7, np.uint64), np.arange(len(names)), np.array([held[n] for n in names], np.int64),
        np.arange(len(names)), np.array([totals[n] for n in names], np.int64),
    )  # fmt: skip
    found = learned.judge(np.arange(len(names)), np.full(len(names), 7, np.uint64), rule)
    assert {name for name, is_one in zip(names, found.tolist(), strict=True) if is_one} == slowly_furniture(
        held, totals, rule
    )


@UNTIMED
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.sampled_from((0, 3, 19, 20, 30, 60)), st.sampled_from((1, 2, 10, 11))
        ),
        max_size=20,
    ),
    st.sampled_from((0.0, 0.25, 0.5, 1.0)),
)
def test_an_article_tells_of_its_source_by_what_only_it_has_unless_it_is_a_version_of_another(
    rows: list[tuple[int, int, int]], share: float
) -> None:
    articles, sizes, at_home = (np.array([row[k] for row in rows], int) for k in range(3))
    expected = []
    for article, _, _ in rows:
        own = [(size, homes) for other, size, homes in rows if other == article]
        every = sum(size for size, _ in own)
        mine = sum(size for size, homes in own if homes == 1)
        body = [size for size, homes in own if size >= 20 and 2 <= homes <= 10]
        version = len(body) >= 2 and sum(body) >= max(60, 0.25 * every)
        expected.append(every > 0 and mine >= share * every and not version)
    assert telling(at_home, articles, sizes, share).tolist() == expected


LINES = (
    "Subscribers of the Gazette read seven more stories of the valley today.",
    "Write to the editor of this page with any correction that you may have.",
    "The ferry sank off Harrow Falls on Monday with all its cargo of salt.",
)


def footed(number: int, source: str, lines: Sequence[int]) -> Article:
    rng = Random(number)
    body = [" ".join("".join(rng.choices("abcdefgh", k=7)) for _ in range(14)) for _ in range(2)]
    return Article(f"a{number}", "\n\n".join([*body, *(LINES[i] for i in lines)]), source=source)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(("one", "two", "three", "")), st.sets(st.sampled_from(range(3)))),
        max_size=24,
    ),
    st.integers(1, 2),
)
def test_a_stream_learns_furniture_from_those_before_by_the_same_rule(
    told: list[tuple[str, set[int]]], max_sources: int
) -> None:
    chosen = Settings(furniture_sources=max_sources, furniture_share=0.6, furniture_articles=2)
    feed = [footed(number, source, sorted(lines)) for number, (source, lines) in enumerate(told)]
    reports = Detector(MemoryIndex(chosen), chosen).judge(feed)
    for number, (source, lines) in enumerate(told):
        sources = [name for name, _ in told[: number + 1]]
        totals = {name: sources.count(name) for name in sources if name}
        expected = set()
        for line in lines:
            held: dict[str, int] = {}
            for name, some in told[: number + 1]:
                if name and line in some:
                    held[name] = held.get(name, 0) + 1
            if source in slowly_furniture(held, totals, Rule.of(chosen)):
                expected.add(line)
        assert learned_lines(reports[number], feed[number]) == expected


def learned_lines(report: ArticleReport, article: Article) -> set[int]:
    found = [one for one in report.findings if one.reason == "learned"]
    return {LINES.index(article.text[one.start : one.end]) for one in found}


# --- exact copies, in a stream ---


def test_a_crowd_that_has_its_words_does_not_hide_the_source_of_an_exact_copy() -> None:
    rng = Random(3)
    story = ["".join(rng.choices("abcdefgh", k=6)) for _ in range(60)]
    # Each of the crowd has nearly all of the story, and most of it twice: there is no room for its source.
    crowd = []
    for number in range(40):
        words = [*story]
        words[number] = "x" + words[number]
        crowd.append(
            Article(
                f"crowd {number}", " ".join([*words, *story[5:]]), source=f"s{number}", published="2020-01-02"
            )
        )
    source = Article("source", " ".join(story), source="first", published="2020-01-03")
    copy = replace(source, id="copy", source="second", published="2020-01-05")
    report = list(stream([*crowd, source, copy]))[-1]
    assert report.originality == 0
    detector = Detector(MemoryIndex())
    detector.judge([*crowd, source])
    assert "source" in looked_at(detector, copy)


def looked_at(detector: Detector, article: Article) -> set[str]:
    """Ids of the articles that one would be compared with."""
    from dedup.index.keys import keys_of
    from dedup.index.records import NEVER, decode
    from dedup.index.runs import Terms
    from dedup.stream.looking import asked_for, who
    from dedup.text.words import split

    with detector.index.view() as view:
        keys = keys_of(split([article.text]), detector.settings)
        terms = Terms(*(np.array([value], np.int64) for value in (view.end, NEVER, -NEVER)))
        answers = view.ask(asked_for(keys, terms, ()), detector.settings.frequent + 1)
        pairs = who(keys, answers, detector.settings, view.roll).pairs
        return {decode(record).id for record in view.records(pairs[:, 1].tolist())}
