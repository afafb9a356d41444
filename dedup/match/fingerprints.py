"""The fingerprint net: postings of every word shingle, for fragments and reworded passages.

A whole-paragraph signature cannot see twelve words inside another paragraph; a common shingle can. Shingles
that stand in many paragraphs are no evidence by themselves and are left out, save where many stand in a row:
a passage that everybody copied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels import inverted
from dedup.text.words import Columns


@dataclass(frozen=True, slots=True)
class Postings:
    """Where each shingle stands.

    `entries`, uint64 ``(n,)``: shingle hash high, word position low, sorted. `head`, uint32, one a word: where
    the group of the shingle that begins there starts in `entries` (see `dedup.match.kernels.inverted.link`).
    `holders`, uint8, one a word: how many earlier paragraphs have that shingle, at most 255.
    """

    entries: NDArray[np.uint64]
    head: NDArray[np.uint32]
    holders: NDArray[np.uint8]


def post(columns: Columns, first_copy: NDArray[np.int64], width: int, frequent: int) -> Postings:
    """Post the shingles of the paragraphs that are the first of their copies.

    Sorting is most of the cost, 10 to 60 ns a word.
    """
    posted = first_copy == np.arange(first_copy.size)
    entries = np.empty(columns.hashes.size, np.uint64)
    entries = entries[: inverted.post(columns.hashes, columns.par_words, posted, width, entries)]
    entries.sort()
    head = np.full(columns.hashes.size, inverted.ALONE, np.uint32)
    holders = np.zeros(columns.hashes.size, np.uint8)
    inverted.link(entries, frequent, head, holders)
    inverted.inherit(columns.par_words, first_copy, holders)
    return Postings(entries, head, holders)
