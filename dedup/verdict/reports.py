"""Verified passages and marks of some articles to their reports, a batch at a time."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.classes import KINDS, STRENGTHS, Kind
from dedup.inspect.credits import credited_in, without_own
from dedup.inspect.inspector import Inspection
from dedup.match.kernels.alignment.rows import RECYCLED, REPEATED, REWORDED, TEMPLATE
from dedup.match.layout import Layout
from dedup.model import (
    Article,
    ArticleReport,
    Finding,
    Judged,
    Mark,
    Match,
    SourceShare,
)
from dedup.text.quotes import quoted_spans
from dedup.text.ranges import ragged
from dedup.verdict.beside import NOTHING_BESIDE, Beside, updating
from dedup.verdict.codec import Spans
from dedup.verdict.evidence import FURNITURE, Cell, Evidence, Quotes
from dedup.verdict.ledger import Claims, settle
from dedup.verdict.painting import Ints

LEARNED = "learned"
"""Reason of furniture that was learned from the feed."""

_KINDS: list[Kind] = [*KINDS[-1:], *reversed(KINDS[:-1])]  # by strength
_REPEATED, _REWORDED = STRENGTHS["repeated"], STRENGTHS["reworded"]
_STRENGTHS = np.zeros(5, np.int64)  # by the kind of a passage
_STRENGTHS[RECYCLED] = STRENGTHS["recycled"]
_STRENGTHS[REWORDED] = _REWORDED
_STRENGTHS[REPEATED] = _REPEATED
_STRENGTHS[TEMPLATE] = STRENGTHS["template"]
_STRENGTHS[FURNITURE] = STRENGTHS["boilerplate"]

_NO_SOURCE = frozenset(("repeated", "template"))
"""Kinds of findings with a match that count for no source."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles in provenance order and their columns; `reference` are the numbers of those that are earlier than all
    that is judged, whatever their dates."""

    articles: Sequence[Article]
    layout: Layout
    reference: Container[int] = ()


def quotes_in(articles: Sequence[Article]) -> Quotes:
    """The quotations of articles whose texts are at hand."""

    def quotes(number: int, paragraphs: Sequence[tuple[int, int]], among: set[int]) -> Spans:
        return quoted_spans(articles[number].text, paragraphs, among)

    return quotes


def article_reports(
    corpus: Corpus, numbers: Sequence[int], found: Evidence, seen: Sequence[Inspection], furniture: NDArray[np.bool_],
    against: Sequence[int], beside: Beside = NOTHING_BESIDE,
) -> list[ArticleReport]:  # fmt: skip
    """The reports of the articles with some numbers in the corpus, in that order; `seen` are their inspections, and
    `against` says how many others each was compared with.

    `furniture`, ``(paragraphs,)``: those of the corpus that were learned to be furniture. What stands `beside` the
    ledger is by number. What is said of an article does not depend on the others of the batch.
    """
    batch = _Batch(corpus, np.array(numbers, np.int64), found, [one.marks for one in seen])
    parts = [batch.passages(furniture), batch.parts(), batch.learned(furniture), batch.marked()]
    claims = Claims(*map(np.concatenate, zip(*(part.claims for part in parts), strict=True)))
    grounds = _Grounds(*map(np.concatenate, zip(*(part.grounds for part in parts), strict=True)))
    settled = settle(batch.words, claims)
    kept_grounds = grounds.taken(settled.kept)
    findings = _findings(batch, claims.taken(settled.kept), kept_grounds)
    undated = _undated(batch, claims.article[settled.kept], kept_grounds.row)
    bounded = np.isin(batch.numbers, found.bounded).tolist()
    bounds = np.searchsorted(claims.article[settled.kept], np.arange(len(numbers) + 1)).tolist()
    won = settled.won.tolist()
    out = []
    for number, one, words, ledger, originality, others, by_order, cut_short, low, high in zip(
        numbers, seen, batch.words.tolist(), settled.ledgers(), settled.originalities(), against, undated.tolist(),
        bounded, bounds, bounds[1:],
        strict=False,
    ):  # fmt: skip
        article = corpus.articles[number]
        kept = tuple(findings[low:high])
        shares = _sources(kept, won[low:high]) if kept else ()
        credits = (*one.credits, *credited_in(article.extra)) if article.extra else one.credits
        report = ArticleReport(
            article.id, article.source, article.published, one.language or article.language, words, originality, ledger,
            shares, kept,
            article.title, article.url, article.path, article.record, article.extra,
            judged=Judged(ledger.judged, others, by_order), credits=without_own(credits, article.source),
            translated=one.translated,
            bounded=("runs",) if cut_short and ledger.original else (),
            title_match=beside.titles.get(number), update_of=article.update_of,
        )  # fmt: skip
        before = beside.before.get(number)
        out.append(report if article.update_of or not before else updating(report, before))
    return out


# -- claims --------------------------------------------------------------------------------------------------------


class _Grounds(NamedTuple):
    """What stands behind claims; columns, int64 ``(n,)``.

    `paragraph`: in the article. `row`: the passage, -1 where there is none. `low`, `high`: its spans. `match_start`,
    `match_end`: where it stands in the source. `mark`: the mark's place among all of the batch, -1 where there is none.
    """

    paragraph: Ints
    row: Ints
    low: Ints
    high: Ints
    match_start: Ints
    match_end: Ints
    mark: Ints

    def taken(self, places: Ints | NDArray[np.bool_]) -> _Grounds:
        """Some of them."""
        return _Grounds(*(column[places] for column in self))


class _Part(NamedTuple):
    claims: Claims
    grounds: _Grounds


@dataclass(frozen=True)
class _Batch:
    """Some articles of a corpus, and what is claimed of their words."""

    corpus: Corpus
    numbers: Ints
    found: Evidence
    marks: Sequence[Sequence[Mark]]

    @property
    def words(self) -> Ints:
        """Words of each article."""
        bounds = self.corpus.layout.columns.art_words
        return bounds[self.numbers + 1] - bounds[self.numbers]

    def passages(self, furniture: NDArray[np.bool_]) -> _Part:
        """The claims of verified passages; a frame claims only its `parts`, and `furniture` its whole paragraph."""
        article, row = self._of(self.found.bounds)
        kinds, columns = self.found.cells[row, Cell.KIND], self.corpus.layout.columns
        place = columns.art_pars[self.numbers[article]] + self.found.cells[row, Cell.PARAGRAPH]
        whole = (kinds != TEMPLATE) & ~((kinds == FURNITURE) & furniture[place])
        article, row = article[whole], row[whole]
        cells = self.found.cells[row]
        paragraph, start, end, first, last, source, _, match_start, match_end, low, high, kind, *_ = cells.T
        strength = _STRENGTHS[kind]
        home = self._of_same_source(article, source) & (kind == RECYCLED)
        strength[home] = STRENGTHS["carried_over"]
        none = np.zeros(row.size, np.int64)
        learned = kind == FURNITURE
        reason = np.where(learned, self.ranks[LEARNED], 0)
        row = np.where(learned, -1, row)  # it comes from nowhere
        claims = Claims(article, strength, start, end, first, last, reason)
        return _Part(claims, _Grounds(paragraph, row, low, high, match_start, match_end, none - 1))

    def parts(self) -> _Part:
        """The claims of what is a finding by itself within a passage: runs of a frame, quotations."""
        article, row = self._of(self.found.bounds)
        low, high = (np.searchsorted(self.found.parts[:, 0], row, side) for side in ("left", "right"))
        article, place = np.repeat(article, high - low), ragged(low, high - low)
        copied = self.found.cells[self.found.parts[place, 0], Cell.KIND] != FURNITURE
        article, place = article[copied], place[copied]
        row, strength, first, last, low, high = self.found.parts[place].T
        columns, spans = self.corpus.layout.columns, self.found.spans
        base = columns.art_words[self.numbers[article]]
        none = np.zeros(row.size, np.int64)
        start = columns.starts[base + first].astype(np.int64)
        end = columns.ends[base + last - 1].astype(np.int64)
        claims = Claims(article, strength, start, end, first, last, none)
        match_start, match_end = (edge.astype(np.int64) for edge in (spans[low, 2], spans[high - 1, 3]))
        paragraph = self.found.cells[row, Cell.PARAGRAPH]
        return _Part(claims, _Grounds(paragraph, row, low, high, match_start, match_end, none - 1))

    @cached_property
    def all_marks(self) -> list[Mark]:
        """The marks of all articles."""
        return list(chain.from_iterable(self.marks))

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The order of reasons: 0 for none, and what was learned last, as it is less sure than what is known."""
        names = sorted({"", *(one.reason or "" for one in self.all_marks)} - {LEARNED})
        return {name: rank for rank, name in enumerate([*names, LEARNED])}

    def learned(self, furniture: NDArray[np.bool_]) -> _Part:
        """The claims of furniture that was learned, a paragraph each."""
        columns = self.corpus.layout.columns
        article, paragraph = self._of(columns.art_pars)
        held = furniture[paragraph] & (columns.par_words[paragraph] < columns.par_words[paragraph + 1])
        article, paragraph = article[held], paragraph[held]
        number = self.numbers[article]
        base = columns.art_words[number]
        none = np.zeros(article.size, np.int64)
        claims = Claims(
            article, none + STRENGTHS["boilerplate"], columns.par_starts[paragraph].astype(np.int64),
            columns.par_ends[paragraph].astype(np.int64), columns.par_words[paragraph] - base,
            columns.par_words[paragraph + 1] - base, none + self.ranks[LEARNED],
        )  # fmt: skip
        return _Part(claims, _without_match(paragraph - columns.art_pars[number], none - 1))

    def marked(self) -> _Part:
        """The claims of marks, one for each paragraph they touch; marks that hold no word say nothing of words."""
        marks, ranks = self.all_marks, self.ranks
        columns = self.corpus.layout.columns
        home = np.repeat(np.arange(len(self.marks)), [len(some) for some in self.marks])
        begin, finish = np.array([(mark.start, mark.end) for mark in marks], np.int64).reshape(-1, 2).T
        among = np.unique(home)
        owner, paragraph = self._of(columns.art_pars, among)
        par_starts, par_ends = columns.par_starts[paragraph], columns.par_ends[paragraph]
        low = np.searchsorted(_keys(owner, par_ends), _keys(home, begin), side="right")
        sizes = np.maximum(np.searchsorted(_keys(owner, par_starts), _keys(home, finish)) - low, 0)
        mark, at = np.repeat(np.arange(len(marks)), sizes), ragged(low, sizes)
        article = home[mark]
        start, end = np.maximum(begin[mark], par_starts[at]), np.minimum(finish[mark], par_ends[at])
        owner, word = self._of(columns.art_words, among)
        starts = _keys(owner, columns.starts[word])
        base = np.searchsorted(owner, article)
        first, last = (np.searchsorted(starts, _keys(article, edge)) - base for edge in (start, end))
        strength = np.array([STRENGTHS.get(one.kind, 0) for one in marks], np.int64)[mark]
        reason = np.array([ranks[one.reason or ""] for one in marks], np.int64)[mark]
        claims = Claims(article, strength, start, end, first, last, reason)
        said = (start < end) & ((first < last) | (strength == 0))
        paragraph = paragraph[at] - columns.art_pars[self.numbers[article]]
        return _Part(claims.taken(said), _without_match(paragraph, mark).taken(said))

    def _of(self, bounds: Ints, among: Ints | None = None) -> tuple[Ints, Ints]:
        """The rows that some bounds give the articles, or some of them: the place in the batch, and the row."""
        places = np.arange(self.numbers.size) if among is None else among
        low = bounds[self.numbers[places]]
        sizes = bounds[self.numbers[places] + 1] - low
        return np.repeat(places, sizes), ragged(low, sizes)

    def _of_same_source(self, article: Ints, source: Ints) -> NDArray[np.bool_]:
        """Whether articles of the batch and of the corpus are known to be of one outlet."""
        articles = self.corpus.articles
        homes = [articles[number].source for number in self.numbers.tolist()]
        pairs = zip(article.tolist(), source.tolist(), strict=True)
        same = [homes[one] == articles[other].source != "" for one, other in pairs]
        return np.array(same, np.bool_)


def _keys(article: Ints, point: NDArray[np.integer[Any]]) -> Ints:
    """Code points of articles of a batch as one number each, in the order of the batch."""
    return article << 32 | point.astype(np.int64)


def _without_match(paragraph: Ints, mark: Ints) -> _Grounds:
    none = np.zeros(paragraph.size, np.int64)
    return _Grounds(paragraph, none - 1, none, none, none, none, mark)


# -- findings ------------------------------------------------------------------------------------------------------


def _findings(batch: _Batch, claims: Claims, grounds: _Grounds) -> list[Finding]:
    """What claims say, in their order."""
    matches = _matches(batch, grounds)
    changes = _changes(batch.found, grounds.row[(claims.strength == _REWORDED) & (grounds.row >= 0)])
    marks = batch.all_marks
    out: list[Finding] = []
    for strength, paragraph, start, end, words, row, mark in zip(
        claims.strength.tolist(), grounds.paragraph.tolist(), claims.start.tolist(), claims.end.tolist(),
        (claims.last - claims.first).tolist(), grounds.row.tolist(), grounds.mark.tolist(), strict=True,
    ):  # fmt: skip
        if row >= 0:
            match, copies = next(matches)
            count = None if strength == _REPEATED else copies
            changed = next(changes) if strength == _REWORDED else ()
            out.append(Finding(_KINDS[strength], paragraph, start, end, words, match, count, changes=changed))
        elif mark >= 0:
            one = marks[mark]
            out.append(Finding(
                one.kind, paragraph, start, end, words, one.match, None, one.language, one.confidence, one.reason,
                one.hides, anchors=one.anchors, evidence=one.evidence,
            ))  # fmt: skip
        else:
            out.append(Finding("boilerplate", paragraph, start, end, words, reason=LEARNED))
    return out


def _matches(batch: _Batch, grounds: _Grounds) -> Iterator[tuple[Match, int]]:
    """The matches of those that have one, in order, and how many copies there are."""
    grounds = grounds.taken(grounds.row >= 0)
    articles, found = batch.corpus.articles, batch.found
    sizes = grounds.high - grounds.low
    ends = np.cumsum(sizes)
    spans = list(map(tuple, found.spans[ragged(grounds.low, sizes)].tolist()))
    cells = found.cells[grounds.row]
    for source, paragraph, copies, start, end, low, high, (jaccard, containment) in zip(
        cells[:, Cell.SOURCE].tolist(), cells[:, Cell.SOURCE_PARAGRAPH].tolist(), cells[:, Cell.COPIES].tolist(),
        grounds.match_start.tolist(), grounds.match_end.tolist(), (ends - sizes).tolist(), ends.tolist(),
        found.shares[grounds.row].tolist(),
        strict=True,
    ):  # fmt: skip
        other = articles[source]
        yield Match(
            other.id, other.source, other.published, paragraph, start, end, jaccard, containment,
            tuple(spans[low:high]),
        ), copies  # fmt: skip


def _changes(found: Evidence, rows: Ints) -> Iterator[tuple[tuple[int, int, int, int], ...]]:
    """What differs in some passages, each in turn."""
    low, high = found.cells[rows, Cell.FIRST_CHANGE : Cell.END_CHANGE + 1].T
    sizes = high - low
    ends = np.cumsum(sizes)
    changes = list(map(tuple, found.changes[ragged(low, sizes)].tolist()))
    for first, last in zip((ends - sizes).tolist(), ends.tolist(), strict=True):
        yield tuple(changes[first:last])


def _undated(batch: _Batch, article: Ints, row: Ints) -> NDArray[np.bool_]:
    """Of which articles the order of the input decided who was first, by the passages that their findings show."""
    articles, reference = batch.corpus.articles, batch.corpus.reference
    out = np.array([articles[number].published is None for number in batch.numbers.tolist()], np.bool_)
    article, row = article[row >= 0], row[row >= 0]
    sources, which = np.unique(batch.found.cells[row, Cell.SOURCE], return_inverse=True)
    loose = [articles[source].published is None and source not in reference for source in sources.tolist()]
    out[article[np.array(loose, np.bool_)[which]]] = True
    return out


def _sources(findings: Sequence[Finding], won: Sequence[int]) -> tuple[SourceShare, ...]:
    """Who the words were taken from, the largest share first."""
    words: dict[tuple[str, str, str | None], int] = {}
    for finding, count in zip(findings, won, strict=True):
        match = finding.match
        if match is not None and finding.kind not in _NO_SOURCE:
            key = (match.id, match.source, match.published)
            words[key] = words.get(key, 0) + count
    if not words:
        return ()
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0][1], item[0][0]))
    return tuple(SourceShare(*key, count) for key, count in ranked)
