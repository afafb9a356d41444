"""What people call from a notebook or a script: `scan` takes whatever holds articles, `Reports` show themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from dedup import scanner
from dedup.additions import NOTHING, Additions
from dedup.errors import BadRecord
from dedup.index import Index
from dedup.model import ArticleReport
from dedup.provenance import Current
from dedup.readers.frames import made
from dedup.readers.given import Given, articles_of
from dedup.reporter.columns import KINDS, columns
from dedup.reporter.notebook import table_html
from dedup.settings import Settings


class Reports(Sequence[ArticleReport]):
    """Reports in order: they come as they are asked for, and are kept.

    Loop over them, take one by its number, show them as the last line of a cell, or make them a data frame. Any
    reports will do: ``Reports(reports[:10])``.
    """

    def __init__(self, reports: Iterable[ArticleReport] = ()) -> None:
        self._rest = iter(reports)
        self._kept: list[ArticleReport] = []
        self._taken = 0
        self._ended = False
        self._broken: BaseException | None = None

    def __iter__(self) -> Iterator[ArticleReport]:
        place = 0
        while self._has(place):
            yield self._kept[place]
            place += 1

    def __next__(self) -> ArticleReport:
        """The next one that this has not yet returned, as of an iterator."""
        if not self._has(self._taken):
            raise StopIteration
        self._taken += 1
        return self._kept[self._taken - 1]

    def __len__(self) -> int:
        self._has(None)
        return len(self._kept)

    @overload
    def __getitem__(self, place: int) -> ArticleReport: ...
    @overload
    def __getitem__(self, place: slice) -> Reports: ...
    def __getitem__(self, place: int | slice) -> ArticleReport | Reports:
        if isinstance(place, slice):
            self._has(None)
            return Reports(self._kept[place])
        self._has(place if place >= 0 else None)
        return self._kept[place]

    def to_frame(self, backend: Any = "pandas") -> Any:
        """The reports as a data frame of `backend`: "pandas", "polars", "pyarrow" or another that narwhals knows.

        A row an article: its keys, `originality`, words by class, what the verdict rests on, and the whole `report` as
        JSON.
        """
        return made(columns(self), KINDS, backend)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The same for whatever speaks Arrow's C interface, such as ``pyarrow.table(reports)``."""
        return self.to_frame("pyarrow").__arrow_c_stream__(requested_schema)

    def to_dict(self) -> list[dict[str, Any]]:
        """The reports as JSON values."""
        return [report.to_dict() for report in self]

    def __repr__(self) -> str:
        return f"<{len(self._kept):,} reports{'' if self._ended else ' so far'}>"

    def _repr_html_(self) -> str:
        return table_html(list(self))

    def _has(self, place: int | None) -> bool:
        """Take reports until there is one at a place, or until there are no more."""
        while place is None or len(self._kept) <= place:
            if self._broken is not None:
                raise self._broken
            try:
                self._kept.append(next(self._rest))
            except StopIteration:
                self._ended = True
                return False
            except BaseException as error:  # asked again, it must not look as if all was well
                self._broken = error
                raise
        return True


def scan(
    articles: Given,
    settings: Settings | None = None,
    *,
    reference: Given = (),
    index: Index | None = None,
    fields: Mapping[str, str] | None = None,
    additions: Additions = NOTHING,
    workers: int = 1,
    progress: scanner.Progress | None = None,
    on_error: Callable[[BadRecord], None] | None = None,
    on_current: Callable[[Current], None] | None = None,
) -> Reports:
    """Judge every article against all earlier ones; reports come in the order of the input.

    `articles` and `reference`: a path of a file or folder, or several; `Article`s; records (mappings with a `text`,
    such as the rows of a Hugging Face dataset); or a data frame of pandas, polars or Arrow. `fields` maps our names to
    those of records and columns: ``{"text": "body"}``. All else is as in `dedup.scanner.scan`, which takes articles and
    keeps no reports.

    What is no article is handed to `on_error` and skipped; without, the first is raised, as a `BadRecord`.

    >>> story = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    >>> reports = scan([{"id": "a", "source": "one", "text": story}, {"id": "b", "source": "two", "text": story}])
    >>> [report.originality for report in reports]
    [1.0, 0.0]
    """
    return Reports(
        scanner.scan(
            articles_of(articles, fields, on_error),
            settings,
            reference=articles_of(reference, fields, on_error),
            index=index,
            additions=additions,
            workers=workers,
            progress=progress,
            on_error=on_error,
            on_current=on_current,
        )
    )
