"""What articles may update (see `dedup.updates.before`): kin are found where their common source is, and lent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np

from dedup.index.records import source_mark
from dedup.reporter.jsonl import dumps
from dedup.spark.blocks import arrays_of, block_columns, columns_from, meta_of
from dedup.spark.parcels import BITS, Mail, Places, Row, columns_of, decode, encode, grouped, to_shards
from dedup.text.vocabulary import told_apart
from dedup.text.words import Columns, joined
from dedup.updates.before import Before, Ints, Kin, Took, compared, likely, siblings, took
from dedup.updates.difference import Side

TAKEN = 7
"""Columns of what was taken: article in the block, source in the corpus, words, the article's and the source's size,
the article's outlet (-1: unknown), and whether it is the source's too."""


def taken(
    first: int, numbers: Places, names: Sequence[tuple[str, str, str | None]], columns: Columns, rows: Ints
) -> Ints:
    """Who took how much from whom by the passages of an arena, shape ``(n, TAKEN)``."""
    article, source, words = took(rows)
    sizes = np.diff(columns.art_words)
    outlets = np.array([source_mark(name[1]) or -1 for name in names], np.int64)
    own = outlets[article] == outlets[source]
    return np.stack(
        (article - first, numbers[source], words, sizes[article], sizes[source], outlets[article], own),
        axis=1,
    ).astype(np.int64)


def ask_siblings(block: int, rows: Ints) -> Iterator[Row]:
    """Tell the blocks of the sources who took from them."""
    rows = rows[rows[:, 5] >= 0]
    article, source, words, size, _, outlet, _ = rows.T
    asked = to_shards("took", block, source >> BITS, block << BITS | article, source, words, size, outlet)
    for row, _ in asked:
        yield row


def tell_siblings(block: int, mail: Mail) -> Iterator[Row]:
    """Tell each article that took from one here who of its outlet did before."""
    if "took" not in mail:
        return
    _, (article, source, words, size, outlet) = columns_of(mail["took"])
    kin = siblings(Took(article, source, words), outlet, size)
    for asker, rows in grouped(kin.article >> BITS):
        yield "kin", asker, block, encode(*(column[rows] for column in kin))


def ask_texts(block: int, rows: Ints, mail: Mail) -> Iterator[Row]:
    """Ask for the texts of what a block's articles are likely to update."""
    own = rows[(rows[:, 6] > 0) & (rows[:, 5] >= 0)]
    kin = Kin(own[:, 0], own[:, 1], own[:, 2], own[:, 4])
    if "kin" in mail:
        _, (article, other, common, size) = columns_of(mail["kin"])
        kin = kin.joined(Kin(article & ((1 << BITS) - 1), other, common, size))
    sizes = np.zeros(int(rows[:, 0].max(initial=-1)) + 1, np.int64)
    sizes[rows[:, 0]] = rows[:, 3]
    pairs = likely(kin, sizes)
    for row, _ in to_shards("versions", block, pairs[:, 1] >> BITS, pairs[:, 0], pairs[:, 1]):
        yield row


def lend(block: int, mail: Mail) -> Iterator[Row]:
    """Send the articles that others may update."""
    if "versions" not in mail:
        return
    columns, articles = block_columns(mail), meta_of(mail["meta"][0][1]).articles
    for asker, data in mail["versions"]:
        article, other = decode(data)
        lent = np.unique(other)
        here = lent - (block << BITS)
        names = np.frombuffer(dumps([articles[at].id for at in here.tolist()]), np.uint8)
        yield "earlier", asker, block, encode(article, other, lent, names, *arrays_of(columns, here))


def versions_before(mail: Mail) -> dict[int, list[Before]]:
    """What a block's articles may update, by their numbers in it."""
    parts = [decode(data) for _, data in mail.get("earlier", ())]
    if not parts:
        return {}
    own = block_columns(mail)
    columns = told_apart(joined([own, *(columns_from(arrays) for _, _, _, _, *arrays in parts)]))
    lent = [place for part in parts for place in part[2].tolist()]
    at = {place: own.art_words.size - 1 + row for row, place in enumerate(lent)}
    names = dict(zip(lent, (name for part in parts for name in json.loads(part[3].tobytes())), strict=True))
    out: dict[int, list[Before]] = {}
    for part in parts:
        for article, other in zip(part[0].tolist(), part[1].tolist(), strict=True):
            old, new = Side(columns, at[other]), Side(columns, article)
            out.setdefault(article, []).append(compared(names[other], other, old, new))
    return out
