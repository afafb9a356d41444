"""Foreign stretches of a batch: by script, then by language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dedup.languages import facts, kernels
from dedup.languages.alphabet import LATIN, LETTERWISE, SCRIPT_LANGUAGE, SCRIPTS
from dedup.languages.batch import Batch
from dedup.languages.kernels import CAPITAL, FIELD, JOINED, MIXED, NO_PROSE, SENTENCE
from dedup.languages.main import Main
from dedup.languages.vocabulary import UNIT, Vocabulary

Bools = NDArray[np.bool_]
_EAST_ASIAN = ("Hani", "Hira", "Kana", "Hang", "Bopo")


@dataclass(frozen=True, slots=True)
class Tuning:
    """Thresholds, in hundredths of a nat unless said otherwise; found on development texts only."""

    name: int = 2
    """Sixteenths that a capitalised word counts for another language ..."""
    opening: int = 8
    """... and one that opens a sentence or a line."""
    cap: int = 1500
    """The most that one word counts."""
    bias: int = 50
    """What each word counts for the main language beforehand."""
    edges: tuple[int, int, int, int, int] = (1000, 800, 400, 100, 0)
    """The price of a border between languages at a space, a comma, a sentence mark, a colon, a line."""
    least: int = 500
    """Gain of the least stretch that is looked at."""
    clause: int = 700
    """Gain asked of a stretch that is a whole line, or what stands before a colon."""
    inside: int = 2500
    """Gain asked of a stretch inside a line."""
    close: int = 1500
    """Gain asked on top where the languages are close."""

    def array(self) -> NDArray[np.int32]:
        """The numbers as `kernels.stretches` wants them."""
        return np.array([self.name, self.opening, self.cap, self.bias, self.least, *self.edges], np.int32)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words `[first, last)` of a batch that are in another language than their text."""

    first: int
    last: int
    language: str
    confidence: float
    reason: Literal["script", "language"]


class Stretches:
    """Finds stretches; holds what is known of the scorer's languages."""

    def __init__(self, vocabulary: Vocabulary, tuning: Tuning) -> None:
        self._codes, self._written = vocabulary.codes, vocabulary.written
        self._tuning = tuning
        self._near = np.array([[facts.same(a, b) for b in self._codes] for a in self._codes])
        self._close = np.array([[facts.close(a, b) for b in self._codes] for a in self._codes])

    def find(self, batch: Batch, mains: Sequence[Main]) -> list[list[Stretch]]:
        """Return each text's foreign stretches, in order, none overlapping another."""
        found: list[list[Stretch]] = [[] for _ in mains]
        taken = np.zeros(batch.words.key.size, np.bool_)
        for text, stretch in self._by_script(batch, mains):
            found[text].append(stretch)
            taken[stretch.first : stretch.last] = True
        for text, stretch in self._by_language(batch, mains):
            if not taken[stretch.first : stretch.last].any():
                found[text].append(stretch)
        for stretches in found:
            stretches.sort(key=lambda stretch: stretch.first)
        return found

    # -- by script -----------------------------------------------------------------------------

    def _by_script(self, batch: Batch, mains: Sequence[Main]) -> Iterator[tuple[int, Stretch]]:
        words = batch.words
        sizes = np.diff(words.line)
        line_of = np.repeat(np.arange(sizes.size), sizes)
        strange = np.array([_strange_scripts(main) for main in mains])
        text_of = words.text_of_line[line_of]
        odd = strange[text_of, words.script] & (words.flags & MIXED == 0)
        if not odd.any():
            return
        for first, last in _runs(np.flatnonzero(odd), line_of, batch):
            line = int(line_of[first])
            if self._is_foreign_run(batch, first, last, int(words.line[line]), int(words.line[line + 1])):
                code, confidence = self._language_of(batch, first, last)
                yield int(text_of[first]), Stretch(first, last, code, confidence, "script")

    def _is_foreign_run(self, batch: Batch, first: int, last: int, begin: int, stop: int) -> bool:
        words = batch.words
        flags = words.flags[first:last]
        letters = int((words.end[first:last] - words.start[first:last]).sum())
        before = first == begin or words.gap[first] >= FIELD
        after = last == stop or words.gap[last] >= FIELD
        if words.script[first] == LATIN:
            prose = _prose(batch, first, last)
            if before and after:
                return prose >= 1 and last - first > 1 and letters >= 6
            return prose >= 3 and 2 * prose >= last - first
        if before and after:
            return letters >= 2
        if words.script[first] in LETTERWISE:
            return last - first >= 4
        names = last - first <= 3 and bool((flags & CAPITAL).all())
        return last - first >= 2 and letters >= 4 and not names

    def _language_of(self, batch: Batch, first: int, last: int) -> tuple[str, float]:
        """Name the language of a run of one script; the script's own where the words say little."""
        script = int(batch.words.script[first])
        sums = batch.evidence[batch.rows[first:last]].sum(axis=0, dtype=np.int64)
        sums = np.where(self._written[:, script], sums, -1)
        default = SCRIPT_LANGUAGE.get(SCRIPTS[script], "und")
        best = int(np.argmax(sums))
        if sums[best] <= 0:
            return default, 0.9
        if default in self._codes and sums[self._codes.index(default)] >= 0.97 * sums[best]:
            return default, 0.99
        return self._codes[best], 0.99

    # -- by language ---------------------------------------------------------------------------

    def _by_language(self, batch: Batch, mains: Sequence[Main]) -> Iterator[tuple[int, Stretch]]:
        words = batch.words
        column = np.array([main.column for main in mains], np.int32)[words.text_of_line]
        floor = np.array([main.floor for main in mains], np.int32)[words.text_of_line]
        out = np.empty((words.key.size // 2 + 1, 5), np.int64)
        count = kernels.stretches(
            batch.rows, words.start, words.end, words.script, words.flags, words.gap, words.line, column, floor, batch.evidence,
            self._near, self._written, self._tuning.array(), out,
        )  # fmt: skip
        for line, first, last, language, gain in out[:count].tolist():
            text = int(words.text_of_line[line])
            stretch = self._settle(batch, mains[text], line, first, last, language, gain)
            if stretch is not None:
                yield text, stretch

    def _settle(
        self, batch: Batch, main: Main, line: int, first: int, last: int, language: int, gain: int
    ) -> Stretch | None:
        """Settle whether a stretch is long and clear enough."""
        words, tuning = batch.words, self._tuning
        begin, stop = int(words.line[line]), int(words.line[line + 1])
        before = first == begin or words.gap[first] >= FIELD
        after = last == stop or words.gap[last] >= FIELD
        whole = first == begin and last == stop
        clause = before and after and (first == begin or last == stop) and last - first > 1
        need = tuning.clause if whole or clause else tuning.inside
        if self._close[main.column, language]:
            need += tuning.close
        least = 1 if whole or clause else 3
        if self._codes[language] == "und":
            least, need = (3, 2 * need) if whole or clause else (5, 2 * need)
        if main.floor:
            least, need = 3, max(need, tuning.inside)
        prose = _prose(batch, first, last, 4 if main.floor else 2)
        if gain < need or prose < least:
            return None
        return Stretch(first, last, self._codes[language], round(1 - math.exp(-gain / UNIT / 8), 4), "language")


def _prose(batch: Batch, first: int, last: int, letters: int = 2) -> int:
    """Count the distinct words in small letters, of so many letters, no parts of names, codes or compounds."""
    words = batch.words
    small = words.flags[first:last] & (CAPITAL | NO_PROSE | MIXED | JOINED) == 0
    small &= words.end[first:last] - words.start[first:last] >= letters
    places = first + np.flatnonzero(small)
    return len({words.text[words.start[i] : words.end[i]] for i in places} - facts.PARTICLES)


def _strange_scripts(main: Main) -> Bools:
    """Which scripts are not an article's own; none where it has no letters."""
    strange = np.ones(len(SCRIPTS), np.bool_)
    strange[[0, -1]] = False
    language = main.language
    if not language.script:
        return ~np.ones(len(SCRIPTS), np.bool_)
    own = {language.script}.union(*(facts.scripts_of(code) for code in language.codes))
    if not language.codes and language.script in _EAST_ASIAN:
        own.update(_EAST_ASIAN)
    strange[[SCRIPTS.index(code) for code in own]] = False
    return strange


def _runs(places: NDArray[np.int64], line: NDArray[np.int64], batch: Batch) -> list[tuple[int, int]]:
    """Join words of a line that follow one another; up to three names between do not part them."""
    words = batch.words
    runs: list[tuple[int, int]] = []
    for place in places.tolist():
        if runs:
            first, last = runs[-1]
            if place == last and line[first] == line[place] and words.gap[place] < FIELD:
                runs[-1] = (first, place + 1)
                continue
            between = words.flags[last:place]
            if (
                line[first] == line[place] and place - last <= 3 and words.script[first] != LATIN
                and bool((between & (CAPITAL | NO_PROSE) != 0).all())
                and bool((words.gap[last : place + 1] < SENTENCE).all())
            ):  # fmt: skip
                runs[-1] = (first, place + 1)
                continue
        runs.append((place, place + 1))
    return runs
