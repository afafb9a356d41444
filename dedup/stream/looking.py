"""From keys to verified passages: who holds them, who of these deserves a look, and what a look shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.index import View
from dedup.index.keys import SAMPLED, Keys
from dedup.index.records import A_DAY, UNDATED, Record, decode, head, unpack
from dedup.index.runs import Answers, Asked, Roll, Terms
from dedup.inspect.furniture.at_home import Held
from dedup.match import align, policy
from dedup.match.candidates import Pairs
from dedup.match.ignored import Ignored
from dedup.match.kernels import counting
from dedup.match.kernels.alignment.evidence import SHORT_PARAGRAPH
from dedup.match.kernels.alignment.rows import SOURCE, T
from dedup.match.layout import Layout, bare_layout
from dedup.match.nomination import Lists, Nominated, packed, unpacked
from dedup.match.nomination import nominated as who_deserves_a_look
from dedup.match.standing import without_standing_phrases
from dedup.model import Article
from dedup.settings import Settings
from dedup.text import words
from dedup.text.ranges import distinct, ragged
from dedup.text.rekeying import Looks, Texts, under_one
from dedup.text.vocabulary import told_apart
from dedup.verdict import reports

# --- asking, and nomination ---


def asked_for(keys: Keys, terms: Terms, struck: tuple[tuple[int, int], ...]) -> Asked:
    """All keys of some articles."""
    return Asked(keys.all, keys.holders(np.arange(keys.bounds.size - 1)), terms, struck)


def nominated(
    keys: Keys, answers: Answers, settings: Settings, roll: Roll, batch: Roll | None = None,
    most: int = policy.NOMINEES, limit: int = policy.LIMIT,
) -> Nominated:  # fmt: skip
    """Who deserves a look for its shingles: askers and numbers.

    Of equals those published first. Those who can be answered are on the `roll`, or in the `batch` itself.
    """
    counts = answers.counts[: keys.values.size] * keys.full
    starts = np.arange(counts.size) * answers.posts.shape[1]
    lists = Lists(
        keys.pars, keys.par_keys, counts + 1, starts, np.minimum(counts, settings.frequent), answers.posts.reshape(-1)
    )  # fmt: skip
    return who_deserves_a_look(
        lists, settings.frequent, most, policy.LEAST_WEIGHT_OF_ARTICLES, limit,
        lambda numbers: published(numbers, roll, batch),
    )  # fmt: skip


def in_order(
    keys: Keys, answers: Answers, settings: Settings, roll: Roll, batch: Roll | None = None
) -> Nominated:
    """Who deserves a look for longer runs: askers and numbers.

    It needs no other evidence: a crowd that has all shingles, in another order, must not hide who has them in this one.
    """
    first = keys.values.size + keys.wholes.size
    counts = answers.counts[first : first + keys.runs.size]
    starts = (first + np.arange(counts.size)) * answers.posts.shape[1]
    lists = Lists(
        keys.pars, keys.par_runs, counts + 1, starts, np.minimum(counts, settings.frequent), answers.posts.reshape(-1)
    )  # fmt: skip
    return who_deserves_a_look(
        lists, settings.frequent, policy.NOMINEES_IN_ORDER, policy.LEAST_WEIGHT_OF_ARTICLES, policy.LIMIT_IN_ORDER,
        lambda numbers: published(numbers, roll, batch), stretch=policy.STRETCH // SAMPLED,
    )  # fmt: skip


def exact_sources(
    keys: Keys, answers: Answers, settings: Settings, roll: Roll, batch: Roll | None = None,
    furniture: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:  # fmt: skip
    """For each paragraph who published its very words first, shape ``(n, 2)``: asker, number.

    It needs no other evidence, as in a scan: a crowd that has some of its words must not hide its source. Furniture
    and what is too short to be a passage look for none.
    """
    rows = keys.values.size + 2 * np.arange(keys.par_keys.size - 1)
    fits = np.diff(keys.par_keys) + settings.shingle_words - 1 >= min(settings.min_words, SHORT_PARAGRAPH)
    fits &= answers.counts[rows] > 0
    if furniture is not None:
        fits &= ~furniture
    paragraphs = np.flatnonzero(fits)
    rows = rows[paragraphs]
    listed = np.arange(answers.posts.shape[1]) < answers.counts[rows, None]
    numbers = answers.posts[rows][listed].astype(np.int64)
    which = np.repeat(paragraphs, answers.counts[rows])
    order = np.lexsort((numbers, published(numbers, roll, batch), which))
    _, first = np.unique(which[order], return_index=True)
    askers = np.searchsorted(keys.pars, paragraphs, "right") - 1
    return np.stack((askers, numbers[order][first]), axis=1)


@dataclass(frozen=True, slots=True)
class Look:
    """Who is looked at, ``(n, 2)``: asker, number; sorted. `cut_short` are askers for whom more deserved it."""

    pairs: NDArray[np.int64]
    cut_short: NDArray[np.int64]


def who(
    keys: Keys, answers: Answers, settings: Settings, roll: Roll, batch: Roll | None = None,
    furniture: NDArray[np.bool_] | None = None,
) -> Look:  # fmt: skip
    """Who is looked at: for shingles, for longer runs, and who published a paragraph first."""
    by_shingles = nominated(keys, answers, settings, roll, batch)
    by_runs = in_order(keys, answers, settings, roll, batch)
    exact = exact_sources(keys, answers, settings, roll, batch, furniture)
    both = distinct(np.concatenate([*map(packed, (by_shingles.pairs, by_runs.pairs, exact))]))
    cut = np.setdiff1d(np.concatenate([*map(packed, (by_shingles.cut, by_runs.cut))]), both)
    return Look(unpacked(both), distinct(cut >> 32))


def published(numbers: NDArray[np.int64], roll: Roll, batch: Roll | None) -> NDArray[np.int64]:
    """When articles were published, in microseconds; of those without a date the end of the day they came."""
    out = np.empty(numbers.size, np.int64)
    for part in (roll, batch):
        if part is not None:
            here = np.flatnonzero((numbers >= part.base) & (numbers < part.base + part.day.size))
            at = numbers[here] - part.base
            out[here] = np.where(part.bound[at] == UNDATED, (part.day[at] + 1) * A_DAY, part.bound[at])
    return out


# --- verification ---


@dataclass(frozen=True, slots=True)
class Arena:
    """Nominated articles in order of provenance, then, from place `first` on, those to judge; who meets whom.

    `sources` gives the number and the encoded record of each nominated one; of those in the batch itself only
    the place in it, and nothing.
    """

    sources: Sequence[tuple[int, bytes]]
    layout: Layout
    first: int
    last: int
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Judged:
    """The articles to judge: their packed words, the secret that these were made with, and their texts if at hand."""

    packed: Sequence[bytes]
    secret: bytes
    texts: Sequence[str] | None = None


def arranged(
    view: View, first: int, judged: Judged, whens: NDArray[np.int64], pairs: NDArray[np.int64]
) -> Arena:
    packed = judged.packed
    numbers = distinct(pairs[:, 1])
    held = numbers[numbers < first].tolist()
    inside = (numbers[numbers >= first] - first).tolist()
    sources = [*zip(held, view.records(held), strict=True), *((place, b"") for place in inside)]
    heads = [head(record) for _, record in sources[: len(held)]]
    moments = np.array([*(one.when for one in heads), *whens[inside].tolist()], np.int64)
    pieces = [*(record for _, record in sources[: len(held)]), *(packed[place] for place in inside)]
    skips = [*(one.words for one in heads), *(0 for _ in inside)]
    secrets = [*(one.secret for one in heads), *(judged.secret for _ in inside)]
    order = np.lexsort((numbers, moments))
    ordered = order.tolist()
    columns = unpack(
        [*(pieces[i] for i in ordered), *packed], [*(skips[i] for i in ordered), *(0 for _ in packed)]
    )
    if any(secret != judged.secret for secret in secrets):
        theirs = [*(secrets[i] for i in ordered), *(judged.secret for _ in packed)]
        alike = Texts(judged.texts) if judged.texts is not None else Looks(columns, len(ordered))
        columns = under_one(columns, theirs, judged.secret, alike)
    columns = told_apart(columns)
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    met = rank[np.searchsorted(numbers, pairs[:, 1])]
    count = len(ordered)
    return Arena(
        [sources[i] for i in ordered], bare_layout(columns), count, count + len(packed),
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


def _paragraph_pairs(columns: words.Columns, askers: NDArray[np.int64], sources: NDArray[np.int64]) -> Pairs:
    """Each asker with every paragraph of its sources."""
    counts = columns.art_pars[sources + 1] - columns.art_pars[sources]
    paragraphs = ragged(columns.art_pars[sources], counts)
    pairs: Pairs = np.repeat(askers, counts).astype(np.uint64) << np.uint64(32) | paragraphs.astype(np.uint64)
    pairs.sort()
    return pairs


def verified(
    arena: Arena, keys: Keys, answers: Answers, settings: Settings, ignored: Ignored
) -> align.Passages:
    holders = _holders(arena, keys, answers)
    found = align.verify(arena.layout, holders, arena.first, arena.last, arena.pairs, settings)
    found = ignored.left_out(found, arena.layout.columns.hashes)
    rows = found.rows
    if not len(rows):
        return found
    samples = _samples(arena, keys, rows, found.blocks, settings)
    copies, halves = (
        np.maximum(_count_holders(answers, samples, share), 1) for share in (policy.HELD, policy.HALF_HELD)
    )
    return without_standing_phrases(replace(found, copies=copies, halves=halves), settings, apart=True)


def _samples(
    arena: Arena, keys: Keys, rows: NDArray[np.int64], blocks: NDArray[np.int64], settings: Settings
) -> NDArray[np.int64]:
    """Places among the keys of shingles of each passage, `policy.SAMPLES` a row; -1: no more."""
    words = counting.sampled(rows, blocks, T, settings.shingle_words, policy.SAMPLES).reshape(-1)
    # From the arena's words to those the keys count: the judged articles stand last in both, in one order.
    places = np.searchsorted(keys.positions, words - arena.layout.columns.art_words[arena.first])
    return np.where(words < 0, -1, places)


def held_by(
    arena: Arena, keys: Keys, answers: Answers, rows: NDArray[np.int64], blocks: NDArray[np.int64], roll: Roll,
    batch: Roll, settings: Settings,
) -> Held:  # fmt: skip
    """The articles before it that hold each passage."""
    samples = _samples(arena, keys, rows, blocks, settings)
    there = samples >= 0
    counts = np.where(there, answers.counts[samples], 0)
    listed = np.arange(answers.posts.shape[1]) < counts[:, None]
    numbers = answers.posts[samples][listed].astype(np.int64)
    marks = np.zeros(numbers.size, np.int64)
    for part in (roll, batch):
        here = (numbers >= part.base) & (numbers < part.base + part.mark.size)
        marks[here] = part.mark[numbers[here] - part.base]
    shape, once = (-1, policy.SAMPLES), np.ones(numbers.size, np.int64)
    starts = (np.cumsum(counts) - counts).reshape(shape)
    return Held(starts, np.where(there, counts, -1).reshape(shape), numbers, marks, once, once)


def _count_holders(answers: Answers, samples: NDArray[np.int64], share: tuple[int, int]) -> NDArray[np.int64]:
    """How many articles hold such a share of each passage, by the answers to some of its keys (-1: none)."""
    there = samples >= 0
    counts = np.where(there, answers.counts[samples], 0)
    listed = np.arange(answers.posts.shape[1]) < counts[:, None]
    holders = answers.posts[samples][listed].astype(np.uint64) << np.uint64(32) | np.uint64(1)
    return align.holders_of(np.cumsum(counts) - counts, np.where(there, counts, -1), holders, share)


def _holders(arena: Arena, keys: Keys, answers: Answers) -> NDArray[np.uint8]:
    """How many articles have the shingle that begins at each word of the judged articles; 0 for all other words."""
    columns = arena.layout.columns
    first = columns.art_words[arena.first]
    holders = np.zeros(columns.hashes.size, np.uint8)
    counts = answers.counts[: keys.values.size]
    holders[first + keys.positions[keys.full]] = np.minimum(counts[keys.full], 255)
    return holders
