"""Articles in, their main language and foreign marks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedup.languages.batch import Batch, weigh
from dedup.languages.foreign import Stretch, Stretches, Tuning
from dedup.languages.main import MainLanguage, decide
from dedup.languages.scorers import Scorer, installed_scorers
from dedup.languages.vocabulary import Vocabulary
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
        found = tuple(scorers) if scorers is not None else installed_scorers()
        self._scorer, self._wide = found[0], found[-1]
        self._vocabulary = Vocabulary(self._scorer)
        self._stretches = Stretches(self._vocabulary, tuning or Tuning())

    @property
    def scorer(self) -> str:
        """Name and version of the language models in use."""
        return " + ".join(dict.fromkeys((self._scorer.name, self._wide.name)))

    def judge(self, articles: Sequence[Article]) -> list[Verdict]:
        """Return each article's main language and its foreign stretches, in the order of the articles."""
        if not articles:
            return []
        batch = weigh([article.text for article in articles], self._vocabulary)
        mains = decide(batch, [article.language for article in articles], self._vocabulary, self._wide)
        found = self._stretches.find(batch, mains)
        return [
            Verdict(main.language, tuple(_mark(batch, text, stretch) for stretch in stretches))
            for text, (main, stretches) in enumerate(zip(mains, found, strict=True))
        ]


def _mark(batch: Batch, text: int, stretch: Stretch) -> Mark:
    words = batch.words
    at = int(words.offset[text])
    return Mark(
        "foreign", int(words.start[stretch.first]) - at, int(words.end[stretch.last - 1]) - at,
        language=stretch.language, confidence=stretch.confidence, reason=stretch.reason,
    )  # fmt: skip
