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
from dedup.compiler.source import function_of
from dedup.compiler.types import BOOL, FLOAT32, FLOAT64, INT64, Array, Record, Scalar, Type
from dedup.compiler.writer import ZERO, Value, Writer, number, record


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
"""Trouble: memory lacks; a place is beyond its array."""


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
                return self._call(node)
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
                return getattr(found, name) if isinstance(found, ModuleType) else None
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
        kind = ends[0][0].type
        for value, _ in ends:
            kind = types.unified(kind, value.type)
        result = self.writer.variable(kind)
        for value, place in ends:
            self.writer.ended = True
            self.writer.begin(place)
            self.writer.store(self.writer.cast(value, kind), result)
            self.writer.jump(end)
        self.writer.begin(end)
        return self.writer.load(kind, result)

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
        kind = types.unified(a.type, b.type)
        result = writer.variable(kind)
        for value, place in ((a, yes_end), (b, no_end)):
            writer.ended = True
            writer.begin(place)
            writer.store(writer.cast(value, kind), result)
            writer.jump(end)
        writer.begin(end)
        return writer.load(kind, result)

    def _array(self, node: ast.expr) -> tuple[Value, Array]:
        value = self.value(node)
        if not isinstance(value.type, Array):
            raise NotCompiled(f"{ast.unparse(node)} is no array")
        return value, value.type

    def _item(self, node: ast.Subscript) -> Value:
        owner = self.value(node.value)
        if isinstance(owner.type, Record):
            return self._part(owner, self.value(node.slice))
        array, kind = self._array_of(owner)
        if isinstance(node.slice, ast.Slice):
            start, stop = (
                None if one is None else self.value(one) for one in (node.slice.lower, node.slice.upper)
            )
            return self.writer.slice(array, kind, start, stop)
        places = self.indices(node.slice)
        self._check(array, places)
        return self.writer.item(array, kind, places)

    @staticmethod
    def _array_of(value: Value) -> tuple[Value, Array]:
        if not isinstance(value.type, Array):
            raise NotCompiled(f"{types.said(value.type)} has no items")
        return value, value.type

    def indices(self, node: ast.expr) -> list[Value]:
        """The places that an index names, one a direction."""
        return [self.value(one) for one in (node.elts if isinstance(node, ast.Tuple) else [node])]

    def _check(self, array: Value, places: list[Value]) -> None:
        if self.module.checked:
            for place, size in zip(places, array.leaves[1:], strict=False):
                if not place.is_constant or int(place.one) >= 0:
                    at = self.writer.cast(place, types.wide(place.scalar)).one
                    self.fail_if(self.writer.make(f"icmp uge i64 {at}, {size}"), BEYOND)

    def place(self, node: ast.Subscript) -> tuple[str, Scalar]:
        """The address of the item that an expression names, and its type."""
        array, kind = self._array(node.value)
        places = self.indices(node.slice)
        if len(places) < kind.ndim:
            raise NotCompiled(f"{ast.unparse(node)} is no single number")
        self._check(array, places)
        return self.writer.address(array, kind, places), kind.item

    def _part(self, owner: Value, place: Value) -> Value:
        if place.is_constant:
            return owner.parts()[int(place.one)]
        kind, address = self.listed(owner)
        array = Value(Array(kind, 1), (address, str(len(owner.leaves))))
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

    # Calls.

    def _call(self, node: ast.Call) -> Value:
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise NotCompiled(f"arguments are told by their places: {ast.unparse(node)}")
        found = self.static(node.func)
        function = function_of(found)
        if function is not None:
            return self.called(function, [self.value(one) for one in node.args])
        if isinstance(found, type) and issubclass(found, tuple):
            return record([self.value(one) for one in node.args], found)
        if isinstance(found, type) and issubclass(found, np.generic):
            return self.writer.cast(self.value(node.args[0]), types.scalar_of(found))
        if isinstance(node.func, ast.Attribute) and found is None:
            return self._method(node.func, node.args)
        name = ast.unparse(node.func)
        known = getattr(self, f"_{name.replace('np.', '')}", None) if name in KNOWN else None
        if known is None:
            raise NotCompiled(f"no loop knows {name}()")
        made: Value = known(*node.args)
        return made

    def called(self, function: Callable[..., Any], arguments: list[Value]) -> Value:
        """What another function returns."""
        one = self.module.compiled(function, tuple(argument.type for argument in arguments))
        given = ["ptr %arena"] * one.fails
        for argument in arguments:
            given += [
                f"{kind} {leaf}" for kind, leaf in zip(argument.type.leaves, argument.leaves, strict=True)
            ]
        call = f"call {one.llvm} @{one.symbol}({', '.join(given)})"
        if one.llvm == "void":
            self.writer.say(call)
            return record([])
        result = self.writer.make(call)
        if one.fails:
            self._go_on(self.writer.make(f"extractvalue {one.llvm} {result}, 0"))
        first = int(one.fails)
        return Value(
            one.result,
            tuple(
                self.writer.make(f"extractvalue {one.llvm} {result}, {first + i}")
                for i in range(len(one.result.leaves))
            ),
        )

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

    def _method(self, node: ast.Attribute, arguments: list[ast.expr]) -> Value:
        array, kind = self._array(node.value)
        if node.attr == "view":
            new = self.dtype(arguments[0])
            total = self.writer.make(f"mul i64 {self.count(array)}, {kind.item.size}")
            return Value(Array(new, 1), (array.leaves[0], self.writer.make(f"udiv i64 {total}, {new.size}")))
        if node.attr == "copy":
            size = self.writer.make(f"mul i64 {self.count(array)}, {kind.item.size}")
            address = self.allocated(size)
            self.writer.say(
                f"call void @llvm.memcpy.p0.p0.i64(ptr {address}, ptr {array.leaves[0]}, i64 {size}, i1 false)"
            )
            return Value(kind, (address, *array.leaves[1:]))
        raise NotCompiled(f"no loop knows .{node.attr}()")

    def allocated(self, size: str) -> str:
        """The address of so many new bytes, which are free again when the function returns without them."""
        address = self.writer.make(f"call ptr @allocate(ptr %arena, i64 {size})")
        self.fail_if(self.writer.make(f"icmp eq ptr {address}, null"), MEMORY)
        return address

    def _empty(self, shape: ast.expr, dtype: ast.expr) -> Value:
        item = self.dtype(dtype)
        sizes = [self.writer.cast(one, INT64).one for one in self.indices(shape)]
        array = Value(Array(item, len(sizes)), ("null", *sizes))
        size = self.writer.make(f"mul i64 {self.count(array)}, {item.size}")
        return Value(array.type, (self.allocated(size), *sizes))

    def _zeros(self, shape: ast.expr, dtype: ast.expr) -> Value:
        array = self._empty(shape, dtype)
        size = self.writer.make(f"mul i64 {self.count(array)}, {self.dtype(dtype).size}")
        self.writer.say(f"call void @llvm.memset.p0.i64(ptr {array.leaves[0]}, i8 0, i64 {size}, i1 false)")
        return array

    def _full(self, shape: ast.expr, value: ast.expr, dtype: ast.expr) -> Value:
        array = self._empty(shape, dtype)
        self.fill(array, self.value(value))
        return array

    def fill(self, array: Value, value: Value) -> None:
        """Set all items of an array."""
        kind = self._array_of(array)[1]
        flat, item = (
            Value(Array(kind.item, 1), (array.leaves[0], self.count(array))),
            self.writer.cast(value, kind.item),
        )
        writer, place = self.writer, self.writer.variable(INT64)
        head, body, end = writer.label("fill"), writer.label("filling"), writer.label("filled")
        writer.store(ZERO, place)
        writer.begin(head)
        at = writer.load(INT64, place)
        writer.branch(writer.make(f"icmp slt i64 {at.one}, {flat.leaves[1]}"), body, end)
        writer.begin(body)
        writer.set_item(writer.address(flat, Array(kind.item, 1), [at]), kind.item, item)
        writer.store(Value(INT64, (writer.make(f"add nsw i64 {at.one}, 1"),)), place)
        writer.jump(head)
        writer.begin(end)

    def _extreme(self, nodes: tuple[ast.expr, ...], how: str) -> Value:
        found, *others = [self.value(node) for node in nodes]
        for other in others:
            kind = types.unified(found.type, other.type)
            found, other = self.writer.cast(found, kind), self.writer.cast(other, kind)
            found = self.writer.chosen(self.writer.compare(how, other, found).one, other, found)
        return found

    def _min(self, *nodes: ast.expr) -> Value:
        return self._extreme(nodes, "Lt")

    def _max(self, *nodes: ast.expr) -> Value:
        return self._extreme(nodes, "Gt")

    def _abs(self, node: ast.expr) -> Value:
        value = self.value(node)
        if value.scalar.kind == "f":
            return self._intrinsic("fabs", value)
        wide = self.writer.cast(value, INT64)
        return Value(INT64, (self.writer.make(f"call i64 @llvm.abs.i64(i64 {wide.one}, i1 false)"),))

    def _sqrt(self, node: ast.expr) -> Value:
        return self._intrinsic("sqrt", self.value(node))

    def _ceil(self, node: ast.expr) -> Value:
        return self._intrinsic("ceil", self.value(node))

    def _intrinsic(self, name: str, value: Value) -> Value:
        if value.type != FLOAT32:
            value = self.writer.cast(value, FLOAT64)
        kind = value.scalar
        call = f"call {kind.llvm} @llvm.{name}.f{kind.bits}({kind.llvm} {value.one})"
        return Value(kind, (self.writer.make(call),))

    def _log1p(self, node: ast.expr) -> Value:
        value = self.writer.cast(self.value(node), FLOAT64)
        return Value(FLOAT64, (self.writer.make(f"call double @log1p(double {value.one})"),))


KNOWN = {"np.empty", "np.zeros", "np.full", "np.sqrt", "np.ceil", "np.log1p", "min", "max", "abs"}
"""What loops may call beside their own functions, and number types."""


def constant(value: object) -> Value:
    """A number, or a tuple of such, that is known now."""
    if isinstance(value, tuple):
        return record([constant(one) for one in value])
    if isinstance(value, np.generic):
        return number(value.item(), types.scalar_of(value.dtype))
    if isinstance(value, bool):
        return number(value, BOOL)
    if isinstance(value, int):
        return number(value, INT64)
    if isinstance(value, float):
        return number(value, FLOAT64)
    if value is None:
        return record([])
    raise NotCompiled(f"no loop knows {value!r}")
