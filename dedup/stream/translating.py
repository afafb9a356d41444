"""Translations among the articles of a stream: what an index keeps of their sentences, put up in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.index import View
from dedup.index.records import NEVER, decode, unpack
from dedup.index.runs import Roll, Terms
from dedup.inspect.inspector import Inspection
from dedup.model import Article, Mark
from dedup.text.words import Columns
from dedup.translated.encoder import knows, load, said
from dedup.translated.marks import Side, marks
from dedup.translated.passages import Passage, settled
from dedup.translated.sentences import Reader, Sentences, from_bytes
from dedup.translated.shelf import Shelf

LOADED = 500
"""Articles whose sentences are taken from an index at a time."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Articles judged together: their words, sentences and inspections, what each may see, and their place on the roll.

    `horizons`: the days from which on others count, ``(articles,)``. `struck`: pairs of a number and the number that
    replaces it.
    """

    articles: Sequence[Article]
    columns: Columns
    sentences: Sequence[Sentences | None]
    inspections: Sequence[Inspection]
    roll: Roll
    terms: Terms
    horizons: NDArray[np.int64]
    struck: Sequence[tuple[int, int]]


class Translations:
    """Looks for translations of what one index holds. It learns of articles from the index alone: what a step adds
    and then loses was never there."""

    def __init__(self) -> None:
        self._reader = Reader(load())
        self._shelf = Shelf()
        self._end = 0

    def read(
        self, articles: Sequence[Article], columns: Columns, inspections: Sequence[Inspection]
    ) -> list[Sentences | None]:
        """The sentences of some articles, None where the encoder does not know their language."""
        places = [place for place, one in enumerate(inspections) if knows(one.language)]
        texts = [articles[place].text for place in places]
        languages = [str(inspections[place].language) for place in places]
        out: list[Sentences | None] = [None] * len(articles)
        for place, one in zip(places, self._reader.read(texts, columns, places, languages), strict=True):
            out[place] = one
        return out

    def inspected(self, view: View, batch: Batch) -> list[Inspection]:
        """The inspections of a batch, with the marks of what is translated."""
        self._refresh(view, int(batch.horizons.min()))
        beside = Shelf()
        out = []
        for place, (one, own) in enumerate(zip(batch.inspections, batch.sentences, strict=True)):
            found: list[tuple[int, Passage]] = []
            if own is not None:
                for shelf, roll in ((self._shelf, view.roll), (beside, batch.roll)):
                    found += shelf.found(own, self._among(shelf, roll, batch, place))
                beside.add(batch.roll.base + place, own)
            told = tuple(self._marks(view, batch, place, settled(found))) if found else ()
            out.append(replace(one, marks=(*one.marks, *told), translated=said(one.language)))
        return out

    def _among(self, shelf: Shelf, roll: Roll, batch: Batch, place: int) -> NDArray[np.bool_]:
        """Which articles of a shelf, all on a roll, the one at a place of the batch may have been translated from."""
        numbers = np.array(shelf.numbers, np.int64)
        at = numbers - roll.base
        there = at >= 0
        at = np.maximum(at, 0)
        own = int(batch.terms.before[place])
        horizon = max(int(batch.terms.horizon[place]), int(batch.horizons[place]))
        among = there & (numbers < own)
        if numbers.size:
            among &= (
                (roll.until[at] > own)
                & (roll.bound[at] <= batch.terms.bound[place])
                & (roll.day[at] >= horizon)
            )
        gone = [number for number, by in batch.struck if by <= own]
        return among & ~np.isin(numbers, gone) if gone else among

    def _marks(
        self, view: View, batch: Batch, place: int, found: Sequence[tuple[int, Passage]]
    ) -> Iterator[Mark]:
        own = batch.sentences[place]
        assert own is not None
        side = Side.of(batch.articles[place], own, batch.columns, place)
        for number, passage in found:
            among = number - batch.roll.base
            if among >= 0:
                theirs = batch.sentences[among]
                assert theirs is not None
                other = Side.of(batch.articles[among], theirs, batch.columns, among)
            else:
                record = decode(view.records([number])[0])
                article = Article(record.id, "", source=record.source, published=record.published)
                held = self._shelf.of(self._shelf.place(number))
                other = Side.of(article, held, unpack([record.words]), 0)
            yield from marks(side, other, passage)

    def _refresh(self, view: View, least: int) -> None:
        """Put up what came since and is of day `least` or later; take down what is gone, or older, when that is most.

        `least` never falls.
        """
        roll = view.roll
        live = (roll.until == NEVER) & (roll.day >= least)
        held = np.array(self._shelf.numbers, np.int64) - roll.base
        stale = held.size - int(np.count_nonzero(live[held[held >= 0]]))
        if stale > max(LOADED, held.size // 2):
            self._shelf, self._end = Shelf(), 0
        numbers = (np.flatnonzero(live) + roll.base).tolist()
        numbers = [number for number in numbers if number >= self._end]
        for at in range(0, len(numbers), LOADED):
            part = numbers[at : at + LOADED]
            for number, data in zip(part, view.records(part), strict=True):
                sentences = from_bytes(decode(data).sentences)
                if sentences is not None:
                    self._shelf.add(number, sentences)
            self._end = part[-1] + 1
        self._end = view.end
