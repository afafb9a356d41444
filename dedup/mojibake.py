"""Text that was UTF-8 and was read in an old code page: "cafÃ©", "РџСЂРёРІРµС‚", "donâ€™t".

Such runs are found by undoing the accident: an old code page is a table from character to byte, and a run of
characters whose bytes are valid UTF-8 is what it decodes to. Chance runs ("CAFÉ”") are told apart by what
stands around them, so no list of bad words is needed. Detection only: nothing is rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

REPLACEMENT = "\ufffd"
"""What a decoder puts where bytes were lost."""

_LOST = re.compile(f"{REPLACEMENT}+")

# Bytes that may open a sequence of two, three and four, by code page: those that lead to text which
# news pages really lost that way. All others would only add chance runs.
_LEADS = {
    "cp1252": (bytes([0xC2, 0xC3, 0xC4, 0xC5, 0xCE, 0xCF, *range(0xD0, 0xDC)]), bytes(range(0xE0, 0xF0))),
    "cp1251": (bytes([0xD0, 0xD1]), b"\xe2"),
    "cp1250": (bytes([0xC2, 0xC3, 0xC4, 0xC5]), b"\xe2"),
    "mac_roman": (bytes([0xC2, 0xC3]), b"\xe2"),
}
_FOUR = b"\xf0"
_TRAIL = bytes(range(0x80, 0xC0))

# One sequence alone is believed where it opens so: Latin letters and signs, general punctuation, emoji,
# the byte order mark. Of all others there must be two, or chance would find them in "3×½" and "Рівне".
_BELIEVED = frozenset([0xC2, 0xC3, 0xC4, 0xC5, 0xE2, 0xEF, 0xF0])

_RUN = 64
"""Sequences that are undone at a time: a run that cannot be is looked at from each of its characters anew."""

# Signs that close or follow a word: after a capital or a space they are no trailing byte ("Ä“", "FÂ»").
_CLOSERS = frozenset("‘’‚“”„‹›«»…–—\xa0")


@dataclass(frozen=True, slots=True)
class CodePage:
    """An old code page: the byte of each of its characters above ASCII, and UTF-8 seen through it."""

    name: str
    to_byte: dict[str, int]
    pairs: str
    triples: str
    trails: str
    run: re.Pattern[str]

    def undo(self, run: str) -> str | None:
        """Return what the run was before it was read in this code page; None where it was nothing."""
        try:
            return bytes(self.to_byte[c] for c in run).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            return None


@cache
def code_pages() -> tuple[CodePage, ...]:
    """Return the code pages that are undone, the likeliest first."""
    return tuple(_code_page(name, *leads) for name, leads in _LEADS.items())


def _code_page(name: str, two: bytes, three: bytes) -> CodePage:
    # Bytes that a Windows page leaves out come through as C1 controls, as do those read as ISO 8859.
    to_byte = {chr(byte): byte for byte in range(0x80, 0xA0)}
    to_byte |= {bytes([byte]).decode(name, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}

    def those(choice: bytes) -> str:
        return "".join(c for c, byte in to_byte.items() if byte in choice)

    pair, triple, four, trail = those(two), those(three), those(_FOUR), those(_TRAIL)
    tail = f"[{re.escape(trail)}]"
    one = f"[{re.escape(pair)}]{tail}|[{triple}]{tail}{{2}}|[{four}]{tail}{{3}}"
    run = re.compile(f"(?:{one}){{1,{_RUN}}}")
    return CodePage(name, to_byte, pair, triple + four, trail, run)


def mojibake(text: str, starts: Iterable[int] | None = None) -> Iterator[tuple[int, int, str | None]]:
    """Yield `(start, end, was)` of each damaged run: code points, half open, disjoint, in order.

    `was` is the run as it must have been, None where that is lost (replacement characters). `starts`,
    ascending, says where a run may begin, for callers who know; without it every place is tried.

    >>> list(mojibake("La cafÃ© est fermÃ©e, donâ€™t ask"))
    [(6, 8, 'é'), (17, 19, 'é'), (25, 28, '’')]
    """
    end = -1
    for start in range(len(text)) if starts is None else starts:
        if start >= end and (found := _run_at(text, start, start == end)):
            end, was = found
            yield start, end, was


def _run_at(text: str, start: int, goes_on: bool) -> tuple[int, str | None] | None:
    """Return the end of the damaged run at a place and what it was; one that `goes_on` is believed at once."""
    lost = _LOST.match(text, start)
    if lost:
        return lost.end(), None
    for page in code_pages():
        run = page.run.match(text, start)
        if run and (goes_on or _believable(text, run, page)) and (was := page.undo(run[0])) is not None:
            return run.end(), _again(was)
    return None


def _believable(text: str, run: re.Match[str], page: CodePage) -> bool:
    sequences = sum(page.to_byte[c] not in _TRAIL for c in run[0])
    if sequences > 1:
        return True
    if page.to_byte[run[0][0]] not in _BELIEVED:
        return False
    if page.name == "cp1251" and not run[0].startswith("вЂ"):
        return False
    before, after = text[max(run.start() - 1, 0) : run.start()], text[run.end() : run.end() + 1]
    if page.name == "mac_roman" and len(run[0]) == 2 and not (before.isalpha() or after.isalpha()):
        return False  # the root of a number: "√≥"
    if page.name == "cp1250" and len(run[0]) == 2 and run[0].isalpha() and not before.islower():
        return False  # Turkmen "Äşgabat"
    if len(run[0]) == 2 and run[0][1] in _CLOSERS and not after.isalpha():
        return before.islower()
    return True


def _again(text: str) -> str:
    """Undo the same accident as often as it happened: "ÃƒÂ©" was "Ã©" and that was "é"."""
    page = code_pages()[0]
    while not text.isascii() and (was := page.undo(text)) is not None:
        text = was
    return text
