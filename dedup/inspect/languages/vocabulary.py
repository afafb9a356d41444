"""What a scorer says of each word, remembered: a text costs a look-up a word, a new word one call."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import cyrillic, facts, kernels
from dedup.inspect.languages.alphabet import CYRILLIC
from dedup.inspect.languages.scorers import Scorer
from dedup.inspect.languages.words import Words

UNIT = 100
"""Evidence is kept in hundredths of a nat, as 16-bit integers: sums do not depend on the machine."""

_MOST = 1 << 17
"""Words remembered: some 20 MB for a scorer of 60 languages."""
_UNKNOWN = (0, 200, 500, 1000)
_UNKNOWN_PIECE, _PIECE, _MOST_PIECES = 1000, 6, 8
"""What a word of 0, 1, 2, 3 letters counts for "a language that the scorer does not know"; a longer one
so much for each piece of so many bytes, up to so many, since a longer word also brings more for those it knows."""


class Vocabulary:
    """The evidence of every word seen so far, by the word's key; forgets all when it is full.

    `evidence`: int16, a row a word, a column a language and a last one, "und", for those not known; `peak`, the
    most of each row but for that one; `barred`, the languages it cannot be of, as `cyrillic.masks`.
    `codes`: the columns. `written`: bool, shape (columns, scripts); `same`, `close`: bool, shape
    (columns, columns), see `facts`. `generation`: how often it has forgotten.

    What a word is worth never depends on what came before it, so neither do the findings. Not for two
    threads at once.
    """

    def __init__(self, scorer: Scorer, most: int = _MOST) -> None:
        self.scorer = scorer
        self.codes = (*scorer.languages, "und")
        self.same, self.close, self.written = facts.relations(self.codes)
        self._kept = np.ascontiguousarray(self.written[:-1].T)  # script -> the languages written in it
        self._cyrillic = [
            (self.codes.index(code), bit) for code, bit in cyrillic.BITS.items() if code in self.codes
        ]
        self._most = most
        self._seed = np.uint64(secrets.randbits(64) | 1)
        self.generation = -1
        self._clear(1 << 14)

    def _clear(self, room: int) -> None:
        self._size = 0
        self.generation += 1
        self._table = np.zeros(4 * room, np.uint64)
        self._rows = np.zeros(4 * room, np.int32)
        self.evidence = np.zeros((room, len(self.codes)), np.int16)
        self.peak = np.zeros(room, np.int16)
        self.barred = np.zeros(room, np.uint16)

    def look_up(self, words: Words) -> NDArray[np.int32]:
        """Return each word's row in `evidence`, after scoring the words not met before."""
        key = words.key
        found = self._rows_of(key)
        missing = np.flatnonzero(found < 0)
        if missing.size == 0:
            return found
        fresh, first = np.unique(key[missing], return_index=True)
        if self._size + fresh.size > self._most:
            self._clear(self.evidence.shape[0])
            missing = np.arange(key.size)
            fresh, first = np.unique(key, return_index=True)
        where = missing[first]
        self._learn(fresh, words.plain(where), words.script[where])
        found[missing] = self._rows_of(key[missing])
        return found

    def _rows_of(self, key: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The row of each key, -1 where it has none."""
        found = np.empty(key.size, np.int32)
        kernels.lookup(self._table, self._rows, self._seed, key, found)
        return found

    def _learn(self, keys: NDArray[np.uint64], words: list[str], script: NDArray[np.uint8]) -> None:
        size = self._size + keys.size
        self._make_room(size)
        scores = np.clip(self.scorer.scores(words) * UNIT, 0, 32000)
        scores *= self._kept[script]
        self.barred[self._size : size] = self._rule_out(words, script, scores)
        rows = self.evidence[self._size : size]
        rows[:, :-1] = np.rint(scores)
        rows[:, -1] = _unknown(words)
        rows[[_ABBREVIATION(word) is not None for word in words]] = 0
        self.peak[self._size : size] = rows[:, :-1].max(axis=1)
        kernels.insert(self._table, self._rows, self._seed, keys, self._size)
        self._size = size

    def _rule_out(
        self, words: Sequence[str], script: NDArray[np.uint8], scores: NDArray[np.float32]
    ) -> NDArray[np.uint16]:
        """Take from each word what it scores in languages that it cannot be of; return those."""
        barred = np.zeros(len(words), np.uint16)
        rows = np.flatnonzero(script == CYRILLIC)
        barred[rows] = cyrillic.masks([words[row] for row in rows.tolist()])
        for column, bit in self._cyrillic:
            scores[barred & bit != 0, column] = 0
        return barred

    def _make_room(self, size: int) -> None:
        room = self.evidence.shape[0]
        if size <= room:
            return
        while room < size:
            room *= 2
        old_table, old_rows = self._table, self._rows
        evidence, peak = np.zeros((room, self.evidence.shape[1]), np.int16), np.zeros(room, np.int16)
        barred = np.zeros(room, np.uint16)
        evidence[: self._size] = self.evidence[: self._size]
        peak[: self._size] = self.peak[: self._size]
        barred[: self._size] = self.barred[: self._size]
        self.evidence, self.peak, self.barred = evidence, peak, barred
        used = np.flatnonzero(old_table)
        used = used[np.argsort(old_rows[used])]
        self._table = np.zeros(4 * room, np.uint64)
        self._rows = np.zeros(4 * room, np.int32)
        kernels.insert(self._table, self._rows, self._seed, old_table[used], 0)


# "mln", "vs", "cts": the tables of markets are in no language.
_ABBREVIATION = re.compile("[^aeiouy\x80-\U0010ffff]{2,}").fullmatch


def _unknown(words: Sequence[str]) -> NDArray[np.int64]:
    """What each word counts for "a language that the scorer does not know", shape ``(words,)``."""
    letters = np.fromiter(map(len, words), np.int64, len(words))
    size = np.fromiter(map(len, map(str.encode, words)), np.int64, len(words))
    pieces = np.minimum(_MOST_PIECES, -(-size // _PIECE))
    return np.where(letters < len(_UNKNOWN), np.take(_UNKNOWN, letters, mode="clip"), _UNKNOWN_PIECE * pieces)
