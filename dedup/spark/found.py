"""What looking at a block's pairs found, as it goes from stage to stage: of some articles by a second look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.kernels.alignment.rows import ARTICLE, PASSAGE
from dedup.spark import earlier
from dedup.spark.parcels import Mail, Places, decode
from dedup.verdict.evidence import CELLS, Cell

Name: TypeAlias = "tuple[str, str, str | None]"
"""Id, source and date of an article."""

ALONE, NONE = np.uint64(1 << 40), np.uint64(1 << 41)
"""Instead of a shingle: where none is posted (in an exact copy, over a paragraph's border), and after the last."""


class Samples(NamedTuple):
    """Shingles sampled of each passage, `policy.SAMPLES` a row; the article each stands in, and what is known of it.

    `marks`, `homes` and `instances`: see `Held`.
    """

    keys: NDArray[np.uint64]
    articles: Places
    marks: NDArray[np.int64]
    homes: NDArray[np.int64]
    instances: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Found:
    """What `verify` found: rows as `dedup.match.align` has them, and how to show them (see `Evidence`).

    `taken`: who took how much from whom (see `dedup.spark.versions`). `marks`: of the article of each row (see `Held`).
    `bounded` and `hidden`: articles of which not all was looked at, in others and of others.
    """

    rows: NDArray[np.int64]
    cells: NDArray[np.int64]
    shares: NDArray[np.float64]
    spans: NDArray[np.uint32]
    changes: NDArray[np.uint32]
    parts: NDArray[np.int64]
    taken: NDArray[np.int64]
    names: Sequence[Name]
    marks: NDArray[np.int64]
    bounded: NDArray[np.int64]
    hidden: NDArray[np.int64]
    samples: Samples


def found_in(mail: Mail) -> Found:
    """All that was found in a block, by article. Each look found something of other articles."""
    parts = [_found_of(data) for _, data in mail["found"]]
    if len(parts) == 1:
        return parts[0]
    order = np.argsort(np.concatenate([part.rows[:, ARTICLE] for part in parts]), kind="stable")
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    row, name, span, change = 0, 0, 0, 0
    for part in parts:  # the numbers of one after those of the other
        part.cells[:, Cell.SOURCE] += name
        part.cells[:, [Cell.FIRST_SPAN, Cell.END_SPAN]] += span
        part.cells[:, [Cell.FIRST_CHANGE, Cell.END_CHANGE]] += change
        part.parts[:, 0] = place[row + part.parts[:, 0]]
        part.parts[:, 4:6] += span
        row, name = row + len(part.rows), name + len(part.names)
        span, change = span + len(part.spans), change + len(part.changes)
    rows, cells, shares, spans, changes, several, taken, marks, bounded, hidden = (
        np.concatenate([getattr(part, column) for part in parts])
        for column in (
            "rows",
            "cells",
            "shares",
            "spans",
            "changes",
            "parts",
            "taken",
            "marks",
            "bounded",
            "hidden",
        )
    )
    samples = [
        np.concatenate(column).reshape(-1, policy.SAMPLES)[order].reshape(-1)
        for column in zip(*(part.samples for part in parts), strict=True)
    ]
    return Found(
        rows[order], cells[order], shares[order], spans, changes, several[np.argsort(several[:, 0], kind="stable")],
        taken[np.argsort(taken[:, 0], kind="stable")], [name for part in parts for name in part.names],
        marks[order], bounded, hidden, Samples(*samples),
    )  # fmt: skip


def _found_of(data: bytes) -> Found:
    rows, cells, shares, spans, changes, parts, taken, names, marks, bounded, hidden, *samples = decode(data)
    return Found(
        rows.reshape(-1, PASSAGE), cells.reshape(-1, CELLS), shares.reshape(-1, 2), spans.reshape(-1, 4),
        changes.reshape(-1, 4), parts.reshape(-1, 6), taken.reshape(-1, earlier.TAKEN),
        [tuple(name) for name in json.loads(names.tobytes())], marks, bounded, hidden, Samples(*samples),
    )  # fmt: skip
