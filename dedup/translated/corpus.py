"""Translations among the articles of a corpus, each judged by those before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.model import Article, Mark
from dedup.text.words import Columns
from dedup.translated.encoder import Encoder, knows
from dedup.translated.marks import Side, marks
from dedup.translated.passages import settled
from dedup.translated.sentences import Sentences, read
from dedup.translated.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the articles of a corpus, in the order of time: their languages, and their days since 1970
    (those without a date have the day of the last before them).

    `held`: the sentences of the first ones, whose texts are not at hand, None where there are none.
    """

    articles: Sequence[Article]
    columns: Columns
    languages: Sequence[str | None]
    days: Sequence[int]
    held: Sequence[Sentences | None]


def translations(told: Told, first: int, days: int, encoder: Encoder) -> Iterator[list[Mark]]:
    """The marks of the articles from number `first` on, which may be translated from articles so many days older."""
    known = {language for language in told.languages if knows(language)} | {
        one.language for one in told.held if one
    }
    shelf = Shelf()
    put_up: list[int] = []
    for number, article in enumerate(told.articles):
        own = _sentences(told, number, encoder) if len(known) > 1 else None
        if number >= first:
            among = np.array(put_up, np.int64) >= told.days[number] - days
            found = settled(shelf.found(own, among)) if own else []
            side = Side.of(article, own, told.columns, number) if own and found else None
            out: list[Mark] = []
            for other, passage in found:
                theirs = shelf.of(shelf.place(other))
                assert side is not None
                out += marks(side, Side.of(told.articles[other], theirs, told.columns, other), passage)
            yield out
        if own is not None:
            shelf.add(number, own)
            put_up.append(told.days[number])


def _sentences(told: Told, number: int, encoder: Encoder) -> Sentences | None:
    language = told.languages[number]
    if number < len(told.held):
        return told.held[number]
    if language is None or not knows(language):
        return None
    return read(told.articles[number].text, told.columns, number, language, encoder)
