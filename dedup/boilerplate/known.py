"""Service phrases and credits, found by their wording: "Read also: ...", "Subscribe to our newsletter"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from dedup import words
from dedup.boilerplate.lexicon import (
    LEAD_INS,
    LETTER,
    SPACELESS,
    Lexicon,
    Pattern,
    double_keys,
    folded_line,
    languages_known,
    lexicon,
)
from dedup.boilerplate.runs import furniture_runs
from dedup.languages import facts
from dedup.model import Mark

SHORT_LINE = 80
"""Code points a line may have to be looked up as a whole ..."""

SHORT_PHRASE = 8
"""... and spaces, unless it is a menu: parts between signs."""

LONG_SENTENCE = 60
"""Words of a sentence above which a phrase inside it says nothing about the rest."""

LONG_REST = 200
"""Code points a lead-in may take to the line's end; of a longer line it takes its own sentence."""

TAIL_NAME = 60
"""Code points at a line's end in which an agency may sign."""

FEW_LINES = 5
"""Fewer short lines than this are no run."""

HEAD = 60
"""Code points from its sentence's beginning within which the anchor of all but `inside` patterns lies."""

TAIL = 600
"""The same for patterns anywhere in a sentence: one that begins further back is left alone."""

Anchors: TypeAlias = "list[tuple[int, Sequence[Pattern]]]"
"""Offsets of words and signs, each with the patterns that it may belong to."""

_DASHES = ("-", "–", "—", ":")

_Span = tuple[int, int]
_Found = tuple[int, int, str]

_SENTENCE_END = re.compile(
    r"""[.!?…。！？|•·](?:(?<=[.!?…])[.!?…"'”’»)\]]*(?=\s)|(?<=[。！？])[」』”）]*|(?<=\s[|•·])(?=\s))"""
)
_PARTS = re.compile(r"\s*[|•·»›>/]\s*|\t|\s[-–—]\s")
_MAYBE_PARTS = re.compile("[|•·»›>/\t–—-]")
_CONTINUED = re.compile(r"[a-z].*[^.]\.$")  # the last line of a wrapped paragraph: "share."
_BEFORE = re.compile(r"""[^\w(©«"“„‘\[<]*""")
_WORD = re.compile(f"{LETTER}+")
_FIRST_WORD = re.compile(rf"[\W\d_]*({LETTER}+)")
_DATELINE = re.compile(r"[^.!?\n]{0,60}")


def anchors(columns: words.Columns, languages: Sequence[str] = ()) -> list[Anchors]:
    """Return for each article of a batch where service phrases may be: what `known_marks` looks at closer.

    Costs a few nanoseconds a word; what it lets through is some words in a thousand.
    """
    known = lexicon(tuple(languages))
    found: list[Anchors] = [[] for _ in range(columns.art_words.size - 1)]
    keys = columns.hashes.astype(np.uint64), double_keys(columns.hashes)
    for net, key in zip((known.singles, known.pairs), keys, strict=True):
        for place, patterns in net.caught(key):
            article = int(np.searchsorted(columns.art_words, place, "right")) - 1
            found[article].append((int(columns.starts[place]), patterns))
    return found


def known_marks(
    text: str, paragraphs: Sequence[_Span], languages: Sequence[str] = (), found: Anchors | None = None
) -> list[Mark]:
    """Return the furniture of one article that can be told without any other article.

    Kind is ``boilerplate``, reason ``phrase`` (a service phrase), ``credit`` (agencies, photographers) or
    ``navigation`` (a run of menu lines). Marks are in order and disjoint. `paragraphs` are spans of `text`.
    All languages' phrases are looked for, as the furniture of a page need not speak its article's language;
    `languages` narrows that. `found` spares the work of `anchors` to callers who did it for a whole batch.

    >>> text = "The bridge is closed. Read also: Ferry fares rise again"
    >>> [text[m.start : m.end] for m in known_marks(text, [(0, len(text))])]
    ['Read also: Ferry fares rise again']
    """
    known = lexicon(tuple(languages))
    if found is None:
        found = anchors(words.split([text]), languages)[0]
    lines = [line for paragraph in paragraphs for line in _lines(text, *paragraph)]
    spans = list(_phrases(text, lines, [*found, *_signs(text, known)]))
    short = [line for line in lines if line[1] - line[0] <= SHORT_LINE]
    service = {line for line in short if _is_service_line(text[slice(*line)], known)}
    spans += [(*line, "phrase") for line in service]
    spans += [(*span, "credit") for span in _agencies(text, lines, known)]
    if len(short) >= FEW_LINES:
        covered = service | {(start, end) for start, end, _ in spans}
        spans += [(*line, "navigation") for line in furniture_runs(text, lines, covered, known)]
    return [Mark("boilerplate", start, end, reason=reason) for start, end, reason in _disjoint(text, spans)]


def lead_ins(text: str, found: Anchors, main: str) -> list[tuple[_Span, str]]:
    """Return the lead-ins of two words and more that are in another language than `main`, and which.

    A known phrase says its language for sure, where two words by themselves would not. One that is also said
    in `main` is none; nor is one of a close language where nothing is known of what is said in `main`.

    >>> text = "The ferry sank. Читайте також: Council closes the bridge"
    >>> lead_ins(text, anchors(words.split([text]))[0], "en")
    [((16, 29), 'uk')]
    """
    spans: dict[_Span, set[str]] = {}
    for offset, patterns in found:
        leads = [pattern for pattern in patterns if pattern.shape in LEAD_INS]
        if all(facts.same(pattern.language, main) for pattern in leads):
            continue
        end = text.find("\n", offset)
        end = len(text) if end < 0 else end
        start = _sentence_start(text, text.rfind("\n", 0, offset) + 1, offset)
        for pattern in leads:
            fits = pattern.expression.match(text, start, end) if offset - start <= HEAD else None
            if fits and offset < fits.end() and _is_of_words(fits[1], pattern.language):
                spans.setdefault(fits.span(1), set()).add(pattern.language)
    barred = facts.same if main in languages_known() else facts.close
    kept = [(span, codes) for span, codes in spans.items() if not any(barred(code, main) for code in codes)]
    longest = sorted(kept, key=lambda entry: (entry[0][0], -entry[0][1]))
    return [
        (span, min(codes)) for place, (span, codes) in enumerate(longest)
        if place == 0 or span[0] >= longest[place - 1][0][1]
    ]  # fmt: skip


def _is_of_words(phrase: str, language: str) -> bool:
    return language in SPACELESS or len(_WORD.findall(phrase)) > 1


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
    first = _FIRST_WORD.match(line)
    short = line.count(" ") <= SHORT_PHRASE and not _CONTINUED.match(line)
    if (
        short
        and (first is not None and first[1].casefold() in known.openers)
        and folded_line(line) in known.lines
    ):
        return True
    if not _MAYBE_PARTS.search(line):
        return False
    parts = [part for part in map(folded_line, _PARTS.split(line)) if part]
    sure = sum(part in known.lines for part in parts)
    return (
        len(parts) > 1 and sure > 0 and 2 * (sure + sum(part in known.menus for part in parts)) > len(parts)
    )


# -- phrases in sentences ----------------------------------------------------------------------------------


def _phrases(text: str, lines: Sequence[_Span], found: Anchors) -> Iterator[_Found]:
    starts = [line[0] for line in lines]
    for offset, patterns in found:
        number = bisect_right(starts, offset) - 1
        if number < 0 or offset >= lines[number][1]:
            continue
        start = _sentence_start(text, lines[number][0], offset)
        for pattern in patterns:
            if offset - start <= (TAIL if pattern.shape == "inside" else HEAD):
                span = _span_of(text, pattern, start, lines[number][1], offset)
                if span is not None:
                    yield (*span, "credit" if pattern.shape == "credit" else "phrase")


def _signs(text: str, known: Lexicon) -> Iterator[tuple[int, Sequence[Pattern]]]:
    for sign, patterns in known.signs.items():
        at = text.find(sign)
        while at >= 0:
            yield at, patterns
            at = text.find(sign, at + 1)


def _sentence_start(text: str, start: int, offset: int) -> int:
    """Return where the sentence of the word at `offset` begins in a line that begins at `start`."""
    for back in (HEAD, TAIL):
        begin = max(start, offset - back)
        borders = [border.end() for border in _SENTENCE_END.finditer(text, begin, offset + 1)]
        if borders or begin == start:
            return max((border for border in borders if border <= offset), default=begin)
    return start


def _sentence_end(text: str, offset: int, end: int) -> int:
    border = _SENTENCE_END.search(text, offset, end)
    return border.end() if border else end


def _span_of(text: str, pattern: Pattern, start: int, end: int, offset: int) -> _Span | None:
    """Return what a pattern takes of a sentence from `start`, its line ending at `end`; None if nothing."""
    stop = _sentence_end(text, offset, end)
    if pattern.shape == "inside":
        fits = pattern.expression.search(text, start, stop)
        if not fits or len(_WORD.findall(text, start, stop)) > LONG_SENTENCE:
            return None
        return _tight(text, start, stop)
    fits = pattern.expression.match(text, start, stop if pattern.shape == "start" else end)
    if not fits or offset >= fits.end():
        return None
    if pattern.shape == "credit":
        return None if end - start > LONG_REST else _tight(text, start, _credit_end(text, start, end))
    whole_rest = pattern.shape != "start" and end - start <= LONG_REST
    return _tight(text, start, end if whole_rest else stop)


def _credit_end(text: str, start: int, end: int) -> int:
    opening = text.find("(", start, start + 4)
    closing = text.find(")", start, end) if opening >= 0 else -1
    return end if closing < 0 else closing + 1


def _tight(text: str, start: int, end: int) -> _Span:
    first = _BEFORE.match(text, start, end)
    start = start if first is None or first.end() >= end else first.end()
    return start, start + len(text[start:end].rstrip())


def _agencies(text: str, lines: Sequence[_Span], known: Lexicon) -> Iterator[_Span]:
    """Yield agencies that sign a dateline or a line's end: "HARROW (Reuters) -", "(AP)", "— AFP"."""
    for start, end in lines:
        for name in known.bracketed.finditer(text, start, end):
            rest = text[name.end() : end].lstrip()
            dateline = rest[:1] in _DASHES and _DATELINE.fullmatch(text, start, name.start())
            if dateline or not _WORD.search(rest):
                yield name.span()
        if text[max(start, end - 4) : end].rstrip(". ")[-2:] in known.signers:
            signed = known.signing.search(text, max(start, end - TAIL_NAME), end)
            if signed and (signed.start(1) == start or signed.start() > start):
                yield signed.span(1)


def _disjoint(text: str, found: list[_Found]) -> Iterator[_Found]:
    """Join what overlaps, or has one reason and only signs between on a line; the first reason stays."""
    joined: list[_Found] = []
    for start, end, reason in sorted(found, key=lambda span: (span[0], span[2] == "navigation", -span[1])):
        if joined and (start < joined[-1][1] or _side_by_side(text, joined[-1], start, reason)):
            first, last, why = joined.pop()
            joined.append((first, max(last, end), why))
        else:
            joined.append((start, end, reason))
    yield from joined


def _side_by_side(text: str, before: _Found, start: int, reason: str) -> bool:
    between = text[before[1] : start]
    return before[2] == reason and "\n" not in between and not _WORD.search(between)
