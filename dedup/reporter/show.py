"""One article in the terminal: its verdict, its ledger, its words in the colours of the page, its passages.

Each marked stretch also stands in brackets with its passage's number, so nothing hangs on colour alone. What
comes from articles is shown without control characters: it cannot steer the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from rich.text import Text

from dedup.classes import CLASSES
from dedup.model import Article, ArticleReport, Finding, Ledger
from dedup.reporter.diff import Diff, passage_lines
from dedup.reporter.differences import differences
from dedup.reporter.percentages import percentages
from dedup.reporter.terminal import write_parts
from dedup.reporter.text import LOOKS
from dedup.reporter.texts import Texts
from dedup.reporter.verdict import BY_ORDER, basis, beside, compared, language_name, verdict
from dedup.reporter.visible import shown as _clean
from dedup.verdict.painting import NOBODY, ledger_of, paint, word_ranges, word_starts

STYLES: Mapping[str, str] = {
    "original": "green", "recycled": "red underline", "reworded": "bright_yellow underline",
    "carried_over": "magenta underline", "repeated": "blue underline", "translated": "cyan underline",
    "quoted": "yellow", "template": "bright_cyan overline",
    "boilerplate": "bright_black strike", "foreign": "bright_magenta overline", "obfuscated": "bold reverse",
}  # fmt: skip
"""How each kind looks, nearest to the page's colours."""

BAR = 60
"""Cells of the ledger's bar."""

CHANGES = 8
"""Changes of a passage that are listed."""


def write_article(
    report: ArticleReport, text: str | None, out: BinaryIO, *, others: Texts = lambda _: None, width: int = 80,
    colour: bool = False, encoding: str = "utf-8",
) -> None:  # fmt: skip
    """Write one article for a terminal.

    `text` None, or another than was judged: all but its words. `others` gives the texts of its sources, to tell
    what differs.
    """
    write_parts(_parts(report, text, others), out, width=width, colour=colour, encoding=encoding)


def fits(report: ArticleReport, text: str) -> bool:
    """Whether a text is the one that was judged: as many words, and its findings paint the ledger."""
    starts = word_starts(text)
    kinds = [found.kind for found in report.findings]
    owners = paint(len(starts), kinds, word_ranges(starts, report.findings))
    return len(starts) == report.words and ledger_of(owners, kinds) == report.ledger


def _parts(report: ArticleReport, text: str | None, others: Texts) -> Iterator[Text]:
    yield _head(report)
    yield Text(_clean(verdict(report)))
    for note in beside(report):
        yield Text(_clean(f"{note.before}{note.other}{note.after}"))
    if report.words:
        yield Text()
        yield _bar(report.ledger)
        yield from _classes(report.ledger)
    yield Text()
    if text is None:
        yield Text("The text is not at hand: it is not where the report says it was read.", "italic")
    elif not fits(report, text):
        yield Text("The text at hand is not the one that was judged, so it is not shown.", "italic")
    else:
        yield _coloured(report, text)
    shown = text if text is not None and fits(report, text) else None
    if report.findings:
        yield Text()
    for number, found in enumerate(report.findings, 1):
        yield from _passage(number, found, report, shown, others)
    yield from _otherwise(report, shown, others)


def _otherwise(report: ArticleReport, text: str | None, others: Texts) -> Iterator[Text]:
    """What an update has otherwise, as `dedup diff` says it; a version that was replaced is not at hand."""
    update = report.update_of
    if update is None or text is None or update.id == report.id:
        return
    old = others(Article(update.id, "", source=report.source))
    if old is None:
        return
    yield Text()
    yield Text(_clean(f"otherwise than {update.id}:"))
    yield from passage_lines(Diff.of(Article(update.id, old), Article(report.id, text)))


def _head(report: ArticleReport) -> Text:
    facts = [report.id if report.title else "", report.source, report.published or "", report.url]
    share = "nothing judged" if report.originality is None else f"{100 * report.originality:.0f} % original"
    share += f" ({basis(report)})" if report.originality is not None and basis(report) else ""
    head = Text(_clean(report.title or report.id), "bold")
    head.append(
        "\n" + " · ".join([_clean(fact) for fact in [*facts, _grounds(report)] if fact] + [share]) + "\n",
        "not bold",
    )
    return head


def _grounds(report: ArticleReport) -> str:
    if report.judged is None:
        return ""
    said = compared(report.judged.against)
    return f"{said}, {BY_ORDER}" if report.judged.undated else said


def _bar(ledger: Ledger) -> Text:
    """One cell about 1/60 of the words; no class that has words is without a cell."""
    bar = Text()
    for name in CLASSES:
        words = getattr(ledger, name)
        if words:
            bar.append(
                LOOKS[name].glyph * max(1, round(BAR * words / ledger.words)), STYLES[name] + " not underline"
            )
    return bar


def _classes(ledger: Ledger) -> Iterator[Text]:
    counts = [getattr(ledger, name) for name in CLASSES]
    for name, words, share in zip(CLASSES, counts, percentages(counts), strict=True):
        if words:
            line = Text(f"{LOOKS[name].glyph} ", STYLES[name] + " not underline")
            yield line.append(f"{name.replace('_', ' '):<14}{words:>8,}{share:>5} %", "default")


def _coloured(report: ArticleReport, text: str) -> Text:
    starts = word_starts(text)
    kinds = [found.kind for found in report.findings]
    owners = paint(len(starts), kinds, word_ranges(starts, report.findings))
    out, at, word = Text(), 0, 0
    while word < len(owners):
        owner, first = owners[word], word
        while word < len(owners) and owners[word] == owner:
            word += 1
        if owner == NOBODY:
            continue
        border = starts[word] if word < len(owners) else len(text)
        end = min(max(report.findings[owner].end, starts[word - 1] + 1), border)
        end = starts[first] + len(text[starts[first] : end].rstrip())
        out.append(_clean(text[at : starts[first]]))
        out.append(f"[{owner + 1}:", f"{STYLES[kinds[owner]]} not underline bold")
        out.append(_clean(text[starts[first] : end]), STYLES[kinds[owner]])
        out.append("]", f"{STYLES[kinds[owner]]} not underline bold")
        at = end
    return out.append(_clean(text[at:]))


def _passage(
    number: int, found: Finding, report: ArticleReport, text: str | None, others: Texts
) -> Iterator[Text]:
    kind = "broken encoding" if found.reason == "mojibake" else found.kind.replace("_", " ")
    line = Text(f"{number}. {kind}", STYLES[found.kind])
    facts = [f"paragraph {found.paragraph + 1}", f"{found.words:,} word{'' if found.words == 1 else 's'}"]
    if found.language and found.kind == "foreign":
        facts.append(language_name(found.language))
    if found.kind == "translated" and found.match:
        facts.append(f"from {language_name(found.match.language)}, confidence {found.confidence:.0%}")
    if found.reason:
        facts.append(found.reason)
    if found.hides:
        facts.append(f"reads {found.hides!r}")
    if found.copies:
        facts.append(
            "1 other article has it" if found.copies == 1 else f"{found.copies:,} other articles have it"
        )
    yield line.append(
        " · " + _clean(" · ".join(facts)), "default not underline not strike not overline not bold"
    )
    match = found.match
    if match and found.kind != "repeated":
        place = ", ".join(part for part in (match.source, match.published) if part)
        where = f" ({place})" if place else ""
        yield Text(_clean(f"   from {match.id}{where}, paragraph {match.paragraph + 1}"))
    if found.evidence:
        yield Text(_clean("   the same: " + ", ".join(found.evidence)))
    if match and text is not None and found.changes:
        listed = list(islice(differences(found, text, others(match)), CHANGES))
        more = len(found.changes) - len(listed)
        yield Text(_clean("   " + "; ".join(listed) + (f"; and {more:,} more" if more else "")))
