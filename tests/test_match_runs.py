"""Runs that articles share, beside all pairs of their words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.kernels.alignment.rows import ARTICLE, END, FIRST, SOURCE, TIRED
from dedup.match.kernels.alignment.runs import MOST_RUNS, find_runs

UNTIMED = settings(deadline=None, max_examples=150)
WIDTH = 3
SEED = np.uint64(0x9E3779B97F4A7C15)
PARAGRAPHS = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=9), min_size=1, max_size=3)
Run = tuple[int, int, int]


def columns(articles: list[list[list[int]]]) -> tuple[np.ndarray, ...]:
    """Words, words a paragraph, words an article, articles of paragraphs."""
    words = [word for article in articles for paragraph in article for word in paragraph]
    par_words = np.cumsum([0, *(len(paragraph) for article in articles for paragraph in article)])
    art_words = np.cumsum([0, *(sum(map(len, article)) for article in articles)])
    homes = [number for number, article in enumerate(articles) for _ in article]
    return np.array(words, np.uint32), par_words, art_words, np.array(homes, np.uint32)


def found(articles: list[list[list[int]]], pairs: list[tuple[int, int]]) -> dict[tuple[int, int], list[Run]]:
    hashes, par_words, art_words, homes = columns(articles)
    packed = np.array(sorted(article << 32 | paragraph for article, paragraph in pairs), np.uint64)
    runs, groups = find_runs(hashes, par_words, art_words, homes, packed, WIDTH, SEED)
    return {
        (group[ARTICLE], group[SOURCE]): [tuple(run) for run in runs[group[FIRST] : group[END]].tolist()]
        for group in groups.tolist()
    }


def maximal(
    words: list[int], article: tuple[int, int], source: tuple[int, int], part: tuple[int, int]
) -> set[Run]:
    """All maximal runs of which enough lies in one part of the source."""
    (t0, t1), (s0, s1), (begin, end) = article, source, part
    out = set()
    for t in range(t0, t1):
        for s in range(s0, s1):
            if t > t0 and s > s0 and words[t - 1] == words[s - 1]:
                continue
            size = 0
            while t + size < t1 and s + size < s1 and words[t + size] == words[s + size]:
                size += 1
            if min(s + size, end) - max(s, begin) >= WIDTH:
                out.add((t, s, size))
    return out


@UNTIMED
@given(st.lists(PARAGRAPHS, min_size=2, max_size=4), st.data())
def test_runs_are_all_maximal_ones_that_touch_a_candidate(
    articles: list[list[list[int]]], data: st.DataObject
) -> None:
    hashes, par_words, art_words, homes = columns(articles)
    every = [(a, p) for a in range(len(articles)) for p, home in enumerate(homes.tolist()) if home < a]
    pairs = data.draw(st.lists(st.sampled_from(every), unique=True))
    bounds, parts = list(pairwise(art_words.tolist())), list(pairwise(par_words.tolist()))
    wanted: dict[tuple[int, int], set[Run]] = {}
    for article, paragraph in pairs:
        source = homes[paragraph].item()
        runs = maximal(hashes.tolist(), bounds[article], bounds[source], parts[paragraph])
        wanted[article, source] = wanted.get((article, source), set()) | runs
    assert found(articles, pairs) == {pair: sorted(runs) for pair, runs in wanted.items() if runs}


def test_where_there_are_too_many_runs_the_longest_stay() -> None:
    long = [*range(100, 120)]
    source = [[1, 2, 3], *([[1, 2, 3, 50 + i % 9] * 2 for i in range(400)]), long]
    article = [*([[1, 2, 3, 70 + i] for i in range(16)]), long]
    runs = found([source, article], [(1, paragraph) for paragraph in range(len(source))])[1, 0]
    assert len(runs) <= MOST_RUNS
    assert max(size for _, _, size in runs) == len(long)


def test_a_search_that_was_cut_short_says_so() -> None:
    hashes, par_words, art_words, homes = columns([[[1] * 400], [[1] * 400], [[*range(400)]]])
    pairs = np.array([1 << 32, 2 << 32], np.uint64)
    _, groups = find_runs(hashes, par_words, art_words, homes, pairs, WIDTH, SEED)
    assert groups[:, TIRED].tolist() == [1]
