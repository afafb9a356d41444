"""Where a text comes from, for people: the articles that have it, and which words of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import BinaryIO

from rich.text import Text

from dedup.classes import JUDGED
from dedup.model import ArticleReport, Finding, Match, SourceShare
from dedup.reporter.terminal import write_parts
from dedup.reporter.verdict import compared
from dedup.reporter.visible import visible

SHOWN = 200
"""Code points of a passage that are shown."""


def write_text(
    report: ArticleReport,
    text: str,
    out: BinaryIO,
    *,
    width: int = 80,
    colour: bool = False,
    encoding: str = "utf-8",
) -> None:
    """Write what was found of a text, the article with most of it first, then the passages in their order."""
    write_parts(_parts(report, text), out, width=width, colour=colour, encoding=encoding)


def _parts(report: ArticleReport, text: str) -> Iterator[Text]:
    found = [one for one in report.findings if one.match is not None and one.kind != "repeated"]
    elsewhere = sum(getattr(report.ledger, name) for name in (*JUDGED, "quoted", "template"))
    elsewhere -= report.ledger.original + report.ledger.repeated
    against = f", {compared(report.judged.against)}" if report.judged is not None else ""
    if not found:
        yield Text(f"{_words(report.words)}: found nowhere{against}", "bold")
        return
    yield Text(f"{elsewhere:,} of {_words(report.words)} found elsewhere{against}", "bold")
    for share in report.sources:
        yield Text(f"{share.words:>7,}  {_called(share)}")
    for one in found:
        assert one.match is not None
        yield Text()
        yield Text(
            f"{one.kind.replace('_', ' ')}, {_words(one.words)}: {_called(one.match)}{_copies(one)}", "dim"
        )
        yield Text(visible(f"  {textwrap.shorten(text[one.start : one.end], SHOWN, placeholder=' …')}"))


def _words(count: int) -> str:
    return f"{count:,} word{'' if count == 1 else 's'}"


def _called(one: Match | SourceShare) -> str:
    facts = ", ".join(visible(part) for part in (one.source, one.published) if part)
    return visible(one.id) + (f" ({facts})" if facts else "")


def _copies(one: Finding) -> str:
    others = (one.copies or 1) - 1
    return f", and {others:,} other{'' if others == 1 else 's'}" if others else ""
