"""What both searches for foreign stretches share: the noun, and what is a name and what is prose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, JOINED, LINE, MIXED, NO_PROSE, SENTENCE

# Small words inside names of people, places and bodies: by themselves no sign of prose.
_PARTICLES = frozenset(
    "von van der den de del della di da do dos das du des la le las los el al il lo ter ten te zu zum zur "
    "bin ibn ben bint abu af av of the and und et y e i en och og ja ve".split()
)
_MOST_NAMES = 6
_TITLE, _TERM = 5, 2
_STOPS = frozenset(".!?…")
_OPENING, _CLOSING = frozenset("\"'“”„«»‘‚‹「『"), frozenset("\"'”“»«’›」』")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words `[first, last)` of a batch that are in another language than their text."""

    first: int
    last: int
    language: str
    confidence: float
    reason: Literal["script", "language", "letters"]


def prose(batch: Batch, first: int, last: int) -> set[str]:
    """Return the distinct words of small letters, two or more, outside names, codes and compounds."""
    words = batch.words
    small = words.flags[first:last] & (CAPITAL | NO_PROSE | MIXED | JOINED) == 0
    small &= words.end[first:last] - words.start[first:last] > 1
    return {word(batch, i) for i in (first + np.flatnonzero(small)).tolist()} - _PARTICLES


def is_title(batch: Batch, first: int, last: int) -> bool:
    """Whether words stand in quotation marks inside a line as the title of a work or a term does.

    Few words, the first with a capital, or two at most: "Call me by your name", "sugar daddy". What stands between
    two sentences is one itself.
    """
    words = batch.words
    size = last - first
    if size > _TITLE or (size > _TERM and not words.flags[first] & CAPITAL) or words.gap[first] == LINE:
        return False
    begin, end = int(words.start[first]), int(words.end[last - 1])
    quoted = words.text[begin - 1 : begin] in _OPENING and words.text[end : end + 1] in _CLOSING
    return quoted and not (size > _TERM and _ends_sentence(batch, begin - 1) and _opens_sentence(batch, last))


def _ends_sentence(batch: Batch, at: int) -> bool:
    """Whether the text before a code point is the end of a sentence."""
    before = batch.words.text[max(0, at - 3) : at]
    return before[-1:].isspace() and before.rstrip()[-1:] in _STOPS


def _opens_sentence(batch: Batch, place: int) -> bool:
    """Whether a word behind a closing quotation mark is one that opens a sentence, or there is none on the line."""
    words = batch.words
    return place == words.gap.size or bool(words.gap[place] == LINE or words.flags[place] & CAPITAL)


def word(batch: Batch, place: int) -> str:
    """Return a word as it stands."""
    return batch.words.text[batch.words.start[place] : batch.words.end[place]]


def after_names(batch: Batch, first: int, last: int) -> int:
    """Return where a stretch begins if not with names that end another sentence."""
    words = batch.words
    for place in range(first + 1, min(first + _MOST_NAMES + 1, last)):
        if not words.flags[place - 1] & CAPITAL:
            break
        if words.gap[place] == SENTENCE:
            return place
    return first
