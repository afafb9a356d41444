"""The stories of a page: told from its reports, as compact rows. `page/stories.js` reads them back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dedup.model import ArticleReport
from dedup.settings import Settings
from dedup.stories import Member, Story, node_of, told
from dedup.stories.nodes import Key

ROLES = ("origin", "reprint", "rewrite", "mix", "update", "translation")
"""What an article can be to its story, by number in the page."""


def story_rows(reports: Sequence[ArticleReport], settings: Settings) -> list[list[Any]]:
    """The stories of more than one article, those of most articles first: ``[title, origins, credits, root, members,
    stale]``.

    `root` is None, or names the article outside of the page that all of it comes from. A member is ``[article, role,
    from, words, seconds]``: its number in the page; a number, or a name outside, or None; what it took from there; how
    long after the first, None without a date. `stale`: ``[article, words, update]``, who has words that an update of
    their source deleted.
    """
    numbers = {Key(report.id, report.source, report.published): i for i, report in enumerate(reports)}
    stories = [
        story for story in told([*map(node_of, reports)], settings).stories() if len(story.members) > 1
    ]
    stories.sort(key=lambda story: -len(story.members))
    return [_row(story, numbers) for story in stories]


def _row(story: Story, numbers: Mapping[Key, int]) -> list[Any]:
    root = _name(story.root) if story.is_reference else None
    members, stale = [*_members(story.members, numbers)], _stale(story, numbers)
    return [story.title, story.origins, list(story.credits), root, members, stale]


def _members(members: Sequence[Member], numbers: Mapping[Key, int]) -> Iterator[list[Any]]:
    for one in members:
        origin = None if one.origin is None else numbers.get(one.origin, _name(one.origin))
        words = one.part.link.words if one.part.link else 0
        yield [numbers[one.node.key], ROLES.index(one.part.role), origin, words, one.after]


def _stale(story: Story, numbers: Mapping[Key, int]) -> list[list[int]]:
    return [[numbers[one.key], one.words, numbers[one.deleted_by]] for one in story.stale]


def _name(key: Key) -> str:
    return f"{key.source}: {key.id}" if key.source else key.id
