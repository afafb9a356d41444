"""One step of the index for all articles that arrive at the same time, in asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from dedup.errors import DedupError
from dedup.model import Article, ArticleReport
from dedup.prefilter.filtering import Expiry
from dedup.stream import Detector

Waiting = tuple[Article, "asyncio.Future[ArticleReport]"]


class Batcher:
    """Judges and adds articles for many callers of one event loop, in a thread of its own.

    An article waits `wait` seconds for others, and for the step before its own: no more than `most` share one.
    """

    def __init__(self, detector: Detector, *, most: int = 100, wait: float = 0.0) -> None:
        self.detector = detector
        self._expiry = Expiry(detector)
        self._most = most
        self._wait = wait
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "dedup")

    async def judge(self, article: Article) -> ArticleReport:
        """Judge an article and add it; it is durable when this returns."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((article, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        report: ArticleReport = await future
        return report

    async def check(self, article: Article) -> ArticleReport:
        """Judge an article without adding it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.detector.check, article)

    def close(self) -> None:
        """End the thread, once its work is done."""
        self._thread.shutdown()

    def _judge(self, articles: Sequence[Article]) -> list[ArticleReport]:
        reports = self.detector.judge(articles)
        self._expiry.after(articles)
        return reports

    async def _work(self) -> None:
        while self._waiting:
            if len(self._waiting) < self._most:
                await asyncio.sleep(self._wait)
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._step(batch)

    async def _step(self, batch: Sequence[Waiting]) -> None:
        loop = asyncio.get_running_loop()
        try:
            reports = await loop.run_in_executor(self._thread, self._judge, [a for a, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, DedupError):
                for one in batch:  # only the one that breaks it has to know
                    await self._step([one])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), report in zip(batch, reports, strict=True):
            if not future.done():  # its caller may have gone
                future.set_result(report)
