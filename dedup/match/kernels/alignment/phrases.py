"""Words of set phrases in two texts: what everybody writes says nothing about who copied whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.match.kernels.alignment.rows import S0, S1, T0, T1, Bools, Hashes, Ints
from dedup.text.kernels.compiling import inlined

ANY = np.uint32(0)
"""Stands in a phrase for any one word."""
MOST_WORDS = 24
"""Words of the longest phrase that is known."""
SIEVE = 1 << 15
"""Entries of a sieve for their first words, a power of two."""


class Phrases(NamedTuple):
    """Hashes of words; phrase i is ``words[starts[i] : starts[i + 1]]``, and they are sorted by their first words.

    `sieve`: by the last bits of a hash whether a phrase may begin with it.
    """

    starts: Ints
    words: Hashes
    sieve: Bools


@inlined
def sifted(starts: Ints, words: Hashes) -> Phrases:
    """Some phrases with their sieve: nearly all words begin none, and a sieve costs less than a search."""
    sieve = np.zeros(SIEVE, np.bool_)
    for i in range(starts.size - 1):
        sieve[words[starts[i]] & np.uint32(SIEVE - 1)] = True
    return Phrases(starts, words, sieve)


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
    starts, words, sieve = phrases
    for at in range(end - begin):
        marks[at] = False
    for at in range(max(0, begin - MOST_WORDS), end):
        if not sieve[hashes[at] & np.uint32(SIEVE - 1)]:
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
