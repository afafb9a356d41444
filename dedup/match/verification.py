"""The passages of a corpus: its articles aligned with all that the nets propose, some at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dedup.match import align
from dedup.match.candidates import Pairs, in_corpus, listed, proposed_pairs
from dedup.match.crowds import crowd_of
from dedup.match.fingerprints import Postings
from dedup.match.ignored import Ignored
from dedup.match.layout import Layout
from dedup.settings import Settings
from dedup.text.ranges import distinct


@dataclass(frozen=True, slots=True)
class Bounds:
    """Places of articles that more `sources` deserve a look for than there is room for, and of those with passages of
    which not all `copies` are counted."""

    sources: set[int] = field(default_factory=set)
    copies: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Verification:
    """Aligns articles with their candidates: `known`, of the whole corpus, and what the `postings` propose.

    `broken`: errors of articles that break a stage, by their places; they have no passages. `bounds`: those met.
    """

    layout: Layout
    known: Pairs
    postings: Postings
    ignored: Ignored
    settings: Settings
    broken: dict[int, Exception]
    bounds: Bounds

    def verified(self, start: int, stop: int) -> align.Passages:
        """The passages of articles ``start .. stop - 1``."""
        try:
            return self._passages(start, stop)
        except Exception as error:
            if stop - start == 1:
                self.broken[start] = error
                return self._aligned(start, stop, self.known[:0])
        return align.joined([self.verified(one, one + 1) for one in range(start, stop)])

    def _passages(self, start: int, stop: int) -> align.Passages:
        low, high = np.searchsorted(self.known, np.array([start, stop], np.uint64) << np.uint64(32))
        found = self._looked(start, stop, self.known[low:high])
        found = self.ignored.left_out(found, self.layout.columns.hashes)
        counted, cut = align.count_copies(self.layout, self.postings, found, self.settings.shingle_words)
        self.bounds.copies.update(cut.tolist())
        return counted

    def _looked(self, start: int, stop: int, pairs: Pairs) -> align.Passages:
        """Look at those whom the nets propose, and where a crowd explains nothing at the rest of it."""
        if self.settings.nets == "lsh":
            return self._aligned(start, stop, pairs)
        lists, cut = listed(self.layout, self.postings, start, stop, self.settings)
        pairs = distinct(np.concatenate((pairs, proposed_pairs(lists, start, self.settings))))
        found = self._aligned(start, stop, pairs)
        crowd = crowd_of(lists, cut, self._taken(found, start, stop))
        if not crowd.pairs.size:
            return found
        seen = (pairs - (np.uint64(start) << np.uint64(32))).astype(np.int64)
        more = crowd.most_promising(seen)
        if more.size:
            seen = np.union1d(seen, more)
            askers, pairs = start + distinct(more >> 32), in_corpus(seen, start)
            fresh = [self._aligned(one, one + 1, pairs) for one in askers.tolist()]
            found = align.replaced(found, askers, fresh)
            crowd = crowd_of(lists, cut, self._taken(found, start, stop))
        self.bounds.sources.update((start + crowd.askers(seen)).tolist())
        return found

    def _taken(self, found: align.Passages, start: int, stop: int) -> NDArray[np.bool_]:
        """Whether passages take the words of the paragraphs that ask for sources, in their order (see `listed`)."""
        columns, first_copy = self.layout.columns, self.layout.first_copy
        begin, end = columns.art_pars[[start, stop]].tolist()
        pars = np.arange(begin, end)
        own = columns.art_pars[self.layout.par_articles[begin:end]]
        asks = (first_copy[begin:end] < own) | (first_copy[begin:end] >= pars)
        sizes = np.diff(columns.par_words[begin : end + 1])
        return align.taken(found, *columns.art_words[[start, stop]].tolist())[np.repeat(asks, sizes)]

    def _aligned(self, start: int, stop: int, pairs: Pairs) -> align.Passages:
        return align.verify(self.layout, self.postings.holders, start, stop, pairs, self.settings)
