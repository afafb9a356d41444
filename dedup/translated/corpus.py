"""Translations among the articles of a corpus, each judged by those before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.model import Article, Mark
from dedup.text.words import Columns
from dedup.translated.encoder import Encoder, knows
from dedup.translated.marks import Side, marks
from dedup.translated.passages import settled
from dedup.translated.sentences import Reader, Sentences
from dedup.translated.shelf import Shelf

TOGETHER = 64
"""Articles that are encoded together."""


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
    shelf = Shelf()
    put_up: list[int] = []
    for number, own in enumerate(_read(told, _wanted(told, first, days), Reader(encoder))):
        if number >= first:
            among = np.array(put_up, np.int64) >= told.days[number] - days
            found = settled(shelf.found(own, among)) if own else []
            side = Side.of(told.articles[number], own, told.columns, number) if own and found else None
            out: list[Mark] = []
            for other, passage in found:
                theirs = shelf.of(shelf.place(other))
                assert side is not None
                out += marks(side, Side.of(told.articles[other], theirs, told.columns, other), passage)
            yield out
        if own is not None:
            shelf.add(number, own)
            put_up.append(told.days[number])


def _wanted(told: Told, first: int, days: int) -> NDArray[np.bool_]:
    """Which articles have to be encoded: there is one in another language, near enough in time, and one of the two is
    judged."""
    held = [one.language if one else None for one in told.held]
    known = [code if knows(code) else None for code in (*held, *told.languages[len(held) :])]
    when = np.array(told.days, np.int64)
    judged = np.arange(when.size) >= first
    wanted = np.zeros(when.size, np.bool_)
    for language in {code for code in known if code}:
        own = np.array([code == language for code in known], np.bool_)
        others = np.array([code is not None and code != language for code in known], np.bool_)
        for mine, theirs in ((own & judged, others), (own & ~judged, others & judged)):
            near = np.sort(when[theirs])
            low = np.searchsorted(near, when[mine] - days, "left")
            high = np.searchsorted(near, when[mine] + days, "right")
            wanted[mine] = high > low
    return wanted


def _read(told: Told, wanted: NDArray[np.bool_], reader: Reader) -> Iterator[Sentences | None]:
    """The sentences of all articles; None of those that nobody wants."""
    yield from told.held
    for start in range(len(told.held), len(told.articles), TOGETHER):
        numbers = range(start, min(start + TOGETHER, len(told.articles)))
        places = [number for number in numbers if wanted[number]]
        texts = [told.articles[place].text for place in places]
        languages = [str(told.languages[place]) for place in places]
        read = dict(zip(places, reader.read(texts, told.columns, places, languages), strict=True))
        yield from map(read.get, numbers)
