"""What counts as a translated passage: sentences that answer each other in the same order, and what they share.

The numbers were chosen on half of the documents of NTREX-128 (`python -m benchmarks translated`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.translated.anchors import FIGURE, agree
from dedup.translated.kernels import sentences as kernels
from dedup.translated.sentences import Sentences

LEAST = 0.36
"""Cosine from which a sentence and its translation gain: 1 in 1,000 of unrelated pairs have more, and 1 in 50 of true
ones less."""

GAP = 0.1
"""What a sentence costs that was left out, or put in."""

UNLIKE = 0.2
"""What a pair of sentences gains less where both have figures and none is the same."""

MARGIN = 0.08
"""By how much a sentence is nearer to its counterpart than to any other of that article if it is clear."""


ABOUT = 0.9
"""Share of the sentences that another source explains with which an earlier one is preferred."""


@dataclass(frozen=True, slots=True)
class Link:
    """Sentences ``[first, end)`` of an article that say what ``[other_first, other_end)`` of another one say."""

    first: int
    end: int
    other_first: int
    other_end: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A name or figure that linked sentences share: the sentences, and its place among all anchors, on both sides."""

    sentence: int
    anchor: int
    other_sentence: int
    other_anchor: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of an article that translate another article's, in order."""

    links: tuple[Link, ...]
    shared: tuple[Shared, ...]
    confidence: float

    @property
    def sentences(self) -> frozenset[int]:
        """The sentences it explains."""
        return frozenset(i for link in self.links for i in range(link.first, link.end))


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a run of linked sentences: how many `sentences` the side with fewer has, what they `gain` above
    `LEAST`, which share of the links is `clear`, and how many different names and figures they share."""

    sentences: int
    gain: float
    clear: float
    shared: int


GAIN, CLEAR, CHANCE = 10.0, 4.0, 5.0
"""Log odds that a run is a translation: so much for a gain of 1, so much if all links are clear, less that ..."""

SURE = 2.0
"""... and from which it is said. Three in four clear sentences of cosine .5 have as much; two newsrooms on one event
have many sentences a little alike, and few clear ones."""


def passages(own: Sentences, other: Sentences) -> Iterator[Passage]:
    """Passages of `own` that are translated from `other`, the best first; none share a sentence."""
    for run, signs, shared in runs(own, other):
        confidence = judged(signs)
        if confidence is not None:
            yield Passage(run, shared, confidence)


def judged(signs: Signs) -> float | None:
    """How sure it is that a run is a translation; None where that is not sure enough to be said.

    One sentence is never enough; three in order are, or two that share a name or figure.

    >>> judged(Signs(3, 0.5, 1.0, 0)), judged(Signs(2, 0.5, 1.0, 0)), judged(Signs(2, 0.5, 1.0, 1))
    (0.98, None, 0.98)
    """
    if signs.sentences < 2 or (signs.sentences == 2 and not signs.shared):
        return None
    odds = GAIN * signs.gain + CLEAR * signs.clear - CHANCE
    return min(0.99, round(1 / (1 + math.exp(-odds)), 2)) if odds >= SURE else None


def runs(own: Sentences, other: Sentences) -> Iterator[tuple[tuple[Link, ...], Signs, tuple[Shared, ...]]]:
    """Runs of sentences that may answer each other, the best first."""
    likeness = _compared(own.planes, other.planes)
    clear = _clear(likeness)
    gains = likeness - UNLIKE * _unlike(own, other)
    mine, theirs = (_compared(one, one) for one in (own.planes, other.planes))
    rows = np.empty((len(mine) + len(theirs), 4), np.int64)
    while True:
        gain = kernels.align(gains, mine, theirs, LEAST, GAP, rows)
        run = tuple(Link(*row) for row in rows[rows[:, 0] >= 0].tolist())
        if len(run) < 2:
            return
        shared = tuple(one for link in run for one in _shared(own, other, link))
        size = min(
            sum(link.end - link.first for link in run), sum(link.other_end - link.other_first for link in run)
        )
        sure = sum(
            bool(clear[link.first : link.end, link.other_first : link.other_end].any()) for link in run
        )
        yield (
            run,
            Signs(size, gain, sure / len(run), len({int(own.codes[one.anchor]) for one in shared})),
            shared,
        )
        for link in run:
            gains[link.first : link.end] = gains[:, link.other_first : link.other_end] = -1


def _compared(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.float64]:
    out = np.empty((len(one), len(other)))
    kernels.compare(one, other, out)
    return out


def _clear(likeness: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which pairs are nearer to each other than to any other sentence of the two articles, by `MARGIN`."""
    out = np.ones(likeness.shape, np.bool_)
    for axis in (0, 1):
        if likeness.shape[axis] > 1:
            second = np.partition(likeness, -2, axis=axis).take([-2], axis=axis)
            out &= likeness >= second + MARGIN
    return out


def _unlike(own: Sentences, other: Sentences) -> NDArray[np.bool_]:
    """Which pairs of sentences both have figures, and none is the same."""
    codes = np.unique(np.concatenate((own.codes, other.codes)))
    codes = codes[codes >= FIGURE]
    have = [np.zeros((len(one.planes), codes.size), np.float32) for one in (own, other)]
    for one, table in zip((own, other), have, strict=True):
        held = np.flatnonzero(one.codes >= FIGURE)
        table[np.searchsorted(one.bounds, held, "right") - 1, np.searchsorted(codes, one.codes[held])] = 1
    mine, theirs = (table.any(axis=1) for table in have)
    out: NDArray[np.bool_] = np.outer(mine, theirs) & (have[0] @ have[1].T == 0)
    return out


def _shared(own: Sentences, other: Sentences, link: Link) -> Iterator[Shared]:
    """The names and figures that linked sentences share, each once."""
    left = _anchors(other, link.other_first, link.other_end)
    for sentence, anchor in _anchors(own, link.first, link.end):
        for place, (other_sentence, other_anchor) in enumerate(left):
            if agree(int(own.codes[anchor]), int(other.codes[other_anchor])):
                yield Shared(sentence, anchor, other_sentence, other_anchor)
                del left[place]
                break


def _anchors(one: Sentences, first: int, end: int) -> list[tuple[int, int]]:
    bounds = one.bounds
    return [(i, k) for i in range(first, end) for k in range(int(bounds[i]), int(bounds[i + 1]))]


def settled(found: Sequence[tuple[int, Passage]]) -> list[tuple[int, Passage]]:
    """Of passages of one article and who has them, numbered in order of time, those that stand: each sentence has one
    source, and of those that explain about as many sentences the earliest."""
    standing: list[tuple[int, Passage]] = []
    taken: set[int] = set()
    left = list(found)
    while left:
        most = max(len(passage.sentences - taken) for _, passage in left)
        if most < 2:
            break
        number, best = min(
            ((number, one) for number, one in left if len(one.sentences - taken) >= ABOUT * most),
            key=lambda item: (item[0], -len(item[1].sentences - taken)),
        )
        links = tuple(one for one in best.links if not taken & set(range(one.first, one.end)))
        inside = {i for link in links for i in range(link.first, link.end)}
        shared = tuple(one for one in best.shared if one.sentence in inside)
        if len(links) == len(best.links) or len(inside) >= 2:
            standing.append((number, Passage(links, shared, best.confidence)))
        taken |= best.sentences
        left = [item for item in left if item[1] is not best]
    return standing
