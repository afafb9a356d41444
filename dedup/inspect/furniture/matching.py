"""Phrases with slots on the words of a sentence, in linear time: places of words, never backtracking over letters.

An expression over characters would try a run of marks or spaces in every way it can be cut (and a thousand of them
take a second to compile). A phrase is words, so it is fitted word by word: from each set of places where the text
read so far may end, an element leads to the next set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal, NamedTuple

from dedup.text.characters import SIZE, unicode_tables

# Letters, digits and the vowel signs that Python's \w leaves out.
_VOWEL_SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e"
LETTER = f"[\\w{_VOWEL_SIGNS}]"

# Scripts without spaces, where each letter is a word.
_LONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"

_TOKEN = re.compile(f"(?P<lone>[{_LONE}])|(?P<word>(?:[^\\W{_LONE}]|[{_VOWEL_SIGNS}])+)|\\S")
_TYPED, _MEANT = "’：＝", "':="
_SAME_SIGN = str.maketrans(_TYPED, _MEANT)

SLOT, LONE_SLOT = 6, 24
"""Words, and letters of a script without spaces, that a ``*`` may stand for."""

GAP = 4
"""Code points that may lie between two words of a phrase."""

EXPANDED = 0x80000000


class Token(NamedTuple):
    """A word, folded as `dedup.text.words` folds it, or a sign (`fold` is the sign itself)."""

    start: int
    end: int
    fold: str
    kind: Literal["word", "lone", "sign"]
    capital: bool

    @property
    def is_word(self) -> bool:
        return self.kind != "sign"


class _Folds(dict[int, str]):
    """What a code point folds to, looked up when first needed."""

    def __missing__(self, code: int) -> str:
        tables = unicode_tables()
        target = int(tables.fold[code]) if code < SIZE else code
        if target >= EXPANDED:
            at = target - EXPANDED
            pieces = tables.expansions[at + 1 : at + 1 + int(tables.expansions[at])].tolist()
        else:
            pieces = [target] if target else []
        self[code] = "".join(map(chr, pieces))
        return self[code]


@cache
def _folds() -> _Folds:
    return _Folds()


def folded(word: str) -> str:
    """Return a word's folded form: small letters without accents.

    >>> folded("Čeština"), folded("ΕΠΊΣΗΣ") == folded("επίσης")
    ('cestina', True)
    """
    return word.translate(_folds())


def tokens(text: str, start: int = 0, end: int | None = None, limit: int | None = None) -> list[Token]:
    """Return the words and signs of a part of a text, `limit` at most.

    >>> [token.fold for token in tokens("E-Mail: 関連!")]
    ['e', '-', 'mail', ':', '関', '連', '!']
    """
    return [
        _token(found)
        for found in islice(_TOKEN.finditer(text, start, len(text) if end is None else end), limit)
    ]


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup
    body = found[0]
    fold = body.translate(_SAME_SIGN) if kind is None else folded(body)
    if kind is None or not fold:
        return Token(*found.span(), fold, "sign", False)
    capital = body[0].isalpha() and not body[0].islower()
    return Token(*found.span(), fold, "lone" if kind == "lone" else "word", capital)


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: `singles` are its words of one token, `runs` those of several ("e-mail").

    `signs`: those of the singles that may be signs.
    """

    kind: Literal["words", "slot", "number", "capital"]
    singles: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    runs: tuple[tuple[str, ...], ...] = ()
    optional: bool = False
    signs: frozenset[str] = frozenset()


MARKERS: dict[str, Element] = {"*": Element("slot"), "#": Element("number"), "^": Element("capital")}


def written_alike(sign: str) -> str:
    """Return a sign, as `Token.fold` has it, with those that are read as it."""
    return sign + "".join(typed for typed, meant in zip(_TYPED, _MEANT, strict=True) if meant == sign)


def is_sign(token: str) -> bool:
    """Whether a token of a pattern stands for a sign of the text."""
    return token not in ("", *MARKERS) and not any(c.isalnum() for c in token)


def compiled(token: str) -> Element:
    """Return the element that a token of a pattern means."""
    if token in MARKERS:
        return MARKERS[token]
    optional = token.endswith("?") and len(token) > 1
    alternatives = [word for word in token.removesuffix("?" if optional else "").split("|") if word]
    stems = tuple(folded(word[:-1]) for word in alternatives if word.endswith("~"))
    runs = [tuple(part.fold for part in tokens(word)) for word in alternatives if not word.endswith("~")]
    singles = frozenset(run[0] for run in runs if len(run) == 1)
    signs = frozenset(single for single in singles if len(single) < 2 and not single.isalnum())
    return Element("words", singles, stems, tuple(run for run in runs if len(run) > 1), optional, signs)


def ends(phrase: Sequence[Element], text: Sequence[Token], at: int) -> set[int]:
    """Return the places where a phrase that begins at place `at` may end: its last token's place plus one.

    At most `SLOT` places an element, whatever the text.
    """
    places = {at}
    for element in phrase:
        reached = set(places) if element.optional else set()
        for place in places:
            reached |= _after(element, text, place)
        places = reached
        if not places:
            break
    return places


def _after(element: Element, text: Sequence[Token], at: int) -> set[int]:
    if element.kind == "slot":
        return _after_slot(text, at)
    if element.kind == "number":
        return _after_numbers(text, at)
    if element.kind == "capital":
        place = _next(text, at, lambda token: token.is_word)
        return {place + 1} if place is not None and text[place].capital else set()
    reached = set()
    if element.singles or element.stems:
        place = _next(text, at, lambda token: token.is_word)
        if place is not None and (
            text[place].fold in element.singles or _has_stem(text[place], element.stems)
        ):
            reached.add(place + 1)
    if element.signs:
        sign = _next(text, at, lambda token: not token.is_word and token.fold in element.signs)
        if sign is not None:
            reached.add(sign + 1)
    for run in element.runs:
        place = _after_run(run, text, at)
        if place is not None:
            reached.add(place)
    return reached


def _has_stem(token: Token, stems: Iterable[str]) -> bool:
    return any(token.fold.startswith(stem) for stem in stems)


def _next(text: Sequence[Token], at: int, wanted: Callable[[Token], bool]) -> int | None:
    """Return the place of the next token that is wanted, signs passed over, if it stands near enough."""
    if at >= len(text):
        return None
    begin = text[max(at - 1, 0)].end
    for place in range(at, min(at + GAP + 1, len(text))):
        token = text[place]
        if token.start - begin > GAP:
            return None
        if wanted(token):
            return place
        if token.is_word:
            return None
    return None


def _after_run(run: Sequence[str], text: Sequence[Token], at: int) -> int | None:
    for part in run:
        place = _next(text, at, lambda token, part=part: token.fold == part)  # type: ignore[misc]
        if place is None:
            return None
        at = place + 1
    return at


def _after_slot(text: Sequence[Token], at: int) -> set[int]:
    places, room = {at}, float(SLOT)
    while room > 0:
        place = _next(text, at, lambda token: token.is_word)
        if place is None:
            break
        room -= SLOT / LONE_SLOT if text[place].kind == "lone" else 1
        at = place + 1
        places.add(at)
    return places


def _after_numbers(text: Sequence[Token], at: int) -> set[int]:
    """A number may hold signs: "5.12.2019"."""
    places: set[int] = set()
    while len(places) < GAP:
        place = _next(text, at, lambda token: token.is_word)
        if place is None or not text[place].fold.isdigit():
            break
        at = place + 1
        places.add(at)
    return places
