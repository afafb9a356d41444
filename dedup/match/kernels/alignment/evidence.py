"""What speaks for a segment, and whether it is enough."""

from __future__ import annotations

from math import log2
from typing import NamedTuple

import numpy as np

from dedup.match.kernels.alignment.borders import is_whole_paragraphs, is_whole_sentences
from dedup.match.kernels.alignment.bridges import touch
from dedup.match.kernels.alignment.places import same
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    END,
    FIRST,
    LONGEST,
    MATCHED,
    S0,
    S1,
    SIMILAR,
    SIZE,
    SOURCE,
    T0,
    T1,
    Flags,
    Floats,
    Hashes,
    Ints,
    Rows,
    T,
    Text,
)
from dedup.match.kernels.alignment.weights import ALIKE, number_of, worth_of
from dedup.text.kernels.compiling import compiled, inlined
from dedup.text.kernels.tokens import letters_a_word

LONE = (0.0, 0.2, 0.5, 0.8)
"""What matched words count that stand alone, by two or by three between others."""
NEWS_BACK, OLD_NEWS = 40, 0.25
"""A word that matched up to so many words before counts so much."""
OF_WEIGHT, OF_NUMBER = 0.64, 0.36
"""Shares of what the words weigh, and of their number."""
COMMON = tuple(min(1.0, log2(max(1, n)) / 4) for n in range(17))
"""By how many earlier paragraphs hold a shingle: how far it is a stock phrase."""
STOCK_PHRASE = 0.32
"""What a stock phrase of one shingle takes from the evidence of its words."""
PHRASE = 9
"""Equal words in a row that set phrases have ..."""
BEYOND_PHRASE, MOST_BEYOND = 1.3, 4
"""... and what each word beyond those, of at most so many, is evidence besides itself."""
WHOLE_PARAGRAPH, WHOLE_SENTENCES = 3.0, 1.7
"""What it is evidence that whole paragraphs, or sentences, answer each other: a chance likeness begins anywhere ..."""
BOUNDED = 0.75
"""... but for each changed word so much at most: verbatim text speaks for itself."""
ONE_RUN = 1.0
"""What is taken from the evidence of one run and nothing else: it may be a set phrase that no text has had so far."""
UNMATCHED = 0.17
"""What a word takes from it that nothing answers."""
MOST_BOUNDED = WHOLE_PARAGRAPH - UNMATCHED * WHOLE_PARAGRAPH / BOUNDED
"""What borders add to it at most."""
SURE = 100
"""So many equal words in a row are no chance, whatever words they are."""
BESIDE = 60
"""Words between a passage and another of the same source that it stands beside."""
WHOLE_ARTICLE = 0.75
"""Share of the article's words from which half the weight is enough: chance had little to choose from."""
WEIGHT_ALONG = 0.25
"""What a passage must weigh all along, for each word that must match: two tables of results from one template have
half their words in common, but hardly two in a row."""
SOURCE_SHARE = 0.8
"""The share of words that must match is so much smaller in the source."""
RUN_BESIDE, SHARE_BESIDE, WEIGHT_BESIDE = 0.75, 0.8, 0.5
"""What stands beside an accepted passage must have a run of so much of the least words, match in such a share of its
words, and weigh so much of the least weight."""
TINY = 1e-6
"""Sums in another order may differ by so much."""


class Bound(NamedTuple):
    """What an alignment comes to at most: the worth and the number of its words, how many words they say as much as,
    how many match, in one run, and letters a word at least."""

    worth: float
    number: float
    words: float
    matches: int
    longest: int
    letters: float


@inlined
def most_evidence(bound: Bound) -> float:
    """What `evidence_of` gives at most."""
    beyond = min(max(bound.longest / bound.letters - PHRASE, 0.0), MOST_BEYOND)
    return OF_WEIGHT * bound.worth + OF_NUMBER * bound.number + BEYOND_PHRASE * beyond + MOST_BOUNDED + TINY


@inlined
def may_stand_alone(bound: Bound, words: int, min_words: int, min_weight: float) -> bool:
    """Whether `accept` may take it by itself, in an article of so many `words`."""
    if bound.words + TINY < min_words:
        return False
    wanted = 0.5 * min_weight if bound.matches >= WHOLE_ARTICLE * words else min_weight
    return most_evidence(bound) >= wanted or bound.longest + TINY >= SURE * bound.letters


@inlined
def may_stand_beside(bound: Bound, min_words: int, min_weight: float) -> bool:
    """Whether `accept` may take it beside another passage."""
    long_enough = bound.longest + TINY >= RUN_BESIDE * min_words * bound.letters
    return long_enough and most_evidence(bound) >= WEIGHT_BESIDE * min_weight


@inlined
def news_of(text: Text, blocks: Rows, first: int, i: int, t: int) -> float:
    """What the matched word at `t` in block `i` counts: less where the same word matched up to 40 words before.

    In scripts without spaces, where as many letters before it as a word has are the same too.
    """
    hashes = text.hashes
    begin = max(blocks[first, T], t - NEWS_BACK)
    letters = np.int64(letters_a_word(text.flags[t]) + 0.5)
    while i >= first and blocks[i, T] + blocks[i, SIZE] > begin:
        for at in range(max(blocks[i, T], begin), min(blocks[i, T] + blocks[i, SIZE], t)):
            if hashes[at] == hashes[t]:
                size = min(letters, at - blocks[first, T] + 1)
                if letters == 1 or same(hashes, at - size + 1, t - size + 1, size):
                    return OLD_NEWS
        i -= 1
    return 1.0


class Sums(NamedTuple):
    """What the words of some blocks weigh, how many they are, and how many letters a word has."""

    weight: float
    number: float
    letters: float


@inlined
def summed(text: Text, blocks: Rows, first: int, end: int) -> Sums:
    """Words that match alone, between words that do not, weigh hardly anything: any two texts share those; nor do
    words that matched a few words before: any two tables from one template do."""
    flags = text.flags
    weight, number, words, letters = 0.0, 0.0, 0.0, np.int64(0)
    i = first
    while i < end:
        stretch = 0
        inside = 0.0
        while True:
            size = blocks[i, SIZE]
            stretch += size
            for t in range(blocks[i, T], blocks[i, T] + size):
                news = news_of(text, blocks, first, i, t) * (ALIKE if blocks[i, SIMILAR] else 1.0)
                words += 1.0 / letters_a_word(flags[t])
                inside += news * worth_of(flags[t])
                number += news * number_of(flags[t])
            letters += size
            i += 1
            if i == end or not touch(blocks, i - 1, i):
                break
        weight += inside * (1.0 if stretch >= 4 else LONE[stretch])
    return Sums(weight, number, letters / words)


@inlined
def stock_in(holders: Flags, blocks: Rows, first: int, end: int, width: int) -> float:
    """How many of the matched shingles are stock phrases: one that 16 earlier paragraphs have counts in full."""
    total = 0.0
    for i in range(first, end):
        if not blocks[i, SIMILAR]:
            for t in range(blocks[i, T], blocks[i, T] + blocks[i, SIZE] - width + 1):
                total += COMMON[min(np.int64(holders[t]), 16)]
    return total


@inlined
def evidence_of(text: Text, segment: Ints, sums: Sums, stock: float) -> float:
    """How much speaks for a segment, in long words: about the logarithm of its odds of being taken.

    Where words are letters a shingle is less than a phrase, and that many texts have it says as much less.
    The shares are those of a logistic regression on planted passages and chance likenesses of six collections.
    """
    t0, t1, s0, s1 = segment[T0], segment[T1], segment[S0], segment[S1]
    letters = sums.letters
    total = OF_WEIGHT * sums.weight + OF_NUMBER * sums.number - STOCK_PHRASE * stock / (letters * letters)
    total += BEYOND_PHRASE * min(max(segment[LONGEST] / letters - PHRASE, 0.0), MOST_BEYOND)
    if segment[LONGEST] == segment[MATCHED]:
        total -= ONE_RUN
    changed = (max(t1 - t0, s1 - s0) - segment[MATCHED]) / letters
    total -= UNMATCHED * changed
    if is_whole_paragraphs(text, t0, t1) and is_whole_paragraphs(text, s0, s1):
        total += min(WHOLE_PARAGRAPH, BOUNDED * changed)
    elif is_whole_sentences(text, t0, t1) and is_whole_sentences(text, s0, s1):
        total += min(WHOLE_SENTENCES, BOUNDED * changed)
    return total


WEIGHT, EVIDENCE, LETTERS = range(3)


# About 1 us a segment.
@compiled(
    "void(uint32[::1], uint8[::1], uint32[::1], int64[::1], uint32[::1], uint8[::1], int64[:, ::1], int64[:, ::1],"
    "int64, float64[:, ::1])"
)
def weigh_segments(
    hashes: Hashes, flags: Flags, masks: Hashes, par_words: Ints, par_blocks: Hashes, holders: Flags, segments: Rows,
    blocks: Rows, width: int, weights: Floats,
) -> None:  # fmt: skip
    """Write what each segment weighs, its evidence, and letters a word, ``(n, 3)``."""
    text = Text(hashes, flags, masks, par_words, par_blocks)
    for i in range(segments.shape[0]):
        first, end = segments[i, FIRST], segments[i, END]
        sums = summed(text, blocks, first, end)
        stock = stock_in(holders, blocks, first, end, width)
        weights[i, WEIGHT], weights[i, LETTERS] = sums.weight, sums.letters
        weights[i, EVIDENCE] = evidence_of(text, segments[i], sums, stock)


class Least(NamedTuple):
    """What `Settings` ask of a passage."""

    words: int
    weight: float
    share: float


@inlined
def accept(segments: Rows, weights: Floats, begin: int, end: int, words: int, least: Least) -> None:
    """Mark what is evidence by itself, then what only is so beside such a segment of the same source, next in the list.

    The segments ``[begin, end)`` are those of an article of so many `words`.
    """
    for i in range(begin, end):
        if stands_alone(segments[i], weights[i], words, least):
            segments[i, ACCEPTED] = 1
    for i in range(begin, end):
        if segments[i, ACCEPTED] == 0 and _may_be_beside(segments[i], weights[i], least):
            near = BESIDE * weights[i, LETTERS]
            for step in (-1, 1):
                j = i + step
                while (
                    begin <= j < end
                    and segments[j, SOURCE] == segments[i, SOURCE]
                    and not segments[i, ACCEPTED]
                ):
                    t_gap = max(segments[i, T0] - segments[j, T1], segments[j, T0] - segments[i, T1])
                    s_gap = max(segments[i, S0] - segments[j, S1], segments[j, S0] - segments[i, S1])
                    if segments[j, ACCEPTED] == 1 and t_gap <= near and s_gap <= near:
                        segments[i, ACCEPTED] = 2
                    j += step


@inlined
def stands_alone(segment: Ints, weights: Floats, words: int, least: Least) -> bool:
    length = max(segment[T1] - segment[T0], 1)
    source = max(segment[S1] - segment[S0], 1)
    matched, letters = segment[MATCHED], weights[LETTERS]
    if matched < least.share * length or matched < SOURCE_SHARE * least.share * source:
        return False
    wanted = 0.5 * least.weight if matched >= WHOLE_ARTICLE * words else least.weight
    heavy = weights[EVIDENCE] >= wanted and weights[WEIGHT] >= WEIGHT_ALONG * least.share * length / letters
    return (heavy or segment[LONGEST] >= SURE * letters) and matched >= least.words * letters


@inlined
def _may_be_beside(segment: Ints, weights: Floats, least: Least) -> bool:
    if segment[LONGEST] < RUN_BESIDE * least.words * weights[LETTERS]:
        return False
    if weights[EVIDENCE] < WEIGHT_BESIDE * least.weight:
        return False
    return segment[MATCHED] >= SHARE_BESIDE * max(segment[T1] - segment[T0], 1)
