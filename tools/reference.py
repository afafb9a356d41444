"""The reference pages of the docs site, told from the code; `mkdocs` calls `on_files` while it builds.

python tools/reference.py build/reference        # or: write them into a folder
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import dedup
from dedup.cli.main import main
from dedup.reporter.schema import report_schema
from dedup.settings import Range, Settings, one_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def commands() -> str:
    """Every command with its help and options."""
    parts = ["# Commands", "What `dedup COMMAND --help` says, of every command."]
    for name, command in every_command():
        context = click.Context(command, info_name=name)
        usage = " ".join(command.collect_usage_pieces(context))
        parts += [f"## `{name}`", f"```text\n{name} {usage}\n```", prose(command.help or "")]
        rows = [
            row(parameter.get_help_record(context))
            for parameter in command.get_params(context)
            if isinstance(parameter, click.Option) and not parameter.hidden
        ]
        parts.append("\n".join(["| option | meaning |", "| --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


def every_command(
    group: click.Command = main, path: tuple[str, ...] = ("dedup",)
) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before what is in them."""
    yield " ".join(path), group
    for name, command in getattr(group, "commands", {}).items():
        yield from every_command(command, (*path, name))


def row(record: tuple[str, str] | None) -> str:
    """A row of a table of options."""
    names, meaning = record or ("", "")
    return f"| `{cell(names)}` | {cell(meaning)} |"


def cell(text: str) -> str:
    """Text that a cell of a table can hold."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def prose(text: str) -> str:
    r"""A command's help as Markdown: what click leaves as it stands (after \b) is code."""
    blocks = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        f"```sh\n{inspect.cleandoc(block.replace(chr(8), ''))}\n```" if "\b" in block else block
        for block in blocks
    )


def settings() -> str:
    """Every setting with its default, what it may be, and what it means."""
    parts = [
        "# Settings",
        "Given as `--set NAME=VALUE`, in [dedup.toml](../howto/settings.md), or as fields of `dedup.Settings`. "
        "`dedup explain-settings NAME` says the same of one. An index keeps those it was made with.",
    ]
    for one in fields(Settings):
        allowed = one.metadata["range"]
        shown = str(allowed) if isinstance(allowed, Range) else one_of(allowed)
        parts += [f"## `{one.name}`", f"Default `{one.default}`; {shown}.", one.metadata["doc"]]
    return "\n\n".join(parts) + "\n"


def report() -> str:
    """Every key of a report, and the schema itself."""
    schema = report_schema()
    parts = [
        "# Report format",
        "A line of `dedup scan -f jsonl`, the value under `dedup` in `dedup filter`, and what `dedup serve` answers. "
        "[How to read a report](../report.md) explains it with an example; "
        "[report.schema.json](report.schema.json) is the JSON Schema. Bold keys are always there.",
        *tables("The report", schema),
    ]
    return "\n\n".join(parts) + "\n"


def tables(title: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """A table of an object's keys, then those of the objects in it."""
    rows = []
    inner: list[tuple[str, Mapping[str, Any]]] = []
    for name, value in schema["properties"].items():
        thing = value.get("items", value)
        kind = value.get("type", "text of a fixed set")
        said = value.get("description", "")
        shown = f"**`{name}`**" if name in schema.get("required", ()) else f"`{name}`"
        rows.append(
            f"| {shown} | {cell(' or '.join(kind) if isinstance(kind, list) else kind)} | {cell(said)} |"
        )
        if "properties" in thing:
            inner.append((f"`{name}`", thing))
    yield f"## {title}"
    yield "\n".join(["| key | type | meaning |", "| --- | --- | --- |", *rows])
    for name, thing in inner:
        yield from tables(name, thing)


def python_api() -> str:
    """Every public name with its signature and docstring."""
    parts = ["# Python API", "All of it is imported from `dedup`."]
    for name in sorted(dedup.__all__):
        thing = getattr(dedup, name)
        if not callable(thing):
            continue
        parts += [f"## `{name}`", signature(name, thing), docstring(thing)]
        if inspect.isclass(thing):
            parts += [part for member in members(thing) for part in member]
    return "\n\n".join(part for part in parts if part) + "\n"


def members(kind: type) -> Iterator[tuple[str, str, str]]:
    """The public methods and properties that a class has of its own."""
    own = {field.name for field in fields(kind)} if is_dataclass(kind) else set()
    for name, thing in vars(kind).items():
        if name.startswith("_") or name in own or not (callable(thing) or isinstance(thing, property)):
            continue
        shown = "" if isinstance(thing, property) else signature(name, thing)
        yield f"### `{kind.__name__}.{name}`", shown, docstring(thing)


def signature(name: str, thing: Callable[..., Any]) -> str:
    """How a thing is called, as code."""
    try:
        called = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(thing)))
    except (TypeError, ValueError):
        return ""
    called = re.sub(r" = <factory>|<[\w.]+ object at \w+>", "...", called)
    return f"```python\n{name}{called}\n```"


def docstring(thing: object) -> str:
    """A docstring as Markdown: its examples are code."""
    text = inspect.getdoc(thing) or ""
    if text.startswith(f"{getattr(thing, '__name__', '')}("):  # a dataclass without one
        return ""
    text = text.replace("``", "`")
    blocks = text.split("\n\n")
    return "\n\n".join(f"```pycon\n{block}\n```" if block.startswith(">>>") else block for block in blocks)


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "report.md": report,
    "report.schema.json": lambda: json.dumps(report_schema(), indent=1) + "\n",
    "python.md": python_api,
}
"""The generated files, under ``reference/``."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to a site that is being built."""
    from mkdocs.structure.files import File

    for name, content in PAGES.items():
        files.append(File.generated(config, f"reference/{name}", content=content()))
    return files


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for page, made in PAGES.items():
        (folder / page).write_text(made(), encoding="utf-8")
