"""What counts as a translated passage: sentences that answer each other in the same order, and what they share.

The numbers were chosen on half of the documents of NTREX-128 (`python -m benchmarks translated`).
"""

from __future__ import annotations

import math
from collections import Counter
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

MOST = 0.25
"""What a pair of sentences counts at most above that: a set phrase that both have speaks for no other sentence."""

GAP = 0.1
"""What a sentence costs that was left out, or put in."""

UNLIKE = 0.2
"""What a run gains less for each pair of sentences where both have figures and none is the same."""

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
    `LEAST`, how many `links` there are and how many of them are `clear`, how many different names and figures they
    have in common (`shared`), and of how many `figures`, where both sides have some, how many are the `same`."""

    sentences: int
    gain: float
    links: int
    clear: int
    shared: int
    figures: int = 0
    same: int = 0


GAIN, NEAR, CLEAR, CHANCE = 5.0, 32.0, 1.7, 9.2
"""Log odds that a run is a translation: so much for a gain of 1, so much for a gain of 1 a link, so much for each of
up to `CLEAREST` clear links, less that ..."""

CLEAREST = 4

SURE = 1.5
"""... and from which it is said. Two newsrooms on one event have sentences a little alike, and few clear ones."""


def passages(own: Sentences, other: Sentences) -> Iterator[Passage]:
    """Passages of `own` that are translated from `other`, the best first; none share a sentence."""
    for run, signs, shared in runs(own, other):
        confidence = judged(signs)
        if confidence is not None:
            yield Passage(run, shared, confidence)


def judged(signs: Signs) -> float | None:
    """How sure it is that a run is a translation; None where that is not sure enough to be said.

    One sentence is never enough; three in order are, or two that share a name or figure. Two quakes, matches or days
    of a market are told in the same sentences in all languages, with other figures: where most of these differ, it is
    another event. Nineteen of twenty true sentences with figures share one.

    >>> judged(Signs(3, 0.6, 3, 3, 0)), judged(Signs(2, 0.4, 2, 2, 0)), judged(Signs(2, 0.4, 2, 2, 1))
    (0.99, None, 0.93)
    >>> judged(Signs(3, 0.6, 3, 3, 1, 3, 1)), judged(Signs(3, 0.6, 3, 3, 2, 3, 2))
    (None, 0.99)
    """
    if signs.sentences < 2 or (signs.sentences == 2 and not signs.shared):
        return None
    if 3 * signs.same < 2 * signs.figures:
        return None
    near = signs.gain / signs.links
    odds = GAIN * signs.gain + NEAR * near + CLEAR * min(signs.clear, CLEAREST) - CHANCE
    return min(0.99, round(1 / (1 + math.exp(-odds)), 2)) if odds >= SURE else None


def runs(own: Sentences, other: Sentences) -> Iterator[tuple[tuple[Link, ...], Signs, tuple[Shared, ...]]]:
    """Runs of sentences that may answer each other, the best first."""
    likeness = _compared(own.planes, other.planes)
    clear = _clear(likeness)
    gains = likeness.copy()
    unlike = _unlike(own, other)
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
        blocks = [np.s_[link.first : link.end, link.other_first : link.other_end] for link in run]
        gain -= sum(max(0.0, float(likeness[block].max()) - LEAST - MOST) for block in blocks)
        gain -= UNLIKE * sum(bool(unlike[block].any()) for block in blocks)
        sure = sum(bool(clear[block].any()) for block in blocks)
        names = len({int(own.codes[one.anchor]) for one in shared})
        yield (
            run,
            Signs(size, gain, len(run), sure, names, *_figures(own, other, run)),
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


def _figures(own: Sentences, other: Sentences, run: Sequence[Link]) -> tuple[int, int]:
    """Figures that both sides of linked sentences have, counted where fewer are, and how many are the same."""
    figures = same = 0
    for link in run:
        mine, theirs = (
            Counter(int(one.codes[k]) for _, k in _anchors(one, *ends) if one.codes[k] >= FIGURE)
            for one, ends in ((own, (link.first, link.end)), (other, (link.other_first, link.other_end)))
        )
        figures += min(mine.total(), theirs.total())
        same += (mine & theirs).total()
    return figures, same


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
