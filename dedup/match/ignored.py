"""Texts that never count as a source: passages that consist of them are no copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.match import align, policy, shingling
from dedup.match.kernels import minhash
from dedup.match.kernels.alignment.rows import END, FIRST, KIND, REPEATED, SIZE, S
from dedup.text import words
from dedup.text.ranges import ragged


@dataclass(frozen=True, slots=True)
class Ignored:
    """The shingles, `width` words each, of texts that never count as a source; sorted, each once."""

    shingles: NDArray[np.uint32]
    width: int

    @classmethod
    def of(cls, texts: Sequence[str], width: int) -> Ignored:
        """Return what is ignored because of some texts."""
        return cls(np.unique(shingling.shingles(words.split([*texts]), width).hashes), width)

    def left_out(self, passages: align.Passages, hashes: NDArray[np.uint32]) -> align.Passages:
        """Leave out passages of which three in five shingles (`policy.HELD`) stand in these texts.

        `hashes`: of the words that the passages' rows count. What an article repeats of itself is left in.
        """
        rows, blocks = passages.rows, passages.blocks
        if not (self.shingles.size and len(rows)):
            return passages
        sizes = rows[:, END] - rows[:, FIRST]
        owner, block = np.repeat(np.arange(len(rows)), sizes), ragged(rows[:, FIRST], sizes)
        long = blocks[block, SIZE] >= self.width
        owner, block = owner[long], block[long]
        bounds = np.append(0, np.cumsum(blocks[block, SIZE]))
        taken = hashes[ragged(blocks[block, S], blocks[block, SIZE])]
        shingles = np.empty(taken.size + block.size, np.uint32)
        starts = np.empty(block.size + 1, np.int64)
        minhash.shingle_paragraphs(taken, bounds, self.width, shingles, starts)
        places = np.minimum(np.searchsorted(self.shingles, shingles[: starts[-1]]), self.shingles.size - 1)
        known = self.shingles[places] == shingles[: starts[-1]]
        row = np.repeat(owner, np.diff(starts))
        held, total = np.bincount(row[known], minlength=len(rows)), np.bincount(row, minlength=len(rows))
        some, of = policy.HELD
        ignored = (total > 0) & (of * held >= some * total) & (rows[:, KIND] != REPEATED)
        return align.chosen(passages, ~ignored)
