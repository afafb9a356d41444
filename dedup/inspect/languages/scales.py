"""What words of a batch say for each language of a family: by the family's files, and by the wide scorer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, JOINED, MIXED, NO_PROSE, OPENING, SMALL
from dedup.inspect.languages.relatives import Relatives, relatives
from dedup.inspect.languages.vocabulary import UNIT, Vocabulary

_WIDE, _WIDE_MOST = 0.25, 30.0
"""What a nat of the wide scorer counts, which takes pieces of words for independent, and up to how many ..."""
_SHARP, _SHARP_MOST = 0.25, 20.0
"""... and of the sharp one."""
WIDE_AT_MOST = _WIDE * _WIDE_MOST
"""Nats by which the wide scorer may set one language before another."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the words of some stretches.

    `scores`: nats, shape ``(stretches, languages)``. `outside`, ``(stretches,)``: by how many nats the wide scorer
    prefers a language of no relative to the best of them.
    """

    scores: NDArray[np.float64]
    outside: NDArray[np.float64]


class Scale:
    """Weighs words among the relatives of a family. Remembers what words are worth: one object a thread."""

    def __init__(self, name: str, wide: Vocabulary) -> None:
        self.kin = relatives(name)
        self._wide = wide
        self._unread = facts.UNREAD.get(name, ())
        self._columns = self._columns_of(wide.codes)
        self._others: dict[tuple[str, ...], list[list[int]]] = {}
        written = wide.written[:-1]
        inside = np.isin(np.arange(written.shape[0]), [place for own in self._columns for place in own])
        shared = written[inside].any(axis=0)
        self._outside = np.flatnonzero(~inside & (written & shared).any(axis=1))
        self._worth: dict[Vocabulary, _Worth] = {}

    def summed(
        self, batch: Batch, firsts: NDArray[np.int64], lasts: NDArray[np.int64], vocabulary: Vocabulary
    ) -> NDArray[np.float64]:
        """What the words of stretches that are not empty say by the files: nats, ``(stretches, languages)``."""
        sizes = lasts - firsts
        starts = np.cumsum(sizes) - sizes
        places = np.arange(int(sizes.sum())) + np.repeat(firsts - starts, sizes)
        telling = lexical(batch.words.flags[places])
        values = self._worth.setdefault(vocabulary, _Worth(self.kin)).of(batch, places[telling], vocabulary)
        counts = np.add.reduceat(telling, starts, dtype=np.int64)
        some = np.flatnonzero(counts)
        summed = np.zeros((sizes.size, values.shape[1]))
        if some.size:
            first = (np.cumsum(counts) - counts)[some]
            summed[some] = np.add.reduceat(values, first, axis=0, dtype=np.int64) / UNIT
        return summed

    def sharply(
        self, batch: Batch, stretches: Sequence[NDArray[np.int64]], vocabulary: Vocabulary
    ) -> NDArray[np.float64]:
        """What the sharp scorer, if it is not the wide one, says of the words of stretches that are no names, given
        by their places: nats, ``(stretches, languages)``. It is remembered, and costs little."""
        if vocabulary is self._wide:
            return np.zeros((len(stretches), len(self.kin.codes)))
        said = np.array([
            batch.evidence[batch.rows[places], :-1].sum(axis=0, dtype=np.int64) for places in stretches
        ])  # fmt: skip
        return _SHARP * np.maximum(_among(said / UNIT, self._columns_in(vocabulary))[0], -_SHARP_MOST)

    def asked(
        self, batch: Batch, stretches: Sequence[NDArray[np.int64]], sums: NDArray[np.float64],
        sharp: NDArray[np.float64],
    ) -> Said:  # fmt: skip
        """What the files and the `sharp` scorer say of stretches with what the wide one says, which is asked once."""
        wide = self._wide.scorer.scores([" ".join(batch.words.plain(places)) for places in stretches])
        scores, most = _among(wide, self._columns)
        scores = sums + _WIDE * np.maximum(scores, -_WIDE_MOST) + sharp
        return Said(scores, wide[:, self._outside].max(axis=1, initial=-np.inf) - most)

    def _columns_in(self, vocabulary: Vocabulary) -> list[list[int]]:
        codes = tuple(vocabulary.codes)
        if codes not in self._others:
            self._others[codes] = self._columns_of(codes)
        return self._others[codes]

    def _columns_of(self, codes: Sequence[str]) -> list[list[int]]:
        return [[] if own in self._unread else _columns(codes, own) for own in self.kin.codes]


def _among(
    said: NDArray[Any], columns: Sequence[Sequence[int]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What a scorer says of each text for some languages over the most it says for one, and that.

    There is no evidence against a language that it does not know, nor where it knows none.
    """
    scores = np.stack([said[:, own].max(axis=1, initial=-np.inf) for own in columns], axis=1).astype(
        np.float64
    )
    most = scores.max(axis=1)
    level = np.where(np.isneginf(most), 0.0, most)[:, None]
    return np.where(np.isneginf(scores), 0.0, scores - level), most


class _Worth:
    """What the words of a vocabulary say for each of some relatives, by their rows: each word is asked for once."""

    def __init__(self, kin: Relatives) -> None:
        self._kin = kin
        self._forget(-1)

    def _forget(self, generation: int) -> None:
        self._generation = generation
        self._values = np.zeros((0, len(self._kin.codes)), np.int16)
        self._known = np.zeros(0, np.bool_)

    def of(self, batch: Batch, places: NDArray[np.int64], vocabulary: Vocabulary) -> NDArray[np.int16]:
        """A row for each place of a batch, shape ``(places, languages)``."""
        if vocabulary.generation != self._generation:
            self._forget(vocabulary.generation)
        rows = batch.rows[places]
        more = vocabulary.peak.size - self._known.size
        if more > 0:
            self._values = np.concatenate((self._values, np.zeros((more, len(self._kin.codes)), np.int16)))
            self._known = np.append(self._known, np.zeros(more, np.bool_))
        missing = np.flatnonzero(~self._known[rows])
        if missing.size:
            fresh, where = np.unique(rows[missing], return_index=True)
            self._values[fresh] = self._kin.leanings(batch.words.plain(places[missing[where]]))
            self._known[fresh] = True
        return self._values[rows]


def _columns(codes: Sequence[str], own: str) -> list[int]:
    """The columns of the wide scorer that a language is in: its own, or those that are the same for us."""
    if own in codes:
        return [codes.index(own)]
    named = [facts.NAMED.get(code, code) for code in codes]
    return [place for place, code in enumerate(named) if code != "und" and facts.same(code, own)]


def lexical(flags: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which words, by their flags, are no names, codes or the like."""
    opening = flags & (OPENING | SMALL) == OPENING | SMALL
    found: NDArray[np.bool_] = (flags & (NO_PROSE | MIXED | JOINED) == 0) & (opening | (flags & CAPITAL == 0))
    return found
