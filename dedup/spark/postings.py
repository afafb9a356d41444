"""Both nets: where each key stands, and which earlier paragraphs a block's articles are compared with.

A key is a shingle's hash, or a band's with the number of the band above it. A shard holds for each key where
it stands, earliest first. A block asks for each of its keys once, however often it has it, and gets no more
than a cap of places: what is everywhere costs one line a block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.match import lsh, policy, shingling
from dedup.match.fingerprints import EVERY
from dedup.match.kernels import inverted
from dedup.match.nomination import Lists, nominated
from dedup.settings import Settings
from dedup.spark import crowds
from dedup.spark.blocks import Hashes, hashes_of
from dedup.spark.collapse import Collapsed, collapsed_of
from dedup.spark.parcels import BITS, Mail, Places, Row, decode, encode, grouped, steps, summed, to_shards
from dedup.text.ranges import ragged
from dedup.text.words import Columns

Keys = NDArray[np.uint64]

TOLD = 16
"""Earliest places of a shingle that are told however rare it must be: from so many holders on it is a stock phrase."""

_LOW = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)


def shard_of(keys: Keys, shards: int) -> NDArray[np.int64]:
    mixed = (keys ^ (keys >> _HIGH)) * np.uint64(0x9E3779B185EBCA87)
    shard: NDArray[np.int64] = (mixed >> np.uint64(33)).astype(np.int64) % shards
    return shard


# --- what a block has ---


@dataclass(frozen=True, slots=True)
class _Standing:
    """Keys of a block and the paragraphs they stand in, sorted by key, then place."""

    keys: Keys
    pars: NDArray[np.int64]


def _shingles(own: Hashes, which: NDArray[np.bool_], width: int) -> NDArray[np.uint64]:
    """Sorted ``hash << 32 | word`` of the shingles of some paragraphs."""
    entries = np.empty(own.hashes.size, np.uint64)
    entries = entries[: inverted.post(own.hashes, own.par_words, which, width, EVERY, entries)]
    entries.sort()
    return entries


def _bands(own: Hashes, settings: Settings) -> tuple[NDArray[np.int64], Keys]:
    """Paragraphs that the LSH net looks at, and their keys, shape ``(paragraphs, bands)``."""
    if settings.nets == "fingerprints":
        return np.empty(0, np.int64), np.empty((0, 0), np.uint64)
    bands, rows = lsh.choose_bands(settings)
    kept = np.flatnonzero(np.diff(own.par_words) >= settings.min_words)
    shingled = shingling.shingles(_columns(own), settings.shingle_words).taken(kept)
    signatures = shingling.sign(shingled, settings.permutations, settings.seed, bands * rows)
    numbers = np.arange(1, bands + 1, dtype=np.uint64) << _HIGH
    return kept, lsh.band_keys(signatures, bands, rows) | numbers


def _columns(own: Hashes) -> Columns:
    none = np.empty(0, np.uint32)
    return Columns(
        own.hashes, np.empty(0, np.uint64), none, none, np.empty(0, np.uint8), none, none, none,
        own.par_words, own.art_words, own.art_pars,
    )  # fmt: skip


def _standing(own: Hashes, which: NDArray[np.bool_], settings: Settings) -> _Standing:
    """All keys of some paragraphs."""
    entries = _shingles(own, which, settings.shingle_words)
    words = (entries & _LOW).astype(np.int64)
    pars = np.searchsorted(own.par_words, words, "right") - 1
    keys = entries >> _HIGH
    kept, bands = _bands(own, settings)
    used = which[kept]
    keys = np.concatenate([keys, bands[used].T.reshape(-1)])
    pars = np.concatenate([pars, np.tile(kept[used], bands.shape[1])])
    order = np.argsort(keys, kind="stable")
    return _Standing(keys[order], pars[order])


def _most(settings: Settings) -> int:
    """Places of a key that a shard has use for: of one that is frequent one more, which tells that there are more."""
    return max(policy.MOST_COPIES, settings.frequent + 1)


def post(block: int, mail: Mail, settings: Settings, shards: int) -> Iterator[Row]:
    """Tell the shards which keys a block has and where; of copies only that it asks for their keys."""
    own, mine = hashes_of(mail["hashes"][0][1]), collapsed_of(mail["collapsed"][0][1])
    posted = mine.posted(block)
    standing = _standing(own, posted, settings)
    asked = standing.keys
    if own.scanned and not posted.all():
        asked = _standing(own, np.ones(posted.size, np.bool_), settings).keys
    keys, times = np.unique(asked, return_counts=True)
    starts, ends = (np.searchsorted(standing.keys, keys, side) for side in ("left", "right"))
    articles = np.repeat(np.arange(own.art_pars.size - 1), np.diff(own.art_pars))
    for shard, rows in grouped(shard_of(keys, shards)):
        sizes = ends[rows] - starts[rows]
        told = np.minimum(sizes, _most(settings))
        pars = standing.pars[ragged(starts[rows], told)]
        yield "keys", shard, block, encode(
            np.array([own.scanned]), steps(keys[rows]), sizes.astype(np.uint32),
            times[rows] > sizes, pars.astype(np.uint32), articles[pars].astype(np.uint32),
            mine.instances[pars].astype(np.uint32), mine.homes[pars].astype(np.uint32), mine.marks[pars],
        )  # fmt: skip


# --- what a shard knows ---


@dataclass(frozen=True, slots=True)
class _Shard:
    """Places by key, the first `_most` of each: ``bounds[i]:bounds[i + 1]`` are those of ``keys[i]``.

    `sizes`: all places of each key. `articles`, `instances`, `homes` and `marks` (see `Collapsed`) belong to the
    paragraphs at `places`.
    """

    keys: Keys
    sizes: NDArray[np.int64]
    bounds: NDArray[np.int64]
    places: NDArray[np.int64]
    articles: NDArray[np.int64]
    instances: NDArray[np.int64]
    homes: NDArray[np.int64]
    marks: NDArray[np.int64]


def answer(shard: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """Tell each block where its keys stand that stand elsewhere too; keep what is needed to count copies."""
    parcels = [(origin, decode(data)) for origin, data in mail["keys"]]
    known = _known(parcels, _most(settings))
    yield "postings", shard, shard, _kept(known)
    for block, (scanned, keys, _, more, *_) in parcels:
        if scanned[0]:
            reply = _reply(known, block, summed(keys), more, settings)
            if reply:
                yield "answers", block, shard, reply


def _known(parcels: Sequence[tuple[int, list[NDArray[Any]]]], most: int) -> _Shard:
    parts = []
    for block, (_, keys, sizes, _, pars, articles, instances, homes, marks) in parcels:
        told = np.minimum(sizes.astype(np.int64), most)
        parts.append(
            (summed(keys), sizes.astype(np.int64), told, *(
                block << BITS | column.astype(np.int64) for column in (pars, articles)
            ), instances.astype(np.int64), homes.astype(np.int64), marks)
        )  # fmt: skip
    keys, sizes, told, *columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(keys, kind="stable")
    starts = np.cumsum(told) - told
    rows = ragged(starts[order], told[order])
    names, first = np.unique(keys[order], return_index=True)
    totals = np.add.reduceat(sizes[order], first)
    listed = np.add.reduceat(told[order], first)
    kept = np.minimum(listed, most)
    rows = rows[ragged(np.cumsum(listed) - listed, kept)]
    bounds = np.concatenate(([0], np.cumsum(kept)))
    return _Shard(names, totals, bounds, *(column[rows] for column in columns))


def _kept(known: _Shard) -> bytes:
    """What is needed to count copies: shingles that stand in several places; of sizes what is more than one too many is
    left out."""
    rows = np.flatnonzero((known.keys <= _LOW) & (known.sizes > 1))
    sizes = np.minimum(known.sizes[rows], policy.MOST_COPIES + 1)
    at = ragged(known.bounds[rows], np.minimum(sizes, policy.MOST_COPIES))
    return encode(
        steps(known.keys[rows]), sizes.astype(np.uint16), known.articles[at],
        known.instances[at].astype(np.uint32), known.homes[at].astype(np.uint32), known.marks[at],
    )  # fmt: skip


def _reply(
    known: _Shard, block: int, keys: Keys, more: NDArray[np.bool_], settings: Settings
) -> bytes | None:
    rows = np.searchsorted(known.keys, keys)
    band = keys > _LOW
    totals = known.sizes[rows]
    sizes = np.minimum(totals, np.where(band, lsh.BUCKET, max(settings.frequent + 1, TOLD)))
    at = ragged(known.bounds[rows], sizes)
    # Only what is no later than the block can be a source.
    near = known.places[at] < (block + 1) << BITS
    group = np.repeat(np.arange(rows.size), sizes)
    reached = np.bincount(group[near], minlength=rows.size)
    # Where one paragraph is in reach, and this block's, it is the one that asks.
    alone = (reached == 1) & ~more & (known.places[known.bounds[rows]] >> BITS == block)
    frequent = ~band & (totals > settings.frequent)
    telling = frequent | ((reached > 0) & (totals > 1) & ~alone)
    if not telling.any():
        return None
    return encode(
        steps(keys[telling]), np.minimum(totals[telling], settings.frequent + 1).astype(np.uint32),
        reached[telling].astype(np.uint32), known.places[at[near & telling[group]]],
    )  # fmt: skip


def holders(shard: int, mail: Mail) -> Iterator[Row]:
    """Tell blocks which articles hold some shingles, of which sources, and how many hold each of these paragraphs."""
    if "sampled" not in mail or "postings" not in mail:
        return
    keys, sizes, *columns = decode(mail["postings"][0][1])
    keys, sizes = summed(keys), sizes.astype(np.int64)
    told = np.minimum(sizes, policy.MOST_COPIES)
    starts = np.cumsum(told) - told
    for block, data in mail["sampled"]:
        asked = summed(decode(data)[0])
        rows = np.searchsorted(keys, asked)
        rows = (
            rows[(rows < keys.size) & (keys[np.minimum(rows, keys.size - 1)] == asked)]
            if keys.size
            else rows[:0]
        )
        at = ragged(starts[rows], told[rows])
        yield (
            "holders",
            block,
            shard,
            encode(steps(keys[rows]), sizes[rows].astype(np.uint16), *(column[at] for column in columns)),
        )


# --- what a block makes of it ---


@dataclass(frozen=True, slots=True)
class _Answers:
    """What all shards told a block, by key: the places of ``keys[i]`` are ``places[bounds[i]:bounds[i + 1]]``."""

    keys: Keys
    sizes: NDArray[np.int64]
    bounds: NDArray[np.int64]
    places: NDArray[np.int64]

    def find(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Which keys are there, and the rows of those."""
        if not self.keys.size:
            return np.empty(0, np.int64), np.zeros(keys.size, np.bool_)
        rows = np.minimum(np.searchsorted(self.keys, keys), self.keys.size - 1)
        there: NDArray[np.bool_] = self.keys[rows] == keys
        return rows[there], there


def _answers(mail: Mail) -> _Answers:
    parts = [decode(data) for _, data in mail.get("answers", ())]
    if not parts:
        nothing = np.empty(0, np.int64)
        return _Answers(np.empty(0, np.uint64), nothing, np.zeros(1, np.int64), nothing)
    keys = np.concatenate([summed(part[0]) for part in parts])
    sizes, counts, places = (np.concatenate(column) for column in list(zip(*parts, strict=True))[1:])
    counts = counts.astype(np.int64)
    order = np.argsort(keys)
    rows = ragged((np.cumsum(counts) - counts)[order], counts[order])
    bounds = np.concatenate(([0], np.cumsum(counts[order])))
    return _Answers(keys[order], sizes[order].astype(np.int64), bounds, places[rows])


def candidates(block: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """Pairs of an article of the block and an earlier paragraph; other blocks are asked for theirs."""
    own, mine = hashes_of(mail["hashes"][0][1]), collapsed_of(mail["collapsed"][0][1])
    if not own.scanned:
        return
    answers = _answers(mail)
    begins = (block << BITS) + own.art_pars  # places of the first paragraphs
    articles = np.repeat(np.arange(own.art_pars.size - 1), np.diff(own.art_pars))
    found = [_exact(mine, begins, articles)]
    if settings.nets != "fingerprints":
        found.append(_near_duplicates(own, mine, answers, begins, articles, settings))
    if settings.nets != "lsh":
        lists, cut, sources = _listed(own, mine, answers, begins, articles, settings)
        found.append(_proposed(lists, sources, settings))
    asker, place = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((place, asker))
    asker, place = asker[order], place[order]
    fresh = np.ones(order.size, np.bool_)
    fresh[1:] = (asker[1:] != asker[:-1]) | (place[1:] != place[:-1])
    asker, place = asker[fresh], place[fresh]
    holders = _holders(own, mine, answers, mine.posted(block), settings.shingle_words)
    yield from asking(block, asker, place, holders)
    if settings.nets != "lsh":
        yield from crowds.tell(block, lists, cut, sources, asker, place)


def asking(block: int, asker: NDArray[np.int64], place: Places, holders: NDArray[np.uint8]) -> Iterator[Row]:
    """The pairs to look at, sorted, with what `_holders` counts; other blocks are asked for their articles."""
    yield "pairs", block, block, encode(asker.astype(np.uint32), place, holders)
    wanted = np.unique(place[place < block << BITS])
    for row, _ in to_shards("wanted", block, wanted >> BITS, wanted):
        yield row


def _holders(
    own: Hashes, mine: Collapsed, answers: _Answers, posted: NDArray[np.bool_], width: int
) -> NDArray[np.uint8]:
    """How many earlier paragraphs have the shingle that begins at each word, as `dedup.match.fingerprints` counts them.

    Of a shingle that many have only the earliest places are known: enough to tell that they are many.
    """
    entries = _shingles(own, np.ones(posted.size, np.bool_), width)
    keys, words = entries >> _HIGH, (entries & _LOW).astype(np.int64)
    pars = np.searchsorted(own.par_words, words, "right") - 1
    # Those that the same paragraph has further in front,
    fresh = np.ones(words.size, np.bool_)
    fresh[1:] = (keys[1:] != keys[:-1]) | (pars[1:] != pars[:-1])
    starts = np.flatnonzero(fresh)
    counts = np.arange(words.size) - np.repeat(starts, np.diff(np.append(starts, words.size)))
    # and those before the paragraph, or before the first that has its words.
    rows, there = answers.find(keys)
    sources = np.unique(answers.places)
    listed = np.repeat(np.arange(answers.keys.size), np.diff(answers.bounds)) << 32
    listed |= np.searchsorted(sources, answers.places)
    asked = rows << 32 | np.searchsorted(sources, mine.first[pars[there]])
    counts[there] += np.searchsorted(listed, asked) - answers.bounds[rows]
    holders = np.zeros(own.hashes.size, np.int64)
    holders[words] = counts
    holders += np.repeat(~posted, np.diff(own.par_words))
    return np.minimum(holders, 255).astype(np.uint8)


Found = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Articles of the block, and places of earlier paragraphs."""


def _exact(mine: Collapsed, begins: NDArray[np.int64], articles: NDArray[np.int64]) -> Found:
    copies = mine.first < begins[articles]
    return articles[copies], mine.first[copies]


def _near_duplicates(
    own: Hashes, mine: Collapsed, answers: _Answers, begins: NDArray[np.int64], articles: NDArray[np.int64],
    settings: Settings,
) -> Found:  # fmt: skip
    """An exact copy is compared with what its original is."""
    kept, bands = _bands(own, settings)
    rows, there = answers.find(bands.reshape(-1))
    pars = np.repeat(kept, bands.shape[1])[there]
    sizes = answers.bounds[rows + 1] - answers.bounds[rows]
    places = answers.places[ragged(answers.bounds[rows], sizes)]
    pars = np.repeat(pars, sizes)
    earlier = (places < mine.first[pars]) & (places < begins[articles[pars]])
    return articles[pars[earlier]], places[earlier]


def _proposed(lists: Lists, sources: Places, settings: Settings) -> Found:
    """What the one rule finds with the lists that the shards sent."""
    found = nominated(lists, settings.frequent, settings.candidates).pairs
    return found[:, 0], sources[found[:, 1]]


def _listed(
    own: Hashes, mine: Collapsed, answers: _Answers, begins: NDArray[np.int64], articles: NDArray[np.int64],
    settings: Settings,
) -> tuple[Lists, NDArray[np.bool_], Places]:  # fmt: skip
    """Who holds the shingles of a block, a key a word; which lists were cut short; and the places of the holders."""
    width, ends = settings.shingle_words, own.par_words[1:]
    entries = _shingles(own, np.ones(ends.size, np.bool_), width)
    rows, there = answers.find(entries >> _HIGH)
    words = (entries & _LOW)[there].astype(np.int64)
    # The first paragraph of its article with the same words asks for all of them.
    _, same = np.unique(mine.first, return_inverse=True)
    _, one = np.unique(articles << 32 | same, return_index=True)
    asks = np.zeros(ends.size, np.bool_)
    asks[one] = True
    pars = np.searchsorted(own.par_words, words, "right") - 1
    rows, words, pars = rows[asks[pars]], words[asks[pars]], pars[asks[pars]]
    sources = np.unique(answers.places)
    holders = np.searchsorted(sources, answers.places)
    sizes, starts, counts = (np.zeros(own.hashes.size, np.int64) for _ in range(3))
    cut = np.zeros(own.hashes.size, np.bool_)
    sizes[words] = answers.sizes[rows]
    starts[words] = answers.bounds[rows]
    listed = np.repeat(np.arange(answers.keys.size), np.diff(answers.bounds)) << 32 | holders
    before = np.searchsorted(sources, begins[articles[pars]])
    earlier = np.searchsorted(listed, rows << 32 | before) - answers.bounds[rows]
    counts[words] = np.minimum(earlier, settings.frequent)
    cut[words] = earlier > settings.frequent
    lists = Lists(own.art_pars, own.par_words, sizes, starts, counts, holders.astype(np.uint32))
    return lists, cut, sources
