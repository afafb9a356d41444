"""Lines and sentences in a close relative of the article's language, and which of some relatives words are in.

Neighbours share so many words that no stretch stands out word by word; a whole sentence is told by its frequent words,
endings and letters (`relatives`), and by what the wide scorer says of it among the languages of the family. Both are
asked: the second only where the first leans to another language, which is seldom.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts
from dedup.inspect.languages.alphabet import SCRIPTS
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.cyrillic import are_impossible
from dedup.inspect.languages.kernels import CAPITAL, SENTENCE
from dedup.inspect.languages.main import MainLanguage
from dedup.inspect.languages.relatives import family_of
from dedup.inspect.languages.scales import WIDE_AT_MOST, Scale, lexical
from dedup.inspect.languages.stretches import Stretch
from dedup.inspect.languages.vocabulary import Vocabulary

_LINE, _SENTENCE = 7.0, 9.0
"""Nats by which a relative must lead in a whole line and in a sentence of one ..."""
_AGAINST = -1.0
"""... of which no sentence leans more to the article's own language than this ..."""
_FEW, _FOR_FEW = 7, 1.0
"""... and so many more for each word that is missing to so many in small letters."""
_OUTSIDE = 3.0
"""Nats by which the wide scorer may prefer a language of no relative."""
_NAMED, _NAMED_KNOWN = 4.0, 6.0
"""Nats by which a relative must lead to be named in place of what a stretch was taken for, and one that the sharp
scorer knows as well."""
_KNOWN = 0.96
"""Share of the best evidence of each word that a language has which the words are in."""
_LEAST_WORDS = 2
_ROUNDED = 1e-6
"""More than sums of nats are ever rounded by."""
_LETTERS = 4.0
"""Nats that are not asked for where half of the words cannot be of the language by their letters."""
_TELLING = 300
"""Words that tell a variant."""
_VARIANT = 3.0
"""Nats by which words must speak for another variant than the one that the publisher names."""
_CLEAR = 2.0
"""Nats by which the wide scorer must prefer a language to the next one to name it."""


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Sentences of some lines: first words, last words + 1, and the lines they are of."""

    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    lines: NDArray[np.int64]

    def of_lines(self) -> NDArray[np.int64]:
        """The first sentence of each line and, last, their number."""
        return np.append(np.flatnonzero(np.diff(self.lines, prepend=-1)), self.lines.size)


class ByFamily:
    """Finds what is in a relative of a text's language. Remembers what words are worth: one object a thread."""

    def __init__(self, wide: Callable[[], Vocabulary]) -> None:
        self._wide = wide
        self._scales: dict[str, Scale] = {}

    def find(
        self, batch: Batch, mains: Sequence[MainLanguage], vocabulary: Vocabulary
    ) -> Iterator[tuple[int, Stretch]]:
        """Yield texts of a batch with their lines and sentences in a relative of their language."""
        texts: dict[tuple[str, str], list[int]] = {}
        for text, main in enumerate(mains):
            name = family_of(main.codes[0], main.script) if len(main.codes) == 1 else None
            if name is not None:
                texts.setdefault((name, main.codes[0]), []).append(text)
        for (name, code), some in sorted(texts.items()):
            chosen = np.zeros(len(mains), np.bool_)
            chosen[some] = True
            lines = np.flatnonzero(chosen[batch.words.text_of_line])
            if lines.size:
                scale = self._scale(name)
                yield from _in_relatives(
                    batch, _sentences(batch, lines), scale, scale.kin.same_as(code), vocabulary
                )

    def named(self, batch: Batch, stretch: Stretch, main: MainLanguage, vocabulary: Vocabulary) -> str:
        """Name the language of a stretch that is in the one it was taken for or in one of its relatives.

        That may be the text's own, a relative too, where nothing is left that speaks for another.
        """
        code, first, last = stretch.language, stretch.first, stretch.last
        if code == "und":
            code = self._by_wide(batch, first, last)
        name = family_of(code, batch.script_of(first, last))
        if name is None:
            return code
        near = stretch.reason == "language" and main.codes and family_of(main.codes[0], main.script) == name
        if not near and _is_known(batch, first, last, code, vocabulary):
            return code
        scale = self._scale(name)
        scores, outside = _one(batch, first, last, scale, vocabulary)
        best = int(np.argmax(scores))
        if near and scores[best] - scores[scale.kin.same_as(main.codes[0])].max() < _NAMED:
            return main.codes[0]
        if _is_known(batch, first, last, code, vocabulary):
            return code
        own = scale.kin.same_as(code)
        other = _reported(scale.kin.codes[best])
        need = _NAMED_KNOWN if other in vocabulary.codes else _NAMED
        lead = scores[best] - scores[own].max()
        return other if lead >= need and not own[best] and outside <= _OUTSIDE else code

    def _by_wide(self, batch: Batch, first: int, last: int) -> str:
        """Name the language that the wide scorer prefers of those written in the script of some words."""
        wide = self._wide()
        scores = wide.scorer.scores([" ".join(batch.words.plain(np.arange(first, last)))])[0]
        script = SCRIPTS.index(batch.script_of(first, last))
        scores = np.where(wide.written[:-1, script], scores, -np.inf)
        second, best = np.argsort(scores)[-2:].tolist()
        if np.isneginf(scores[best]) or scores[best] - scores[second] < _CLEAR:
            return "und"  # it knows none that is written so, or prefers none
        code: str = wide.codes[best]
        return facts.NAMED.get(code, code)

    def lead(self, batch: Batch, text: int, main: MainLanguage, vocabulary: Vocabulary) -> float:
        """Nats by which the words of a text are more likely in its language than in any of its relatives."""
        name = family_of(main.codes[0], main.script) if main.codes else None
        first, last = np.searchsorted(batch.words.start, batch.words.offset[text : text + 2]).tolist()
        if name is None or first == last:
            return 0.0
        scale = self._scale(name)
        (sums,) = scale.summed(batch, np.array([first]), np.array([last]), vocabulary)
        own = scale.kin.same_as(main.codes[0])
        return float(sums[own].max() - sums[~own].max())

    def variant(
        self, batch: Batch, first: int, last: int, code: str, vocabulary: Vocabulary, declared: bool = False
    ) -> str:
        """Name the variant that some words are in of a language that scorers know as one: Indonesian is no Malay.

        Words that say nothing of it are in the one that the rest happens to speak for, or in the one `declared`.
        """
        name = facts.VARIANT_OF.get(code)
        if name is None or first == last or batch.script_of(first, last) != "Latn":
            return code
        last = min(last, first + _TELLING)
        scale = self._scale(name)
        sums, _ = _one(batch, first, last, scale, vocabulary)
        best = int(np.argmax(sums))
        codes = [_reported(own) for own in scale.kin.codes]
        stays = declared and sums[best] - sums[codes.index(code)] < _VARIANT
        return code if stays else codes[best]

    def _scale(self, name: str) -> Scale:
        if name not in self._scales:
            self._scales[name] = Scale(name, self._wide())
        return self._scales[name]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A `whole` line or a sentence of one, words `[first, last)`, that may be in a relative.

    `places`: of its words that are no names. `sums`: what they say by the files. `need`: nats by which a relative must
    lead. `letters`: whether half of the words cannot be of the text's own language by their letters.
    """

    line: int
    whole: bool
    first: int
    last: int
    places: NDArray[np.int64]
    sums: NDArray[np.float64]
    need: float
    letters: bool


def _in_relatives(
    batch: Batch, sentences: _Sentences, scale: Scale, own: NDArray[np.bool_], vocabulary: Vocabulary
) -> Iterator[tuple[int, Stretch]]:
    """Yield texts with stretches in none of their `own` languages of a family: whole lines, else sentences."""
    found = [*_candidates(batch, sentences, scale, own, vocabulary)]
    if not found:
        return
    sums, sharp = (
        np.array([one.sums for one in found]),
        scale.sharply(batch, [one.places for one in found], vocabulary),
    )
    beforehand = sums + sharp
    leads = beforehand[:, ~own].max(axis=1) - beforehand[:, own].max(axis=1)
    needs = np.array([one.need for one in found])
    kept = np.flatnonzero(leads + (WIDE_AT_MOST + _ROUNDED) >= needs)
    if not kept.size:
        return
    found = [found[place] for place in kept.tolist()]
    said = scale.asked(batch, [one.places for one in found], sums[kept], sharp[kept])
    whole = -1  # the line that was found as a whole
    for one, scores, outside in zip(found, said.scores, said.outside.tolist(), strict=True):
        best = int(np.argmax(np.where(own, -np.inf, scores)))
        lead = float(scores[best] - scores[own].max())
        if one.line == whole or lead < one.need or outside > _OUTSIDE:
            continue
        if one.whole:
            whole = one.line
        yield int(batch.words.text_of_line[one.line]), Stretch(
            one.first, one.last, _reported(scale.kin.codes[best]), round(1 - math.exp(-lead / 2), 4),
            "letters" if one.letters else "language",
        )  # fmt: skip


def _candidates(
    batch: Batch, sentences: _Sentences, scale: Scale, own: NDArray[np.bool_], vocabulary: Vocabulary
) -> Iterator[_Candidate]:
    """Yield the lines, each before its sentences, that may be in a relative by what the files say of them."""
    sums = scale.summed(batch, sentences.firsts, sentences.lasts, vocabulary)
    leads = sums[:, ~own].max(axis=1) - sums[:, own].max(axis=1)
    code = scale.kin.codes[int(np.argmax(own))]
    lines = sentences.of_lines()
    best, worst = np.maximum.reduceat(leads, lines[:-1]), np.minimum.reduceat(leads, lines[:-1])
    for line in np.flatnonzero(best > 0).tolist():
        begin, stop = lines[line : line + 2].tolist()
        spans = [(place, place + 1, _SENTENCE) for place in range(begin, stop) if leads[place] > 0]
        if stop - begin == 1:
            spans = []
        if worst[line] >= _AGAINST:
            spans.insert(0, (begin, stop, _LINE))
        for some, end, least in spans:
            first, last = int(sentences.firsts[some]), int(sentences.lasts[end - 1])
            flags = batch.words.flags[first:last]
            plain = lexical(flags)
            small = first + np.flatnonzero(plain & (flags & CAPITAL == 0))
            count = len(set(batch.rows[small].tolist()))
            letters = count > 0 and are_impossible(code, batch.barred[batch.rows[small]])
            if letters or count >= _LEAST_WORDS:
                need = least - _LETTERS * letters + _FOR_FEW * max(0, _FEW - count)
                yield _Candidate(
                    int(sentences.lines[begin]), least == _LINE, first, last, first + np.flatnonzero(plain),
                    sums[some:end].sum(axis=0), need, letters,
                )  # fmt: skip


def _one(
    batch: Batch, first: int, last: int, scale: Scale, vocabulary: Vocabulary
) -> tuple[NDArray[np.float64], float]:
    """What is said of one stretch: its scores, and those outside (see `Said`)."""
    sums = scale.summed(batch, np.array([first]), np.array([last]), vocabulary)
    places = first + np.flatnonzero(lexical(batch.words.flags[first:last]))
    said = scale.asked(batch, [places], sums, scale.sharply(batch, [places], vocabulary))
    return said.scores[0], float(said.outside[0])


def _is_known(batch: Batch, first: int, last: int, code: str, vocabulary: Vocabulary) -> bool:
    """Whether the sharp scorer knows nearly all of some words in a language that it knows."""
    if code not in vocabulary.codes:
        return False
    rows = batch.rows[first:last][lexical(batch.words.flags[first:last])]
    most = int(batch.peak[rows].sum(dtype=np.int64))
    return 0 < _KNOWN * most <= int(batch.evidence[rows, vocabulary.codes.index(code)].sum(dtype=np.int64))


def _sentences(batch: Batch, lines: NDArray[np.int64]) -> _Sentences:
    """Cut lines at the marks that part sentences."""
    bounds = batch.words.line.astype(np.int64)
    sizes = np.diff(bounds)[lines]
    starts = np.cumsum(sizes) - sizes
    places = np.arange(int(sizes.sum())) + np.repeat(bounds[:-1][lines] - starts, sizes)
    line_of = np.repeat(lines, sizes)
    opens = np.flatnonzero(batch.words.gap[places] >= SENTENCE)
    firsts, of = places[opens], line_of[opens]
    final = np.append(of[1:] != of[:-1], True)
    return _Sentences(firsts, np.where(final, bounds[1:][of], np.append(firsts[1:], 0)), of)


def _reported(code: str) -> str:
    """The code by which a language is reported: Bokmal is Norwegian."""
    return facts.normal_code(code) or code
