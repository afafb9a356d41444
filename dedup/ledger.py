"""Findings to a closed ledger: each word in one class, the strongest that claims it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.model import PRECEDENCE, Finding, Ledger

CODES = {kind: code for code, kind in enumerate(reversed(PRECEDENCE), start=1)}
"""Class codes as painted: 0 is original, a stronger class has a higher number."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding, and the article's words ``[first, last)`` that it claims."""

    finding: Finding
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The ledger, the findings that explain it, and how many words each of them won."""

    ledger: Ledger
    findings: tuple[Finding, ...]
    won: tuple[int, ...]


def settle(words: int, claims: Sequence[Claim]) -> Settled:
    """Paint the claims over `words` words by precedence; of equals the one that comes first in the text wins.

    A claim that wins no word is left out: a stronger one says it all. `obfuscated` findings claim nothing
    and stay.
    """
    if not claims:
        return Settled(Ledger(original=words), (), ())
    ordered = sorted(claims, key=_place)
    paint = np.zeros(words, np.uint8)
    winner = np.full(words, -1, np.int64)
    for number in range(len(ordered) - 1, -1, -1):
        claim = ordered[number]
        code = CODES.get(claim.finding.kind, 0)
        stretch = slice(claim.first, claim.last)
        wins = paint[stretch] <= code if code else np.zeros(claim.last - claim.first, bool)
        paint[stretch][wins] = code
        winner[stretch][wins] = number
    won = np.bincount(winner[winner >= 0], minlength=len(ordered)).tolist()
    counts = np.bincount(paint, minlength=len(CODES) + 1).tolist()
    ledger = Ledger(original=counts[0], **{kind: counts[code] for kind, code in CODES.items()})
    kept = [n for n, claim in enumerate(ordered) if won[n] or claim.finding.kind == "obfuscated"]
    return Settled(ledger, tuple(ordered[n].finding for n in kept), tuple(won[n] for n in kept))


def _place(claim: Claim) -> tuple[int, int, int, str, str]:
    finding = claim.finding
    return (finding.start, -CODES.get(finding.kind, 0), finding.end, finding.kind, finding.reason or "")
