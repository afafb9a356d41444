"""The records of the alignment: integer rows, and the names of their columns.

What stands in several kinds of rows has one name and one place in all of them. Words are counted in the columns of
all articles, ranges are half open; ``t`` is the article, ``s`` its source.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import inlined

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Hashes: TypeAlias = NDArray[np.uint32]
Flags: TypeAlias = NDArray[np.uint8]
Bools: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]
"""Shape ``(n, columns)``."""
AnyRows = TypeVar("AnyRows", Rows, Floats)

ARTICLE, PARAGRAPH, T0, T1, SOURCE, SOURCE_PARAGRAPH, S0, S1, WORDS, FIRST, END, KIND, WORTH = range(13)
PASSAGE = 13
"""A verified passage. `WORDS`: of its article; `FIRST` and `END`: its blocks; `WORTH`: how many words it says as much
as. Tight, in one paragraph of the article; `SOURCE_PARAGRAPH` has most of it."""

RECYCLED, REWORDED, REPEATED, TEMPLATE = range(4)
"""Kinds of passages."""

LONGEST, ACCEPTED, MATCHED, MARKS = 1, 5, 8, 11
SEGMENT = 12
"""A stretch of two articles that goes forward in both: as a passage, but over paragraphs and not yet judged. `MATCHED`
words, similar ones half; the `LONGEST` run of equal ones; `ACCEPTED` as evidence, 1 by itself, 2 beside such a one;
`MARKS` of its values (see `templates`)."""

TIRED, BOUNDED = 1, 2
GROUP = 11
"""Runs of an article and one source, or a chain of some: `ARTICLE`, `SOURCE`, `FIRST`, `END`; `TIRED` where the search
was cut short, and runs need not be the longest; `BOUNDED` where there may be others that were not looked at."""

T, S, SIZE, SIMILAR = range(4)
BLOCK = 4
"""Aligned words: equal ones, or a single pair of `SIMILAR` ones. A run is a block without that column."""
RUN = 3


ON, BACK = np.int64(1), np.int64(-1)
"""Steps through a text. A bare number would be a type of its own, and what takes it compiled once more."""


class Text(NamedTuple):
    """What kernels read of the articles: columns of `dedup.text.words.Columns`, and the paragraph of each 64th word."""

    hashes: Hashes
    flags: Flags
    masks: Hashes
    par_words: Ints
    par_blocks: Hashes


class Frame(NamedTuple):
    """A passage's words in both texts."""

    t0: int
    t1: int
    s0: int
    s1: int


@inlined
def roomy(rows: AnyRows, n: int) -> AnyRows:
    """`rows` itself, of whatever numbers, or a copy of twice the size, with room for row `n`."""
    if n < rows.shape[0]:
        return rows
    grown = np.empty((max(2 * rows.shape[0], n + 1), rows.shape[1]), rows.dtype)
    for i in range(rows.shape[0]):
        for k in range(rows.shape[1]):
            grown[i, k] = rows[i, k]
    return grown


@inlined
def set_block(blocks: Rows, n: int, t: int, s: int, size: int, similar: int) -> None:
    blocks[n, T], blocks[n, S], blocks[n, SIZE], blocks[n, SIMILAR] = t, s, size, similar


@inlined
def copy_block(blocks: Rows, i: int, to: Rows, n: int) -> None:
    for k in range(BLOCK):
        to[n, k] = blocks[i, k]
