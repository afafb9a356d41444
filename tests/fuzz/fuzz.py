"""Inputs made from seeds, against every reader, the engine, the page and index files; what fails is kept.

    python tests/fuzz/fuzz.py --seconds 600 [--seed 0] [--only readers|engine|page|index]

Inputs are tried in passes: some hundred files of one folder, some hundred articles of one feed, one page, one index. A
pass runs in a process of its own, a copy of this one, so what ends a process is a failure as any other, and it may take
so much CPU time and memory, whatever else the machine does. It fails where it raises anything but what the library
raises on purpose, where a reader meets what it did not foresee, or where a report is absent or its ledger open. Then
inputs are left out for as long as it goes on failing, and those that are left are written to tests/fuzz/corpus. Exit
code 1 says that there are any.
"""

from __future__ import annotations

import argparse
import base64
import gc
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fuzz_files
import fuzz_texts

from dedup.errors import BadRecord, DedupError
from dedup.index import open_index
from dedup.index.repair import repair
from dedup.model import Article, ArticleReport
from dedup.readers import FORMATS, read_articles
from dedup.readers.options import Options
from dedup.scanner import scan
from dedup.stream import Detector, stream
from dedup.verdict.codec import from_dict, to_dict

CORPUS = Path(__file__).parent / "corpus"
HANGS = 20
"""CPU seconds that no pass may take; most take one or two."""

MEMORY = 4 << 30
"""Bytes that no pass may add to those of the process it is a copy of."""

TRIES = 80
"""Times that a pass which failed is tried with fewer inputs."""


def readers(inputs: Sequence[Any], rng: random.Random, folder: Path) -> None:
    """Files, read as what they are; one time in eight all of them as one format."""
    paths = [folder / name for name, _ in inputs]
    for path, (_, data) in zip(paths, inputs, strict=True):
        path.write_bytes(base64.b64decode(data))
    options = Options(format=rng.choice(sorted(FORMATS))) if rng.random() < 1 / 8 else Options()
    said: list[BadRecord] = []
    for article in read_articles(*paths, on_error=said.append, on_warning=said.append, options=options):
        assert article.id and isinstance(article.text, str), f"no article: {article.path}"
    for error in said:
        assert "cannot be read: " not in error.reason, (
            f"not foreseen: {str(error).removeprefix(f'{folder}/')}"
        )


def engine(inputs: Sequence[Any], rng: random.Random, _folder: Path) -> None:
    """A feed, as a scan and as a stream."""
    articles = [Article(**values) for values in inputs]
    closed(scan(articles, on_error=failed), len(articles))
    closed(stream(articles, on_error=failed, window=rng.choice((None, 3))), len(articles))


def closed(reports: Iterator[ArticleReport], wanted: int) -> None:
    """Check that there are so many reports, that each word of each is in one class, and that all can be kept."""
    found = 0
    for report in reports:
        found += 1
        assert report.ledger.words == report.words, f"open ledger of {report.id}"
        assert from_dict(json.loads(json.dumps(to_dict(report)))) == report, f"not kept: {report.id}"
    assert found == wanted, f"{found} reports of {wanted} articles"


def failed(error: BadRecord) -> None:
    """An article that could not be judged is a failure here."""
    raise AssertionError(str(error))


def feed(rng: random.Random) -> list[Article]:
    """Some articles that share passages."""
    texts = [fuzz_texts.text(rng) for _ in range(rng.randint(1, 5))]
    texts += [fuzz_texts.mutated(rng, rng.choice(texts)) for _ in range(rng.randint(0, 4))]
    days = (None, "2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z", "9999-12-31T00:00:00Z")
    return [
        Article(f"{number}", one, source=rng.choice("ab"), published=rng.choice(days))
        for number, one in enumerate(texts)
    ]


def page(_inputs: Sequence[Any], rng: random.Random, _folder: Path) -> None:
    """The page of a feed, with its texts."""
    from dedup.reporter.html import write_html
    from dedup.reporter.texts import TextsAtHand

    articles = feed(rng)
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace")
    write_html(
        list(scan(articles)),
        out,
        texts=TextsAtHand(added={one.id: one.text for one in articles}),
        summary={},
        skipped=[],
    )


def index(_inputs: Sequence[Any], rng: random.Random, folder: Path) -> None:
    """An index with flipped or cut bytes in one of its files."""
    place = folder / "an.index"
    with open_index(str(place), keep_text=rng.random() < 0.5) as made:
        Detector(made).judge(feed(rng))
    file = rng.choice(sorted(place.iterdir()))
    data = bytearray(file.read_bytes())
    for _ in range(rng.choice((1, 9, 200))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    file.write_bytes(data[: rng.choice((len(data), rng.randint(0, len(data))))])
    try:
        with open_index(str(place), create=False) as damaged:
            damaged.check()
            Detector(damaged).judge(feed(rng))
    except DedupError:
        try:
            repair(str(place))
            with open_index(str(place), create=False) as repaired:
                repaired.check()
        except DedupError:
            pass  # said, and nothing is left to repair


def files(seed: int, numbers: range) -> list[Any]:
    """Names and contents of files."""
    made = (fuzz_files.a_file(seed, number) for number in numbers)
    return [[name, base64.b64encode(data).decode()] for name, data in made]


def articles(seed: int, numbers: range) -> list[Any]:
    """The values of articles."""
    return [fuzz_texts.article(seed, number) for number in numbers]


def nothing(_seed: int, numbers: range) -> list[Any]:
    """What is made of the seed by whoever tries it."""
    return [None for _ in numbers]


@dataclass(frozen=True)
class Kind:
    """How inputs of a kind are made, how they are tried, and how many at once."""

    make: Callable[[int, range], list[Any]]
    tried: Callable[[Sequence[Any], random.Random, Path], None]
    size: int
    weight: int = 1
    """Passes of this kind for one of those that come least."""


KINDS = {
    "readers": Kind(files, readers, 400, 8),
    "engine": Kind(articles, engine, 300, 8),
    "page": Kind(nothing, page, 1),
    "index": Kind(nothing, index, 1),
}


def attempt(kind: str, seed: int, inputs: Sequence[Any] | None = None) -> int:
    """Try the inputs of a seed, or those given, here; how many they are. Raises what is a failure."""
    if inputs is None:
        inputs = KINDS[kind].make(seed, range(KINDS[kind].size))
    with tempfile.TemporaryDirectory(prefix="dedup-fuzz-", ignore_cleanup_errors=True) as folder:
        KINDS[kind].tried(inputs, random.Random(f"{kind} {seed}"), Path(folder))
    return len(inputs)


def apart(kind: str, seed: int, inputs: Sequence[Any]) -> tuple[str, float]:
    """Try inputs in a process of its own; what went wrong ("" if nothing did), and the CPU seconds that it took."""
    read, write = os.pipe()
    folder = tempfile.mkdtemp(prefix="dedup-fuzz-")
    pid = os.fork()
    if pid == 0:
        said = b""
        try:
            limited()
            KINDS[kind].tried(inputs, random.Random(f"{kind} {seed}"), Path(folder))
        except BaseException as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}: {str(error)[:200]!a}".encode()
        os.write(write, said)
        os._exit(bool(said))
    os.close(write)
    with open(read, "rb") as pipe:
        said = pipe.read()
    _, status, used = os.wait4(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    why = said.decode() or (f"ended by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "")
    return why, used.ru_utime + used.ru_stime


class Hung(BaseException):
    """A pass took more CPU time than `HANGS`; no record is to blame, so nobody catches it on the way."""


def limited() -> None:
    """Bound the CPU time and the memory of this process."""
    import resource

    def ring(*_: object) -> None:
        raise Hung(f"more than {HANGS} CPU seconds")

    signal.signal(signal.SIGXCPU, ring)
    resource.setrlimit(
        resource.RLIMIT_CPU, (HANGS, HANGS + 10)
    )  # compiled loops hear of no signal: they are killed
    if Path("/proc/self/statm").exists():
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))


def smallest(kind: str, seed: int, inputs: Sequence[Any]) -> Sequence[Any]:
    """Leave out inputs, by halves, quarters and so on, for as long as the others fail."""
    size, tries = len(inputs) // 2, 0
    while size and tries < TRIES:
        for start in range(0, len(inputs), size):
            fewer = [*inputs[:start], *inputs[start + size :]]
            tries += 1
            if fewer and apart(kind, seed, fewer)[0]:
                inputs = fewer
                break
        else:
            size //= 2
    return inputs


@dataclass
class Run:
    """What was tried, and what came of it."""

    inputs: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "none")
    failures: int = 0

    def try_pass(self, kind: str, seed: int) -> None:
        """Try the inputs of a seed, and keep those that fail."""
        begin = time.process_time()
        inputs = KINDS[kind].make(seed, range(KINDS[kind].size))
        why, seconds = apart(kind, seed, inputs)
        self.inputs[kind] += len(inputs)
        self.seconds += seconds + time.process_time() - begin
        self.slowest = max(self.slowest, (seconds, f"{kind} {seed}"))
        if why:
            self.failures += 1
            print(f"{kind} {seed}: {why}", flush=True)
            kept = smallest(kind, seed, inputs)
            said = {"kind": kind, "seed": seed, "why": why, "inputs": kept}
            (CORPUS / f"{kind}-{seed}.json").write_text(json.dumps(said, indent=1) + "\n")

    def __str__(self) -> str:
        count = sum(self.inputs.values())
        kinds = ", ".join(f"{kind} {tried:,}" for kind, tried in self.inputs.items())
        return (
            f"{count:,} inputs ({kinds}), {self.failures} passes failed, {self.seconds:,.0f} CPU s, "
            f"{count / max(self.seconds, 0.01):.0f} a CPU s, slowest pass {self.slowest[0]:.1f} s ({self.slowest[1]})"
        )


def main() -> int:
    """Try inputs until the time is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=sorted(KINDS), action="append")
    given = parser.parse_args()
    kinds = given.only or list(KINDS)
    for kind in kinds:
        for seed in range(3):
            with suppress(Exception):
                attempt(kind, seed)  # so that all copies have what is compiled and loaded
    gc.freeze()
    order = [kind for kind in kinds for _ in range(KINDS[kind].weight if len(kinds) > 1 else 1)]
    run, seed, begin = Run(), given.seed, time.monotonic()
    said = begin
    while time.monotonic() < begin + given.seconds:
        for kind in order:
            seed += 1
            run.try_pass(kind, seed)
            if time.monotonic() > said + 60:
                said = time.monotonic()
                print(f"{time.strftime('%H:%M')} {run}", flush=True)
    print(run)
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
