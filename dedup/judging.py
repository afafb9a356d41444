"""Judging where one article must not hold up the others: what breaks a stage is set aside."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from dedup.errors import BadRecord, DedupError
from dedup.model import Article, ArticleReport
from dedup.stream import Detector

logger = logging.getLogger(__name__)

UNLUCKY = 3
"""So many articles in a row may break a stage; more of them are not to blame themselves."""


class Careful:
    """Judges and adds articles with a detector, as its `judge` does, but one that breaks it ends nothing."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._broke = 0

    def judge(self, articles: Sequence[Article]) -> list[ArticleReport | BadRecord]:
        """Reports, and errors without a place for those that cannot be judged; these are not in the index."""
        try:
            reports = self._detector.judge(articles)
        except (DedupError, OSError, MemoryError):
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
            raise broken
        logger.error("article %r cannot be judged", articles[0].id, exc_info=broken)
        return [BadRecord("", None, f"cannot be judged: {type(broken).__name__}: {broken}")]
