"""The nouns: what goes in (`Article`), what comes out (`ArticleReport`), and what lies between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from importlib import import_module
from typing import Any, TypeAlias

from dedup.classes import CLASSES, JUDGED, Kind
from dedup.errors import BadDate

Json: TypeAlias = Mapping[str, Any]
"""A decoded JSON object: the one place where values of any kind pass through untouched."""

SCHEMA = 2
"""Version of the report format."""

SCHEMAS = (1, SCHEMA)
"""Versions that can be read: the first has no `template` and no `translated`."""


def normal_date(value: str | date) -> str:
    """Return an ISO 8601 date or date-time as UTC, in one spelling whose text order is time order.

    A date is its midnight, a time without zone is UTC. Basic and extended format, a space for the
    "T", and fractions of a second (cut to microseconds) will do. Raises `BadDate` for what is no
    date.

    >>> normal_date("2019-04-06")
    '2019-04-06T00:00:00Z'
    >>> normal_date("2019-04-06T12:00:00.25+02:00")
    '2019-04-06T10:00:00.250000Z'
    >>> normal_date("20190406T120000+0200")
    '2019-04-06T10:00:00Z'
    """
    try:
        if isinstance(value, str):
            if len(value) == 20 and value[4::3] == "--T::Z":  # the one spelling, and the usual one
                datetime.fromisoformat(value[:19])
                return value
            value = iso_moment(value)
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    except BadDate:
        raise
    except (
        ValueError,
        OverflowError,
    ) as error:  # 30 February; year 1 or 9999, pushed over the edge by its zone
        raise BadDate(f"date out of range: {value}") from error
    except AttributeError as error:
        raise BadDate(f"no date: {value!r}; give ISO 8601 text, a date or a datetime") from error


_ISO = re.compile(
    r"(\d{4})(-?)(\d\d)\2(\d\d)"
    r"(?:[T ](\d\d)(?:(:?)(\d\d)(?:\6(\d\d)(?:[.,](\d+))?)?)?\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?",
    re.ASCII,
)


def iso_moment(text: str) -> datetime:
    """Return the moment that an ISO 8601 date is, UTC where it names no zone. Raises `BadDate`."""
    # datetime.fromisoformat reads other spellings in each version of Python: an own pattern does not.
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise BadDate(f"no ISO 8601 date: {text!r}")
    year, _, month, day, hour, _, minute, second, fraction, _, sign, zone_hours, zone_minutes = match.groups()
    zone = timezone.utc
    if sign:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
    return datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int(f"{fraction or 0:0<6}"[:6]),
        zone,
    )


@dataclass(frozen=True, slots=True)
class UpdateOf:
    """The article that another updates, or the version that it replaces: its id, and in words what was added, deleted
    and changed."""

    id: str
    added: int
    deleted: int
    changed: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a feed. `published` is kept as UTC in one spelling (see `normal_date`).

    `source` is the outlet or feed, "" where unknown. `extra` holds the record's other keys,
    untouched. `path` and `record` (from 1; 0 where the file is the record) say where it was read.
    `update_of` is the version that it replaced (see `dedup.provenance.current`).
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    published: str | None = None
    url: str = ""
    language: str | None = None
    extra: Json = field(default_factory=dict)
    path: str = ""
    record: int = 0
    update_of: UpdateOf | None = None

    def __post_init__(self) -> None:
        if self.published is not None:
            object.__setattr__(self, "published", normal_date(self.published))


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that one stage has something to say about, before words are counted.

    `start` and `end` are code points of the article's text, half open. Marks may overlap: the
    ledger settles precedence and splits them at paragraph borders. What is translated has a `match`, `anchors`
    and `evidence` (see `Finding`), and lies in one paragraph.
    """

    kind: Kind
    start: int
    end: int
    language: str | None = None
    confidence: float | None = None
    reason: str | None = None
    hides: str | None = None
    match: Match | None = None
    anchors: tuple[tuple[int, int, int, int], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The earliest article that holds a passage, and how the two align.

    `spans` are aligned verbatim runs `(start, end, match_start, match_end)` in code points; what
    lies between two spans inside the finding was swapped, dropped or inserted. `jaccard` and
    `containment` compare the shingles of the finding's paragraph with the matched paragraph's. Of what is translated
    the spans are sentences, `language` is the source's, and no shingle is shared.
    """

    id: str
    source: str
    published: str | None
    paragraph: int
    start: int
    end: int
    jaccard: float
    containment: float
    spans: tuple[tuple[int, int, int, int], ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage that is not the article's own, why, and the words it holds.

    `paragraph` counts from 0; a finding never crosses a paragraph border. `words` counts the
    words that begin in `[start, end)`. `copies`: how many other articles hold the passage.

    `changes`, of what is reworded: what differs, `(start, end, match_start, match_end)` in code points each. Words put
    in have an empty place in the match, and words left out an empty one here.

    `anchors`, of what is translated: names and figures that agree, `(start, end, match_start, match_end)` in code
    points each; `evidence` is what they say here.
    """

    kind: Kind
    paragraph: int
    start: int
    end: int
    words: int
    match: Match | None = None
    copies: int | None = None
    language: str | None = None
    confidence: float | None = None
    reason: str | None = None
    hides: str | None = None
    changes: tuple[tuple[int, int, int, int], ...] = ()
    anchors: tuple[tuple[int, int, int, int], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """Words by class. Each word of the article is in exactly one class."""

    original: int = 0
    quoted: int = 0
    recycled: int = 0
    reworded: int = 0
    carried_over: int = 0
    repeated: int = 0
    template: int = 0
    boilerplate: int = 0
    foreign: int = 0
    translated: int = 0

    @property
    def words(self) -> int:
        """All words: the sum of the classes."""
        return sum(getattr(self, name) for name in CLASSES)

    @property
    def judged(self) -> int:
        """The words that originality counts: all but those of classes that stand aside."""
        return sum(getattr(self, name) for name in JUDGED)

    @property
    def originality(self) -> float | None:
        """Share of the judged words that nothing earlier accounts for, in [0, 1].

        Quotes, templates, furniture and foreign words count on neither side; None where nothing is judged.

        >>> Ledger(original=30, recycled=60, quoted=12, repeated=10).originality
        0.3
        """
        judged = self.judged
        return self.original / judged if judged else None


@dataclass(frozen=True, slots=True)
class SourceShare:
    """An article that words were taken from, and how many of the ledger's words."""

    id: str
    source: str
    published: str | None
    words: int


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """An earlier article of another source with the same title, or nearly: `changed` words were swapped, put in or left
    out."""

    id: str
    source: str
    published: str | None
    changed: int


@dataclass(frozen=True, slots=True)
class StoryPart:
    """What an article is to a story: the id of the story's root, and its role (see `dedup.stories`)."""

    id: str
    role: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict rests on.

    `words`: those that originality counts. `against`: how many other articles it was compared with, all that are
    earlier and all of the reference. `undated`: the order of the input decided who was first, as the article, or one
    that has some of its words, has no date.
    """

    words: int
    against: int
    undated: bool


# How a report is written and drawn belongs to later rooms; its methods ask them when they are called.


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """What was found in one article: the ledger, the sources and the findings that explain it.

    `update_of` is what it updates. `title_match` says who had its title before: it counts in no ledger. `credits` are
    the agencies it names as its source; `story` is where it belongs, once that was asked for. `judged` is None in a
    report that was written before there was such a thing. `translated` says what looked for translations, or for which
    language it could not; None where nobody asked for them.
    `bounded` names what was not looked at to its end: ``runs`` of equal words, where an article says the same too
    often, and ``sources``, where more deserved a look than are looked at: in both more may have been taken than was
    found. ``copies``: a passage has more than are counted, and in a stream the first of them to be published need not
    be among these.
    """

    id: str
    source: str
    published: str | None
    language: str | None
    words: int
    originality: float | None
    ledger: Ledger
    sources: tuple[SourceShare, ...] = ()
    findings: tuple[Finding, ...] = ()
    title: str = ""
    url: str = ""
    path: str = ""
    record: int = 0
    extra: Json = field(default_factory=dict)
    revision: int = 0
    judged: Judged | None = None
    translated: str | None = None
    schema: int = SCHEMA
    credits: tuple[str, ...] = ()
    update_of: UpdateOf | None = None
    story: StoryPart | None = None
    bounded: tuple[str, ...] = ()
    title_match: TitleMatch | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, as a line of `dedup scan` has them.

        >>> ArticleReport("a", "bbc", None, "en", 9, 1.0, Ledger(original=9)).to_dict()["originality"]
        1.0
        """
        value: dict[str, Any] = import_module("dedup.verdict.codec").to_dict(self)
        return value

    def _repr_html_(self) -> str:
        """What a notebook shows: the verdict, the ledger, the passages and where they come from."""
        shown: str = import_module("dedup.reporter.notebook").report_html(self)
        return shown
