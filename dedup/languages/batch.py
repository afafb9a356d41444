"""A batch of texts with the evidence of its words, summed by text and by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.languages import kernels
from dedup.languages.alphabet import LETTERWISE, SCRIPTS
from dedup.languages.vocabulary import UNIT, Vocabulary
from dedup.languages.words import Words, split_words

KNOWN = 5 * UNIT
"""A word with more evidence than this is known in a language."""

# A letter of these says as much as so many letters of others.
_WEIGHT = np.ones(len(SCRIPTS))
_WEIGHT[list(LETTERWISE)] = 3
_WEIGHT[SCRIPTS.index("Hang")] = 2


@dataclass(frozen=True, slots=True)
class Batch:
    """Words of some texts and what they are worth in each language.

    `rows`: each word's row in `evidence`. `total`: shape (texts, languages), the evidence of all words
    that are no names. By line: `best`, the language with the most evidence (-1: none), `asked`, the words
    in its script, `knows`, those of them that it knows. `first_line`: each text's first line and, last,
    the number of lines.
    """

    words: Words
    rows: NDArray[np.int32]
    evidence: NDArray[np.int16]
    total: NDArray[np.int64]
    best: NDArray[np.int32]
    asked: NDArray[np.int32]
    knows: NDArray[np.int32]
    first_line: NDArray[np.int64]

    def lines(self, text: int) -> slice:
        """The lines of a text."""
        return slice(int(self.first_line[text]), int(self.first_line[text + 1]))

    def script(self, text: int) -> str:
        """The ISO 15924 code of most of a text's letters, "" where it has none."""
        lines, words = self.lines(text), self.words
        span = slice(int(words.line[lines.start]), int(words.line[lines.stop]))
        if span.start == span.stop:
            return ""
        sizes = words.end[span] - words.start[span]
        letters = np.bincount(words.script[span], sizes, len(SCRIPTS)) * _WEIGHT
        return SCRIPTS[int(np.argmax(letters))]


def weigh(texts: Sequence[str], vocabulary: Vocabulary) -> Batch:
    """Cut texts into words and weigh them."""
    words = split_words(texts)
    rows = vocabulary.look_up(words.text, words.start, words.end, words.key, words.script)
    evidence = vocabulary.evidence
    total = np.zeros((len(texts), evidence.shape[1]), np.int64)
    best, asked, knows = (np.zeros(words.line.size - 1, np.int32) for _ in range(3))
    kernels.weigh(
        rows, words.script, words.flags, words.line, words.text_of_line, evidence, vocabulary.written, KNOWN,
        total, best, asked, knows,
    )  # fmt: skip
    first_line = np.searchsorted(words.text_of_line, np.arange(len(texts) + 1))
    return Batch(words, rows, evidence, total, best, asked, knows, first_line)
