"""Which article each article comes from: trees, each with one root, from the words taken.

An article belongs to the story that it took most words from, if these are a share (`story_share`) of its own judged
words or of those of the article it took them from. A link is between two articles with most of one in the other, and
each article has one: weak links make no chain, and an article that took a little from many belongs to none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedup.inspect.furniture.agencies import agencies
from dedup.settings import Settings
from dedup.stories.nodes import Key, Node

NOTABLE = 0.05
"""Share of its judged words from which an article that has most of a short one is about the same."""

EXPLAINED = 8
"""Sources of an article, those it took most from, that are looked at as what it copies."""


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
    the feed. For each of the nodes: `sources`, places and words, most first; `links`, None at a root and where nothing
    is most of anything; `nearest`, the link to whom it shares most with, whether it belongs there or not. `roots` are
    the places of all roots, those of `beyond` being their own.
    """

    nodes: Sequence[Node]
    beyond: Sequence[Key]
    sources: Sequence[Sequence[tuple[int, int]]]
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


def _placed(nodes: Sequence[Node]) -> tuple[list[Key], list[list[tuple[int, int]]]]:
    """Who is taken from beside the nodes, and the sources of each node by place."""
    places: dict[Key, int] = {}
    again: dict[
        Key, int
    ] = {}  # of several versions with one key the second, for the first took from no other
    for place, node in enumerate(nodes):
        if places.setdefault(node.key, place) != place:
            again.setdefault(node.key, place)
    others = {key for node in nodes for key, _ in node.sources if key not in places}
    beyond = sorted(others, key=lambda key: (key.published or "", key.source, key.id))
    places |= {key: len(nodes) + number for number, key in enumerate(beyond)}
    found = []
    for place, node in enumerate(nodes):
        taken = [(places[key], words) for key, words in node.sources]
        own = [(again.get(node.key, place) if at == place else at, words) for at, words in taken]
        found.append([(at, words) for at, words in own if at != place])
    return beyond, found


class _Growing:
    """Trees as they grow: each article is settled after those it took from."""

    def __init__(
        self,
        nodes: Sequence[Node],
        sources: Sequence[Sequence[tuple[int, int]]],
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
            pending = [one for one, _ in self._sources[at] if self._roots[one] < 0 and one not in opened]
            if at not in opened and pending:
                opened.add(at)
                waiting += reversed(pending)
                continue
            self._decide(at)
            waiting.pop()

    def _decide(self, place: int) -> None:
        self._roots[place] = place
        sources = [(at, words) for at, words in self._sources[place] if self._roots[at] >= 0]
        if not sources:
            return
        stories: dict[int, int] = {}
        for at, words in sources:
            stories[self._roots[at]] = stories.get(self._roots[at], 0) + words
        story = max(stories, key=lambda root: (stories[root], *self._earliest(root)))
        link = self._most_alike(place, [one for one in sources if self._roots[one[0]] == story])
        self.nearest[place] = link
        if self._belongs(place, stories[story], link):
            self.links[place] = link
            self._roots[place] = story

    def _earliest(self, place: int) -> tuple[bool, int]:
        """What is the greater the earlier a place is; who is not of the feed comes before it."""
        return place >= len(self._nodes), -place

    def _most_alike(self, place: int, sources: Sequence[tuple[int, int]]) -> Link:
        """The one of some sources that an article has most in common with."""
        taken = dict(self._sources[place])
        found = [
            (self._common(at, taken), words, *self._earliest(at), at) for at, words in sources[:EXPLAINED]
        ]
        words, _, _, _, at = max(found)
        return Link(at, words, words / max(1, sum(taken.values())))

    def _common(self, other: int, taken: dict[int, int]) -> int:
        """Words of an article that took so much from each that another has too.

        Those taken from the other itself; and if these are half of all that it has of its own, so that it is what was
        copied, as many as both took from the same third.
        """
        direct = taken.get(other, 0)
        if other >= len(self._nodes) or 2 * direct < self._nodes[other].own:
            return direct
        return direct + sum(min(words, taken.get(at, 0)) for at, words in self._sources[other])

    def _belongs(self, place: int, words: int, link: Link) -> bool:
        node, settings = self._nodes[place], self._settings
        if words >= settings.story_share * node.judged:
            return True
        if link.place >= len(self._nodes):
            return False
        least = max(settings.story_words, NOTABLE * node.judged)
        return link.words >= max(least, settings.story_share * self._nodes[link.place].judged)

    def hand_over(self) -> None:
        """Make an agency's dispatch the root of the story that its first reprint leads.

        The clocks of outlets differ, and a dispatch may come into the feed after the reprint that credits it.
        """
        for place, node in enumerate(self._nodes):
            root = self._roots[place]
            if (
                root == place
                or root >= len(self._nodes)
                or root in self._heirs
                or not self._nodes[root].credits
            ):
                continue
            name = agencies().of_source(node.source)
            words = dict(self._sources[place]).get(root, 0)
            if words and name in self._nodes[root].credits and node.source != self._nodes[root].source:
                self._heirs[root] = place
                self.links[place] = self.nearest[place] = None
                self.links[root] = self.nearest[root] = Link(place, words, 1.0)
        for place, link in enumerate(self.links):
            if link is not None and link.place in self._heirs and link.place == self._roots[place]:
                heir = self._heirs[link.place]
                name = agencies().of_source(self._nodes[heir].source)
                if name in self._nodes[place].credits:
                    self.links[place] = Link(heir, link.words, link.share)

    def final_roots(self) -> list[int]:
        """The root of each place."""
        return [self._heirs.get(root, root) for root in self._roots]


def taken_elsewhere(forest: Forest, place: int) -> Iterator[tuple[int, int]]:
    """The stories, by root, that an article took words from and does not belong to, with these words."""
    root = forest.roots[place]
    return ((forest.roots[at], words) for at, words in forest.sources[place] if forest.roots[at] != root)
