"""Figures as people read them: numbers, shares with their intervals, tables in Markdown, where a run comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.intervals import is_share, wilson
from benchmarks.results import Result


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others numbers.

    >>> print(table(["kind", "recall"], [["exact", "1.000"]]))
    | kind | recall |
    | --- | ---: |
    | exact | 1.000 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rows_table(rows: Mapping[str, Mapping[str, Any]], first: str = "") -> str:
    """Return a table of rows by name, each a value by column; a row may lack some."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    body = [[name, *(shown(row.get(column)) for column in columns)] for name, row in rows.items()]
    return table([first, *columns], body)


def shown(value: Any) -> str:
    """Return a figure as text.

    >>> shown({"share": 0.95, "of": 100}), shown(None), shown(True), shown("all")
    ('0.950 (.888 to .978; 100)', '–', 'yes', 'all')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_share(value):
        return with_interval(value["share"], value["of"])
    return number(value) if value is None or isinstance(value, (int, float)) else str(value)


def with_interval(share: float | None, cases: int) -> str:
    """Return a share with its 95 % interval and the number of cases.

    >>> with_interval(1.0, 50), with_interval(None, 0)
    ('1.000 (.929 to 1; 50)', '–')
    """
    if share is None:
        return "–"
    low, high = (_bare(bound) for bound in wilson(share, cases))
    return f"{share:.3f} ({low} to {high}; {cases:,})"


def _bare(share: float) -> str:
    return {"0.000": "0", "1.000": "1"}.get(text := f"{share:.3f}", text.lstrip("0"))


def number(value: float | None) -> str:
    """Return three significant places; whole numbers whole; shares near one with four places.

    >>> number(0.99874), number(12.345), number(1234.5), number(3), number(None)
    ('0.9987', '12.3', '1,234', '3', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.4f}" if abs(value) <= 1 else f"{value:.3g}"


def origin(run: Result) -> str:
    """Say what a run was: command, day, machine, versions, commit."""
    machine = run.machine
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    commit = f" · commit {run.engine['commit']}" if run.engine.get("commit") else ""
    cases = f" · {run.cases:,} cases" if run.cases is not None else ""
    return (
        f"<sub>`{run.command}` · {run.date[:10]} · {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']} · {versions}{commit} · "
        f"settings {run.settings}{cases}</sub>"
    )


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that are known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def means(seeds: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> list[float | None]:
    """Of each figure the mean over the seeds."""
    return [mean(run.get(name) for run in seeds.values()) for name in names]


def spans(run: Result, key: str = "spans") -> int:
    """Passages planted for a run of `quality`, all seeds together; `spans_found`: those that were found."""
    seeds = run.figures["seeds"].values()
    return sum(kind.get(key, 0) for seed in seeds for kind in seed["kinds"].values())
