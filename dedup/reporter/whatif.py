"""What-if: the score under other exclusions, from a report alone. `page/painting.js` mirrors it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dedup.classes import ASIDE, TAKEN
from dedup.model import ArticleReport, Finding, Ledger
from dedup.verdict.painting import Range, ledger_of, paint

Side: TypeAlias = Literal["aside", "taken", "own"]
"""How a class counts: on neither side, as taken from others, or as the article's own."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changed exclusions; the defaults are the library's own rules.

    `quoted`, `template`, `boilerplate`, `foreign` (`dedup.classes.ASIDE`): the side those classes count on.
    `min_words`: matches of fewer words are left out. `without`: names of sources (an article's id where its
    source is unknown) whose matches are left out. What is left out paints nothing: its words go to another
    finding that holds them, or to the article.
    """

    quoted: Side = "aside"
    template: Side = "aside"
    boilerplate: Side = "aside"
    foreign: Side = "aside"
    min_words: int = 0
    without: frozenset[str] = frozenset()

    def leaves_out(self, found: Finding) -> bool:
        """Whether a finding paints nothing under these exclusions."""
        if found.match is None:
            return False
        return found.words < self.min_words or (found.match.source or found.match.id) in self.without


def rescored(report: ArticleReport, ranges: Sequence[Range], whatif: WhatIf) -> tuple[Ledger, float | None]:
    """The ledger and the originality of a report under other exclusions."""
    kinds = ["" if whatif.leaves_out(found) else found.kind for found in report.findings]
    ledger = ledger_of(paint(report.words, kinds, ranges), kinds)
    return ledger, originality(ledger, whatif)


def originality(ledger: Ledger, whatif: WhatIf) -> float | None:
    """Share of the judged words that are the article's own; None where nothing is judged.

    >>> originality(Ledger(original=30, recycled=60, quoted=10), WhatIf(quoted="taken"))
    0.3
    """
    own = ledger.original
    taken = sum(getattr(ledger, name) for name in TAKEN)
    for name in ASIDE:
        side, words = getattr(whatif, name), getattr(ledger, name)
        own += words if side == "own" else 0
        taken += words if side == "taken" else 0
    return own / (own + taken) if own + taken else None
