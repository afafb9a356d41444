"""Cuts passages out of a text, whole sentences and lines only, and says what it cut so that it can be put back.

Nobody looks at a text before it is cut: what is not sure stays, as does all that only a part of a sentence is found
to be. `POLICY` is the one place that says what is sure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias
from unicodedata import east_asian_width

import numpy as np

from dedup.errors import SettingsError
from dedup.model import ArticleReport, Finding
from dedup.text import words

Level: TypeAlias = Literal["sure", "likely"]

LEVELS: tuple[Level, ...] = ("sure", "likely")
"""How sure a finding must be to be cut. With ``likely`` what is sure goes, too."""

POLICY: Mapping[tuple[str, str], Level] = {
    ("boilerplate", "phrase"): "sure",
    ("boilerplate", "credit"): "sure",
    ("boilerplate", "learned"): "likely",
    ("boilerplate", "navigation"): "likely",
    ("foreign", "script"): "sure",
    ("foreign", "phrase"): "sure",
    ("foreign", "letters"): "likely",
    ("foreign", "language"): "likely",
    ("repeated", "verbatim"): "sure",
    ("repeated", "similar"): "likely",
}
"""What may be cut, by kind and reason of a finding. What does not stand here is never cut: no copy is, for it is
news, and no template. A repeat has no reason in a report: whether it is ``verbatim`` is looked up in the text. What is
foreign goes only where the whole line goes: a sentence of another language within a paragraph is a quotation."""

SURE_FOREIGN = 0.99
"""Confidence from which a stretch in another language of the same script (``letters``, ``language``) is sure."""

SURE_REPEAT = 50
"""Width from which a sentence said again word for word is a sure repeat, wide letters counting twice: shorter ones are
refrains, or a quotation that is taken up again. A question is never sure, nor is a line below a short one."""

SURE_ENTRY = 100
"""The same of a line without a stop, which may be an entry of a list."""

SURE_PHRASE = 16
"""Words of a sentence above which a service phrase is only likely ..."""

SURE_AFTER_COLON = 4
"""... as it is above so many after a colon: where a page has lost its links, "Read also:" stands before a sentence of
the article. So is a credit of so many words after its colon, where the script has no capitals."""

MOST = 0.5
"""The largest share of an article's words that is cut. Where more would go the findings are likely to be wrong about
the article as a whole, and what is left would be no article."""

WRAPPED = 40
"""Code points from which a line without a stop may go on in the next line: shorter ones are lines by themselves."""

SHORT = 24
"""Code points before a line's end or a stop that say whether a sentence ends there."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage that was cut: code points `[start, end)` of the text as it came, and what stood there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Trim:
    """A text after trimming: what was cut and how many words that were.

    Where it was left whole although there was something to cut, `kept_because` says why; `words` are those that
    would have gone.
    """

    text: str
    words: int = 0
    cuts: tuple[Cut, ...] = ()
    kept_because: str | None = None

    def as_json(self) -> dict[str, Any] | None:
        """What a report says of it under ``trimmed``; None where there was nothing to cut."""
        if self.kept_because is not None:
            return {"words": self.words, "kept_because": self.kept_because}
        cuts = [{"start": cut.start, "end": cut.end, "text": cut.text} for cut in self.cuts]
        return {"words": self.words, "cuts": cuts} if cuts else None


def trimmed(text: str, report: ArticleReport, at: Level = "sure") -> Trim:
    """Cut the repeated, boilerplate and foreign passages of an article that are as sure as `at`.

    Only whole sentences, lines and paragraphs go, with the white space of one side; of an article that would lose
    more than half of its words nothing does.
    """
    found = [one for one in report.findings if is_cut(text, one, at)]
    cuts = cuts_of(text, _ranges(text, found))
    if not cuts:
        return Trim(text)
    starts = words.split([text]).starts
    edges = np.searchsorted(starts, [(cut.start, cut.end) for cut in cuts])
    gone = int((edges[:, 1] - edges[:, 0]).sum())
    if gone > MOST * starts.size:
        return Trim(text, gone, kept_because="more than half of the article would go")
    return Trim(without(text, cuts), gone, cuts)


def restored(text: str, cuts: Iterable[Cut | Mapping[str, Any]]) -> str:
    """Put a text together again, exactly as it came: the inverse of `trimmed`. Takes the `cuts` of a report, too.

    >>> restored("A b. E f.", [{"start": 5, "end": 10, "text": "C d. "}])
    'A b. C d. E f.'
    """
    whole: list[str] = []
    at = length = 0
    for cut in cuts:
        start, piece = (cut.start, cut.text) if isinstance(cut, Cut) else (cut["start"], cut["text"])
        whole += [text[at : at + start - length], piece]
        at += start - length
        length = start + len(piece)
    return "".join([*whole, text[at:]])


def without(text: str, cuts: Sequence[Cut]) -> str:
    """Return a text without some disjoint passages of it, given in order."""
    ends = [0, *(cut.end for cut in cuts)]
    return "".join(text[a:b] for a, b in zip(ends, [*(cut.start for cut in cuts), len(text)], strict=True))


# -- what is cut ---------------------------------------------------------------------------------------------------


def checked_level(at: str) -> Level:
    """Return `at` if it is one of `LEVELS`, else raise `SettingsError`."""
    for level in LEVELS:
        if at == level:
            return level
    raise SettingsError(f"trim_at must be sure or likely, got {at!r}")


def is_cut(text: str, found: Finding, at: Level) -> bool:
    """Whether a finding of an article with this text is as sure as `at`."""
    level = level_of(text, found)
    return level is not None and LEVELS.index(level) <= LEVELS.index(at)


def level_of(text: str, found: Finding) -> Level | None:
    """How sure a finding is; None for what is never cut."""
    reason = found.reason or ""
    if found.kind == "repeated":
        reason = "verbatim" if _is_verbatim(text, found) and not _is_answered(text, found) else "similar"
    level = POLICY.get((found.kind, reason))
    if reason == "credit" and _names_more_than_a_name(text, found):
        return "likely"
    if reason == "phrase" and found.kind == "boilerplate" and _goes_on_as_prose(text, found):
        return "likely"
    if level == "likely" and found.kind == "foreign" and (found.confidence or 0.0) >= SURE_FOREIGN:
        return "sure"
    return level


def _is_verbatim(text: str, found: Finding) -> bool:
    """Whether the words of a repeat are those of the passage that it repeats."""
    if found.match is None or found.match.end > found.start:
        return False
    first = text[found.match.start : found.match.end]
    again = text[found.start : found.end]
    enough = SURE_REPEAT if _is_told(text, found) else SURE_ENTRY
    return _width(again) >= enough and _words(again) == _words(first)


def _is_answered(text: str, found: Finding) -> bool:
    """Whether what is said again belongs to what stands beside it: a question, or the line below a short one.

    The question has another answer now, and the short line is a label ("Row 3", "5:30 p.m.") that would name nothing.
    """
    asks = _ASKS.search(text[max(found.start, found.end - SHORT) : found.end + 1].rstrip())
    end = text.rfind("\n", 0, found.start)
    if asks or end < 0 or text[end : found.start].strip():
        return asks is not None
    return 0 < _width(text[text.rfind("\n", 0, end) + 1 : end].strip()) < WRAPPED


def _names_more_than_a_name(text: str, found: Finding) -> bool:
    """Whether a credit in a script without capitals is as long as a sentence: there nothing else tells names."""
    named = "".join(re.split("[:：]", text[found.start : found.end], maxsplit=1)[1:])
    return _size_in_words(named) > SURE_AFTER_COLON and named.upper() == named.lower()


def _goes_on_as_prose(text: str, found: Finding) -> bool:
    """Whether a service phrase may hold a sentence of the article."""
    passage = text[found.start : found.end]
    rest = re.split("[:：]", passage, maxsplit=1)[1:]
    long = _size_in_words(passage) > SURE_PHRASE or any(
        _size_in_words(part) > SURE_AFTER_COLON for part in rest
    )
    return long and (_is_told(text, found) or _STOP.search(passage) is not None)


def _is_told(text: str, found: Finding) -> bool:
    """Whether a passage ends as a sentence does."""
    return _ENDS.search(text[max(found.start, found.end - SHORT) : found.end + 1].rstrip()) is not None


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _size_in_words(text: str) -> int:
    """How many words these are; two wide letters count as one."""
    return max(len(_words(text)), (_width(text) - len(text)) // 2)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _ranges(text: str, findings: Sequence[Finding]) -> Iterator[Range]:
    """What findings hold; of those in another language, what fills its lines."""
    held = _held(text, ((found.start, found.end) for found in findings))
    for found in findings:
        if found.kind == "foreign":
            start, end = text.rfind("\n", 0, found.start) + 1, text.find("\n", found.end)
            if not _is_filled(text, start, len(text) if end < 0 else end, held):
                continue
        yield found.start, found.end


# -- where it is cut -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """What goes as a whole or not at all: a sentence, or a line without one. `block` numbers its paragraph."""

    start: int
    end: int
    block: int


def cuts_of(text: str, ranges: Iterable[Range]) -> tuple[Cut, ...]:
    """Return what can be cut of ranges of code points, in any order: the sentences and lines that they fill.

    >>> [cut.text for cut in cuts_of("The mayor spoke. Click here. He left early.", [(17, 27), (29, 36)])]
    ['Click here. ']
    """
    held = _held(text, ranges)
    if not any(held):
        return ()
    units = list(_units(text))
    goes = _with_bare([_is_filled(text, unit.start, unit.end, held) for unit in units])
    for _, together in groupby(range(len(units)), lambda place: (units[place].block, goes[place])):
        run = list(together)
        if goes[run[0]] and not _may_go(text, units, run, after_cut=run[0] > 0 and bool(goes[run[0] - 1])):
            for place in run:
                goes[place] = False
    edges = [0, *(edge for unit in units for edge in (unit.start, unit.end)), len(text)]
    runs = [list(together) for _, together in groupby(range(len(units)), lambda place: goes[place])]
    return tuple(_with_gap(text, edges, run[0], run[-1] + 1) for run in runs if goes[run[0]])


def _held(text: str, ranges: Iterable[Range]) -> bytearray:
    """Return for each code point 1 if it lies in a range, else 0."""
    held = bytearray(len(text))
    for start, end in ranges:
        held[start:end] = b"\1" * len(held[start:end])
    return held


def _is_filled(text: str, start: int, end: int, held: Sequence[int]) -> bool | None:
    """Whether all letters and digits of a stretch are held; None where it has none."""
    letters = [held[place] for place in range(start, end) if text[place].isalnum()]
    return all(letters) if letters else None


def _with_bare(filled: Sequence[bool | None]) -> list[bool]:
    """Let lines of bare signs go with what they stand behind, or before where nothing else is left on that side."""
    goes = [bool(one) for one in filled]
    told = [place for place, one in enumerate(filled) if one is not None]
    kept = [place for place in told if not filled[place]]
    first, last = (kept[0], kept[-1]) if kept else (len(goes), -1)
    for place, one in enumerate(filled):
        if one is None:
            at = bisect_left(told, place)
            after_cut = at > 0 and goes[told[at - 1]]
            before_cut = at < len(told) and goes[told[at]]
            goes[place] = after_cut or (before_cut and not first < place < last)
    return goes


def _may_go(text: str, units: Sequence[_Unit], run: Sequence[int], after_cut: bool) -> bool:
    """Whether units of one paragraph leave nothing broken behind: half a quotation, or a colon before nothing."""
    passage = text[units[run[0]].start : units[run[-1]].end]
    if sum(map(passage.count, _QUOTES)) % 2 or any(
        passage.count(pair[0]) != passage.count(pair[1]) for pair in _BRACKETS
    ):
        return False
    return after_cut or not run[0] or text[units[run[0] - 1].end - 1] not in ":："


def _with_gap(text: str, edges: Sequence[int], first: int, last: int) -> Cut:
    """Cut the units `[first, last)` with the smaller gap beside them, so that paragraphs stay apart."""
    before, start = edges[2 * first], edges[2 * first + 1]
    end, after = edges[2 * last], edges[2 * last + 1]
    if after == len(text) and not text[end:].strip():
        start = before if before else start  # the text's end stays as it is
    elif not before or _size(text[before:start]) >= _size(text[end:after]):
        end = after
    else:
        start = before
    return Cut(start, end, text[start:end])


def _size(gap: str) -> tuple[int, int]:
    return len(_NEWLINE.findall(gap)), -len(gap)


_NEWLINE = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_QUOTES = ('"', "“", "”", "„", "‟", "«", "»", "「", "」", "『", "』")
_BRACKETS = ("()", "[]", "（）", "【】", "{}")
_CLOSING = "\"'“”’»」』）)\\]"
_STOP = re.compile(
    rf"(?:(?<![.!?…।॥۔؟։።။။])[.!?…।॥۔؟։።။။]+[{_CLOSING}]*(?=\s)|(?<![。！？])[。！？]+[{_CLOSING}]*)\s*"
)
_ENDS = re.compile(rf"[.!?…।॥۔؟։።။။。！？][{_CLOSING}]*$")
_ASKS = re.compile(rf"[?？؟\u037e][{_CLOSING}]*$")
_WORD = re.compile(r"[^\W_]")
_SHORT_FORMS = frozenset(
    "prof capt corp sept messrs bros hrsg univ dept etc ca art vol no op al inkl evtl resp gen ul im св ул им ср см"
    " руб тыс млн млрд напр".split()
)


def _units(text: str) -> Iterator[_Unit]:
    """Yield the sentences of a text, and its lines where they hold none, with nothing but white space between them."""
    block = at = 0
    flow: list[Range] = []
    for found in [*_NEWLINE.finditer(text), None]:
        stop = found.start() if found else len(text)
        line = text[at:stop]
        start = at + len(line) - len(line.lstrip())
        end = start + len(line.strip())
        at = found.end() if found else stop
        if flow and (start == end or not _goes_on(text[slice(*flow[-1])], text[start:end])):
            yield from _sentences(text, flow[0][0], flow[-1][1], block)
            flow = []
        if start == end:
            block += 1
        else:
            flow.append((start, end))
    if flow:
        yield from _sentences(text, flow[0][0], flow[-1][1], block)


def _goes_on(line: str, following: str) -> bool:
    """Whether two lines may be one: of wrapped text, where the second ends a sentence of the first, or a bare sign."""
    if not _WORD.search(line) or not _WORD.search(following):
        return True
    return not _ENDS.search(line[-SHORT:]) and (following[0].islower() or len(line) >= WRAPPED)


def _sentences(text: str, start: int, end: int, block: int) -> Iterator[_Unit]:
    """Yield the sentences of a stretch of text. Where it is not sure that one ends, it goes on."""
    last = end
    while last > start and not text[last - 1].isalnum():
        last -= 1
    word = _WORD.search(text, start, end)
    for stop in _STOP.finditer(text, start, last):
        if word and word.start() < stop.start() and _is_border(text, start, stop):
            yield _Unit(start, start + len(text[start : stop.end()].rstrip()), block)
            start = stop.end()
            word = _WORD.search(text, start, end)
    yield _Unit(start, end, block)


def _is_border(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a sentence from `start` ends with a stop, and another one begins behind it."""
    if text[stop.end()].islower():
        return False
    before = text[max(start, stop.start() - SHORT) : stop.start()].split()
    return not (stop[0].startswith(".") and before and _is_short_form(before[-1]))


def _is_short_form(word: str) -> bool:
    """Whether a full stop after a word may be that of an abbreviation, an initial or an ordinal number."""
    bare = word.strip("\"'“”„‘’«»()[]")
    if bare.isdigit():
        return len(bare) <= 2
    small = bare.casefold()
    return (
        "." in bare
        or len(bare) <= 1
        or (len(bare) <= 3 and bare[:1].isupper())
        or small in _SHORT_FORMS
        or (len(bare) <= 4 and bare.isascii() and not set(small) & set("aeiouy"))
    )
