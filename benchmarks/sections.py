"""The sections of benchmarks/README.md, one a benchmark, from its last runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.growth import Point, exponents
from benchmarks.results import Result
from benchmarks.tables import mean, means, number, origin, rows_table, shown, table, with_interval

Figures = Mapping[str, Any]
Section = Callable[[Sequence[Result]], list[str]]


def quality(runs: Sequence[Result]) -> list[str]:
    """Taken words found by kind, the systems side by side, with the interval for so many passages."""
    parts = ["## Stitched news with known answers"]
    for corpus in dict.fromkeys(run.figures["corpus"] for run in runs):
        mine = [run for run in runs if run.figures["corpus"] == corpus]
        columns = {run.figures["system"]: _of_seeds(run.figures["seeds"]) for run in mine}
        kinds = list(dict.fromkeys(kind for column in columns.values() for kind in column["recall"]))
        rows = [[kind, *(column["recall"].get(kind, "–") for column in columns.values())] for kind in kinds]
        for name, label in LABELS.items():
            rows.append([f"*{label}*", *(number(column[name]) for column in columns.values())])
        negatives = list(dict.fromkeys(k for column in columns.values() for k in column["negatives"]))
        for kind in negatives:
            label = f"*hard negatives: {kind}*"
            rows.append([label, *(number(column["negatives"].get(kind)) for column in columns.values())])
        parts += [f"### {corpus}", table(["recall of taken words", *columns], rows), *map(origin, mine)]
    return parts


LABELS = {
    "precision": "precision of flagged words",
    "source_accuracy": "right source of found words",
    "false_per_thousand": "own words flagged in 1,000",
    "mean_originality_error": "originality, mean error",
    "cpu": "CPU seconds",
}


def _of_seeds(seeds: Mapping[str, Figures]) -> dict[str, Any]:
    runs = list(seeds.values())
    kinds = dict.fromkeys(kind for run in runs for kind in run["kinds"])
    negatives = dict.fromkeys(kind for run in runs for kind in run.get("negatives", {}))
    return {
        "recall": {
            kind: with_interval(
                mean(run["kinds"][kind]["recall"] for run in runs),
                sum(run["kinds"][kind].get("spans", 0) for run in runs),
            )
            for kind in kinds
        },
        "negatives": {kind: mean(run["negatives"][kind] for run in runs) for kind in negatives},
        **dict(zip(LABELS, means(seeds, LABELS), strict=True)),
    }


def labelled(runs: Sequence[Result]) -> list[str]:
    """Each set with the systems side by side."""
    columns = {run.figures["system"]: run.figures["sets"] for run in runs}
    parts = ["## Collections with labels"]
    for name in dict.fromkeys(name for sets in columns.values() for name in sets):
        flat = {system: _flat(sets[name]) for system, sets in columns.items() if name in sets}
        keys = dict.fromkeys(key for figures in flat.values() for key in figures)
        rows = [[key, *(shown(figures.get(key)) for figures in flat.values())] for key in keys]
        parts += [f"### {name}", *_explained(name), table(["", *flat], rows)]
    return [*parts, *map(origin, runs)]


def _explained(name: str) -> list[str]:
    """What the set's function says of it, published figures included."""
    from benchmarks.labelled import SETS

    said = SETS[name].__doc__ if name in SETS else None
    return [" ".join(said.split())] if said else []


def _flat(figures: Figures) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in figures.items():
        if isinstance(value, Mapping) and set(value) != {"share", "of"}:
            flat |= {f"{key}: {inner}": part for inner, part in value.items()}
        else:
            flat[key] = value
    return flat


def ablation(runs: Sequence[Result]) -> list[str]:
    """Settings and rules, each with what is found, what is flagged wrongly, and the speed."""
    run = runs[-1]
    rows = {
        name: {
            **row["recall"],
            **{key: value for key, value in row.items() if key not in ("recall", "settings")},
        }
        for name, row in run.figures["variants"].items()
    }
    return ["## What each part buys", rows_table(rows, "settings; then rules taken out"), origin(run)]


SPEED = {
    "floors": "Floors: what reading and splitting alone cost",
    "signatures": "Strings to 128-permutation signatures, word 5-grams",
    "pairs": "JSONL file to pairs, word 5-grams, 32 bands of 4 rows, Jaccard .5",
    "scan": "JSONL file to reports: both nets, alignment, ledger",
    "cores": "One core and all, wall seconds: `dedup scan` and the peers' pairs",
    "growth": "Growth",
    "start": "Start, CPU seconds",
}


def speed(runs: Sequence[Result]) -> list[str]:
    latest: dict[str, Result] = {}
    for run in runs:
        latest.update(dict.fromkeys((name for name in SPEED if name in run.figures), run))
    parts = ["## Speed and memory"]
    for name, title in SPEED.items():
        if name in latest:
            run = latest[name]
            parts += [f"### {title}", _speed_table(name, run.figures[name]), origin(run)]
    return parts


def _speed_table(name: str, figures: Figures) -> str:
    if name in ("cores", "start"):
        return rows_table(
            {key: row if isinstance(row, Mapping) else {"s": row} for key, row in figures.items()}
        )
    if name == "growth":
        return growth_table(figures) + "\n\n![Growth](../docs/growth.svg)"
    head = ["", "CPU s", "MB/s", "times ours", "spread", "peak MiB"]
    quality = any("recall" in figure for figure in figures.values())
    rows = []
    for system, figure in figures.items():
        low, high = figure["ratio_spread"]
        row = [system, number(figure["cpu"]), number(figure["mb_per_s"]), number(figure["ratio"]),
               f"{low:.2f} to {high:.2f}", number(figure["peak_mib"])]  # fmt: skip
        rows.append(row + _of_pairs(figure) * quality)
    if name == "floors":
        head[3] = "times the first"
    drawn = f"\n\n![{SPEED[name]}](plots/{name}.svg)" if name in ("signatures", "pairs") else ""
    return table(head + ["recall", "precision"] * quality, rows) + drawn


def _of_pairs(figure: Figures) -> list[str]:
    """Recall over the near-duplicates that any found, and precision of the pairs."""
    return [
        with_interval(figure[key], figure[of]) if figure.get(of) else number(figure.get(key))
        for key, of in (("recall", "pool"), ("precision", "pairs"))
    ]


def growth_table(figures: Figures) -> str:
    """MB a CPU second by size, and at the largest what our scan takes beside it and the memory."""
    sizes = list(dict.fromkeys(count for row in figures.values() for count in row))
    ours = figures.get("dedup scan", {})
    rows = []
    for name, row in figures.items():
        last = max(row, key=int)
        times = ours[last]["cpu"] / max(1e-6, row[last]["cpu"]) if last in ours else None
        rates = [number(row[count]["mb_per_s"]) if count in row else "–" for count in sizes]
        more = row[last].get("kib_a_further_paragraph")
        rows.append(
            [name, *rates, number(times and round(times, 2)), number(row[last]["peak_mib"]), number(more)]
        )
    head = [f"MB/s, {int(count):,} paragraphs" for count in sizes]
    return table(["", *head, "scan takes times as long", "peak MiB", "KiB a further paragraph"], rows)


def online(runs: Sequence[Result]) -> list[str]:
    """Each store at each size, and how many times one regular expression on the same text it takes."""
    run = runs[-1]
    ideals = run.figures.get("ideals", {})
    regular = ideals.get("re.findall")
    head = ["", "paragraphs held", "CPU ms an article", "articles a CPU s", "alone: median ms", "99 % ms",
            "bytes a paragraph", "peak MiB", "times re.findall"]  # fmt: skip
    rows = [
        [name, "–", number(cost), number(round(1000 / cost)), *["–"] * 4, number(cost / regular)]
        for name, cost in ideals.items()
        if cost and regular
    ]
    rows += [
        [name, *map(number, row.values()), number(row["cpu_ms"] / regular if regular else None)]
        for name, rows in run.figures["systems"].items()
        for row in rows
    ]
    drawn = [
        f"![{what}](plots/online-{key}.svg)" for key, what in (("cpu_ms", "CPU"), ("alone_ms_p99", "Latency"))
    ]
    return ["## The pre-filter as its index grows", table(head, rows), *drawn, origin(run)]


def index(runs: Sequence[Result]) -> list[str]:
    parts = ["## The index alone"]
    for run in runs:
        rows = {f"{int(row['paragraphs']):,}": {k: v for k, v in row.items() if k != "paragraphs"}
                for row in run.figures["sizes"]}  # fmt: skip
        parts += [rows_table(rows, "paragraphs"), origin(run)]
    return parts


def hostile(runs: Sequence[Result]) -> list[str]:
    run = runs[-1]
    rows = {}
    for name, points in run.figures["shapes"].items():
        time, memory = exponents([Point(**point) for point in points])
        seconds = points[-1]["seconds"] if points else None
        rows[name] = {"CPU s at 4n": seconds, "time grows by n to the": time, "memory by n to the": memory}
    return ["## Input made to hurt", rows_table(rows), origin(run)]


def stories(runs: Sequence[Result]) -> list[str]:
    run = runs[-1]
    rows = {name: row if isinstance(row, Mapping) else {"rand": row} for name, row in run.figures.items()}
    return ["## Stories", rows_table(rows), origin(run)]


def translated(runs: Sequence[Result]) -> list[str]:
    """Planted passages by pair of languages, then what is found where nothing is a translation."""
    run = runs[-1]
    rows = {
        name: {
            **{
                f"found, {kind}{' sentences' * kind.isdecimal()}": value
                for kind, value in row["recall"].items()
            },
            **{key: value for key, value in row.items() if key != "recall"},
        }
        for name, row in run.figures.get("planted", {}).items()
    }
    none = {
        title: run.figures[key]
        for key, title in (("one_event", "articles on one event"), ("frames", "reports of one frame"))
        if key in run.figures
    }
    tables = [rows_table(rows)] * bool(rows) + [rows_table(none, "nothing is translated")] * bool(none)
    return ["## Translated passages", *tables, origin(run)]


def spark(runs: Sequence[Result]) -> list[str]:
    run = runs[-1]
    sizes = {f"{int(count):,}": row for count, row in run.figures["sizes"].items()}
    stages = list(dict.fromkeys(stage for row in run.figures["stages"].values() for stage in row))
    moved = {stage: {f"{int(count):,} paragraphs": row.get(stage) for count, row in run.figures["stages"].items()}
             for stage in stages}  # fmt: skip
    return [
        f"## Spark, `{run.figures['master']}`",
        rows_table(sizes, "paragraphs"),
        rows_table(moved, "bytes a paragraph to the shuffle"),
        origin(run),
    ]


def of_rows(title: str, *keys: str) -> Section:
    """A section of one table for each of these figures, all of which are rows by name."""

    def section(runs: Sequence[Result]) -> list[str]:
        run = runs[-1]
        tables = [rows_table(run.figures[key]) for key in keys if run.figures.get(key)]
        return [f"## {title}", *tables, origin(run)]

    return section


def of_groups(title: str, key: str) -> Section:
    """A section of a table for each group of rows: by corpus, or by set."""

    def section(runs: Sequence[Result]) -> list[str]:
        run = runs[-1]
        parts = [f"## {title}"]
        for name, rows in run.figures[key].items():
            first = next(iter(rows.values()), None)
            nested = isinstance(first, Mapping) and set(first) != {"share", "of"}
            parts += [f"### {name}", rows_table(rows if nested else {k: {"": v} for k, v in rows.items()})]
        return [*parts, origin(run)]

    return section


def kills(runs: Sequence[Result]) -> list[str]:
    run = runs[-1]
    return [
        "## `kill -9`",
        rows_table({name: {"": value} for name, value in run.figures.items()}),
        origin(run),
    ]


SECTIONS: dict[str, Section] = {
    "quality": quality,
    "safety": of_rows("Clean news: what is cut, and what is called taken", "languages"),
    "labelled": labelled,
    "short": of_groups("Short copies", "corpora"),
    "language-peers": of_rows("Foreign fragments beside plain detectors", "systems"),
    "language": of_rows("Foreign fragments by kind", "planted", "spans", "news"),
    "language-pairs": of_rows("Lines of a close language", "pairs"),
    "boilerplate": of_groups("Site furniture by line", "sets"),
    "stories": stories,
    "translated": translated,
    "formats": of_rows("Formats", "written", "samples"),
    "speed": speed,
    "online": online,
    "index": index,
    "kills": kills,
    "growth": hostile,
    "spark": spark,
    "ablation": ablation,
}
"""Benchmark to the function that writes its section, in the order of the page."""
