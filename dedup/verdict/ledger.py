"""Claims on words to closed ledgers: each word in one class, the strongest that claims it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.classes import STRENGTHS, TAKEN
from dedup.model import Ledger
from dedup.verdict.painting import NOBODY, Ints, owners


class Claims(NamedTuple):
    """What is claimed of the words of some articles; columns, int64 ``(n,)``.

    `article`: its place in the batch. `strength`: the class (`STRENGTHS`), 0 for what claims nothing. `start`, `end`:
    code points. `first`, `last`: words ``[first, last)``, counted in the article. `reason`: a number that stands in for
    it and sorts as it does.
    """

    article: Ints
    strength: Ints
    start: Ints
    end: Ints
    first: Ints
    last: Ints
    reason: Ints

    def taken(self, places: Ints | NDArray[np.bool_]) -> Claims:
        """Some of them."""
        return Claims(*(column[places] for column in self))


@dataclass(frozen=True, slots=True)
class Settled:
    """`classes`, ``(articles, 1 + classes)``: words by strength, in column 0 those that nobody claims.

    `kept`: the claims that explain them, by article and in the order of the text; `won`: words that each of these won.
    """

    classes: Ints
    kept: Ints
    won: Ints

    def ledgers(self) -> list[Ledger]:
        """The ledger of each article."""
        return [Ledger(*row) for row in self.classes[:, _COLUMNS].tolist()]

    def originalities(self) -> list[float | None]:
        """The originality of each article, as `Ledger.originality` has it."""
        own = self.classes[:, 0]
        judged = own + self.classes[:, _TAKEN].sum(axis=1)
        shares: list[float] = (own / np.maximum(judged, 1)).tolist()
        return [share if some else None for share, some in zip(shares, judged.tolist(), strict=True)]


_COLUMNS = [STRENGTHS.get(field.name, 0) for field in fields(Ledger)]
_TAKEN = [STRENGTHS[name] for name in TAKEN]


def settle(words: Ints, claims: Claims) -> Settled:
    """Paint the claims over articles of so many words, by precedence; of equals the first in the text wins.

    A claim that wins no word is left out: a stronger one says it all. Those of strength 0 (`obfuscated`) stay.
    """
    if not claims.article.size:
        nothing = np.empty(0, np.int64)
        return Settled(np.pad(words[:, None], ((0, 0), (0, len(STRENGTHS)))), nothing, nothing)
    order = np.lexsort((claims.reason, claims.end, -claims.strength, claims.start, claims.article))
    article, strength = claims.article[order], claims.strength[order]
    base = (np.cumsum(words) - words)[article]
    painted = owners(int(words.sum()), strength, base + claims.first[order], base + claims.last[order])
    won = np.bincount(painted[painted != NOBODY], minlength=order.size)
    classes = np.zeros((words.size, 1 + len(STRENGTHS)), np.int64)
    np.add.at(classes, (article, strength), won)
    classes[:, 0] = words - classes[:, 1:].sum(axis=1)
    kept = (won > 0) | (strength == 0)
    return Settled(classes, order[kept], won[kept])
