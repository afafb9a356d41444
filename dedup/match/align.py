"""Candidates to verified passages: what of an article stands in which earlier one, word for word."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.families import calendar_table
from dedup.match.fingerprints import Postings
from dedup.match.kernels import alignment, counting, inverted, minhash
from dedup.match.nomination import Lists, nominated
from dedup.settings import Settings
from dedup.text.words import Columns

Pairs = NDArray[np.uint64]
"""Candidates: ``article << 32 | paragraph of an earlier article``, sorted, no pair twice."""


_SEED = np.uint64(secrets.randbits(64) | 1)
"""Of hash tables: it changes no answer."""


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
    holders = np.unique(group.astype(np.int64) << 32 | articles)
    instances = np.bincount(holders >> 32, minlength=first.size)[group].astype(np.int64)
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


def _par_blocks(columns: Columns) -> NDArray[np.uint32]:
    marks = np.arange(0, columns.hashes.size + 64, 64)
    return np.searchsorted(columns.par_words[1:], marks, side="right").astype(np.uint32)


def exact_pairs(layout: Layout) -> Pairs:
    """Candidates that need no net: each collapsed paragraph with the first that has the same words."""
    copies = np.flatnonzero(~layout.posted)
    articles = layout.par_articles[copies].astype(np.uint64)
    first = layout.first_copy[copies]
    other = layout.par_articles[first] != layout.par_articles[copies]
    pairs: Pairs = np.unique((articles << np.uint64(32) | first.astype(np.uint64))[other])
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
    found = nominated(lists, settings.frequent, settings.candidates)
    pairs: Pairs = (found[:, 0] + first).astype(np.uint64) << np.uint64(32) | found[:, 1].astype(np.uint64)
    return pairs


@dataclass(frozen=True, slots=True)
class Passages:
    """Verified passages, by article: the arrays that `dedup.match.kernels.alignment.align` returns, and `copies`."""

    rows: NDArray[np.int64]
    shares: NDArray[np.float64]
    blocks: NDArray[np.int64]
    copies: NDArray[np.int64]


def verify(
    layout: Layout, holders: NDArray[np.uint8], first: int, last: int, pairs: Pairs, settings: Settings
) -> Passages:
    """Align the candidates of articles ``first .. last - 1``. Copies are counted as 1 until `count_copies`.

    `holders`, one a word: how many earlier texts have the shingle that begins there. What many have is weak evidence.
    """
    columns = layout.columns
    rows, shares, blocks = alignment.align(
        first, last, columns.hashes, columns.flags, columns.masks, holders, columns.par_words, columns.art_words,
        columns.art_pars, layout.par_blocks, layout.par_articles, pairs, calendar_table(), settings.shingle_words,
        settings.min_words, settings.min_weight, settings.min_share, _SEED,
    )  # fmt: skip
    return Passages(rows, shares, blocks, np.ones(len(rows), np.int64))


def count_copies(layout: Layout, postings: Postings, passages: Passages, width: int) -> Passages:
    """Count how many other articles hold each passage."""
    words = counting.sampled(passages.rows, passages.blocks, 1, width, policy.SAMPLES)
    starts, counts, holders = inverted.list_articles(
        words.reshape(-1), layout.columns.par_words, layout.par_blocks, postings.entries, postings.head,
        layout.par_articles, layout.instances, policy.MOST_COPIES,
    )  # fmt: skip
    held = holders_of(starts, counts, holders)
    return Passages(passages.rows, passages.shares, passages.blocks, np.maximum(held - 1, 1))


def holders_of(
    starts: NDArray[np.int64], counts: NDArray[np.int64], holders: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """How many articles hold each passage: who has `policy.HELD` of its samples (see `counting.count_holders`)."""
    shape = (-1, policy.SAMPLES)
    held: NDArray[np.int64] = counting.count_holders(
        starts.reshape(shape), counts.reshape(shape), holders, *policy.HELD
    )
    return held


def without_standing_phrases(passages: Passages, settings: Settings, *, apart: bool = False) -> Passages:
    """Leave out short passages that many articles hold which have nothing else in common.

    "Could not immediately be reached for comment" says nothing about who copied whom. Who took from a paragraph is
    asked of all articles; or, `apart`, of each by itself, as if it had been the only one.
    """
    rows = passages.rows
    sources = rows[:, 5]
    if apart:
        _, sources = np.unique(rows[:, 0] << 32 | sources, return_inverse=True)
    keep = ~suspects(rows, passages.copies, settings) | np.isin(sources, related(rows, sources))
    return chosen(passages, keep)


def chosen(passages: Passages, keep: NDArray[np.bool_]) -> Passages:
    """Some of the passages, shape of `keep` ``(rows,)``."""
    return Passages(passages.rows[keep], passages.shares[keep], passages.blocks, passages.copies[keep])


def related(rows: NDArray[np.int64], sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """The `sources`, one a row, of passages that are not all that their two articles have in common, sorted."""
    _, pair, size = np.unique(rows[:, 0] << 32 | rows[:, 4], return_inverse=True, return_counts=True)
    return np.unique(sources[size[pair] > 1])


def suspects(rows: NDArray[np.int64], copies: NDArray[np.int64], settings: Settings) -> NDArray[np.bool_]:
    """Which passages are standing phrases, unless their source paragraph is `related` to what took it."""
    some, of = policy.NO_PHRASE
    words = rows[:, 3] - rows[:, 2]
    suspect: NDArray[np.bool_] = (
        (rows[:, 12] < settings.standing_words)
        & (of * words < some * rows[:, 8])
        & (copies >= settings.standing_copies)
        & (rows[:, 11] != alignment.REPEATED)
    )
    return suspect


def joined(parts: list[Passages]) -> Passages:
    """Passages of consecutive ranges of articles as one."""
    base = 0
    rows = [np.empty((0, 13), np.int64)]
    for part in parts:
        shifted = part.rows.copy()
        shifted[:, 9:11] += base
        base += len(part.blocks)
        rows.append(shifted)
    return Passages(
        np.concatenate(rows),
        np.concatenate([np.empty((0, 2)), *(part.shares for part in parts)]),
        np.concatenate([np.empty((0, 4), np.int64), *(part.blocks for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.copies for part in parts)]),
    )
