"""`dedup index`: what is done to an index beside the job that fills it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedup.cli.console import Bars, count, late_versions, revision_of
from dedup.cli.options import (
    chosen_settings,
    days,
    with_additions,
    with_output,
    with_settings,
    with_translated,
)
from dedup.cli.reading import Reading, with_reading
from dedup.cli.stories import FORMATS, Telling, story_format, write_stories_page
from dedup.errors import BadRecord, damaged
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.index import Index
    from dedup.model import ArticleReport

URL = click.argument("url", metavar="URL")


@click.group("index", short_help="Build and look after what filter remembers.")
def index() -> None:
    """Build, look after and put together indexes.

    URL is a folder, or redis://host:port/database?prefix=name. An index holds hashes of words, offsets, ids,
    sources, dates and reports, no texts.

    \b
    dedup index build archive.index archive/
    dedup index info archive.index
    dedup index expire archive.index --window 30d
    """


@index.command(short_help="Add articles to an index, made if absent.")
@URL
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@with_reading
@click.option(
    "--keep-text",
    is_flag=True,
    help="Keep the texts, too, where their licence allows it. Counts when it is made.",
)
@with_translated
@with_additions
@with_settings
def build(
    url: str, paths: tuple[str, ...], reading: Reading, keep_text: bool, additions: Additions,
    translated: bool, config: Path | None, values: Mapping[str, str],
) -> None:  # fmt: skip
    """Add the articles under PATH to an index, made if absent.

    Files and folders are read as by dedup scan. What the index holds already is passed over, so a build that
    was interrupted goes on when it is started again.
    """
    with Bars(shown=True) as bars:
        bars.ready("dedup.stream")
        from dedup.index import open_index
        from dedup.prefilter.building import build as add
        from dedup.readers.naming import Unnamed
        from dedup.stream import Detector

        skipped: list[BadRecord] = []
        skip = reading.skipping(bars, skipped.append)
        unnamed = Unnamed()
        articles = reading.articles(*paths, bars=bars, on_error=skip, unnamed=unnamed)
        with open_index(url, chosen_settings(config, values, translated), keep_text=keep_text) as target:
            before = len(target)
            read, revised = 0, ""
            detector = Detector(target, additions=additions)
            for report in add(detector, articles, skip):
                read += 1
                if report.revision and not revised:
                    revised = report.id
                    bars.say(revision_of(revised))
            bars.stop()
            click.echo(
                f"{_articles(read)} read, {len(target) - before:,} new; {_named(url)} holds {len(target):,}"
            )
    if late := late_versions(detector.late):
        click.echo(late, err=True)
    if unnamed:
        click.echo(str(unnamed), err=True)
    if skipped:
        click.echo(f"{count(len(skipped), 'file or record', 'files and records')} skipped", err=True)


@index.command(short_help="Say what an index holds and takes.")
@URL
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def info(url: str, as_json: bool) -> None:
    """Say what an index holds, what that takes, and the settings it was made with."""
    with _existing(url) as held:
        facts = {**asdict(held.info()), "settings": asdict(held.settings)}
    if as_json:
        from dedup.reporter.jsonl import dumps

        click.echo(dumps(facts))
        return
    facts |= facts.pop("settings")
    width = max(map(len, facts))
    for name, value in facts.items():
        click.echo(f"{name:<{width}}  {_shown(value)}")


@index.command(short_help="Check that an index is sound.")
@URL
def check(url: str) -> None:
    """Check that an index is sound: every record, every key. Exit code 1 says what is not."""
    with _existing(url) as held:
        try:
            held.check()
        except AssertionError as error:
            raise damaged(_named(url), str(error)) from error
        click.echo(f"{_named(url)}: {_articles(len(held))}, all sound")


@index.command(short_help="Save what is sound of a damaged index.")
@URL
@with_settings
def repair(url: str, config: Path | None, values: Mapping[str, str]) -> None:
    """Save what is sound of a damaged index in a folder: a new one takes its place.

    No job may use it meanwhile. The damaged one stays beside it, as URL.damaged-1. Articles whose records cannot be
    read are named, to be sent again. Settings count only where the index cannot say its own any more.
    """
    if "://" in url:
        raise click.UsageError("an index on Redis is repaired by Redis; runs that are missing are built anew")
    from dedup.index.repair import repair as mend

    done = mend(url, chosen_settings(config, values))
    if not done.settings_known:
        click.echo(
            "what it was made with cannot be read: taken are the settings given here, or the defaults",
            err=True,
        )
    for name in done.lost:
        click.echo(f"lost: {visible(name)}", err=True)
    lost = f", {len(done.lost):,} lost" if done.lost else ""
    click.echo(f"{url}: {_articles(done.saved)} saved{lost}; the damaged index is {done.damaged}")


@index.command()
@URL
@click.option(
    "--before", metavar="DATE", help="Forget the articles of days before this date, such as 2024-03-01."
)
@click.option(
    "--window", metavar="DAYS", callback=days,
    help="Forget what is older than the newest articles by more than this, such as 30d, as filter --window does.",
)  # fmt: skip
def expire(url: str, before: str | None, window: int | None) -> None:
    """Forget old articles."""
    if (before is None) == (window is None):
        raise click.UsageError("say which: either --before DATE or --window DAYS")
    from dedup.model import normal_date

    if before is not None:
        try:
            before = normal_date(before)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--before") from error
    with _existing(url) as held:
        if before is not None:
            gone = held.expire(before)
        else:
            from dedup.prefilter.filtering import forget

            assert window is not None
            gone = forget(held, window)
        click.echo(f"{_articles(gone)} forgotten, {len(held):,} left")


@index.command(short_help="Remove articles by their ids.")
@URL
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--source", metavar="NAME", help="Only articles of this source.  [default: of every source]")
def remove(url: str, ids: tuple[str, ...], source: str | None) -> None:
    """Remove articles by their ids; - reads ids from standard input, one a line.

    Reports that were given out before stay as they are.
    """
    names = [
        name
        for given in ids
        for name in (sys.stdin.read().splitlines() if given == "-" else (given,))
        if name
    ]
    with _existing(url) as held:
        gone = held.remove(names, source)
        unknown = max(0, len(set(names)) - gone)
        click.echo(
            f"{_articles(gone)} removed, {len(held):,} left"
            + (f"; {unknown:,} ids unknown" if unknown else "")
        )


@index.command(short_help="Tell the stories that an index holds.")
@URL
@with_output("Where the stories go, by default standard output.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS), help="As of dedup stories; html has the texts that the "
    "index keeps.",
)  # fmt: skip
def stories(url: str, output: str, format_: str | None) -> None:
    """Tell the stories of the articles that an index holds, from the reports they got when they came.

    As dedup stories does; an index keeps no titles.
    """
    from dedup.model import Article
    from dedup.reporter.texts import TextsAtHand
    from dedup.stream.verdicts import held_report

    format_ = format_ or story_format(output)
    with _existing(url) as held:
        telling, texts = Telling(held.settings), TextsAtHand()

        def reports() -> Iterator[ArticleReport]:
            for one in held.articles():
                article = Article(one.id, one.text or "", source=one.source, published=one.published)
                if one.text is not None and format_ == "html":
                    texts.take(article)
                yield held_report(one, article)

        noted = telling.noting(reports())
        if format_ == "html":
            write_stories_page(list(noted), output, texts, held.settings)
        else:
            for _ in noted:
                pass
            telling.write(output, format_)
        if not telling.count:
            click.echo("no article found", err=True)


@index.command(short_help="Copy an index while jobs go on.")
@URL
@click.argument("folder", type=click.Path(), metavar="FOLDER")
def backup(url: str, folder: str) -> None:
    """Copy an index to a new FOLDER, also while a job is adding to it.

    The copy is an index like any other: name it to filter or scan, or merge it back.
    """
    with _existing(url) as held:
        held.backup(folder)
    with _existing(folder) as copy:
        click.echo(f"{folder}: {_articles(len(copy))}")


@index.command(short_help="Add the articles of other indexes to one.")
@URL
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
def merge(url: str, others: tuple[str, ...]) -> None:
    """Add the articles of OTHER indexes to the one at URL, made if absent.

    What it holds already stays, unless another has a newer version or a later revision. Reports given out before
    stay as they are. All must have been made with the same settings.
    """
    from dedup.index import open_index
    from dedup.prefilter.building import merge as add

    with Bars(shown=True) as bars, _existing(others[0]) as first:
        kept = first.keeps_text
        with open_index(url, first.settings, keep_text=kept, secret=first.secret) as target:
            for name in others:
                with _existing(name) as other:
                    added = add(target, other)
                bars.say(f"{_named(name)}: {_articles(added)} added")
            click.echo(f"{_named(url)}: {_articles(len(target))}")


@contextmanager
def _existing(url: str) -> Iterator[Index]:
    """Open an index that is there."""
    Bars(shown=False).ready("dedup.index.embedded")
    from dedup.index import open_index

    with open_index(url, create=False) as held:
        yield held


def _named(url: str) -> str:
    """An index as it may be shown: a URL can hold a password."""
    from dedup.index.connection import without_password

    return visible(without_password(url))


def _articles(number: int) -> str:
    return count(number, "article")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return "none" if value is None else str(value)
