"""Labelled sets of the kinds in which faults were found: rewording by overlap, templates, scripts without spaces.

As those of `labelled`, each has its own function that anyone can read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import corpora
from benchmarks.intervals import share
from benchmarks.safety import TAKEN, ntrex
from benchmarks.systems import System, judge_each
from benchmarks.texts import folded, words
from dedup.evaluation import SAID_BEFORE, Judgement, Span, Truth, evaluate
from dedup.model import Article

Figures = dict[str, Any]

EARLIER, LATER = "2000-01-01", "2001-01-01"

OVERLAP = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.01)
LEAST = 8
"""Words of a sentence: of fewer nobody could tell."""


def rewording(data: Path, run: System) -> Figures:
    """Sentences that a person worded anew, by the share of words that both have, and as alike ones that are none.

    Reworded: MRPC's paraphrases, news sentences that people gave 4 of 5 and more for likeness (STS), and paragraphs by
    two human translators of one article (WMT21), the later after the earlier. Not: MRPC's other pairs, and those that
    were given less than 2. What is found falls with the overlap, and nothing tells a thorough rewording from other news
    on the same event.
    """
    rows = [("reworded" if same else "not", a, b) for same, a, b in corpora.mrpc(data)]
    rows += [
        ("reworded" if score >= 4 else "not", a, b) for score, a, b in corpora.sts(data) if not 2 <= score < 4
    ]
    rows += [("reworded", a, b) for a, b in _translations(data)]
    kept = [row for row in dict.fromkeys(rows) if min(len(folded(row[1])), len(folded(row[2]))) >= LEAST]
    feeds = [
        ([Article("first", a, published=EARLIER, source="a"), Article("second", b, published=LATER, source="b")],
         {"second"})
        for _, a, b in kept
    ]  # fmt: skip
    found: dict[str, list[bool]] = defaultdict(list)
    for (label, first, second), (report,) in zip(kept, judge_each(run, feeds), strict=True):
        low, high = _bin(overlap(first, second))
        starts = [start for start, _ in words(second)]
        hit = 2 * _covered(report, starts) >= len(starts)
        found[f"{label}, {low:.2f} to {min(high, 1):.2f} of the words"].append(hit)
    return {name: share(sum(hits), len(hits)) for name, hits in sorted(found.items(), reverse=True)}


def _translations(data: Path) -> Iterator[tuple[str, str]]:
    """Paragraphs of one article by two human translators."""
    for _, versions in corpora.wmt21(data):
        if "ref A" in versions and "ref B" in versions:
            pair = [versions[name].split("\n\n") for name in ("ref A", "ref B")]
            if len(pair[0]) == len(pair[1]):
                yield from zip(*pair, strict=True)


def overlap(first: str, second: str) -> float:
    """The share of words that two texts have in common, of the longer one.

    >>> overlap("the price of copper rose", "Copper rose, the price of it too")
    0.7142857142857143
    """
    one, other = folded(first), folded(second)
    return sum((Counter(one) & Counter(other)).values()) / max(1, len(one), len(other))


def _bin(value: float) -> tuple[float, float]:
    return next((low, high) for low, high in pairwise(OVERLAP) if low <= value < high)


def _covered(report: Judgement, starts: Sequence[int]) -> int:
    spans = [(flag.start, flag.end) for flag in report.flags if flag.kind in SAID_BEFORE]
    return sum(any(start <= at < end for start, end in spans) for at in starts)


def templates(data: Path, run: System) -> Figures:
    """Reuters' reports of earnings ("Shr", "Net", "Revs"): one frame, other companies and figures, nothing copied.

    A report of which an exact near-duplicate was computed is left out. What is called taken of the others is
    false; their frame may be called a template.
    """
    twins = {f"reuters-{name}" for a, b, *_ in corpora.exact_pairs(data, "reuters21578") for name in (a, b)}
    feed = [
        article
        for article in corpora.reuters(data)
        if article.id not in twins and {"shr", "net"} <= set(folded(article.text)) and "<" not in article.text
    ]
    dated = [Article(one.id, one.text, one.title, one.id, one.published) for one in feed]
    judged = run(dated, {one.id for one in dated})
    starts = {one.id: [start for start, _ in words(one.text)] for one in dated}
    taken = {report.id: _of_kinds(report, starts[report.id], TAKEN[:-1]) for report in judged}
    frame = sum(_of_kinds(report, starts[report.id], ("template",)) for report in judged)
    total = sum(map(len, starts.values()))
    return {
        "reports": len(dated),
        "none of it called taken": share(sum(not count for count in taken.values()), len(taken)),
        "words called taken in 1,000": round(1000 * sum(taken.values()) / max(1, total), 2),
        "words called template in 1,000": round(1000 * frame / max(1, total), 2),
    }


def _of_kinds(report: Judgement, starts: Iterable[int], kinds: Sequence[str]) -> int:
    spans = [(flag.start, flag.end) for flag in report.flags if flag.kind in kinds]
    return sum(any(start <= at < end for start, end in spans) for at in starts)


SPACELESS = {"zh": "zho-CN", "ja": "jpn", "th": "tha", "km": "khm", "lo": "lao", "my": "mya"}
"""Scripts written without spaces, by their names in NTREX-128."""


def spaceless(data: Path, run: System) -> Figures:
    """News in scripts without spaces (NTREX-128): one to three sentences of an earlier article in a later one.

    Half of the documents are earlier, into each of the others one passage is put. A passage counts as found
    where half of its letters are; what is flagged of the rest is false.
    """
    figures: Figures = {}
    for language, name in SPACELESS.items():
        articles = list(ntrex(name)(data))
        if len(articles) < 4:
            continue
        feed, truths = _with_passages(articles, Random(f"11 {language}"))
        result = evaluate(run(feed, {truth.id for truth in truths}), truths)
        figures[language] = {
            **{kind: share(tally.spans_found, tally.spans) for kind, tally in sorted(result.kinds.items())},
            "own letters flagged in 1,000": round(result.false_per_thousand or 0.0, 2),
        }
    return figures


def _with_passages(articles: Sequence[Article], rng: Random) -> tuple[list[Article], list[Truth]]:
    half = len(articles) // 2
    feed = [Article(one.id, one.text, source="early", published=EARLIER) for one in articles[:half]]
    truths = []
    for number, article in enumerate(articles[half:]):
        size = number % 3 + 1
        source = rng.choice(articles[:half])
        blocks = source.text.split("\n\n")
        at = rng.randrange(max(1, len(blocks) - size + 1))
        passage = "\n\n".join(blocks[at : at + size])
        lines = article.text.split("\n\n")
        place = rng.randrange(len(lines) + 1)
        head = "".join(line + "\n\n" for line in lines[:place])
        text = head + "\n\n".join([passage, *lines[place:]])
        kind = f"{size} sentence{'s' * (size > 1)}"
        span = Span(len(head), len(head) + len(passage), kind, holders=(source.id,))
        feed.append(Article(article.id, text, source="late", published=LATER))
        truths.append(Truth(article.id, (span,), tuple(start for start, _ in words(text))))
    return feed, truths
