"""Inputs made from seeds, against every reader, the engine, the page and index files; what fails is kept.

    python tests/fuzz/fuzz.py --seconds 600 [--seed 0] [--only readers|engine|page|index]

An input fails where it raises anything but what the library raises on purpose, takes longer than `HANGS`, or leaves a
ledger open. A failure is written to tests/fuzz/corpus as JSON (kind, seed), and exit code 1 says that there are any.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dedup.errors import BadRecord, DedupError
from dedup.index import open_index
from dedup.index.repair import repair
from dedup.model import Article, ArticleReport
from dedup.readers import read_articles
from dedup.scanner import scan
from dedup.stream import Detector, stream
from dedup.verdict.codec import to_dict

CORPUS = Path(__file__).parent / "corpus"
HANGS = 20
"""Seconds that no input of this size may take."""

SUFFIXES = (
    ".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".xml", ".warc", ".txt.gz", ".jsonl.bz2", ".xml.xz", ".parquet",
)  # fmt: skip
PIECES = (
    '{"text": "', '"}', "\n", "\r", "\n\n", "<item><title>", "</item>", '<?xml version="1.0" encoding="utf-4"?>',
    "<rss>", "text,id\r", '"', 'a","b', "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999\r\n\r\n",
    "[" * 300, "]" * 300, "\0", "\ufeff", "\u200b", "\u202e", "\x1b[2J", "\ud800", "“", "”", "»", "«", "!", "a b ",
    "Read also: ", "<a ", "&#x110000;", "e\u0301\u0323", "а", "ｗ", "١٢", "中文", "ไทย", "1e999", "9999-12-31",
    "\u2028", "\U0010ffff", "- ", "|", "{{", "ﬁ",
)  # fmt: skip
WORDS = "the council voted on monday to close old bridge before winter in harrow said mayor 12 co2 per cent".split()


class Hung(Exception):
    """An input took longer than `HANGS`."""


def text(rng: random.Random) -> str:
    """Words and pieces that have made trouble, here or elsewhere."""
    parts: list[str] = []
    for _ in range(rng.randint(0, 60)):
        roll = rng.random()
        if roll < 0.6:
            parts.append(
                " ".join(rng.choices(WORDS, k=rng.randint(1, 12))) + rng.choice((" ", ". ", "\n", "\n\n"))
            )
        elif roll < 0.9:
            parts.append(rng.choice(PIECES) * rng.choice((1, 1, 1, 2, 40)))
        else:
            parts.append(chr(rng.randrange(0x3000 if rng.random() < 0.8 else 0x110000)))
    return "".join(parts)


def readers(rng: random.Random, folder: Path) -> None:
    """Some bytes as a file of some format."""
    import bz2
    import gzip
    import lzma

    path = folder / f"a{rng.choice(SUFFIXES)}"
    data = bytearray(text(rng).encode("utf-8", "surrogatepass"))
    packed = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(path.suffix)
    if packed:
        data = bytearray(packed(bytes(data)))
    for _ in range(rng.choice((0, 0, 1, 5))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data)
    for article in read_articles(path, on_error=lambda _: None):
        assert article.id is not None


def engine(rng: random.Random, _folder: Path) -> None:
    """A feed, as a scan and as a stream."""
    closed(scan(feed(rng), on_error=failed))
    closed(stream(feed(rng), on_error=failed, window=rng.choice((None, 3))))


def feed(rng: random.Random) -> list[Article]:
    """Some articles that share passages."""
    texts = [text(rng) for _ in range(rng.randint(1, 5))]
    texts += [mutated(rng, rng.choice(texts)) for _ in range(rng.randint(0, 4))]
    days = (None, "2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z", "9999-12-31T00:00:00Z")
    return [
        Article(f"{number}", one, source=rng.choice("ab"), published=rng.choice(days))
        for number, one in enumerate(texts)
    ]


def mutated(rng: random.Random, given: str) -> str:
    """A copy with some places changed."""
    letters = list(given)
    for _ in range(rng.randint(0, 6)):
        at = rng.randint(0, len(letters))
        letters[at : at + rng.randint(0, 9)] = rng.choice(PIECES)
    return "".join(letters)


def closed(reports: Iterator[ArticleReport]) -> None:
    """Check that each word of each report is in one class."""
    for report in reports:
        assert report.ledger.words == report.words, f"open ledger of {report.id}"
        json.dumps(to_dict(report))


def failed(error: BadRecord) -> None:
    """An article that could not be judged is a failure here."""
    raise AssertionError(str(error))


def page(rng: random.Random, _folder: Path) -> None:
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


def index(rng: random.Random, folder: Path) -> None:
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
        repair(str(place))
        with open_index(str(place), create=False) as repaired:
            repaired.check()


KINDS: dict[str, Callable[[random.Random, Path], None]] = {
    "readers": readers, "engine": engine, "page": page, "index": index,
}  # fmt: skip


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `Hung` after so many seconds."""

    def ring(*_: object) -> None:
        raise Hung(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def attempt(kind: str, seed: int, seconds: int = HANGS) -> None:
    """Try one input; raises what is a failure."""
    folder = Path(tempfile.mkdtemp(prefix="dedup-fuzz-"))
    try:
        with limited(seconds):
            KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    except DedupError:
        pass  # raised on purpose
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Try inputs until the time is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=sorted(KINDS), action="append")
    given = parser.parse_args()
    for kind in KINDS:
        attempt(kind, given.seed, 600)  # compiles what it needs
    end, seed, tried, failures = time.monotonic() + given.seconds, given.seed, Counter[str](), 0
    while time.monotonic() < end:
        seed += 1
        for kind in given.only or KINDS:
            tried[kind] += 1
            try:
                attempt(kind, seed)
            except Exception as error:
                failures += 1
                print(f"{kind} {seed}: {type(error).__name__}: {str(error)[:200]!r}", flush=True)
                (CORPUS / f"{kind}-{seed}.json").write_text(json.dumps({"kind": kind, "seed": seed}) + "\n")
    print(f"{sum(tried.values()):,} inputs tried ({dict(tried)}), {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
