"""The source of a function, parsed; and all that its machine code is made from."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from dedup.compiler.errors import NotCompiled


class Part:
    """A function that loops call; compiled as a part of each. Called from Python, it is Python."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)


def function_of(value: object) -> Callable[..., Any] | None:
    """The Python function of what loops may call."""
    found = getattr(value, "function", None)
    return found if isinstance(value, Part) else None


class Sources:
    """Parsed files: each once."""

    def __init__(self) -> None:
        self._functions: dict[str, dict[int, ast.FunctionDef]] = {}

    def tree(self, function: Callable[..., Any]) -> ast.FunctionDef:
        """The function as it was written."""
        code = function.__code__
        if code.co_filename not in self._functions:
            parsed = ast.parse(read(code.co_filename), code.co_filename)
            self._functions[code.co_filename] = {
                (one.decorator_list[0] if one.decorator_list else one).lineno: one
                for one in ast.walk(parsed)
                if isinstance(one, ast.FunctionDef)
            }
        found = self._functions[code.co_filename].get(code.co_firstlineno)
        if found is None or found.name != function.__name__:
            raise NotCompiled(
                f"{code.co_filename}:{code.co_firstlineno}: {function.__name__} is not there: is the file another now?"
            )
        return found


def read(file: str) -> bytes:
    """A file of source. Raises `NotCompiled` where it is none, as in a zip archive."""
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise NotCompiled(f"loops are compiled from their source, which cannot be read: {error}") from error


def _told(value: object) -> str:
    """What code depends on of something that a function names: of a type its fields, too."""
    if isinstance(value, ModuleType):
        return value.__name__
    if callable(value):
        name = getattr(value, "__qualname__", type(value).__qualname__)
        return f"{getattr(value, '__module__', '')}.{name} {getattr(value, '_fields', '')}"
    return repr(value)


def made_from(function: Callable[..., Any]) -> tuple[set[str], set[str]]:
    """The files of a function and of all parts that it calls, and the constants that they use."""
    files, constants = set[str](), set[str]()
    left, seen = [function], {function}
    while left:
        one = left.pop()
        files.add(one.__code__.co_filename)
        for name in one.__code__.co_names:
            value = one.__globals__.get(name)
            part = function_of(value)
            if part is None:
                constants.add(f"{name}={_told(value)}")
            elif part not in seen:
                seen.add(part)
                left.append(part)
    return files, constants
