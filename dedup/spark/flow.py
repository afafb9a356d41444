"""Parcels on Spark: functions over all that came to one number, and stages that survive a crash."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from dedup.errors import DedupError
from dedup.spark.parcels import Step

log = logging.getLogger(__name__)

PARCELS = "tag string, to long, origin long, data binary"

AT_ONCE = 16 << 20
"""Bytes of parcels handed to Spark at a time."""

ROWS = 32
"""Rows of a table handed to Python at a time: a row may be a whole block of articles."""


class Flow:
    """Runs the stages of one job. Stages kept under `work_dir` are not run again; without it Spark keeps them
    on its executors' disks."""

    def __init__(self, session: SparkSession, work_dir: str | None) -> None:
        self.session = session
        self._work_dir = work_dir

    def claim(self, job: str) -> None:
        """Make the folder this job's. Raises `DedupError` where another one has begun there."""
        if self._work_dir is None:
            return
        path = f"{self._work_dir}/job"
        try:
            found = self.session.read.schema("job string").parquet(path).first()
        except AnalysisException:
            found = None
        if found is None:
            self.session.createDataFrame([(job,)], "job string").write.mode("overwrite").parquet(path)
        elif found[0] != job:
            raise DedupError(
                f"{self._work_dir}: begun by another job, with other input, settings or version: give another "
                "folder, or delete what is in it"
            )

    def mapped(self, parcels: DataFrame, step: Step) -> DataFrame:
        """Apply a step to each parcel alone, where it is."""
        return parcels.mapInArrow(partial(_each, step), PARCELS)

    def gathered(self, parcels: Sequence[DataFrame], step: Step, schema: str = PARCELS) -> DataFrame:
        """Bring all parcels to the numbers they go to, and apply a step to each number's."""
        every = parcels[0]
        for more in parcels[1:]:
            every = every.union(more)

        def arrived(table: pa.Table) -> pa.Table:  # its hints tell Spark what it is
            return _all(step, schema, table)

        return every.groupBy("to").applyInArrow(arrived, schema)

    def tagged(self, parcels: DataFrame, *tags: str) -> DataFrame:
        """The parcels of some tags."""
        return parcels.where(F.col("tag").isin(*tags))

    def beside(self, parcels: DataFrame, others: DataFrame) -> DataFrame:
        """Of the others those that go where some of the parcels go."""
        where = F.broadcast(parcels.select("to").distinct())
        return others.join(where, "to", "left_semi").select(others.columns)

    def kept(self, name: str, table: DataFrame) -> DataFrame:
        """Run a stage, or read what an earlier run left of it if that is whole."""
        with _small_batches(self.session), _described(self.session, name):
            if self._work_dir is None:
                return table.localCheckpoint(True, StorageLevel.DISK_ONLY)
            path, done = f"{self._work_dir}/{name}", f"{self._work_dir}/{name}.done"
            if not self.exists(done):
                log.info("stage %s", name)
                by = ["tag"] if "tag" in table.columns else []
                table.write.mode("overwrite").partitionBy(*by).parquet(path)
                self.session.createDataFrame([(name,)], "stage string").write.mode("overwrite").parquet(done)
            kept = self.session.read.schema(table.schema).parquet(path)
            return kept.select(table.columns)

    def exists(self, path: str) -> bool:
        try:
            return bool(self.session.read.schema("stage string").parquet(path).count() > 0)
        except AnalysisException:
            return False


@contextmanager
def _described(session: SparkSession, name: str) -> Iterator[None]:
    """Name the stage on Spark's own pages."""
    session.sparkContext.setJobDescription(f"dedup: {name}")
    try:
        yield
    finally:
        session.sparkContext.setJobDescription("")


@contextmanager
def _small_batches(session: SparkSession) -> Iterator[None]:
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = session.conf.get(name)
    session.conf.set(name, str(ROWS))
    try:
        yield
    finally:
        session.conf.set(name, before or "10000")


def _each(step: Step, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    rows = (
        row
        for batch in batches
        for tag, to, origin, data in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        for row in step(to, {tag: [(origin, data)]})
    )
    yield from table_of(rows, PARCELS)


def _all(step: Step, schema: str, table: pa.Table) -> pa.Table:
    tags, to, origins = (table[name].to_pylist() for name in ("tag", "to", "origin"))
    data = table["data"].to_pylist()
    mail: dict[str, list[tuple[int, bytes]]] = {}
    for tag, origin, content in sorted(zip(tags, origins, data, strict=True), key=lambda row: row[1]):
        mail.setdefault(tag, []).append((origin, content))
    return pa.Table.from_batches(table_of(step(to[0], mail), schema), _arrow(schema))


def table_of(rows: Iterable[tuple[Any, ...]], schema: str) -> Iterator[pa.RecordBatch]:
    """Rows as record batches of moderate size."""
    kind = _arrow(schema)
    some: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        some.append(row)
        size += 100 + sum(len(value) for value in row if isinstance(value, (bytes, str)))
        if size >= AT_ONCE:
            yield _batch(some, kind)
            some, size = [], 0
    yield _batch(some, kind)


_TYPES = {
    "string": pa.string(), "long": pa.int64(), "binary": pa.binary(), "double": pa.float64(),
    "boolean": pa.bool_(),
}  # fmt: skip


def _arrow(schema: str) -> pa.Schema:
    return pa.schema([(name, _TYPES[kind]) for name, kind in (part.split() for part in schema.split(","))])


def _batch(rows: list[tuple[Any, ...]], kind: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(kind)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, kind, strict=True)], schema=kind
    )
