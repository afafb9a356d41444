"""Who had the title of an article before: titles are sorted by their keys (see `dedup.match.titles`)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from dedup.match import titles
from dedup.match.titles import Title, columns_of, in_groups, words_of
from dedup.model import TitleMatch
from dedup.reporter.jsonl import dumps
from dedup.spark.blocks import meta_of
from dedup.spark.parcels import BITS, Mail, Row, decode, encode, grouped, shard_of_digest
from dedup.text.vocabulary import told_apart


def ask(block: int, mail: Mail, shards: int) -> Iterator[Row]:
    """Tell the shards which keys the titles of a block have, and what they are."""
    articles = meta_of(mail["meta"][0][1]).articles
    every = titles.keys(columns_of(one.title for one in articles))
    place, number = np.nonzero(every)
    values = every[place, number]
    for shard, rows in grouped(shard_of_digest(values, shards)):
        here = np.unique(place[rows])
        told = [
            (one.id, one.source, one.published, one.title) for one in (articles[at] for at in here.tolist())
        ]
        yield "titles", shard, block, encode(
            values[rows], block << BITS | place[rows], block << BITS | here, np.frombuffer(dumps(told), np.uint8)
        )  # fmt: skip


def answer(_: int, mail: Mail) -> Iterator[Row]:
    """Tell each block which of its titles others had before."""
    parts = [decode(data) for _, data in mail["titles"]]
    values, places, known = (np.concatenate([part[at] for part in parts]) for at in range(3))
    told = [row for part in parts for row in json.loads(part[3].tobytes())]
    at = dict(zip(known.tolist(), range(len(told)), strict=True))
    words = words_of(told_apart(columns_of(title for *_, title in told)))
    found = in_groups(
        values, places.astype(np.int64), lambda place: Title(place, told[at[place]][1], words[at[place]])
    )
    whose = np.array(sorted(found), np.int64)
    for block, rows in grouped(whose >> BITS):
        some = [(place, *found[place]) for place in whose[rows].tolist()]
        said = [(place, changed, other, *told[at[other]][:3]) for place, changed, other in some]
        yield "titled", block, block, encode(np.frombuffer(dumps(said), np.uint8))


def title_matches(mail: Mail) -> dict[int, TitleMatch]:
    """What is said of the titles of a block's articles, by their numbers in it."""
    rows = [row for _, data in mail.get("titled", ()) for row in json.loads(decode(data)[0].tobytes())]
    found: dict[int, TitleMatch] = {}
    for place, changed, _, name, source, published in sorted(rows, key=lambda row: row[:3]):
        found.setdefault(place & ((1 << BITS) - 1), TitleMatch(name, source, published, changed))
    return found
