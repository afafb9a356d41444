"""Ctrl-C: a command ends in order where it can at once, and in any case within a second."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from types import TracebackType
from typing import Any

import click

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

GRACE = 0.5
"""Seconds that a command has to end in order."""

SHOW_CURSOR = "\r\x1b[2K\x1b[?25h"
"""Takes the line of a progress bar away, and shows the cursor that bars hide."""


class Interrupts:
    """A thread that hears of Ctrl-C whatever the main thread is at, and ends the process if that does not.

    Python looks for signals between two steps of its own: inside a compiler or a sort of millions it does not for
    seconds, an error raised inside a compiler's callback is lost, and threads are waited for. What is written by then
    is kept as after any crash: output files take their name when they are whole, an index holds whole steps.
    """

    def __init__(self, leave: Callable[[int], Any] = os._exit) -> None:
        self.unfinished: set[str] = set()
        self._leave = leave
        self._ends: tuple[int, int] | None = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            reading, writing = self._ends = os.pipe()
            os.set_blocking(writing, False)
            self._wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
            self._unraisable = sys.unraisablehook
            sys.unraisablehook = self._lost
            threading.Thread(target=self._listen, args=(reading,), daemon=True).start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        interrupted = isinstance(error, SystemExit) and error.code == INTERRUPTED
        if self._ends is None or interrupted:  # which goes on listening: threads may still be waited for
            return
        signal.set_wakeup_fd(self._wakeup)
        sys.unraisablehook = self._unraisable
        os.close(self._ends[1])

    def _listen(self, reading: int) -> None:
        with open(reading, "rb", buffering=0) as signals:
            while numbers := signals.read(64):
                if signal.SIGINT in numbers:
                    time.sleep(GRACE)
                    self.end()

    def _lost(self, unraisable: Any) -> None:
        """An error that nobody can catch: for Ctrl-C in a callback of the compiler, the end."""
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            self.end()
        self._unraisable(unraisable)

    def end(self) -> None:
        """End the process and those that it started; what is not whole goes."""
        for child in active_children():
            child.kill()
        for path in tuple(self.unfinished):
            with contextlib.suppress(OSError):
                os.unlink(path)
        with contextlib.suppress(OSError, ValueError):
            if sys.stderr.isatty():
                os.write(sys.stderr.fileno(), SHOW_CURSOR.encode())
            sys.stdout.flush()
        self._leave(INTERRUPTED)


@contextlib.contextmanager
def taken_away(path: str) -> Iterator[None]:
    """While a file is written: it goes if the command ends before it is whole."""
    context = click.get_current_context(silent=True)
    interrupts = context and context.find_object(Interrupts)
    files = interrupts.unfinished if interrupts else set[str]()
    files.add(path)
    try:
        yield
    finally:
        files.discard(path)
