"""Lines of code in an article: they are in no language, and no menu."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.text.expressions import expression

LEAST = 2
"""Lines that make a listing: one alone may be a formula."""

MOST_POINTS = 160
"""Code points of a line of code."""

_SIGNS = ("{", "}", "()", ");", "=", "](", "</")
"""One of these is in each listing: all other texts cost no more than a look for them."""

_MAYBE = expression(r"[{}]|\(\)|;$|[\w\])]\s?[=!]?=\s?[\w\"'\[(]|</?\w+>")
_SURE = expression(
    r"\s*(?:"
    r"[{}()\[\];]+$|.*[{}]\s*;?$|.*\w\(.*\)\s*[:;{]?$|[\w.\[\]]+\s*;$"  # a bracket, a block, a call, a word of its own
    r"|[\w.\[\]\"' ,]{1,60}\s?(?:[-+*/%|&:<>!=]?=|=>|->)\s?\S.*"  # an assignment
    r"|</?\w[^<>]*>.*|.*</\w+>$"  # markup
    r")"
)
_PROSE = expression(r".*[^\W\d_]{2}[.!?…。！？।]$")


def has_signs(line: str) -> bool:
    """Whether a line has signs of code, which a sentence may have as well.

    >>> has_signs("total += values[i];"), has_signs("Who pays?")
    (True, False)
    """
    return _MAYBE.search(line) is not None


def listed(text: str) -> list[tuple[int, int]]:
    """The lines of a text that are code, as spans of it, where it has several.

    >>> text = "The loop:\\nwhile (true) {\\n  total += 1;\\n}\\nIt never ends."
    >>> [text[start:end] for start, end in listed(text)]
    ['while (true) {', '  total += 1;', '}']
    """
    if not any(sign in text for sign in _SIGNS):
        return []
    found = [(start, end) for start, end in _lines(text) if _is_code(text, start, end)]
    return found if len(found) >= LEAST else []


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _is_code(text: str, start: int, end: int) -> bool:
    if end - start > MOST_POINTS or not any(text.find(sign, start, end) >= 0 for sign in (*_SIGNS, ";", ")")):
        return False
    return _SURE.fullmatch(text, start, end) is not None and not _PROSE.match(text, start, end)
