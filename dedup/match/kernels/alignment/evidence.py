"""What speaks for a segment, and whether it is enough."""

from __future__ import annotations

from math import log2
from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.borders import (
    WHOLE_PARAGRAPH,
    answer_of,
    inside_word,
    is_parts,
    is_whole_paragraphs,
)
from dedup.match.kernels.alignment.bridges import touch
from dedup.match.kernels.alignment.overlaps import Overlaps, next_beyond, overlaps_of
from dedup.match.kernels.alignment.phrases import Marked, is_marked, marked, new_marked, sifted
from dedup.match.kernels.alignment.places import same
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    ARTICLE,
    END,
    FIRST,
    LONGEST,
    MATCHED,
    S0,
    S1,
    SIMILAR,
    SIZE,
    T0,
    T1,
    Flags,
    Floats,
    Frame,
    Hashes,
    Ints,
    Rows,
    S,
    T,
    Text,
)
from dedup.match.kernels.alignment.weights import ALIKE, AVERAGE, number_of, worth_of
from dedup.text.kernels.tokens import HAS_DIGIT, LENGTH_CLASS, SIGN_WORD, THAI, letters_a_word

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
OF_PHRASE, MOSTLY_PHRASE = 0.25, 0.6
"""What a word counts that stands in a set phrase, and the share of such words from which borders say nothing."""
PHRASE = 9
"""Equal words in a row that set phrases have ..."""
BEYOND_PHRASE, MOST_BEYOND = 1.3, 4
"""... and what each word beyond those, of at most so many, is evidence besides itself."""
HALF = 0.5
"""This share of what borders are evidence is so whatever words are changed."""
FRAGMENT, LONG_FRAGMENT = 0.4, 14
"""What is taken from the evidence of any other, times the square of the words that it is shorter in the source than so
many: it may be a set phrase that no text has had so far, or a name with its titles."""
WHOLE_TEXT = 10.0
"""What it is evidence that an article is, word for word, a paragraph of another."""
SHORT_PARAGRAPH, SHORT_TEXT = 5, 3
"""Words that are enough where an equal paragraph, or an equal article, has no more."""
SHORT_SENTENCE = 6
"""... and words that are enough where an equal sentence or line has no more, if they weigh as much as average ones:
there are languages that say in six words what takes others nine."""
UNMATCHED = 0.17
"""What a word takes from it that nothing answers."""
OTHER_FIGURE, MOST_FIGURES = 1.0, 2
"""What a figure takes from it that stands where the source has another, and how many do so at most: who copies alters
few, and what is reported of two events in the same words has its own. A long frame with other facts is seen as one."""
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
CLAUSE, CLAUSES = 3, 10
"""Equal words in a row of each clause of a sentence whose clauses were moved, and words that these have together."""
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
    return (
        OF_WEIGHT * bound.worth + OF_NUMBER * bound.number + BEYOND_PHRASE * beyond + WHOLE_PARAGRAPH + TINY
    )


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
    """What the words of some blocks weigh, how many they are, how many letters a word has, and how many letters stand
    in set phrases."""

    weight: float
    number: float
    letters: float
    set: int


@inlined
def summed(text: Text, blocks: Rows, first: int, end: int, known: Marked) -> Sums:
    """Words that match alone, between words that do not, weigh hardly anything: any two texts share those; nor do
    words that matched a few words before: any two tables from one template do. Words of a set phrase, in either
    text, weigh little."""
    flags = text.flags
    weight, number, words, letters, told = 0.0, 0.0, 0.0, np.int64(0), np.int64(0)
    i = first
    while i < end:
        stretch = 0
        inside = 0.0
        while True:
            size = blocks[i, SIZE]
            stretch += size
            for at in range(size):
                t = blocks[i, T] + at
                news = news_of(text, blocks, first, i, t) * (ALIKE if blocks[i, SIMILAR] else 1.0)
                if is_marked(known, t, blocks[i, S] + at):
                    news *= OF_PHRASE
                    told += 1
                words += 1.0 / letters_a_word(flags[t])
                inside += news * worth_of(flags[t])
                number += news * number_of(flags[t])
            letters += size
            i += 1
            if i == end or not touch(blocks, i - 1, i):
                break
        weight += inside * (1.0 if stretch >= 4 else LONE[stretch])
    return Sums(weight, number, letters / words, told)


@inlined
def longest_news(blocks: Rows, first: int, end: int, known: Marked) -> int:
    """Equal words in the longest run, those of set phrases left out."""
    longest = np.int64(0)
    for i in range(first, end):
        if not blocks[i, SIMILAR]:
            size = blocks[i, SIZE]
            for at in range(blocks[i, SIZE]):
                size -= is_marked(known, blocks[i, T] + at, blocks[i, S] + at)
            longest = max(longest, size)
    return longest


@inlined
def stock_in(holders: Flags, blocks: Rows, first: int, end: int, width: int, known: Marked) -> float:
    """How many of the matched shingles are stock phrases: one that 16 earlier paragraphs have counts in full."""
    total = 0.0
    for i in range(first, end):
        if not blocks[i, SIMILAR]:
            for at in range(blocks[i, SIZE] - width + 1):
                t = blocks[i, T] + at
                if not is_marked(known, t, blocks[i, S] + at):
                    total += COMMON[min(np.int64(holders[t]), 16)]
    return total


@inlined
def has_figure(flags: Flags, begin: int, end: int) -> bool:
    """Whether one of words ``[begin, end)`` has a digit."""
    for at in range(begin, end):
        if flags[at] & HAS_DIGIT:
            return True
    return False


@inlined
def other_figures(flags: Flags, blocks: Rows, first: int, end: int) -> int:
    """How often some blocks have a figure where the source has another, `MOST_FIGURES` at most."""
    count = np.int64(0)
    for i in range(first, end):
        t, s = blocks[i, T], blocks[i, S]
        if blocks[i, SIMILAR]:
            count += flags[t] & flags[s] & HAS_DIGIT != 0
        if i > first:
            t_end, s_end = blocks[i - 1, T] + blocks[i - 1, SIZE], blocks[i - 1, S] + blocks[i - 1, SIZE]
            count += has_figure(flags, t_end, t) and has_figure(flags, s_end, s)
        if count >= MOST_FIGURES:
            return np.int64(MOST_FIGURES)
    return count


@inlined
def evidence_of(segment: Ints, sums: Sums, longest: int, stock: float, figures: int) -> float:
    """How much speaks for a segment, in long words: about the logarithm of its odds of being taken.

    Where words are letters a shingle is less than a phrase, and that many texts have it says as much less.
    The shares are those of a logistic regression on planted passages and chance likenesses of six collections.
    """
    t0, t1, s0, s1 = segment[T0], segment[T1], segment[S0], segment[S1]
    letters = sums.letters
    total = OF_WEIGHT * sums.weight + OF_NUMBER * sums.number - STOCK_PHRASE * stock / (letters * letters)
    total += BEYOND_PHRASE * min(max(longest / letters - PHRASE, 0.0), MOST_BEYOND) - OTHER_FIGURE * figures
    return total - UNMATCHED * (max(t1 - t0, s1 - s0) - segment[MATCHED]) / letters


@inlined
def is_apart(text: Text, begin: int, end: int) -> bool:
    """Whether words ``[begin, end)`` stand between spaces or marks in a script in which those part sentences."""
    flag = text.flags[begin]
    if flag & SIGN_WORD == 0 or (flag & LENGTH_CLASS) >> 4 != THAI:
        return False
    return not inside_word(text.flags, begin) and not inside_word(text.flags, end)


@inlined
def of_borders(text: Text, segment: Ints, sums: Sums) -> float:
    """What it is evidence besides where a segment begins and ends; less the more words are changed."""
    t0, t1, s0, s1 = segment[T0], segment[T1], segment[S0], segment[S1]
    if sums.set > MOSTLY_PHRASE * segment[MATCHED]:
        return 0.0
    share = HALF + (1.0 - HALF) * (segment[MATCHED] - sums.set) / max(t1 - t0, s1 - s0)
    answer = answer_of(text, Frame(t0, t1, s0, s1))
    if answer > 0.0:
        return answer * share
    if is_apart(text, t0, t1) and is_apart(text, s0, s1):
        return 0.0
    short = max(LONG_FRAGMENT - (s1 - s0) / sums.letters, 0.0)
    return -FRAGMENT * short * short


@inlined
def is_whole_text(art_words: Ints, article: int, size: int) -> bool:
    """Whether `size` words are all of an article."""
    return art_words[article + 1] - art_words[article] == size


@inlined
def is_short_whole(text: Text, t0: int, s0: int, size: int, letters: float, whole_text: bool) -> bool:
    """Whether `size` equal words are a paragraph in both texts, long enough for one; `whole_text`: all the article."""
    least = SHORT_TEXT if whole_text else SHORT_PARAGRAPH
    if size + TINY < least * letters:
        return False
    return is_whole_paragraphs(text, t0, t0 + size) and is_whole_paragraphs(text, s0, s0 + size)


@inlined
def is_short_sentence(text: Text, t0: int, s0: int, size: int, letters: float) -> bool:
    """Whether `size` equal words are whole sentences or lines in both texts, and say enough for their number."""
    if size + TINY < SHORT_SENTENCE * letters:
        return False
    worth = 0.0
    for at in range(t0, t0 + size):
        worth += worth_of(text.flags[at])
    return (
        worth + TINY >= AVERAGE * SHORT_SENTENCE
        and is_parts(text, t0, t0 + size)
        and is_parts(text, s0, s0 + size)
    )


WEIGHT, EVIDENCE, LETTERS, ENOUGH, PLAIN = range(5)
WEIGHTS = 5
"""Columns of what segments weigh. `PLAIN`: the evidence, whatever the borders."""


# About 1 us a segment.
@compiled(
    "void(uint32[::1], uint8[::1], uint32[::1], int64[::1], uint32[::1], int64[::1], uint8[::1], int64[:, ::1],"
    "int64[:, ::1], int64, int64, int64[::1], uint32[::1], float64[:, ::1])"
)
def weigh_segments(
    hashes: Hashes, flags: Flags, masks: Hashes, par_words: Ints, par_blocks: Hashes, art_words: Ints, holders: Flags,
    segments: Rows, blocks: Rows, width: int, min_words: int, starts: Ints, words: Hashes, weights: Floats,
) -> None:  # fmt: skip
    """Write what each segment weighs, its evidence, letters a word, and how many words are enough, ``(n, WEIGHTS)``.

    `starts` and `words` are the set phrases (see `dedup.match.phrases`).
    """
    text = Text(hashes, flags, masks, par_words, par_blocks)
    phrases = sifted(starts, words)
    known = new_marked()
    for i in range(segments.shape[0]):
        segment, weighed = segments[i], weights[i]
        first, end = segment[FIRST], segment[END]
        known = marked(hashes, segment, phrases, known)
        sums = summed(text, blocks, first, end, known)
        stock = stock_in(holders, blocks, first, end, width, known)
        weighed[WEIGHT], weighed[LETTERS] = sums.weight, sums.letters
        figures = other_figures(flags, blocks, first, end)
        weighed[PLAIN] = evidence_of(segment, sums, longest_news(blocks, first, end, known), stock, figures)
        borders = of_borders(text, segment, sums)
        weighed[EVIDENCE] = weighed[PLAIN] + borders
        weighed[ENOUGH] = min_words + (sums.set / sums.letters if borders <= 0.0 else 0.0)
        size = segment[LONGEST]
        if size != segment[T1] - segment[T0] or size != segment[S1] - segment[S0]:
            continue
        whole = is_whole_text(art_words, segment[ARTICLE], size)
        if sums.set > 0 and not whole:
            continue
        if is_short_whole(text, segment[T0], segment[S0], size, sums.letters, whole):
            weighed[ENOUGH] = min(min_words, SHORT_TEXT if whole else SHORT_PARAGRAPH)
            weighed[EVIDENCE] += WHOLE_TEXT if whole else 0.0
        elif is_short_sentence(text, segment[T0], segment[S0], size, sums.letters):
            weighed[ENOUGH] = min(min_words, SHORT_SENTENCE)


class Least(NamedTuple):
    """What `Settings` ask of a passage."""

    words: int
    weight: float
    share: float


@inlined
def accept(segments: Rows, weights: Floats, words: int, least: Least) -> None:
    """Mark what is evidence by itself, then what only is so beside such a segment.

    The segments are those of an article of so many `words` and one source.
    """
    alone, n = False, segments.shape[0]
    for i in range(n):
        if stands_alone(segments[i], weights[i], words, least):
            segments[i, ACCEPTED] = 1
            alone = True
    if not alone or n == 1:
        return
    overlaps = overlaps_of(segments)
    for i in range(n):
        if segments[i, ACCEPTED] or not _may_be_beside(segments[i], weights[i], least):
            continue
        if _is_beside(segments, i, BESIDE * weights[i, LETTERS], overlaps):
            segments[i, ACCEPTED] = 2


@inlined
def _is_beside(segments: Rows, i: int, near: float, overlaps: Overlaps) -> bool:
    """Whether at most `near` words lie between a segment and one of `overlaps`, in both texts."""
    t0, t1, s0, s1 = segments[i, T0], segments[i, T1], segments[i, S0], segments[i, S1]
    k = np.int64(-1)
    while True:
        k = next_beyond(overlaps, k + 1, np.int64(t0 - near) - 1)
        if k < 0 or segments[overlaps.order[k], T0] - t1 > near:
            return False
        j = overlaps.order[k]
        if t0 - segments[j, T1] <= near and max(s0 - segments[j, S1], segments[j, S0] - s1) <= near:
            return True


@inlined
def stands_alone(segment: Ints, weights: Floats, words: int, least: Least) -> bool:
    length = max(segment[T1] - segment[T0], 1)
    source = max(segment[S1] - segment[S0], 1)
    matched, letters = segment[MATCHED], weights[LETTERS]
    if matched < least.share * length or matched < SOURCE_SHARE * least.share * source:
        return False
    wanted = 0.5 * least.weight if matched >= WHOLE_ARTICLE * words else least.weight
    heavy = weights[EVIDENCE] >= wanted and weights[WEIGHT] >= WEIGHT_ALONG * least.share * length / letters
    return (heavy or segment[LONGEST] >= SURE * letters) and matched + TINY >= weights[ENOUGH] * letters


@inlined
def _may_be_beside(segment: Ints, weights: Floats, least: Least) -> bool:
    if segment[LONGEST] < RUN_BESIDE * least.words * weights[LETTERS]:
        return False
    if weights[EVIDENCE] < WEIGHT_BESIDE * least.weight:
        return False
    return segment[MATCHED] >= SHARE_BESIDE * max(segment[T1] - segment[T0], 1)
