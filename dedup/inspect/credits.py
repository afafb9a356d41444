"""Agencies that an article credits: in a dateline, a sign-off, a byline, or a field of its record.

"LONDON (Reuters) -", "— AFP", "With inputs from PTI", "By Jane Marlow, Associated Press", "Reporting by ...; Editing
by ...". That a text speaks of an agency ("Reuters reported") is no credit, nor is the credit of a picture.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from dedup.inspect.furniture import Anchors
from dedup.inspect.furniture.agencies import Agencies, agencies
from dedup.model import Json, Mark

SHORT_LINE = 80
"""Code points that a byline may have."""

EDGE_LINES = 3
"""Lines at the beginning of an article, and at its end, where a byline may stand."""

HEAD = 60
"""Code points of a line before the agency of its dateline."""

_WORD = re.compile(r"[^\W\d_]+(?:'\w+)?")
_OPEN, _CLOSE = r"[(（\[［【/]", r"[)）\]］】/]"
_AFTER_BRACKET = re.compile(r"[.,]?\s{0,3}[-–—:]")
_AFTER_NAME = re.compile(r"\s{0,2}[-–—]\s")
_AFTER_DASH = re.compile(r"[.:]\s")
_WIRED = re.compile(r"[^。，,]{0,15}[电電]")
_PARTED = re.compile(r"(?:^|.*[,|/·–—-]\s?)$", re.DOTALL)


def credited(text: str, anchors: Anchors, marks: Iterable[Mark]) -> tuple[str, ...]:
    """The agencies that the text of an article credits, in order, each once.

    `marks` are its furniture (see `dedup.inspect.furniture.known_marks`). Costs nothing where no agency is named.
    """
    known = agencies()
    spans = [(mark.start, mark.end) for mark in marks if mark.reason in ("credit", "phrase")]
    found = [
        (start, name) for start, end in spans if not _is_picture(text[start:end], known)
        for name in (*_signed_off(text[start:end], known), *known.named(text[start:end]))
    ]  # fmt: skip
    if anchors.names:
        found += [
            (start, name)
            for start, end in _edge_lines(text)
            if not anchors.sure or _has_one(anchors.names, start, end)
            for name in (*_datelined(text[start:end], known), *_bylined(text[start:end], known))
        ]
    return tuple(dict.fromkeys(name for _, name in sorted(found, key=lambda one: one[0])))


def _has_one(places: Sequence[int], start: int, end: int) -> bool:
    """Whether one of some places, in order, is in ``[start, end)``."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def credited_in(extra: Json) -> tuple[str, ...]:
    """The agencies that the other keys of a record credit, in the order of the record's fields, each once.

    >>> credited_in({"byline": "Jane Marlow, AFP", "note": "not Reuters"})
    ('AFP',)
    """
    known = agencies()
    values = (value for field in known.fields if field in extra for value in _strings(extra[field]))
    return tuple(dict.fromkeys(name for value in values for name in known.named(value)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (part for part in value.values() if isinstance(part, str))
    elif isinstance(value, (list, tuple)):
        for part in value:
            if not isinstance(part, (list, tuple)):
                yield from _strings(part)


def _is_picture(credit: str, known: Agencies) -> bool:
    first = _WORD.search(credit.casefold())
    return first is not None and first[0] in known.pictures


def _signed_off(credit: str, known: Agencies) -> Iterator[str]:
    folded = credit.casefold()
    for name, several in known.signoffs.items():
        if any(all(part in folded for part in parts) for parts in several):
            yield name


def _edge_lines(text: str) -> Iterator[tuple[int, int]]:
    """The first and the last lines that are not blank, each once."""
    first: list[tuple[int, int]] = []
    at = 0
    while at < len(text) and len(first) < EDGE_LINES:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if not text[at:end].isspace() and end > at:
            first.append((at, end))
        at = end + 1
    yield from first
    end, count = len(text), 0
    while end > at and count < EDGE_LINES:
        start = max(text.rfind("\n", at, end) + 1, at)
        if not text[start:end].isspace() and end > start:
            yield start, end
            count += 1
        end = start - 1


def _datelined(line: str, known: Agencies) -> tuple[str, ...]:
    """The agencies of a dateline: "HARROW, April 6 (AFP) -", "[Tokyo 6th Reuters]", "HARROW, Reuters —"."""
    match = known.spellings.search(line, 0, HEAD + SHORT_LINE // 2)
    if match is None or match.start() > HEAD:
        return ()
    before, rest = line[: match.start()], line[match.end() :]
    bracket = re.search(f"{_OPEN}[^()（）\\[\\]【】［］]{{0,30}}$", before)
    if bracket:
        closed = re.match(f"(?:[^()（）\\[\\]【】［］.]{{0,30}}){_CLOSE}", rest)
        if closed is None:
            return ()
        opens = not _WORD.search(before[: bracket.start()])
        if opens or "/" in bracket[0] or _AFTER_BRACKET.match(rest, closed.end()):
            return known.named(line[bracket.start() : match.end() + closed.end()])
        return ()
    if not _WORD.search(before):
        return known.names[match[0]] if _WIRED.match(rest) else ()
    place = all(not word[0].islower() for word in _WORD.findall(before))
    last = before.rstrip()[-1:]
    if place and last in ",." and _AFTER_NAME.match(rest):
        return known.names[match[0]]
    if last in "-–—" and len(before.split()) <= 6 and before[:1].isupper() and _AFTER_DASH.match(rest):
        return known.names[match[0]]
    return ()


def _bylined(line: str, known: Agencies) -> tuple[str, ...]:
    """The agencies of a byline: "By Reuters Staff", "Jane Marlow, AP"; a headline that begins with one is none."""
    line = line.strip()
    if len(line) > SHORT_LINE or line[-1:] in ".!?…":
        return ()
    found = list(known.spellings.finditer(line))
    if not found or _is_picture(line, known):
        return ()
    words = _WORD.findall(line.casefold())
    if words[:1] and words[0] in known.by:
        return known.named(line)
    if not _PARTED.match(line[: found[0].start()]):
        return ()
    between = [line[one.end() : two.start()] for one, two in pairwise(found)]
    rest = line[found[-1].end() :].strip().casefold()
    capitals = all(not word[0].islower() for word in _WORD.findall(line[: found[0].start()]))
    if capitals and not any(map(_WORD.search, between)) and (not rest or rest in known.staff):
        return known.named(line)
    return ()


def without_own(names: Sequence[str], source: str) -> tuple[str, ...]:
    """Names without that of the article's own source: an agency that signs its dispatch credits nobody."""
    own = agencies().of_source(source) if names else None
    return tuple(dict.fromkeys(name for name in names if name != own))
