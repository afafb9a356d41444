"""Foreign fragments beside plain detectors: lingua, CLD2, CLD3, fastText on the same fragments as ours.

A detector judges the whole article, then line by line, and a line is foreign where its language is another
one. As nobody would leave it at that, a line must have so many letters and the detector be so sure; both
numbers are those with the best F1 on the development half, its names weighed as much as its planted lines.
"bare" is without them. The cases, their halves
and the hard negatives (names, tickers, datelines; real news in one language) are those of `language`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import language, results
from benchmarks.language_jobs import DETECTORS, Answer
from benchmarks.peers import LeftOut, run_job
from dedup.inspect.languages.facts import same
from dedup.model import Article, Mark

SURE = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
LETTERS = (1, 8, 16, 24, 32)

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lines of an article that are in another language."""

    marks: tuple[Mark, ...]


@dataclass(slots=True)
class Detector:
    """A detector of others as a judge. Remembers what it said of a text, and what all of that cost."""

    name: str
    sure: float = 0.0
    letters: int = 1
    answers: dict[str, Answer] = field(default_factory=dict)
    cpu: float = 0.0
    size: int = 0
    versions: dict[str, str] = field(default_factory=dict)

    def inspect_texts(self, texts: Sequence[tuple[str, str | None]]) -> list[Verdict]:
        """Judge texts as an `Inspector` does: those not seen before go to the detector's own process, all at once."""
        articles = [Article("", text) for text, _ in texts]
        asked = [
            text for article in articles for text in (article.text, *(line for _, line in _lines(article)))
        ]
        self._ask([text for text in dict.fromkeys(asked) if text not in self.answers])
        return [Verdict(tuple(self._marks(article))) for article in articles]

    def _marks(self, article: Article) -> Iterator[Mark]:
        main, _ = self.answers[article.text]
        for start, line in _lines(article):
            code, share = self.answers[line]
            other = code and main and not same(code, main)
            if other and share >= self.sure and sum(map(str.isalpha, line)) >= self.letters:
                yield Mark("foreign", start, start + len(line), language=code, confidence=share)

    def _ask(self, texts: Sequence[str]) -> None:
        if not texts:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "texts.jsonl"
            lines = (json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
            path.write_text("".join(lines), "utf-8")
            said = run_job("language_jobs", self.name, str(path), peer=self.name)
        self.answers.update(
            (text, (code, share)) for text, (code, share) in zip(texts, said["answers"], strict=True)
        )
        self.cpu += said["cpu"]
        self.size += sum(len(text.encode()) for text in texts)
        self.versions |= said["versions"]


def _lines(article: Article) -> Iterator[tuple[int, str]]:
    at = 0
    for line in article.text.split("\n"):
        if line.strip():
            yield at, line
        at += len(line) + 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks language-peers``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks language-peers", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=600, help="articles with planted lines, in each half")
    parser.add_argument(
        "--news", type=int, default=60, help="articles of real news in one language, of each set"
    )
    parser.add_argument("--systems", nargs="+", choices=("dedup", *DETECTORS), default=["dedup", *DETECTORS])
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    docs = language.ntrex(options.data)
    halves = {
        half: list(language.cases(docs, codes, half, options.seed, options.cases))
        for half, codes in (("dev", language.DEV), ("held", language.HELD))
    }
    news = [
        Article(f"{name}-{at}", text)
        for name, texts in language.news(options.data).items()
        for at, text in enumerate(
            [text for text in texts if language.half_of(text) == "held"][: options.news]
        )
    ]
    figures: Figures = {"systems": {}}
    versions: dict[str, str] = {}
    print(
        f"{'':<16}{'precision':>10}{'recall':>8}{'F1':>8}{'false names':>12}{'per 1000 lines':>15}{'MB/s':>8}"
    )
    for name in options.systems:
        try:
            for label, figure in _measured(name, halves, docs, news, versions):
                figures["systems"][label] = figure
                print(
                    f"{label:<16}{figure['precision']:>10.4f}{figure['recall']:>8.4f}{figure['F1']:>8.4f}"
                    f"{figure['false names']:>12}{figure['native lines flagged in 1,000']:>15.2f}"
                    f"{figure['mb_per_s']:>8.2f}",
                    flush=True,
                )
        except LeftOut as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    if options.save:
        results.save(
            "language-peers",
            argv or [],
            figures,
            packages=("eldc", "py3langid"),
            versions=versions,
            seeds=[options.seed],
            cases=options.cases,
        )
    return 0


def _measured(
    name: str,
    halves: Mapping[str, Sequence[language.Case]],
    docs: language.Docs,
    news: Sequence[Article],
    versions: dict[str, str],
) -> Iterator[tuple[str, Figures]]:
    """Yield label and figures: ours once; a detector bare, and with the best numbers of the development half."""
    if name == "dedup":
        from dedup.inspect.inspector import Inspector
        from dedup.inspect.languages import Languages

        ours, timed = Inspector(), Languages()
        timed.judge([Article("", "compile")])
        articles = [case.article for case in halves["held"]]
        before = time.process_time()
        timed.judge(articles)
        rate = sum(len(article.text.encode()) for article in articles) / (time.process_time() - before)
        yield name, _figures(ours, halves["held"], docs, news) | {"mb_per_s": round(rate / 1e6, 3)}
        return
    detector = Detector(name)
    bare = _figures(detector, halves["held"], docs, news)
    speed = {"mb_per_s": round(detector.size / max(1e-9, detector.cpu) / 1e6, 3)}
    versions |= detector.versions
    yield f"{name}, bare", bare | speed
    best = -1.0
    for sure in SURE:
        for letters in LETTERS:
            trial = Detector(name, sure, letters, detector.answers)
            if (f1 := _worth(trial, halves["dev"], docs)) > best:
                best, detector.sure, detector.letters = f1, sure, letters
    chosen = {"at least as sure as": detector.sure, "letters at least": detector.letters}
    yield name, _figures(detector, halves["held"], docs, news) | speed | chosen


def _figures(
    judge: Any, cases: Sequence[language.Case], docs: language.Docs, news: Sequence[Article]
) -> Figures:
    names, false = language.judge_names(judge, docs, "held")
    flagged = sum(map(len, language.foreign(judge, news)))
    lines = sum(1 for article in news for _ in _lines(article))
    return {
        **_planted(judge, cases),
        "names, datelines": names,
        "false names": len(false),
        "native lines flagged in 1,000": round(1000 * flagged / max(1, lines), 2),
    }


def _worth(judge: Any, cases: Sequence[language.Case], docs: language.Docs) -> float:
    """F1 where planted lines and names, which are to be left alone, are as many."""
    scores, false, _ = language.judge_cases(judge, cases)
    names, false_names = language.judge_names(judge, docs, "dev")
    wanted = sum(score.wanted for score in scores.values())
    found = sum(score.found for score in scores.values())
    wrong = len(false) + len(false_names) * wanted / max(1, names)
    return 2 * found / max(1, found + wrong + wanted)


def _planted(judge: Any, cases: Sequence[language.Case]) -> Figures:
    """Precision of findings, recall of planted lines save those in a close relative of the language, F1."""
    scores, false, findings = language.judge_cases(judge, cases)
    counted = [score for kind, score in scores.items() if kind != "close pair"]
    precision = 1 - len(false) / max(1, findings)
    recall = sum(score.found for score in counted) / max(1, sum(score.wanted for score in counted))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "F1": round(f1, 4)}
