"""Words between two runs, beside the longest common subsequence."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.compiler.kernels import compiled
from dedup.match.kernels.alignment.bridges import BAND, DROP, SKIP, Gap, fill, merge, new_table
from dedup.match.kernels.alignment.rows import BACK, ON, Text

UNTIMED = settings(deadline=None, max_examples=200)
WORDS = st.lists(st.integers(1, 5), min_size=1, max_size=14)


@compiled(
    "int64(uint32[::1], uint8[::1], int64[::1], int64, int64, int64, int64, int64, float64, int64[:, ::1])"
)
def filled(
    hashes: Any,
    flags: Any,
    bounds: Any,
    t: int,
    s: int,
    dt: int,
    ds: int,
    step: int,
    skip: float,
    blocks: Any,
) -> Any:
    text = Text(hashes, flags, np.zeros(hashes.size, np.uint32), bounds, hashes)
    return fill(text, Gap(t, s, dt, ds, step, skip), new_table(), blocks, np.int64(0))


def aligned(article: list[int], source: list[int], step: int, skip: float) -> list[tuple[int, int]]:
    """Pairs of places in the two lists; each word weighs 1."""
    hashes = np.array(article + source, np.uint32)
    blocks = np.empty((64, 4), np.int64)
    t, s = (0, len(article)) if step > 0 else (len(article) - 1, hashes.size - 1)
    gap = (t, s, len(article), len(source), int(step))
    n = filled(hashes, np.zeros(hashes.size, np.uint8), np.zeros(1, np.int64), *gap, skip, blocks)
    assert (blocks[:n, 2:] == [1, 0]).all()
    return [(at, other - len(article)) for at, other in blocks[:n, :2].tolist()]


def longest_common(a: list[int], b: list[int]) -> int:
    @cache
    def best(i: int, j: int) -> int:
        if i == len(a) or j == len(b):
            return 0
        return 1 + best(i + 1, j + 1) if a[i] == b[j] else max(best(i + 1, j), best(i, j + 1))

    return best(0, 0)


def best_beginning(a: list[int], b: list[int]) -> float:
    """The most that aligning some of both beginnings gives, in step but for `BAND` words, where no end is lost."""
    score = {(0, 0): 0.0}
    for i in range(len(a) + 1):
        for j in range(max(0, i - BAND), min(len(b), i + BAND) + 1):
            ways = [score[i - 1, j] - SKIP] if (i - 1, j) in score else []
            ways += [score[i, j - 1] - SKIP] if (i, j - 1) in score else []
            if (i - 1, j - 1) in score:
                ways.append(score[i - 1, j - 1] + (1.0 if a[i - 1] == b[j - 1] else -SKIP))
            if ways:
                score[i, j] = max(ways)
    return max(score.values())


@UNTIMED
@given(WORDS, WORDS)
def test_a_gap_holds_the_longest_common_subsequence(article: list[int], source: list[int]) -> None:
    pairs = aligned(article, source, ON, 0.0)
    assert pairs == sorted(pairs)
    assert len({t for t, _ in pairs}) == len({s for _, s in pairs}) == len(pairs)
    assert all(article[t] == source[s] for t, s in pairs)
    assert len(pairs) == longest_common(article, source)


@UNTIMED
@given(WORDS, WORDS)
def test_an_end_is_followed_as_far_as_it_pays_either_way(article: list[int], source: list[int]) -> None:
    pairs = aligned(article, source, ON, SKIP)
    back = aligned(article[::-1], source[::-1], BACK, SKIP)
    mirrored = [(len(article) - 1 - t, len(source) - 1 - s) for t, s in back[::-1]]
    assert mirrored == pairs
    best = best_beginning(article, source)
    if best <= DROP:  # no end can be given up before
        i, j = (pairs[-1][0] + 1, pairs[-1][1] + 1) if pairs else (0, 0)
        lost = max(i, j) - len(pairs)
        assert len(pairs) - SKIP * (i + j - 2 * len(pairs)) <= best + 1e-9
        assert len(pairs) - SKIP * lost >= best - 1e-9


@compiled("int64(int64[:, ::1])")
def merged(blocks: Any) -> Any:
    return merge(blocks, blocks.shape[0])


def test_blocks_of_one_kind_that_touch_are_one() -> None:
    blocks = np.array([[0, 9, 2, 0], [2, 11, 1, 0], [3, 12, 1, 1], [4, 13, 1, 0], [6, 14, 1, 0]])
    assert blocks[: merged(blocks)].tolist() == [[0, 9, 3, 0], [3, 12, 1, 1], [4, 13, 1, 0], [6, 14, 1, 0]]
