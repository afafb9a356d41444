"""The whole job: a table of articles to a table of reports."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dedup.settings import Settings
from dedup.spark.flow import Flow
from dedup.spark.stages import judged
from dedup.spark.tables import blocks_of, tables_of

BLOCK = 1024
"""Articles in a block."""

SHARD = 1 << 21
"""Words of the corpus for each shard of the keys."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the work is cut up. Never changes an answer."""

    block: int = BLOCK
    shard: int = SHARD


def scan(
    articles: DataFrame,
    settings: Settings | None = None,
    reference: DataFrame | None = None,
    *,
    work_dir: str | None = None,
    plan: Plan | None = None,
) -> DataFrame:
    """Judge every article against all earlier ones, as `dedup.scan` does, and return their reports."""
    plan = plan or Plan()
    flow = Flow(articles.sparkSession, work_dir)
    every = flow.kept("articles", tables_of(articles, reference))
    blocks = flow.kept("blocks", blocks_of(flow, every, plan.block))
    # The words' hashes do not compress.
    size = flow.tagged(blocks, "hashes").agg(F.sum(F.length("data"))).first()
    shards = max(1, (size[0] if size else 0) // (4 * plan.shard))
    return judged(flow, blocks, settings or Settings(), shards)
