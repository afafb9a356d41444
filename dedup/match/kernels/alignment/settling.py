"""The last of each passage: where it ends between words, what it is worth, and what its two paragraphs share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import compiled, inlined
from dedup.match.kernels.alignment.borders import inside_word, narrow
from dedup.match.kernels.alignment.places import size_for
from dedup.match.kernels.alignment.rows import (
    END,
    FIRST,
    PARAGRAPH,
    S0,
    S1,
    SIZE,
    SOURCE_PARAGRAPH,
    T0,
    T1,
    WORTH,
    Flags,
    Floats,
    Hashes,
    Ints,
    Rows,
    S,
)
from dedup.text.kernels.hashing import shingle
from dedup.text.kernels.tokens import letters_a_word


# About 1 ns a word of the passages.
@compiled("int64(uint8[::1], int64[:, ::1], int64[:, ::1])")
def settle(flags: Flags, rows: Rows, blocks: Rows) -> int:
    """Let passages cut no word, leave out those of which nothing is left, and tell what each is worth."""
    n = 0
    for i in range(rows.shape[0]):
        row = rows[i]
        if inside_word(flags, row[T0]) or inside_word(flags, row[T1]):
            first, end, t0, t1 = narrow(flags, blocks, row[FIRST], row[END], row[T0], row[T1])
            if first == end:
                continue
            row[S0] = row[S0] if t0 == row[T0] else blocks[first, S]
            row[S1] = row[S1] if t1 == row[T1] else blocks[end - 1, S] + blocks[end - 1, SIZE]
            row[T0], row[T1], row[FIRST], row[END] = t0, t1, first, end
        words = 0.0
        for t in range(row[T0], row[T1]):
            words += 1.0 / letters_a_word(flags[t])
        row[WORTH] = np.int64(words + 0.5)
        for k in range(rows.shape[1]):
            rows[n, k] = row[k]
        n += 1
    return n


ONE, OTHER, BOTH = np.int64(1), np.int64(2), np.int64(3)
"""Which of two paragraphs have a shingle."""


@inlined
def enter(hashes: Hashes, begin: int, end: int, width: int, seed: int, which: int, table: NDArray[np.uint64],
          counts: Ints) -> None:  # fmt: skip
    """Enter the shingles of one paragraph, or all its words where they are fewer: in how many paragraphs each is."""
    mask = table.size - 1
    for at in range(begin, max(end - width, begin) + 1):
        value = shingle(hashes, at, min(width, end - begin))
        entry = np.uint64(value) << np.uint64(2)
        slot = np.int64((np.uint64(value) * seed) >> np.uint64(32)) & mask
        while table[slot] != 0 and (table[slot] >> np.uint64(2)) != (entry >> np.uint64(2)):
            slot = (slot + 1) & mask
        before = np.int64(table[slot] & np.uint64(3))
        if before & which == 0:
            counts[before] -= 1
            counts[before | which] += 1
            table[slot] = entry | np.uint64(before | which)


# About 10 ns a word of the paragraphs.
@compiled("void(uint32[::1], int64[::1], int64[:, ::1], int64, uint64, float64[:, ::1])")
def share(hashes: Hashes, par_words: Ints, rows: Rows, width: int, seed: int, shares: Floats) -> None:
    """Write Jaccard and containment of the shingles of each passage's two paragraphs, ``(n, 2)``.

    A repeat inside one paragraph has all. `seed`, odd, is for the hash table and changes no answer.
    """
    table, counts = np.empty(64, np.uint64), np.empty(4, np.int64)
    for i in range(rows.shape[0]):
        p, q = rows[i, PARAGRAPH], rows[i, SOURCE_PARAGRAPH]
        if p == q:
            shares[i, 0], shares[i, 1] = 1.0, 1.0
            continue
        if i > 0 and p == rows[i - 1, PARAGRAPH] and q == rows[i - 1, SOURCE_PARAGRAPH]:
            shares[i, 0], shares[i, 1] = shares[i - 1, 0], shares[i - 1, 1]
            continue
        size = size_for(par_words[p + 1] - par_words[p] + par_words[q + 1] - par_words[q])
        if size > table.size:
            table = np.empty(size, np.uint64)
        for slot in range(size):
            table[slot] = np.uint64(0)
        for k in range(4):
            counts[k] = 0
        enter(hashes, par_words[p], par_words[p + 1], width, seed, ONE, table[:size], counts)
        enter(hashes, par_words[q], par_words[q + 1], width, seed, OTHER, table[:size], counts)
        one = counts[ONE] + counts[BOTH]
        shares[i, 0] = counts[BOTH] / (counts[ONE] + counts[OTHER] + counts[BOTH])
        shares[i, 1] = counts[BOTH] / one
