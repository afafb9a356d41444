"""The same stages on Apache Spark, for what does not fit one machine.

The answer is that of `dedup.scan`, byte for byte. Needs ``pip install '.[spark]'`` in a checkout, and Java 17 or later
where Spark runs; `dedup` must be installed on the executors too. See docs/scale.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.additions import NOTHING, Additions
from dedup.readers.extras import needed
from dedup.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from dedup.spark.job import Plan
    from dedup.stories import Told

__all__ = ["scan", "stories"]


def scan(
    articles: DataFrame,
    settings: Settings | None = None,
    reference: DataFrame | None = None,
    *,
    work_dir: str | None = None,
    plan: Plan | None = None,
    additions: Additions = NOTHING,
) -> DataFrame:
    """Judge every article against all earlier ones: a row for each, with its report as `dedup scan` writes it.

    `articles` and `reference` have the columns ``id`` and ``text`` and, if they like, title, source, published,
    url and language; others are carried through in the report. A column ``place``, a whole number, says where in
    the input an article stands; only articles without a date need it. Rows that are no article are left out,
    and counted in the log.

    The result has id, source, published, language, words, originality, ``report`` (a line of JSON) and ``number``,
    which orders articles by provenance. The work is done when this returns. Stages written under `work_dir`, a
    folder that all executors reach, are not run again when a job that broke off is started anew; a folder that
    another job has begun is refused. `additions`: see `dedup.scan`. `plan` never changes an answer.
    """
    check_packages()
    from dedup.spark.job import run

    return run(articles, settings or Settings(), reference, work_dir, plan, additions=additions).reports


def stories(
    articles: DataFrame,
    settings: Settings | None = None,
    reference: DataFrame | None = None,
    *,
    work_dir: str | None = None,
    plan: Plan | None = None,
    additions: Additions = NOTHING,
) -> Told:
    """The stories of the articles (see `dedup.stories`), told in the memory of the driver, some 600 bytes an article.

    After a `scan` with the same `work_dir` only this is run.
    """
    check_packages()
    from dedup.spark.job import run
    from dedup.spark.telling import told_by

    settings = settings or Settings()
    return told_by(run(articles, settings, reference, work_dir, plan, additions=additions), settings)


def check_packages() -> None:
    """Raise `MissingExtra` where a package that Spark needs is not installed."""
    for package in ("pyspark", "pandas", "pyarrow"):
        needed(package, "spark")
