"""Verdicts of a stream: what bounds its index had, and those that it keeps: given again, and judged again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from dedup.index.records import Record
from dedup.model import Article, ArticleReport
from dedup.settings import Settings
from dedup.verdict.bounds import bounded_too
from dedup.verdict.codec import Spans, from_bytes


def with_bounds(
    reports: Sequence[ArticleReport], cut_short: Collection[int], settings: Settings
) -> list[ArticleReport]:
    """The reports with the bounds of an index that were met (see `ArticleReport.bounded`).

    `cut_short` are the places of those that had more ``sources`` to look at than there is room for. An index names
    `Settings.frequent` holders of a key, and one more: of a passage with so many, not all ``copies`` are counted.
    """
    return [
        bounded_too(
            report, sources=place in cut_short,
            copies=any((one.copies or 0) > settings.frequent for one in report.findings),
        )
        for place, report in enumerate(reports)
    ]  # fmt: skip


def again(report: ArticleReport, article: Article) -> ArticleReport:
    """A report that was given before, for the article as it came today."""
    return replace(
        report,
        title=article.title,
        url=article.url,
        path=article.path,
        record=article.record,
        extra=article.extra,
    )


def held_report(record: Record, article: Article) -> ArticleReport:
    """Return the report of an article that is held; title, address and extra are those of `article`."""
    kept = from_bytes(record.report)
    report = ArticleReport(
        id=record.id, source=record.source, published=record.published, language=kept.language, words=kept.words,
        originality=kept.ledger.originality, ledger=kept.ledger, sources=kept.sources, findings=kept.findings,
        revision=kept.revision, judged=kept.judged, translated=kept.translated, credits=kept.credits,
        update_of=kept.update_of, story=kept.story, bounded=kept.bounded, title_match=kept.title_match,
    )  # fmt: skip
    return again(report, article)


def quotes_of(record: Record) -> Spans | None:
    """Return the spans in quotation marks; None where they were not kept."""
    return from_bytes(record.report).quotes
