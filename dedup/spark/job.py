"""The whole job: tables of articles to tables of reports."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dedup.additions import NOTHING, Additions
from dedup.errors import SettingsError
from dedup.index.engine import engine
from dedup.settings import Settings
from dedup.spark.flow import Flow
from dedup.spark.stages import judged
from dedup.spark.tables import blocks_of, tables_of
from dedup.spark.versions import current_of
from dedup.version import __version__

log = logging.getLogger(__name__)

BLOCK = 4096
"""Most articles in a block: it is what a task has in memory at a time, some ten kilobytes an article."""

SHARD = 1 << 21
"""Words of the corpus for each shard of the keys, some hundred bytes a word in memory."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the work is cut up. Never changes an answer.

    By default a block has `BLOCK` articles, or fewer, so that each core has some blocks to work on.
    """

    block: int | None = None
    shard: int = SHARD


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is done: what carries its parcels, what was read, and what came of it.

    `broken` are the articles that cannot be judged: id, ``number`` and ``error``.
    """

    flow: Flow
    articles: DataFrame
    blocks: DataFrame
    reports: DataFrame
    broken: DataFrame


def run(
    articles: DataFrame,
    settings: Settings,
    reference: DataFrame | None,
    work_dir: str | None,
    plan: Plan | None,
    origin: str = "",
    additions: Additions = NOTHING,
) -> Job:
    """Run all stages that were not run before. `origin` names what is read, to tell it from other input."""
    if settings.translated_days:
        raise SettingsError(
            f"translated_days = {settings.translated_days}: Spark does not look for translations; a scan does"
        )
    plan = plan or Plan()
    flow = Flow(articles.sparkSession, work_dir)
    flow.claim(name_of(settings, origin, additions))
    read = flow.kept("read", tables_of(articles, reference))
    every = flow.kept("articles", current_of(flow, read))
    count, bad = (every.where(F.col("bad").isNull() == good).count() for good in (True, False))
    if bad:
        log.warning("%d rows are no articles and were left out", bad)
    if gone := read.count() - count - bad:
        log.warning("%d articles came again unchanged, or were replaced by newer versions of the same", gone)
    cores = articles.sparkSession.sparkContext.defaultParallelism
    block = plan.block or max(64, min(BLOCK, count // (4 * cores)))
    blocks = flow.kept("blocks", blocks_of(flow, every, block, additions.furniture))
    # The hashes of words take four bytes each: they do not compress.
    size = flow.tagged(blocks, "hashes").agg(F.sum(F.length("data"))).first()
    shards = max(1, (size[0] if size else 0) // (4 * plan.shard))
    verdicts = judged(flow, blocks, settings, shards, additions.ignored)
    reports = verdicts.where(F.col("error").isNull()).drop("error")
    broken = verdicts.where(F.col("error").isNotNull()).select("id", "number", "error")
    if lost := broken.count():
        log.warning("%d articles cannot be judged and have no report", lost)
    return Job(flow, every, blocks, reports, broken)


def name_of(settings: Settings, origin: str, additions: Additions = NOTHING) -> str:
    """All that the answers of a job depend on, beside its articles: whoever may use what another left half done."""
    return f"{__version__} {engine()} {settings.id} {additions.id} {origin}"
