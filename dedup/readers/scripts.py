"""Which encoding bytes of another script than Latin are in, also few: the one that makes common letters of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

LEAST = 0.45
"""Mean weight of the letters below which it is none of these."""

FEWEST = 5
"""Letters of an alphabet that tell it: fewer may be capitals with accents."""


@dataclass(frozen=True, slots=True)
class _Script:
    """A way of writing: its encodings, the usual first, and its letters, the frequent first."""

    encodings: tuple[str, ...]
    letters: str
    cased: bool = False


_ALPHABETS: Sequence[_Script] = (
    _Script(
        ("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"),
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъіїєёґјљњћђџў",
        cased=True,
    ),
    _Script(("cp1253", "iso8859-7"), "αοιετσνηυρπκμλωςίέόάγήδχθύφβώξζψϊϋΐΰ", cased=True),
    _Script(("cp1255",), "יוהלאתמברשנעדקחפכגצסטםןךףץז"),
    _Script(("cp1256", "iso8859-6"), "اليمونرتبةعدسفهكقأحجشصىطخضذثزئءآظغإؤًپچژگ"),
    _Script(("cp874",), "านรกอเงมยลว่ัดท้ตสีิปบคหจแพชขไใะํุูโผถณซธ์ศญ็ภฟษฐึืำๆฉฎฏ"),
)

_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日"
    "军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美"
    "相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解"
    "水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计"
    "管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完"
    "設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運這個們來為國"
    "說時會對過發後裡經現當沒動還進樣開從實軍無與長機關點業將兩間問應戰頭體見產話給員東聲義幾認條題爾別變"
    "總電數報結務場計資許統區隊書聽達強難權週宣布消航班議党連選氏首約米円県車者朝京警察聞"
)
_HANGUL = frozenset(
    "이다는에을의가를은한하고지로서기도사인대해정시리자과어일년들부나전장수것있라보원주아여제조만"
)
_KANA = range(0x3041, 0x30FD)
_HALF_KANA = range(0xFF61, 0xFFA0)
_WIDE_MARKS = frozenset("、。，「」『』（）：；！？・《》“”—…")
_MARKS = frozenset("«»„“”‘’—–…№ \xa0·•،؛؟")


def likely(data: bytes) -> str | None:
    """Return the encoding in which what is beyond ASCII is common letters of one script; None where none is.

    >>> likely("Паром отменён".encode("koi8-r")), likely("フェリーは欠航".encode("shift_jis"))
    ('koi8-r', 'cp932')
    """
    best, most = None, LEAST
    for name, weight in _WEIGHTS.items():
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        score = weight(text) - _RARE * (name in _RARE_ONES)
        if score > most:
            best, most = name, score
    return best


def _alphabetic(script: _Script) -> Callable[[str], float]:
    weights = {letter: 1 - 0.8 * rank / len(script.letters) for rank, letter in enumerate(script.letters)}

    def weight(text: str) -> float:
        """Return the mean weight; a capital in a word with small letters before it is no letter that is meant."""
        total = count = 0.0
        before = " "
        for letter in text:
            if letter > "\x7f" and letter not in _MARKS:
                count += 1
                small = letter.lower()
                if small in weights:
                    odd = script.cased and letter != small and before.islower()
                    total += -1 if odd else weights[small] - (letter != small and before.isupper()) * _SHOUTED
                else:
                    total -= 1
            before = letter
        return total / count if count >= FEWEST else 0.0

    return weight


_RARE = 0.05  # less, for what hardly anybody writes any more
_RARE_ONES = frozenset(("iso8859-5", "cp866", "mac-cyrillic", "iso8859-6"))
_SHOUTED = 0.08  # less, for a capital behind another


def _east_asian(han: float, kana: float, hangul: float) -> Callable[[str], float]:
    def weight(text: str) -> float:
        letters = [letter for letter in text if letter > "\x7f"]
        return sum(map(one, letters)) / len(letters) if letters else 0.0

    def one(letter: str) -> float:
        if letter in _HAN:
            return han
        if letter in _WIDE_MARKS:
            return 0.9
        if ord(letter) in _KANA:
            return kana
        if "가" <= letter <= "힣":
            return hangul if letter in _HANGUL else hangul / 2
        if "一" <= letter <= "龥":
            return han / 3
        return -1.0 if ord(letter) in _HALF_KANA else -0.5

    return weight


_WEIGHTS: Mapping[str, Callable[[str], float]] = MappingProxyType(
    {
        **{name: _alphabetic(script) for script in _ALPHABETS for name in script.encodings},
        "gb18030": _east_asian(1.0, -0.5, -0.5),
        "big5hkscs": _east_asian(1.0, -0.5, -0.5),
        "cp932": _east_asian(0.9, 0.9, -0.5),
        "euc_jis_2004": _east_asian(0.9, 0.9, -0.5),
        "cp949": _east_asian(0.2, -0.5, 1.0),
    }
)
"""Encoding -> how common the letters beyond ASCII in a text are, at most 1."""
