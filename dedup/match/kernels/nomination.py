"""Who deserves a look: what holders of a text's keys weigh, and the best of them. Lists of holders in, rows out."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.text.kernels.hashing import PRIME1

SLOTS = 1 << 15
"""Of the table of a stretch's holders; those beyond half of it are not looked at."""

ASKER, STRETCH, HOLDER, WEIGHT = range(4)
"""Columns of `tally`."""


@inlined
def _weight_of(size: int, frequent: int) -> int:
    """One, and one more each time that a key is half as frequent."""
    weight = 1
    while size * 2 <= frequent:
        size *= 2
        weight += 1
    return weight


@inlined
def _slot_of(holder: int, table: Any) -> Any:
    """The slot of a holder in the table, or the free one where it belongs."""
    slot = np.int64((np.uint64(holder) * PRIME1) >> np.uint64(49))
    while table[slot] >= 0 and table[slot] != holder:
        slot = (slot + 1) & (SLOTS - 1)
    return slot


@inlined
def _end_of_run(key: int, end: int, sizes: Any, frequent: int) -> Any:
    """Where the run of frequent keys ends that begins with this one."""
    while key < end and sizes[key] > frequent:
        key += 1
    return key


# About 5 ns a holder met.
@compiled(
    "int64[:, ::1](int64[::1], int64[::1], int64[::1], int64[::1], int64[::1], uint32[::1], int64, int64, int64, int64)"
)
def tally(
    asker_pars: Any, par_keys: Any, sizes: Any, starts: Any, counts: Any, holders: Any, frequent: int, stretch: int,
    run: int, least: int,
) -> Any:  # fmt: skip
    """What each holder weighs in each stretch, if at least `least`: asker, stretch, holder, weight; ``(n, 4)``.

    Arrays as in `dedup.match.nomination.Lists`; numbers as in `dedup.match.policy`. The rows of a stretch stand
    together.
    """
    table = np.full(SLOTS, -1, np.int64)
    weights = np.empty(SLOTS, np.int64)
    used = np.empty(SLOTS, np.int64)
    out = np.empty((1024, 4), np.int64)
    n, number = np.int64(0), np.int64(0)
    for asker in range(asker_pars.size - 1):
        for paragraph in range(asker_pars[asker], asker_pars[asker + 1]):
            end = par_keys[paragraph + 1]
            run_end = par_keys[paragraph]  # of a run of frequent keys, which is followed once ...
            for begin in range(par_keys[paragraph], end, stretch):
                met = np.int64(0)
                enough = run_end - begin >= run  # ... and whether what is left of it is enough to count
                for key in range(begin, min(begin + stretch, end)):
                    weight = np.int64(1)
                    if sizes[key] > frequent:
                        if key >= run_end:
                            run_end = _end_of_run(key, end, sizes, frequent)
                            enough = run_end - key >= run
                        if not enough:
                            continue
                    elif counts[key] > 0:
                        weight = _weight_of(sizes[key], frequent)
                    before = np.int64(-1)
                    for place in range(starts[key], starts[key] + counts[key]):
                        holder = np.int64(holders[place])
                        if holder == before:
                            continue
                        before = holder
                        slot = _slot_of(holder, table)
                        if table[slot] < 0:
                            if met == SLOTS // 2:
                                continue
                            table[slot] = holder
                            weights[slot] = 0
                            used[met] = slot
                            met += 1
                        weights[slot] += weight
                if n + met > out.shape[0]:
                    grown = np.empty((2 * out.shape[0] + met, 4), np.int64)
                    for row in range(n):
                        for column in range(4):
                            grown[row, column] = out[row, column]
                    out = grown
                for i in range(met):
                    slot = used[i]
                    if weights[slot] >= least:
                        out[n, ASKER] = asker
                        out[n, STRETCH] = number
                        out[n, HOLDER] = table[slot]
                        out[n, WEIGHT] = weights[slot]
                        n += 1
                    table[slot] = -1
                number += 1
    return out[:n].copy()


# About 2 ns a row for each that is chosen of its stretch.
@compiled("boolean[::1](int64[:, ::1], int64[::1], int64)")
def best(rows: Any, ranks: Any, most: int) -> Any:
    """Which rows of a `tally` are the `most` of their stretch that weigh most; of equals those of lower rank.

    `ranks`, one a row. Of equal rank the lower holder.
    """
    chosen = np.zeros(rows.shape[0], np.bool_)
    first = np.int64(0)
    while first < rows.shape[0]:
        last = first + 1
        while last < rows.shape[0] and rows[last, STRETCH] == rows[first, STRETCH]:
            last += 1
        for _ in range(min(most, last - first)):
            top = np.int64(-1)
            for i in range(first, last):
                if not chosen[i] and (
                    top < 0 or rows[i, WEIGHT] > rows[top, WEIGHT] or (
                        rows[i, WEIGHT] == rows[top, WEIGHT]
                        and (ranks[i] < ranks[top] or (ranks[i] == ranks[top] and rows[i, HOLDER] < rows[top, HOLDER]))
                    )
                ):  # fmt: skip
                    top = i
            chosen[top] = True
        first = last
    return chosen
