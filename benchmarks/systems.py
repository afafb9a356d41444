"""What is judged: systems that judge articles, each in a function that anyone can read.

Peers find pairs of near-duplicate paragraphs, or parts of paragraphs (`peer_jobs`); `Peer` turns these into
judgements, the same way for all: a paragraph with a near-duplicate in an earlier article counts as taken,
all of it, from the earliest that has one. That is the best that users of such tools build.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import peer_jobs
from benchmarks.floor import floor
from benchmarks.peers import LeftOut, run_job, version_there
from benchmarks.plan import Plan
from benchmarks.texts import folded
from dedup.evaluation import Flag, Judgement, judgement
from dedup.model import Article

System = Callable[[Sequence[Article], Collection[str]], list[Judgement]]
"""Takes a feed and the ids of interest; gives a judgement for each of these, in any order."""

Feed = tuple[Sequence[Article], Collection[str]]
"""What a system takes."""


def ours(settings: Mapping[str, str] | None = None) -> System:
    """Return `dedup` with the default settings, or with some changed."""

    def run(articles: Sequence[Article], wanted: Collection[str]) -> list[Judgement]:
        from dedup import Settings, scan

        reports = scan(articles, Settings().with_values(dict(settings or {})))
        return [judgement(report) for report in reports if report.id in wanted]

    return run


CLUSTERING = ("text-dedup", "datatrove")
"""Peers that give clusters, or keep one of all that is alike, rather than pairs."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph: the number of its feed, its article, and where it lies."""

    feed: int
    article: str
    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Peer:
    """A system made of a peer's job, run in a process with the peer's Python."""

    name: str
    plan: Plan
    group: str = "pairs"

    def __call__(self, articles: Sequence[Article], wanted: Collection[str]) -> list[Judgement]:
        return self.each([(articles, wanted)])[0]

    @property
    def mixes(self) -> bool:
        """Whether what it says of two paragraphs depends on others."""
        return self.name in CLUSTERING

    def each(self, feeds: Sequence[Feed]) -> list[list[Judgement]]:
        """Judge many feeds in one run: pairs across two of them are not looked at."""
        blocks: list[_Block] = []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "paragraphs.jsonl"
            with open(path, "w", encoding="utf-8") as out:
                for block, text in _blocks(feeds):
                    blocks.append(block)
                    out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            path.with_name(f"warm-{path.name}").write_text('{"text": "nothing to warm up"}\n', "utf-8")
            plan = json.dumps(asdict(self.plan))
            found = run_job("jobs", self.group, self.name, str(path), plan, peer=self.name)["found"]
        flags = _flags_of_pairs(blocks, found) if self.group == "pairs" else _flags_of_parts(blocks, found)
        return _judged(feeds, blocks, flags)


def _blocks(feeds: Sequence[Feed]) -> Iterator[tuple[_Block, str]]:
    """Yield the paragraphs that have words, feed by feed, in order of time."""
    for number, (articles, _) in enumerate(feeds):
        for article in sorted(articles, key=lambda one: (one.published or "", one.source, one.id)):
            start = 0
            for text in article.text.split("\n\n"):
                if words := len(folded(text)):
                    yield _Block(number, article.id, start, start + len(text), words), text
                start += len(text) + 2


def _flags_of_pairs(blocks: Sequence[_Block], pairs: Sequence[Sequence[int]]) -> dict[int, list[Flag]]:
    """Flags by paragraph: its earliest near-duplicate in another article of its feed is its source."""
    sources: dict[int, int] = {}
    for later, earlier in pairs:
        mine, other = blocks[later], blocks[earlier]
        if mine.feed == other.feed and mine.article != other.article:
            sources[later] = min(sources.get(later, earlier), earlier)
    return {
        at: [Flag("recycled", blocks[at].start, blocks[at].end, blocks[source].article)]
        for at, source in sources.items()
    }


def _flags_of_parts(blocks: Sequence[_Block], parts: Sequence[Sequence[int]]) -> dict[int, list[Flag]]:
    flags: dict[int, list[Flag]] = {}
    for at, start, end in parts:
        flags.setdefault(at, []).append(Flag("recycled", blocks[at].start + start, blocks[at].start + end))
    return flags


def _judged(
    feeds: Sequence[Feed], blocks: Sequence[_Block], flags: Mapping[int, list[Flag]]
) -> list[list[Judgement]]:
    """Judge the articles of interest: the share of words outside flags is what is original."""
    mine: dict[tuple[int, str], list[Flag]] = {}
    total: dict[tuple[int, str], int] = {}
    taken: dict[tuple[int, str], float] = {}
    for at, block in enumerate(blocks):
        key = (block.feed, block.article)
        total[key] = total.get(key, 0) + block.words
        for flag in flags.get(at, ()):
            mine.setdefault(key, []).append(flag)
            share = (flag.end - flag.start) / (block.end - block.start)
            taken[key] = taken.get(key, 0) + share * block.words
    return [
        [
            Judgement(
                name,
                tuple(mine.get((number, name), ())),
                max(0.0, 1 - taken.get((number, name), 0) / total[number, name])
                if (number, name) in total
                else None,
            )
            for name in wanted
        ]
        for number, (_, wanted) in enumerate(feeds)
    ]


def judge_each(run: System, feeds: Sequence[Feed]) -> list[list[Judgement]]:
    """Judge feeds one by one; a peer does many in one process. Raises LeftOut where that would mix them."""
    if not isinstance(run, Peer):
        return [run(*feed) for feed in feeds]
    if run.mixes:
        raise LeftOut("what it says of a pair depends on all other paragraphs: not run on many small feeds")
    return run.each(feeds)


BEST = {"width": "3", "bands": "64", "rows": "2", "jaccard": "0.15"}
"""What MinHash finds most with (best F1 of words on seed 1 among 45 plans, the same for all that compare)."""

BEST_CLUSTERS = {"width": "6", "bands": "64", "rows": "2"}
"""The same for those that compare nothing and join what shares a band (among nine plans)."""

SYSTEMS = ("ours", "floor", *peer_jobs.FILES["pairs"], "datatrove-sentences")


def system(name: str, settings: Mapping[str, str]) -> System:
    """Return a system by its name, one of `SYSTEMS`; `settings` are ours, or fields of a peer's `Plan`."""
    if name == "ours":
        return ours(settings)
    if name == "floor":
        return floor
    kinds = {name: type(value) for name, value in asdict(Plan()).items()}
    best = BEST_CLUSTERS if name in CLUSTERING else BEST
    plan = Plan(**{key: kinds[key](value) for key, value in {**best, **settings}.items()})
    if name == "datatrove-sentences":
        return Peer("datatrove", plan, "flags")
    return Peer(name, plan)


def versions(name: str) -> dict[str, str]:
    """Return the version of a system that is a peer's."""
    return version_there(name.removesuffix("-sentences"))
