"""Articles in, their main language and foreign marks out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dedup.inspect.languages import facts
from dedup.inspect.languages.arabic import in_own_letters
from dedup.inspect.languages.batch import Batch, weigh
from dedup.inspect.languages.by_language import ByLanguage, Tuning
from dedup.inspect.languages.by_script import by_script
from dedup.inspect.languages.by_sentence import by_sentence
from dedup.inspect.languages.main import Main, MainLanguage, confirmed, decide, decide_by_head
from dedup.inspect.languages.scorers import Scorer, installed_scorers, scorer_names
from dedup.inspect.languages.stretches import Stretch
from dedup.inspect.languages.vocabulary import Vocabulary
from dedup.model import Article, Mark


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the language stage says of one article; `marks` in order, none overlapping another."""

    main: MainLanguage
    marks: tuple[Mark, ...] = ()


class Languages:
    """Judge articles in batches. Remembers what the scorer said of words: one object a thread.

    >>> text = "The ministers met again on Monday and agreed on a plan for the harbour.\\nЧитайте также"
    >>> verdict = Languages().judge([Article("a", text)])[0]
    >>> verdict.main.codes, [(text[m.start : m.end], m.language) for m in verdict.marks]
    (('en',), [('Читайте также', 'ru')])
    """

    def __init__(self, scorers: Sequence[Scorer] | None = None, tuning: Tuning | None = None) -> None:
        """Use the scorers given, or those installed: the sharpest first, the last that knows the most."""
        self._scorers = tuple(scorers) if scorers is not None else installed_scorers()
        self._sharp = Vocabulary(self._scorers[0]) if len(self._scorers) > 1 else None
        self._tuning = tuning or Tuning()

    @cached_property
    def _wide(self) -> Vocabulary:
        return Vocabulary(self._scorers[-1])

    @property
    def scorer(self) -> str:
        """Name and version of the language models in use."""
        return scorer_names(self._scorers)

    def judge(self, articles: Sequence[Article]) -> list[Verdict]:
        """Return each article's main language and its foreign stretches, in the order of the articles."""
        texts = [in_own_letters(article.text) for article in articles]
        declared = [article.language for article in articles]
        if not texts:
            return []
        if self._sharp is None:
            batch = weigh(texts, self._wide)
            return self._verdicts(batch, decide_by_head(batch, declared, self._wide), self._wide)
        batch = weigh(texts, self._sharp)
        mains = decide(batch, declared, self._sharp)
        unsure = [place for place, main in enumerate(mains) if main is None]
        others: list[Verdict] = []
        if unsure:
            second = weigh([texts[place] for place in unsure], self._wide)
            heads = decide_by_head(second, [declared[place] for place in unsure], self._wide)
            others = self._verdicts(second, heads, self._wide)
            for place, main in zip(unsure, heads, strict=True):
                mains[place] = confirmed(batch, place, main, self._sharp)
        sharp = [main or Main(MainLanguage()) for main in mains]
        found = self._verdicts(batch, sharp, self._sharp)
        for place, other in zip(unsure, others, strict=True):
            if mains[place] is None:
                found[place] = other
        return found

    def _verdicts(self, batch: Batch, mains: Sequence[Main], vocabulary: Vocabulary) -> list[Verdict]:
        wide = None if vocabulary is not self._sharp else lambda: self._wide
        search = ByLanguage(vocabulary, wide, self._tuning)
        found: list[list[Stretch]] = [[] for _ in mains]
        taken = np.zeros(batch.words.key.size, np.bool_)
        others = [*search.find(batch, mains)]
        if vocabulary is self._sharp:
            others += by_sentence(batch, mains, vocabulary, lambda: self._wide)
        others.sort(key=lambda found: found[1].first - found[1].last)  # the longest first
        for text, stretch in (*by_script(batch, mains, vocabulary), *others):
            if not taken[stretch.first : stretch.last].any():
                found[text].append(stretch)
                taken[stretch.first : stretch.last] = True
        sizes = np.bincount(batch.words.text_of_line, np.diff(batch.words.line), len(mains))
        return [
            _verdict(batch, text, main.language, found[text], int(sizes[text]))
            for text, main in enumerate(mains)
        ]


def _verdict(batch: Batch, text: int, main: MainLanguage, found: Sequence[Stretch], size: int) -> Verdict:
    """The verdict on a text of so many words. What most of its words are in is its language, and not foreign."""
    words = Counter[str]()
    for stretch in found:
        words[stretch.language] += stretch.last - stretch.first
    for code, count in words.most_common(1):
        if 2 * count > size and code != "und":
            main = MainLanguage(
                (code,), min(one.confidence for one in found if one.language == code), main.script
            )
            found = [one for one in found if not facts.same(one.language, code)]
    marks = [_mark(batch, text, stretch) for stretch in found]
    return Verdict(main, tuple(sorted(marks, key=lambda mark: mark.start)))


def _mark(batch: Batch, text: int, stretch: Stretch) -> Mark:
    words = batch.words
    at = int(words.offset[text])
    return Mark(
        "foreign", int(words.start[stretch.first]) - at, int(words.end[stretch.last - 1]) - at,
        language=stretch.language, confidence=stretch.confidence, reason=stretch.reason,
    )  # fmt: skip
