"""A batch of texts as words in columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import kernels
from dedup.inspect.languages.alphabet import CYRILLIC_TWINS, LATIN, LATIN_TWINS, alphabet
from dedup.inspect.listings import listed


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts, joined by line breaks to `text`.

    `start`, `end` int32: code points of `text`; `key` uint64; `script`, `flags`, `gap` uint8: see
    `kernels.split`. `line` int32: the first word of each line that has words and, last, their number.
    `text_of_line` int32: which text it is of. `offset`: where each text starts and, last,
    where one more would.
    """

    text: str
    offset: NDArray[np.int64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    key: NDArray[np.uint64]
    script: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    gap: NDArray[np.uint8]
    line: NDArray[np.int32]
    text_of_line: NDArray[np.int32]

    def plain(self, places: NDArray[np.int64]) -> list[str]:
        """Return some of the words as scorers want them, look-alike letters of another script undone."""
        spans = zip(self.start[places].tolist(), self.end[places].tolist(), strict=True)
        found = plain("\n".join([self.text[a:b] for a, b in spans])).split("\n")
        for place in np.flatnonzero(self.flags[places] & kernels.FOLDED).tolist():
            to_latin = self.script[places[place]] == LATIN
            found[place] = found[place].translate(_TO_LATIN if to_latin else _TO_CYRILLIC)
        return found


_TO_CYRILLIC = str.maketrans(LATIN_TWINS.lower(), CYRILLIC_TWINS.lower())
_TO_LATIN = str.maketrans(CYRILLIC_TWINS.lower(), LATIN_TWINS.lower())
_READ_AS = {**dict.fromkeys("\u00ad\u200b\u200d\u2060\ufeff\u200e\u200f\u061c", ""), "\u200c": " "}
_READ_AS.update(dict.fromkeys("\u2019\u02bc`", "'"))
_HIDDEN = re.compile(
    "[\u0600-\u0605\u0640\u06dd\u070f\u0890\u0891\u08e2\u180e\u202a-\u202e\u2061-\u206f\ufff9-\ufffb]"
)
"""Format characters and the stretched line of Arabic: rarer than those above, and no scorer knows them."""
_COSTUMES = re.compile("[\ufb00-\ufdff\ufe70-\ufefc\uff21-\uff5a]+")
"""Ligatures, and letters in the form of their place in the word or in full width."""


def plain(text: str) -> str:
    """Return a word or a text as scorers want it: small, composed, without invisible characters.

    >>> plain("Be\\u00adnutz\\u0075\\u0308ng")
    'benutzüng'
    """
    if text.isascii():
        return text.lower()
    for character, meant in _READ_AS.items():
        text = text.replace(character, meant)  # four times as fast as one `translate`
    text = _COSTUMES.sub(_undressed, _HIDDEN.sub("", text))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.lower()


def _undressed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def split_words(texts: Sequence[str]) -> Words:
    """Cut texts into words and lines."""
    sizes = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    offset = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    joined = "\n".join(texts)
    points = np.frombuffer(bytearray(joined, "utf-32-le", "surrogatepass"), np.uint32)
    room = points.size
    start, end = np.empty(room, np.int32), np.empty(room, np.int32)
    key = np.empty(room, np.uint64)
    script, flags, gap = (np.empty(room, np.uint8) for _ in range(3))
    tables = alphabet()
    count = kernels.split(
        points, tables.kind, tables.script, tables.lower, tables.twin, start, end, key, script, flags, gap
    )  # fmt: skip
    for text, at in zip(texts, offset.tolist(), strict=False):
        for begin, stop in listed(text):
            flags[slice(*np.searchsorted(start[:count], (at + begin, at + stop)).tolist())] |= kernels.IN_CODE
    first = np.flatnonzero(gap[:count] == kernels.LINE).astype(np.int32)
    return Words(
        text=joined, offset=offset, start=start[:count], end=end[:count], key=key[:count],
        script=script[:count], flags=flags[:count], gap=gap[:count],
        line=np.append(first, np.int32(count)),
        text_of_line=(np.searchsorted(offset, start[first], "right") - 1).astype(np.int32),
    )  # fmt: skip
