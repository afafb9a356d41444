"""Tables: CSV with any separator, Parquet and Arrow. Their columns are named by a header, or by the user."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, time
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.compression import Gap
from dedup.readers.extras import needed
from dedup.readers.files import BLOCK, File, TooLong, not_utf8
from dedup.readers.records import Odd, Row, Undecoded

_LONGEST = 2**31 - 1  # letters of a cell; the csv module takes no more than a C long
_SEPARATOR = re.compile(rb"\"?sep=([,;\t|])\"?", re.IGNORECASE)
_UNCLOSED = (
    8  # quotes that are never closed after which every line is a row: each takes a look at all that follows
)
_BATCH = 1024  # rows of a Parquet file that are in memory as Python objects


def read_csv(file: File) -> Iterator[Row | BadRecord]:
    """Yield the rows below the header, each with the number of its first line; missing cells are None.

    The separator is the one of comma, semicolon, tab and bar that is most frequent in the header, or the one that a
    first line such as ``sep=;`` names. With `Options.columns` there is no header.
    After a quote that is never closed, reading goes on at the line that follows it; after several, line by line.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    source = file.lines()
    while type(first := next(source, b"")) is Gap:
        yield file.bad(1, first.reason)
    named = _SEPARATOR.fullmatch(first.rstrip())
    separator = named[1].decode() if named else max(",;\t|", key=first.decode("utf-8", "replace").count)
    lines = _Lines(source if named else chain([first], source), file, 1 if named else 0)
    reader = csv.reader(lines, delimiter=separator)
    try:
        header = [name.strip() for name in file.options.columns] or [
            name.strip() for name in next(reader, [])
        ]
    except csv.Error as error:
        yield file.bad(1, f"broken CSV: {error}")
        return
    if header and lines.ended:
        yield file.bad(1, "a quote opened in the header is never closed")
        return
    record = unclosed = 0
    while True:
        start = lines.next_row()
        broken = ""
        row: list[str] = []
        try:
            row = next(reader)
        except StopIteration:
            if not record:
                yield Odd(file.path, None, _headless(header))
            return
        except csv.Error as error:
            broken = str(error)
        if not row and not broken and not lines.fault:
            continue  # a blank line
        record += 1
        if lines.ended:  # every line has its line feed, so only an open quote reads past the last
            yield file.bad(start, "a quote opened here is never closed")
            unclosed += 1
            if unclosed == _UNCLOSED:
                yield from _line_by_line(file, header, separator, lines.row[1:], start, record)
                return
            lines = _Lines(chain(lines.row[1:]), file, start)
            reader = csv.reader(lines, delimiter=separator)
        elif lines.fault or broken:
            yield lines.fault_in(file) or file.bad(start, f"broken CSV: {broken}")
        elif lines.cut and len(row) != len(header):
            lines.cut = False  # the end of a row that the damage cut
        else:
            lines.cut = False
            yield _row(file, header, record, start, row)


def _line_by_line(
    file: File, header: list[str], separator: str, rest: list[bytes], start: int, record: int
) -> Iterator[Row | BadRecord]:
    """Yield the rows of lines that stand behind line `start`, none of them longer than its line."""
    for number, line in enumerate(rest, start + 1):
        lines = _Lines(iter([line]), file, number - 1)
        try:
            row = next(csv.reader(lines, delimiter=separator))
        except csv.Error as error:
            row, lines.fault = [line.decode("utf-8", "replace")], (number, f"broken CSV: {error}")
        if row:
            record += 1
            if lines.ended:
                lines.fault = number, "a quote opened here is never closed"
            yield lines.fault_in(file) or _row(file, header, record, number, row)


def _row(file: File, header: list[str], record: int, start: int, row: list[str]) -> Row | BadRecord:
    if any(row[len(header) :]):
        return file.bad(start, f"{len(row)} cells in a row, {len(header)} in the header")
    return record, start, dict(zip_longest(header, row[: len(header)]))


def _headless(header: list[str]) -> str:
    """Return why a table has no rows."""
    shown = ", ".join(name[:40] for name in header[:8])
    if not header:
        return "an empty table"
    return f"no rows below the header ({shown}); --columns names the columns of a table without one"


class _Lines(Iterator[str]):
    """Lines for the csv module; `row` holds those of the row that is being read."""

    def __init__(self, source: Iterator[bytes], file: File, number: int = 0) -> None:
        self._source = source
        self._file = file
        self._number = number
        self.row: list[bytes] = []
        self.ended = False
        self.cut = False
        self.fault: tuple[int, str] | None = None

    def next_row(self) -> int:
        """Begin a new row; return the number of its first line."""
        self.row = []
        self.fault = None
        return self._number + 1

    def fault_in(self, file: File) -> BadRecord | None:
        """Return the error that names the line of the row that is no text, if there is one."""
        return self.fault and file.bad(*self.fault)

    def __next__(self) -> str:
        line = next(self._source, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self._number += 1
        self.row.append(line)
        if type(line) is TooLong:
            self.fault = self._number, self._file.too_long(self._number).reason
        if type(line) is Gap:
            self.fault, self.cut = (self._number, line.reason), True
            raise csv.Error  # the row that it cuts ends here, whatever quotes are open
        if b"\0" in line:
            self.fault = self._number, f"NUL byte at offset {line.index(0)}: not a text"
        try:
            return line.decode() + "\n"
        except UnicodeDecodeError as error:
            self.fault = self._number, f"{not_utf8(error)}; {charsets.hint(line)}"
            return line.decode("utf-8", "replace") + "\n"


def read_parquet(file: File) -> Iterator[Row | BadRecord]:
    """Yield the rows, a batch in memory at a time. Needs pyarrow."""
    parquet = needed("pyarrow.parquet", "parquet")
    yield from _batches(
        file, "Parquet", lambda stream: parquet.ParquetFile(stream).iter_batches(batch_size=_BATCH)
    )


def read_arrow(file: File) -> Iterator[Row | BadRecord]:
    """Yield the rows of an Arrow file (Feather 2) or stream. Needs pyarrow."""
    ipc = needed("pyarrow.ipc", "parquet")

    def batches(stream: Any) -> Iterator[Any]:
        head = stream.read(8)
        stream.seek(0)
        if head.startswith(b"ARROW1"):
            whole = ipc.open_file(stream)
            found = (whole.get_batch(number) for number in range(whole.num_record_batches))
        else:
            found = iter(ipc.open_stream(stream))
        return map(_sound, found)

    yield from _batches(file, "Arrow", batches)


def _sound(batch: Any) -> Any:
    """Return a batch that leads nowhere outside its own memory, which its file only says; raises `ArrowInvalid`."""
    arrow = needed("pyarrow", "parquet")
    # Letters that are no UTF-8 are the fault of a row, not of the batch, so texts are looked at as bytes.
    as_bytes = {arrow.string(): arrow.binary(), arrow.large_string(): arrow.large_binary()}
    for column in batch.columns:
        kind = as_bytes.get(column.type)
        (column.view(kind) if kind else column).validate(full=True)
    return batch


def _batches(file: File, kind: str, batches: Callable[[Any], Iterator[Any]]) -> Iterator[Row | BadRecord]:
    arrow = needed("pyarrow", "parquet")
    record = 0
    with file.open() as stream:
        # The footer is at the end: what cannot be read from there comes into memory first.
        if not stream.seekable():
            stream = io.BytesIO(b"".join(file.within(iter(partial(stream.read, BLOCK), b""), "file")))
        try:
            for batch in batches(stream):
                for row in _rows(arrow, batch):
                    record += 1
                    yield (
                        (record, None, row)
                        if isinstance(row, dict)
                        else file.bad(None, f"record {record}: {row}")
                    )
            if not record:
                yield Odd(file.path, None, "a table without rows")
        except arrow.ArrowException as error:
            yield file.bad(None, f"broken {kind}: {str(error).splitlines()[0]}")


def _rows(arrow: Any, batch: Any) -> Iterator[dict[str, Any] | str]:
    """Yield each row, or why it cannot be had."""
    names = batch.schema.names
    columns = [_readable(arrow, column) for column in batch.columns]
    for place in range(batch.num_rows):
        try:
            yield {name: _plain(column[place].as_py()) for name, column in zip(names, columns, strict=True)}
        except (ValueError, OverflowError) as error:
            yield str(error)


def _readable(arrow: Any, column: Any) -> Any:
    kind = column.type
    if arrow.types.is_timestamp(kind) and kind.unit == "ns":  # Python's datetime ends at microseconds
        return column.cast(arrow.timestamp("us", kind.tz), safe=False)
    return column


def _plain(value: Any) -> Any:
    """Return a value of a column as JSON has it."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return Undecoded(value.hex())
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value)
