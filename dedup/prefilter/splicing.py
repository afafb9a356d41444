"""JSON objects changed in place: one value is put in or taken out, and every other byte stays.

What is spliced has been read before, so it is a JSON object and not very deep.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
"""Bytes of a record, half open."""

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},:]', re.DOTALL)


def members(raw: bytes, start: int = 0) -> Iterator[tuple[str, Range, int]]:
    """Yield the members of the object that begins at `start` or after: name, place of its value, start of its name.

    >>> raw = b'{"a": [1, {"b": 2}], "c":"}"}'
    >>> [(name, raw[a:b].decode()) for name, (a, b), _ in members(raw)]
    [('a', '[1, {"b": 2}]'), ('c', '"}"')]
    """
    depth, name, begin, value = 0, b"", 0, 0
    for token in _TOKEN.finditer(raw, start):
        sign = token[0]
        if depth == 1 and sign[:1] in b",}" and name:
            yield json.loads(name), _trimmed(raw, value, token.start()), begin
            name = b""
        if sign in (b"{", b"["):
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
            if not depth:
                return
        elif depth == 1 and sign == b":" and not value:
            value = token.end()
        elif depth == 1 and sign == b",":
            value = 0
        elif depth == 1 and not value:
            name, begin = sign, token.start()


def _trimmed(raw: bytes, start: int, end: int) -> Range:
    part = raw[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def place_of(raw: bytes, names: Sequence[str]) -> Range | None:
    """Return where the value stands that `names` lead to through nested objects; of equal names the last counts."""
    found = (0, 0)
    for depth, name in enumerate(names):
        if depth and not raw.startswith(b"{", found[0]):
            return None
        places = [place for own, place, _ in members(raw, found[0]) if own == name]
        if not places:
            return None
        found = places[-1]
    return found


def put(raw: bytes, names: Sequence[str], value: bytes) -> bytes:
    """Return the record with another value where `names` lead; a new member of it where they lead nowhere."""
    place = place_of(raw, names)
    if place is not None:
        return raw[: place[0]] + value + raw[place[1] :]
    return appended(raw, names[-1], value)


def appended(raw: bytes, name: str, value: bytes) -> bytes:
    """Return the record with one more member, and a line feed."""
    body = raw.rstrip()[:-1]
    comma = b"" if body.rstrip().endswith(b"{") else b","
    return b"".join((body, comma, json.dumps(name).encode(), b":", value, b"}\n"))


def without(raw: bytes, name: str) -> bytes:
    """Return the record without any member of this name.

    >>> without(b'{"a":1, "b" : 2,"c":3, "b":4}', "b")
    b'{"a":1,"c":3}'
    """
    for own, (_, end), start in reversed(list(members(raw))):
        if own != name:
            continue
        before, after = raw[:start].rstrip(), raw[end:].lstrip()
        if before.endswith(b","):
            before = before[:-1]
        elif after.startswith(b","):
            after = after[1:].lstrip()
        raw = before + after
    return raw
