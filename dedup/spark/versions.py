"""Deliveries and versions of one article on Spark: see `dedup.provenance.current`."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dedup.provenance import current
from dedup.spark.flow import Flow, table_of
from dedup.spark.tables import ARTICLES, article_in, row_of

KEY = ("scanned", "source", "family")


def current_of(flow: Flow, every: DataFrame) -> DataFrame:
    """The table of articles, each once and in its newest version; rows that are no articles stay.

    Only what shares a source and a name with another is brought together.
    """
    named = _with_evolved(every.where(F.col("bad").isNull()))
    crowds = named.groupBy(*KEY).count().where("count > 1").drop("count")
    if crowds.isEmpty():
        return every
    columns = every.columns
    alone = named.join(crowds, list(KEY), "left_anti").select(columns)
    together = named.join(crowds, list(KEY), "left_semi").select(columns)
    merged = together.groupBy(*KEY).applyInArrow(_merged, ARTICLES)
    return every.where(F.col("bad").isNotNull()).union(alone).union(merged)


def _with_evolved(named: DataFrame) -> DataFrame:
    """Give articles that evolved from others their family; such links are few, and come to the driver."""
    later = named.where(F.col("evolved").isNotNull()).select(
        "scanned", "source", "family", F.col("evolved").alias("id")
    )
    if later.isEmpty():
        return named
    known = named.select("scanned", "source", "id", F.col("family").alias("before"))
    links = later.join(known, ["scanned", "source", "id"]).select(*KEY, "before").distinct().collect()
    rows = _roots((row["scanned"], row["source"], row["family"], row["before"]) for row in links)
    if not rows:
        return named
    roots = named.sparkSession.createDataFrame(
        rows, "scanned boolean, source string, family string, root string"
    )
    joined = named.join(F.broadcast(roots), list(KEY), "left")
    return joined.withColumn("family", F.coalesce("root", "family")).drop("root")


def _roots(links: Iterable[tuple[bool, str, str, str]]) -> list[tuple[bool, str, str, str]]:
    """Return the first name, in their order, of all that are linked with each: rows of `KEY` and root."""
    into: dict[tuple[bool, str, str], tuple[bool, str, str]] = {}

    def root(name: tuple[bool, str, str]) -> tuple[bool, str, str]:
        while into.setdefault(name, name) != name:
            name = into[name]
        return name

    for scanned, source, one, other in links:
        low, high = sorted((root((scanned, source, one)), root((scanned, source, other))))
        into[high] = low
    return [(*name, root(name)[2]) for name in sorted(into)]


def _merged(table: pa.Table) -> pa.Table:
    rows = sorted(table.to_pylist(), key=lambda row: row["place"])
    stands = current(map(article_in, rows))
    kept = (
        row_of(rows[place]["scanned"], article, rows[place]["place"])
        for place, article in zip(stands.places, stands.articles, strict=True)
    )
    return pa.Table.from_batches(table_of(kept, ARTICLES))
