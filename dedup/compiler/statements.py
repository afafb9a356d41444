"""Statements of a loop, and the function that they are: written once its variables' types are known."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dedup.compiler import types
from dedup.compiler.calling import Calls
from dedup.compiler.errors import NotCompiled
from dedup.compiler.expressions import Compiled, Module
from dedup.compiler.types import INT64, NOTHING, UINT64, Array, Type
from dedup.compiler.values import ZERO, Value, number, record


@dataclass(slots=True)
class Statements(Calls):
    """Writes the statements of one function."""

    result: Type | None = None
    """What it is known to return."""
    settled: bool = True
    """Whether no variable has got another type since it was used."""
    loops: list[tuple[str, str]] = field(default_factory=list)
    """Where `continue` and `break` go."""
    kept: tuple[str, ...] = ()

    def begin(self, names: list[str], arguments: tuple[Type, ...]) -> list[str]:
        """Take the arguments; return them as LLVM's parameters."""
        parameters = []
        for i, (name, kind) in enumerate(zip(names, arguments, strict=True)):
            leaves = tuple(f"%a{i}.{k}" for k in range(len(kind.leaves)))
            parameters += [f"{leaf} {given}" for leaf, given in zip(kind.leaves, leaves, strict=True)]
            self.assign(name, Value(kind, leaves))
        return parameters

    def all(self, body: list[ast.stmt]) -> None:
        """Write statements, up to one behind which nothing follows."""
        for node in body:
            if self.writer.ended:
                break
            self.statement(node)

    def statement(self, node: ast.stmt) -> None:
        """Write one."""
        match node:
            case ast.Assign([target], value):
                self._give(target, self.value(value))
            case ast.AnnAssign(target, _, value) if value is not None:
                self._give(target, self.value(value))
            case ast.AugAssign():
                self._change(node)
            case ast.If():
                self._if(node)
            case ast.While(test, body, []):
                self._while(test, body)
            case ast.For(ast.Name(name), values, body, []):
                self._for(name, values, body)
            case ast.Return(value):
                self._return(record([]) if value is None else self.value(value))
            case ast.Continue():
                self.writer.jump(self.loops[-1][0])
            case ast.Break():
                self.writer.jump(self.loops[-1][1])
            case ast.Expr(ast.Constant()) | ast.Pass():
                pass
            case ast.Expr(value):
                self.value(value)
            case _:
                raise NotCompiled(f"no loop knows {ast.unparse(node).splitlines()[0]}")

    def assign(self, name: str, value: Value) -> None:
        """Give a variable a value. If that needs another type than it had, all must be written anew."""
        old = self.kinds.get(name)
        kind = value.type if old is None else types.unified(old, value.type)
        if kind != old:
            self.settled = self.settled and old is None
            self.kinds[name] = kind
        if name not in self.places or kind != old:
            self.places[name] = self.writer.variable(kind)
        self.writer.store(self.writer.cast(value, kind), self.places[name])

    def _give(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(name):
                self.assign(name, value)
            case ast.Tuple(targets):
                for one, part in zip(targets, value.parts(), strict=True):
                    self._give(one, part)
            case ast.Subscript(whole, ast.Slice(None, None, None)):
                self.fill(self.value(whole), value)
            case ast.Subscript(array, ast.Tuple([*places, ast.Slice(None, None, None)])):
                row = ast.copy_location(ast.Subscript(array, ast.Tuple(places)), target)
                self.fill(self.value(row), value)
            case ast.Subscript():
                address, kind = self.place(target)
                self.writer.set_item(address, kind, value)
            case _:
                raise NotCompiled(f"nothing can be given to {ast.unparse(target)}")

    def _change(self, node: ast.AugAssign) -> None:
        how = type(node.op).__name__
        if isinstance(node.target, ast.Name):
            old = self.value(ast.Name(node.target.id))
            self.assign(node.target.id, self.writer.calculate(how, old, self.value(node.value)))
            return
        if not isinstance(node.target, ast.Subscript):
            raise NotCompiled(f"{ast.unparse(node.target)} cannot change")
        address, kind = self.place(node.target)
        read = self.writer.item(Value(Array(kind, 1), (address, "1")), Array(kind, 1), [ZERO])
        self.writer.set_item(address, kind, self.writer.calculate(how, read, self.value(node.value)))

    def _if(self, node: ast.If) -> None:
        writer = self.writer
        yes, no, end = writer.label("then"), writer.label("else"), writer.label("end")
        writer.branch(self.truth(node.test), yes, no if node.orelse else end)
        writer.begin(yes)
        self.all(node.body)
        writer.jump(end)
        if node.orelse:
            writer.begin(no)
            self.all(node.orelse)
        writer.begin(end)

    def _while(self, test: ast.expr, body: list[ast.stmt]) -> None:
        writer = self.writer
        head, inside, end = writer.label("while"), writer.label("do"), writer.label("done")
        writer.begin(head)
        writer.branch(self.truth(test), inside, end)
        writer.begin(inside)
        self._inside(body, head, end)
        writer.jump(head)
        writer.begin(end)

    def _inside(self, body: list[ast.stmt], following: str, end: str) -> None:
        self.loops.append((following, end))
        self.all(body)
        self.loops.pop()

    def _for(self, name: str, values: ast.expr, body: list[ast.stmt]) -> None:
        if isinstance(values, ast.Call) and ast.unparse(values.func) == "range":
            start, stop, step = self._range([self.value(one) for one in values.args])
            self._count(start, stop, step, lambda at: self.assign(name, at), body)
            return
        owner = self.value(values)
        if isinstance(owner.type, Array):
            array, size = owner, Value(INT64, (owner.leaves[1],))
        else:
            kind, address = self.listed(owner)
            size = number(len(owner.leaves), INT64)
            array = Value(Array(kind, 1), (address, size.one))
        shape = array.type
        if not isinstance(shape, Array):
            raise NotCompiled(f"no loop goes over {ast.unparse(values)}")
        self._count(
            ZERO,
            size,
            number(1, INT64),
            lambda at: self.assign(name, self.writer.item(array, shape, [at])),
            body,
        )

    def _range(self, bounds: list[Value]) -> tuple[Value, Value, Value]:
        """Counted without a sign where no bound has one."""
        start, stop = (ZERO, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
        step = bounds[2] if len(bounds) == 3 else number(1, INT64)
        unsigned = all(one.scalar.kind == "u" for one in bounds)
        start, stop, step = (
            self.writer.cast(one, UINT64 if unsigned else INT64) for one in (start, stop, step)
        )
        return start, stop, step

    def _count(
        self, start: Value, stop: Value, step: Value, give: Callable[[Value], None], body: list[ast.stmt]
    ) -> None:
        with self.writer.counting(start, stop, step) as (at, following, end):
            give(at)
            self._inside(body, following, end)

    def _return(self, value: Value) -> None:
        old = self.result
        kind = value.type if old is None else types.unified(old, value.type)
        if kind != old:
            self.settled = self.settled and old is None
            self.result = kind
            self.kept = self.writer.variable(kind)
        elif not self.kept:
            self.kept = self.writer.variable(kind)
        self.writer.store(self.writer.cast(value, kind), self.kept)
        self.writer.jump("leave")


def written(
    module: Module,
    function: Callable[..., Any],
    tree: ast.FunctionDef,
    arguments: tuple[Type, ...],
    symbol: str,
) -> tuple[str, Compiled]:
    """A function of some argument types as text of LLVM, under a name."""
    names = [one.arg for one in tree.args.args]
    kinds: dict[str, Type] = {}
    result: Type | None = None
    while True:
        body = Statements(module, function, kinds, result=result)
        try:
            parameters = body.begin(names, arguments)
            body.all(tree.body)
        except (NotCompiled, LookupError, TypeError, ValueError, RecursionError) as error:
            place = f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"
            raise NotCompiled(f"{place}: {function.__name__}: {error}") from None
        if body.settled:
            return _whole(body, parameters, symbol)
        kinds, result = body.kinds, body.result


def _whole(body: Statements, parameters: list[str], symbol: str) -> tuple[str, Compiled]:
    writer = body.writer
    if body.result is None:
        body.result = NOTHING
    elif body.result != NOTHING:
        writer.say("unreachable")  # every way out of it is a `return`
        writer.ended = True
    made = Compiled(symbol, body.result, body.fails)
    writer.begin("leave")
    if body.fails:
        parameters = ["ptr %arena", *parameters]
        _free(body)
    leaves = list(zip(made.result.leaves, body.kept, strict=True))
    values = [("i64", "%had")] * body.fails
    values += [(kind, writer.make(f"load {kind}, ptr {place}")) for kind, place in leaves]
    whole = "undef"
    for i, (kind, value) in enumerate(values):
        whole = writer.make(f"insertvalue {made.llvm} {whole}, {kind} {value}, {i}")
    writer.say(f"ret {made.llvm} {whole}" if values else "ret void")
    text = [
        f"define internal {made.llvm} @{symbol}({', '.join(parameters)}) {{",
        "entry:", *writer.variables, "br label %begin", "begin:", *writer.lines, "}",
    ]  # fmt: skip
    return "\n".join(text), made


def _free(body: Statements) -> None:
    """Give back all memory that was asked for since the function began, but for the arrays that it returns."""
    writer = body.writer
    writer.variables += [
        "%trouble = alloca i64", "store i64 0, ptr %trouble", "%mark = load ptr, ptr %arena",
    ]  # fmt: skip
    leaves = body.result.leaves if body.result else ()
    places = [place for place, leaf in zip(body.kept, leaves, strict=True) if leaf == "ptr"]
    writer.variables.append(f"%arrays = alloca [{max(len(places), 1)} x ptr]")
    freeing, left = writer.label("free"), writer.label("freed")
    writer.lines.append("%had = load i64, ptr %trouble")
    now = writer.make("load ptr, ptr %arena")
    writer.branch(writer.make(f"icmp eq ptr {now}, %mark"), left, freeing)
    writer.begin(freeing)
    for i, place in enumerate(places):
        address = writer.make(f"getelementptr ptr, ptr %arrays, i64 {i}")
        writer.say(f"store ptr {writer.make(f'load ptr, ptr {place}')}, ptr {address}")
    fine = writer.make("icmp eq i64 %had, 0")  # a function with trouble returns no arrays
    count = writer.make(f"select i1 {fine}, i64 {len(places)}, i64 0")
    writer.say(f"call void @release(ptr %arena, ptr %mark, ptr %arrays, i64 {count})")
    writer.begin(left)
