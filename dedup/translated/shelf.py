"""Earlier articles by their sentences: which of them deserve a look, and what a look shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.translated import vectors
from dedup.translated.kernels import sentences as kernels
from dedup.translated.passages import Passage, passages
from dedup.translated.sentences import Sentences

FLOOR = 0.34
"""Cosine above which a sentence speaks for an article that has it ..."""

WORTH = 0.12
"""... and how far above all its sentences together must be to deserve a look."""

LOOKS = 8
"""Articles looked at for each one, those with the most first."""


class Shelf:
    """Articles with their sentences, numbered in ascending order."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self._languages = _Column(np.int64)
        self._names: list[str] = []
        self._planes = _Column(np.uint64, vectors.PLANES)
        self._codes = _Column(np.uint16)
        self._words = _Column(np.uint8, 2)
        self._sentences: list[int] = [0]
        self._anchors = _Column(np.int64)  # of each sentence, where its anchors end

    def add(self, number: int, sentences: Sentences) -> None:
        """Put up one more article."""
        before = self._codes.size
        self._planes.add(sentences.planes)
        self._codes.add(sentences.codes)
        self._words.add(sentences.words)
        self._anchors.add(sentences.bounds[1:] + before)
        self.numbers.append(number)
        self._languages.add([self._language(sentences.language)])
        self._sentences.append(self._planes.size)

    def _language(self, code: str) -> int:
        if code not in self._names:
            self._names.append(code)
        return self._names.index(code)

    def place(self, number: int) -> int:
        """Where the article with a number stands."""
        return bisect_left(self.numbers, number)

    def of(self, place: int) -> Sentences:
        """The sentences of the article at a place."""
        first, end = self._sentences[place : place + 2]
        ends = self._anchors.values[first:end]
        low = int(self._anchors.values[first - 1]) if first else 0
        high = int(ends[-1]) if ends.size else low
        return Sentences(
            self._names[self._languages.values[place]], self._planes.values[first:end], self._codes.values[low:high],
            self._words.values[low:high], np.append(0, ends - low),
        )  # fmt: skip

    def found(self, own: Sentences, among: NDArray[np.bool_]) -> list[tuple[int, Passage]]:
        """Passages of an article and the numbers of the articles they are translated from.

        `among`, ``(articles,)``: those that may have been its source; what is in its own language is not.
        """
        places = np.flatnonzero(among & (self._languages.values != self._language(own.language)))
        if not places.size or len(own.planes) < 2:
            return []
        worth = np.empty(places.size)
        bounds = np.array(self._sentences, np.int64)
        kernels.nominate(own.planes, self._planes.values, bounds, places, FLOOR, worth)
        order = np.lexsort((places, -worth))[:LOOKS]
        return [
            (self.numbers[place], passage)
            for place in places[order[worth[order] >= WORTH]].tolist()
            for passage in passages(own, self.of(place))
        ]


class _Column:
    """An array that grows at its end."""

    def __init__(self, kind: type[np.generic], *shape: int) -> None:
        self._room: NDArray[Any] = np.empty((0, *shape), kind)
        self.size = 0

    def add(self, rows: Sequence[Any] | NDArray[Any]) -> None:
        end = self.size + len(rows)
        if end > len(self._room):
            room = np.empty((end + end // 2, *self._room.shape[1:]), self._room.dtype)
            room[: self.size] = self._room[: self.size]
            self._room = room
        self._room[self.size : end] = rows
        self.size = end

    @property
    def values(self) -> NDArray[Any]:
        """What it holds."""
        return self._room[: self.size]
