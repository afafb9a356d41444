"""``python -m benchmarks language-pairs DATA``: lines of one language in articles of a close one.

Planted from NTREX-128 as `language` plants its lines: one line of 1 to 15 words in each article, as a paragraph, in
both directions of 33 pairs that share a script and much of their words. Half of the documents were never looked at in
development: `--half held`. Besides: what is found in the same articles with nothing planted.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.intervals import share
from benchmarks.language import Case, Docs, Planted, cut, foreign, half_of, ntrex, overlap, prose
from dedup.inspect.inspector import Inspector
from dedup.inspect.languages.facts import same
from dedup.model import Article

NAMES = {
    "af": "afr", "am": "amh", "ar": "arb", "az": "aze-Latn", "ba": "bak", "be": "bel", "bg": "bul", "ca": "cat",
    "ckb": "ckb-Arab", "cs": "ces", "da": "dan", "de": "deu", "es": "spa", "et": "est", "fa": "fas", "fi": "fin",
    "gl": "glg", "hi": "hin", "hr": "hrv", "kk": "kaz", "ky": "kir", "lb": "ltz", "lt": "lit", "lv": "lav",
    "mk": "mkd", "mr": "mar", "ne": "nep", "nl": "nld", "no": "nob", "ps": "pus", "pt": "por-BR", "ru": "rus",
    "sk": "slk", "sl": "slv", "sr": "srp-Cyrl", "sv": "swe", "ti": "tir", "tk": "tuk", "tr": "tur", "tt": "tat",
    "uk": "ukr", "ur": "urd", "uz": "uzb",
}  # fmt: skip
PAIRS = (
    "af nl", "am ti", "ar fa", "az tr", "az uz", "ba tt", "be ru", "be uk", "bg mk", "bg ru", "ca es", "ckb fa",
    "cs sk", "da no", "da sv", "de lb", "es gl", "es pt", "et fi", "fa ps", "fa ur", "gl pt", "hi mr", "hi ne",
    "hr sl", "kk ky", "kk ru", "ky ru", "lt lv", "mk sr", "mr ne", "no sv", "ru uk",
)  # fmt: skip
LINES = 12


def cases(docs: Docs, half: str, seed: int, count: int) -> Iterator[Case]:
    """Yield for each pair and direction `count` articles with a planted line each, then one with none."""
    rng = random.Random(seed)
    names = sorted(name for name in docs["eng"] if half_of(name) == half)
    for pair in PAIRS:
        for main, other in (pair.split(), pair.split()[::-1]):
            for number in range(count):
                own, theirs = rng.sample(names, 2)
                lines = docs[NAMES[main]][own][:LINES]
                size = number % 15 + 1
                for _ in range(20):
                    text = cut(rng, rng.choice(docs[NAMES[other]][theirs]), other, size)
                    if prose(text):
                        break
                at = rng.randrange(1, len(lines))
                head = "\n\n".join(lines[:at]) + "\n\n"
                whole = head + "\n\n".join([text, *lines[at:]])
                kind = "8 words and more" if len(text.split()) >= 8 else "fewer"
                planted = Planted(len(head), len(head) + len(text), other, kind)
                yield Case(Article(f"{pair} {main} {number}", whole), main, (planted,))
                if number % 3 == 0:
                    yield Case(Article(f"{pair} {main} {number} alone", "\n\n".join(lines)), main, ())


def measure(docs: Docs, half: str, seed: int, count: int) -> dict[str, list[float]]:
    """Lines, found, rightly named, findings elsewhere, by pair and in all; and by length."""
    many = list(cases(docs, half, seed, count))
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for case, marks in zip(many, foreign(Inspector(), [case.article for case in many]), strict=True):
        name = case.article.id
        rows = [" ".join(name.split()[:2]), "all"]
        for planted in case.planted:
            there = [mark for mark in marks if overlap(mark.start, mark.end, [(planted.start, planted.end)])]
            spans = [(mark.start, mark.end) for mark in there]
            hit = 2 * overlap(planted.start, planted.end, spans) >= planted.end - planted.start
            named = hit and any(same(planted.language, mark.language or "") for mark in there)
            for row in [*rows, planted.kind, f"{name.split()[0]} {name.split()[1]}, {planted.kind}"]:
                counts[row] = [a + b for a, b in zip(counts[row], (1, hit, named, 0, 0), strict=True)]
            marks = [mark for mark in marks if mark not in there]
        paragraphs = case.article.text.count("\n\n") + 1
        for row in rows:
            counts[row] = [a + b for a, b in zip(counts[row], (0, 0, 0, len(marks), paragraphs), strict=True)]
    return dict(counts)


def _figures(lines: float, found: float, named: float, false: float, paragraphs: float) -> dict[str, Any]:
    """As the results keep them; a row of a length alone has no paragraphs."""
    return {
        "found": share(found, int(lines)),
        "rightly named of these": share(named, int(found)),
        "false in 1,000 paragraphs": round(1000 * false / paragraphs, 2) if paragraphs else None,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """``python -m benchmarks language-pairs DATA [--half held] [--seed 1] [--cases 30]``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks language-pairs", description=__doc__)
    parser.add_argument("data", type=Path, help="folder that holds ntrex128")
    parser.add_argument("--half", choices=("dev", "held"), default="held")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=30, help="articles of a pair and direction")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    counts = measure(ntrex(options.data), options.half, options.seed, options.cases)
    print(f"{'':<26}{'lines':>7}{'found':>7}{'named':>7}{'false in 1,000 paragraphs':>27}")
    for row, (lines, found, named, false, paragraphs) in sorted(counts.items()):
        share = f"{1000 * false / paragraphs:.2f}" if paragraphs else ""
        print(f"{row:<26}{lines:>7.0f}{found / max(1, lines):>7.2f}{named / max(1, found):>7.2f}{share:>27}")
    if options.save:
        cases = int(counts["all"][0])
        figures = {
            "half": options.half,
            "pairs": {row: _figures(*count) for row, count in sorted(counts.items())},
        }
        results.save(
            "language-pairs",
            argv or [],
            figures,
            packages=("eldc", "py3langid"),
            seeds=[options.seed],
            cases=cases,
        )
    return 0
