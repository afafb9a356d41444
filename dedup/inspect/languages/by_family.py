"""Lines and sentences in a close relative of the article's language, and which of some relatives words are in.

Neighbours share so many words that no stretch stands out word by word; a whole sentence is told by its frequent words,
endings and letters (`relatives`), and by what the wide scorer says of it among the languages of the family. Both are
asked: the second only where the first leans to another language, which is seldom.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, MIXED, NO_PROSE, OPENING, SENTENCE, SMALL
from dedup.inspect.languages.main import MainLanguage
from dedup.inspect.languages.relatives import Relatives, family_of, relatives
from dedup.inspect.languages.stretches import Stretch
from dedup.inspect.languages.vocabulary import Vocabulary

_WIDE, _WIDE_MOST = 0.25, 30.0
"""What a nat of the wide scorer counts, which takes pieces of words for independent, and up to how many."""
_LINE, _SENTENCE = 7.0, 9.0
"""Nats by which a relative must lead in a whole line and in a sentence of one ..."""
_AGAINST = -1.0
"""... of which no sentence leans more to the article's own language than this."""
_NAMED = 1.0
"""... and by which it must lead to be named in place of the language that a stretch was taken for."""
_LEAST_WORDS = 2


class ByFamily:
    """Finds what is in a relative of a text's language. Remembers what words are worth: one object a thread."""

    def __init__(self, wide: Callable[[], Vocabulary]) -> None:
        self._wide = wide
        self._leanings: dict[tuple[str, int], _Leanings] = {}
        self._columns: dict[str, list[list[int]]] = {}

    def find(
        self, batch: Batch, mains: Sequence[MainLanguage], vocabulary: Vocabulary
    ) -> Iterator[tuple[int, Stretch]]:
        """Yield texts of a batch with their lines and sentences in a relative of their language."""
        families = [family_of(main.codes[0], main.script) if len(main.codes) == 1 else None for main in mains]
        for name in sorted({name for name in families if name}):
            for code in sorted(
                {main.codes[0] for main, own in zip(mains, families, strict=True) if own == name}
            ):
                texts = [
                    n for n, own in enumerate(families) if own == name and mains[n].codes[0] == code
                ]  # fmt: skip
                yield from self._of_language(batch, texts, code, name, vocabulary)

    def named(self, batch: Batch, stretch: Stretch, vocabulary: Vocabulary) -> str:
        """Name the language of a stretch that is in the one it was taken for or in one of its relatives."""
        code, first, last = stretch.language, stretch.first, stretch.last
        name = family_of(code, batch.script_of(first))
        if name is None:
            return code
        sums = self._summed(batch, name, np.array([first]), np.array([last]), vocabulary)
        scores = self._both(batch, name, first, last, sums[0])
        kin = relatives(name)
        best = int(np.argmax(scores))
        own = kin.same_as(code)
        lead = scores[best] - scores[own].max()
        return _reported(kin.codes[best]) if lead > _NAMED and not own[best] else code

    def _of_language(
        self, batch: Batch, texts: Sequence[int], code: str, name: str, vocabulary: Vocabulary
    ) -> Iterator[tuple[int, Stretch]]:
        words, kin = batch.words, relatives(name)
        own = kin.same_as(code)
        chosen = np.zeros(words.offset.size - 1, np.bool_)
        chosen[list(texts)] = True
        lines = np.flatnonzero(chosen[words.text_of_line])
        firsts, lasts, line_of = _sentences(batch, lines)
        if not firsts.size:
            return
        sums = self._summed(batch, name, firsts, lasts, vocabulary)
        bounds = np.append(np.flatnonzero(np.diff(line_of, prepend=-1)), line_of.size)
        leads = sums[:, ~own].max(axis=1) - sums[:, own].max(axis=1)
        for begin, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            if leads[begin:stop].max() <= 0:
                continue
            text = int(words.text_of_line[line_of[begin]])
            whole = sums[begin:stop].sum(axis=0)
            if leads[begin:stop].min() >= _AGAINST:
                found = self._stretch(
                    batch, name, own, int(firsts[begin]), int(lasts[stop - 1]), whole, _LINE
                )
                if found is not None:
                    yield text, found
                    continue
            if stop - begin == 1:
                continue
            for place in range(begin, stop):
                if leads[place] > 0:
                    first, last = int(firsts[place]), int(lasts[place])
                    found = self._stretch(batch, name, own, first, last, sums[place], _SENTENCE)
                    if found is not None:
                        yield text, found

    def _stretch(
        self, batch: Batch, name: str, own: NDArray[np.bool_], first: int, last: int,
        sums: NDArray[np.float64], least: float,
    ) -> Stretch | None:  # fmt: skip
        if int(_lexical(batch, np.arange(first, last)).sum()) < _LEAST_WORDS:
            return None
        scores = self._both(batch, name, first, last, sums)
        best = int(np.argmax(np.where(own, -np.inf, scores)))
        lead = float(scores[best] - scores[own].max())
        if lead < least:
            return None
        code = _reported(relatives(name).codes[best])
        return Stretch(first, last, code, round(1 - math.exp(-lead / 2), 4), "language")

    def _summed(
        self,
        batch: Batch,
        name: str,
        firsts: NDArray[np.int64],
        lasts: NDArray[np.int64],
        vocabulary: Vocabulary,
    ) -> NDArray[np.float64]:
        """What the words of some stretches, one after the other, say for each relative: ``(stretches, languages)``."""
        sizes = lasts - firsts
        starts = np.cumsum(sizes) - sizes
        places = np.arange(int(sizes.sum())) + np.repeat(firsts - starts, sizes)
        kept = self._leanings.setdefault((name, len(vocabulary.codes)), _Leanings(relatives(name)))
        values = kept.of(batch, places, vocabulary)
        values[~_lexical(batch, places)] = 0
        summed: NDArray[np.float64] = np.add.reduceat(values, starts, axis=0)
        return summed

    def _both(
        self, batch: Batch, name: str, first: int, last: int, sums: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The same with what the wide scorer says of the words that are no names."""
        wide, kin, words = self._wide(), relatives(name), batch.words
        places = np.arange(first, last)
        text = " ".join(words.plain(places[_lexical(batch, places)]))
        said = wide.scorer.scores([text])[0]
        if name not in self._columns:
            self._columns[name] = [_columns(wide.codes, own) for own in kin.codes]
        scores = np.array([said[own].max(initial=-np.inf) for own in self._columns[name]])
        if np.isneginf(scores).all():
            return sums
        most = scores.max()
        scores[np.isneginf(scores)] = most  # it does not know the language: no evidence against it
        both: NDArray[np.float64] = sums + _WIDE * np.maximum(scores - most, -_WIDE_MOST)
        return both


class _Leanings:
    """What the words of a vocabulary say for each of some relatives, by their rows; asked for each word once."""

    def __init__(self, kin: Relatives) -> None:
        self._kin = kin
        self._generation = -1
        self._forget(0)

    def _forget(self, generation: int) -> None:
        self._generation = generation
        self._values = np.zeros((0, len(self._kin.codes)), np.float32)
        self._known = np.zeros(0, np.bool_)

    def of(self, batch: Batch, places: NDArray[np.int64], vocabulary: Vocabulary) -> NDArray[np.float32]:
        """A row for each place of a batch, shape ``(places, languages)``."""
        if vocabulary.generation != self._generation:
            self._forget(vocabulary.generation)
        rows = batch.rows[places]
        room = vocabulary.peak.size
        if room > self._known.size:
            more = room - self._known.size
            self._values = np.concatenate((self._values, np.zeros((more, len(self._kin.codes)), np.float32)))
            self._known = np.append(self._known, np.zeros(more, np.bool_))
        missing = np.flatnonzero(~self._known[rows])
        if missing.size:
            fresh, where = np.unique(rows[missing], return_index=True)
            self._values[fresh] = self._kin.leanings(batch.words.plain(places[missing[where]]))
            self._known[fresh] = True
        return self._values[rows]


def _reported(code: str) -> str:
    """The code by which a language is reported: Bokmal is Norwegian."""
    return facts.normal_code(code) or code


def _columns(codes: Sequence[str], own: str) -> list[int]:
    """The columns of the wide scorer that a language is in: its own, or those that are the same for us."""
    if own in codes:
        return [codes.index(own)]
    return [
        n for n, code in enumerate(codes) if code != "und" and facts.same(facts.NAMED.get(code, code), own)
    ]


def _lexical(batch: Batch, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words are no names, codes or the like."""
    flags = batch.words.flags[places]
    opening = flags & (OPENING | SMALL) == OPENING | SMALL
    lexical: NDArray[np.bool_] = (flags & (NO_PROSE | MIXED) == 0) & (opening | (flags & CAPITAL == 0))
    return lexical


def _sentences(
    batch: Batch, lines: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The sentences of some lines: first word, last word + 1, and the line of each."""
    bounds = batch.words.line.astype(np.int64)
    sizes = np.diff(bounds)[lines]
    starts = np.cumsum(sizes) - sizes
    places = np.arange(int(sizes.sum())) + np.repeat(bounds[:-1][lines] - starts, sizes)
    line_of = np.repeat(lines, sizes)
    opens = np.flatnonzero(batch.words.gap[places] >= SENTENCE)
    firsts, of = places[opens], line_of[opens]
    ends = np.append(firsts[1:], 0)
    final = np.append(of[1:] != of[:-1], True)[: of.size]
    return firsts, np.where(final, bounds[1:][of], ends), of
