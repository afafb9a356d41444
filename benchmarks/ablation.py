"""What each part buys at what cost: one feed of stitched news, a setting or a rule of evidence changed at a time.

Beside what is found stands what is flagged wrongly: own words of the pages, and the findings in 120 pages of hard
negatives (`quality`), where nothing is to be found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpora, results
from benchmarks.generator import negatives, stitched
from benchmarks.peers import LeftOut
from benchmarks.quality import measure
from benchmarks.rules import RULES, without
from benchmarks.systems import ours
from dedup.evaluation import Evaluation

VARIANTS: dict[str, dict[str, str]] = {
    "default": {},
    "LSH alone": {"nets": "lsh"},
    "fingerprints alone": {"nets": "fingerprints"},
    "shingles of 2 words": {"shingle_words": "2"},
    "shingles of 4 words": {"shingle_words": "4"},
    "shingles of 5 words": {"shingle_words": "5"},
    "LSH alone, 5 words": {"nets": "lsh", "shingle_words": "5"},
    "LSH alone, 64 permutations": {"nets": "lsh", "permutations": "64"},
    "LSH alone, 256 permutations, J .3": {"nets": "lsh", "permutations": "256", "jaccard": "0.3"},
    "frequent 16": {"frequent": "16"},
    "frequent 256": {"frequent": "256"},
    "candidates 2": {"candidates": "2"},
    "candidates 32": {"candidates": "32"},
}
"""Name and the settings that differ."""

GROUPS = {
    "exact": ("exact", "lookalike", "invisible"),
    "5-15 %": ("edit05", "edit15"),
    "30 %": ("edit30",),
    "spun, OCR": ("spun45", "ocr06"),
    "parts": ("half", "third", "embedded"),
    "12-18 words": ("fragment",),
    "reordered": ("reordered", "interleaved"),
}
"""Columns of the table: kinds taken together."""


NEGATIVES = 120


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks ablation``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ablation", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=420)
    parser.add_argument("--originals", type=int, default=None, help="draw so many originals (all)")
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--rules", nargs="*", choices=[*RULES, []], default=list(RULES), metavar="RULE")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    articles, synonyms = corpora.reuters(options.data), corpora.thesaurus(options.data)
    false = negatives(articles, options.seed, NEGATIVES)
    feed = stitched(articles, options.seed, options.pages, synonyms, originals=options.originals)
    size = sum(len(article.text.encode()) for article in feed.articles) / 1e6
    print(
        f"{len(feed.articles)} articles, {size:.1f} MB\n{'':<40}" + "".join(f"{name:>12}" for name in GROUPS)
    )
    figures: dict[str, Any] = {"articles": len(feed.articles), "megabytes": round(size, 2), "variants": {}}
    measure(ours(), feed)  # the first run loads the compiled code
    for name in options.only:
        _, evaluation, seconds = measure(ours(VARIANTS[name]), feed)
        _, alarms, _ = measure(ours(VARIANTS[name]), false)
        figures["variants"][name] = {
            "settings": VARIANTS[name],
            "recall": {group: _recall(evaluation, kinds) for group, kinds in GROUPS.items()},
            "precision": round(evaluation.precision or 0, 4),
            "right source": round(evaluation.total.source_accuracy or 0, 4),
            "own words flagged in 1,000": round(evaluation.false_per_thousand or 0, 2),
            "findings in hard negatives": alarms.findings,
            "mb_per_s": round(size / seconds, 2),
        }
        _show(name, figures["variants"][name])
    words = [str(options.data.absolute()), "--seed", str(options.seed), "--pages", str(options.pages)]
    words += ["--originals", str(options.originals)] if options.originals else []
    for name in options.rules:
        try:
            figures["variants"][name] = without(RULES[name], words)
        except LeftOut as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
            continue
        _show(name, figures["variants"][name])
    if options.save:
        results.save("ablation", argv or [], figures, seeds=[options.seed], cases=options.pages)
    return 0


def _show(name: str, figure: dict[str, Any]) -> None:
    shares = "".join(f"{value:>12.4f}" for value in figure["recall"].values())
    print(
        f"{name:<40}{shares}   precision {figure['precision']:.4f}, right source {figure['right source']:.4f}, "
        f"{figure['findings in hard negatives']} findings in hard negatives, {figure['mb_per_s']:.1f} MB/s",
        flush=True,
    )


def _recall(evaluation: Evaluation, kinds: Sequence[str]) -> float:
    tallies = [evaluation.kinds[kind] for kind in kinds if kind in evaluation.kinds]
    return round(sum(tally.found for tally in tallies) / max(1, sum(tally.words for tally in tallies)), 4)
