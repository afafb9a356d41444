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
_BLOCK = frozenset(map(chr, range(0x400, 0x530)))
_NOBODY: frozenset[str] = frozenset()
_LACKING = {
    letter: frozenset(code for code, letters in LETTERS.items() if letter not in letters) for letter in _BLOCK
}
_NOT_SAID = {
    word: frozenset(code for code, words in _WORDS.items() if word not in words)
    for word in frozenset().union(*_WORDS.values())
}


def ruled_out(word: str) -> frozenset[str]:
    """Return the languages, of these, that a small word cannot be of.

    >>> sorted(ruled_out("также")), "uk" in ruled_out("їжа"), ruled_out("word")
    (['be', 'bg', 'mk', 'sr', 'uk'], False, frozenset())
    """
    return _NOT_SAID.get(word, _NOBODY).union(*[_LACKING[letter] for letter in set(word) & _BLOCK])
