"""Names and figures of a sentence, as codes that are the same in whatever language and script they are written.

A figure is its value: "1,200", "1.200" and "١٢٠٠" are one. A name is its first four consonants, by where in the mouth
they are made: "Merkel", "Меркель", "Μέρκελ", "ميركل" and "メルケル" are one, and so is what a case ending is put to
("Меркелем"). Vowels, h and what a language has no letter for are left out, for there the scripts differ. Chinese and
Thai write names otherwise; of them only figures count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.text.kernels.tokens import CAPITAL, HAS_DIGIT, SIGN_WORD

MOST = 6
"""Anchors kept of a sentence: figures first, then the names of most letters."""

FIGURE = 0xF000
"""The first four bits of a figure's code; the rest is a hash of its value. A name has the numbers of its consonants."""

LEAST_CONSONANTS = 3
"""Consonants of a name: fewer are too many words'."""

FARTHEST = 255
"""Words from a sentence's beginning to an anchor, and words that one takes, at most."""

_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_UNCASED = {re.compile("[\u0590-\u06ff]"): 3, re.compile("[\uac00-\ud7a3]"): 1, _KATAKANA: 0}
"""Scripts without capitals, and the letters that a name has more than."""

_SEPARATORS = frozenset(".,:'’٬٫ \u00a0\u202f\u2009")
_DECIMAL = frozenset(".,:٫")

_MYRIADS = frozenset("万萬億亿兆만억조")
"""What makes a figure ten thousand times as much, or more: other languages write another figure then."""

_LIPS, _TEETH, _THROAT, _HISS, _LIQUID, _M, _N = range(1, 8)

_CONSONANTS: dict[str, int] = {
    **dict.fromkeys("bpfvw" "бпфв" "βπφ" "بپف" "בפף" "ハヒフヘホワ" "ᄇᄈᄑᆸᇁ", _LIPS),
    **dict.fromkeys("dt" "дт" "δτθ" "تدطضثذ" "דטת" "タテト" "ᄃᄄᄐᆮᇀ", _TEETH),
    **dict.fromkeys("gkcqx" "гкґ" "γκξ" "كقغگک" "גכךק" "カキクケコ" "ᄀᄁᄏᆨᆩᆿ", _THROAT),
    **dict.fromkeys("szj" "сзжшщцч" "σςζψ" "سصزظشجچژ" "זסצץש" "サシスセソチツ" "ᄉᄊᄌᄍᄎᆺᆻᆽᆾ", _HISS),
    **dict.fromkeys("lr" "лр" "λρ" "لر" "לר" "ラリルレロ" "ᄅᆯ", _LIQUID),
    **dict.fromkeys("m" "м" "μ" "م" "מם" "マミムメモ" "ᄆᆷ", _M),
    **dict.fromkeys("n" "н" "ν" "ن" "נן" "ナニヌネノン" "ᄂᆫᆼ", _N),
}  # fmt: skip
"""Consonants of Latin, Cyrillic, Greek, Arabic, Hebrew, Katakana and Hangul by how they sound; others are left out."""

_PAIRS = (
    ("tsch", "j"), ("dsch", "j"), ("sch", "s"), ("дж", "ж"), ("tch", "j"), ("sh", "s"), ("ch", "j"), ("cz", "j"),
    ("zh", "s"), ("th", "t"), ("ph", "f"), ("kh", ""), ("ks", "x"), ("кс", "x"), ("ts", "s"), ("tz", "s"), ("ck", "k"),
    ("ce", "s"), ("ci", "s"), ("cy", "s"), ("μπ", "b"), ("ντ", "d"), ("ヴ", "ハ"),
)  # fmt: skip
"""Letters that are one sound together."""

_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال")
"""What Arabic writes before a name, as one word with it."""


class Anchor(NamedTuple):
    """A name or figure: its code, its first word counted in the sentence, and how many words it takes."""

    code: int
    word: int
    words: int


def anchors(
    text: str, starts: NDArray[np.uint32], ends: NDArray[np.uint32], flags: NDArray[np.uint8]
) -> list[Anchor]:
    """The anchors of a sentence, at most `MOST`, in their order; given its words' places in the text and flags."""
    places = list(zip(starts.tolist(), ends.tolist(), strict=True))
    figures: list[Anchor] = []
    names: list[Anchor] = []
    reached = 0
    for word in np.flatnonzero(_telling(text, places, flags)).tolist():
        if word > FARTHEST:
            break
        if word < reached:
            continue
        if flags[word] & HAS_DIGIT:
            figures += _figure(text, places, word)
            reached = figures[-1].word + figures[-1].words if figures else 0
        else:
            reached = word + (_kana(text, places, word) if flags[word] & SIGN_WORD else 1)
            if code := name_code(text[places[word][0] : places[reached - 1][1]]):
                names.append(Anchor(code, word, reached - word))
    names.sort(key=lambda one: places[one.word][0] - places[one.word + one.words - 1][1])
    return sorted([*figures, *names][:MOST], key=lambda one: one.word)


def _telling(text: str, places: Sequence[tuple[int, int]], flags: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which words may be names or figures: in scripts without capitals all but the shortest, and Katakana."""
    telling: NDArray[np.bool_] = (flags & (HAS_DIGIT | CAPITAL) != 0) & (flags & SIGN_WORD == 0)
    for script, longer in _UNCASED.items():
        telling |= np.array(
            [end - start > longer and bool(script.match(text, start)) for start, end in places], np.bool_
        )
    return telling


def _kana(text: str, places: Sequence[tuple[int, int]], word: int) -> int:
    """Words, of a letter each, of the Katakana that begins with one."""
    run = _KATAKANA.match(text, places[word][0])
    end = run.end() if run else places[word][1]
    count = 1
    while word + count < len(places) and count < FARTHEST and places[word + count][0] < end:
        count += 1
    return count


def _figure(text: str, places: Sequence[tuple[int, int]], word: int) -> list[Anchor]:
    """The figure that begins with a word, with what follows it in groups of three or behind a point; none where it is
    no number or has one digit only."""
    digits = _digits(text[slice(*places[word])])
    if digits is None:
        return []
    count = 1
    while word + count < len(places) and len(digits) <= 12:
        gap = text[places[word + count - 1][1] : places[word + count][0]]
        more = _digits(text[slice(*places[word + count])]) if gap in _SEPARATORS else None
        if more is None or (len(more) != 3 and gap not in _DECIMAL):
            break
        whole = len(more) == 3 and (count > 1 or len(digits) <= 3)
        digits += more if whole else "." + more
        count += 1
        if not whole:
            break
    value = digits.lstrip("0") or "0"
    if len(value) < 2 or text[places[word + count - 1][1] :][:1] in _MYRIADS:
        return []
    return [Anchor(FIGURE | xxhash.xxh32_intdigest(value.encode()) & 0xFFF, word, count)]


def _digits(word: str) -> str | None:
    """The digits of a word of nothing else, save an ending ("20th", "90er"), as ASCII."""
    if word.isascii() and word.isdigit():
        return word
    out = ""
    for letter in word:
        if not letter.isdecimal():
            break
        out += str(unicodedata.decimal(letter))
    return (
        out if out and len(word) - len(out) <= 3 and not any(map(str.isdecimal, word[len(out) :])) else None
    )


@cache
def _table() -> dict[int, str]:
    """Letters to their consonants' numbers, others to nothing."""
    return {ord(letter): str(number) for letter, number in _CONSONANTS.items()}


@lru_cache(1 << 16)
def name_code(word: str) -> int:
    """The code of a word as a name, 0 where it has too few consonants.

    >>> len({name_code(name) for name in ("Merkel", "Меркель", "Μέρκελ", "ميركل", "Меркелем")})
    1
    """
    folded = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", word.casefold())
        if not unicodedata.combining(letter)
    )
    for prefix in _PREFIXES:
        if folded.startswith(prefix) and len(folded) > len(prefix) + 2:
            folded = folded[len(prefix) :]
            break
    for pair, one in _PAIRS:
        if pair in folded:
            folded = folded.replace(pair, one)
    table = _table()
    code = last = count = 0
    for letter in folded:
        number = int(table.get(ord(letter), 0))
        if number and number != last:
            code = code << 4 | number
            count += 1
            if count == 4:
                break
        last = number
    return code << 4 * (4 - count) if count >= LEAST_CONSONANTS else 0


def agree(one: int, other: int) -> bool:
    """Whether two codes may be of one name or figure: a name of three consonants may have an ending with a fourth."""
    if one == other:
        return True
    if one >= FIGURE or other >= FIGURE or one >> 4 != other >> 4:
        return False
    return not one & 15 or not other & 15
