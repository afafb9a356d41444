"""Judges articles as they come, each by what came before it, with any index.

The stages are those of `dedup.scanner`; the index only says which earlier articles to look at. What a stream
judges otherwise than a scan of the same articles:

- It knows nothing of later articles: an original that arrives after its copies finds them judged already
  (see `Detector.amend`), and furniture is learned only from what has been seen.
- Of articles with equal dates, the one that arrived first is the earlier.
- `copies` counts earlier articles only, up to `Settings.frequent`; of passages that very many hold, the articles
  that came first are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import TypeVar

from dedup.additions import NOTHING, Additions
from dedup.errors import BadRecord
from dedup.index import Index, StepLost, View
from dedup.index.engine import check_answers
from dedup.index.memory import MemoryIndex
from dedup.index.records import day_name, day_of
from dedup.inspect.inspector import Inspector
from dedup.match.ignored import Ignored
from dedup.model import Article, ArticleReport
from dedup.settings import Settings
from dedup.stream.amending import Amendments, Late
from dedup.stream.careful import judged
from dedup.stream.rounds import Caps, Round, Work, read
from dedup.stream.translating import Translations

T = TypeVar("T")

BATCH = 100
"""Articles judged in one step of an index by `stream`: it sets the pace, never the answer."""

TRIES = 5
"""Times that a step is begun which its index loses (see `dedup.index.StepLost`)."""


class Detector:
    """Judges articles by those that an index holds.

    `window` is a number of days: what is older than the newest articles by more counts for nothing (and may be
    forgotten, see `Index.expire`). "The newest" is the third newest date that is not in the future, so that
    articles with a wrong date forget nothing.

    `additions`: furniture that is known beside the shipped phrases, and texts that never count as a source. What was
    judged before keeps its report.

    `revise`: keep with each verdict what `amend` needs to know of the text, the places of its quotations.

    `stories`: say of each article which story it belongs to, as far as those before it tell.

    `caps` tells how often the bounds of its work were met so far, `late` how many older versions of articles came
    after newer ones.
    """

    def __init__(
        self,
        index: Index,
        settings: Settings | None = None,
        *,
        window: int | None = None,
        revise: bool = False,
        additions: Additions = NOTHING,
        stories: bool = False,
    ) -> None:
        self.index = index
        self.settings = settings or index.settings
        self.window = window
        self.revise = revise
        self.additions = additions
        self.stories = stories
        self.caps = Caps()
        self.late = 0
        check_answers(index, self.settings)

    @cached_property
    def _inspector(self) -> Inspector:
        return Inspector(self.additions.furniture)  # loads the language models: not before there is work

    @cached_property
    def _ignored(self) -> Ignored:
        return Ignored.of(self.additions.ignored, self.settings.shingle_words)

    @cached_property
    def _translations(self) -> Translations | None:
        return Translations() if self.settings.translated_days else None

    def check(self, article: Article) -> ArticleReport:
        """Judge one article without adding it."""
        return self.judge([article], add=False)[0]

    def add(self, article: Article) -> ArticleReport:
        """Judge one article and add it, in one atomic step; it is durable when this returns."""
        return self.judge([article])[0]

    def judge(self, batch: Sequence[Article], *, add: bool = True) -> list[ArticleReport]:
        """Judge articles in their order, each by what the index holds and those before it, and add them.

        An article that is held already, with the same text, gets its first report again; with another text it is
        a revision, which replaces it. An older version that comes late (see `dedup.index.records.is_older`) replaces
        nothing: it is judged as if it had come in time, and not kept. All up to the next such one is one atomic step.
        How articles are cut into batches changes no report.
        """
        if not batch:
            return []
        # Outside the step: others need not wait for it.
        work = read(batch, self.settings, self.index.secret, self._inspector, self._translations, self.revise)
        reports: list[ArticleReport] = []
        while len(reports) < len(batch):
            rest = range(len(reports), len(batch))
            articles = [batch[place] for place in rest]
            worked = work.of(rest, articles, self.settings) if reports else work
            done = _again_if_lost(partial(self._step, articles, worked, add))
            self.caps += done.caps
            self.late += done.late
            reports += done.reports
        return reports

    def _step(self, batch: Sequence[Article], work: Work, add: bool) -> Round:
        if not add:
            with self.index.view() as view:
                return self._round(view, batch, work)
        with self.index.step() as step:
            done = self._round(step, batch, work)
            if done.records:
                step.add(done.records, done.keys)
        return done

    def _round(self, view: View, batch: Sequence[Article], work: Work) -> Round:
        return Round(
            view, batch, work, self.settings, self.window, self._ignored, self._translations, self.stories
        )

    def amend(self, batch: Sequence[Article] | Sequence[ArticleReport]) -> list[ArticleReport]:
        """Judge again what arrived before these articles, was published after them, and has what they have.

        `batch` has been added (its reports will do); what it affects was judged with `revise`. Amended reports
        come in the order of arrival, with the next `revision`; they are what these articles get from now on when
        they are sent again. They have no title, address or other keys, which an index does not keep. Of passages
        that more than `Settings.frequent` articles hold, the first to come are amended. Told the same batch
        again, after a crash, it gives the same reports.
        """
        late = [Late.of(article) for article in batch if article.published is not None]
        return _again_if_lost(lambda: self._amend(late)) if late else []

    def _amend(self, late: Sequence[Late]) -> list[ArticleReport]:
        with self.index.step() as step:
            done = Amendments(step, late, self.settings, self.window, self._ignored)
            if done.records:
                step.amend(done.records)
        return done.reports

    def forget(self) -> int:
        """Drop from the index what lies outside the window; return how many articles that were."""
        if self.window is None:
            return 0
        with self.index.view() as view:
            newest = view.newest
        return self.index.expire(day_name(day_of(newest[-1]) - self.window)) if newest else 0


def _again_if_lost(work: Callable[[], T]) -> T:
    for _ in range(TRIES - 1):
        with suppress(StepLost):
            return work()
    return work()


def stream(
    articles: Iterable[Article],
    settings: Settings | None = None,
    *,
    reference: Iterable[Article] = (),
    window: int | None = None,
    additions: Additions = NOTHING,
    on_error: Callable[[BadRecord], None] | None = None,
) -> Iterator[ArticleReport]:
    """Judge each article by those before it, as a `Detector` does that is given one after the other.

    `reference` articles go before them all and get no report. An article that breaks a stage is handed to
    `on_error` and gets none; without, the error is raised.

    >>> story = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    >>> feed = [Article("a", story, source="one"), Article("b", story, source="two")]
    >>> [report.originality for report in stream(feed)]
    [1.0, 0.0]
    """
    detector = Detector(MemoryIndex(settings), window=window, additions=additions)
    for _ in judged(detector, reference, BATCH, on_error):
        pass
    yield from judged(detector, articles, BATCH, on_error)
