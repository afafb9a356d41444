"""A short run for every change: fails where quality fell by more than .01 or a ratio of speed by 25 %.

It needs no data: invented news, the same on every machine. Speed is the CPU time of ours over that of a
fixed piece of plain Python on the same text, taken in turn, so that a slow machine slows both; what looks
slow is measured again before it is called so. What has a figure is said in `kinds`. The figures to hold are in
``benchmarks/baseline.json``; ``--update`` writes them anew: after an intended change, and with a word about it in
the changelog.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.growth import exponents, measured
from benchmarks.invented import collection
from benchmarks.kinds import Figures, quality

BASELINE = Path(__file__).parent / "baseline.json"
QUALITY, RATIO = 0.01, 0.25
AGAIN = 2
HURT = ("two letters, every way", "one word")
"""Shapes of input made to hurt: by which power of their size the worse of time and memory grows, 1 at least."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks check``: 0 where all holds, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks check", description=__doc__)
    parser.add_argument("--baseline", type=Path, default=BASELINE)
    parser.add_argument("--update", action="store_true", help="write this run's figures as the baseline")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    figures = {**quality(), **speed(options.rounds)}
    known = json.loads(options.baseline.read_text("utf-8")) if options.baseline.exists() else {}
    for _ in range(AGAIN):
        slow = [failure for failure in compare(figures, known) if failure.startswith("speed")]
        if slow and not options.update:
            print(f"measured again: {'; '.join(slow)}")
            again = speed(2 * options.rounds)
            figures |= {name: min(value, figures[name]) for name, value in again.items()}
    if options.update:
        options.baseline.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        print(f"wrote {options.baseline}")
        return 0
    failures = compare(figures, known)
    for name, value in figures.items():
        print(f"{name:<32}{value:>10.4f}")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


def compare(figures: Figures, baseline: Figures) -> list[str]:
    """Say what got worse by more than is allowed.

    >>> compare({"quality: recall": 0.97, "speed: scan": 2.0}, {"quality: recall": 0.99, "speed: scan": 1.9})
    ['quality: recall fell from 0.9900 to 0.9700 (allowed: 0.01)']
    """
    failures = []
    for name, old in baseline.items():
        new = figures.get(name)
        if new is None:
            failures.append(f"{name} was not measured")
        elif name.startswith("quality") and new < old - QUALITY:
            failures.append(f"{name} fell from {old:.4f} to {new:.4f} (allowed: {QUALITY})")
        elif name.startswith("speed") and new > old * (1 + RATIO):
            failures.append(f"{name} rose from {old:.3f} to {new:.3f} (allowed: {RATIO:.0%})")
    return failures


def speed(rounds: int) -> Figures:
    """CPU time of signatures, a scan and a stream, each over that of one regular expression on the same text."""
    from benchmarks.jobs import signatures_dedup
    from dedup import Detector, Settings, open_index, scan

    articles = collection(2000)
    texts = [block for article in articles for block in article.text.split("\n\n")]
    word = re.compile(r"\w+")

    def plain() -> None:
        for text in texts:
            word.findall(text.lower())

    def stream() -> None:
        with open_index("memory:", Settings()) as index:
            detector = Detector(index)
            for at in range(0, len(articles), 100):
                detector.judge(articles[at : at + 100])

    jobs: dict[str, Callable[[], object]] = {
        "signatures": lambda: signatures_dedup(texts),
        "scan": lambda: sum(1 for _ in scan(articles, Settings())),
        "stream": stream,
    }
    ratios: dict[str, list[float]] = {name: [] for name in jobs}
    for name, job in jobs.items():
        job()  # loads the compiled code
        for _ in range(rounds):
            ratios[name].append(_cpu(job) / _cpu(plain))
    figures = {f"speed: {name}": round(median(values), 3) for name, values in ratios.items()}
    return figures | {
        f"speed: growth, {name}": round(max(1.0, *exponents(measured(name, 1, 60))), 3) for name in HURT
    }


def _cpu(job: Callable[[], object]) -> float:
    begin = time.process_time()
    job()
    return time.process_time() - begin
