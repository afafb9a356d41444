"""The index of a stream: CPU time, latency and size as it grows, or as days come and go.

What it should reach, of one core: alone (``--keys``) 16 µs of CPU a paragraph at 100,000 and 40 at a million, on Redis
(``--redis``) 100 with the server's; judging and adding at least 1,000 articles a CPU second in batches of 100, at a
million paragraphs at most 2.5 times the cost at 100,000; one article by itself within 5 ms (median) and 40 ms (99th
percentile); 500 bytes a paragraph; open again within 2 s; a size that stays (``--replay``).
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks import corpora
from benchmarks.results import save
from dedup import Settings
from dedup.index import Index, open_index
from dedup.index.keys import Keys
from dedup.index.records import UNDATED, Record, pack
from dedup.index.runs import Asked, Terms
from dedup.match.titles import KEYS as TITLE_KEYS
from dedup.model import Article
from dedup.stream import Detector
from dedup.text.words import split

PARAGRAPHS = 10
"""Paragraphs an article."""

PER_DAY = 3_400
"""Articles a day of the made feed: a million paragraphs are a month."""

LATENCIES = 400


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks index``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks index", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections (only reuters21578)")
    parser.add_argument("--index", default="", help="URL of a fresh index (a folder for the time of the run)")
    parser.add_argument("--paragraphs", type=int, nargs="+", default=[100_000], help="sizes to measure at")
    parser.add_argument("--batch", type=int, default=100, help="articles a step (100)")
    parser.add_argument("--keys", action="store_true", help="the index alone: 32 random keys a paragraph")
    parser.add_argument(
        "--redis", action="store_true", help="on a Redis server of its own: its CPU time counts too"
    )
    parser.add_argument(
        "--replay", type=int, metavar="DAYS", help="a feed of so many days instead, with --window"
    )
    parser.add_argument("--window", type=int, default=30, help="days that --replay remembers (30)")
    parser.add_argument("--per-day", type=int, default=100, help="articles a day of --replay (100)")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results/")
    options = parser.parse_args(argv)
    folder = tempfile.mkdtemp(prefix="dedup-bench-")
    try:
        with _server(folder) if options.redis else nullcontext((f"{folder}/index", None)) as (url, server):
            url = options.index or url
            rows = _measured(url, options, _clock(server))
            if server:
                memory = _memory(url)
                rows[-1]["server bytes a paragraph"] = round(memory / rows[-1]["paragraphs"])
                print(f"the server's memory: {memory:,} bytes")
    finally:
        shutil.rmtree(folder)
    if options.save:
        save("index", argv or [], {"sizes": rows}, cases=int(rows[-1]["paragraphs"]))
    return 0


Row = dict[str, float]

Clock = Callable[[], float]


def _measured(url: str, options: argparse.Namespace, cpu: Clock) -> list[Row]:
    with open_index(url) as index:
        if options.replay:
            rows = _run_replay(index, options, cpu)
        else:
            rows = (_run_keys if options.keys else _run_feed)(index, options, cpu)
    rows[-1]["reopened in s"] = _reopen(url)
    return rows


@contextmanager
def _server(folder: str) -> Iterator[tuple[str, int]]:
    """A Redis server in a folder, without a log: the URL of an index on it, and its process id."""
    command = [
        "redis-server",
        "--port",
        "0",
        "--unixsocket",
        f"{folder}/socket",
        "--dir",
        folder,
        "--save",
        "",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not Path(f"{folder}/socket").exists():
                time.sleep(0.02)
            yield f"unix://{folder}/socket?prefix=bench", process.pid
        finally:
            process.terminate()


def _memory(url: str) -> int:
    import redis

    with redis.Redis.from_url(url.partition("?")[0]) as client:
        return int(client.info("memory")["used_memory"])


def _clock(server: int | None) -> Clock:
    """CPU seconds of this process, and of a server's."""

    def cpu() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        seconds = usage.ru_utime + usage.ru_stime
        if server:
            fields = Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / 100
        return seconds

    return cpu


def _reopen(url: str) -> float:
    if url.startswith("memory:"):
        return 0
    begin, cpu = time.perf_counter(), time.process_time()
    with open_index(url) as index, index.view() as view:
        articles = view.end - 1
    seconds = time.perf_counter() - begin
    print(f"reopened with {articles} articles in {seconds:.2f} s, {time.process_time() - cpu:.2f} s of CPU")
    return round(seconds, 2)


def _table(rows: list[Row], row: Row) -> None:
    """Add a row, and print it below its names."""
    if not rows:
        print("".join(f"{name:>{len(name) + 2}}" for name in row))
    print("".join(f"{value:>{len(name) + 2}}" for name, value in row.items()), flush=True)
    rows.append(row)


# --- the index alone ---


def _run_keys(index: Index, options: argparse.Namespace, cpu: Clock) -> list[Row]:
    generator = np.random.default_rng(1)
    rows: list[Row] = []
    done = 0
    for size in options.paragraphs:
        recent: list[float] = []
        while done < size:
            records, keys = _random_batch(generator, options.batch, done)
            begin = cpu()
            _ask_and_add(index, records, keys)
            recent.append((cpu() - begin) / (options.batch * PARAGRAPHS))
            done += options.batch * PARAGRAPHS
        info = index.info()
        span = recent[-max(20, len(recent) // 4) :]
        row = {"paragraphs": done, "CPU µs a paragraph": round(1e6 * statistics.fmean(span), 1)}
        _table(rows, row | {"bytes a paragraph": round(info.bytes / done), "runs": info.runs})
    return rows


def _random_batch(generator: np.random.Generator, articles: int, done: int) -> tuple[list[Record], Keys]:
    """Articles of which nobody has heard: 32 random keys a paragraph, 33 words to verify."""
    paragraphs = articles * PARAGRAPHS
    count = 32 * paragraphs
    keys = Keys(
        values=generator.integers(0, 1 << 32, count, np.uint32),
        positions=np.arange(count),
        full=np.ones(count, np.bool_),
        par_keys=np.arange(0, count + 1, 32),
        runs=np.empty(0, np.uint32),
        par_runs=np.zeros(paragraphs + 1, np.int64),
        wholes=np.zeros(2 * paragraphs, np.uint32),
        pars=np.arange(0, paragraphs + 1, PARAGRAPHS),
        titles=np.zeros(TITLE_KEYS * articles, np.uint32),
    )
    words = _random_words(generator)
    day = done // (PARAGRAPHS * PER_DAY)
    records = [
        Record(
            f"https://example.org/{done}/{n}", "paper", (datetime(2020, 1, 1) + timedelta(day)).isoformat() + "Z",
            n, 0, day * 86_400_000_000, day, words, b"verdict",
        )
        for n in range(articles)
    ]  # fmt: skip
    return records, keys


def _random_words(generator: np.random.Generator) -> bytes:
    letters = generator.integers(97, 123, (PARAGRAPHS * 33, 6), np.uint8)
    text = [bytes(word).decode() for word in letters]
    return pack(split(["\n\n".join(" ".join(text[at : at + 33]) for at in range(0, len(text), 33))]))[0]


def _ask_and_add(index: Index, records: Sequence[Record], keys: Keys) -> None:
    with index.step() as step:
        numbers = step.end + np.arange(len(records))
        terms = Terms(numbers, np.array([record.when for record in records]), np.full(len(records), UNDATED))
        step.find([record.id for record in records])
        askers = np.repeat(np.arange(len(records)), np.diff(keys.bounds))
        step.ask(Asked(keys.values, askers, terms), index.settings.frequent + 1)
        step.add(records, keys)


# --- check and add of articles ---


def feed(data: Path, seed: int = 1, per_day: int = PER_DAY) -> Iterator[Article]:
    """An endless made feed in order of time, with the phrases of real news.

    Each paragraph is one of Reuters with two of three words swapped for others of the collection. One article in
    five is an earlier one of the last days again, with some words changed; one in five has two paragraphs of such.
    """
    rng = random.Random(seed)
    stock = [p.split() for a in corpora.reuters(data) for p in a.text.split("\n\n") if len(p.split()) >= 15]
    vocabulary = [word for paragraph in stock for word in paragraph]
    recent: list[list[list[str]]] = []
    number = 0
    while True:
        kind = rng.random()
        paragraphs = [_varied(rng.choice(stock), 0.65, vocabulary, rng) for _ in range(PARAGRAPHS)]
        if recent and kind < 0.2:
            paragraphs = [_varied(paragraph, 0.05, vocabulary, rng) for paragraph in rng.choice(recent)]
        elif recent and kind < 0.4:
            taken = rng.choice(recent)
            paragraphs[3:5] = [_varied(paragraph, 0.1, vocabulary, rng) for paragraph in taken[3:5]]
        recent.append(paragraphs)
        del recent[: -3 * per_day]
        yield Article(
            f"https://news.example.org/{number}",
            "\n\n".join(" ".join(paragraph) for paragraph in paragraphs),
            source=f"paper {rng.randrange(60)}",
            published=(datetime(2020, 1, 1) + timedelta(number / per_day)).isoformat(timespec="seconds"),
        )
        number += 1


def _varied(words: Sequence[str], share: float, vocabulary: Sequence[str], rng: random.Random) -> list[str]:
    return [rng.choice(vocabulary) if rng.random() < share else word for word in words]


def _run_feed(index: Index, options: argparse.Namespace, cpu: Clock) -> list[Row]:
    articles = feed(options.data)
    detector = Detector(index, Settings())
    gc.freeze()
    rows: list[Row] = []
    done = 0
    for size in options.paragraphs:
        recent: list[float] = []
        while done < size:
            batch = [next(articles) for _ in range(options.batch)]
            begin = cpu()
            detector.judge(batch)
            recent.append((cpu() - begin) / options.batch)
            done += options.batch * PARAGRAPHS
        cost = statistics.fmean(recent[-max(20, len(recent) // 4) :])
        info = index.info()
        walls, cpus = _latencies(detector, [next(articles) for _ in range(LATENCIES)])
        done += LATENCIES * PARAGRAPHS
        row = {
            "paragraphs": done,
            "CPU µs an article": round(1e6 * cost),
            "articles a CPU s": round(1 / cost),
        }
        row |= {"bytes a paragraph": round(info.bytes / done), "runs": info.runs}
        row |= {"one: CPU ms p50": cpus[0], "CPU ms p99": cpus[1], "ms p50": walls[0], "ms p99": walls[1]}
        _table(rows, row)
    return rows


def _latencies(
    detector: Detector, articles: Sequence[Article]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Median and 99th percentile of adding one article, in milliseconds: wall time, CPU time."""
    walls, cpus = [], []
    for article in articles:
        wall, cpu = time.perf_counter(), time.process_time()
        detector.add(article)
        walls.append(1e3 * (time.perf_counter() - wall))
        cpus.append(1e3 * (time.process_time() - cpu))
    return _quantiles(walls), _quantiles(cpus)


def _quantiles(values: list[float]) -> tuple[float, float]:
    values.sort()
    return round(values[len(values) // 2], 2), round(values[len(values) * 99 // 100], 2)


# --- days that come and go ---


def _run_replay(index: Index, options: argparse.Namespace, cpu: Clock) -> list[Row]:
    """A line every ten days: what is held, what that takes, and what a day costs."""
    articles = feed(options.data, per_day=options.per_day)
    detector = Detector(index, Settings(), window=options.window)
    rows: list[Row] = []
    begin = cpu()
    for day in range(1, options.replay + 1):
        for batch in _batches(islice(articles, options.per_day), options.batch):
            detector.judge(batch)
        detector.forget()
        if day % 10 == 0 or day == options.replay:
            info = index.info()
            row = {
                "day": day,
                "paragraphs": info.articles * PARAGRAPHS,
                "bytes on disk": info.bytes,
                "runs": info.runs,
            }
            _table(rows, row | {"CPU s so far": round(cpu() - begin, 1)})
    index.check()
    return rows


def _batches(articles: Iterator[Article], size: int) -> Iterator[list[Article]]:
    while batch := list(islice(articles, size)):
        yield batch
