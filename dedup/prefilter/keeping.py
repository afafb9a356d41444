"""One of each story kept: the records of the input again, each to those kept or to those dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, TypeAlias

from dedup.errors import BadRecord
from dedup.prefilter.splicing import appended, without
from dedup.readers import Path, files_under, read_file
from dedup.readers.formats import format_of
from dedup.readers.jsonl import is_record
from dedup.readers.options import DEFAULTS, Options
from dedup.readers.outlets import Outlets, read_aliases
from dedup.readers.records import OUTLETS, record_of
from dedup.reporter.jsonl import dumps

KEPT = "dedup_kept"
"""Where a dropped record carries the id of the one that was kept."""

Where: TypeAlias = "tuple[str, int]"
"""Path and number of a record, as its article has them."""


def part_records(
    paths: Sequence[str], chosen: Iterable[tuple[Where, str | None]], kept: BinaryIO, dropped: BinaryIO,
    names: Mapping[str, str], path_pattern: str | None = None, sources: Path | None = None,
    options: Options = DEFAULTS,
) -> None:  # fmt: skip
    """Write each of some records to `kept`, or, with the id of the article that was kept instead, to `dropped`.

    `chosen` are the records, in the order in which `read_articles` reads the paths, each with that id, None for one to
    keep; other records are passed over. JSON lines go out byte for byte, articles of other formats as records. Raises
    BadRecord where one of them is not there any more.
    """
    outlets = read_aliases(sources) if sources is not None else OUTLETS
    records = _records(paths, names, path_pattern, outlets, options)
    for where, instead in chosen:
        line = next((line for place, line in records if place == where), None)
        if line is None:
            raise BadRecord(where[0], None, f"record {where[1]} is not there any more")
        if instead is None:
            kept.write(line + b"\n")
        else:
            dropped.write(appended(without(line, KEPT), KEPT, dumps(instead)))


def _records(
    paths: Sequence[str],
    names: Mapping[str, str],
    path_pattern: str | None,
    outlets: Outlets,
    options: Options,
) -> Iterator[tuple[Where, bytes]]:
    for file in files_under(*paths, on_error=_known, options=options):
        if format_of(file) == "jsonl":
            lines = filter(is_record, file.lines())
            yield from (((file.path, record), line) for record, line in enumerate(lines, 1))
        else:
            for article in read_file(file, names, path_pattern, _known, None, outlets, options):
                yield (article.path, article.record), dumps(record_of(article))


def _known(_: BadRecord) -> None:
    """What cannot be read was named when it was read first."""
