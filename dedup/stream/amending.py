"""Late originals: articles judged before an earlier one arrived that has what they have."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.index import View, kernels
from dedup.index.keys import keys_of_records
from dedup.index.records import NEVER, UNDATED, Record, decode, name_of
from dedup.index.runs import Answers, Terms
from dedup.inspect.inspector import Inspection, source_numbers
from dedup.match import policy
from dedup.match.ignored import Ignored
from dedup.model import Article, ArticleReport, Mark
from dedup.settings import Settings
from dedup.stream.crowds import looked
from dedup.stream.looking import (
    Judged,
    asked_for,
    corpus_of,
    in_order,
    nominated,
    who,
)
from dedup.stream.verdicts import held_report, quotes_of, with_bounds
from dedup.updates.before import direct, likely, took
from dedup.verdict import reports
from dedup.verdict.beside import Beside, versions_before
from dedup.verdict.codec import to_bytes
from dedup.verdict.evidence import evidence

logger = logging.getLogger(__name__)


class Late(NamedTuple):
    """What an article that may have come late is called in reports."""

    id: str
    source: str

    @classmethod
    def of(cls, article: Article | ArticleReport) -> Late:
        """Of an article, or what was said of it."""
        return cls(article.id, article.source)


class Amendments:
    """What becomes of the verdicts on articles held when others are looked at that are earlier, but came later.

    `reports` are the amended ones in the order of their articles' arrival, without what an index does not keep
    (title, address, extra); `records` what the index is to keep of these articles now, by number. Articles that
    were judged without `Detector.revise` stay as they are.
    """

    def __init__(
        self, view: View, late: Sequence[Late], settings: Settings, window: int | None, ignored: Ignored
    ) -> None:
        self.reports: list[ArticleReport] = []
        self.records: dict[int, Record] = {}
        self._view = view
        self._settings = settings
        self._window = window
        self._ignored = ignored
        for number in self._affected(late):
            self._judge_again(number, late)

    def _affected(self, late: Sequence[Late]) -> list[int]:
        """Articles that came before one of these, are later by their date, and share keys with it."""
        view, settings = self._view, self._settings
        if not view.newest:
            return []
        names = [name_of(one.source, one.id) for one in late]
        numbers = sorted({held.number for held in view.find(names).values()})
        records = [(n, decode(data)) for n, data in zip(numbers, view.records(numbers), strict=True)]
        records = [(n, one) for n, one in records if UNDATED < one.bound < view.newest[0]]
        if not records:
            return []
        keys = keys_of_records([one for _, one in records], settings)
        everything = np.full(len(records), NEVER)
        terms = Terms(np.array([n for n, _ in records]), everything, -everything)
        asked = asked_for(keys, terms, ())
        answers = view.ask(asked, settings.frequent + 1)
        bounds = np.array([one.bound for _, one in records])[asked.askers, None]
        _sift(answers, view, lambda number, bound: bound > bounds)
        found = nominated(keys, answers, settings, view.roll, most=settings.frequent, limit=policy.AMENDED)
        if found.cut.size:
            logger.warning(
                "late originals have words in common with more articles than are judged again: of each the %d that "
                "share most are; %d others keep their reports", policy.AMENDED, np.unique(found.cut[:, 1]).size,
            )  # fmt: skip
        others = in_order(keys, answers, settings, view.roll).pairs
        affected: list[int] = np.unique(np.concatenate((found.pairs[:, 1], others[:, 1]))).tolist()
        return affected

    def _judge_again(self, number: int, late: Sequence[Late]) -> None:
        view, settings = self._view, self._settings
        record = decode(view.records([number])[0])
        quotes = quotes_of(record)
        if quotes is None:
            return
        keys = keys_of_records([record], settings)
        horizon = UNDATED if self._window is None else record.day - self._window
        terms = Terms(*(np.array([value], np.int64) for value in (view.end, record.bound, horizon)))
        answers = view.ask(asked_for(keys, terms, ((number, view.end),)), settings.frequent + 1)
        _sift(answers, view, partial(_is_before, number, record))
        whens = np.array([record.when], np.int64)
        look = who(keys, answers, settings, view.roll)
        judged = Judged([record.words], record.secret)
        seen = looked(view, view.end, judged, whens, look, keys, answers, settings, self._ignored)
        arena, passages = seen.arena, seen.passages
        article = Article(record.id, "", source=record.source, published=record.published)
        old = held_report(record, article)
        corpus = corpus_of(arena, passages, [article])
        found = evidence(arena.layout, passages, lambda *_: quotes, settings)
        nothing_learned = np.zeros(arena.layout.columns.par_starts.size, np.bool_)
        against = int(np.count_nonzero(_live(view, record, number, horizon)))
        before = _before(corpus, arena.first, passages.rows)
        made = reports.article_reports(
            corpus, [arena.first], found, [_seen(old)], nothing_learned, [against], before
        )
        (new,) = with_bounds(made, seen.cut_short.tolist(), settings)
        new = replace(
            new, story=old.story, update_of=new.update_of or old.update_of, title_match=old.title_match
        )
        if (new.ledger, new.findings) != (old.ledger, old.findings):
            new = replace(new, revision=old.revision + 1)
            self.records[number] = replace(record, revision=new.revision, report=to_bytes(new, quotes))
            self.reports.append(new)
        elif old.revision and any(Late(share.id, share.source) in late for share in old.sources):
            self.reports.append(old)  # amended before, by a step of which nobody may have heard


def _before(corpus: reports.Corpus, number: int, rows: NDArray[np.int64]) -> Beside:
    """What an article may update, of those that it took from."""
    columns = corpus.layout.columns
    sizes = np.diff(columns.art_words)
    pairs = likely(direct(took(rows), source_numbers(corpus.articles), sizes), sizes)
    return Beside(before=versions_before(corpus.articles, columns, pairs, [number]))


def _is_before(
    number: int, record: Record, other: NDArray[np.int64], bound: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether other articles came before one, or were published before it."""
    return (other < number) | ((bound > UNDATED) & (bound < record.bound))


def _live(view: View, record: Record, number: int, horizon: int) -> NDArray[np.bool_]:
    """Which articles on the roll one is compared with when it is judged again."""
    roll = view.roll
    numbers = np.arange(roll.base, roll.base + roll.bound.size)
    live = (roll.until == NEVER) & (roll.bound <= record.bound) & (roll.day >= horizon) & (numbers != number)
    compared: NDArray[np.bool_] = live & _is_before(number, record, numbers, roll.bound)
    return compared


def _seen(report: ArticleReport) -> Inspection:
    """What an article showed by itself, from its report. Learned furniture and translations stay what they were."""
    marks = [
        Mark(
            one.kind, one.start, one.end, one.language, one.confidence, one.reason, one.hides, one.match, one.anchors,
            one.evidence,
        )
        for one in report.findings
        if one.match is None or one.kind == "translated"
    ]  # fmt: skip
    return Inspection(report.language, tuple(marks), report.credits, report.translated)


def _sift(
    answers: Answers, view: View, keep: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]
) -> None:
    """Keep only some of the articles in the answers, told by number and bound."""
    roll = view.roll
    numbers = answers.posts.astype(np.int64)
    listed = np.arange(numbers.shape[1]) < answers.counts[:, None]
    numbers[~listed] = roll.base
    kept = listed & keep(numbers, roll.bound[numbers - roll.base])
    kernels.sift(answers.posts, answers.counts, kept)
