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
from dedup.match.layout import Layout
from dedup.text.words import Columns


@dataclass(frozen=True, slots=True)
class Postings:
    """Where each shingle stands.

    `groups`, uint32 ``(n,)``: for each shingle that stands in several places how many these are, then the paragraph of
    each, in the order of the text. `head`, uint32, one a word: where the group of the shingle that begins there begins
    in `groups` (see `dedup.match.kernels.inverted.link`).
    `holders`, uint8, one a word: how many earlier paragraphs have that shingle, at most 255.
    """

    groups: NDArray[np.uint32]
    head: NDArray[np.uint32]
    holders: NDArray[np.uint8]


EVERY = np.full(1, ~np.uint64(0))
"""Wants every shingle (see `dedup.match.kernels.inverted.post`)."""

BITS_A_WORD = 4
"""Of the sieve that leaves out what stands once: it lets a fifth of that through."""


def post(layout: Layout, width: int) -> Postings:
    """Post the shingles of the paragraphs that are the first of their copies, those that several have.

    Sorting is most of the cost, 10 to 60 ns a posting; most shingles stand once, and need none.
    """
    columns = layout.columns
    entries = np.empty(columns.hashes.size, np.uint64)
    wanted = _repeated(columns, layout.posted, width)
    entries.resize(
        inverted.post(columns.hashes, columns.par_words, layout.posted, width, wanted, entries),
        refcheck=False,
    )
    del wanted
    entries.sort()
    groups = np.empty(entries.size // 2 * 3 + 1, np.uint32)
    head = np.full(columns.hashes.size, inverted.ALONE, np.uint32)
    holders = np.zeros(columns.hashes.size, np.uint8)
    size = inverted.link(entries, columns.par_words, layout.par_blocks, groups, head, holders)
    groups.resize(size, refcheck=False)
    inverted.inherit(columns.par_words, layout.first_copy, holders)
    return Postings(groups, head, holders)


def _repeated(columns: Columns, posted: NDArray[np.bool_], width: int) -> NDArray[np.uint64]:
    """The shingles that may stand in several places, as `inverted.post` wants them."""
    size = 1 << max(0, (BITS_A_WORD * columns.hashes.size - 1) // 64).bit_length()
    once, repeated = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    inverted.find_repeated(columns.hashes, columns.par_words, posted, width, once, repeated)
    return repeated
