"""Judging where one article must not hold up the others: what breaks a stage is an error in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.errors import BadRecord
from dedup.inspect.inspector import Inspection
from dedup.model import Article, ArticleReport
from dedup.verdict.beside import Beside
from dedup.verdict.evidence import Evidence
from dedup.verdict.reports import Corpus, article_reports


def judged(
    corpus: Corpus, numbers: Sequence[int], found: Evidence, seen: Sequence[Inspection | Exception],
    furniture: NDArray[np.bool_], against: Sequence[int], beside: Beside,
) -> Iterator[ArticleReport | Exception]:  # fmt: skip
    """The reports of some articles (see `article_reports`).

    Of one that cannot be judged, or was `seen` as an error, the error in its place; the others are judged.
    """
    inspections = [one for one in seen if not isinstance(one, Exception)]
    if len(inspections) == len(seen):
        try:
            yield from article_reports(corpus, numbers, found, inspections, furniture, against, beside)
            return
        except Exception as error:
            if len(seen) == 1:
                yield error
                return
    for number, one, others in zip(numbers, seen, against, strict=True):
        if isinstance(one, Exception):
            yield one
        else:
            yield from judged(corpus, [number], found, [one], furniture, [others], beside)


def reason_of(error: Exception) -> str:
    """Why an article that broke a stage cannot be judged."""
    return (
        error.reason if isinstance(error, BadRecord) else f"cannot be judged: {type(error).__name__}: {error}"
    )


def unjudged(article: Article, error: Exception) -> BadRecord:
    """The error of such an article, with its name."""
    return BadRecord(article.path, None, f"{article.id}: {reason_of(error)}")
