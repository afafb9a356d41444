"""What is right, and what a report says: the labels and the judgements that are compared.

The truth format (JSONL, one object an article; what `benchmarks.generator` writes):

```json
{"id": "page-7", "starts": [0, 4, 11, 20, 26],
 "spans": [{"start": 4, "end": 19, "kind": "edit15", "holders": ["reuters-12", "reuters-40"]},
           {"start": 20, "end": 25, "kind": "furniture", "expected": ["boilerplate"]}]}
```

- ``spans``: the labelled passages, code points ``[start, end)`` of the article's text. What no
  span holds is the article's own.
- ``kind``: any name; figures are given by it.
- ``expected``: the ledger classes that count as found, by default those of taken text
  (`SAID_BEFORE`). ``["original"]`` marks a passage that must stay unflagged.
- ``holders``: the articles that may rightly be named as the source. Absent: not judged.
- ``starts``: where each word begins, so that words can be counted without the text. Absent:
  code points are counted instead.
- ``originality``: optional; absent, it follows from the spans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

from dedup.classes import TAKEN
from dedup.decoding import exact
from dedup.errors import BadRecord
from dedup.model import Json

T = TypeVar("T")

SAID_BEFORE: tuple[str, ...] = (*TAKEN, "quoted")
"""Ledger classes that say: this was said before."""


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled passage: code points ``[start, end)``; see the module for the fields."""

    start: int
    end: int
    kind: str
    expected: tuple[str, ...] = SAID_BEFORE
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Truth:
    """The labels of one article. Spans must not overlap."""

    id: str
    spans: tuple[Span, ...] = ()
    starts: tuple[int, ...] = ()
    originality: float | None = None

    def to_json(self) -> str:
        """Return the line of a truth file."""
        record = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_record(cls, record: Json) -> Truth:
        """Read a decoded line. Raises KeyError, TypeError or ValueError where it is none."""
        spans = tuple(
            Span(
                int(span["start"]),
                int(span["end"]),
                str(span["kind"]),
                tuple(span.get("expected", SAID_BEFORE)),
                tuple(span.get("holders", ())),
            )
            for span in record.get("spans", ())
        )
        return cls(str(record["id"]), spans, tuple(record.get("starts", ())), record.get("originality"))


@dataclass(frozen=True, slots=True)
class Flag:
    """What a report says of a passage: the part of a finding that is judged."""

    kind: str
    start: int
    end: int
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a report says of an article: the part of it that is judged."""

    id: str
    flags: tuple[Flag, ...] = ()
    originality: float | None = None

    @classmethod
    def from_record(cls, record: Json) -> Judgement:
        """Read a decoded line of a report (CONTRACT, section 3)."""
        flags = tuple(
            Flag(
                str(found["kind"]),
                int(found["start"]),
                int(found["end"]),
                (found.get("match") or {}).get("id"),
            )
            for found in record.get("findings", ())
        )
        return cls(str(record["id"]), flags, record.get("originality"))


class _Matched(Protocol):
    @property
    def id(self) -> str: ...


class _Found(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def match(self) -> _Matched | None: ...


class _Reported(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def originality(self) -> float | None: ...
    @property
    def findings(self) -> Sequence[_Found]: ...


def judgement(report: _Reported) -> Judgement:
    """Return the judged part of an `ArticleReport` (or of anything of that shape)."""
    flags = tuple(
        Flag(found.kind, found.start, found.end, found.match.id if found.match else None)
        for found in report.findings
    )
    return Judgement(report.id, flags, report.originality)


def read_truths(path: str) -> Iterator[Truth]:
    """Read a truth file. Raises BadRecord that names the line."""
    return _read(path, Truth.from_record)


def read_judgements(path: str) -> Iterator[Judgement]:
    """Read a report (`dedup scan -f jsonl`). Raises BadRecord that names the line."""
    return _read(path, Judgement.from_record)


def _read(path: str, parse: Callable[[Json], T]) -> Iterator[T]:
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = exact(line)
                if not isinstance(record, Mapping):
                    raise TypeError("not an object")
                yield parse(record)
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
                raise BadRecord(path, number, f"not a record of this kind: {error!r}") from error
