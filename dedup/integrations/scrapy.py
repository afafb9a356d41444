"""An item pipeline for Scrapy: items carry their report, copies are dropped.

Settings of the project: ``DEDUP_INDEX`` (a folder or redis://...; required), ``DEDUP_MIN_ORIGINALITY`` (0.3; 0 drops
nothing), ``DEDUP_MIN_JUDGED`` (30: items with fewer judged words pass), ``DEDUP_WINDOW`` (days), ``DEDUP_FIELDS`` (our
names to the items'), ``DEDUP_SETTINGS`` (of `Settings`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem, NotConfigured

from dedup.errors import BadRecord, DedupError
from dedup.index import open_index
from dedup.integrations.batching import Batcher
from dedup.model import Article, ArticleReport
from dedup.prefilter.filtering import KEY, MIN_JUDGED, MIN_ORIGINALITY, Limit, annotation
from dedup.prefilter.incoming import article_of
from dedup.readers.files import File
from dedup.settings import Settings
from dedup.stream import Detector
from dedup.verdict.careful import reason_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Copied(DropItem):  # type: ignore[misc, unused-ignore]
    """An item of too little originality; `report` says where its words came from."""

    def __init__(self, report: ArticleReport) -> None:
        self.report = report
        origin = f", mostly of {report.sources[0].id}" if report.sources else ""
        super().__init__(f"{report.id}: originality {report.originality:.2f}{origin}")


class DedupPipeline:
    """Adds each item to the index and puts its report under ``dedup`` where the item has room for it.

    The text is the item's ``text``, the other fields as in any record; its id, else its ``url``, names it, and
    an item without a source has the spider's name. An item that is no article passes as it came.
    """

    def __init__(self, detector: Detector, crawler: Crawler, limit: Limit, fields: Mapping[str, str]) -> None:
        self._batcher = Batcher(detector)
        self._crawler = crawler
        self._limit = limit
        self._fields = fields

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DedupPipeline:
        """Open the index that the project's settings name."""
        settings = crawler.settings
        url = settings.get("DEDUP_INDEX")
        if not url:
            raise NotConfigured("DEDUP_INDEX names no index: set it to a folder or to redis://...")
        changed = settings.getdict("DEDUP_SETTINGS")
        index = open_index(url, Settings().with_values(changed) if changed else None)
        detector = Detector(index, window=settings.getint("DEDUP_WINDOW") or None)
        return cls(
            detector,
            crawler,
            Limit(
                settings.getfloat("DEDUP_MIN_ORIGINALITY", MIN_ORIGINALITY),
                settings.getint("DEDUP_MIN_JUDGED", MIN_JUDGED),
            ),
            settings.getdict("DEDUP_FIELDS"),
        )

    def close_spider(self, spider: Spider | None = None) -> None:
        """Close the index."""
        self._batcher.close()
        self._batcher.detector.index.close()

    async def process_item(self, item: Any, spider: Spider | None = None) -> Any:
        """Return the item with its report, or raise `Copied`."""
        adapter = ItemAdapter(item)
        try:
            article = self._article(adapter)
            report = await self._judge(article)
        except (DedupError, OSError) as error:
            if not isinstance(error, BadRecord):
                raise  # no item is to blame
            return self._passed(item, str(error))
        except Exception as error:
            return self._passed(item, reason_of(error))
        self._count("articles")
        if self._limit.holds_back(report):
            self._count("dropped")
            raise Copied(report)
        if isinstance(item, dict) or KEY in adapter.field_names():
            adapter[KEY] = annotation(report)
        return item

    def _passed(self, item: Any, reason: str) -> Any:
        logger.warning("%s: passed as it came", reason)
        self._count("bad")
        return item

    def _article(self, adapter: ItemAdapter) -> Article:
        values = adapter.asdict()
        url = values.get(self._fields.get("url", "url"))
        source = self._fields.get("source", "source")
        if not values.get(source) and self._crawler.spider is not None:
            values[source] = self._crawler.spider.name
        name = str(url or "")
        if not name and not values.get(self._fields.get("id", "id")):
            raise BadRecord("an item", None, "neither an id nor a url")
        return article_of(values, File(name, name), self._fields)

    async def _judge(self, article: Article) -> ArticleReport:
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # a reactor that is not asyncio's
            return self._batcher.detector.add(article)
        return await self._batcher.judge(article)

    def _count(self, what: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"dedup/{what}")
