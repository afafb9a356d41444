"""Dates as feeds, agencies, records and pages write them -> `published`.

A spelling that can mean two days is none of them: a wrong date makes an original a copy, and nobody sees it. No
library, for those at hand fill what is missing from today's clock, and need longer to load than a feed to read. What
is no number and not ISO 8601 is taken apart by `dedup.readers.spellings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from dedup.model import iso_moment
from dedup.readers.spellings import Dated, Places, spelled

DATE_NAMES = (
    "datePublished", "date_published", "published_at", "publishedAt", "published_date", "publication_date",
    "publicationDate", "pubDate", "pub_date", "pubdate", "publish_date", "publishDate", "publishdate", "date_publish",
    "published_time", "publish_time", "firstcreated", "firstCreated", "first_published", "date_gmt", "dateTimePub",
    "webPublicationDate", "created_at", "createdAt", "date_created", "created", "datetime", "date",
)  # fmt: skip
"""Names under which records have the date that is not called `published`, the surest first. When a page was fetched
or changed is not when it was published."""

_ZONED = re.compile(r"\d\d\d\d-?\d\d-?\d\d[T ].*(?:[Zz]|[+-]\d\d(?::?\d\d)?)", re.ASCII)
_DAY = re.compile(r"\d{4}(-?)\d\d\1\d\d", re.ASCII)
_EPOCH = re.compile(r"[+-]?\d{9,19}(?:\.\d+)?", re.ASCII)
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?", re.ASCII)
_DOT_NET = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/", re.ASCII)


def places(language: str | None, host: str = "") -> Places:
    """Return what a declared language and the host of an address say of where a text comes from.

    >>> sorted(places("en-AU", "www.example.com.au"))
    ['au', 'en']
    """
    found = {part.lower() for part in re.split("[-_]", language or "") if part}
    label = host.rpartition(".")[2].lower()
    if len(label) == 2:  # a country's
        found.add(label)
    return found


def dated(value: object, where: Places = ()) -> Dated | None:
    """Return the date that a value of a record, a feed or a page is, or None.

    >>> str(dated("Tue, 05 Mar 2024 14:00:00 CET"))
    '2024-03-05T13:00:00Z'
    >>> str(dated("5 de marzo de 2024")), str(dated(1708426500000))
    ('2024-03-05', '2024-02-20T10:55:00Z')
    >>> dated("03/05/2024") is None, str(dated("03/05/2024", ["us"])), str(dated("03/05/2024", ["fr"]))
    (True, '2024-03-05', '2024-05-03')
    """
    try:
        if isinstance(value, str):
            return _of_text(value.strip(), where) if value else None
        if isinstance(value, Dated):
            return value
        if isinstance(value, Mapping):  # MongoDB's, or PHP's with its zone beside it
            if "timezone" in value:
                return dated(f"{value.get('date')} {value['timezone']}", where)
            return dated(value.get("$date", value.get("$numberLong")), where)
        if isinstance(value, (list, tuple)):
            return best(value, where)
        if isinstance(value, datetime):
            return _of_datetime(value)
        if isinstance(value, date):
            return Dated(datetime(value.year, value.month, value.day), day_only=True)
        if isinstance(value, bool):
            return None
        if isinstance(value, (int, float)):
            return _of_epoch(float(value))
        return None
    except (ValueError, OverflowError, KeyError):  # KeyError: a zone that nobody knows
        return None


def best(values: Iterable[object], where: Places = ()) -> Dated | None:
    """Return the first of `values` that is a date, as the others say it better.

    The same time with a zone beats it without one, the same day with a time beats the day.
    """
    found: Dated | None = None
    for value in values:
        other = dated(value, where)
        if found is None or (other is not None and _says_more(other, found)):
            found = other
    return found


def _says_more(other: Dated, found: Dated) -> bool:
    if found.day_only:
        return not other.day_only and other.wall.date() == found.wall.date()
    if found.offset is not None or other.offset is None or other.day_only:
        return False
    # The same wall clock, or the same moment told by a clock of another zone: those differ by quarters of an hour.
    apart = abs(other.wall.replace(microsecond=0) - found.wall.replace(microsecond=0)).total_seconds()
    return apart < 60 or (apart % 900 == 0 and apart <= 14 * 3600 and found.wall.second != 0)


def _of_datetime(value: datetime, day_only: bool = False) -> Dated:
    ahead = value.utcoffset()
    offset = None if ahead is None else round(ahead.total_seconds() / 60)
    return Dated(value.replace(tzinfo=None), offset, day_only)


def _of_epoch(number: float) -> Dated | None:
    """Read seconds since 1970, or thousandths, millionths and so on of them."""
    while 1e11 <= abs(number) < 1e20:
        number /= 1000
    if not 1e8 <= abs(number) < 1e11:  # a year, a count or nothing
        return None
    return Dated(datetime(1970, 1, 1) + timedelta(seconds=round(number, 3)), 0)


@lru_cache(maxsize=1 << 12)  # a feed has many articles a day
def _of_iso(text: str) -> Dated | None:
    try:
        moment = iso_moment(text)
    except ValueError:
        return None
    zoned = _ZONED.fullmatch(text) is not None
    return _of_datetime(moment if zoned else moment.replace(tzinfo=None), _DAY.fullmatch(text) is not None)


def _of_text(text: str, where: Places) -> Dated | None:
    text = text.replace("−", "-")  # the minus sign, which ISO 8601 prefers
    if found := _of_iso(text):
        return found
    if _EPOCH.fullmatch(text) and not (len(text) in (12, 14) and text[:2] in ("19", "20")):
        return _of_epoch(float(text))
    if run := _RUN.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in run.groups())
        return Dated(datetime(year, month, day, hour, minute, second))
    if net := _DOT_NET.fullmatch(text):
        return _of_epoch(float(net[1]))
    return spelled(text, where) if len(text) <= 120 else None
