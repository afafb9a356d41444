"""A stream of articles, each judged by those before it and then added: ours and datasketch, in the same job.

``python -m benchmarks.online_jobs NAME FILE URL SERVER SIZES`` prints, for each number of paragraphs held, what an
article costs then: CPU in batches, the server's included, and the latency of one article alone.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.peers import on_cores, package_version
from benchmarks.plan import Plan, shingled

BATCH = 100
"""Articles a step, as `dedup filter` takes them when they come fast."""

ALONE = 200
"""Articles that come one by one, for the latency."""

SECONDS = 120.0
"""CPU: a store that takes longer is not filled further."""

Record = dict[str, Any]
Add = Callable[[Sequence[Record]], object]
"""Judges articles by what came before, and adds them."""


def dedup(url: str) -> tuple[Add, Callable[[], int]]:
    """Ours: reports with verified passages, durable in the index when it returns (but in memory)."""
    from dedup import Article, Detector, open_index

    index = open_index(url)
    detector = Detector(index)
    return (
        lambda batch: detector.judge([Article(**record) for record in batch]),
        lambda: index.info().bytes,
    )


def datasketch(url: str) -> tuple[Add, Callable[[], int]]:
    """datasketch: query, compare signatures, insert, for each paragraph; 32 bands of 4 rows.

    On Redis the keys of near-duplicates come back, not their signatures: they are kept here, in memory.
    """
    from datasketch import MinHash, MinHashLSH

    plan = Plan()
    storage = {"type": "redis", "basename": b"bench", "redis": {"unix_socket_path": url}} if url else None
    lsh = MinHashLSH(num_perm=plan.permutations, params=(plan.bands, plan.rows), storage_config=storage)
    known: dict[str, Any] = {}

    def add(batch: Sequence[Record]) -> None:
        for record in batch:
            texts = record["text"].split("\n\n")
            sets = ([shingle.encode() for shingle in shingled(text, plan.width)] for text in texts)
            sketches = MinHash.bulk(sets, num_perm=plan.permutations)
            for sketch in sketches:
                [key for key in lsh.query(sketch) if known[key].jaccard(sketch) >= plan.jaccard]
            for nth, sketch in enumerate(sketches):
                key = f"{record['id']}#{nth}"
                lsh.insert(key, sketch)
                known[key] = sketch

    return add, lambda: 0


def run(name: str, path: Path, url: str, server: int, sizes: Sequence[int]) -> list[Record]:
    """Fill a store and measure at each size; what it does not reach in `SECONDS` is left out."""
    add, size_of = {"dedup": dedup, "datasketch": datasketch}[name](url)
    articles = _articles(path)
    add(list(islice(articles, BATCH)))  # compiles, loads models
    began = _cpu(server)
    figures, paragraphs = [], 0
    for size in sizes:
        costs: list[tuple[int, float]] = []
        while (paragraphs < size or not costs) and _cpu(server) - began < SECONDS:
            batch = list(islice(articles, BATCH))
            before = _cpu(server)
            add(batch)
            costs.append((len(batch), _cpu(server) - before))
            paragraphs += sum(record["text"].count("\n\n") + 1 for record in batch)
        if paragraphs < size or not costs:
            break
        last = costs[-max(5, len(costs) // 4) :]
        alone = list(islice(articles, ALONE))
        walls = sorted(_wall(add, record) for record in alone)
        paragraphs += sum(record["text"].count("\n\n") + 1 for record in alone)
        figures.append(
            {
                "paragraphs": size,
                "cpu_ms": round(1e3 * sum(cost for _, cost in last) / sum(count for count, _ in last), 3),
                "articles_a_cpu_s": round(sum(count for count, _ in last) / sum(cost for _, cost in last), 1),
                "alone_ms_p50": round(walls[len(walls) // 2], 2),
                "alone_ms_p99": round(walls[len(walls) * 99 // 100], 2),
                "bytes_a_paragraph": round(_bytes(size_of, url if server else "") / paragraphs) or None,
                "peak_mib": round(_peak(), 1),
            }
        )
    return figures


def _articles(path: Path) -> Iterator[Record]:
    with open(path, encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _wall(add: Add, record: Record) -> float:
    """Milliseconds that one article takes."""
    begin = time.perf_counter()
    add([record])
    return 1e3 * (time.perf_counter() - begin)


def _cpu(server: int) -> float:
    """CPU seconds of this process, and of the server with this process id."""
    seconds = time.process_time()
    if server:
        fields = Path(f"/proc/{server}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        seconds += (int(fields[11]) + int(fields[12])) / 100
    return seconds


def _bytes(size_of: Callable[[], int], socket: str) -> int:
    """What the store takes: its own word for it, or the server's."""
    if not socket:
        return size_of()
    import redis

    return int(redis.Redis(unix_socket_path=socket.removeprefix("unix://")).info("memory")["used_memory"])


def _peak() -> float:
    from benchmarks.jobs import peak_mib

    return peak_mib()


def main(name: str, path: str, url: str, server: str, sizes: str) -> None:
    """Print the figures as the last line."""
    on_cores(1)
    figures = run(name, Path(path), url, int(server), json.loads(sizes))
    print(json.dumps({"figures": figures, "versions": package_version(name)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
