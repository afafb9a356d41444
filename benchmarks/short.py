"""Short copies: whole sentences, headlines and items of a few words, found; set phrases, not.

    python -m benchmarks short DATA [--corpus abc gnad-de ...] [--seed N] [--plants N] [--read N]

Of a collection, half of the articles stand as they are: sources. Into a paragraph of each of some others one short
passage of a source is put, and the share that is found from its own source is told by kind:

- `sentence`: 8 to 11 words between other sentences, word for word; `inserted`: with one word more; `titled`: with
  capitals as in a headline; `paragraph` and `item`: as a paragraph, and a line of a list, of its own; `truncated`: the
  first 8 to 11 words of a longer one, and an ellipsis.
- `title`: 5 to 7 words that are a whole paragraph in both; `flash`: a text of 3 to 7 words, sent again.
- `clauses`: a sentence of two or three parts, in another order.
- `rewritten`: a sentence that a person worded anew (MRPC, STS), half to six tenths of its words kept, between
  paragraphs of its source.

Then the collection as it is: findings of 8 to 11 words between articles that share less than 15 % of their words. Each
is printed with its source (`--read`), for a person to say whether it was taken; `apart` are those between articles that
have hardly a rare word in common besides, which is as good as never so.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import corpora, results
from benchmarks.intervals import is_share, share
from benchmarks.texts import folded, sentences, words
from dedup import Article, ArticleReport, Settings, scan
from dedup.model import Finding

SHORT, TITLE, FLASH = (8, 11), (5, 7), (3, 7)
TAKEN = ("recycled", "reworded", "carried_over")
FOUND = (*TAKEN, "quoted")
SHARED = 0.15
"""Articles that share less than this are not expected to have copied from each other."""
RARE, KIN = 5, 0.15
"""A word in so few articles is rare; who has such a share of another's rare words reports the same."""
BEFORE, AFTER = "2001-01-01", "2002-01-01"


@dataclass(frozen=True, slots=True)
class Plant:
    """A copy, what of it was taken (code points), its kind and the id of its source."""

    article: Article
    start: int
    end: int
    kind: str
    source: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks short``."""
    options = _parser().parse_args(argv)
    figures: dict[str, Any] = {"corpora": {}}
    for name in options.corpus:
        articles = corpora.COLLECTIONS[name](options.data)[: options.articles]
        rng = Random(f"{options.seed} {name}")
        pairs = rewritten(options.data) if name in ("abc", "reuters", "fnc1") else []
        feed, plants = planted(articles, pairs, rng, options.plants)
        print(f"\n{name}, seed {options.seed}: {len(feed)} articles, {len(plants)} plants")
        misses = {}
        figures["corpora"][name] = row = {}
        for kind, (found, total, missed) in recalls(feed, plants).items():
            row[kind] = share(found, total)
            print(f"{kind:<12}{found:>5} of {total:<5}{found / total:>7.3f}")
            misses[kind] = missed
        for kind, missed in misses.items():
            for plant in missed[: options.misses]:
                print(f"  missed {kind}: {plant.article.text[plant.start : plant.end]}")
        near, apart = natural(articles)
        row["short findings between kin"] = len(near)
        row["short findings between articles apart"] = len(apart)
        kin = f"{len(near)} kin, {len(apart)} apart"
        print(f"findings of {SHORT[0]} to {SHORT[1]} words, under {SHARED:.0%} shared: {kin}")
        for which, some in (("kin", near), ("apart", apart)):
            for text, source in rng.sample(some, min(len(some), options.read)):
                print(f"  {which}: {text}\n     <- {source}")
    if options.save:
        cases = sum(
            value["of"] for row in figures["corpora"].values() for value in row.values() if is_share(value)
        )
        results.save("short", argv or [], figures, seeds=[options.seed], cases=cases)
    return 0


def planted(
    articles: Sequence[Article], pairs: Sequence[tuple[str, str]], rng: Random, count: int
) -> tuple[list[Article], list[Plant]]:
    """A feed of sources and copies, and its plants: about `count` a kind."""
    shuffled = list(articles)
    rng.shuffle(shuffled)
    half = len(shuffled) // 2
    sources = [replace(one, source="wire", published=BEFORE) for one in shuffled[:half]]
    hosts = iter(shuffled[half:])
    extra: list[Article] = []
    plants: list[Plant] = []
    pool = {
        "short": _pool(sources, SHORT), "title": _pool(sources, TITLE), "flash": _pool(sources, FLASH),
        "long": _pool(sources, (14, 30)), "clauses": _pool(sources, (14, 40)),
    }  # fmt: skip
    for kind, (kept, change, shape) in KINDS.items():
        made = 0
        for source, sentence in pool[kept]:
            changed = change(sentence, rng)
            if made == count or not changed:
                if made == count:
                    break
                continue
            host = next(hosts, None)
            if host is None:
                return [*sources, *extra], plants
            if kind in ("title", "flash"):
                text = sentence if kind == "flash" else f"{sentence}\n\n{source.text}"
                source = Article(f"{source.id}-{kind}-{made}", text, source="wire", published=BEFORE)
                extra.append(source)
            plants.append(_copy(f"{kind}-{made}", host, changed, kind, source.id, shape, rng))
            made += 1
    for number, (first, second) in enumerate(pairs[:count]):
        host = next((one for one in hosts if one.text.count("\n\n") >= 4), None)
        if host is None:
            break
        blocks = host.text.split("\n\n")
        name = f"rewritten-{number}"
        extra.append(
            Article(
                f"{name}-source",
                "\n\n".join([*blocks[:2], first, *blocks[2:4]]),
                source="wire",
                published=BEFORE,
            )
        )
        text = "\n\n".join([*blocks[:2], second, *blocks[2:4]])
        start = len("\n\n".join(blocks[:2])) + 2
        plants.append(
            Plant(
                Article(name, text, source="paper", published=AFTER),
                start,
                start + len(second),
                "rewritten",
                f"{name}-source",
            )
        )
    return [*sources, *extra], plants


def _pool(sources: Sequence[Article], size: tuple[int, int]) -> Iterator[tuple[Article, str]]:
    """Sentences of so many words that only one source has, in prose: letters first, and few figures.

    What ends in an initial ("the U.S.") was cut inside a sentence and is none.
    """
    low, high = size
    held = Counter(key for one in sources for key in {tuple(folded(part)) for part in _sentences(one)})
    for one in sources:
        parts = [
            part for part in _sentences(one) if low <= len(words(part)) <= high and not _CUT.search(part)
        ]
        for part in parts[:1]:
            key = tuple(folded(part))
            if held[key] == 1 and sum(word.isdigit() for word in key) <= len(key) // 8 and len(set(key)) > 2:
                yield one, part


_CUT = re.compile(r"\b\w\.$")


def _sentences(article: Article) -> list[str]:
    return [part for block in article.text.split("\n\n") for part in sentences(block)]


def _inserted(text: str, rng: Random) -> str:
    parts = text.split(" ")
    parts.insert(
        rng.randint(1, max(1, len(parts) - 1)), rng.choice([w for w in parts if w.isalpha()] or ["so"])[::-1]
    )
    return " ".join(parts)


def _titled(text: str, rng: Random) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" ")).rstrip(".")


def _truncated(text: str, rng: Random) -> str:
    at = words(text)[rng.randint(*SHORT) - 1][1]
    return text[:at] + "…"


def _clauses(text: str, rng: Random) -> str:
    parts = re.split(r"[,،;] ", text.rstrip(".!?"))
    if len(parts) < 2 or min(len(words(part)) for part in parts) < 4:
        return ""
    order = list(range(len(parts)))
    while order == sorted(order):
        rng.shuffle(order)
    return ", ".join(parts[i] for i in order) + "."


Change = Callable[[str, Random], str]
KINDS: dict[str, tuple[str, Change, str]] = {
    "sentence": ("short", lambda text, rng: text, "inside"),
    "inserted": ("short", _inserted, "inside"),
    "titled": ("short", _titled, "block"),
    "paragraph": ("short", lambda text, rng: text, "block"),
    "item": ("short", lambda text, rng: text.rstrip("."), "item"),
    "truncated": ("long", _truncated, "block"),
    "title": ("title", lambda text, rng: text, "block"),
    "flash": ("flash", lambda text, rng: text, "alone"),
    "clauses": ("clauses", _clauses, "block"),
}  # fmt: skip
"""By kind: what is taken, what is done to it, and where it is put."""


def _copy(name: str, host: Article, taken: str, kind: str, source: str, shape: str, rng: Random) -> Plant:
    blocks = host.text.split("\n\n")[:6]
    at = rng.randrange(len(blocks))
    if shape == "inside":
        parts = sentences(blocks[at])
        cut = rng.randint(0, len(parts))
        before, after = (
            "".join(f"{part} " for part in parts[:cut]),
            "".join(f" {part}" for part in parts[cut:]),
        )
        before = re.sub(r"([^\W_])\s$", r"\1. ", before)
        dot = "" if re.search(r"\W$", taken) else "."
        blocks[at] = before + taken + dot + after
        lead = len(before)
    elif shape == "alone":
        blocks, at, lead = [taken], 0, 0
    else:
        mark = "- " if shape == "item" else ""
        around = [f"- {' '.join(part.split()[:8])}" for part in sentences(blocks[at])[:2]] if mark else []
        blocks[at:at] = ["\n".join([mark + taken, *around])]
        lead = len(mark)
    start = len("\n\n".join(blocks[:at])) + (2 if at else 0) + lead
    article = Article(name, "\n\n".join(blocks), source="paper", published=AFTER)
    return Plant(article, start, start + len(taken), kind, source)


def recalls(feed: Sequence[Article], plants: Sequence[Plant]) -> dict[str, tuple[int, int, list[Plant]]]:
    """By kind: plants of which at least half the words are found in their source, how many there are, and the rest."""
    reports = scan([plant.article for plant in plants], Settings(), reference=feed)
    out: dict[str, tuple[int, int, list[Plant]]] = {}
    for plant, report in zip(plants, reports, strict=True):
        found, total, missed = out.get(plant.kind, (0, 0, []))
        right = _found(plant, report)
        out[plant.kind] = found + right, total + 1, missed if right else [*missed, plant]
    return out


def _found(plant: Plant, report: ArticleReport) -> bool:
    own = [start + plant.start for start, _ in words(plant.article.text[plant.start : plant.end])]
    taken = [
        any(one.start <= at < one.end for one in report.findings if one.kind in FOUND and one.match)
        for at in own
    ]
    return 2 * sum(taken) >= len(own)


def rewritten(data: Path) -> list[tuple[str, str]]:
    """Sentences of 12 words and more that people worded anew, with .5 to .6 of the words in common."""
    pairs = [(a, b) for same, a, b in corpora.mrpc(data) if same]
    pairs += [(a, b) for score, a, b in corpora.sts(data) if score >= 4]
    out = []
    for first, second in dict.fromkeys(pairs):
        one, other = folded(first), folded(second)
        common = sum((Counter(one) & Counter(other)).values())
        if len(other) >= 12 and 0.5 <= common / max(len(one), len(other)) <= 0.6:
            out.append((first, second))
    return out


def natural(articles: Sequence[Article]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Short findings of a collection as it is, each with its source's words: of kin, and of articles that are none."""
    texts = {one.id: one.text for one in articles}
    vocabulary = {one.id: set(folded(one.text)) for one in articles}
    counts = Counter(word for some in vocabulary.values() for word in some)
    near, apart = [], []
    for report in scan([replace(one, source=f"paper {at}") for at, one in enumerate(articles)], Settings()):
        for one in report.findings:
            if one.kind in TAKEN and one.match and SHORT[0] <= one.words <= SHORT[1]:
                if _shared(report, one.match.id) >= SHARED * report.words:
                    continue
                kin = _kin(one, texts, report.id, vocabulary, counts)
                source = texts[one.match.id][one.match.start : one.match.end]
                (near if kin else apart).append((texts[report.id][one.start : one.end], source))
    return near, apart


def _shared(report: ArticleReport, source: str) -> int:
    return sum(one.words for one in report.findings if one.match and one.match.id == source)


def _kin(
    finding: Finding, texts: dict[str, str], name: str, vocabulary: dict[str, set[str]], counts: Counter[str]
) -> bool:
    """Whether two articles have rare words in common besides what was found."""
    assert finding.match
    rest = set(folded(texts[name][: finding.start] + " " + texts[name][finding.end :]))
    rare = {word for word in rest if counts[word] <= RARE}
    return len(rare & vocabulary[finding.match.id]) >= max(2, KIN * len(rare))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks short", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--corpus", nargs="+", choices=sorted(corpora.COLLECTIONS), default=["abc"])
    parser.add_argument("--articles", type=int, default=6000, help="of each collection at most (6000)")
    parser.add_argument("--seed", type=int, default=1, help="1 to 3 are for development")
    parser.add_argument("--plants", type=int, default=60, help="of each kind (60)")
    parser.add_argument("--read", type=int, default=0, help="print so many short findings of each sort")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    parser.add_argument("--misses", type=int, default=0, help="print so many misses of each kind")
    return parser
