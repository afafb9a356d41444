"""One batch of articles judged in one view of an index."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.index import View
from dedup.index.keys import Keys, keys_of, keys_of_records
from dedup.index.records import (
    NEVER,
    UNDATED,
    Record,
    day_of,
    decode,
    latest_credible,
    moment,
    name_of,
    pack,
    source_mark,
    text_digest,
    unpack,
)  # fmt: skip
from dedup.index.runs import Answers, Asked, Roll, Run, Terms
from dedup.inspect.furniture import at_home, kernels
from dedup.inspect.furniture.learned import Rule, beside_the_body
from dedup.inspect.inspector import Inspection, Inspector
from dedup.match import align
from dedup.match.ignored import Ignored
from dedup.match.kernels.alignment.rows import ARTICLE
from dedup.match.titles import columns_of
from dedup.model import Article, ArticleReport, UpdateOf
from dedup.settings import Settings
from dedup.stream.counting import seen_by
from dedup.stream.crowds import looked
from dedup.stream.looking import (
    Arena,
    Judged,
    asked_for,
    corpus_of,
    held_by,
    who,
)
from dedup.stream.planning import Plan, planned, redated
from dedup.stream.telling import with_stories
from dedup.stream.titles import packed_titles, title_matches
from dedup.stream.translating import Batch, Translations
from dedup.stream.verdicts import again, held_report, with_bounds
from dedup.stream.versions import versions_before
from dedup.text import words
from dedup.text.quotes import quoted_spans
from dedup.translated.sentences import Sentences
from dedup.translated.sentences import to_bytes as to_keep
from dedup.updates.before import update_of
from dedup.updates.difference import Side
from dedup.verdict import reports
from dedup.verdict.beside import Beside
from dedup.verdict.codec import Spans, to_bytes
from dedup.verdict.evidence import evidence

# --- before the step ---


@dataclass(frozen=True, slots=True)
class Work:
    """What can be known of some articles without an index."""

    columns: words.Columns
    titles: words.Columns
    keys: Keys
    packed: Sequence[bytes]
    digests: Sequence[int]
    inspections: Sequence[Inspection]
    quotes: Sequence[Spans | None]
    sentences: Sequence[Sentences | None]
    secret: bytes

    def of(self, places: Sequence[int], articles: Sequence[Article], settings: Settings) -> Work:
        """The same of some of the articles only."""
        inspections = [self.inspections[place] for place in places]
        columns = words.split([article.text for article in articles], self.secret)
        quotes = [self.quotes[place] for place in places]
        sentences = [self.sentences[place] for place in places]
        return _worked(articles, columns, settings, inspections, quotes, sentences, self.secret)


def read(
    articles: Sequence[Article], settings: Settings, secret: bytes, inspector: Inspector,
    translations: Translations | None, keep_quotes: bool,
) -> Work:  # fmt: skip
    """Return what can be known of articles without an index but its secret; quotes only if they are to be kept."""
    columns = words.split([article.text for article in articles], secret)
    quotes = [
        quoted_spans(article.text, columns.paragraphs(place)) if keep_quotes else None
        for place, article in enumerate(articles)
    ]
    inspections = inspector.inspect(articles, columns)
    sentences: Sequence[Sentences | None] = [None] * len(articles)
    if translations is not None:
        sentences = translations.read(articles, columns, inspections)
    return _worked(articles, columns, settings, inspections, quotes, sentences, secret)


def _worked(
    articles: Sequence[Article], columns: words.Columns, settings: Settings, inspections: Sequence[Inspection],
    quotes: Sequence[Spans | None], sentences: Sequence[Sentences | None], secret: bytes,
) -> Work:  # fmt: skip
    digests = [text_digest(article.text) for article in articles]
    titles = columns_of(article.title for article in articles)
    return Work(
        columns,
        titles,
        keys_of(columns, settings, titles),
        pack(columns),
        digests,
        inspections,
        quotes,
        sentences,
        secret,
    )


# --- within the step ---


@dataclass(frozen=True, slots=True)
class Caps:
    """How often the bounds of the work were met.

    `keys` are those that more than `Settings.frequent` articles hold: they count only where several stand in a
    row. `articles` had more than there is room for that deserved a look (see `dedup.stream.looking.who`).
    """

    keys: int = 0
    articles: int = 0

    def __add__(self, other: Caps) -> Caps:
        return Caps(self.keys + other.keys, self.articles + other.articles)


class Round:
    """A batch judged in one view of an index: its `reports`, and the `records` and `keys` to add; its `caps`.

    It goes no further than to the first older version of an article held, of which there is a round that has it alone:
    `late` tells such a one. That is judged as if it had come in time, and is not kept; but it may give what is held an
    earlier date.
    """

    def __init__(
        self,
        view: View,
        batch: Sequence[Article],
        work: Work,
        settings: Settings,
        window: int | None,
        ignored: Ignored,
        translations: Translations | None,
        stories: bool = False,
    ) -> None:
        self._stories = stories
        self.records: list[Record] = []
        self.caps = Caps()
        plan = planned(view, batch, work.digests)
        fresh = [replace(batch[i], published=date) for i, date in zip(plan.fresh, plan.dates, strict=True)]
        if len(fresh) < len(batch):
            work = work.of(plan.fresh, fresh, settings)
        self._translations = translations
        judged = self._judged(view, fresh, work, plan, settings, window, ignored) if fresh else []
        self.reports = _answered(view, batch[: plan.size], plan, judged)
        self.late = plan.late is not None
        self.keys = work.keys
        replaced = {place for place, _ in plan.struck_inside}
        if plan.late is not None:
            self.records = redated(view, plan.late, self.records[0])
        elif replaced:
            self.records = [one for place, one in enumerate(self.records) if place not in replaced]
        if len(self.records) < len(fresh) or self.late:
            self.keys = keys_of_records(self.records, settings)

    def _judged(
        self,
        view: View,
        fresh: Sequence[Article],
        work: Work,
        plan: Plan,
        settings: Settings,
        window: int | None,
        ignored: Ignored,
    ) -> list[ArticleReport]:
        first = view.end
        clock = _Clock.of(view, plan)
        times = clock.times(fresh, window)
        keys = work.keys
        asked = asked_for(keys, times.terms(first), plan.struck)
        batch = _batch_roll(first, fresh, times, plan.struck_inside)
        answers = view.ask(asked, settings.frequent + 1)
        if len(fresh) > 1:
            Run.of(first, first + len(fresh), keys.entries(first)).look_up(asked, batch, answers)
        furniture = _furniture(view.roll, batch, asked, answers, work, settings)
        look = who(keys, answers, settings, view.roll, batch, furniture)
        fresh_ones = Judged(work.packed, work.secret, [article.text for article in fresh])
        seen = looked(view, first, fresh_ones, times.whens, look, keys, answers, settings, ignored)
        arena, passages = seen.arena, seen.passages
        self.caps = Caps(
            int(np.count_nonzero(answers.counts[: keys.values.size] >= settings.frequent)),
            seen.cut_short.size,
        )
        corpus = corpus_of(arena, passages, fresh)
        found = evidence(arena.layout, passages, reports.quotes_in(corpus.articles), settings)
        found = found.without_furniture(
            _at_home(view.roll, batch, asked, answers, keys, arena, passages, settings)
        )
        learned = np.zeros(arena.layout.columns.par_starts.size, np.bool_)
        learned[learned.size - furniture.size :] = furniture
        numbers = range(arena.first, arena.last)
        against = seen_by(asked, view.roll, batch).tolist()
        inspections = work.inspections
        if self._translations is not None:
            horizons = clock.times(fresh, settings.translated_days).horizons
            inspections = self._translations.inspected(view, Batch(
                fresh, work.columns, work.sentences, inspections, batch, asked.terms, horizons,
                (*plan.struck, *((first + place, by) for place, by in plan.struck_inside)),
            ))  # fmt: skip
        titles = title_matches(view, batch, fresh, work.titles, keys, answers)
        before = versions_before(view, batch, fresh, work.columns, keys, answers, arena, passages, settings)
        beside = Beside(
            {arena.first + place: one for place, one in titles.items()},
            {arena.first + place: some for place, some in before.items()},
        )
        made = reports.article_reports(corpus, numbers, found, inspections, learned, against, beside)
        made = with_bounds(made, seen.cut_short.tolist(), settings)
        replaced = _replaced(view, plan, fresh, work.columns)
        judged = [
            replace(report, revision=revision, update_of=replaced.get(place, report.update_of))
            if revision
            else report
            for place, (report, revision) in enumerate(
                zip(made, (known.revision for known in plan.known), strict=True)
            )
        ]
        if self._stories:
            judged = with_stories(view, judged, settings)
        kept_titles = packed_titles(work.titles, keys)
        for place, (article, report, known) in enumerate(zip(fresh, judged, plan.known, strict=True)):
            own = name_of(article.source, article.id)
            self.records.append(
                Record(
                    article.id, article.source, article.published, work.digests[place], known.revision,
                    int(times.whens[place]), int(times.days[place]), work.packed[place],
                    to_bytes(report, work.quotes[place]),
                    article.text, bool(batch.mark[place] & 1), to_keep(work.sentences[place]),
                    kept_titles[place], work.secret, b"" if known.family == own else known.family, known.version,
                    known.moment,
                )
            )  # fmt: skip
        return judged


def _replaced(
    view: View, plan: Plan, fresh: Sequence[Article], columns: words.Columns
) -> dict[int, UpdateOf]:
    """What revisions say otherwise than what they replace, by place among the fresh articles."""
    struck = [(number, by - view.end) for number, by in plan.struck]
    old = view.records([number for number, _ in struck]) if struck else []
    kept = [decode(record) for record in old]
    held = unpack([record.words for record in kept])
    pairs = [(kept[row].id, Side(held, row), place) for row, (_, place) in enumerate(struck)]
    pairs += [(fresh[place].id, Side(columns, place), by - view.end) for place, by in plan.struck_inside]
    return {place: update_of(name, before, Side(columns, place)) for name, before, place in pairs}


def _answered(
    view: View, batch: Sequence[Article], plan: Plan, reports: Sequence[ArticleReport]
) -> list[ArticleReport]:
    """The reports of a whole batch: those of the fresh articles, and first reports again."""
    out: dict[int, ArticleReport] = dict(zip(plan.fresh, reports, strict=True))
    for place, among in plan.repeats.items():
        out[place] = again(reports[among], batch[place])
    if plan.stored:
        for place, record in zip(plan.stored, view.records(list(plan.stored.values())), strict=True):
            out[place] = held_report(decode(record), batch[place])
    return [out[place] for place in range(len(batch))]


# --- times ---


@dataclass(frozen=True, slots=True)
class _Times:
    """Times of some articles, int64 columns; see `Record` and `Terms`."""

    whens: NDArray[np.int64]
    bounds: NDArray[np.int64]
    days: NDArray[np.int64]
    horizons: NDArray[np.int64]

    def terms(self, first: int) -> Terms:
        """What each may see, the first being number `first`."""
        latest = np.where(self.bounds == UNDATED, NEVER, self.bounds)
        return Terms(np.arange(first, first + self.whens.size), latest, self.horizons)


@dataclass(frozen=True, slots=True)
class _Clock:
    """What tells a batch what day it is: the latest dates held, the latest first, and by place among the fresh articles
    the date of what each replaces, which counts no longer after it."""

    newest: Sequence[int]
    leaving: dict[int, int]

    @classmethod
    def of(cls, view: View, plan: Plan) -> _Clock:
        if plan.late is not None or not (plan.struck or plan.struck_inside):
            return cls(view.newest, {})
        roll = view.roll
        leaving = {by - view.end: int(roll.bound[number - roll.base]) for number, by in plan.struck}
        leaving |= {by - view.end: plan.known[place].bound for place, by in plan.struck_inside}
        return cls(roll.latest(3 + len(leaving)), leaving)

    def times(self, articles: Sequence[Article], window: int | None) -> _Times:
        """The times of these articles, each by what came before it."""
        top, latest = list(self.newest), latest_credible()
        rows = []
        for place, article in enumerate(articles):
            if article.published is not None:
                when = bound = moment(article.published)
                if when <= latest:
                    top = sorted((*top, when), reverse=True)
            else:
                when, bound = (top[0] if top else 0), UNDATED
            day = day_of(when) if bound != UNDATED or top else int(time.time()) // 86400
            known = [*(day_of(one) for one in top[:3][-1:]), *([day] if when <= latest else [])]
            horizon = UNDATED if window is None or not known else max(known) - window
            rows.append((when, bound, day, horizon))
            with suppress(ValueError):  # undated, or not credible
                top.remove(self.leaving.get(place, UNDATED))
        return _Times(*np.array(rows, np.int64).T.copy())


def _batch_roll(
    first: int, articles: Sequence[Article], times: _Times, struck: Iterable[tuple[int, int]]
) -> Roll:
    """The roll of a batch; whether its articles tell of their sources is learned later."""
    until = np.full(len(articles), NEVER, np.int64)
    for place, by in struck:
        until[place] = by
    marks = np.array([source_mark(article.source) for article in articles], np.int64)
    return Roll(first, times.bounds, times.days, until, marks)


# --- furniture ---


def _furniture(
    roll: Roll, batch: Roll, asked: Asked, answers: Answers, work: Work, settings: Settings
) -> NDArray[np.bool_]:
    """Which paragraphs were seen in enough articles of their source; sets the low bit of ``batch.mark``."""
    rule = Rule.of(settings)
    keys, terms = work.keys, asked.terms
    rest = slice(keys.values.size, keys.values.size + keys.wholes.size)
    struck = np.array(asked.struck, np.int64).reshape(-1, 2)
    furniture = np.zeros(keys.wholes.size, np.bool_)
    sizes = np.diff(work.columns.par_words)
    kernels.learn(
        keys.pars, terms.before, terms.bound, terms.horizon, roll.base, roll.bound, roll.day, roll.until, roll.mark,
        batch.base, batch.mark, batch.bound, batch.day, batch.until, struck, keys.wholes,
        answers.posts[rest], answers.counts[rest], sizes, rule.min_articles, rule.share,
        rule.sure_articles, rule.max_sources, rule.own_share, furniture,
    )  # fmt: skip
    articles = np.repeat(np.arange(keys.pars.size - 1), np.diff(keys.pars))
    return beside_the_body(furniture.reshape(-1, 2).T, articles, sizes)


def _at_home(
    roll: Roll, batch: Roll, asked: Asked, answers: Answers, keys: Keys, arena: Arena, passages: align.Passages,
    settings: Settings,
) -> NDArray[np.bool_]:  # fmt: skip
    """Which passages are furniture of their source, by what came before; to be asked after `_furniture`."""
    rule, terms = Rule.of(settings), asked.terms
    out = np.zeros(len(passages.rows), np.bool_)
    places = at_home.candidates(passages.rows, passages.copies, rule)
    rows = passages.rows[places]
    askers = rows[:, ARTICLE] - arena.first
    mine, tells = batch.mark[askers] & ~np.int64(1), batch.mark[askers] & 1
    counts = at_home.count_at_home(
        mine, held_by(arena, keys, answers, rows, passages.blocks, roll, batch, settings)
    )
    counts[:, 0] += tells
    known = np.flatnonzero((mine != 0) & (counts[:, 0] >= rule.min_articles))
    totals = np.zeros(places.size, np.int64)
    if known.size:
        whose, which = np.unique(askers[known], return_inverse=True)
        seen = np.zeros(whose.size, np.int64)
        struck = np.array(asked.struck, np.int64).reshape(-1, 2)
        kernels.count_seen(
            whose, batch.mark[whose] & ~np.int64(1), rule.enough, terms.before, terms.bound, terms.horizon, roll.base,
            roll.bound, roll.day, roll.until, roll.mark, batch.base, batch.mark, batch.bound, batch.day, batch.until,
            struck, seen,
        )  # fmt: skip
        totals[known] = seen[which] + tells[known]
    out[places] = at_home.at_home(rows, counts, totals, rule)
    return out
