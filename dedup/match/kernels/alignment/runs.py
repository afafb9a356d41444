"""Runs of equal words that an article shares with the articles it is compared with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.places import KNOWN, Places, fill, first_known, same, size_for, slot_of
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    BOUNDED,
    END,
    FIRST,
    GROUP,
    RUN,
    SIZE,
    SOURCE,
    TIRED,
    Hashes,
    Ints,
    Rows,
    S,
    T,
    roomy,
)
from dedup.text.kernels.hashing import MASK32

MOST_RUNS, WORDS_A_RUN = 4096, 8
"""Runs of two articles that are looked at, be they short; of longer ones one for each so many words, which is more than
a copy has of which every fifth word is another. Where there are more, the longest."""
MOST_PLACES = 16
"""Places of a shingle in the article that are looked at. One that has more says nothing about where the text goes on:
then it is where the last run would."""
WORK = 32
"""Words compared for each word of two articles before a run is no longer looked into again: no news comes near."""
LEFT_OUT = 8
"""Shingles with places that were not looked at, from which this is said: fewer are no passage, nor are those so near
to a word whose place is sure."""
ENDS = 1024
"""Shifts between two texts that are kept apart."""
GAPS = (
    4544187, 2019639, 897617, 398941, 177307, 78803, 35023, 15566, 6918, 3075, 1367, 608, 270, 120, 53, 24, 10, 4, 1,
)  # fmt: skip
"""Steps of Shell's sort: what is to be sorted is nearly in order. Source: Tokuda 1992, each 2.25 times the one before,
so that no number of runs takes the square of it."""


class Search(NamedTuple):
    """The search for runs of article ``[t0, t1)`` and source ``[s0, s1)``.

    `runs`, of which there are ``state[FOUND]``; ``state[LEFT]``: how many words may be compared yet; ``state[LEAST]``:
    the shortest run still wanted; ``state[SHIFT]``: how far the article was ahead of the source in the last run whose
    place was sure; ``state[NEAR]``: where the last shingle ends whose place was; ``state[CUT]``: how many shingles have
    places that were not looked at. `ends`: where the last run ended in the source, by how far it is shifted. What
    another article left there is never taken for one's own: a shift stands for other words of the article then.
    """

    t0: int
    t1: int
    s0: int
    s1: int
    runs: Rows
    state: Ints
    ends: Rows


FOUND, LEFT, LEAST, SHIFT, NEAR, CUT = range(6)
OF, STOP = range(2)
"""Columns of `Search.ends`."""


@inlined
def exact_runs(hashes: Hashes, begin: int, end: int, places: Places, search: Search) -> None:
    """Add the maximal runs that the article shares with paragraph ``[begin, end)`` of the source.

    A run may leave the paragraph, never the article.
    """
    state, width = search.state, places.width
    passed_over = np.int64(-1)  # the last shingle with places that were not looked at
    s = first_known(hashes, begin, end, places)
    while s <= end - width:
        at = places.table[slot_of(hashes, s, places)]
        tired = state[LEFT] <= 0
        ahead = s + state[SHIFT]
        goes_on = places.t0 <= ahead <= search.t1 - width and same(hashes, ahead, s, width)
        crowded = is_crowded(places, at)
        longest = np.int64(1)
        first = s == begin or s - 1 == passed_over
        if goes_on:
            longest = max(longest, run_at(hashes, ahead, s, first, True, search))
        if crowded:
            passed_over = s
        if goes_on and (tired or crowded):
            at = np.int64(-1)
        elif crowded or (tired and at >= 0 and places.chain[at] >= 0):
            state[CUT] += s >= state[NEAR] + LEFT_OUT
        if goes_on or (at >= 0 and not crowded):
            state[NEAR] = s + width
        seen, shift = 0, state[SHIFT]
        while at >= 0 and seen < (1 if tired else MOST_PLACES):
            seen += 1
            t = places.t0 + at
            at = places.chain[at]
            if not goes_on or t != ahead:
                size = run_at(hashes, t, s, first, not tired, search)
                if size > longest:
                    longest, shift = size, t - s
        if not crowded and not goes_on:
            state[SHIFT] = shift
        s = first_known(hashes, s + (longest if tired else 1), end, places)


@inlined
def is_crowded(places: Places, at: int) -> bool:
    """Whether a shingle whose first place is `at` has more of them than are looked at."""
    seen = 0
    while at >= 0 and seen <= MOST_PLACES:
        seen += 1
        at = places.chain[at]
    return seen > MOST_PLACES


@inlined
def run_at(hashes: Hashes, t: int, s: int, first: bool, whole: bool, search: Search) -> int:
    """Add the run of which words `t` and `s` are a part, unless it is known; return how far it goes from there, or 0.

    `first`: the shingle before `s` was not looked at, so that a run that began there is not known. `whole`: look for
    the beginning of the run, too.
    """
    t0, t1, s0, s1, runs, state, ends = search
    if not first and t > t0 and hashes[t - 1] == hashes[s - 1] and whole:
        return np.int64(0)  # inside a run that began before
    row = (t - s) & (ENDS - 1)
    if ends[row, OF] == t - s and s < ends[row, STOP]:
        return np.int64(0)  # inside a run that began in another paragraph
    left, size = np.int64(0), np.int64(0)
    while whole and t - left > t0 and s - left > s0 and hashes[t - left - 1] == hashes[s - left - 1]:
        left += 1
    while t + size < t1 and s + size < s1 and hashes[t + size] == hashes[s + size]:
        size += 1
    state[LEFT] -= left + size
    ends[row, OF], ends[row, STOP] = t - s, s + size
    if left + size >= state[LEAST]:
        if state[FOUND] == runs.shape[0]:
            keep_longest(runs, state)
        n = state[FOUND]
        runs[n, T], runs[n, S], runs[n, SIZE] = t - left, s - left, size + left
        state[FOUND] += 1
    return size


@inlined
def keep_longest(runs: Rows, state: Ints) -> None:
    """Make room in the full `runs`: at most half of them stay, and shorter ones are wanted no longer."""
    n = runs.shape[0]
    while 2 * n > runs.shape[0]:
        state[LEAST] += 1 + state[LEAST] // 4
        n = 0
        for i in range(runs.shape[0]):
            n += runs[i, SIZE] >= state[LEAST]
    n = 0
    for i in range(runs.shape[0]):
        if runs[i, SIZE] >= state[LEAST]:
            _set_run(runs, n, runs[i, T], runs[i, S], runs[i, SIZE])
            n += 1
    state[FOUND] = n


@inlined
def _set_run(runs: Rows, i: int, t: int, s: int, size: int) -> None:
    runs[i, T], runs[i, S], runs[i, SIZE] = t, s, size


@inlined
def _stands_after(runs: Rows, i: int, t: int, s: int) -> bool:
    return runs[i, T] > t or (runs[i, T] == t and runs[i, S] > s)


@inlined
def sort_runs(runs: Rows, n: int) -> None:
    """Sort by place in the article, then in the source. Shell's way."""
    for gap in GAPS:
        for i in range(gap, n):
            t, s, size = runs[i, T], runs[i, S], runs[i, SIZE]
            j = i
            while j >= gap and _stands_after(runs, j - gap, t, s):
                _set_run(runs, j, runs[j - gap, T], runs[j - gap, S], runs[j - gap, SIZE])
                j -= gap
            _set_run(runs, j, t, s, size)


# About 5 ns a word of the candidates.
@compiled(
    "Tuple((int64[:, ::1], int64[:, ::1]))"
    "(uint32[::1], int64[::1], int64[::1], uint32[::1], uint64[::1], int64, uint64)"
)
def find_runs(
    hashes: Hashes, par_words: Ints, art_words: Ints, par_articles: Hashes, pairs: NDArray[np.uint64], width: int,
    seed: int,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Maximal runs of `width` and more words that articles share with candidates, and where those of a pair stand.

    `pairs` are sorted ``article << 32 | source paragraph``. Runs ``(n, RUN)`` of one article and one source stand
    together, sorted by place in the article, then in the source, none twice; groups ``(m, GROUP)`` say where.
    """
    found, groups = np.empty((1024, RUN), np.int64), np.empty((256, GROUP), np.int64)
    n, n_groups, at, t1 = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    runs = np.empty((MOST_RUNS, RUN), np.int64)
    ends = np.empty((ENDS, 2), np.int64)
    for row in range(ENDS):
        ends[row, OF], ends[row, STOP] = 0, 0
    state = np.empty(6, np.int64)
    known = np.empty(KNOWN, np.uint64)
    slots, chain = np.empty(1024, np.int64), np.empty(1024, np.int64)
    places = Places(np.int64(0), width, seed, slots, chain, known)
    article = np.int64(-1)
    while at < pairs.size:
        asker = np.int64(pairs[at] >> np.uint64(32))
        if asker != article:
            article = asker
            t1 = art_words[article + 1]
            size = size_for(t1 - art_words[article])
            if size > slots.size:
                slots, chain = np.empty(size, np.int64), np.empty(size, np.int64)
            places = Places(art_words[article], width, seed, slots[:size], chain, known)
            fill(hashes, t1, places)
        source = np.int64(par_articles[np.int64(pairs[at] & MASK32)])
        s0, s1 = art_words[source], art_words[source + 1]
        words = t1 - places.t0 + s1 - s0
        most = max(MOST_RUNS, words // WORDS_A_RUN)
        if most > runs.shape[0]:
            runs = np.empty((most, RUN), np.int64)
        state[FOUND], state[LEFT], state[LEAST] = 0, WORK * words, width
        state[SHIFT], state[NEAR], state[CUT] = 0, 0, 0
        search = Search(places.t0, t1, s0, s1, runs[:most], state, ends)
        while at < pairs.size and np.int64(pairs[at] >> np.uint64(32)) == article:
            paragraph = np.int64(pairs[at] & MASK32)
            if par_articles[paragraph] != source:
                break
            if t1 - places.t0 >= width:
                exact_runs(hashes, par_words[paragraph], par_words[paragraph + 1], places, search)
            at += 1
        if state[FOUND] > 0:
            sort_runs(runs, state[FOUND])
            found = roomy(found, n + state[FOUND])
            groups = roomy(groups, n_groups)
            groups[n_groups, ARTICLE], groups[n_groups, SOURCE] = article, source
            groups[n_groups, TIRED] = state[LEFT] <= 0
            groups[n_groups, BOUNDED] = state[LEFT] <= 0 or state[LEAST] > width or state[CUT] >= LEFT_OUT
            groups[n_groups, FIRST] = n
            for i in range(state[FOUND]):
                t, s = runs[i, T], runs[i, S]
                if i == 0 or t != runs[i - 1, T] or s != runs[i - 1, S]:
                    _set_run(found, n, t, s, runs[i, SIZE])
                    n += 1
            groups[n_groups, END] = n
            n_groups += 1
    return found[:n], groups[:n_groups]
