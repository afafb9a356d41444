"""What is done to an index as a whole: filling it from files, putting several together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from dedup.errors import BadRecord, IndexMismatch
from dedup.index import Index
from dedup.index.keys import keys_of_records
from dedup.index.records import Held, Record, is_older
from dedup.model import Article, ArticleReport
from dedup.stream import Detector
from dedup.stream.careful import judged

T = TypeVar("T")

BATCH = 500
"""Articles added in one step: it sets the pace, never the answer."""


def build(
    detector: Detector, articles: Iterable[Article], on_error: Callable[[BadRecord], None] | None = None
) -> Iterator[ArticleReport]:
    """Judge and add articles, `BATCH` in a step; their reports in order.

    `on_error` as in `dedup.stream.stream`.
    """
    return judged(detector, articles, BATCH, on_error)


def merge(target: Index, other: Index, on_progress: Callable[[int], None] | None = None) -> int:
    """Add the articles of another index with their first reports; return how many were new.

    What `target` holds already stays as it is, unless `other` has a newer version or a later revision of it. Raises
    `IndexMismatch` where the two were made with different settings.
    """
    if other.settings_id != target.settings_id:
        raise IndexMismatch(
            f"the indexes were made with settings {target.settings_id} and {other.settings_id}: only those "
            "with the same settings can be merged; build one of them anew"
        )
    if other.engine != target.engine:
        raise IndexMismatch(
            f"the indexes keep what translations are known by otherwise ({target.engine} and {other.engine}): only "
            "those of the same encoder can be merged; build one of them anew"
        )
    added = 0
    for batch in _batches(other.articles()):
        added += _add_missing(target, batch)
        if on_progress:
            on_progress(len(batch))
    return added


def _add_missing(target: Index, records: Sequence[Record]) -> int:
    with target.step() as step:
        held = step.find([name for record in records for name in record.names])
        new = [
            record
            for record in records
            if all(_is_later(record, held[name]) for name in record.names if name in held)
        ]
        if new:
            step.add(new, keys_of_records(new, target.settings))
    return len(new)


def _is_later(record: Record, held: Held) -> bool:
    if is_older(held, record):
        return True
    return held.revision < record.revision and not is_older(record, held)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
