"""What of an article was not looked at to its end, said in its report."""

from __future__ import annotations

from dataclasses import replace

from dedup.model import ArticleReport


def bounded_too(report: ArticleReport, *, sources: bool, copies: bool) -> ArticleReport:
    """A report that names these too (see `ArticleReport.bounded`); ``sources`` only if some of its words have none."""
    more = [
        name for name, met in (("sources", sources and report.ledger.original), ("copies", copies)) if met
    ]
    return replace(report, bounded=(*report.bounded, *more)) if more else report
