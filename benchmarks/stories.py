"""Stories: members, roots, origins and roles on feeds with known answers, and on real near-duplicates."""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from random import Random

from benchmarks import corpora, invented, results
from benchmarks.story_feeds import Feed, feed_of
from dedup.model import Article, ArticleReport
from dedup.scanner import scan
from dedup.settings import Settings
from dedup.stories import Story, node_of, told

SAME, SHORT = 0.8, 20
"""Jaccard similarity of word 5-grams from which a computed pair is one; words of an article too short to tell."""

ROOM = 700
"""Articles of a collection that a feed is made from, for each 100 of its events."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much was right, shares in [0, 1]; `rand` is the adjusted Rand index of the members. `updates`: those whose
    earlier version was named; `words`: of what these added and deleted."""

    rand: float
    roots: float
    origins: float
    roles: float
    credits: float
    updates: float
    words: float

    def __str__(self) -> str:
        return (
            f"members (adjusted Rand) {self.rand:.4f}, roots {self.roots:.4f}, number of origins {self.origins:.4f}, "
            f"roles {self.roles:.4f}, credits {self.credits:.4f}, "
            f"updates {self.updates:.4f}, their words {self.words:.4f}"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks stories``."""
    options = _parser().parse_args(argv)
    figures: dict[str, object] = {}
    sizes: list[int] = []
    for seed in options.seed:
        feed = feed_of(*_texts(options, seed), seed, options.events)
        found, reports, seconds, telling = _stories(feed.articles)
        one = measured(feed, found, reports)
        sizes.append(len(feed.articles))
        figures[f"seed {seed}"] = {
            **{name: getattr(one, name) for name in Figures.__slots__},
            "telling": telling,
        }
        print(f"seed {seed}: {len(feed.articles):,} articles, {len(found):,} stories: {one}")
        print(f"  scan {seconds:.1f} CPU s, stories {telling:.2f} CPU s ({telling / seconds:.1%})")
        if options.worst:
            _show(feed, found, options.worst)
    if options.data:
        for name, (articles, groups) in _real(options.data).items():
            found, *_ = _stories(articles)
            index = rand_index(
                groups, {one.node.id: story.root.id for story in found for one in story.members}
            )
            figures[name] = index
            print(f"{name}: {len(articles):,} articles, adjusted Rand index {index:.4f}")
    if options.save:
        results.save("stories", argv or [], figures, seeds=options.seed, cases=sum(sizes))
    return 0


def measured(feed: Feed, found: Sequence[Story], reports: Sequence[ArticleReport]) -> Figures:
    """Compare stories and updates with what is known of a feed."""
    home = {one.node.id: number for number, story in enumerate(found) for one in story.members}
    roles = {one.node.id: one.part.role for story in found for one in story.members}
    truths = defaultdict(list)
    for name, truth in feed.truths.items():
        truths[truth.story].append(name)
    roots = origins = credits = 0
    for root, names in truths.items():
        ((number, _),) = Counter(home[name] for name in names).most_common(1)
        story, known = found[number], feed.stories[root]
        roots += story.root.id == root
        origins += story.origins == known.origins
        credits += set(story.credits) == set(known.credits)
    return Figures(
        rand_index({name: truth.story for name, truth in feed.truths.items()}, home), roots / len(truths),
        origins / len(truths), sum(roles[name] == truth.role for name, truth in feed.truths.items()) / len(roles),
        credits / len(truths), *_updates(feed, reports),
    )  # fmt: skip


def _updates(feed: Feed, reports: Sequence[ArticleReport]) -> tuple[float, float]:
    """Of how many updates the version before was named, and how many of the added and deleted words of these are
    right."""
    named = total = wrong = 0
    for report in reports:
        known, told = feed.updates.get(report.id), report.update_of
        if known is None:
            continue
        if told is None or told.id != known.id:
            continue
        named += 1
        total += known.added + known.deleted
        wrong += abs(known.added - told.added) + abs(known.deleted - told.deleted)
    return named / max(1, len(feed.updates)), 1 - wrong / max(1, total)


def rand_index(truth: dict[str, Hashable], found: dict[str, Hashable]) -> float:
    """The adjusted Rand index of two partitions of the same names: 1 where they agree, 0 by chance.

    Source: Hubert and Arabie 1985, "Comparing partitions".

    >>> rand_index({"a": 1, "b": 1, "c": 2}, {"a": 7, "b": 7, "c": 8})
    1.0
    """
    pairs = lambda counts: sum(comb(count, 2) for count in counts)  # noqa: E731
    both = pairs(Counter((truth[name], found[name]) for name in truth).values())
    ours, theirs = (
        pairs(Counter(found[name] for name in truth).values()),
        pairs(Counter(truth.values()).values()),
    )
    chance = ours * theirs / max(1, comb(len(truth), 2))
    most = (ours + theirs) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def _stories(articles: Sequence[Article]) -> tuple[list[Story], list[ArticleReport], float, float]:
    """The stories, the reports, CPU seconds of the scan, and of telling them."""
    begin = time.process_time()
    reports: list[ArticleReport] = list(scan(articles, Settings()))
    middle = time.process_time()
    found = list(told([node_of(one) for one in reports], Settings()).stories())
    return found, reports, middle - begin, time.process_time() - middle


def told_of(articles: Sequence[Article]) -> tuple[list[Story], list[ArticleReport]]:
    """The stories and the reports of a feed."""
    found, reports, _, _ = _stories(articles)
    return found, reports


def _texts(
    options: argparse.Namespace, seed: int
) -> tuple[list[Article], Callable[[str, float, Random], str]]:
    from benchmarks import edits
    from benchmarks.generator import lonely

    room = ROOM * max(1, options.events // 100)
    if options.data:
        articles = lonely(corpora.COLLECTIONS[options.corpus](options.data))
        synonyms = corpora.thesaurus(options.data, corpora.THESAURI.get(options.corpus, "th_en_US"))
    else:
        articles, synonyms = invented.collection(room, seed), invented.synonyms()
    vocabulary = [
        word for article in articles[:500] for word in article.text.lower().split() if word.isalpha()
    ]
    return articles, lambda text, rate, rng: edits.edited(text, rate, rng, vocabulary, synonyms)


def _real(data: Path) -> dict[str, tuple[list[Article], dict[str, Hashable]]]:
    """Collections in which it is known which articles are one: planted copies, noisy ones, exact ones.

    Of the computed pairs those with a Jaccard similarity of `SAME` are one. Nobody says what the articles are that are
    in no such pair: they are there to be confused with, and are not counted.
    """
    planted, pairs = corpora.mccormick(data)
    found = {"mccormick": (planted, _grouped(planted, pairs))}
    noisy: list[Article] = []
    groups: dict[str, Hashable] = {}
    for name, clean, scanned in corpora.bln600(data):
        noisy += [
            Article(f"clean-{name}", clean, source="clean"),
            Article(f"noisy-{name}", scanned, source="ocr"),
        ]
        groups |= {f"clean-{name}": name, f"noisy-{name}": name}
    found["bln600-ocr"] = noisy, groups
    for folder, articles in (
        ("fnc1-train-bodies", corpora.fnc1(data)),
        ("reuters21578", corpora.reuters(data)),
    ):
        prefix = articles[0].id.partition("-")[0]
        long = [one for one in articles if len(one.text.split()) >= SHORT]
        rows = corpora.exact_pairs(data, folder)
        same = [
            (f"{prefix}-{one}", f"{prefix}-{other}") for one, other, jaccard, _ in rows if jaccard >= SAME
        ]
        groups = _grouped(long, same)
        sizes = Counter(groups.values())
        found[folder] = long, {name: group for name, group in groups.items() if sizes[group] > 1}
    return found


def _grouped(articles: Sequence[Article], pairs: Iterable[tuple[str, str]]) -> dict[str, Hashable]:
    """A name for what pairs join."""
    home = {article.id: article.id for article in articles}

    def root(name: str) -> str:
        while home[name] != name:
            home[name] = name = home[home[name]]
        return name

    for first, second in pairs:
        if first in home and second in home:
            home[root(second)] = root(first)
    return {name: root(name) for name in home}


def _show(feed: Feed, found: Sequence[Story], count: int) -> None:
    """Print what is wrong: what to look at when developing."""
    wrong: list[str] = []
    for story in found:
        for one in story.members:
            truth = feed.truths[one.node.id]
            if (truth.story, truth.role) != (story.root.id, one.part.role):
                wrong.append(
                    f"{one.node.id}: {one.part.role} in {story.root.id}, is {truth.role} in {truth.story} "
                    f"({truth.kind}); own {one.node.own} taken {one.node.taken}, {one.part.link}"
                )
        known = feed.stories.get(story.root.id)
        if known and known.origins != story.origins:
            wrong.append(f"story {story.root.id}: {story.origins} origins, are {known.origins}")
    print("\n".join(wrong[:count]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks stories", description=__doc__)
    parser.add_argument(
        "data", type=Path, nargs="?", help="folder of the public text collections; without, invented news"
    )
    parser.add_argument("--corpus", choices=sorted(corpora.COLLECTIONS), default="reuters")
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="1 to 3 are for development")
    parser.add_argument("--events", type=int, default=100, help="events that are reported (100)")
    parser.add_argument("--worst", type=int, default=0, help="print so much of what is wrong")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    return parser
