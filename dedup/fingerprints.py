"""The fingerprint net: postings of every word shingle, for fragments and reworded passages.

A whole-paragraph signature cannot see twelve words inside another paragraph; a common shingle can. Shingles
that stand in many paragraphs are no evidence by themselves and are left out, save where many stand in a row:
a passage that everybody copied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.kernels import inverted
from dedup.words import Columns


@dataclass(frozen=True, slots=True)
class Postings:
    """Where each shingle stands.

    `entries`, uint64 ``(n,)``: shingle hash high, word position low, sorted. `head`, uint32, one a word: where
    the group of the shingle that begins there starts in `entries` (see `dedup.kernels.inverted.link`).
    """

    entries: NDArray[np.uint64]
    head: NDArray[np.uint32]


def post(columns: Columns, posted: NDArray[np.bool_], width: int, frequent: int) -> Postings:
    """Post the shingles of the paragraphs marked in `posted`. Sorting is most of the cost, 10 to 60 ns a word."""
    entries = np.empty(columns.hashes.size, np.uint64)
    entries = entries[: inverted.post(columns.hashes, columns.par_words, posted, width, entries)]
    entries.sort()
    head = np.full(columns.hashes.size, inverted.ALONE, np.uint32)
    inverted.link(entries, frequent, head)
    return Postings(entries, head)
