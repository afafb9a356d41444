"""The Slavic languages in Cyrillic: what tells one from its neighbours, a file a language.

A word with a letter that a language lacks is no word of it; nor is a word that stands in the list of a
neighbour but not in its own. So a word shared by two of them stands in both lists.
"""

from __future__ import annotations

from dedup.languages.cyrillic import be, bg, mk, ru, sr, uk

LETTERS: dict[str, frozenset[str]] = {
    "be": frozenset(be.LETTERS), "bg": frozenset(bg.LETTERS), "mk": frozenset(mk.LETTERS),
    "ru": frozenset(ru.LETTERS), "sr": frozenset(sr.LETTERS), "uk": frozenset(uk.LETTERS),
}  # fmt: skip
"""Small letters by language."""

_WORDS: dict[str, frozenset[str]] = {
    "be": frozenset(be.WORDS.split()), "bg": frozenset(bg.WORDS.split()), "mk": frozenset(mk.WORDS.split()),
    "ru": frozenset(ru.WORDS.split()), "sr": frozenset(sr.WORDS.split()), "uk": frozenset(uk.WORDS.split()),
}  # fmt: skip
_TOLD = frozenset().union(*_WORDS.values())
_BLOCK = frozenset(map(chr, range(0x400, 0x530)))


def is_ruled_out(word: str, code: str) -> bool:
    """Whether a small word cannot be of one of these languages; False for any other language.

    >>> is_ruled_out("также", "uk"), is_ruled_out("також", "uk"), is_ruled_out("їжа", "ru")
    (True, False, True)
    """
    letters = LETTERS.get(code)
    if letters is None:
        return False
    return lacks_letters(word, code) or (word in _TOLD and word not in _WORDS[code])


def lacks_letters(word: str, code: str) -> bool:
    """Whether a small word has a Cyrillic letter that one of these languages lacks.

    >>> lacks_letters("також", "ru"), lacks_letters("тоже", "ru"), lacks_letters("също", "en")
    (False, False, False)
    """
    letters = LETTERS.get(code)
    return letters is not None and not letters.issuperset(_BLOCK.intersection(word))
