"""Where the shingles of one article stand: a hash table that nobody can crowd."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.text.kernels.compiling import inlined
from dedup.text.kernels.hashing import PRIME1


@inlined
def same(hashes: Any, a: int, b: int, size: int) -> Any:
    for k in range(size):
        if hashes[a + k] != hashes[b + k]:
            return False
    return True


@inlined
def slot_of(hashes: Any, t0: int, at: int, width: int, seed: Any, table: Any) -> Any:
    """The slot of the shingle at word `at` in the table of the article that begins at `t0`, or the one it belongs in.

    Nobody who does not know the `seed` can choose words that crowd the table.
    """
    h = np.uint64(0)
    for k in range(width):
        h = (h + np.uint64(hashes[at + k]) + np.uint64(1)) * seed
        h ^= h >> np.uint64(32)
    mask = table.size - 1
    slot = np.int64((h * PRIME1) >> np.uint64(32)) & mask
    while table[slot] >= 0 and not same(hashes, t0 + table[slot], at, width):
        slot = (slot + 1) & mask
    return slot


@inlined
def fill_table(hashes: Any, t0: int, t1: int, width: int, seed: Any, table: Any, chain: Any) -> None:
    """Hash table of the article's shingles: first place of each in `table`, the next ones in `chain`."""
    table[:] = -1
    for at in range(t1 - t0 - width, -1, -1):
        slot = slot_of(hashes, t0, t0 + at, width, seed, table)
        chain[at] = table[slot]
        table[slot] = at
