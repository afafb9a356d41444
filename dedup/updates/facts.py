"""Figures and names that an update changed: what an editor looks for first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from dedup.match.kernels.alignment.values import MOST_CAPITALS
from dedup.updates.difference import Difference, Passage

Value: TypeAlias = Literal["figure", "name"]

_FIGURE = re.compile(r"\d+(?:[.,:/'’-]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_WITHIN = re.compile(rf"(?<=[\w,;] )({_WORD.pattern})")
"""A word before which a sentence has begun."""


class Fact(NamedTuple):
    """A value that a changed passage has in place of another: `old` and `new` as they are written."""

    kind: Value
    old: str
    new: str
    start: int
    end: int


def facts(found: Difference, old: str, new: str) -> list[Fact]:
    """The figures and names that changed, in the order of the new text.

    A figure is what has a digit, with the signs inside it; a name, words on both sides that are capitalised somewhere
    within a sentence, in a text that does so with few words.

    >>> from dedup.updates import difference
    >>> old = "At the old harbour 12 men were hurt, said the mayor of the town, Jon Abt."
    >>> new = "At the old harbour 1.500 men were hurt, said the mayor of the town, Jon Kern."
    >>> [fact[:3] for fact in facts(difference(old, new), old, new)]
    [('figure', '12', '1.500'), ('name', 'Abt', 'Kern')]
    """
    known = _names(old), _names(new)
    out: list[Fact] = []
    for one in found.of("changed"):
        for fact in _of(one, old, new, known):
            if fact not in out:
                out.append(fact)
    return out


def _of(one: Passage, old: str, new: str, known: tuple[frozenset[str], frozenset[str]]) -> Iterator[Fact]:
    before, after = _figures(old, one.old_start, one.old_end), _figures(new, one.start, one.end)
    if len(before) == len(after) > 0:
        for was, now in zip(before, after, strict=True):
            if was[0] != now[0]:
                yield Fact("figure", was[0], *now)
        return
    names = old[one.old_start : one.old_end], new[one.start : one.end]
    if all(map(_is_name, names, known)):
        yield Fact("name", " ".join(names[0].split()), " ".join(names[1].split()), one.start, one.end)


def _figures(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Figures of a stretch, whole also where it cuts one."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    found = _FIGURE.finditer(text, line, len(text) if stop < 0 else stop)
    return [(one[0], one.start(), one.end()) for one in found if one.start() < end and start < one.end()]


def _names(text: str) -> frozenset[str]:
    """Words that are capitalised within a sentence; none where nouns or all words are."""
    words = [one[1] for one in _WITHIN.finditer(text)]
    capitals = [word for word in words if word[0].isupper()]
    return frozenset(capitals) if len(capitals) < MOST_CAPITALS * len(words) else frozenset()


def _is_name(text: str, names: frozenset[str]) -> bool:
    words = _WORD.findall(text)
    return bool(words) and names.issuperset(words)
