"""Passages of two to five lines of every document, put into another document as sentences, without a text around them.

Many more than a feed of texts can have: the sentences of each line are read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.planting import Document
from dedup.text.words import split
from dedup.translated.passages import settled
from dedup.translated.sentences import Reader, Sentences
from dedup.translated.shelf import Shelf

SIZES = (2, 3, 4, 5)
STEP = 4
"""Lines between the beginnings of two passages of one document."""


def windows(
    documents: Sequence[Document], languages: Sequence[str], reader: Reader
) -> Iterator[tuple[str, Any]]:
    """For each language, and then all: the share of passages translated from English that are found, in half of their
    sentences at least, by their lines; the share of sentences found that are right; and documents flagged where
    nothing is to be found."""
    originals = [_joined(_lines(one, "en", reader)) for one in documents]
    shelf = Shelf()
    for number, one in enumerate(originals):
        shelf.add(number, one)
    whole: Counter[str] = Counter()
    for language in languages:
        score = _score([_lines(one, language, reader) for one in documents], shelf)
        whole += score
        yield language, _figures(score)
    yield "all", _figures(whole)


def _score(documents: Sequence[Sequence[Sentences]], shelf: Shelf) -> Counter[str]:
    score: Counter[str] = Counter()
    for place, lines in enumerate(documents):
        score["documents"] += 1
        score["flagged"] += bool(settled(shelf.found(_joined(lines), np.arange(len(documents)) != place)))
        for size in SIZES:
            for first in range(1 + place % STEP, len(lines) - size + 1, STEP):
                host = (place * 7 + first * 3 + size) % len(documents)
                host = (host + 1) % len(documents) if host == place else host
                around = documents[host]
                before, passage = _joined(around[: len(around) // 2]), _joined(lines[first : first + size])
                own = _joined([before, passage, *around[len(around) // 2 :]])
                inside = range(len(before.planes), len(before.planes) + len(passage.planes))
                right = 0
                for number, found in settled(shelf.found(own, np.arange(len(documents)) != host)):
                    good = len(found.sentences & set(inside)) if number == place else 0
                    right += good
                    score["wrong"] += len(found.sentences) - good
                score["right"] += right
                score[f"planted {size}"] += 1
                score[f"found {size}"] += 2 * right >= len(inside)
    return score


def _figures(score: Counter[str]) -> dict[str, Any]:
    return {
        **{str(size): round(score[f"found {size}"] / max(1, score[f"planted {size}"]), 3) for size in SIZES},
        "passages": sum(score[f"planted {size}"] for size in SIZES),
        "precision": round(score["right"] / max(1, score["right"] + score["wrong"]), 4),
        "documents": score["documents"], "of_them_flagged": score["flagged"],
    }  # fmt: skip


def _lines(document: Document, language: str, reader: Reader) -> list[Sentences]:
    texts = list(document.lines[language])
    return reader.read(texts, split(texts), range(len(texts)), [language] * len(texts))


def _joined(parts: Sequence[Sentences]) -> Sentences:
    offsets = np.cumsum([0, *(part.codes.size for part in parts)])
    return Sentences(
        parts[0].language,
        np.concatenate([part.planes for part in parts]),
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.words for part in parts]),
        np.concatenate([[0], *(part.bounds[1:] + off for part, off in zip(parts, offsets, strict=False))]),
    )
