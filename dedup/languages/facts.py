"""What is known of languages beforehand: their scripts, and which are hard to tell apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.languages.alphabet import SCRIPTS as ALL_SCRIPTS

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

SAME: tuple[frozenset[str], ...] = (
    frozenset({"id", "ms"}),
    frozenset({"bs", "hr", "sr"}),
    frozenset({"nn", "no"}),
    frozenset({"ar", "ary", "arz"}),
    frozenset({"wuu", "yue", "zh"}),
    frozenset({"en", "pcm"}),
)
"""Languages that no line tells apart: one is never foreign in a text in the other."""

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
    frozenset({"fa", "ps", "ur"}),
    frozenset({"ar", "fa"}),
    frozenset({"am", "ti"}),
)
"""Languages that only a longer text tells apart: more evidence is asked for."""

NEVER = frozenset({"vo"})
"""Languages that a scorer knows and news is not written in: what looks like them is a table or a list of names."""

RIVALS: dict[str, str] = {"bg": "mk", "es": "gl", "nl": "af", "pt": "gl", "sr": "mk"}
"""A language with few words of its own among those of another that a small scorer knows."""

_ALIASES = {
    "nb": "no", "iw": "he", "in": "id", "fil": "tl", "mo": "ro", "sh": "sr", "prs": "fa", "cmn": "zh",
    "eng": "en", "rus": "ru", "ukr": "uk", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
    "por": "pt", "ita": "it", "pol": "pl", "nld": "nl", "dut": "nl", "ces": "cs", "cze": "cs", "slk": "sk",
    "ron": "ro", "rum": "ro", "hun": "hu", "bul": "bg", "srp": "sr", "hrv": "hr", "slv": "sl", "ell": "el",
    "gre": "el", "tur": "tr", "ara": "ar", "heb": "he", "fas": "fa", "per": "fa", "hin": "hi", "ben": "bn",
    "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "vie": "vi", "ind": "id", "msa": "ms", "may": "ms",
    "swe": "sv", "dan": "da", "nor": "no", "nob": "no", "nno": "nn", "fin": "fi", "est": "et", "lav": "lv",
    "lit": "lt", "cat": "ca", "eus": "eu", "baq": "eu", "glg": "gl", "sqi": "sq", "alb": "sq", "mkd": "mk",
    "mac": "mk", "bel": "be", "kaz": "kk", "aze": "az", "uzb": "uz", "hye": "hy", "arm": "hy", "kat": "ka",
    "geo": "ka", "swa": "sw", "amh": "am", "hau": "ha", "ibo": "ig", "yor": "yo", "som": "so", "tgl": "tl",
}  # fmt: skip


def normal_code(declared: str | None) -> str | None:
    """Return a declared language as the code used here, None where there is none.

    >>> normal_code("pt_BR"), normal_code("nb-NO"), normal_code("ENG"), normal_code("")
    ('pt', 'no', 'en', None)
    """
    code = (declared or "").strip().lower().replace("_", "-").partition("-")[0]
    if not code.isalpha() or not 2 <= len(code) <= 3 or code in ("und", "mul", "zxx"):
        return None
    return _ALIASES.get(code, code)


def same(one: str, other: str) -> bool:
    """Whether two codes are one language, or two that no line tells apart."""
    return one == other or any(one in group and other in group for group in SAME)


def close(one: str, other: str) -> bool:
    """Whether two languages need a longer text to be told apart, or are the same."""
    return same(one, other) or any(one in group and other in group for group in CLOSE)


def pairs(codes: Sequence[str], groups: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Which pairs of codes are one or share a group, shape ``(codes, codes)``."""
    members = np.array([[code in group for group in groups] for code in codes])
    together: NDArray[np.bool_] = members @ members.T
    return together | np.eye(len(codes), dtype=np.bool_)


def scripts_of(code: str) -> tuple[str, ...]:
    """Return the scripts a language is written in."""
    return ALL_SCRIPTS if code == "und" else SCRIPTS_OF.get(code, ("Latn",))
