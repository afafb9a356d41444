"""The languages in Cyrillic: what tells one from its neighbours, for the Slavic ones a file a language.

A word with a letter that a language lacks is no word of it; nor is a word that stands in the list of a
neighbour but not in its own. So a word shared by two of them stands in both lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages.cyrillic import be, bg, mk, ru, sr, uk

LETTERS: dict[str, frozenset[str]] = {
    "be": frozenset(be.LETTERS), "bg": frozenset(bg.LETTERS), "mk": frozenset(mk.LETTERS),
    "ru": frozenset(ru.LETTERS), "sr": frozenset(sr.LETTERS), "uk": frozenset(uk.LETTERS),
    # Those that took the Russian letters and have some more.
    "ba": frozenset(ru.LETTERS + "әғҙҡңөҫүһ"), "kk": frozenset(ru.LETTERS + "әғқңөұүһі"),
    "ky": frozenset(ru.LETTERS + "ңөү"), "mn": frozenset(ru.LETTERS + "өү"),
    "tg": frozenset(ru.LETTERS + "ғӣқӯҳҷ"), "tt": frozenset(ru.LETTERS + "әҗңөүһ"),
    "uz": frozenset(ru.LETTERS + "ғқўҳ"),
}  # fmt: skip
"""Small letters by language."""

_WORDS: dict[str, frozenset[str]] = {
    "be": frozenset(be.WORDS.split()), "bg": frozenset(bg.WORDS.split()), "mk": frozenset(mk.WORDS.split()),
    "ru": frozenset(ru.WORDS.split()), "sr": frozenset(sr.WORDS.split()), "uk": frozenset(uk.WORDS.split()),
}  # fmt: skip
_ENDINGS = mk.ENDINGS
"""Endings of Macedonian words alone."""
BITS: dict[str, int] = {code: 1 << place for place, code in enumerate(LETTERS)}
"""The bit of each language in `masks`."""

_NOT_MACEDONIAN = sum(BITS.values()) - BITS["mk"]

_FIRST, _END = 0x400, 0x530
# Bits of the languages that lack each letter of the block; nobody lacks what stands outside it.
_LACKING = np.zeros(_END - _FIRST + 1, np.uint16)
for _place in range(_END - _FIRST):
    _LACKING[_place] = sum(bit for code, bit in BITS.items() if chr(_FIRST + _place) not in LETTERS[code])
_NOT_SAID = {
    word: sum(BITS[code] for code, own in _WORDS.items() if word not in own)
    for word in frozenset().union(*_WORDS.values())
}


def masks(words: Sequence[str]) -> NDArray[np.uint16]:
    """Return the languages, as `BITS`, that each small word cannot be of, shape ``(words,)``. No word is empty.

    >>> [code for code, bit in BITS.items() if masks(["также"])[0] & bit], masks(["word"]).tolist()
    (['be', 'bg', 'mk', 'sr', 'uk'], [0])
    >>> [code for code, bit in BITS.items() if not masks(["өткөн"])[0] & bit]
    ['ba', 'kk', 'ky', 'mn', 'tt']
    """
    said = np.fromiter(map(_NOT_SAID.get, words, repeat(0)), np.uint16, len(words))
    said[[word.endswith(_ENDINGS) for word in words]] |= np.uint16(_NOT_MACEDONIAN)
    if not words:
        return said
    points = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    places = np.where(
        (points >= _FIRST) & (points < _END), points - np.uint32(_FIRST), np.uint32(_END - _FIRST)
    )
    starts = np.cumsum([0, *map(len, words)])[:-1]
    lacking: NDArray[np.uint16] = np.bitwise_or.reduceat(_LACKING[places], starts)
    return lacking | said


def are_impossible(code: str, barred: NDArray[np.uint16]) -> bool:
    """Whether half of some words, given by their `masks`, cannot be of a language, by their letters or by name.

    >>> are_impossible("ru", masks(["цікава", "розмова"])), are_impossible("ru", masks(["новость"]))
    (True, False)
    """
    bit = BITS.get(code, 0)
    strange = bit and int(np.count_nonzero(barred & bit))
    return 2 * strange >= max(1, barred.size)
