"""Translated passages to marks: code points on both sides, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from dedup.model import Article, Mark, Match
from dedup.text.words import Columns
from dedup.translated.passages import Link, Passage
from dedup.translated.sentences import Sentences, sentence_bounds

Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """An article of a passage: who it is, its sentences, and where these and its words and paragraphs stand."""

    article: Article
    sentences: Sentences
    borders: NDArray[np.int64]
    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    paragraphs: NDArray[np.uint32]

    @classmethod
    def of(cls, article: Article, sentences: Sentences, columns: Columns, place: int) -> Side:
        """An article whose words have a place in some columns."""
        rows = slice(*columns.art_words[place : place + 2].tolist())
        pars = slice(*columns.art_pars[place : place + 2].tolist())
        return cls(
            article, sentences, sentence_bounds(columns, place), columns.starts[rows], columns.ends[rows],
            columns.par_starts[pars],
        )  # fmt: skip

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Code points of some sentences, from their first word to their last."""
        return int(self.starts[self.borders[first]]), int(self.ends[self.borders[end] - 1])

    def paragraph(self, point: int) -> int:
        """The paragraph of a code point."""
        return int(np.searchsorted(self.paragraphs, point, "right")) - 1

    def anchor(self, sentence: int, anchor: int) -> tuple[int, int]:
        """Code points of an anchor of a sentence."""
        word, words = self.sentences.words[anchor].tolist()
        first = int(self.borders[sentence]) + word
        return int(self.starts[first]), int(self.ends[first + words - 1])


def marks(own: Side, other: Side, passage: Passage) -> Iterator[Mark]:
    """The marks of a passage: one for each stretch of sentences that stand together in one paragraph."""
    for links in _together(own, passage.links):
        spans = tuple(
            (*own.span(one.first, one.end), *other.span(one.other_first, one.other_end)) for one in links
        )
        inside = range(links[0].first, links[-1].end)
        shared = [one for one in passage.shared if one.sentence in inside]
        anchors = tuple(
            (*own.anchor(one.sentence, one.anchor), *other.anchor(one.other_sentence, one.other_anchor))
            for one in shared
        )
        evidence = tuple(dict.fromkeys(own.article.text[start:end] for start, end, *_ in anchors))
        start, end = spans[0][0], spans[-1][1]
        match_start, match_end = min(span[2] for span in spans), max(span[3] for span in spans)
        article = other.article
        match = Match(
            article.id, article.source, article.published, other.paragraph(match_start), match_start, match_end,
            0.0, 0.0, spans, other.sentences.language,
        )  # fmt: skip
        yield Mark(
            "translated",
            start,
            end,
            confidence=passage.confidence,
            match=match,
            anchors=anchors,
            evidence=evidence,
        )


def _together(own: Side, links: Sequence[Link]) -> Iterator[list[Link]]:
    """Links in runs of one paragraph with no sentence of the article's own between them."""

    def paragraph(sentence: int) -> int:
        return own.paragraph(int(own.starts[own.borders[sentence]]))

    run = 0
    numbered = []
    for place, link in enumerate(links):
        before = links[place - 1] if place else link
        if place and (before.end != link.first or paragraph(before.first) != paragraph(link.first)):
            run += 1
        numbered.append((run, link))
    for _, some in groupby(numbered, key=lambda item: item[0]):
        yield [link for _, link in some]
