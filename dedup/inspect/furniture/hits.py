"""Where furniture may be in an article, by the hashes of its words: what a closer look is worth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture.lexicon import (
    FIRST,
    NAME,
    NAME_HEAD,
    OPENER,
    OPENING,
    SECOND,
    SINGLE,
    Lexicon,
    Pattern,
    double_keys,
    lexicon,
)
from dedup.text import words
from dedup.text.expressions import expression
from dedup.text.kernels.tokens import HAS_DIGIT, STARTS_LINE
from dedup.text.ranges import ragged

HEAD = 60
"""Code points from its sentence's beginning within which the anchor of all but `inside` patterns lies."""

DECORATION = 8
"""Code points of signs before the phrase that opens a sentence."""

Calls: TypeAlias = "list[tuple[int, Sequence[Pattern]]]"
"""Offsets of words and signs, each with the patterns that it may belong to."""

_SENTENCE_AFTER = ".!?…؟।۔。！？|•·\n"
"""What a sentence of a line begins after."""
_BORDER = expression(f"[{_SENTENCE_AFTER}]")


def _signs(characters: str) -> NDArray[np.uint32]:
    return np.array([*map(ord, characters)], np.uint32)


_BORDERS, _PART_SIGNS, _BRACKETS = _signs(_SENTENCE_AFTER), _signs("|•·»›>/\t"), _signs("(（[")

_VEILS = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x483, 0x489), (0x610, 0x61C), (0x6D6, 0x6ED), (0x8D3, 0x8FF), (0x180B, 0x180F),
    (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xFEFF, 0xFEFF), (0x1D173, 0x1D17A),
)  # fmt: skip
"""Code points that a word of the split has within, and that the expressions of this stage take for its end."""


class Hit(NamedTuple):
    """Where patterns may be, and which: the offset of a word, and its row in the columns of the batch.

    `before`: where the word before it ends, -1 where it is the first of its paragraph. `start`, `end`, `first`, `last`:
    the code points and the rows of the paragraph.
    """

    offset: int
    row: int
    before: int
    start: int
    end: int
    first: int
    last: int
    patterns: Sequence[Pattern]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where furniture may be in an article, by the hashes of its words: what a closer look is worth.

    `hits`: where patterns may be. `openers`: offsets of words that may open a service line, or a part of a menu's line;
    `names` of the last words of agencies, `signed` of those that stand in brackets or where a line ends. All in order,
    and all but a hint where the words of the text are not `sure` to be to all stages what they are to the split.
    """

    columns: words.Columns
    known: Lexicon
    sure: bool
    hits: list[Hit] = field(default_factory=list)
    openers: list[int] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)

    def calls(self, text: str) -> Calls:
        """The offsets of the patterns whose other words and signs are there as well, in the same paragraph.

        All that might be there where it is not `sure` that the split saw what the text has.
        """
        if not self.sure:
            return [(hit.offset, hit.patterns) for hit in self.hits]
        signs = _Signs(text)
        found = (
            (
                hit.offset,
                [one for one in hit.patterns if _may_open(one, hit, text) and self._may_be(one, hit, signs)],
            )
            for hit in self.hits
        )
        return [(offset, patterns) for offset, patterns in found if patterns]

    def _may_be(self, pattern: Pattern, hit: Hit, signs: _Signs) -> bool:
        """Whether what a pattern must have is near its anchor: words, and signs in the paragraph."""
        if required := pattern.required:
            near = slice(max(hit.row - pattern.reach, hit.first), min(hit.row + pattern.reach + 1, hit.last))
            hashes = self.columns.hashes[near].tolist()
            if any(some.isdisjoint(hashes) for some in required):
                return False
        wanted = pattern.required_signs
        return not wanted or not any(map(signs.of(hit.start, hit.end).isdisjoint, wanted))


class _Signs:
    """The characters of each paragraph of a text: looked up once, however many patterns may be in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, frozenset[str]] = {}

    def of(self, start: int, end: int) -> frozenset[str]:
        """Those of the paragraph between two code points."""
        found = self._known.get(start)
        if found is None:
            found = self._known[start] = frozenset(self._text[start:end])
        return found


def places_of(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


@cache
def _veils() -> NDArray[np.bool_]:
    table = np.zeros(_VEILS[-1][1] + 2, np.bool_)
    for first, last in _VEILS:
        table[first : last + 1] = True
    return table


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _is_veiled(text: str) -> bool:
    return not text.isascii() and bool(_veils().take(_codes(text), mode="clip").any())


def anchors(
    columns: words.Columns,
    texts: Sequence[str],
    languages: Sequence[str] = (),
    own: tuple[str, ...] = (),
    disguised: Collection[int] = (),
) -> list[Anchors]:
    """Return for each article of a batch where furniture may be: what `known_marks` looks at closer.

    `texts` are those of the `columns`; of those whose places are in `disguised` letters are not what they seem.
    `own`: files of phrases beside the shipped ones (see `dedup.additions`).

    Costs a few nanoseconds a word; what it lets through is some words in a thousand.
    """
    known = lexicon(tuple(languages), own)
    sure = [place not in disguised and not _is_veiled(text) for place, text in enumerate(texts)]
    found = [Anchors(columns, known, one) for one in sure]
    bits = known.sieve.bits(columns.hashes)
    characters = _Characters(columns, texts, np.array(sure, np.bool_))
    for hit, article in _hits(columns, known, bits, characters):
        found[article].hits.append(hit)
    opens = _opens_line(columns)
    short = _in_short_lines(columns, np.flatnonzero(opens), known.most_points)
    openers, names = short[bits[short] & OPENER != 0], np.flatnonzero(bits & NAME)
    heads = np.flatnonzero(bits & NAME_HEAD)
    signed = np.concatenate((names[opens[names + 1]], heads[characters.follow(heads, _BRACKETS, 2)]))
    for kind, places in (
        ("openers", openers[_opens_part(columns, opens, openers, characters)]), ("names", names), ("signed", signed),
    ):  # fmt: skip
        articles = np.searchsorted(columns.art_words, places, "right") - 1
        for article, start in zip(articles.tolist(), columns.starts[places].tolist(), strict=True):
            getattr(found[article], kind).append(start)
    return found


class _Characters:
    """What stands before words of a batch of texts."""

    def __init__(self, columns: words.Columns, texts: Sequence[str], sure: NDArray[np.bool_]) -> None:
        self._columns, self._sure = columns, sure
        self._codes = _codes("".join(texts))
        self._base = np.cumsum([0, *map(len, texts)])

    def open(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which words a sentence may begin with: any where the words of a text are not sure."""
        columns = self._columns
        article = np.searchsorted(columns.art_words, places, "right") - 1
        paragraph = np.searchsorted(columns.par_words, places, "right") - 1
        before = columns.ends[np.maximum(places - 1, 0)].astype(np.int64)
        opens: NDArray[np.bool_] = (places == columns.par_words[paragraph]) | ~self._sure[article]
        sizes = np.where(opens, 0, np.maximum(columns.starts[places] - before, 0))
        borders = np.isin(self._codes[ragged(self._base[article] + before, sizes)], _BORDERS)
        opens[np.repeat(np.arange(places.size), sizes)[borders]] = True
        return opens

    def follow(
        self, places: NDArray[np.int64], signs: NDArray[np.uint32], within: int = 1
    ) -> NDArray[np.bool_]:
        """Which words one of some signs is before, as one of the last characters of the text."""
        article = np.searchsorted(self._columns.art_words, places, "right") - 1
        base = self._base[article]
        at = base + self._columns.starts[places]
        before = at[:, None] - np.arange(1, within + 1)
        signed = np.isin(self._codes[np.maximum(before, 0)], signs) & (before >= base[:, None])
        found: NDArray[np.bool_] = np.logical_or.reduce(signed, axis=1)
        return found


def _hits(
    columns: words.Columns, known: Lexicon, bits: NDArray[np.uint8], characters: _Characters
) -> Iterator[tuple[Hit, int]]:
    """Yield where patterns may be, and in which article, those of one word first."""
    hashes = columns.hashes
    singles = np.flatnonzero(bits & (SINGLE | OPENING))
    singles = singles[(bits[singles] & SINGLE != 0) | characters.open(singles)]
    pairs = np.flatnonzero((bits[:-1] & FIRST != 0) & (bits[1:] & SECOND != 0))
    keys = double_keys(hashes[pairs], hashes[pairs + 1])
    kinds = known.sieve.pairs(keys)
    likely = np.flatnonzero(kinds)
    likely = likely[(kinds[likely] & SINGLE != 0) | characters.open(pairs[likely])]
    for places, own, net in (
        (singles, hashes[singles], known.singles), (pairs[likely], keys[likely], known.pairs),
    ):  # fmt: skip
        held = [
            (place, net[key]) for place, key in zip(places.tolist(), own.tolist(), strict=True) if key in net
        ]
        at = np.array([place for place, _ in held], np.int64)
        numbers = np.searchsorted(columns.par_words, at, "right") - 1
        articles = np.searchsorted(columns.art_words, at, "right") - 1
        first, last = columns.par_words[numbers], columns.par_words[numbers + 1]
        ends = columns.ends[np.maximum(at - 1, 0)].astype(np.int64)
        rows = np.stack(
            (columns.starts[at], at, np.where(at == first, -1, ends), columns.par_starts[numbers],
             columns.par_ends[numbers], first, last), axis=1,
        )  # fmt: skip
        for article, row, (_, patterns) in zip(articles.tolist(), rows.tolist(), held, strict=True):
            yield Hit._make((*row, patterns)), article


def _may_open(pattern: Pattern, hit: Hit, text: str) -> bool:
    """Whether a sentence begins where a pattern that opens one would, by what stands before its anchor."""
    if pattern.shape == "inside" or hit.before < 0:
        return True
    if pattern.place == 0:
        return _BORDER.search(text, hit.before, hit.offset) is not None
    begin = hit.offset - HEAD - DECORATION - 1
    return begin < hit.start or _BORDER.search(text, begin, hit.offset) is not None


def _opens_part(
    columns: words.Columns, opens: NDArray[np.bool_], places: NDArray[np.int64], characters: _Characters
) -> NDArray[np.bool_]:
    """Which words do not stand in a line one character after another word that is no number, but for a menu's sign."""
    before = np.maximum(places - 1, 0)
    near = columns.starts[places].astype(np.int64) - columns.ends[before] <= 1
    inner: NDArray[np.bool_] = near & (columns.flags[before] & HAS_DIGIT == 0) & ~opens[places]
    inner[inner] = ~characters.follow(places[inner], _PART_SIGNS)
    return ~inner


def _opens_line(columns: words.Columns) -> NDArray[np.bool_]:
    """Which words are the first of a line; and one more, for the end."""
    opens = np.append(columns.flags & STARTS_LINE != 0, True)
    opens[columns.par_words] = True
    return opens


def _in_short_lines(columns: words.Columns, lines: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The words that stand in lines of `most` code points."""
    first, after = lines[:-1], lines[1:]
    short = columns.ends[after - 1].astype(np.int64) - columns.starts[first] <= most
    first, sizes = first[short], (after - first)[short]
    return ragged(first, sizes)
