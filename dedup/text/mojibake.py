"""Text that was UTF-8 and was read in an old code page: "cafÃ©", "РџСЂРёРІРµС‚", "donâ€™t".

Such runs are found by undoing the accident: an old code page is a table from character to byte, and a run of
characters whose bytes are valid UTF-8 is what it decodes to. Chance runs ("CAFÉ”") are told apart by what
stands around them, and by whether the text is surely broken elsewhere, so no list of bad words is needed.
The text given is never changed: `repaired` returns another one, and where each code point of it comes from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

REPLACEMENT = "\ufffd"
"""What a decoder puts where bytes were lost."""

_LOST = re.compile(f"{REPLACEMENT}+")

# Bytes that may open a sequence of two, three and four, by code page: those that lead to text which
# news pages really lost that way. All others would only add chance runs. The likeliest page first.
_LEADS = {
    "cp1252": (bytes([*range(0xC2, 0xC7), 0xC8, 0xCE, 0xCF, *range(0xD0, 0xDC)]), bytes(range(0xE0, 0xF0))),
    "cp1251": (bytes([0xC2, 0xC3, 0xC4, 0xC5, 0xD0, 0xD1]), b"\xe2"),
    "cp1250": (bytes([0xC2, 0xC3, 0xC4, 0xC5, 0xC8, 0xCE, 0xCF, 0xD0, 0xD1]), b"\xe2"),
    "iso8859_2": (bytes([0xC2, 0xC3, 0xC4, 0xC5, 0xD0, 0xD1]), b"\xe2"),
    "cp1257": (bytes([0xC2, 0xC3, 0xC4, 0xC5]), b"\xe2"),
    "cp1253": (bytes([0xCE, 0xCF]), b"\xe2"),
    "cp1255": (bytes([0xD7]), b""),
    "cp1256": (bytes([0xD8, 0xD9, 0xDA, 0xDB]), b""),
    "koi8_r": (bytes([0xC2, 0xC3, 0xC4, 0xC5, 0xD0, 0xD1]), b"\xe2"),
    "cp866": (bytes([0xD0, 0xD1]), b""),
    "cp437": (bytes([0xC2, 0xC3, 0xC4, 0xC5]), b"\xe2"),
    "cp850": (bytes([0xC2, 0xC3, 0xC4, 0xC5]), b"\xe2"),
    "mac_roman": (bytes([0xC2, 0xC3, 0xC4, 0xC5, 0xD0, 0xD1]), b"\xe2"),
}
_FOUR = b"\xf0"
_TRAIL = bytes(range(0x80, 0xC0))

# One sequence alone is believed where it opens so: Latin letters and signs, general punctuation, emoji,
# the byte order mark. Of all others there must be two, or chance would find them in "3×½" and "Рівне".
_BELIEVED = frozenset([0xC2, 0xC3, 0xC4, 0xC5, 0xE2, 0xEF, 0xF0])
_LATIN_LEADS = frozenset([0xC2, 0xC3, 0xC4, 0xC5])

# Pages of Cyrillic letters or of frames and signs: what was a Latin letter there stands among Latin letters.
_STRANGE = frozenset(["cp1251", "koi8_r", "cp437", "cp850", "mac_roman"])

# Signs that close or follow a word: after a capital or a space they are no trailing byte ("Ä“", "FÂ»").
_CLOSERS = frozenset("‘’‚“”„‹›«»…–—\xa0")

_PUNCTUATION = frozenset("–—‘’‚“”„†‡•…‹›€™\ufeff")
"""What is believed alone of the signs of three bytes, in pages where their lead is a frequent letter."""
_EMOJI = frozenset(map(chr, range(0x1F000, 0x1FC00)))

_LONGEST = 16
"""Sequences undone at a time: a run that cannot be undone costs no more than so many at each of its places."""
_OFTEN = 4
"""A text with so many sure sequences of one code page is broken: then a Latin letter or sign alone is believed, too,
and any other sequence whose lead is among the sure ones."""
_TIMES = 4
"""How often the same text may have been broken: nobody has seen more."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A text as it was before it was broken.

    `places`, uint32: where each of its code points begins in the text given and, last, where that ends.
    """

    text: str
    places: NDArray[np.uint32]

    def given(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text given that became ``[start, end)``."""
        return int(self.places[start]), int(self.places[end])

    def was(self, start: int, end: int) -> tuple[int, int]:
        """What the span ``[start, end)`` of the text given became."""
        low, high = np.searchsorted(self.places, (start, end)).tolist()
        return low, high


@dataclass(frozen=True, slots=True)
class CodePage:
    """An old code page: the byte of each of its characters above ASCII, and UTF-8 seen through it."""

    name: str
    to_byte: dict[str, int]
    leads: str
    trails: str
    sequences: str

    @property
    def run(self) -> re.Pattern[str]:
        """The expression of a run, compiled when a text first may have one."""
        return _compiled(self.sequences)

    def undo(self, run: str) -> str | None:
        """Return what the run was before it was read in this code page; None where it was nothing."""
        try:
            return bytes(self.to_byte[c] for c in run).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            return None


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    was: str
    page: CodePage

    def leads(self) -> list[tuple[str, int]]:
        return [(self.page.name, character.encode()[0]) for character in self.was]


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

    tail = f"[{re.escape(those(_TRAIL))}]"
    kinds = [(two, 1), (three, 2), (_FOUR, 3)]
    sequences = [f"[{re.escape(those(leads))}]{tail}{{{size}}}" for leads, size in kinds if leads]
    run = f"(?:{'|'.join(sequences)}){{1,{_LONGEST}}}"
    return CodePage(name, to_byte, those(two + three + _FOUR), those(_TRAIL), run)


_compiled = cache(re.compile)


@cache
def _pages_by_lead() -> dict[str, list[CodePage]]:
    found: dict[str, list[CodePage]] = {}
    for page in code_pages():
        for character in page.leads:
            found.setdefault(character, []).append(page)
    return found


_SIEVE = 0x10000
"""Characters beyond these are in no code page."""


@cache
def sieve() -> NDArray[np.uint32]:
    """Of each character, the pages in which it leads a sequence (high half) and in which it is a further byte.

    Two characters may be damage where the first leads in a page in which the second is a further byte.
    """
    table = np.zeros(_SIEVE, np.uint32)
    for bit, page in enumerate(code_pages()):
        for characters, half in ((page.leads, 16), (page.trails, 0)):
            table[[ord(c) for c in characters]] |= np.uint32(1 << bit + half)
    table[-1] = 0
    return table


def damage(text: str) -> list[int]:
    """Return where a damaged run may begin, ascending: a necessary condition that costs 2 ns a character.

    >>> damage("La cafÃ© est fermée")
    [6]
    """
    if text.isascii():
        return []
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = sieve().take(codes, mode="clip")
    found: list[int] = np.flatnonzero(bits[:-1] >> np.uint32(16) & bits[1:]).tolist()
    return found


def mojibake(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield `(start, end, was)` of each damaged run: code points, half open, disjoint, in order.

    `was` is the run as it must have been, None where that is lost (replacement characters).

    >>> list(mojibake("La cafÃ© est fermÃ©e, donâ€™t ask"))
    [(6, 8, 'é'), (17, 19, 'é'), (25, 28, '’')]
    """
    runs: list[tuple[int, int, str | None]] = []
    runs += [(run.start, run.end, _again(run)) for run in _runs(text)]
    if REPLACEMENT in text:
        runs += [(*lost.span(), None) for lost in _LOST.finditer(text)]
    yield from sorted(runs, key=lambda run: run[0])


def repaired(text: str) -> Repair | None:
    """Undo all damage, as often as it was done; None where there is none, as in nearly all texts.

    >>> repair = repaired("Le cafÃƒÂ© est lÃ\xa0")
    >>> repair.text, repair.given(3, 7), repair.was(3, 10)
    ('Le café est là', (3, 10), (3, 7))
    """
    places: NDArray[np.uint32] | None = None
    for _ in range(_TIMES):
        runs = _runs(text)
        if not runs:
            break
        text, where = _rewritten(text, runs)
        places = where if places is None else places[where]
    return None if places is None else Repair(text, places)


def _rewritten(text: str, runs: Sequence[_Run]) -> tuple[str, NDArray[np.uint32]]:
    """Put for each run what it was; with where each code point was, and the end."""
    parts, places, at = [], [], 0
    for run in runs:
        parts += [text[at : run.start], run.was]
        sizes = [len(character.encode()) for character in run.was]
        places += [np.arange(at, run.start), run.start + np.cumsum([0, *sizes[:-1]])]
        at = run.end
    places.append(np.arange(at, len(text) + 1))
    return "".join([*parts, text[at:]]), np.concatenate(places).astype(np.uint32)


def _runs(text: str) -> list[_Run]:
    """The runs to undo: those that are sure, and where a text is surely broken, all like them."""
    sure: list[_Run] = []
    likely: list[_Run] = []
    end = 0
    for start in damage(text):
        if start < end:
            continue
        for run in _runs_at(text, start):
            if (start == end and sure and sure[-1].page is run.page) or _believable(text, run):
                sure.append(run)
                end = run.end
                break
            likely.append(run)
    often = Counter(name for run in sure for name, _ in run.leads())
    seen = {lead for run in sure for lead in run.leads()}
    likely = [
        run
        for run in likely
        if often[run.page.name] >= _OFTEN and (seen.issuperset(run.leads()) or all(map(_is_latin, run.was)))
    ]
    if not likely:
        return sure
    runs: list[_Run] = []
    for run in sorted([*sure, *likely], key=lambda run: (run.start, -run.end)):
        if not runs or run.start >= runs[-1].end:
            runs.append(run)
    return runs


def _runs_at(text: str, start: int) -> list[_Run]:
    """What a run that begins here may be, the longest first; of equal ones that of the likeliest page."""
    found = []
    for page in _pages_by_lead()[text[start]]:
        run = page.run.match(text, start)
        if run and (was := page.undo(run[0])) is not None:
            found.append(_Run(start, run.end(), was, page))
    return sorted(found, key=lambda run: -run.end)


def _believable(text: str, run: _Run) -> bool:
    """Whether a run is no chance, by itself and what stands around it."""
    name, broken = run.page.name, text[run.start : run.end]
    before, after = text[max(run.start - 1, 0) : run.start], text[run.end : run.end + 1]
    leads = {lead for _, lead in run.leads()}
    if any(character > "\uffff" and character not in _EMOJI for character in run.was):
        return False  # "ЁовА" is no rare Han letter
    if name in _STRANGE and leads <= _LATIN_LEADS:  # the root of a number: "√≥"; "Гірський"; Ewe "gbeƒã"
        enough = len(run.was) > 1 or name != "mac_roman" or leads <= {0xC2, 0xC3}
        return enough and (_is_plain(before) or _is_plain(after))
    if len(run.was) > 1:
        return True
    if not leads <= _BELIEVED and run.was not in "șțȘȚ":
        return False
    if len(broken) > 2:
        return run.was in _PUNCTUATION or (name == "cp1252" and "\xa0" not in broken)
    if name not in ("cp1252", "cp1257") and broken.isalpha() and not before.islower():
        return False  # Turkmen "Äşgabat"
    if broken[1] in _CLOSERS and not after.isalpha():
        return before.islower()
    return True


def _is_latin(character: str) -> bool:
    return character < "\u0250" or "\u1e00" <= character < "\u1f00"


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _again(run: _Run) -> str:
    """Undo the same accident as often as it happened: "ÃƒÂ©" was "Ã©" and that was "é"."""
    text = run.was
    while not text.isascii() and (was := run.page.undo(text)) is not None:
        text = was
    return text
