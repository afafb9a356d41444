"""Quality: what share of taken words is found, and what else is flagged, by kind of copying."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpora, results
from benchmarks.generate import write
from benchmarks.generator import KINDS, Stitched, negatives, stitched
from benchmarks.systems import SYSTEMS, System, system, versions
from dedup.evaluation import Evaluation, Judgement, Truth, evaluate, read_truths, summary
from dedup.model import Article


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks quality``."""
    options = _parser().parse_args(argv)
    settings = dict(pair.split("=", 1) for pair in options.set)
    run = system(options.system, settings)
    figures: dict[str, Any] = {"system": options.system, "corpus": options.corpus, "seeds": {}}
    for seed in options.seed:
        feed = _feed(options, seed)
        judged, evaluation, seconds = measure(run, feed)
        print(f"\n{options.system}, seed {seed}: {len(feed.articles)} articles, {seconds:.1f} CPU s")
        figures["seeds"][seed] = {"cpu": round(seconds, 2), **evaluation.figures()}
        print(summary(evaluation))
        if options.write:
            write(options.write, feed)
        if options.worst:
            _show_worst(feed, judged, options.worst, options.kind)
        if options.read:
            continue
        false = _feed_of_negatives(options, seed)
        _, evaluation, _ = measure(run, false)
        print(f"\nhard negatives, seed {seed}: nothing of this may be flagged")
        print(negatives_table(evaluation))
        figures["seeds"][seed]["negatives"] = negatives_figures(evaluation)
    if options.save:
        results.save(
            "quality",
            argv or [],
            figures,
            settings=settings if options.system == "ours" else {},
            versions=versions(options.system),
            seeds=options.seed,
            cases=sum(row["articles"] for row in figures["seeds"].values()),
        )
    return 0


def measure(run: System, feed: Stitched) -> tuple[list[Judgement], Evaluation, float]:
    """Run a system on a feed; return its judgements, their evaluation and the CPU seconds."""
    wanted = {truth.id for truth in feed.truths}
    begin = _cpu()
    judged = run(feed.articles, wanted)
    seconds = _cpu() - begin
    return judged, evaluate(judged, feed.truths), seconds


def _cpu() -> float:
    """CPU seconds of this process and of those that it started: peers run in their own."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def negatives_figures(evaluation: Evaluation) -> dict[str, float]:
    """Return flagged words in 1,000 by kind of hard negative, and the number of findings."""
    rates = {kind: 1000 * (1 - (tally.recall or 0)) for kind, tally in evaluation.kinds.items()}
    rates["fresh text"] = evaluation.false_per_thousand or 0
    return {kind: round(rate, 2) for kind, rate in rates.items()} | {"findings": evaluation.findings}


def negatives_table(evaluation: Evaluation) -> str:
    """Return flagged words in 1,000, by kind of hard negative."""
    lines = [f"{'kind':<14}{'words':>8}{'flagged in 1,000':>18}"]
    for kind, tally in evaluation.kinds.items():
        lines.append(f"{kind:<14}{tally.words:>8}{1000 * (1 - (tally.recall or 0)):>18.2f}")
    lines.append(f"{'fresh text':<14}{evaluation.own_words:>8}{evaluation.false_per_thousand or 0:>18.2f}")
    lines.append(f"findings of a ledger class: {evaluation.findings}")
    return "\n".join(lines)


def _feed(options: argparse.Namespace, seed: int) -> Stitched:
    if options.read:
        return _read(options.read)
    articles = corpora.COLLECTIONS[options.corpus](options.data)
    kinds = options.kind or tuple(KINDS)
    synonyms = corpora.thesaurus(options.data, corpora.THESAURI.get(options.corpus, "th_en_US"))
    return stitched(
        articles[: options.articles],
        seed,
        options.pages,
        synonyms,
        kinds=kinds,
        dressed=options.dressed,
        originals=options.originals,
    )


def _feed_of_negatives(options: argparse.Namespace, seed: int) -> Stitched:
    return negatives(corpora.COLLECTIONS[options.corpus](options.data)[: options.articles], seed, 120)


def _read(folder: Path) -> Stitched:
    with open(folder / "articles.jsonl", encoding="utf-8") as lines:
        articles = [Article(**json.loads(line)) for line in lines]
    return Stitched(articles, list(read_truths(str(folder / "truth.jsonl"))))


def _show_worst(feed: Stitched, judged: list[Judgement], count: int, kinds: Sequence[str]) -> None:
    """Print passages missed and own text flagged: what to look at when tuning."""
    texts = {article.id: article.text for article in feed.articles}
    by_id = {judged.id: judged for judged in judged}
    missed, false = [], []
    for truth in feed.truths:
        mine = by_id.get(truth.id, Judgement(truth.id))
        for span in truth.spans:
            only = Truth(truth.id, (span,), truth.starts)
            tally = evaluate([mine], [only]).kinds[span.kind]
            missed.append(
                (tally.words - tally.found, truth.id, span.kind, texts[truth.id][span.start : span.end])
            )
        for flag in mine.flags:
            if not any(span.start < flag.end and flag.start < span.end for span in truth.spans):
                false.append((truth.id, flag, texts[truth.id][flag.start : flag.end]))
    for words, name, kind, text in sorted(missed, reverse=True)[:count]:
        print(f"missed {words} words in {name} ({kind}): {text}")
    for name, flag, text in false[:count]:
        print(f"false in {name}: {flag.kind} from {flag.source}: {text}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks quality", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--system", choices=SYSTEMS, default="ours")
    parser.add_argument("--corpus", choices=sorted(corpora.COLLECTIONS), default="reuters")
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="1 to 3 are for development")
    parser.add_argument("--pages", type=int, default=420, help="stitched pages, the kinds in turn (420)")
    parser.add_argument("--articles", type=int, default=None, help="use only the first so many articles")
    parser.add_argument("--originals", type=int, default=None, help="draw so many originals (all)")
    parser.add_argument("--kind", nargs="+", choices=list(KINDS), default=[], help="plant only these kinds")
    parser.add_argument("--dressed", action="store_true", help="add repeats, furniture and foreign lines")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting")
    parser.add_argument("--read", type=Path, help="use the feed in this folder, written before")
    parser.add_argument("--write", type=Path, help="write articles.jsonl and truth.jsonl into this folder")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    parser.add_argument("--worst", type=int, default=0, help="print so many of the worst misses and alarms")
    return parser
