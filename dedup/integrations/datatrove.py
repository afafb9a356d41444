"""A filter for datatrove: documents carry their report in `metadata`, copies are dropped.

Each task opens the index by itself, so all tasks share it; `metadata` may have ``source``, ``published``, ``url``,
``title`` and ``language``, under these names or others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from datatrove.pipeline.filters.base_filter import BaseFilter

from dedup.errors import BadRecord
from dedup.index import open_index
from dedup.model import Article, ArticleReport
from dedup.prefilter.filtering import KEY, MIN_JUDGED, MIN_ORIGINALITY, Limit, annotation
from dedup.prefilter.incoming import article_of
from dedup.readers.files import File
from dedup.settings import Settings
from dedup.stream import Detector
from dedup.stream.careful import Careful

if TYPE_CHECKING:
    from datatrove.data import Document
    from datatrove.pipeline.writers.disk_base import DiskWriter


class DedupFilter(BaseFilter):  # type: ignore[misc, unused-ignore]
    """Keeps documents of at least `min_originality` (0 keeps all), and those of fewer than `min_judged` judged words.

    `index` is a folder or redis://...

    A document that is no article, such as one with a date that is none, or that cannot be judged, is dropped as
    ``unreadable``.
    """

    name = "📰 Dedup"

    def __init__(
        self, index: str, min_originality: float = MIN_ORIGINALITY, *, min_judged: int = MIN_JUDGED,
        window: int | None = None,
        fields: Mapping[str, str] | None = None, settings: Settings | None = None,
        exclusion_writer: DiskWriter | None = None, batch_size: int = 100,
    ) -> None:  # fmt: skip
        super().__init__(exclusion_writer, batch_size)
        self.index = index
        self.limit = Limit(min_originality, min_judged)
        self.window = window
        self.fields = dict(fields or {})
        self.settings = settings
        self._careful: Careful | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the open index: each process opens its own."""
        return {**self.__dict__, "_careful": None}

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Judge one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: Sequence[Document]) -> list[bool | tuple[bool, str]]:
        """Judge some documents and add them, in one step."""
        if self._careful is None:
            self._careful = Careful(Detector(open_index(self.index, self.settings), window=self.window))
        articles = [self._article(doc) for doc in batch]
        reports = iter(self._careful.judge([article for article in articles if article is not None]))
        return [
            (False, "unreadable") if article is None else self._verdict(doc, next(reports))
            for doc, article in zip(batch, articles, strict=True)
        ]

    def _article(self, doc: Document) -> Article | None:
        values = {**doc.metadata, "text": doc.text, "id": doc.id}
        fields = {name: key for name, key in self.fields.items() if name not in ("text", "id")}
        try:
            return article_of(values, File(doc.id, doc.id), fields)
        except Exception:  # whatever a document holds, the others go on
            return None

    def _verdict(self, doc: Document, report: ArticleReport | BadRecord) -> bool | tuple[bool, str]:
        if isinstance(report, BadRecord):
            return False, "unreadable"
        doc.metadata[KEY] = annotation(report)
        if self.limit.holds_back(report):
            return False, "copied"
        return True
