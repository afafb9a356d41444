"""Candidates to verified passages to reports, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.match import align
from dedup.match.kernels import inverted
from dedup.match.kernels.alignment.rows import ARTICLE, PASSAGE, SOURCE, SOURCE_PARAGRAPH, TEMPLATE
from dedup.model import Article
from dedup.reporter.jsonl import dumps, line
from dedup.settings import Settings
from dedup.spark.blocks import arrays_of, columns_from, meta_of, shape_of
from dedup.spark.collapse import Collapsed, collapsed_of
from dedup.spark.parcels import (
    BITS,
    Mail,
    Places,
    Row,
    columns_of,
    decode,
    encode,
    grouped,
    ragged,
    steps,
    to_shards,
)
from dedup.spark.postings import shard_of
from dedup.text.words import Columns, joined
from dedup.verdict import reports

Name: TypeAlias = "tuple[str, str, str | None]"
"""Id, source and date of an article."""


def lend(block: int, mail: Mail) -> Iterator[Row]:
    """Send the articles that other blocks have to look at: their words, and what is known of their paragraphs."""
    if "wanted" not in mail:
        return
    columns = _columns(mail)
    articles = meta_of(mail["meta"][0][1]).articles
    mine = collapsed_of(mail["collapsed"][0][1])
    posted = mine.posted(block)
    pars = columns.art_pars
    for asker, data in mail["wanted"]:
        places = decode(data)[0] - (block << BITS)
        lent = np.unique(np.searchsorted(pars, places, "right") - 1)
        at = ragged(pars[lent], pars[lent + 1] - pars[lent])
        names = [(one.id, one.source, one.published) for one in (articles[i] for i in lent.tolist())]
        yield "lent", asker, block, encode(
            lent, pars[lent], mine.instances[at].astype(np.uint32), posted[at],
            np.frombuffer(dumps(names), np.uint8), *arrays_of(columns, lent),
        )  # fmt: skip


def _columns(mail: Mail) -> Columns:
    return columns_from(decode(mail["words"][0][1]) + decode(mail["shape"][0][1]))


@dataclass(frozen=True, slots=True)
class _Arena:
    """Articles lent by earlier blocks, then, from place `first` on, a block's own; as `dedup.match.align` wants them.

    `numbers` are the articles' in the corpus, `places` those of their paragraphs, `instances` and `posted` as
    in `Collapsed`.
    """

    layout: align.Layout
    first: int
    numbers: Places
    places: Places
    instances: NDArray[np.int64]
    posted: NDArray[np.bool_]
    names: Sequence[Name]


def _arena(block: int, mail: Mail) -> _Arena:
    parts: list[Columns] = []
    names: list[Name] = []
    numbers, places, instances, posted = ([np.empty(0, np.int64)] for _ in range(4))
    for origin, data in mail.get("lent", ()):
        lent, pars, copies, single, told, *arrays = decode(data)
        columns = columns_from(arrays)
        parts.append(columns)
        names += [tuple(name) for name in json.loads(told.tobytes())]
        numbers.append(origin << BITS | lent)
        places.append((origin << BITS) + ragged(pars, np.diff(columns.art_pars)))
        instances.append(copies.astype(np.int64))
        posted.append(single)
    own = _columns(mail)
    articles = meta_of(mail["meta"][0][1]).articles
    mine: Collapsed = collapsed_of(mail["collapsed"][0][1])
    return _Arena(
        align.bare_layout(joined([*parts, own])),
        len(names),
        np.concatenate([*numbers, (block << BITS) + np.arange(len(articles))]),
        np.concatenate([*places, (block << BITS) + np.arange(mine.first.size)]),
        np.concatenate([*instances, mine.instances]),
        np.concatenate([*posted, mine.posted(block)]).astype(np.bool_),
        [*names, *((one.id, one.source, one.published) for one in articles)],
    )


def verify(block: int, mail: Mail, settings: Settings, shards: int) -> Iterator[Row]:
    """Align a block's candidates; ask the shards who holds the passages found."""
    if "pairs" not in mail:
        return
    arena = _arena(block, mail)
    layout = arena.layout
    asker, place, own = decode(mail["pairs"][0][1])
    holders = np.zeros(layout.columns.hashes.size, np.uint8)
    holders[holders.size - own.size :] = own  # the lent articles' are not looked at
    pairs = (asker.astype(np.uint64) + np.uint64(arena.first)) << np.uint64(32)
    pairs = np.sort(pairs | np.searchsorted(arena.places, place).astype(np.uint64))
    last = layout.columns.art_pars.size - 1
    found = align.verify(layout, holders, arena.first, last, pairs, settings)
    rows = found.rows.copy()
    samples = _samples(arena, found, settings)
    told = reports.evidence(layout, found)
    # From the arena's numbers to those of the block, a table of sources, and the corpus.
    sources, named = np.unique(rows[:, SOURCE], return_inverse=True)
    rows[:, ARTICLE] -= arena.first
    rows[:, SOURCE] = arena.numbers[rows[:, SOURCE]]
    rows[:, SOURCE_PARAGRAPH] = arena.places[rows[:, SOURCE_PARAGRAPH]]
    told.cells[:, 5] = named
    names = dumps([arena.names[i] for i in sources.tolist()])
    yield "found", block, block, encode(
        rows.reshape(-1), told.cells.reshape(-1), told.shares.reshape(-1), told.spans.reshape(-1),
        np.frombuffer(names, np.uint8), samples.keys, samples.articles, samples.instances,
    )  # fmt: skip
    asked = np.unique(samples.keys[samples.keys < _ALONE])
    for shard, part in grouped(shard_of(asked, shards)):
        yield "sampled", shard, block, encode(steps(asked[part]))


_ALONE, _NONE = np.uint64(1 << 40), np.uint64(1 << 41)
"""Instead of a shingle: where none is posted (in an exact copy, over a paragraph's border), and after the last."""


@dataclass(frozen=True, slots=True)
class _Samples:
    """Shingles sampled of each passage, `inverted.SAMPLES` a row; the article each stands in, and its instances."""

    keys: NDArray[np.uint64]
    articles: Places
    instances: NDArray[np.int64]


def _samples(arena: _Arena, found: align.Passages, settings: Settings) -> _Samples:
    columns = arena.layout.columns
    at = inverted.sampled(found.rows, found.blocks, settings.shingle_words).reshape(-1)
    entries = np.empty(columns.hashes.size, np.uint64)
    count = inverted.post(
        columns.hashes, columns.par_words, np.ones(columns.par_words.size - 1, np.bool_),
        settings.shingle_words, entries,
    )  # fmt: skip
    shingles = np.full(columns.hashes.size + 1, _ALONE)
    shingles[-1] = _NONE  # where `at` is -1
    words = (entries[:count] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    shingles[words] = entries[:count] >> np.uint64(32)
    pars = np.searchsorted(columns.par_words, at, "right") - 1
    keys = shingles[at]
    keys[(at >= 0) & ~arena.posted[pars]] = _ALONE
    return _Samples(keys, arena.numbers[arena.layout.par_articles[pars]], arena.instances[pars])


def _copies(samples: _Samples, mail: Mail) -> NDArray[np.int64]:
    """Count how many other articles hold each passage, in a corpus where each paragraph is one word."""
    used = np.flatnonzero(samples.keys != _NONE)
    keys, sizes = np.empty(0, np.uint64), np.empty(0, np.int64)
    articles, instances = np.empty(0, np.int64), np.empty(0, np.int64)
    parts = [decode(data) for _, data in mail.get("holders", ())]
    if parts:
        keys = np.concatenate([np.cumsum(part[0], dtype=np.uint64) for part in parts])
        sizes, articles, instances = (
            np.concatenate([part[i].astype(np.int64) for part in parts]) for i in (1, 2, 3)
        )
    order = np.argsort(keys)
    starts = np.cumsum(sizes) - sizes
    places = np.arange(used.size, used.size + articles.size, dtype=np.uint64)
    postings = np.repeat(np.arange(keys.size, dtype=np.uint64), sizes) << np.uint64(32) | places
    head = np.full(used.size + articles.size, inverted.ALONE, np.uint32)
    if keys.size:
        rows = order[np.minimum(np.searchsorted(keys[order], samples.keys[used]), keys.size - 1)]
        there = keys[rows] == samples.keys[used]
        head[: used.size][there] = starts[rows[there]].astype(np.uint32)
    slots = np.full(samples.keys.size, -1)
    slots[used] = np.arange(used.size)
    _, holders = np.unique(np.concatenate([samples.articles[used], articles]), return_inverse=True)
    par_words = np.arange(head.size + 1)
    marks = np.arange(0, head.size + 64, 64)
    counted: NDArray[np.int64] = inverted.count_copies(
        slots.reshape(-1, inverted.SAMPLES), par_words,
        np.searchsorted(par_words[1:], marks, side="right").astype(np.uint32), postings, head,
        holders.astype(np.uint32), np.concatenate([samples.instances[used], instances]),
    )  # fmt: skip
    return counted


@dataclass(frozen=True, slots=True)
class _Found:
    """What `verify` found: rows as `dedup.match.align` has them, and how to show them (see `reports.Evidence`)."""

    rows: NDArray[np.int64]
    cells: NDArray[np.int64]
    shares: NDArray[np.float64]
    spans: NDArray[np.uint32]
    names: Sequence[Name]
    samples: _Samples


def _found_of(data: bytes) -> _Found:
    rows, cells, shares, spans, names, *samples = decode(data)
    return _Found(
        rows.reshape(-1, PASSAGE), cells.reshape(-1, 13), shares.reshape(-1, 2), spans.reshape(-1, 4),
        [tuple(name) for name in json.loads(names.tobytes())], _Samples(*samples),
    )  # fmt: skip


def count(block: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """Count the copies of passages; ask the sources' blocks which are all that two articles have in common."""
    if "found" not in mail:
        return
    found = _found_of(mail["found"][0][1])
    copies = _copies(found.samples, mail)
    yield "counts", block, block, encode(copies.astype(np.uint32))
    suspects = np.unique(found.rows[align.suspects(found.rows, copies, settings), SOURCE_PARAGRAPH])
    for tag, places in (("suspect", suspects), ("related", align.related(found.rows))):
        for row, _ in to_shards(tag, block, places >> BITS, places):
            yield row


def relate(block: int, mail: Mail) -> Iterator[Row]:
    """Tell who suspects a passage of a paragraph here whether anybody took more from the same article."""
    if "suspect" not in mail or "related" not in mail:
        return
    _, (related,) = columns_of(mail["related"])
    for asker, data in mail["suspect"]:
        places = decode(data)[0]
        yield "cleared", asker, block, encode(places[np.isin(places, related)])


Report: TypeAlias = "tuple[str, str, str | None, str | None, int, float | None, str, int]"
"""Id, source, date, language, words, originality, the report as JSON, and the article's number."""


def clear(block: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """The passages of a block that are no standing phrases, with their copies counted."""
    if "found" not in mail:
        return
    found = _found_of(mail["found"][0][1])
    copies = decode(mail["counts"][0][1])[0].astype(np.int64)
    cleared = [decode(data)[0] for _, data in mail.get("cleared", ())]
    suspect = align.suspects(found.rows, copies, settings)
    keep = ~suspect | np.isin(
        found.rows[:, SOURCE_PARAGRAPH], np.concatenate([np.empty(0, np.int64), *cleared])
    )
    cells = found.cells[keep]
    cells[:, 12] = copies[keep]
    yield "passages", block, block, encode(
        found.rows[keep, ARTICLE], found.rows[keep, SOURCE], cells.reshape(-1), found.shares[keep].reshape(-1),
        found.spans.reshape(-1), np.frombuffer(dumps(found.names), np.uint8),
    )  # fmt: skip


def judge(block: int, mail: Mail, settings: Settings) -> Iterator[Report]:
    """The reports of a block's articles."""
    if "passages" not in mail:
        return
    askers, _, flat, shares, spans, told = decode(mail["passages"][0][1])
    meta = meta_of(mail["meta"][0][1])
    columns = shape_of(mail["shape"][0][1])
    furniture: NDArray[np.bool_] = decode(mail["furniture"][0][1])[0]
    own = len(meta.articles)
    cells = flat.reshape(-1, 13)
    cells[:, 5] += own  # the sources stand behind the block's articles
    bounds = np.searchsorted(askers, np.arange(own + 1))
    evidence = reports.Evidence(bounds, cells, shares.reshape(-1, 2), spans.reshape(-1, 4))
    names: list[Name] = json.loads(told.tobytes())
    stubs = [Article(id_, "", source=source, published=published) for id_, source, published in names]
    corpus = reports.Corpus([*meta.articles, *stubs], align.bare_layout(columns))
    for number in range(own):
        report = reports.report(
            corpus, number, evidence, meta.seen[number], settings,
            furniture[columns.art_pars[number] : columns.art_pars[number + 1]], meta.quotes[number],
        )  # fmt: skip
        yield (
            report.id, report.source, report.published, report.language, report.words, report.originality,
            line(report)[:-1].decode(), block << BITS | number,
        )  # fmt: skip


Edge: TypeAlias = "tuple[int, str, int, str]"
"""Number and id of an article, and of an earlier one."""


def link(block: int, mail: Mail) -> Iterator[Edge]:
    """The links of a block's articles to those that at least half of their words were found in."""
    if "passages" not in mail:
        return
    askers, sources, flat, _, _, told = decode(mail["passages"][0][1])
    articles = meta_of(mail["meta"][0][1]).articles
    sizes = np.diff(shape_of(mail["shape"][0][1]).art_words)
    names: list[Name] = json.loads(told.tobytes())
    cells = flat.reshape(-1, 13)
    taken_from = cells[:, 11] != TEMPLATE
    askers, sources, cells = askers[taken_from], sources[taken_from], cells[taken_from]
    which = cells[:, 5]
    _, rows, group = np.unique(askers << 32 | which, return_index=True, return_inverse=True)
    taken = np.bincount(group, cells[:, 4] - cells[:, 3], rows.size)
    own = (block << BITS) + askers
    for row, words in zip(rows.tolist(), taken.tolist(), strict=True):
        if 2 * words >= sizes[askers[row]] and sources[row] != own[row]:
            yield int(own[row]), articles[askers[row]].id, int(sources[row]), names[which[row]][0]
