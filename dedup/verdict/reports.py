"""Verified passages and marks of one article to its report."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.inspector import Inspection
from dedup.match.align import Layout, Passages
from dedup.match.kernels.alignment.rows import REPEATED, REWORDED, TEMPLATE
from dedup.model import Article, ArticleReport, Finding, Kind, Mark, Match, SourceShare
from dedup.settings import Settings
from dedup.text import words
from dedup.text.quotes import quoted_spans
from dedup.verdict.ledger import Claim, settle

UNSEEN = Inspection(None, ())


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles in provenance order and their columns."""

    articles: Sequence[Article]
    layout: Layout


@dataclass(frozen=True, slots=True)
class Evidence:
    """Verified passages in code points, sorted by article, ready to be read out one article after the other.

    `bounds`: rows of each article. `cells`, int64 ``(n, 13)``: paragraph, start, end, first word, end word,
    source article, source paragraph, match start, match end, first span, end span, kind, copies. `shares`,
    float64 ``(n, 2)``: Jaccard and containment. `spans`, ``(m, 4)``.
    """

    bounds: NDArray[np.int64]
    cells: NDArray[np.int64]
    shares: NDArray[np.float64]
    spans: NDArray[np.uint32]


def evidence(layout: Layout, passages: Passages) -> Evidence:
    """Turn word positions into code points and places in the article, all rows at once."""
    columns = layout.columns
    rows, blocks = passages.rows, passages.blocks
    equal = blocks[:, 3] == 0
    before = np.concatenate(([0], np.cumsum(equal)))
    blocks = blocks[equal]
    last = blocks[:, :2] + blocks[:, 2:3] - 1
    spans = np.stack(
        (columns.starts[blocks[:, 0]], columns.ends[last[:, 0]],
         columns.starts[blocks[:, 1]], columns.ends[last[:, 1]]), axis=1,
    )  # fmt: skip
    article, paragraph, t0, t1, source, s_par, s0, s1, _, low, high, kind, _ = rows.T
    first = columns.art_words[article]
    cells = np.stack(
        (paragraph - columns.art_pars[article], columns.starts[t0], columns.ends[t1 - 1], t0 - first, t1 - first,
         source, s_par - columns.art_pars[source], columns.starts[s0], columns.ends[s1 - 1], before[low],
         before[high], kind, passages.copies), axis=1,
    )  # fmt: skip
    bounds = np.searchsorted(article, np.arange(columns.art_words.size))
    return Evidence(bounds, cells.astype(np.int64), np.round(passages.shares, 4), spans)


def report(
    corpus: Corpus, number: int, found: Evidence, inspection: Inspection, settings: Settings,
    furniture: NDArray[np.bool_], quotes: Sequence[tuple[int, int]] | None = None,
) -> ArticleReport:  # fmt: skip
    """The report of article `number` of the corpus. `furniture`: its paragraphs that were learned to be furniture.

    `quotes`: its `quoted_spans`, where they are known and its text is not at hand.
    """
    article = corpus.articles[number]
    columns = corpus.layout.columns
    first, last = columns.art_words[number : number + 2].tolist()
    claims: list[Claim] = []
    if inspection.marks or furniture.any() or found.bounds[number] < found.bounds[number + 1]:
        view = _View(
            columns.starts[first:last], columns.ends[first:last], words.equivalents(columns.flags[first:last]),
            columns.paragraphs(number),
            columns.par_words[columns.art_pars[number] : columns.art_pars[number + 1] + 1] - first,
        )  # fmt: skip
        claims += _taken(corpus, number, found, view)
        quotable = [claim for claim in claims if claim.finding.kind not in ("repeated", "template")]
        if quotable:
            if quotes is None:
                taken = {claim.finding.paragraph for claim in quotable}
                quotes = quoted_spans(article.text, view.paragraphs, taken)
            claims += _quoted(quotes, view, quotable, settings)
        claims += _learned(view, furniture)
        for mark in inspection.marks:
            claims += _marked(view, mark)
    settled = settle(last - first, claims)
    return ArticleReport(
        id=article.id, source=article.source, published=article.published,
        language=inspection.language or article.language,
        words=last - first, originality=settled.ledger.originality, ledger=settled.ledger,
        sources=_sources(settled.findings, settled.won), findings=settled.findings,
        title=article.title, url=article.url, path=article.path, record=article.record, extra=article.extra,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """One article's words (code points), how many words each says as much as, its paragraphs (code points), and the
    first word of each paragraph."""

    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    worth: NDArray[np.float64]
    paragraphs: Sequence[tuple[int, int]]
    par_words: NDArray[np.int64]

    def words(self, start: int, end: int) -> tuple[int, int]:
        """The words that begin in code points ``[start, end)``, counted from the article's first."""
        low, high = np.searchsorted(self.starts, (start, end)).tolist()
        return low, high

    def weight(self, low: int, high: int) -> float:
        """How many words ``[low, high)`` say as much as; as they are counted where columns come without flags."""
        return float(self.worth[low:high].sum()) if self.worth.size else high - low


def _taken(corpus: Corpus, number: int, found: Evidence, view: _View) -> Iterator[Claim]:
    """The claims of an article's verified passages."""
    low, high = found.bounds[number], found.bounds[number + 1]
    home = corpus.articles[number].source
    shares = found.shares[low:high].tolist()
    for cells, (jaccard, containment) in zip(found.cells[low:high].tolist(), shares, strict=True):
        par, start, end, first, last, source, s_par, m_start, m_end, span, span_end, code, copies = cells
        other = corpus.articles[source]
        kind: Kind = "recycled"
        if code == REPEATED:
            kind = "repeated"
        elif code == TEMPLATE:
            kind = "template"
        elif code == REWORDED:
            kind = "reworded"
        elif other.source and other.source == home:
            kind = "carried_over"
        spans = tuple(map(tuple, found.spans[span:span_end].tolist()))
        match = Match(
            other.id, other.source, other.published, s_par, m_start, m_end, jaccard, containment, spans
        )
        count = None if kind == "repeated" else copies
        claim = Claim(Finding(kind, par, start, end, last - first, match, count), first, last)
        if kind == "template":
            yield from _runs(claim, match, view)
        else:
            yield claim


def _runs(claim: Claim, match: Match, view: _View) -> Iterator[Claim]:
    """The claims of a frame: one for each run of its words, as what stands between them is the article's own."""
    runs: list[tuple[int, int, list[tuple[int, int, int, int]]]] = []
    for span in match.spans:
        first, last = view.words(*span[:2])
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], last, [*runs[-1][2], span])
        else:
            runs.append((first, last, [span]))
    for first, last, spans in runs:
        there = replace(match, start=spans[0][2], end=spans[-1][3], spans=tuple(spans))
        start, end = spans[0][0], spans[-1][1]
        yield Claim(
            replace(claim.finding, start=start, end=end, words=last - first, match=there), first, last
        )


def _quoted(
    quotes: Sequence[tuple[int, int]], view: _View, claims: Sequence[Claim], settings: Settings
) -> Iterator[Claim]:
    """The parts of verified passages that stand inside quotation marks. Quotes are disjoint and in order."""
    spoken = [q for q in (view.words(*quote) for quote in quotes) if view.weight(*q) >= settings.quote_words]
    for claim in claims:
        match = claim.finding.match
        if match is None:
            continue
        held = [
            (max(low, claim.first), min(high, claim.last))
            for low, high in _overlapping(spoken, claim.first, claim.last)
        ]
        parts = [(int(view.starts[first]), int(view.ends[last - 1])) for first, last in held]
        for (first, last), (begin, finish), spans in zip(
            held, parts, _shared(match.spans, parts), strict=True
        ):
            if spans:
                inside = replace(match, start=spans[0][2], end=spans[-1][3], spans=tuple(spans))
                finding = replace(
                    claim.finding, kind="quoted", start=begin, end=finish, words=last - first, match=inside
                )
                yield Claim(finding, first, last)


def _overlapping(ranges: Sequence[tuple[int, int]], first: int, last: int) -> Sequence[tuple[int, int]]:
    """Those of some disjoint ranges, in order, that share something with ``[first, last)``."""
    begin = bisect_right(ranges, first, key=lambda r: r[1])
    return ranges[begin : bisect_left(ranges, last, begin, key=lambda r: r[0])]


def _shared(
    spans: Iterable[tuple[int, int, int, int]], parts: Sequence[tuple[int, int]]
) -> list[list[tuple[int, int, int, int]]]:
    """What of the spans lies in each of some parts, which are disjoint and in order."""
    places = {part: place for place, part in enumerate(parts)}
    found: list[list[tuple[int, int, int, int]]] = [[] for _ in parts]
    for span in spans:
        for part in _overlapping(parts, span[0], span[1]):
            found[places[part]] += _clipped([span], *part)
    return found


def _clipped(
    spans: Iterable[tuple[int, int, int, int]], begin: int, end: int
) -> Iterator[tuple[int, int, int, int]]:
    """Spans inside ``[begin, end)``. Equal words may differ in length (ß and ss), so ends are kept in bounds."""
    for start, stop, other, other_stop in spans:
        low, high = max(start, begin), min(stop, end)
        if low < high:
            m_low = min(other + low - start, other_stop)
            yield low, high, m_low, max(other_stop - (stop - high), m_low)


def _learned(view: _View, furniture: NDArray[np.bool_]) -> Iterator[Claim]:
    for paragraph in np.flatnonzero(furniture).tolist():
        first, last = view.par_words[paragraph : paragraph + 2].tolist()
        if first < last:
            start, end = view.paragraphs[paragraph]
            yield Claim(
                Finding("boilerplate", paragraph, start, end, last - first, reason="learned"), first, last
            )


def _marked(view: _View, mark: Mark) -> Iterator[Claim]:
    """The claims of a mark, one a paragraph it touches; marks that hold no word say nothing of words."""
    for paragraph, (par_start, par_end) in enumerate(view.paragraphs):
        start, end = max(mark.start, par_start), min(mark.end, par_end)
        if start < end:
            first, last = view.words(start, end)
            if first < last or mark.kind == "obfuscated":
                finding = Finding(
                    mark.kind, paragraph, start, end, last - first, language=mark.language,
                    confidence=mark.confidence, reason=mark.reason, hides=mark.hides,
                )  # fmt: skip
                yield Claim(finding, first, last)


def _sources(findings: Sequence[Finding], won: Sequence[int]) -> tuple[SourceShare, ...]:
    """Who the words were taken from, the largest share first."""
    words: dict[tuple[str, str, str | None], int] = {}
    for finding, count in zip(findings, won, strict=True):
        if finding.match is not None and finding.kind not in ("repeated", "template"):
            key = (finding.match.id, finding.match.source, finding.match.published)
            words[key] = words.get(key, 0) + count
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0][1], item[0][0]))
    return tuple(SourceShare(*key, count) for key, count in ranked)
