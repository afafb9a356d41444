"""Exact copies and learned furniture: what is counted by the digests of paragraphs.

Blocks ask shards of the digests' space; only what a block cannot know by itself comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture.learned import LearnedFurniture, Rule, beside_the_body, telling
from dedup.settings import Settings
from dedup.spark.blocks import Paragraphs, paragraphs_of
from dedup.spark.parcels import (
    BITS,
    Mail,
    Places,
    Row,
    columns_of,
    decode,
    encode,
    grouped,
    shard_of_digest,
    steps,
    summed,
    to_shards,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Collapsed:
    """For each paragraph of a block the first of the corpus with the same words, and how many articles hold these.

    `homes`: how many articles of its own source do; `marks`: its source, and whether its article tells of it (see
    `dedup.inspect.furniture.at_home.Held`).
    """

    first: Places
    instances: NDArray[np.int64]
    homes: NDArray[np.int64]
    marks: NDArray[np.int64]

    def posted(self, block: int) -> NDArray[np.bool_]:
        """The paragraphs that are no exact copy of an earlier one."""
        posted: NDArray[np.bool_] = self.first == (block << BITS) + np.arange(self.first.size)
        return posted


def collapsed_of(data: bytes) -> Collapsed:
    first, instances, homes, marks = decode(data)
    return Collapsed(summed(first), instances.astype(np.int64), homes.astype(np.int64), marks)


# --- exact copies ---


def _asked(own: Paragraphs) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each digest and source in a block: the first paragraph, in how many articles; and the group of each."""
    order = np.lexsort((own.sources, own.digests))
    digests, sources = own.digests[order], own.sources[order]
    fresh = np.ones(order.size, np.bool_)
    fresh[1:] = (digests[1:] != digests[:-1]) | (sources[1:] != sources[:-1])
    group = np.empty(order.size, np.int64)
    group[order] = np.cumsum(fresh) - 1
    first = order[fresh]
    holders = np.unique(group << BITS | own.articles) >> BITS
    return first, np.bincount(holders, minlength=first.size), group


def ask_copies(block: int, mail: Mail, shards: int) -> Iterator[Row]:
    """Tell the shards which digests a block has, of which source, and in how many articles."""
    own = paragraphs_of(mail["paragraphs"][0][1])
    first, articles, _ = _asked(own)
    columns = (own.digests[first], own.sources[first], first.astype(np.uint32), articles.astype(np.uint32))
    for row, _ in to_shards("digests", block, shard_of_digest(own.digests[first], shards), *columns):
        yield row


def count_copies(shard: int, mail: Mail) -> Iterator[Row]:
    """Tell each block of those of its digests that other articles have, by their place in its parcel."""
    origins, (digests, sources, pars, articles) = columns_of(mail["digests"])
    places = origins << BITS | pars.astype(np.int64)
    articles = articles.astype(np.int64)
    order = np.lexsort((places, sources, digests))
    digests, sources, places, articles = digests[order], sources[order], places[order], articles[order]
    new = np.ones(order.size, np.bool_)
    new[1:] = digests[1:] != digests[:-1]
    fresh = new.copy()
    fresh[1:] |= sources[1:] != sources[:-1]
    starts, group = np.flatnonzero(new), np.cumsum(new) - 1
    instances = np.add.reduceat(articles, starts)[group]
    first = np.minimum.reduceat(places, starts)[group]
    homes = np.add.reduceat(articles, np.flatnonzero(fresh))[np.cumsum(fresh) - 1]
    bounds = np.searchsorted(origins, np.unique(origins))
    among = np.empty(order.size, np.int64)  # the place in the parcel, by the place when sorted
    among[:] = (np.arange(order.size) - np.repeat(bounds, np.diff(np.append(bounds, order.size))))[order]
    shared = np.flatnonzero(instances > 1)
    for block, which in grouped(origins[order][shared]):
        rows = shared[which]
        yield (
            "copies",
            block,
            shard,
            encode(
                among[rows].astype(np.uint32),
                first[rows],
                instances[rows].astype(np.uint32),
                homes[rows].astype(np.uint32),
            ),
        )


def collapse(block: int, mail: Mail, shards: int, settings: Settings) -> Iterator[Row]:
    """What a block knows of its paragraphs' copies now; and of how many of its articles each source is told by."""
    own = paragraphs_of(mail["paragraphs"][0][1])
    first, articles, group = _asked(own)
    places = (block << BITS) + np.full(own.digests.size, 1 << 62)
    np.minimum.at(places, group, (block << BITS) + np.arange(group.size))
    starts, counts, homes = places[: first.size], articles.copy(), articles.copy()
    # The same words under another source in this block: told by the shard, as two articles have them.
    asked = {
        row[1]: rows for row, rows in to_shards("", block, shard_of_digest(own.digests[first], shards), first)
    }
    for shard, data in mail.get("copies", ()):
        among, earliest, instances, at_home = decode(data)
        rows = asked[shard][among]
        starts[rows], counts[rows], homes[rows] = earliest, instances, at_home
    homes = homes[group].astype(np.int64)
    tell = telling(homes, own.articles, own.sizes, Rule.of(settings).own_share)
    marks = np.where(own.sources < 0, 0, own.sources | tell)
    collapsed = Collapsed(starts[group], counts[group].astype(np.int64), homes, marks)
    yield (
        "collapsed",
        block,
        block,
        encode(
            steps(collapsed.first),
            collapsed.instances.astype(np.uint32),
            collapsed.homes.astype(np.uint32),
            collapsed.marks,
        ),
    )
    known, *totals = _totals(own, collapsed, Rule.of(settings))
    for row, _ in to_shards("totals", block, known % shards, known, *totals):
        yield row


# --- furniture ---

_KINDS = 2
"""Paragraphs are counted by the digest of their words, and by that of their family."""


def _units(own: Paragraphs, kind: int, rule: Rule) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    if kind == 0:
        return own.digests, own.sizes > 0
    return own.families, own.family_sizes >= rule.family_words


def _counted(own: Paragraphs, kind: int, rule: Rule, tell: NDArray[np.bool_]) -> LearnedFurniture:
    units, fits = _units(own, kind, rule)
    used = fits & tell
    return LearnedFurniture.count(own.sources[used], own.articles[used], units[used])


def _totals(own: Paragraphs, mine: Collapsed, rule: Rule) -> list[NDArray[np.int64]]:
    """The sources in a block, and how many articles of each tell of it, by kind."""
    tell = telling(mine.homes, own.articles, own.sizes, rule.own_share)
    known = np.unique(own.sources[own.sources >= 0])
    out = [known]
    for kind in range(_KINDS):
        counted = _counted(own, kind, rule, tell)
        totals = np.zeros(known.size, np.int64)
        totals[np.searchsorted(known, counted.known)] = counted.totals
        out.append(totals)
    return out


def total(shard: int, mail: Mail) -> Iterator[Row]:
    """Add up the articles of each source, and tell the blocks that have some of it."""
    origins, (sources, *totals) = columns_of(mail["totals"])
    _, group = np.unique(sources, return_inverse=True)
    sums = [np.bincount(group, column).astype(np.int64)[group] for column in totals]
    for block, rows in grouped(origins):
        yield "totals", block, shard, encode(sources[rows], *(column[rows] for column in sums))


def _every(own: Paragraphs, kind: int, rule: Rule, share: float, mine: Collapsed) -> LearnedFurniture:
    """All units and sources of a block, sorted, with the articles that tell of the source and have the unit."""
    units, fits = _units(own, kind, rule)
    every = LearnedFurniture.count(own.sources[fits], own.articles[fits], units[fits])
    nothing = LearnedFurniture(
        every.units, every.sources, np.zeros_like(every.articles), every.known, np.zeros_like(every.totals)
    )
    return nothing.merged(_counted(own, kind, rule, telling(mine.homes, own.articles, own.sizes, share)))


def ask_furniture(block: int, mail: Mail, settings: Settings, shards: int) -> Iterator[Row]:
    """Tell the shards in how many articles of a block each unit of each source stands."""
    if "totals" not in mail:
        return
    own, mine = paragraphs_of(mail["paragraphs"][0][1]), collapsed_of(mail["collapsed"][0][1])
    _, (known, *totals) = columns_of(mail["totals"])
    order = np.argsort(known)
    known = known[order]
    rule = Rule.of(settings)
    for kind in range(_KINDS):
        every = _every(own, kind, rule, rule.own_share, mine)
        articles = totals[kind][order][np.searchsorted(known, every.sources)]
        columns = (every.units, every.sources, every.articles.astype(np.uint32), articles)
        for row, _ in to_shards(f"units{kind}", block, shard_of_digest(every.units, shards), *columns):
            yield row


def judge_furniture(shard: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """Tell each block which of its units are furniture of their source, by their place in its parcel."""
    for kind in range(_KINDS):
        if f"units{kind}" not in mail:
            continue
        origins, (units, sources, articles, totals) = columns_of(mail[f"units{kind}"])
        counted = articles > 0
        known, at = np.unique(sources, return_index=True)
        part = LearnedFurniture(
            units[counted], sources[counted], articles[counted].astype(np.int64), known, totals[at]
        )
        nothing = LearnedFurniture(*(column[:0] for column in (units, sources, totals, known, totals)))
        summed_up = part.merged(nothing)
        furniture = summed_up.judge(sources, units, Rule.of(settings))
        for block, rows in grouped(origins):
            found = np.flatnonzero(furniture[rows])
            if found.size:
                yield f"furniture{kind}", block, shard, encode(found.astype(np.uint32))


def furniture(block: int, mail: Mail, settings: Settings, shards: int) -> Iterator[Row]:
    """The paragraphs of a block that were learned to be furniture."""
    own, mine = paragraphs_of(mail["paragraphs"][0][1]), collapsed_of(mail["collapsed"][0][1])
    rule = Rule.of(settings)
    recurs = np.zeros((_KINDS, own.sizes.size), np.bool_)
    for kind in range(_KINDS):
        if f"furniture{kind}" not in mail:
            continue
        every = _every(own, kind, rule, rule.own_share, mine)
        asked = {
            r[1]: rows for r, rows in to_shards("", block, shard_of_digest(every.units, shards), every.units)
        }
        places = np.concatenate([asked[shard][decode(data)[0]] for shard, data in mail[f"furniture{kind}"]])
        units, fits = _units(own, kind, rule)
        found = set(zip(every.units[places].tolist(), every.sources[places].tolist(), strict=True))
        pairs = zip(units.tolist(), own.sources.tolist(), strict=True)
        recurs[kind] = fits & np.array([pair in found for pair in pairs], np.bool_)
    yield "furniture", block, block, encode(beside_the_body(recurs, own.articles, own.sizes))
