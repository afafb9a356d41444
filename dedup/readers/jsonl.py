"""JSON lines: one object a line. Blank lines are no records."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

import orjson

from dedup.decoding import TooDeep, loads
from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.compression import Gap
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
    behind_gap = False
    held: BadRecord | None = None  # a broken line: if there is a gap next, what is wrong is that
    for number, line in enumerate(lines, 1):
        if not is_record(line):
            if type(line) is Gap:
                behind_gap, held = True, None
                yield file.bad(number, line.reason)
            continue
        record += 1
        if held is not None:
            yield held
            held = None
        cut, behind_gap = behind_gap, False
        if type(line) is TooLong:
            yield file.too_long(number)
            continue
        try:
            values = loads(line.removeprefix(BOM_UTF8))  # where two files were joined
        except broken_json as error:
            if not cut:  # what follows the damage may be the end of a line that it cut
                held = file.bad(number, broken(line, error))
            continue
        except TooDeep as error:
            yield file.bad(number, str(error))
            continue
        if type(values) is dict:
            yield record, number, values
        else:
            yield file.bad(number, "not a JSON object")
    if held is not None:
        yield held


def is_record(line: bytes) -> bool:
    """Whether a line counts as a record: blank ones and gaps do not."""
    return type(line) is TooLong or bool(line and not line.isspace())


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
