"""Findings to a closed ledger: each word in one class, the strongest that claims it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dedup.model import PRECEDENCE, Finding, Ledger

CODES = {kind: code for code, kind in enumerate(reversed(PRECEDENCE), start=1)}
"""Strength of the classes: a higher number wins. What has none claims no words."""


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
    winner = [-1] * words
    weakest_first = sorted(range(len(ordered)), key=lambda n: (_code(ordered[n]), -n))
    for number in weakest_first:
        claim = ordered[number]
        if _code(claim):
            winner[claim.first : claim.last] = [number] * (claim.last - claim.first)
    won = Counter(winner)
    counts = Counter({"original": won.pop(-1, 0)})
    for number, count in won.items():
        counts[ordered[number].finding.kind] += count
    kept = [n for n, claim in enumerate(ordered) if won[n] or not _code(claim)]
    return Settled(Ledger(**counts), tuple(ordered[n].finding for n in kept), tuple(won[n] for n in kept))


def _code(claim: Claim) -> int:
    return CODES.get(claim.finding.kind, 0)


def _place(claim: Claim) -> tuple[int, int, int, str, str]:
    finding = claim.finding
    return (finding.start, -_code(claim), finding.end, finding.kind, finding.reason or "")
