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
from dedup.languages.cyrillic import ruled_out
from dedup.languages.kernels import CAPITAL, FIELD, JOINED, MIXED, NO_PROSE, OPENING, SENTENCE, SMALL
from dedup.languages.main import Main, MainLanguage
from dedup.languages.vocabulary import UNIT, Vocabulary, plain

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
    unknown: int = 800
    """The same for "a language that the scorer does not know"."""
    bias: int = 50
    """What each word counts for the main language beforehand."""
    edges: tuple[int, int, int, int, int] = (1000, 800, 400, 100, 0)
    """The price of a border between languages at a space, a comma, a sentence mark, a colon, a line."""
    least: int = 500
    """Gain of the least stretch that is looked at."""
    clause: int = 900
    """Gain asked of a stretch that is a whole line, or what stands before a colon."""
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
class Stretch:
    """Words `[first, last)` of a batch that are in another language than their text."""

    first: int
    last: int
    language: str
    confidence: float
    reason: Literal["script", "language", "letters"]


class Stretches:
    """Finds stretches; holds what is known of the scorer's languages."""

    def __init__(self, vocabulary: Vocabulary, wide: Vocabulary, tuning: Tuning) -> None:
        self._codes, self._written = vocabulary.codes, vocabulary.written
        self._wide, self._tuning = wide, tuning
        self._near = vocabulary.same.copy()
        if vocabulary is wide:
            self._near[:, -1] = True  # it knows all that anything here knows

    def find(self, batch: Batch, mains: Sequence[Main]) -> list[list[Stretch]]:
        """Return each text's foreign stretches, in order, none overlapping another."""
        found: list[list[Stretch]] = [[] for _ in mains]
        taken = np.zeros(batch.words.key.size, np.bool_)
        for text, stretch in (*self._by_script(batch, mains), *self._by_language(batch, mains)):
            if not taken[stretch.first : stretch.last].any():
                found[text].append(stretch)
                taken[stretch.first : stretch.last] = True
        for stretches in found:
            stretches.sort(key=lambda stretch: stretch.first)
        return found

    # -- by script -----------------------------------------------------------------------------

    def _by_script(self, batch: Batch, mains: Sequence[Main]) -> Iterator[tuple[int, Stretch]]:
        words = batch.words
        sizes = np.diff(words.line)
        line_of = np.repeat(np.arange(sizes.size), sizes)
        strange = _strange_scripts([main.language for main in mains])
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
        sizes = words.end[first:last] - words.start[first:last]
        letters = int(sizes.sum())
        before = first == begin or words.gap[first] >= FIELD
        after = last == stop or words.gap[last] >= FIELD
        if words.script[first] == LATIN:
            prose = len(_prose(batch, first, last) - facts.PARTICLES)
            if before and after:
                return prose >= 1 and letters >= 6 and (
                    int((sizes > 1).sum()) > 1 or _is_told_by_one(batch.evidence[batch.rows[first]])
                )
            return prose >= 3 and 2 * int((flags & CAPITAL == 0).sum()) >= last - first
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
        text_of = words.text_of_line
        column = np.array([main.column for main in mains], np.int32)[text_of]
        out = np.empty((words.key.size // 2 + 1, 5), np.int64)
        count = kernels.stretches(
            batch.rows, words.script, words.flags, words.gap, words.line, column, batch.evidence,
            self._near, self._written, self._tuning.array(), out,
        )  # fmt: skip
        for line, first, last, language, gain in out[:count].tolist():
            text = int(text_of[line])
            settled = self._settle(batch, mains[text], line, _Found(first, last, language, gain))
            if settled is not None:
                yield text, settled

    def _settle(self, batch: Batch, main: Main, line: int, found: _Found) -> Stretch | None:
        """Settle where a stretch ends, whether it is long and clear enough, and its language."""
        words, tuning = batch.words, self._tuning
        begin, stop = int(words.line[line]), int(words.line[line + 1])
        gains = self._gains(batch, main, begin, stop, found.language)
        edges = words.gap[begin:stop]
        clause = _widened(found, begin, stop, gains, edges, FIELD, 0.7)
        need, least = tuning.clause, 1
        if clause is None or not (clause.first == begin or clause.last == stop):
            clause = _widened(found, begin, stop, gains, edges, SENTENCE, 0.85) or found
            need, least = tuning.inside, 3
        elif clause.last - clause.first == 1 and stop - begin > 1:
            least = 3  # one word before a colon may be anything
        flags = words.flags[clause.first : clause.last]
        if int((flags & MIXED != 0).sum()) > 1:
            return None  # look-alike letters
        own, code = main.language.codes[0], self._codes[found.language]
        telling = self._telling(batch, clause, gains[clause.first - begin :])
        impossible = _impossible(own, telling)
        if facts.close(own, code) and not impossible:
            need += tuning.close
        if code == "und":
            code, certain = self._named(batch, clause, own)
            if not impossible and not certain:
                need, least = need + need // 2, least + 2
        names = flags & (CAPITAL | OPENING) == CAPITAL
        if names.any() and clause.gain < tuning.loan:
            least = max(least, 2)  # one other word among names: a loan word or somebody's function
        if clause.gain < need or len(telling) < least or sum(map(len, telling)) < 3 * least or code == own:
            return None
        first = _after_names(batch, clause.first, clause.last)
        confidence = round(1 - math.exp(-clause.gain / UNIT / 8), 4)
        return Stretch(first, clause.last, code, confidence, "letters" if impossible else "language")

    def _named(self, batch: Batch, found: _Found, own: str) -> tuple[str, bool]:
        """Ask the wide scorer for a stretch's language, and whether it is far from the main one."""
        words, wide = batch.words, self._wide
        text = words.text[words.start[found.first] : words.end[found.last - 1]]
        scores = wide.scorer.scores([plain(text)])[0]
        scores = np.where(wide.written[:-1, words.script[found.first]], scores, 0)
        best = int(np.argmax(scores))
        code = wide.codes[best]
        mine = float(scores[wide.codes.index(own)]) if own in wide.codes else 0.0
        if facts.same(code, own):
            return own, False
        return code, float(scores[best]) - mine >= self._tuning.opinion / UNIT

    def _telling(self, batch: Batch, found: _Found, gains: NDArray[np.int64]) -> set[str]:
        """The distinct words that speak for a stretch, with its first if only the start made it a capital."""
        words = batch.words
        telling = _prose(batch, found.first, found.last) - facts.PARTICLES
        dumb = {words.text[words.start[i] : words.end[i]] for i in found.first + np.flatnonzero(gains[: found.last - found.first] <= 0)}
        telling -= dumb
        if not telling:
            return telling
        flags = int(words.flags[found.first])
        if flags & CAPITAL and flags & OPENING and gains[0] >= self._tuning.capital:
            telling.add(words.text[words.start[found.first] : words.end[found.first]])
        return telling

    def _gains(self, batch: Batch, main: Main, begin: int, stop: int, language: int) -> NDArray[np.int64]:
        """What each word of a line counts for a language, as `kernels.stretches` counts."""
        words, tuning = batch.words, self._tuning
        span = slice(begin, stop)
        flags = words.flags[span]
        evidence = batch.evidence[batch.rows[span]].astype(np.int64)
        most = tuning.unknown if self._codes[language] == "und" else tuning.cap
        gains = np.clip(evidence[:, language] - evidence[:, main.column], -tuning.cap, most) - tuning.bias
        opening = (flags & OPENING != 0) & (flags & SMALL != 0)
        weight = np.where(flags & CAPITAL == 0, 16, np.where(opening, tuning.opening, tuning.name))
        gains = np.where(gains > 0, gains * weight >> 4, gains)
        mute = (flags & (NO_PROSE | MIXED) != 0) | ~self._written[main.column, words.script[span]]
        return np.where(mute, 0, gains)


@dataclass(frozen=True, slots=True)
class _Found:
    """Words `[first, last)`, the column of their language and the gain."""

    first: int
    last: int
    language: int
    gain: int


def _impossible(code: str, words: set[str]) -> bool:
    """Whether half of some words cannot be of a language, by their letters or by name."""
    strange = sum(code in ruled_out(word.lower()) for word in words)
    return 0 < strange and 2 * strange >= len(words)


def _widened(
    found: _Found, begin: int, stop: int, gains: NDArray[np.int64], edges: NDArray[np.uint8], level: int,
    share: float,
) -> _Found | None:  # fmt: skip
    """Widen a stretch to the nearest breaks of a level, if that costs no more than a share of its gain."""
    first, last = found.first, found.last
    while first > begin and edges[first - begin] < level:
        first -= 1
    while last < stop and edges[last - begin] < level:
        last += 1
    gain = int(gains[first - begin : last - begin].sum())
    if gain < share * int(gains[found.first - begin : found.last - begin].sum()):
        return None
    return _Found(first, last, found.language, gain)


def _is_told_by_one(evidence: NDArray[np.int16]) -> bool:
    """Whether a word is of one language or a few: a brand is in all of them."""
    best = np.sort(evidence[:-1])[[-5, -1]].astype(np.int64)
    return bool(best[1] - best[0] >= 15 * UNIT)


def _prose(batch: Batch, first: int, last: int) -> set[str]:
    """The distinct words in small letters, two or more, no parts of names, codes or compounds."""
    words = batch.words
    small = words.flags[first:last] & (CAPITAL | NO_PROSE | MIXED | JOINED) == 0
    small &= words.end[first:last] - words.start[first:last] > 1
    places = first + np.flatnonzero(small)
    return {words.text[words.start[i] : words.end[i]] for i in places}


def _strange_scripts(languages: Sequence[MainLanguage]) -> Bools:
    """Which scripts are not each text's own, shape (texts, scripts); none where it has no letters."""
    rows: dict[tuple[str, ...], Bools] = {}
    keys = [(language.script, *language.codes) for language in languages]
    for script, *codes in set(keys):
        own = {script}.union(*map(facts.scripts_of, codes), _EAST_ASIAN if not codes and script in _EAST_ASIAN else ())
        strange = np.array([script != "" and code not in own for code in SCRIPTS])
        strange[[0, -1]] = False
        rows[(script, *codes)] = strange
    return np.array([rows[key] for key in keys])


def _runs(places: NDArray[np.int64], line: NDArray[np.int64], batch: Batch) -> Iterator[tuple[int, int]]:
    """Join words of a line that follow one another, over names and numbers where they are not Latin."""
    words = batch.words
    first, last = int(places[0]), int(places[0]) + 1
    for place in places[1:].tolist():
        if line[first] == line[place] and (
            place == last and (words.script[place] == words.script[last - 1] or words.gap[place] < SENTENCE)
            or words.script[first] != LATIN and _names(batch, last, place)
            and bool((words.gap[last : place + 1] < FIELD).all())
        ):  # fmt: skip
            last = place + 1
            continue
        yield _with_names(batch, first, last, line)
        first, last = place, place + 1
    yield _with_names(batch, first, last, line)


def _with_names(batch: Batch, first: int, last: int, line: NDArray[np.int64]) -> tuple[int, int]:
    """Take in the names that open or end a line in another script than Latin; leave those before a Latin sentence."""
    words = batch.words
    if words.script[first] == LATIN:
        return _after_names(batch, first, last), last
    if last - first < 2:
        return first, last
    begin, stop = int(words.line[line[first]]), int(words.line[line[first] + 1])
    if _names(batch, begin, first) and bool((words.gap[begin + 1 : first + 1] < SENTENCE).all()):
        first = begin
    if _names(batch, last, stop) and bool((words.gap[last:stop] < SENTENCE).all()):
        last = stop
    return first, last


def _after_names(batch: Batch, first: int, last: int) -> int:
    """Where a stretch begins if not with names that end another sentence."""
    words = batch.words
    for place in range(first + 1, min(first + 7, last)):
        if not words.flags[place - 1] & CAPITAL:
            break
        if words.gap[place] == SENTENCE:
            return place
    return first


def _names(batch: Batch, first: int, last: int) -> bool:
    """Whether up to three words are all names or codes."""
    flags = batch.words.flags[first:last]
    return last - first <= 3 and bool((flags & (CAPITAL | NO_PROSE) != 0).all())
