"""Speed and memory beside the peers: same paragraphs, CPU seconds, runs in turn, medians and ratios.

Every run is a process of its own, held to one core except in the group `cores`. Systems take turns (A, B, A,
B, …), so that a busy machine slows all alike; a ratio compares runs of the same round. What takes longer than
a minute runs once. Peers that are not installed are left out with a note (`python -m benchmarks peers`).
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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks import corpora, results
from benchmarks.edits import edited
from benchmarks.jobs import GROUPS as JOBS
from benchmarks.peer_jobs import SEVERAL_CORES
from benchmarks.peers import PEERS, ROOT, LeftOut, run_job
from benchmarks.plan import JACCARD, Pairs, Plan, shingled, warm_up

IDEALS = ("wc -w", "orjson", "re.findall")
"""Floors that stand in every table: counting words, decoding JSON, one regular expression."""

GROUPS = ("floors", "signatures", "pairs", "scan", "cores", "growth", "start")
SLOW = 60.0
"""CPU seconds: what takes longer runs once."""

PATIENCE = 150.0
"""CPU seconds: a peer that would take longer is not grown further."""

Figures = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks speed``."""
    peers = [name for name in JOBS["pairs"] if name in PEERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--paragraphs", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--peers", nargs="*", choices=peers, default=peers)
    parser.add_argument("--growth", nargs="+", type=int, default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--against", type=Path, help="group start: another checkout, to take turns with")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    versions: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options, Path(folder), versions)
    if options.save:
        results.save("speed", argv or [], figures, versions=versions, cases=figures["paragraphs"])
    return 0


def measure(options: argparse.Namespace, folder: Path, versions: dict[str, str]) -> Figures:
    """Run the groups asked for; print each as it is done. Fills `versions` with those of the peers."""
    path = folder / "news.jsonl"
    texts = paragraphs(options.data, options.paragraphs)
    size = write(path, texts)
    figures: Figures = {"paragraphs": len(texts), "megabytes": round(size / 1e6, 2)}
    print(f"{len(texts)} paragraphs of news, {size / 1e6:.1f} MB of text, {options.rounds} rounds")
    wanted = ("dedup", *JOBS["floors"], *options.peers)
    for group in options.only:
        if group == "growth":
            figures[group] = growth(options.data, options.growth, folder, options.peers, versions)
        elif group == "start":
            figures[group] = start(options.rounds, options.against)
        elif group == "cores":
            articles = _articles(path, texts)
            figures[group] = cores({"dedup": articles, **dict.fromkeys(options.peers, path)}, size, versions)
        else:
            source = _articles(path, texts) if group == "scan" else path
            jobs = {name: (group, name, source, Plan()) for name in JOBS[group] if name in wanted}
            ideals = {name: ("floors", name, path, Plan()) for name in IDEALS}
            runs = in_turn({**ideals, **jobs}, options.rounds, versions)
            figures[group] = compare(group, runs, size, texts)
    return figures


Job = tuple[str, str, Path, Plan]
"""Group, name, file and plan: what `benchmarks.jobs` is told."""


def in_turn(jobs: Mapping[str, Job], rounds: int, versions: dict[str, str]) -> dict[str, list[Figures]]:
    """Run jobs in turn, a round after another; what fails or is slow is not run again."""
    runs: dict[str, list[Figures]] = defaultdict(list)
    waiting = dict(jobs)
    for _ in range(rounds):
        for label, (group, name, path, plan) in list(waiting.items()):
            try:
                cost = run_job(
                    "jobs", group, name, str(path), json.dumps(asdict(plan)), peer=name, cores=plan.cores
                )
            except LeftOut as reason:
                print(f"{group}: {label} is left out: {reason}", file=sys.stderr)
                del waiting[label]
                continue
            versions |= cost["versions"]
            runs[label].append(cost)
            if cost["cpu"] > SLOW:
                del waiting[label]
    return runs


def compare(group: str, runs: Mapping[str, list[Figures]], size: int, texts: Sequence[str]) -> Figures:
    """Return the figures of the systems of a group, and print them."""
    quality = pair_quality({name: costs[0]["found"] for name, costs in runs.items()}, texts)
    print(f"\n{group:<18}{'CPU s':>9}{'MB/s':>9}{'ratio':>9}{'spread':>16}{'peak MiB':>10}  found, right")
    figures = {}
    for name, costs in runs.items():
        figure = _figure(costs, runs.get("dedup") or next(iter(runs.values())), size) | quality.get(name, {})
        figures[name] = figure
        low, high = figure["ratio_spread"]
        print(
            f"{name:<18}{figure['cpu']:>9.3f}{figure['mb_per_s']:>9.1f}{figure['ratio']:>9.2f}"
            f"{f'{low:.2f} - {high:.2f}':>16}{figure['peak_mib']:>10.0f}"
            + (f"  {figure['recall']:.3f} {figure['precision']:.3f}" if "recall" in figure else "")
        )
    return figures


def _figure(mine: Sequence[Figures], ours: Sequence[Figures], size: int) -> Figures:
    """CPU seconds over ours, by round: a ratio above 1 says that the other takes longer."""
    cpu = max(1e-6, median(run["cpu"] for run in mine))
    ratios = [a["cpu"] / max(1e-6, b["cpu"]) for a, b in zip(mine, ours, strict=False)]
    return {
        "cpu": round(cpu, 4),
        "wall": round(median(run["wall"] for run in mine), 4),
        "mb_per_s": round(size / 1e6 / cpu, 2),
        "ratio": round(median(ratios), 3),
        "ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "rounds": len(ratios),
        "peak_mib": max(run["peak_mib"] for run in mine),
    }


def ideals(path: Path) -> list[tuple[str, float]]:
    """CPU seconds of those that only count, decode or split the text of a file."""
    return [(name, run_job("jobs", "floors", name, str(path))["cpu"]) for name in IDEALS]


def cores(files: Mapping[str, Path], size: int, versions: dict[str, str]) -> Figures:
    """Wall seconds on one core and on all, for ours (scan) and the peers that have an option for it (pairs)."""
    many = os.cpu_count() or 1
    jobs: dict[str, Job] = {}
    for name, path in files.items():
        if name == "dedup" or name in SEVERAL_CORES:
            job: Job = ("scan" if name == "dedup" else "pairs", name, path, Plan())
            jobs |= {f"{name}/1": job, f"{name}/{many}": (*job[:3], replace(job[3], cores=many))}
    runs = in_turn(jobs, 3, versions)
    print(
        f"\n{'all cores':<18}{'wall s':>9}{f'on {many}':>9}{'times':>9}{'MB/s':>9}{'CPU s':>9}{'peak MiB':>10}"
    )
    figures: Figures = {}
    for name in files:
        if f"{name}/1" in runs and f"{name}/{many}" in runs:
            one, all_ = (
                {
                    key: median(cost[key] for cost in runs[f"{name}/{count}"])
                    for key in ("wall", "cpu", "peak_mib")
                }
                for count in (1, many)
            )
            figures[name] = {
                "wall, one core": round(one["wall"], 3),
                f"wall, {many} cores": round(all_["wall"], 3),
                "times as fast": round(one["wall"] / all_["wall"], 2),
                "mb_per_s": round(size / 1e6 / all_["wall"], 2),
                "cpu": round(all_["cpu"], 3),
                "peak_mib": round(all_["peak_mib"], 1),
            }
            wall, both, gain, rate, cpu, peak = figures[name].values()
            print(f"{name:<18}{wall:>9.3f}{both:>9.3f}{gain:>9.2f}{rate:>9.1f}{cpu:>9.2f}{peak:>10.0f}")
    return figures


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
            "pool": len(pool),
            "recall": round(len(right[name]) / max(1, len(pool)), 4),
            "precision": round(sum(map(near, pairs)) / max(1, len(pairs)), 4),
        }
        for name, pairs in given.items()
    }


def growth(
    data: Path, counts: Iterable[int], folder: Path, peers: Sequence[str], versions: dict[str, str]
) -> Figures:
    """Feeds of growing size: MB/s should stay, bytes a paragraph too. Ours scans and gives pairs, the peers pairs.

    A peer is not grown further where the next size would take it longer than `PATIENCE`.
    """
    print(f"\n{'growth':<18}{'':<18}{'CPU s':>9}{'MB/s':>9}{'peak MiB':>10}{'KiB a paragraph':>17}")
    jobs = {"dedup scan": ("scan", "dedup"), **{name: ("floors", name) for name in IDEALS}}
    jobs |= {f"{name}, pairs": ("pairs", name) for name in ("dedup", *peers)}
    figures: Figures = {label: {} for label in jobs}
    for count in counts:
        path = folder / f"grown-{count}.jsonl"
        size = write_grown(path, data, count)
        lines = _lines_of(path, folder / f"lines-{count}.jsonl")
        for label, (group, name) in list(jobs.items()):
            source = path if group == "scan" else lines
            before = list(figures[label].items())[-1:]
            if before and before[0][1]["cpu"] * count / int(before[0][0]) > PATIENCE:
                del jobs[label]
                continue
            try:
                plan = json.dumps(asdict(Plan()))
                cost = run_job(
                    "jobs", group, name, str(source), plan, "cost", peer=name, seconds=3 * PATIENCE
                )
            except LeftOut as reason:
                print(f"growth of {label} ends before {count}: {reason}", file=sys.stderr)
                del jobs[label]
                continue
            versions |= cost["versions"]
            figures[label][str(count)] = _grown(cost, count, size, before)
            row = figures[label][str(count)]
            each = row["kib_a_further_paragraph"] or 0
            print(
                f"{count:<18,}{label:<18}{row['cpu']:>9.2f}{row['mb_per_s']:>9.1f}{row['peak_mib']:>10.0f}{each:>17.2f}"
            )
        path.unlink()
        lines.unlink()
    return {label: rows for label, rows in figures.items() if rows}


def _grown(cost: Figures, count: int, size: int, before: Sequence[tuple[str, Figures]]) -> Figures:
    each = [1024 * (cost["peak_mib"] - row["peak_mib"]) / (count - int(last)) for last, row in before]
    cpu = max(1e-6, cost["cpu"])
    return {
        "cpu": round(cpu, 3),
        "megabytes": round(size / 1e6, 2),
        "mb_per_s": round(size / 1e6 / cpu, 2),
        "peak_mib": cost["peak_mib"],
        "kib_a_further_paragraph": round(each[0], 2) if each else None,
    }


def _lines_of(path: Path, target: Path) -> Path:
    """The paragraphs of a file of articles, one a line, as the peers take them."""
    for source, out in ((path, target), (warm_up(path), warm_up(target))):
        with open(source, encoding="utf-8") as articles, open(out, "w", encoding="utf-8") as lines:
            for line in articles:
                for text in json.loads(line)["text"].split("\n\n"):
                    lines.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return target


def start(rounds: int, against: Path | None) -> Figures:
    """Cold and warm start, compiled code absent and present: CPU seconds of the command and all its processes.

    With another checkout `against`, the two take turns, each with a cache of its own, and a ratio below 1 says that
    ours takes less.
    """
    sample = str(ROOT / "samples")
    commands = {
        "python -c pass": ["-c", "pass"],
        "dedup --help": ["-m", "dedup", "--help"],
        "scan samples, cold": ["-m", "dedup", "scan", sample, "-f", "jsonl"],
        "scan samples, warm": ["-m", "dedup", "scan", sample, "-f", "jsonl"],
    }
    checkouts = [ROOT] + ([against] if against else [])
    figures: Figures = {}
    print(f"\n{'start':<22}{'CPU s':>9}{'wall s':>9}{'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands.items():
            costs = [
                [
                    _cost_of(command, checkout, Path(folder, str(number)))
                    for number, checkout in enumerate(checkouts)
                ]
                for _ in range(1 if name.endswith("cold") else rounds)
            ]
            cpu, wall = (median(turn[0][which] for turn in costs) for which in (0, 1))
            ratio = median(turn[0][0] / turn[-1][0] for turn in costs)
            figures[name] = {"cpu": round(cpu, 3), "wall": round(wall, 3), "ratio": round(ratio, 3)}
            print(f"{name:<22}{cpu:>9.3f}{wall:>9.3f}{ratio:>9.2f}")
    return figures


def _cost_of(command: Sequence[str], checkout: Path, cache: Path) -> tuple[float, float]:
    """CPU and wall seconds of Python with the sources of a checkout."""
    # An older version asks for the second.
    kept = dict.fromkeys(("DEDUP_CACHE_DIR", "NUMBA_CACHE_DIR"), str(cache))
    environment = {**os.environ, **kept, "PYTHONPATH": str(checkout)}
    before, begin = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=checkout, env=environment)
    after = os.times()
    cpu = sum(getattr(after, part) - getattr(before, part) for part in ("children_user", "children_system"))
    return cpu, time.perf_counter() - begin


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
