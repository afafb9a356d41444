"""The stages and what flows between them, whoever carries the parcels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol, TypeVar

from dedup.settings import Settings
from dedup.spark import collapse, earlier, links, passages, postings, titles
from dedup.spark.parcels import Step

T = TypeVar("T")

REPORTS = (
    "id string, source string, published string, language string, words long, originality double, report string, "
    "number long, error string"
)
"""Of what cannot be judged there is an error in place of words, originality and report."""


class Carrier(Protocol[T]):
    """Carries tables of parcels, `T`, to where they go."""

    def mapped(self, parcels: T, step: Step) -> T:
        """Apply a step to each parcel alone, where it is."""

    def gathered(self, parcels: Sequence[T], step: Step, schema: str = ...) -> T:
        """Bring all parcels to the numbers they go to, and apply a step to each number's."""

    def tagged(self, parcels: T, *tags: str) -> T:
        """The parcels of some tags."""

    def beside(self, parcels: T, others: T) -> T:
        """Of the others those that go where some of the parcels go."""

    def kept(self, name: str, table: T) -> T:
        """Run a stage now, and keep what comes of it."""


def judged(
    carrier: Carrier[T], blocks: T, settings: Settings, shards: int, ignored: tuple[str, ...] = ()
) -> T:
    """Judge the articles in some blocks (see `dedup.spark.blocks`); `ignored` texts never count as a source.

    Returns their reports (`REPORTS`).
    """
    mapped, gathered, tagged, kept = carrier.mapped, carrier.gathered, carrier.tagged, carrier.kept

    def part(*tags: str) -> T:
        return tagged(blocks, *tags)

    digests = mapped(part("paragraphs"), partial(collapse.ask_copies, shards=shards))
    copies = gathered([digests], collapse.count_copies)
    collapsing = partial(collapse.collapse, shards=shards, settings=settings)
    collapsed = kept("collapsed", gathered([part("paragraphs"), copies], collapsing))
    mine = tagged(collapsed, "collapsed")

    totals = gathered([tagged(collapsed, "totals")], collapse.total)
    asking = partial(collapse.ask_furniture, settings=settings, shards=shards)
    units = gathered([part("paragraphs"), mine, totals], asking)
    learned = gathered([units], partial(collapse.judge_furniture, settings=settings))
    telling = partial(collapse.furniture, settings=settings, shards=shards)
    furniture = kept("furniture", gathered([part("paragraphs"), mine, learned], telling))

    keys = gathered([part("hashes"), mine], partial(postings.post, settings=settings, shards=shards))
    answers = kept("answers", gathered([keys], partial(postings.answer, settings=settings)))
    proposing = partial(postings.candidates, settings=settings)
    pairs = kept("pairs", gathered([part("hashes"), mine, tagged(answers, "answers")], proposing))

    texts = part("words", "meta", "shape")
    verifying = partial(passages.verify, settings=settings, shards=shards, texts=ignored)
    lent = gathered([texts, mine, tagged(pairs, "wanted")], passages.lend)
    first = kept("found", gathered([texts, mine, tagged(pairs, "pairs", "crowd"), lent], verifying))

    # Only for the blocks in which a crowd hides something, and those whom they ask.
    asked, wanted = tagged(first, "pairs", "crowd"), tagged(first, "wanted")
    lent = gathered([*(carrier.beside(wanted, one) for one in (texts, mine)), wanted], passages.lend)
    looking = [*(carrier.beside(asked, one) for one in (texts, mine)), asked, lent]
    second = kept("found_again", gathered(looking, partial(verifying, again=True)))

    def found(*tags: str) -> list[T]:
        return [tagged(first, *tags), tagged(second, *tags)]

    held = gathered([tagged(answers, "postings"), *found("sampled")], postings.holders)
    counting = partial(passages.count, settings=settings)
    counted = kept("counts", gathered([*found("found"), held, totals], counting))
    cleared = gathered([tagged(counted, "suspect", "takers", "took")], passages.relate)
    clearing = [*found("found"), tagged(counted, "counts"), cleared]
    sure = kept("passages", gathered(clearing, partial(passages.clear, settings=settings)))
    judging = partial(passages.judge, settings=settings)
    before = gathered([mapped(part("meta"), passages.tell_size)], passages.count_before)
    same = gathered([mapped(part("meta"), partial(titles.ask, shards=shards))], titles.answer)
    linked = gathered([mapped(part("links"), partial(links.ask, shards=shards))], links.answer)
    versions = gathered([texts, tagged(sure, "versions")], earlier.lend)
    told = [tagged(sure, "passages"), furniture, before, same, linked, versions, *found("broken")]
    reports = gathered([part("words", "meta", "shape", "links"), *told], judging, REPORTS)
    return kept("reports", reports)
