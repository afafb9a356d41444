"""Chains of runs that may be evidence: what cannot come to enough, whatever its gaps hold, is not aligned.

Nearly all candidates share a stock phrase and nothing else. What a chain comes to at most is bounded by its runs, and
by words near its ends that stand near them in the source too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.borders import stray_of_run
from dedup.match.kernels.alignment.bridges import BAND, DROP, REACH, SKIP
from dedup.match.kernels.alignment.evidence import (
    CLAUSE,
    CLAUSES,
    Bound,
    is_short_sentence,
    is_short_whole,
    is_whole_text,
    may_stand_alone,
    may_stand_beside,
)
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    BACK,
    END,
    FIRST,
    GROUP,
    ON,
    RUN,
    SIZE,
    SOURCE,
    TIRED,
    Flags,
    Floats,
    Hashes,
    Ints,
    Rows,
    S,
    T,
    Text,
    roomy,
)
from dedup.match.kernels.alignment.runs import GAPS
from dedup.match.kernels.alignment.weights import (
    ALIKE,
    has_letters,
    number_of,
    similar,
    weigh,
    weight_of,
    worth_of,
)
from dedup.text.kernels.tokens import letters_a_word

LOOK_BACK = 32
"""Runs before one that it may be chained to."""
OVERLAP = 8
"""Words of one run that another may repeat."""
GAP_COST, SHIFT_COST, OVERLAP_COST = 0.12, 0.12, 0.5
"""What a word between two runs costs, one by which the texts get out of step there, and one that they both have."""
LEAST_CHAIN = 2.0
"""What a chain must weigh to be looked at."""
TINY = 1e-6
"""Sums in another order may differ by so much."""


class Chaining(NamedTuple):
    """For each run the score of the best chain that ends in it, and its run before, -1 where it begins; 0 when used.

    `tops`: the runs in which a chain may end.
    """

    best: Floats
    before: Ints
    tops: Ints


@inlined
def chain_up(flags: Flags, runs: Rows, first: int, end: int, words: int, links: Chaining) -> int:
    """Fill the scores of ``runs[first:end]``; return how many may be the end of a chain.

    A chain goes forward in both texts, over gaps of at most `REACH` words. A run of all the article's `words` is one,
    whatever it weighs.
    """
    best, before, tops = links
    n, longest = np.int64(0), np.int64(0)
    for i in range(first, end):
        size = runs[i, SIZE]
        longest = max(longest, size)
        own = weigh(flags, runs[i, T], size)
        score, link = own, np.int64(-1)
        for j in range(i - 1, max(first - 1, i - 1 - LOOK_BACK), -1):
            if runs[i, T] - runs[j, T] > REACH + longest:
                break  # and so are all before it
            if runs[j, S] >= runs[i, S] or runs[i, S] - runs[j, S] > REACH + runs[j, SIZE]:
                continue
            dt = runs[i, T] - runs[j, T] - runs[j, SIZE]
            ds = runs[i, S] - runs[j, S] - runs[j, SIZE]
            overlap = max(0, -dt, -ds)
            if dt > REACH or overlap > OVERLAP or overlap >= size:
                continue
            wide = max(dt, ds) + overlap
            value = (
                best[j - first] + own - GAP_COST * wide - SHIFT_COST * abs(dt - ds) - OVERLAP_COST * overlap
            )
            if value > score:
                score, link = value, np.int64(j)
        best[i - first], before[i - first] = score, link
        if score >= LEAST_CHAIN or size == words:
            tops[n] = i
            n += 1
    return n


@inlined
def sort_tops(links: Chaining, n: int, first: int) -> None:
    """Sort the first `n` of `tops`, the best chain first; of equals, the first in the article. Shell's way."""
    best, tops = links.best, links.tops
    for gap in GAPS:
        for k in range(gap, n):
            run = tops[k]
            score = best[run - first]
            j = k
            while j >= gap:
                other = tops[j - gap]
                if best[other - first] > score or (best[other - first] == score and other < run):
                    break
                tops[j] = other
                j -= gap
            tops[j] = run


@inlined
def likeness(text: Text, at: int, low: int, high: int) -> float:
    """1 where word `at` stands in ``[low, high)``, `ALIKE` where one of nearly the same letters does, or else 0."""
    word, mask = text.hashes[at], text.masks[at]
    for other in range(np.uint64(low), np.uint64(high)):
        if text.hashes[other] == word:
            return 1.0
    if has_letters(mask):
        for other in range(np.uint64(low), np.uint64(high)):
            if similar(mask, text.masks[other]):
                return ALIKE
    return 0.0


@inlined
def add_word(flag: int, share: float, bound: Bound) -> Bound:
    letters = letters_a_word(flag)
    return Bound(
        bound.worth + share * worth_of(flag), bound.number + share * number_of(flag), bound.words + 1.0 / letters,
        bound.matches + 1, bound.longest, min(bound.letters, letters),
    )  # fmt: skip


@inlined
def beyond(text: Text, t: int, s: int, dt: int, ds: int, step: int, bound: Bound) -> Bound:
    """Add the words that aligning up to `dt` words of the article from `t`, going by `step`, may match at most.

    The alignment loses `SKIP` for each that has no partner within the band, and is followed no further than it pays.
    """
    score, most = 0.0, bound
    for i in range(1, dt + 1):
        low, high = max(1, i - BAND), min(ds, i + BAND)
        if low > high:
            break
        at = t + step * (i - 1)
        begin = s + low - 1 if step > 0 else s - high + 1
        share = likeness(text, at, begin, begin + high - low + 1)
        if share == 0.0:
            score -= SKIP
            if score < -DROP - TINY:
                break
            continue
        score += share * weight_of(text.flags[at])
        most = add_word(text.flags[at], share, most)
        if score > -TINY:
            bound = most
    return bound


@inlined
def stretched(bound: Bound, count: int) -> Bound:
    """The same, with what was added since there were `count` words taken for one run."""
    longest = max(bound.longest, bound.matches - count)
    return Bound(bound.worth, bound.number, bound.words, bound.matches, longest, bound.letters)


@inlined
def bounded(text: Text, runs: Rows, path: Ints, size: int, limits: tuple[int, int, int, int]) -> Bound:
    """What the chain ``path[size - 1] .. path[0]`` may come to at most, inside the two articles' `limits`."""
    t_low, t_high, s_low, s_high = limits
    bound = Bound(0.0, 0.0, 0.0, np.int64(0), np.int64(0), 1e9)
    for place in range(size - 1, -1, -1):
        i = path[place]
        t, s = runs[i, T], runs[i, S]
        count = bound.matches
        if place == size - 1:
            bound = beyond(text, t - 1, s - 1, min(REACH, t - t_low), min(REACH, s - s_low), BACK, bound)
        else:
            j = path[place + 1]
            s_end = runs[j, S] + runs[j, SIZE]
            for at in range(runs[j, T] + runs[j, SIZE], t):
                share = likeness(text, at, s_end, max(s, s_end))
                if share > 0.0:
                    bound = add_word(text.flags[at], share, bound)
        bound = stretched(bound, count)
        count = bound.matches
        for at in range(t, t + runs[i, SIZE]):
            bound = add_word(text.flags[at], 1.0, bound)
        bound = stretched(bound, count)
    t, s = runs[path[0], T] + runs[path[0], SIZE], runs[path[0], S] + runs[path[0], SIZE]
    count = bound.matches
    bound = beyond(text, t, s, min(REACH, t_high - t), min(REACH, s_high - s), ON, bound)
    return stretched(bound, count)


@inlined
def has_short_whole(text: Text, art_words: Ints, article: int, run: Ints, letters: float) -> bool:
    """Whether a run is a short paragraph or sentence in both texts, but for words of their neighbours that are equal
    too."""
    t, s, size = run[T], run[S], run[SIZE]
    before = stray_of_run(text, t, s, size, BACK)
    size -= before + stray_of_run(text, t + size, s + size, size, ON)
    whole = is_whole_text(art_words, article, size)
    if size <= 0:
        return False
    t, s = t + before, s + before
    return is_short_whole(text, t, s, size, letters, whole) or is_short_sentence(text, t, s, size, letters)


# About 1 us a candidate of news.
@compiled(
    "Tuple((int64[:, ::1], int64[:, ::1]))"
    "(uint32[::1], uint8[::1], uint32[::1], int64[::1], uint32[::1], int64[::1], int64[:, ::1], int64[:, ::1],"
    "int64, float64)"
)
def choose_chains(
    hashes: Hashes, flags: Flags, masks: Hashes, par_words: Ints, par_blocks: Hashes, art_words: Ints, runs: Rows,
    groups: Rows, min_words: int, min_weight: float,
) -> tuple[Rows, Rows]:  # fmt: skip
    """The chains of each group of `runs` that may be evidence, the best first: their runs, and where each one's are.

    A group none of whose chains may be evidence by itself has none that is so beside it either; but several may be the
    clauses of one sentence.
    """
    text = Text(hashes, flags, masks, par_words, par_blocks)
    most = 1
    for g in range(groups.shape[0]):
        most = max(most, groups[g, END] - groups[g, FIRST])
    links = Chaining(np.empty(most, np.float64), np.empty(most, np.int64), np.empty(most, np.int64))
    path = np.empty(most, np.int64)
    out, chains = np.empty((1024, RUN), np.int64), np.empty((256, GROUP), np.int64)
    n, n_chains = np.int64(0), np.int64(0)
    for g in range(groups.shape[0]):
        article, source, first, end = groups[g, ARTICLE], groups[g, SOURCE], groups[g, FIRST], groups[g, END]
        limits = (art_words[article], art_words[article + 1], art_words[source], art_words[source + 1])
        words = limits[1] - limits[0]
        tops = chain_up(flags, runs, first, end, words, links)
        alone, clauses = False, 0.0
        n_before, chains_before = n, n_chains
        sort_tops(links, tops, first)
        for k in range(tops):
            run = links.tops[k]
            if links.best[run - first] == 0.0:
                continue  # in a better chain
            size = np.int64(0)
            while run >= 0 and links.best[run - first] > 0.0:
                path[size] = run
                size += 1
                links.best[run - first] = 0.0
                run = links.before[run - first]
            if not groups[g, TIRED]:
                bound = bounded(text, runs, path, size, limits)
                stands = may_stand_alone(bound, words, min_words, min_weight)
                for place in range(size):
                    row = runs[path[place]]
                    stands = stands or has_short_whole(text, art_words, article, row, bound.letters)
                clause = bound.longest + TINY >= CLAUSE * bound.letters
                if not stands and not clause and not may_stand_beside(bound, min_words, min_weight):
                    continue
                alone = alone or stands
                clauses += bound.words if clause else 0.0
            else:
                alone = True
            out = roomy(out, n + size)
            chains = roomy(chains, n_chains)
            chains[n_chains, ARTICLE], chains[n_chains, SOURCE] = article, source
            chains[n_chains, FIRST], chains[n_chains, END] = n, n + size
            n_chains += 1
            for place in range(size - 1, -1, -1):
                for k in range(RUN):
                    out[n, k] = runs[path[place], k]
                n += 1
        if not alone and clauses + TINY < CLAUSES:
            n, n_chains = n_before, chains_before
    return out[:n], chains[:n_chains]
