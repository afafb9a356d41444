"""`--engine spark`: the scan of a cluster. Part of the command, as `cli` is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from dedup.cli.console import count, writing
from dedup.cli.reading import Reading
from dedup.cli.stories import write_stories
from dedup.errors import BadRecord, DedupError
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from dedup.additions import Additions
    from dedup.readers.files import File
    from dedup.settings import Settings
    from dedup.spark.job import Job
    from dedup.stories import Keep, Told

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
    work_dir: str | None, stories: str | None, reading: Reading, additions: Additions,
) -> float | None:  # fmt: skip
    """Judge the articles of files; return the lowest originality, None where nothing was judged."""
    with _session(master) as session:
        from pyspark.sql import functions as F

        from dedup.spark.telling import told_by, with_parts

        job = _run(session, paths, reference, settings, work_dir, reading, additions)
        reports = job.reports
        if stories:
            told = told_by(job, settings)
            write_stories(told, stories)
            reports = with_parts(job, told)
        _write(reports.orderBy("id", "number").drop("number"), "report", output)
        lowest = job.reports.agg(F.min("originality")).first()
        return lowest[0] if lowest else None


def stories_on_spark(
    paths: Sequence[str], reference: Sequence[str], settings: Settings, keep: Keep, *, master: str | None,
    work_dir: str | None, reading: Reading, additions: Additions,
) -> Told:  # fmt: skip
    """Judge the articles of files there, and tell their stories here."""
    with _session(master) as session:
        from dedup.spark.telling import told_by

        job = _run(session, paths, reference, settings, work_dir, reading, additions)
        return told_by(job, settings, keep)


@contextmanager
def _session(master: str | None) -> Iterator[SparkSession]:
    session = start(master)
    try:
        yield session
    finally:
        session.stop()


def _run(
    session: SparkSession, paths: Sequence[str], reference: Sequence[str], settings: Settings, work_dir: str | None,
    reading: Reading, additions: Additions,
) -> Job:  # fmt: skip
    from pyspark.sql import functions as F

    from dedup.readers import files_under
    from dedup.readers.options import DEFAULTS
    from dedup.spark.job import run
    from dedup.spark.tables import from_files

    outlets, options = reading.outlets(), reading.options
    missing: list[BadRecord] = []
    files, older = (
        list(files_under(*some, on_error=missing.append, options=options)) for some in (paths, reference)
    )
    _tell([str(error) for error in missing], len(missing), reading.strict)

    def table(some: list[File], scanned: bool) -> DataFrame:
        return from_files(
            session, some, dict(reading.fields), reading.path_pattern, scanned, outlets, options
        )

    origin = repr([(file.path, os.path.getsize(file.path)) for file in (*files, None, *older) if file])
    origin += repr(sorted(outlets.aliases.items())) if outlets.aliases else ""
    origin += repr(options) if options != DEFAULTS else ""
    job = run(
        table(files, True),
        settings,
        table(older, False) if older else None,
        work_dir,
        None,
        origin,
        additions,
    )
    bad = job.articles.where(F.col("bad").isNotNull())
    _tell(
        [row["bad"] for row in bad.orderBy("scanned", "place").limit(SHOWN).collect()],
        bad.count(),
        reading.strict,
    )
    broken = [row["error"] for row in job.broken.orderBy("id", "number").limit(SHOWN).collect()]
    _tell(broken, job.broken.count(), reading.strict)
    return job


def _tell(errors: Sequence[str], number: int, strict: bool) -> None:
    if errors and strict:
        raise DedupError(errors[0])
    for error in errors:
        click.echo(visible(str(error)), err=True)
    if number:
        click.echo(f"{count(number, 'file or record', 'files and records')} skipped", err=True)


def _write(table: DataFrame, column: str, output: str) -> None:
    """A folder of Parquet files, or lines of JSON: these come to this machine, a part of them at a time."""
    if output.lower().endswith(".parquet"):
        table.write.mode("overwrite").parquet(output)
        return
    with writing(output) as out:
        for row in table.select(column).toLocalIterator():
            out.write(row[0].encode() + b"\n")
