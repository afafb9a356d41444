"""What a report says beside the ledger: what an article updates, and who had its title before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dedup.model import Article, ArticleReport, TitleMatch
from dedup.text.words import Columns
from dedup.updates.before import Before, compared, latest_version
from dedup.updates.difference import Side


@dataclass(frozen=True, slots=True)
class Beside:
    """Of some articles, by their numbers: who had their titles before, and what they may update."""

    titles: Mapping[int, TitleMatch] = field(default_factory=dict)
    before: Mapping[int, Sequence[Before]] = field(default_factory=dict)


NOTHING_BESIDE = Beside()


def title_matches(
    articles: Sequence[Article], found: Mapping[int, tuple[int, int]], numbers: Sequence[int]
) -> dict[int, TitleMatch]:
    """What is said of the titles of some articles; `found` as `dedup.match.titles.matched` tells."""
    out = {}
    for number in numbers:
        if number in found:
            changed, place = found[number]
            other = articles[place]
            out[number] = TitleMatch(other.id, other.source, other.published, changed)
    return out


def versions_before(
    articles: Sequence[Article], columns: Columns, pairs: NDArray[np.int64], numbers: Sequence[int]
) -> dict[int, list[Before]]:
    """What some articles may update; `pairs` as `dedup.updates.before.likely` tells.

    Articles and their columns are in the order of provenance. Costs a comparison of the texts a pair.
    """
    out: dict[int, list[Before]] = {}
    for number in numbers:
        low, high = np.searchsorted(pairs[:, 0], (number, number + 1)).tolist()
        if low < high:
            new = Side(columns, number)
            out[number] = [
                compared(articles[other].id, other, Side(columns, other), new)
                for other in pairs[low:high, 1].tolist()
            ]
    return out


def updating(report: ArticleReport, several: Sequence[Before]) -> ArticleReport:
    """A report with what the article updates. What it took must count: furniture alone is no update."""
    ledger = report.ledger
    taken = ledger.recycled + ledger.reworded + ledger.carried_over + ledger.quoted
    return replace(report, update_of=latest_version(report.words, several)) if taken else report
