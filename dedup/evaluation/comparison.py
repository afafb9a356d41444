"""Reports against labels: each word, each passage, each source."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from dedup.classes import JUDGED, PRECEDENCE
from dedup.evaluation.labels import Flag, Judgement, Truth
from dedup.evaluation.scores import Evaluation, Tally
from dedup.verdict.painting import NOBODY, Range, paint


def evaluate(judgements: Iterable[Judgement], truths: Iterable[Truth]) -> Evaluation:
    """Compare reports with labels; reports of articles without labels are ignored.

    An article without a report counts as one in which nothing was found.

    >>> from dedup.evaluation.labels import Span
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
    kinds = [flag.kind for flag in judged.flags]
    painted = paint(len(starts), kinds, [_words(starts, flag.start, flag.end) for flag in judged.flags])
    classes = ["original" if owner == NOBODY else kinds[owner] for owner in painted]
    sources = [None if owner == NOBODY else judged.flags[owner].source for owner in painted]
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


def _words(starts: Sequence[int], start: int, end: int) -> Range:
    first = bisect_left(starts, start)
    return first, max(first, bisect_left(starts, end))


def _length(judged: Judgement, truth: Truth) -> int:
    ends = [flag.end for flag in judged.flags] + [span.end for span in truth.spans]
    return max(ends, default=0)
