"""Where the shingles of one article stand: a hash table that nobody can crowd."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import Hashes, Ints
from dedup.text.kernels.hashing import PRIME1

KNOWN = 1 << 10
"""Numbers of 64 bits that say which words may follow each other in an article."""


class Places(NamedTuple):
    """The shingles of the article that begins at word `t0`: first place of each in `table`, the next in `chain`.

    `known` has a bit for each two words that follow each other in it. Nobody who does not know the `seed` can choose
    words that crowd either.
    """

    t0: int
    width: int
    seed: int
    table: Ints
    chain: Ints
    known: NDArray[np.uint64]


@inlined
def same(hashes: Hashes, a: int, b: int, size: int) -> bool:
    for k in range(size):
        if hashes[a + k] != hashes[b + k]:
            return False
    return True


@inlined
def slot_of(hashes: Hashes, at: int, places: Places) -> int:
    """The slot of the shingle at word `at`, or the one it belongs in."""
    h = np.uint64(0)
    for k in range(places.width):
        h = (h + np.uint64(hashes[at + k]) + np.uint64(1)) * places.seed
        h ^= h >> np.uint64(32)
    table = places.table
    mask = table.size - 1
    slot = np.int64((h * PRIME1) >> np.uint64(32)) & mask
    while table[slot] >= 0 and not same(hashes, places.t0 + table[slot], at, places.width):
        slot = (slot + 1) & mask
    return slot


@inlined
def pair_at(hashes: Hashes, at: int, places: Places) -> np.uint64:
    """The number, of 16 bits, of words `at` and `at + 1`: multiplied by the seed and shifted.

    Source: Dietzfelbinger and others 1997: under an odd seed by chance two pairs share one time in 32,768 at most.
    """
    pair = np.uint64(hashes[at]) << np.uint64(32) | np.uint64(hashes[at + 1])
    return (pair * places.seed) >> np.uint64(48)


@inlined
def size_for(words: int) -> int:
    """Slots of the table of an article of so many words."""
    size = 64
    while size < 2 * words:
        size *= 2
    return size


@inlined
def fill(hashes: Hashes, t1: int, places: Places) -> None:
    """Enter the shingles and the pairs of words of the article, which ends at word `t1`."""
    table, chain, known = places.table, places.chain, places.known
    for slot in range(table.size):
        table[slot] = -1
    for k in range(known.size):
        known[k] = np.uint64(0)
    for at in range(places.t0, t1 - 1):
        pair = pair_at(hashes, at, places)
        known[pair >> np.uint64(6)] |= np.uint64(1) << (pair & np.uint64(63))
    for at in range(t1 - places.t0 - places.width, -1, -1):
        slot = slot_of(hashes, places.t0 + at, places)
        chain[at] = table[slot]
        table[slot] = at


@inlined
def first_known(hashes: Hashes, at: int, end: int, places: Places) -> int:
    """The first word from `at` where a shingle of the article may begin; `end` where there is none before.

    Its pairs of words are looked at from the last: one that the article lacks is left behind at once.
    """
    width, known = places.width, places.known
    while at <= end - width:
        back = width - 2
        while back >= 0:
            pair = pair_at(hashes, at + back, places)
            if not known[pair >> np.uint64(6)] >> (pair & np.uint64(63)) & np.uint64(1):
                break
            back -= 1
        if back < 0:
            return at
        at += back + 1
    return end
