"""Words that are not what they look like: letters of another script, hidden characters, wrong decoding.

What is found is reported with the word it stands for; matching does its own folding (see `dedup.text.words`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.disguise.confusables import disguises, latin_table, letter_twins
from dedup.model import Mark
from dedup.text.expressions import expression
from dedup.text.mojibake import REPLACEMENT, mojibake

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u180e\u034f"
_BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
_SOFT_HYPHEN = "\u00ad"
_INVISIBLE = _ZERO_WIDTH + _BIDI + _SOFT_HYPHEN
_OVERRIDES = "\u202d\u202e"

_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0250-\u02af\u1e00-\u1eff"
_SCRIPTS = {
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f\ua640-\ua69f",
    "Armenian": "\u0531-\u0587",
    "Georgian": "\u10a0-\u10ff",
    "Cherokee": "\u13a0-\u13fd\uab70-\uabbf",
    "Coptic": "\u2c80-\u2cff",
    "Lisu": "\ua4d0-\ua4fd",
    "Deseret": "\U00010400-\U0001044f",
}

# In words of these alphabets an invisible character has no use of its own. Arabic, Indic and South-East
# Asian scripts need joiners, non-joiners and line-break hints, and emoji are joined by them.
_PLAIN = _LATIN + _SCRIPTS["Greek"] + _SCRIPTS["Cyrillic"] + _SCRIPTS["Armenian"]

_WIDE = "\uff21-\uff3a\uff41-\uff5a"
_STYLED = "\U0001d400-\U0001d7cb"
_ODD = "ɡɑɪʏᴄᴏᴜᴠᴡᴢꜱ"  # phonetic letters and small capitals that pass for Latin, in no paper's alphabet

_WORD_PART = rf"(?:[^\W_]|[\u0300-\u036f{_INVISIBLE}])"
_WORD = expression(f"{_WORD_PART}+")
_WORD_LETTER = expression(_WORD_PART)
_HIDDEN = expression(rf"(?<=[{_PLAIN}\u0300-\u036f])[{_INVISIBLE}]+(?=[{_PLAIN}])")
_OVERRIDE = expression(rf"[{_OVERRIDES}]([^\u202c\n{_OVERRIDES}]*\w[^\u202c\n{_OVERRIDES}]*)")
_WIDE_WORD = expression(rf"(?<![A-Za-z{_WIDE}])[A-Za-z]*[{_WIDE}][A-Za-z{_WIDE}]*")
_STYLED_WORD = expression(rf"[A-Za-z{_STYLED}]+")
_ODD_WORD = expression(rf"(?<![\w/\[ˈˌ])(?=[A-Za-z]*[{_ODD}])[A-Za-z{_ODD}]+(?!\w)")
_EAST_ASIAN = expression("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_VOWEL = expression("[aeiouyà-æè-ïò-öø-ýÿ-ąē-ěĩ-ıō-őœũ-ųŷаеёиоуыэюяіїєαεηιουωάέήίόύώա-ֆ]", re.I)
_INVISIBLE_ONE = expression(f"[{_INVISIBLE}]")


# A word wholly of Cyrillic twins between Latin words: "the сору of"; capitals alone may be an abbreviation.
_POSING = expression(
    "(?<=[A-Za-z][ ,])[АВЕКМНОРСТХасеорхуіјѕһԁ]?[асеорхуіјѕһԁ]+(?=[ ,.;:!?]{1,2}[A-Za-z\n]|[.!?]?$)", re.M
)

# Symbols of science: a Greek letter beside one or two Latin ones, or beside capitals ("kΩ", "TNFα", "NFκB").
_SYMBOL = expression("[A-Za-z]{0,2}[\u0370-\u03ff][A-Za-z]{0,2}|[A-Z]{2,}[a-z]?[α-ω][A-Z]?|[α-ω][A-Z]{2,}")

# A school class or a century: "Vв".
_CLASS = expression("[IVX][а-яі]")

# Today's letters that a Latin letter can pose as, in scripts where that is done.
_ALPHABETS = {
    "Cyrillic": "АВЕКМНОРСТУХасеорхуіјѕІЈЅ",
    "Greek": "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονυικτχρ",
}

# Small letters whose likeness is enough to match by, but too weak to accuse a word by.
_WEAK = frozenset("внгьβεζηϝϻ")

# Endings that Russian, Ukrainian, Belarusian, Bulgarian, Serbian and Macedonian hang on a foreign name.
_ENDINGS = expression(
    "[аеиоуыіюяь]|[оаяеі]м|[оеі]й|[оею]ю|[аяі]х|[оеаяи]в|ів|[иы]х|[аяо]ми|и[яию]|іє?[йю]|[оеє]ві|ові"
    "|ъ?т|т[аеои]|ј[ае]"
    "|ск(?:и|ий|ая|ое|ие|ого|ом)|ськ(?:ий|а|е|і|ого|ому)|щики?|еры?|ери"
)

_LONG_WORD = 9
"""A word of so many letters may be hyphenated by hand; shorter ones are by systems, which do it to all long ones."""

_NEAR = 200
"""Letters this far from a word say which script the text around it is in."""

# Classes of characters, as bits: what must stand where before a closer look is worth its time.
_IS_LATIN, _IS_OTHER, _IS_HIDDEN, _IS_FANCY = (1 << bit for bit in range(4))


@cache
def _classes() -> NDArray[np.uint8]:
    """Bits of each code point below U+1D800, shape `(0x1D800,)`: 120 KB, made once."""
    table = np.zeros(0x1D800, np.uint8)

    def put(members: str, bit: int) -> None:
        for first, last in re.findall("(.)(?:-(.))?", members):
            table[ord(first) : ord(last or first) + 1] |= bit

    put(_LATIN, _IS_LATIN)
    put("".join(_SCRIPTS.values()), _IS_OTHER)
    put(_INVISIBLE, _IS_HIDDEN)
    put(_WIDE + _STYLED + _ODD, _IS_FANCY)
    return table


def obfuscated_marks(text: str, *, broken: bool = True) -> list[Mark]:
    """Return the disguised words of a text, in order, disjoint; `hides` is what each stands for.

    A mark holds whole words. Reasons: ``mixed scripts``, ``zero-width characters``, ``bidi controls``, ``soft
    hyphens`` (but those that a publisher breaks long words with), ``full-width letters``, ``styled letters``,
    ``look-alike letters`` (phonetic), ``mojibake``.
    Plain ASCII costs nothing; other text one table look-up a character. `broken`: it may have been decoded wrongly; of
    a text where `dedup.text.mojibake.repaired` has nothing to undo only what is lost is looked for.

    >>> [(m.start, m.end, m.reason, m.hides) for m in obfuscated_marks("General Hаftаr said")]
    [(8, 14, 'mixed scripts', 'Haftar')]
    """
    if text.isascii():
        return []
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = _classes().take(codes, mode="clip")
    seen = int(np.bitwise_or.reduce(bits))
    marks = [*mojibake_marks(text)] if broken or REPLACEMENT in text else []
    if seen & _IS_LATIN and seen & _IS_OTHER:
        marks += _mixed_marks(text, bits)
    if seen & _IS_HIDDEN:
        marks += _hidden_marks(text)
    if seen & _IS_FANCY:
        marks += _fancy_marks(text)
    return list(_disjoint(marks))


def undisguised(text: str, marks: Iterable[Mark]) -> str:
    """Return a text of the same length in which the marked words are what they stand for, padded at their ends.

    >>> undisguised("Rеad al\u200bso", obfuscated_marks("Rеad al\u200bso"))
    'Read also\u200b'
    """
    parts, at = [], 0
    for mark in marks:
        if mark.hides is not None and len(mark.hides) <= mark.end - mark.start:
            parts += [text[at : mark.start], mark.hides.ljust(mark.end - mark.start, _ZERO_WIDTH[0])]
            at = mark.end
    return "".join([*parts, text[at:]]) if parts else text


def _mark(start: int, end: int, reason: str, hides: str | None) -> Mark:
    return Mark("obfuscated", start, end, reason=reason, hides=hides)


def _disjoint(marks: list[Mark]) -> Iterator[Mark]:
    end = 0
    for mark in sorted(marks, key=lambda mark: mark.start):  # stable: the order of the checks breaks ties
        if mark.start >= end:
            yield mark
            end = mark.end


# -- wrong decoding ----------------------------------------------------------------------------------------


def mojibake_marks(text: str) -> Iterator[Mark]:
    """Mark the words that were broken by a wrong decoding: damaged runs widened to words, joining those of one."""
    words: list[tuple[int, int, str | None]] = []
    for start, end, was in mojibake(text):
        left = _word_start(text, start, words[-1][1] if words else 0)
        if words and left <= words[-1][1]:
            left, seam, before = words.pop()
            was = None if was is None or before is None else before + text[seam:start] + was
        elif was is not None:
            was = text[left:start] + was
        words.append((left, end, was))
    for left, end, was in words:
        right = _word_end(text, end)
        yield _mark(left, right, "mojibake", None if was is None else was + text[end:right])


def _word_start(text: str, at: int, least: int = 0) -> int:
    """Return where the word at a place begins, looking back to `least`."""
    while at > least and _WORD_LETTER.match(text, at - 1):
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    found = _WORD.match(text, at)
    return found.end() if found else at


# -- letters of another script -----------------------------------------------------------------------------


def _mixed_marks(text: str, bits: NDArray[np.uint8]) -> Iterator[Mark]:
    latin, other = (bits & _IS_LATIN).astype(bool), (bits & _IS_OTHER).astype(bool)
    known: dict[tuple[str, bool], str | None] = {}
    end = 0
    for border in np.flatnonzero(latin[:-1] & other[1:] | other[:-1] & latin[1:]).tolist():
        if border < end:
            continue
        start, end = _word_start(text, border), _word_end(text, border)
        around = slice(max(start - _NEAR, 0), end + _NEAR)
        excess = np.count_nonzero(latin[around]) - np.count_nonzero(other[around])
        excess -= np.count_nonzero(latin[start:end]) - np.count_nonzero(other[start:end])
        word = _INVISIBLE_ONE.sub("", text[start:end]), bool(excess >= 0)
        if word not in known:
            known[word] = unmixed(*word)
        hides = known[word]
        if hides is not None:
            yield _mark(start, end, "mixed scripts", hides)
    for posing in _POSING.finditer(text):
        around = slice(max(posing.start() - _NEAR, 0), posing.end() + _NEAR)
        strangers = np.count_nonzero(other[around]) - len(posing[0])
        if 10 * strangers <= np.count_nonzero(latin[around]):
            yield _mark(posing.start(), posing.end(), "mixed scripts", _as_latin(posing[0]))


def unmixed(word: str, latin_text: bool) -> str | None:
    """Return the word that a mix of Latin and other letters stands for; None for an honest mix.

    Honest are a foreign stem with a native ending ("iPhoneом"), an abbreviation with one ("SMMщик"), a
    symbol ("μm", "TNFα"), a model number, and whatever has a letter without twin on either side.
    `latin_text`: whether the letters around the word are Latin; it decides where both readings fit.

    >>> unmixed("Mоscоw", True), unmixed("Cлово", False), unmixed("iPhoneом", False)
    ('Moscow', 'Слово', None)
    """
    scripts = {script for letter in word if (script := _script(letter)) not in (None, "Latin")}
    if len(word) < 2 or _CLASS.fullmatch(word) or any(c.isdigit() for c in word):
        return None
    inflected = any(_inflected(word, script) for script in scripts)
    if latin_text and _SYMBOL.fullmatch(word):
        return None
    as_latin = None if inflected and not latin_text else _as_latin(word)
    as_other = None if inflected else _as_other(word, scripts)
    return as_latin or as_other if latin_text else as_other or as_latin


@cache
def _script(letter: str) -> str | None:
    if re.match(f"[{_LATIN}]", letter):
        return "Latin"
    return next((name for name, members in _SCRIPTS.items() if re.match(f"[{members}]", letter)), None)


def _as_latin(word: str) -> str | None:
    twins = _all_twins()
    letters = [c if _script(c) in ("Latin", None) else twins.get(c) for c in word]
    return None if None in letters else "".join(c for c in letters if c)


@cache
def _all_twins() -> dict[str, str]:
    return {
        letter: twin
        for script, twins in letter_twins().items()
        for letter, twin in twins.items()
        if script != "Latin" and letter not in _WEAK
    }


def _as_other(word: str, scripts: set[str]) -> str | None:
    """Return the word with its Latin letters replaced by those of its one other script."""
    if len(scripts) != 1:
        return None
    table = _modern(*scripts)
    letters = [table.get(c) if _script(c) == "Latin" else c for c in word]
    return None if None in letters else "".join(c for c in letters if c)


@cache
def _modern(script: str) -> dict[str, str]:
    """Latin letter -> its twin in today's alphabets of `script`; empty where Latin never poses as it."""
    if script not in _ALPHABETS:
        return {}
    return {chr(twin): letter for twin, letter in disguises(script).items() if letter in _ALPHABETS[script]}


def _inflected(word: str, script: str) -> bool:
    """Whether a Latin stem takes a native ending or stands before a native word as an abbreviation."""
    members = _SCRIPTS[script]
    if re.fullmatch(f"[A-Z]{{2,}}[{members}]+", word) and word[-1].islower():
        return True
    ending = re.fullmatch(f"[{_LATIN}]{{2,}}([{members}]{{1,5}})", word)
    return ending is not None and (script != "Cyrillic" or _ENDINGS.fullmatch(ending[1]) is not None)


# -- characters nobody sees --------------------------------------------------------------------------------


def _hidden_marks(text: str) -> Iterator[Mark]:
    hyphenated = _SOFT_HYPHEN in text and _is_hyphenated(text)
    for override in _OVERRIDE.finditer(text):
        shown = _INVISIBLE_ONE.sub("", override[1])[::-1].strip()
        end = override.end() + (text[override.end() : override.end() + 1] == "\u202c")
        yield _mark(override.start(), end, "bidi controls", shown)
    start = end = -1
    for hidden in _HIDDEN.finditer(text):
        if hidden.start() >= end:
            start, end = _visible_word(text, hidden.start())
            shown = _INVISIBLE_ONE.sub("", text[start:end])
            long_enough = hyphenated or len(shown) >= _LONG_WORD
            by_hand = not (long_enough and _is_syllables(text[start:end]))
            marked = False
        if not marked and (by_hand or set(hidden[0]) != {_SOFT_HYPHEN}):
            marked = True
            yield _mark(start, end, _hidden_reason(hidden[0]), shown)


def _visible_word(text: str, at: int) -> tuple[int, int]:
    """Return the word around a hidden character, without hidden ones at its ends."""
    start, end = _word_start(text, at), _word_end(text, at)
    while text[start] in _INVISIBLE:
        start += 1
    while text[end - 1] in _INVISIBLE:
        end -= 1
    return start, end


def _is_hyphenated(text: str) -> bool:
    """Whether a publisher's system has put soft hyphens into its long words: at least half of them have some."""
    words = [word[0] for word in _WORD.finditer(text)]
    long_words = [word for word in words if len(_INVISIBLE_ONE.sub("", word)) >= _LONG_WORD]
    return bool(long_words) and 2 * sum(_SOFT_HYPHEN in word for word in long_words) >= len(long_words)


def _is_syllables(word: str) -> bool:
    """Whether soft hyphens stand only where a word may be broken: all parts have a vowel and two letters.

    >>> _is_syllables("an\u00adnounce\u00adment"), _is_syllables("annou\u00adncement\u00ads")
    (True, False)
    """
    parts = word.split(_SOFT_HYPHEN)
    return all(sum(map(str.isalpha, part)) > 1 and _VOWEL.search(part) for part in parts)


def _hidden_reason(characters: str) -> str:
    if any(c in _BIDI for c in characters):
        return "bidi controls"
    return "soft hyphens" if set(characters) == {_SOFT_HYPHEN} else "zero-width characters"


# -- letters in costume ------------------------------------------------------------------------------------


def _fancy_marks(text: str) -> Iterator[Mark]:
    for word in _WIDE_WORD.finditer(text):
        if not _EAST_ASIAN.search(text, max(word.start() - _NEAR, 0), word.end() + _NEAR):
            yield _mark(*word.span(), "full-width letters", unicodedata.normalize("NFKC", word[0]))
    for word in _STYLED_WORD.finditer(text):
        if len(word[0]) > 1 and not word[0].isascii():
            yield _mark(*word.span(), "styled letters", unicodedata.normalize("NFKC", word[0]))
    for word in _ODD_WORD.finditer(text):
        if len(re.findall("[A-Za-z]", word[0])) >= 2:
            yield _mark(*word.span(), "look-alike letters", word[0].translate(latin_table()))
