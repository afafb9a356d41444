"""What is done with arrays: addresses of items, parts of arrays.

An item may lie anywhere, as in the middle of other bytes: to today's processors it is all one.
"""

from __future__ import annotations

from dataclasses import dataclass

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.numbers import Numbers
from dedup.compiler.types import BOOL, INT64, Array, Scalar
from dedup.compiler.values import Value


@dataclass(slots=True)
class Writer(Numbers):
    """Writes all that a function is made of."""

    def address(self, array: Value, kind: Array, places: list[Value]) -> str:
        """The address of an item, or of the first of a part where there are fewer `places` than directions.

        No place counts from the end, but one that is written as a number below 0.
        """
        if len(places) > kind.ndim:
            raise NotCompiled(f"{len(places)} places in {types.said(kind)}")
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
        found = self.make(f"load {kind.item.stored}, ptr {address}, align 1")
        if kind.item == BOOL:
            found = self.make(f"trunc i8 {found} to i1")
        return Value(kind.item, (found,))

    def set_item(self, address: str, kind: Scalar, value: Value) -> None:
        """Store a number in an array."""
        leaf = self.cast(value, kind).one
        if kind == BOOL:
            leaf = self.make(f"zext i1 {leaf} to i8")
        self.say(f"store {kind.stored} {leaf}, ptr {address}, align 1")

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
