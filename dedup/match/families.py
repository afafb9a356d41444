"""Families of paragraphs: the same words with numbers, months and days left out."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels import minhash
from dedup.text import words
from dedup.text.calendar import calendar_names
from dedup.text.kernels import tokens
from dedup.text.numbers import number_words


def families(
    hashes: NDArray[np.uint32], flags: NDArray[np.uint8], par_words: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the family digest of each paragraph and its words outside slots, shape ``(paragraphs,)`` each.

    The arrays are word hashes, word flags and paragraph bounds of `dedup.text.words.Columns`. Slots are words
    with a digit and names of months and days in all languages of the lexicon; they are left out, so "Posted
    3 May" and "Posted 28 February" are one family.
    """
    digests = np.empty(par_words.size - 1, np.uint64)
    sizes = np.empty(par_words.size - 1, np.int64)
    for start in range(0, digests.size, _AT_A_TIME):
        bounds = par_words[start : start + _AT_A_TIME + 1]
        part, some = slice(bounds[0], bounds[-1]), slice(start, start + _AT_A_TIME)
        digests[some], sizes[some] = _families(hashes[part], flags[part], bounds - bounds[0])
    return digests, sizes


_AT_A_TIME = 1 << 15
"""Paragraphs: what is worked out for each of their words stays small."""


def _families(
    hashes: NDArray[np.uint32], flags: NDArray[np.uint8], par_words: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    calendar = calendar_words()
    likely = np.flatnonzero(_sieve()[hashes & np.uint32(_SIEVE - 1)])
    places = np.minimum(np.searchsorted(calendar, hashes[likely]), calendar.size - 1)
    slot = flags & tokens.HAS_DIGIT != 0
    slot[likely] |= calendar[places] == hashes[likely]
    before = np.concatenate(([0], np.cumsum(~slot, dtype=np.int64)))
    bounds = before[par_words]
    out = np.empty(bounds.size - 1, np.uint64)
    minhash.digest(np.ascontiguousarray(hashes[~slot]), bounds, out)
    return out, np.diff(bounds)


_SIEVE = 1 << 16
"""Flags of a sieve that nearly all words fall through, which are no names of months or days."""


@cache
def _sieve() -> NDArray[np.bool_]:
    sieve = np.zeros(_SIEVE, np.bool_)
    sieve[calendar_words() & np.uint32(_SIEVE - 1)] = True
    return sieve


@cache
def calendar_words() -> NDArray[np.uint32]:
    """Hashes of the names of months and days in all languages, sorted."""
    return np.unique(words.split([" ".join(calendar_names())]).hashes)


@cache
def calendar_table() -> NDArray[np.uint32]:
    """The same as a hash table (see `_table`)."""
    return _table(calendar_words())


@cache
def number_table() -> NDArray[np.uint32]:
    """Hashes of numbers in words, in all languages, as a hash table (see `_table`).

    Those of one and two letters are left out: they are other words elsewhere, or what an apostrophe cut off.
    """
    columns = words.split([" ".join(number_words())])
    return _table(np.unique(columns.hashes[columns.ends - columns.starts > 2]))


def _table(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A hash table, open addressed: a hash stands in the slot of its lowest bits, or one after; else 0."""
    table = np.zeros(1 << int(4 * hashes.size).bit_length(), np.uint32)
    for word in hashes[hashes > 0].tolist():
        slot = word & (table.size - 1)
        while table[slot]:
            slot = (slot + 1) & (table.size - 1)
        table[slot] = word
    return table
