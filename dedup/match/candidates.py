"""Candidates of a corpus: what may stand in an earlier paragraph. Unverified, all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.match import lsh, shingling
from dedup.match.fingerprints import Postings
from dedup.match.kernels import inverted
from dedup.match.layout import Layout
from dedup.match.nomination import Lists, nominated, packed
from dedup.settings import Settings
from dedup.text.ranges import distinct, ragged

Pairs = NDArray[np.uint64]
"""Candidates: ``article << 32 | paragraph of an earlier article``, sorted, no pair twice."""


PARAGRAPHS = 1 << 13
"""Paragraphs signed at a time: few enough that the memory for their signatures is used again."""


def exact_pairs(layout: Layout) -> Pairs:
    """Candidates that need no net: each collapsed paragraph with the first that has the same words."""
    copies = np.flatnonzero(~layout.posted)
    articles = layout.par_articles[copies].astype(np.uint64)
    first = layout.first_copy[copies]
    other = layout.par_articles[first] != layout.par_articles[copies]
    pairs: Pairs = distinct((articles << np.uint64(32) | first.astype(np.uint64))[other])
    return pairs


def near_duplicates(layout: Layout, settings: Settings) -> Pairs:
    """Candidates of the LSH net, of the whole corpus."""
    bands, rows = lsh.choose_bands(settings)
    columns = layout.columns
    kept = np.flatnonzero(layout.posted & (np.diff(columns.par_words) >= settings.min_words))
    keys = np.empty((kept.size, bands), np.uint32)
    for first in range(0, layout.posted.size, PARAGRAPHS):
        last = min(first + PARAGRAPHS, layout.posted.size)
        begin, end = np.searchsorted(kept, (first, last))
        shingled = shingling.shingles(columns, settings.shingle_words, first, last).taken(
            kept[begin:end] - first
        )
        signatures = shingling.sign(shingled, settings.permutations, settings.seed, bands * rows)
        keys[begin:end] = lsh.band_keys(signatures, bands, rows)
    pairs = lsh.candidates(keys)
    later = kept[(pairs >> np.uint64(32)).astype(np.int64)]
    earlier = kept[(pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)]
    # An exact copy is compared with what its original is.
    copies = np.flatnonzero(~layout.posted)
    low, high = (np.searchsorted(later, layout.first_copy[copies], side) for side in ("left", "right"))
    sizes = high - low
    later = np.concatenate([later, np.repeat(copies, sizes)])
    earlier = np.concatenate([earlier, earlier[ragged(low, sizes)]])
    articles = layout.par_articles[later].astype(np.uint64)
    found = (articles << np.uint64(32)) | earlier.astype(np.uint64)
    apart: Pairs = found[layout.par_articles[later] != layout.par_articles[earlier]]
    return apart


def listed(
    layout: Layout, postings: Postings, first: int, last: int, settings: Settings
) -> tuple[Lists, NDArray[np.bool_]]:
    """Who holds the shingles of articles ``first .. last - 1``, a key a word, and which lists were cut short."""
    *lists, cut = inverted.list_paragraphs(
        first, last, layout.columns.par_words, layout.columns.art_pars, postings.groups, postings.head,
        layout.first_copy, settings.frequent,
    )  # fmt: skip
    return Lists(*lists), cut


def proposed_pairs(lists: Lists, first: int, settings: Settings) -> Pairs:
    """Candidates of the fingerprint net, of articles from `first` on."""
    found = nominated(lists, settings.frequent, settings.candidates).pairs
    return in_corpus(packed(found), first)


def in_corpus(pairs: NDArray[np.int64], first: int) -> Pairs:
    """Packed pairs, whose askers are counted from `first` on, as candidates."""
    found: Pairs = pairs.astype(np.uint64) + (np.uint64(first) << np.uint64(32))
    return found
