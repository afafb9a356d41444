"""Of a report, what stories are told from: some hundred bytes an article."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from dedup.model import ArticleReport, Finding

_HELD = frozenset(("recycled", "reworded", "carried_over", "quoted"))
"""Kinds of findings that say which words of another article one has."""


class Key(NamedTuple):
    """What a report calls an article by: the id alone may be another source's article's or an older version's."""

    id: str
    source: str
    published: str | None


class Share(NamedTuple):
    """Words taken from an article, and beside them those that only quote what it had first.

    `passages`: where they stand there, three uint32 each: first code point, the one after the last, and words.
    """

    key: Key
    words: int
    quoted: int
    passages: bytes = b""


@dataclass(frozen=True, slots=True)
class Node:
    """One article as stories see it; counts are words.

    `judged`: what originality counts. `own` and `taken`, from other articles, are parts of it; so are `verbatim`, the
    taken ones that are letter for letter the source's, and `translated`. Quotes, templates, furniture and foreign
    words are in none of them. `sources`: who the taken words come from, most first.
    """

    key: Key
    title: str
    words: int
    originality: float | None
    judged: int
    own: int
    taken: int
    verbatim: int
    translated: int
    sources: tuple[Share, ...]
    credits: tuple[str, ...]

    @property
    def id(self) -> str:
        """The article's id."""
        return self.key.id

    @property
    def source(self) -> str:
        """The article's source, "" where unknown."""
        return self.key.source

    @property
    def published(self) -> str | None:
        """The article's date."""
        return self.key.published

    @property
    def text(self) -> str:
        """What orders versions with one key where the texts are gone: that with more words of its own is first."""
        return f"{10**9 - self.own:010}{self.words:010}{self.taken:010}"


def node_of(report: ArticleReport) -> Node:
    """What stories need of a report."""
    ledger = report.ledger
    taken = ledger.recycled + ledger.reworded + ledger.carried_over + ledger.translated
    equal = ledger.recycled + ledger.carried_over
    if ledger.reworded:
        equal += round(ledger.reworded * _equal_share(report.findings))
    return Node(
        Key(report.id, report.source, report.published), report.title, report.words, report.originality, ledger.judged,
        ledger.original, taken, equal, ledger.translated, _sources(report) if taken else (), report.credits,
    )  # fmt: skip


def _equal_share(findings: tuple[Finding, ...]) -> float:
    """How much of the reworded passages is equal to their sources', by letters."""
    letters = equal = 0
    for one in findings:
        if one.kind == "reworded" and one.match is not None:
            letters += one.end - one.start
            equal += sum(end - start for start, end, _, _ in one.match.spans)
    return min(1.0, equal / letters) if letters else 0.0


def _sources(report: ArticleReport) -> tuple[Share, ...]:
    """Words taken from each article: what the report says, less the quotes from it."""
    quoted: Counter[Key] = Counter()
    passages: dict[tuple[str, str], array[int]] = {}
    for one in report.findings:
        match = one.match
        if match is not None and one.kind in _HELD:
            passages.setdefault((match.id, match.source), array("I")).extend(
                (match.start, match.end, one.words)
            )
            if one.kind == "quoted":
                quoted[Key(match.id, match.source, match.published)] += one.words
    # Where a stronger class has words of a quotation, the ledger knows how many are left of all.
    left = min(1.0, report.ledger.quoted / max(1, quoted.total()))
    found = []
    for share in report.sources:
        key = Key(share.id, share.source, share.published)
        aside = round(left * quoted[key])
        if share.words > aside:
            places = passages.get((share.id, share.source))
            found.append(Share(key, share.words - aside, aside, places.tobytes() if places else b""))
    return tuple(sorted(found, key=_most_first))


def _most_first(share: Share) -> tuple[int, str, str, str]:
    key = share.key
    return -share.words, key.published or "", key.source, key.id
