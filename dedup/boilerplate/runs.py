"""Runs of menu lines on a raw page: navigation, lists of headlines, forms.

One short line says nothing: it may be a heading. A run of them beside each other, none of them a sentence, is
what crawlers bring home of a page's edges. Two states (article, furniture) with a price for each change are
laid over the lines so that the whole fits best (Viterbi); after Kohlschuetter, Fankhauser and Nejdl 2010,
"Boilerplate detection using shallow text features", where the lines before and after decide as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dedup.boilerplate.lexicon import Lexicon, folded_line

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Temper:
    """How readily lines are taken for furniture.

    Leanings are what a line by itself says: positive for the article, negative for furniture. `sentences` and
    `others`: of lines that end as sentences do and of all others, by width (`LONG`, `MIDDLE`, less). Chosen
    on the development half of the page sets (see benchmarks/boilerplate.py).
    """

    sentences: tuple[float, float, float]
    others: tuple[float, float, float]
    item: float
    """Leaning of a short line of a list, or of wrapped text."""
    change: float
    """Price of a change between article and furniture."""
    enough: float
    """Leaning that a run of furniture needs in all."""
    named: int
    """Wordings in a run that must be known, as service phrase or section name: lists have none ..."""
    names: float
    """... and their share of its lines."""


CALM = Temper((2.5, 1.5, 0.6), (1.0, -0.3, -0.7), item=0.3, change=2.5, enough=8.0, named=2, names=0.06)
RAW_PAGE = Temper((2.5, 1.5, 0.6), (1.0, -0.3, -0.7), item=0.0, change=2.5, enough=2.0, named=0, names=0.0)

RAW_NAMES = 8
"""A text with so many lines known by their wording ..."""

RAW_SHARE = 0.1
"""... being such a share of its lines is a raw page, where every lone short line is suspect."""

RAW_LINES, RAW_BRIEF, RAW_LEAST = 30, 0.5, 3
"""So is one of so many lines, of which such a share is short and no sentence, and so many are known: a page in a
language without a file knows few of its own."""

SURE_NAMES = 10
"""So many known wordings in a run are enough, however long it is."""

LONG, MIDDLE, BRIEF = 140, 70, 30
"""Widths of a line in code points, East Asian letters counting twice. A brief one is a bit more suspect."""

NAME = -2.0
"""Leaning of a line known by its wording."""

TITLE_WIDTH = 25
"""Code points from which the last line before the article may be its title."""

_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_FULL_STOP = re.compile(r"(?:^|(?<=\w))[^\w.!?…。！？।։؟]*[.!?…。！？।։؟]\W*$")  # one try a run of signs
_ITEM = re.compile(r"[a-zа-яёіїєґ]|[-–—*•·]\s|\d+[.)]\s?\w|.*[,;:]$|[^:]+:\s?[^\W\d_]")
"""List items, lines of a wrapped text, entries ("Best director: Ann Lee")."""


def furniture_runs(
    text: str, lines: Sequence[_Span], service: Collection[_Span], known: Lexicon
) -> Iterator[_Span]:
    """Yield the lines of runs of furniture. `service` are lines known to be furniture by their wording."""
    bodies = [text[start:end] for start, end in lines]
    named = [line in service or _is_menu(body, known) for line, body in zip(lines, bodies, strict=True)]
    if sum(named) < CALM.named:
        return
    raw = sum(named) >= max(RAW_NAMES, RAW_SHARE * len(lines)) or _looks_raw(bodies, sum(named))
    temper = RAW_PAGE if raw else CALM
    leanings = [NAME if name else _leaning(body, temper) for name, body in zip(named, bodies, strict=True)]
    for first, last in _runs(_states(leanings, temper.change)):
        names = len({bodies[number] for number in range(first, last) if named[number]})
        if (
            names < max(temper.named, min(temper.names * (last - first), SURE_NAMES))
            or -sum(leanings[first:last]) < temper.enough
        ):
            continue
        title = _title(bodies, named, first, last) if last < len(lines) else None
        yield from (lines[number] for number in range(first, last) if number != title)


def _looks_raw(bodies: Sequence[str], named: int) -> bool:
    if named < RAW_LEAST or len(bodies) < RAW_LINES:
        return False
    brief = sum(
        len(body) < MIDDLE and not _FULL_STOP.search(body) and not _ITEM.match(body) for body in bodies
    )
    return brief >= RAW_BRIEF * len(bodies)


def _title(bodies: Sequence[str], named: Sequence[bool], first: int, last: int) -> int | None:
    """Return the line that is likely the headline of what follows the run: the last long one of its end."""
    for number in range(last - 1, max(first, last - 5) - 1, -1):
        if len(bodies[number]) >= TITLE_WIDTH and not named[number]:
            return number
    return None


def _is_menu(line: str, known: Lexicon) -> bool:
    return len(line) <= 40 and folded_line(line) in known.menus


def _leaning(line: str, temper: Temper) -> float:
    width = len(line) + len(_WIDE.findall(line))
    sentence = _FULL_STOP.search(line) is not None and not line.endswith(("...", "…"))  # teasers end so
    if width < MIDDLE and not sentence and _ITEM.match(line):
        return temper.item
    by_width = temper.sentences if sentence else temper.others
    if width >= MIDDLE:
        return by_width[0 if width >= LONG else 1]
    return by_width[2] - (0.3 if width <= BRIEF and not sentence else 0.0)


def _states(leanings: Sequence[float], change: float) -> list[bool]:
    """Return for each line whether the best path has it as furniture. A page begins as article."""
    article, furniture = 0.0, -change
    came_from: list[tuple[bool, bool]] = []  # was furniture, for: article now, furniture now
    for leaning in leanings:
        stay, leave = article, furniture - change
        enter, remain = article - change, furniture
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
