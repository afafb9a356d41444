"""What an article says twice: whole sentences and lines, word for word."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.borders import home_of
from dedup.match.kernels.alignment.places import KNOWN, Places, fill, same, size_for, slot_of
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    BLOCK,
    END,
    FIRST,
    KIND,
    PARAGRAPH,
    PASSAGE,
    REPEATED,
    S0,
    S1,
    SIZE,
    SOURCE,
    SOURCE_PARAGRAPH,
    T0,
    T1,
    WORDS,
    WORTH,
    Bools,
    Flags,
    Hashes,
    Ints,
    Rows,
    S,
    T,
    Text,
    roomy,
    set_block,
)
from dedup.text.kernels.hashing import PRIME1
from dedup.text.kernels.tokens import HAS_DIGIT, STARTS_LINE, STARTS_SENTENCE, letters_a_word

SENTENCE_WORDS, LINE_WORDS = 4, 3
"""Words without a digit from which whole sentences, and whole lines, count as said again: shorter ones, and rows of
figures, are alike by chance."""

LONG_SENTENCE = 8
"""Words from which a whole sentence counts as said again also where it was a part of another before: a pull quote, or
one after "half a. ", which nobody can tell from an initial."""

PLACES = 8
"""Earlier places of its first words at which such a sentence is looked for."""


class Units(NamedTuple):
    """The sentences or lines of an article: begins, one more than there are; digests of their words; for each the first
    with the same words, or the one that follows its forerunner's, -1 where it is new. `table`: a hash table of them."""

    starts: Ints
    keys: NDArray[np.uint64]
    twins: Ints
    table: Ints


@inlined
def cut_units(text: Text, first: int, last: int, border: int, units: Units) -> int:
    """Cut paragraphs ``first .. last - 1`` where a word has the flag `border`; return how many units there are."""
    n: int = np.int64(0)
    starts, keys = units.starts, units.keys
    for paragraph in range(first, last):
        begin, end = text.par_words[paragraph], text.par_words[paragraph + 1]
        for at in range(begin, end):
            if at == begin or text.flags[at] & border:
                starts[n] = at
                keys[n] = np.uint64(0)
                n += 1
            keys[n - 1] = (keys[n - 1] ^ np.uint64(text.hashes[at])) * PRIME1
    starts[n] = text.par_words[last]
    return n


@inlined
def _equal(hashes: Hashes, starts: Ints, a: int, b: int) -> bool:
    size = starts[a + 1] - starts[a]
    there = starts[b + 1] - starts[b]
    return there == size and same(hashes, starts[a], starts[b], size)


@inlined
def find_twins(hashes: Hashes, units: Units, n: int, seed: int) -> None:
    starts, keys, twins, table = units
    mask = size_for(n) - 1
    for slot in range(mask + 1):
        table[slot] = -1
    run = np.int64(0)
    for unit in range(n):
        slot = np.int64((keys[unit] * seed) >> np.uint64(32)) & mask
        while table[slot] >= 0 and not (
            keys[table[slot]] == keys[unit] and _equal(hashes, starts, table[slot], unit)
        ):
            slot = (slot + 1) & mask
        twins[unit] = table[slot]
        if table[slot] < 0:
            table[slot] = unit
        following = twins[unit - 1] + 1 if unit > 0 and twins[unit - 1] >= 0 else np.int64(-1)
        if 0 < following < run and _equal(hashes, starts, following, unit):
            twins[unit] = following
        else:
            run = np.int64(unit)


@inlined
def _within(hashes: Hashes, t: int, size: int, places: Places) -> int:
    """Where words ``[t, t + size)`` stand earlier in the article; -1 for nowhere."""
    base = places.t0
    at = places.table[slot_of(hashes, t, places)]
    for _ in range(PLACES):
        if base + at + size > t:
            break
        if same(hashes, base + at, t, size):
            return base + at
        at = places.chain[at]
    return np.int64(-1)


@inlined
def _is_enough(flags: Flags, begin: int, end: int, least: int) -> bool:
    words = 0.0
    for at in range(begin, end):
        words += 0.0 if flags[at] & HAS_DIGIT else 1.0 / letters_a_word(flags[at])
    return words >= least


@inlined
def _is_border(text: Text, at: int, end: int) -> bool:
    """Whether a line begins at the word, or the article, before `end`, ends before it."""
    if at == end or text.flags[at] & STARTS_LINE:
        return True
    return at == text.par_words[home_of(text, at)]


@inlined
def said_again(text: Text, first: int, last: int, lines: bool, places: Places, units: Units, told: Bools,
               found: Rows) -> int:  # fmt: skip
    """Find what paragraphs ``first .. last - 1`` say again: blocks in `found`, each in one paragraph.

    Units are lines, or else sentences; what follows each other in both places is one passage. `told`, one a word of
    these paragraphs, says what was found before, and is set for what is found. `found` has room for each word.
    """
    base, stop_all = text.par_words[first], text.par_words[last]
    n = cut_units(text, first, last, STARTS_LINE if lines else STARTS_SENTENCE, units)
    find_twins(text.hashes, units, n, places.seed)
    starts, twins = units.starts, units.twins
    count, unit = np.int64(0), np.int64(0)
    while unit < n:
        begin = unit
        unit += 1
        t, size = starts[begin], starts[unit] - starts[begin]
        if told[t - base]:
            continue
        s = np.int64(-1)
        if twins[begin] >= 0:
            s = starts[twins[begin]]
        elif size >= max(LONG_SENTENCE, places.width):
            s = _within(text.hashes, t, size, places)
        if s < 0:
            continue
        while (
            unit < n
            and twins[unit] == twins[unit - 1] + 1 > 0
            and twins[unit] < begin
            and not told[starts[unit] - base]
        ):
            unit += 1
        end = starts[unit]
        whole = _is_border(text, t, stop_all) and _is_border(text, end, stop_all)
        if not _is_enough(text.flags, t, end, LINE_WORDS if whole else SENTENCE_WORDS):
            continue
        while t < end:
            stop = min(end, text.par_words[home_of(text, t) + 1])
            set_block(found, count, t, s, stop - t, 0)
            count += 1
            for at in range(t, stop):
                told[at - base] = True
            s += stop - t
            t = stop
    return count


# About 20 ns a word.
@compiled(
    "Tuple((int64[:, ::1], int64[:, ::1]))"
    "(int64, int64, uint32[::1], uint8[::1], int64[::1], uint32[::1], int64[::1], int64[::1], int64, uint64)"
)
def find_repeats(
    first: int, last: int, hashes: Hashes, flags: Flags, par_words: Ints, par_blocks: Hashes, art_words: Ints,
    art_pars: Ints, width: int, seed: int,
) -> tuple[Rows, Rows]:  # fmt: skip
    """What each of the articles ``first .. last - 1`` says again, sentences, then lines: passages and their blocks.

    Articles shorter than a shingle say nothing again. `seed`, odd, is for hash tables and changes no answer.
    """
    text = Text(hashes, flags, hashes, par_words, par_blocks)
    most = np.int64(0)
    for article in range(first, last):
        most = max(most, art_words[article + 1] - art_words[article])
    size = size_for(most + 1)
    slots, chain, table = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    units = Units(np.empty(size, np.int64), np.empty(size, np.uint64), np.empty(size, np.int64), table)
    known, told = np.empty(KNOWN, np.uint64), np.empty(size, np.bool_)
    found = np.empty((size, BLOCK), np.int64)
    rows, blocks = np.empty((64, PASSAGE), np.int64), np.empty((64, BLOCK), np.int64)
    n = np.int64(0)
    for article in range(first, last):
        t0, t1 = art_words[article], art_words[article + 1]
        if t1 - t0 < width:
            continue
        places = Places(t0, width, seed, slots[: size_for(t1 - t0)], chain, known)
        fill(hashes, t1, places)
        ways = 1
        for at in range(t0, t1):
            told[at - t0] = False
            if flags[at] & STARTS_LINE:
                ways = 2
        for way in range(ways):
            count = said_again(
                text, art_pars[article], art_pars[article + 1], way == 1, places, units, told, found
            )
            for i in range(count):
                t, s, length = found[i, T], found[i, S], found[i, SIZE]
                rows, blocks = roomy(rows, n), roomy(blocks, n)
                set_block(blocks, n, t, s, length, 0)
                row = rows[n]
                row[ARTICLE], row[PARAGRAPH], row[T0], row[T1] = article, home_of(text, t), t, t + length
                row[SOURCE], row[SOURCE_PARAGRAPH], row[S0], row[S1] = (
                    article,
                    home_of(text, s),
                    s,
                    s + length,
                )
                row[WORDS], row[FIRST], row[END], row[KIND], row[WORTH] = t1 - t0, n, n + 1, REPEATED, 0
                n += 1
    return rows[:n], blocks[:n]
