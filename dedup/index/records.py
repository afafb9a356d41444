"""What an index keeps of an article: who and when, the words' hashes and offsets, and the first verdict."""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import xxhash

from dedup.errors import damaged
from dedup.text.words import PUBLIC, Columns

UNDATED = -(1 << 62)
"""`bound` of an article without a date: whatever came after it may take from it."""

NEVER = 1 << 62
"""`until` of an article that nothing replaced."""

_EPOCH = datetime(1970, 1, 1)
A_DAY = 86_400_000_000
"""In microseconds."""

TOLERANCE = 2 * A_DAY
"""How far from now a date may lie in the future: time zones, clocks, papers dated tomorrow."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article as an index keeps it.

    `digest` is XXH64 of the text. `when`, in microseconds since 1970, is its place in time: its date, or that
    of the newest article before it. `day` counts from 1970. `words` are its columns, packed; `report` is its
    first verdict, encoded (see `dedup.stream`). `text` stays None unless the index was told to keep texts.
    `telling`: whether it counts when furniture of its source is learned (see `dedup.inspect.furniture.learned.Rule`).
    `sentences`: what translations of it are known by, where they are looked for (see `dedup.translated.sentences`).
    `title`: the words of its title, packed as the text's are; nothing where it has none.
    `secret`: what the checks of its words were made with (see `dedup.text.words`); an index that others were merged
    into holds several.
    `family` is what all its versions are known by (see `name_of`), empty where that is its own name; `version` and
    `moment`, in microseconds since 1970, say which of them it is, -1 and `UNDATED` where it does not say.
    """

    id: str
    source: str
    published: str | None
    digest: int
    revision: int
    when: int
    day: int
    words: bytes
    report: bytes
    text: str | None = None
    telling: bool = False
    sentences: bytes = b""
    title: bytes = b""
    secret: bytes = PUBLIC
    family: bytes = b""
    version: int = -1
    moment: int = UNDATED

    @property
    def name(self) -> bytes:
        """What it alone is known by."""
        return name_of(self.source, self.id)

    @property
    def names(self) -> tuple[bytes, bytes]:
        """What an index finds it by: the name of its family, which no other article has, and its own."""
        own = self.name
        return self.family or own, own

    @property
    def mark(self) -> int:
        """Its source as a number, and whether it tells of it (see `source_mark`)."""
        return source_mark(self.source) | (self.telling and self.source != "")

    @property
    def bound(self) -> int:
        """The earliest moment from which other articles may have taken from this one."""
        return UNDATED if self.published is None else self.when


@dataclass(frozen=True, slots=True)
class Held:
    """What an index knows at once of an article it holds; see `Record`. `family` is never empty."""

    number: int
    digest: int
    revision: int
    bound: int
    version: int
    moment: int
    family: bytes

    @classmethod
    def of(cls, number: int, record: Record) -> Held:
        """What an index says of a record that has this number."""
        return cls(
            number, record.digest, record.revision, record.bound, record.version, record.moment, record.names[0]
        )  # fmt: skip


def is_older(one: Held | Record, other: Held | Record) -> bool:
    """Whether one is an older version than another, where both say which version they are."""
    if one.version != other.version and -1 not in (one.version, other.version):
        return one.version < other.version
    return UNDATED not in (one.moment, other.moment) and one.moment < other.moment


def name_of(source: str, own: str) -> bytes:
    """128 bits that stand for an id and its source: two outlets may number their articles alike."""
    return marked_name(source_mark(source), own)


def marked_name(mark: int, own: str) -> bytes:
    """The same, by the mark of a source; whether it tells of it does not matter."""
    return xxhash.xxh3_128_digest((mark & ~1).to_bytes(8, "little") + own.encode("utf-8", "surrogatepass"))


def source_mark(source: str) -> int:
    """Return an even, positive number for a source, 0 for an unknown one; articles that tell of it have it plus 1."""
    return (xxhash.xxh64_intdigest(source.encode("utf-8", "surrogatepass")) >> 2 << 1) | 2 if source else 0


def text_digest(text: str) -> int:
    """Return XXH64 of a text."""
    return xxhash.xxh64_intdigest(text.encode("utf-8", "surrogatepass"))


def moment(published: str) -> int:
    """Return a date as `dedup.model.normal_date` writes it in microseconds since 1970.

    >>> moment("1970-01-02T00:00:00.000001Z")
    86400000001
    """
    passed = datetime.fromisoformat(published[:-1]) - _EPOCH
    return passed.days * A_DAY + passed.seconds * 1_000_000 + passed.microseconds


def latest_credible() -> int:
    """Return the latest moment, in microseconds since 1970, that an article of today may be dated.

    What is dated later counts as the latest article where articles are compared, but tells nobody what day it is:
    a few lines dated 9999 must not make an index forget everything.
    """
    return time.time_ns() // 1000 + TOLERANCE


def date_of(when: int) -> str:
    """Undo `moment`.

    >>> date_of(86400000001)
    '1970-01-02T00:00:00.000001Z'
    """
    return (_EPOCH + timedelta(microseconds=when)).isoformat() + "Z"


def day_of(when: int) -> int:
    """Return the day since 1970 of a moment."""
    return when // A_DAY


def day_name(day: int) -> str:
    """Return a day since 1970 as an ISO 8601 date.

    >>> day_name(-1)
    '1969-12-31'
    """
    return (_EPOCH + timedelta(day)).date().isoformat()


def pack(columns: Columns) -> list[bytes]:
    """Return the columns of each article as bytes."""
    from dedup.index import kernels  # a scan without an index has no need of them

    articles = columns.art_words.size - 1
    room = 30 * columns.hashes.size + 15 * (columns.par_words.size - 1) + 15 * articles
    out = np.empty(room, np.uint8)
    bounds = np.empty(articles + 1, np.int64)
    kernels.pack(
        columns.hashes, columns.checks, columns.starts, columns.ends, columns.flags, columns.masks, columns.par_starts,
        columns.par_ends, columns.par_words, columns.art_words, columns.art_pars, out, bounds,
    )  # fmt: skip
    whole = out[: bounds[-1]].tobytes()
    return [whole[a:b] for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]


def unpack(packed: Sequence[bytes], skip: Sequence[int] | None = None) -> Columns:
    """Return the columns of packed articles, in their order; `skip` says where in its bytes each begins."""
    from dedup.index import kernels

    data = np.frombuffer(bytearray().join(packed), np.uint8)
    bounds = np.zeros(len(packed) + 1, np.int64)
    np.cumsum([len(piece) for piece in packed], out=bounds[1:])
    if skip is not None:
        bounds[:-1] += np.array(skip, np.int64)
    words, pars = kernels.packed_sizes(data, bounds)
    hashes, starts, ends, masks = (np.empty(words, np.uint32) for _ in range(4))
    checks = np.empty(words, np.uint64)
    flags = np.empty(words, np.uint8)
    par_starts, par_ends = np.empty(pars, np.uint32), np.empty(pars, np.uint32)
    par_words = np.empty(pars + 1, np.int64)
    art_words, art_pars = np.empty(len(packed) + 1, np.int64), np.empty(len(packed) + 1, np.int64)
    kernels.unpack(
        data, bounds, hashes, checks, starts, ends, flags, masks, par_starts, par_ends, par_words, art_words, art_pars,
    )  # fmt: skip
    return Columns(
        hashes, checks, starts, ends, flags, masks, par_starts, par_ends, par_words, art_words, art_pars
    )


_HEAD = struct.Struct("<QQIqiBqq16s16sIIBII")
_TELLING, _TITLED = 1, 2
"""Bits of the head: whether the article tells of its source, and whether a title follows, after its size."""

_SIZE = struct.Struct("<H")

_NO_TITLE = b"\0\0\0"
"""No words in no paragraphs, packed."""


def unpack_titles(packed: Sequence[bytes]) -> Columns:
    """Return the columns of packed titles, in their order."""
    return unpack([title or _NO_TITLE for title in packed])


def encode(record: Record) -> bytes:
    """Return a record without its text as bytes: for stores that know nothing but bytes."""
    name, source = (part.encode("utf-8", "surrogatepass") for part in (record.id, record.source))
    date = (record.published or "").encode()
    flags = record.telling * _TELLING | bool(record.title) * _TITLED
    title = _SIZE.pack(len(record.title)) + record.title if record.title else b""
    head = _HEAD.pack(
        0, record.digest, record.revision, record.when, record.day, flags, record.version, record.moment,
        record.family, record.secret, len(name), len(source), len(date), len(record.report), len(record.sentences),
    )  # fmt: skip
    rest = b"".join((head[8:], name, source, date, record.report, record.sentences, title, record.words))
    return xxhash.xxh3_64_digest(rest) + rest


def checked(data: bytes) -> bytes:
    """Return an encoded record. Raises `DedupError` for damaged bytes: compiled code must not be led astray."""
    view = memoryview(data)
    if len(data) < _HEAD.size or xxhash.xxh3_64_digest(view[8:]) != view[:8]:
        raise damaged("", "a record is not what was written")
    return data


class Head(NamedTuple):
    """What is read of an encoded record without decoding it: its moment, its secret, and where its words begin."""

    when: int
    secret: bytes
    words: int


def head(data: bytes) -> Head:
    """Read the head of an encoded record."""
    _, _, _, when, _, flags, _, _, _, secret, *sizes = _HEAD.unpack_from(data)
    return Head(when, secret, _title_at(data, flags, _HEAD.size + sum(sizes)).stop)


def title_in(data: bytes) -> bytes:
    """Return the packed title in an encoded record."""
    return data[title_at(data)]


def title_at(data: bytes) -> slice:
    """Where the packed title stands in an encoded record, empty where there is none; the words follow."""
    _, _, _, _, _, flags, _, _, _, _, *sizes = _HEAD.unpack_from(data)
    return _title_at(data, flags, _HEAD.size + sum(sizes))


def _title_at(data: bytes, flags: int, at: int) -> slice:
    """Where a title stands, which begins at a place if there is one."""
    if not flags & _TITLED:
        return slice(at, at)
    (size,) = _SIZE.unpack_from(data, at)
    return slice(at + _SIZE.size, at + _SIZE.size + size)


def decode(data: bytes, text: str | None = None) -> Record:
    """Undo `encode`."""
    view = memoryview(data)
    _, digest, revision, when, day, flags, version, moment, family, secret, *sizes = _HEAD.unpack_from(data)
    name_end = _HEAD.size + sizes[0]
    source_end = name_end + sizes[1]
    date_end = source_end + sizes[2]
    report_end = date_end + sizes[3]
    sentences_end = report_end + sizes[4]
    title = _title_at(data, flags, sentences_end)
    return Record(
        str(view[_HEAD.size : name_end], "utf-8", "surrogatepass"),
        str(view[name_end:source_end], "utf-8", "surrogatepass"),
        str(view[source_end:date_end], "ascii") or None,
        digest, revision, when, day, data[title.stop :], data[date_end:report_end], text, bool(flags & _TELLING),
        data[report_end:sentences_end], data[title], secret, family.strip(b"\0") and family, version, moment,
    )  # fmt: skip
