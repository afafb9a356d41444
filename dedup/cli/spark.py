"""`dedup scan --engine spark`: the scan of a cluster. Part of the command, as `cli` is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from dedup.cli.console import writing
from dedup.errors import BadRecord, DedupError
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from dedup.readers.files import File
    from dedup.settings import Settings

SHOWN = 20
"""Files and records that cannot be read, and are named: of more only the number is said."""

_ONE_MACHINE = {
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
}
"""For local masters: no pages, few words, and no more parts than a few cores have use for."""


def start(master: str | None = None) -> SparkSession:
    """A session for `dedup`, as the command starts it: on `master`, or where Spark's own configuration says.

    Raises `MissingExtra` without the packages, `DedupError` without Java.
    """
    from dedup.spark import check_packages

    check_packages()
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and os.path.exists(os.path.join(home, "bin", "java"))):
        raise DedupError(
            "Spark needs Java 17 or later, and there is no java here: install it (Debian and Ubuntu: "
            "apt-get install default-jre-headless) or set JAVA_HOME"
        )
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("dedup").config("spark.ui.showConsoleProgress", "false")
    if master:
        builder = builder.master(master)
        if master.startswith("local"):
            # Run this very Python, not the first of the path.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            for name, value in _ONE_MACHINE.items():
                builder = builder.config(name, value)
    return builder.getOrCreate()


def scan_on_spark(
    paths: Sequence[str], reference: Sequence[str], settings: Settings, *, output: str, master: str | None,
    work_dir: str | None, clusters: str | None, fields: Mapping[str, str], path_pattern: str | None, strict: bool,
) -> float | None:  # fmt: skip
    """Judge the articles of files; return the lowest originality, None where nothing was judged."""
    session = start(master)
    try:
        return _scan(
            session, paths, reference, settings, output, work_dir, clusters, fields, path_pattern, strict
        )
    finally:
        session.stop()


def _scan(
    session: SparkSession, paths: Sequence[str], reference: Sequence[str], settings: Settings, output: str,
    work_dir: str | None, clusters: str | None, fields: Mapping[str, str], path_pattern: str | None, strict: bool,
) -> float | None:  # fmt: skip
    from pyspark.sql import functions as F

    from dedup.readers import files_under
    from dedup.spark.job import clustered, run
    from dedup.spark.tables import from_files

    missing: list[BadRecord] = []
    files, older = (list(files_under(*some, on_error=missing.append)) for some in (paths, reference))
    _tell([str(error) for error in missing], len(missing), strict)

    def table(some: list[File], scanned: bool) -> DataFrame:
        return from_files(session, some, dict(fields), path_pattern, scanned)

    origin = repr([(file.path, os.path.getsize(file.path)) for file in (*files, None, *older) if file])
    job = run(table(files, True), settings, table(older, False) if older else None, work_dir, None, origin)
    bad = job.articles.where(F.col("bad").isNotNull())
    _tell([row["bad"] for row in bad.orderBy("scanned", "place").limit(SHOWN).collect()], bad.count(), strict)
    _write(job.reports.orderBy("id", "number").drop("number"), "report", output)
    if clusters:
        table_ = clustered(job).orderBy("cluster", "number").drop("number")
        _write(table_.withColumn("line", F.to_json(F.struct("id", "cluster"))), "line", clusters)
    lowest = job.reports.agg(F.min("originality")).first()
    return lowest[0] if lowest else None


def _tell(errors: Sequence[str], count: int, strict: bool) -> None:
    if errors and strict:
        raise DedupError(errors[0])
    for error in errors:
        click.echo(visible(str(error)), err=True)
    if count:
        noun = "file or record" if count == 1 else "files and records"
        click.echo(f"{count:,} {noun} skipped", err=True)


def _write(table: DataFrame, column: str, output: str) -> None:
    """A folder of Parquet files, or lines of JSON: these come to this machine, a part of them at a time."""
    if output.lower().endswith(".parquet"):
        table.drop("line").write.mode("overwrite").parquet(output)
        return
    with writing(output) as out:
        for row in table.select(column).toLocalIterator():
            out.write(row[0].encode() + b"\n")
