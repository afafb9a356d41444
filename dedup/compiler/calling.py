"""Calls in a loop: of its own functions, of what makes arrays, and of the few others that loops know."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.expressions import MEMORY, Expressions
from dedup.compiler.source import function_of
from dedup.compiler.types import FLOAT32, FLOAT64, INT64, Array
from dedup.compiler.values import ZERO, Value, number, record

KNOWN = {"np.empty", "np.zeros", "np.full", "np.sqrt", "np.ceil", "np.log1p", "min", "max", "abs"}
"""What loops may call beside their own functions, and number types."""


@dataclass(slots=True)
class Calls(Expressions):
    """Writes the calls of one function."""

    def call(self, node: ast.Call) -> Value:
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

    def _method(self, node: ast.Attribute, arguments: list[ast.expr]) -> Value:
        array, kind = self._array(node.value)
        if node.attr == "view" and kind.ndim == 1:
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
        for size in sizes:  # so large, or below 0, that no memory is enough
            if size.startswith("%"):
                self.fail_if(self.writer.make(f"icmp ugt i64 {size}, {1 << (45 // len(sizes))}"), MEMORY)
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
        item, size = self.array_of(array)[1].item, Value(INT64, (self.count(array),))
        flat, given = Value(Array(item, 1), (array.leaves[0], size.one)), self.writer.cast(value, item)
        with self.writer.counting(ZERO, size, number(1, INT64)) as (at, _, _):
            self.writer.set_item(self.writer.address(flat, Array(item, 1), [at]), item, given)

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
        if value.scalar.kind == "u":
            return value
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
