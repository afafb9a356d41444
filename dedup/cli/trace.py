"""`dedup trace`: where a text comes from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedup.cli.console import Bars, cores, look_of
from dedup.cli.options import chosen_settings, with_additions, with_settings
from dedup.cli.reading import Readable, Reading, with_reading
from dedup.errors import BadRecord, DedupError
from dedup.model import Article

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.model import ArticleReport
    from dedup.settings import Settings

UNHEARD = "\x00trace:"
"""What the ids of traced texts begin with while they are judged: no article of an index may be taken for one."""


@click.command(short_help="Say where a text comes from.")
@click.argument(
    "file", default="-", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="[FILE|-]"
)
@click.option(
    "--index", "url", metavar="URL", help="The index to look in (`dedup index build`, `dedup filter`)."
)
@click.option(
    "--in", "inside", multiple=True, type=Readable(), metavar="PATH",
    help="The articles to look in: files and folders. May be given again.",
)  # fmt: skip
@click.option(
    "--json", "as_json", is_flag=True, help="The report of the text, as dedup scan writes it, one line."
)
@with_settings
@with_reading
@with_additions
def trace(
    file: str, url: str | None, inside: tuple[str, ...], as_json: bool, config: Path | None, values: Mapping[str, str],
    reading: Reading, additions: Additions,
) -> None:  # fmt: skip
    """Say where a text comes from: which articles have it, the earliest first, and which words of it.

    FILE is in any format that is read; standard input is plain text, such as a pasted paragraph, if --from does not say
    otherwise. All articles there count as earlier, whatever their dates; the text is added nowhere.

    \b
    pbpaste | dedup trace --index feed.index
    dedup trace release.html --in archive/ --json
    """
    from dedup.reporter import trace as views
    from dedup.reporter.jsonl import line

    if bool(url) == bool(inside):
        raise click.UsageError("say where to look: either --index URL or --in PATH")
    chosen = chosen_settings(config, values)
    out = sys.stdout.buffer
    with ExitStack() as ending:
        bars = ending.enter_context(Bars(shown=as_json or not sys.stdout.isatty()))
        texts = _texts(file, reading, bars)
        if url:
            judge = _by_index(ending, url, chosen, additions, bars)
        else:
            judge = _by_articles(inside, reading, chosen, additions, bars)
        for article, report in zip(texts, judge(texts), strict=True):
            bars.stop()
            told = replace(report, id=article.id.removeprefix(UNHEARD))
            if as_json:
                out.write(line(told))
            else:
                views.write_text(told, article.text, out, **look_of(out))


def _texts(file: str, reading: Reading, bars: Bars) -> list[Article]:
    """The texts to trace, without date and source: whoever has them is found."""

    def skip(error: BadRecord) -> None:
        raise error

    if file == "-" and reading.options.format is None:
        reading = replace(reading, options=replace(reading.options, format="text"))
    found = [
        Article(UNHEARD + one.id, one.text, one.title, language=one.language)
        for one in reading.articles(file, bars=bars, on_error=skip)
    ]
    if not any(one.text.strip() for one in found):
        raise DedupError(f"{file}: no text in it")
    return found


def _by_index(
    ending: ExitStack, url: str, chosen: Settings | None, additions: Additions, bars: Bars
) -> Callable[[Sequence[Article]], Iterator[ArticleReport]]:
    bars.ready("dedup.stream")
    from dedup.index import open_index
    from dedup.stream import Detector

    index = ending.enter_context(open_index(url, chosen, create=False))
    detector = Detector(index, additions=additions)
    return lambda texts: map(detector.check, texts)


def _by_articles(
    paths: Sequence[str], reading: Reading, chosen: Settings | None, additions: Additions, bars: Bars
) -> Callable[[Sequence[Article]], Iterator[ArticleReport]]:
    bars.ready("dedup.scanner")
    from dedup.scanner import scan

    older = reading.articles(*paths, bars=bars, on_error=reading.skipping(bars))

    def alone(texts: Sequence[Article]) -> Iterator[ArticleReport]:
        held = list(older) if len(texts) > 1 else older
        for text in texts:
            yield from scan(
                [text], chosen, reference=held, additions=additions, workers=cores(), progress=bars.progress
            )

    return alone
