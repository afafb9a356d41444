"""A kernel as one module of LLVM: its function, all that it calls, memory, and the door by which Python comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.expressions import Compiled
from dedup.compiler.source import Sources
from dedup.compiler.statements import written
from dedup.compiler.types import Array, Scalar, Type

MISFIT = 1
"""What a kernel returns beside 0 and trouble: which argument, counted from 1, has not the type it should."""

RUNTIME = """
declare ptr @dedup_obtain(i64)
declare void @dedup_give_back(ptr)
declare double @log1p(double)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.abs.i64(i64, i1)
declare double @llvm.sqrt.f64(double)
declare double @llvm.ceil.f64(double)
declare double @llvm.fabs.f64(double)
declare float @llvm.sqrt.f32(float)
declare float @llvm.ceil.f32(float)
declare float @llvm.fabs.f32(float)

define internal noalias ptr @allocate(ptr %arena, i64 %size) noinline {
  %room = add i64 %size, 17
  %block = call ptr @dedup_obtain(i64 %room)
  %lacks = icmp eq ptr %block, null
  br i1 %lacks, label %lacking, label %there
there:
  %before = load ptr, ptr %arena
  store ptr %before, ptr %block
  %place = getelementptr i8, ptr %block, i64 8
  store i64 %size, ptr %place
  store ptr %block, ptr %arena
  %data = getelementptr i8, ptr %block, i64 16
  ret ptr %data
lacking:
  ret ptr null
}

define internal void @release(ptr %arena, ptr %mark, ptr %kept, i64 %count) noinline {
start:
  %first = load ptr, ptr %arena
  br label %blocks
blocks:
  %link = phi ptr [ %arena, %start ], [ %link.kept, %next ]
  %block = phi ptr [ %first, %start ], [ %before, %next ]
  %last = icmp eq ptr %block, %mark
  br i1 %last, label %done, label %look
look:
  %before = load ptr, ptr %block
  %place = getelementptr i8, ptr %block, i64 8
  %size = load i64, ptr %place
  %low = getelementptr i8, ptr %block, i64 16
  %high = getelementptr i8, ptr %low, i64 %size
  br label %arrays
arrays:
  %i = phi i64 [ 0, %look ], [ %i.next, %other ]
  %more = icmp slt i64 %i, %count
  br i1 %more, label %array, label %free
array:
  %at = getelementptr ptr, ptr %kept, i64 %i
  %data = load ptr, ptr %at
  %behind = icmp uge ptr %data, %low
  %ahead = icmp ule ptr %data, %high
  %inside = and i1 %behind, %ahead
  %i.next = add i64 %i, 1
  br i1 %inside, label %keep, label %other
other:
  br label %arrays
keep:
  store ptr %block, ptr %link
  br label %next
free:
  call void @dedup_give_back(ptr %block)
  br label %next
next:
  %link.kept = phi ptr [ %block, %keep ], [ %link, %free ]
  br label %blocks
done:
  store ptr %mark, ptr %link
  ret void
}

"""
"""Memory: blocks in a list, the newest first, each with the one before and its size in front. A function gives back
what is newer than it, but for the blocks of the arrays it returns."""


@dataclass(slots=True)
class Unit:
    """The functions of a kernel, each for the types it is called with."""

    checked: bool = False
    """Whether no place beyond an array may be used without a word."""
    sources: Sources = field(default_factory=Sources)
    texts: list[str] = field(default_factory=list)
    names: int = 0
    known: dict[tuple[Callable[..., Any], tuple[Type, ...]], Compiled] = field(default_factory=dict)
    constants: dict[tuple[Scalar, tuple[str, ...]], str] = field(default_factory=dict)

    def compiled(self, function: Callable[..., Any], arguments: tuple[Type, ...]) -> Compiled:
        """The function for these types."""
        key = function, arguments
        if key not in self.known:
            self.names += 1
            symbol = f"{function.__name__}.{self.names}"
            text, made = written(self, function, self.sources.tree(function), arguments, symbol)
            self.texts.append(text)
            self.known[key] = made
        return self.known[key]

    def constant(self, kind: Scalar, leaves: tuple[str, ...]) -> str:
        """The name of an array of constants."""
        return self.constants.setdefault((kind, leaves), f"@constants.{len(self.constants)}")

    def text(self) -> str:
        """All of it."""
        constants = [
            f"{name} = private unnamed_addr constant [{len(leaves)} x {kind.stored}] "
            f"[{', '.join(f'{kind.stored} {leaf}' for leaf in leaves)}]"
            for (kind, leaves), name in self.constants.items()
        ]
        return "\n".join([*constants, RUNTIME, *self.texts])


FREEING = """
define i64 @{}(ptr %head) {{
  %arena = alloca ptr
  store ptr %head, ptr %arena
  call void @release(ptr %arena, ptr null, ptr null, i64 0)
  ret i64 0
}}
"""


def doors(name: str) -> tuple[str, str]:
    """The functions of a kernel of a name that Python calls: the kernel, and what gives back the memory of a result."""
    return f"{name}.enter", f"{name}.free"


def add_kernel(unit: Unit, function: Callable[..., Any], signature: str, name: str) -> None:
    """Add a kernel, and its `doors`.

    The first takes Python's arrays and plain numbers, and where the result goes: 8 bytes for each thing it consists of,
    and where there are arrays among them, for the memory that is to be given back when they are copied. In the first
    of them it is told the type of arrays.
    """
    result, arguments = types.parsed(signature)
    made = unit.compiled(function, arguments)
    if made.result != result:
        raise NotCompiled(f"{function.__name__} returns {types.said(made.result)}, not {types.said(result)}")
    enter, free = doors(name)
    parameters, lines, given = [], ["%array = load i64, ptr %out"], list[str]()
    for i, kind in enumerate(arguments):
        if isinstance(kind, Array):
            parameters.append(f"ptr %p{i}")
            lines += _unpacked(kind, i)
            given += [f"ptr %p{i}.data", *(f"i64 %p{i}.{axis}" for axis in range(kind.ndim))]
        elif isinstance(kind, Scalar):
            parameters.append(f"{kind.llvm if kind.kind == 'f' else 'i64'} %p{i}")
            own = f"%p{i}"
            if kind.kind != "f" and kind.bits < 64:
                lines.append(f"%p{i}.small = trunc i64 %p{i} to {kind.llvm}")
                own += ".small"
            given.append(f"{kind.llvm} {own}")
    lines += ["%arena = alloca ptr", "store ptr null, ptr %arena"]
    if made.fails:
        given = ["ptr %arena", *given]
    lines += _called(made, given)
    unit.texts.append(
        "\n".join([f"define i64 @{enter}({', '.join([*parameters, 'ptr %out'])}) {{", "start:", *lines, "}"])
    )
    unit.texts.append(FREEING.format(free))


def _called(made: Compiled, given: list[str]) -> list[str]:
    call = f"call {made.llvm} @{made.symbol}({', '.join(given)})"
    if made.llvm == "void":
        return [call, "ret i64 0"]
    lines = [f"%result = {call}"]
    if made.fails:
        lines += [
            f"%trouble = extractvalue {made.llvm} %result, 0", "%fine = icmp eq i64 %trouble, 0",
            "br i1 %fine, label %there, label %troubled", "troubled:", "ret i64 %trouble", "there:",
        ]  # fmt: skip
    for i, leaf in enumerate(made.result.leaves):
        stored = "i64" if leaf.startswith("i") else leaf
        lines.append(f"%r{i} = extractvalue {made.llvm} %result, {i + made.fails}")
        own = f"%r{i}"
        if leaf.startswith("i") and leaf != "i64":
            lines.append(f"%r{i}.wide = {'sext' if leaf != 'i1' else 'zext'} {leaf} %r{i} to i64")
            own += ".wide"
        lines += [f"%o{i} = getelementptr i64, ptr %out, i64 {i}", f"store {stored} {own}, ptr %o{i}"]
    if "ptr" in made.result.leaves:
        count = len(made.result.leaves)
        lines += [
            "%head = load ptr, ptr %arena", f"%last = getelementptr i64, ptr %out, i64 {count}",
            "store ptr %head, ptr %last",
        ]  # fmt: skip
    return [*lines, "ret i64 0"]


HEADER = object.__basicsize__
"""Bytes of what each object of Python begins with; the address of its type is the last of it."""

_DATA, _NDIM, _SIZES, _DTYPE, _FLAGS = (HEADER + at for at in (0, 8, 16, 40, 48))
_ORDER, _NUMBER = HEADER + 10, HEADER + 12
"""Where numpy has what, in an array and in a dtype. Source: numpy's C API, `PyArrayObject` and `PyArray_Descr`, whose
order the extensions of others are compiled with."""

IN_ORDER = 0x1
"""In the order of C: NPY_ARRAY_C_CONTIGUOUS."""


def _unpacked(kind: Array, i: int) -> list[str]:
    """Read what an argument consists of, or return that it has not its type."""
    numbers = sorted({np.dtype(one).num for one in (kind.item.name, *_alike(kind.item))})
    lines = [
        *_read(i, "kind", HEADER - 8, "i64"), f"%p{i}.is = icmp eq i64 %p{i}.kind, %array",
        f"br i1 %p{i}.is, label %array{i}, label %bad{i}", f"bad{i}:", f"ret i64 {MISFIT + i}", f"array{i}:",
        *_read(i, "ndim", _NDIM, "i32"), *_read(i, "flags", _FLAGS, "i32"), *_read(i, "dtype", _DTYPE, "ptr"),
        f"%p{i}.number.at = getelementptr i8, ptr %p{i}.dtype, i64 {_NUMBER}",
        f"%p{i}.number = load i32, ptr %p{i}.number.at",
        f"%p{i}.order.at = getelementptr i8, ptr %p{i}.dtype, i64 {_ORDER}",
        f"%p{i}.order = load i8, ptr %p{i}.order.at",
        f"%p{i}.first = icmp eq i32 %p{i}.number, {numbers[0]}",
        f"%p{i}.second = icmp eq i32 %p{i}.number, {numbers[-1]}",
        f"%p{i}.typed = or i1 %p{i}.first, %p{i}.second",
        f"%p{i}.deep = icmp eq i32 %p{i}.ndim, {kind.ndim}",
        f"%p{i}.flat = and i32 %p{i}.flags, {IN_ORDER}",
        f"%p{i}.ordered = icmp eq i32 %p{i}.flat, {IN_ORDER}",
        f"%p{i}.native = icmp ne i8 %p{i}.order, {ord('>')}",
        f"%p{i}.a = and i1 %p{i}.typed, %p{i}.deep",
        f"%p{i}.b = and i1 %p{i}.ordered, %p{i}.native",
        f"%p{i}.fits = and i1 %p{i}.a, %p{i}.b",
        f"br i1 %p{i}.fits, label %fits{i}, label %bad{i}", f"fits{i}:",
        *_read(i, "data", _DATA, "ptr"), *_read(i, "sizes", _SIZES, "ptr"),
    ]  # fmt: skip
    for axis in range(kind.ndim):
        lines += [
            f"%p{i}.{axis}.at = getelementptr i64, ptr %p{i}.sizes, i64 {axis}",
            f"%p{i}.{axis} = load i64, ptr %p{i}.{axis}.at",
        ]
    return lines


def _alike(item: Scalar) -> list[str]:
    """Names of C for whole numbers of the same size: numpy has a type for each."""
    return [code for code in "lqLQ" if np.dtype(code).name == item.name]


def _read(i: int, name: str, at: int, kind: str) -> list[str]:
    return [
        f"%p{i}.{name}.at = getelementptr i8, ptr %p{i}, i64 {at}", f"%p{i}.{name} = load {kind}, ptr %p{i}.{name}.at"
    ]  # fmt: skip
