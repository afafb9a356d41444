"""Linked headlines (see `dedup.inspect.furniture.titled`): shards tell a block which titles its lead-ins may have met.

Digests of titles go to shards by their first words, and so do the first words of all that could be a title in a block;
back come the digests of titles that begin so. A title that nobody asks for can end no lead-in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture import Headlines, Titles, asked, rooms, with_titles
from dedup.inspect.inspector import Inspection
from dedup.model import Article
from dedup.reporter.jsonl import dumps
from dedup.spark.parcels import Mail, Row, columns_of, decode, encode, shard_of_digest, to_shards
from dedup.text.ranges import distinct


def links(articles: Sequence[Article], seen: Sequence[Inspection]) -> tuple[NDArray[Any], ...]:
    """The part `links` of a block: its `Headlines`, and the rooms of each article that was `seen`, as JSON."""
    headlines = Headlines.of(article.title for article in articles)
    told = [rooms(article.text, one.marks) for article, one in zip(articles, seen, strict=False)]
    return headlines.keys, headlines.digests, np.frombuffer(dumps(told), np.uint8)


def _rooms(data: NDArray[np.uint8]) -> list[list[str]]:
    return json.loads(data.tobytes())  # type: ignore[no-any-return]


def ask(block: int, mail: Mail, shards: int) -> Iterator[Row]:
    """Tell the shards the titles of a block, and ask for those that it may have met."""
    keys, digests, data = decode(mail["links"][0][1])
    met = asked([room for several in _rooms(data) for room in several])
    told = to_shards("headlines", block, shard_of_digest(keys, shards), keys, digests)
    for row, _ in chain(told, to_shards("met", block, shard_of_digest(met, shards), met)):
        yield row


def answer(_: int, mail: Mail) -> Iterator[Row]:
    """Tell each block the titles that begin as it asked: their digests and keys."""
    if "headlines" not in mail or "met" not in mail:
        return
    keys, digests = columns_of(mail["headlines"])[1]
    for block, data in mail["met"]:
        found = np.isin(keys, decode(data)[0])
        if found.any():
            yield "linked", block, block, encode(distinct(digests[found]), distinct(keys[found]))


def with_links(seen: Sequence[Inspection], mail: Mail) -> list[Inspection]:
    """What was seen in a block's articles, where lead-ins take the titles after them."""
    parts = [decode(data) for _, data in mail.get("linked", ())]
    if not parts:
        return list(seen)
    titles = Titles(*(distinct(np.concatenate(several)) for several in zip(*parts, strict=True)))
    several = _rooms(decode(mail["links"][0][1])[2])
    return [
        replace(one, marks=with_titles(one.marks, some, titles))
        for one, some in zip(seen, several, strict=True)
    ]
