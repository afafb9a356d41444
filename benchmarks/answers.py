"""The five figures of docs/how-good.md: found, wrongly flagged, right source, foreign, furniture; and speed.

Each names its data, the interval, the cases and the best of the others on the same data. What was not run is said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.results import Result, last
from benchmarks.sections import growth_table
from benchmarks.tables import means, number, origin, spans, table, with_interval

Latest = Mapping[str, Sequence[Result]]

DETECTORS = ("lingua", "cld2", "cld3", "fasttext")


@dataclass(frozen=True, slots=True)
class Answer:
    """A row: what a user asks, the figure, on what, and who of the others comes nearest."""

    question: str
    figure: str
    data: str
    others: str
    run: Result | None

    @property
    def cells(self) -> list[str]:
        version = self.run.versions.get("dedup-news", "") if self.run else ""
        return [self.question, self.figure, self.data, self.others, version]


def answers(runs: Iterable[Result]) -> str:
    """Return the table, the speed as feeds grow, and where each comes from."""
    latest = last(runs)
    rows = [row for ask in (_found, _wrongly, _clean, _source, _foreign, _furniture) for row in ask(latest)]
    head = ["", "`dedup`", "of what", "the best of the others", "version"]
    parts = [table(head, [row.cells for row in rows]), *_growth(latest)]
    used = [row.run for row in rows if row.run] + [run for run in _speeds(latest)]
    return "\n\n".join([*parts, *dict.fromkeys(map(origin, used))])


def _missing(question: str) -> list[Answer]:
    return [Answer(question, "not run yet", "–", "–", None)]


def _stitched(latest: Latest, name: str) -> tuple[Result | None, dict[str, float]]:
    """Our run on stitched Reuters news, and a figure of each other system."""
    runs = {
        run.figures["system"]: run for run in latest.get("quality", []) if run.figures["corpus"] == "reuters"
    }
    values = {system: means(run.figures["seeds"], [name])[0] for system, run in runs.items()}
    return runs.get("ours"), {
        system: value
        for system, value in values.items()
        if value is not None and system not in ("ours", "floor")
    }


def _best(values: Mapping[str, float], most: bool = True) -> str:
    if not values:
        return "–"
    name = (max if most else min)(values, key=lambda system: values[system])
    return f"{name} {number(values[name])}"


def _found(latest: Latest) -> list[Answer]:
    question = "**Found**: of the words that were taken, so many are found"
    run, others = _stitched(latest, "recall")
    if run is None:
        return _missing(question)
    figure = with_interval(means(run.figures["seeds"], ["recall"])[0], spans(run))
    return [Answer(question, figure, "passages of 14 kinds, stitched into Reuters news", _best(others), run)]


def _wrongly(latest: Latest) -> list[Answer]:
    question = "**Wrongly flagged**: of 1,000 own words, so many are called taken"
    run, others = _stitched(latest, "false_per_thousand")
    if run is None:
        return _missing(question)
    figure = number(means(run.figures["seeds"], ["false_per_thousand"])[0])
    words = sum(seed.get("own_words", 0) for seed in run.figures["seeds"].values())
    return [
        Answer(question, f"{figure} (of {words:,})", "own words of the same pages", _best(others, False), run)
    ]


def _clean(latest: Latest) -> list[Answer]:
    question = "… and of articles that copied nothing, in so many nothing is"
    run = next(iter(latest.get("safety", [])), None)
    if run is None:
        return _missing(question)
    row = run.figures["languages"]["all"]
    share = row["of these none called taken"]
    data = f"clean news in {len(run.figures['languages']) - 1} languages"
    return [Answer(question, with_interval(share["share"], share["of"]), data, "–", run)]


def _source(latest: Latest) -> list[Answer]:
    question = "**Right source**: of the words found, so many name an article that has them"
    run, others = _stitched(latest, "source_accuracy")
    if run is None:
        return _missing(question)
    figure = with_interval(means(run.figures["seeds"], ["source_accuracy"])[0], spans(run, "spans_found"))
    return [Answer(question, figure, "the passages found there", _best(others), run)]


def _foreign(latest: Latest) -> list[Answer]:
    question = "**Foreign**: of lines of 1 to 15 words in another language, so many are found; right of what is flagged"
    run = next(iter(latest.get("language-peers", [])), None)
    if run is None or "dedup" not in run.figures["systems"]:
        return _missing(question)
    systems = run.figures["systems"]
    others = {name: row["F1"] for name, row in systems.items() if name in DETECTORS}
    best = max(others, key=lambda name: others[name], default=None)
    near = f"{best} {number(systems[best]['recall'])}; {number(systems[best]['precision'])}" if best else "–"
    ours = systems["dedup"]
    cases = run.cases or 300
    figure = f"{with_interval(ours['recall'], cases)}; {with_interval(ours['precision'], cases)}"
    return [Answer(question, figure, "NTREX-128 news, languages and documents not looked at", near, run)]


def _furniture(latest: Latest) -> list[Answer]:
    question = "**Furniture**: of lines that are no article, so many are found; right of what is flagged"
    run = next(iter(latest.get("boilerplate", [])), None)
    if run is None:
        return _missing(question)
    rows = run.figures["sets"]["all"]
    ours = rows["dedup, corpus"]
    plain = {name: row for name, row in rows.items() if "dedup" not in name and "HTML" not in name}
    best = max(plain, key=lambda name: plain[name]["F1"], default=None)
    near = _two(plain[best]) if best else "–"
    figure = f"{_interval(ours['recall'])}; {_interval(ours['precision'])}"
    data = "lines of real pages without markup, the half not looked at"
    return [Answer(question, figure, data, f"{best} {near}" if best else near, run)]


def _interval(share: Mapping[str, Any]) -> str:
    return with_interval(share["share"], share["of"])


def _two(row: Mapping[str, Any]) -> str:
    return f"{number(row['recall']['share'])}; {number(row['precision']['share'])}"


def _speeds(latest: Latest) -> list[Result]:
    return [run for run in latest.get("speed", []) if "growth" in run.figures][-1:]


def _growth(latest: Latest) -> list[str]:
    parts = []
    for run in _speeds(latest):
        parts += ["## Speed as the feed grows", "![MB a CPU second by paragraphs](growth.svg)"]
        parts.append(growth_table(run.figures["growth"]))
    return parts
