"""Tables of articles: what is in them, their order of provenance, and their cut into blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from dedup.decoding import exact
from dedup.errors import BadRecord, DedupError, SettingsError
from dedup.model import Article, UpdateOf
from dedup.prefilter.incoming import article_of
from dedup.provenance import evolved_from, family_name
from dedup.readers import read_file
from dedup.readers.files import File
from dedup.readers.options import DEFAULTS, Options
from dedup.readers.outlets import Outlets
from dedup.readers.records import OUTLETS, logged, unforeseen
from dedup.reporter.jsonl import dumps
from dedup.spark.blocks import cut, parts
from dedup.spark.flow import PARCELS, Flow, table_of
from dedup.spark.parcels import Row
from dedup.text.words import new_secret

ARTICLES = (
    "scanned boolean, id string, text string, title string, source string, published string, url string, "
    "language string, extra string, path string, record long, update_of string, family string, evolved string, "
    "place long, bad string"
)
"""A table of articles as the job keeps it. `extra` is JSON; `family` is what versions of one article have in common,
`evolved` the id that it evolved from (see `dedup.provenance`); `place` counts in the order of the input, `bad` says
why a row is no article."""

PLACES = 40
"""Bits of a place that count the records of one file."""


def tables_of(articles: DataFrame, reference: DataFrame | None) -> DataFrame:
    """The articles of tables with any columns: `id` and `text`, and those that a record may have."""
    scanned = _read(articles, True)
    return scanned if reference is None else scanned.union(_read(reference, False))


def _read(table: DataFrame, scanned: bool) -> DataFrame:
    if "bad" in table.columns:  # made by `from_files`
        return table.withColumn("scanned", F.lit(scanned))
    if "id" not in table.columns:
        raise SettingsError('no column "id": reports are known by it')
    if "place" not in table.columns:
        table = table.withColumn("place", F.monotonically_increasing_id())
    return table.mapInArrow(partial(_rows, scanned), ARTICLES)


def _rows(scanned: bool, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    def rows() -> Iterator[tuple[Any, ...]]:
        for batch in batches:
            for values in batch.to_pylist():
                place = values.pop("place")
                try:
                    yield row_of(scanned, article_of(values, File("", "")), place)
                except BadRecord as error:
                    yield _bad_row(scanned, error, place)
                except Exception as error:  # whatever a row holds, the others are judged
                    yield _bad_row(scanned, BadRecord("", None, unforeseen(error)), place)

    return table_of(rows(), ARTICLES)


def from_files(
    session: SparkSession, files: list[File], fields: dict[str, str], path_pattern: str | None, scanned: bool,
    outlets: Outlets = OUTLETS, options: Options = DEFAULTS,
) -> DataFrame:  # fmt: skip
    """The articles of files that every executor can read at these paths, a file a task at most."""
    rows = [(number, file.path, file.name) for number, file in enumerate(files)]
    table = session.createDataFrame(rows, "number long, path string, name string")
    reading = partial(_articles, scanned, fields, path_pattern, outlets, options)
    return table.repartition(max(1, len(files)), "number").mapInArrow(reading, ARTICLES)


def _articles(
    scanned: bool, fields: dict[str, str], path_pattern: str | None, outlets: Outlets,
    options: Options, batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    def rows() -> Iterator[tuple[Any, ...]]:
        for batch in batches:
            for file in batch.to_pylist():
                errors: list[BadRecord] = []
                place = file["number"] << PLACES
                for article in read_file(
                    File(file["path"], file["name"]),
                    fields,
                    path_pattern,
                    errors.append,
                    logged,
                    outlets,
                    options,
                ):
                    yield row_of(scanned, article, place)
                    place += 1
                for error in errors:
                    yield _bad_row(scanned, error, place)

    return table_of(rows(), ARTICLES)


def article_in(row: dict[str, Any]) -> Article:
    """Return the article that a row of the table holds."""
    names = ("id", "text", "title", "source", "published", "url", "language", "path", "record")
    update = UpdateOf(*json.loads(row["update_of"])) if row["update_of"] else None
    return Article(**{name: row[name] for name in names}, extra=exact(row["extra"] or "{}"), update_of=update)


def row_of(scanned: bool, one: Article, place: int) -> tuple[Any, ...]:
    """Return the row of the table that holds an article."""
    names = (one.id, one.text, one.title, one.source, one.published, one.url, one.language)
    extra = dumps(one.extra).decode() if one.extra else ""
    id_, text, title, source, published, url, language = (name and _plain(name) for name in names)
    return (
        scanned, id_, text, title, source, published, url, language, extra, _plain(one.path), one.record,
        dumps(astuple(one.update_of)).decode() if one.update_of else None, _plain(family_name(one)),
        _plain(evolved_from(one) or "") or None, place, None,
    )  # fmt: skip


def _bad_row(scanned: bool, error: BadRecord, place: int) -> tuple[Any, ...]:
    return (scanned, *(None,) * 13, place, str(error))


def _plain(text: str) -> str:
    """The text without lone surrogates, which Arrow has no bytes for."""
    return text.encode("utf-8", "replace").decode()


# --- provenance ---


def blocks_of(flow: Flow, every: DataFrame, most: int, own: tuple[str, ...] = ()) -> DataFrame:
    """Articles in provenance order, cut into blocks of at most `most`: parcels, each block's to itself.

    `own`: the user's files of furniture. Raises `DedupError` where no row is an article.
    """
    good = every.where(F.col("bad").isNull())
    undated = good.agg(F.count("*"), F.count("published")).first()
    if undated is None or undated[0] == 0:
        raise DedupError("no article found")
    keys = ["scanned", *_dated(good)]
    if undated[0] > undated[1]:
        good = good.join(_ranks(flow, good), ["scanned", "place"])
        keys = ["scanned", "rank", "late", "place"]
    done = ("bad", "family", "evolved")
    names = [name for part in ARTICLES.split(", ") if (name := part.split()[0]) not in done]
    return good.orderBy(*keys).select(names).mapInArrow(partial(_cut, most, own, new_secret()), PARCELS)


def _dated(articles: DataFrame) -> list[str | Column]:
    """What dated articles are sorted by: see `dedup.provenance`. Texts sort alike in UTF-8 and by code points."""
    return [F.rtrim(F.col("published"), F.lit("Z")), "source", "id", "text", "place"]


def _ranks(flow: Flow, articles: DataFrame) -> DataFrame:
    """Scanned, place, and what to sort by where some have no date: rank, late.

    An undated article follows all that come before it in the input: it has the highest rank of those. The
    running maximum goes over parts of the input in order; only one number a part comes to the driver.
    """
    dated = articles.where(F.col("published").isNotNull()).orderBy("scanned", *_dated(articles))
    ranks = dated.select("scanned", "place", F.monotonically_increasing_id().alias("rank"))
    placed = articles.select("scanned", "place").join(ranks, ["scanned", "place"], "left")
    placed = flow.kept("ranks", placed.orderBy("scanned", "place").withColumn("part", F.spark_partition_id()))
    highest: dict[bool, int] = {}
    before: list[tuple[bool, int, int]] = []
    parts = placed.groupBy("scanned", "part").agg(F.max("rank").alias("top")).orderBy("scanned", "part")
    for scanned, part, top in parts.collect():
        before.append((scanned, part, highest.get(scanned, -1)))
        highest[scanned] = max(highest.get(scanned, -1), -1 if top is None else top)
    starts = articles.sparkSession.createDataFrame(before, "scanned boolean, part int, start long")
    running = Window.partitionBy("scanned", "part").orderBy("place").rowsBetween(Window.unboundedPreceding, 0)
    latest = F.greatest(F.max("rank").over(running), F.col("start"))  # greatest leaves out what is null
    return placed.join(F.broadcast(starts), ["scanned", "part"]).select(
        "scanned", "place", F.coalesce("rank", latest).alias("rank"), F.col("rank").isNull().alias("late")
    )


def _cut(
    most: int, own: tuple[str, ...], secret: bytes, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    context = TaskContext.get()
    first = (context.partitionId() if context else 0) << 20

    def articles() -> Iterator[tuple[bool, Article]]:
        for batch in batches:
            for row in batch.to_pylist():
                yield row["scanned"], article_in(row)

    def rows() -> Iterator[Row]:
        for number, (scanned, block) in enumerate(cut(articles(), most)):
            yield from parts(first + number, scanned, block, own, secret)

    return table_of(rows(), PARCELS)
