"""What is measured: systems that judge articles, each in a function that anyone can read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from benchmarks.floor import floor
from benchmarks.texts import folded
from dedup.evaluate import Flag, Judgement, judgement
from dedup.model import Article

System = Callable[[Sequence[Article], Collection[str]], list[Judgement]]
"""Takes a feed and the ids of interest; gives a judgement for each of these, in any order."""


def ours(settings: dict[str, str] | None = None) -> System:
    """Return `dedup` with the default settings, or with some changed."""

    def run(articles: Sequence[Article], wanted: Collection[str]) -> list[Judgement]:
        from dedup import Settings, scan

        reports = scan(articles, Settings().with_values(settings or {}))
        return [judgement(report) for report in reports if report.id in wanted]

    return run


def datasketch(articles: Sequence[Article], wanted: Collection[str]) -> list[Judgement]:
    """MinHash LSH over paragraphs, word 3-grams, 128 permutations, Jaccard .5, and a check of it.

    A paragraph with a near-duplicate in an earlier article counts as taken, all of it: the best
    that users of such libraries build. Settings tried: 3- and 5-grams, .3, .5 and .7.
    """
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    known: list[tuple[str, MinHash]] = []
    judged = []
    for article in sorted(articles, key=lambda one: (one.published or "", one.source, one.id)):
        flags, taken, total, begin, mine = [], 0, 0, 0, []
        for block in article.text.split("\n\n"):
            tokens = folded(block)
            grams = {" ".join(tokens[at : at + 3]).encode() for at in range(max(1, len(tokens) - 2))}
            sketch = MinHash(num_perm=128)
            sketch.update_batch(grams)
            near = [at for at in lsh.query(sketch) if known[at][1].jaccard(sketch) >= 0.5] if tokens else []
            if near:
                flags.append(Flag("recycled", begin, begin + len(block), known[min(near)][0]))
            taken, total = taken + len(tokens) * bool(near), total + len(tokens)
            begin += len(block) + 2
            mine += [sketch] if tokens else []
        for sketch in mine:  # after the article is done: it is not its own copy
            lsh.insert(len(known), sketch)
            known.append((article.id, sketch))
        if article.id in wanted:
            judged.append(Judgement(article.id, tuple(flags), 1 - taken / total if total else None))
    return judged


SYSTEMS = ("ours", "floor", "datasketch")


def system(name: str, settings: dict[str, str]) -> System:
    """Return a system by its name, one of `SYSTEMS`."""
    return {"ours": ours(settings), "floor": floor, "datasketch": datasketch}[name]
