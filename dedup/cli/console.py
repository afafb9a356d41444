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
from typing import TYPE_CHECKING, BinaryIO, TypedDict, TypeVar

import click

from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from dedup.text.kernels.compiling import Place

T = TypeVar("T")

WIDEST = 120
"""Columns of a terminal that the summary uses at most."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

FEW = 3
"""Fewer kernels than this are compiled where they are called: processes of their own take longer to start."""

SMALLEST = "dedup.text.kernels.damage", "suspect"
"""The kernel that is loaded first, and numba's own tables with it."""


def cores() -> int:
    """Cores this process may use, which in a container are not all there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
    try:
        with open(unfinished, "wb") as file:
            yield file
        os.replace(unfinished, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise


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
    root.addHandler(said)
    try:
        yield
    finally:
        root.removeHandler(said)


def revision_of(own: str) -> str:
    """Say that an id was there before, with another text: who gave it to two articles should know."""
    return (
        f"id {own!r} was there before with another text: a revision, which replaces it (said once); where two "
        "articles share ids, name another field, such as --field id=url"
    )


@contextlib.contextmanager
def _without_scipy() -> Iterator[None]:
    """Let numba load without SciPy, which it asks for BLAS: a quarter of a second, and no loop multiplies matrices."""
    if "scipy.linalg" in sys.modules:
        yield
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["scipy.linalg"]


class Bars:
    """Progress bars on standard error where that is a terminal, and messages that do not tear them."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._bars: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._drawn = 0.0

    def __enter__(self) -> Bars:
        if self._shown:
            from rich.console import Console
            from rich.progress import Progress

            self._bars = Progress(console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bars away."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def say(self, message: str) -> None:
        """Print a line on standard error."""
        if self._bars is not None:
            self._bars.console.print(visible(message), markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(visible(message), err=True)

    @property
    def progress(self) -> Callable[[str, int, int], None] | None:
        """What the library tells its progress to; nothing where nobody sees it."""
        return self._show if self._bars is not None else None

    def until_done(self, items: Iterable[T]) -> Iterator[T]:
        """The items; the bars go with the last of them."""
        yield from items
        self.stop()

    def ready(self, *rooms: str) -> None:
        """Import what a command needs, compile its kernels if they are not kept yet, and load numba."""
        from dedup.text.kernels.compiling import load, to_compile

        for room in rooms:
            import_module(room)
        places = to_compile(
            sorted(name for name in sys.modules if name.startswith("dedup.") and "kernels" in name)
        )
        if len(places) >= FEW:
            self._compile(places)
        with _without_scipy():
            load(SMALLEST)

    def _compile(self, places: Sequence[Place]) -> None:
        from dedup.text.kernels.compiling import compile_all

        what = f"compiling {len(places)} loops, once after an installation"
        on_terminal = sys.stderr.isatty() and self._bars is None
        click.echo(f"{what}: 0 done" if on_terminal else what, err=True, nl=not on_terminal)
        for done, _ in enumerate(compile_all(places, cores()), start=1):
            if on_terminal:
                click.echo(f"\r{what}: {done} done", err=True, nl=done == len(places))
            elif self.progress is not None:
                self.progress("compiling", done, len(places))

    def _show(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self._bars is None or (now - self._drawn < 0.1 and done != total):
            return
        self._drawn = now
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)
