"""The passages of a corpus: its articles aligned with all that the nets propose, some at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dedup.match import align
from dedup.match.candidates import Pairs, proposed_pairs
from dedup.match.fingerprints import Postings
from dedup.match.ignored import Ignored
from dedup.match.layout import Layout
from dedup.settings import Settings
from dedup.text.ranges import distinct


@dataclass(frozen=True, slots=True)
class Verification:
    """Aligns articles with their candidates: `known`, of the whole corpus, and what the `postings` propose.

    `broken`: errors of articles that break a stage, by their places; they have no passages.
    """

    layout: Layout
    known: Pairs
    postings: Postings
    ignored: Ignored
    settings: Settings
    broken: dict[int, Exception]

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
        pairs = self.known[low:high]
        if self.settings.nets != "lsh":
            proposed = proposed_pairs(self.layout, self.postings, start, stop, self.settings)
            pairs = distinct(np.concatenate((pairs, proposed)))
        found = self.ignored.left_out(self._aligned(start, stop, pairs), self.layout.columns.hashes)
        return align.count_copies(self.layout, self.postings, found, self.settings.shingle_words)

    def _aligned(self, start: int, stop: int, pairs: Pairs) -> align.Passages:
        return align.verify(self.layout, self.postings.holders, start, stop, pairs, self.settings)
