"""Counts of a comparison, the figures that follow from them, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Counts for one kind of labelled passage. Words, unless the truth has no `starts`."""

    spans: int = 0
    spans_found: int = 0
    words: int = 0
    found: int = 0
    sourced: int = 0
    right_source: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the labelled words that the report puts into an expected class."""
        return self.found / self.words if self.words else None

    @property
    def source_accuracy(self) -> float | None:
        """Share of the found words whose finding names an article that holds the passage."""
        return self.right_source / self.sourced if self.sourced else None


@dataclass(slots=True)
class Evaluation:
    """Reports against truth, summed over articles."""

    kinds: dict[str, Tally] = field(default_factory=dict)
    articles: int = 0
    missing: int = 0
    """Articles of the truth without a report."""
    own_words: int = 0
    own_flagged: int = 0
    """Words that no span holds, and how many of them the report puts into another class."""
    flagged: int = 0
    flagged_right: int = 0
    """Words that the report puts into a class other than original; those of them that are labelled so."""
    findings: int = 0
    findings_right: int = 0
    """Findings of a ledger class; those of them with at least half of their words labelled so."""
    originality_error: float = 0.0
    originality_judged: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the flagged words that are labelled with such a class."""
        return self.flagged_right / self.flagged if self.flagged else None

    @property
    def span_precision(self) -> float | None:
        """Share of the findings with at least half of their words labelled so."""
        return self.findings_right / self.findings if self.findings else None

    @property
    def false_per_thousand(self) -> float | None:
        """Flagged words in 1,000 of the article's own."""
        return 1000 * self.own_flagged / self.own_words if self.own_words else None

    @property
    def mean_originality_error(self) -> float | None:
        """Mean absolute difference of the reported and the labelled originality."""
        return self.originality_error / self.originality_judged if self.originality_judged else None

    @property
    def total(self) -> Tally:
        """All kinds of taken passages together."""
        total = Tally()
        for tally in self.kinds.values():
            for name in Tally.__slots__:
                setattr(total, name, getattr(total, name) + getattr(tally, name))
        return total

    def figures(self) -> dict[str, Any]:
        """Return all figures as JSON values, rounded to four places."""
        kinds = {
            kind: {
                "words": tally.words,
                "recall": _rounded(tally.recall),
                "source_accuracy": _rounded(tally.source_accuracy),
                "spans": tally.spans,
                "spans_found": tally.spans_found,
            }
            for kind, tally in self.kinds.items()
        }
        return {
            "articles": self.articles,
            "missing": self.missing,
            "precision": _rounded(self.precision),
            "span_precision": _rounded(self.span_precision),
            "recall": _rounded(self.total.recall),
            "source_accuracy": _rounded(self.total.source_accuracy),
            "own_words": self.own_words,
            "false_per_thousand": _rounded(self.false_per_thousand),
            "mean_originality_error": _rounded(self.mean_originality_error),
            "kinds": kinds,
        }


def summary(evaluation: Evaluation) -> str:
    """Return the figures as lines of text: one a kind, then those over all."""
    lines = [f"{'kind':<20}{'words':>9}{'recall':>9}{'source':>9}{'passages found':>18}"]
    for kind, tally in evaluation.kinds.items():
        found = f"{tally.spans_found} of {tally.spans}"
        shares = f"{_share(tally.recall):>9}{_share(tally.source_accuracy):>9}"
        lines.append(f"{kind:<20}{tally.words:>9}{shares}{found:>18}")
    missing = f", {evaluation.missing} without a report" if evaluation.missing else ""
    lines += [
        f"{evaluation.articles} articles{missing}",
        f"precision: words {_share(evaluation.precision)}, findings {_share(evaluation.span_precision)}",
        f"right source: {_share(evaluation.total.source_accuracy)}",
        f"own words flagged in 1,000: {_share(evaluation.false_per_thousand, 2)}",
        f"originality, mean error: {_share(evaluation.mean_originality_error)}",
    ]
    return "\n".join(lines)


def _share(value: float | None, places: int = 4) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
