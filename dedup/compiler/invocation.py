"""Python's calls of machine code: arguments as they are, results as Python's numbers and numpy's arrays.

The GIL is released meanwhile. Arrays are read where they lie; those of a result are copied, and their memory is given
back.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dedup.compiler import types
from dedup.compiler.expressions import BEYOND, MEMORY
from dedup.compiler.types import Array, Record, Scalar, Type


def caller(
    name: str, result: Type, arguments: tuple[Type, ...], enter_at: int, free_at: int
) -> Callable[..., Any]:
    """A function of Python that calls a kernel by the addresses of its doors (see `dedup.compiler.unit.doors`)."""
    enter = ctypes.CFUNCTYPE(ctypes.c_int64, *map(_of_c, arguments), ctypes.c_void_p)(enter_at)
    free = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)(free_at)
    leaves = len(result.leaves)
    with_arrays = "ptr" in result.leaves
    room = ctypes.c_int64 * (leaves + 1)
    array = id(np.ndarray)

    def call(*given: Any) -> Any:
        if len(given) != len(arguments):
            raise TypeError(f"{name}: {len(arguments)} arguments, not {len(given)}")
        out = room(array)
        try:
            status = enter(*given, out)
        except ctypes.ArgumentError:
            given = tuple(map(_plain, given))
            try:
                status = enter(*given, out)
            except ctypes.ArgumentError as error:
                raise TypeError(f"{name}: {error}") from error
        if status > 0:
            given = tuple(map(_plain, given))
            status = enter(*given, out)
        if status:
            raise _error(name, status, arguments, given)
        try:
            return read(iter(out))
        finally:
            if with_arrays:
                free(out[leaves])

    read = _reader(result)
    return call


def _of_c(kind: Type) -> Any:
    if isinstance(kind, Array):
        return ctypes.py_object
    if kind == types.FLOAT64:
        return ctypes.c_double
    if kind == types.FLOAT32:
        return ctypes.c_float
    return ctypes.c_uint64 if kind == types.UINT64 else ctypes.c_int64


def _plain(value: Any) -> Any:
    """Python's number for one of numpy's, and a plain array for one of its relatives, as one in a file."""
    if isinstance(value, np.generic):
        return value.item()
    return np.asarray(value) if isinstance(value, np.ndarray) else value


def _error(name: str, status: int, arguments: tuple[Type, ...], given: tuple[Any, ...]) -> Exception:
    if status == MEMORY:
        return MemoryError(name)
    if status <= BEYOND:
        return IndexError(
            f"{name}: a place beyond its array in line {BEYOND - status}, of it or of a part of it"
        )
    kind, value = arguments[status - 1], given[status - 1]
    other = (
        f"{value.dtype.name} of shape {value.shape}"
        if isinstance(value, np.ndarray)
        else type(value).__name__
    )
    return TypeError(f"{name}: argument {status} should be {types.said(kind)}, in order, and is {other}")


def _reader(kind: Type) -> Callable[[Iterator[int]], Any]:
    """What makes a result of the numbers it consists of."""
    if isinstance(kind, Array):
        return lambda numbers: _copied(kind, next(numbers), [next(numbers) for _ in range(kind.ndim)])
    if isinstance(kind, Record):
        parts = [_reader(item) for item in kind.items]
        if not parts:
            return lambda _: None
        return lambda numbers: tuple([part(numbers) for part in parts])
    return lambda numbers: _number(kind, next(numbers))


def _number(kind: Scalar, bits: int) -> float:
    if kind.kind == "f":
        found: float = struct.unpack("<d" if kind.bits == 64 else "<fxxxx", struct.pack("<q", bits))[0]
        return found
    if kind.kind == "b":
        return bool(bits)
    return bits & (2**kind.bits - 1) if kind.kind == "u" else bits


def _copied(kind: Array, address: int, shape: list[int]) -> Any:
    array = np.empty(shape, kind.item.name)
    ctypes.memmove(array.ctypes.data, address, math.prod(shape) * kind.item.size)
    return array
