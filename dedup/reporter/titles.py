"""What a page is called: the feed's name and its days."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import basename, commonpath, dirname

from dedup.model import ArticleReport

NAMED = 3
"""Sources that are named where nothing else names a feed."""

LENGTH = 100
"""Letters of a first line that stand for a title."""


def feed_title(reports: Sequence[ArticleReport]) -> str:
    """Name a feed by its file or folder, else by its sources, with its first and last day.

    >>> from dedup.model import ArticleReport, Ledger
    >>> feed_title([ArticleReport("a", "bbc", "2024-05-01T10:00:00Z", "en", 0, None, Ledger(), path="news/a.txt")])
    'Originality of a.txt, 2024-05-01'
    """
    days = sorted({report.published[:10] for report in reports if report.published})
    name = _place({report.path for report in reports}) or _sources({report.source for report in reports})
    said = f"Originality of {name}" if name else "Originality report"
    return ", ".join([said, *([" to ".join(dict.fromkeys((days[0], days[-1])))] if days else [])])


def first_line(text: str) -> str:
    """The first line of a text that has letters, cut at a word: for an article without a title.

    >>> first_line("* * *\\n  The bridge is closed. \\n")
    'The bridge is closed.'
    """
    line = next((line for line in text.splitlines() if any(map(str.isalnum, line))), "")
    line = " ".join(line.split())
    if len(line) <= LENGTH:
        return line
    head = line[:LENGTH].rpartition(" ")[0]
    return f"{head if len(head) > LENGTH // 2 else line[:LENGTH]} …"


def _place(paths: set[str]) -> str:
    if not paths or paths & {"", "-"}:
        return ""
    if len(paths) == 1:
        return basename(paths.pop())
    try:
        folder = commonpath({dirname(path) for path in paths})
    except ValueError:  # absolute and relative ones
        return ""
    return f"{basename(folder)}/" if folder else ""


def _sources(names: set[str]) -> str:
    known = sorted(names - {""})
    return " and ".join(known) if len(known) <= NAMED else f"{len(known):,} sources"
