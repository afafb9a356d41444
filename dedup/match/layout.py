"""Columns of articles in order of provenance, exact copies collapsed, ready to be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels import minhash
from dedup.text.ranges import distinct
from dedup.text.words import Columns, split


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of articles in provenance order, with what the kernels need to find their way.

    `par_blocks`, uint32: the paragraph of every 64th word. `par_articles`, uint32, one a paragraph.
    `posted`: the paragraphs that are no exact copy of an earlier one. `first_copy`, int64: for each
    paragraph the first with the same words. `instances`, int64: how many articles hold each of those.
    """

    columns: Columns
    par_blocks: NDArray[np.uint32]
    par_articles: NDArray[np.uint32]
    digests: NDArray[np.uint64]
    posted: NDArray[np.bool_]
    first_copy: NDArray[np.int64]
    instances: NDArray[np.int64]


def lay_out(columns: Columns) -> Layout:
    """Collapse exact copies and index the columns."""
    paragraphs = columns.par_words.size - 1
    articles = np.repeat(np.arange(columns.art_pars.size - 1, dtype=np.uint32), np.diff(columns.art_pars))
    digests = np.empty(paragraphs, np.uint64)
    minhash.digest(columns.hashes, columns.par_words, digests)
    _, first, group = np.unique(digests, return_index=True, return_inverse=True)
    first_copy = first[group].astype(np.int64)
    minhash.confirm(columns.hashes, columns.par_words, first_copy)
    holders = distinct(first_copy << 32 | articles)
    instances = np.bincount(holders >> 32, minlength=paragraphs)[first_copy].astype(np.int64)
    posted = first_copy == np.arange(paragraphs)
    return Layout(columns, _par_blocks(columns), articles, digests, posted, first_copy, instances)


def bare_layout(columns: Columns) -> Layout:
    """A layout without what only a whole corpus needs: enough to verify pairs."""
    articles = np.repeat(np.arange(columns.art_pars.size - 1, dtype=np.uint32), np.diff(columns.art_pars))
    nothing = np.empty(0, np.int64)
    return Layout(
        columns,
        _par_blocks(columns),
        articles,
        np.empty(0, np.uint64),
        np.empty(0, np.bool_),
        nothing,
        nothing,
    )


def without_words(layout: Layout) -> Layout:
    """A layout that says where words and paragraphs stand and no more: 12 bytes a word less."""
    nothing = bare_layout(split([]))
    columns, none = layout.columns, nothing.columns
    return replace(
        nothing,
        columns=replace(columns, hashes=none.hashes, checks=none.checks, flags=none.flags, masks=none.masks),
    )


def _par_blocks(columns: Columns) -> NDArray[np.uint32]:
    marks = np.arange(0, columns.hashes.size + 64, 64)
    return np.searchsorted(columns.par_words[1:], marks, side="right").astype(np.uint32)
