"""What an update says otherwise: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from rich.text import Text

from dedup.model import SCHEMA, Article
from dedup.reporter.jsonl import dumps
from dedup.reporter.terminal import write_parts
from dedup.reporter.visible import visible
from dedup.updates import Difference, Passage, difference
from dedup.updates.difference import Change, Side
from dedup.updates.facts import Fact, facts

KINDS: dict[Change, tuple[str, str]] = {
    "added": ("+", "green"), "deleted": ("-", "red"), "changed": ("~", "yellow"), "moved": (">", "cyan"),
}  # fmt: skip
"""The sign and the colour of each kind."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Two versions and what differs."""

    old: Article
    new: Article
    words: tuple[int, int]
    found: Difference
    facts: list[Fact]

    @classmethod
    def of(cls, old: Article, new: Article) -> Diff:
        """Compare two versions."""
        sides = Side.of(old.text), Side.of(new.text)
        found = difference(*sides)
        words = len(sides[0].hashes), len(sides[1].hashes)
        return cls(old, new, words, found, facts(found, old.text, new.text))

    def was(self, one: Passage) -> str:
        """What the old text says there."""
        return self.old.text[one.old_start : one.old_end]

    def now(self, one: Passage) -> str:
        """What the new text says there."""
        return self.new.text[one.start : one.end]


def write_json(diff: Diff, out: BinaryIO) -> None:
    """Write one JSON object: both versions, words by kind, the passages of each kind, and figures and names."""
    out.write(dumps(to_dict(diff)) + b"\n")


def to_dict(diff: Diff) -> dict[str, Any]:
    """A comparison as JSON values; a place in code points is given where there are words."""
    return {
        "schema": SCHEMA, "old": _version(diff.old, diff.words[0]), "new": _version(diff.new, diff.words[1]),
        "words": {"same": diff.found.same, **{kind: diff.found.words(kind) for kind in KINDS}},
        **{kind: [_passage(diff, one) for one in diff.found.of(kind)] for kind in KINDS},
        "facts": [one._asdict() for one in diff.facts],
    }  # fmt: skip


def _version(article: Article, words: int) -> dict[str, Any]:
    return {
        "id": article.id, "source": article.source, "published": article.published, "title": article.title,
        "words": words,
    }  # fmt: skip


def _passage(diff: Diff, one: Passage) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if one.words:
        value |= {
            "paragraph": one.paragraph, "start": one.start, "end": one.end, "words": one.words, "text": diff.now(one),
        }  # fmt: skip
    if one.old_words:
        value |= {
            "old_paragraph": one.old_paragraph, "old_start": one.old_start, "old_end": one.old_end,
            "old_words": one.old_words, "old_text": diff.was(one),
        }  # fmt: skip
    return value


def write_text(
    diff: Diff, out: BinaryIO, *, width: int = 80, colour: bool = False, encoding: str = "utf-8"
) -> None:
    """Write what a person wants to know of an update: how much, figures and names, and each passage."""
    write_parts(_parts(diff), out, width=width, colour=colour, encoding=encoding)


def _parts(diff: Diff) -> Iterator[Text]:
    yield Text(f"{_called(diff.old)}\n→ {_called(diff.new)}", "bold")
    found = diff.found
    said = [f"{found.words(kind):,} {kind}" for kind in KINDS if found.words(kind)]
    yield Text(f"{', '.join([*said, f'{found.same:,} the same'])} (words)")
    for kind, name in (("figure", "figures"), ("name", "names")):
        some = [f"{fact.old} → {fact.new}" for fact in diff.facts if fact.kind == kind]
        if some:
            yield Text(visible(f"{name}: {'; '.join(some)}"))
    if found.passages:
        yield Text()
    yield from passage_lines(diff)


def passage_lines(diff: Diff) -> Iterator[Text]:
    """What differs, a line a passage."""
    for one in diff.found.passages:
        sign, colour = KINDS[one.kind]
        yield Text(visible(f"{sign} {_said(diff, one)}"), colour)


def _said(diff: Diff, one: Passage) -> str:
    was, now = (" ".join(text.split()) for text in (diff.was(one), diff.now(one)))
    if one.kind == "changed":
        return f"{was} → {now}"
    if one.kind == "moved":
        return f"{now} (from paragraph {one.old_paragraph + 1} to {one.paragraph + 1})"
    return now or was


def _called(article: Article) -> str:
    facts = ", ".join(visible(part) for part in (article.source, article.published) if part)
    return visible(article.id) + (f" ({facts})" if facts else "")
