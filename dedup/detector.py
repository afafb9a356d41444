"""Wires the stages: articles in, reports out. No input or output of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from dedup import align, fingerprints, kernels, lsh, shingling, words
from dedup.ledger import Claim, settle
from dedup.model import Article, ArticleReport, Finding, Match, SourceShare
from dedup.provenance import provenance_order
from dedup.quotes import quoted_spans
from dedup.settings import Settings

Progress = Callable[[str, int, int], None]
"""Told the stage's name, and how much of how much is done."""

CHUNK = 256
"""Articles a worker takes at a time: they set the pace, never the answer."""

T = TypeVar("T")
R = TypeVar("R")


def scan(
    articles: Iterable[Article],
    settings: Settings | None = None,
    *,
    reference: Iterable[Article] = (),
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[ArticleReport]:
    """Judge every article against all earlier ones; reports come in the order of the input.

    `reference` articles count as earlier than everything scanned and get no report. The reports depend
    neither on `workers` nor, where all articles are dated, on the order of the input.

    >>> story = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    >>> feed = [Article("a", story, source="one"), Article("b", story, source="two")]
    >>> [report.originality for report in scan(feed)]
    [1.0, 0.0]
    """
    settings = settings or Settings()
    told = progress or _silent
    older, scanned = list(reference), list(articles)
    order = [*provenance_order(older), *(len(older) + i for i in provenance_order(scanned))]
    ordered = [older[i] if i < len(older) else scanned[i - len(older)] for i in order]
    with ThreadPoolExecutor(max(1, workers)) as pool:
        corpus = _read(ordered, pool, told)
        passages = _passages(corpus, len(older), settings, pool, told)
    rank = {place: number for number, place in enumerate(order)}
    bounds = np.searchsorted(passages.rows[:, 0], np.arange(len(ordered) + 1))
    for number in range(len(scanned)):
        article = rank[len(older) + number]
        yield _report(corpus, article, passages, range(bounds[article], bounds[article + 1]), settings)
        told("judging", number + 1, len(scanned))


@dataclass(frozen=True, slots=True)
class _Corpus:
    """Articles in provenance order and their columns."""

    articles: Sequence[Article]
    layout: align.Layout


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _in_order(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    return pool.map(work, items)


def _read(articles: Sequence[Article], pool: ThreadPoolExecutor, told: Progress) -> _Corpus:
    parts = []
    done = 0
    for part in _in_order(pool, words.split, words.batches(article.text for article in articles)):
        parts.append(part)
        done += part.art_words.size - 1
        told("splitting", done, len(articles))
    return _Corpus(articles, align.lay_out(words.joined(parts)))


def _passages(
    corpus: _Corpus, first: int, settings: Settings, pool: ThreadPoolExecutor, told: Progress
) -> align.Passages:
    """Verified passages of the articles from place `first` on."""
    layout = corpus.layout
    columns = layout.columns
    width = settings.shingle_words
    postings = fingerprints.post(columns, layout.posted, width, settings.frequent)
    sure = [align.exact_pairs(layout)]
    if settings.nets != "fingerprints":
        sure.append(_near_duplicates(layout, settings))
    known = np.unique(np.concatenate(sure))

    def verified(start: int) -> align.Passages:
        stop = min(start + CHUNK, len(corpus.articles))
        low, high = np.searchsorted(known, np.array([start, stop], np.uint64) << np.uint64(32))
        pairs = known[low:high]
        if settings.nets != "lsh":
            proposed = kernels.propose(
                start, stop, columns.par_words, columns.art_words, columns.art_pars, postings.entries,
                postings.head, layout.par_blocks, layout.posted, settings.frequent, settings.candidates,
            )  # fmt: skip
            pairs = np.union1d(pairs, proposed)
        found = align.verify(layout, start, stop, pairs, settings)
        return align.count_copies(layout, postings, found, width)

    parts = []
    for start, part in zip(
        range(first, len(corpus.articles), CHUNK),
        _in_order(pool, verified, range(first, len(corpus.articles), CHUNK)),
        strict=True,
    ):
        parts.append(part)
        told("aligning", min(start + CHUNK, len(corpus.articles)) - first, len(corpus.articles) - first)
    return align.without_standing_phrases(align.joined(parts), settings)


def _near_duplicates(layout: align.Layout, settings: Settings) -> align.Pairs:
    """Candidates of the LSH net."""
    bands, rows = lsh.choose_bands(settings)
    shingled = shingling.shingles(layout.columns, settings.shingle_words)
    kept = np.flatnonzero(layout.posted & (np.diff(layout.columns.par_words) >= settings.min_words))
    keys = []
    for start in range(0, kept.size, 1 << 16):
        part = kept[start : start + (1 << 16)]
        signatures = shingling.sign(shingled.taken(part), settings.permutations, settings.seed, bands * rows)
        keys.append(lsh.band_keys(signatures, bands, rows))
    if not keys:
        return np.empty(0, np.uint64)
    pairs = lsh.candidates(np.concatenate(keys))
    later = kept[(pairs >> np.uint64(32)).astype(np.int64)]
    earlier = kept[(pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)]
    articles = layout.par_articles[later].astype(np.uint64)
    found = (articles << np.uint64(32)) | earlier.astype(np.uint64)
    return found[layout.par_articles[later] != layout.par_articles[earlier]]


# --- one article ---


def _report(
    corpus: _Corpus, number: int, passages: align.Passages, rows: range, settings: Settings
) -> ArticleReport:
    article = corpus.articles[number]
    columns = corpus.layout.columns
    first = int(columns.art_words[number])
    count = int(columns.art_words[number + 1]) - first
    view = _View(corpus, number, first, first + count)
    claims = [claim for row in rows for claim in _claims(view, passages, row)]
    quotable = [claim for claim in claims if claim.finding.kind != "repeated"]
    if quotable:
        claims += _quoted(view, quotable, settings)
    settled = settle(count, claims)
    return ArticleReport(
        id=article.id, source=article.source, published=article.published, language=article.language,
        words=count, originality=settled.ledger.originality, ledger=settled.ledger,
        sources=_sources(article, settled.findings, settled.won), findings=settled.findings,
        title=article.title, url=article.url, path=article.path, record=article.record, extra=article.extra,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """One article of a corpus: its place, and its words ``[first, last)`` in the columns."""

    corpus: _Corpus
    number: int
    first: int
    last: int

    @property
    def article(self) -> Article:
        return self.corpus.articles[self.number]

    def words(self, start: int, end: int) -> tuple[int, int]:
        """The words that begin in code points ``[start, end)``, counted from the article's first."""
        starts = self.corpus.layout.columns.starts[self.first : self.last]
        low, high = np.searchsorted(starts, (start, end))
        return int(low), int(high)


def _claims(view: _View, passages: align.Passages, row: int) -> Iterator[Claim]:
    """The claim of one verified passage."""
    corpus = view.corpus
    columns = corpus.layout.columns
    _, paragraph, t0, t1, source, s_par, s0, s1, _, low, high, code = passages.rows[row].tolist()
    other = corpus.articles[source]
    blocks = passages.blocks[low:high]
    blocks = blocks[blocks[:, 3] == 0, :3]
    ends = blocks[:, :2] + blocks[:, 2:] - 1
    spans = np.stack(
        (columns.starts[blocks[:, 0]], columns.ends[ends[:, 0]],
         columns.starts[blocks[:, 1]], columns.ends[ends[:, 1]]), axis=1,
    ).tolist()  # fmt: skip
    jaccard, containment = passages.shares[row].tolist()
    own = code == kernels.REPEATED
    if own:
        kind = "repeated"
    elif code == kernels.REWORDED:
        kind = "reworded"
    elif other.source and other.source == view.article.source:
        kind = "carried_over"
    else:
        kind = "recycled"
    match = Match(
        id=other.id, source=other.source, published=other.published,
        paragraph=s_par - int(columns.art_pars[source]),
        start=int(columns.starts[s0]), end=int(columns.ends[s1 - 1]),
        jaccard=round(jaccard, 4), containment=round(containment, 4), spans=tuple(map(tuple, spans)),
    )  # fmt: skip
    yield Claim(
        Finding(
            kind, paragraph - int(columns.art_pars[view.number]), int(columns.starts[t0]),
            int(columns.ends[t1 - 1]), t1 - t0, match, None if own else int(passages.copies[row]),
        ),
        t0 - view.first, t1 - view.first,
    )  # fmt: skip


def _quoted(view: _View, claims: Sequence[Claim], settings: Settings) -> Iterator[Claim]:
    """The parts of verified passages that stand inside quotation marks."""
    paragraphs = view.corpus.layout.columns.paragraphs(view.number)
    columns = view.corpus.layout.columns
    for start, end in quoted_spans(view.article.text, paragraphs):
        low, high = view.words(start, end)
        for claim in claims:
            first, last = max(low, claim.first), min(high, claim.last)
            if last - first >= min(settings.quote_words, high - low):
                begin = int(columns.starts[view.first + first])
                finish = int(columns.ends[view.first + last - 1])
                match = claim.finding.match
                assert match is not None
                spans = tuple(_clipped(match.spans, begin, finish))
                if spans:
                    inside = replace(match, start=spans[0][2], end=spans[-1][3], spans=spans)
                    finding = replace(
                        claim.finding, kind="quoted", start=begin, end=finish, words=last - first, match=inside
                    )
                    yield Claim(finding, first, last)


def _clipped(
    spans: Iterable[tuple[int, int, int, int]], begin: int, end: int
) -> Iterator[tuple[int, int, int, int]]:
    """Spans inside ``[begin, end)``: equal words have equal lengths only nearly, so ends are kept in bounds."""
    for start, stop, other, other_stop in spans:
        low, high = max(start, begin), min(stop, end)
        if low < high:
            yield low, high, min(other + low - start, other_stop), max(other_stop - (stop - high), other)


def _sources(article: Article, findings: Sequence[Finding], won: Sequence[int]) -> tuple[SourceShare, ...]:
    """Who the words were taken from, the largest share first."""
    words: dict[tuple[str, str, str | None], int] = {}
    for finding, count in zip(findings, won, strict=True):
        if finding.match is not None and finding.kind != "repeated":
            key = (finding.match.id, finding.match.source, finding.match.published)
            words[key] = words.get(key, 0) + count
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0][1], item[0][0]))
    return tuple(SourceShare(*key, count) for key, count in ranked)
