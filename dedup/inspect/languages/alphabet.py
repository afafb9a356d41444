"""The scripts of the world: which letters are of which, as a table over the shipped ones of `dedup.text.characters`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.text.characters import LETTER, SIZE, prose_tables

# First and last code point of the letters of each script (Unicode 15 Scripts.txt; blocks where they do).
_RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "Latn": ((0x41, 0x24F), (0x250, 0x2B8), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F),
             (0xA722, 0xA7FF), (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFF21, 0xFF5A)),
    "Cyrl": ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)),
    "Grek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "Armn": ((0x531, 0x58A), (0xFB13, 0xFB17)),
    "Hebr": ((0x591, 0x5F4), (0xFB1D, 0xFB4F)),
    "Arab": ((0x610, 0x61A), (0x620, 0x65F), (0x66E, 0x6EF), (0x6FA, 0x6FF), (0x750, 0x77F),
             (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    "Syrc": ((0x700, 0x74F),), "Thaa": ((0x780, 0x7BF),), "Nkoo": ((0x7C0, 0x7FF),),
    "Deva": ((0x900, 0x963), (0x970, 0x97F), (0xA8E0, 0xA8FF)),
    "Beng": ((0x980, 0x9FF),), "Guru": ((0xA00, 0xA7F),), "Gujr": ((0xA80, 0xAFF),),
    "Orya": ((0xB00, 0xB7F),), "Taml": ((0xB80, 0xBFF),), "Telu": ((0xC00, 0xC7F),),
    "Knda": ((0xC80, 0xCFF),), "Mlym": ((0xD00, 0xD7F),), "Sinh": ((0xD80, 0xDFF),),
    "Thai": ((0xE00, 0xE7F),), "Laoo": ((0xE80, 0xEFF),), "Tibt": ((0xF00, 0xFFF),),
    "Mymr": ((0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)),
    "Geor": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)),
    "Hang": ((0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97F), (0xAC00, 0xD7FB), (0xFFA1, 0xFFDC)),
    "Ethi": ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)),
    "Cher": ((0x13A0, 0x13FF), (0xAB70, 0xABBF)),
    "Cans": ((0x1400, 0x167F), (0x18B0, 0x18FF)),
    "Khmr": ((0x1780, 0x17FF), (0x19E0, 0x19FF)), "Mong": ((0x1800, 0x18AF),),
    "Tfng": ((0x2D30, 0x2D7F),), "Olck": ((0x1C50, 0x1C7F),),
    "Hira": ((0x3041, 0x309F),), "Kana": ((0x30A1, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)),
    "Bopo": ((0x3105, 0x312F), (0x31A0, 0x31BF)),
    "Hani": ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
             (0xF900, 0xFAFF)),
}  # fmt: skip

SCRIPTS: tuple[str, ...] = ("Zyyy", *_RANGES, "Zzzz")
"""ISO 15924 codes; the place of a script here is its number. "Zyyy": no letter, "Zzzz": any other."""

LATIN = SCRIPTS.index("Latn")
CYRILLIC = SCRIPTS.index("Cyrl")
HAN = SCRIPTS.index("Hani")
KANA = (SCRIPTS.index("Hira"), SCRIPTS.index("Kana"))
LETTERWISE = (HAN, *KANA, SCRIPTS.index("Bopo"))
"""Scripts in which every letter is taken as a word."""
UNSPACED = (*LETTERWISE, *(SCRIPTS.index(code) for code in ("Thai", "Laoo", "Khmr", "Mymr", "Tibt")))
"""Scripts written without spaces between words."""

# Which language to name where only the script is known, most read first; one that the text's model
# knows better is named by the model.
SCRIPT_LANGUAGE: dict[str, str] = {
    "Cyrl": "ru", "Grek": "el", "Armn": "hy", "Hebr": "he", "Arab": "ar", "Syrc": "syr", "Thaa": "dv",
    "Nkoo": "nqo", "Deva": "hi", "Beng": "bn", "Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta",
    "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Tibt": "bo",
    "Mymr": "my", "Geor": "ka", "Hang": "ko", "Ethi": "am", "Cher": "chr", "Cans": "iu", "Khmr": "km",
    "Mong": "mn", "Tfng": "zgh", "Olck": "sat", "Hira": "ja", "Kana": "ja", "Bopo": "zh", "Hani": "zh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Tables over the code points below `SIZE`: `kind` uint8, `script` uint8, `lower` uint32, as in `Prose`.

    `twin`, uint32: the small Cyrillic letter that a Latin one looks just like, and the other way round; else 0.
    """

    kind: NDArray[np.uint8]
    script: NDArray[np.uint8]
    lower: NDArray[np.uint32]
    twin: NDArray[np.uint32]


# Keyboards of Serbian and Macedonian are mixed so by hand: real twins only, in print and in both cases.
LATIN_TWINS, CYRILLIC_TWINS = "ABCEHIJKMOPSTXYaceijopsxy", "АВСЕНІЈКМОРЅТХУасеіјорѕху"


@cache
def alphabet() -> Alphabet:
    """Return the tables, made once a process of the shipped ones."""
    tables = prose_tables()
    twin = np.zeros(SIZE, np.uint32)
    for latin, cyrillic in zip(LATIN_TWINS, CYRILLIC_TWINS, strict=True):
        twin[ord(latin)], twin[ord(cyrillic)] = ord(cyrillic.lower()), ord(latin.lower())
    return Alphabet(tables.kinds, _scripts(tables.kinds), tables.lower, twin)


def _scripts(kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    script = np.zeros(SIZE, np.uint8)
    letters = kind == LETTER
    script[letters] = len(SCRIPTS) - 1
    for number, code in enumerate(SCRIPTS[1:-1], 1):
        for first, last in _RANGES[code]:
            script[first : last + 1][letters[first : last + 1]] = number
    return script
