"""Records as the formats yield them -> Articles: names, types, defaults."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from sys import intern
from types import MappingProxyType
from typing import Any, TypeAlias

from dedup.errors import BadRecord, SettingsError
from dedup.model import Article, Json, normal_date
from dedup.readers.dates import DATE_NAMES, best, dated, places
from dedup.readers.files import File, Report
from dedup.readers.markup import is_html, text_of_html
from dedup.readers.naming import Unnamed
from dedup.readers.outlets import Outlets, host
from dedup.readers.spellings import Places

log = logging.getLogger(__name__)

Row: TypeAlias = "tuple[int, int | None, dict[str, Any]]"
"""Number of the record (from 1; 0 where the file is the record), its line if known, its values."""

Reader: TypeAlias = "Callable[[File], Iterator[Row | BadRecord]]"
"""What each format is: a file -> its records, and between them those that cannot be read."""

NAMES = ("text", "id", "title", "source", "published", "url", "language")
"""Names of the values that an Article has; a record's other keys go to `Article.extra`."""

NONE: Mapping[str, str] = MappingProxyType({})


class Odd(BadRecord):
    """What is worth a word about a file or record that is read all the same."""


def checked_fields(fields: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return `fields`, or raise `SettingsError` where it names a value that no Article has."""
    for name in fields or ():
        if name not in NAMES:
            raise SettingsError(f"unknown field {name!r}; there are: {', '.join(sorted(NAMES))}")
    return fields or NONE


_DAY = re.compile(r"\d{4}(-?)\d\d\1\d\d", re.ASCII)


def logged(odd: BadRecord) -> None:
    """Hear of what is odd where nobody else does."""
    log.warning("%s", odd)


OUTLETS = Outlets()
"""No aliases."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the Articles of one file.

    `fields` maps names of ours to the records' own; one with dots leads into nested objects.
    `given` are values known from the path, taken where a record lacks them. Of many records in a file, those
    without an id are named by `unnamed`, else by their numbers. `outlets` tells whose they are. `warn` hears of
    values that cannot be read and cost no article. `mark_days`: a record does not show itself that its date is a day
    without a time, so its other keys get to say it. `marked_up`: a text that is HTML is the text in it.
    `renaming` is how one says which key holds the text.
    """

    file: File
    fields: Mapping[str, str]
    given: Mapping[str, str]
    unnamed: Unnamed | None = None
    outlets: Outlets = OUTLETS
    warn: Report = logged
    mark_days: bool = False
    marked_up: bool = False
    renaming: str = "--field text={}"

    def article(self, record: int, line: int | None, values: dict[str, Any]) -> Article:
        """Return the Article that `values` hold, with their other keys; or raise BadRecord."""
        if self.fields:
            text, own, title, source, published, url, language = self._renamed(values)
        else:
            take = values.pop
            text, own, title, source = (
                take("text", None),
                take("id", None),
                take("title", ""),
                take("source", ""),
            )
            published, url, language = take("published", None), take("url", ""), take("language", None)
        try:
            if type(own) is not str or not own:
                own = self._id(record, line, own)
            if not (type(text) is type(title) is type(url) is str) or self.given or "\0" in text:
                text = self._text(text)
                title = self._string("title", title)
                url = self._string("url", url)
            if self.marked_up:
                if "<" in text and is_html(text):
                    text = text_of_html(text)
                if "&" in title or "<" in title:
                    title = " ".join(text_of_html(title).split())
            if language is not None or self.given:
                language = self._string("language", language) or None
            if type(source) is not str or not self.outlets.plain(source):
                source = self._source(source, url, values)
            if type(published) is not str or published[10:11] != "T" or published[19:] != "Z":
                published = self._date(record, line, published, places(language, host(url)), values)
            else:
                try:
                    published = normal_date(published)  # the usual spelling
                except ValueError:
                    published = self._date(record, line, published, (), values)
            if not own:
                own = self._name_of(record, text, source, url)
        except _Wrong as error:
            keys = ""
            if text is None:
                known = (own, title, source, published, url, language)
                keys = _keys(dict(zip(NAMES[1:], known, strict=True)), values, self.renaming)
            raise self.bad(record, line, f"{error}{keys}") from error
        # One text a source, and no emptied dict that still has its old room: an archive has many records.
        return _made(
            own, text, title, intern(source), published, url, language, values or {}, self.file.path, record
        )

    def missing_column(self, values: Mapping[str, Any]) -> str | None:
        """Return why a table with such a row has no articles at all, None where it can have some."""
        key = self.fields.get("text", "text")
        if key in values or key.partition(".")[0] in values:
            return None
        return f"no column {self._name('text')}; there are: {', '.join(values)}"

    def bad(self, record: int, line: int | None, reason: str) -> BadRecord:
        """Return the error that names a record: by its line where that is known."""
        return self.file.bad(line, reason if line or not record else f"record {record}: {reason}")

    def _renamed(self, values: dict[str, Any]) -> list[Any]:
        theirs = [self.fields.get(name, name) for name in NAMES]
        found = [looked_up(values, key) for key in theirs]
        for key in theirs:
            values.pop(key, None)
        return found

    def _text(self, value: Any) -> str:
        if type(value) is list and value and all(type(part) is str for part in value):  # its paragraphs
            value = "\n\n".join(value)
        if type(value) is not str:
            if value is None:
                raise _Wrong(f"no {self._name('text')} field")
            raise _Wrong(f"{self._name('text')} must be a string, got {_kind(value)}")
        if "\0" in value:
            raise _Wrong(f"NUL character in {self._name('text')}: not a text")
        return value

    def _string(self, name: str, value: Any) -> str:
        if type(value) is str:
            return value or self.given.get(name, "")
        if isinstance(value, Mapping):  # as content systems have it
            value = next((value[key] for key in _PARTS if isinstance(value.get(key), str)), None)
        elif isinstance(value, list):
            value = next((part for part in value if type(part) is str), None)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        # What else stands there costs the field, never the article.
        return value if type(value) is str and value else self.given.get(name, "")

    def _source(self, value: Any, url: str, values: dict[str, Any]) -> str:
        key, name = self.outlets.of(value or self.given.get("source"), url)
        if name and name != key:
            values.setdefault("source_name", name)
        return key

    def _date(
        self, record: int, line: int | None, value: Any, where: Places, values: dict[str, Any]
    ) -> str | None:
        """Return `published` of a record; what is no date costs the date, never the article."""
        written = self.given.get("published") if value is None or value == "" else value
        others = () if "published" in self.fields else (values[name] for name in DATE_NAMES if name in values)
        first = dated(written, where)
        found = best((first, *others), where) if first or not written else None
        if found is None:
            if written:
                shown = f"{self._name('published')} is no date that can be read: {str(written)[:60]!r}"
                self.warn(self.bad(record, line, f"{shown}; the article is kept, undated"))
            return None
        if found.day_only and (self.mark_days or not _DAY.fullmatch(str(written))):
            values.setdefault("date_only", True)
        return found.published

    def _id(self, record: int, line: int | None, value: Any) -> str:
        if isinstance(value, Mapping) and len(value) == 1:  # as MongoDB exports it
            value = value.get("$oid", value)
        if value is None:
            return ""
        if type(value) is str:
            return value
        if isinstance(value, (bool, dict, list)):
            wrong = f"{self._name('id')} must be a string or a number, got {_kind(value)}"
            self.warn(self.bad(record, line, f"{wrong}; the article is kept, and named without it"))
            return ""
        return str(value)

    def _name_of(self, record: int, text: str, source: str, url: str) -> str:
        """Return the id of a record without one."""
        name = self.given.get("id", "")
        if record and self.unnamed is not None and not name:
            return self.unnamed.name(text, source, url)
        name = name or self.file.name
        return f"{name}#{record}" if record else name

    def _name(self, name: str) -> str:
        return f'"{self.fields.get(name, name)}"'


(
    _SET_ID,
    _SET_TEXT,
    _SET_TITLE,
    _SET_SOURCE,
    _SET_PUBLISHED,
    _SET_URL,
    _SET_LANGUAGE,
    _SET_EXTRA,
    _SET_PATH,
    _SET_RECORD,
    _SET_UPDATE,
) = (getattr(Article, field.name).__set__ for field in fields(Article))


def _made(
    own: str,
    text: str,
    title: str,
    source: str,
    published: str | None,
    url: str,
    language: str | None,
    extra: Json,
    path: str,
    record: int,
) -> Article:
    """Return `Article(...)` of checked values, the date in its one spelling, in a third of the time.

    A frozen dataclass sets its attributes by name, which takes longer than reading a short line.
    """
    article = object.__new__(Article)
    _SET_ID(article, own)
    _SET_TEXT(article, text)
    _SET_TITLE(article, title)
    _SET_SOURCE(article, source)
    _SET_PUBLISHED(article, published)
    _SET_URL(article, url)
    _SET_LANGUAGE(article, language)
    _SET_EXTRA(article, extra)
    _SET_PATH(article, path)
    _SET_RECORD(article, record)
    _SET_UPDATE(article, None)
    return article


def record_of(article: Article) -> dict[str, Any]:
    """Return the record that `read_articles` makes the same article of, with its other keys."""
    known = {name: getattr(article, name) for name in NAMES}
    others = {name: value for name, value in article.extra.items() if name not in NAMES}
    return {"id": known.pop("id"), **{name: value for name, value in known.items() if value}, **others}


class _Wrong(Exception):
    """A value of the wrong kind; `str()` is the reason."""


class Undecoded(str):
    """Bytes that are not UTF-8, as hexadecimal digits: may be carried along, but is no text."""

    __slots__ = ()


def unforeseen(error: Exception) -> str:
    """Return the reason where something of a record broke its reader. What is no record's fault is raised again."""
    if isinstance(error, MemoryError):
        raise error
    return f"cannot be read: {type(error).__name__}: {error}"


def looked_up(values: Any, key: str) -> Any:
    """Return what stands under a key, dotted where it leads into nested objects and arrays; None where nothing does."""
    if isinstance(values, Mapping) and key in values:
        return values[key]
    found = values
    for part in key.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def _keys(known: Mapping[str, Any], others: Mapping[str, Any], renaming: str) -> str:
    """Return the keys that a record without text has, and the one whose value is most like a text: the longest."""
    if not any(value is not None for value in others.values()):
        return ""
    names = [str(name)[:40] for name, value in {**known, **others}.items() if value not in (None, "")]
    shown = ", ".join(names[:12]) + (", ..." if names[12:] else "")
    lengths = {str(name)[:40]: len(value) for name, value in others.items() if type(value) is str}
    return (
        f"; there are {shown}: try {renaming.format(max(lengths, key=lengths.__getitem__, default='NAME'))}"
    )


_PARTS = ("rendered", "value", "name", "text", "main", "#text", "en")
"""Names under which an object that stands for a string has it."""


def _kind(value: Any) -> str:
    """Name the kind of a decoded JSON value.

    >>> _kind(3), _kind([]), _kind(True)
    ('a number', 'an array', 'a truth value')
    """
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return type(value).__name__


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (Undecoded, "bytes that are not UTF-8"),
    (str, "a string"),
    (bool, "a truth value"),
    ((int, float), "a number"),
    (list, "an array"),
    (dict, "an object"),
)
