"""`dedup convert`: any format as article records."""

from __future__ import annotations

import click

from dedup.cli.console import Bars, count, format_of, writing, written
from dedup.cli.options import with_output
from dedup.cli.reading import Reading, with_paths, with_reading
from dedup.errors import BadRecord


@click.command(short_help="Write articles of any format as records.")
@with_paths
@with_output("Where the records go, by default standard output. An old FILE is replaced only by a whole one.")
@with_reading
def convert(paths: tuple[str, ...], output: str, reading: Reading) -> None:
    """Write the articles under PATH as JSON lines, one a line, whatever format they are in.

    Each has id and text, and title, source, published, url and language as far as they are known; other keys are
    carried through. What cannot be read is named on standard error and skipped.

    \b
    dedup convert feeds/ archive.warc.gz -o articles.jsonl
    dedup convert answer.json --records articles.results --field text=body | dedup filter --index feed.index
    dedup convert old/ --encoding windows-1252 -o articles.jsonl
    """
    from dedup.readers.records import record_of
    from dedup.reporter.jsonl import dumps

    format_of(output, {".jsonl": "jsonl", ".ndjson": "jsonl"}, "jsonl", or_else="")
    skipped: list[BadRecord] = []
    with Bars(shown=output != "-") as bars:
        articles = 0
        with writing(output) as out:
            for article in reading.articles(
                *paths, bars=bars, on_error=reading.skipping(bars, skipped.append)
            ):
                articles += 1
                out.write(dumps(record_of(article)) + b"\n")
        bars.stop()
    click.echo(written(output, count(articles, "article"), len(skipped)), err=True)
