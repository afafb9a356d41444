"""Speed and memory beside the peers: same paragraphs, CPU seconds, runs in turn, medians and ratios.

Every run is a process of its own. Systems take turns (A, B, A, B, …), so that a busy machine slows all
alike; a ratio compares runs of the same round. Peers that are not installed are left out with a note.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks import corpora, results
from benchmarks.edits import edited
from benchmarks.jobs import FILES, JACCARD, TEXTS, Pairs, shingled, warm_up

PEERS = ("datasketch", "rensa", "daft", "gaoya", "fastsketchlsh")
ROOT = Path(__file__).parent.parent
GROUPS = ("floors", "signatures", "pairs", "scan", "growth", "start")

Figures = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks speed``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--paragraphs", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--growth", nargs="+", type=int, default=[10_000, 30_000, 100_000], metavar="N")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options, Path(folder))
    if options.save:
        results.save("speed", argv or [], figures, packages=PEERS)
    return 0


def measure(options: argparse.Namespace, folder: Path) -> Figures:
    """Run the groups asked for; print each as it is done."""
    path = folder / "news.jsonl"
    texts = paragraphs(options.data, options.paragraphs)
    size = write(path, texts)
    figures: Figures = {"paragraphs": len(texts), "megabytes": round(size / 1e6, 2)}
    print(f"{len(texts)} paragraphs of news, {size / 1e6:.1f} MB of text, {options.rounds} rounds")
    for group in options.only:
        if group == "growth":
            figures[group] = growth(options.data, options.growth, folder)
        elif group == "start":
            figures[group] = start(options.rounds)
        else:
            source = _articles(path, texts) if group == "scan" else path
            figures[group] = compare(group, source, size, options.rounds, options.peers, texts)
    return figures


def compare(
    group: str, path: Path, size: int, rounds: int, peers: Iterable[str], texts: Sequence[str]
) -> Figures:
    """Time the systems of a group in turn."""
    names = [*FILES.get(group, {}), *TEXTS.get(group, {})]
    names = [name for name in names if name not in PEERS or name in peers]
    runs: dict[str, list[Figures]] = defaultdict(list)
    for _ in range(rounds):
        for name in list(names):
            cost = job(group, name, path)
            if cost is None:
                names.remove(name)
            else:
                runs[name].append(cost)
    quality = pair_quality({name: cost[0]["pairs"] for name, cost in runs.items()}, texts)
    print(f"\n{group:<18}{'CPU s':>9}{'MB/s':>9}{'ratio':>9}{'spread':>16}{'peak MiB':>10}  found, right")
    figures = {}
    for name in names:
        figure = _figure(runs[name], runs.get("dedup") or runs[names[0]], size) | quality.get(name, {})
        figures[name] = figure
        low, high = figure["ratio_spread"]
        print(
            f"{name:<18}{figure['cpu']:>9.3f}{figure['mb_per_s']:>9.1f}{figure['ratio']:>9.2f}"
            f"{f'{low:.2f} - {high:.2f}':>16}{figure['peak_mib']:>10.0f}"
            + (f"  {figure['recall']:.3f} {figure['precision']:.3f}" if "recall" in figure else "")
        )
    if group == "scan" and len(names) == 2:
        gain = median(a["wall"] / b["wall"] for a, b in zip(*runs.values(), strict=True))
        figures["dedup, 2 workers"]["times_one_worker"] = round(gain, 2)
        print(f"two workers give {gain:.2f} times one, by wall time")
    return figures


def _figure(mine: Sequence[Figures], ours: Sequence[Figures], size: int) -> Figures:
    """CPU seconds over ours, by round: a ratio above 1 says that the other takes longer."""
    cpu = median(run["cpu"] for run in mine)
    ratios = [a["cpu"] / b["cpu"] for a, b in zip(mine, ours, strict=True)]
    return {
        "cpu": round(cpu, 4),
        "wall": round(median(run["wall"] for run in mine), 4),
        "mb_per_s": round(size / 1e6 / cpu, 2),
        "ratio": round(median(ratios), 3),
        "ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "peak_mib": max(run["peak_mib"] for run in mine),
    }


def pair_quality(found: dict[str, Pairs | None], texts: Sequence[str]) -> dict[str, Figures]:
    """Recall of paragraphs with an earlier near-duplicate, and precision of pairs.

    Truth is pooled: the pairs of all systems, checked one by one on exact sets of word 5-grams.
    """
    sets: dict[int, frozenset[str]] = {}

    def near(pair: Sequence[int]) -> bool:
        a, b = (sets.setdefault(at, frozenset(shingled(texts[at]))) for at in pair)
        return len(a & b) >= JACCARD * len(a | b)

    given = {name: pairs for name, pairs in found.items() if pairs is not None}
    right = {name: {pair[0] for pair in pairs if near(pair)} for name, pairs in given.items()}
    pool = set().union(*right.values()) if right else set()
    return {
        name: {
            "pairs": len(pairs),
            "recall": round(len(right[name]) / max(1, len(pool)), 4),
            "precision": round(sum(map(near, pairs)) / max(1, len(pairs)), 4),
        }
        for name, pairs in given.items()
    }


def growth(data: Path, counts: Iterable[int], folder: Path) -> Figures:
    """Scan feeds of growing size: MB/s should stay, bytes a paragraph too."""
    print(f"\n{'growth':<18}{'CPU s':>9}{'MB/s':>9}{'peak MiB':>10}{'KiB a paragraph':>17}")
    figures: Figures = {}
    base = 0.0
    for count in counts:
        path = folder / f"grown-{count}.jsonl"
        size = write_grown(path, data, count)
        cost = job("scan", "dedup", path)
        path.unlink()
        if cost is None:
            break
        rate = size / 1e6 / cost["cpu"]
        base = base or cost["peak_mib"]
        each = max(0.0, (cost["peak_mib"] - 300) * 1024 / count)
        figures[str(count)] = {
            "cpu": round(cost["cpu"], 3),
            "megabytes": round(size / 1e6, 2),
            "mb_per_s": round(rate, 2),
            "peak_mib": cost["peak_mib"],
            "kib_a_paragraph_over_300_mib": round(each, 2),
        }
        print(f"{count:<18}{cost['cpu']:>9.2f}{rate:>9.1f}{cost['peak_mib']:>10.0f}{each:>17.2f}")
    return figures


def start(rounds: int) -> Figures:
    """Cold and warm start: wall seconds of the command, compiled code absent and present."""
    figures = {}
    sample = ROOT / "samples"
    with tempfile.TemporaryDirectory() as cache:
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "dedup --help": [sys.executable, "-m", "dedup", "--help"],
            "scan samples, cold": [sys.executable, "-m", "dedup", "scan", str(sample), "-f", "jsonl"],
            "scan samples, warm": [sys.executable, "-m", "dedup", "scan", str(sample), "-f", "jsonl"],
        }
        print(f"\n{'start':<22}{'wall s':>9}")
        for name, command in commands.items():
            times = []
            for _ in range(1 if name.endswith("cold") else rounds):
                begin = time.perf_counter()
                environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
                subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment)
                times.append(time.perf_counter() - begin)
            figures[name] = round(median(times), 3)
            print(f"{name:<22}{figures[name]:>9.3f}")
    return figures


def job(group: str, name: str, path: Path) -> Figures | None:
    """Run a job in its own process on one thread; None, with a note, where its package is missing."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.jobs", group, name, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    if ran.returncode:
        reason = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{group}: {name} is left out: {reason}", file=sys.stderr)
        return None
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def paragraphs(data: Path, count: int) -> list[str]:
    """Return so many real paragraphs of at least 20 words, shuffled, one in ten an edited copy of another."""
    rng = Random(0)
    pool = [
        block
        for load in (corpora.reuters, corpora.fnc1, corpora.abc)
        for article in load(data)
        for block in article.text.split("\n\n")
        if block.count(" ") >= 19
    ]
    rng.shuffle(pool)
    real = pool[: count - count // 10]
    vocabulary = [word for block in real[:500] for word in block.split()]
    copies = [
        edited(rng.choice(real), rng.choice((0, 0.05, 0.15)), rng, vocabulary, {}) for _ in range(count // 10)
    ]
    texts = [*real, *copies]
    rng.shuffle(texts)
    return texts[:count]


def write(path: Path, texts: Sequence[str]) -> int:
    """Write a paragraph a line, and 200 of them to warm up with; return the bytes of text."""
    for target, part in ((path, texts), (warm_up(path), texts[:200])):
        with open(target, "w", encoding="utf-8") as out:
            out.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in part)
    return sum(len(text.encode()) for text in texts)


def _articles(path: Path, texts: Sequence[str]) -> Path:
    """Write the same paragraphs as articles of six."""
    target = path.with_name("articles.jsonl")
    for out, part in ((target, texts), (warm_up(target), texts[:600])):
        with open(out, "w", encoding="utf-8") as lines:
            lines.writelines(_line(at // 6, part[at : at + 6]) for at in range(0, len(part), 6))
    return target


def write_grown(path: Path, data: Path, count: int) -> int:
    """Write articles of six invented paragraphs each, one in ten an edited copy; return the bytes of text.

    There are not enough real paragraphs for a million: a chain of the second order over words of real
    ones makes new ones with the same word frequencies. They keep the sizes of real paragraphs.
    """
    rng = Random(count)
    real = [block.split() for block in paragraphs(data, 20_000)]
    after: dict[str, list[str]] = defaultdict(list)
    for tokens in real:
        for word, following in pairwise(tokens):
            after[word].append(following)
    vocabulary = [word for tokens in real[:500] for word in tokens]
    size = 0
    kept: list[str] = []
    batch: list[str] = []
    with (
        open(path, "w", encoding="utf-8") as out,
        open(warm_up(path), "w", encoding="utf-8") as warm,
    ):
        for number in range(count):
            if kept and rng.random() < 0.1:
                text = edited(rng.choice(kept), rng.choice((0, 0.05, 0.15)), rng, vocabulary, {})
            else:
                text = _chain(rng, after, vocabulary, len(rng.choice(real)))
                if len(kept) < 20_000:
                    kept.append(text)
            size += len(text.encode())
            batch.append(text)
            if len(batch) == 6 or number == count - 1:
                out.write(_line(number // 6, batch))
                if number < 600:
                    warm.write(_line(number // 6, batch))
                batch = []
    return size


def _chain(rng: Random, after: dict[str, list[str]], vocabulary: Sequence[str], length: int) -> str:
    tokens = [rng.choice(vocabulary)]
    while len(tokens) < length:
        tokens.append(rng.choice(after.get(tokens[-1]) or vocabulary))
    return " ".join(tokens)


def _line(number: int, texts: Sequence[str]) -> str:
    record = {
        "id": f"a{number}",
        "source": f"outlet-{number % 20}",
        "published": f"2020-{1 + number // 28 % 12:02}-{1 + number % 28:02}",
        "text": "\n\n".join(texts),
    }
    return json.dumps(record, ensure_ascii=False) + "\n"
