"""Files of what a user adds: furniture (`--furniture`), and texts that never count as a source (`--ignore`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import fspath
from pathlib import Path

from dedup.additions import Additions
from dedup.errors import BadRecord
from dedup.inspect.furniture.own import checked
from dedup.readers import read_articles
from dedup.text import words


def read_additions(furniture: Iterable[str | Path] = (), ignore: Iterable[str | Path] = ()) -> Additions:
    """Read and check them. Raises `DedupError` for the first that is no such file, naming the line and the reason.

    A file to ignore is any that `read_articles` reads: each paragraph of each text counts by itself. The same in
    whatever order the files are named.
    """
    phrases = sorted({checked(Path(path).read_bytes(), fspath(path)) for path in furniture})
    return Additions(tuple(phrases), tuple(sorted({one for path in ignore for one in _paragraphs(path)})))


def _paragraphs(path: str | Path) -> Iterator[str]:
    for article in read_articles(path, on_error=_refuse):
        columns = words.split([article.text])
        yield from (article.text[start:end] for start, end in columns.paragraphs(0))


def _refuse(error: BadRecord) -> None:
    raise error
