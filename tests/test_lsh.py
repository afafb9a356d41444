"""The choice of bands keeps its promise; candidates are the pairs that share a band."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from dedup.errors import SettingsError
from dedup.match.lsh import BUCKET, band_keys, candidates, choose_bands, detection_probability
from dedup.settings import Settings

UNTIMED = profile(deadline=None, max_examples=100)
LAYOUTS = st.builds(
    Settings,
    jaccard=st.floats(0.05, 1.0),
    recall=st.floats(0.01, 0.999999),
    permutations=st.integers(1, 512),
)
ROWS = st.lists(st.lists(st.integers(0, 2), min_size=6, max_size=6), max_size=14).map(
    lambda rows: np.array(rows, np.uint32).reshape(-1, 6)
)


def reaches(settings: Settings, bands: int, rows: int) -> bool:
    return detection_probability(settings.jaccard, bands, rows) >= settings.recall - 1e-9


def layouts(permutations: int) -> list[tuple[int, int]]:
    return [(b, r) for r in range(1, permutations + 1) for b in range(1, permutations // r + 1)]


# -- bands -------------------------------------------------------------------------------------------------------


@UNTIMED
@given(LAYOUTS)
def test_the_bands_reach_the_wanted_recall_or_the_settings_are_refused(settings: Settings) -> None:
    try:
        bands, rows = choose_bands(settings)
    except SettingsError as error:
        assert detection_probability(settings.jaccard, settings.permutations, 1) < settings.recall + 1e-9
        assert all(
            str(value) in str(error) for value in (settings.permutations, settings.recall, settings.jaccard)
        )
    else:
        assert bands * rows <= settings.permutations
        assert reaches(settings, bands, rows)


@UNTIMED
@given(LAYOUTS.filter(lambda s: s.permutations <= 96 and s.recall < 0.999 and reaches(s, s.permutations, 1)))
def test_no_layout_with_more_rows_or_fewer_bands_would_do(settings: Settings) -> None:
    bands, rows = choose_bands(settings)
    for b, r in layouts(settings.permutations):
        if r > rows or (r == rows and b < bands):
            assert detection_probability(settings.jaccard, b, r) < settings.recall + 1e-9


def test_any_number_of_permutations_can_be_laid_out() -> None:
    """0.5 to the power of 4,096 is 0 to a computer."""
    assert choose_bands(Settings(permutations=4096, jaccard=0.5, recall=0.5))[1] < 20


@pytest.mark.parametrize(("bands", "rows"), [(1, 1), (32, 4), (23, 3)])
def test_the_curve_rises_from_nothing_to_certainty(bands: int, rows: int) -> None:
    curve = [detection_probability(j / 100, bands, rows) for j in range(101)]
    assert curve == sorted(curve)
    assert (curve[0], curve[-1]) == (0.0, 1.0)


def test_pairs_become_candidates_as_often_as_the_curve_says() -> None:
    """Of 2,000 pairs the share has a standard error of sqrt(p(1 - p) / 2000); 5 of these are allowed."""
    generator = np.random.default_rng(3)
    bands, rows, pairs = 12, 3, 2000
    for jaccard in (0.2, 0.5, 0.8):
        # Rows of two signatures agree independently, each with probability J.
        one = generator.integers(0, 2**32, (pairs, bands * rows), np.uint32)
        other = np.where(generator.random(one.shape) < jaccard, one, one + np.uint32(1))
        shared = (band_keys(one, bands, rows) == band_keys(other, bands, rows)).any(axis=1).mean()
        wanted = detection_probability(jaccard, bands, rows)
        error = math.sqrt(wanted * (1 - wanted) / pairs)
        assert abs(shared - wanted) <= 5 * error, (
            f"{shared:.3f} at J = {jaccard}, by the formula {wanted:.3f}"
        )


# -- candidates --------------------------------------------------------------------------------------------------


def pairs_sharing_a_band(signatures: np.ndarray, bands: int, rows: int) -> set[tuple[int, int]]:
    cut = [[tuple(row[b * rows : b * rows + rows]) for b in range(bands)] for row in signatures.tolist()]
    return {
        (later, earlier)
        for earlier, later in combinations(range(len(cut)), 2)
        if any(x == y for x, y in zip(cut[earlier], cut[later], strict=True))
    }


def unpacked(pairs: np.ndarray) -> list[tuple[int, int]]:
    return [(pair >> 32, pair & 0xFFFFFFFF) for pair in pairs.tolist()]


@UNTIMED
@given(ROWS, st.sampled_from([(6, 1), (3, 2), (2, 3), (1, 6), (2, 2)]))
def test_candidates_are_all_pairs_that_share_a_band(signatures: np.ndarray, layout: tuple[int, int]) -> None:
    bands, rows = layout
    found = unpacked(candidates(band_keys(signatures, bands, rows), bucket=len(signatures) + 1))
    assert found == sorted(pairs_sharing_a_band(signatures, bands, rows))


@UNTIMED
@given(ROWS, st.integers(1, 4))
def test_in_a_crowd_each_is_paired_with_the_first_only(signatures: np.ndarray, bucket: int) -> None:
    keys = band_keys(signatures, 3, 2)
    wanted = set()
    for column in keys.T.tolist():
        for later, key in enumerate(column):
            before = [row for row in range(later) if column[row] == key]
            wanted |= {(later, earlier) for earlier in before[:bucket]}
    assert unpacked(candidates(keys, bucket)) == sorted(wanted)


def test_a_crowd_costs_no_square() -> None:
    crowd = np.zeros((5000, 2), np.uint32)
    assert len(candidates(band_keys(crowd, 2, 1))) <= 5000 * BUCKET


def test_equal_rows_in_other_bands_are_no_candidates() -> None:
    signatures = np.array([[1, 2, 3, 4], [3, 4, 1, 2]], np.uint32)
    assert candidates(band_keys(signatures, 2, 2)).size == 0


def test_no_signatures_no_candidates() -> None:
    assert candidates(np.empty((0, 4), np.uint64)).size == 0
    assert candidates(np.empty((3, 0), np.uint64)).size == 0
