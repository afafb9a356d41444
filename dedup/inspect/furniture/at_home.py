"""Passages that mainly one source's pages repeat: parts of a paragraph, and paragraphs of which a few words differ.

"Our producer this week was Ann Lee, the engineer was Tom Ray": a paragraph's digest is another each time, but what was
aligned is the same. So a passage counts as `dedup.inspect.furniture.learned` counts paragraphs: in how many of the
source's articles it stands, by the holders of its shingles. It comes from the alignment, whatever its length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture import kernels
from dedup.inspect.furniture.learned import Rule, homes, telling
from dedup.match import policy
from dedup.match.align import Passages
from dedup.match.fingerprints import Postings
from dedup.match.kernels import counting, inverted
from dedup.match.kernels.alignment.rows import ARTICLE, KIND, RECYCLED, REWORDED, T0, T1, WORDS, S
from dedup.match.layout import Layout

Ints: TypeAlias = NDArray[np.int64]


class Held(NamedTuple):
    """Who holds the samples of some passages: sample k of passage i is ``starts[i, k]`` and ``counts[i, k]`` more.

    A count of -1: no such sample. Columns of holders, int64, sorted by article within a sample: `articles`; `marks`,
    the number of their source and, in the low bit, whether the article tells of it (0: unknown); `homes`, how many
    articles of that source have the very paragraph, and `instances`, how many of all sources.
    """

    starts: Ints
    counts: Ints
    articles: Ints
    marks: Ints
    homes: Ints
    instances: Ints


def candidates(rows: Ints, copies: Ints, rule: Rule) -> Ints:
    """The rows that enough articles hold: all others are spared a closer look."""
    copied = (rows[:, KIND] == RECYCLED) | (rows[:, KIND] == REWORDED)
    return np.flatnonzero(copied & (copies + 1 >= rule.min_articles))


def count_at_home(mine: Ints, held: Held) -> Ints:
    """In how many articles each passage stands that tell of the source ``mine[i]``, in how many others, of how many
    other sources; shape ``(n, 3)``.
    """
    out = np.zeros((mine.size, 3), np.int64)
    kernels.count_at_home(mine & ~np.int64(1), *held, *policy.HELD, out)
    return out


def at_home(rows: Ints, counts: Ints, totals: Ints, rule: Rule) -> NDArray[np.bool_]:
    """Which passages are furniture of their source, by counts as of `count_at_home`; shape ``(n,)``.

    `totals`: how many articles tell of it. What stands at home in most of the articles that have it, and in few
    sources, is; but not what is, together, more than half of an article: that is its body.
    """
    own, elsewhere, spread = counts.T
    least = np.minimum(np.ceil(rule.share * totals), rule.sure_articles)
    found = (own >= rule.min_articles) & (own >= least) & (own > elsewhere) & (spread < rule.max_sources)
    _, number = np.unique(rows[:, ARTICLE], return_inverse=True)
    size = np.where(found, rows[:, T1] - rows[:, T0], 0)
    furniture: NDArray[np.bool_] = found & (2 * np.bincount(number, size)[number] <= rows[:, WORDS])
    return furniture


AT_ONCE = 1024
"""Passages whose holders are in memory at a time: some kilobytes each."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What articles of a corpus tell of their sources.

    `marks`, one an article, and `homes`, one a paragraph: see `Held`. `totals`, one an article: how many articles tell
    of its source.
    """

    marks: Ints
    homes: Ints
    totals: Ints

    @classmethod
    def of(cls, sources: Ints, layout: Layout, rule: Rule) -> Sources:
        """Count them; `sources`, one an article, are numbers from 0, or -1 where unknown."""
        articles = layout.par_articles.astype(np.int64)
        sizes = np.diff(layout.columns.par_words)
        at_home = homes(layout.digests, sources[articles], articles)
        tell = telling(at_home, articles, sizes, rule.own_share)
        tells = np.zeros(sources.size, np.bool_)
        tells[articles] = tell
        known = sources >= 0
        held = np.bincount(sources[known & tells], minlength=int(sources.max(initial=0)) + 1)
        return cls(
            np.where(known, (sources + 1) << 1 | tells, 0),
            at_home,
            np.where(known, held[np.maximum(sources, 0)], 0),
        )

    def furniture(
        self, layout: Layout, postings: Postings, passages: Passages, width: int, rule: Rule
    ) -> NDArray[np.bool_]:
        """Which passages of a corpus are furniture of their source, shape ``(rows,)``."""
        out = np.zeros(len(passages.rows), np.bool_)
        places = candidates(passages.rows, passages.copies, rule)
        rows = passages.rows[places]
        counts = [
            self._counted(layout, postings, rows[at : at + AT_ONCE], passages.blocks, width)
            for at in range(0, len(rows), AT_ONCE)
        ]
        if counts:
            found = np.concatenate(counts)
            out[places] = at_home(rows, found, self.totals[rows[:, ARTICLE]], rule)
        return out

    def _counted(self, layout: Layout, postings: Postings, rows: Ints, blocks: Ints, width: int) -> Ints:
        """Where some passages are at home (see `count_at_home`)."""
        words = counting.sampled(rows, blocks, S, width, policy.SAMPLES)
        paragraphs = np.arange(layout.par_articles.size, dtype=np.uint32)
        starts, counts, holders, _ = inverted.list_articles(
            words.reshape(-1), layout.columns.par_words, layout.par_blocks, postings.groups, postings.head,
            paragraphs, layout.instances, policy.MOST_COPIES,
        )  # fmt: skip
        held = (holders >> np.uint64(32)).astype(np.int64)
        articles = layout.par_articles[held].astype(np.int64)
        shape = words.shape
        found = Held(
            starts.reshape(shape), counts.reshape(shape), articles, self.marks[articles], self.homes[held],
            layout.instances[held],
        )  # fmt: skip
        return count_at_home(self.marks[rows[:, ARTICLE]], found)
