"""Candidates of a corpus: what may stand in an earlier paragraph. Unverified, all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.match import lsh, shingling
from dedup.match.fingerprints import Postings
from dedup.match.kernels import inverted
from dedup.match.layout import Layout
from dedup.match.nomination import Lists, nominated
from dedup.settings import Settings
from dedup.text.ranges import distinct, ragged

Pairs = NDArray[np.uint64]
"""Candidates: ``article << 32 | paragraph of an earlier article``, sorted, no pair twice."""


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
    shingled = shingling.shingles(layout.columns, settings.shingle_words)
    kept = np.flatnonzero(layout.posted & (np.diff(layout.columns.par_words) >= settings.min_words))
    keys = np.empty((kept.size, bands), np.uint32)
    for start in range(0, kept.size, 1 << 16):
        part = kept[start : start + (1 << 16)]
        signatures = shingling.sign(shingled.taken(part), settings.permutations, settings.seed, bands * rows)
        keys[start : start + part.size] = lsh.band_keys(signatures, bands, rows)
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


def proposed_pairs(layout: Layout, postings: Postings, first: int, last: int, settings: Settings) -> Pairs:
    """Candidates of the fingerprint net, of articles ``first .. last - 1``."""
    columns = layout.columns
    lists = Lists(
        *inverted.list_paragraphs(
            first, last, columns.par_words, columns.art_words, columns.art_pars, postings.entries, postings.head,
            layout.par_blocks, layout.first_copy, settings.frequent,
        )
    )  # fmt: skip
    found = nominated(lists, settings.frequent, settings.candidates).pairs
    pairs: Pairs = (found[:, 0] + first).astype(np.uint64) << np.uint64(32) | found[:, 1].astype(np.uint64)
    return pairs
