"""Records of JSON as Python's values: numbers of any size stay as they are written, nesting has a bound."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

DEEPEST = 200
"""Levels of arrays and objects that a record may have: orjson writes 254, of which a report around it needs some."""

EXACT = 2.0**53
"""Numbers from this size on may be no double: two of them that differ could become one."""

_TELLING = frozenset((float, dict, list))


class TooDeep(ValueError):
    """A record that is nested deeper than `DEEPEST`."""

    def __init__(self) -> None:
        super().__init__(f"nested more than {DEEPEST} levels deep")


class Written(float):
    """A number with point or exponent that a double may not hold: `str` is how it is written.

    >>> Written("12345678901234567890.0")
    12345678901234567890.0
    """

    def __new__(cls, text: str) -> Written:
        """Keep the text beside the number."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def __reduce__(self) -> tuple[type[Written], tuple[str]]:
        return Written, (self.text,)


def loads(data: bytes) -> Any:
    """Decode JSON; raises `TooDeep`, or `orjson.JSONDecodeError` for what is none, and not nearly so.

    >>> loads(b'[18446744073709551617, 1e30, 1.50]')
    [18446744073709551617, 1e30, 1.5]
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "depth limit" in error.msg:
            raise TooDeep from error
        value = _lenient(data)
        if value is None:
            raise
        return value
    return exact(data) if is_inexact(value) else value


def _lenient(data: bytes) -> Any:
    """Decode what Python and others write that is no JSON: NaN and infinities as null, half an emoji as U+FFFD.

    Returns None for anything else.
    """
    if not _NEARLY.search(data):
        return None
    try:
        value = json.loads(data, parse_float=_number, parse_constant=lambda name: None)
        is_inexact(value)
    except (ValueError, RecursionError):  # TooDeep, too
        return None
    return _whole(value)


_NEARLY = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return (
            value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if isinstance(value, dict):
        return {_whole(name): _whole(part) for name, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else value


def exact(data: bytes | str) -> Any:
    """Decode JSON of no great depth by the standard library, which keeps integers of any size: ten times slower."""
    return json.loads(data, parse_float=_number)


def is_inexact(value: Any) -> bool:
    """Whether orjson may have rounded a number to a double. Raises `TooDeep`."""
    found = False
    level = [value] if type(value) in (dict, list) else []
    for _ in range(DEEPEST):
        below = []
        for holder in level:
            parts = holder.values() if type(holder) is dict else holder
            if _TELLING.isdisjoint(map(type, parts)):  # nearly always, and quickly told
                continue
            for part in parts:
                kind = type(part)
                if kind is float:
                    found = found or not -EXACT < part < EXACT
                elif kind is dict or kind is list:
                    below.append(part)
        if not below:
            return found
        level = below
    raise TooDeep


def _number(text: str) -> float:
    number = float(text)
    return number if -EXACT < number < EXACT else Written(text)
