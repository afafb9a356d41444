"""Wires the stages: articles in, reports out. No input or output of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.additions import NOTHING, Additions
from dedup.errors import BadRecord
from dedup.index import Index
from dedup.index.engine import check_answers
from dedup.index.records import day_of, moment, unpack, unpack_titles
from dedup.inspect.furniture import Rule, Sources, Titles
from dedup.inspect.inspector import (
    Inspection,
    learned_furniture,
    main_languages,
    source_numbers,
    with_titles,
)
from dedup.inspect.processes import inspections
from dedup.match import align, fingerprints, titles
from dedup.match.candidates import exact_pairs, near_duplicates
from dedup.match.ignored import Ignored
from dedup.match.layout import lay_out, without_words
from dedup.match.standing import without_standing_phrases
from dedup.match.verification import Bounds, Verification
from dedup.model import Article, ArticleReport
from dedup.provenance import Current, current, provenance_order
from dedup.settings import Settings
from dedup.text import words
from dedup.text.ranges import distinct
from dedup.text.rekeying import Texts, under_one
from dedup.text.vocabulary import Vocabulary, told_apart
from dedup.translated.encoder import encoder_name, load, said
from dedup.updates import before
from dedup.updates.before import Before, Took
from dedup.verdict.beside import Beside, title_matches, versions_before
from dedup.verdict.bounds import bounded_too
from dedup.verdict.careful import judged, unjudged
from dedup.verdict.codec import Spans
from dedup.verdict.evidence import Evidence, Quotes, evidence
from dedup.verdict.reports import Corpus, quotes_in

Progress = Callable[[str, int, int], None]
"""Told the stage's name, and how much of how much is done; of nothing where that is not known."""

Broken: TypeAlias = "dict[int, Exception]"
"""What broke over articles, by their places in the corpus."""

CHUNK = 256
"""Articles a worker takes at a time: they set the pace, never the answer."""


def scan(
    articles: Iterable[Article],
    settings: Settings | None = None,
    *,
    reference: Iterable[Article] = (),
    index: Index | None = None,
    additions: Additions = NOTHING,
    workers: int = 1,
    progress: Progress | None = None,
    on_error: Callable[[BadRecord], None] | None = None,
    on_current: Callable[[Current], None] | None = None,
) -> Iterator[ArticleReport]:
    """Judge every article against all earlier ones; reports come in the order of the input.

    An article that came several times is judged once, in its newest version (see `dedup.provenance.current`);
    `on_current` is told what came of the scanned ones.

    `reference` articles, and those that an `index` holds, count as earlier than everything scanned and get no
    report; the index must have been made with the same settings. `additions`: furniture that is known beside the
    shipped phrases, and texts that never count as a source. With more than one of `workers` a large corpus
    is inspected in new processes, so a script that asks for them needs its ``if __name__ == "__main__"``. The
    reports depend neither on `workers` nor, where all articles are dated, on the order of the input.

    An article that breaks a stage is handed to `on_error` and gets no report; without, the error is raised.

    >>> story = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    >>> feed = [Article("a", story, source="one"), Article("b", story, source="two")]
    >>> [report.originality for report in scan(feed)]
    [1.0, 0.0]
    """
    settings = settings or Settings()
    if settings.translated_days:
        encoder_name()  # what is missing should be known before all else
    if index is not None:
        check_answers(index, settings)
    told = progress or _silent
    older, stands = current(reference).articles, current(articles)
    scanned = stands.articles
    secret = words.new_secret() if index is None else index.secret
    held, columns = _held(index, (one.text for one in (*older, *scanned)))
    if on_current is not None:
        on_current(stands)
    order = [*provenance_order(older), *(len(older) + i for i in provenance_order(scanned))]
    ordered = [older[i] if i < len(older) else scanned[i - len(older)] for i in order]
    first = len(held.articles) + len(older)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(held.articles), len(held.articles) + len(order))
    with (
        inspections(scanned, workers, additions.furniture) as inspected,
        _threads(workers) as pool,
    ):
        broken: Broken = {}
        bounds = Bounds()
        corpus = _read(held.articles, columns, ordered, first, secret, pool, told, broken)
        del columns  # the corpus has them now
        ignored = Ignored.of(additions.ignored, settings.shingle_words)
        # In Python, so while compiled loops are at work.
        same_titles = pool.submit(_same_titles, held, ordered, corpus)
        found, furniture, kin = _found(corpus, first, settings, ignored, pool, told, broken, bounds)
        places = place[len(older) :].tolist()
        beside = Beside(
            title_matches(corpus.articles, same_titles.result(), places),
            _updates(corpus, kin, places, broken),
        )
        inspected = with_titles(inspected, scanned, Titles.of(one.title for one in ordered))
        if settings.translated_days:
            inspected = _translated(corpus, held.sentences, inspected, places, first, settings)
        # A report needs no more, and has much to hold.
        corpus = replace(corpus, layout=without_words(corpus.layout))
        for start in range(0, len(scanned), CHUNK):
            numbers = places[start : start + CHUNK]
            several = islice(inspected, len(numbers))
            seen = [broken.get(number, one) for number, one in zip(numbers, several, strict=True)]
            # In order of provenance: an article's number is how many come before it.
            verdicts = judged(corpus, numbers, found, seen, furniture, numbers, beside)
            for done, made in enumerate(verdicts, start + 1):
                if isinstance(made, ArticleReport):
                    number = places[done - 1]
                    yield bounded_too(made, sources=number in bounds.sources, copies=number in bounds.copies)
                elif on_error is None:
                    raise made
                else:
                    on_error(unjudged(scanned[done - 1], made))
                told("judging", done, len(scanned))


def _silent(stage: str, done: int, total: int) -> None:
    pass


@contextmanager
def _threads(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that, after an error or Ctrl-C, end what they have begun and begin nothing more."""
    pool = ThreadPoolExecutor(max(1, workers))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Held:
    """The articles that an index holds, earliest first, without their texts; what it keeps of their sentences and
    titles."""

    articles: Sequence[Article]
    sentences: Sequence[bytes]
    titles: words.Columns


def _held(index: Index | None, texts: Iterable[str]) -> tuple[_Held, words.Columns]:
    """What an index holds, and the columns of its articles; `texts` are those that it will be compared with."""
    if index is None:
        nothing = words.split([])
        return _Held((), (), nothing), nothing
    records = list(index.articles())
    articles = [
        Article(record.id, "", source=record.source, published=record.published) for record in records
    ]
    order = provenance_order(articles)
    columns = unpack([records[i].words for i in order])
    columns = under_one(
        columns,
        [records[i].secret for i in order],
        index.secret,
        Texts([*texts], lambda some, secret: words.split_each(some, secret)[0]),
    )
    held = _Held(
        [articles[i] for i in order], [records[i].sentences for i in order],
        unpack_titles([records[i].title for i in order]),
    )  # fmt: skip
    return held, columns


def _same_titles(held: _Held, articles: Sequence[Article], corpus: Corpus) -> dict[int, tuple[int, int]]:
    """Who had the titles of articles before, by places in the corpus (see `dedup.match.titles.matched`)."""
    own = titles.columns_of(article.title for article in articles)
    columns = told_apart(words.joined((held.titles, own)))
    return titles.matched(columns, [one.source for one in corpus.articles], len(held.articles))


def _updates(
    corpus: Corpus, kin: NDArray[np.int64], places: Sequence[int], broken: Broken
) -> dict[int, list[Before]]:
    """What the articles at some places may update; one that breaks it is an error."""
    out: dict[int, list[Before]] = {}
    for place in sorted({*places} & {*kin[:, 0].tolist()}):
        try:
            out.update(versions_before(corpus.articles, corpus.layout.columns, kin, [place]))
        except Exception as error:
            broken[place] = error
    return out


def _kin(taken: Took, sources: NDArray[np.int64], corpus: Corpus) -> NDArray[np.int64]:
    """What articles may update, by places in the corpus (see `dedup.updates.before.likely`)."""
    sizes = np.diff(corpus.layout.columns.art_words)
    siblings = before.siblings(taken, sources[taken.article], sizes[taken.article])
    return before.likely(before.direct(taken, sources, sizes).joined(siblings), sizes)


def _translated(
    corpus: Corpus, held: Sequence[bytes], inspected: Iterator[Inspection | BadRecord], places: Sequence[int],
    first: int, settings: Settings,
) -> Iterator[Inspection | BadRecord]:  # fmt: skip
    """The inspections with the marks of what is translated, of articles with some places in the corpus."""
    # Its loops are many, and compiled once: a scan that asks for none of it needs none of them.
    from dedup.translated.corpus import Told, translations
    from dedup.translated.sentences import from_bytes

    seen = list(inspected)
    languages: list[str | None] = [None] * len(corpus.articles)
    languages[len(held) : first] = main_languages(corpus.articles[len(held) : first])
    for place, one in zip(places, seen, strict=True):
        languages[place] = None if isinstance(one, BadRecord) else one.language
    told = Told(
        corpus.articles, corpus.layout.columns, languages, _days(corpus.articles), [*map(from_bytes, held)]
    )
    marks = [*translations(told, first, settings.translated_days, load())]
    for place, one in zip(places, seen, strict=True):
        if isinstance(one, BadRecord):
            yield one
        else:
            yield replace(one, marks=(*one.marks, *marks[place - first]), translated=said(one.language))


def _days(articles: Sequence[Article]) -> list[int]:
    """Days since 1970 of articles in order of provenance; those without a date have the last before them."""
    days = []
    day = 0
    for article in articles:
        day = day_of(moment(article.published)) if article.published is not None else day
        days.append(day)
    return days


def _read(
    held: Sequence[Article],
    columns: words.Columns,
    articles: Sequence[Article],
    first: int,
    secret: bytes,
    pool: ThreadPoolExecutor,
    told: Progress,
    broken: Broken,
) -> Corpus:
    vocabulary = Vocabulary()

    def parts() -> Iterator[words.Columns]:
        yield vocabulary.told_apart(columns)
        done = 0
        for part, odd in pool.map(
            partial(words.split_each, secret=secret), words.batches(article.text for article in articles)
        ):
            yield vocabulary.told_apart(part)
            broken.update((len(held) + done + place, error) for place, error in odd.items())
            done += part.art_words.size - 1
            told("splitting", done, len(articles))

    return Corpus([*held, *articles], lay_out(words.joined(parts())), range(first))


def _careful(quotes: Quotes, broken: Broken) -> Quotes:
    """The same quotations; an article that breaks it has none, and is an error."""

    def careful(number: int, paragraphs: Sequence[tuple[int, int]], among: set[int]) -> Spans:
        try:
            return quotes(number, paragraphs, among)
        except Exception as error:
            broken[number] = error
            return ()

    return careful


def _found(
    corpus: Corpus, first: int, settings: Settings, ignored: Ignored, pool: ThreadPoolExecutor, told: Progress,
    broken: Broken, bounds: Bounds,
) -> tuple[Evidence, NDArray[np.bool_], NDArray[np.int64]]:  # fmt: skip
    """What the articles from place `first` on have in common with others, what was learned to be furniture, and what
    they may update (see `_kin`)."""
    sources = source_numbers(corpus.articles)
    passages, at_home, taken = _passages(
        corpus, first, sources, settings, ignored, pool, told, broken, bounds
    )
    quotes = _careful(quotes_in(corpus.articles), broken)
    found = evidence(corpus.layout, passages, quotes, settings).without_furniture(at_home)
    return found, learned_furniture(sources, corpus.layout, settings), _kin(taken, sources, corpus)


def _passages(
    corpus: Corpus, first: int, sources: NDArray[np.int64], settings: Settings, ignored: Ignored,
    pool: ThreadPoolExecutor, told: Progress, broken: Broken, bounds: Bounds,
) -> tuple[align.Passages, NDArray[np.bool_], Took]:  # fmt: skip
    """Verified passages of the articles from place `first` on, which of them are furniture of their source, and what
    articles took from others, standing phrases and all.

    An article that breaks a stage has none.
    """
    told("pairing", 0, 0)
    layout = corpus.layout
    nets = [exact_pairs(layout)]
    if settings.nets != "fingerprints":
        nets.append(near_duplicates(layout, settings))
    known = distinct(np.concatenate(nets))
    del nets
    # When the other net's keys are gone.
    postings = fingerprints.post(layout, settings.shingle_words)
    aligned = Verification(layout, known, postings, ignored, settings, broken, bounds)
    parts = []
    starts = range(first, len(corpus.articles), CHUNK)
    stops = (min(start + CHUNK, len(corpus.articles)) for start in starts)
    for start, part in zip(starts, pool.map(aligned.verified, starts, stops), strict=True):
        parts.append(part)
        told("aligning", min(start + CHUNK, len(corpus.articles)) - first, len(corpus.articles) - first)
    every = align.joined(parts)
    del parts
    taken = before.took(every.rows)
    found = without_standing_phrases(every, settings)
    del every
    rule = Rule.of(settings)
    homes = Sources.of(sources, layout, rule)
    at_home = homes.furniture(layout, postings, found, settings.shingle_words, rule)
    return found, at_home, taken
