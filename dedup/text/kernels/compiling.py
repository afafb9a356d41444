"""How loops are compiled: once, kept on disk, without the GIL.

To keep the first compilation short: a number that a loop changes and hands to an inlined function begins as
``np.int64(0)``, for a bare 0 is a type of its own, and the function would be compiled for both; and no slice is
set to an array, for the message of the error that this may be brings half of all that strings can along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}


def compiled(signature: str) -> Callable[[F], F]:
    """Compile for this signature, and keep the machine code beside the source or in the user's cache folder."""
    compile_whole: Callable[[F], F] = cast(Any, njit)(signature, cache=True, **_OPTIONS)
    return compile_whole


def inlined(function: F) -> F:
    """Compile as a part of the kernels that call it; Python itself cannot call it."""
    compile_part: Callable[[F], F] = cast(Any, njit)(no_cpython_wrapper=True, **_OPTIONS)
    return compile_part(function)
