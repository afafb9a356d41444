"""`dedup scan`."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dedup.cli import spark
from dedup.cli.console import (
    Bars,
    count,
    format_of,
    look_of,
    write_parquet,
    writing,
    written,
)
from dedup.cli.judging import Judging
from dedup.cli.options import chosen_settings, with_additions, with_output, with_settings, with_translated
from dedup.cli.reading import Readable, Reading, with_paths, with_reading
from dedup.cli.report import write_page
from dedup.cli.stories import Telling, beside_format
from dedup.reporter.visible import spelled
from dedup.version import __version__

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.model import ArticleReport, Json
    from dedup.reporter.jsonl import Parts
    from dedup.reporter.summary import Summary
    from dedup.reporter.texts import Texts
    from dedup.settings import Settings


FORMATS = ("text", "jsonl", "json", "csv", "html", "parquet")
SUFFIXES = {
    ".txt": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".html": "html",
    ".htm": "html", ".parquet": "parquet",
}  # fmt: skip

BELOW = 3
"""Exit code of a gate that is shut."""

NOTHING_JUDGED = "--fail-under had nothing to judge: no article with words that count was read"


@click.command(short_help="Judge articles against all earlier ones.")
@with_paths
@with_output(
    "Where the report goes, by default standard output. An old FILE is replaced only by a whole one."
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="text: a summary for people, the default on a terminal. jsonl: one line an article, the default "
    "otherwise. json, csv, html, parquet: one document. With -o, the name of FILE says which.",
)
@click.option(
    "--reference",
    multiple=True,
    type=Readable(),
    help="Articles that count as earlier than everything scanned and are not reported themselves: "
    "an archive, press releases, an evaluation set. May be given again.",
)
@click.option(
    "--index",
    "index_url",
    metavar="URL",
    help="An index built before (`dedup index build`, `dedup filter`): what it holds is further reference. "
    "Its settings are used where none are given.",
)
@with_translated
@with_settings
@with_reading
@with_additions
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="Threads and processes that work at once; as many as there are cores by default. Never changes the report.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Exit with 3 if the originality of any article is below X (0 to 1).",
)
@click.option(
    "--as-stream",
    is_flag=True,
    help="Judge each article only by those before it in the input, as `dedup filter` does.",
)
@click.option(
    "--summary",
    "summary_file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the run's counts and settings to FILE, as JSON.",
)
@click.option(
    "--engine",
    type=click.Choice(("local", "spark")),
    default="local",
    help="local: this machine. spark: Apache Spark, for tens of millions of paragraphs and more; the same report, "
    "sorted by id, as JSON lines or (-o NAME.parquet) as a folder of Parquet files.",
)
@click.option(
    "--master", metavar="URL", help="With spark: its master, such as 'local[2]' or spark://host:7077."
)
@click.option(
    "--work-dir",
    metavar="FOLDER",
    help="With spark: keep every stage here, where all executors reach it; a scan that broke off goes on from there.",
)
@click.option(
    "--stories",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Also write the stories of the feed (see `dedup stories`), and say in the report which one each article "
    "belongs to.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Log to standard error; the summary is the last line there, as JSON.",
)
def scan(
    paths: tuple[str, ...], output: str, format_: str | None, reference: tuple[str, ...],
    index_url: str | None, config: Path | None, values: Mapping[str, str], reading: Reading,
    additions: Additions, workers: int | None, fail_under: float | None, as_stream: bool,
    summary_file: str | None, translated: bool, engine: str, master: str | None, work_dir: str | None,
    stories: str | None, verbose: bool,
) -> None:  # fmt: skip
    """Judge every article under PATH against all earlier ones.

    PATH is a file, a folder with everything in it, or - for JSON lines on standard input. Texts, pages, JSON,
    tables, feeds, newswire, web archives, mail and exports of press databases are read, compressed and in
    archives, too (docs/formats.md); a record is an object with "text" and, if it has them, id, title, source,
    published, url and language. What cannot be read is named on standard error and skipped.

    \b
    dedup scan samples/
    dedup scan news/ --path-pattern '{source}/{published}/{id}.txt' -o report.jsonl
    zcat feed.jsonl.gz | dedup scan - --field text=body -f csv > report.csv
    dedup scan incoming/ --reference archive/ --fail-under 0.3

    Exit code: 0 done, 1 error (also --fail-under with nothing judged), 2 wrong usage, 3 an article is below
    --fail-under.
    """
    from dedup.settings import Settings

    if as_stream and index_url:
        raise click.UsageError(
            "--as-stream judges by the input alone; to judge by an index, use dedup filter"
        )
    chosen = chosen_settings(config, values, translated)
    if verbose:
        logging.getLogger().setLevel(logging.INFO)
    beside = beside_format(stories) if stories else None
    if engine == "spark":
        settings = chosen or Settings()
        _check_spark(
            paths, format_, index_url=index_url, workers=workers, as_stream=as_stream, summary=summary_file,
            translated=settings.translated_days,
        )  # fmt: skip
        lowest = spark.scan_on_spark(
            paths, reference, settings, output=output, master=master, work_dir=work_dir, stories=stories,
            reading=reading, additions=additions,
        )  # fmt: skip
        _check_lowest_of_all(lowest, fail_under)
        return
    if master or work_dir:
        raise click.UsageError("--master and --work-dir need --engine spark")
    format_ = format_ or format_of(
        output, SUFFIXES, "text" if output == "-" and sys.stdout.isatty() else "jsonl"
    )
    judging = Judging(reading, additions, chosen, reference, index_url, workers, as_stream)
    summary, figures = _scanned(judging, paths, output, format_, stories, beside)
    _close(summary, figures(), output, summary_file, verbose)
    _check_lowest(summary, fail_under)


def _scanned(
    judging: Judging, paths: Sequence[str], output: str, format_: str, stories: str | None, beside: str | None
) -> tuple[Summary, Callable[[], Json]]:
    """Write the report, and the `stories` where they are asked for; return what the run came to, and its figures."""
    started = time.perf_counter()
    bars = Bars(shown=format_ == "text" or output != "-" or not sys.stdout.isatty())
    with ExitStack() as ending, bars:
        from dedup.reporter.summary import Summary
        from dedup.reporter.texts import TextsAtHand

        summary, texts = Summary(), TextsAtHand()
        settings, reports = judging.reports(
            paths, ending, bars, judging.reading.skipping(bars, summary.skip),
            texts=texts if format_ == "html" else None,
        )  # fmt: skip
        telling = Telling(settings) if stories else None
        figures = partial(_figures, summary, settings, started)
        noted = summary.watch(telling.noting(reports) if telling else reports)
        with writing(output) as out:
            watched = bars.until_done(noted) if output == "-" else noted
            _write(format_, watched, out, summary, figures, texts, telling.parts if telling else None)
    if telling and stories:
        telling.write(stories, beside)
    if summary.untranslated and format_ != "text":
        click.echo(summary.said_of_translations(), err=True)
    return summary, figures


def _figures(summary: Summary, settings: Settings, started: float) -> Json:
    """What the run came to, as JSON: version, settings and counts."""
    from dedup.inspect.languages import scorer_names

    return {
        "version": __version__,
        "settings_id": settings.id,
        "settings": asdict(settings),
        "language_scorer": scorer_names(),
        **summary.figures(),
        "seconds": round(time.perf_counter() - started, 3),
    }


def _write(
    format_: str, reports: Iterable[ArticleReport], out: BinaryIO, summary: Summary,
    figures: Callable[[], Json], texts: Texts, parts: Parts | None,
) -> None:  # fmt: skip
    if format_ == "jsonl":
        from dedup.reporter.jsonl import write_jsonl

        write_jsonl(reports, out, parts)
    elif format_ == "json":
        from dedup.reporter.jsonl import write_json

        write_json(reports, out, figures, parts)
    elif format_ == "csv":
        from dedup.reporter.csv import write_csv

        write_csv(reports, out)
    elif format_ == "parquet":
        write_parquet(reports, out)
    elif format_ == "html":
        from dedup.reporter.load import Reports

        every = tuple(reports)  # the page starts with the run's figures
        write_page(Reports(every, figures()), out, texts)
    else:
        from dedup.reporter.text import write_text

        write_text(reports, out, summary, **look_of(out))


def _close(summary: Summary, figures: Json, output: str, summary_file: str | None, verbose: bool) -> None:
    """Say what the run came to, beside the report."""
    if not summary.articles:
        click.echo("no article found", err=True)
    if output != "-":
        click.echo(written(output, count(summary.articles, "article"), summary.skipped_count), err=True)
    elif summary.skipped_count:
        click.echo(f"{count(summary.skipped_count, 'file or record', 'files and records')} skipped", err=True)
    if summary_file or verbose:
        from dedup.reporter.jsonl import dumps

        line = dumps(figures) + b"\n"
        if summary_file:
            with writing(summary_file) as out:
                out.write(line)
        if verbose:
            click.echo(spelled(line), nl=False, err=True)


def _check_spark(paths: tuple[str, ...], format_: str | None, **others: object) -> None:
    """Refuse what the engine of a cluster does not do."""
    for name, value in others.items():
        if value:
            raise click.UsageError(
                f"--{name.replace('_url', '').replace('_', '-')} is not for --engine spark"
            )
    if format_ not in (None, "jsonl"):
        raise click.UsageError(
            f"--engine spark writes jsonl or Parquet, not {format_}: see dedup report for a page of it"
        )
    if "-" in paths:
        raise click.UsageError("--engine spark reads files that its executors reach, not standard input")


def _check_lowest(summary: Summary, limit: float | None) -> None:
    """A gate: open where all articles reach the limit, and never on nothing."""
    if limit is None:
        return
    if not summary.originalities:
        raise click.ClickException(NOTHING_JUDGED)
    if summary.judged.most == 0:
        from dedup.reporter.verdict import compared

        click.echo(f"--fail-under: {compared(0)}, so nothing could be found in another one", err=True)
    below = sum(originality < limit for originality in summary.originalities)
    if below:
        lowest = min(summary.originalities)
        noun = "article is" if below == 1 else "articles are"
        click.echo(f"{below:,} {noun} below {limit:g}; the lowest originality is {lowest:.4f}", err=True)
        click.get_current_context().exit(BELOW)


def _check_lowest_of_all(lowest: float | None, limit: float | None) -> None:
    """The same gate, where a cluster has found the lowest originality; None where nothing was judged."""
    if limit is None:
        return
    if lowest is None:
        raise click.ClickException(NOTHING_JUDGED)
    if lowest < limit:
        click.echo(f"the lowest originality is {lowest:.4f}, below {limit:g}", err=True)
        click.get_current_context().exit(BELOW)
