"""How loops are compiled: when they are first called, once, kept on disk, without the GIL.

To keep the first compilation short: a number that a loop changes and hands to an inlined function begins as
``np.int64(0)``, for a bare 0 is a type of its own, and the function would be compiled for both; and no slice is
set to an array, for the message of the error that this may be brings half of all that strings can along.
"""

from __future__ import annotations

import functools
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context, resource_tracker
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias, TypeVar, cast

import numba
import xxhash
from numba.misc.appdirs import AppDirs

F = TypeVar("F", bound=Callable[..., Any])

Place: TypeAlias = "tuple[str, str]"
"""A kernel by its module's name and its own."""

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}


KNOWN = (0, 61), (0, 68)
"""The numba whose inside `dedup.text.kernels.pipeline` knows, first and last. Others compile in their own way: the
same code, in twice the time."""


def _known_pipeline() -> Any:
    version = tuple(map(int, numba.__version__.split(".")[:2]))
    if not KNOWN[0] <= version <= KNOWN[1]:
        return None
    try:
        return import_module("dedup.text.kernels.pipeline")
    except ImportError:
        return None


_PIPELINE = _known_pipeline()


class Kernel:
    """A loop whose machine code is loaded, or made, by its first call: a command waits for those it needs only."""

    def __init__(self, function: Callable[..., Any], signature: Any) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._signature = signature
        self._code: Callable[..., Any] | None = None
        self._lock = Lock()

    def __call__(self, *arguments: Any) -> Any:
        return (self._code or self.load())(*arguments)

    def load(self) -> Callable[..., Any]:
        """Return the code, from disk where it was kept; compiling it takes up to some seconds."""
        with self._lock:
            if self._code is None:
                self._code = self._compiled()
        return self._code

    @functools.cached_property
    def _dispatcher(self) -> Any:
        self._name_by_sources()
        return _dispatcher(self._function)

    def _compiled(self) -> Callable[..., Any]:
        code = self._dispatcher
        if not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
            for signature in self._signature if isinstance(self._signature, list) else [self._signature]:
                if _PIPELINE is None or not _PIPELINE.load_kept(code, signature):
                    code.compile(signature)
            code.disable_compile()
        return cast("Callable[..., Any]", code)

    def _name_by_sources(self) -> None:
        """Let the name under which code is kept tell of all that it is made from: numba looks at one file only."""
        files, constants = _sources(self._function)
        digest = xxhash.xxh64("\n".join(sorted(constants)).encode())
        for file in sorted(files | ({_PIPELINE.__file__} if _PIPELINE else set())):
            digest.update(Path(file).read_bytes())
        self._function.__qualname__ = f"{self._function.__name__}-{digest.hexdigest()[:8]}"

    @property
    def is_kept(self) -> bool:
        """Whether its code seems to be on disk. Its name tells what it was made from, so no clock is asked."""
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
            return True
        folder = Path(self._dispatcher._cache.cache_path)
        line = self._function.__code__.co_firstlineno
        return any(folder.glob(f"*.{self._function.__qualname__}-{line}.*.nbi"))


def user_cache_folder() -> Path:
    """The folder where this user's programs keep what they can make again."""
    return Path(AppDirs("dedup", appauthor=False).user_cache_dir)  # type: ignore[no-untyped-call]


_CHOOSING = Lock()
"""Held while numba is told where to keep code, which it can be told for all functions only."""


def _dispatcher(function: Callable[..., Any]) -> Any:
    """What compiles a function, and keeps its code in the user's cache folder, or in `NUMBA_CACHE_DIR`.

    Not beside the source, where numba would: code left in site-packages hides a later installation from a checkout.
    Where the folder cannot be written, numba chooses.
    """
    with _CHOOSING:
        given = numba.config.CACHE_DIR  # type: ignore[attr-defined]
        numba.config.CACHE_DIR = given or _writable(user_cache_folder() / "kernels")  # type: ignore[attr-defined]
        try:
            own = {"pipeline_class": _PIPELINE.KernelCompiler} if _PIPELINE else {}
            return cast(Any, numba.njit)(cache=True, **own, **_OPTIONS)(function)
        finally:
            numba.config.CACHE_DIR = given  # type: ignore[attr-defined]


def _writable(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ""
    return str(folder) if os.access(folder, os.W_OK) else ""


def _sources(function: Callable[..., Any], seen: frozenset[str] = frozenset()) -> tuple[set[str], set[str]]:
    """The files of a function and of all inlined ones that it calls, and the constants that they use."""
    files, constants = {function.__code__.co_filename}, set[str]()
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        part = getattr(value, "py_func", None)
        if part is None:
            constants.add(f"{name}={value!r}")
        elif name not in seen:
            more = _sources(part, seen | {name})
            files, constants = files | more[0], constants | more[1]
    return files, constants


def compiled(signature: Any) -> Callable[[F], F]:
    """Compile for this signature, and keep the machine code in the user's cache folder.

    The signature is numba's: a text, a type or a list of them.
    """

    def kernel(function: F) -> F:
        return cast(F, Kernel(function, signature))

    return kernel


def inlined(function: F) -> F:
    """Compile as a part of the kernels that call it; Python itself cannot call it."""
    own = {"pipeline_class": _PIPELINE.PartCompiler} if _PIPELINE else {}
    options = _OPTIONS | {"no_cpython_wrapper": True} | own
    return cast(F, cast(Any, numba.njit)(**options)(function))


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

    Whoever stops asking ends the processes.
    """
    with interrupts_left_here():
        pool = get_context("spawn").Pool(min(processes, len(places)), gc.disable)
    with pool:  # without collections of garbage: a compiler makes few circles, and looking for them takes a tenth of it
        yield from pool.imap_unordered(load, places)


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
