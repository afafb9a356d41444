"""The table of docs/pipelines.md: what an index costs, from the last runs of `index` and `kills`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.results import Result, last
from benchmarks.tables import number, origin, table

Row = Mapping[str, Any]

FEED, KEYS, REDIS, REDIS_KEYS, REPLAY = (), ("--keys",), ("--redis",), ("--keys", "--redis"), ("--replay",)
"""The ways in which `index` is run, by their options."""


def costs(runs: Iterable[Result]) -> str:
    """Return the table, what a window holds and what kills lost, and where each comes from."""
    latest = last(runs)
    ways = {_way(run): run for run in latest.get("index", [])}
    feed, keys, redis, redis_keys = (_sizes(ways.get(way)) for way in (FEED, KEYS, REDIS, REDIS_KEYS))
    sizes = list(feed)
    rows = [
        ["judging and adding in batches of 100, articles a CPU second", feed, redis, "articles a CPU s"],
        ["one article by itself, ms of CPU, median", feed, redis, "one: CPU ms p50"],
        ["the same, 99th percentile", feed, redis, "CPU ms p99"],
        [
            "the index alone, 32 keys a paragraph, µs of CPU a paragraph",
            keys,
            redis_keys,
            "CPU µs a paragraph",
        ],
        ["bytes a paragraph, all that verification needs included", feed, redis, "bytes a paragraph"],
        ["opening again, seconds", feed, redis, "reopened in s"],
    ]
    body = [
        [what, *(number(_nearest(here, size).get(key)) for size in sizes), number(_largest(there).get(key))]
        for what, here, there, key in rows
    ]
    parts = [table(["", *(f"{size:,} paragraphs" for size in sizes), "on Redis, with the server's"], body)]
    parts += _window(ways.get(REPLAY)) + _killed(latest.get("kills", []))
    return "\n\n".join([*parts, *(origin(run) for run in [*ways.values(), *latest.get("kills", [])])])


def _way(run: Result) -> tuple[str, ...]:
    return tuple(option for option in ("--keys", "--redis", "--replay") if option in run.command)


def _sizes(run: Result | None) -> dict[int, Row]:
    """The rows of a run by their sizes, rounded down to what was asked for."""
    if run is None:
        return {}
    rows = run.figures["sizes"]
    return {int(float(f"{row['paragraphs']:.1e}")): row for row in rows}


def _nearest(rows: Mapping[int, Row], size: int) -> Row:
    return rows.get(size, {})


def _largest(rows: Mapping[int, Row]) -> Row:
    return rows[max(rows)] if rows else {}


def _window(run: Result | None) -> list[str]:
    if run is None:
        return []
    rows = run.figures["sizes"]
    first, final = rows[-min(6, len(rows))], rows[-1]
    last_day, before = (number(row["bytes on disk"] / 1e6) for row in (final, first))
    return [
        f"A feed of {final['day']} days with `--window 30d` takes {last_day} MB on its last day, for "
        f"{final['paragraphs']:,} paragraphs, and {before} MB on day {first['day']}."
    ]


def _killed(runs: Iterable[Result]) -> list[str]:
    return [
        f"{run.figures['processes killed']} times `kill -9` lost {run.figures['of these lost']:,} of "
        f"{run.figures['lines acknowledged']:,} acknowledged lines; {run.figures['outputs that differ']} of "
        f"{run.figures['outputs compared with an undisturbed run']} outputs differ from those of an undisturbed run."
        for run in runs
    ]
