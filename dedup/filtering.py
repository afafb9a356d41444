"""The pre-filter: lines in, lines out, and between them a `Detector` that decides.

No input or output of its own: `dedup filter`, the consumer loop and the service share it.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from dedup.errors import BadRecord, DedupError, SettingsError
from dedup.incoming import Line, Records
from dedup.index import Index
from dedup.index.records import day_name, day_of, moment
from dedup.model import Article, ArticleReport
from dedup.readers.files import STDIN
from dedup.reporter.jsonl import as_json, dumps
from dedup.stream import Detector
from dedup.trimming import trimmed

logger = logging.getLogger(__name__)

Mode: TypeAlias = Literal["annotate", "drop", "trim"]

Action: TypeAlias = Literal["pass", "drop", "trim"]

KEY = "dedup"
"""Where an article carries its report."""

UNLUCKY = 3
"""So many articles in a row may break a stage; more of them are not to blame themselves."""


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


class Filter:
    """Decides about lines.

    ``annotate`` passes every article with its report under `KEY`; ``drop`` passes those of at least
    `min_originality` (and those without a judged word) byte for byte; ``trim`` annotates, and cuts repeated,
    boilerplate and foreign passages out of the text. A `shadow` decides the same and passes every line as it
    came. `fields` as in `read_articles`. With a detector that has `revise`, see `amended`.
    """

    def __init__(
        self,
        detector: Detector,
        mode: Mode = "annotate",
        *,
        min_originality: float = 0.3,
        fields: Mapping[str, str] | None = None,
        shadow: bool = False,
    ) -> None:
        if not 0 <= min_originality <= 1:
            raise SettingsError(f"min_originality must be in [0, 1], got {min_originality!r}")
        self.detector = detector
        self.mode = mode
        self.min_originality = min_originality
        self.shadow = shadow
        self._fields = dict(fields or {})
        self.records = Records(fields)
        self._expiry = Expiry(detector)
        self._broke = 0

    def decide(self, lines: Sequence[Line]) -> list[Outcome]:
        """Judge and add the articles of these lines; their outcomes in order, blank lines left out.

        The articles are durable in the index when this returns, and it is atomic: all or none.
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
        reports = iter(self._judged(articles))
        outcomes = []
        for line, item in read:
            verdict = item if isinstance(item, BadRecord) else next(reports)
            if isinstance(verdict, BadRecord):
                outcomes.append(Outcome(line, error=verdict if verdict.path else _placed(verdict, line)))
            else:
                outcomes.append(self._outcome(line, verdict, item))
        self._expiry.after(articles)
        return outcomes

    def amended(self, outcomes: Iterable[Outcome]) -> list[ArticleReport]:
        """Reports given out before that are others now, as originals of theirs are among these outcomes.

        After a crash the same lines again have the same amended reports again.
        """
        reports = [outcome.report for outcome in outcomes if outcome.report is not None]
        return self.detector.amend(reports) if self.detector.revise else []

    def _judged(self, articles: Sequence[Article]) -> list[ArticleReport | BadRecord]:
        """Reports; one article that breaks a stage must not hold up the job for ever."""
        try:
            reports = self.detector.judge(articles)
        except (DedupError, OSError, MemoryError):
            raise  # no article is to blame
        except Exception as error:
            broken = error
        else:
            self._broke = 0
            return [*reports]
        if len(articles) > 1:
            return [verdict for article in articles for verdict in self._judged([article])]
        self._broke += 1
        if self._broke > UNLUCKY:
            raise broken
        logger.error("article %r cannot be judged", articles[0].id, exc_info=broken)
        return [BadRecord("", None, f"cannot be judged: {type(broken).__name__}: {broken}")]

    def _outcome(self, line: Line, report: ArticleReport, article: Article | BadRecord) -> Outcome:
        assert isinstance(article, Article)
        low = report.originality is not None and report.originality < self.min_originality
        if self.mode == "drop":
            if low:
                return Outcome(
                    line, "drop", report, line.raw if self.shadow else None, annotated(line.raw, report)
                )
            return Outcome(line, "pass", report, line.raw)
        text = trimmed(article.text, report) if self.mode == "trim" else article.text
        action: Action = "pass" if text == article.text else "trim"
        if self.shadow:
            return Outcome(line, action, report, line.raw)
        if action == "pass":
            return Outcome(line, action, report, annotated(line.raw, report))
        return Outcome(line, action, report, self._with_text(line.raw, text, report))

    def _with_text(self, raw: bytes, text: str, report: ArticleReport) -> bytes:
        values = _decoded(raw)
        key = self._fields.get("text", "text")
        place = values
        if key not in values:
            *parents, key = key.split(".")
            for parent in parents:
                place = place[parent]
        place[key] = text
        values[KEY] = slim(report)
        return _dumped(values)


class Expiry:
    """Lets an index forget what is out of a detector's window, whenever a new day begins."""

    def __init__(self, detector: Detector) -> None:
        self._index = detector.index
        self._window = detector.window
        self._day = -1

    def after(self, articles: Iterable[Article]) -> None:
        """Look at the days of articles that were added."""
        if self._window is None:
            return
        days = (day_of(moment(article.published)) for article in articles if article.published)
        newest = max(days, default=self._day)
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


def slim(report: ArticleReport) -> dict[str, Any]:
    """The report as JSON values, without what only the article's own record should carry."""
    value = as_json(replace(report, path="", record=0, extra={}))
    if report.revision:
        value.setdefault("revision", report.revision)
    return value


def annotated(raw: bytes, report: ArticleReport) -> bytes:
    """Return a record with its report under `KEY`; every other byte of it stays, save a `KEY` it had before.

    >>> from dedup.model import Ledger
    >>> report = ArticleReport("a", "", None, "en", 0, None, Ledger())
    >>> annotated(b'{"id": "a",  "price": 1.10}\\n', report)[:49]
    b'{"id": "a",  "price": 1.10,"dedup":{"schema":2,"i'
    """
    if b'"dedup"' in raw:
        values = _decoded(raw)
        if KEY in values:
            values[KEY] = slim(report)
            return _dumped(values)
    body = raw.rstrip()
    return b"".join((body[:-1], b',"', KEY.encode(), b'":', dumps(slim(report)), b"}\n"))


def amendment(report: ArticleReport) -> bytes:
    """An amended report as a line among articles: with an id and a report, and nothing else."""
    return dumps({"id": report.id, KEY: slim(report)}) + b"\n"


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
    return dumps(value) + b"\n"


def log_line(outcome: Outcome) -> bytes:
    """What was decided about an article, as a line of JSON."""
    report = outcome.report
    assert report is not None
    value = {"line": outcome.line.number, "id": report.id, "action": outcome.action}
    return dumps({**value, "originality": report.originality}) + b"\n"


def _decoded(raw: bytes) -> dict[str, Any]:
    # The standard library's JSON: it keeps integers of any size.
    values: dict[str, Any] = json.loads(raw.decode("utf-8-sig"))
    return values


def _dumped(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
