"""Service phrases and credits, found by their wording: "Read also: ...", "Subscribe to our newsletter"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from dedup import words
from dedup.boilerplate.lexicon import LETTER, Lexicon, Pattern, double_keys, folded_line, lexicon
from dedup.boilerplate.runs import furniture_runs
from dedup.model import Mark

SHORT_LINE = 80
"""Code points a line may have to be looked up as a whole."""

LONG_SENTENCE = 60
"""Words of a sentence above which a phrase inside it says nothing about the rest."""

LONG_REST = 200
"""Code points a lead-in may take to the line's end; of a longer line it takes its own sentence."""

_Span = tuple[int, int]
_Found = tuple[int, int, str]

_SENTENCE_END = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+[」』”）]*|(?<=\s)[|•·](?=\s)""")
_PARTS = re.compile(r"\s*[|•·»›>/]\s*|\t|\s[-–—]\s")
_BEFORE = re.compile(r"""[^\w(©«"“„‘\[<]*""")
_WORD = re.compile(f"{LETTER}+")


def known_marks(text: str, paragraphs: Sequence[_Span], languages: Sequence[str] = ()) -> list[Mark]:
    """Return the furniture of one article that can be told without any other article.

    Kind is ``boilerplate``, reason ``phrase`` (a service phrase), ``credit`` (agencies, photographers) or
    ``navigation`` (a run of menu lines). Marks are in order and disjoint. `paragraphs` are spans of `text`.
    All languages' phrases are looked for, as the furniture of a page need not speak its article's language;
    `languages` narrows that.

    >>> text = "The bridge is closed. Read also: Ferry fares rise again"
    >>> [text[m.start : m.end] for m in known_marks(text, [(0, len(text))])]
    ['Read also: Ferry fares rise again']
    """
    known = lexicon(tuple(languages))
    lines = [line for paragraph in paragraphs for line in _lines(text, *paragraph)]
    found = list(_phrases(text, lines, known))
    short = [line for line in lines if line[1] - line[0] <= SHORT_LINE]
    service = {line for line in short if _is_service_line(text[slice(*line)], known)}
    found += [(*line, "phrase") for line in service]
    if len(short) >= 5:
        covered = service | {(start, end) for start, end, _ in found}
        found += [(*line, "navigation") for line in furniture_runs(text, lines, covered, known)]
    return [Mark("boilerplate", start, end, reason=reason) for start, end, reason in _disjoint(found)]


def _lines(text: str, start: int, end: int) -> Iterator[_Span]:
    """Yield the lines of a paragraph that hold more than spaces, without the spaces around them."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop]
        body = line.strip()
        if body:
            first = start + len(line) - len(line.lstrip())
            yield first, first + len(body)
        start = stop + 1


def _is_service_line(line: str, known: Lexicon) -> bool:
    folded = folded_line(line)
    if folded in known.lines:
        return True
    parts = [part for part in map(folded_line, _PARTS.split(line)) if part]
    if len(parts) < 2:
        return False
    sure = sum(part in known.lines for part in parts)
    return sure > 0 and 2 * (sure + sum(part in known.menus for part in parts)) > len(parts)


# -- phrases in sentences ----------------------------------------------------------------------------------


def _phrases(text: str, lines: Sequence[_Span], known: Lexicon) -> Iterator[_Found]:
    starts = [line[0] for line in lines]
    for offset, patterns in _anchored(text, known):
        number = bisect_right(starts, offset) - 1
        if number >= 0 and offset < lines[number][1]:
            for pattern in patterns:
                span = _span_of(text, pattern, lines[number], offset)
                if span is not None:
                    yield (*span, "credit" if pattern.shape == "credit" else "phrase")


def _anchored(text: str, known: Lexicon) -> Iterator[tuple[int, Sequence[Pattern]]]:
    """Yield the offset of each word, pair of words or sign that may belong to a phrase, and the patterns."""
    columns = words.split([text])
    hashes = columns.hashes
    low = hashes & np.uint32(0xFFFF)
    for at in np.flatnonzero(known.single_maybe[low]).tolist():
        yield int(columns.starts[at]), known.buckets.get(int(hashes[at]), ())
    pairs = double_keys(hashes)
    for at in np.flatnonzero(known.double_maybe[pairs & np.uint64(0xFFFF)]).tolist():
        yield int(columns.starts[at]), known.buckets.get(int(pairs[at]), ())
    for sign, patterns in known.signs.items():
        at = text.find(sign)
        while at >= 0:
            yield at, patterns
            at = text.find(sign, at + 1)


def _span_of(text: str, pattern: Pattern, line: _Span, offset: int) -> _Span | None:
    """Return what a pattern takes of a line that holds its anchor at `offset`; None where it does not fit."""
    start, end = _sentence(text, line, offset)
    if pattern.shape == "inside":
        fits = pattern.expression.search(text, start, end)
        if not fits or len(_WORD.findall(text, start, end)) > LONG_SENTENCE:
            return None
        return _tight(text, start, end)
    stop = end if pattern.shape == "start" else line[1]
    fits = pattern.expression.match(text, start, stop)
    if not fits or not fits.start() <= offset < fits.end():
        return None
    if pattern.shape == "credit":
        if line[1] - start > LONG_REST:
            return None
        return _tight(text, start, _credit_end(text, start, line[1]))
    if pattern.shape in ("lead", "headline") and line[1] - start <= LONG_REST:
        end = line[1]
    return _tight(text, start, end)


def _sentence(text: str, line: _Span, offset: int) -> _Span:
    start = line[0]
    for border in _SENTENCE_END.finditer(text, *line):
        if border.end() > offset:
            return start, border.end()
        start = border.end()
    return start, line[1]


def _credit_end(text: str, start: int, end: int) -> int:
    opening = text.find("(", start, start + 4)
    closing = text.find(")", start, end) if opening >= 0 else -1
    return end if closing < 0 else closing + 1


def _tight(text: str, start: int, end: int) -> _Span:
    first = _BEFORE.match(text, start, end)
    start = start if first is None or first.end() >= end else first.end()
    return start, start + len(text[start:end].rstrip())


def _disjoint(found: list[_Found]) -> Iterator[_Found]:
    """Join what overlaps; the first reason stays, and a phrase names a run better than its place does."""
    joined: list[_Found] = []
    for start, end, reason in sorted(found, key=lambda span: (span[0], span[2] == "navigation", -span[1])):
        if joined and start < joined[-1][1]:
            first, last, why = joined.pop()
            joined.append((first, max(last, end), why))
        else:
            joined.append((start, end, reason))
    yield from joined
