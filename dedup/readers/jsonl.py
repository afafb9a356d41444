"""JSON lines: one object a line. Blank lines are no records."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

import orjson

from dedup.decoding import TooDeep, loads
from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.files import File, TooLong, not_utf8
from dedup.readers.records import Row, looked_up


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the object of each line, or the records that each line holds under `Options.records`."""
    found = rows(file, file.lines())
    return found if file.options.records is None else _within(file, found, file.options.records)


def _within(file: File, found: Iterator[Row | BadRecord], keys: str) -> Iterator[Row | BadRecord]:
    record = 0
    for row in found:
        inner = looked_up(row[2], keys) if not isinstance(row, BadRecord) else None
        if isinstance(row, BadRecord):
            yield row
        elif not isinstance(inner, list):
            yield file.bad(row[1], f"no records under {keys!r}; there are: {', '.join(row[2])[:200]}")
        else:
            for values in inner:
                record += 1
                yield (
                    (record, row[1], values)
                    if isinstance(values, dict)
                    else file.bad(row[1], "not a JSON object")
                )


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
            values = loads(line.removeprefix(BOM_UTF8))  # where two files were joined
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
        return f"{not_utf8(unreadable)}; {charsets.hint(data)}"
    if "depth limit" in error.msg:
        return str(TooDeep())
    if b"\0" in data:
        return f"NUL byte at offset {data.index(0)}: not JSON"
    return f"broken JSON: {error.msg} (column {error.colno})"
