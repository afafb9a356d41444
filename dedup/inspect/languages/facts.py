"""What is known of languages beforehand: their scripts, and which are hard to tell apart."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages.alphabet import SCRIPTS as ALL_SCRIPTS

SCRIPTS_OF: dict[str, tuple[str, ...]] = {
    "am": ("Ethi",), "ar": ("Arab",), "ary": ("Arab",), "arz": ("Arab",), "as": ("Beng",),
    "az": ("Latn", "Cyrl"), "ba": ("Cyrl",), "be": ("Cyrl",), "bg": ("Cyrl",), "bn": ("Beng",),
    "dz": ("Tibt",), "el": ("Grek",), "fa": ("Arab",), "gom": ("Deva",), "grc": ("Grek",),
    "gu": ("Gujr",), "hbo": ("Hebr",), "he": ("Hebr",), "hi": ("Deva",), "hy": ("Armn",),
    "ja": ("Hani", "Hira", "Kana"), "ka": ("Geor",), "kk": ("Cyrl",), "km": ("Khmr",), "kn": ("Knda",),
    "ko": ("Hang", "Hani"), "ku": ("Latn", "Arab"), "ky": ("Cyrl",), "lo": ("Laoo",), "mk": ("Cyrl",),
    "ml": ("Mlym",), "mn": ("Cyrl", "Mong"), "mr": ("Deva",), "my": ("Mymr",), "ne": ("Deva",),
    "or": ("Orya",), "pa": ("Guru", "Arab"), "ps": ("Arab",), "ru": ("Cyrl",), "sa": ("Deva",),
    "sdh": ("Arab",), "si": ("Sinh",), "sr": ("Cyrl", "Latn"), "ta": ("Taml",), "te": ("Telu",),
    "tg": ("Cyrl",), "th": ("Thai",), "ti": ("Ethi",), "tt": ("Cyrl",), "ug": ("Arab",), "uk": ("Cyrl",),
    "ur": ("Arab",), "uz": ("Latn", "Cyrl"), "uzs": ("Arab",), "wuu": ("Hani",), "yue": ("Hani",),
    "zh": ("Hani", "Bopo"),
}  # fmt: skip
"""ISO 15924 codes of the scripts of a language; ("Latn",) where it is not here."""

TWINS: tuple[frozenset[str], ...] = (
    frozenset({"en", "pcm"}),
    frozenset({"el", "grc"}),
    frozenset({"he", "hbo"}),
    frozenset({"ku", "lki"}),
    frozenset({"rn", "rw"}),
)
"""Languages that no line tells apart, beside those that ISO 639-3 joins in a macrolanguage."""

CLOSE: tuple[frozenset[str], ...] = (
    frozenset({"be", "ru", "uk"}),
    frozenset({"bg", "mk", "sr"}),
    frozenset({"bg", "ru"}),
    frozenset({"an", "ca", "es", "ext", "gl", "oc", "pt"}),
    frozenset({"it", "lij", "vec"}),
    frozenset({"fr", "gcf", "gcr", "wa"}),
    frozenset({"cs", "sk"}),
    frozenset({"da", "no", "nn", "sv"}),
    frozenset({"bs", "hr", "sl", "sr"}),
    frozenset({"af", "nl"}),
    frozenset({"de", "lb"}),
    frozenset({"az", "tr"}),
    frozenset({"hi", "mr", "ne", "sa"}),
    frozenset({"fa", "ku", "ps", "ur"}),
    frozenset({"ar", "fa", "ku"}),
    frozenset({"am", "ti"}),
)
"""Languages that only a longer text tells apart: more evidence is asked for."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "arabic": ("ar", "fa", "ur", "ps", "ckb", "sd", "ug"),
    "baltic": ("lv", "lt"),
    "cyrillic": ("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tt", "ba", "mn", "tg"),
    "devanagari": ("hi", "mr", "ne"),
    "ethiopic": ("am", "ti"),
    "finnic": ("et", "fi"),
    "german": ("de", "lb", "nl", "af"),
    "nordic": ("nb", "nn", "da", "sv", "is", "fo"),
    "romance": ("es", "gl", "pt", "ca", "it", "fr", "ro"),
    "slavic": ("cs", "sk", "pl", "hr", "bs", "sl"),
    "turkic": ("tr", "az", "uz", "tk"),
}
"""Languages of one script of which few words tell one from another, by the folder of their files."""

VARIANTS: dict[str, tuple[str, ...]] = {
    "malay": ("id", "ms"),
    "norwegian": ("nb", "nn"),
    "serbocroatian": ("hr", "bs", "sr"),
}
"""Languages that are one to a scorer, and never foreign in each other, but have names of their own: told by files.
All are written in Latin letters here."""

UNREAD: dict[str, tuple[str, ...]] = {"serbocroatian": ("sr",)}
"""Languages that scorers have met in another script alone: what they say of them counts neither for nor against."""

FAMILY_SCRIPTS: dict[str, str] = {
    "arabic": "Arab", "cyrillic": "Cyrl", "devanagari": "Deva", "ethiopic": "Ethi",
}  # fmt: skip
"""Their script, "Latn" where it is not here."""

NAMED = {"sdh": "ku"}
"""The wide scorer has Sorani under the name of Southern Kurdish: what it says is that a text is Kurdish."""

NEVER = frozenset({"vo"})
"""Languages that a scorer knows and news is not written in: what looks like them is a table or a list of names."""

RIVALS: dict[str, str] = {"bg": "mk", "es": "gl", "nl": "af", "pt": "gl", "sr": "mk"}
"""A language with few words of its own among those of another that a small scorer knows."""

_ALIASES = {
    "nb": "no",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "fil": "tl",
    "mo": "ro",
    "sh": "sr",
    "prs": "fa",
    "cmn": "zh",
}
"""Codes that are not used any more, or whose language is known here by another."""

VARIANT_OF = {_ALIASES.get(code, code): name for name, codes in VARIANTS.items() for code in codes}
"""The folder of the files, by the code of a language as it is used here."""


class _Codes(NamedTuple):
    """`short`: codes of three letters -> two; `within`: languages -> the macrolanguage they belong to."""

    short: dict[str, str]
    within: dict[str, str]


@cache
def _codes() -> _Codes:
    """The code tables of ISO 639-3, as `tools/make_languages.py` took them over."""
    table = json.loads((files("dedup") / "data" / "languages.json").read_text("utf-8"))
    return _Codes(table["short"], table["within"])


@lru_cache(maxsize=1024)
def normal_code(declared: str | None) -> str | None:
    """Return a declared language as the code used here, None where there is none.

    >>> normal_code("pt_BR"), normal_code("nb-NO"), normal_code("ENG"), normal_code("")
    ('pt', 'no', 'en', None)
    """
    code = (declared or "").strip().lower().replace("_", "-").partition("-")[0]
    if not code.isalpha() or not 2 <= len(code) <= 3 or code in ("und", "mul", "zxx"):
        return None
    code = _codes().short.get(code, code)
    return _ALIASES.get(code, code)


@cache
def whole(code: str) -> str:
    """Return the language that a code is one of for the question "is it foreign": its macrolanguage or first twin.

    >>> [whole(code) for code in ("ckb", "nb", "nn", "prs", "yue", "hr", "id", "ekk", "azb", "de")]
    ['ku', 'no', 'no', 'fa', 'zh', 'sr', 'ms', 'et', 'az', 'de']
    """
    normal = normal_code(code) or code
    macro = _codes().within.get(normal, normal)
    macro = _ALIASES.get(macro, macro)
    return next((min(twins, key=lambda code: (len(code), code)) for twins in TWINS if macro in twins), macro)


def same(one: str, other: str) -> bool:
    """Whether two codes are one language, or two that no line tells apart: one is never foreign in the other.

    >>> same("ckb", "sdh"), same("no", "nb"), same("da", "nb"), same("tg", "fa")
    (True, True, False, False)
    """
    return whole(one) == whole(other)


def close(one: str, other: str) -> bool:
    """Whether two languages need a longer text to be told apart, or are the same."""
    return same(one, other) or any(one in group and other in group for group in CLOSE)


class Relations(NamedTuple):
    """Which pairs of some codes are `same` and `close`, and which scripts each is written in.

    Shapes ``(codes, codes)`` twice, ``(codes, scripts)``.
    """

    same: NDArray[np.bool_]
    close: NDArray[np.bool_]
    written: NDArray[np.bool_]


@cache
def relations(codes: tuple[str, ...]) -> Relations:
    """Return what is known beforehand of codes. Cached: not to be changed."""
    wholes = np.array([whole(code) for code in codes])
    alike: NDArray[np.bool_] = wholes[:, None] == wholes
    groups = np.array([[code in group for code in codes] for group in CLOSE])
    neighbours: NDArray[np.bool_] = alike | (groups[:, :, None] & groups[:, None, :]).any(axis=0)
    written = np.array([[script in own for script in ALL_SCRIPTS] for own in map(scripts_of, codes)])
    return Relations(alike, neighbours, written)


def scripts_of(code: str) -> tuple[str, ...]:
    """Return the scripts a language is written in."""
    if code == "und":
        return ALL_SCRIPTS
    return SCRIPTS_OF.get(code) or SCRIPTS_OF.get(whole(code), ("Latn",))
