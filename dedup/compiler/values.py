"""Values of a loop: of a type, as the names that LLVM has for them, or as constants."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.types import BOOL, FLOAT64, INT64, UINT64, Record, Scalar, Type


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a type: the numbers and addresses it consists of, as LLVM's names or constants."""

    type: Type
    leaves: tuple[str, ...]

    @property
    def one(self) -> str:
        """The only one."""
        (leaf,) = self.leaves
        return leaf

    @property
    def scalar(self) -> Scalar:
        """Its type, which must be that of a number."""
        if not isinstance(self.type, Scalar):
            raise NotCompiled(f"{types.said(self.type)} is no number")
        return self.type

    @property
    def is_constant(self) -> bool:
        """Whether it is known now."""
        return not any(leaf.startswith("%") for leaf in self.leaves)

    def parts(self) -> list[Value]:
        """The values that a tuple consists of."""
        if not isinstance(self.type, Record):
            raise NotCompiled(f"{types.said(self.type)} is no tuple")
        parts, at = [], 0
        for item in self.type.items:
            count = len(item.leaves)
            parts.append(Value(item, self.leaves[at : at + count]))
            at += count
        return parts


def record(parts: list[Value], maker: type | None = None) -> Value:
    """A tuple of values."""
    kind = Record(tuple(part.type for part in parts), maker)
    return Value(kind, tuple(leaf for part in parts for leaf in part.leaves))


def number(value: float, kind: Scalar) -> Value:
    """A constant."""
    if kind.kind == "f":
        value = value if kind.bits == 64 else float(np.float32(value))
        (bits,) = struct.unpack("<Q", struct.pack("<d", value))
        return Value(kind, (f"0x{bits:016X}",))
    return Value(kind, (str(int(value)),))


def wrapped(value: int, kind: Scalar) -> int:
    """A whole number as one of a type with fewer bits or another sign."""
    rest: int = value % (1 << kind.bits)
    return rest - (1 << kind.bits) if kind.kind == "i" and rest >> (kind.bits - 1) else rest


ZERO = number(0, INT64)


def constant(value: object) -> Value:
    """A number, or a tuple of such, that is known now."""
    if isinstance(value, tuple):
        return record([constant(one) for one in value])
    if isinstance(value, np.generic):
        return number(value.item(), types.scalar_of(value.dtype))
    if isinstance(value, bool):
        return number(value, BOOL)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise NotCompiled(f"{value} has more than 64 bits")
        return number(value, INT64 if value < 2**63 else UINT64)
    if isinstance(value, float):
        return number(value, FLOAT64)
    if value is None:
        return record([])
    raise NotCompiled(f"no loop knows {value!r}")
