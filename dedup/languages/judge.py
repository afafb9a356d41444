"""An article's main language, and the stretches of it that are in another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dedup.languages import facts, kernels
from dedup.languages.alphabet import LATIN, LETTERWISE, SCRIPT_LANGUAGE, SCRIPTS
from dedup.languages.kernels import CAPITAL, MIXED, NO_PROSE, OPENING, SMALL
from dedup.languages.scorers import Scorer, installed_scorers
from dedup.languages.vocabulary import UNIT, Vocabulary, plain
from dedup.languages.words import Words, split_words
from dedup.model import Article, Mark


@dataclass(frozen=True, slots=True)
class MainLanguage:
    """The language or the two languages an article is written in; no code: undecided.

    `confidence` in [0, 1]. `script` is the ISO 15924 code of most of its letters, "" where it has none.
    """

    codes: tuple[str, ...] = ()
    confidence: float = 0.0
    script: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the language stage says of one article; `marks` in order, none overlapping another."""

    main: MainLanguage
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuning:
    """Thresholds in hundredths of a nat unless said otherwise; found on development texts only."""

    name: int = 2
    """Sixteenths that a capitalised word counts for another language ..."""
    opening: int = 8
    """... and one that opens a sentence or a line."""
    cap: int = 1500
    """The most that one word counts."""
    baseline: int = 1000
    """What a Latin word in a text of another script must bring to count at all."""
    bias: int = 50
    """What each word counts for the main language beforehand."""
    edge_space: int = 1000
    edge_comma: int = 800
    edge_sentence: int = 500
    """The price of a border between languages at a space, a comma, a sentence mark or quote."""
    least: int = 800
    """Gain of the least stretch that is looked at."""

    def array(self) -> NDArray[np.int32]:
        """The numbers as `kernels.stretches` wants them."""
        return np.array(
            [self.name, self.opening, self.cap, self.baseline, self.bias,
             self.edge_space, self.edge_comma, self.edge_sentence, self.least], np.int32,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A batch's words with their evidence, summed by text and line."""

    words: Words
    rows: NDArray[np.int32]
    total: NDArray[np.int64]
    knows: NDArray[np.int64]
    best: NDArray[np.int32]
    counted: NDArray[np.int32]
    of_text: NDArray[np.int64]


class Languages:
    """Judge articles in batches. Keeps what it learnt of words: one object a thread, made lazily.

    >>> text = "The ministers met again on Monday and agreed on a plan for the harbour.\\nЧитайте также"
    >>> verdict = Languages().judge([Article("a", text)])[0]
    >>> verdict.main.codes, [(text[m.start : m.end], m.language) for m in verdict.marks]
    (('en',), [('Читайте также', 'ru')])
    """

    def __init__(self, scorers: Sequence[Scorer] | None = None, tuning: Tuning = Tuning()) -> None:
        found = tuple(scorers) if scorers is not None else installed_scorers()
        self._vocabulary = Vocabulary(found[0])
        self._wide = found[-1]
        self._tuning = tuning
        codes = found[0].languages
        self._codes = codes
        self._near = np.array([[facts.same(a, b) for b in codes] for a in codes])
        self._written = np.array([[code in facts.scripts_of(a) for code in SCRIPTS] for a in codes])

    @property
    def scorer(self) -> str:
        """The name and version of the model in use."""
        return self._vocabulary.scorer.name

    def judge(self, articles: Sequence[Article]) -> list[Verdict]:
        """Return each article's main language and its foreign stretches."""
        if not articles:
            return []
        weighed = self._weigh([article.text for article in articles])
        mains = [self._main(weighed, i, article) for i, article in enumerate(articles)]
        marks = self._marks(weighed, mains)
        return [Verdict(main.language, tuple(found)) for main, found in zip(mains, marks, strict=True)]

    def _weigh(self, texts: Sequence[str]) -> _Weighed:
        words = split_words(texts)
        rows = self._vocabulary.look_up(words.text, words.start, words.end, words.key)
        lines, languages = words.line.size - 1, len(self._codes)
        total = np.zeros((len(texts), languages), np.int64)
        knows = np.zeros((len(texts), languages), np.int64)
        best, counted = np.zeros(lines, np.int32), np.zeros(lines, np.int32)
        kernels.weigh(
            rows, words.flags, words.line, words.text_of_line, self._vocabulary.evidence, 5 * UNIT,
            total, knows, best, counted,
        )  # fmt: skip
        of_text = np.searchsorted(words.text_of_line, np.arange(len(texts) + 1))
        return _Weighed(words, rows, total, knows, best, counted, of_text)

    # -- main language -------------------------------------------------------------------------

    def _main(self, weighed: _Weighed, text: int, article: Article) -> _Main:
        """Decide one article's main language."""
        total = weighed.total[text]
        lines = slice(int(weighed.of_text[text]), int(weighed.of_text[text + 1]))
        counted = int(weighed.counted[lines].sum())
        script = self._script(weighed, lines)
        if counted < 3:
            return _Main(MainLanguage((), 0.0, script))
        votes = np.bincount(
            weighed.best[lines][weighed.best[lines] >= 0],
            weighed.counted[lines][weighed.best[lines] >= 0], len(self._codes),
        )  # fmt: skip
        # Both agree on most articles; a line in another language may bring more evidence than it has words.
        own = int(np.lexsort((total, votes))[-1])
        rival = int(np.argmax(np.where(self._near[own], -1, total)))
        known = weighed.knows[text, own] / counted
        margin = (total[own] - total[rival]) / counted / UNIT
        declared = facts.normal_code(article.language)
        two = self._second(own, votes)
        if two is not None:
            return _Main(MainLanguage((self._codes[own], self._codes[two]), 0.9, script))
        if known >= 0.86 and margin >= 2.5 or counted < 12 and known >= 0.7 and margin >= 3:
            code = self._codes[own]
            if declared is not None and facts.same(declared, code):
                code = declared
            confidence = 1 - math.exp(-margin * counted / 20)
            return _Main(MainLanguage((code,), round(confidence, 4), script), own, 0)
        return self._wide_main(weighed, text, article, own, script, known, declared)

    def _second(self, own: int, votes: NDArray[np.float64]) -> int | None:
        other = int(np.argmax(np.where(self._near[own], -1, votes)))
        share = votes[other] / max(1.0, votes.sum())
        return other if share >= 0.35 and votes[other] >= 40 else None

    def _wide_main(
        self, weighed: _Weighed, text: int, article: Article, own: int, script: str, known: float,
        declared: str | None,
    ) -> _Main:  # fmt: skip
        """Ask the scorer of most languages, on the head of the text."""
        head = plain(article.text[:800])
        scores = self._wide.scores([head])[0]
        order = np.argsort(scores)[::-1]
        code = self._wide.languages[int(order[0])]
        if declared is not None and declared not in self._codes:
            code = declared
        if script and script not in facts.scripts_of(code):
            return _Main(MainLanguage((), 0.0, script))
        gap = float(scores[order[0]] - scores[order[1]])
        if gap < 10 and code != declared:
            return _Main(MainLanguage((), 0.0, script))
        if code in self._codes:
            own = self._codes.index(code)
            return _Main(MainLanguage((code,), 0.8, script), own, 600)
        return _Main(MainLanguage((code,), 0.8, script), own, 1200)

    def _script(self, weighed: _Weighed, lines: slice) -> str:
        words = weighed.words
        span = slice(int(words.line[lines.start]), int(words.line[lines.stop]))
        if span.start == span.stop:
            return ""
        sizes = words.end[span] - words.start[span]
        return SCRIPTS[int(np.argmax(np.bincount(words.script[span], sizes, len(SCRIPTS))))]

    # -- marks ---------------------------------------------------------------------------------

    def _marks(self, weighed: _Weighed, mains: Sequence[_Main]) -> list[list[Mark]]:
        words = weighed.words
        own = np.array([main.column for main in mains], np.int32)[words.text_of_line]
        floor = np.array([main.floor for main in mains], np.int32)[words.text_of_line]
        marks: list[list[Mark]] = [[] for _ in mains]
        taken = self._script_marks(weighed, mains, marks)
        out = np.empty((words.line.size + 4096, 5), np.int64)
        count = kernels.stretches(
            weighed.rows, words.script, words.flags, words.gap, words.line, own, floor,
            self._vocabulary.evidence, self._near, self._written, self._tuning.array(), out,
        )  # fmt: skip
        for line, first, last, language, gain in out[:count].tolist():
            text = int(words.text_of_line[line])
            found = self._stretch(weighed, mains[text], line, first, last, language, gain)
            if found is not None and not taken[found[0] : found[1]].any():
                marks[text].append(self._mark(words, text, *found))
        for found_here in marks:
            found_here.sort(key=lambda mark: mark.start)
        return marks

    def _mark(
        self, words: Words, text: int, first: int, last: int, code: str, confidence: float, reason: str
    ) -> Mark:
        at = int(words.offset[text])
        start, end = int(words.start[first]) - at, int(words.end[last - 1]) - at
        return Mark("foreign", start, end, language=code, confidence=round(confidence, 4), reason=reason)

    def _stretch(
        self, weighed: _Weighed, main: _Main, line: int, first: int, last: int, language: int, gain: int
    ) -> tuple[int, int, str, float, str] | None:
        """Settle whether a stretch is long and clear enough, and where it ends."""
        words = weighed.words
        evidence = self._vocabulary.evidence
        begin, stop = int(words.line[line]), int(words.line[line + 1])
        flags = words.flags[first:last]
        prose = (flags & (CAPITAL | NO_PROSE | MIXED)) == 0
        distinct = np.unique(words.key[first:last][prose])
        whole = first == begin and last == stop
        need = 800 if whole else 2500
        if distinct.size < (1 if whole else 3) or gain < need:
            return None
        return first, last, self._codes[language], 1 - math.exp(-gain / UNIT / 8), "language"

    def _script_marks(self, weighed: _Weighed, mains: Sequence[_Main], marks: list[list[Mark]]) -> NDArray[np.bool_]:
        words = weighed.words
        taken = np.zeros(words.key.size, np.bool_)
        strange_scripts = np.array([self._strange(main) for main in mains])
        if not len(mains):
            return taken
        lengths = np.diff(words.line)
        text_of_word = np.repeat(words.text_of_line, lengths)
        strange = strange_scripts[text_of_word, words.script] & (words.flags & (NO_PROSE | MIXED) == 0)
        places = np.flatnonzero(strange)
        if not places.size:
            return taken
        line_of_word = np.repeat(np.arange(lengths.size), lengths)
        for first, last in _runs(places, line_of_word, words):
            line = int(line_of_word[first])
            if self._accept_run(words, first, last, int(words.line[line]), int(words.line[line + 1])):
                text = int(text_of_word[first])
                marks[text].append(self._mark(words, text, first, last, self._run_language(weighed, first, last), 0.99, "script"))
                taken[first:last] = True
        return taken

    def _strange(self, main: _Main) -> NDArray[np.bool_]:
        """Which scripts are foreign in an article by themselves: neither its own nor Latin."""
        strange = np.ones(len(SCRIPTS), np.bool_)
        strange[[0, LATIN, len(SCRIPTS) - 1]] = False
        if not main.language.script:
            return np.zeros(len(SCRIPTS), np.bool_)
        own = {main.language.script}
        for code in main.language.codes:
            own.update(facts.scripts_of(code))
        if not main.language.codes and main.language.script in ("Hani", "Hira", "Kana", "Hang"):
            own.update(("Hani", "Hira", "Kana", "Hang"))
        strange[[SCRIPTS.index(code) for code in own]] = False
        return strange

    def _accept_run(self, words: Words, first: int, last: int, begin: int, stop: int) -> bool:
        letters = int((words.end[first:last] - words.start[first:last]).sum())
        count = last - first
        if words.script[first] in LETTERWISE:
            count = (count + 1) // 2
        opens = first == begin and (last == stop or words.gap[last] == 2)
        if opens:
            return letters >= 2
        capital = (words.flags[first:last] & CAPITAL) != 0
        return count >= 2 and letters >= 4 and not (count <= 3 and capital.all())

    def _run_language(self, weighed: _Weighed, first: int, last: int) -> str:
        words = weighed.words
        sums = self._vocabulary.evidence[weighed.rows[first:last]].sum(axis=0, dtype=np.int64)
        fits = self._written[:, words.script[first]]
        sums = np.where(fits, sums, -1)
        default = SCRIPT_LANGUAGE.get(SCRIPTS[words.script[first]], "und")
        best = int(np.argmax(sums))
        if sums[best] <= 0:
            return default
        if default in self._codes and sums[self._codes.index(default)] >= sums[best] * 0.97:
            return default
        return self._codes[best]


@dataclass(frozen=True, slots=True)
class _Main:
    """A main language and how to weigh words against it: its column (-1: do not) and the least a word counts."""

    language: MainLanguage
    column: int = -1
    floor: int = 0
    extra: tuple[int, ...] = field(default=())


def _runs(places: NDArray[np.int64], line: NDArray[np.int64], words: Words) -> list[tuple[int, int]]:
    """Join places that follow one another in a line, over at most three names between them."""
    runs: list[tuple[int, int]] = []
    for place in places.tolist():
        if runs:
            first, last = runs[-1]
            between = words.flags[last:place]
            names = between.size <= 3 and bool(((between & (CAPITAL | NO_PROSE)) != 0).all())
            strong = between.size and bool((words.gap[last : place + 1] == 2).any())
            if line[last - 1] == line[place] and names and not strong:
                runs[-1] = (first, place + 1)
                continue
        runs.append((place, place + 1))
    return runs
