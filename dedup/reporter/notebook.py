"""What a notebook shows of a report, and of several: a piece of HTML without script, on light and dark ground."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from dedup.classes import CLASSES, LEDGER
from dedup.model import ArticleReport, Finding, Ledger
from dedup.reporter.verdict import basis, language_name, verdict
from dedup.reporter.visible import visible

ROWS = 100
"""Articles that a table shows; beyond that it says how many there are."""

PASSAGES = 20
"""Passages of an article that are listed."""

COLOURS = {
    "original": "#2b7a58", "recycled": "#c2362b", "reworded": "#c46a00", "carried_over": "#7448b0",
    "repeated": "#1f61ae", "translated": "#0d7f8c", "quoted": "#a18900", "template": "#4f6f2a",
    "boilerplate": "#8a919b", "foreign": "#ad2883",
}  # fmt: skip
"""Those of the page, in tones that are told from white and from black."""

_TABLE = 'style="border-collapse:collapse"'
_CELL = "padding:.15em .6em;text-align:"
_TEXT, _NUMBER = "left", "right"


def table_html(reports: Sequence[ArticleReport]) -> str:
    """A table of reports, in their order, with each article's ledger as a bar."""
    total = sum(report.words for report in reports)
    many = "" if len(reports) <= ROWS else f"; the first {ROWS} are shown"
    head = _row("th", ("article", _TEXT), ("source", _TEXT), ("published", _TEXT), ("words", _NUMBER),
                ("originality", _NUMBER), ("ledger", _TEXT), ("mostly from", _TEXT))  # fmt: skip
    body = "".join(
        _row(
            "td",
            (_shown(report.title or report.id), _TEXT),
            (_shown(report.source), _TEXT),
            (_shown((report.published or "undated")[:10]), _TEXT),
            (f"{report.words:,}", _NUMBER),
            (_percent(report.originality), _NUMBER),
            (_bar(report.ledger), _TEXT),
            (_shown(report.sources[0].id) if report.sources else "", _TEXT),
        )
        for report in reports[:ROWS]
    )
    caption = f"{len(reports):,} {'article' if len(reports) == 1 else 'articles'}, {total:,} words{many}"
    return (
        f"<table {_TABLE}><caption style='text-align:left'>{caption}</caption>"
        f"<thead>{head}</thead><tbody>{body}</tbody></table>{_legend(reports)}"
    )


def report_html(report: ArticleReport) -> str:
    """One article: the verdict, the ledger and the passages that are not its own."""
    language = language_name(report.language) if report.language else ""
    parts = (report.source, report.published or "undated", language, f"{report.words:,} words")
    about = " · ".join(_shown(part) for part in parts if part)
    share = f" ({basis(report)})" if basis(report) else ""
    score = (
        "nothing is judged"
        if report.originality is None
        else f"{_percent(report.originality)} original{share}"
    )
    return (
        f"<div><strong>{_shown(report.title or report.id)}</strong><br>{about}<br>"
        f"{_shown(verdict(report))}<br><b>{score}</b> {_bar(report.ledger, '20em')}{_legend([report])}"
        f"{_passages(report.findings)}</div>"
    )


def _passages(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    head = _row("th", ("passage", _TEXT), ("paragraph", _NUMBER), ("words", _NUMBER), ("from", _TEXT))
    body = "".join(
        _row(
            "td",
            (_mark(found.kind) + _shown(_label(found)), _TEXT),
            (str(found.paragraph + 1), _NUMBER),
            (f"{found.words:,}", _NUMBER),
            (_shown(_origin(found)), _TEXT),
        )
        for found in findings[:PASSAGES]
    )
    more = len(findings) - PASSAGES
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    return f"<table {_TABLE}><thead>{head}</thead><tbody>{body}</tbody></table>{rest}"


def _label(found: Finding) -> str:
    label = LEDGER[found.kind].label if found.kind in LEDGER else "Disguised letters"
    return f"{label}: {language_name(found.language)}" if found.kind == "foreign" else label


def _origin(found: Finding) -> str:
    if found.match is None:
        return found.reason or ""
    source = f" ({found.match.source})" if found.match.source else ""
    return f"{found.match.id}{source}, paragraph {found.match.paragraph + 1}"


def _bar(ledger: Ledger, width: str = "10em") -> str:
    """The ledger as a bar; each class says its name and words where the pointer rests."""
    parts = "".join(
        f'<span title="{LEDGER[name].label}: {words:,} words" '
        f'style="flex:{words};background:{COLOURS[name]}"></span>'
        for name in CLASSES
        if (words := getattr(ledger, name))
    )
    return f'<span style="display:inline-flex;width:{width};height:.8em;vertical-align:middle">{parts}</span>'


def _legend(reports: Iterable[ArticleReport]) -> str:
    sums = dict.fromkeys(CLASSES, 0)
    for report in reports:
        for name in CLASSES:
            sums[name] += getattr(report.ledger, name)
    there = (f"{_mark(name)}{LEDGER[name].label} {words:,}" for name, words in sums.items() if words)
    return f"<p>{' &nbsp; '.join(there)}</p>"


def _mark(kind: str) -> str:
    return f'<span style="color:{COLOURS.get(kind, "#8a919b")}">■</span> '


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _row(cell: str, *values: tuple[str, str]) -> str:
    cells = (f'<{cell} style="{_CELL}{side}">{value}</{cell}>' for value, side in values)
    return f"<tr>{''.join(cells)}</tr>"


def _shown(text: str) -> str:
    return escape(visible(text))
