"""Families of languages that share most of their words: what tells their members apart, from a file a language.

A file says how often a language has the frequent words, endings and beginnings of its family, and which letters it is
written with. Nothing is read before a text in a language of the family asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts

_SHORT = 3
"""Words of so many letters are known as a whole or not at all."""
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
        yield f"-{word[-2:]}"
        yield f"-{word[-3:]}"
        yield f"{word[:2]}-"


@dataclass(frozen=True, slots=True)
class Relatives:
    """Languages by code, and the logarithm of how often each has a feature: shape ``(languages,)``."""

    codes: tuple[str, ...]
    known: dict[str, NDArray[np.float64]]
    letters: tuple[frozenset[str], ...]

    def leanings(self, words: Sequence[str]) -> NDArray[np.int16]:
        """By how much each small word is less likely in a language than in its likeliest, ``(words, languages)``.

        Hundredths of a nat: sums do not depend on the machine.
        """
        found = np.zeros((len(words), len(self.codes)))
        alphabet = frozenset().union(*self.letters)
        for place, word in enumerate(words):
            found[place] = self._weight(word)
            for column, own in enumerate(self.letters):
                if not own.issuperset(alphabet.intersection(word)):
                    found[place, column] -= _NO_LETTER
        found -= found.max(axis=1, keepdims=True, initial=-np.inf)
        hundredths: NDArray[np.int16] = np.rint(100 * np.maximum(found, -_MOST)).astype(np.int16)
        return hundredths

    def _weight(self, word: str) -> NDArray[np.float64] | float:
        first, *pieces = features(word)
        whole = self.known.get(first)
        if whole is not None:
            return whole
        weight: NDArray[np.float64] | float = _PIECES * sum(self.known.get(piece, 0.0) for piece in pieces)
        return weight

    def same_as(self, code: str) -> NDArray[np.bool_]:
        """Which of the languages a code is, or is one with."""
        return np.array([facts.same(code, own) for own in self.codes])


@cache
def relatives(name: str) -> Relatives:
    """Read the files of a family of `facts.FAMILIES` (some 10 ms, once a process; never changed)."""
    folder = files("dedup") / "data" / "languages" / name
    codes = facts.FAMILIES[name]
    tables = [json.loads((folder / f"{code}.json").read_text("utf-8")) for code in codes]
    shares: dict[str, NDArray[np.float64]] = {}
    for column, table in enumerate(tables):
        for feature, share in table["in 100,000 words"].items():
            shares.setdefault(feature, np.zeros(len(codes)))[column] = share
    rare = {feature: _RARE_PIECE if "-" in feature else _RARE_WORD for feature in shares}
    return Relatives(
        codes,
        {feature: np.log(share + rare[feature]) for feature, share in shares.items()},
        tuple(frozenset(table["letters"]) for table in tables),
    )


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
