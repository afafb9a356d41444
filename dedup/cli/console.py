"""What the commands share: output files, messages, progress bars. Part of the command, as `cli` is."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import stat
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypedDict, TypeVar

import click

from dedup.cli.complaints import Complaints
from dedup.cli.interrupts import taken_away
from dedup.errors import BadRecord, MissingExtra
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from dedup.compiler.kernels import Place
    from dedup.model import Article, ArticleReport
    from dedup.reporter.texts import TextsAtHand

T = TypeVar("T")

WIDEST = 120
"""Columns of a terminal that the summary uses at most."""

FEW = 3
"""Fewer kernels than this are compiled where they are called: processes of their own take longer to start."""

PAUSE = 5.0
"""Seconds between two lines that count compiled loops, where there is no bar."""


def cores() -> int:
    """Cores this process may use, which in a container are not all there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


OR_SAY = " (or say one with -f)"
"""What is said of a suffix that is no format, where a command has -f."""


def format_of(
    output: str, suffixes: Mapping[str, str], by_default: str, option: str = "-o", or_else: str = OR_SAY
) -> str:
    """The format that the name of an output file says; `by_default` where it has no suffix, or is no file.

    Raises `click.BadParameter` for a suffix that says nothing; `or_else` is what may be done beside.
    """
    suffix = (
        ""
        if output == "-" or (os.path.exists(output) and not os.path.isfile(output))
        else Path(output).suffix.lower()
    )
    if suffix and suffix not in suffixes:
        raise click.BadParameter(
            f"{suffix} of {output} is no format; there are {' '.join(suffixes)}{or_else}",
            param_hint=option,
        )
    return suffixes.get(suffix, by_default)


def written(output: str, what: str, skipped: int = 0) -> str:
    """The closing line of a command that wrote a file: what, how much, and what was left out."""
    left_out = f"; {count(skipped, 'file or record', 'files and records')} skipped" if skipped else ""
    size = f", {_size(os.path.getsize(output))}" if os.path.isfile(output) else ""
    return f"{what}{left_out}" if output == "-" else f"{output}: {what}{size}{left_out}"


def _size(number: int) -> str:
    return f"{number / 1e6:,.1f} MB" if number >= 1e6 else f"{number / 1e3:,.0f} kB"


def count(number: int, noun: str, plural: str = "") -> str:
    """A number of things, in words."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


class Look(TypedDict):
    """How wide, in which colours and letters a person reads."""

    width: int
    colour: bool
    encoding: str


def names_and_values(_ctx: click.Context, _param: click.Parameter, pairs: Sequence[str]) -> Mapping[str, str]:
    """``NAME=VALUE`` options as a mapping, the last of a name wins: the callback of such an option."""
    for pair in pairs:
        if "=" not in pair.strip("="):
            raise click.BadParameter(f"{pair!r} is not of the form NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


@contextlib.contextmanager
def writing(path: str) -> Iterator[BinaryIO]:
    """Open a file that takes its name only when all of it is written, or standard output for ``-``."""
    if path == "-":
        out = sys.stdout.buffer
        yield out
        out.flush()
        return
    target = os.path.realpath(path)
    if os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode):
        with open(target, "wb") as file:  # a device or a pipe keeps its place
            yield file
        return
    unfinished = f"{target}.{os.getpid()}.unfinished"
    with taken_away(unfinished):
        try:
            with _new(unfinished, path) as file:
                yield file
            os.replace(unfinished, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(unfinished)
            raise


def _new(unfinished: str, path: str) -> BinaryIO:
    """Open a new file; an error names the one that was asked for."""
    try:
        return open(unfinished, "wb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def remembering(articles: Iterable[Article], texts: TextsAtHand) -> Iterator[Article]:
    """The articles; their texts are kept for a page."""
    for article in articles:
        texts.take(article)
        yield article


def write_parquet(reports: Iterable[ArticleReport], out: BinaryIO) -> None:
    """Write reports as Parquet; `MissingExtra` says what that needs."""
    try:
        from dedup.reporter import parquet
    except ImportError as error:
        raise MissingExtra.of("-f parquet", error.name, "parquet") from error
    parquet.write_parquet(reports, out)


def look_of(out: BinaryIO) -> Look:
    """How a person reads `out`; 80 columns of plain UTF-8 where it is no terminal."""
    if not out.isatty():
        return {"width": 80, "colour": False, "encoding": "utf-8"}
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return {"width": width, "colour": not plain, "encoding": sys.stdout.encoding or "utf-8"}


def forget_stdout() -> None:
    """Nobody reads it any more: what is left in its buffer must not raise at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def message_of(error: OSError) -> str:
    """What went wrong, with the file it went wrong with."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


PARSERS = frozenset({"trafilatura", "htmldate", "courlan"})
"""Libraries that log as errors what the web is full of: the readers say what it means for an article."""


class _Said(logging.Handler):
    """Prints what the library has to say: a line each, that cannot steer a terminal; of an error its place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        place = ""
        if record.exc_info and record.exc_info[2]:
            last = traceback.extract_tb(record.exc_info[2])[-1]
            place = (
                f" ({type(record.exc_info[1]).__name__} at {os.path.basename(last.filename)}:{last.lineno})"
            )
        with contextlib.suppress(OSError):
            click.echo(visible(record.getMessage()) + place, err=True)


@contextlib.contextmanager
def warnings_said() -> Iterator[None]:
    """Print the library's warnings meanwhile, and what else is logged at the level that is set."""
    root, said = logging.getLogger(), _Said()
    said.addFilter(lambda record: record.name.partition(".")[0] not in PARSERS)
    root.addHandler(said)
    try:
        yield
    finally:
        root.removeHandler(said)


def late_versions(number: int) -> str:
    """Say how many older versions came after newer ones; "" for none."""
    return f"{count(number, 'older version')} came after newer ones: judged, not kept" if number else ""


def revision_of(own: str) -> str:
    """Say that an id was there before, with another text: who gave it to two articles should know."""
    return (
        f"id {own!r} was there before with another text: a revision, which replaces it (said once); where two "
        "articles share ids, name another field, such as --field id=url"
    )


class Bars:
    """A progress bar on standard error where that is a terminal, and messages that do not tear it.

    It shows what is at work now. A stage that has all it needs, and is not done yet, is not shown as 100 %.
    """

    def __init__(self, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._bars: RichProgress | None = None
        self._state = "", False
        self._drawn = 0.0
        self._complaints = Complaints(self.say)

    def __enter__(self) -> Bars:
        if self._shown:
            from rich.console import Console
            from rich.progress import Progress

            self._bars = Progress(console=Console(stderr=True), transient=True)
            self._bars.start()
            self._show("starting", 0, 0)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away, and say what was complained of."""
        self._complaints.tell()
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def say(self, message: str) -> None:
        """Print a line on standard error."""
        if self._bars is not None:
            self._bars.console.print(visible(message), markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(visible(message), err=True)

    def complain(self, error: BadRecord) -> None:
        """Collect what could not be read, or is odd: a thousand errors of one kind are one line."""
        self._complaints.add(error)

    @property
    def progress(self) -> Callable[[str, int, int], None] | None:
        """What the library tells its progress to; nothing where nobody sees it."""
        return self._show if self._bars is not None else None

    def until_done(self, items: Iterable[T]) -> Iterator[T]:
        """The items; the bar goes with the last of them."""
        yield from items
        self.stop()

    def ready(self, *rooms: str) -> None:
        """Import what a command needs, and compile its kernels if they are not kept yet."""
        from dedup.compiler.environment import kernels_folder
        from dedup.compiler.kernels import can_be_kept, to_compile

        for room in rooms:
            import_module(room)
        places = to_compile(
            sorted(name for name in sys.modules if name.startswith("dedup.") and "kernels" in name)
        )
        if len(places) >= FEW and can_be_kept():
            self._compile(places)
        elif len(places) >= FEW:
            self.say(
                f"compiled loops cannot be kept in {kernels_folder()}, so each start takes some seconds: "
                "set DEDUP_CACHE_DIR to a folder that can be written"
            )

    def _compile(self, places: Sequence[Place]) -> None:
        from dedup.compiler.kernels import compile_all

        number = len(places)
        said = time.monotonic()
        self.say(f"compiling {number} loops, once after an installation: some seconds")
        self._show(f"compiling, 0 of {number}", 0, number)
        for done, _ in enumerate(compile_all(places, cores()), start=1):
            if self._bars is not None:
                self._show(f"compiling, {done} of {number}", done, number)
            elif done == number or time.monotonic() > said + PAUSE:
                said = time.monotonic()
                self.say(f"compiling: {done} of {number}")

    def _show(self, stage: str, done: int, total: int) -> None:
        """Show a stage and how far it is; with all done, or nothing to tell it by, that it is at work."""
        now = time.monotonic()
        state = stage, done < total
        if self._bars is None or (state == self._state and now - self._drawn < 0.1):
            return
        if state != self._state:
            for task in self._bars.task_ids:
                self._bars.remove_task(task)
            self._bars.add_task(stage, total=total if done < total else None)
        elif done < total:
            self._bars.update(self._bars.task_ids[0], completed=done, total=total)
        self._state, self._drawn = state, now
