"""Candidates to verified passages: what of an article stands in which earlier one, word for word."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.candidates import Pairs
from dedup.match.families import calendar_table, number_table
from dedup.match.fingerprints import Postings
from dedup.match.kernels import counting, inverted
from dedup.match.kernels.alignment.chains import choose_chains
from dedup.match.kernels.alignment.cover import cover
from dedup.match.kernels.alignment.evidence import WEIGHTS, weigh_segments
from dedup.match.kernels.alignment.repeats import find_repeats
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    BLOCK,
    BOUNDED,
    END,
    FIRST,
    PASSAGE,
    SOURCE,
    T0,
    T1,
    S,
)
from dedup.match.kernels.alignment.runs import find_runs
from dedup.match.kernels.alignment.segments import cut_segments
from dedup.match.kernels.alignment.settling import settle, share
from dedup.match.kernels.alignment.support import MOST_SEGMENTS, accept_segments
from dedup.match.layout import Layout
from dedup.match.phrases import set_phrases
from dedup.settings import Settings
from dedup.text.ranges import distinct

_SEED = np.uint64(secrets.randbits(64) | 1)
"""Of hash tables: it changes no answer."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Verified passages, by article.

    `rows`, int64 ``(n, PASSAGE)``, and `blocks`, int64 ``(m, BLOCK)``, have the columns that
    `dedup.match.kernels.alignment.rows` names: of a frame only its own words, of all else runs of equal words, or
    single words with nearly the same letters. `shares`, float64 ``(n, 2)``: Jaccard and containment of the two
    paragraphs. `copies` and `halves`, int64 ``(n,)``: how many other articles hold each, and half of it. `bounded`,
    int64 ``(k,)``, sorted: articles that have so much in common with another that some of it was not looked at.
    """

    rows: NDArray[np.int64]
    shares: NDArray[np.float64]
    blocks: NDArray[np.int64]
    copies: NDArray[np.int64]
    halves: NDArray[np.int64]
    bounded: NDArray[np.int64]


def verify(
    layout: Layout, holders: NDArray[np.uint8], first: int, last: int, pairs: Pairs, settings: Settings
) -> Passages:
    """Align the candidates of articles ``first .. last - 1``. Copies are counted as 1 until `count_copies`.

    `holders`, one a word: how many earlier texts have the shingle that begins there. What many have is weak evidence.
    """
    columns, width = layout.columns, settings.shingle_words
    low, high = np.searchsorted(pairs, np.array([first, last], np.uint64) << np.uint64(32)).tolist()
    text = (columns.hashes, columns.flags, columns.masks, columns.par_words, layout.par_blocks)
    repeats = find_repeats(
        first, last, columns.hashes, columns.flags, columns.par_words, layout.par_blocks, columns.art_words,
        columns.art_pars, width, _SEED,
    )  # fmt: skip
    runs, groups = find_runs(
        columns.hashes,
        columns.par_words,
        columns.art_words,
        layout.par_articles,
        pairs[low:high],
        width,
        _SEED,
    )
    bounded = groups[groups[:, BOUNDED] > 0, ARTICLE]
    runs, chains = choose_chains(
        *text, columns.art_words, runs, groups, settings.min_words, settings.min_weight
    )
    segments, pool = cut_segments(*text, columns.art_words, runs, chains)
    bounded = distinct(np.concatenate((bounded, _with_too_many(segments))))
    weights = np.empty((len(segments), WEIGHTS))
    weigh_segments(
        *text, columns.art_words, holders, segments, pool, width, settings.min_words, *set_phrases(), weights
    )
    segments, pool, weights = accept_segments(
        *text, columns.art_words, segments, pool, weights, settings.min_words, settings.min_weight, settings.min_share
    )  # fmt: skip
    taken = cover(
        columns.hashes, columns.flags, columns.par_words, layout.par_blocks, columns.art_words, calendar_table(),
        number_table(), segments, pool, weights,
    )  # fmt: skip
    rows, blocks = _by_article(repeats, taken)
    rows = rows[: settle(columns.flags, rows, blocks)]
    shares = np.empty((len(rows), 2))
    share(columns.hashes, columns.par_words, rows, width, _SEED, shares)
    return Passages(rows, shares, blocks, np.ones(len(rows), np.int64), np.ones(len(rows), np.int64), bounded)


def _with_too_many(segments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Articles that have more segments in common with another than are looked at together."""
    pairs, counts = np.unique(segments[:, ARTICLE] << 32 | segments[:, SOURCE], return_counts=True)
    articles: NDArray[np.int64] = pairs[counts > MOST_SEGMENTS] >> 32
    return articles


def _by_article(
    *parts: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Passages and blocks of several sorts as one, sorted by article, in each those of the first part before."""
    base = 0
    for rows, blocks in parts:
        rows[:, [FIRST, END]] += base
        base += len(blocks)
    rows = np.concatenate([rows for rows, _ in parts])
    return rows[np.argsort(rows[:, ARTICLE], kind="stable")], np.concatenate([blocks for _, blocks in parts])


def count_copies(
    layout: Layout, postings: Postings, passages: Passages, width: int
) -> tuple[Passages, NDArray[np.int64]]:
    """Count how many other articles hold each passage; and the articles that have one of which more may hold it.

    These are passages of which the samples that `policy.MOST_COPIES` holders have are too many to be left out.
    """
    words = counting.sampled(passages.rows, passages.blocks, S, width, policy.SAMPLES)
    starts, counts, holders, cut = inverted.list_articles(
        words.reshape(-1), layout.columns.par_words, layout.par_blocks, postings.groups, postings.head,
        layout.par_articles, layout.instances, policy.MOST_COPIES,
    )  # fmt: skip
    copies, halves = (
        np.maximum(holders_of(starts, counts, holders, share) - 1, 1)
        for share in (policy.HELD, policy.HALF_HELD)
    )
    short = uncounted(counts.reshape(words.shape), cut.reshape(words.shape))
    return replace(passages, copies=copies, halves=halves), distinct(passages.rows[short, ARTICLE])


def uncounted(counts: NDArray[np.int64], cut: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which passages may have holders that are not counted: of too many of its samples there are more than are listed.

    Shape ``(passages, policy.SAMPLES)``: how many are listed (-1: no such sample), and whether there are more.
    """
    some, of = policy.HELD
    there = counts >= 0
    short: NDArray[np.bool_] = of * (there & ~cut).sum(axis=1) < some * there.sum(axis=1)
    return short


def holders_of(
    starts: NDArray[np.int64], counts: NDArray[np.int64], holders: NDArray[np.uint64], share: tuple[int, int]
) -> NDArray[np.int64]:
    """How many articles hold each passage: who has such a share of its samples (see `counting.count_holders`)."""
    shape = (-1, policy.SAMPLES)
    held: NDArray[np.int64] = counting.count_holders(
        starts.reshape(shape), counts.reshape(shape), holders, *share
    )
    return held


def chosen(passages: Passages, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Passages:
    """Some of the passages: those that `keep` says, shape ``(rows,)``, or at the places that it names."""
    return replace(
        passages, rows=passages.rows[keep], shares=passages.shares[keep], copies=passages.copies[keep],
        halves=passages.halves[keep],
    )  # fmt: skip


def joined(parts: list[Passages]) -> Passages:
    """Passages of consecutive ranges of articles as one."""
    sizes = np.array([len(part.blocks) for part in parts], np.int64)
    rows = np.concatenate([np.empty((0, PASSAGE), np.int64), *(part.rows for part in parts)])
    rows[:, [FIRST, END]] += np.repeat(np.cumsum(sizes) - sizes, [len(part.rows) for part in parts])[:, None]
    return Passages(
        rows,
        np.concatenate([np.empty((0, 2)), *(part.shares for part in parts)]),
        np.concatenate([np.empty((0, BLOCK), np.int64), *(part.blocks for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.copies for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.halves for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.bounded for part in parts)]),
    )


def without(passages: Passages, articles: NDArray[np.int64]) -> Passages:
    """The passages of all but some articles."""
    kept = chosen(passages, ~np.isin(passages.rows[:, ARTICLE], articles))
    return replace(kept, bounded=np.setdiff1d(kept.bounded, articles))


def replaced(passages: Passages, articles: NDArray[np.int64], fresh: Sequence[Passages]) -> Passages:
    """The passages with those of some articles found anew."""
    every = joined([without(passages, articles), *fresh])
    order = np.argsort(every.rows[:, ARTICLE], kind="stable")
    return replace(chosen(every, order), bounded=distinct(every.bounded))


def taken(passages: Passages, first: int, last: int) -> NDArray[np.bool_]:
    """Which of the words ``first .. last - 1`` lie in a passage."""
    edges = np.zeros(last - first + 1, np.int64)
    np.add.at(edges, passages.rows[:, T0] - first, 1)
    np.add.at(edges, passages.rows[:, T1] - first, -1)
    covered: NDArray[np.bool_] = np.cumsum(edges)[:-1] > 0
    return covered
