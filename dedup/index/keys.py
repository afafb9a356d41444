"""What an article is found by: some of its word shingles, and its paragraphs as wholes.

One key is 32 bits. Sampling is by the shingle's own hash, so two texts that share a shingle choose it alike:
what is lost is a known share of all evidence, not the evidence of one side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup import kernels, shingling
from dedup.settings import Settings
from dedup.words import Columns

SAMPLED = 16
"""Sixteenths of all shingles that become keys."""

UNIT = 64
"""Words that look for sources together: a longer paragraph is several stretches."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some articles, in the order of their text.

    Shape ``(keys,)``: `values` uint32; `positions` int64, the word each begins at; `units` uint32, the stretch
    of text it stands in. `bounds`, int64: article to keys, one longer than the articles.
    """

    values: NDArray[np.uint32]
    positions: NDArray[np.int64]
    units: NDArray[np.uint32]
    bounds: NDArray[np.int64]

    def entries(self, first: int) -> NDArray[np.uint64]:
        """Return sorted ``key << 32 | number`` of articles numbered from `first`, no entry twice."""
        sizes = np.diff(self.bounds)
        numbers = np.repeat(np.arange(first, first + sizes.size, dtype=np.uint64), sizes)
        return sorted_once(self.values.astype(np.uint64) << np.uint64(32) | numbers)


def sorted_once(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sort in place and return what is left without repeats: several times faster than `numpy.unique`."""
    values.sort()
    fresh = np.ones(values.size, np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


def keys_of(columns: Columns, settings: Settings) -> Keys:
    """Return the keys of some articles: `SAMPLED` of their shingles."""
    shingled = shingling.shingles(columns, settings.shingle_words)
    paragraphs = np.repeat(np.arange(shingled.bounds.size - 1), np.diff(shingled.bounds))
    kept = np.flatnonzero((shingled.hashes & np.uint32(15)) < SAMPLED)
    paragraph = paragraphs[kept]
    offsets = kept - shingled.bounds[paragraph]
    stretches = -(-np.diff(columns.par_words) // UNIT)
    first = np.cumsum(stretches) - stretches
    units = first[paragraph] + offsets // UNIT
    bounds = np.searchsorted(kept, shingled.bounds[columns.art_pars]).astype(np.int64)
    return Keys(
        shingled.hashes[kept], columns.par_words[paragraph] + offsets, units.astype(np.uint32), bounds
    )


def paragraph_digests(columns: Columns) -> NDArray[np.uint64]:
    """Return a 64-bit digest of each paragraph's words."""
    out = np.empty(columns.par_words.size - 1, np.uint64)
    kernels.digest(columns.hashes, columns.par_words, out)
    return out
