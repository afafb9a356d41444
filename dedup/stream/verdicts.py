"""Verdicts that an index keeps: given again, and judged again without the text."""

from __future__ import annotations

from dataclasses import replace

from dedup.index.records import Record
from dedup.model import Article, ArticleReport
from dedup.verdict.codec import Spans, from_bytes


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
