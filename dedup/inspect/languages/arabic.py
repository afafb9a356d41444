"""Persian, Urdu and Kurdish typed on an Arabic keyboard: the scorers know them in their own letters only."""

from __future__ import annotations

import re
from collections.abc import Collection

from dedup.inspect.languages.facts import whole

_TYPED = "يكى"
"""Arabic letters that stand for Persian ones there; a text without them is as it should be."""
_OTHERS = re.compile("[ۇۋڭېۍټډړښځڪٺڄڃڇ]")
"""Letters of Uyghur, Pashto and Sindhi, which have the Arabic ones by right."""
_OWN = re.compile("[پچژگڤڕڵۆێٹڈڑںےۀ]")
"""Letters that Persian, Urdu or Kurdish have and Arabic has not ..."""
_LETTER = re.compile("[ؠ-ي]")
_SHARE = 125
"""... of which they have one in so many at least. Measured by documents: one in 78 and more in Persian, 56 in Dari,
8 in Urdu and Kurdish (NTREX-128); one in 204 at most in Arabic, in foreign names (ANT)."""
_PERSIAN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})
_URDU = _PERSIAN | str.maketrans({"ه": "ہ"})
_URDU_ONLY = re.compile("[ٹڈڑںے]")

_OF_ONE = {
    "ku": frozenset("ێۆڕڵەڤ"), "ps": frozenset("ټډړښږځڅڼېۍ"), "ug": frozenset("ۇۋڭۈۆېە"), "ur": frozenset("ٹڈڑںے"),
}  # fmt: skip
"""Letters that some languages have and Arabic and Persian have not, by the code of the whole language."""


def has_letters_of(language: str, other: str, text: Collection[str]) -> bool:
    """Whether a text (or all its letters) has letters of its language that another lacks: it is not in the other.

    >>> has_letters_of("ckb", "fa", "چین، سیلیکۆن ڤالی"), has_letters_of("fa", "ckb", "چین، سیلیکۆن ڤالی")
    (True, False)
    """
    own, others = (_OF_ONE.get(whole(code), frozenset()) for code in (language, other))
    return not (own - others).isdisjoint(text)


def in_own_letters(text: str) -> str:
    """Return a text of the same length in which Persian, Urdu and Kurdish have their own yeh, kaf and heh.

    >>> in_own_letters("كسي آسيب نديد و شهردار گفت"), in_own_letters("كتابي في البيت")
    ('کسی آسیب ندید و شهردار گفت', 'كتابي في البيت')
    """
    if text.isascii() or not any(letter in text for letter in _TYPED) or _OTHERS.search(text):
        return text
    own = len(_OWN.findall(text))
    if own * _SHARE < len(_LETTER.findall(text)):
        return text
    lines = text.split("\n")  # a line of Urdu in a Persian text makes no other line Urdu
    return "\n".join([line.translate(_URDU if _URDU_ONLY.search(line) else _PERSIAN) for line in lines])
