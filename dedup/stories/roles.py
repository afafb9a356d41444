"""What an article is to its story: origin, reprint, rewrite, update, mix or translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from dedup.inspect.furniture.agencies import agencies
from dedup.settings import Settings
from dedup.stories.forest import Forest, Link
from dedup.stories.nodes import Node

Role: TypeAlias = Literal["origin", "reprint", "rewrite", "update", "mix", "translation"]

ROLES: dict[Role, str] = {
    "origin": "at least half of it is its own, and it updates nothing",
    "reprint": "nearly all of it was taken, word for word",
    "rewrite": "most of it was taken, and worded anew or added to",
    "update": "follows an earlier article of the same source",
    "mix": "most of it was taken, from several",
    "translation": "most of it was taken, from another language",
}
"""The roles, and what each means."""

OWN = 0.5
"""Share of own words from which an article is an origin."""

NEARLY_ALL = 0.8
"""Share of an article's words that a reprint has taken, and that one article alone must account for."""

WORD_FOR_WORD = 0.9
"""Share of a reprint's taken words that are equal to their source's: an edit of one word in twenty leaves .95."""

ADDED = 0.05
"""Share of own words from which another article of an outlet that reprinted the same before is an update of that."""


@dataclass(frozen=True, slots=True)
class Part:
    """The role of one article, and its link, which for an update leads to what it updates."""

    role: Role
    link: Link | None


def parts_of(forest: Forest, members: Sequence[int], settings: Settings) -> list[Part]:
    """The roles of the members of one story, which are places of nodes, earliest first."""
    before: dict[str, int] = {}  # source -> its latest article so far
    found = []
    for place in members:
        link = forest.links[place]
        source = forest.nodes[place].source
        if source:
            link = _update_of(forest, place, before.get(source), settings) or link
            before[source] = place
        found.append(Part(_role(forest, place, link), link))
    return found


def _update_of(forest: Forest, place: int, previous: int | None, settings: Settings) -> Link | None:
    """The link to the outlet's previous article, where an article goes on from it.

    Of what both took from a third, reports name the third: so an outlet that added to what it had reprinted is known
    by having most of that, and something new.
    """
    node, link = forest.nodes[place], forest.links[place]
    if previous is None or link is None or forest.key(link.place).source == node.source:
        return None
    if node.own < ADDED * (node.own + node.taken):
        return None
    had = forest.nodes[previous]
    taken = {at: words for at, words, _ in forest.sources[place]}
    common = taken.get(previous, 0)
    common += sum(min(words, taken.get(at, 0)) for at, words, _ in forest.sources[previous])
    if not common or common < settings.story_share * had.judged:
        return None
    return Link(previous, common, link.share)


def _role(forest: Forest, place: int, link: Link | None) -> Role:
    node = forest.nodes[place]
    if link is not None and node.source and forest.key(link.place).source == node.source:
        return "update"
    if forest.roots[place] == place and forest.nearest[place] is None:
        return "origin"
    if link is not None and link.place < len(forest.nodes):
        node = _less_what_was_handed_over(node, link, forest.nodes[link.place])
    whole = node.own + node.taken
    if node.own >= OWN * whole:
        return "origin"
    if 2 * node.translated > node.taken:
        return "translation"
    nearest = link or forest.nearest[place]
    if nearest is not None and nearest.share < NEARLY_ALL:
        return "mix"
    if node.taken >= NEARLY_ALL * whole and node.verbatim >= WORD_FOR_WORD * node.taken:
        return "reprint"
    return "rewrite"


def _less_what_was_handed_over(node: Node, link: Link, other: Node) -> Node:
    """A reprint that came before its agency's dispatch has as taken what the dispatch, by its date, took from it."""
    share = next((share for share in other.sources if share.key == node.key), None)
    if share is None:
        return node
    words = min(link.words, node.own)
    equal = words * other.verbatim // max(1, other.taken)
    own = max(0, node.own - words - share.quoted)
    return replace(node, own=own, taken=node.taken + words, verbatim=node.verbatim + equal)


def origins_of(forest: Forest, members: Sequence[int], parts: Sequence[Part]) -> set[str | int]:
    """Who wrote a story: places of articles, and names of agencies that are credited and have no article in it.

    An article that is an origin by its words counts as the agency that it credits, once for all that credit it. A root
    that is not of the feed is an origin too.
    """
    known = agencies()
    present = {known.of_source(source) for source in {forest.nodes[place].source for place in members}}
    root = forest.roots[members[0]]
    found: set[str | int] = {root} if root >= len(forest.nodes) else set()
    for place, part in zip(members, parts, strict=True):
        if part.role == "origin":
            absent = [name for name in forest.nodes[place].credits if name not in present]
            found.add(absent[0] if absent else place)
    return found
