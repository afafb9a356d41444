"""`dedup filter`: the pre-filter as a stage between two pipes."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from dedup.cli.console import Bars, late_versions, revision_of, writing
from dedup.cli.interrupts import INTERRUPTED
from dedup.cli.options import (
    chosen_settings,
    days,
    with_additions,
    with_settings,
    with_steps,
    with_translated,
)
from dedup.cli.reading import Reading, with_records
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.errors import BadRecord
    from dedup.prefilter.filtering import Filter, Mode, Outcome
    from dedup.prefilter.incoming import Line
    from dedup.prefilter.metrics import Tally
    from dedup.prefilter.trimming import Level

MODES = ("annotate", "drop", "trim")

STATS_SECONDS = 10.0
"""How often the statistics are written while articles come."""


@click.command("filter", short_help="Judge articles between two pipes of a job.")
@click.option(
    "--index",
    "url",
    default="memory:",
    metavar="URL",
    help="What remembers the articles: a folder, made if absent, or redis://host:port/database for workers on "
    "several machines. Without it the memory lasts as long as the run.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="annotate",
    show_default=True,
    help='annotate: every article passes, with its report under "dedup". drop: those of too little '
    "originality are held back, the others pass byte for byte. trim: repeated, boilerplate and foreign "
    "passages are cut out of the text, too, whole sentences and lines, never more than half of an article; the "
    'report says under "trimmed" what was cut.',
)
@click.option(
    "--min-originality",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    metavar="X",
    help="Articles below are held back by --mode drop.",
)
@click.option(
    "--min-judged",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    metavar="N",
    help="... if so many of their words were judged: of fewer, originality says little.",
)
@click.option(
    "--trim-at",
    type=click.Choice(("sure", "likely")),
    default="sure",
    show_default=True,
    help="How sure a finding must be to be cut by --mode trim.",
)
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Where articles that are held back go, with their reports; added to what is there.",
)
@click.option(
    "--errors",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Where lines go that are no article, each with its number and the reason, as JSON; added to what is "
    "there. By default standard error.",
)
@click.option(
    "--window",
    callback=days,
    metavar="DAYS",
    help="Forget articles older than the newest by more than this, such as 30d.",
)
@click.option(
    "--shadow",
    is_flag=True,
    help="Decide and add to the index, but pass every line as it came; what would have been done is said on "
    "standard error.",
)
@click.option(
    "--revise",
    is_flag=False,
    flag_value="-",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where an original arrives after its copies: add the amended reports of these to FILE. Without one they "
    'go into the output, after the original, as lines with "id" and "dedup" only.',
)
@click.option(
    "--stories",
    is_flag=True,
    help="Say in each report which story the article belongs to, and its role, as far as those before it tell "
    "(see `dedup stories`).",
)
@with_steps
@click.option(
    "--stats",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Counts, words by class, latencies and size of the index every 10 s and at the end: a line of JSON "
    "each time, or a Prometheus text file where FILE ends in .prom.",
)
@with_records
@with_translated
@with_additions
@with_settings
def filter_(
    url: str, mode: Mode, min_originality: float, min_judged: int, trim_at: Level, rejected: str | None,
    errors: str | None, window: int | None,
    shadow: bool, revise: str | None, stories: bool, batch_size: int, max_wait: float, stats: str | None,
    reading: Reading, additions: Additions, translated: bool, config: Path | None, values: Mapping[str, str],
) -> None:  # fmt: skip
    """Judge articles on their way into a pipeline: JSON lines, or --from any format, to JSON lines.

    Each article is judged by those before it and added to the index; its line is written, in order, once the
    index holds it for good. An article that comes again gets its first report again. After a crash, send
    the same input again.

    \b
    dedup filter --index feed.index < new.jsonl > annotated.jsonl
    dedup filter --from xml --index feed.index < feed.xml > annotated.jsonl
    tail -F feed.jsonl | dedup filter --index feed.index --mode drop --rejected copies.jsonl | store
    dedup filter --index redis://cache:6379/0 --window 30d --stats dedup.prom

    Exit code: 0 done, also after SIGTERM; 1 error, 2 wrong usage, 130 after Ctrl-C, 141 nobody reads on.
    """
    from dedup.prefilter.incoming import Tap, batches

    Bars(shown=False).ready("dedup.stream")
    tap = Tap(sys.stdin.buffer)
    options = reading.options
    is_lines = options.format in (None, "jsonl") and not (
        options.encoding or options.records or options.columns
    )
    with contextlib.ExitStack() as stack:
        caught = stack.enter_context(_closing(tap.close))
        from dedup.index import open_index
        from dedup.prefilter.filtering import Filter
        from dedup.prefilter.metrics import Tally
        from dedup.stream import Detector

        index = stack.enter_context(open_index(url, chosen_settings(config, values, translated)))
        decide = Filter(
            Detector(index, window=window, revise=revise is not None, additions=additions, stories=stories),
            mode,
            min_originality=min_originality,
            min_judged=min_judged,
            trim_at=trim_at,
            fields=reading.fields if is_lines else None,
            shadow=shadow,
            outlets=reading.outlets(),
            warn=complain,
        )
        tally = Tally()
        job = _Job(
            decide, tally, sys.stdout.buffer, stack.enter_context(_appending(errors)),
            stack.enter_context(_appending(rejected)) if rejected else None,
            stack.enter_context(_appending(revise)) if revise not in (None, "-") else None,
            _StatsFile(stats, decide, tally),
        )  # fmt: skip
        for lines in (
            batches(tap.read, tap.ready, most=batch_size, wait=max_wait)
            if is_lines
            else _converted(reading, batch_size)
        ):
            job.take(lines)
        job.end()
    if signal.SIGINT in caught:
        click.get_current_context().exit(INTERRUPTED)


def _converted(reading: Reading, most: int) -> Iterator[list[Line]]:
    """The articles of standard input in any format, as lines of JSON, `most` at a time."""
    from dedup.prefilter.incoming import Line
    from dedup.readers.files import STDIN
    from dedup.readers.naming import Unnamed
    from dedup.readers.records import record_of
    from dedup.reporter.jsonl import dumps

    number = 0
    with Bars(shown=False) as bars:
        articles = reading.articles(STDIN, bars=bars, on_error=complain, unnamed=Unnamed())
        while some := list(islice(articles, most)):
            now = time.monotonic()
            lines = [
                Line(number + place, dumps(record_of(one)) + b"\n", now) for place, one in enumerate(some, 1)
            ]
            number += len(some)
            yield lines


class _Job:
    """Writes what a filter decides. Everything of a batch is in the index before a line of it is written."""

    def __init__(
        self, decide: Filter, tally: Tally, out: BinaryIO, errors: BinaryIO, rejected: BinaryIO | None,
        amended: BinaryIO | None, stats: _StatsFile,
    ) -> None:  # fmt: skip
        self._decide = decide
        self._tally = tally
        self._out = out
        self._errors = errors
        self._rejected = rejected
        self._amended = amended
        self._stats = stats
        self._started = time.monotonic()
        self._warned = False
        self._told_of_revision = False

    def take(self, lines: Sequence[Line]) -> None:
        """Decide about some lines, and write their outcomes."""
        outcomes = self._decide.decide(lines)
        # What stands aside goes first: a line that is out has nothing left to lose.
        self._set_aside(outcomes)
        amended = self._amend(outcomes)
        self._out.write(
            b"".join([*(outcome.out for outcome in outcomes if outcome.out is not None), *amended])
        )
        self._out.flush()
        now = time.monotonic()
        for outcome in outcomes:
            self._tally.decided(outcome.report, outcome.action, now - outcome.line.arrived)
        self._warn(so_far=True)
        self._warn_of_revision(outcomes)
        self._stats.tick()

    def _warn(self, so_far: bool = False) -> None:
        """Say once how many had no id, and what names them: at the end, but a long job will not wait for that."""
        unnamed = self._decide.records.unnamed
        if self._warned or not unnamed or (so_far and time.monotonic() < self._started + STATS_SECONDS):
            return
        self._warned = True
        click.echo(f"{'so far ' if so_far else ''}{unnamed}", err=True)

    def _warn_of_revision(self, outcomes: Sequence[Outcome]) -> None:
        """Say once that an id was there before with another text: maybe two articles that share it."""
        reports = (outcome.report for outcome in outcomes if outcome.report is not None)
        revised = next((report.id for report in reports if report.revision), None)
        if revised is not None and not self._told_of_revision:
            self._told_of_revision = True
            click.echo(visible(revision_of(revised)), err=True)

    def end(self) -> None:
        """Write the last statistics."""
        self._warn()
        if late := late_versions(self._decide.detector.late):
            click.echo(late, err=True)
        self._stats.write()

    def _amend(self, outcomes: Sequence[Outcome]) -> list[bytes]:
        """Write amended reports to their file; return them as lines where they have none."""
        from dedup.prefilter.filtering import amendment, annotation
        from dedup.reporter.jsonl import dumps

        reports = self._decide.amended(outcomes)
        self._tally.counts["amended"] += len(reports)
        if self._amended is None:
            return [amendment(report) for report in reports]
        self._amended.write(b"".join(dumps(annotation(report)) + b"\n" for report in reports))
        self._amended.flush()
        return []

    def _set_aside(self, outcomes: Sequence[Outcome]) -> None:
        from dedup.prefilter.filtering import complaint, log_line

        said = b"".join(
            complaint(outcome.line, outcome.error) if outcome.error else log_line(outcome)
            for outcome in outcomes
            if outcome.error or (self._decide.shadow and outcome.action != "pass")
        )
        held = b"".join(outcome.rejected for outcome in outcomes if outcome.rejected is not None)
        for file, content in ((self._errors, said), (self._rejected, held)):
            if file is not None and content:
                file.write(content)
                file.flush()


class _StatsFile:
    """The file of the statistics, if one is wanted."""

    def __init__(self, path: str | None, decide: Filter, tally: Tally) -> None:
        self._path = path
        self._detector = decide.detector
        self._tally = tally
        self._started = time.monotonic()
        self._due = self._started + STATS_SECONDS
        self._failed = False
        if path is not None:
            open(path, "ab").close()  # what cannot be written should be known before the first article

    def tick(self) -> None:
        """Write them if it is time."""
        if time.monotonic() >= self._due:
            self.write()

    def write(self) -> None:
        """Write them now. Where that fails, it is said once: no article is lost, and the job goes on."""
        self._due = time.monotonic() + STATS_SECONDS
        if self._path is None:
            return
        try:
            self._write(self._path)
        except OSError as error:
            if not self._failed:
                click.echo(visible(f"no statistics: {self._path}: {error.strerror or error}"), err=True)
            self._failed = True

    def _write(self, path: str) -> None:
        if path.endswith(".prom"):
            with writing(path) as out:
                out.write(self._tally.prometheus(self._detector).encode())
            return
        from dedup.reporter.jsonl import dumps

        figures = {
            "seconds": round(self._due - STATS_SECONDS - self._started, 3),
            **self._tally.figures(self._detector),
        }
        with open(path, "ab") as out:
            out.write(dumps(figures) + b"\n")


def complain(error: BadRecord) -> None:
    """Say what is wrong with the input on standard error."""
    click.echo(visible(str(error)), err=True)


@contextlib.contextmanager
def _appending(path: str | None) -> Iterator[BinaryIO]:
    """A file to add to, or standard error."""
    if path is None:
        yield sys.stderr.buffer
    else:
        with open(path, "ab") as file:
            yield file


@contextlib.contextmanager
def _closing(close: Callable[[], None]) -> Iterator[list[int]]:
    """Call `close` at the first SIGINT or SIGTERM, and collect which it was; a second one ends at once."""
    caught: list[int] = []
    before: dict[int, Any] = {}

    def leave(number: int, _frame: FrameType | None) -> None:
        caught.append(number)
        signal.signal(number, before[number])
        close()

    for number in (int(signal.SIGINT), int(signal.SIGTERM)):
        before[number] = signal.signal(number, leave)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
