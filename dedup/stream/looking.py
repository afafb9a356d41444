"""From keys to verified passages: who holds them, who of these deserves a look, and what a look shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.index import View, kernels
from dedup.index.keys import Keys
from dedup.index.records import NEVER, Record, decode, unpack, when_and_words
from dedup.index.runs import Answers, Asked, Roll, Terms
from dedup.match import align
from dedup.match.kernels.alignment.rows import ARTICLE, SOURCE, SOURCE_PARAGRAPH, T0, T1
from dedup.model import Article
from dedup.settings import Settings
from dedup.text import words
from dedup.verdict import reports

NOMINEES = 4
"""Articles that each stretch of `UNIT` words may nominate ..."""

LEAST = 3
"""... if the keys they share weigh so much: a key weighs up to 7, one more each time it is half as frequent."""

LIMIT = 16
"""Nominees verified against one article, the most promising first."""

RUN = 4
"""So many frequent keys in a row are evidence again: a passage that everybody copied."""


# --- asking, and nomination ---


def asked_for(keys: Keys, terms: Terms, struck: tuple[tuple[int, int], ...]) -> Asked:
    """All keys of some articles: those of their shingles, then those of their paragraphs."""
    articles = np.arange(keys.bounds.size - 1)
    askers = (np.repeat(articles, np.diff(keys.bounds)), np.repeat(articles, 2 * np.diff(keys.pars)))
    return Asked(np.concatenate((keys.values, keys.wholes)), np.concatenate(askers), terms, struck)


def of_shingles(keys: Keys, answers: Answers) -> Answers:
    """The answers to the shingles' keys only."""
    return Answers(answers.posts[: keys.values.size], answers.counts[: keys.values.size])


def nominated(
    keys: Keys, answers: Answers, settings: Settings, roll: Roll, batch: Roll | None = None,
    most: int = NOMINEES, limit: int = LIMIT,
) -> NDArray[np.int64]:  # fmt: skip
    """Who deserves a look, shape ``(n, 2)``: asker, number; sorted. At most `most` a stretch, `limit` an asker.

    Those who can be answered are on the `roll`, or in the `batch` itself.
    """
    batch = batch or Roll.of(NEVER, ())
    pairs: NDArray[np.int64] = kernels.nominate(
        keys.bounds.size - 1, keys.bounds, keys.units, answers.posts, answers.counts, settings.frequent, RUN,
        most, LEAST, limit, roll.base, roll.bound, roll.day, batch.base, batch.bound, batch.day,
    )  # fmt: skip
    return pairs


# --- verification ---


@dataclass(frozen=True, slots=True)
class Arena:
    """Nominated articles in order of provenance, then, from place `first` on, those to judge; who meets whom.

    `sources` gives the number and the encoded record of each nominated one; of those in the batch itself only
    the place in it, and nothing.
    """

    sources: Sequence[tuple[int, bytes]]
    layout: align.Layout
    first: int
    last: int
    pairs: align.Pairs


def arranged(
    view: View, first: int, packed: Sequence[bytes], whens: NDArray[np.int64], pairs: NDArray[np.int64]
) -> Arena:
    numbers = np.unique(pairs[:, 1])
    held = numbers[numbers < first].tolist()
    inside = (numbers[numbers >= first] - first).tolist()
    sources = [*zip(held, view.records(held), strict=True), *((place, b"") for place in inside)]
    known = [when_and_words(record) for _, record in sources[: len(held)]]
    moments = np.array([*(when for when, _ in known), *whens[inside].tolist()], np.int64)
    pieces = [*(record for _, record in sources[: len(held)]), *(packed[place] for place in inside)]
    skips = [*(skip for _, skip in known), *(0 for _ in inside)]
    order = np.lexsort((numbers, moments))
    ordered = order.tolist()
    columns = unpack(
        [*(pieces[i] for i in ordered), *packed], [*(skips[i] for i in ordered), *(0 for _ in packed)]
    )
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    met = rank[np.searchsorted(numbers, pairs[:, 1])]
    count = len(ordered)
    return Arena(
        [sources[i] for i in ordered], align.bare_layout(columns), count, count + len(packed),
        _paragraph_pairs(columns, pairs[:, 0] + count, met),
    )  # fmt: skip


def corpus_of(arena: Arena, passages: align.Passages, fresh: Sequence[Article]) -> reports.Corpus:
    """The articles of an arena; those that no passage was taken from are blanks."""
    articles = [Article("", "")] * arena.first
    for place in set(passages.rows[:, SOURCE].tolist()):
        if place < arena.first:
            number, record = arena.sources[place]
            articles[place] = _stub(decode(record)) if record else fresh[number]
    return reports.Corpus([*articles, *fresh], arena.layout)


def _stub(record: Record) -> Article:
    return Article(record.id, "", source=record.source, published=record.published)


def _paragraph_pairs(
    columns: words.Columns, askers: NDArray[np.int64], sources: NDArray[np.int64]
) -> align.Pairs:
    """Each asker with every paragraph of its sources."""
    counts = columns.art_pars[sources + 1] - columns.art_pars[sources]
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    paragraphs = np.repeat(columns.art_pars[sources], counts) + offsets
    pairs: align.Pairs = np.repeat(askers, counts).astype(np.uint64) << np.uint64(32) | paragraphs.astype(
        np.uint64
    )
    pairs.sort()
    return pairs


def verified(arena: Arena, keys: Keys, answers: Answers, settings: Settings) -> align.Passages:
    holders = _holders(arena, keys, answers, settings.shingle_words)
    found = align.verify(arena.layout, holders, arena.first, arena.last, arena.pairs, settings)
    rows = found.rows
    if not len(rows):
        return found
    askers = rows[:, ARTICLE] - arena.first
    # From the arena's words to those the keys count: the judged articles stand last in both, in one order.
    shift = arena.layout.columns.art_words[arena.first]
    ends = np.maximum(rows[:, T1] - shift - settings.shingle_words + 1, rows[:, T0] - shift)
    copies = kernels.count_holders(
        askers, rows[:, T0] - shift, ends, keys.bounds, keys.positions, answers.posts, answers.counts
    )
    return _without_standing_phrases(replace(found, copies=copies), settings)


def _holders(arena: Arena, keys: Keys, answers: Answers, width: int) -> NDArray[np.uint8]:
    """How many articles have the shingle that begins at each word of the judged articles; 0 for all other words."""
    columns = arena.layout.columns
    first = columns.art_words[arena.first]
    sizes = np.diff(columns.par_words[columns.art_pars[arena.first] :])
    # The one key of a short paragraph is no shingle.
    full = np.repeat(sizes >= width, np.where(sizes > 0, np.maximum(sizes - width + 1, 1), 0))
    holders = np.zeros(columns.hashes.size, np.uint8)
    holders[first + keys.positions[full]] = np.minimum(answers.counts[full], 255)
    return holders


def _without_standing_phrases(found: align.Passages, settings: Settings) -> align.Passages:
    """As a scan does it, but for each article by itself: a paragraph met by two articles is two."""
    alone = found.rows.copy()
    _, alone[:, SOURCE_PARAGRAPH] = np.unique(
        found.rows[:, ARTICLE] << 32 | found.rows[:, SOURCE_PARAGRAPH], return_inverse=True
    )
    keep = ~align.suspects(alone, found.copies, settings) | np.isin(
        alone[:, SOURCE_PARAGRAPH], align.related(alone)
    )
    return align.chosen(found, keep)
