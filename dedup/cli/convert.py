"""`dedup convert`: any format as article records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import click

from dedup.cli.console import Bars, writing
from dedup.cli.options import with_fields, with_formats, with_sources

if TYPE_CHECKING:
    from dedup.errors import BadRecord
    from dedup.readers.options import Options


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True), metavar="PATH..."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    metavar="FILE",
    help="Where the records go, by default standard output. An old FILE is replaced only by a whole one.",
)
@with_fields
@with_sources
@with_formats
@click.option(
    "--path-pattern",
    metavar="PATTERN",
    help="What the path of a plain file says, such as '{source}/{published}/{id}.txt'.",
)
@click.option(
    "--strict", is_flag=True, help="End with exit code 1 at the first file or record that cannot be read."
)
def convert(
    paths: tuple[str, ...], output: str, fields: Mapping[str, str], sources: str | None, options: Options,
    path_pattern: str | None, strict: bool,
) -> None:  # fmt: skip
    """Write the articles under PATH as JSON lines, one a line, whatever format they are in.

    Each has id and text, and title, source, published, url and language as far as they are known; other keys are
    carried through. What cannot be read is named on standard error and skipped.

    \b
    dedup convert feeds/ archive.warc.gz -o articles.jsonl
    dedup convert answer.json --records articles.results --field text=body | dedup filter --index feed.index
    dedup convert old/ --encoding windows-1252 -o articles.jsonl
    """
    from dedup.readers import read_articles
    from dedup.readers.records import record_of
    from dedup.reporter.jsonl import dumps

    skipped = 0
    with Bars(shown=output != "-") as bars:

        def skip(error: BadRecord) -> None:
            nonlocal skipped
            if strict:
                raise error
            bars.say(str(error))
            skipped += 1

        articles = read_articles(
            *paths,
            fields=fields,
            path_pattern=path_pattern,
            on_error=skip,
            on_warning=lambda odd: bars.say(str(odd)),
            on_progress=bars.progress and partial(bars.progress, "reading"),
            sources=sources,
            options=options,
        )
        count = 0
        with writing(output) as out:
            for article in articles:
                count += 1
                out.write(dumps(record_of(article)) + b"\n")
        bars.stop()
    noun = "article" if count == 1 else "articles"
    click.echo(f"{count:,} {noun}" + (f", {skipped:,} skipped" if skipped else ""), err=True)
