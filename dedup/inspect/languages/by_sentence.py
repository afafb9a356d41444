"""Sentences in the article's script that its language explains badly and another one well.

Neighbours in one script share most of their pieces of words, and the sharp scorer does not know all of them: it
then takes each word for that of another neighbour, so no stretch stands out. What does is the strain: what the
best language of each word has over the main one. Where it is great the wide scorer is asked about the whole.
Latin letters are left to `by_language`: too many names and loan words, and languages enough that the sharp scorer
knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts
from dedup.inspect.languages.alphabet import LATIN, SCRIPTS
from dedup.inspect.languages.arabic import has_letters_of
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, LINE, MIXED, NO_PROSE, OPENING, SENTENCE, SMALL
from dedup.inspect.languages.main import Main
from dedup.inspect.languages.stretches import Stretch
from dedup.inspect.languages.vocabulary import UNIT, Vocabulary
from dedup.inspect.languages.words import plain

# Measured on the development half of NTREX-128, cuts of 2 to 15 words: native ones have strains under .06 of their
# evidence and are never told apart by more than 4 nats (99 in 100); Macedonian in Russian has .15 and 24 nats,
# Kazakh .08 and 117 (3 in 4).
_SHARE = 0.1
_STRAIN = 5 * UNIT
_LEAST_WORDS = 2
_CLEAR, _SURE = 8.0, 15.0
"""Nats by which the wide scorer must prefer another language to the main one, and those for few words ..."""
_FEW = 3
"""... that is so many, and for a sentence of at least so many that is not a whole line."""
_KNOWN = 0.96
"""Share of the best evidence that a language has which is the one."""
_HALVES = 6
"""From so many words on each half must lean to that language too, or the sentence is only partly in it."""


def by_sentence(
    batch: Batch, mains: Sequence[Main], vocabulary: Vocabulary, wide: Callable[[], Vocabulary]
) -> Iterator[tuple[int, Stretch]]:
    """Yield texts of a batch with their sentences in another language, in order of place."""
    words = batch.words
    latin = SCRIPTS[LATIN]
    asked = [main.column if main.language.script != latin else -1 for main in mains]
    if max(asked, default=-1) < 0 or not words.key.size:
        return
    starts = np.flatnonzero(words.gap >= SENTENCE)
    ends = np.append(starts[1:], words.key.size)
    text = np.searchsorted(words.offset, words.start[starts], "right") - 1
    column = np.array(asked, np.int64)[text]
    opening = words.flags & (OPENING | SMALL) == OPENING | SMALL
    lexical = (words.flags & (NO_PROSE | MIXED) == 0) & (opening | (words.flags & CAPITAL == 0))
    lexical &= words.script != LATIN
    own = np.repeat(np.maximum(column, 0), ends - starts)
    mine, best = batch.evidence[batch.rows, own], batch.peak[batch.rows]
    best = np.where(mine == 0, np.maximum(best, batch.evidence[batch.rows, -1]), best)  # no word of it at all
    best = np.where(lexical, best, 0).astype(np.int64)
    strain = np.where(lexical, best - mine, 0)
    odd = np.add.reduceat(strain, starts) >= np.maximum(_STRAIN, _SHARE * np.add.reduceat(best, starts))
    odd &= (column >= 0) & (np.add.reduceat(lexical.astype(np.int64), starts) >= _LEAST_WORDS)
    for place in np.flatnonzero(odd).tolist():
        first, last, main = int(starts[place]), int(ends[place]), mains[int(text[place])]
        names = (words.script[first:last] == LATIN) & (words.flags[first:last] & CAPITAL != 0)
        if not (names | (words.script[first:last] == SCRIPTS.index(main.language.script))).all():
            continue
        prose = np.flatnonzero(lexical[first:last]) + first
        code = _other_language(batch, first, last, prose, main, wide())
        if code is not None:
            code = _known(batch, prose, main.column, vocabulary) or code
            sentence = words.text[words.start[first] : words.end[last - 1]]
            if not has_letters_of(main.language.codes[0], code, sentence):
                yield int(text[place]), Stretch(first, last, code, 0.97, "language")


def _known(batch: Batch, prose: NDArray[np.int64], own: int, vocabulary: Vocabulary) -> str | None:
    """Name the language that the sharp scorer knows nearly all of some words in, if there is one."""
    evidence = batch.evidence[batch.rows[prose], :-1].sum(axis=0, dtype=np.int64)
    evidence[vocabulary.same[own, :-1]] = 0
    best = int(np.argmax(evidence))
    most = int(batch.peak[batch.rows[prose]].sum(dtype=np.int64))
    return vocabulary.codes[best] if evidence[best] >= _KNOWN * most else None


def _other_language(
    batch: Batch, first: int, last: int, prose: NDArray[np.int64], main: Main, wide: Vocabulary
) -> str | None:
    """Name the language that the wide scorer prefers to the main one for words `[first, last)`, if it is clear."""
    own = main.language.codes[0]
    if own not in wide.codes:
        return None
    gap = batch.words.gap
    whole = gap[first] == LINE and (last == gap.size or gap[last] == LINE)
    size = np.unique(batch.words.key[prose]).size
    if size < (_LEAST_WORDS if whole else _FEW):
        return None
    clear = _CLEAR if whole and size > _FEW else _SURE
    code, lead = _preferred(batch, first, last, own, wide)
    if lead < clear or facts.same(code, own):
        return None
    if prose.size >= _HALVES:
        middle = int(prose[prose.size // 2])
        for begin, end in ((first, middle), (middle, last)):
            other, lead = _preferred(batch, begin, end, own, wide)
            if lead <= 0 or facts.same(other, own):
                return None
    return code


def _preferred(batch: Batch, first: int, last: int, own: str, wide: Vocabulary) -> tuple[str, float]:
    """Return the wide scorer's language of some words, and by how many nats it leads the article's own."""
    words = batch.words
    text = plain(words.text[words.start[first] : words.end[last - 1]])
    mine = wide.codes.index(own)
    rivals = (wide.written[:-1] & wide.written[mine]).any(axis=1)  # those that share a script with it
    scores = np.where(rivals, wide.scorer.scores([text])[0], 0)
    best = int(np.argmax(scores))
    return wide.codes[best], float(scores[best] - scores[mine])
