"""What an article may update, by who holds its passages (see `dedup.updates.before`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dedup.index import View
from dedup.index.keys import Keys
from dedup.index.records import decode, unpack
from dedup.index.runs import Answers, Roll
from dedup.match.align import Passages
from dedup.match.kernels.alignment.rows import ARTICLE, KIND, RECYCLED, REWORDED, T0, T1
from dedup.model import Article
from dedup.settings import Settings
from dedup.stream.looking import Arena, held_by, published
from dedup.text.ranges import distinct, ragged
from dedup.text.words import Columns
from dedup.updates.before import Before, Ints, Kin, compared, likely
from dedup.updates.difference import Side


def versions_before(
    view: View, batch: Roll, fresh: Sequence[Article], columns: Columns, keys: Keys, answers: Answers, arena: Arena,
    passages: Passages, settings: Settings,
) -> dict[int, list[Before]]:  # fmt: skip
    """What each of a batch may update, by the place in it: articles of its outlet that hold what it has in common with
    others."""
    kin = _kin(view, batch, keys, answers, arena, passages, settings)
    pairs = likely(kin, np.diff(columns.art_words))
    numbers = distinct(pairs[:, 1])
    numbers = numbers[np.lexsort((numbers, published(numbers, view.roll, batch)))]
    ranks = {number: rank for rank, number in enumerate(numbers.tolist())}
    stored = [number for number in ranks if number < batch.base]
    records = [decode(one) for one in view.records(stored)]
    held = unpack([record.words for record in records])
    sides = {
        number: (record.id, Side(held, row))
        for row, (number, record) in enumerate(zip(stored, records, strict=True))
    }
    own = {place: Side(columns, place) for place in distinct(pairs[:, 0]).tolist()}
    out: dict[int, list[Before]] = {}
    for place, number in pairs.tolist():
        if number not in sides:
            sides[number] = fresh[number - batch.base].id, Side(columns, number - batch.base)
        name, old = sides[number]
        out.setdefault(place, []).append(compared(name, ranks[number], old, own[place]))
    return out


def _kin(
    view: View,
    batch: Roll,
    keys: Keys,
    answers: Answers,
    arena: Arena,
    passages: Passages,
    settings: Settings,
) -> Kin:
    """Who of its outlet holds the passages of an article, and how many words of them; their sizes are not known."""
    rows = passages.rows
    own = batch.mark[rows[:, ARTICLE] - arena.first] & ~np.int64(1)
    rows = rows[((rows[:, KIND] == RECYCLED) | (rows[:, KIND] == REWORDED)) & (own != 0)]
    held = held_by(arena, keys, answers, rows, passages.blocks, view.roll, batch, settings)
    sizes = np.maximum(held.counts, 0).ravel()
    samples = np.repeat(np.arange(sizes.size), sizes)
    at = ragged(held.starts.ravel(), sizes)
    row = samples // max(1, held.counts.shape[1])
    askers = rows[:, ARTICLE] - arena.first
    mine = (held.marks[at] & ~np.int64(1)) == (batch.mark[askers] & ~np.int64(1))[row]
    pairs: Ints = distinct(row[mine] << 32 | held.articles[at][mine])
    row, other = pairs >> 32, pairs & 0xFFFFFFFF
    return Kin(askers[row], other, (rows[:, T1] - rows[:, T0])[row], np.zeros(row.size, np.int64))
