"""The terminal summary: what a person wants to know of a scan first, in 80 columns, with or without colour.

Whatever comes from articles (ids, sources, file names) is shown without control characters, so it cannot
steer the terminal.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import BinaryIO

from rich.table import Column, Table
from rich.text import Text

from dedup.classes import CLASSES
from dedup.model import ArticleReport, Ledger
from dedup.reporter.percentages import percentages
from dedup.reporter.summary import Summary, ranked
from dedup.reporter.terminal import cuttable, table, write_parts
from dedup.reporter.verdict import BY_ORDER, compared, language_name
from dedup.reporter.visible import visible

SHOWN = 20
"""Articles listed, the least original first; the other formats have them all."""

SOURCES = 10
"""Sources and skipped records listed."""

BAR = 16
"""Cells of an article's bar."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a ledger class looks: the glyph also tells the classes apart where there is no colour."""

    glyph: str
    colour: str


LOOKS: Mapping[str, Look] = {
    "original": Look("█", "green"),
    "recycled": Look("▓", "red"),
    "reworded": Look("▒", "yellow"),
    "carried_over": Look("░", "magenta"),
    "repeated": Look("=", "bright_red"),
    "translated": Look("≈", "bright_yellow"),
    "quoted": Look('"', "blue"),
    "template": Look("¦", "bright_cyan"),
    "boilerplate": Look("·", "bright_black"),
    "foreign": Look("×", "cyan"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What the list shows of an article; whole reports are not kept."""

    originality: float
    id: str
    source: str
    words: int
    ledger: Ledger
    giver: str


def write_text(
    reports: Iterable[ArticleReport],
    out: BinaryIO,
    summary: Summary,
    *,
    width: int = 80,
    colour: bool = False,
    encoding: str = "utf-8",
) -> None:
    """Write the summary of a scan; `summary` must be what counts the reports as they pass.

    Keeps `SHOWN` articles in memory, however many there are.
    """
    rows = _least_original(reports)
    write_parts(_parts(summary, rows), out, width=width, colour=colour, encoding=encoding)


def _least_original(reports: Iterable[ArticleReport]) -> list[Row]:
    rows: list[Row] = []
    for report in reports:
        if report.originality is not None:
            giver = report.sources[0].source or report.sources[0].id if report.sources else ""
            row = Row(report.originality, report.id, report.source, report.words, report.ledger, giver)
            insort(rows, row, key=_place)
            del rows[SHOWN:]
    return rows


def _place(row: Row) -> tuple[float, int, str]:
    return row.originality, -row.words, row.id


def _parts(summary: Summary, rows: Sequence[Row]) -> Iterator[Text | Table | str]:
    yield _headline(summary)
    if summary.articles:
        yield ""
        yield _classes(summary)
    if summary.articles > len(rows) and len(rows) == SHOWN:
        yield ""
        yield _spread(summary)
    if rows:
        yield ""
        yield _articles(summary, rows)
    if summary.taken:
        yield ""
        yield _givers(summary)
    contamination = _contamination(summary)
    if contamination.row_count:
        yield ""
        yield contamination
    if summary.untranslated:
        yield ""
        yield summary.said_of_translations()
    if summary.skipped_count:
        yield ""
        yield from _skipped(summary)


def _headline(summary: Summary) -> Text:
    words = summary.words.total()
    sources = sum(name != "" for name in summary.publishers)
    text = Text(f"{_count(summary.articles, 'article')}", "bold")
    if sources:
        text.append(f" of {_count(sources, 'source')}")
    text.append(f", {_count(words, 'word')}")
    share = summary.originality_of_words
    if share is not None:
        text.append(f": originality {_percent(share)}")
        mean, median = summary.originality_mean, summary.originality_median
        text.append(f"\nof an article: mean {_percent(mean)}, median {_percent(median)}", "not bold")
    judged = summary.judged
    if judged.most == 0:
        text.append(f"\n{compared(0)}: nothing could be found in another one", "yellow not bold")
    if judged.undated and judged.most:
        text.append(f"\n{judged.undated:,} of {summary.articles:,} {BY_ORDER}", "yellow not bold")
    return text


def _classes(summary: Summary) -> Table:
    """Where the words went; the legend of the bars."""
    shown = table(
        Column("class"), Column("words", justify="right"), Column("share", justify="right"), Column("")
    )
    ledger = summary.ledger()
    counts = [ledger[name] for name in CLASSES]
    for name, words, percent in zip(CLASSES, counts, percentages(counts), strict=True):
        if words:
            look = LOOKS[name]
            length = max(1, round(40 * words / max(counts)))
            bar = Text(look.glyph * length, look.colour)
            shown.add_row(name.replace("_", " "), f"{words:,}", f"{percent or '<1'} %", bar)
    return shown


def _spread(summary: Summary) -> Table:
    """How many articles are how original, in ten steps."""
    steps = [0] * 10
    for originality in summary.originalities:
        steps[min(9, int(10 * originality))] += 1
    shown = table(Column("originality", justify="right"), Column("articles", justify="right"), Column(""))
    for step, count in enumerate(steps):
        bar = "█" * (max(1, round(40 * count / max(steps))) if count else 0)
        shown.add_row(f"{10 * step} to {10 * step + 10} %", f"{count:,}", Text(bar, "green"))
    return shown


def _articles(summary: Summary, rows: Sequence[Row]) -> Table:
    shown = table(
        Column("own", justify="right"),
        Column("words", justify="right"),
        Column("ledger", width=BAR),
        Column(cuttable("article")),
        Column(cuttable("source")),
        Column(cuttable("mostly from")),
    )
    if summary.articles > len(rows):
        shown.caption = f"the {len(rows)} least original; -f jsonl, csv or html has all {summary.articles:,}"
        shown.caption_justify = "left"
    for row in rows:
        shown.add_row(
            Text(_percent(row.originality), _grade(row.originality)),
            f"{row.words:,}",
            _bar(row.ledger),
            cuttable(row.id),
            cuttable(row.source),
            cuttable(row.giver),
        )
    return shown


def _givers(summary: Summary) -> Table:
    shown = table(
        Column(cuttable("taken from")),
        Column("words", justify="right"),
        Column("in articles", justify="right"),
    )
    everyone = ranked(summary.taken)
    for giver, taken in everyone[:SOURCES]:
        shown.add_row(cuttable(giver or "(source unknown)"), f"{taken.words:,}", f"{taken.articles:,}")
    if len(everyone) > SOURCES:
        shown.add_row(f"and {_count(len(everyone) - SOURCES, 'more source')}", "", "")
    return shown


def _contamination(summary: Summary) -> Table:
    shown = table(
        Column("contamination"), Column(cuttable("of kind")),
        Column("passages", justify="right"), Column("words", justify="right"),
    )  # fmt: skip
    foreign = {language_name(code or None): tally for code, tally in summary.foreign.items()}
    broken = {name: tally for name, tally in summary.obfuscated.items() if name == "mojibake"}
    disguised = {name: tally for name, tally in summary.obfuscated.items() if name not in broken}
    for label, tallies in (
        ("foreign", foreign), ("site furniture", summary.boilerplate), ("disguised", disguised),
        ("broken encoding", broken),
    ):  # fmt: skip
        for kind, tally in ranked(tallies):
            shown.add_row(label, cuttable(kind), f"{tally.findings:,}", f"{tally.words:,}")
            label = ""
    return shown


def _skipped(summary: Summary) -> Iterator[Text]:
    yield Text(f"{_count(summary.skipped_count, 'file or record', 'files and records')} skipped", "bold red")
    for error in summary.skipped[:SOURCES]:
        yield Text("  " + visible(str(error)))
    if summary.skipped_count > SOURCES:
        yield Text(f"  and {summary.skipped_count - SOURCES:,} more")


def _bar(ledger: Ledger) -> Text:
    """The ledger as a bar of `BAR` cells; a border between classes stands where it is nearest."""
    bar = Text()
    known = {field.name: getattr(ledger, field.name) for field in fields(ledger)}
    done = 0
    for name in CLASSES:
        begin = round(BAR * done / ledger.words)
        done += known[name]
        bar.append(LOOKS[name].glyph * (round(BAR * done / ledger.words) - begin), LOOKS[name].colour)
    return bar


def _grade(originality: float) -> str:
    return "green" if originality >= 0.7 else "yellow" if originality >= 0.3 else "red"


def _percent(share: float | None) -> str:
    """Whole percent; never 0 for something, never 100 for less than all.

    >>> _percent(0.001), _percent(0.999), _percent(1.0), _percent(0.5)
    ('1 %', '99 %', '100 %', '50 %')
    """
    if share is None:
        return "-"
    return f"{100 if share >= 1 else 0 if share <= 0 else min(max(round(100 * share), 1), 99)} %"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
