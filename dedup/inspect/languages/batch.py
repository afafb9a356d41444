"""A batch of texts with the evidence of its words, summed by text and by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import kernels
from dedup.inspect.languages.alphabet import LETTERWISE, SCRIPTS
from dedup.inspect.languages.vocabulary import UNIT, Vocabulary
from dedup.inspect.languages.words import Words, split_words

KNOWN = 5 * UNIT
"""A word with more evidence than this is known in a language."""

# A letter of these says as much as so many letters of others.
_WEIGHT = np.ones(len(SCRIPTS), np.int64)
_WEIGHT[list(LETTERWISE)] = 3
_WEIGHT[SCRIPTS.index("Hang")] = 2


@dataclass(frozen=True, slots=True)
class Batch:
    """Words of some texts and what they are worth in each language.

    `rows`: each word's row in `evidence`; `peak`, the most of each row but for the last column; `barred`, the
    languages its word cannot be of (`cyrillic.masks`). The others
    have shape (texts, languages): `total`, the evidence of all words that are no names; `votes`, twice the
    words of the lines in which the language has the most evidence, where a letter that is a word counts half
    of one; `known`, those of these words that it knows. `letters`, shape (texts, scripts): letters by script,
    weighted by what a letter says.
    """

    words: Words
    rows: NDArray[np.int32]
    evidence: NDArray[np.int16]
    peak: NDArray[np.int16]
    barred: NDArray[np.uint16]
    total: NDArray[np.int64]
    votes: NDArray[np.int64]
    known: NDArray[np.int64]
    letters: NDArray[np.int64]

    def scripts(self) -> list[str]:
        """The ISO 15924 code of most letters of each text, "" where it has none."""
        best = self.letters.argmax(axis=1)
        return [SCRIPTS[place] if self.letters[text, place] else "" for text, place in enumerate(best)]

    def sizes(self) -> list[int]:
        """How many words each text has."""
        lines = np.bincount(self.words.text_of_line, np.diff(self.words.line), self.letters.shape[0])
        return [int(count) for count in lines.tolist()]

    def script_of(self, first: int, last: int) -> str:
        """The ISO 15924 code of most letters of words `[first, last)`."""
        sizes = self.words.end[first:last] - self.words.start[first:last]
        return SCRIPTS[int(np.bincount(self.words.script[first:last], sizes).argmax())]

    def head(self, text: int, size: int) -> str:
        """The first code points of a text."""
        start = int(self.words.offset[text])
        return self.words.text[start : min(start + size, int(self.words.offset[text + 1]) - 1)]


def weigh(texts: Sequence[str], vocabulary: Vocabulary) -> Batch:
    """Cut texts into words and weigh them."""
    words = split_words(texts)
    return _weighed(words, vocabulary.look_up(words), vocabulary)


def without(batch: Batch, aside: NDArray[np.bool_], vocabulary: Vocabulary) -> Batch:
    """The same batch with the sums of the words that are not set aside; they count as no prose."""
    flags = np.where(aside, batch.words.flags | np.uint8(kernels.MIXED), batch.words.flags)
    return _weighed(replace(batch.words, flags=flags), batch.rows, vocabulary)


def _weighed(words: Words, rows: NDArray[np.int32], vocabulary: Vocabulary) -> Batch:
    evidence = vocabulary.evidence
    texts = words.offset.size - 1
    total, votes, known = (np.zeros((texts, evidence.shape[1]), np.int64) for _ in range(3))
    letters = np.zeros((texts, len(SCRIPTS)), np.int64)
    kernels.weigh(
        rows, words.start, words.end, words.script, words.flags, words.line, words.text_of_line, evidence,
        vocabulary.written, KNOWN, total, votes, known, letters,
    )  # fmt: skip
    return Batch(
        words, rows, evidence, vocabulary.peak, vocabulary.barred, total, votes, known, letters * _WEIGHT
    )
