"""The pre-filter: lines in, lines out, and between them a `Detector` that decides.

No input or output of its own: `dedup filter`, the consumer loop and the service share it.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from dedup.errors import BadRecord, DedupError, SettingsError
from dedup.index import Index
from dedup.index.records import day_name, day_of, latest_credible, moment
from dedup.model import Article, ArticleReport
from dedup.prefilter.incoming import Line, Records
from dedup.prefilter.splicing import appended, place_of, put, without
from dedup.prefilter.trimming import Level, Trim, checked_level, trimmed
from dedup.readers.files import STDIN, Report
from dedup.readers.outlets import Outlets
from dedup.readers.records import OUTLETS, logged
from dedup.reporter.jsonl import dumps
from dedup.reporter.visible import spelled
from dedup.stream import Detector
from dedup.stream.careful import Careful
from dedup.verdict.codec import to_dict

logger = logging.getLogger(__name__)

Mode: TypeAlias = Literal["annotate", "drop", "trim"]

Action: TypeAlias = Literal["pass", "drop", "trim"]

KEY = "dedup"
"""Where an article carries its report."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line.

    `out` is the line to pass on, `rejected` the one to keep aside with its report; both with a line feed, None
    where there is none. `action` is what was decided, also where a shadow passes everything. `error` says why
    a line is no article; then there is no `report`.
    """

    line: Line
    action: Action = "pass"
    report: ArticleReport | None = None
    out: bytes | None = None
    rejected: bytes | None = None
    error: BadRecord | None = None


NAMED = 5
"""Articles that one warning names."""

MIN_ORIGINALITY = 0.3
"""Articles of less originality are held back ..."""

MIN_JUDGED = 30
"""... if so many of their words were judged. Of fewer, a sentence or two, one standing phrase or one figure that an
agency gave out is a large part: originality says little there, and the article passes."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Which articles are held back: the one policy of all that drop.

    It is no setting of the index: the verdicts are the same whatever is done about them.
    """

    min_originality: float = MIN_ORIGINALITY
    min_judged: int = MIN_JUDGED

    def __post_init__(self) -> None:
        if not 0 <= self.min_originality <= 1:
            raise SettingsError(f"min_originality must be in [0, 1], got {self.min_originality!r}")
        if self.min_judged < 0:
            raise SettingsError(f"min_judged must be at least 0, got {self.min_judged!r}")

    def holds_back(self, report: ArticleReport) -> bool:
        """Whether an article is to be held back.

        >>> from dedup.model import Ledger
        >>> report = ArticleReport("a", "", None, "en", 40, 0.0, Ledger(recycled=25, boilerplate=15))
        >>> Limit().holds_back(report), Limit(min_judged=25).holds_back(report)
        (False, True)
        """
        if report.originality is None or report.originality >= self.min_originality:
            return False
        return report.ledger.judged >= self.min_judged


class Filter:
    """Decides about lines.

    ``annotate`` passes every article with its report under `KEY`; ``drop`` passes those that `Limit` does not hold
    back byte for byte; ``trim`` annotates, and cuts repeated, boilerplate and foreign passages out of the text that
    are as sure as `trim_at` (see `dedup.prefilter.trimming`). A `shadow` decides the same and passes every line as it
    came. `fields` as in `read_articles`, `outlets` and `warn` as in `Records`. With a detector that has `revise`, see
    `amended`.
    """

    def __init__(
        self,
        detector: Detector,
        mode: Mode = "annotate",
        *,
        min_originality: float = MIN_ORIGINALITY,
        min_judged: int = MIN_JUDGED,
        trim_at: Level = "sure",
        fields: Mapping[str, str] | None = None,
        shadow: bool = False,
        outlets: Outlets = OUTLETS,
        warn: Report = logged,
    ) -> None:
        self.limit = Limit(min_originality, min_judged)
        self.detector = detector
        self.mode = mode
        self.trim_at = checked_level(trim_at)
        self.shadow = shadow
        self._fields = dict(fields or {})
        self.records = Records(fields, outlets=outlets, warn=warn)
        self._expiry = Expiry(detector)
        self._judge = Careful(detector).judge

    def decide(self, lines: Sequence[Line]) -> list[Outcome]:
        """Judge and add the articles of these lines; their outcomes in order, blank lines left out.

        The articles are durable in the index when this returns.
        """
        read: list[tuple[Line, Article | BadRecord]] = []
        for line in lines:
            try:
                article = self.records.article(line)
            except BadRecord as error:
                read.append((line, error))
            else:
                if article is not None:
                    read.append((line, article))
        articles = [item for _, item in read if isinstance(item, Article)]
        reports = iter(self._judge(articles))
        outcomes = []
        for line, item in read:
            verdict = item if isinstance(item, BadRecord) else next(reports)
            if isinstance(verdict, BadRecord):
                outcomes.append(Outcome(line, error=verdict if verdict.path else _placed(verdict, line)))
            else:
                outcomes.append(self._written(line, verdict, item))
        self._expiry.after(articles)
        return outcomes

    def amended(self, outcomes: Iterable[Outcome]) -> list[ArticleReport]:
        """Reports given out before that are others now, as originals of theirs are among these outcomes.

        After a crash the same lines again have the same amended reports again.
        """
        reports = [outcome.report for outcome in outcomes if outcome.report is not None]
        return self._amended(reports) if self.detector.revise else []

    def _amended(self, reports: Sequence[ArticleReport]) -> list[ArticleReport]:
        try:
            return self.detector.amend(reports)
        except (DedupError, OSError):
            raise
        except Exception as error:
            if len(reports) == 1:
                logger.error(
                    "what article %r changes cannot be told: %s", reports[0].id, error, exc_info=error
                )
                return []
        return [amended for report in reports for amended in self._amended([report])]

    def _written(self, line: Line, report: ArticleReport, article: Article | BadRecord) -> Outcome:
        """The outcome; what cannot be written is an error, and may not be in the index either."""
        try:
            return self._outcome(line, report, article)
        except Exception as error:
            self.detector.index.remove([report.id], report.source)
            reason = f"cannot be written: {type(error).__name__}: {error}"
            return Outcome(line, error=_placed(BadRecord("", None, reason), line))

    def _outcome(self, line: Line, report: ArticleReport, article: Article | BadRecord) -> Outcome:
        assert isinstance(article, Article)
        if self.mode == "drop":
            if self.limit.holds_back(report):
                return Outcome(
                    line, "drop", report, line.raw if self.shadow else None, with_report(line.raw, report)
                )
            return Outcome(line, "pass", report, line.raw)
        trim = trimmed(article.text, report, self.trim_at) if self.mode == "trim" else Trim(article.text)
        action: Action = "trim" if trim.cuts else "pass"
        if self.shadow:
            return Outcome(line, action, report, line.raw)
        if action == "pass":
            return Outcome(line, action, report, with_report(self._judged(line.raw, article), report, trim))
        return Outcome(line, action, report, with_report(self._put(line.raw, trim.text), report, trim))

    def _judged(self, raw: bytes, article: Article) -> bytes:
        """Return the record with the text that was judged, where it had HTML or another name: offsets are of that."""
        if b'"text"' in raw and b"<" not in raw:  # nearly always
            return raw
        place = place_of(raw, self._names(raw))
        is_judged = place is not None and json.loads(raw[slice(*place)]) == article.text
        return raw if is_judged else self._put(raw, article.text)

    def _put(self, raw: bytes, text: str) -> bytes:
        return put(raw, self._names(raw), dumps(text))

    def _names(self, raw: bytes) -> list[str]:
        key = self._fields.get("text", "text")
        return [key] if place_of(raw, [key]) else key.split(".")


class Expiry:
    """Lets an index forget what is out of a detector's window, whenever a new day begins."""

    def __init__(self, detector: Detector) -> None:
        self._index = detector.index
        self._window = detector.window
        self._day = -1

    def after(self, articles: Iterable[Article]) -> None:
        """Look at the days of articles that were added; a warning names those that cannot be of their day."""
        if self._window is None:
            return
        latest = latest_credible()
        dated = [(moment(article.published), article.id) for article in articles if article.published]
        if odd := [name for when, name in dated if when > latest]:
            more = f" and {len(odd) - NAMED:,} more" if len(odd) > NAMED else ""
            names = ", ".join(map(repr, odd[:NAMED]))
            logger.warning("dated in the future, which does not move the window: %s%s", names, more)
        newest = max((day_of(when) for when, _ in dated if when <= latest), default=self._day)
        if newest > self._day:
            self._day = newest
            forget(self._index, self._window)


def forget(index: Index, window: int) -> int:
    """Let an index forget what is older than its newest articles by more than `window` days.

    As a `Detector` with this window has it: nothing goes that it would still look at. Returns how many went.
    """
    with index.view() as view:
        newest = view.newest
    if not newest:
        return 0
    first = day_of(newest[-1]) - window
    return index.expire(day_name(first)) if first > 0 else 0


def annotation(report: ArticleReport, trim: Trim | None = None) -> dict[str, Any]:
    """The report as JSON values, without what only the article's own record should carry; `trim` says what was cut."""
    value = to_dict(report, with_record=False)
    if trim is not None and (cut := trim.as_json()):
        value["trimmed"] = cut
    return value


def with_report(raw: bytes, report: ArticleReport, trim: Trim | None = None) -> bytes:
    """Return a record with its report under `KEY`; every other byte of it stays, save a `KEY` it had before.

    >>> from dedup.model import Ledger
    >>> report = ArticleReport("a", "", None, "en", 0, None, Ledger())
    >>> with_report(b'{"id": "a",  "price": 1.10}\\n', report)[:49]
    b'{"id": "a",  "price": 1.10,"dedup":{"schema":2,"i'
    """
    if KEY in report.extra or b'"dedup"' in raw:
        raw = without(raw, KEY)
    return appended(raw, KEY, dumps(annotation(report, trim)))


def amendment(report: ArticleReport) -> bytes:
    """An amended report as a line among articles: with an id and a report, and nothing else."""
    return dumps({"id": report.id, KEY: annotation(report)}) + b"\n"


def _placed(error: BadRecord, line: Line) -> BadRecord:
    return BadRecord(line.name or STDIN, None if line.name else line.number, error.reason)


def complaint(line: Line, error: BadRecord) -> bytes:
    """A line that is no article, as a line of JSON from which it can be had again."""
    place = {"name": line.name} if line.name else {"line": line.number}
    value: dict[str, object] = {**place, "reason": error.reason}
    raw = line.raw.removesuffix(b"\n")
    try:
        value["record"] = raw.decode()
    except UnicodeDecodeError:
        value["record_base64"] = base64.b64encode(raw).decode()
    return spelled(dumps(value)) + b"\n"


def log_line(outcome: Outcome) -> bytes:
    """What was decided about an article, as a line of JSON."""
    report = outcome.report
    assert report is not None
    value = {"line": outcome.line.number, "id": report.id, "action": outcome.action}
    return spelled(dumps({**value, "originality": report.originality})) + b"\n"
