"""The command `dedup`: it parses, calls the library and prints.

The only module that prints, exits or reads the environment. Nothing heavy is imported at its top:
`dedup --help` answers before numpy would have loaded.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from dedup.cli import convert as commands_convert
from dedup.cli import diff as commands_diff
from dedup.cli import evaluate as commands_evaluate
from dedup.cli import filter as commands_filter
from dedup.cli import index as commands_index
from dedup.cli import report as commands_report
from dedup.cli import serve as commands_serve
from dedup.cli import spark as commands_spark
from dedup.cli import stories as commands_stories
from dedup.cli import trace as commands_trace
from dedup.cli.console import (
    Bars,
    cores,
    count,
    forget_stdout,
    format_of,
    look_of,
    message_of,
    remembering,
    warnings_said,
    write_parquet,
    writing,
    written,
)
from dedup.cli.interrupts import INTERRUPTED, Interrupts
from dedup.cli.options import chosen_settings, with_additions, with_settings, with_translated
from dedup.cli.reading import Readable, Reading, with_paths, with_reading
from dedup.errors import DedupError, SettingsError
from dedup.reporter.visible import spelled, visible
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

BELOW, CLOSED_PIPE = 3, 141
"""Exit codes beside 0, 1, click's 2 and `INTERRUPTED`."""

NOTHING_JUDGED = "--fail-under had nothing to judge: no article with words that count was read"


class WrongUsage(click.ClickException):
    """One line, and click's exit code for what cannot be asked."""

    exit_code = 2


class Commands(click.Group):
    """The commands, with the exit codes of every one of them."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run as a program that Ctrl-C ends within a second."""
        with Interrupts() as interrupts:
            return super().main(*arguments, obj=interrupts, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command: 1 for an error that has a message, 130 for Ctrl-C, 141 for a closed pipe."""
        try:
            with warnings_said():
                result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            forget_stdout()
            ctx.exit(CLOSED_PIPE)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except SettingsError as error:
            raise WrongUsage(visible(str(error))) from error
        except DedupError as error:
            raise click.ClickException(visible(str(error))) from error
        except OSError as error:
            raise click.ClickException(visible(message_of(error))) from error
        except MemoryError as error:
            raise click.ClickException("not enough memory") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, package_name="dedup-news")
def main() -> None:
    """Say how much of each article of a news feed is original text, and where the rest came from.

    \b
    dedup scan news/                          a summary for people
    dedup scan news/ -o report.jsonl          a report a machine can read, one line an article
    dedup scan feed.jsonl --reference press/  what was taken from the press releases
    dedup report report.jsonl -o report.html  a page of it
    dedup stories feed.jsonl                  who wrote it first, and who took it from whom
    dedup diff yesterday.html today.html      what an update says otherwise
    dedup trace paragraph.txt --in news/      where a text comes from
    """


@main.command(short_help="Judge articles against all earlier ones.")
@with_paths
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    metavar="FILE",
    help="Where the report goes, by default standard output. An old FILE is replaced only by a whole one.",
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
    started = time.perf_counter()
    if as_stream and index_url:
        raise click.UsageError(
            "--as-stream judges by the input alone; to judge by an index, use dedup filter"
        )
    from dedup.settings import Settings

    chosen = chosen_settings(config, values, translated)
    settings = chosen or Settings()
    if verbose:
        logging.getLogger().setLevel(logging.INFO)
    beside = commands_stories.beside_format(stories) if stories else None
    if engine == "spark":
        _check_spark(
            paths,
            format_,
            index_url=index_url,
            workers=workers,
            as_stream=as_stream,
            summary=summary_file,
            translated=settings.translated_days,
        )
        lowest = commands_spark.scan_on_spark(
            paths, reference, settings, output=output, master=master, work_dir=work_dir, stories=stories,
            reading=reading, additions=additions,
        )  # fmt: skip
        if fail_under is not None and lowest is None:
            raise click.ClickException(NOTHING_JUDGED)
        if fail_under is not None and lowest is not None and lowest < fail_under:
            click.echo(f"the lowest originality is {lowest:.4f}, below {fail_under:g}", err=True)
            click.get_current_context().exit(BELOW)
        return
    if master or work_dir:
        raise click.UsageError("--master and --work-dir need --engine spark")
    format_ = format_ or format_of(
        output, SUFFIXES, "text" if output == "-" and sys.stdout.isatty() else "jsonl"
    )
    bars = Bars(shown=format_ == "text" or output != "-" or not sys.stdout.isatty())
    with ExitStack() as ending, bars:
        bars.ready("dedup.stream" if as_stream else "dedup.scanner")
        from dedup.reporter.summary import Summary
        from dedup.reporter.texts import TextsAtHand

        summary = Summary()
        skip = reading.skipping(bars, summary.skip)
        texts = TextsAtHand()
        read = partial(reading.articles, bars=bars, on_error=skip)
        articles, older = read(*paths), read(*reference) if reference else iter(())
        if format_ == "html":
            articles, older = remembering(articles, texts), remembering(older, texts)
        if as_stream:
            from dedup.stream import stream

            reports = stream(articles, settings, reference=older, additions=additions, on_error=skip)
        else:
            from dedup.scanner import scan as judge

            index = None
            if index_url:
                from dedup.index import open_index

                index = ending.enter_context(open_index(index_url, chosen, create=False))
                settings = index.settings
            reports = judge(
                articles, settings, reference=older, index=index, additions=additions, workers=workers or cores(),
                progress=bars.progress, on_error=skip,
                on_current=lambda stands: bars.say(str(stands)) if str(stands) else None,
            )  # fmt: skip

        def figures() -> Json:
            from dedup.inspect.languages import scorer_names

            run = {"version": __version__, "settings_id": settings.id, "settings": asdict(settings)}
            return {
                **run,
                "language_scorer": scorer_names(),
                **summary.figures(),
                "seconds": round(time.perf_counter() - started, 3),
            }

        telling = commands_stories.Telling(settings) if stories else None
        noted = summary.watch(telling.noting(reports) if telling else reports)
        with writing(output) as out:
            watched = bars.until_done(noted) if output == "-" else noted
            _write(format_, watched, out, summary, figures, texts, telling.parts if telling else None)
    if telling and stories:
        telling.write(stories, beside)
    if summary.untranslated and format_ != "text":
        click.echo(summary.said_of_translations(), err=True)
    _close(summary, figures(), output, summary_file, verbose)
    _check_lowest(summary, fail_under)


@main.command("explain-settings", short_help="Say what the settings mean, and can see.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@with_settings
def explain_settings(names: tuple[str, ...], config: Path | None, values: Mapping[str, str]) -> None:
    """Show the settings, and what they can see; or say what one of them, NAME, means.

    The LSH net looks at whole paragraphs: its curve says how likely a pair of a given Jaccard similarity
    becomes a candidate. The fingerprint net looks at passages. What either finds is then verified on the
    text.

    \b
    dedup explain-settings
    dedup explain-settings min_words
    dedup explain-settings --set jaccard=0.7 --set recall=0.99
    """
    if names:
        chosen = asdict(chosen_settings(config, values) or _settings())
        click.echo("\n\n".join(_explained(name, chosen) for name in names))
        return
    from dedup.match.lsh import choose_bands, detection_probability
    from dedup.settings import Settings

    settings = chosen_settings(config, values) or Settings()
    click.echo(f"Settings {settings.id}\n")
    values_by_name = asdict(settings)
    width = max(map(len, values_by_name))
    for name, value in values_by_name.items():
        click.echo(f"  {name:<{width}}  {value}")
    if settings.nets != "fingerprints":
        bands, rows = choose_bands(settings)
        click.echo(f"\nLSH net: {bands} bands of {rows} rows, shingles of {settings.shingle_words} words\n")
        click.echo("  Jaccard   candidate with probability")
        for tenth in range(1, 11):
            seen = detection_probability(tenth / 10, bands, rows)
            click.echo(f"  {tenth / 10:7.1f}   {seen:6.1%}  {'#' * round(40 * seen)}".rstrip())
    click.echo(f"\n{_shortest(settings)}")


main.add_command(commands_report.report)
main.add_command(commands_report.show)
main.add_command(commands_convert.convert)
main.add_command(commands_diff.diff)
main.add_command(commands_evaluate.command)
main.add_command(commands_filter.filter_)
main.add_command(commands_index.index)
main.add_command(commands_serve.serve)
main.add_command(commands_stories.stories)
main.add_command(commands_trace.trace)


# --- what they need ---


def _settings() -> Settings:
    from dedup.settings import Settings

    return Settings()


def _explained(name: str, chosen: Json) -> str:
    """One setting in prose."""
    from dedup.settings import Range, one_of, setting

    field = setting(name)
    allowed = field.metadata["range"]
    shown = str(allowed) if isinstance(allowed, Range) else one_of(allowed)
    changed = "" if chosen[name] == field.default else f" (default {field.default})"
    meaning = click.wrap_text(field.metadata["doc"], 96, "  ", "  ")
    return f"{name} = {chosen[name]}{changed}; {shown}\n\n{meaning}"


def _shortest(settings: Settings) -> str:
    """The shortest passage that can be found, in words."""
    common = (
        f"Shortest passage that can be found: {settings.min_words} words in the same order, weighing "
        f"{settings.min_weight:g} or more\n(a name, a number or a short word weighs half), and at least "
        f"{settings.min_share:.0%} of the passage they lie in"
    )
    if settings.nets == "lsh":
        return f"{common},\nin a paragraph similar enough for the LSH net."
    return (
        f"{common},\nwith a run of {settings.shingle_words} among them that no more than {settings.frequent} "
        "paragraphs of the corpus share."
    )


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
        commands_report.write_page(Reports(every, figures()), out, texts)
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
