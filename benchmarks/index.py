"""The index of a stream: CPU time, latency and size as it grows."""

from __future__ import annotations

import argparse
import gc
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks import corpora
from dedup import Settings
from dedup.index import Index, open_index
from dedup.index.keys import Keys
from dedup.index.records import UNDATED, Record, pack
from dedup.index.runs import Asked, Terms
from dedup.model import Article
from dedup.stream import Detector
from dedup.words import split

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
    parser.add_argument("--server", type=int, help="process id of the Redis server: its CPU time counts too")
    options = parser.parse_args(argv)
    folder = tempfile.mkdtemp(prefix="dedup-bench-")
    url = options.index or f"{folder}/index"
    try:
        with open_index(url) as index:
            cpu = _clock(options.server)
            if options.keys:
                _run_keys(index, options, cpu)
            else:
                _run_feed(index, options, cpu)
        _reopen(url)
    finally:
        shutil.rmtree(folder)
    return 0


Clock = Callable[[], float]


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


def _reopen(url: str) -> None:
    if url.startswith("memory:"):
        return
    begin, cpu = time.perf_counter(), time.process_time()
    with open_index(url) as index, index.view() as view:
        articles = view.end - 1
    print(
        f"reopened with {articles} articles in {time.perf_counter() - begin:.2f} s, "
        f"{time.process_time() - cpu:.2f} s of CPU"
    )


# --- the index alone ---


def _run_keys(index: Index, options: argparse.Namespace, cpu: Clock) -> None:
    generator = np.random.default_rng(1)
    done = 0
    print(f"{'paragraphs':>12}{'CPU µs a paragraph, here':>28}{'bytes a paragraph':>20}{'runs':>6}")
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
        print(
            f"{done:>12}{1e6 * statistics.fmean(span):>28.1f}{info.bytes / done:>20.0f}{info.runs:>6}",
            flush=True,
        )


def _random_batch(generator: np.random.Generator, articles: int, done: int) -> tuple[list[Record], Keys]:
    """Articles of which nobody has heard: 32 random keys a paragraph, 33 words to verify."""
    count = articles * PARAGRAPHS * 32
    bounds = np.arange(0, count + 1, PARAGRAPHS * 32)
    keys = Keys(
        generator.integers(0, 1 << 32, count, np.uint32),
        np.arange(count),
        np.repeat(np.arange(articles * PARAGRAPHS, dtype=np.uint32), 32),
        bounds,
        np.empty(0, np.uint32),
        np.zeros(articles + 1, np.int64),
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


def feed(data: Path, seed: int = 1) -> Iterator[Article]:
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
        del recent[: -3 * PER_DAY]
        yield Article(
            f"https://news.example.org/{number}",
            "\n\n".join(" ".join(paragraph) for paragraph in paragraphs),
            source=f"paper {rng.randrange(60)}",
            published=(datetime(2020, 1, 1) + timedelta(number / PER_DAY)).isoformat(timespec="seconds"),
        )
        number += 1


def _varied(words: Sequence[str], share: float, vocabulary: Sequence[str], rng: random.Random) -> list[str]:
    return [rng.choice(vocabulary) if rng.random() < share else word for word in words]


def _run_feed(index: Index, options: argparse.Namespace, cpu: Clock) -> None:
    articles = feed(options.data)
    detector = Detector(index, Settings())
    gc.freeze()
    done = 0
    print(
        f"{'paragraphs':>12}{'CPU µs an article, here':>26}{'articles a CPU s':>18}"
        f"{'bytes a paragraph':>20}{'runs':>6}{'single: CPU ms p50':>20}{'p99':>7}{'wall p50':>10}{'p99':>7}"
    )
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
        print(
            f"{done:>12}{1e6 * cost:>26.0f}{1 / cost:>18.0f}{info.bytes / done:>20.0f}{info.runs:>6}"
            f"{cpus[0]:>20.2f}{cpus[1]:>7.2f}{walls[0]:>10.2f}{walls[1]:>7.2f}",
            flush=True,
        )


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
    return values[len(values) // 2], values[len(values) * 99 // 100]
