"""A date in words and numbers, as people write it in a hundred languages, taken apart.

Names of months and days are those of the Unicode CLDR (`data/dates.json`), names of zones stand in `data/zones.json`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson

Places: TypeAlias = Collection[str]
"""Languages, countries and last labels of hosts, in lower case: what tells one IST from another."""

EARLIEST, LATEST = 1600, 2100
"""Years that news can be of, where the spelling is not ISO 8601."""

_WORD = re.compile(r"[^\d\s.,;:/()\[\]|–—+\-]+")
_NUMBER = re.compile(r"\d+", re.ASCII)
_TIME = re.compile(
    r"(?<![\d.:/-])(\d{1,2})\s?(?::|h(?![^\W\d])|：|時|时|點|点|시)\s?(?:(\d\d)(?:[:분分]\s?(?:(\d\d)(?:[.,](\d{1,9}))?秒?초?)?)?)?(?![\d:])"
)
_DOTTED = re.compile(r"(?<![\d.,/-])(\d{1,2})\.(\d\d)(?![\d.]|\s*[/-]?\s*\d{4})()()")
_HALVES = re.compile(r"(?<![^\W\d])([ap])\s?\.?\s?m\b\.?|(上午|午前|오전)|(下午|午後|오후|晚上)")
_HOUR_ONLY = re.compile(r"(?<![\d.:/-])(\d{1,2})\s?(?=[ap]\.?\s?m\b)()()()")
_OFFSET = re.compile(r"(?:\b(?:gmt|utc|ut|z)\s?|(?<!\w))([+-])(\d{1,2})(?::?([0-5]\d))?(?![\d./:-])")
_IANA = re.compile(r"\[?\b([a-z]+/[a-z_]+(?:/[a-z_]+)?)\]?")
_PARTS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CJK_DAY = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]")
_VIETNAMESE = re.compile(r"(\d{1,2})\s(?:tháng|thg)\s(\d{1,2})(?:\s?năm|,)?\s(\d{4})")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|e|ème|º|ª|o|a|ος|-?го|-?е)(?![^\W\d])")
_ABBREVIATION = re.compile(r"(?<=[^\d\s.])\.(?=[^\d\s.])|(?<=[^\d\s.])\.")
_YEAR_FIRST = re.compile(r"\b(\d{4})([./-])\s?(\d{1,2})\2\s?(\d{1,2})(?=t\d|\b)\.?", re.ASCII)
_YEAR_LAST = re.compile(r"\b(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d)\b\.?", re.ASCII)

_FILLERS = frozenset(
    """a at on the of o'clock uhr um den der le la les à às as alle ore h hs hrs hora horas de del d el dia día kl klo
    kell г в года год р року o ob u dne dnia godz uur om t posted published publié veröffentlicht pubblicato
    publicado опубликовано το στις ve saat בשעה ב של در ساعت في الساعة من pukul jam ngày lúc น เวลา ที่ thứ"""
    .split()
)  # fmt: skip
"""Words that may stand in a date and say nothing of it. Any other word means that it is more than a date."""

_MONTH_FIRST = frozenset(("us", "ph"))


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was read: the time as it was written, the minutes its zone is ahead of UTC, and what it lacks.

    `offset` is None where no zone was written, which counts as UTC. `day_only`: no time was written. Raises
    OverflowError where its zone leads out of the years that can be counted.
    """

    wall: datetime
    offset: int | None = None
    day_only: bool = False

    def __post_init__(self) -> None:
        _ = self.moment  # so that no date is kept which has none

    @property
    def moment(self) -> datetime:
        """The moment, in UTC and without a zone."""
        return self.wall - timedelta(minutes=self.offset or 0)

    @property
    def published(self) -> str:
        """The moment in the one spelling of `dedup.model.normal_date`."""
        return f"{self.moment.isoformat()}Z"

    def __str__(self) -> str:
        """The date in ISO 8601: a day alone where no more is known."""
        return self.wall.date().isoformat() if self.day_only else self.published


def spelled(text: str, where: Places) -> Dated | None:
    """Return the date that a spelling is, None where it is none, says more than a date, or can mean two days.

    Raises:
        ValueError, OverflowError: A day or time that there is not.
        KeyError: A zone that nobody knows.
    """
    return _Spelling(_plain(text), where).date()


class _Spelling:
    """One spelling, in lower case and ASCII digits, taken apart: each step takes what it reads out of `rest`."""

    def __init__(self, text: str, where: Places) -> None:
        self.rest = text
        self.where = frozenset(where)

    def date(self) -> Dated | None:
        """Return the date, None where anything is left over or can mean two days."""
        self.rest = _CJK_DAY.sub(r" \1-\2-\3 ", self.rest)
        self.rest = _VIETNAMESE.sub(r" \1.\2.\3 ", self.rest)
        named = self._numeric_day()
        clock, half = self._clock()
        zone = self._zone() if clock else None
        day = named or self._named_day()
        if day is None or not EARLIEST <= day.year < LATEST or not self._said(clock is not None):
            return None
        if clock is None:
            return None if half is not None else Dated(day, day_only=True)
        time = _on_a_day(clock, half)
        if time is None:
            return None
        offset = zone(day) if zone else None
        return Dated(day + time, offset)

    def _taken(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.search(self.rest)
        if found:
            self.rest = f"{self.rest[: found.start()]} {self.rest[found.end() :]}"
        return found

    def _numeric_day(self) -> datetime | None:
        if found := self._taken(_YEAR_FIRST):
            return datetime(int(found[1]), int(found[3]), int(found[4]))
        found = _YEAR_LAST.search(self.rest)
        if found is None:
            return None
        first, sign, second, year = int(found[1]), found[2], int(found[3]), _year(found[4])
        ways = {(first, second), (second, first)} if sign != "." else {(first, second)}
        ways = {(day, month) for day, month in ways if month <= 12 and day <= 31}
        if len(ways) > 1 and self.where:
            known = {place for place in self.where if place != "en"}
            if known:
                ways = {(second, first) if known & _MONTH_FIRST else (first, second)}
        if len(ways) != 1:
            return None  # and its numbers stay, so that nothing else is read from them
        self._taken(_YEAR_LAST)
        ((day, month),) = ways
        return datetime(year, month, day)

    def _clock(self) -> tuple[tuple[str | None, ...] | None, bool | None]:
        """Return hour, minute, second and its fraction, and whether it is after noon where halves are told."""
        found = self._taken(_TIME) or self._taken(_HOUR_ONLY) or self._taken(_DOTTED)
        half = self._taken(_HALVES)
        return found and found.groups(), half and (half[1] == "p" or half[3] is not None)

    def _zone(self) -> Callable[[datetime], int] | None:
        if found := self._taken(_OFFSET):
            self.rest = _PARTS.sub(" ", self.rest)
            minutes = int(found[2]) * 60 + int(found[3] or 0)
            return _fixed(-minutes if found[1] == "-" else minutes)
        if found := self._taken(_IANA):
            return _iana(found[1])
        for word in _WORD.findall(self.rest):
            if word not in _calendar().months and (found_zone := _zone(word, self.where)):
                self.rest = re.sub(rf"\(?\b{re.escape(word)}\b\)?", " ", self.rest, count=1)
                return found_zone
        return None

    def _named_day(self) -> datetime | None:
        day, self.rest = _named_day(self.rest, self.where)
        return day

    def _said(self, has_clock: bool) -> bool:
        """Tell whether nothing is left but names of days and words that say nothing."""
        if _NUMBER.search(self.rest):
            return False
        return all(
            word in _FILLERS
            or _named(word, _calendar().weekdays)
            or (has_clock and word in _zones()["minutes"])
            for word in _WORD.findall(self.rest)
        )


@lru_cache(maxsize=1 << 10)  # what the articles of a day have beside their times
def _named_day(text: str, where: frozenset[str]) -> tuple[datetime | None, str]:
    """The day of a spelling without its time, and what else it says."""
    names = _calendar()
    text = _ORDINAL.sub("", text)
    words = _WORD.findall(text)
    months = [(word, month) for word in words if (month := names.month(word, where))]
    if len({month for _, month in months}) > 1:  # Italian "mar" is Tuesday, too
        months = [(word, month) for word, month in months if not _named(word, names.weekdays)]
    numbers = _NUMBER.findall(text)
    if len({month for _, month in months}) != 1 or len(numbers) != 2:
        return None, text
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(day) > 2 or len(year) not in (2, 4):
        return None, text
    named = {word for word, _ in months}
    rest = " ".join(word for word in words if word not in named)
    return datetime(_year(year), months[0][1], int(day)), rest


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Names of months and of days of the week. `disputed`: those that are two months, by language."""

    months: Mapping[str, int]
    disputed: Mapping[str, Mapping[str, int]]
    weekdays: Collection[str]

    def month(self, word: str, where: Places) -> int | None:
        """Return the month that a word names, None where it names none, or two."""
        found = {self.disputed[word][place] for place in where if place in self.disputed.get(word, {})}
        if len(found) == 1:
            return found.pop()
        name = _named(word, self.months)
        return self.months[name] if name else None


@cache
def _calendar() -> _Calendar:
    data = orjson.loads((files("dedup") / "data" / "dates.json").read_bytes())
    return _Calendar(
        {word: int(number) for number, words in data["months"].items() for word in words.split()},
        {
            word: {language: int(number) for number, languages in ways.items() for language in languages}
            for word, ways in data["disputed"].items()
        },
        frozenset(data["weekdays"].split()),
    )


@cache
def _zones() -> Mapping[str, Any]:
    zones: Mapping[str, Any] = orjson.loads((files("dedup") / "data" / "zones.json").read_bytes())
    return zones


def _zone(word: str, where: Places) -> Callable[[datetime], int] | None:
    """Return what tells how many minutes the zone of that name is ahead of UTC on a day, None for no name."""
    zones = _zones()
    if area := zones["areas"].get(word):
        return _iana(area)
    here = {ahead for place, ahead in zones["by_place"].get(word, {}).items() if place in where}
    minutes: int | None = here.pop() if len(here) == 1 else zones["minutes"].get(word)
    return None if minutes is None else _fixed(minutes)


def _fixed(minutes: int) -> Callable[[datetime], int]:
    return lambda day: minutes


def _iana(name: str) -> Callable[[datetime], int]:
    zone = ZoneInfo("/".join("_".join(map(str.capitalize, part.split("_"))) for part in name.split("/")))

    def ahead(day: datetime) -> int:
        offset = day.replace(hour=12, tzinfo=zone).utcoffset() or timedelta()
        return round(offset.total_seconds() / 60)

    return ahead


def _named(word: str, names: Collection[str]) -> str:
    """Return the name that a word is, also with the Hebrew "in" before it; "" where it is none."""
    return next((name for name in (word, word.removeprefix("ב")) if name in names), "")


def _on_a_day(clock: tuple[str | None, ...], afternoon: bool | None) -> timedelta | None:
    hour, minute, second = (int(part or 0) for part in clock[:3])
    if afternoon is not None and hour <= 12:
        hour = hour % 12 + 12 * afternoon
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    fraction = int(f"{clock[3] or 0:0<6}"[:6])
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59), microseconds=fraction)


def _year(digits: str) -> int:
    """Read a year; one of two digits with the pivot of POSIX, one of Thailand from the Buddha on.

    >>> _year("69"), _year("68"), _year("1887"), _year("2567")
    (1969, 2068, 1887, 2024)
    """
    year = int(digits)
    if len(digits) <= 2:
        return year + (1900 if year >= 69 else 2000)
    return year - 543 if 2400 <= year < 2700 else year


def _plain(text: str) -> str:
    """Return a spelling in lower case, with ASCII digits, without the dots of abbreviations and invisible marks."""
    if text.isascii():  # the rest would change nothing else of it
        return _ABBREVIATION.sub("", text.lower())
    text = unicodedata.normalize("NFKC", text).casefold()
    digits = (
        str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if unicodedata.category(c) != "Cf"
    )
    return _ABBREVIATION.sub("", "".join(digits))
