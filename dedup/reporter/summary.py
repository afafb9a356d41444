"""The run in numbers: what the articles of one scan add up to."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from statistics import fmean, median
from typing import TypeVar

from dedup.errors import BadRecord
from dedup.model import ArticleReport, Json, Judged, Ledger

IN_REPORTS: tuple[str, ...] = tuple(field.name for field in fields(Ledger))
"""Ledger classes in the order of the report's JSON and of tables, where a new class stands last."""
_counts_of = attrgetter(*IN_REPORTS)

NAMED = 1000
"""Skipped files and records that the summary names; beyond that they are only counted."""


@dataclass(slots=True)
class Tally:
    """Passages of one sort: how many, and the words they hold."""

    findings: int = 0
    words: int = 0

    def add(self, words: int) -> None:
        """Count one more passage."""
        self.findings += 1
        self.words += words


@dataclass(slots=True)
class Grounds:
    """What the verdicts rest on: `words` that were judged, the fewest and the most other articles that one was
    compared with, and how many are undated (see `dedup.model.Judged`)."""

    words: int = 0
    fewest: int | None = None
    most: int | None = None
    undated: int = 0

    def add(self, judged: Judged) -> None:
        """Take in what one more verdict rests on."""
        self.words += judged.words
        self.fewest = judged.against if self.fewest is None else min(self.fewest, judged.against)
        self.most = judged.against if self.most is None else max(self.most, judged.against)
        self.undated += judged.undated


@dataclass(slots=True)
class Taken:
    """What was taken from one source: the words, and how many articles hold some of them."""

    articles: int = 0
    words: int = 0


T = TypeVar("T", Tally, Taken)


@dataclass(slots=True)
class Summary:
    """Counts over reports, in memory that grows by 8 bytes an article.

    `bounded` are the articles not all of which could be looked at (see `dedup.model.ArticleReport`). `taken` goes by
    the source taken from, `foreign` by language, `boilerplate` and `obfuscated` by reason.
    `untranslated` are articles in languages that translations were not looked for in, by what their reports say.

    >>> summary = Summary()
    >>> report = ArticleReport("a", "bbc", None, "en", 4, 0.5, Ledger(original=2, recycled=2))
    >>> for _ in summary.watch([report]):
    ...     pass
    >>> summary.articles, summary.originality_mean, summary.ledger()["recycled"]
    (1, 0.5, 2)
    """

    articles: int = 0
    words: Counter[str] = field(default_factory=Counter)
    originalities: array[float] = field(default_factory=lambda: array("d"))
    publishers: Counter[str] = field(default_factory=Counter)
    bounded: int = 0
    judged: Grounds = field(default_factory=Grounds)
    taken: dict[str, Taken] = field(default_factory=dict)
    findings: dict[str, Tally] = field(default_factory=dict)
    foreign: dict[str, Tally] = field(default_factory=dict)
    boilerplate: dict[str, Tally] = field(default_factory=dict)
    obfuscated: dict[str, Tally] = field(default_factory=dict)
    untranslated: Counter[str] = field(default_factory=Counter)
    skipped: list[BadRecord] = field(default_factory=list)
    skipped_count: int = 0

    def watch(self, reports: Iterable[ArticleReport]) -> Iterator[ArticleReport]:
        """Hand the reports on, counting each as it passes."""
        for report in reports:
            self._count(report)
            yield report

    def skip(self, error: BadRecord) -> None:
        """Count a file or record that could not be read."""
        self.skipped_count += 1
        if len(self.skipped) < NAMED:
            self.skipped.append(error)

    @property
    def originality_mean(self) -> float | None:
        """Mean over the articles that have an originality; each counts the same, short or long."""
        return fmean(self.originalities) if self.originalities else None

    @property
    def originality_median(self) -> float | None:
        """Median over the articles that have an originality."""
        return median(self.originalities) if self.originalities else None

    @property
    def originality_of_words(self) -> float | None:
        """Originality of all words together: the ledger's sum judged as one article."""
        return Ledger(**self.ledger()).originality

    def said_of_translations(self) -> str:
        """In which languages no translation was looked for, and of how many articles.

        >>> Summary(untranslated=Counter({"not for uk": 2})).said_of_translations()
        'translated: not for uk (2 articles)'
        """
        codes = sorted(said.removeprefix("not for ") for said in self.untranslated)
        count = self.untranslated.total()
        return f"translated: not for {', '.join(codes)} ({count:,} article{'' if count == 1 else 's'})"

    def ledger(self) -> dict[str, int]:
        """Words of all articles by ledger class; every class is there."""
        return {name: self.words[name] for name in IN_REPORTS}

    def figures(self) -> Json:
        """Everything as JSON values, the largest first where something is ranked."""
        return {
            "articles": self.articles,
            "words": self.words.total(),
            "ledger": self.ledger(),
            "originality": {
                "mean": self.originality_mean,
                "median": self.originality_median,
                "of_words": self.originality_of_words,
            },
            "judged": {
                "words": self.judged.words,
                "against": {"fewest": self.judged.fewest, "most": self.judged.most},
                "undated": self.judged.undated,
            },
            "bounded": self.bounded,
            "sources": [
                {"source": name, "articles": taken.articles, "words": taken.words}
                for name, taken in ranked(self.taken)
            ],
            "findings": _counts(self.findings),
            "foreign": _counts(self.foreign),
            "boilerplate": _counts(self.boilerplate),
            "obfuscated": _counts(self.obfuscated),
            **({"untranslated": dict(sorted(self.untranslated.items()))} if self.untranslated else {}),
            "skipped": {
                "count": self.skipped_count,
                "records": [
                    {"path": error.path, "line": error.line, "reason": error.reason} for error in self.skipped
                ],
            },
        }

    def _count(self, report: ArticleReport) -> None:
        self.articles += 1
        self.publishers[report.source] += 1
        for name, words in zip(IN_REPORTS, _counts_of(report.ledger), strict=True):
            if words:
                self.words[name] += words
        if report.originality is not None:
            self.originalities.append(report.originality)
        self.bounded += bool(report.bounded)
        if report.judged is not None:
            self.judged.add(report.judged)
        if report.translated is not None and report.translated.startswith("not for "):
            self.untranslated[report.translated] += 1
        givers: dict[str, int] = {}
        for share in report.sources:
            givers[share.source] = givers.get(share.source, 0) + share.words
        for source, words in givers.items():
            taken = self.taken.setdefault(source, Taken())
            taken.articles += 1
            taken.words += words
        for finding in report.findings:
            self.findings.setdefault(finding.kind, Tally()).add(finding.words)
            if finding.kind == "foreign":
                self.foreign.setdefault(finding.language or "", Tally()).add(finding.words)
            elif finding.kind == "boilerplate":
                self.boilerplate.setdefault(finding.reason or "", Tally()).add(finding.words)
            elif finding.kind == "obfuscated":
                self.obfuscated.setdefault(finding.reason or "", Tally()).add(finding.words)


def ranked(tallies: Mapping[str, T]) -> list[tuple[str, T]]:
    """Most words first; of equals, by name."""
    return sorted(tallies.items(), key=lambda item: (-item[1].words, item[0]))


def _counts(tallies: Mapping[str, Tally]) -> dict[str, dict[str, int]]:
    return {name: {"findings": tally.findings, "words": tally.words} for name, tally in ranked(tallies)}
