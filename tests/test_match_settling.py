"""What two paragraphs share, beside Python's sets, and the table of the calendar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.families import calendar_table, calendar_words
from dedup.match.kernels.alignment.rows import PARAGRAPH, PASSAGE, SOURCE_PARAGRAPH
from dedup.match.kernels.alignment.settling import share

UNTIMED = settings(deadline=None, max_examples=200)
PARAGRAPHS = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=12), min_size=2, max_size=5)


def shingles(words: list[int], width: int) -> set[tuple[int, ...]]:
    """A paragraph shorter than a shingle is one shingle of all its words."""
    return {tuple(words[i : i + width]) for i in range(len(words) - width + 1)} or {tuple(words)}


@UNTIMED
@given(PARAGRAPHS, st.integers(1, 5), st.integers(0, 2**63))
def test_shares_are_those_of_the_sets_of_shingles(
    paragraphs: list[list[int]], width: int, number: int
) -> None:
    pairs = [(p, q) for p in range(len(paragraphs)) for q in range(len(paragraphs))]
    rows = np.zeros((len(pairs), PASSAGE), np.int64)
    rows[:, [PARAGRAPH, SOURCE_PARAGRAPH]] = pairs
    hashes = np.array([word for paragraph in paragraphs for word in paragraph], np.uint32)
    shares = np.empty((len(pairs), 2))
    share(hashes, np.cumsum([0, *map(len, paragraphs)]), rows, width, np.uint64(2 * number + 1), shares)
    for (p, q), told in zip(pairs, shares.tolist(), strict=True):
        one, other = shingles(paragraphs[p], width), shingles(paragraphs[q], width)
        assert told == pytest.approx([len(one & other) / len(one | other), len(one & other) / len(one)])


def test_the_table_of_the_calendar_holds_its_names_and_ends_each_search_soon() -> None:
    table, names = calendar_table(), calendar_words()
    assert sorted(table[table > 0].tolist()) == names.tolist()
    assert 4 * names.size <= table.size
    for name in names.tolist():
        slot = name % table.size
        while table[slot] != name:
            assert table[slot]
            slot = (slot + 1) % table.size
