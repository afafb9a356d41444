"""Candidates of a corpus: what may stand in an earlier paragraph. Unverified, all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.match.fingerprints import Postings
from dedup.match.kernels import inverted
from dedup.match.layout import Layout
from dedup.match.nomination import Lists, nominated
from dedup.settings import Settings
from dedup.text.ranges import distinct

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
