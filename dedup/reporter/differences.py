"""What a reworded passage says otherwise, as people read it: "12 → 15". `page/passages.js` mirrors it."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.model import Finding

WITHIN = frozenset(".,:/'’-")
"""What may stand within a figure."""


def differences(found: Finding, text: str, source: str | None) -> Iterator[str]:
    """The changes of a finding in its article's text, from what the source says; without it only what is said here.

    >>> changed = Finding("reworded", 0, 0, 18, 5, changes=((13, 14, 13, 14), (14, 14, 15, 22)))
    >>> list(differences(changed, "It fell by 3.9 now", "It fell by 3.4 at last now"))
    ['3.4 → 3.9', 'left out: at last']
    """
    for start, end, match_start, match_end in found.changes:
        here = said(text, start, end)
        if source is None:
            yield here or "left out"
        elif start == end:
            yield f"left out: {said(source, match_start, match_end)}"
        elif match_start == match_end:
            yield f"put in: {here}"
        else:
            yield f"{said(source, match_start, match_end)} → {here}"


def said(text: str, start: int, end: int) -> str:
    """A piece of a text on one line; of a figure at its edge the whole, "3.9" for "9"."""
    if start < end and text[start].isdecimal():
        while start and (text[start - 1].isdecimal() or _is_within(text, start - 1)):
            start -= 1
    if start < end and text[end - 1].isdecimal():
        while end < len(text) and (text[end].isdecimal() or _is_within(text, end)):
            end += 1
    return " ".join(text[start:end].split())


def _is_within(text: str, at: int) -> bool:
    """Whether a sign stands between two digits."""
    return text[at] in WITHIN and text[at - 1 : at].isdecimal() and text[at + 1 : at + 2].isdecimal()
