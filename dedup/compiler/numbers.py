"""What is done with numbers: instructions of LLVM for operators, comparisons and conversions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dedup.compiler import types
from dedup.compiler.blocks import Blocks
from dedup.compiler.errors import NotCompiled
from dedup.compiler.types import BOOL, INT64, UINT64, Record, Scalar, Type
from dedup.compiler.values import ZERO, Value, number, record, wrapped

_BITS = {"Add": "add", "Sub": "sub", "Mult": "mul", "BitAnd": "and", "BitOr": "or", "BitXor": "xor"}
_FLOATS = {"Add": "fadd", "Sub": "fsub", "Mult": "fmul", "Div": "fdiv"}
_EQUAL = {"Eq": "eq", "NotEq": "ne"}
_LESS = {"Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"}
_ORDERED = {"Eq": "oeq", "NotEq": "une", "Lt": "olt", "LtE": "ole", "Gt": "ogt", "GtE": "oge"}


@dataclass(slots=True)
class Numbers(Blocks):
    """Writes what is done with numbers."""

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
        if value.is_constant and old.kind != "f":
            return number(int(value.one) if new.kind == "f" else wrapped(int(value.one), new), new)
        if "f" not in (old.kind, new.kind) and old.bits == new.bits:
            return Value(new, value.leaves)
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
        if "f" in (a.scalar.kind, b.scalar.kind) or (b.is_constant and not 0 <= int(b.one) < 64):
            raise NotCompiled(f"{how} of {types.said(a.type)} by {types.said(b.type)}, or by no 0 to 63")
        kind = types.wide(a.scalar)
        left, right = self.cast(a, kind).one, self.cast(b, types.wide(b.scalar)).one
        right_way = "ashr" if kind == INT64 else "lshr"
        return Value(kind, (self.make(f"{'shl' if how == 'LShift' else right_way} i64 {left}, {right}"),))

    def _divided(self, how: str, kind: Scalar, left: str, right: str) -> Value:
        """Rounded down as in Python; what is divided by 0 is 0, as in numpy."""
        if not right.startswith("%") and int(right) > 0:
            nonzero, divisor = "true", right
        else:
            # The least number by -1 is none of 64 bits, and an error of the processor: it stays what it is.
            least = self.make(f"icmp eq i64 {left}, {-(2**63)}")
            opposite = self.make(f"icmp eq i64 {right}, -1")
            nonzero = self.make(f"icmp ne i64 {right}, 0")
            divisor = self.make(f"select i1 {nonzero}, i64 {right}, i64 1")
            if kind == INT64:
                divisor = self.make(
                    f"select i1 {self.make(f'and i1 {least}, {opposite}')}, i64 1, i64 {divisor}"
                )
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
        if value.scalar.kind in "bf":
            raise NotCompiled(f"~ of {types.said(value.type)}")
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

    @contextmanager
    def counting(self, start: Value, stop: Value, step: Value) -> Iterator[tuple[Value, str, str]]:
        """What is written meanwhile is done for each number of a range. Gives the number, and the blocks by which the
        next is reached, and the end."""
        kind = start.type
        counter = self.variable(kind)
        self.store(start, counter)
        head, inside, following, end = map(self.label, ("for", "do", "next", "done"))
        self.begin(head)
        at = self.load(kind, counter)
        self.branch(self._is_before(at, stop, step), inside, end)
        self.begin(inside)
        yield at, following, end
        self.begin(following)
        at = self.load(kind, counter)
        exact = "nsw" if kind == INT64 else "nuw"
        self.store(Value(kind, (self.make(f"add {exact} i64 {at.one}, {step.one}"),)), counter)
        self.jump(head)
        self.begin(end)

    def _is_before(self, at: Value, stop: Value, step: Value) -> str:
        if step.is_constant:
            return self.compare("Lt" if int(step.one) > 0 else "Gt", at, stop).one
        up, down = self.compare("Lt", at, stop), self.compare("Gt", at, stop)
        return self.chosen(self.compare("Gt", step, number(0, step.scalar)).one, up, down).one
