"""Which article each article comes from: trees, each with one root, from the words taken.

An article belongs to the story that it took most words from, if these are a share (`story_share`) of its own judged
words or of those of the article it took them from. A link is between two articles with most of one in the other, and
each article has one: weak links make no chain, and an article that took a little from many belongs to none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dedup.inspect.furniture.agencies import agencies
from dedup.settings import Settings
from dedup.stories.nodes import Key, Node

NOTABLE = 0.05
"""Share of its judged words from which an article that has most of a short one is about the same."""

COPIED = 0.25
"""Share of an article's own words from which another that has them is likely to have the rest from there as well."""

EXPLAINED = 8
"""Sources of an article, those it took most from, that are looked at as what it copies."""


class Taken(NamedTuple):
    """Words that an article took from the one at a place, and those that it quotes from there beside them."""

    place: int
    words: int
    quoted: int


@dataclass(frozen=True, slots=True)
class Link:
    """Where an article comes from: the place of the other, and the words of this one that the other has too.

    They are `words` in all: taken from it, or from those that it took the same from. `share` of all taken words.
    """

    place: int
    words: int
    share: float


@dataclass(frozen=True, slots=True)
class Forest:
    """The articles of a feed as trees.

    Places below `nodes` are theirs, in their order; those above are of `beyond`, which were taken from and are not of
    the feed. For each of the nodes: `sources`, most first; `links`, None at a root and where nothing
    is most of anything; `nearest`, the link to whom it shares most with, whether it belongs there or not. `roots` are
    the places of all roots, those of `beyond` being their own.
    """

    nodes: Sequence[Node]
    beyond: Sequence[Key]
    sources: Sequence[Sequence[Taken]]
    nearest: Sequence[Link | None]
    links: Sequence[Link | None]
    roots: Sequence[int]

    def key(self, place: int) -> Key:
        """Who stands at a place."""
        return self.nodes[place].key if place < len(self.nodes) else self.beyond[place - len(self.nodes)]


def rooted(nodes: Sequence[Node], settings: Settings) -> Forest:
    """Find the trees; `nodes` are in the order of provenance (see `dedup.provenance.provenance_order`).

    Costs a few steps for each source of each article.
    """
    beyond, sources = _placed(nodes)
    growing = _Growing(nodes, sources, settings, len(nodes) + len(beyond))
    for place in range(len(nodes)):
        growing.settle(place)
    growing.hand_over()
    return Forest(nodes, beyond, sources, growing.nearest, growing.links, growing.final_roots())


def _placed(nodes: Sequence[Node]) -> tuple[list[Key], list[list[Taken]]]:
    """Who is taken from beside the nodes, and the sources of each node by place."""
    places: dict[Key, int] = {}
    again: dict[
        Key, int
    ] = {}  # of several versions with one key the second, for the first took from no other
    for place, node in enumerate(nodes):
        if places.setdefault(node.key, place) != place:
            again.setdefault(node.key, place)
    others = {share.key for node in nodes for share in node.sources if share.key not in places}
    beyond = sorted(others, key=lambda key: (key.published or "", key.source, key.id))
    places |= {key: len(nodes) + number for number, key in enumerate(beyond)}

    def place_for(place: int, key: Key) -> int:
        return again.get(key, place) if places[key] == place else places[key]

    found = []
    for place, node in enumerate(nodes):
        taken = (Taken(place_for(place, one.key), one.words, one.quoted) for one in node.sources)
        found.append([one for one in taken if one.place != place])
    return beyond, found


class _Growing:
    """Trees as they grow: each article is settled after those it took from."""

    def __init__(
        self,
        nodes: Sequence[Node],
        sources: Sequence[Sequence[Taken]],
        settings: Settings,
        places: int,
    ) -> None:
        self._nodes, self._sources, self._settings = nodes, sources, settings
        self.links: list[Link | None] = [None] * len(nodes)
        self.nearest: list[Link | None] = [None] * len(nodes)
        self._roots = [-1] * len(nodes) + list(range(len(nodes), places))
        self._heirs: dict[int, int] = {}

    def settle(self, place: int) -> None:
        """Find where an article belongs, and before it, those that it took from. A circle is cut where it closes."""
        waiting, opened = [place], set()
        while waiting:
            at = waiting[-1]
            if self._roots[at] >= 0:
                waiting.pop()
                continue
            pending = [
                one.place for one in self._sources[at] if self._roots[one.place] < 0 and one.place not in opened
            ]  # fmt: skip
            if at not in opened and pending:
                opened.add(at)
                waiting += reversed(pending)
                continue
            self._decide(at)
            waiting.pop()

    def _decide(self, place: int) -> None:
        self._roots[place] = place
        stories: dict[int, int] = {}
        for at, words, _ in self._sources[place]:
            if self._roots[at] >= 0:
                stories[self._roots[at]] = stories.get(self._roots[at], 0) + words
        if not stories:
            return
        story = max(stories, key=lambda root: (stories[root], *self._earliest(root)))
        inside = [one for one in self._sources[place] if self._roots[one.place] == story]
        link = self._most_alike(place, inside)
        self.nearest[place] = link
        if self._belongs(place, stories[story], link):
            self.links[place] = link
            self._roots[place] = story

    def _earliest(self, place: int) -> tuple[bool, int]:
        """What is the greater the earlier a place is; who is not of the feed comes before it."""
        return place >= len(self._nodes), -place

    def _most_alike(self, place: int, sources: Sequence[Taken]) -> Link:
        """The one of some sources, all of one story, that an article has most in common with."""
        whole = sum(one.words for one in sources)
        found = [
            (
                self._common(one, whole),
                self._is_own(place, one.place),
                one.words,
                *self._earliest(one.place),
                one.place,
            )
            for one in sources[:EXPLAINED]
        ]
        words, *_, at = max(found)
        return Link(at, words, words / max(1, sum(one.words for one in self._sources[place])))

    def _common(self, taken: Taken, whole: int) -> int:
        """Words of an article, which took so many from a story, that one of its sources there has too.

        Those taken from that source itself; and if these are much of what it has of its own, so that it is what was
        copied, as many of the others as it took from the story: reports name the first who had a passage.
        """
        if taken.place >= len(self._nodes) or taken.words < COPIED * self._nodes[taken.place].own:
            return taken.words
        story = self._roots[taken.place]
        theirs = sum(one.words for one in self._sources[taken.place] if self._roots[one.place] == story)
        return taken.words + min(whole - taken.words, theirs)

    def _is_own(self, place: int, other: int) -> bool:
        return other < len(self._nodes) and self._nodes[place].source == self._nodes[other].source != ""

    def _belongs(self, place: int, words: int, link: Link) -> bool:
        node, settings = self._nodes[place], self._settings
        if words >= settings.story_share * node.judged:
            return True
        if link.place >= len(self._nodes):
            return False
        # What is quoted from the other counts on neither side.
        quoted = next(one.quoted for one in self._sources[place] if one.place == link.place)
        most = settings.story_share * (self._nodes[link.place].judged - quoted)
        return link.words >= max(settings.story_words, NOTABLE * node.judged, most)

    def hand_over(self) -> None:
        """Make an agency's dispatch the root of the story that its first reprint leads.

        The clocks of outlets differ, and a dispatch may come into the feed after the reprint that credits it.
        """
        known = agencies()
        for place, node in enumerate(self._nodes):
            root = self._roots[place]
            if root == place or root in self._heirs or root >= len(self._nodes):
                continue
            taken = next((one for one in self._sources[place] if one.place == root), None)
            if (
                taken
                and known.of_source(node.source) in self._nodes[root].credits
                and not self._is_own(place, root)
            ):
                self._heirs[root] = place
                self.links[place] = self.nearest[place] = None
                self.links[root] = self.nearest[root] = Link(place, taken.words, 1.0)
        for place, link in enumerate(self.links):
            heir = self._heirs.get(link.place) if link else None
            if link and heir is not None and heir != place and link.place != place:
                credited = known.of_source(self._nodes[heir].source) in self._nodes[place].credits
                if credited or self._is_own(place, heir):
                    self.links[place] = Link(heir, link.words, link.share)

    def final_roots(self) -> list[int]:
        """The root of each place."""
        return [self._heirs.get(root, root) for root in self._roots]


def taken_elsewhere(forest: Forest, place: int) -> Iterator[tuple[int, int]]:
    """The stories, by root, that an article took words from and does not belong to, with these words."""
    root = forest.roots[place]
    return ((forest.roots[at], words) for at, words, _ in forest.sources[place] if forest.roots[at] != root)
