"""Safety: what trimming cuts of clean news, and what is called a copy where nothing was copied.

    python -m benchmarks safety DATA [--language de fr ...] [--paragraphs N] [--cuts N] [--at likely]

Some 50,000 paragraphs of news and more in thirty languages, sixteen of them of MasakhaNEWS, from collections that hold
articles and no pages. Whatever is cut of them is news, or furniture that the collection has left in: read the cuts,
nobody can count it.

- *alone*: each article by itself, with an empty index. `cut` are words that ``filter --mode trim`` would remove.
- *in order*: the articles of a language through one index. Only articles that share no seven consecutive words
  (twenty letters in scripts without spaces) with any before them are judged here, by a count that knows nothing of
  the engine: nothing of theirs was copied. `taken` are their words in recycled, reworded, carried-over, quoted and
  template passages, `cut` those that trimming would remove.

Rates are words in 20,000 (alone) and in 5,000 (in order).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import lzma
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import corpora, results
from benchmarks.intervals import share
from benchmarks.texts import folded
from dedup import Article, ArticleReport, Detector, Settings, open_index
from dedup.prefilter.trimming import LEVELS, Level, trimmed

ALONE, IN_ORDER = 20_000, 5_000
TAKEN = ("recycled", "reworded", "carried_over", "quoted", "template")
SHARED_WORDS, SHARED_LETTERS = 7, 20
SPACELESS = ("ja", "zh", "th", "km", "lo", "my")
PARAGRAPHS = 4200
"""Of each language at most: a dozen of them make some 50,000."""

Load = Callable[[Path], Iterable[Article]]


def factrueval(data: Path) -> Iterator[Article]:
    """FactRuEval: Russian news texts."""
    return _lines(data / "factrueval-ru" / "devset.jsonl.gz")


def horne(data: Path) -> Iterator[Article]:
    """Horne and Adali: political news of 2016."""
    return _lines(data / "horne2017-en" / "horne2017.jsonl.gz")


def _lines(path: Path) -> Iterator[Article]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            yield Article(f"{path.parent.name}-{number}", corpora.in_blocks(json.loads(line)["text"]))


def masakhane(name: str) -> Load:
    """MasakhaNEWS in one language, by its code there."""

    def load(data: Path) -> Iterator[Article]:
        csv.field_size_limit(sys.maxsize)
        for part in ("dev", "train"):
            path = data / "masakhanews" / f"{name}.{part}.tsv.xz"
            if path.exists():
                with lzma.open(path, "rt", encoding="utf-8", newline="") as rows:
                    for number, row in enumerate(csv.DictReader(rows, delimiter="\t")):
                        yield Article(f"{name}-{part}-{number}", corpora.in_blocks(row["text"] or ""))

    return load


def ntrex(name: str) -> Load:
    """NTREX-128 in one language: translated news, a sentence a paragraph."""

    def load(data: Path) -> Iterator[Article]:
        documents: dict[str, list[str]] = {}
        with lzma.open(data / "ntrex128" / "ntrex128.shared.tsv.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                document, _, language, text = line.rstrip("\n").split("\t", 3)
                if language == name:
                    documents.setdefault(document, []).append(text)
        for document, texts in documents.items():
            yield Article(f"ntrex-{name}-{document}", "\n\n".join(texts))

    return load


NEWS: dict[str, tuple[Load, ...]] = {
    "en": (horne, corpora.abc, corpora.reuters, masakhane("eng")),
    "de": (corpora.gnad,), "es": (corpora.fake_es,), "pt": (corpora.fakebr,), "ar": (corpora.ant,),
    "uk": (corpora.bruk,), "ru": (factrueval, ntrex("rus")), "fr": (masakhane("fra"), ntrex("fra")),
    "sw": (masakhane("swa"),), "ha": (masakhane("hau"),), "am": (masakhane("amh"),), "yo": (masakhane("yor"),),
    "so": (masakhane("som"),), "ja": (ntrex("jpn"),), "zh": (ntrex("zho-CN"),), "th": (ntrex("tha"),),
    "fa": (ntrex("fas"),), "ckb": (ntrex("ckb-Arab"),), "nb": (ntrex("nob"),), "pl": (ntrex("pol"),),
    "hi": (ntrex("hin"),),
    "ig": (masakhane("ibo"),), "ln": (masakhane("lin"),), "lg": (masakhane("lug"),), "om": (masakhane("orm"),),
    "pcm": (masakhane("pcm"),), "rn": (masakhane("run"),), "sn": (masakhane("sna"),), "ti": (masakhane("tir"),),
    "xh": (masakhane("xho"),),
}  # fmt: skip
"""Collections by language. What has no file in DATA is left out, and said so."""


@dataclass(slots=True)
class Tally:
    """Words of one language, and what became of them."""

    articles: int = 0
    paragraphs: int = 0
    words: int = 0
    cut: int = 0
    kept: int = 0
    base: int = 0
    taken: int = 0
    cut_in_order: int = 0
    own: int = 0
    own_taken: int = 0
    cuts: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def figures(self) -> dict[str, Any]:
        """As the results keep them."""
        return {
            "articles": self.articles,
            "paragraphs": self.paragraphs,
            "words": self.words,
            "words cut in 20,000": round(ALONE * self.cut / max(1, self.words), 3),
            "words not copied": self.base,
            "of these taken in 1,000": round(1000 * self.taken / max(1, self.base), 3),
            "articles with nothing copied": self.own,
            "of these none called taken": share(self.own - self.own_taken, self.own),
        }

    def row(self, name: str) -> str:
        alone = ALONE * self.cut / max(1, self.words)
        taken, cut = (IN_ORDER * n / max(1, self.base) for n in (self.taken, self.cut_in_order))
        return (
            f"{name:<6}{self.articles:>9,}{self.paragraphs:>11,}{self.words:>11,}{self.cut:>7}{alone:>9.2f}"
            f"{self.kept:>6}{self.base:>11,}{self.taken:>7}{taken:>8.2f}{self.cut_in_order:>7}{cut:>8.2f}"
        )


HEAD = (
    f"{'':<6}{'articles':>9}{'paragraphs':>11}{'words':>11}{'cut':>7}{'/20,000':>9}{'kept':>6}"
    f"{'not copied':>11}{'taken':>7}{'/5,000':>8}{'cut':>7}{'/5,000':>8}"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks safety``."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks safety", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--language", nargs="+", choices=sorted(NEWS), default=list(NEWS))
    parser.add_argument("--paragraphs", type=int, default=PARAGRAPHS, help="of each language at most")
    parser.add_argument("--cuts", type=int, default=100, help="cuts to print, and as many false copies")
    parser.add_argument("--at", choices=LEVELS, default="sure", help="as --trim-at of dedup filter")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    total = Tally()
    rows: dict[str, dict[str, Any]] = {}
    print(HEAD)
    for language in options.language:
        articles = list(clean_news(options.data, language, options.paragraphs))
        tally = measure(articles, language, options.at)
        total += tally
        if tally.articles:
            rows[language] = tally.figures()
        print(tally.row(language), flush=True)
    print(total.row("all"))
    if options.save:
        figures = {"at": options.at, "languages": {**rows, "all": total.figures()}}
        results.save("safety", argv or [], figures, cases=total.articles)
    rng = random.Random(options.seed)
    for title, lines in (
        ("cuts, alone", total.cuts),
        ("taken or cut where nothing was copied", total.copies),
    ):
        print(f"\n{title}: {min(len(lines), options.cuts)} of {len(lines)}")
        for line in rng.sample(lines, min(len(lines), options.cuts)):
            print(f"  {line}")
    return 0


def clean_news(data: Path, language: str, paragraphs: int = PARAGRAPHS) -> Iterator[Article]:
    """Yield articles of a language until so many paragraphs are reached, of all its collections alike."""
    loads = NEWS[language]
    for load in loads:
        left = paragraphs // len(loads)
        try:
            for article in load(data):
                if left > 0 and article.text.strip():
                    left -= article.text.count("\n\n") + 1
                    yield article
        except FileNotFoundError as error:
            print(f"{language}: left out, {error}", file=sys.stderr)


def measure(articles: Sequence[Article], language: str, at: Level = "sure") -> Tally:
    """Judge articles alone and in order."""
    tally = Tally()
    with open_index("memory:", Settings()) as index:
        detector = Detector(index)
        for article in articles:
            report = detector.check(article)
            trim = trimmed(article.text, report, at)
            tally.articles += 1
            tally.paragraphs += article.text.count("\n\n") + 1
            tally.words += report.words
            tally.cut += trim.words if trim.cuts else 0
            tally.kept += trim.kept_because is not None
            tally.cuts += [
                f"{language} {_why(report, c.start, c.end)}: {c.text.strip()!r}" for c in trim.cuts
            ]
        rest = iter(articles)
        fresh = iter(own(articles, SHARED_LETTERS if language in SPACELESS else SHARED_WORDS))
        while batch := list(islice(rest, 100)):
            for article, report in zip(batch, detector.judge(batch), strict=True):
                if next(fresh):
                    _in_order(tally, article, report, language, at)
    return tally


def _in_order(tally: Tally, article: Article, report: ArticleReport, language: str, at: Level) -> None:
    """Count what is called taken, or cut, of an article that copied nothing."""
    trim = trimmed(article.text, report, at)
    tally.base += report.words
    taken = sum(getattr(report.ledger, name, 0) for name in TAKEN)
    tally.taken += taken
    tally.own += 1
    tally.own_taken += taken > 0
    tally.cut_in_order += trim.words if trim.cuts else 0
    tally.copies += [
        f"{language} {found.kind}: {article.text[found.start : found.end]!r}"
        for found in report.findings
        if found.kind in TAKEN
    ]


def _why(report: ArticleReport, start: int, end: int) -> str:
    """The kinds of findings in a cut, each with its reason."""
    kinds = {
        "/".join(filter(None, (found.kind, found.reason, found.language)))
        for found in report.findings
        if found.start < end and found.end > start and found.kind in ("foreign", "boilerplate", "repeated")
    }
    return "+".join(sorted(kinds))


def own(articles: Iterable[Article], size: int) -> Iterator[bool]:
    """Say of each article whether it shares no run of `size` words with any before it."""
    seen: set[int] = set()
    for article in articles:
        words = folded(article.text)
        runs = {hash(tuple(words[at : at + size])) for at in range(len(words) - size + 1)}
        yield seen.isdisjoint(runs)
        seen |= runs
