"""Words and sentences as the benchmarks count them: plain Python, independent of the engine."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Piece = tuple[int, int]
"""Code points `[start, end)` of a text."""

_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_SENTENCE = re.compile(r"""(?:(?<=[.!?])|(?<=[.!?]["')»”]))\s+(?=["'(«“]?[^\W\d_])""")
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FFF), (0x3005, 0x3007),
    (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip
"""Scripts written without spaces: Thai, Lao, Myanmar, Khmer, Han and Kana."""


def words(text: str) -> list[Piece]:
    """Return where the words of a text lie: runs of letters, marks and digits.

    In scripts written without spaces each letter is a word, with the marks that follow it.
    Zero-width characters inside a word do not part it.

    >>> words("Zero\\u200bwidth, don't")
    [(0, 10), (12, 15), (16, 17)]
    >>> words("北京 news")
    [(0, 1), (1, 2), (3, 7)]
    """
    if text.isascii():
        return [match.span() for match in _ASCII_WORD.finditer(text)]
    found: list[list[int]] = []
    open_word = False
    for at, char in enumerate(text):
        kind = _kind(char)
        if kind == "invisible" or (kind == "mark" and found and open_word):
            if kind == "mark":
                found[-1][1] = at + 1
            continue
        if kind in ("letter", "mark") and open_word:
            found[-1][1] = at + 1
        elif kind != "other":
            found.append([at, at + 1])
        open_word = kind in ("letter", "mark", "single")
        if kind == "single":
            open_word = False
    return [(start, end) for start, end in found]


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    code, category = ord(char), unicodedata.category(char)
    if category == "Cf":
        return "invisible"
    if category[0] == "M":
        return "mark"
    if category[0] != "L" and category != "Nd" and not char.isalnum():
        return "other"
    return "single" if any(low <= code <= high for low, high in _UNSPACED) else "letter"


def folded(text: str) -> list[str]:
    """Return the words of a text in lower case, in order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return [text[start:end].lower() for start, end in words(text)]


def sentences(text: str, least: int = 1) -> list[str]:
    """Split a paragraph into sentences of at least so many words; shorter ones join the one before.

    >>> sentences("It was said by Mr. Bell. Prices did not follow at all. No.", least=4)
    ['It was said by Mr. Bell.', 'Prices did not follow at all. No.']
    """
    joined: list[str] = []
    for part in _SENTENCE.split(text):
        if joined and (len(words(part)) < least or len(words(joined[-1])) < least):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
