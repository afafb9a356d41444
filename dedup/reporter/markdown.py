"""Reports as Markdown: a page for an issue, a mail or a wiki."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from dedup.classes import CLASSES
from dedup.model import ArticleReport, Ledger
from dedup.reporter.percentages import percentages
from dedup.reporter.verdict import BY_ORDER, compared, verdict

FLOWS = 20
"""Pairs of sources listed, most words first."""


def write_markdown(
    reports: Iterable[ArticleReport], out: TextIO, *, skipped: Iterable[tuple[str, str]] = ()
) -> None:
    """Write the feed's ledger, who takes from whom, and a row for each article, the least original first."""
    every = sorted(reports, key=lambda report: (report.originality is None, report.originality, report.id))
    for part in (_feed(every), _flows(every), _articles(every), _skipped(skipped)):
        out.writelines(line + "\n" for line in part)


def escaped(text: str) -> str:
    r"""Text that Markdown and its tables show as it is, on one line.

    >>> escaped("a|b <script> [x](y)\n# z")
    'a\\|b &lt;script&gt; \\[x\\](y) # z'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = re.sub(r"([\\`*_\[\]|#~])", r"\\\1", line).replace("\\#", "#")
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _feed(reports: Sequence[ArticleReport]) -> Iterator[str]:
    counts = [sum(getattr(report.ledger, name) for report in reports) for name in CLASSES]
    ledger = Ledger(**dict(zip(CLASSES, counts, strict=True)))
    yield "# Originality report"
    yield ""
    yield f"{len(reports):,} articles, {ledger.words:,} words, {_percent(ledger.originality)} original."
    known = [report.judged for report in reports if report.judged is not None]
    if known and not any(judged.against for judged in known):
        yield f"They were {compared(0)}: nothing could be found in another one."
    elif undated := sum(judged.undated for judged in known):
        yield f"{undated:,} of {len(reports):,} {BY_ORDER}."
    yield ""
    yield from _table(
        ("class", "words", "share"),
        [
            (name.replace("_", " "), f"{words:,}", f"{share} %")
            for name, words, share in zip(CLASSES, counts, percentages(counts), strict=True)
        ],
    )


def _flows(reports: Sequence[ArticleReport]) -> Iterator[str]:
    words: Counter[tuple[str, str]] = Counter()
    for report in reports:
        for share in report.sources:
            words[report.source, share.source or share.id] += share.words
    if words:
        yield ""
        yield "## Who takes from whom"
        yield ""
        ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))[:FLOWS]
        rows = [(escaped(taker) or "–", escaped(giver), f"{count:,}") for (taker, giver), count in ranked]
        yield from _table(("who", "takes from", "words, with quotes"), rows)


def _articles(reports: Sequence[ArticleReport]) -> Iterator[str]:
    yield ""
    yield "## Articles"
    yield ""
    rows = [
        (_percent(report.originality), escaped(report.title or report.id), escaped(report.source) or "–",
         (report.published or "–")[:10], f"{report.words:,}", escaped(verdict(report)))
        for report in reports
    ]  # fmt: skip
    yield from _table(("original", "article", "source", "published", "words", "verdict"), rows)


def _skipped(skipped: Iterable[tuple[str, str]]) -> Iterator[str]:
    lines = [f"- {escaped(place)}: {escaped(reason)}" for place, reason in skipped]
    if lines:
        yield from ("", "## Skipped records", "", *lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"
