"""Articles in, their main language and foreign marks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedup.languages.batch import Batch, weigh
from dedup.languages.foreign import Stretch, Stretches, Tuning
from dedup.languages.main import Main, MainLanguage, decide, decide_by_head
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
        """Use the scorers given, or those installed: the sharpest first, the last that knows the most."""
        self._scorers = tuple(scorers) if scorers is not None else installed_scorers()
        self._sharp = self._wide = Vocabulary(self._scorers[-1])
        if len(self._scorers) > 1:
            self._sharp = Vocabulary(self._scorers[0])
        self._tuning = tuning or Tuning()

    @property
    def scorer(self) -> str:
        """Name and version of the language models in use."""
        return " + ".join(scorer.name for scorer in self._scorers)

    def judge(self, articles: Sequence[Article]) -> list[Verdict]:
        """Return each article's main language and its foreign stretches, in the order of the articles."""
        found: list[Verdict | None] = [None] * len(articles)
        unsure = list(range(len(articles)))
        if articles and self._sharp is not self._wide:
            batch = weigh([article.text for article in articles], self._sharp)
            mains = decide(batch, [article.language for article in articles], self._sharp)
            found = self._verdicts(batch, mains, self._sharp)
            unsure = [place for place, main in enumerate(mains) if main is None]
        if unsure:
            batch = weigh([articles[place].text for place in unsure], self._wide)
            sure = decide_by_head(batch, [articles[place].language for place in unsure], self._wide)
            for place, verdict in zip(unsure, self._verdicts(batch, sure, self._wide), strict=True):
                found[place] = verdict
        return [verdict for verdict in found if verdict is not None]

    def _verdicts(
        self, batch: Batch, mains: Sequence[Main | None], vocabulary: Vocabulary
    ) -> list[Verdict | None]:
        stretches = Stretches(vocabulary, self._wide, self._tuning).find(batch, mains)
        return [
            main and Verdict(main.language, tuple(_mark(batch, text, stretch) for stretch in stretches[text]))
            for text, main in enumerate(mains)
        ]


def _mark(batch: Batch, text: int, stretch: Stretch) -> Mark:
    words = batch.words
    at = int(words.offset[text])
    return Mark(
        "foreign", int(words.start[stretch.first]) - at, int(words.end[stretch.last - 1]) - at,
        language=stretch.language, confidence=stretch.confidence, reason=stretch.reason,
    )  # fmt: skip
