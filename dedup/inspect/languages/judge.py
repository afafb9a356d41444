"""Articles in, their main language and foreign marks out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dedup.inspect.languages import facts
from dedup.inspect.languages.arabic import in_own_letters
from dedup.inspect.languages.batch import Batch, weigh, without
from dedup.inspect.languages.by_family import ByFamily
from dedup.inspect.languages.by_language import ByLanguage, Tuning
from dedup.inspect.languages.by_script import by_script
from dedup.inspect.languages.main import (
    Main,
    MainLanguage,
    confirmed,
    decide,
    decide_by_head,
    first_guesses,
    taken_for_told,
)
from dedup.inspect.languages.scorers import Scorer, installed_scorers, scorer_names
from dedup.inspect.languages.stretches import Stretch
from dedup.inspect.languages.vocabulary import Vocabulary
from dedup.model import Article, Mark

_MOSTLY = 0.5
"""A text with more than so many of its words in a relative of the language it was taken for is in that one ..."""
_BESIDE = 0.35
"""... and one with fewer than so many in that language; between them it may have two ..."""
_OWN = 8.0
"""Nats by which a text's words must speak for its language among its relatives, where the scorer is not sure."""
_FEW = 40
"""... unless that many words are all there is of the relative."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the language stage says of one article; `marks` in order, none overlapping another."""

    main: MainLanguage
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Related:
    """The language that each text is taken for, and by text what is in one of its relatives."""

    languages: Sequence[MainLanguage]
    stretches: dict[int, list[Stretch]]


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

    @cached_property
    def _families(self) -> ByFamily:
        return ByFamily(lambda: self._wide)

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
            heads = decide_by_head(batch, declared, self._wide)
            return self._verdicts(batch, heads, declared, self._wide)
        batch = weigh(texts, self._sharp)
        related = self._related(batch, first_guesses(batch, self._sharp), self._sharp)
        mains, told = self._decided(batch, declared, related, self._sharp)
        unsure = [place for place, main in enumerate(mains) if main is None]
        others: list[Verdict] = []
        if unsure:
            second = weigh([texts[place] for place in unsure], self._wide)
            heads = decide_by_head(second, [told[place] for place in unsure], self._wide)
            others = self._verdicts(second, heads, [declared[place] for place in unsure], self._wide)
            for place, main in zip(unsure, heads, strict=True):
                mains[place] = confirmed(batch, place, main, self._sharp)
        sharp = [main or Main(MainLanguage()) for main in mains]
        found = self._verdicts(batch, sharp, declared, self._sharp, related)
        for place, other in zip(unsure, others, strict=True):
            if mains[place] is None:
                found[place] = other
        return found

    def _related(self, batch: Batch, languages: Sequence[MainLanguage], vocabulary: Vocabulary) -> _Related:
        stretches: dict[int, list[Stretch]] = {}
        for text, stretch in self._families.find(batch, languages, vocabulary):
            stretches.setdefault(text, []).append(stretch)
        return _Related(languages, stretches)

    def _decided(
        self, batch: Batch, declared: Sequence[str | None], related: _Related, vocabulary: Vocabulary
    ) -> tuple[list[Main | None], list[str | None]]:
        """The main languages without the lines that are in a relative, and what is told of them beforehand."""
        told = [*declared]
        aside = np.zeros(batch.words.key.size, np.bool_)
        sizes = batch.sizes()
        mostly = []
        for text, stretches in related.stretches.items():
            code, count = _most(stretches)
            if count > _MOSTLY * sizes[text]:
                told[text] = code
                mostly.append(text)
            elif count <= max(_BESIDE * sizes[text], _FEW):
                for stretch in stretches:
                    aside[stretch.first : stretch.last] = True
        rest = without(batch, aside, vocabulary) if aside.any() else batch
        mains = decide(rest, declared, vocabulary)
        for text in mostly:
            mains[text] = taken_for_told(batch, text, str(told[text]), vocabulary, self._wide.codes)
        for text in [place for place, main in enumerate(mains) if main is None and place not in mostly]:
            guess = related.languages[text]
            if self._families.lead(rest, text, guess, vocabulary) >= _OWN:
                mains[text] = confirmed(rest, text, Main(replace(guess, confidence=0.9)), vocabulary)
        return mains, told

    def _verdicts(
        self,
        batch: Batch,
        mains: Sequence[Main],
        declared: Sequence[str | None],
        vocabulary: Vocabulary,
        related: _Related | None = None,
    ) -> list[Verdict]:
        wide = None if vocabulary is not self._sharp else lambda: self._wide
        languages = [main.language for main in mains]
        others = [*ByLanguage(vocabulary, wide, self._tuning).find(batch, mains)]
        others.sort(key=lambda found: found[1].first - found[1].last)  # the longest first
        close = self._close(batch, languages, vocabulary, related)
        found: list[list[Stretch]] = [[] for _ in mains]
        taken = np.zeros(batch.words.key.size, np.bool_)
        for text, stretch in (*by_script(batch, mains, vocabulary), *close, *others):
            if taken[stretch.first : stretch.last].any():
                continue
            code = self._families.named(batch, stretch, languages[text], vocabulary)
            if not any(facts.same(code, own) for own in languages[text].codes):
                code = self._families.variant(batch, stretch.first, stretch.last, code, vocabulary)
                found[text].append(replace(stretch, language=code))
                taken[stretch.first : stretch.last] = True
        sizes = batch.sizes()
        named = [
            self._variant(batch, text, language, declared[text], vocabulary)
            for text, language in enumerate(languages)
        ]
        return [
            _verdict(batch, text, language, found[text], int(sizes[text]))
            for text, language in enumerate(named)
        ]

    def _variant(
        self, batch: Batch, text: int, main: MainLanguage, declared: str | None, vocabulary: Vocabulary
    ) -> MainLanguage:
        """The main language of a text, where it is one of several that are one to the scorers."""
        if not any(code in facts.VARIANT_OF for code in main.codes):
            return main
        first, last = np.searchsorted(batch.words.start, batch.words.offset[text : text + 2]).tolist()
        wanted = facts.normal_code(declared)
        codes = (
            self._families.variant(batch, first, last, code, vocabulary, code == wanted)
            for code in main.codes
        )
        return replace(main, codes=tuple(codes))

    def _close(
        self,
        batch: Batch,
        languages: Sequence[MainLanguage],
        vocabulary: Vocabulary,
        related: _Related | None,
    ) -> Iterator[tuple[int, Stretch]]:
        """What is in a relative of each text's language; looked for where the text was taken for another."""
        asked = [*languages]
        if related is not None:
            for text, (own, guess) in enumerate(zip(languages, related.languages, strict=True)):
                if len(own.codes) != 1 or not guess.codes:
                    continue
                if own.codes == guess.codes or facts.same(own.codes[0], guess.codes[0]):
                    asked[text] = MainLanguage()
                    yield from ((text, stretch) for stretch in related.stretches.get(text, ()))
        yield from self._families.find(batch, asked, vocabulary)


def _most(stretches: Sequence[Stretch]) -> tuple[str, int]:
    """The language of most words of some stretches, and how many these are."""
    words = Counter[str]()
    for stretch in stretches:
        words[stretch.language] += stretch.last - stretch.first
    return words.most_common(1)[0]


def _verdict(batch: Batch, text: int, main: MainLanguage, found: Sequence[Stretch], size: int) -> Verdict:
    """The verdict on a text of so many words. What most of its words are in is its language, and not foreign."""
    if found:
        code, count = _most(found)
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
