"""Apache Spark beside one machine: the same report, CPU time, memory, and bytes that each stage moves.

    python -m benchmarks spark DATA [--paragraphs 100000 1000000]

The feed is that of growth (`speed`): invented text with the word order of real news, one paragraph in ten an edited
copy. CPU time and memory are those of all processes of the job, the JVM's and the Pythons', looked at twice a second;
bytes are those that Spark's own log says were written to the shuffle, by the stage's name in docs/scale.md.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.peers import ROOT, LeftOut
from benchmarks.speed import write_grown

FILES = 8
EVERY = 0.5
"""Seconds between two looks at the processes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds of a command and all that it started, and the most memory they had together, MiB."""

    cpu: float
    wall: float
    peak_mib: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks spark``; the exit code is 1 where the reports differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks spark", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--paragraphs", type=int, nargs="+", default=[100_000], metavar="N")
    parser.add_argument("--master", default=f"local[{os.cpu_count() or 1}]")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    if importlib.util.find_spec("pyspark") is None:
        raise LeftOut("pyspark is not installed: pip install '.[spark]'")
    figures: dict[str, Any] = {"master": options.master, "sizes": {}, "stages": {}}
    for count in options.paragraphs:
        with tempfile.TemporaryDirectory() as folder:
            row, stages = measured(options.data, count, options.master, Path(folder))
        figures["sizes"][str(count)] = row
        figures["stages"][str(count)] = stages
        print(f"{count:,} paragraphs: {row}\n  bytes a paragraph: {stages}", flush=True)
    if options.save:
        results.save(
            "spark", argv or [], figures, packages=("pyspark", "pyarrow"), cases=max(options.paragraphs)
        )
    return int(not all(row["same report"] for row in figures["sizes"].values()))


def measured(data: Path, count: int, master: str, folder: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """Scan a feed on one machine and on Spark; return the figures, and shuffle bytes a paragraph by stage."""
    _write(folder, data, count)
    command = [sys.executable, "-m", "dedup", "scan", "feed", "-f", "jsonl"]
    one = run([*command, "-o", "one.jsonl"], folder)
    (folder / "log").mkdir()
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(
        "spark.eventLog.enabled true\nspark.eventLog.compress false\n"
        f"spark.eventLog.dir {(folder / 'log').as_uri()}\n",
        "utf-8",
    )
    spark = run(
        [*command, "--engine", "spark", "--master", master, "-o", "spark.jsonl"],
        folder,
        SPARK_CONF_DIR=str(folder / "conf"),
        PYSPARK_PYTHON=sys.executable,
    )
    moved = shuffled(_events(folder / "log"))
    row = {
        "same report": _digest(folder / "one.jsonl") == _digest(folder / "spark.jsonl"),
        "CPU s": round(spark.cpu, 1),
        "CPU s, one machine": round(one.cpu, 1),
        "times": round(spark.cpu / max(1e-6, one.cpu), 2),
        "wall s": round(spark.wall, 1),
        "wall s, one machine": round(one.wall, 1),
        "peak MiB": round(spark.peak_mib),
        "peak MiB, one machine": round(one.peak_mib),
        "shuffle, bytes a paragraph": round(sum(moved.values()) / count),
    }
    return row, {stage: round(size / count, 1) for stage, size in moved.items()}


def _write(folder: Path, data: Path, count: int) -> None:
    """The feed, in some files of the folder `feed`."""
    write_grown(folder / "feed.jsonl", data, count)
    (folder / "feed").mkdir()
    with ExitStack() as files:
        outs = [
            files.enter_context(open(folder / "feed" / f"{number}.jsonl", "w", encoding="utf-8"))
            for number in range(FILES)
        ]
        for number, line in enumerate(files.enter_context(open(folder / "feed.jsonl", encoding="utf-8"))):
            outs[number % FILES].write(line)
    (folder / "feed.jsonl").unlink()


def _digest(path: Path) -> str:
    """Of the lines in any order: one machine gives them as they were read, Spark sorted."""
    lines = sorted(hashlib.sha256(line).digest() for line in path.read_bytes().splitlines())
    return hashlib.sha256(b"".join(lines)).hexdigest()


def run(command: Sequence[str], folder: Path, **environment: str) -> Cost:
    """Run a command in a folder to its end. Raises LeftOut with its last words."""
    begin, spent, peak = time.perf_counter(), Counter[int](), 0.0
    with open(folder / "errors", "w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        while process.poll() is None:
            now = list(_processes(process.pid))
            spent.update({pid: ticks - spent[pid] for pid, ticks, _ in now})
            peak = max(peak, sum(size for *_, size in now))
            time.sleep(EVERY)
        if process.returncode:
            errors.seek(0)
            raise LeftOut(
                (errors.read().strip().splitlines() or [f"exit code {process.returncode}"])[-1][:160]
            )
    cpu = spent.total() / os.sysconf("SC_CLK_TCK")
    return Cost(cpu, time.perf_counter() - begin, peak)


def _processes(session: int) -> Iterator[tuple[int, int, float]]:
    """Of each process of a session: its number, ticks of CPU, its own alone, and MiB."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text("ascii", "replace").rpartition(")")
        except OSError:  # it has ended
            continue
        fields = rest.split()
        if int(fields[3]) == session:
            pages = int(fields[21])
            yield (
                int(name.split()[0]),
                int(fields[11]) + int(fields[12]),
                pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
            )


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with open(path, encoding="utf-8") as lines:
                yield from (json.loads(line) for line in lines if line.startswith('{"Event"'))


def shuffled(events: Iterator[dict[str, Any]]) -> dict[str, int]:
    """Bytes written to the shuffle by the name that a stage was given, the stages in their order."""
    names: dict[int, str] = {}
    moved: Counter[str] = Counter()
    for event in events:
        if event["Event"] == "SparkListenerJobStart":
            said = (event.get("Properties") or {}).get("spark.job.description") or "else"
            names |= {stage: said.removeprefix("dedup: ") for stage in event["Stage IDs"]}
        elif event["Event"] == "SparkListenerTaskEnd":
            written = ((event.get("Task Metrics") or {}).get("Shuffle Write Metrics") or {}).get(
                "Shuffle Bytes Written", 0
            )
            moved[names.get(event["Stage ID"], "else")] += written
    return {name: size for name, size in moved.items() if size}
