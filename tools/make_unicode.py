"""Write dedup/data/unicode.npz and prose.npz: what each code point is to a word and to a sentence.

The tables are shipped rather than computed, so that a word has the same hash on every Python, and an article the
same language, whatever Unicode version it carries. Run with the newest Python at hand:

    python tools/make_unicode.py
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np

# Keep in step with dedup/text/characters.py, which documents them.
OTHER, LETTER, DIGIT, MARK, INVISIBLE, SIGN, NEWLINE, SPACE, STOP, WIDE_STOP = range(10)
STRONG, APOSTROPHE, CODE, HYPHEN, COLON = range(10, 15)
UPPER, TWIN = 16, 32
SCRIPTS = {"LATIN": 1, "CYRILLIC": 2, "GREEK": 3, "ARMENIAN": 4, "CHEROKEE": 5}

SIZE = 0x20000
ASTRAL_HAN = range(0x20000, 0x33480)
NEWLINES = {0x0A, 0x0D, 0x85, 0x2028, 0x2029}
STOPS = set(map(ord, ".!?…؟۔।॥։።"))
WIDE_STOPS = set(map(ord, "。！？｡។៕။"))
SIGN_SCRIPTS = ("CJK UNIFIED", "CJK COMPATIBILITY", "CJK RADICAL", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA",
                "THAI", "LAO", "KHMER", "MYANMAR", "IDEOGRAPHIC", "BOPOMOFO", "YI SYLLABLE", "NUSHU", "TANGUT",
                "KANGXI")  # fmt: skip
DROPPED_MARKS = [
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x08D3, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
]  # fmt: skip
INVISIBLES = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x0640, 0x0640), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0x1D173, 0x1D17A),
]  # fmt: skip
TWINS = {
    "CYRILLIC": dict(zip("аеорсухіјѕһԁԛԝк", "aeopcyxijshdqwk", strict=True))
    | dict(zip("АВЕКМНОРСТХУІЈЅԌԚԜҮ", "abekmhopctxyijsgqwy", strict=True)),
    "GREEK": dict(zip("ανορυικτχ", "avopuiktx", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
    "ARMENIAN": dict(zip("օսհոցգքզՕՍ", "oуhngqpqou".replace("у", "u"), strict=True)),
}

# Letters that keyboards and code pages put for one another: a copy typed on another keyboard is the same text.
# A reader takes them for one, though few pairs are one by Unicode's own mappings.
TYPED_AS = {
    "ی": "ي", "ى": "ي", "ې": "ي", "ۍ": "ي",  # the yeh of Persian, Urdu and Kurdish; alef maksura; those of Pashto
    "ک": "ك", "ڪ": "ك", "ګ": "گ",  # the kaf of the same; the gaf of Pashto
    "ە": "ه", "ہ": "ه", "ھ": "ه", "ة": "ه", "ۃ": "ه",  # the heh of Kurdish, of Urdu, with two eyes; teh marbuta
    "ٱ": "ا",  # alef with wasla; all with hamza and madda are taken apart by Unicode itself
    "װ": "וו", "ױ": "וי", "ײ": "יי",  # Yiddish pairs
    "ı": "i",  # "IŞIK" in small letters, where nobody knows that it is Turkish
    "ð": "đ", "ɖ": "đ",  # their capitals look alike, and are typed so in Serbian, Croatian and Vietnamese
    "ǝ": "ə",  # the same of Azerbaijani
}  # fmt: skip
APOSTROPHES = set(map(ord, "ʻʼ"))
"""Letters by category, but the apostrophes of Ukrainian and Uzbek, typed as ' and ’ too: none is in a word."""
VOICED = {0xFF9E, 0xFF9F}
"""Marks of half-width kana that are letters by category: elsewhere they are part of the sign before."""
LONGEST = 4
"""What folds to more letters stands for a phrase, not for letters; "ﷲ" has four."""


def inside(code: int, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def kind(code: int) -> int:
    char = chr(code)
    category = unicodedata.category(char)
    if code in NEWLINES:
        return NEWLINE
    if inside(code, INVISIBLES):
        return INVISIBLE
    if char.isspace():
        return SPACE
    if code in STOPS:
        return STOP
    if code in WIDE_STOPS:
        return WIDE_STOP
    if category[0] == "M" or code in VOICED:
        return MARK
    if code in APOSTROPHES:
        return OTHER
    if category == "Nd":
        return DIGIT
    if category[0] == "L":
        return SIGN if unicodedata.name(char, "").startswith(SIGN_SCRIPTS) else LETTER
    return OTHER


def script(char: str) -> str:
    return unicodedata.name(char, "").split(" ")[0]


def folded(char: str) -> str:
    base = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    kept = "".join(c for c in base if not inside(ord(c), DROPPED_MARKS) and not inside(ord(c), INVISIBLES))
    kept = "".join(_typed_as(c) for c in kept if unicodedata.category(c)[0] in "LMN")
    return kept if 0 < len(kept) <= LONGEST else char


def _typed_as(char: str) -> str:
    return str(unicodedata.decimal(char, TYPED_AS.get(char, char)))


PROSE_CATEGORIES = {
    "Lu": LETTER, "Ll": LETTER, "Lt": LETTER, "Lm": LETTER, "Lo": LETTER, "Nl": LETTER,
    "Mn": MARK, "Mc": MARK, "Me": MARK, "Nd": DIGIT, "No": DIGIT, "Cf": INVISIBLE, "Zs": SPACE,
    "Zl": NEWLINE, "Zp": NEWLINE, "Cc": SPACE, "Ps": STRONG, "Pe": STRONG, "Pi": STRONG, "Pf": STRONG,
    "Pd": HYPHEN,
}  # fmt: skip
PROSE_CHARACTERS = {
    NEWLINE: "\n\r\x0b\x0c\x85", APOSTROPHE: "'’`ʼ", CODE: "@/\\_=<>{}#^~*", STOP: ".",
    STRONG: '"!?;…—–―。！？；「」『』‹›։؟؛।॥۔።፧፨။។', COLON: ":|•·：►▶",
}  # fmt: skip


def write_prose(out: Path) -> None:
    kinds = np.zeros(SIZE, np.uint8)
    lower = np.arange(SIZE, dtype=np.uint32)
    for code in range(SIZE):
        kinds[code] = PROSE_CATEGORIES.get(unicodedata.category(chr(code)), OTHER)
        small = chr(code).lower()
        if len(small) == 1:
            lower[code] = ord(small)
    for kind, characters in PROSE_CHARACTERS.items():
        kinds[[ord(character) for character in characters]] = kind
    np.savez_compressed(out, kinds=kinds, lower=lower)
    print(f"{out}: {out.stat().st_size:,} bytes")


def main() -> None:
    kinds = np.zeros(SIZE, np.uint8)
    scripts = np.zeros(SIZE, np.uint8)
    fold = np.arange(SIZE, dtype=np.uint32)
    twin = np.zeros(SIZE, np.uint8)
    expansions = [0]
    for code in range(SIZE):
        if 0xD800 <= code <= 0xDFFF:
            continue
        char = chr(code)
        kinds[code] = kind(code)
        if kinds[code] == INVISIBLE or (kinds[code] == MARK and inside(code, DROPPED_MARKS)):
            fold[code] = 0
        elif kinds[code] in (LETTER, DIGIT, MARK, SIGN):
            text = folded(char)
            if len(text) == 1:
                fold[code] = ord(text)
            else:  # high bit: index of the length, then the code points
                fold[code] = 0x80000000 | len(expansions)
                expansions += [len(text), *map(ord, text)]
        if kinds[code] == LETTER:
            scripts[code] = SCRIPTS.get(script(char), 6)
            if char.isupper() or char.istitle():
                kinds[code] |= UPPER
    for pairs in TWINS.values():
        for char, latin in pairs.items():
            twin[ord(char)] = ord(latin)
    for code in np.nonzero(twin)[0]:  # a twin in both cases: "а" and "А", but not "в", which is no "b"
        lower = int(fold[code])
        if lower < SIZE and twin[lower] == twin[code]:
            kinds[code] |= TWIN
    out = Path(__file__).parent.parent / "dedup" / "data" / "unicode.npz"
    np.savez_compressed(
        out, kinds=kinds, scripts=scripts, fold=fold, twin=twin, expansions=np.array(expansions, np.uint32),
        version=np.array(unicodedata.unidata_version),
    )  # fmt: skip
    print(f"{out}: Unicode {unicodedata.unidata_version}, {out.stat().st_size:,} bytes")
    write_prose(out.with_name("prose.npz"))


if __name__ == "__main__":
    main()
