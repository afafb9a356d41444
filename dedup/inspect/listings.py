"""Lines of code in an article: they are in no language, and no menu."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.text.expressions import expression

LEAST = 2
"""Lines that make a listing: one alone may be a formula."""

MOST_POINTS = 160
"""Code points of a line of code."""

BARE = 3
"""Words of a line of code that has no sign of being one."""

HEAD = 60
"""Code points of what a value is given to."""

_BRACKETS = frozenset("{}()[]; ")
_SIGNS = ("{", "}", "=", "()", ");", "](", "</")
"""One of these is in each listing: all other texts cost no more than a look for them."""

_MAYBE = expression(r"[{}]|\(\)|;$|[\w\])]\s?[=!]?=\s?[\w\"'\[(]|</?\w+>")
_GIVEN = expression(r"[\w\])\"']\s?[-+*/%|&:<>!=]?=>?\s?[\w\"'\[({]")
_CALL = expression(r"\w\(")


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
    lines = [(start, end) for start, end in _lines(text) if text[start:end].strip()]
    code = [_is_code(text[start:end]) for start, end in lines]
    if sum(code) < LEAST:
        return []
    for places in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
        for place in places:
            beside = code[place - places.step]
            code[place] = code[place] or (beside and _goes_on(text[slice(*lines[place])]))
    return [line for line, is_code in zip(lines, code, strict=True) if is_code]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _goes_on(line: str) -> bool:
    """Whether a line beside code is more of it: a few bare words in small letters, such as `return false`."""
    body = line.strip()
    return body.isascii() and body[:1].islower() and len(body.split()) <= BARE and body[-1:] not in ".!?…"


def _is_code(line: str) -> bool:
    """Whether a line is a bracket, a block, a call, an assignment, markup, or a word with a semicolon."""
    body = line.strip()
    if not body or len(line) > MOST_POINTS or (body[-1] in ".!?…。！？।" and body[-2:-1].isalpha()):
        return False
    if (
        body[0] in "{}"
        or body[-1] in "{}"
        or _BRACKETS.issuperset(body)
        or (body[0] == "<" and body[-1] == ">")
    ):
        return True
    if body[-1] == ";" and " " not in body:
        return True
    if body.rstrip(" :;").endswith(")") and _CALL.search(body):
        return True
    given = _GIVEN.search(body) if "://" not in body else None
    return given is not None and given.start() <= HEAD
