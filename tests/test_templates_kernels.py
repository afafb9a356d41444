"""What templates look up for each word and each segment, beside slow and obvious ways to do the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dedup.compiler.kernels import compiled
from dedup.match.families import calendar_table, calendar_words
from dedup.match.kernels.alignment.rows import ACCEPTED, MARKS, SEGMENT, SOURCE, T0, T1
from dedup.match.kernels.alignment.siblings import LEAST_ARTICLES, mark_families
from dedup.match.kernels.alignment.templates import FAMILY, LEAST_VALUES
from dedup.match.kernels.alignment.values import is_in

Segments = NDArray[np.int64]


@compiled("void(uint32[::1], uint32[::1], boolean[::1])")
def looked_up(hashes: Any, table: Any, out: Any) -> None:
    for at in range(hashes.size):
        out[at] = is_in(hashes[at], table)


@compiled("void(int64[:, ::1], boolean[::1], boolean[::1])")
def marked(segments: Any, asked: Any, figures: Any) -> None:
    mark_families(segments, asked, figures, FAMILY)


def test_the_calendars_table_holds_its_names_and_no_other_word() -> None:
    names = calendar_words()
    assert 0 not in names
    strange = np.arange(1 << 16, dtype=np.uint32) * np.uint32(65537)
    hashes = np.concatenate([names, names + np.uint32(1), strange])
    out = np.zeros(hashes.size, np.bool_)
    looked_up(hashes, calendar_table(), out)
    assert (out == np.isin(hashes, names)).all() and out[: names.size].all()


def holders(segments: Segments, figures: NDArray[np.bool_], i: int) -> int:
    t0, t1 = segments[i, T0], segments[i, T1]
    shared = np.minimum(t1, segments[:, T1]) - np.maximum(t0, segments[:, T0])
    return int(np.unique(segments[figures & (2 * shared > t1 - t0), SOURCE]).size)


@pytest.mark.parametrize("words", [4, 12, 60])
def test_a_family_is_what_two_articles_have_half_of(words: int) -> None:
    rng = np.random.default_rng(words)
    verdicts = set()
    for _ in range(300):
        n = int(rng.integers(1, 14))
        segments = np.zeros((n, SEGMENT), np.int64)
        places = np.sort(rng.integers(0, words, (n, 2)), axis=1)
        segments[:, T0], segments[:, T1] = 1000 + places[:, 0], 1001 + places[:, 1]
        segments[:, SOURCE] = np.sort(rng.integers(0, 5, n))
        segments[:, ACCEPTED] = rng.random(n) < 0.8
        other = rng.integers(0, 5, n)
        figures = (rng.random(n) < 0.5) & (segments[:, ACCEPTED] > 0)
        wanted = [
            bool(segments[i, ACCEPTED])
            and other[i] >= LEAST_VALUES
            and holders(segments, figures, i) >= LEAST_ARTICLES
            for i in range(n)
        ]
        marked(segments, other * (segments[:, ACCEPTED] > 0) * (other >= LEAST_VALUES) > 0, figures)
        assert (segments[:, MARKS] == FAMILY * np.array(wanted)).all()
        verdicts.update(map(bool, wanted))
    assert verdicts == {True, False}
