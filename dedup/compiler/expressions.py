"""Expressions of a loop: each to a value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.types import BOOL, INT64, Array, Record, Scalar, Type
from dedup.compiler.values import Value, constant, number, record
from dedup.compiler.writer import Writer


@dataclass(frozen=True, slots=True)
class Compiled:
    """A function of some argument types in its module: its name there, its result, and whether it may fail, as one that
    asks for memory may."""

    symbol: str
    result: Type
    fails: bool

    @property
    def llvm(self) -> str:
        """What it returns: what its result consists of, after what trouble it had."""
        leaves = ["i64"] * self.fails + list(self.result.leaves)
        return "{ " + ", ".join(leaves) + " }" if leaves else "void"


MEMORY, BEYOND = -1, -2
"""Trouble: memory lacks; a place is beyond its array, in the line that is left when this is taken away."""


class Module(Protocol):
    """Where functions and constants of one kernel are put."""

    checked: bool

    def compiled(self, function: Callable[..., Any], arguments: tuple[Type, ...]) -> Compiled: ...

    def constant(self, kind: Scalar, leaves: tuple[str, ...]) -> str:
        """The name of an array of constants."""


@dataclass(slots=True)
class Expressions:
    """Writes what expressions of one function come to."""

    module: Module
    function: Callable[..., Any]
    kinds: dict[str, Type]
    """The types of variables: of all that is known to be given to them."""
    writer: Writer = field(default_factory=Writer)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fails: bool = False

    def value(self, node: ast.expr) -> Value:
        """What an expression comes to."""
        match node:
            case ast.Constant(value):
                return constant(value)
            case ast.Name(name) if name in self.kinds:
                if name not in self.places:
                    raise NotCompiled(f"{name} is read before it is set")
                return self.writer.load(self.kinds[name], self.places[name])
            case ast.Name() | ast.Attribute():
                return self._named(node)
            case ast.Tuple(items):
                return record([self.value(item) for item in items])
            case ast.BinOp(left, operator, right):
                return self.writer.calculate(type(operator).__name__, self.value(left), self.value(right))
            case ast.UnaryOp():
                return self._unary(node)
            case ast.Compare():
                return self._compared(node)
            case ast.BoolOp():
                return self._either(node)
            case ast.IfExp():
                return self._chosen(node)
            case ast.Subscript():
                return self._item(node)
            case ast.Call():
                return self.call(node)
        raise NotCompiled(f"no loop knows {type(node).__name__}")

    def truth(self, node: ast.expr) -> str:
        """Whether an expression is true."""
        return self.writer.truth(self.value(node)).one

    def static(self, node: ast.expr) -> Any:
        """What a name stands for that is no variable; nothing where there is none."""
        match node:
            case ast.Name(name) if name not in self.function.__code__.co_varnames:
                return self.function.__globals__.get(name)
            case ast.Attribute(owner, name):
                found = self.static(owner)
                if not isinstance(found, ModuleType):
                    return None
                if found is not np:
                    raise NotCompiled(f"{ast.unparse(node)}: import the name, so that its value can be told")
                return getattr(found, name)
        return None

    def dtype(self, node: ast.expr) -> Scalar:
        """The type that an expression names: ``np.uint8``, ``rows.dtype``."""
        if isinstance(node, ast.Attribute) and node.attr == "dtype":
            return self._array(node.value)[1].item
        return types.scalar_of(self.static(node))

    def _named(self, node: ast.expr) -> Value:
        found = self.static(node)
        if found is not None:
            return constant(found)
        if not isinstance(node, ast.Attribute):
            raise NotCompiled(f"{ast.unparse(node)} is nowhere set")
        owner = self.value(node.value)
        if isinstance(owner.type, Record):
            fields: tuple[str, ...] = getattr(owner.type.maker, "_fields", ())
            return owner.parts()[fields.index(node.attr)]
        if isinstance(owner.type, Array) and node.attr == "shape":
            return record([Value(INT64, (leaf,)) for leaf in owner.leaves[1:]])
        if isinstance(owner.type, Array) and node.attr == "size":
            return Value(INT64, (self.count(owner),))
        raise NotCompiled(f"{ast.unparse(node)} of {types.said(owner.type)}")

    def count(self, array: Value) -> str:
        """How many items an array has."""
        size, *others = array.leaves[1:]
        for other in others:
            size = self.writer.make(f"mul i64 {size}, {other}")
        return size

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.value(node.operand)
        match node.op:
            case ast.USub():
                return self.writer.negated(value)
            case ast.Invert():
                return self.writer.inverted(value)
            case ast.Not():
                return Value(BOOL, (self.writer.make(f"xor i1 {self.writer.truth(value).one}, true"),))
        return value

    def _compared(self, node: ast.Compare) -> Value:
        """One comparison, or several of which each is made only if those before are true."""
        left = self.value(node.left)
        if len(node.ops) == 1:
            return self._comparison(left, node.ops[0], node.comparators[0])[0]
        end, result = self.writer.label("compared"), self.writer.variable(BOOL)
        for operator, right in zip(node.ops, node.comparators, strict=True):
            found, left = self._comparison(left, operator, right)
            self.writer.store(found, result)
            following = self.writer.label("and")
            self.writer.branch(found.one, following, end)
            self.writer.begin(following)
        self.writer.begin(end)
        return self.writer.load(BOOL, result)

    def _comparison(self, left: Value, operator: ast.cmpop, node: ast.expr) -> tuple[Value, Value]:
        right = self.value(node)
        if not isinstance(operator, ast.In):
            return self.writer.compare(type(operator).__name__, left, right), right
        found = number(0, BOOL)
        for part in right.parts():
            found = self.writer.calculate("BitOr", found, self.writer.compare("Eq", left, part))
        return found, right

    def _either(self, node: ast.BoolOp) -> Value:
        """``and`` and ``or``: the first value that says how it ends, or the last."""
        end = self.writer.label("either")
        ends = []
        for i, part in enumerate(node.values):
            value = self.value(part)
            last = i == len(node.values) - 1
            place = self.writer.label("known")
            ends.append((value, place))
            if last:
                self.writer.jump(place)
                break
            following = self.writer.label("next")
            truth = self.writer.truth(value).one
            stops = isinstance(node.op, ast.Or)
            self.writer.branch(truth, place if stops else following, following if stops else place)
            self.writer.begin(following)
        return self._one_of(ends, end)

    def _chosen(self, node: ast.IfExp) -> Value:
        writer = self.writer
        yes, no, end = writer.label("yes"), writer.label("no"), writer.label("chosen")
        yes_end, no_end = writer.label("yes"), writer.label("no")
        writer.branch(self.truth(node.test), yes, no)
        writer.begin(yes)
        a = self.value(node.body)
        writer.jump(yes_end)
        writer.begin(no)
        b = self.value(node.orelse)
        writer.jump(no_end)
        return self._one_of([(a, yes_end), (b, no_end)], end)

    def _one_of(self, ends: list[tuple[Value, str]], end: str) -> Value:
        """The value of that of some blocks, each not begun yet, by which `end` is reached."""
        writer, kind = self.writer, ends[0][0].type
        for value, _ in ends:
            kind = types.unified(kind, value.type)
        result = writer.variable(kind)
        for value, place in ends:
            writer.ended = True
            writer.begin(place)
            writer.store(writer.cast(value, kind), result)
            writer.jump(end)
        writer.begin(end)
        return writer.load(kind, result)

    def _array(self, node: ast.expr) -> tuple[Value, Array]:
        return self.array_of(self.value(node))

    @staticmethod
    def array_of(value: Value) -> tuple[Value, Array]:
        """An array and its type."""
        if not isinstance(value.type, Array):
            raise NotCompiled(f"{types.said(value.type)} is no array")
        return value, value.type

    def _item(self, node: ast.Subscript) -> Value:
        owner = self.value(node.value)
        if isinstance(owner.type, Record):
            return self._part(owner, self.value(node.slice), node.lineno)
        array, kind = self.array_of(owner)
        if isinstance(node.slice, ast.Slice):
            if node.slice.step is not None:
                raise NotCompiled(f"a part of an array has no gaps: {ast.unparse(node)}")
            start, stop = (
                None if one is None else self.value(one) for one in (node.slice.lower, node.slice.upper)
            )
            return self.writer.slice(array, kind, start, stop)
        places = self.indices(node.slice)
        self._check(array, places, node.lineno)
        return self.writer.item(array, kind, places)

    def indices(self, node: ast.expr) -> list[Value]:
        """The places that an index names, one a direction."""
        return [self.value(one) for one in (node.elts if isinstance(node, ast.Tuple) else [node])]

    def _check(self, array: Value, places: list[Value], line: int) -> None:
        if self.module.checked:
            for place, size in zip(places, array.leaves[1:], strict=False):
                if place.is_constant and int(place.one) < 0:
                    beyond = f"icmp ult i64 {size}, {-int(place.one)}"
                else:
                    beyond = f"icmp uge i64 {self.writer.cast(place, types.wide(place.scalar)).one}, {size}"
                self.fail_if(self.writer.make(beyond), BEYOND - line)

    def place(self, node: ast.Subscript) -> tuple[str, Scalar]:
        """The address of the item that an expression names, and its type."""
        array, kind = self._array(node.value)
        places = self.indices(node.slice)
        if len(places) < kind.ndim:
            raise NotCompiled(f"{ast.unparse(node)} is no single number")
        self._check(array, places, node.lineno)
        return self.writer.address(array, kind, places), kind.item

    def _part(self, owner: Value, place: Value, line: int) -> Value:
        if place.is_constant:
            return owner.parts()[int(place.one)]
        kind, address = self.listed(owner)
        array = Value(Array(kind, 1), (address, str(len(owner.leaves))))
        self._check(array, [place], line)
        return self.writer.item(array, Array(kind, 1), [place])

    def listed(self, owner: Value) -> tuple[Scalar, str]:
        """The numbers of a tuple, which have one type, as an array in memory: their type, its address."""
        kind = owner.parts()[0].scalar
        if any(part.type != kind for part in owner.parts()) or kind == BOOL:
            raise NotCompiled(f"{types.said(owner.type)} has not numbers of one type")
        if owner.is_constant:
            return kind, self.module.constant(kind, owner.leaves)
        place = self.writer.name()
        self.writer.variables.append(f"{place} = alloca [{len(owner.leaves)} x {kind.stored}]")
        for i, part in enumerate(owner.parts()):
            address = self.writer.make(f"getelementptr inbounds {kind.stored}, ptr {place}, i64 {i}")
            self.writer.set_item(address, kind, part)
        return kind, place

    def _go_on(self, trouble: str) -> None:
        """Go on where there is no trouble; or else leave the function with it."""
        self.fails = True
        failing, on = self.writer.label("failing"), self.writer.label("on")
        self.writer.branch(self.writer.make(f"icmp eq i64 {trouble}, 0"), on, failing)
        self.writer.begin(failing)
        self.writer.say(f"store i64 {trouble}, ptr %trouble")
        self.writer.jump("leave")
        self.writer.begin(on)

    def fail_if(self, condition: str, trouble: int) -> None:
        """Leave the function where a condition holds."""
        self._go_on(self.writer.make(f"select i1 {condition}, i64 {trouble}, i64 0"))

    def call(self, node: ast.Call) -> Value:
        """What a call returns (see `dedup.compiler.calling`)."""
        raise NotImplementedError
