"""One of each story kept: the records of the input again, each to those kept or to those dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import BinaryIO, TypeAlias

from dedup.errors import BadRecord
from dedup.model import Article
from dedup.prefilter.splicing import appended, without
from dedup.readers import FORMATS, files_under, jsonl, read_file
from dedup.readers.files import STDIN
from dedup.reporter.jsonl import dumps

KEPT = "dedup_kept"
"""Where a dropped record carries the id of the one that was kept."""

Where: TypeAlias = "tuple[str, int]"
"""Path and number of a record, as its article has them."""

_RECORD = tuple(one.name for one in fields(Article) if one.name not in ("extra", "path", "record"))


def part_records(
    paths: Sequence[str], chosen: Iterable[tuple[Where, str | None]], kept: BinaryIO, dropped: BinaryIO,
    names: Mapping[str, str], path_pattern: str | None = None,
) -> None:  # fmt: skip
    """Write each of some records to `kept`, or, with the id of the article that was kept instead, to `dropped`.

    `chosen` are the records, in the order in which `read_articles` reads the paths, each with that id, None for one to
    keep. JSON lines go out byte for byte, articles of other formats as records. Raises BadRecord where one of them is
    not there any more.
    """
    records = _records(paths, names, path_pattern)
    for where, instead in chosen:
        line = next((line for place, line in records if place == where), None)
        if line is None:
            raise BadRecord(where[0], None, f"record {where[1]} is not there any more")
        if instead is None:
            kept.write(line + b"\n")
        else:
            dropped.write(appended(without(line, KEPT), KEPT, dumps(instead)))


def _records(
    paths: Sequence[str], names: Mapping[str, str], path_pattern: str | None
) -> Iterator[tuple[Where, bytes]]:
    for file in files_under(*paths, on_error=_known):
        if file.path == STDIN or FORMATS[file.suffix].read is jsonl.read:
            lines = (line for line in file.lines() if line and not line.isspace())
            yield from (((file.path, record), line) for record, line in enumerate(lines, 1))
        else:
            for article in read_file(file, names, path_pattern, _known):
                yield (article.path, article.record), dumps(_record_of(article))


def _record_of(article: Article) -> Mapping[str, object]:
    values = {name: getattr(article, name) for name in _RECORD}
    return {name: value for name, value in values.items() if value or name == "text"} | dict(article.extra)


def _known(_: BadRecord) -> None:
    """What cannot be read was named when it was read first."""
