"""What speaks for a segment, beside the same sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.kernels.alignment.evidence import (
    BEYOND_PHRASE,
    EVIDENCE,
    FRAGMENT,
    LETTERS,
    LONE,
    LONG_FRAGMENT,
    MOST_BEYOND,
    OF_NUMBER,
    OF_WEIGHT,
    PHRASE,
    STOCK_PHRASE,
    UNMATCHED,
    WEIGHT,
    WEIGHTS,
    weigh_segments,
)
from dedup.match.kernels.alignment.rows import (
    BLOCK,
    END,
    FIRST,
    LONGEST,
    MATCHED,
    S0,
    S1,
    SEGMENT,
    SIMILAR,
    SIZE,
    T0,
    T1,
    S,
    T,
)

UNTIMED = settings(deadline=None, max_examples=150)
WIDTH = 3
PHRASES = (np.array([0, 1], np.int64), np.array([0xFFFFFFFF], np.uint32))
"""A set phrase that no text here has."""
TEXT = 200
"""Words of each of two paragraphs, all different, long and small."""


def weighed(blocks: list[tuple[int, int, int, int]], holders: int) -> tuple[list[float], dict[str, int]]:
    """The weights of a segment of such blocks, inside its two paragraphs, and its range and numbers."""
    columns = np.arange(2 * TEXT, dtype=np.uint32)
    nothing = np.zeros(2 * TEXT, np.uint8)
    par_words = np.array([0, TEXT, 2 * TEXT])
    par_blocks = np.searchsorted(par_words[1:], np.arange(0, 2 * TEXT + 64, 64), side="right").astype(
        np.uint32
    )
    rows = np.zeros((len(blocks), BLOCK), np.int64)
    for i, (t, s, size, similar) in enumerate(blocks):
        rows[i, [T, S, SIZE, SIMILAR]] = t, s, size, similar
    equal = [size for _, _, size, similar in blocks if not similar]
    alike = sum(size for _, _, size, similar in blocks if similar)
    last = blocks[-1]
    told = {
        "t0": blocks[0][0], "t1": last[0] + last[2], "s0": blocks[0][1], "s1": last[1] + last[2],
        "matched": sum(equal) + alike // 2, "longest": max(equal, default=0),
    }  # fmt: skip
    segment = np.zeros((1, SEGMENT), np.int64)
    segment[0, [T0, T1, S0, S1, MATCHED, LONGEST, FIRST, END]] = [*told.values(), 0, len(blocks)]
    weights = np.empty((1, WEIGHTS))
    weigh_segments(
        columns, nothing, columns, par_words, par_blocks, np.array([0, TEXT, 2 * TEXT]),
        np.full(2 * TEXT, holders, np.uint8), segment, rows, WIDTH, 8, *PHRASES, weights,
    )  # fmt: skip
    return weights[0].tolist(), told


@st.composite
def alignments(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Blocks of equal words and single similar ones, with gaps, or none, between them."""
    t, s, blocks = TEXT + 3, 3, []
    for _ in range(draw(st.integers(1, 8))):
        similar = draw(st.booleans())
        size = 1 if similar else draw(st.integers(1, 12))
        blocks.append((t, s, size, int(similar)))
        t, s = t + size + draw(st.integers(0, 2)), s + size + draw(st.integers(0, 2))
    return blocks


@UNTIMED
@given(alignments(), st.integers(0, 20))
def test_evidence_is_the_sum_that_the_policy_says(
    blocks: list[tuple[int, int, int, int]], holders: int
) -> None:
    """Each word is long and stands once, so it weighs 1; no border is near."""
    found, told = weighed(blocks, holders)
    stretches: list[list[tuple[int, int, int, int]]] = []
    for block in blocks:
        before = stretches[-1][-1] if stretches else None
        if before and (before[0] + before[2], before[1] + before[2]) == block[:2]:
            stretches[-1].append(block)
        else:
            stretches.append([block])
    words = [sum(size * (0.4 if similar else 1.0) for _, _, size, similar in part) for part in stretches]
    sizes = [sum(block[2] for block in part) for part in stretches]
    weight = sum(n * (1.0 if size > 3 else LONE[size]) for n, size in zip(words, sizes, strict=True))
    shingles = sum(max(0, size - WIDTH + 1) for _, _, size, similar in blocks if not similar)
    common = 0.0 if holders < 2 else min(1.0, np.log2(min(holders, 16)) / 4)
    wanted = OF_WEIGHT * weight + OF_NUMBER * sum(words) - STOCK_PHRASE * common * shingles
    wanted += BEYOND_PHRASE * min(max(told["longest"] - PHRASE, 0), MOST_BEYOND)
    wanted -= FRAGMENT * max(LONG_FRAGMENT - (told["s1"] - told["s0"]), 0) ** 2
    wanted -= UNMATCHED * (max(told["t1"] - told["t0"], told["s1"] - told["s0"]) - told["matched"])
    assert found[WEIGHT] == pytest.approx(weight)
    assert found[LETTERS] == 1.0
    assert found[EVIDENCE] == pytest.approx(wanted)
