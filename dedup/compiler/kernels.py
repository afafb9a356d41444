"""How loops are compiled: when they are first called, once, kept on disk, and run without the GIL."""

from __future__ import annotations

import functools
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import get_context, resource_tracker
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from dedup.compiler.environment import are_checked, are_plain, kernels_folder
from dedup.compiler.source import Part

if TYPE_CHECKING:
    from dedup.compiler.kept import Kept

F = TypeVar("F", bound=Callable[..., Any])

Place: TypeAlias = "tuple[str, str]"
"""A kernel by its module's name and its own."""


class Kernel:
    """A loop whose machine code is loaded, or made, by its first call: a command waits for those it needs only."""

    def __init__(self, function: Callable[..., Any], signatures: Sequence[str]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._signatures = signatures
        self._code: Callable[..., Any] | None = None
        self._lock = Lock()

    def __call__(self, *arguments: Any) -> Any:
        return (self._code or self.load())(*arguments)

    def load(self) -> Callable[..., Any]:
        """Return the code, from disk where it was kept; compiling it takes up to a second."""
        with self._lock:
            if self._code is None:
                self._code = self._function if are_plain() else self._loaded()
        return self._code

    def _loaded(self) -> Callable[..., Any]:
        folder = kernels_folder()
        return _first_that_fits([one.loaded(folder) for one in self._kept])

    @functools.cached_property
    def _kept(self) -> list[Kept]:
        from dedup.compiler.kept import Kept  # LLVM is only loaded where a loop is

        return [Kept(self._function, signature, checked=are_checked()) for signature in self._signatures]

    @property
    def is_kept(self) -> bool:
        """Whether its code is on disk. Its name tells what it was made from, so no clock is asked."""
        folder = kernels_folder()
        return are_plain() or all(os.access(one.file(folder), os.R_OK) for one in self._kept)


def _first_that_fits(callers: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    """Of code for several types that which fits the arguments."""
    if len(callers) == 1:
        return callers[0]

    def call(*arguments: Any) -> Any:
        for caller in callers[:-1]:
            with suppress(TypeError):
                return caller(*arguments)
        return callers[-1](*arguments)

    return call


def compiled(*signatures: str) -> Callable[[F], F]:
    """Compile for a signature, or for several, and keep the machine code in the user's cache folder.

    A signature is that of `dedup.compiler.types.parsed`.
    """

    def kernel(function: F) -> F:
        return cast(F, Kernel(function, signatures))

    return kernel


def inlined(function: F) -> F:
    """Compile as a part of the kernels that call it."""
    return function if are_plain() else cast(F, Part(function))


def can_be_kept() -> bool:
    """Whether code can be kept on disk; where it cannot, there is no use in compiling it elsewhere."""
    folder = kernels_folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return os.access(folder, os.W_OK | os.X_OK)


def to_compile(modules: Sequence[str]) -> list[Place]:
    """Return the kernels of some modules that are not kept yet, those of most instructions first."""
    kernels = [
        (name, kernel)
        for name in modules
        for kernel in vars(import_module(name)).values()
        if isinstance(kernel, Kernel) and kernel._function.__module__ == name and not kernel.is_kept
    ]
    kernels.sort(key=lambda entry: -len(entry[1]._function.__code__.co_code))
    return [(name, kernel._function.__name__) for name, kernel in kernels]


def compile_all(places: Sequence[Place], processes: int) -> Iterator[Place]:
    """Compile kernels in processes of their own, so that this one has only to load them; yield each when it is kept.

    Whoever stops asking ends the processes. Where one is ended from outside, as where memory lacks, what is not kept
    yet is left to its first call.
    """
    # Without collections of garbage: a compiler makes few circles, and looking for them takes a tenth of it.
    pool = ProcessPoolExecutor(min(processes, len(places)), get_context("spawn"), gc.disable)
    try:
        with interrupts_left_here():
            begun = [pool.submit(load, place) for place in places]
        for one in as_completed(begun):
            yield one.result()
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(cancel_futures=True)


def load(place: Place) -> Place:
    """Load a kernel, or compile it."""
    module, name = place
    getattr(import_module(module), name).load()
    return place


@contextmanager
def interrupts_left_here() -> Iterator[None]:
    """Start processes that do not hear of Ctrl-C, not even while they start: it is for the process that starts them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # whose start would end what follows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
