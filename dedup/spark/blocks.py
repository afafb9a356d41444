"""Articles in provenance order to blocks: everything that can be known of them without the others.

A block is kept in parts, so that a stage reads only what it needs: `words` (each once), `shape` (offsets and
flags), `hashes` (of words), `paragraphs` (digests), `meta` (names, marks, quotes), `links` (digests of titles, and what
stands after lead-ins: see `dedup.spark.links`). No part holds the texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.decoding import exact
from dedup.errors import BadRecord, DedupError
from dedup.index.records import source_mark
from dedup.inspect.inspector import Inspection, inspect_each, inspect_texts
from dedup.match.families import families
from dedup.match.kernels import minhash
from dedup.model import Article, Mark, UpdateOf
from dedup.reporter.jsonl import dumps
from dedup.spark.links import links
from dedup.spark.parcels import BITS, Mail, Row, decode, encode, steps, summed
from dedup.text import words
from dedup.text.quotes import quoted_spans
from dedup.text.ranges import ragged
from dedup.text.words import PUBLIC, Columns
from dedup.verdict.careful import reason_of
from dedup.verdict.codec import Spans

TEXT = 1 << 21
"""Code points from which a block is full, however few its articles."""


def cut(articles: Iterator[tuple[bool, Article]], most: int) -> Iterator[tuple[bool, list[Article]]]:
    """Group articles into blocks of at most `most`, those to judge apart from those that are reference."""
    block: list[Article] = []
    size, kind = 0, False
    for scanned, article in articles:
        if block and (scanned != kind or len(block) == most or size >= TEXT):
            yield kind, block
            block, size = [], 0
        kind = scanned
        block.append(article)
        size += len(article.text)
    if block:
        yield kind, block


def parts(
    number: int, scanned: bool, articles: Sequence[Article], own: tuple[str, ...] = (), secret: bytes = PUBLIC
) -> Iterator[Row]:
    """The parts of block `number`, as parcels to itself. `own`: the user's files of furniture; `secret`: what the
    checks of words are made with, in all blocks (see `dedup.text.words`)."""
    columns, odd = words.split_each([article.text for article in articles], secret)
    if columns.par_starts.size >> BITS:
        raise DedupError(f"article {articles[-1].id!r} has more than {1 << BITS:,} paragraphs")

    def part(tag: str, *arrays: NDArray[Any]) -> Row:
        return tag, number, number, encode(*arrays)

    bounds = (steps(columns.par_words), steps(columns.art_words), steps(columns.art_pars))
    yield part("words", *_words(columns))
    yield part("shape", *_shape(columns))
    yield part("hashes", columns.hashes, np.array([scanned]), *bounds)
    digests = np.empty(columns.par_starts.size, np.uint64)
    minhash.digest(columns.hashes, columns.par_words, digests)
    units, sizes = families(columns.hashes, columns.flags, columns.par_words)
    marks = np.array([source_mark(article.source) or -1 for article in articles], np.int64)
    yield part("paragraphs", digests, units, sizes, bounds[0], bounds[2], marks)
    broken = dict(odd)
    quotes = [
        _quotes(article, columns, place, broken) if scanned else () for place, article in enumerate(articles)
    ]
    seen = _seen(articles, own, broken) if scanned else []
    yield part("meta", np.frombuffer(_meta(articles, scanned, seen, quotes, broken), np.uint8))
    yield part("links", *links(articles, seen))


def _meta(
    articles: Sequence[Article], scanned: bool, seen: Sequence[Inspection], quotes: Sequence[Spans],
    broken: dict[int, Exception],
) -> bytes:  # fmt: skip
    return dumps(
        {
            "articles": [
                [one.id, one.source, one.published, one.title, one.url, one.language, one.path, one.record,
                 dumps(one.extra).decode() if scanned and one.extra else "", one.update_of and astuple(one.update_of)]
                for one in articles
            ],
            "seen": [
                [one.language,
                 [[m.kind, m.start, m.end, m.language, m.confidence, m.reason, m.hides] for m in one.marks],
                 one.credits]
                for one in seen
            ],
            "quotes": quotes,
            "broken": [[place, reason_of(error)] for place, error in broken.items()],
        }
    )  # fmt: skip


def _quotes(article: Article, columns: Columns, place: int, broken: dict[int, Exception]) -> Spans:
    """Its quotations; an article that breaks it has none, and is an error."""
    try:
        return quoted_spans(article.text, columns.paragraphs(place))
    except Exception as error:
        broken.setdefault(place, error)
        return ()


def _seen(
    articles: Sequence[Article], own: tuple[str, ...], broken: dict[int, Exception]
) -> list[Inspection]:
    """What inspection has to say; of an article that breaks it, nothing, and it is an error."""
    texts = [(article.text, article.language) for article in articles]
    found = []
    for place, one in enumerate(inspect_each(partial(inspect_texts, own=own), texts)):
        if isinstance(one, BadRecord):
            broken.setdefault(place, one)
            one = Inspection(articles[place].language, ())
        found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Meta:
    """What a block keeps of its articles beside their words; what was `seen` and `quotes` only of those to judge.

    `broken` says why an article cannot be judged, by its place.
    """

    articles: Sequence[Article]
    seen: Sequence[Inspection]
    quotes: Sequence[Sequence[tuple[int, int]]]
    broken: dict[int, str]

    @property
    def scanned(self) -> bool:
        return bool(self.seen)


def meta_of(data: bytes) -> Meta:
    """Read the part `meta`. The articles have no text."""
    value = json.loads(decode(data)[0].tobytes())
    return Meta(
        [
            Article(id_, "", title, source, published, url, language, exact(extra or "{}"), path, record,
                    UpdateOf(*update) if update else None)
            for id_, source, published, title, url, language, path, record, extra, update in value["articles"]
        ],
        [
            Inspection(language, tuple(Mark(*mark) for mark in marks), tuple(credits))
            for language, marks, credits in value["seen"]
        ],
        [[(start, end) for start, end in spans] for spans in value["quotes"]],
        dict(value["broken"]),
    )  # fmt: skip


def _words(columns: Columns) -> tuple[NDArray[Any], ...]:
    """Each word once, the most frequent first; and of each place which one it is."""
    both = columns.hashes.astype(np.uint64) << np.uint64(32) | columns.masks
    by_word = np.lexsort((columns.checks, both))
    names, checks = both[by_word], columns.checks[by_word]
    fresh = np.ones(both.size, np.bool_)
    fresh[1:] = (names[1:] != names[:-1]) | (checks[1:] != checks[:-1])
    which = np.empty(both.size, np.int64)
    which[by_word] = np.cumsum(fresh) - 1
    order = np.argsort(-np.bincount(which), kind="stable")
    rank = np.empty(order.size, np.uint32)
    rank[order] = np.arange(order.size, dtype=np.uint32)
    return names[fresh][order], checks[fresh][order], rank[which]


def _shape(columns: Columns) -> tuple[NDArray[Any], ...]:
    return (
        steps(columns.starts), columns.ends - columns.starts, columns.flags, steps(columns.par_starts),
        columns.par_ends - columns.par_starts, steps(columns.par_words), steps(columns.art_words),
        steps(columns.art_pars),
    )  # fmt: skip


WORDS, SHAPE = 3, 8
"""Arrays that the words, and the offsets and flags, of some articles are kept in."""


def arrays_of(columns: Columns, articles: NDArray[np.int64]) -> list[NDArray[Any]]:
    """Some of the articles as `WORDS` and `SHAPE` arrays."""
    some = _taken(columns, articles)
    return [*_words(some), *_shape(some)]


def columns_from(arrays: Sequence[NDArray[Any]]) -> Columns:
    """Undo `arrays_of`."""
    names, checks, which = arrays[:WORDS]
    both = names[which]
    shape = _shaped(arrays[WORDS:])
    masks = both.astype(np.uint32)  # the low half
    hashes = (both >> np.uint64(32)).astype(np.uint32)
    return replace(shape, hashes=hashes, checks=checks[which], masks=masks)


def _taken(columns: Columns, articles: NDArray[np.int64]) -> Columns:
    """The columns of some articles only."""
    words, pars = columns.art_words, columns.art_pars
    sizes, counts = words[articles + 1] - words[articles], pars[articles + 1] - pars[articles]
    at, par = ragged(words[articles], sizes), ragged(pars[articles], counts)
    lengths = columns.par_words[par + 1] - columns.par_words[par]
    return Columns(
        columns.hashes[at], columns.checks[at], columns.starts[at], columns.ends[at], columns.flags[at],
        columns.masks[at], columns.par_starts[par], columns.par_ends[par],
        *(np.concatenate(([0], np.cumsum(some))) for some in (lengths, sizes, counts)),
    )  # fmt: skip


def block_columns(mail: Mail) -> Columns:
    """A block's columns, from its parts `words` and `shape`."""
    return columns_from(decode(mail["words"][0][1]) + decode(mail["shape"][0][1]))


def shape_of(data: bytes) -> Columns:
    """Read the part `shape`: columns without the words: offsets, and the flags that tell words from letters."""
    return _shaped(decode(data))


def _shaped(arrays: Sequence[NDArray[Any]]) -> Columns:
    starts, lengths, flags, par_starts, par_lengths, *bounds = arrays
    starts, par_starts = summed(starts), summed(par_starts)
    none = np.empty(0, np.uint32)
    return Columns(
        none, np.empty(0, np.uint64), starts, starts + lengths, flags, none, par_starts, par_starts + par_lengths,
        *(summed(bound) for bound in bounds),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hashes:
    """Word hashes of a block, bounds as in `Columns`, and whether its articles are to be judged."""

    hashes: NDArray[np.uint32]
    scanned: bool
    par_words: NDArray[np.int64]
    art_words: NDArray[np.int64]
    art_pars: NDArray[np.int64]


def hashes_of(data: bytes) -> Hashes:
    """Read the part `hashes`."""
    hashes, scanned, *bounds = decode(data)
    return Hashes(hashes, bool(scanned[0]), *(summed(bound) for bound in bounds))


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Columns of a block's paragraphs: digest of its words, of its family, words outside slots, words; and the
    article in the block and the mark of its source (-1: unknown)."""

    digests: NDArray[np.uint64]
    families: NDArray[np.uint64]
    family_sizes: NDArray[np.int64]
    sizes: NDArray[np.int64]
    articles: NDArray[np.int64]
    sources: NDArray[np.int64]


def paragraphs_of(data: bytes) -> Paragraphs:
    """Read the part `paragraphs`."""
    digests, units, family_sizes, words, pars, marks = decode(data)
    articles = np.repeat(np.arange(pars.size - 1), pars[1:])
    return Paragraphs(digests, units, family_sizes, words[1:], articles, marks[articles])
