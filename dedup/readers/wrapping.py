"""Hard-wrapped text -> paragraphs in one line each. Every line feed becomes a space, so offsets stay as they are."""

from __future__ import annotations

import re
from itertools import pairwise

NARROWEST, WIDEST = 40, 110
"""Letters that the lines of wrapped text have at most: below these are lists and verse, above is no wrapping."""

_ENOUGH = 2  # line ends that only wrapping explains
_MOST = 0.7  # share of the line ends within paragraphs that it must explain

_BREAK = re.compile(r"(?<![ \t])[ \t]*\r?\n")  # from its first blank on: a run of them is looked at once
_ITEM = re.compile(r"\s|[-*+•–—>|#]|\(?[\dA-Za-z]{1,3}[.)]\s|https?:", re.ASCII)


def joined(text: str) -> str:
    """Join the lines of paragraphs that were cut at a width; lists, verse and addresses keep theirs.

    A line was cut if the next one's first word had no room in it.

    >>> joined("The harbour board of Tarnwick decided that the\\nferry to the outer islands will not sail every\\nday.")
    'The harbour board of Tarnwick decided that the ferry to the outer islands will not sail every day.'
    >>> joined("Results:\\nTarnwick 2, Ossery 1\\nVellin 0, Penrow 0")
    'Results:\\nTarnwick 2, Ossery 1\\nVellin 0, Penrow 0'
    """
    if "\n" not in text:
        return text
    width = _width(text)
    if not NARROWEST <= width <= WIDEST:
        return text
    ends = [end for end in _BREAK.finditer(text) if _is_within(text, end)]
    cut = [end for end in ends if _is_cut(text, end, width)]
    if len(cut) < _ENOUGH or len(cut) < _MOST * len(ends):
        return text
    parts, place = [], 0
    for end in cut:
        parts += [text[place : end.start()], " " * (end.end() - end.start())]
        place = end.end()
    return "".join([*parts, text[place:]])


def _width(text: str) -> int:
    """The longest line among those that have a next one in their paragraph."""
    lines = [line.rstrip() for line in text.split("\n")]
    return max((len(line) for line, after in pairwise(lines) if line and after), default=0)


def _is_within(text: str, end: re.Match[str]) -> bool:
    """Whether a line feed has text on both sides."""
    before, after = text[: end.start()][-1:], text[end.end() : end.end() + 2]
    return bool(before.strip()) and bool(after.strip()) and not after.startswith(("\n", "\r"))


def _is_cut(text: str, end: re.Match[str], width: int) -> bool:
    start = text.rfind("\n", 0, end.start()) + 1
    after = text[end.end() :][:WIDEST]
    if _ITEM.match(after):
        return False
    word = re.split(r"\s", after, maxsplit=1)[0]
    return end.start() - start + 1 + len(word) > width
