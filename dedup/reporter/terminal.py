"""The one way in which what people read in a terminal is printed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO

from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text

from dedup.reporter.visible import visible


def write_parts(
    parts: Iterable[RenderableType], out: BinaryIO, *, width: int, colour: bool, encoding: str
) -> None:
    """Write parts one under the other, `width` cells wide, with nothing at the ends of lines.

    What comes from articles must have been made visible before (`dedup.reporter.visible`): it is no markup here, but
    control characters pass.
    """
    page = io.StringIO()
    console = Console(
        file=page, width=width, force_terminal=colour, no_color=not colour, highlight=False, markup=False,
        emoji=False, legacy_windows=False, color_system="auto" if colour else None,
    )  # fmt: skip
    for part in parts:
        console.print(part)
    for line in page.getvalue().splitlines():
        out.write(f"{line.rstrip()}\n".encode(encoding, "replace"))


def table(*columns: Column) -> Table:
    """A table for `write_parts`. Where it is too wide, columns headed by `cuttable` are cut, the longest first."""
    for column in columns:
        column.no_wrap = not isinstance(column.header, Text)
        column.header_style = "dim"
    return Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))


def cuttable(text: str) -> Text:
    """A head or a cell that may be cut: what comes from articles, made visible."""
    return Text(visible(text), no_wrap=True, overflow="ellipsis")
