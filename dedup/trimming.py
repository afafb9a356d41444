"""Cuts passages out of a text so that what is left still reads as a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dedup.model import ArticleReport

CUT = ("foreign", "boilerplate", "repeated")
"""Classes that are cut: the strongest of the ledger, so a finding of theirs holds no word of another class."""

_PAIRS = ("“”", "„“", "‘’", "«»", "»«", '""', "()", "[]")
_STOP = re.compile(r"[.!?…。！？]*")
_CLOSING = ",.;:!?…)]”»、。，"
_BEFORE = re.compile(r"(?:^|[.!?…。！？:][\"'”’»)\]]*)\s*$")

Range = tuple[int, int]


def trimmed(text: str, report: ArticleReport) -> str:
    """Return the text without its repeated, boilerplate and foreign passages.

    The text itself where there is nothing to cut. White space at a seam is that of the larger gap: between
    paragraphs a blank line stays, between words a space.
    """
    return without(text, [(f.start, f.end) for f in report.findings if f.kind in CUT])


def without(text: str, ranges: Iterable[Range]) -> str:
    """Return the text without some ranges of code points, in any order.

    A line that loses its last word goes as a whole, and signs that belonged to a passage go with it.

    >>> without("Read also: more news.\\n\\nThe mayor spoke. Click here. He left.", [(0, 20), (40, 50)])
    'The mayor spoke. He left.'
    """
    cuts = [_whole_lines(text, *_with_signs(text, *cut)) for cut in _merged(text, ranges)]
    if not cuts:
        return text
    kept = text[: cuts[0][0]]
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    for (_, start), end in zip(cuts, ends, strict=True):
        kept = _joined(kept, text[start:end])
    return kept.rstrip() + text[len(text.rstrip()) :]


def _merged(text: str, ranges: Iterable[Range]) -> Sequence[Range]:
    """Join ranges that overlap, or that nothing but signs stands between."""
    out: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if out and _bare(text[out[-1][1] : start]):
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _bare(text: str) -> bool:
    """Whether this part of a line has no word."""
    return not any(sign.isalnum() or sign == "\n" for sign in text)


def _with_signs(text: str, start: int, end: int) -> Range:
    """Widen a range by quotation marks around it, and by the stop that closed its sentence."""
    line, line_end = _line(text, start, end)
    stop = _end_of_stop(text, end, line_end)
    while start > line and stop < line_end and text[start - 1] + text[stop] in _PAIRS:
        start, end = start - 1, stop + 1
        stop = _end_of_stop(text, end, line_end)
    return start, stop if _BEFORE.search(text[line:start]) else end


def _end_of_stop(text: str, place: int, line_end: int) -> int:
    found = _STOP.match(text, place, line_end)
    return found.end() if found else place


def _whole_lines(text: str, start: int, end: int) -> Range:
    """Widen a range to its lines where no other words stand in them."""
    line, line_end = _line(text, start, end)
    before, after = _bare(text[line:start]), _bare(text[end:line_end])
    apart = "\n" in text[start:end]
    return (line if before and (after or apart) else start), (line_end if before and after else end)


def _line(text: str, start: int, end: int) -> Range:
    """The lines that hold a range."""
    line_end = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if line_end < 0 else line_end


def _joined(left: str, right: str) -> str:
    body, rest = left.rstrip(), right.lstrip()
    gap = max(left[len(body) :], right[: len(right) - len(rest)], key=lambda gap: (gap.count("\n"), len(gap)))
    if not body:
        return rest
    if not rest or rest[0] not in _CLOSING or "\n" in gap:
        return body + gap + rest
    return (body.rstrip(",;:") if _end_of_stop(rest, 0, 1) else body) + rest
