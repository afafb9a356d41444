"""Words of set phrases in two texts: what everybody writes says nothing about who copied whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import S0, S1, T0, T1, Bools, Hashes, Ints

ANY = np.uint32(0)
"""Stands in a phrase for any one word."""
MOST_WORDS = 24
"""Words of the longest phrase that is known."""
SIEVE, PAIRS = 1 << 15, 1 << 16
"""Entries of the sieves for their first words and for their first two, powers of two."""


class Phrases(NamedTuple):
    """Hashes of words; phrase i is ``words[starts[i] : starts[i + 1]]``, and they are sorted by their first words.

    `first`: by the last bits of a hash whether a phrase may begin with it, and `alone`, whether whatever follows;
    `pairs`: by those of two hashes whether a phrase may begin with both (see `pair_of`).
    """

    starts: Ints
    words: Hashes
    first: Bools
    alone: Bools
    pairs: Bools


@inlined
def pair_of(one: int, two: int) -> int:
    """The place of two hashes in a sieve."""
    return (np.uint32(one) ^ (np.uint32(two) >> np.uint32(16))) & np.uint32(PAIRS - 1)


@inlined
def sifted(starts: Ints, words: Hashes) -> Phrases:
    """Some phrases with their sieves: "in the" begins hundreds and "in a dozen" none, so two words are sifted."""
    first, alone, pairs = np.zeros(SIEVE, np.bool_), np.zeros(SIEVE, np.bool_), np.zeros(PAIRS, np.bool_)
    for i in range(starts.size - 1):
        at = starts[i]
        place = words[at] & np.uint32(SIEVE - 1)
        first[place] = True
        if starts[i + 1] - at == 1 or words[at + 1] == ANY:
            alone[place] = True
        else:
            pairs[pair_of(words[at], words[at + 1])] = True
    return Phrases(starts, words, first, alone, pairs)


@inlined
def may_begin(hashes: Hashes, at: int, phrases: Phrases) -> bool:
    """Whether a phrase may begin with word `at`: nearly no word passes, and a sieve costs less than a search."""
    place = hashes[at] & np.uint32(SIEVE - 1)
    if not phrases.first[place]:
        return False
    if phrases.alone[place]:
        return True
    return at + 1 < hashes.size and phrases.pairs[pair_of(hashes[at], hashes[at + 1])]


class Marked(NamedTuple):
    """Which words of a segment stand in a phrase, in the article from word `t` on and in its source from `s` on."""

    t: int
    s: int
    in_article: Bools
    in_source: Bools


@inlined
def new_marked() -> Marked:
    return Marked(np.int64(0), np.int64(0), np.empty(256, np.bool_), np.empty(256, np.bool_))


@inlined
def marked(hashes: Hashes, segment: Ints, phrases: Phrases, room: Marked) -> Marked:
    """The words of a segment that stand in a phrase; `room` is used again where it is large enough."""
    one, other = room.in_article, room.in_source
    most = max(segment[T1] - segment[T0], segment[S1] - segment[S0])
    if most > one.size:
        one, other = np.empty(2 * most, np.bool_), np.empty(2 * most, np.bool_)
    _mark(hashes, segment[T0], segment[T1], phrases, one)
    _mark(hashes, segment[S0], segment[S1], phrases, other)
    return Marked(segment[T0], segment[S0], one, other)


@inlined
def is_marked(known: Marked, t: int, s: int) -> bool:
    """Whether a matched word stands in a phrase in either text: who changes a word of a phrase makes it no news."""
    return known.in_article[t - known.t] or known.in_source[s - known.s]


@inlined
def _mark(hashes: Hashes, begin: int, end: int, phrases: Phrases, marks: Bools) -> None:
    """Mark the words ``[begin, end)`` that stand in a phrase, be it that it begins before or ends behind."""
    starts, words = phrases.starts, phrases.words
    for at in range(end - begin):
        marks[at] = False
    for at in range(max(0, begin - MOST_WORDS), end):
        if not may_begin(hashes, at, phrases):
            continue
        low, high = np.int64(0), np.int64(starts.size - 1)
        while low < high:
            middle = (low + high) >> 1
            if words[starts[middle]] < hashes[at]:
                low = middle + 1
            else:
                high = middle
        while low < starts.size - 1 and words[starts[low]] == hashes[at]:
            size = starts[low + 1] - starts[low]
            if at + size <= hashes.size and at + size > begin:
                k = np.int64(1)
                while k < size and (
                    words[starts[low] + k] == ANY or words[starts[low] + k] == hashes[at + k]
                ):
                    k += 1
                if k == size:
                    for place in range(max(at, begin), min(at + size, end)):
                        marks[place - begin] = True
            low += 1
