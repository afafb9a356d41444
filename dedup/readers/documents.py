"""JSON files: one object, an array of objects, or an object that holds the array of records somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from dedup.decoding import TooDeep, loads
from dedup.errors import BadRecord
from dedup.readers import jsonl
from dedup.readers.compression import Broken
from dedup.readers.files import File
from dedup.readers.records import Odd, Row, looked_up
from dedup.readers.shapes import records_in

_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', re.DOTALL)


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the object, or those of the array; JSON lines under the wrong suffix are read as such.

    Where an object is no article and has one array of objects, those are the records; `Options.records` says which.

    The file is held in memory. Of an array with broken elements the others are kept, and so are
    those before the place where a file breaks off.
    """
    parts: list[bytes] = []
    try:
        for block in file.within(file.blocks(), "file"):
            parts.append(block)
    except Broken:
        rows = list(_rows(file, b"".join(parts)))
        if rows and isinstance(rows[-1], BadRecord):  # the element in which the cut is: named by that
            rows.pop()
        yield from rows
        raise
    yield from _rows(file, b"".join(parts))


def _rows(file: File, data: bytes) -> Iterator[Row | BadRecord]:
    try:
        content = loads(data)
    except (orjson.JSONDecodeError, TooDeep) as error:
        yield from _salvaged(file, data, error)
        return
    if file.options.records is not None:
        yield from named(file, content, file.options.records)
    elif isinstance(content, dict):
        inner = records_in(content, file.options.text)
        yield from [(0, None, content)] if inner is None else _numbered(file, inner)
    elif isinstance(content, list):
        yield from _numbered(file, content)
    else:
        yield file.bad(None, "neither a JSON object nor an array of objects")


def named(file: File, content: Any, keys: str) -> Iterator[Row | BadRecord]:
    """Yield the records that stand under some keys, dotted where nested."""
    found = looked_up(content, keys)
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list):
        yield from _numbered(file, found)
        return
    there = ", ".join(map(str, content)) if isinstance(content, dict) else "an array"
    yield file.bad(None, f"no records under {keys!r}; there are: {there[:200]}")


def _numbered(file: File, records: list[Any]) -> Iterator[Row | BadRecord]:
    if not records:
        yield Odd(file.path, None, "an array without records")
    for record, values in enumerate(records, 1):
        if isinstance(values, dict):
            yield record, None, values
        else:
            yield file.bad(None, f"record {record}: not a JSON object")


def _salvaged(file: File, data: bytes, error: orjson.JSONDecodeError | TooDeep) -> Iterator[Row | BadRecord]:
    if _is_lines(data):
        yield from jsonl.rows(file, data.split(b"\n"))
        return
    # Bytes that are not UTF-8 stay apart as lone surrogates until the element they are in is named.
    text = data.decode("utf-8", "surrogateescape")
    start = _SPACE.match(text).end()  # type: ignore[union-attr]
    if text.startswith("[", start):
        yield from _elements(file, text, start + 1)
    elif isinstance(error, TooDeep):
        yield file.bad(None, str(error))
    else:
        yield file.bad(error.lineno, jsonl.broken(data, error))


def _is_lines(data: bytes) -> bool:
    first, feed, _ = data.lstrip().partition(b"\n")
    try:
        return bool(feed) and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _elements(file: File, text: str, place: int) -> Iterator[Row | BadRecord]:
    """Yield the elements of a broken array one by one.

    After one whose end cannot be told, the next is looked for at the start of a line, indented as
    the first.
    """
    # Only ends are looked for: numbers of too many digits for Python are no matter.
    scan = json.JSONDecoder(strict=False, parse_int=len, parse_float=len).raw_decode
    place = _SPACE.match(text, place).end()  # type: ignore[union-attr]
    indent = text[text.rfind("\n", 0, place) + 1 : place]
    next_element = re.compile(rf"\n{indent if indent.isspace() else ''}(?=\{{)")
    record, line, counted = 0, 1, 0
    while not text.startswith("]", place):
        record += 1
        line, counted = line + text.count("\n", counted, place), place
        try:
            try:
                end = scan(text, place)[1]
            except RecursionError:
                end = _end(text, place)
            follows = _SPACE.match(text, end).end()  # type: ignore[union-attr]
            if text[follows : follows + 1] not in (",", "]"):
                raise json.JSONDecodeError("expected ',' or ']'", text, follows)
        except json.JSONDecodeError as error:
            yield file.bad(line, f"broken JSON: {error}")
            found = next_element.search(text, place)
            if found is None:
                return
            place = found.end()
            continue
        element = text[place:end].encode("utf-8", "surrogateescape")
        try:
            values = loads(element)
            yield (record, line, values) if isinstance(values, dict) else file.bad(line, "not a JSON object")
        except TooDeep as error:
            yield file.bad(line, str(error))
        except orjson.JSONDecodeError as error:
            yield file.bad(line, jsonl.broken(element, error))
        place = follows
        if text[place] == ",":
            place = _SPACE.match(text, place + 1).end()  # type: ignore[union-attr]


def _end(text: str, place: int) -> int:
    """Return where the array or object at `place` ends, however deep it is; the end of the text if nowhere."""
    depth = 0
    for token in _TOKEN.finditer(text, place):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if not depth:
            return token.end()
    return len(text)
