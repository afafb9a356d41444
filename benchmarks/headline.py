"""The short table of docs/comparison.md: a row a tool, and in words where another is better than `dedup`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.results import Result, last
from benchmarks.speed import IDEALS
from benchmarks.tables import means, number, origin, spans, table, with_interval

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the short table: what it is called, whether more is better, and of what cases it is a share."""

    head: str
    what: str
    more: bool = True
    of: str = ""


_COLUMNS = (
    _Column("pairs, MB/s", "faster from a file to pairs"),
    _Column("peak MiB", "smaller in memory", more=False),
    _Column("pairs found", "finds more of the near-duplicate paragraphs", of="pool"),
    _Column("pairs right", "has more of its pairs right", of="pairs"),
    _Column("taken words found", "finds more of the taken words of stitched news", of="spans"),
    _Column("flagged words right", "has more of its flagged words right", of="spans"),
    _Column("originality, mean error", "is nearer to the right originality", more=False),
)


def readme(old: str, runs: Iterable[Result]) -> str:
    """Return the page with its table; one without markers as it is."""
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return old
    return f"{before}{BEGIN}\n{headline(runs)}\n{END}{after}"


def headline(runs: Iterable[Result]) -> str:
    """Return the short table: a row a tool, and in words where another is better than `dedup`."""
    latest = last(runs)
    speed = next((run for run in reversed(latest.get("speed", [])) if "pairs" in run.figures), None)
    quality = [run for run in latest.get("quality", []) if run.figures["corpus"] == "reuters"]
    if speed is None and not quality:
        return "No run is kept yet: `python -m benchmarks all DATA` measures and writes this table."
    values: dict[str, dict[str, float | None]] = {}
    cases: dict[str, dict[str, int]] = {}
    for name, figure in (speed.figures["pairs"] if speed else {}).items():
        if name not in IDEALS:
            keys = ("mb_per_s", "peak_mib", "recall", "precision")
            heads = [column.head for column in _COLUMNS[:4]]
            values[name] = dict(zip(heads, (figure.get(key) for key in keys), strict=True))
            cases[name] = {key: figure[key] for key in ("pool", "pairs") if figure.get(key)}
    for run in quality:
        name = _NAMES.get(run.figures["system"], run.figures["system"])
        measured = means(run.figures["seeds"], ("recall", "precision", "mean_originality_error"))
        values.setdefault(name, {}).update(zip((c.head for c in _COLUMNS[4:]), measured, strict=True))
        cases.setdefault(name, {})["spans"] = spans(run)
    rows = [
        [name, *(_cell(row.get(column.head), cases[name].get(column.of)) for column in _COLUMNS)]
        for name, row in values.items()
    ]
    parts = [
        table(["", *(column.head for column in _COLUMNS)], rows),
        *([_floors(speed)] if speed else []),
        _better(values),
    ]
    parts += [origin(run) for run in ([speed] if speed else []) + quality[:1]]
    return "\n\n".join(part for part in parts if part)


def _cell(value: float | None, cases: int | None) -> str:
    return with_interval(value, cases) if cases else number(value)


_NAMES = {
    "ours": "dedup",
    "floor": "sixty lines of Python",
    "datatrove-sentences": "datatrove, by sentences",
}


def _floors(run: Result) -> str:
    """Say what the same text costs those that only count or decode it, and our whole scan."""
    floors = {name: figure["mb_per_s"] for name, figure in run.figures.get("floors", {}).items()}
    said = {
        "`wc -w`": floors.get("wc -w"),
        "decoding the JSON": floors.get("orjson"),
        "words by one regular expression in Python": floors.get("re.findall"),
        "`dedup scan`, the whole report": run.figures.get("scan", {}).get("dedup", {}).get("mb_per_s"),
    }
    shown = [f"{name} {number(rate)}" for name, rate in said.items() if rate is not None]
    return f"The same text, MB a CPU second: {', '.join(shown)}." if shown else ""


def _better(values: Mapping[str, Mapping[str, float | None]]) -> str:
    """Say in which columns which others are better than `dedup`."""
    ours = values.get("dedup", {})
    sentences = []
    for column in _COLUMNS:
        mine = ours.get(column.head)
        theirs = {name: row.get(column.head) for name, row in values.items() if name != "dedup"}
        ahead = [
            f"{name} ({number(value)})"
            for name, value in theirs.items()
            if value is not None and mine is not None and (value > mine if column.more else value < mine)
        ]
        if ahead:
            sentences.append(f"- {column.what} than `dedup` ({number(mine)}): {', '.join(ahead)}")
    return "Where another is ahead, as measured:\n\n" + "\n".join(sentences) if sentences else ""
