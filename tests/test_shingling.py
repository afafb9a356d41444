"""Signatures are datasketch's, bit for bit; shingles are what a loop in Python makes of the same words."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
import strategies
import xxhash
from datasketch import LeanMinHash, MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.match.shingling import (
    Shingles,
    estimate,
    from_minhash,
    permutations,
    shingles,
    sign,
    to_lean_minhash,
    to_minhash,
)
from dedup.text.words import split

SAMPLES = Path(__file__).parent.parent / "samples"
UNTIMED = settings(deadline=None, max_examples=60)
HASHES = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=12), max_size=6)
EMPTY = 2**32 - 1

PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x27D4EB2F165667C5)


def shingle_hash(hashes: list[int]) -> int:
    """A shingle's hash from those of its words, in whole numbers of any size."""
    h = PRIMES[2]
    for word in hashes:
        h = (h * PRIMES[0] + word) % 2**64
    return ((h ^ h >> 32) * PRIMES[1] % 2**64) >> 32


def shingled(rows: list[list[int]]) -> Shingles:
    bounds = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    return Shingles(np.array([value for row in rows for value in row], np.uint32), bounds)


def datasketch(hashes: list[int], count: int, seed: int) -> MinHash:
    theirs = MinHash(count, seed=seed, hashfunc=int, scheme="affine32")
    theirs.update_batch(hashes)
    return theirs


# -- shingles ----------------------------------------------------------------------------------------------------


@UNTIMED
@given(st.lists(strategies.texts(), max_size=3), st.integers(1, 6))
def test_shingles_are_all_runs_of_words_inside_a_paragraph(texts: list[str], width: int) -> None:
    columns = split(texts)
    found = shingles(columns, width)
    for paragraph in range(columns.par_words.size - 1):
        words = columns.hashes[slice(*columns.par_words[paragraph : paragraph + 2])].tolist()
        runs = [words[i : i + width] for i in range(max(len(words) - width + 1, 1))] if words else []
        own = found.hashes[slice(*found.bounds[paragraph : paragraph + 2])]
        assert own.tolist() == [shingle_hash(run) for run in runs]


def test_shingles_of_some_paragraphs_are_those_they_have_among_all() -> None:
    columns = split(["one two three four\n\nfive\n\n…", "six seven eight\n\nnine ten eleven twelve thirteen"])
    every = shingles(columns, 3)
    for first in range(6):
        for last in range(first, 6):
            some, own = shingles(columns, 3, first, last), every.taken(np.arange(first, last))
            assert some.hashes.tolist() == own.hashes.tolist()
            assert some.bounds.tolist() == own.bounds.tolist()


def test_a_paragraph_shorter_than_a_shingle_is_one_shingle_of_all_its_words() -> None:
    sizes = np.diff(shingles(split(["one\n\none two\n\none two three\n\none two three four\n\n…"]), 3).bounds)
    assert sizes.tolist() == [1, 1, 1, 2, 0]


def test_short_paragraphs_of_other_words_have_other_signatures() -> None:
    rows = sign(shingles(split(["Read more\n\nShare this\n\nRead\n\nread MORE\n\nmore read"]), 3))
    assert (rows[0] == rows[3]).all()
    assert len(np.unique(rows, axis=0)) == 4


def test_a_paragraph_without_words_has_no_signature() -> None:
    rows = sign(shingles(split(["…\n\nword"]), 3), 16)
    assert (rows[0] == EMPTY).all()
    assert (rows[1] < EMPTY).all()


@UNTIMED
@given(HASHES, st.data())
def test_shingles_taken_are_those_of_the_paragraphs_in_the_order_asked_for(
    rows: list[list[int]], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8)) if rows else []
    taken = shingled(rows).taken(np.array(chosen, np.int64))
    parts = [
        taken.hashes[low:high].tolist() for low, high in zip(taken.bounds, taken.bounds[1:], strict=False)
    ]
    assert parts == [rows[i] for i in chosen]


# -- signatures --------------------------------------------------------------------------------------------------


@UNTIMED
@given(HASHES, st.sampled_from([1, 2, 16, 127, 128, 256]), st.sampled_from([0, 1, 42, 2**32 - 1]))
def test_a_signature_equals_datasketchs_of_the_same_hashes(
    rows: list[list[int]], count: int, seed: int
) -> None:
    mine = sign(shingled(rows), count, seed)
    assert mine.shape == (len(rows), count)
    for row, hashes in zip(mine, rows, strict=True):
        assert row.tolist() == datasketch(hashes, count, seed).hashvalues.tolist()


def test_the_first_rows_of_a_signature_are_a_signature() -> None:
    all_rows = shingled([[1, 2, 3], [], [4]])
    assert (sign(all_rows, 128, 7, 69) == sign(all_rows, 128, 7)[:, :69]).all()


def test_permutations_are_those_of_datasketch() -> None:
    for count, seed in ((1, 1), (128, 1), (300, 42)):
        theirs = MinHash(count, seed=seed, scheme="affine32").permutations
        for mine, other in zip(permutations(count, seed), theirs, strict=True):
            assert mine.tolist() == np.asarray(other).tolist()


def test_order_and_repetition_of_shingles_change_no_signature() -> None:
    rows = sign(shingled([[1, 2, 3, 4], [4, 3, 2, 1, 1, 2]]))
    assert (rows[0] == rows[1]).all()


@pytest.mark.parametrize("seed", [1, 42])
def test_a_row_becomes_a_minhash_that_datasketch_goes_on_with(seed: int) -> None:
    part, whole = sign(shingled([[10, 20], [10, 20, 30]]), 64, seed)
    minhash = to_minhash(part, seed)
    minhash.update(30)
    assert minhash.hashvalues.tolist() == whole.tolist()
    assert minhash == datasketch([10, 20, 30], 64, seed)
    assert minhash.jaccard(to_minhash(whole, seed)) == 1.0


@pytest.mark.parametrize("seed", [1, 42])
def test_a_row_becomes_a_lean_minhash(seed: int) -> None:
    (row,) = sign(shingled([[10, 20, 30]]), 64, seed)
    lean = to_lean_minhash(row, seed)
    assert lean == LeanMinHash(datasketch([10, 20, 30], 64, seed))


def test_a_row_comes_back_from_both_as_it_went() -> None:
    (row,) = sign(shingled([[10, 20, 30]]), 64)
    for back in (from_minhash(to_minhash(row)), from_minhash(to_lean_minhash(row))):
        assert back.dtype == np.uint32
        assert back.tolist() == row.tolist()


@pytest.mark.parametrize("scheme", ["legacy", "affine64"])
def test_a_minhash_of_another_scheme_is_refused(scheme: str) -> None:
    minhash = MinHash(16, scheme=scheme)
    for other in (minhash, LeanMinHash(minhash)):
        with pytest.raises(ValueError, match=f"affine32.*{scheme}"):
            from_minhash(other)


def test_the_estimate_is_as_near_as_its_formula_says() -> None:
    """Of 300 pairs the mean error has a standard error of sqrt(J(1 - J) / (300 k)); 5 of these are allowed."""
    generator = np.random.default_rng(1)
    for shared, own in ((10, 90), (50, 50), (90, 10)):
        true = shared / (shared + 2 * own)
        pairs = []
        for _ in range(300):
            drawn = generator.choice(2**32, shared + 2 * own, replace=False)
            pairs += [drawn[: shared + own].tolist(), [*drawn[:shared], *drawn[shared + own :]]]
        rows = sign(shingled(pairs), 128)
        errors = estimate(rows[::2], rows[1::2]) - true
        one = sqrt(true * (1 - true) / 128)
        assert abs(errors.mean()) < 5 * one / sqrt(300), f"bias {errors.mean():.4f} at J = {true:.3f}"
        assert errors.std() < 1.25 * one, (
            f"spread {errors.std():.4f}, by the formula {one:.4f}, at J = {true:.3f}"
        )
        assert errors.std() > 0.75 * one, (
            f"spread {errors.std():.4f}, by the formula {one:.4f}, at J = {true:.3f}"
        )


# -- the same on every platform ----------------------------------------------------------------------------------


def test_words_and_signatures_of_the_samples_have_a_known_digest() -> None:
    """A change here is a change of every index that anybody has: it needs a new format version."""
    lines = (SAMPLES / "feed.jsonl").read_text(encoding="utf-8").splitlines()
    columns = split([json.loads(line)["text"] for line in lines])
    signatures = sign(shingles(columns, 3), 128)
    assert (columns.hashes.size, len(signatures)) == (2013, 82)
    assert xxhash.xxh64_hexdigest(columns.hashes.astype("<u4").tobytes()) == "d72c6d41cd66f84b"
    assert xxhash.xxh64_hexdigest(signatures.astype("<u4").tobytes()) == "b84651fe1b8ed1aa"
