"""How well reports agree with labels: word by word, passage by passage, source by source.

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
  (`TAKEN`). ``["original"]`` marks a passage that must stay unflagged.
- ``holders``: the articles that may rightly be named as the source. Absent: not judged.
- ``starts``: where each word begins, so that words can be counted without the text. Absent:
  code points are counted instead.
- ``originality``: optional; absent, it follows from the spans.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeVar

import click

from dedup import model
from dedup.errors import BadRecord
from dedup.model import PRECEDENCE, Json

T = TypeVar("T")

TAKEN: tuple[str, ...] = (*model.TAKEN, "quoted")
"""Ledger classes that say: this was said before."""

JUDGED: tuple[str, ...] = ("original", *model.TAKEN)
"""Ledger classes that originality counts."""


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled passage: code points ``[start, end)``; see the module for the fields."""

    start: int
    end: int
    kind: str
    expected: tuple[str, ...] = TAKEN
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
                tuple(span.get("expected", TAKEN)),
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


@dataclass(slots=True)
class Tally:
    """Counts for one kind of labelled passage. Words, unless the truth has no `starts`."""

    spans: int = 0
    spans_found: int = 0
    words: int = 0
    found: int = 0
    sourced: int = 0
    right_source: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the labelled words that the report puts into an expected class."""
        return self.found / self.words if self.words else None

    @property
    def source_accuracy(self) -> float | None:
        """Share of the found words whose finding names an article that holds the passage."""
        return self.right_source / self.sourced if self.sourced else None


@dataclass(slots=True)
class Evaluation:
    """Reports against truth, summed over articles."""

    kinds: dict[str, Tally] = field(default_factory=dict)
    articles: int = 0
    missing: int = 0
    """Articles of the truth without a report."""
    own_words: int = 0
    own_flagged: int = 0
    """Words that no span holds, and how many of them the report puts into another class."""
    flagged: int = 0
    flagged_right: int = 0
    """Words that the report puts into a class other than original; those of them that are labelled so."""
    findings: int = 0
    findings_right: int = 0
    """Findings of a ledger class; those of them with at least half of their words labelled so."""
    originality_error: float = 0.0
    originality_judged: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the flagged words that are labelled with such a class."""
        return self.flagged_right / self.flagged if self.flagged else None

    @property
    def span_precision(self) -> float | None:
        """Share of the findings with at least half of their words labelled so."""
        return self.findings_right / self.findings if self.findings else None

    @property
    def false_per_thousand(self) -> float | None:
        """Flagged words in 1,000 of the article's own."""
        return 1000 * self.own_flagged / self.own_words if self.own_words else None

    @property
    def mean_originality_error(self) -> float | None:
        """Mean absolute difference of the reported and the labelled originality."""
        return self.originality_error / self.originality_judged if self.originality_judged else None

    @property
    def total(self) -> Tally:
        """All kinds of taken passages together."""
        total = Tally()
        for tally in self.kinds.values():
            for name in Tally.__slots__:
                setattr(total, name, getattr(total, name) + getattr(tally, name))
        return total

    def figures(self) -> dict[str, Any]:
        """Return all figures as JSON values, rounded to four places."""
        kinds = {
            kind: {
                "words": tally.words,
                "recall": _rounded(tally.recall),
                "source_accuracy": _rounded(tally.source_accuracy),
                "spans": tally.spans,
                "spans_found": tally.spans_found,
            }
            for kind, tally in self.kinds.items()
        }
        return {
            "articles": self.articles,
            "missing": self.missing,
            "precision": _rounded(self.precision),
            "span_precision": _rounded(self.span_precision),
            "recall": _rounded(self.total.recall),
            "source_accuracy": _rounded(self.total.source_accuracy),
            "own_words": self.own_words,
            "false_per_thousand": _rounded(self.false_per_thousand),
            "mean_originality_error": _rounded(self.mean_originality_error),
            "kinds": kinds,
        }


def evaluate(judgements: Iterable[Judgement], truths: Iterable[Truth]) -> Evaluation:
    """Compare reports with labels; reports of articles without labels are ignored.

    An article without a report counts as one in which nothing was found.

    >>> truth = Truth("a", (Span(4, 11, "exact", holders=("b",)),), starts=(0, 4, 8, 12))
    >>> result = evaluate([Judgement("a", (Flag("recycled", 4, 13, "b"),), 0.25)], [truth])
    >>> result.kinds["exact"].recall, result.precision, result.false_per_thousand
    (1.0, 0.6666666666666666, 500.0)
    """
    by_id = {judged.id: judged for judged in judgements}
    evaluation = Evaluation()
    for truth in truths:
        judged = by_id.get(truth.id)
        evaluation.articles += 1
        evaluation.missing += judged is None
        _compare(evaluation, judged or Judgement(truth.id), truth)
    return evaluation


def _compare(evaluation: Evaluation, judged: Judgement, truth: Truth) -> None:
    starts = truth.starts or range(_length(judged, truth))
    classes, sources = _painted(judged.flags, starts)
    expected: list[tuple[str, ...]] = [("original",)] * len(starts)
    for span in truth.spans:
        first, last = _words(starts, span.start, span.end)
        expected[first:last] = [span.expected] * (last - first)
        tally = evaluation.kinds.setdefault(span.kind, Tally())
        found = [at for at in range(first, last) if classes[at] in span.expected]
        tally.spans += 1
        tally.spans_found += 2 * len(found) >= last - first > 0
        tally.words += last - first
        tally.found += len(found)
        if span.holders:
            tally.sourced += len(found)
            tally.right_source += sum(sources[at] in span.holders for at in found)
    for got, wanted in zip(classes, expected, strict=True):
        evaluation.own_words += wanted == ("original",)
        evaluation.own_flagged += wanted == ("original",) != (got,)
        evaluation.flagged += got != "original"
        evaluation.flagged_right += got != "original" and got in wanted
    _count_findings(evaluation, judged.flags, starts, expected)
    _compare_originality(evaluation, judged, truth, expected)


def _count_findings(
    evaluation: Evaluation, flags: Iterable[Flag], starts: Sequence[int], expected: Sequence[tuple[str, ...]]
) -> None:
    for flag in flags:
        first, last = _words(starts, flag.start, flag.end)
        if flag.kind in PRECEDENCE and last > first:
            right = sum(flag.kind in wanted for wanted in expected[first:last])
            evaluation.findings += 1
            evaluation.findings_right += 2 * right >= last - first


def _compare_originality(
    evaluation: Evaluation, judged: Judgement, truth: Truth, expected: Sequence[tuple[str, ...]]
) -> None:
    wanted = truth.originality
    if wanted is None:
        counted = [classes for classes in expected if any(name in JUDGED for name in classes)]
        if not counted:
            return
        wanted = sum("original" in classes for classes in counted) / len(counted)
    # An article whose judged words are none is neither original nor copied: off by all there is.
    got = judged.originality
    evaluation.originality_error += abs(got - wanted) if got is not None else 1.0
    evaluation.originality_judged += 1


def _painted(flags: Iterable[Flag], starts: Sequence[int]) -> tuple[list[str], list[str | None]]:
    """Paint the findings over the words by precedence: the class of each word, and its source."""
    classes = ["original"] * len(starts)
    sources: list[str | None] = [None] * len(starts)
    rank = {kind: at for at, kind in enumerate(PRECEDENCE)}
    ledger = [flag for flag in flags if flag.kind in rank]
    for flag in sorted(ledger, key=lambda flag: -rank[flag.kind]):  # weakest first: strongest stays
        first, last = _words(starts, flag.start, flag.end)
        classes[first:last] = [flag.kind] * (last - first)
        sources[first:last] = [flag.source] * (last - first)
    return classes, sources


def _words(starts: Sequence[int], start: int, end: int) -> tuple[int, int]:
    first = bisect_left(starts, start)
    return first, max(first, bisect_left(starts, end))


def _length(judged: Judgement, truth: Truth) -> int:
    ends = [flag.end for flag in judged.flags] + [span.end for span in truth.spans]
    return max(ends, default=0)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def summary(evaluation: Evaluation) -> str:
    """Return the figures as lines of text: one a kind, then those over all."""
    lines = [f"{'kind':<20}{'words':>9}{'recall':>9}{'source':>9}{'passages found':>18}"]
    for kind, tally in evaluation.kinds.items():
        found = f"{tally.spans_found} of {tally.spans}"
        shares = f"{_share(tally.recall):>9}{_share(tally.source_accuracy):>9}"
        lines.append(f"{kind:<20}{tally.words:>9}{shares}{found:>18}")
    missing = f", {evaluation.missing} without a report" if evaluation.missing else ""
    lines += [
        f"{evaluation.articles} articles{missing}",
        f"precision: words {_share(evaluation.precision)}, findings {_share(evaluation.span_precision)}",
        f"right source: {_share(evaluation.total.source_accuracy)}",
        f"own words flagged in 1,000: {_share(evaluation.false_per_thousand, 2)}",
        f"originality, mean error: {_share(evaluation.mean_originality_error)}",
    ]
    return "\n".join(lines)


def _share(value: float | None, places: int = 4) -> str:
    return "-" if value is None else f"{value:.{places}f}"


@click.command("evaluate")
@click.argument("report", type=click.Path(exists=True, dir_okay=False))
@click.argument("truth", type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(report: str, truth: str, as_json: bool) -> None:
    """Compare a REPORT (dedup scan -f jsonl) with labels of your own.

    TRUTH has one JSON object an article: {"id": ..., "starts": [where each word begins],
    "spans": [{"start": ..., "end": ..., "kind": a name, "holders": [ids of the right sources]}]}.
    Text that no span holds is the article's own. Figures are given for each kind.
    """
    evaluation = evaluate(read_judgements(report), read_truths(truth))
    click.echo(json.dumps(evaluation.figures(), indent=2) if as_json else summary(evaluation))


def read_truths(path: str) -> Iterator[Truth]:
    """Read a truth file. Raises BadRecord that names the line."""
    return _read(path, Truth.from_record)


def read_judgements(path: str) -> Iterator[Judgement]:
    """Read a report (`dedup scan -f jsonl`). Raises BadRecord that names the line."""
    return _read(path, Judgement.from_record)


def _read(path: str, parse: Callable[[Json], T]) -> Iterator[T]:
    from dedup.decoding import exact  # with a library that the command's help does without

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
