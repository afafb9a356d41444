"""What is in an article that no earlier one explains: other languages, furniture, disguised words.

All of it works on a single article; furniture is also learned from the whole corpus (`learned_furniture`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.errors import BadRecord
from dedup.inspect import furniture
from dedup.inspect.credits import credited
from dedup.inspect.disguise.obfuscation import mojibake_marks, obfuscated_marks, undisguised
from dedup.inspect.furniture.learned import Rule
from dedup.inspect.languages import Languages, Verdict
from dedup.match.families import families
from dedup.match.layout import Layout
from dedup.model import Article, Mark
from dedup.settings import Settings
from dedup.text.mojibake import Repair, repaired
from dedup.text.words import Columns, split_as_is, split_with_repairs


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one article shows by itself: its main language (two of them joined by "+", None where undecided),
    the marks of all stages, and the agencies that its text credits.

    Where translations are looked for theirs are added, and what is `translated` by (see `dedup.model.ArticleReport`).
    """

    language: str | None
    marks: tuple[Mark, ...]
    credits: tuple[str, ...] = ()
    translated: str | None = None


class Inspector:
    """Inspects articles in batches. Remembers words it has met: one object a thread or process.

    `own`: files of furniture beside the shipped ones (see `dedup.additions`).
    """

    def __init__(self, own: tuple[str, ...] = ()) -> None:
        self._languages = Languages()
        self._own = own

    def inspect_texts(self, texts: Sequence[tuple[str, str | None]]) -> list[Inspection]:
        """Inspect bare texts, each with its declared language."""
        articles = [Article("", text, language=language) for text, language in texts]
        return self._inspect(articles, *split_with_repairs([text for text, _ in texts]))

    def inspect(self, articles: Sequence[Article], columns: Columns) -> list[Inspection]:
        """Inspect articles, given with their own columns, in order.

        Text broken by a wrong decoding is inspected as it was before; the marks are those of the text given.
        """
        repairs = {place: repair for place, one in enumerate(articles) if (repair := repaired(one.text))}
        return self._inspect(articles, columns, repairs)

    def _inspect(
        self, articles: Sequence[Article], columns: Columns, repairs: Mapping[int, Repair]
    ) -> list[Inspection]:
        if not repairs:
            return self._inspected(articles, columns)
        whole = [
            replace(one, text=repairs[place].text) if place in repairs else one
            for place, one in enumerate(articles)
        ]
        found = self._inspected(whole, split_as_is([one.text for one in whole]), repairs.keys())
        for place, repair in repairs.items():
            found[place] = _given_back(found[place], articles[place].text, repair)
        return found

    def _inspected(
        self, articles: Sequence[Article], columns: Columns, broken: Collection[int] = ()
    ) -> list[Inspection]:
        """Inspect articles; none but those in the places `broken` was ever decoded wrongly."""
        verdicts = self._languages.judge(articles)
        disguises = [
            obfuscated_marks(article.text, broken=place in broken) for place, article in enumerate(articles)
        ]
        anchors = furniture.anchors(
            columns, [article.text for article in articles], own=self._own,
            disguised={place for place, marks in enumerate(disguises) if marks},
        )  # fmt: skip
        found = zip(articles, verdicts, anchors, disguises, strict=True)
        return [
            _inspection(article, verdict, columns.paragraphs(place), own, disguised)
            for place, (article, verdict, own, disguised) in enumerate(found)
        ]


def _given_back(found: Inspection, text: str, repair: Repair) -> Inspection:
    """The inspection of a repaired text with the marks as they stand in the text given, and those of its damage."""
    broken = [*mojibake_marks(text)]
    marks = []
    for mark in found.marks:
        start, end = repair.given(mark.start, mark.end)
        disguise = mark.kind == "obfuscated"
        if not disguise or not any(one.start < end and start < one.end for one in broken):
            marks.append(replace(mark, start=start, end=end))
    return Inspection(found.language, (*marks, *broken), found.credits)


def _inspection(
    article: Article, verdict: Verdict, paragraphs: Sequence[tuple[int, int]], anchors: furniture.Anchors,
    disguised: Sequence[Mark],
) -> Inspection:  # fmt: skip
    text = undisguised(article.text, disguised)
    known = furniture.known_marks(text, paragraphs, found=anchors)
    return Inspection(
        "+".join(verdict.main.codes) or article.language,
        (*verdict.marks, *_foreign_lead_ins(text, anchors, verdict), *known, *disguised),
        credited(text, anchors, known),
    )


def _foreign_lead_ins(text: str, anchors: furniture.Anchors, verdict: Verdict) -> list[Mark]:
    """Lead-ins known to be of another language than the article's one, where its own stage had too little to go by."""
    if len(verdict.main.codes) != 1:
        return []
    return [
        Mark("foreign", start, end, language=code, confidence=0.99, reason="phrase")
        for (start, end), code in furniture.lead_ins(text, anchors, verdict.main.codes[0])
        if not any(mark.start < end and mark.end > start for mark in verdict.marks)
    ]


def with_titles(
    found: Iterable[Inspection | BadRecord], articles: Sequence[Article], titles: furniture.Titles
) -> Iterator[Inspection | BadRecord]:
    """The inspections of articles, in order, where lead-ins take the `titles` of other articles after them."""
    for one, article in zip(found, articles, strict=True):
        if isinstance(one, Inspection) and (rooms := furniture.rooms(article.text, one.marks)):
            one = replace(one, marks=furniture.with_titles(one.marks, rooms, titles))
        yield one


def main_languages(articles: Sequence[Article]) -> list[str | None]:
    """The main language of articles as `Inspection` has it, where nothing else is asked of them."""
    verdicts = Languages().judge(articles) if articles else ()
    return [
        "+".join(one.main.codes) or article.language for article, one in zip(articles, verdicts, strict=True)
    ]


@cache
def _inspector_of_this_process(own: tuple[str, ...]) -> Inspector:
    return Inspector(own)


def inspect_texts(texts: Sequence[tuple[str, str | None]], own: tuple[str, ...] = ()) -> list[Inspection]:
    """As `Inspector.inspect_texts`, for a worker process: its inspector lives as long as it does."""
    return _inspector_of_this_process(own).inspect_texts(texts)


def inspect_each(
    inspect: Callable[[Sequence[tuple[str, str | None]]], list[Inspection]],
    texts: Sequence[tuple[str, str | None]],
) -> list[Inspection | BadRecord]:
    """As `inspect` does it; a text that breaks it is an error without a place, and the others are inspected."""
    try:
        return [*inspect(texts)]
    except Exception as error:
        if len(texts) == 1:
            return [BadRecord("", None, f"cannot be inspected: {type(error).__name__}: {error}")]
    return [one for text in texts for one in inspect_each(inspect, [text])]


def source_numbers(articles: Sequence[Article]) -> NDArray[np.int64]:
    """The sources of articles as numbers from 0, -1 where unknown; shape ``(articles,)``."""
    names = {name: number for number, name in enumerate(sorted({a.source for a in articles} - {""}))}
    return np.array([names.get(article.source, -1) for article in articles], np.int64)


def learned_furniture(sources: NDArray[np.int64], layout: Layout, settings: Settings) -> NDArray[np.bool_]:
    """Which paragraphs recur in many articles of their source and in few others, shape ``(paragraphs,)``."""
    columns = layout.columns
    units, sizes = families(columns.hashes, columns.flags, columns.par_words)
    rule = Rule.of(settings)
    return furniture.learned(
        sources[layout.par_articles], layout.par_articles.astype(np.int64), layout.digests, units,
        np.diff(columns.par_words), sizes, rule,
    )  # fmt: skip
