"""Stories as they are written down: one record a story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dedup.model import SCHEMA, StoryPart
from dedup.provenance import provenance_order
from dedup.settings import Settings
from dedup.stories.forest import Forest, rooted, taken_elsewhere
from dedup.stories.keeping import Keep
from dedup.stories.nodes import Key, Node
from dedup.stories.roles import Part, origins_of, parts_of
from dedup.stories.stale import Stale, stale_of


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story. `origin`: the article it comes from, None at a root; `after`: seconds after the first."""

    node: Node
    part: Part
    origin: Key | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Story:
    """A root and all that belong to it, earliest first.

    `root` may be no article of the feed. `origins`, `outlets`: how many. `draws_on`: other stories that passages were
    taken from, by their roots, with the words, most first. `keep` is the place of the member to keep. `stale`: who
    carries what its source has deleted.
    """

    root: Key
    title: str
    members: tuple[Member, ...]
    origins: int
    outlets: int
    credits: tuple[str, ...]
    draws_on: tuple[tuple[Key, int], ...]
    keep: int
    is_reference: bool
    stale: tuple[Stale, ...]

    @property
    def dates(self) -> list[str]:
        """The dates known, the first first."""
        return [one.node.published for one in self.members if one.node.published is not None]

    @property
    def undated(self) -> bool:
        """Whether the order of the input had a say in what is earlier."""
        return len(self.dates) < len(self.members)


@dataclass(frozen=True, slots=True)
class Told:
    """The stories of a feed. `order` are the places in the input of the forest's nodes."""

    forest: Forest
    order: Sequence[int]
    settings: Settings
    keep: Keep

    def stories(self) -> Iterator[Story]:
        """All of them, in the order of their first articles."""
        for members in self._members():
            yield self._story(members, parts_of(self.forest, members, self.settings))

    def parts(self) -> list[StoryPart]:
        """What each article is to its story, in the order of the input."""
        found: list[StoryPart | None] = [None] * len(self.order)
        for members in self._members():
            root = self.forest.key(self.forest.roots[members[0]]).id
            for place, part in zip(members, parts_of(self.forest, members, self.settings), strict=True):
                found[self.order[place]] = StoryPart(root, part.role)
        return [part for part in found if part is not None]

    def kept(self) -> list[str | None]:
        """For each article of the input None if it is kept, else the id of the one that is kept of its story."""
        found: list[str | None] = [None] * len(self.order)
        nodes = self.forest.nodes
        for members in self._members():
            best = members[self.keep.one_of([nodes[place] for place in members])]
            for place in members:
                found[self.order[place]] = None if place == best else nodes[best].id
        return found

    def _members(self) -> Iterable[list[int]]:
        grown: dict[int, list[int]] = {}
        for place, root in enumerate(self.forest.roots[: len(self.forest.nodes)]):
            grown.setdefault(root, []).append(place)
        return grown.values()

    def _story(self, members: Sequence[int], parts: Sequence[Part]) -> Story:
        forest = self.forest
        nodes = [forest.nodes[place] for place in members]
        root = forest.roots[members[0]]
        title = forest.nodes[root].title if root < len(forest.nodes) else ""
        first = min((node.published for node in nodes if node.published), default=None, key=_sortable)
        named = Counter(name for node in nodes for name in node.credits)
        drawn: Counter[int] = Counter()
        for place in members:
            for other, words in taken_elsewhere(forest, place):
                drawn[other] += words
        return Story(
            forest.key(root), title or next((node.title for node in nodes if node.title), ""),
            tuple(
                Member(node, part, forest.key(part.link.place) if part.link else None, _seconds(first, node.published))
                for node, part in zip(nodes, parts, strict=True)
            ),
            len(origins_of(forest, members, parts)), len({node.source for node in nodes}),
            tuple(sorted(named, key=lambda name: (-named[name], name))),
            tuple(
                (forest.key(other), words)
                for other, words in sorted(drawn.items(), key=lambda item: (-item[1], forest.key(item[0]).id, item[0]))
            ),
            self.keep.one_of(nodes), root >= len(forest.nodes), stale_of(forest, members, parts),
        )  # fmt: skip


def told(nodes: Sequence[Node], settings: Settings, keep: Keep | None = None) -> Told:
    """Tell the stories of articles, given in the order of the input.

    Where all are dated that order plays no part.
    """
    order = provenance_order(nodes)
    return Told(rooted([nodes[place] for place in order], settings), order, settings, keep or Keep())


def _seconds(first: str | None, published: str | None) -> float | None:
    if first is None or published is None:
        return None
    seconds = (_moment(published) - _moment(first)).total_seconds()
    return int(seconds) if seconds == int(seconds) else seconds


def _moment(date: str) -> datetime:
    return datetime.fromisoformat(date.rstrip("Z"))


def to_dict(story: Story) -> dict[str, Any]:
    """A story as JSON values; `stale` is there where an article is, `reference` where its root is none
    of the feed."""
    dates = story.dates
    value: dict[str, Any] = {
        "schema": SCHEMA, "id": story.root.id, "title": story.title,
        "first": min(dates, default=None, key=_sortable), "last": max(dates, default=None, key=_sortable),
        "outlets": story.outlets, "origins": story.origins, "credits": story.credits,
        "keep": story.members[story.keep].node.id, "undated": story.undated,
        "articles": [
            {
                "id": one.node.id, "source": one.node.source, "published": one.node.published, "role": one.part.role,
                "originality": one.node.originality, "from": one.origin and one.origin.id,
                "words_taken": one.part.link.words if one.part.link else 0, "after_s": one.after,
            }
            for one in story.members
        ],
        "draws_on": [{"id": key.id, "words": words} for key, words in story.draws_on],
    }  # fmt: skip
    if story.stale:
        value["stale"] = [
            {"id": one.key.id, "from": one.origin.id, "deleted_by": one.deleted_by.id, "words": one.words}
            for one in story.stale
        ]
    if story.is_reference:
        value["reference"] = {
            "id": story.root.id, "source": story.root.source, "published": story.root.published,
        }  # fmt: skip
    return value


def _sortable(date: str) -> str:
    return date.rstrip("Z")
