"""Candidates to verified passages to reports, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.errors import BadRecord
from dedup.inspect.furniture import Rule, at_home
from dedup.inspect.furniture.at_home import Held
from dedup.match import align, policy, standing
from dedup.match.candidates import Pairs
from dedup.match.fingerprints import EVERY
from dedup.match.ignored import Ignored
from dedup.match.kernels import counting, inverted
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    PARAGRAPH,
    SOURCE,
    SOURCE_PARAGRAPH,
    S,
)
from dedup.match.layout import Layout, bare_layout
from dedup.model import Article, ArticleReport
from dedup.reporter.jsonl import dumps, line
from dedup.settings import Settings
from dedup.spark import earlier
from dedup.spark.blocks import arrays_of, block_columns, columns_from, meta_of, shape_of
from dedup.spark.collapse import Collapsed, collapsed_of
from dedup.spark.crowds import Look, looked
from dedup.spark.found import ALONE, NONE, Name, Samples, found_in
from dedup.spark.links import with_links
from dedup.spark.parcels import (
    BITS,
    Mail,
    Places,
    Row,
    columns_of,
    decode,
    encode,
    grouped,
    steps,
    to_shards,
)
from dedup.spark.postings import asking, shard_of
from dedup.spark.titles import title_matches
from dedup.text.ranges import ragged
from dedup.text.vocabulary import told_apart
from dedup.text.words import Columns, joined
from dedup.verdict import reports
from dedup.verdict.beside import Beside
from dedup.verdict.bounds import bounded_too
from dedup.verdict.careful import judged, reason_of, unjudged
from dedup.verdict.evidence import CELLS, FURNITURE, Cell, Evidence, evidence


def lend(block: int, mail: Mail) -> Iterator[Row]:
    """Send the articles that other blocks have to look at: their words, and what is known of their paragraphs."""
    if "wanted" not in mail:
        return
    columns = block_columns(mail)
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
            lent, pars[lent], mine.instances[at].astype(np.uint32), mine.homes[at].astype(np.uint32), mine.marks[at],
            posted[at],
            np.frombuffer(dumps(names), np.uint8), *arrays_of(columns, lent),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Arena:
    """Articles lent by earlier blocks, then, from place `first` on, a block's own; as `dedup.match.align` wants them.

    `numbers` are the articles' in the corpus, `places` those of their paragraphs, `instances`, `homes`, `marks` and
    `posted` as in `Collapsed`.
    """

    layout: Layout
    first: int
    numbers: Places
    places: Places
    instances: NDArray[np.int64]
    homes: NDArray[np.int64]
    marks: NDArray[np.int64]
    posted: NDArray[np.bool_]
    names: Sequence[Name]


def _arena(block: int, mail: Mail) -> _Arena:
    parts: list[Columns] = []
    names: list[Name] = []
    numbers, places, instances, homes, marks, posted = ([np.empty(0, np.int64)] for _ in range(6))
    for origin, data in mail.get("lent", ()):
        lent, pars, instanced, at_home, sources, single, told, *arrays = decode(data)
        columns = columns_from(arrays)
        parts.append(columns)
        names += [tuple(name) for name in json.loads(told.tobytes())]
        numbers.append(origin << BITS | lent)
        places.append((origin << BITS) + ragged(pars, np.diff(columns.art_pars)))
        instances.append(instanced.astype(np.int64))
        homes.append(at_home.astype(np.int64))
        marks.append(sources)
        posted.append(single)
    own = block_columns(mail)
    articles = meta_of(mail["meta"][0][1]).articles
    mine: Collapsed = collapsed_of(mail["collapsed"][0][1])
    return _Arena(
        bare_layout(told_apart(joined([*parts, own]))),
        len(names),
        np.concatenate([*numbers, (block << BITS) + np.arange(len(articles))]),
        np.concatenate([*places, (block << BITS) + np.arange(mine.first.size)]),
        np.concatenate([*instances, mine.instances]),
        np.concatenate([*homes, mine.homes]),
        np.concatenate([*marks, mine.marks]),
        np.concatenate([*posted, mine.posted(block)]).astype(np.bool_),
        [*names, *((one.id, one.source, one.published) for one in articles)],
    )


def verify(
    block: int,
    mail: Mail,
    settings: Settings,
    shards: int,
    texts: tuple[str, ...] = (),
    *,
    again: bool = False,
) -> Iterator[Row]:
    """Align a block's candidates; ask the shards who holds the passages found. `texts` never count as a source.

    Where a crowd hides something from an article a second look at it is asked for: `again`, with more of the crowd.
    """
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
    broken: dict[int, Exception] = {}
    articles = (arena.first + np.unique(asker)).tolist()
    ranges = [(one, one + 1) for one in articles] if again else [(arena.first, last)]
    found = align.joined(
        [_aligned(layout, holders, low, high, pairs, settings, broken) for low, high in ranges]
    )
    left = _left(mail, asker.astype(np.int64), place, arena, found)
    if again:
        hidden = np.intersect1d(left.bounded, asker)
    else:
        needy = np.setdiff1d(left.asker, [number - arena.first for number in broken])
        hidden = np.setdiff1d(left.bounded, needy)
        if needy.size:
            yield from _asking_again(block, mail, left, needy)
            found = align.without(found, arena.first + needy)
    if broken:
        reasons = [[number - arena.first, reason_of(error)] for number, error in broken.items()]
        yield "broken", block, block, encode(np.frombuffer(dumps(reasons), np.uint8))
    found = Ignored.of(texts, settings.shingle_words).left_out(found, layout.columns.hashes)
    rows = found.rows.copy()
    mine = arena.marks[rows[:, PARAGRAPH]]
    samples = _samples(arena, found, settings)
    quotes = meta_of(mail["meta"][0][1]).quotes
    told = evidence(layout, found, lambda number, *_: quotes[number - arena.first], settings)
    taken = earlier.taken(arena.first, arena.numbers, arena.names, layout.columns, rows)
    # From the arena's numbers to those of the block, a table of sources, and the corpus.
    sources, named = np.unique(rows[:, SOURCE], return_inverse=True)
    rows[:, ARTICLE] -= arena.first
    rows[:, SOURCE] = arena.numbers[rows[:, SOURCE]]
    rows[:, SOURCE_PARAGRAPH] = arena.places[rows[:, SOURCE_PARAGRAPH]]
    told.cells[:, Cell.SOURCE] = named
    names = dumps([arena.names[i] for i in sources.tolist()])
    yield "found", block, block, encode(
        rows.reshape(-1), told.cells.reshape(-1), told.shares.reshape(-1), told.spans.reshape(-1),
        told.changes.reshape(-1), told.parts.reshape(-1), taken.reshape(-1),
        np.frombuffer(names, np.uint8), mine,
        found.bounded - arena.first, hidden, *samples,
    )  # fmt: skip
    asked = np.unique(samples.keys[samples.keys < ALONE])
    for shard, part in grouped(shard_of(asked, shards)):
        yield "sampled", shard, block, encode(steps(asked[part]))


def _asking_again(block: int, mail: Mail, left: Look, needy: NDArray[np.int64]) -> Iterator[Row]:
    """Ask for a second look at some articles, with all their pairs."""
    asker, place, own = decode(mail["pairs"][0][1])
    asker, place = np.concatenate((asker, left.asker)), np.concatenate((place, left.place))
    order = np.lexsort((place, asker))
    order = order[np.isin(asker[order], needy)]
    yield from asking(block, asker[order], place[order], own)
    yield "crowd", block, block, mail["crowd"][0][1]


def _left(mail: Mail, asker: NDArray[np.int64], place: Places, arena: _Arena, found: align.Passages) -> Look:
    """What a look at these pairs left, for the passages it showed."""
    columns = arena.layout.columns
    pars = columns.art_pars[arena.first :]
    words = columns.par_words[pars[0] :]
    taken = align.taken(found, int(words[0]), int(words[-1]))
    return looked(mail, asker, place, pars - pars[0], words - words[0], taken)


def _aligned(
    layout: Layout, holders: NDArray[np.uint8], first: int, last: int, pairs: Pairs, settings: Settings,
    broken: dict[int, Exception],
) -> align.Passages:  # fmt: skip
    """As `align.verify`; an article that breaks it has no passages, and is an error by its number."""
    try:
        return align.verify(layout, holders, first, last, pairs, settings)
    except Exception as error:
        if last - first == 1:
            broken[first] = error
            return align.verify(layout, holders, first, last, pairs[:0], settings)
    each = (_aligned(layout, holders, one, one + 1, pairs, settings, broken) for one in range(first, last))
    return align.joined([*each])


def _samples(arena: _Arena, found: align.Passages, settings: Settings) -> Samples:
    columns = arena.layout.columns
    at = counting.sampled(found.rows, found.blocks, S, settings.shingle_words, policy.SAMPLES).reshape(-1)
    entries = np.empty(columns.hashes.size, np.uint64)
    count = inverted.post(
        columns.hashes, columns.par_words, np.ones(columns.par_words.size - 1, np.bool_),
        settings.shingle_words, EVERY, entries,
    )  # fmt: skip
    shingles = np.full(columns.hashes.size + 1, ALONE)
    shingles[-1] = NONE  # where `at` is -1
    words = (entries[:count] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    shingles[words] = entries[:count] >> np.uint64(32)
    pars = np.searchsorted(columns.par_words, at, "right") - 1
    keys = shingles[at]
    keys[(at >= 0) & ~arena.posted[pars]] = ALONE
    return Samples(
        keys, arena.numbers[arena.layout.par_articles[pars]], arena.marks[pars], arena.homes[pars],
        arena.instances[pars],
    )  # fmt: skip


def _held(samples: Samples, mail: Mail) -> tuple[Held, NDArray[np.bool_]]:
    """Who holds each passage, and which passages may have holders that nobody told of."""
    keys, sizes = np.empty(0, np.uint64), np.empty(0, np.int64)
    articles, instances, homes, marks = (np.empty(0, np.int64) for _ in range(4))
    parts = [decode(data) for _, data in mail.get("holders", ())]
    if parts:
        keys = np.concatenate([np.cumsum(part[0], dtype=np.uint64) for part in parts])
        sizes, articles, instances, homes, marks = (
            np.concatenate([part[i].astype(np.int64) for part in parts]) for i in range(1, 6)
        )
    listed = np.minimum(sizes, policy.MOST_COPIES)
    order = np.argsort(keys)
    # Behind what the shards told, for each sample where it was taken: all that holds what nobody told of.
    starts = articles.size + np.arange(samples.keys.size)
    counts = np.where(samples.keys == NONE, -1, 1)
    cut = np.zeros(counts.size, np.bool_)
    if keys.size:
        rows = order[np.minimum(np.searchsorted(keys[order], samples.keys), keys.size - 1)]
        told = keys[rows] == samples.keys
        starts[told] = (np.cumsum(listed) - listed)[rows[told]]
        counts[told] = listed[rows[told]]
        cut[told] = (sizes > listed)[rows[told]]
    shape = (-1, policy.SAMPLES)
    held = Held(
        starts.reshape(shape), counts.reshape(shape), np.concatenate([articles, samples.articles]),
        np.concatenate([marks, samples.marks]), np.concatenate([homes, samples.homes]),
        np.concatenate([instances, samples.instances]),
    )  # fmt: skip
    return held, align.uncounted(held.counts, cut.reshape(shape))


def _copies(held: Held, share: tuple[int, int]) -> NDArray[np.int64]:
    """Count how many other articles hold such a share of each passage."""
    _, numbers = np.unique(held.articles, return_inverse=True)
    holders = numbers.astype(np.uint64) << np.uint64(32) | held.instances.astype(np.uint64)
    many = align.holders_of(held.starts.reshape(-1), held.counts.reshape(-1), holders, share)
    return np.maximum(many - 1, 1)


def count(block: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """Count the copies of passages; ask the sources' blocks how many articles took more from where they stand."""
    if "found" not in mail:
        return
    found = found_in(mail)
    holding, uncounted = _held(found.samples, mail)
    held, halves = (_copies(holding, share) for share in (policy.HELD, policy.HALF_HELD))
    counts = at_home.count_at_home(found.marks, holding)
    totals = _totals(found.marks, mail)
    yield (
        "counts",
        block,
        block,
        encode(
            held.astype(np.uint32), halves.astype(np.uint32), counts.reshape(-1), totals,
            np.unique(found.rows[uncounted, ARTICLE]),
        ),
    )  # fmt: skip
    suspect = standing.suspects(found.rows, standing.held(found.rows, held, halves), settings)
    places = np.unique(found.rows[suspect, SOURCE_PARAGRAPH])
    kin, counts = standing.takers(found.rows, standing.have_more(found.rows, suspect))
    for row, _ in to_shards("suspect", block, places >> BITS, places):
        yield row
    for row, _ in to_shards("takers", block, kin >> BITS, kin, counts):
        yield row
    yield from earlier.ask_siblings(block, found.taken)


def _totals(marks: NDArray[np.int64], mail: Mail) -> NDArray[np.int64]:
    """How many articles tell of the source of each row."""
    if "totals" not in mail:
        return np.zeros(marks.size, np.int64)
    _, (known, totals, *_) = columns_of(mail["totals"])
    order = np.argsort(known)
    places = np.minimum(np.searchsorted(known[order], marks & ~np.int64(1)), known.size - 1)
    found = order[places]
    return np.where(known[found] == marks & ~np.int64(1), totals[found], 0)


def relate(block: int, mail: Mail) -> Iterator[Row]:
    """Tell who suspects a passage of a paragraph here how many articles took more from there; and who took something
    from an article here, who of its outlet did before."""
    yield from earlier.tell_siblings(block, mail)
    if "suspect" not in mail or "takers" not in mail:
        return
    _, (takers, counts) = columns_of(mail["takers"])
    kin, which = np.unique(takers, return_inverse=True)
    totals = np.zeros(kin.size, np.int64)
    np.add.at(totals, which, counts)
    for asker, data in mail["suspect"]:
        places = decode(data)[0]
        yield "company", asker, block, encode(places, standing.looked_up(places, kin, totals))


def tell_size(block: int, mail: Mail) -> Iterator[Row]:
    """Say how many articles a block has, and whether they are to be judged."""
    meta = meta_of(mail["meta"][0][1])
    yield "size", 0, block, encode(np.array([len(meta.articles), meta.scanned], np.int64))


def count_before(_: int, mail: Mail) -> Iterator[Row]:
    """Tell each block how many articles stand before it, and which block is the first to be judged."""
    blocks = [origin for origin, _ in mail["size"]]
    sizes, scanned = np.stack([decode(data)[0] for _, data in mail["size"]]).T
    first = min((block for block, told in zip(blocks, scanned.tolist(), strict=True) if told), default=0)
    for block, before in zip(blocks, (np.cumsum(sizes) - sizes).tolist(), strict=True):
        yield "before", block, 0, encode(np.array([before, first], np.int64))


Report: TypeAlias = (
    "tuple[str, str, str | None, str | None, int | None, float | None, str | None, int, str | None]"
)
"""Id, source, date, language, words, originality, the report as JSON, the article's number, why there is no report."""


def clear(block: int, mail: Mail, settings: Settings) -> Iterator[Row]:
    """The passages of a block that are no standing phrases, with their copies counted."""
    if "found" not in mail:
        return
    found = found_in(mail)
    held, halves, counts, totals, uncounted = (
        column.astype(np.int64) for column in decode(mail["counts"][0][1])
    )
    holders = standing.held(found.rows, held, halves)
    suspect = standing.suspects(found.rows, holders, settings)
    more = standing.have_more(found.rows, suspect)
    keep = ~standing.standing(suspect, more, holders, _kin(found.rows, mail), settings)
    cells = found.cells[keep]
    cells[:, Cell.COPIES] = held[keep]
    cells[_furniture(found.rows[keep], held[keep], counts.reshape(-1, 3)[keep], totals[keep], settings),
          Cell.KIND] = FURNITURE  # fmt: skip
    parts = found.parts[keep[found.parts[:, 0]]]
    parts[:, 0] = (np.cumsum(keep) - 1)[parts[:, 0]]
    yield "passages", block, block, encode(
        found.rows[keep, ARTICLE], found.rows[keep, SOURCE], cells.reshape(-1), found.shares[keep].reshape(-1),
        found.spans.reshape(-1), found.changes.reshape(-1), parts.reshape(-1),
        np.frombuffer(dumps(found.names), np.uint8), found.bounded,
        found.hidden, uncounted,
    )  # fmt: skip
    yield from earlier.ask_texts(block, found.taken, mail)


def _kin(rows: NDArray[np.int64], mail: Mail) -> NDArray[np.int64]:
    """How many articles took more from where each row was taken, as the blocks of the sources tell."""
    if "company" not in mail:
        return np.zeros(len(rows), np.int64)
    _, (places, counts) = columns_of(mail["company"])
    order = np.argsort(places)
    return standing.looked_up(rows[:, SOURCE_PARAGRAPH], places[order], counts[order])


def _furniture(
    rows: NDArray[np.int64], held: NDArray[np.int64], counts: NDArray[np.int64], totals: NDArray[np.int64],
    settings: Settings,
) -> NDArray[np.int64]:  # fmt: skip
    """The rows of passages that are furniture of their source."""
    rule = Rule.of(settings)
    places = at_home.candidates(rows, held, rule)
    return places[at_home.at_home(rows[places], counts[places], totals[places], rule)]


def judge(block: int, mail: Mail, settings: Settings) -> Iterator[Report]:
    """The reports of a block's articles."""
    if "passages" not in mail:
        return
    askers, sources, flat, shares, spans, changes, parts, told, bounded, *more = decode(
        mail["passages"][0][1]
    )
    hidden, uncounted = (set(some.tolist()) for some in more)
    meta = meta_of(mail["meta"][0][1])
    columns = shape_of(mail["shape"][0][1])
    furniture: NDArray[np.bool_] = decode(mail["furniture"][0][1])[0]
    own = len(meta.articles)
    cells = flat.reshape(-1, CELLS)
    cells[:, Cell.SOURCE] += own  # the sources stand behind the block's articles
    bounds = np.searchsorted(askers, np.arange(own + 1))
    found = Evidence(
        bounds, cells, shares.reshape(-1, 2), spans.reshape(-1, 4), changes.reshape(-1, 4), parts.reshape(-1, 6),
        bounded,
    )  # fmt: skip
    names: list[Name] = json.loads(told.tobytes())
    stubs = [Article(id_, "", source=source, published=published) for id_, source, published in names]
    before, scanned = decode(mail["before"][0][1])[0].tolist()
    reference = set(cells[sources >> BITS < scanned, Cell.SOURCE].tolist())
    corpus = reports.Corpus([*meta.articles, *stubs], bare_layout(columns), reference)
    against = range(before, before + own)
    beside = Beside(title_matches(mail), earlier.versions_before(mail))
    reasons = dict(meta.broken)
    for _, data in mail.get("broken", ()):
        reasons = dict(json.loads(decode(data)[0].tobytes())) | reasons
    seen = [
        BadRecord("", None, reasons[number]) if number in reasons else one
        for number, one in enumerate(with_links(meta.seen, mail))
    ]
    for number, made in enumerate(judged(corpus, range(own), found, seen, furniture, against, beside)):
        place, article = block << BITS | number, meta.articles[number]
        if isinstance(made, ArticleReport):
            made = bounded_too(made, sources=number in hidden, copies=number in uncounted)
            yield (
                made.id, made.source, made.published, made.language, made.words, made.originality,
                line(made)[:-1].decode(), place, None,
            )  # fmt: skip
        else:
            why = str(unjudged(article, made))
            yield (
                article.id,
                article.source,
                article.published,
                article.language,
                None,
                None,
                None,
                place,
                why,
            )
