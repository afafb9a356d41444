"""Stories as JSON lines, as a table with a row an article, and as what a person wants to know of them in 80 columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from dedup.reporter.csv import cell
from dedup.reporter.jsonl import dumps
from dedup.reporter.terminal import cuttable, table, write_parts
from dedup.reporter.visible import visible
from dedup.stories.nodes import Key
from dedup.stories.telling import Story, to_dict

COLUMNS = (
    "story", "title", "origins", "outlets", "id", "source", "published", "role", "originality", "from", "words_taken",
    "after_s", "kept",
)  # fmt: skip

SHOWN = 20
"""Stories listed for people, those with most articles first; the other formats have all."""


def write_jsonl(stories: Iterable[Story], out: BinaryIO) -> None:
    """Write one line a story."""
    out.writelines(dumps(to_dict(story)) + b"\n" for story in stories)


def write_csv(stories: Iterable[Story], out: BinaryIO) -> None:
    """Write a header and one row an article; `kept` is 1 for the one to keep of a story, else 0."""
    text = io.TextIOWrapper(out, "utf-8", "surrogateescape", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for story in stories:
            for place, one in enumerate(story.members):
                node, link = one.node, one.part.link
                writer.writerow(map(cell, (
                    story.root.id, story.title, story.origins, story.outlets, node.id, node.source,
                    node.published or "", one.part.role, "" if node.originality is None else f"{node.originality:.4f}",
                    one.origin.id if one.origin else "", link.words if link else 0,
                    "" if one.after is None else one.after, int(place == story.keep),
                )))  # fmt: skip
    finally:
        text.detach()


def write_text(
    stories: Iterable[Story], out: BinaryIO, *, width: int = 80, colour: bool = False, encoding: str = "utf-8"
) -> None:
    """Write what the stories come to, and the greatest of them with who took from whom."""
    write_parts(_parts(list(stories)), out, width=width, colour=colour, encoding=encoding)


def _parts(every: Sequence[Story]) -> Iterator[RenderableType]:
    greatest = sorted(every, key=lambda story: -len(story.members))[:SHOWN]
    told = [story for story in greatest if len(story.members) > 1]
    articles = sum(len(story.members) for story in every)
    several = sum(len(story.members) > 1 for story in every)
    yield Text(f"{_count(articles, 'article')}, {_count(len(every), 'story', 'stories')}", "bold")
    yield f"{_count(several, 'story has', 'stories have')} more than one article"
    for story in told:
        yield ""
        yield Group(_headline(story))  # a text by itself is joined with others, and loses how it is cut
        yield _members(story)
        yield from _stale(story)
    if several > len(told):
        yield f"\nthe {len(told)} greatest; -f jsonl and csv have all {len(every):,}"


def _stale(story: Story) -> Iterator[Text]:
    """Who still carries what was deleted, a line an update."""
    several: dict[Key, list[str]] = {}
    for one in story.stale:
        said = f"{one.key.source or one.key.id} ({_count(one.words, 'word')})"
        several.setdefault(one.deleted_by, []).append(said)
    for update, names in several.items():
        more = [f"and {len(names) - SHOWN:,} more"] if len(names) > SHOWN else []
        yield Text(
            visible(
                f"still with what {update.source or update.id} deleted: {', '.join(names[:SHOWN] + more)}"
            )
        )


def _headline(story: Story) -> Text:
    text = Text(visible(story.title or story.root.id), "bold", no_wrap=True, overflow="ellipsis")
    figures = [
        _count(len(story.members), "article"),
        _count(story.outlets, "outlet"),
        _count(story.origins, "origin"),
    ]
    text.append(f"\n{', '.join(figures)}", "not bold")
    if story.credits:
        text.append(f", credits {visible(', '.join(story.credits))}", "not bold")
    if story.is_reference:
        text.append(f", from {visible(story.root.source or story.root.id)}", "not bold")
    if story.undated:
        text.append(", undated: by order of input", "not bold")
    return text


def _members(story: Story) -> Table:
    shown = table(
        Column("after", justify="right"), Column("role"), Column("words", justify="right"),
        Column(cuttable("article")), Column(cuttable("source")),
        Column(cuttable("from")),
    )  # fmt: skip
    for one in story.members[:SHOWN]:
        link = one.part.link
        shown.add_row(
            "" if one.after is None else _lasting(one.after), one.part.role, f"{link.words:,}" if link else "",
            cuttable(one.node.id), cuttable(one.node.source),
            cuttable((one.origin.source or one.origin.id) if one.origin else ""),
        )  # fmt: skip
    if len(story.members) > SHOWN:
        shown.add_row("", f"and {len(story.members) - SHOWN:,} more")
    return shown


def _lasting(seconds: float) -> str:
    """A time as people say it.

    >>> _lasting(0), _lasting(2400), _lasting(90000)
    ('0', '40 min', '25 h')
    """
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= (2 * unit if unit > 1 else unit):
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:g}"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
