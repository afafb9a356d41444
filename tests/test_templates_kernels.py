"""What templates look up for each word and each segment, beside slow and obvious ways to do the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from dedup.boilerplate.learned import calendar_table, calendar_words
from dedup.kernels.templates import (
    FAMILY,
    LEAST_ARTICLES,
    LEAST_VALUES,
    NO_WORD,
    _in_calendar,
    _mark_families,
)

Segments = NDArray[np.int64]


@njit
def looked_up(hashes: Any, table: Any, out: Any) -> None:
    for at in range(hashes.size):
        out[at] = _in_calendar(hashes[at], table)


@njit
def marked(segments: Any, other: Any, figures: Any) -> None:
    _mark_families(segments, len(segments), other, figures)


def test_the_calendars_table_holds_its_names_and_no_other_word() -> None:
    names = calendar_words()
    assert NO_WORD not in names
    strange = np.arange(1 << 16, dtype=np.uint32) * np.uint32(65537)
    hashes = np.concatenate([names, names + np.uint32(1), strange])
    out = np.zeros(hashes.size, np.bool_)
    looked_up(hashes, calendar_table(), out)
    assert (out == np.isin(hashes, names)).all() and out[: names.size].all()


def holders(segments: Segments, figures: NDArray[np.bool_], i: int) -> int:
    t0, t1 = segments[i, :2]
    shared = np.minimum(t1, segments[:, 1]) - np.maximum(t0, segments[:, 0])
    return int(np.unique(segments[figures & (2 * shared > t1 - t0), 7]).size)


@pytest.mark.parametrize("words", [4, 12, 60])
def test_a_family_is_what_two_articles_have_half_of(words: int) -> None:
    rng = np.random.default_rng(words)
    verdicts = set()
    for _ in range(300):
        n = int(rng.integers(1, 14))
        segments = np.zeros((n, 11), np.int64)
        places = np.sort(rng.integers(0, words, (n, 2)), axis=1)
        segments[:, 0], segments[:, 1] = 1000 + places[:, 0], 1001 + places[:, 1]
        segments[:, 7] = np.sort(rng.integers(0, 5, n))
        segments[:, 8] = rng.random(n) < 0.8
        other = rng.integers(0, 5, n)
        figures = (rng.random(n) < 0.5) & (segments[:, 8] > 0)
        wanted = [
            bool(segments[i, 8])
            and other[i] >= LEAST_VALUES
            and holders(segments, figures, i) >= LEAST_ARTICLES
            for i in range(n)
        ]
        marked(segments, other, figures)
        assert (segments[:, 10] == FAMILY * np.array(wanted)).all()
        verdicts.update(map(bool, wanted))
    assert verdicts == {True, False}
