"""The types of loops: numbers, arrays and tuples of them; and what operators make of two of them.

Whole numbers are counted with in 64 bits, with a sign if either has one: ``np.uint8(1) - np.uint8(2)`` is
2**64 - 1, and 1 - np.uint8(2) is -1. A comparison takes both for what they are.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from dedup.compiler.errors import NotCompiled


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number: of `kind` b, i, u or f as numpy has it, and how many `bits`."""

    name: str
    kind: str
    bits: int

    @property
    def llvm(self) -> str:
        """Its type in LLVM, as a value."""
        return {"f32": "float", "f64": "double"}.get(f"{self.kind}{self.bits}", f"i{self.bits}")

    @property
    def stored(self) -> str:
        """Its type in LLVM, in an array."""
        return "i8" if self.kind == "b" else self.llvm

    @property
    def size(self) -> int:
        """Bytes in an array."""
        return (self.bits + 7) // 8

    @property
    def leaves(self) -> tuple[str, ...]:
        """The types in LLVM of what a value consists of."""
        return (self.llvm,)


@dataclass(frozen=True, slots=True)
class Array:
    """An array in the order of C: where its items are, and how many in each direction."""

    item: Scalar
    ndim: int

    @property
    def leaves(self) -> tuple[str, ...]:
        """The types in LLVM of what a value consists of."""
        return "ptr", *["i64"] * self.ndim


@dataclass(frozen=True, slots=True)
class Record:
    """A tuple, a named one if it has a `maker`; an empty one is what a function returns that returns nothing."""

    items: tuple[Type, ...]
    maker: type | None = None

    @property
    def leaves(self) -> tuple[str, ...]:
        """The types in LLVM of what a value consists of."""
        return tuple(leaf for item in self.items for leaf in item.leaves)


Type: TypeAlias = "Scalar | Array | Record"

SCALARS = {
    name: Scalar(name, np.dtype(name).kind, 1 if name == "bool" else 8 * np.dtype(name).itemsize)
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
    )
}  # fmt: skip
BOOL, INT64, UINT64, FLOAT32, FLOAT64 = map(SCALARS.__getitem__, "bool int64 uint64 float32 float64".split())
NOTHING = Record(())


def scalar_of(dtype: object) -> Scalar:
    """The number type of a numpy dtype or scalar type."""
    found = SCALARS.get(np.dtype(dtype).name)  # type: ignore[call-overload]
    if found is None:
        raise NotCompiled(f"no loop knows the type {dtype}")
    return found


def parsed(signature: str) -> tuple[Type, tuple[Type, ...]]:
    """The result and the arguments that a signature says, such as ``void(uint32[::1], int64[:, ::1], float64)``."""
    call = ast.parse(signature.strip(), mode="eval").body
    if not isinstance(call, ast.Call):
        raise NotCompiled(f"no signature: {signature}")
    return _type(call.func), tuple(map(_type, call.args))


def _type(node: ast.expr) -> Type:
    match node:
        case ast.Name("void"):
            return NOTHING
        case ast.Name("boolean"):
            return BOOL
        case ast.Name(name) if name in SCALARS:
            return SCALARS[name]
        case ast.Call(ast.Name("Tuple"), [ast.Tuple(items)]):
            return Record(tuple(map(_type, items)))
        case ast.Subscript(item, ast.Slice()):
            return Array(_scalar(item), 1)
        case ast.Subscript(item, ast.Tuple(axes)):
            return Array(_scalar(item), len(axes))
    raise NotCompiled(f"no type: {ast.unparse(node)}")


def _scalar(node: ast.expr) -> Scalar:
    found = _type(node)
    if not isinstance(found, Scalar):
        raise NotCompiled(f"no number: {ast.unparse(node)}")
    return found


def unified(a: Type, b: Type) -> Type:
    """The type of what may be either: a variable that both are given to, a result."""
    if a == b:
        return a
    if (
        isinstance(a, Record)
        and isinstance(b, Record)
        and len(a.items) == len(b.items)
        and a.maker is b.maker
    ):
        return Record(tuple(map(unified, a.items, b.items)), a.maker)
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return _unified(a, b)
    raise NotCompiled(f"{said(a)} and {said(b)} are no one type")


def _unified(a: Scalar, b: Scalar) -> Scalar:
    if "f" in (a.kind, b.kind):
        return _floating(a, b)
    if a.kind == b.kind or "b" in (a.kind, b.kind):
        return a if a.bits >= b.bits else b
    signed, unsigned = (a, b) if a.kind == "i" else (b, a)
    if unsigned.bits == 64:
        raise NotCompiled(f"{a.name} and {b.name} are no one type: say which by np.int64() or np.uint64()")
    return SCALARS[f"int{max(signed.bits, 2 * unsigned.bits)}"]


def _floating(a: Scalar, b: Scalar) -> Scalar:
    """Of two numbers one of which has a fraction: the type that holds both."""
    small = all(one == FLOAT32 or (one.kind != "f" and one.bits <= 16) for one in (a, b))
    return FLOAT32 if small else FLOAT64


def wide(a: Scalar) -> Scalar:
    """What a whole number is counted with in."""
    return UINT64 if a.kind == "u" else INT64


def summed(a: Scalar, b: Scalar) -> Scalar:
    """The type of a sum, difference, product, or of bits of both."""
    if "f" in (a.kind, b.kind):
        return _floating(a, b)
    return UINT64 if a.kind == b.kind == "u" else INT64


def said(one: Type) -> str:
    """A type in a message."""
    match one:
        case Scalar():
            return one.name
        case Array():
            return f"{one.item.name}[{', '.join([':'] * (one.ndim - 1) + ['::1'])}]"
        case Record():
            return f"({', '.join(map(said, one.items))})"
