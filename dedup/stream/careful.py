"""Judging where one article must not hold up the others: what breaks a stage is set aside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from dedup.errors import BadRecord, DedupError
from dedup.model import Article, ArticleReport
from dedup.verdict.careful import reason_of, unjudged

if TYPE_CHECKING:
    from dedup.stream import Detector

logger = logging.getLogger(__name__)

UNLUCKY = 3
"""So many articles in a row may break a stage. After the next a plain one is judged: maybe everything is broken."""

PLAIN = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."


class Careful:
    """Judges and adds articles with a detector, as its `judge` does, but one that breaks it ends nothing."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._broke = 0

    def judge(self, articles: Sequence[Article]) -> list[ArticleReport | BadRecord]:
        """Reports, and errors without a place for those that cannot be judged; these are not in the index."""
        try:
            reports = self._detector.judge(articles)
        except (DedupError, OSError):
            raise  # no article is to blame
        except Exception as error:
            broken = error
        else:
            self._broke = 0
            return [*reports]
        if len(articles) > 1:
            return [verdict for article in articles for verdict in self.judge([article])]
        self._broke += 1
        if self._broke > UNLUCKY:
            self._detector.check(Article("", PLAIN))  # raises where no article is to blame
            self._broke = 0
        logger.error("article %r cannot be judged: %s", articles[0].id, broken, exc_info=broken)
        return [BadRecord("", None, reason_of(broken))]


def judged(
    detector: Detector, articles: Iterable[Article], size: int, on_error: Callable[[BadRecord], None] | None
) -> Iterator[ArticleReport]:
    """Judge and add articles, `size` in a step; their reports in order.

    One that cannot be judged is handed to `on_error`, which may raise it; without, what broke is raised.
    """
    judge = Careful(detector).judge if on_error else detector.judge
    rest = iter(articles)
    while batch := list(islice(rest, size)):
        for article, verdict in zip(batch, judge(batch), strict=True):
            if isinstance(verdict, BadRecord):
                assert on_error is not None
                on_error(unjudged(article, verdict))
            else:
                yield verdict
