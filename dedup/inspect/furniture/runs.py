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

from dedup.inspect.furniture.lexicon import Lexicon, folded_line
from dedup.inspect.listings import has_signs

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Temper:
    """How readily lines are taken for furniture.

    A line's leaning is what it says by itself: positive for the article, negative for furniture (see `_leaning`).
    Chosen on the development half of the page sets (see benchmarks/boilerplate.py).
    """

    item: float
    """Leaning of a short line of a list, or of wrapped text."""
    enough: float
    """Leaning that a run of furniture needs in all."""
    service: int
    """Service phrases, each counted once, that a run must have: section names alone may be a list of the news ..."""
    names: float
    """... and so many wordings a line that must be known, as service phrase or section name ..."""
    few_names: float = 0.0
    """... or so many where it has `MANY_SERVICE` service phrases: what an article lists has no such."""


ARTICLE = Temper(item=0.3, enough=8.0, service=2, names=0.4, few_names=0.1)
"""An article may have a menu below it, but whatever else it lists is its own."""

RAW_PAGE = Temper(item=0.0, enough=2.0, service=0, names=0.0)
"""On a raw page every short line beside the article is suspect ..."""

INSET = Temper(item=0.0, enough=2.0, service=1, names=0.0)
"""... and between two paragraphs of it those that have a service phrase among them."""

MANY_SERVICE = 5
"""Service phrases, each counted once, that tell a menu even if few of its other lines are known."""

SIDE = 0.2
"""A run is inside the article if such a share of the article and more stands on either side of it: teasers and notices
at a page's edges are long lines as well."""

CODE = 0.05
"""A run of which such a share of the lines and more has signs of code is code."""

SENTENCES, OTHERS = (2.5, 1.5, 0.6), (1.0, -0.3, -0.7)
"""Leanings of lines that end as sentences do and of all others, by width (`LONG`, `MIDDLE`, less)."""

CHANGE = 2.5
"""Price of a change between article and furniture."""

RAW_NAMES = 8
"""A text with so many lines known by their wording, each wording counted once ..."""

RAW_SHARE = 0.1
"""... being such a share of its lines is a raw page ..."""

RAW_SERVICE = 2
"""... if so many of them are service phrases."""

RAW_LINES, RAW_BRIEF = 30, 0.5
"""So is one of so many lines, of which such a share is short and no sentence, and with `RAW_SERVICE` phrases: a page
in a language without a file knows few of its own."""

LONG, MIDDLE, BRIEF = 140, 70, 30
"""Widths of a line in code points, East Asian letters counting twice. A brief one is a bit more suspect."""

NAME = -2.0
"""Leaning of a line known by its wording."""

TITLE_WIDTH = 25
"""Code points from which the last line before the article may be its title."""

TITLE_LINES, TITLE_BODY, TITLE_SHARE = 20, 8, 0.4
"""Among so many lines before the article a line is its title of which such a share of the long words, three at least,
is in so many of the article's first lines."""

TITLE_WORD = 4
"""Letters of a long word."""

_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_FULL_STOP = re.compile(r"(?:^|(?<=\w))[^\w.!?…。！？।։؟۔።]*[.!?…。！？।։؟۔።]\W*$")  # one try a run of signs
_WORD = re.compile(r"[^\W_]+")
_ITEM = re.compile(r"[a-zа-яёіїєґ]|[-–—*•·]\s|\d+[.)]\s?\w|.*[,;:]$|[^:]+:\s?[^\W\d_]")
"""List items, lines of a wrapped text, entries ("Best director: Ann Lee")."""


SHORTEST_SENTENCE = 4
"""Words from which a line with a full stop is a sentence, and no item of a menu; twice as many wide letters."""

TEASERS, BESIDE = 0.33, 1
"""A sentence of less than `LONG` is a teaser or a notice among the furniture of a raw page if in all so few lines of
the run are sentences, and of its neighbours no more than so many: those of an article stand together, and between
advertisements every second line is one."""


def furniture_runs(
    text: str, lines: Sequence[_Span], service: Collection[_Span], known: Lexicon
) -> Iterator[_Span]:
    """Yield the lines of runs of furniture. `service` are lines known to be furniture by their wording.

    A wording is evidence once, however often it stands: "Advertisement" between all paragraphs makes no page of an
    article. No sentence is yielded but teasers of a raw page.
    """
    page = _Page.of([text[start:end] for start, end in lines], [line in service for line in lines], known)
    if len(page.services(0, len(lines))) < RAW_SERVICE:
        return
    states = _states(page.leanings(RAW_PAGE if page.is_raw() else ARTICLE), CHANGE)
    for first, last in _runs(states):
        temper = page.temper(first, last)
        if not page.is_furniture(first, last, temper):
            continue
        kept = {page.title(first, last), *page.told(first, last, teasers=temper is RAW_PAGE)}
        yield from (lines[at] for at in range(first, last) if at not in kept)


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a text: what they say, and which are known, as service phrase or section name, and as what."""

    bodies: Sequence[str]
    service: Sequence[str]
    menus: Sequence[str]
    sentences: Sequence[bool]

    @classmethod
    def of(cls, bodies: Sequence[str], service: Sequence[bool], known: Lexicon) -> _Page:
        """Look at lines, of which some are known as furniture. What is known has its folded wording, else ""."""
        return cls(
            bodies,
            [
                folded_line(body) or body if known_ else ""
                for body, known_ in zip(bodies, service, strict=True)
            ],
            [_menu(body, known) for body in bodies],
            [_is_sentence(body) for body in bodies],
        )

    def services(self, first: int, last: int) -> set[str]:
        """The service phrases of some lines."""
        return set(self.service[first:last]) - {""}

    def names(self, first: int, last: int) -> set[str]:
        """The wordings of some lines that are known at all."""
        return self.services(first, last) | set(self.menus[first:last]) - {""}

    def is_raw(self) -> bool:
        """Whether this is a page as a crawler without an extractor brings it home."""
        size, whole = len(self.bodies), (0, len(self.bodies))
        if len(self.services(*whole)) < RAW_SERVICE:
            return False
        if len(self.names(*whole)) >= max(RAW_NAMES, RAW_SHARE * size):
            return True
        brief = sum(
            len(body) < MIDDLE and not _FULL_STOP.search(body) and not _ITEM.match(body)
            for body in self.bodies
        )
        return size >= RAW_LINES and brief >= RAW_BRIEF * size

    def without(self, first: int, last: int) -> _Page:
        """The page without some of its lines."""
        columns = (self.bodies, self.service, self.menus, self.sentences)
        return _Page(*([*column[:first], *column[last:]] for column in columns))

    def temper(self, first: int, last: int) -> Temper:
        """How to take a run. One inside the article is no evidence of what kind of page it stands on."""
        inset = self.is_inset(first, last)
        page = self.without(first, last) if inset else self
        return ARTICLE if not page.is_raw() else INSET if inset else RAW_PAGE

    def leanings(self, temper: Temper) -> list[float]:
        """What each line says by itself. A wording that is known says so where it stands first."""
        seen: set[str] = set()
        leanings = []
        for body, service, menu in zip(self.bodies, self.service, self.menus, strict=True):
            name = service or menu
            leanings.append(NAME if name and name not in seen else _leaning(body, temper))
            seen.add(name)
        return leanings

    def is_inset(self, first: int, last: int) -> bool:
        """Whether the article stands on both sides of a run."""
        before, after = (self._article(*lines) for lines in ((0, first), (last, len(self.bodies))))
        return min(before, after) > SIDE * self._article(0, len(self.bodies))

    def _article(self, first: int, last: int) -> int:
        """Width of the article's paragraphs among some lines."""
        return sum(_width(self.bodies[at]) for at in range(first, last) if self._is_article(at))

    def _is_article(self, at: int) -> bool:
        """Whether a line is a paragraph of the article: a long one, or one of two beside each other."""
        beside = [at, *range(max(0, at - 1), at), *range(at + 1, min(at + 2, len(self.bodies)))]
        widths = [_width(self.bodies[one]) if self.sentences[one] else 0 for one in beside]
        return widths[0] >= LONG or (widths[0] >= MIDDLE and max(widths[1:], default=0) >= MIDDLE)

    def is_furniture(self, first: int, last: int, temper: Temper) -> bool:
        """Whether a run has what it takes."""
        services = len(self.services(first, last))
        names = temper.few_names if services >= MANY_SERVICE else temper.names
        return (
            services >= temper.service
            and len(self.names(first, last)) >= names * (last - first)
            and -sum(self.leanings(temper)[first:last]) >= temper.enough
            and not self._is_announced(first)
            and not (temper is not RAW_PAGE and self._is_code(first, last))
        )

    def _is_code(self, first: int, last: int) -> bool:
        """Whether a run is lines of code; one that a long menu has left in makes none."""
        lines = sum(map(has_signs, self.bodies[first:last]))
        return lines > CODE * (last - first)

    def _is_announced(self, first: int) -> bool:
        """Whether a run is a list to which a sentence leads: its first line, or the one before it."""
        return any(
            line.endswith((":", "：")) and len(_WORD.findall(line)) >= SHORTEST_SENTENCE
            for line in self.bodies[max(0, first - 1) : first + 1]
        )

    def told(self, first: int, last: int, teasers: bool) -> Iterator[int]:
        """Yield the sentences of a run that are no teasers."""
        told = [at for at in range(first, last) if self.sentences[at]]
        teasers = teasers and len(told) <= TEASERS * (last - first)
        for at in told:
            beside = [*self.sentences[max(0, at - 1) : at], *self.sentences[at + 1 : at + 2]]
            if not teasers or sum(beside) > BESIDE or _width(self.bodies[at]) >= LONG:
                yield at

    def title(self, first: int, last: int) -> int | None:
        """Return the line that is likely the headline of what follows a run: one whose words are said again there.

        Else the last long one of its end.
        """
        if last == len(self.bodies):
            return None
        said = set(_names_in(" ".join(self.bodies[last : last + TITLE_BODY])))
        lines = [
            at
            for at in range(max(first, last - TITLE_LINES), last)
            if not (self.service[at] or self.menus[at])
        ]
        shares = [_share(_names_in(self.bodies[at]), said) for at in lines]
        if max(shares, default=0.0) >= TITLE_SHARE:
            return max(at for at, share in zip(lines, shares, strict=True) if share == max(shares))
        for at in range(last - 1, max(first, last - 5) - 1, -1):
            if len(self.bodies[at]) >= TITLE_WIDTH and not (self.service[at] or self.menus[at]):
                return at
        return None


def _names_in(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if len(word) >= TITLE_WORD]


def _share(names: Sequence[str], said: Collection[str]) -> float:
    return sum(name in said for name in names) / len(names) if len(names) >= 3 else 0.0


def _menu(line: str, known: Lexicon) -> str:
    folded = folded_line(line) if len(line) <= 40 else ""
    return folded if folded in known.menus else ""


def _width(line: str) -> int:
    return len(line) + len(_WIDE.findall(line))


def _is_sentence(line: str) -> bool:
    if not _FULL_STOP.search(line) or line.endswith(("...", "…")):  # teasers end so
        return False
    return len(_WORD.findall(line)) >= SHORTEST_SENTENCE or len(_WIDE.findall(line)) >= 7


def _leaning(line: str, temper: Temper) -> float:
    width = _width(line)
    sentence = _FULL_STOP.search(line) is not None and not line.endswith(("...", "…"))
    if width < MIDDLE and not sentence and _ITEM.match(line):
        return temper.item
    by_width = SENTENCES if sentence else OTHERS
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
