"""Which 8-bit encoding of Latin letters some bytes are in: the one in which they are letters of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

USUAL = "cp1252"

LEAST = 3
"""Letters beyond ASCII that must be in one alphabet before anything but the usual is taken for likely."""

_ALPHABETS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        USUAL: (
            "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúüªº", "ãáàâçéêíóôõúªº", "àèéìíîòóùúªº", "åäöé", "æøåéäö",
            "áæéíðóúýþö", "äöåšž", "éëïóöüèê", "àçèéíïòóúü",
        ),
        "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čšž", "čćđšž", "ăâîşţ"),
        "iso8859-2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "čšž", "čćđšž"),
        "cp1254": ("çğıöşü",),
        "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),
    }
)  # fmt: skip
"""Letters beyond ASCII of languages that are written in an encoding (Unicode CLDR, main exemplar characters)."""


def likely(data: bytes) -> str:
    """Return the encoding in which most letters beyond ASCII belong to one language; the usual one where they tie.

    >>> likely("Zażółć gęślą jaźń".encode("cp1250")), likely("Köprü kışın kapalı, dediğini işittik".encode("cp1254"))
    ('cp1250', 'cp1254')
    >>> likely("Älter als die Brücke, schön und groß".encode("cp1252"))
    'cp1252'
    """
    best, share = USUAL, _share(data, USUAL)
    for name in _ALPHABETS:
        other = _share(data, name)
        if other > share:
            best, share = name, other
    return best


def _share(data: bytes, name: str) -> float:
    letters = _letters(data.decode(name, "replace"))
    most = max(sum(map(alphabet.__contains__, letters)) for alphabet in _ALPHABETS[name])
    return most / len(letters) if most >= (1 if name == USUAL else LEAST) else 0.0


def _letters(text: str) -> list[str]:
    """What stands for letters beyond ASCII: also what is none, a control code or a figure, where one should be.

    What a figure follows is the sign of a currency.
    """
    return [
        letter.lower()
        for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False)
        if letter > "\x7f"
        and (
            (letter.isalpha() and not after.isdigit())
            or letter <= "\x9f"
            or letter == "\ufffd"
            or (letter.isalnum() and before.isalpha() and after.isalpha())
        )
    ]
