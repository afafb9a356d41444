"""Families of languages that share most of their words: what tells their members apart, from a file a language.

A file says how often a language has the frequent words, endings and beginnings of its family, and which letters it is
written with. Nothing is read before a text in a language of the family asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts

_SHORT = 3
"""Words of so many letters are known as a whole or not at all."""
_BEGINNING = 2
"""Letters of a beginning, but for those that grammars tell."""
_RARE_WORD, _RARE_PIECE = 3.0, 10.0
"""What is added to the frequencies in 100,000 words: something seen once more or less says little."""
_PIECES = 0.7
"""What endings and beginnings count: one follows from the other."""
_NO_LETTER = 1.5
"""Nats against a language that lacks a letter of the word."""
_MOST = 4.0
"""The most, in nats, by which one word leads in one language."""


def features(word: str) -> Iterator[str]:
    """Yield what a word is known by: itself, and if it is no short one its endings and its beginning.

    >>> [*features("vergadering")], [*features("die")]
    (['vergadering', '-ng', '-ing', 've-'], ['die'])
    """
    yield word
    if len(word) > _SHORT:
        yield from _pieces(word)


def _pieces(word: str) -> tuple[str, str, str]:
    return f"-{word[-2:]}", f"-{word[-3:]}", f"{word[:_BEGINNING]}-"


@dataclass(frozen=True, slots=True)
class Relatives:
    """Languages by code, and the logarithm of how often each has a feature.

    `rows`: of each known feature in `weights`, shape ``(features + 1, languages)``, whose last row says nothing.
    `longest`: letters of the longest beginning.
    `lacking`: by code point the languages, a bit each, that lack a letter which another one has; the last entry is 0.
    """

    codes: tuple[str, ...]
    rows: Mapping[str, int]
    weights: NDArray[np.float64]
    longest: int
    lacking: NDArray[np.uint16]

    def leanings(self, words: Sequence[str]) -> NDArray[np.int16]:
        """By how much each small word is less likely in a language than in its likeliest, ``(words, languages)``.

        Hundredths of a nat: sums do not depend on the machine.
        """
        row, nothing = self.rows.get, len(self.rows)
        places = np.array([row(word, nothing) for word in words], np.int64)
        found = self.weights[places]
        unknown = np.flatnonzero(places == nothing).tolist()
        longer = [place for place in unknown if len(words[place]) > _SHORT]
        pieces_of = self._pieces_of if self.longest > _BEGINNING else _pieces
        pieces = np.array(
            [row(piece, nothing) for place in longer for piece in pieces_of(words[place])], np.int64
        )
        found[longer] = _PIECES * sum(self.weights[column] for column in pieces.reshape(-1, 3).T)
        found -= _NO_LETTER * self._lacks(words)
        found -= found.max(axis=1, keepdims=True, initial=-np.inf)
        hundredths: NDArray[np.int16] = np.rint(100 * np.maximum(found, -_MOST)).astype(np.int16)
        return hundredths

    def _pieces_of(self, word: str) -> tuple[str, str, str]:
        """The pieces of an unknown word; of its beginnings the longest that is known."""
        two, three, beginning = _pieces(word)
        longer = (f"{word[:size]}-" for size in range(min(len(word), self.longest), _SHORT, -1))
        return two, three, next((known for known in longer if known in self.rows), beginning)

    def _lacks(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Which languages lack a letter of each word, shape ``(words, languages)``."""
        if not words:
            return np.zeros((0, len(self.codes)), np.bool_)
        text = "".join(f"{word} " for word in words)
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = np.cumsum([len(word) + 1 for word in words])
        bits = np.bitwise_or.reduceat(self.lacking.take(letters, mode="clip"), np.append(0, ends[:-1]))
        lacks: NDArray[np.bool_] = bits[:, None] >> np.arange(len(self.codes)) & 1 != 0
        return lacks

    def same_as(self, code: str) -> NDArray[np.bool_]:
        """Which of the languages a code is, or is one with."""
        return np.array([facts.same(code, own) for own in self.codes])


@cache
def relatives(name: str) -> Relatives:
    """Read the files of a name of `facts.FAMILIES` or `facts.VARIANTS` (some 10 ms, once a process; never changed)."""
    folder = files("dedup") / "data" / "languages" / name
    codes = {**facts.FAMILIES, **facts.VARIANTS}[name]
    tables = [json.loads((folder / f"{code}.json").read_text("utf-8")) for code in codes]
    shares: dict[str, NDArray[np.float64]] = {}
    for column, table in enumerate(tables):
        for feature, share in table["in 100,000 words"].items():
            shares.setdefault(feature, np.zeros(len(codes)))[column] = share
    weights = np.zeros((len(shares) + 1, len(codes)))
    for row, (feature, share) in enumerate(shares.items()):
        weights[row] = np.log(share + (_RARE_PIECE if "-" in feature else _RARE_WORD))
    rows = {feature: row for row, feature in enumerate(shares)}
    longest = max(len(feature) - 1 for feature in shares if feature.endswith("-"))
    return Relatives(codes, rows, weights, longest, _lacking([table["letters"] for table in tables]))


def _lacking(alphabets: Sequence[str]) -> NDArray[np.uint16]:
    """By code point the languages, a bit each, that lack a letter of others; see `Relatives`."""
    letters = sorted(set().union(*alphabets))
    lacking = np.zeros(ord(letters[-1]) + 2, np.uint16)
    for letter in letters:
        lacking[ord(letter)] = sum(1 << place for place, own in enumerate(alphabets) if letter not in own)
    return lacking


@cache
def family_of(code: str, script: str) -> str | None:
    """Name the family in which a language, written in a script, is hard to tell; None where it is in none.

    >>> family_of("af", "Latn"), family_of("sr", "Cyrl"), family_of("sr", "Latn"), family_of("en", "Latn")
    ('german', 'cyrillic', 'slavic', None)
    """
    return next(
        (
            name
            for name, codes in facts.FAMILIES.items()
            if facts.FAMILY_SCRIPTS.get(name, "Latn") == script
            and any(facts.same(code, own) for own in codes)
        ),
        None,
    )
