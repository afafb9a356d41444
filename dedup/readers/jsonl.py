"""JSON lines: one object a line. Blank lines are no records."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

import orjson

from dedup.decoding import TooDeep, loads
from dedup.errors import BadRecord
from dedup.readers.files import File, TooLong, not_utf8
from dedup.readers.records import Row


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the object of each line."""
    return rows(file, file.lines())


def rows(file: File, lines: Iterable[bytes]) -> Iterator[Row | BadRecord]:
    """Yield the object of each of `lines`, the first of which has number 1."""
    broken_json = orjson.JSONDecodeError
    record = 0
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            if type(line) is TooLong:
                record += 1
                yield file.too_long(number)
            continue
        record += 1
        try:
            values = loads(line.lstrip(BOM_UTF8) if line.startswith(BOM_UTF8) else line)
        except broken_json as error:
            yield file.bad(number, broken(line, error))
            continue
        except TooDeep as error:
            yield file.bad(number, str(error))
            continue
        if type(values) is dict:
            yield record, number, values
        else:
            yield file.bad(number, "not a JSON object")


def broken(data: bytes, error: orjson.JSONDecodeError) -> str:
    """Return why `data` is not JSON."""
    try:
        data.decode()
    except UnicodeDecodeError as unreadable:
        return not_utf8(unreadable)
    if "depth limit" in error.msg:
        return str(TooDeep())
    if b"\0" in data:
        return f"NUL byte at offset {data.index(0)}: not JSON"
    return f"broken JSON: {error.msg} (column {error.colno})"
