"""Words that have one hash and are not one: told apart by their checks."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.text.kernels.hashing import PRIME1, U1, scattered

USED = np.uint64(1 << 63)
"""Set in the mark of a place that is taken; the rest of it is the check."""


@inlined
def _place_of(name: Any, names: Any, marks: Any, seed: Any) -> Any:
    """Where a name stands in the table, or the free place where it belongs."""
    last = np.uint64(names.size - 1)
    place = ((np.uint64(name) * seed) >> np.uint64(32)) & last
    while marks[place] != 0 and names[place] != name:
        place = (place + U1) & last
    return place


# About 3 ns a word.
@compiled("int64(uint32[::1], uint64[::1], uint32[::1], uint64[::1], uint64)")
def tell_apart(hashes: Any, checks: Any, names: Any, marks: Any, seed: Any) -> Any:
    """Give words other hashes whose own stand for words with other checks; return how many names are new.

    `names` and `marks` are a hash table: of each hash the check of the first word that came with it. Its size is a
    power of two, and more than the words in it and `hashes` together. `seed` is odd and secret: nobody can choose words
    that crowd one place.
    """
    new = np.int64(0)
    for i in range(hashes.size):
        name, mark = hashes[i], checks[i] | USED
        place = _place_of(name, names, marks, seed)
        tries = np.uint64(0)
        while marks[place] != 0 and marks[place] != mark:
            tries += U1
            name = scattered((np.uint64(hashes[i]) ^ mark) + tries * PRIME1)
            place = _place_of(name, names, marks, seed)
        if marks[place] == 0:
            names[place], marks[place] = name, mark
            new += 1
        hashes[i] = name
    return new


# About 10 ns a name.
@compiled("void(uint32[::1], uint64[::1], uint32[::1], uint64[::1], uint64)")
def move(old_names: Any, old_marks: Any, names: Any, marks: Any, seed: Any) -> None:
    """Fill a larger table with what stands in another."""
    for i in range(old_names.size):
        if old_marks[i] != 0:
            place = _place_of(old_names[i], names, marks, seed)
            names[place], marks[place] = old_names[i], old_marks[i]
