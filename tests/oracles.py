"""Slow and obvious: what the compiled code must equal. Nothing here imports a kernel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import xxhash

from dedup.text.characters import unicode_tables

SIGN_SCRIPTS = re.compile(
    "CJK (UNIFIED|COMPATIBILITY) IDEOGRAPH|HIRAGANA|KATAKANA|HALFWIDTH KATAKANA|THAI|LAO|KHMER|MYANMAR|IDEOGRAPHIC ITER"
)
"""Names of letters that are words by themselves: those of scripts written without spaces."""

INVISIBLE = frozenset("\u00ad\u034f\u0640\u061c\u180e\ufeff") | frozenset(
    map(chr, [*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
              *range(0xFE00, 0xFE10)])
)  # fmt: skip

TYPED_AS = {
    **dict.fromkeys("یىېۍ", "ي"), **dict.fromkeys("کڪ", "ك"), **dict.fromkeys("ەہھةۃ", "ه"), "ګ": "گ", "ٱ": "ا",
    "װ": "וו", "ױ": "וי", "ײ": "יי", "ı": "i", "ð": "đ", "ɖ": "đ", "ǝ": "ə",
}  # fmt: skip
"""Letters that keyboards put for one another."""

PRECEDENCE = (
    "foreign",
    "boilerplate",
    "template",
    "repeated",
    "quoted",
    "recycled",
    "carried_over",
    "reworded",
    "translated",
)


# -- words -------------------------------------------------------------------------------------------------


def is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" and bool(
        SIGN_SCRIPTS.match(unicodedata.name(character, ""))
    )


def kind(character: str) -> str:
    """``letter``, ``mark``, ``digit``, ``sign`` (a letter that is a word), ``invisible`` or ``other``."""
    category = unicodedata.category(character)
    if character in "ʻʼ":
        return "other"  # apostrophes, whatever their category
    if character in "\uff9e\uff9f":
        return "mark"  # of half-width kana
    if character in INVISIBLE:
        return "invisible"
    if is_sign(character):
        return "sign"
    if category[0] == "L":
        return "letter"
    return {"M": "mark", "Nd": "digit"}.get(category if category == "Nd" else category[0], "other")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Runs of letters, marks and digits that begin with a letter or a digit; hidden characters do not end them."""
    spans: list[tuple[int, int]] = []
    begin, end, sign = -1, -1, False
    for place, character in enumerate(text + "\0"):
        now = kind(character)
        if begin >= 0 and (now in ("sign", "other") or (sign and now in ("letter", "digit"))):
            spans.append((begin, end))
            begin = -1
        if begin < 0 and now in ("letter", "digit", "sign"):
            begin, sign = place, now == "sign"
        if begin >= 0 and now != "invisible":
            end = place + 1
    return spans


def is_diacritic(character: str) -> bool:
    """Marks that are dropped: on Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowels."""
    name = unicodedata.name(character, "")
    return unicodedata.category(character)[0] == "M" and (
        name.startswith(("HEBREW", "ARABIC")) or (name.startswith("COMBINING") and "KATAKANA" not in name)
    )


def folded_character(character: str) -> str:
    """Without case, compatibility form and diacritics; as it is where too little or too much would be left."""
    base = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    left = [c for c in base if not is_diacritic(c) and c not in INVISIBLE]
    left = [c for c in left if unicodedata.category(c)[0] in "LMN"]
    left = [TYPED_AS.get(c) or str(unicodedata.decimal(c, c)) for c in left]
    folded = "".join(left)
    return folded if 0 < len(folded) <= 4 else character


def script(character: str) -> str:
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE") else "OTHER"


def _twin(character: str) -> str:
    """The Latin letter it passes for, or nothing. The table is data of the package, the rule is written anew."""
    tables = unicode_tables()
    code = tables.twin[ord(character)] if ord(character) < tables.twin.size else 0
    return chr(code) if code else ""


@cache
def _imitates(latin: str, name: str) -> str:
    """The folded letter of script `name` that a Latin letter passes for, or nothing."""
    for code in unicode_tables().twin.nonzero()[0].tolist():
        character = chr(code)
        capital = character.isupper() or character.istitle()
        twin = _twin(character).upper() if capital else _twin(character)
        if twin == latin and script(character) == name:
            return folded_character(character)
    return ""


def folded(word: str) -> str:
    """The form of a word that is hashed. A word of mixed scripts becomes the word that it imitates."""
    visible = [c for c in word if c not in INVISIBLE]
    letters = [c for c in visible if kind(c) == "letter"]
    strange = [c for c in letters if script(c) != "LATIN"]
    twins_both_cases = all(_twin(c) and _twin(c) == _twin(folded_character(c)) for c in letters)
    mixed = len({script(c) for c in letters}) > 1
    if not strange or not (mixed or (twins_both_cases and all(script(c) != "OTHER" for c in letters))):
        return "".join("" if is_diacritic(c) else folded_character(c) for c in visible)
    latin = all(_twin(c) for c in strange)
    out = ""
    for c in visible:
        twin = _twin(c) if latin else _imitates(c, script(strange[-1])) if c.isascii() else ""
        out += twin or ("" if is_diacritic(c) else folded_character(c))
    return out


def word_hash(word: str) -> int:
    """The low half of XXH64 (seed 0) of the folded word in UTF-8."""
    return xxhash.xxh64_intdigest(folded(word).encode()) & 0xFFFFFFFF


# -- paragraphs --------------------------------------------------------------------------------------------

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Blocks between blank lines, or the lines where no blank line parts two of them; outer blanks left out."""
    lines: list[tuple[int, int] | None] = []
    begin = 0
    for found in [*_LINE_END.finditer(text), None]:
        end = found.start() if found else len(text)
        visible = [i for i in range(begin, end) if not text[i].isspace() and text[i] not in INVISIBLE]
        lines.append((visible[0], visible[-1] + 1) if visible else None)
        if found and found[0] == "\u2029":  # a paragraph separator is a blank line by itself
            lines.append(None)
        begin = found.end() if found else end
    while lines and lines[0] is None:
        lines.pop(0)
    while lines and lines[-1] is None:
        lines.pop()
    if None not in lines:
        return [line for line in lines if line]
    blocks: list[list[tuple[int, int]]] = [[]]
    for line in lines:
        if line is None:
            blocks.append([])
        else:
            blocks[-1].append(line)
    return [(block[0][0], block[-1][1]) for block in blocks if block]


# -- the ledger of a report --------------------------------------------------------------------------------


def painted(text: str, findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The ledger that the findings of a report explain: each word of the strongest class that holds its begin."""
    ledger = dict.fromkeys(("original", *PRECEDENCE), 0)
    for begin, _ in word_spans(text):
        kinds = {finding["kind"] for finding in findings if finding["start"] <= begin < finding["end"]}
        ledger[next((name for name in PRECEDENCE if name in kinds), "original")] += 1
    return ledger
