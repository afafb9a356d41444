"""Data goes one way: a module imports only from those before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dedup"

# A name stands for a module or for a package with all its modules; what shares a line may import each other.
ORDER = """
    version
    errors decoding classes
    compiler
    model
    settings additions
    text
    match
    translated
    index
    inspect
    updates
    provenance
    verdict
    stories
    evaluation
    readers
    scanner
    stream
    reporter
    notebook
    prefilter
    integrations
    spark
    cli
    __main__
"""
RANK = {name: number for number, names in enumerate(ORDER.strip().splitlines()) for name in names.split()}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    """The part of the package that a module belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """Rooms of `dedup` that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("dedup."))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_those_before_it(path: Path) -> None:
    here = room(path)
    assert here in RANK, f"{here} has no place yet: give it one in ORDER"
    for other in imported(ast.parse(path.read_text(encoding="utf-8"))):
        assert other in RANK, (
            f"{path.name} imports dedup.{other}: is that a public name? Import it from its module"
        )
        assert RANK[other] <= RANK[here], f"{here} imports {other}, which stands after it"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_prints_and_exits(path: Path) -> None:
    """And reads the environment, but for what loops must know before any command does."""
    if RANK[room(path)] >= RANK["cli"]:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("print", "exit", "sys.exit", "input"), (
                f"{path.name}:{node.lineno}: only cli.py prints and exits"
            )
        if isinstance(node, ast.Attribute) and path.parts[-2:] != ("compiler", "environment.py"):
            assert ast.unparse(node) not in ("os.environ", "os.getenv"), (
                f"{path.name}:{node.lineno}: only cli.py reads the environment"
            )
