"""What an article updates: an earlier article of its outlet that has most of it, or of which it has most."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels.alignment.rows import ARTICLE, KIND, RECYCLED, REWORDED, SOURCE, T0, T1
from dedup.model import UpdateOf
from dedup.text.words import Columns
from dedup.updates.difference import Difference, Side, difference

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

HALF = 0.5
"""Share of either's words that an update has in common with what it updates."""

NOTABLE = 0.05
"""Share of its words from which an article that has most of a short one updates it: an alert, a first line."""


class Update(NamedTuple):
    """An article and one of its outlet that it may update, by their places; the words of both; what differs."""

    article: int
    source: int
    size: int
    words: int
    same: int
    added: int
    deleted: int
    changed: int


def updates(columns: Columns, rows: Ints, outlets: Ints) -> Ints:
    """What the passages in `rows` say that articles may update, shape ``(n, 8)`` with the fields of `Update`.

    `outlets`, one an article, is -1 where it is not known.
    """
    articles, sources = rows[:, ARTICLE], rows[:, SOURCE]
    own = (outlets[articles] == outlets[sources]) & (outlets[articles] >= 0) & (articles != sources)
    own &= (rows[:, KIND] == RECYCLED) | (rows[:, KIND] == REWORDED)
    pairs, which = np.unique(articles[own] << 32 | sources[own], return_inverse=True)
    taken = np.bincount(which, rows[own, T1] - rows[own, T0], pairs.size).astype(np.float64)
    later, earlier = pairs >> 32, pairs & 0xFFFFFFFF
    sizes = np.diff(columns.art_words)
    whole = np.bincount(later, taken, sizes.size)[later]
    likely = np.flatnonzero(_are_half(taken, whole, sizes[later], sizes[earlier]))
    found = [
        _update(columns, article, source)
        for article, source in zip(later[likely].tolist(), earlier[likely].tolist(), strict=True)
    ]
    return np.array(found, np.int64).reshape(-1, len(Update._fields))


def _are_half(taken: Floats, whole: Floats, words: Ints, source_words: Ints) -> NDArray[np.bool_]:
    """Whether words taken are half of either article's: of the article's own, with what it took from others of its
    outlet, `whole` in all, or of the source's."""
    enough = (whole >= HALF * words) | (taken >= HALF * source_words)
    found: NDArray[np.bool_] = enough & (taken >= NOTABLE * words) & (taken > 0)
    return found


def _update(columns: Columns, article: int, source: int) -> Update:
    old = Side(columns, source)
    new = Side(columns, article)
    found = difference(old, new)
    return Update(article, source, len(new.hashes), len(old.hashes), found.same, *_counts(found))


def remaining(rows: Ints, articles: Ints, sources: Ints, taken: Ints) -> Ints:
    """Those of the `updates` in `rows` that hold where fewer passages are left.

    Of these passages, all from the article's own outlet: `articles` and `sources`, and the words `taken`.
    """
    pairs, which = np.unique(articles << 32 | sources, return_inverse=True)
    words = np.bincount(which, taken, pairs.size + 1).astype(np.float64)
    wanted = rows[:, 0] << 32 | rows[:, 1]
    at = np.searchsorted(pairs, wanted)
    left = np.append(pairs, -1)[at] == wanted
    last = int(rows[:, 0].max(initial=0))
    whole = np.bincount(articles, taken, last + 1).astype(np.float64)[rows[:, 0]]
    found: Ints = rows[left & _are_half(np.where(left, words[at], 0), whole, rows[:, 2], rows[:, 3])]
    return found


def update_of(name: str, old: Side, new: Side) -> UpdateOf:
    """What a newer version says otherwise than the one with this id."""
    return UpdateOf(name, *_counts(difference(old, new)))


def _counts(found: Difference) -> tuple[int, int, int]:
    return found.words("added"), found.words("deleted"), found.words("changed")
