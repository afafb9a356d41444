"""The compiled loop of versions: what two texts have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import compiled, inlined
from dedup.text.kernels.hashing import PRIME1, U0, U1


@inlined
def _slot_of(word: Any, words: NDArray[np.uint32], heads: NDArray[np.int64], seed: Any) -> Any:
    """The slot of a word in the table, or the free one where it belongs."""
    last = heads.size - 1
    slot = np.int64(((np.uint64(word) + U1) * seed * PRIME1) >> np.uint64(32)) & last
    while heads[slot] >= 0 and words[heads[slot]] != word:
        slot = (slot + 1) & last
    return slot


# About 1 ns for each 64 pairs of words, and one bit of memory a pair.
@compiled("int64[:, ::1](uint32[::1], uint32[::1], uint64)")
def longest_common(old: NDArray[np.uint32], new: NDArray[np.uint32], seed: Any) -> NDArray[np.int64]:
    """The places of common words, shape ``(n, 2)``, ascending in both: as many as can be.

    By rows of bits, a row a word and a bit a word of the other text: one that is 0 ends a longest sequence that is
    longer by one than without that word. Source: Hyyrö 2004, "Bit-parallel LCS-length computation revisited". `seed` is
    odd: nobody who does not know it can choose words that crowd the table.
    """
    size = 64
    while size < 2 * new.size:
        size *= 2
    heads, following = np.full(size, -1, np.int64), np.empty(new.size, np.int64)
    for j in range(new.size - 1, -1, -1):
        slot = _slot_of(new[j], new, heads, seed)
        following[j], heads[slot] = heads[slot], j
    width = (new.size + 63) >> 6
    mask = np.zeros(width, np.uint64)
    rows = np.empty((old.size + 1, width), np.uint64)
    rows[0, :] = ~U0
    for i in range(old.size):
        first = heads[_slot_of(old[i], new, heads, seed)]
        j = first
        while j >= 0:
            mask[j >> 6] |= U1 << np.uint64(j & 63)
            j = following[j]
        carry = U0
        for k in range(width):
            row = rows[i, k]
            known = row & mask[k]
            total = row + known
            more = np.uint64(total < row)
            total += carry
            carry = more | np.uint64(total < carry)
            rows[i + 1, k] = total | (row & ~known)
        j = first
        while j >= 0:
            mask[j >> 6] = U0
            j = following[j]
    found = np.empty((min(old.size, new.size), 2), np.int64)
    n = found.shape[0]
    i, j = old.size, new.size
    while i > 0 and j > 0:
        if old[i - 1] == new[j - 1]:
            i, j, n = i - 1, j - 1, n - 1
            found[n, 0], found[n, 1] = i, j
        elif (rows[i, (j - 1) >> 6] >> np.uint64((j - 1) & 63)) & U1 != U0:
            j -= 1
        else:
            i -= 1
    return found[n:]
