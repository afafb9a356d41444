"""What the page is made of: reports and texts as compact JSON arrays. `page/data.js` reads them back.

The overview holds every article in some hundred bytes and is parsed when the page opens. Texts, and what
only makes sense beside them (offsets, aligned runs), stand in a block for each article that is parsed when
the article is opened.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

from dedup.classes import ASIDE, CLASSES, LEDGER, PRECEDENCE, TAKEN
from dedup.model import Article, ArticleReport, Finding, Json, Match
from dedup.reporter.diff import Diff
from dedup.reporter.exclusions import Exclusions
from dedup.reporter.packing import TOGETHER
from dedup.reporter.pagestories import ROLES
from dedup.reporter.texts import Texts
from dedup.reporter.titles import first_line
from dedup.reporter.verdict import beside, language_name, verdict
from dedup.verdict.painting import Range, guessed_ranges, ledger_of, paint, word_ranges, word_starts

"""The text of an article by its id; None where it is not to be had."""

Places: TypeAlias = dict[tuple[str, str], int]
"""Numbers of articles, by id and source."""

Skipped: TypeAlias = tuple[str, str]
"""A place that could not be read (`path:line`) and the reason."""

MEANINGS: Mapping[str, tuple[str, str]] = {
    **{name: (one.label, one.meaning) for name, one in LEDGER.items()},
    "obfuscated": ("Disguised letters", "letters that look like others, or cannot be seen"),
    "mojibake": ("Broken encoding", "letters that were read in another encoding than they were written in"),
}
"""What the page calls each kind, and what that means."""

KINDS: tuple[str, ...] = (*CLASSES[1:], "obfuscated")
"""Kinds of findings by their number in the page."""

CONTEXT = 240
"""Code points shown before and after a passage in its source."""

TEMPLATES = 12
"""Furniture templates named for a source."""

# What may end a script block early, or is a line end to old JavaScript, or no UTF-8 at all.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def script_json(value: object) -> str:
    r"""JSON that can stand inside `<script type="application/json">`, whatever the strings hold.

    >>> script_json(["</script><!--"])
    '["\\u003c/script\\u003e\\u003c!--"]'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Names:
    """Strings by number, in the order they first appear."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, name: str | None) -> int | None:
        """The number of a name; None for none."""
        if not name:
            return None
        if name not in self._numbers:
            self._numbers[name] = len(self.all)
            self.all.append(name)
        return self._numbers[name]


@dataclass(slots=True)
class PageData:
    """The page's blocks: `overview` after the last article, and a text block as each article is added."""

    texts: Texts
    embed: bool
    exclusions: Exclusions | None = None
    sources: Names = field(default_factory=Names)
    languages: Names = field(default_factory=Names)
    reasons: Names = field(default_factory=Names)
    articles: list[list[Any]] = field(default_factory=list)
    templates: dict[str, Counter[str]] = field(default_factory=dict)
    blocks: list[str | None] = field(default_factory=list)
    refs: list[list[Any]] = field(default_factory=list)
    stories: list[list[Any]] = field(default_factory=list)

    def fill(self, reports: Sequence[ArticleReport]) -> None:
        """Take in all reports. A match names the last article of its source and id: the newest version."""
        places = {(report.id, report.source): number for number, report in enumerate(reports)}
        for report in reports:
            self._add(report, places)

    def _add(self, report: ArticleReport, places: Places) -> None:
        text = self.texts(report)
        starts = word_starts(text) if text is not None else []
        ranges, certain = _ranges(report, starts) if text is not None else (None, False)
        changed = text is not None and ranges is None
        if ranges is None:
            text = None
            ranges, certain = guessed_ranges(report.words, report.findings)
        self._count_templates(report, text)
        matches = [self._match(found.match, report, places) for found in report.findings]
        title = report.title or (first_line(text) if self.embed and text is not None else "")
        self.articles.append(self._row(report, title, ranges, matches, certain, changed, places))
        self.blocks.append(
            self._block(report, text, starts, places) if self.embed and text is not None else None
        )

    def _row(
        self,
        report: ArticleReport,
        title: str,
        ranges: Sequence[Range],
        matches: Sequence[int | None],
        certain: bool,
        changed: bool,
        places: Places,
    ) -> list[Any]:
        ledger = [getattr(report.ledger, name) for name in CLASSES]
        findings = [
            self._finding(found, span, match)
            for found, span, match in zip(report.findings, ranges, matches, strict=True)
        ]
        return _trimmed([
            report.id, title if title != report.id else "", self.sources.number(report.source),
            report.published, self.languages.number(report.language), report.words, ledger, verdict(report),
            findings, ((0 if certain else 1) + (2 if changed else 0)) or None, report.url or None,
            report.judged and [report.judged.against, int(report.judged.undated)],
            [[note.before, _linked(note.other, note.source, places), note.after] for note in beside(report)] or None,
        ])  # fmt: skip

    def _finding(self, found: Finding, span: Range, match: int | None) -> list[Any]:
        about = found.match
        return _trimmed([
            KINDS.index(found.kind), found.paragraph, span[0], span[1] - span[0], found.words, match,
            about.paragraph if about else None, found.copies or None,
            round(100 * about.containment) if about and not about.language else None,
            round(100 * about.jaccard) if about and not about.language else None,
            self.languages.number((about and about.language) or found.language), self.reasons.number(found.reason),
            round(100 * found.confidence) if found.confidence is not None else None, found.hides,
        ])  # fmt: skip

    def _match(self, match: Match | None, report: ArticleReport, places: Places) -> int | None:
        """The number of the matched article; below 0 it is one of `refs`, which are not reported here."""
        if match is None:
            return None
        named = match.id, match.source
        if named == (report.id, report.source):
            return len(self.articles)
        if named not in places:
            places[named] = -1 - len(self.refs)
            self.refs.append(_trimmed([match.id, self.sources.number(match.source), match.published]))
        return places[named]

    def _block(self, report: ArticleReport, text: str, starts: Sequence[int], places: Places) -> str:
        gaps = [b - a for a, b in zip([0, *starts], starts, strict=False)]
        details = [[found.start, found.end, *_aligned(found)] for found in report.findings]
        excerpts = {
            str(number): excerpt
            for number, found in enumerate(report.findings)
            if found.match
            and places[found.match.id, found.match.source] < 0
            and (excerpt := self._excerpt(found.match))
        }
        otherwise = self._otherwise(report, text)
        return script_json([text, gaps, details, excerpts, *([otherwise] if otherwise else [])])

    def _otherwise(self, report: ArticleReport, text: str) -> list[list[str]]:
        """What an update has otherwise: ``[kind, was, now]`` each; a version that was replaced is not at hand."""
        update = report.update_of
        if update is None or update.id == report.id:
            return []
        old = self.texts(Article(update.id, "", source=report.source))
        if old is None:
            return []
        diff = Diff.of(Article(update.id, old), Article(report.id, text))
        return [[one.kind, diff.was(one), diff.now(one)] for one in diff.found.passages]

    def _excerpt(self, match: Match) -> list[Any] | None:
        """Where an excerpt of an article that is not in the page begins, and its text."""
        text = self.texts(match)
        if text is None or match.end > len(text):
            return None
        first = max(0, match.start - CONTEXT)
        return [first, text[first : match.end + CONTEXT]]

    def _count_templates(self, report: ArticleReport, text: str | None) -> None:
        counts = self.templates.setdefault(report.source, Counter())
        for found in report.findings:
            if found.kind == "boilerplate":
                said = " ".join(text[found.start : found.end].split()) if text is not None else ""
                counts[said[:160] or f"({found.reason or 'no text at hand'})"] += 1

    def overview(self, title: str, summary: Json, skipped: Iterable[Skipped]) -> str:
        """The block that the page opens with; after `fill`."""
        furniture = [
            [self.sources.number(source), said, count]
            for source, counts in self.templates.items()
            for said, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TEMPLATES]
        ]
        return script_json({
            "title": title, "summary": summary, "skipped": list(skipped), "articles": self.articles,
            "furniture": furniture,
            "refs": self.refs, "sources": self.sources.all, "reasons": self.reasons.all,
            "languages": [[code, language_name(code)] for code in self.languages.all],
            "kinds": KINDS, "classes": CLASSES, "precedence": PRECEDENCE,
            "labels": {name: label for name, (label, _) in MEANINGS.items()},
            "taking": [name for name in TAKEN if name != "repeated"], "aside": aside(),
            "together": TOGETHER, "texts": sum(block is not None for block in self.blocks),
            "stories": self.stories, "roles": ROLES,
            "exclusions": self.exclusions and self.exclusions.to_json(),
        })  # fmt: skip


def aside() -> list[tuple[str, str]]:
    """The classes that count on neither side, with what the page calls their words."""
    return [(name, LEDGER[name].plural) for name in ASIDE]


def _ranges(report: ArticleReport, starts: Sequence[int]) -> tuple[list[Range] | None, bool]:
    """The findings' words in the text; None where the text is not the one that was judged."""
    if len(starts) != report.words:
        return None, False
    ranges = word_ranges(starts, report.findings)
    kinds = [found.kind for found in report.findings]
    same = ledger_of(paint(len(starts), kinds, ranges), kinds) == report.ledger
    return (ranges, True) if same else (None, False)


def _aligned(found: Finding) -> list[Any]:
    """Where the match stands, its spans as differences (gap, length, gap there, length there), its changes, and what
    names and figures agree."""
    match = found.match
    if match is None:
        return []
    runs: list[int] = []
    here, there = found.start, match.start
    for start, end, match_start, match_end in match.spans:
        runs += [start - here, end - start, match_start - there, match_end - match_start]
        here, there = end, match_end
    return [match.start, match.end, runs, *_unless_all_empty(found.changes, found.anchors)]


def _unless_all_empty(*quadruples: Sequence[tuple[int, int, int, int]]) -> list[list[int]]:
    return [[*chain(*some)] for some in quadruples] if any(quadruples) else []


def _linked(name: str, source: str, places: Places) -> str | int:
    """The number of an article of the page, else its id."""
    number = places.get((name, source), -1)
    return number if number >= 0 else name


def _trimmed(row: list[Any]) -> list[Any]:
    """The row without its last empty places."""
    while row and (row[-1] is None or row[-1] == ""):
        row.pop()
    return row
