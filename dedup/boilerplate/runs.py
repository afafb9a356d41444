"""Runs of menu lines on a raw page: navigation, lists of headlines, forms.

One short line says nothing: it may be a heading. A run of them beside each other, none of them a sentence, is
what crawlers bring home of a page's edges. Two states (article, furniture) with a price for each change are
laid over the lines so that the whole fits best (Viterbi); after Kohlschuetter, Fankhauser and Nejdl 2010,
"Boilerplate detection using shallow text features", where the lines before and after decide as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from dedup.boilerplate.lexicon import Lexicon, folded_line

CHANGE = 2.5
"""Price of a change between article and furniture, in the units of `_leaning`."""

ENOUGH = 8.0
"""Evidence a run of furniture needs in all: eight short lines, fewer with service phrases among them."""

NAMED = 2
"""Lines of a run that must be known by their wording, as menu entry or service phrase: lists have none."""

NAMED_SHARE = 0.05
"""And their share of the run."""

_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_FULL_STOP = re.compile(r"""[.!?…。！？।։؟]["”»’」』)\]]*\W*$""")
_ITEM = re.compile(r"[a-zа-яёіїєґ]|[-–—*•·]\s|\d+[.)]\s?\w|.*[,;:]$")  # list items, lines of a wrapped text

_Span = tuple[int, int]


def furniture_runs(
    text: str, lines: Sequence[_Span], service: Collection[_Span], known: Lexicon
) -> Iterator[_Span]:
    """Yield the lines of runs of furniture. `service` are lines known to be furniture by their wording."""
    bodies = [text[start:end] for start, end in lines]
    named = [line in service or _is_menu(body, known) for line, body in zip(lines, bodies, strict=True)]
    leanings = [-2.0 if name else _leaning(body) for name, body in zip(named, bodies, strict=True)]
    for first, last in _runs(_states(leanings)):
        names = sum(named[first:last])
        if names >= NAMED and names >= NAMED_SHARE * (last - first) and -sum(leanings[first:last]) >= ENOUGH:
            yield from lines[first:last]


def _is_menu(line: str, known: Lexicon) -> bool:
    return len(line) <= 40 and folded_line(line) in known.menus


def _leaning(line: str) -> float:
    """How much a line by itself speaks for the article (positive) or for furniture (negative)."""
    width = len(line) + len(_WIDE.findall(line))
    stops = _FULL_STOP.search(line) is not None
    if width >= 140:
        return 4.0 if stops else 2.0
    if width >= 70:
        return 3.0 if stops else 0.3
    if stops or _ITEM.match(line):
        return 1.0
    return -1.0 if width <= 30 else -0.7


def _states(leanings: Sequence[float]) -> list[bool]:
    """Return for each line whether the best path has it as furniture. A page begins as article."""
    article, furniture = 0.0, -CHANGE
    came_from: list[tuple[bool, bool]] = []  # was furniture, for: article now, furniture now
    for leaning in leanings:
        stay, leave = article, furniture - CHANGE
        enter, remain = article - CHANGE, furniture
        came_from.append((leave > stay, remain >= enter))
        article = max(stay, leave) + leaning
        furniture = max(enter, remain) - leaning
    state = furniture > article
    states: list[bool] = []
    for was in reversed(came_from):
        states.append(state)
        state = was[state]
    return states[::-1]


def _runs(states: Sequence[bool]) -> Iterator[tuple[int, int]]:
    first = None
    for number, state in enumerate([*states, False]):
        if state and first is None:
            first = number
        elif not state and first is not None:
            yield first, number
            first = None
