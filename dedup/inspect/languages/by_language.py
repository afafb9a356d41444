"""Stretches in the article's script that another language explains better than its own."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import cyrillic, facts, kernels
from dedup.inspect.languages.alphabet import SCRIPTS
from dedup.inspect.languages.arabic import has_letters_of
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, FIELD, MIXED, NO_PROSE, OPENING, SENTENCE, SMALL
from dedup.inspect.languages.main import Main
from dedup.inspect.languages.stretches import Stretch, after_names, is_title, prose, word
from dedup.inspect.languages.vocabulary import UNIT, Vocabulary
from dedup.inspect.languages.words import plain

_TAG = 2
_LEAST_LETTERS = 3
"""Letters that the words in small letters have where any tell."""
_FEW = 3
"""A sentence or quotation of more words than these needs one telling word fewer."""
_SIGNATURE = re.compile(r"(?:[\w.'’-]+ ){1,5}\(@\w+\)").match
"""Who wrote a message that a page shows: "dag brix (@dagbrix) September 5"."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Thresholds, in hundredths of a nat unless said otherwise; found on development texts only."""

    name: int = 2
    """Sixteenths that a capitalised word counts for another language ..."""
    opening: int = 8
    """... and one that opens a sentence or a line."""
    cap: int = 1500
    """The most that one word counts ..."""
    unknown: int = 800
    """... and for "a language that the scorer does not know"."""
    bias: int = 50
    """What each word counts for the main language beforehand."""
    edges: tuple[int, int, int, int, int] = (1000, 800, 400, 100, 0)
    """The price of a border between languages at a space, a comma, a sentence mark, a colon, a line."""
    least: int = 500
    """Gain of the least stretch that is looked at."""
    clause: int = 900
    """Gain asked of a stretch that is a whole line, or what stands before a colon."""
    tag: int = 500
    """Gain asked on top of one or two words before a colon: in headlines they are names and loan words."""
    inside: int = 2500
    """Gain asked of a stretch inside a line."""
    close: int = 400
    """Gain asked on top where the languages are close."""
    loan: int = 1200
    """Gain asked of a single word among names."""
    capital: int = 300
    """Gain of a first word with a capital that counts as a word, not as a name."""
    opinion: int = 1000
    """By how much the wide scorer must prefer a language that the other does not know."""

    def array(self) -> NDArray[np.int32]:
        """The numbers as `kernels.stretches` wants them."""
        return np.array(
            [self.name, self.opening, self.cap, self.bias, self.least, self.unknown, *self.edges], np.int32
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """Words `[first, last)`, the column of their language, what they gain, and what is asked of them:
    so much gain, so many words that tell."""

    first: int
    last: int
    language: int
    gain: int
    need: int = 0
    least: int = 0


class ByLanguage:
    """Finds stretches by the evidence of a vocabulary; asks a wider one for those that it cannot name."""

    def __init__(self, vocabulary: Vocabulary, wide: Callable[[], Vocabulary] | None, tuning: Tuning) -> None:
        self._codes, self._written = vocabulary.codes, vocabulary.written
        self._wide, self._tuning = wide, tuning
        self._near = vocabulary.same.copy()
        if wide is None:
            self._near[:, -1] = True  # a language it does not know, nobody here knows

    def find(self, batch: Batch, mains: Sequence[Main]) -> Iterator[tuple[int, Stretch]]:
        """Yield texts of a batch with their stretches, the clearest of a line first."""
        words = batch.words
        column = np.array([main.column for main in mains], np.int32)[words.text_of_line]
        out = np.empty((words.key.size // 2 + 1, 5), np.int64)
        count = kernels.stretches(
            batch.rows, words.script, words.flags, words.gap, words.line, column, batch.evidence, batch.peak,
            self._near, self._written, self._tuning.array(), out,
        )  # fmt: skip
        for line, first, last, language, gain in out[:count].tolist():
            text = int(words.text_of_line[line])
            stretch = self._settle(batch, mains[text], line, _Found(first, last, language, gain))
            if stretch is not None:
                yield text, stretch

    def _settle(self, batch: Batch, main: Main, line: int, found: _Found) -> Stretch | None:
        """Settle where a stretch ends, whether it is long and clear enough, and its language."""
        begin, stop = int(batch.words.line[line]), int(batch.words.line[line + 1])
        gains = self._gains(batch, main, begin, stop, found.language)
        found = self._bounded(batch, found, begin, stop, gains)
        flags = batch.words.flags[found.first : found.last]
        if int((flags & MIXED != 0).sum()) > 1:
            return None  # look-alike letters
        line_text = batch.words.text[batch.words.start[begin] : batch.words.end[stop - 1]]
        if _SIGNATURE(line_text):
            return None
        own, code = main.language.codes[0], self._codes[found.language]
        telling = self._telling(batch, found, gains[found.first - begin : found.last - begin])
        impossible = cyrillic.are_impossible(own, cyrillic.masks([word.lower() for word in telling]))
        need, least = found.need, found.least
        if found.first == begin and found.last <= min(begin + _TAG, stop - 1) and not impossible:
            need += self._tuning.tag  # "Covid variant: Clinics reopen"
        if facts.close(own, code) and not impossible:
            need += self._tuning.close
        if self._is_other_script_of(batch, main, found.first) and facts.close(own, code):
            code = self._named(batch, found, own)[0] if self._wide else own
        if code == "und":
            code, clear = self._named(batch, found, own)
            if not impossible and not clear:
                need, least = need + need // 2, least + 2
        if (flags & (CAPITAL | OPENING) == CAPITAL).any() and found.gain < self._tuning.loan:
            least = max(least, 2)  # one other word among names: a loan word or somebody's function
        letters = sum(map(len, telling))
        small = prose(batch, found.first, found.last) & telling
        if small and sum(map(len, small)) < _LEAST_LETTERS and not impossible:
            return None  # "May sa": two letters are a word of any language
        if facts.same(code, own) or found.gain < need or len(telling) < least or letters < 3 * least:
            return None
        if has_letters_of(own, code, line_text):
            return None
        if code in facts.NEVER or (not impossible and is_title(batch, found.first, found.last)):
            return None
        if found.last - found.first == 1 and letters < 4:
            return None
        confidence = round(1 - math.exp(-found.gain / UNIT / 8), 4)
        first = after_names(batch, found.first, found.last)
        return Stretch(first, found.last, code, confidence, "letters" if impossible else "language")

    def _is_other_script_of(self, batch: Batch, main: Main, place: int) -> bool:
        """Whether a word is in a script of the article's language that the article's other words are not in.

        A vocabulary of one script says nothing of the other: Serbian in Latin letters is Slovene to it.
        """
        script = SCRIPTS[batch.words.script[place]]
        return script != main.language.script and script in facts.scripts_of(main.language.codes[0])

    def _bounded(
        self, batch: Batch, found: _Found, begin: int, stop: int, gains: NDArray[np.int64]
    ) -> _Found:
        """Widen a stretch to its clause or sentence where that costs little, and say what is asked of it."""
        tuning, gaps = self._tuning, batch.words.gap[begin:stop]
        first, last, gain = _widened(found, begin, stop, gains, gaps, FIELD, 0.7)
        if gain is not None and (first == begin or last == stop):
            # One word before a colon may be anything.
            least = 3 if last - first == 1 < stop - begin else 1
            return _Found(first, last, found.language, gain, tuning.clause, least)
        first, last, gain = _widened(found, begin, stop, gains, gaps, SENTENCE, 0.85)
        if gain is None:
            first, last, gain = found.first, found.last, found.gain
        least = 2 if _stands_alone(batch, first, last, stop) else 3
        return _Found(first, last, found.language, gain, tuning.inside, least)

    def _gains(self, batch: Batch, main: Main, begin: int, stop: int, language: int) -> NDArray[np.int64]:
        """What each word of a line counts for a language, as `kernels.stretches` counts."""
        words, tuning = batch.words, self._tuning
        span = slice(begin, stop)
        flags = words.flags[span]
        rows = batch.rows[span]
        lead = batch.evidence[rows, language].astype(np.int64) - batch.evidence[rows, main.column]
        most = tuning.unknown if self._codes[language] == "und" else tuning.cap
        gains = np.minimum(np.maximum(lead, -tuning.cap), most) - tuning.bias
        opening = flags & (OPENING | SMALL) == OPENING | SMALL
        weight = np.where(flags & CAPITAL == 0, 16, np.where(opening, tuning.opening, tuning.name))
        gains = np.where(gains > 0, gains * weight >> 4, gains)
        mute = (flags & (NO_PROSE | MIXED) != 0) | ~self._written[main.column, words.script[span]]
        return np.where(mute, 0, gains)

    def _telling(self, batch: Batch, found: _Found, gains: NDArray[np.int64]) -> set[str]:
        """The distinct words that speak for a stretch; its first too if only the start made it a capital."""
        against = {word(batch, found.first + place) for place in np.flatnonzero(gains <= 0).tolist()}
        telling = prose(batch, found.first, found.last) - against
        flags = int(batch.words.flags[found.first])
        if telling and flags & CAPITAL and flags & OPENING and gains[0] >= self._tuning.capital:
            telling.add(word(batch, found.first))
        return telling

    def _named(self, batch: Batch, found: _Found, own: str) -> tuple[str, bool]:
        """Ask the wide scorer for a stretch's language, and whether it is far from the main one."""
        if self._wide is None:
            return "und", False
        words, wide = batch.words, self._wide()
        text = words.text[words.start[found.first] : words.end[found.last - 1]]
        scores = wide.scorer.scores([plain(text)])[0]
        scores = np.where(wide.written[:-1, words.script[found.first]], scores, 0)
        best = int(np.argmax(scores))
        if facts.same(wide.codes[best], own):
            return own, False
        mine = float(scores[wide.codes.index(own)]) if own in wide.codes else 0.0
        return wide.codes[best], float(scores[best]) - mine >= self._tuning.opinion / UNIT


def _stands_alone(batch: Batch, first: int, last: int, stop: int) -> bool:
    """Whether some words of a line that goes to `stop` are a sentence or a quotation, and no name of a body or work.

    Names have capitals, and stand in brackets behind their translation.
    """
    words = batch.words
    if words.gap[first] < SENTENCE or (last < stop and words.gap[last] < SENTENCE):
        return False
    capitals = int((words.flags[first:last] & CAPITAL != 0).sum())
    start = int(words.start[first])
    return last - first > _FEW and 2 * capitals <= last - first and words.text[start - 1 : start] != "("


def _widened(
    found: _Found, begin: int, stop: int, gains: NDArray[np.int64], gaps: NDArray[np.uint8], level: int,
    share: float,
) -> tuple[int, int, int | None]:  # fmt: skip
    """Widen to the nearest breaks of a level; the gain is None where too little of it is left."""
    first, last = found.first, found.last
    while first > begin and gaps[first - begin] < level:
        first -= 1
    while last < stop and gaps[last - begin] < level:
        last += 1
    gain = int(gains[first - begin : last - begin].sum())
    enough = gain >= share * int(gains[found.first - begin : found.last - begin].sum())
    return first, last, gain if enough else None
