"""Adapters against the real libraries; a library that is not installed is a reason to skip."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filter_feed import ROOT, feed, jsonl, run

from dedup.errors import DedupError, SettingsError
from dedup.index import open_index
from dedup.integrations.batching import Batcher
from dedup.integrations.frames import judge_frame
from dedup.model import Article, ArticleReport
from dedup.prefilter.filtering import annotation
from dedup.stream import Detector, stream

FEED = feed(40)


def article(record: dict[str, Any]) -> Article:
    return Article(record["id"], record["text"], source=record["source"], published=record["published"])


@pytest.fixture(scope="module")
def wanted() -> list[dict[str, Any]]:
    """The reports that a stream of the feed gives."""
    reports = [plain(annotation(report)) for report in stream(map(article, FEED))]
    assert any(report["originality"] < 0.5 for report in reports)
    return reports


def plain(reports: Any) -> Any:
    """As it comes back from JSON: lists for tuples."""
    return json.loads(json.dumps(reports))


def low(reports: list[dict[str, Any]], limit: float = 0.3) -> set[str]:
    return {report["id"] for report in reports if report["originality"] < limit}


# --- asyncio ---


class Counting(Detector):
    """Counts its steps."""

    steps = 0

    def judge(self, batch: Any, *, add: bool = True) -> list[ArticleReport]:
        self.steps += 1
        if any("boom" in item.text for item in batch):
            raise RuntimeError("boom")
        return super().judge(batch, add=add)


def test_articles_that_arrive_together_share_a_step(wanted: list[dict[str, Any]]) -> None:
    detector = Counting(open_index())

    async def together() -> list[ArticleReport]:
        batcher = Batcher(detector, most=16)
        try:
            return await asyncio.gather(*(batcher.judge(article(record)) for record in FEED))
        finally:
            batcher.close()

    reports = asyncio.run(together())
    assert [plain(annotation(report)) for report in reports] == wanted
    assert detector.steps == 3


def test_who_breaks_a_step_hears_of_it_and_the_others_do_not() -> None:
    async def together() -> list[Any]:
        batcher = Batcher(Counting(open_index()))
        articles = [Article("a", "One."), Article("b", "boom"), Article("c", "Two.")]
        try:
            return await asyncio.gather(*map(batcher.judge, articles), return_exceptions=True)
        finally:
            batcher.close()

    first, second, third = asyncio.run(together())
    assert isinstance(second, RuntimeError)
    assert (first.id, third.id) == ("a", "c")


# --- Scrapy ---

SPIDER = """
import json, sys
import scrapy

class Feed(scrapy.Spider):
    name = "feed"
    custom_settings = {
        "ITEM_PIPELINES": {"dedup.integrations.scrapy.DedupPipeline": 300},
        "DEDUP_INDEX": "crawl.index", "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False,
        "FEEDS": {"out.jsonl": {"format": "jsonlines"}},
        "DEDUP_FIELDS": {"text": "article_text"},
    }

    async def start(self):
        for line in open("feed.jsonl"):
            record = json.loads(line)
            record["article_text"] = record.pop("text")
            yield record
        yield {"title": "no text", "url": "https://example.org/1"}
        yield {"article_text": "No id, but an address.", "url": "https://example.org/2"}

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.dropped, scrapy.signals.item_dropped)
        crawler.signals.connect(spider.closed, scrapy.signals.spider_closed)
        return spider

    def dropped(self, item, response, exception, spider):
        with open("dropped.txt", "a") as out:
            print(exception.report.id, exception.report.originality, file=out)

    def closed(self, spider, reason):
        stats = self.crawler.stats.get_stats()
        with open("stats.json", "w") as out:
            json.dump({name: value for name, value in stats.items() if name.startswith("dedup/")}, out)
"""


def test_scrapy_drops_copies_with_their_report(tmp_path: Path, wanted: list[dict[str, Any]]) -> None:
    pytest.importorskip("scrapy", reason="Scrapy is not installed: pip install '.[scrapy]'")
    (tmp_path / "feed.jsonl").write_bytes(jsonl(FEED))
    (tmp_path / "spider.py").write_text(SPIDER)
    command = [sys.executable, "-m", "scrapy", "runspider", "spider.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, timeout=300, env={"PYTHONPATH": str(ROOT), "PATH": ""}
    )
    assert done.returncode == 0, done.stderr.decode()
    items = {
        item.get("id", item.get("url")): item
        for item in map(json.loads, (tmp_path / "out.jsonl").read_bytes().splitlines())
    }
    dropped = [line.split()[0] for line in (tmp_path / "dropped.txt").read_text().splitlines()]
    assert sorted(dropped) == sorted(low(wanted))
    for report in wanted:
        if report["id"] not in dropped:
            assert items[report["id"]]["dedup"] == report
    assert "dedup" not in items["https://example.org/1"]
    addressed = items["https://example.org/2"]["dedup"]
    assert (addressed["id"], addressed["source"]) == ("https://example.org/2", "feed")
    assert json.loads((tmp_path / "stats.json").read_text()) == {
        "dedup/articles": 41, "dedup/bad": 1, "dedup/dropped": len(dropped),
    }  # fmt: skip


def test_scrapy_without_an_index_is_told_so() -> None:
    pytest.importorskip("scrapy", reason="Scrapy is not installed: pip install '.[scrapy]'")
    from scrapy.exceptions import NotConfigured
    from scrapy.utils.test import get_crawler

    from dedup.integrations.scrapy import DedupPipeline

    with pytest.raises(NotConfigured, match="DEDUP_INDEX"):
        DedupPipeline.from_crawler(get_crawler())


# --- datatrove ---


def test_datatrove_keeps_and_drops_what_a_stream_does(tmp_path: Path, wanted: list[dict[str, Any]]) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed: pip install '.[datatrove]'")
    from datatrove.data import Document

    from dedup.integrations.datatrove import DedupFilter

    def documents() -> list[Document]:
        return [
            Document(r["text"], r["id"], metadata={"publisher": r["source"], "published": r["published"]})
            for r in FEED
        ]

    step = DedupFilter(str(tmp_path / "feed.index"), fields={"source": "publisher"}, batch_size=7)
    kept = list(step.run(documents()))
    assert plain([doc.metadata["dedup"] for doc in kept]) == [r for r in wanted if r["id"] not in low(wanted)]
    assert step.stats["dropped_copied"].total == len(low(wanted))
    again = pickle.loads(pickle.dumps(step))
    assert [doc.id for doc in again.run(documents(), rank=1, world_size=2)] == [doc.id for doc in kept]
    bad = Document("Te\0xt.", "x")
    assert step.filter_batch([bad]) == [(False, "unreadable")]
    assert step.filter(documents()[0]) is True


# --- frames ---


def test_a_frame_of_pandas_gets_what_was_found(wanted: list[dict[str, Any]]) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install '.[pandas]'")
    frame = pandas.DataFrame(FEED).rename(columns={"text": "body"})
    frame["published"] = pandas.to_datetime(frame["published"])
    frame.index = frame.index[::-1]
    judged = judge_frame(frame, Detector(open_index()), {"text": "body"})
    assert [json.loads(report) for report in judged["dedup_report"]] == wanted
    assert judged["dedup_originality"].tolist() == [report["originality"] for report in wanted]
    assert judged["dedup_recycled"].tolist() == [report["ledger"]["recycled"] for report in wanted]
    assert judged.index.equals(frame.index) and "dedup_report" not in frame.columns
    assert judged["dedup_error"].isna().all()


def test_rows_that_are_no_articles_say_why() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install '.[pandas]'")
    frame = pandas.DataFrame(
        {"id": ["a", "b", None], "text": ["One two.", None, "Three."], "published": pandas.NaT}
    )
    judged = judge_frame(frame, Detector(open_index()))
    assert judged["dedup_error"].isna().tolist() == [True, False, False]
    assert judged["dedup_error"].tolist()[1:] == ['no "text" field', "no id"]
    assert judged["dedup_originality"].notna().tolist() == [True, False, False]
    with pytest.raises(SettingsError, match="no column 'uuid'"):
        judge_frame(frame, Detector(open_index()), {"id": "uuid"})


@pytest.mark.parametrize("kind", ["table", "batch"])
def test_a_table_of_arrow_gets_what_was_found(kind: str, wanted: list[dict[str, Any]]) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install '.[parquet]'")
    table = pa.Table.from_pylist(FEED)
    judged = judge_frame(table if kind == "table" else table.to_batches()[0], Detector(open_index()))
    assert [json.loads(report) for report in judged["dedup_report"].to_pylist()] == wanted
    assert judged["dedup_original"].to_pylist() == [report["ledger"]["original"] for report in wanted]
    assert judged["text"] == table["text"] and judged["dedup_error"].null_count == len(FEED)
    assert judged.schema.field("dedup_originality").type == pa.float64()


def test_a_frame_of_polars_stays_one(wanted: list[dict[str, Any]]) -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed: pip install polars")
    judged = judge_frame(pl.DataFrame(FEED), Detector(open_index()))
    assert isinstance(judged, pl.DataFrame)
    assert [json.loads(report) for report in judged["dedup_report"]] == wanted


# --- the commands, for comparison ---


def test_the_command_gives_the_same(tmp_path: Path, wanted: list[dict[str, Any]]) -> None:
    out, _ = run(tmp_path, "filter", data=jsonl(FEED))
    assert [json.loads(line)["dedup"] for line in out.splitlines()] == wanted


def test_an_index_that_is_gone_reaches_the_caller() -> None:
    class Gone(Detector):
        def judge(self, batch: Any, *, add: bool = True) -> list[ArticleReport]:
            raise DedupError("the index is gone")

    async def one() -> None:
        batcher = Batcher(Gone(open_index()))
        try:
            await batcher.judge(Article("a", "x"))
        finally:
            batcher.close()

    with pytest.raises(DedupError, match="gone"):
        asyncio.run(one())
