"""`kill -9` at random moments of `dedup filter`: what was acknowledged stays, and a restart gives the same lines."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from benchmarks import results
from benchmarks.index import feed
from dedup.index import open_index


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks kills``; the exit code is 1 if anything is lost or differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kills", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections (only reuters21578)")
    parser.add_argument("--times", type=int, default=50, help="processes to kill (50)")
    parser.add_argument("--articles", type=int, default=2000, help="articles of the feed (2,000)")
    parser.add_argument("--batch", type=int, default=20, help="articles a step (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="dedup-kills-"))
    try:
        figures = _run(folder, options)
    finally:
        shutil.rmtree(folder)
    print(", ".join(f"{value:,} {name}" for name, value in figures.items()))
    if options.save:
        results.save("kills", argv or [], figures, seeds=[options.seed], cases=figures["processes killed"])
    return int(figures["of these lost"] + figures["outputs that differ"] > 0)


def _run(folder: Path, options: argparse.Namespace) -> dict[str, int]:
    rng = random.Random(options.seed)
    with open(folder / "in.jsonl", "w", encoding="utf-8") as out:
        for article in islice(feed(options.data, options.seed), options.articles):
            kept = {name: value for name, value in asdict(article).items() if value}
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")
    begin = time.monotonic()
    _started(folder, "calm", options.batch).wait()
    seconds = time.monotonic() - begin
    wanted = (folder / "calm.jsonl").read_bytes()
    killed = finished = acknowledged = lost = differing = 0
    while killed < options.times:
        process = _started(folder, "feed", options.batch)
        while process.poll() is None and not (folder / "feed.jsonl").stat().st_size and rng.random() < 0.99:
            time.sleep(0.02)
        time.sleep(rng.random() * seconds / 4)
        process.kill()
        killed += process.wait() < 0
        got = (folder / "feed.jsonl").read_bytes()
        lines = got.count(b"\n")
        acknowledged += lines
        differing += not wanted.startswith(got)
        if (folder / "feed.index" / "index.sqlite").exists():
            with open_index(str(folder / "feed.index")) as index:
                lost += max(0, lines - len(index))
        if process.returncode == 0:  # all of it is there: begin anew
            finished += 1
            shutil.rmtree(folder / "feed.index")
    _started(folder, "feed", options.batch).wait()
    differing += (folder / "feed.jsonl").read_bytes() != wanted
    with open_index(str(folder / "feed.index")) as index:
        index.check()
    return {
        "processes killed": killed,
        "were faster": finished,
        "lines acknowledged": acknowledged,
        "of these lost": lost,
        "outputs compared with an undisturbed run": killed + finished + 1,
        "outputs that differ": differing,
    }


def _started(folder: Path, name: str, batch: int) -> subprocess.Popen[bytes]:
    """A job with an index of this name, its lines in a file of this name."""
    command = [
        sys.executable,
        "-m",
        "dedup",
        "filter",
        "--index",
        f"{name}.index",
        "--batch-size",
        str(batch),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with open(folder / "in.jsonl", "rb") as source, open(folder / f"{name}.jsonl", "wb") as out:
        return subprocess.Popen(command, cwd=folder, stdin=source, stdout=out, env=environment)
