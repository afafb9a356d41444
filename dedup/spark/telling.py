"""Stories of a job's reports: what they are told from is taken where the reports are, and told in one place.

A story may lead through any part of the corpus, but all that it is told from is some hundred bytes an article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dedup.settings import Settings
from dedup.spark.flow import table_of
from dedup.spark.job import Job
from dedup.stories import Keep, Node, Told, node_of, told
from dedup.stories.nodes import Key, Share
from dedup.verdict.codec import from_dict

NODES = "number long, node string"


def told_by(job: Job, settings: Settings, keep: Keep | None = None) -> Told:
    """Tell the stories of a job that is done, in the memory of the driver."""
    nodes = _nodes_of(job)
    rows = nodes.orderBy("number").select("node").toLocalIterator()
    return told([node_from(row[0]) for row in rows], settings, keep)


def with_parts(job: Job, told: Told) -> DataFrame:
    """The job's reports, each of which says its story."""
    numbers = [row[0] for row in _nodes_of(job).orderBy("number").select("number").toLocalIterator()]
    parts = ((number, part.id, part.role) for number, part in zip(numbers, told.parts(), strict=True))
    table = job.reports.sparkSession.createDataFrame(list(parts), "number long, root string, role string")
    story = F.to_json(F.struct(F.col("root").alias("id"), "role"))
    said = F.concat(F.expr("substring(report, 1, length(report) - 1)"), F.lit(',"story":'), story, F.lit("}"))
    return job.reports.join(table, "number").withColumn("report", said).select(job.reports.columns)


def _nodes_of(job: Job) -> DataFrame:
    return job.flow.kept("nodes", job.reports.select("number", "report").mapInArrow(_nodes, NODES))


def _nodes(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    def rows() -> Iterator[tuple[Any, ...]]:
        for batch in batches:
            for row in batch.to_pylist():
                yield row["number"], node_to(node_of(from_dict(orjson.loads(row["report"]))))

    return table_of(rows(), NODES)


def node_to(node: Node) -> str:
    """A node as a line of JSON."""
    return orjson.dumps(node, default=_plain).decode()


def _plain(value: Key | Share | bytes) -> object:
    return value.hex() if isinstance(value, bytes) else tuple(value)


def node_from(data: str) -> Node:
    """Undo `node_to`."""
    value = orjson.loads(data)
    sources = tuple(
        Share(Key(*key), words, quoted, bytes.fromhex(passages))
        for key, words, quoted, passages in value.pop("sources")
    )
    return Node(**value | {"key": Key(*value["key"]), "sources": sources, "credits": tuple(value["credits"])})
