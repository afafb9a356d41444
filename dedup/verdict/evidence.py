"""Verified passages, in words, to what reports say of them, in code points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.classes import STRENGTHS
from dedup.match.align import Passages
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    KIND,
    PARAGRAPH,
    RECYCLED,
    REPEATED,
    REWORDED,
    SIMILAR,
    T0,
    T1,
    TEMPLATE,
)
from dedup.match.layout import Layout
from dedup.settings import Settings
from dedup.text.kernels import tokens
from dedup.text.ranges import ragged
from dedup.text.words import Columns, equivalents
from dedup.verdict.changes import changes
from dedup.verdict.codec import Spans
from dedup.verdict.painting import Ints

Quotes: TypeAlias = Callable[[int, Sequence[tuple[int, int]], set[int]], Spans]
"""What of an article stands inside quotation marks: its number, its paragraphs (code points), and the numbers of those
that must be looked at."""

PLACES = 4
"""Decimal places of Jaccard and containment: more would be noise, and other bytes on other machines."""

_QUOTED, _FRAMED = STRENGTHS["quoted"], STRENGTHS["template"]


class Cell:
    """Columns of `Evidence.cells`: places in the article and its source, in code points, words and paragraphs."""

    PARAGRAPH, START, END, FIRST_WORD, END_WORD, SOURCE, SOURCE_PARAGRAPH = range(7)
    MATCH_START, MATCH_END, FIRST_SPAN, END_SPAN, KIND, COPIES, FIRST_CHANGE, END_CHANGE = range(7, 15)


CELLS = 15

FURNITURE = 1 + max(RECYCLED, REWORDED, REPEATED, TEMPLATE)
"""A kind of passage that only evidence knows: furniture of its source, no copy of anything."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Verified passages in code points, sorted by article, ready to be read out one article after the other.

    `bounds`: rows of each article. `cells`, int64 ``(n, CELLS)``, with the columns of `Cell`. `shares`,
    float64 ``(n, 2)``: Jaccard and containment. `spans`, ``(m, 4)``: aligned runs of equal words. `changes`,
    ``(c, 4)``: what differs in passages that are reworded (see `dedup.verdict.changes`).

    `parts`, int64 ``(k, 6)``: what of a passage is a finding by itself, the runs of a frame and what is quoted: row,
    strength of its class, first word, end word, first span, end span. Sorted by row.

    `bounded`: the articles of which not all was looked at that they have in common with others.
    """

    bounds: Ints
    cells: Ints
    shares: NDArray[np.float64]
    spans: NDArray[np.uint32]
    changes: NDArray[np.uint32]
    parts: Ints
    bounded: Ints

    def without_furniture(self, furniture: NDArray[np.bool_]) -> Evidence:
        """The same where some rows are `FURNITURE`."""
        cells = self.cells.copy()
        cells[furniture, Cell.KIND] = FURNITURE
        return replace(self, cells=cells)


def evidence(layout: Layout, passages: Passages, quotes: Quotes, settings: Settings) -> Evidence:
    """Turn word positions into code points and places in the article, all rows at once."""
    columns = layout.columns
    rows, blocks = passages.rows, passages.blocks
    equal = blocks[:, SIMILAR] == 0
    before = np.concatenate(([0], np.cumsum(equal)))
    blocks = blocks[equal, :SIMILAR]
    article, paragraph, t0, t1, source, s_par, s0, s1, _, low, high, kind, _ = rows.T
    low, high = before[low], before[high]
    row, differing = changes(columns, rows, blocks, low, high, np.flatnonzero(kind == REWORDED))
    changed = np.searchsorted(row, np.arange(len(rows) + 1))
    first = columns.art_words[article]
    cells = np.stack(
        (paragraph - columns.art_pars[article], columns.starts[t0], columns.ends[t1 - 1], t0 - first, t1 - first,
         source, s_par - columns.art_pars[source], columns.starts[s0], columns.ends[s1 - 1], low,
         high, kind, passages.copies, changed[:-1], changed[1:]), axis=1,
    )  # fmt: skip
    frames = _frames(blocks, low, high, kind)
    spoken, inside = _spoken(columns, rows, blocks, low, high, quotes, settings)
    spoken[:, 4:6] += len(blocks)
    parts = np.concatenate((frames, spoken))
    parts = parts[np.argsort(parts[:, 0], kind="stable")]
    parts[:, 2:4] -= first[parts[:, 0], None]
    spans = _in_code_points(columns, np.concatenate((blocks, inside)))
    bounds = np.searchsorted(article, np.arange(columns.art_words.size))
    return Evidence(
        bounds, cells.astype(np.int64), np.round(passages.shares, PLACES), spans, differing, parts,
        passages.bounded,
    )  # fmt: skip


def _in_code_points(columns: Columns, blocks: Ints) -> NDArray[np.uint32]:
    """Runs of equal words ``(here, there, length)`` as ``(start, end, match_start, match_end)``."""
    here, there, length = blocks.T
    return np.stack(
        (columns.starts[here], columns.ends[here + length - 1],
         columns.starts[there], columns.ends[there + length - 1]), axis=1,
    )  # fmt: skip


def _frames(blocks: Ints, low: Ints, high: Ints, kind: Ints) -> Ints:
    """The parts that are runs of a frame's words: what stands between them is the article's own."""
    rows = np.flatnonzero(kind == TEMPLATE)
    sizes = (high - low)[rows]
    which, at = np.repeat(rows, sizes), ragged(low[rows], sizes)
    begin, end = blocks[at, 0], blocks[at, 0] + blocks[at, 2]
    opens = np.ones(at.size, np.bool_)
    opens[1:] = (which[1:] != which[:-1]) | (begin[1:] != end[:-1])
    heads = np.flatnonzero(opens)
    tails = np.append(heads[1:], at.size)[: heads.size] - 1
    strength = np.full(heads.size, _FRAMED)
    return np.stack((which[heads], strength, begin[heads], end[tails], at[heads], at[tails] + 1), axis=1)


def _spoken(
    columns: Columns, rows: Ints, blocks: Ints, low: Ints, high: Ints, quotes: Quotes, settings: Settings
) -> tuple[Ints, Ints]:
    """What of passages is said word for word inside quotation marks, a part each run, and these runs."""
    quotable = np.flatnonzero((rows[:, KIND] != REPEATED) & (rows[:, KIND] != TEMPLATE))
    begins, ends = _quotations(columns, rows[quotable], quotes, settings)
    row, quote = _overlaps(quotable, rows[quotable, T0], rows[quotable, T1], begins, ends)
    first = np.maximum(begins[quote], rows[row, T0])
    last = np.minimum(ends[quote], rows[row, T1])
    sizes = (high - low)[row]
    part, at = np.repeat(np.arange(row.size), sizes), ragged(low[row], sizes)
    here, there, length = blocks[at].T
    begin = np.maximum(here, first[part])
    inside = np.minimum(here + length, last[part]) - begin
    kept = inside > 0
    runs = np.stack((begin, there + begin - here, inside), axis=1)[kept]
    number, strength = np.arange(len(runs)), np.full(len(runs), _QUOTED)
    first, last = runs[:, 0], runs[:, 0] + runs[:, 2]
    return np.stack((row[part[kept]], strength, first, last, number, number + 1), axis=1), runs


def _overlaps(names: Ints, first: Ints, last: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Pairs of a named stretch ``[first, last)`` and the place of one of ``[begins, ends)`` that share words."""
    low = np.searchsorted(ends, first, "right")
    sizes = np.maximum(np.searchsorted(begins, last) - low, 0)
    return np.repeat(names, sizes), ragged(low, sizes)


def _quotations(columns: Columns, rows: Ints, quotes: Quotes, settings: Settings) -> tuple[Ints, Ints]:
    """The words between quotation marks in paragraphs that passages were found in, scare quotes left out."""
    edges = [np.empty((0, 2), np.int64)]
    bounds = [*np.flatnonzero(np.diff(rows[:, ARTICLE], prepend=-1)).tolist(), len(rows)]
    numbers = rows[:, ARTICLE].tolist()
    paragraphs = (rows[:, PARAGRAPH] - columns.art_pars[rows[:, ARTICLE]]).tolist()
    for low, high in pairwise(bounds):
        number = numbers[low]
        spans = quotes(number, columns.paragraphs(number), set(paragraphs[low:high]))
        if spans:
            first, last = columns.art_words[number : number + 2]
            edges.append(first + np.searchsorted(columns.starts[first:last], np.array(spans)))
    begins, ends = np.concatenate(edges).T
    said = _weights(columns, begins, ends) >= settings.quote_words
    return begins[said], ends[said]


def _weights(columns: Columns, begins: Ints, ends: Ints) -> NDArray[np.float64]:
    """How many words some stretches say as much as. Each is summed by itself: what stands around it changes nothing."""
    sizes = ends - begins
    signs = columns.flags[ragged(begins, sizes)] & tokens.SIGN_WORD != 0
    mixed = np.bincount(np.repeat(np.arange(sizes.size), sizes), signs, sizes.size) > 0
    weights = sizes.astype(np.float64)
    for place in np.flatnonzero(mixed).tolist():
        weights[place] = equivalents(columns.flags[begins[place] : ends[place]]).sum()
    return weights
