"""How a command reads articles: the options of all that do, as one record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from dedup.cli.console import Bars, names_and_values
from dedup.errors import BadRecord

if TYPE_CHECKING:
    from dedup.model import Article
    from dedup.readers.naming import Unnamed
    from dedup.readers.options import Options
    from dedup.readers.outlets import Outlets

F = TypeVar("F", bound=Callable[..., Any])

NAMES_OF_FORMATS = (
    "text", "html", "json", "jsonl", "csv", "parquet", "arrow", "xml", "warc", "arc", "mail", "mbox", "nexis",
    "factiva", "telegram", "zip", "tar",
)  # fmt: skip
"""Those of `dedup.readers.FORMATS`, which is not imported for a page of help."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the articles of a command are read.

    `fields` are other names for those of the records, `sources` a file of aliases of outlets, `path_pattern` what the
    path of a plain file says; `strict` ends the run at the first file or record that cannot be read.
    """

    options: Options
    fields: Mapping[str, str]
    sources: str | None = None
    path_pattern: str | None = None
    strict: bool = False

    def skipping(
        self, bars: Bars, note: Callable[[BadRecord], object] | None = None
    ) -> Callable[[BadRecord], None]:
        """What is to be done about what cannot be read: it is named and handed to `note`, or raised."""

        def skip(error: BadRecord) -> None:
            if self.strict:
                raise error
            bars.complain(error)
            if note is not None:
                note(error)

        return skip

    def articles(
        self, *paths: str, on_error: Callable[[BadRecord], None], bars: Bars | None = None,
        unnamed: Unnamed | None = None,
    ) -> Iterator[Article]:  # fmt: skip
        """Read the articles of some paths (see `dedup.readers.read_articles`); with `bars` what is odd is said."""
        from dedup.readers import read_articles

        return read_articles(
            *paths, fields=self.fields, path_pattern=self.path_pattern, on_error=on_error,
            on_warning=bars.complain if bars else None,
            on_progress=partial(bars.progress, "reading") if bars and bars.progress else None, unnamed=unnamed,
            sources=self.sources, options=self.options,
        )  # fmt: skip

    def outlets(self) -> Outlets:
        """What tells the sources of records."""
        return outlets_of(self.sources)


def outlets_of(sources: str | None) -> Outlets:
    """What tells the sources of records, with the aliases of a file if there is one."""
    from dedup.readers.outlets import read_aliases
    from dedup.readers.records import OUTLETS

    return read_aliases(sources) if sources else OUTLETS


class Readable(click.Path):
    """A file or folder that is there, or an address of one, such as s3://bucket/news/: that is looked for later."""

    def __init__(self, allow_dash: bool = False) -> None:
        super().__init__(exists=True, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType`."""
        from dedup.readers.remote import is_address

        return value if isinstance(value, str) and is_address(value) else super().convert(value, param, ctx)


def with_paths(command: F) -> F:
    """Add the argument that says what is read."""
    return click.argument(
        "paths", nargs=-1, required=True, type=Readable(allow_dash=True), metavar="PATH..."
    )(command)


def with_reading(command: F) -> F:
    """Add the options that say how files are read; the command gets them as `reading`."""
    pattern = click.option(
        "--path-pattern", metavar="PATTERN",
        help="What the path of a plain file says, such as '{source}/{published}/{id}.txt'.",
    )  # fmt: skip
    strict = click.option(
        "--strict", is_flag=True, help="End with exit code 1 at the first file or record that cannot be read."
    )
    return with_records(strict(pattern(command)))


def with_records(command: F) -> F:
    """Add those of them that count on standard input, too."""

    @wraps(command)
    def reading(
        *args: Any, fields: Mapping[str, str], sources: str | None, from_: str | None, encoding: str | None,
        records: str | None, columns: str | None, limits: Mapping[str, str], path_pattern: str | None = None,
        strict: bool = False, **others: Any,
    ) -> Any:  # fmt: skip
        from dedup.readers.options import Limits, Options

        names = tuple(name.strip() for name in columns.split(",")) if columns else ()
        options = Options(from_, encoding, records, names, limits=Limits().with_values(limits))
        return command(*args, reading=Reading(options, fields, sources, path_pattern, strict), **others)

    for option in reversed((with_fields, with_sources, *_OPTIONS)):
        reading = option(reading)
    return cast(F, reading)


def with_fields(command: F) -> F:
    """Add the option that names the fields of the records."""
    return click.option(
        "--field",
        "fields",
        multiple=True,
        metavar="OURS=THEIRS",
        callback=names_and_values,
        help="Another name for a field of the records, such as --field text=body. May be given again.",
    )(command)


def with_sources(command: F) -> F:
    """Add the option that names aliases of outlets."""
    return click.option(
        "--sources",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Aliases of outlets, a line each: bbc.co.uk = bbc.com, bbci.co.uk, BBC News.",
    )(command)


_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option(
        "--from",
        "from_",
        type=click.Choice(NAMES_OF_FORMATS),
        metavar="FORMAT",
        help=f"What all files are, where neither content nor suffix tells: {', '.join(NAMES_OF_FORMATS)}.",
    ),
    click.option(
        "--encoding",
        metavar="NAME",
        help="What texts and tables are in that are not UTF-8, as windows-1252.",
    ),
    click.option(
        "--records",
        metavar="KEYS",
        help="Where in a JSON file its records are, such as articles.results.",
    ),
    click.option(
        "--columns", metavar="A,B,C", help="The names of a table's columns, where it has no header."
    ),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=SIZE",
        callback=names_and_values,
        help="The largest record (64M), the largest file that is read as a whole (file, 2G), or how many times "
        "larger a compressed file may become (ratio, 250). May be given again.",
    ),
)
