"""Where furniture may be in an article, by the hashes of its words: what a closer look is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture.lexicon import (
    FIRST,
    NAME,
    OPENER,
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

_BORDER = expression(r"[.!?…؟।۔。！？|•·\n]")  # what a sentence of a line begins after
_PART_SIGNS = frozenset("|•·»›>/\t")
_BRACKETS = "(（["

_VEILS = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x483, 0x489), (0x610, 0x61C), (0x6D6, 0x6ED), (0x8D3, 0x8FF), (0x180B, 0x180F),
    (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xFEFF, 0xFEFF), (0x1D173, 0x1D17A),
)  # fmt: skip
"""Code points that a word of the split has within, and that the expressions of this stage take for its end."""


class Hit(NamedTuple):
    """Where patterns may be: the offset of a word, the paragraph of the batch that it stands in, and which.

    `before`: where the word before it ends, -1 where it is the first of its paragraph.
    """

    offset: int
    before: int
    paragraph: int
    patterns: Sequence[Pattern]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where furniture may be in an article, by the hashes of its words: what a closer look is worth.

    `hits`: where patterns may be. `openers`: offsets of words that may open a service line, `inner` of those that do
    if a sign stands before them; `names` of the first and last words of agencies, `closing` of those of them that
    are the last words of lines. All of it is but a hint where letters of the article are `disguised`.
    """

    columns: words.Columns
    known: Lexicon
    hits: list[Hit] = field(default_factory=list)
    openers: list[int] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)
    disguised: bool = False

    def is_sure(self, text: str) -> bool:
        """Whether the words of the article's text are to all stages what they are to the split."""
        return not self.disguised and not _is_veiled(text)

    def calls(self, text: str, sure: bool) -> Calls:
        """The offsets of the patterns whose other words and signs are there as well, in the same paragraph.

        All that might be there where it is not `sure` that the split saw what the text has (see `is_sure`).
        """
        if not self.hits:
            return []
        if not sure:
            return [(hit.offset, hit.patterns) for hit in self.hits]
        found: Calls = []
        for number, hits in groupby(self.hits, attrgetter("paragraph")):
            start = int(self.columns.par_starts[number])
            near = [(hit, [one for one in hit.patterns if _may_open(one, hit, start, text)]) for hit in hits]
            if not any(patterns for _, patterns in near):
                continue
            rows = slice(*self.columns.par_words[number : number + 2].tolist())
            hashes = frozenset(self.columns.hashes[rows].tolist())
            characters = frozenset(text[start : self.columns.par_ends[number]])
            for hit, patterns in near:
                if kept := [one for one in patterns if _may_be(one, hashes, characters)]:
                    found.append((hit.offset, kept))
        return found

    def opening(self, text: str) -> list[int]:
        """The offsets of the words that may open a service line, or a part of a menu's line."""
        return self.openers + [at for at in self.inner if text[at - 1] in _PART_SIGNS]

    def signatures(self, text: str) -> list[int]:
        """The offsets of agencies that stand in brackets or where a line ends."""
        names = frozenset(self.names)
        brackets = [place for bracket in _BRACKETS for place in places_of(text, bracket)] if names else []
        return self.closing + [at + 1 for at in brackets if at + 1 in names or at + 2 in names]


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


def _is_veiled(text: str) -> bool:
    if text.isascii():
        return False
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return bool(_veils().take(codes, mode="clip").any())


def anchors(
    columns: words.Columns, languages: Sequence[str] = (), own: tuple[str, ...] = ()
) -> list[Anchors]:
    """Return for each article of a batch where furniture may be: what `known_marks` looks at closer.

    `own`: files of phrases beside the shipped ones (see `dedup.additions`).

    Costs a few nanoseconds a word; what it lets through is some words in a thousand.
    """
    known = lexicon(tuple(languages), own)
    found = [Anchors(columns, known) for _ in range(columns.art_words.size - 1)]
    bits = known.sieve.bits(columns.hashes)
    for hit, article in _hits(columns, known, bits):
        found[article].hits.append(hit)
    opens = _opens_line(columns)
    short = _in_short_lines(columns, np.flatnonzero(opens), known.most_points)
    openers, names = short[bits[short] & OPENER != 0], np.flatnonzero(bits & NAME)
    inner = _is_inner(columns, opens, openers)
    for kind, places in (
        ("openers", openers[~inner]), ("inner", openers[inner]),
        ("names", names), ("closing", names[opens[names + 1]]),
    ):  # fmt: skip
        articles = np.searchsorted(columns.art_words, places, "right") - 1
        for article, start in zip(articles.tolist(), columns.starts[places].tolist(), strict=True):
            getattr(found[article], kind).append(start)
    return found


def _hits(columns: words.Columns, known: Lexicon, bits: NDArray[np.uint8]) -> Iterator[tuple[Hit, int]]:
    """Yield where patterns may be, and in which article, those of one word first."""
    hashes = columns.hashes
    singles = np.flatnonzero(bits & SINGLE)
    pairs = np.flatnonzero((bits[:-1] & FIRST != 0) & (bits[1:] & SECOND != 0))
    keys = double_keys(hashes[pairs], hashes[pairs + 1])
    likely = known.sieve.pairs(keys)
    for places, own, net in (
        (singles, hashes[singles], known.singles), (pairs[likely], keys[likely], known.pairs),
    ):  # fmt: skip
        held = [
            (place, net[key]) for place, key in zip(places.tolist(), own.tolist(), strict=True) if key in net
        ]
        at = np.array([place for place, _ in held], np.int64)
        numbers = np.searchsorted(columns.par_words, at, "right") - 1
        articles = np.searchsorted(columns.art_words, at, "right") - 1
        ends = columns.ends[np.maximum(at - 1, 0)].astype(np.int64)
        before = np.where(at == columns.par_words[numbers], -1, ends)
        rows = (columns.starts[at], before, numbers, articles)
        for start, end, number, article, (_, patterns) in zip(
            *map(np.ndarray.tolist, rows), held, strict=True
        ):
            yield Hit(start, end, number, patterns), article


def _may_open(pattern: Pattern, hit: Hit, paragraph: int, text: str) -> bool:
    """Whether a sentence begins where a pattern that opens one would, by what stands before its anchor."""
    if pattern.shape == "inside" or hit.before < 0:
        return True
    if pattern.place == 0:
        return _BORDER.search(text, hit.before, hit.offset) is not None
    begin = hit.offset - HEAD - DECORATION - 1
    return begin < paragraph or _BORDER.search(text, begin, hit.offset) is not None


def _may_be(pattern: Pattern, hashes: frozenset[int], characters: frozenset[str]) -> bool:
    """Whether a paragraph of words with these hashes and of these characters has what a pattern must have."""
    return not any(map(hashes.isdisjoint, pattern.required)) and not any(
        map(characters.isdisjoint, pattern.required_signs)
    )


def _is_inner(
    columns: words.Columns, opens: NDArray[np.bool_], places: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which words stand in a line one character after another word that is no number."""
    before = np.maximum(places - 1, 0)
    near = columns.starts[places].astype(np.int64) - columns.ends[before] <= 1
    inner: NDArray[np.bool_] = near & (columns.flags[before] & HAS_DIGIT == 0) & ~opens[places]
    return inner


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
