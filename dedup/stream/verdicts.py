"""Reports as bytes, for an index to keep: all that the article itself does not say."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import orjson

from dedup.index.records import Record
from dedup.model import Article, ArticleReport, Finding, Ledger, Match, SourceShare

Spans: TypeAlias = Sequence[Sequence[int]]
"""Pairs of code points, half open."""


USUAL = (
    b'"quoted":,"recycled":,"reworded":,"carried_over":,"repeated":,"boilerplate":,"foreign":0},[{"id":"https://"'
    b',"source":"","published":"20-T:Z","words":,{"kind":"reworded","paragraph":,"start":,"end":,"words":,'
    b'"match":null,"copies":1,"language":null,"confidence":0.,"reason":"obfuscated","hides":null},'
    b'{"kind":"recycled","paragraph":0,"start":,"end":,"words":,"match":{"id":"https://www.","source":"",'
    b'"published":"2020-00Z","paragraph":0,"start":0,"end":0,"jaccard":0.,"containment":0.,"spans":[[0,1,0,1]]},'
    b'"copies":1,"language":null,"confidence":null,"reason":null,"hides":null}],0,null]["en",279,{"original":27,'
    b'"quoted":0,"recycled":0,"reworded":0,"carried_over":0,"repeated":0,"boilerplate":0,"foreign":0},[],[],0,null]'
)
"""What reports are made of. Deflate begins with it, so that names take no room: a report is a fifth of its JSON.

Other bytes here are another format of the index.
"""


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


def encoded(report: ArticleReport, quotes: Spans | None = None) -> bytes:
    """Return a report as bytes, without what the article itself says; `quotes` are its spans in quotation marks.

    Without them it cannot be judged again.
    """
    deflate = zlib.compressobj(1, wbits=-12, zdict=USUAL)
    fields = [
        report.language,
        report.words,
        report.ledger,
        report.sources,
        report.findings,
        report.revision,
        quotes,
    ]
    return deflate.compress(orjson.dumps(fields)) + deflate.flush()


def _fields(record: Record) -> list[Any]:
    fields: list[Any] = orjson.loads(zlib.decompressobj(-12, USUAL).decompress(record.report))
    return fields


def decoded(record: Record, article: Article) -> ArticleReport:
    """Return the report of an article that is held; title, address and extra are those of `article`."""
    language, count, ledger, sources, findings, revision, _ = _fields(record)
    settled = Ledger(**ledger)
    report = ArticleReport(
        id=record.id, source=record.source, published=record.published, language=language, words=count,
        originality=settled.originality, ledger=settled, sources=tuple(SourceShare(**share) for share in sources),
        findings=tuple(map(_finding, findings)), revision=revision,
    )  # fmt: skip
    return again(report, article)


def quotes_of(record: Record) -> Spans | None:
    """Return the spans in quotation marks; None where they were not kept."""
    spans: Spans | None = _fields(record)[6]
    return spans


def skeleton(quotes: Spans, length: int) -> str:
    """Return a text that has these quotes and nothing else, to find them again without the text they were in.

    >>> from dedup.text.quotes import quoted_spans
    >>> quoted_spans(skeleton([(3, 6), (8, 9)], 12), [(0, 12)])
    [(3, 6), (8, 9)]
    """
    letters = ["x"] * (length + 1)
    for start, end in quotes:
        letters[max(start - 1, 0)], letters[end] = "\u300c", "\u300d"
    return "".join(letters)


def _finding(fields: dict[str, object]) -> Finding:
    match = fields["match"]
    if isinstance(match, dict):
        fields["match"] = Match(**match | {"spans": tuple(map(tuple, match["spans"]))})
    return Finding(**fields)  # type: ignore[arg-type]
