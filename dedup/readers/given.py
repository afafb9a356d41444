"""Whatever a caller has -> Articles: paths, articles, records, data frames, the rows of a dataset."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from dedup.errors import BadRecord, WrongInput
from dedup.model import Article
from dedup.readers import read_articles
from dedup.readers.files import File
from dedup.readers.frames import frame_of, is_frame, records
from dedup.readers.records import NONE, Maker, checked_fields, unforeseen

Given: TypeAlias = Any
"""A path or several; articles; records (mappings, such as the rows of a Hugging Face dataset); or a data frame."""

ROWS = File("row", "row")
"""Where records in memory are said to stand: an article without an id is ``row#7``."""

RENAMING = 'fields={{"text": "{}"}}'
"""How a caller says which key holds the text."""

_KINDS = "a path, articles, records (mappings with a text) or a data frame"


def articles_of(
    given: Given, fields: Mapping[str, str] | None = None, on_error: Callable[[BadRecord], None] | None = None
) -> Iterator[Article]:
    """Return the articles of what a caller has, in its order.

    Paths are read as by `read_articles`. A record is a mapping with the names of the input formats (`text`, `id`,
    `source`, `published`, ...); `fields` maps our names to those of records and columns. What is no article is handed
    to `on_error` and skipped; without, it is raised. Raises `WrongInput` for what holds no articles.

    >>> [article.id for article in articles_of([{"text": "One.", "id": "a"}, {"body": "Two.", "text": "Two."}])]
    ['a', 'row#2']
    """
    names = checked_fields(fields)
    if isinstance(given, (str, os.PathLike)):
        return read_articles(given, fields=names, on_error=on_error)
    if is_frame(given):
        return _each(records(frame_of(given)), names, on_error)
    if isinstance(given, (Mapping, bytes, Article)) or not isinstance(given, Iterable):
        hint = (
            f"; one of its parts, such as [{next(iter(given))!r}]?"
            if isinstance(given, Mapping) and given
            else ""
        )
        raise WrongInput(f"{type(given).__name__} is not {_KINDS}, nor several of them{hint}")
    return _each(given, names, on_error)


def _each(
    given: Iterable[Any], fields: Mapping[str, str], on_error: Callable[[BadRecord], None] | None
) -> Iterator[Article]:
    for number, one in enumerate(given, 1):
        if isinstance(one, Article):
            yield one
        elif isinstance(one, (str, os.PathLike)):
            yield from read_articles(one, fields=fields, on_error=on_error)
        elif isinstance(one, Mapping):
            try:
                yield _article(dict(one), number, fields)
            except BadRecord as error:
                if on_error is None:
                    raise
                on_error(error)
        else:
            raise WrongInput(f"number {number} is of type {type(one).__name__}, not {_KINDS}")


def _article(values: dict[str, Any], number: int, fields: Mapping[str, str]) -> Article:
    maker = Maker(ROWS, fields, NONE, renaming=RENAMING)
    try:
        return replace(maker.article(number, None, values), path="")
    except BadRecord:
        raise
    except Exception as error:  # whatever a record holds, the others are read
        raise maker.bad(number, None, unforeseen(error)) from error
