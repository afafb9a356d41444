"""Copies that still carry what their source has deleted since: whom a correction has not reached."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dedup.stories.forest import Forest
from dedup.stories.nodes import Key, Share
from dedup.stories.roles import Part

LEAST = 8
"""Words of a passage that was deleted: fewer may only not have been found in the update."""


class Stale(NamedTuple):
    """An article that has words of another which an update of that, `deleted_by`, has not any more."""

    key: Key
    origin: Key
    deleted_by: Key
    words: int


def stale_of(forest: Forest, members: Sequence[int], parts: Sequence[Part]) -> tuple[Stale, ...]:
    """The articles of a story that are stale, earliest first, but for those whose outlet has a later one from there.

    `members` are places of nodes, earliest first. What an outlet's last update has of an earlier article of its own is
    compared with what others have of that.
    """
    nodes = forest.nodes
    last: dict[str, int] = {}  # source -> its last update
    for place, part in zip(members, parts, strict=True):
        if part.role == "update":
            last[nodes[place].source] = place
    if not last:
        return ()
    newest = {(nodes[place].source, share.key): place for place in members for share in nodes[place].sources}
    found = []
    for place in members:
        node = nodes[place]
        for share in node.sources:
            update = last.get(share.key.source)
            if update is None or share.key.source == node.source or nodes[update].key == share.key:
                continue
            if node.source and newest[node.source, share.key] != place:
                continue
            kept = next((one for one in nodes[update].sources if one.key == share.key), None)
            if kept is not None and (words := _words_beyond(share, kept)):
                found.append(Stale(node.key, share.key, nodes[update].key, words))
    return tuple(found)


def _words_beyond(share: Share, kept: Share) -> int:
    """Words of passages that one article has of a source and another one has not."""
    there = [(start, end) for start, end, _ in passages_in(kept)]
    total = 0
    for start, end, words in passages_in(share):
        missing = end - start - _overlap(start, end, there)
        lost = round(words * missing / max(1, end - start))
        total += lost if lost >= LEAST else 0
    return total


def _overlap(start: int, end: int, ranges: Iterable[tuple[int, int]]) -> int:
    """How much of a range others cover, which may overlap; they are sorted."""
    covered, at = 0, start
    for low, high in ranges:
        low, high = max(low, at), min(high, end)
        if low < high:
            covered, at = covered + high - low, high
    return covered


def passages_in(share: Share) -> list[tuple[int, int, int]]:
    """Where in its source the words of a share stand, code points and words, sorted."""
    values = array("I", share.passages).tolist()
    return sorted(zip(values[::3], values[1::3], values[2::3], strict=True))
