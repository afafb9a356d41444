"""What copyists, spinners, scanners and cheats do to a passage. Each takes its own `Random`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

Thesaurus = Mapping[str, Sequence[str]]

_CORE = re.compile(r"^(\W*)(.*?)(\W*)$", re.S)
_OCR = {
    "a": "o", "b": "h", "c": "e", "d": "cl", "e": "c", "f": "t", "g": "q", "h": "b", "i": "l", "k": "lc",
    "l": "1", "m": "rn", "n": "u", "o": "0", "p": "jp", "q": "g", "r": "i", "s": "5", "t": "f", "u": "ii",
    "v": "y", "w": "vv", "y": "v", "z": "x", "B": "8", "D": "O", "E": "F", "I": "l", "O": "0", "S": "8",
}  # fmt: skip
_LATIN, _CYRILLIC = "aceiopxyABCEHIKMOPTX", "асеіорхуАВСЕНІКМОРТХ"
_LOOKALIKE = dict(zip(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN, strict=True))
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def edited(text: str, rate: float, rng: Random, vocabulary: Sequence[str], thesaurus: Thesaurus) -> str:
    """Change about `rate` of the words: a random word or a synonym instead, dropped, or one put in."""
    out: list[str] = []
    for word in text.split():
        if rng.random() >= rate:
            out.append(word)
            continue
        act = rng.random()
        if act < 0.35:
            out.append(_swapped(word, rng.choice(vocabulary)))
        elif act < 0.6:
            out.append(_swapped(word, _synonym(word, rng, thesaurus) or rng.choice(vocabulary)))
        elif act < 0.8:
            out += [rng.choice(vocabulary), word]
        # else: dropped
    return " ".join(out) or text


def spun(text: str, rate: float, rng: Random, thesaurus: Thesaurus) -> str:
    """Swap `rate` of the words that the thesaurus knows for synonyms, as article spinners do."""
    out = []
    for word in text.split():
        other = _synonym(word, rng, thesaurus)
        out.append(_swapped(word, other) if other and rng.random() < rate else word)
    return " ".join(out)


def scanned(text: str, rate: float, rng: Random) -> str:
    """Misread about `rate` of the letters, as OCR does: look-alikes, lost letters, specks, split words."""
    out = []
    for char in text:
        if not char.isalpha() or rng.random() >= rate:
            out.append(char)
            continue
        act = rng.random()
        if act < 0.75:
            out.append(_OCR.get(char, rng.choice("aeinorst")))
        elif act < 0.85:
            pass
        elif act < 0.95:
            out += [char, rng.choice(".,'il")]
        else:
            out += [char, " "]
    return "".join(out)


def lookalike(text: str, rate: float, rng: Random) -> str:
    """Write `rate` of the words (at least one) with letters of the other script, Latin or Cyrillic."""
    parts = text.split(" ")
    able = [at for at, word in enumerate(parts) if any(char in _LOOKALIKE for char in word)]
    for at in rng.sample(able, min(len(able), max(1, round(rate * len(parts))))):
        places = [place for place, char in enumerate(parts[at]) if char in _LOOKALIKE]
        chosen = set(rng.sample(places, rng.randint(1, len(places))))
        parts[at] = "".join(_LOOKALIKE[c] if place in chosen else c for place, c in enumerate(parts[at]))
    return " ".join(parts)


def invisible(text: str, rate: float, rng: Random) -> str:
    """Put invisible characters into `rate` of the words (at least one) of three letters or more."""
    parts = text.split(" ")
    able = [at for at, word in enumerate(parts) if len(word) > 2 and word[:3].isalpha()]
    for at in rng.sample(able, min(len(able), max(1, round(rate * len(parts))))):
        parts[at] = parts[at][:2] + rng.choice(_INVISIBLE) + parts[at][2:]
    return " ".join(parts)


def _synonym(word: str, rng: Random, thesaurus: Thesaurus) -> str | None:
    found = _CORE.match(word)
    others = thesaurus.get(found[2].lower()) if found else None
    return rng.choice(others) if others else None


def _swapped(word: str, other: str) -> str:
    """Return the other word with the punctuation and the capital of the first."""
    found = _CORE.match(word)
    if not found or not found[2]:
        return other
    return found[1] + (other[:1].upper() + other[1:] if found[2][0].isupper() else other) + found[3]
