"""What is measured: systems that judge articles, each in a function that anyone can read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from benchmarks.floor import floor
from dedup.evaluate import Judgement, judgement
from dedup.model import Article

System = Callable[[Sequence[Article], Collection[str]], list[Judgement]]
"""Takes a feed and the ids of interest; gives a judgement for each of these, in any order."""


def ours(settings: dict[str, str] | None = None) -> System:
    """Return `dedup` with the default settings, or with some changed."""

    def run(articles: Sequence[Article], wanted: Collection[str]) -> list[Judgement]:
        from dedup import Settings, scan

        reports = scan(articles, Settings().with_values(settings or {}))
        return [judgement(report) for report in reports if report.id in wanted]

    return run


def system(name: str, settings: dict[str, str]) -> System:
    """Return a system by its name: ``ours`` or ``floor``."""
    return {"ours": ours(settings), "floor": floor}[name]
