"""The story of an article as far as the past tells: from its report and those of the articles that it leads back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dedup.index import View
from dedup.index.records import decode, name_of
from dedup.model import Article, ArticleReport
from dedup.settings import Settings
from dedup.stories import Node, node_of, told
from dedup.stories.nodes import Key
from dedup.stream.verdicts import held_report

MOST = 256
"""Articles that one is led back to at most: those it took most from, and on from there."""


def with_stories(view: View, reports: Sequence[ArticleReport], settings: Settings) -> list[ArticleReport]:
    """The reports of a batch, in order of arrival, each with the story that it belongs to."""
    inside: dict[Key, Node] = {}
    out = []
    for report in reports:
        node = node_of(report)
        nodes = [*_before(view, inside, node), node]
        out.append(replace(report, story=told(nodes, settings).parts()[-1]))
        inside[node.key] = node
    return out


def _before(view: View, inside: Mapping[Key, Node], node: Node) -> list[Node]:
    """Those that an article took from, those they took from, and so on, in their order of arrival."""
    held: dict[Key, tuple[int, Node]] = {}
    wanted = [share.key for share in node.sources]
    while wanted and len(held) < MOST:
        found = _found(view, inside, wanted[: MOST - len(held)])
        held |= found
        wanted = list(dict.fromkeys(
            share.key for _, one in found.values() for share in one.sources if share.key not in held
        ))  # fmt: skip
    return [one for _, one in sorted(held.values(), key=lambda item: item[0])]


def _found(view: View, inside: Mapping[Key, Node], keys: Sequence[Key]) -> dict[Key, tuple[int, Node]]:
    """The nodes of some articles, with their numbers; those of the batch come last."""
    arrived = {key: view.end + place for place, key in enumerate(inside)}
    found = {key: (arrived[key], inside[key]) for key in keys if key in inside}
    names = [name_of(key.source, key.id) for key in keys if key not in inside]
    numbers = {one.number for one in view.find(names).values()}
    ordered = sorted(numbers)
    for number, data in zip(ordered, view.records(ordered) if ordered else (), strict=True):
        record = decode(data)
        article = Article(record.id, "", source=record.source, published=record.published)
        one = node_of(held_report(record, article))
        found[one.key] = number, one
    return {key: one for key, one in found.items() if one[1].key == key}
