"""The pre-filter as its index grows, beside datasketch's LSH, in memory and on Redis.

The same made stream for all (`index.feed`: articles of ten paragraphs with the phrases of real news, two of
five with something taken). Each store is filled to a size; then the CPU time of an article in batches, a Redis
server's included, and the wall time of articles that come alone. Stores are measured one after another.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.index import PARAGRAPHS, feed
from benchmarks.online_jobs import ALONE, BATCH
from benchmarks.peers import LeftOut, run_job
from benchmarks.plan import warm_up
from benchmarks.speed import ideals

SYSTEMS = ("dedup, folder", "dedup, memory", "dedup, redis", "datasketch, memory", "datasketch, redis")


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks online``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks online", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections (only reuters21578)")
    parser.add_argument("--paragraphs", type=int, nargs="+", default=[10_000, 30_000, 100_000], metavar="N")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    figures: dict[str, Any] = {"systems": {}}
    versions: dict[str, str] = {}
    columns = ("paragraphs", "CPU ms", "articles/s", "p50 ms", "p99 ms", "bytes/par.", "peak MiB")
    print(f"{'':<20}" + "".join(f"{name:>12}" for name in columns))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.jsonl"
        articles = _write(path, options.data, max(options.paragraphs), len(options.paragraphs))
        figures["ideals"] = {name: round(1000 * cpu / articles, 4) for name, cpu in ideals(path)}
        print(f"CPU ms an article, to look at its text only: {figures['ideals']}")
        for name in options.systems:
            try:
                said = _measured(name, path, Path(folder), options.paragraphs)
            except LeftOut as reason:
                print(f"{name} is left out: {reason}", file=sys.stderr)
                continue
            figures["systems"][name] = said["figures"]
            versions |= said["versions"]
            for row in said["figures"]:
                print(f"{name:<20}" + "".join(f"{value or '-':>12}" for value in row.values()), flush=True)
    if options.save:
        results.save(
            "online",
            argv or [],
            figures,
            packages=("redis",),
            versions=versions,
            cases=max(options.paragraphs),
        )
    return 0


def _write(path: Path, data: Path, paragraphs: int, stops: int) -> int:
    """Write the stream, a line an article, and a hundred to warm up with; return how many articles it has."""
    count = paragraphs // PARAGRAPHS + (stops + 1) * ALONE + 3 * BATCH
    with open(path, "w", encoding="utf-8") as out:
        for article in islice(feed(data), count):
            record = {key: asdict(article)[key] for key in ("id", "text", "source", "published")}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    with open(path, encoding="utf-8") as lines:
        warm_up(path).write_text("".join(islice(lines, 100)), "utf-8")
    return count


def _measured(name: str, path: Path, folder: Path, sizes: Sequence[int]) -> Any:
    system, _, store = name.partition(", ")
    peer = "" if system == "dedup" else system
    wanted = json.dumps(sizes)
    if store == "redis":
        with redis_server() as (socket, process):
            url = f"unix://{socket}" if system == "dedup" else socket
            return run_job("online_jobs", system, str(path), url, str(process), wanted, peer=peer)
    url = {"dedup, folder": str(folder / "index"), "dedup, memory": "memory:"}.get(name, "")
    return run_job("online_jobs", system, str(path), url, "0", wanted, peer=peer)


@contextmanager
def redis_server() -> Iterator[tuple[str, int]]:
    """Start a Redis server of our own that writes each change down; give its socket and its process id."""
    program = shutil.which("redis-server")
    if program is None:
        raise LeftOut("no redis-server on this machine")
    folder = Path(tempfile.mkdtemp(prefix="dedup-bench-"))
    options = [
        "--port",
        "0",
        "--unixsocket",
        "socket",
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "yes",
    ]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            if (folder / "socket").exists():
                break
            time.sleep(0.02)
        else:
            raise LeftOut("redis-server does not start here")
        yield str(folder / "socket"), process.pid
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
