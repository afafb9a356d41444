"""How loops are compiled: once, kept on disk, without the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(signature: str) -> Callable[[F], F]:
    """Compile for this signature, and keep the machine code beside the source or in the user's cache folder."""
    return cast(Callable[[F], F], njit(signature, cache=True, nogil=True, error_model="numpy"))


def inlined(function: F) -> F:
    """Compile as a part of the kernels that call it."""
    return cast(F, njit(nogil=True, error_model="numpy")(function))
