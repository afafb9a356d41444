"""Spans inside quotation marks, in the conventions of many languages.

“English”, "typewriter", «française», »dansk«, ”svenska”, „deutsch“, „polski”, ‚knapp‘, ‘single’, ‹ ›, 「」,
『』; and as typewriters, newswires and twice-escaped feeds write them: ``so'', ,,so'', <<so>>, &quot;so&quot;.
Apostrophes, inches, years ("’90s") and Hebrew gershayim are told from quotation marks by what stands
beside them. 《Titles》 are no quotations. Where lines are wrapped, a quotation runs over their ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from dedup.text.mojibake import repaired

_CLOSES = {
    "“": "”“\"",  # the second: a page that types one mark for both; the third: ``so''
    "”": "”",
    "„": "“”\"„",
    "‟": "”",
    '"': '"',
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "‚": "‘’",
    "‘": "’",
    "'": "'",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "＂": "＂",
}  # fmt: skip
"""Opening mark -> the marks that close it."""

_SURE = frozenset("「『〝」』〞〟")
_CLOSERS = frozenset("".join(_CLOSES.values()))
_SINGLE = frozenset("‚‘'‹›’")

# Apostrophes inside words are passed over here, where it costs nothing. A set stands first: the engine skips to it.
_MARK = re.compile(r"[\"“”„‟«»‹›‚「」『』〝〞〟＂'‘’](?:(?<=['’])(?!\w)|(?<=['‘])(?<!\w.)|(?<!['‘’]))")

_NAMES = "quot|ldquo|rdquo|bdquo|laquo|raquo|lsaquo|rsaquo|#34|#171|#187|#822[0-2]|#x22|#xab|#xbb|#x201[c-e]"
_SPELLED = re.compile(rf"``|''|´´|(?<!\w),,(?=\S)|<<|>>|&(?:{_NAMES});", re.I)
_SIGNS = ("``", "''", "´´", ",,", "<<", ">>", "&")
"""One of these is in each of them."""
_ANY = re.compile(f"{_SPELLED.pattern}|{_MARK.pattern}", re.I)

_MEANS: Mapping[str, str] = {"``": "“", "''": '"', "´´": '"', ",,": "„", "<<": "«", ">>": "»"}
"""Marks of two signs, and what they stand for."""

WIDTH = 100
"""Code points a line has at most where lines are wrapped."""

_LINE_END = re.compile(r"[^\S\n]*\n[^\S\n]*")
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟۔।][\"'”’»›)]*$")

# What begins with an apostrophe: years, and clipped words of English and Dutch.
_CLIPPED = re.compile(r"['‘’](?:\d|(?:n|em|til|tis|twas|cause|bout|round|s|t|k|m|r)\b)", re.I)

_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(slots=True)
class _Open:
    """The marks open at one point of a paragraph, outermost first, each with where it ends, and the pairs found."""

    stack: list[tuple[str, int]] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    waiting: dict[str, int] = field(
        default_factory=dict
    )  # closing mark -> how many open marks it would close

    def push(self, mark: str, behind: int) -> None:
        self.stack.append((mark, behind))
        self._count(mark, 1)

    def close(self, mark: str, at: int) -> None:
        """Close the nearest open mark that `mark` closes; those open inside it were never closed."""
        while True:
            opener, start = self.stack.pop()
            self._count(opener, -1)
            if mark in _CLOSES[opener]:
                self.pairs.append((start, at))
                return

    def awaits(self, mark: str) -> bool:
        return self.waiting.get(mark, 0) > 0

    def _count(self, opener: str, step: int) -> None:
        for closer in _CLOSES[opener]:
            self.waiting[closer] = self.waiting.get(closer, 0) + step


def quoted_spans(
    text: str, paragraphs: Sequence[tuple[int, int]], among: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Return the spans between quotation marks, marks and outer spaces left out, in order.

    Of all paragraphs, or of those whose numbers are `among` some.

    Spans are code points, half open, disjoint (of nested quotes the outermost), each in one paragraph, or over
    several where these are the lines of a text that is wrapped. What its paragraph leaves open counts only where the
    next paragraph opens with the same mark, as English papers do; then it runs to the paragraph's end. Linear in the
    text.

    >>> text = 'He said "no", then «да».'
    >>> [text[start:end] for start, end in quoted_spans(text, [(0, len(text))])]
    ['no', 'да']
    """
    repair = None if text.isascii() else repaired(text)
    if repair is None:
        return _quoted_spans(text, paragraphs, among)
    spans = _quoted_spans(repair.text, [repair.was(*paragraph) for paragraph in paragraphs], among)
    return [repair.given(*span) for span in spans]


def _quoted_spans(
    text: str, paragraphs: Sequence[tuple[int, int]], among: Collection[int] | None
) -> list[tuple[int, int]]:
    if paragraphs and _is_wrapped(text, paragraphs):
        paragraphs, among = [(paragraphs[0][0], paragraphs[-1][1])], None
    pattern = _ANY if any(sign in text for sign in _SIGNS) and _SPELLED.search(text) else _MARK
    spans: list[tuple[int, int]] = []
    for number in range(len(paragraphs)) if among is None else sorted(among):
        start, end = paragraphs[number]
        if not pattern.search(text, start, end):
            continue
        marks = _marks_of(text, start, end, pattern)
        if number + 1 < len(paragraphs):
            left_open = _carried_on(text, marks.stack, paragraphs[number + 1])
            if left_open is not None:
                marks.pairs.append((left_open, end))
        spans += _outermost([_trimmed(text, *pair) for pair in marks.pairs])
    return spans


def _is_wrapped(text: str, paragraphs: Sequence[tuple[int, int]]) -> bool:
    """Whether paragraphs are lines of one width, most of which end within a sentence."""
    if len(paragraphs) < 2 or max(end - start for start, end in paragraphs) > WIDTH:
        return False
    if not _LINE_END.fullmatch(text, paragraphs[0][1], paragraphs[1][0]):
        return False
    ends = sum(bool(_SENTENCE_END.search(text, max(start, end - 3), end)) for start, end in paragraphs[:-1])
    return 2 * ends < len(paragraphs) - 1


def _marks_of(text: str, start: int, end: int, pattern: re.Pattern[str]) -> _Open:
    marks = _Open()
    for mark, at, behind in _marks_in(text, start, end, pattern):
        before = text[at - 1] if at > start else " "
        after = text[behind] if behind < end else " "
        may_open = mark in _CLOSES and _may_open(mark, before, after) and not _CLIPPED.match(text, at, end)
        may_close = mark in _CLOSERS and marks.awaits(mark) and _may_close(mark, before, after)
        if may_close and not (may_open and _reopens(mark, before, after)):
            marks.close(mark, at)
        elif may_open:
            marks.push(mark, behind)
    return marks


def _marks_in(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """The marks of a paragraph: which it is, where it begins and where it ends."""
    for found in pattern.finditer(text, start, end):
        typed = found[0]
        mark = typed if len(typed) == 1 else _MEANS.get(typed) or unescape(typed.lower())
        yield mark, *found.span()


def _in_word(character: str) -> bool:
    return character.isalnum() and not _SPACELESS.match(character)


def _may_open(mark: str, before: str, after: str) -> bool:
    if mark in _SURE or mark in "«„":
        return True
    return not _in_word(before) and (not after.isspace() or (mark == '"' and before.isspace()))


def _may_close(mark: str, before: str, after: str) -> bool:
    if mark in _SURE or mark in "»«":
        return True
    if mark in "'’‘":
        return not before.isspace() and not _in_word(after)
    return not (_in_word(before) and _in_word(after))


def _reopens(mark: str, before: str, after: str) -> bool:
    """Whether a mark that could close looks like one that opens: a space before and a letter after."""
    if mark in _SURE or mark == "»":
        return False
    return (before.isspace() or before in "([—–") and not after.isspace()


def _carried_on(text: str, stack: list[tuple[str, int]], following: tuple[int, int]) -> int | None:
    """Return where what the outermost open mark quotes begins, if the following paragraph carries it on."""
    first = text[following[0] : following[1]].lstrip()[:1]
    for mark, at in stack:
        if mark not in _SINGLE and (mark == first or (mark == "«" and first == "»")):
            return at
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def _outermost(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
        if start < end and (not spans or start >= spans[-1][1]):
            spans.append((start, end))
    return spans
