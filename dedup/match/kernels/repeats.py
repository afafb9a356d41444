"""What an article says twice: whole sentences and lines, word for word."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.match.kernels.inverted import paragraph_of
from dedup.match.kernels.places import same, slot_of
from dedup.text.kernels.compiling import inlined
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


@inlined
def _units(
    hashes: Any, flags: Any, par_words: Any, first: int, last: int, border: Any, starts: Any, keys: Any
) -> int:
    """Cut paragraphs ``first .. last - 1`` where a word has the flag `border`: begins, and digests of their words."""
    n: int = np.int64(0)
    for paragraph in range(first, last):
        begin, end = par_words[paragraph], par_words[paragraph + 1]
        for at in range(begin, end):
            if at == begin or flags[at] & border:
                starts[n] = at
                keys[n] = np.uint64(0)
                n += 1
            keys[n - 1] = (keys[n - 1] ^ np.uint64(hashes[at])) * PRIME1
    starts[n] = par_words[last]
    return n


@inlined
def _equal(hashes: Any, starts: Any, a: int, b: int) -> Any:
    size = starts[a + 1] - starts[a]
    there = starts[b + 1] - starts[b]
    return there == size and same(hashes, starts[a], starts[b], size)


@inlined
def _earlier(hashes: Any, starts: Any, keys: Any, n: int, twins: Any) -> None:
    """Of each unit the first with the same words, or the one that follows its forerunner's; -1 where it is new."""
    size = 64
    while size < 2 * n:
        size *= 2
    table = np.full(size, -1, np.int64)
    run = np.int64(0)
    for unit in range(n):
        slot = np.int64((keys[unit] * PRIME1) >> np.uint64(32)) & (size - 1)
        while table[slot] >= 0 and not (
            keys[table[slot]] == keys[unit] and _equal(hashes, starts, table[slot], unit)
        ):
            slot = (slot + 1) & (size - 1)
        twins[unit] = table[slot]
        if table[slot] < 0:
            table[slot] = unit
        following = twins[unit - 1] + 1 if unit > 0 and twins[unit - 1] >= 0 else np.int64(-1)
        if 0 < following < run and _equal(hashes, starts, following, unit):
            twins[unit] = following
        else:
            run = np.int64(unit)


@inlined
def _within(hashes: Any, base: int, t: int, size: int, width: int, seed: Any, table: Any, chain: Any) -> Any:
    """Where words ``[t, t + size)`` stand earlier; -1 for nowhere. `table` and `chain` hold the article's shingles."""
    at = table[slot_of(hashes, base, t, width, seed, table)]
    for _ in range(PLACES):
        if base + at + size > t:
            break
        if same(hashes, base + at, t, size):
            return base + at
        at = chain[at]
    return np.int64(-1)


@inlined
def _is_enough(flags: Any, begin: int, end: int, lines: Any) -> Any:
    words = 0.0
    for at in range(begin, end):
        words += 0.0 if flags[at] & HAS_DIGIT else 1.0 / letters_a_word(flags[at])
    return words >= (LINE_WORDS if lines else SENTENCE_WORDS)


@inlined
def _is_border(flags: Any, par_words: Any, par_blocks: Any, at: int, last: int) -> Any:
    """Whether a line begins at the word, or the text ends before it."""
    if at == par_words[last] or flags[at] & STARTS_LINE:
        return True
    return at == par_words[paragraph_of(at, par_blocks, par_words)]


@inlined
def said_again(
    hashes: Any, flags: Any, par_words: Any, par_blocks: Any, first: int, last: int, width: int, seed: Any,
    table: Any, chain: Any, lines: Any, told: Any, out: Any,
) -> int:  # fmt: skip
    """Find what paragraphs ``first .. last - 1`` say again: rows ``(t, s, size)`` in `out`, each in one paragraph.

    Units are lines, or else sentences; what follows each other in both places is one passage. `told`, one a word of
    these paragraphs, says what was found before, and is set for what is found. `out` has room for each word;
    `table` and `chain` hold the article's shingles of `width` words.
    """
    base = par_words[first]
    size = par_words[last] - base
    starts, twins = np.empty(size + 1, np.int64), np.empty(size + 1, np.int64)
    keys = np.empty(size + 1, np.uint64)
    border = STARTS_LINE if lines else STARTS_SENTENCE
    n = _units(hashes, flags, par_words, first, last, border, starts, keys)
    _earlier(hashes, starts, keys, n, twins)
    found = 0
    unit = 0
    while unit < n:
        begin = unit
        unit += 1
        if told[starts[begin] - base]:
            continue
        s = np.int64(-1)
        if twins[begin] >= 0:
            s = starts[twins[begin]]
        elif starts[unit] - starts[begin] >= max(LONG_SENTENCE, width):
            s = _within(hashes, base, starts[begin], starts[unit] - starts[begin], width, seed, table, chain)
        if s < 0:
            continue
        while (
            unit < n
            and twins[unit] == twins[unit - 1] + 1 > 0
            and twins[unit] < begin
            and not told[starts[unit] - base]
        ):
            unit += 1
        t, end = starts[begin], starts[unit]
        whole = _is_border(flags, par_words, par_blocks, t, last) and _is_border(
            flags, par_words, par_blocks, end, last
        )
        if not _is_enough(flags, t, end, whole):
            continue
        while t < end:
            stop = min(end, par_words[paragraph_of(t, par_blocks, par_words) + 1])
            out[found, 0], out[found, 1], out[found, 2] = t, s, stop - t
            found += 1
            told[t - base : stop - base] = True
            s += stop - t
            t = stop
    return found
