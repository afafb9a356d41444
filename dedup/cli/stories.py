"""`dedup stories`, and what `dedup scan --stories` shares with it."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedup.cli.console import Bars, count, format_of, look_of, writing, written
from dedup.cli.judging import Judging
from dedup.cli.options import chosen_settings, with_additions, with_output, with_settings, with_translated
from dedup.cli.reading import Readable, Reading, with_paths, with_reading
from dedup.errors import SettingsError
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.model import ArticleReport, StoryPart
    from dedup.provenance import Current
    from dedup.reporter.texts import Texts, TextsAtHand
    from dedup.settings import Settings
    from dedup.stories import Keep, Node, Told

FORMATS = ("text", "jsonl", "csv", "html")
SUFFIXES = {
    ".txt": "text",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".html": "html",
    ".htm": "html",
}


class Telling:
    """Notes the reports that pass, and tells their stories when all have."""

    def __init__(self, settings: Settings, keep: Keep | None = None) -> None:
        self._settings, self._keep = settings, keep
        self._nodes: list[Node] = []
        self._told: Told | None = None
        self._places: list[tuple[str, int]] = []

    def noting(self, reports: Iterable[ArticleReport]) -> Iterator[ArticleReport]:
        """The reports, noted as they pass."""
        from dedup.stories import node_of

        for report in reports:
            self._nodes.append(node_of(report))
            self._places.append((report.path, report.record))
            yield report

    @property
    def told(self) -> Told:
        """The stories of all that passed."""
        if self._told is None:
            from dedup.stories import told

            self._told = told(self._nodes, self._settings, self._keep)
        return self._told

    def parts(self) -> list[StoryPart]:
        """What each article is to its story, in the order of the reports."""
        return self.told.parts()

    def kept(self, stands: Current) -> Iterator[tuple[tuple[str, int], str | None]]:
        """Where each article that came was read, in that order, and the id of the one kept in its place, None if it is
        that itself. What came again or is an older version goes with the one that stands; what could not be judged
        is not among them."""
        judged = zip(self._places, self._nodes, self.told.kept(), strict=True)
        ahead = next(judged, None)
        chosen: dict[int, str | None] = {}
        places, instead = dict[int, tuple[str, int]](), dict[int, str]()
        for number, (at, article) in enumerate(zip(stands.read_at, stands.articles, strict=True)):
            if ahead is None or ahead[0] != (article.path, article.record):
                continue
            places[at], node, chosen[at] = ahead
            instead[number] = chosen[at] or node.id
            ahead = next(judged, None)
        for place, path, record, number in stands.gone:
            if number in instead:
                places[place], chosen[place] = (path, record), instead[number]
        return ((places[place], chosen[place]) for place in sorted(chosen))

    @property
    def count(self) -> int:
        """How many reports passed."""
        return len(self._nodes)

    def write(self, output: str, format_: str | None = None) -> None:
        """Write the stories, in a format that the name of the file says where none is given."""
        write_stories(self.told, output, format_)


def write_stories(told: Told, output: str, format_: str | None = None) -> None:
    """Write stories, in a format that the name of the file says where none is given."""
    from dedup.reporter import stories as views

    format_ = format_ or story_format(output)
    undated = sum(node.published is None for node in told.forest.nodes)
    if undated:
        noun = "article has" if undated == 1 else "articles have"
        click.echo(f"{undated:,} {noun} no date: the order of the input decides what they follow", err=True)
    with writing(output) as out:
        if format_ == "jsonl":
            views.write_jsonl(told.stories(), out)
        elif format_ == "csv":
            views.write_csv(told.stories(), out)
        else:
            views.write_text(told.stories(), out, **look_of(out))


@click.command(short_help="Say who wrote it first and who took it.")
@with_paths
@with_output("Where the stories go, by default standard output.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS),
    help="text: the greatest stories, with who took from whom; the default on a terminal. jsonl: one line a story, the "
    "default otherwise. csv: a row an article. html: the page of dedup report, stories first. With -o, the name of "
    "FILE says which.",
)  # fmt: skip
@click.option(
    "--reference", multiple=True, type=Readable(),
    help="Articles that count as earlier than everything else: a story may be rooted there, they are in none "
    "themselves. May be given again.",
)  # fmt: skip
@click.option("--index", "index_url", metavar="URL", help="An index built before, as further reference.")
@click.option(
    "--keep", "keep", default="earliest", metavar="POLICY", show_default=True,
    help="Which one to keep of a story: earliest, latest, longest, most-original, or prefer=SOURCE,SOURCE,… (the "
    "earliest of the first of these sources that has one).",
)  # fmt: skip
@click.option(
    "--kept", type=click.Path(dir_okay=False, allow_dash=True), metavar="FILE",
    help="Write the records of the articles kept, JSON lines byte for byte.",
)  # fmt: skip
@click.option(
    "--dropped", type=click.Path(dir_okay=False, allow_dash=True), metavar="FILE",
    help='Write the others, each with the id of the one kept as "dedup_kept".',
)  # fmt: skip
@with_translated
@with_settings
@with_reading
@with_additions
@click.option(
    "--workers", type=click.IntRange(min=1), default=None, metavar="N",
    help="Threads and processes that work at once; as many as there are cores by default.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(("local", "spark")), default="local",
    help="spark: judge the articles on Apache Spark; the stories are the same.",
)  # fmt: skip
@click.option("--master", metavar="URL", help="With spark: its master, such as 'local[2]'.")
@click.option("--work-dir", metavar="FOLDER", help="With spark: keep every stage here.")
def stories(
    paths: tuple[str, ...], output: str, format_: str | None, reference: tuple[str, ...], index_url: str | None,
    keep: str, kept: str | None, dropped: str | None, config: Path | None, values: Mapping[str, str],
    reading: Reading, additions: Additions, translated: bool, workers: int | None, engine: str, master: str | None,
    work_dir: str | None,
) -> None:  # fmt: skip
    """Tell the stories of a feed: who wrote each first, who took it from whom, and how many really wrote it.

    A story has one root; an article belongs to the story that it took most from, if that is half of its words or of
    the other's. Quotes, templates, furniture and foreign words do not count. PATH is what `dedup scan` reads, or a
    report that it wrote.

    \b
    dedup stories feed.jsonl
    dedup stories report.jsonl -f csv > stories.csv
    dedup stories crawl/ -o stories.jsonl --keep longest --kept kept.jsonl --dropped dropped.jsonl
    """
    from dedup.reporter.texts import TextsAtHand
    from dedup.settings import Settings
    from dedup.stories import Keep

    try:
        policy = Keep.of(keep)
    except SettingsError as error:
        raise click.BadParameter(str(error), param_hint="--keep") from error
    chosen = chosen_settings(config, values, translated)
    format_ = format_ or story_format(output)
    if engine == "spark":
        from dedup.cli.spark import stories_on_spark

        if format_ == "html":
            raise click.UsageError("--engine spark writes no page: make one of its report, with dedup report")

        if "-" in paths or index_url or workers or kept or dropped:
            raise click.UsageError(
                "--engine spark takes neither standard input nor --index, --workers, --kept or --dropped"
            )
        told = stories_on_spark(
            paths, reference, chosen or Settings(), policy, master=master, work_dir=work_dir,
            reading=reading, additions=additions,
        )  # fmt: skip
        write_stories(told, output, format_)
        _say_strangers(policy, told)
        return
    if master or work_dir:
        raise click.UsageError("--master and --work-dir need --engine spark")
    came: list[Current] = []
    texts = TextsAtHand() if format_ == "html" else None
    with ExitStack() as ending, _kept_stdin("-" in paths and bool(kept or dropped)):
        if len(paths) == 1 and _is_report(paths[0]):
            if reference or index_url or kept or dropped:
                raise click.UsageError(
                    "a report says all it needs: --reference, --index, --kept and --dropped need articles"
                )
            settings, reports = chosen or Settings(), _load(paths[0])
        else:
            bars = ending.enter_context(Bars(shown=output != "-" or format_ == "text"))
            settings, judged = Judging(reading, additions, chosen, reference, index_url, workers).reports(
                paths, ending, bars, reading.skipping(bars), texts=texts, on_current=came.append
            )
            reports = bars.until_done(judged)
        telling = Telling(settings, policy)
        noted = telling.noting(reports)
        if texts is None:
            for _ in noted:
                pass
            telling.write(output, format_)
        else:
            _write_page(list(noted), output, texts, paths, settings, reading)
        if not telling.count:
            click.echo("no article found", err=True)
        _say_strangers(policy, telling.told)
        if output != "-":
            click.echo(written(output, count(telling.count, "article")), err=True)
        if kept or dropped:
            (stands,) = came  # what came again or was replaced is known once all is read
            _part(telling.kept(stands), paths, kept, dropped, reading)


def _say_strangers(policy: Keep, told: Told) -> None:
    for name in policy.strangers(told.forest.nodes):
        click.echo(f"--keep: no article is of {visible(name)}", err=True)


def _write_page(
    reports: Sequence[ArticleReport], output: str, texts: TextsAtHand, paths: Sequence[str], settings: Settings,
    reading: Reading,
) -> None:  # fmt: skip
    """Write the page of the feed. What was read from a report has its texts where that says."""
    from dedup.cli.report import texts_of

    texts = texts if texts.named else texts_of(reports, Path(paths[0]).parent, reading, ())
    write_stories_page(reports, output, texts, settings)


def write_stories_page(
    reports: Sequence[ArticleReport], output: str, texts: Texts, settings: Settings
) -> None:
    """Write the page of some reports, stories first."""
    from dataclasses import asdict

    from dedup.cli.report import write_page
    from dedup.reporter.load import Reports

    with writing(output) as out:
        write_page(Reports(tuple(reports), {"settings": asdict(settings)}), out, texts)


def _part(
    judged: Iterable[tuple[tuple[str, int], str | None]], paths: Sequence[str], kept: str | None,
    dropped: str | None, reading: Reading,
) -> None:  # fmt: skip
    from dedup.prefilter.keeping import part_records

    if "-" in paths:
        sys.stdin.buffer.seek(0)
    with ExitStack() as files:
        to_keep, to_drop = (files.enter_context(writing(name or os.devnull)) for name in (kept, dropped))
        part_records(
            paths, judged, to_keep, to_drop, reading.fields, reading.path_pattern, reading.sources,
            reading.options,
        )  # fmt: skip


@contextmanager
def _kept_stdin(wanted: bool) -> Iterator[None]:
    """Keep standard input in a file, to be read again."""
    if not wanted:
        yield
        return
    before = sys.stdin
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(before.buffer, file)
        file.seek(0)
        sys.stdin = again = io.TextIOWrapper(file)
        try:
            yield
        finally:
            sys.stdin = before
            again.detach()


def _is_report(path: str) -> bool:
    """Whether a file holds what `dedup scan` wrote, by its first line."""
    if not path.lower().endswith((".jsonl", ".json", ".ndjson")) or not Path(path).is_file():
        return False
    import orjson

    with open(path, "rb") as file:
        first = next((line for line in file if line.strip()), b"")
    try:
        value = orjson.loads(first)
    except orjson.JSONDecodeError:
        return first.startswith(b'{"summary":') and b'"settings"' in first
    return isinstance(value, dict) and "ledger" in value and "text" not in value


def _load(path: str) -> Iterable[ArticleReport]:
    from dedup.reporter.load import load_reports

    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        return load_reports(lines, path).articles


def story_format(output: str) -> str:
    """The format that the name of a file of stories says."""
    return format_of(output, SUFFIXES, _by_default(output))


def beside_format(output: str) -> str:
    """The same of a file beside a report: stories are on the report's own page."""
    suffixes = {suffix: name for suffix, name in SUFFIXES.items() if name != "html"}
    return format_of(
        output, suffixes, _by_default(output), "--stories", "; -o report.html is a page with the stories"
    )


def _by_default(output: str) -> str:
    return "text" if output == "-" and sys.stdout.isatty() else "jsonl"
