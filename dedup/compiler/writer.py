"""A function in the making, as text of LLVM: blocks of instructions, and what is done with numbers.

LLVM's own passes take away what is written too often: variables that are stored and loaded, constants, empty blocks.
Source: the LLVM language reference.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.types import BOOL, INT64, UINT64, Array, Record, Scalar, Type


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
        (bits,) = struct.unpack("<Q", struct.pack("<d", value))
        return Value(kind, (f"0x{bits:016X}",))
    return Value(kind, (str(int(value)),))


ZERO, ONE = number(0, INT64), number(1, INT64)


@dataclass(slots=True)
class Writer:
    """Writes the blocks of one function."""

    lines: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    names: int = 0
    ended: bool = False
    """Whether the block has its last instruction."""

    def name(self) -> str:
        """A new name."""
        self.names += 1
        return f"%v{self.names}"

    def say(self, line: str) -> None:
        """Write an instruction without a result; one that can never be reached is left out."""
        if not self.ended:
            self.lines.append(line)

    def make(self, instruction: str) -> str:
        """Write an instruction; return the name of its result."""
        name = self.name()
        self.say(f"{name} = {instruction}")
        return name

    def label(self, hint: str) -> str:
        """A name for a block."""
        self.names += 1
        return f"{hint}{self.names}"

    def begin(self, label: str) -> None:
        """Begin a block; one that has not ended goes on there."""
        self.jump(label)
        self.lines.append(f"{label}:")
        self.ended = False

    def jump(self, label: str) -> None:
        """End the block."""
        self.say(f"br label %{label}")
        self.ended = True

    def branch(self, condition: str, yes: str, no: str) -> None:
        """End the block in one of two ways."""
        self.say(f"br i1 {condition}, label %{yes}, label %{no}")
        self.ended = True

    def variable(self, kind: Type) -> tuple[str, ...]:
        """Places for a value that changes."""
        places = tuple(self.name() for _ in kind.leaves)
        self.variables += [
            f"{place} = alloca {leaf}" for place, leaf in zip(places, kind.leaves, strict=True)
        ]
        return places

    def load(self, kind: Type, places: tuple[str, ...]) -> Value:
        """What a variable holds."""
        read = zip(kind.leaves, places, strict=True)
        return Value(kind, tuple(self.make(f"load {leaf}, ptr {place}") for leaf, place in read))

    def store(self, value: Value, places: tuple[str, ...]) -> None:
        """Give a variable a value."""
        for leaf, kind, place in zip(value.leaves, value.type.leaves, places, strict=True):
            self.say(f"store {kind} {leaf}, ptr {place}")

    # Numbers.

    def cast(self, value: Value, kind: Type) -> Value:
        """The value as one of another type, as numpy's types convert it."""
        if value.type == kind:
            return value
        if (
            isinstance(kind, Record)
            and isinstance(value.type, Record)
            and len(kind.items) == len(value.type.items)
        ):
            parts = [self.cast(one, item) for one, item in zip(value.parts(), kind.items, strict=True)]
            return record(parts, kind.maker)
        if isinstance(kind, Scalar) and isinstance(value.type, Scalar):
            return self._cast(value, value.type, kind)
        raise NotCompiled(f"{types.said(value.type)} cannot become {types.said(kind)}")

    def _cast(self, value: Value, old: Scalar, new: Scalar) -> Value:
        if new.kind == "b":
            return self.truth(value)
        if "f" not in (old.kind, new.kind) and old.bits == new.bits:
            return Value(new, value.leaves)
        if value.is_constant and old.kind != "f" and (new.kind == "f" or new.bits >= old.bits):
            return number(int(value.one), new)
        if value.is_constant and old.kind == "f" and new.bits > old.bits:
            return Value(new, value.leaves)
        if old.kind == "f" and new.kind == "f":
            how = "fpext" if new.bits > old.bits else "fptrunc"
        elif old.kind == "f":
            how = "fptosi" if new.kind == "i" else "fptoui"
        elif new.kind == "f":
            how = "sitofp" if old.kind == "i" else "uitofp"
        elif new.bits < old.bits:
            how = "trunc"
        else:
            how = "sext" if old.kind == "i" else "zext"
        return Value(new, (self.make(f"{how} {old.llvm} {value.one} to {new.llvm}"),))

    def truth(self, value: Value) -> Value:
        """Whether a number is not 0."""
        kind = value.scalar
        if kind == BOOL:
            return value
        if kind.kind == "f":
            return Value(BOOL, (self.make(f"fcmp une {kind.llvm} {value.one}, 0.0"),))
        return Value(BOOL, (self.make(f"icmp ne {kind.llvm} {value.one}, 0"),))

    def calculate(self, how: str, a: Value, b: Value) -> Value:
        """``+ - * / // % << >> & | ^`` of two numbers; `how` is the name of its node in `ast`."""
        if how in ("LShift", "RShift"):
            return self._shifted(how, a, b)
        if how in ("BitAnd", "BitOr", "BitXor") and a.type == b.type == BOOL:
            return Value(BOOL, (self.make(f"{_BITS[how]} i1 {a.one}, {b.one}"),))
        kind = types.summed(a.scalar, b.scalar)
        if how == "Div" and kind.kind != "f":
            kind = types.FLOAT64
        left, right = self.cast(a, kind).one, self.cast(b, kind).one
        if kind.kind == "f" and how in _FLOATS:
            return Value(kind, (self.make(f"{_FLOATS[how]} {kind.llvm} {left}, {right}"),))
        if kind.kind != "f" and how in _BITS:
            return Value(kind, (self.make(f"{_BITS[how]} {kind.llvm} {left}, {right}"),))
        if kind.kind != "f" and how in ("FloorDiv", "Mod"):
            return self._divided(how, kind, left, right)
        raise NotCompiled(f"{how} of {types.said(a.type)} and {types.said(b.type)}")

    def _shifted(self, how: str, a: Value, b: Value) -> Value:
        kind = types.wide(a.scalar)
        left, right = self.cast(a, kind).one, self.cast(b, types.wide(b.scalar)).one
        right_way = "ashr" if kind == INT64 else "lshr"
        return Value(kind, (self.make(f"{'shl' if how == 'LShift' else right_way} i64 {left}, {right}"),))

    def _divided(self, how: str, kind: Scalar, left: str, right: str) -> Value:
        """Rounded down as in Python; what is divided by 0 is 0, as in numpy."""
        if not right.startswith("%") and int(right) > 0:
            nonzero, divisor = "true", right
        else:
            nonzero = self.make(f"icmp ne i64 {right}, 0")
            divisor = self.make(f"select i1 {nonzero}, i64 {right}, i64 1")
        sign = "s" if kind == INT64 else "u"
        quotient = self.make(f"{sign}div i64 {left}, {divisor}")
        rest = self.make(f"{sign}rem i64 {left}, {divisor}")
        if kind == INT64:
            crossed = self.make(f"xor i64 {rest}, {divisor}")
            opposed = self.make(f"icmp slt i64 {crossed}, 0")
            some = self.make(f"icmp ne i64 {rest}, 0")
            down = self.make(f"and i1 {opposed}, {some}")
            less = self.make(f"zext i1 {down} to i64")
            quotient = self.make(f"sub i64 {quotient}, {less}")
            more = self.make(f"select i1 {down}, i64 {divisor}, i64 0")
            rest = self.make(f"add i64 {rest}, {more}")
        found = quotient if how == "FloorDiv" else rest
        return Value(kind, (self.make(f"select i1 {nonzero}, i64 {found}, i64 0"),))

    def negated(self, value: Value) -> Value:
        """``-value``"""
        if value.scalar.kind == "f":
            if value.is_constant:
                bits = int(value.one, 16) ^ (1 << 63)
                return Value(value.type, (f"0x{bits:016X}",))
            return Value(value.type, (self.make(f"fneg {value.scalar.llvm} {value.one}"),))
        if value.type == UINT64:
            raise NotCompiled("- of a number without a sign")
        if value.is_constant:
            return number(-int(value.one), INT64)
        return self.calculate("Sub", ZERO, self.cast(value, INT64))

    def inverted(self, value: Value) -> Value:
        """``~value``"""
        kind = types.wide(value.scalar)
        return Value(kind, (self.make(f"xor i64 {self.cast(value, kind).one}, -1"),))

    def compare(self, how: str, a: Value, b: Value) -> Value:
        """``== != < <= > >=`` of two numbers, each taken for what it is."""
        left, right = a.scalar, b.scalar
        if "f" in (left.kind, right.kind):
            kind = types.summed(left, right)
            operation = f"fcmp {_ORDERED[how]} {kind.llvm}"
            return Value(
                BOOL, (self.make(f"{operation} {self.cast(a, kind).one}, {self.cast(b, kind).one}"),)
            )
        if left == right:
            return self._compared(how, left.kind == "i", left.llvm, a.one, b.one)
        if UINT64 not in (left, right) or {left.kind, right.kind} <= {"u", "b"}:
            kind = INT64 if UINT64 not in (left, right) else UINT64
            return self._compared(how, kind == INT64, "i64", self.cast(a, kind).one, self.cast(b, kind).one)
        return self._mixed(how, self.cast(a, types.wide(left)), self.cast(b, types.wide(right)))

    def _compared(self, how: str, signed: bool, llvm: str, a: str, b: str) -> Value:
        code = _EQUAL.get(how) or ("s" if signed else "u") + _LESS[how]
        return Value(BOOL, (self.make(f"icmp {code} {llvm} {a}, {b}"),))

    def _mixed(self, how: str, a: Value, b: Value) -> Value:
        """One of the two has a sign: where that is minus, it is the smaller."""
        plain = self._compared(how, False, "i64", a.one, b.one)
        signed = a if a.type == INT64 else b
        if signed.is_constant and int(signed.one) >= 0:
            return plain
        minus = self.make(f"icmp slt i64 {signed.one}, 0")
        so = how == "NotEq" or ((how in ("Lt", "LtE")) == (signed is a) and how != "Eq")
        return Value(BOOL, (self.make(f"select i1 {minus}, i1 {str(so).lower()}, i1 {plain.one}"),))

    def chosen(self, condition: str, a: Value, b: Value) -> Value:
        """One of two values of one type."""
        kind = types.unified(a.type, b.type)
        a, b = self.cast(a, kind), self.cast(b, kind)
        made = (
            self.make(f"select i1 {condition}, {leaf} {x}, {leaf} {y}")
            for leaf, x, y in zip(kind.leaves, a.leaves, b.leaves, strict=True)
        )
        return Value(kind, tuple(made))

    # Arrays.

    def address(self, array: Value, kind: Array, places: list[Value]) -> str:
        """The address of an item, or of the first of a part where there are fewer `places` than directions.

        No place counts from the end, but one that is written as a number below 0.
        """
        at = None
        for axis in range(kind.ndim):
            if at is not None:
                at = self.make(f"mul i64 {at}, {array.leaves[1 + axis]}")
            if axis < len(places):
                place = self.cast(places[axis], types.wide(places[axis].scalar))
                own = place.one
                if place.is_constant and int(own) < 0:
                    own = self.make(f"add i64 {array.leaves[1 + axis]}, {own}")
                at = own if at is None else self.make(f"add i64 {at}, {own}")
        return self.make(f"getelementptr inbounds {kind.item.stored}, ptr {array.leaves[0]}, i64 {at or 0}")

    def item(self, array: Value, kind: Array, places: list[Value]) -> Value:
        """An item; or the part of the array that has the places in the first directions."""
        address = self.address(array, kind, places)
        if len(places) < kind.ndim:
            rest = array.leaves[1 + len(places) :]
            return Value(Array(kind.item, kind.ndim - len(places)), (address, *rest))
        found = self.make(f"load {kind.item.stored}, ptr {address}")
        if kind.item == BOOL:
            found = self.make(f"trunc i8 {found} to i1")
        return Value(kind.item, (found,))

    def set_item(self, address: str, kind: Scalar, value: Value) -> None:
        """Store a number in an array."""
        leaf = self.cast(value, kind).one
        if kind == BOOL:
            leaf = self.make(f"zext i1 {leaf} to i8")
        self.say(f"store {kind.stored} {leaf}, ptr {address}")

    def slice(self, array: Value, kind: Array, start: Value | None, stop: Value | None) -> Value:
        """``array[start:stop]``, which ends where the array does."""
        size = array.leaves[1]
        low = "0" if start is None else self._clipped(start, size)
        high = size if stop is None else self._clipped(stop, size)
        length = self.make(f"sub i64 {high}, {low}")
        length = self.make(f"call i64 @llvm.smax.i64(i64 {length}, i64 0)")
        address = self.address(array, kind, [Value(INT64, (low,))])
        return Value(kind, (address, length, *array.leaves[2:]))

    def _clipped(self, place: Value, size: str) -> str:
        one = self.cast(place, INT64).one
        if place.is_constant and int(one) < 0:
            one = self.make(f"add i64 {size}, {one}")
        capped = self.make(f"call i64 @llvm.smin.i64(i64 {one}, i64 {size})")
        return self.make(f"call i64 @llvm.smax.i64(i64 {capped}, i64 0)")


_BITS = {"Add": "add", "Sub": "sub", "Mult": "mul", "BitAnd": "and", "BitOr": "or", "BitXor": "xor"}
_FLOATS = {"Add": "fadd", "Sub": "fsub", "Mult": "fmul", "Div": "fdiv"}
_EQUAL = {"Eq": "eq", "NotEq": "ne"}
_LESS = {"Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"}
_ORDERED = {"Eq": "oeq", "NotEq": "une", "Lt": "olt", "LtE": "ole", "Gt": "ogt", "GtE": "oge"}
