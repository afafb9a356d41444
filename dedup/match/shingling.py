"""Words to shingles to MinHash signatures: bit for bit those of datasketch's scheme ``affine32``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.match.kernels import minhash
from dedup.text.words import Columns

if TYPE_CHECKING:  # it brings scipy along, and only the conversions need it
    from datasketch import LeanMinHash, MinHash

Signatures: TypeAlias = NDArray[np.uint32]
"""MinHash signatures, shape ``(n, k)``: one row a paragraph; all 2^32 - 1 where it has no word."""


@dataclass(frozen=True, slots=True)
class Shingles:
    """32-bit shingle hashes of some paragraphs: those of paragraph i are ``hashes[bounds[i]:bounds[i + 1]]``."""

    hashes: NDArray[np.uint32]
    bounds: NDArray[np.int64]

    def taken(self, paragraphs: NDArray[np.int64]) -> Shingles:
        """The shingles of some paragraphs only, in the order asked for."""
        sizes = self.bounds[paragraphs + 1] - self.bounds[paragraphs]
        bounds = np.concatenate(([0], np.cumsum(sizes)))
        places = np.arange(bounds[-1]) + np.repeat(self.bounds[paragraphs] - bounds[:-1], sizes)
        return Shingles(self.hashes[places], bounds)


def shingles(columns: Columns, width: int, first: int = 0, last: int | None = None) -> Shingles:
    """Hash every run of `width` words of each paragraph, or of paragraphs ``first .. last - 1``.

    A shorter paragraph is one shingle of all its words.
    """
    words = columns.par_words[first : None if last is None else last + 1]
    hashes = columns.hashes[words[0] : words[-1]]
    out = np.empty(hashes.size + words.size - 1, np.uint32)
    bounds = np.empty(words.size, np.int64)
    minhash.shingle_paragraphs(hashes, words - words[0], width, out, bounds)
    return Shingles(out[: bounds[-1]], bounds)


@cache
def permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The odd factors and the summands of ``affine32``, as `datasketch.MinHash(count, seed)` draws them."""
    generator = np.random.RandomState(seed)
    factors = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    summands = generator.randint(0, 1 << 32, count, dtype=np.uint32)
    for drawn in (factors, summands):
        drawn.flags.writeable = False
    return factors, summands


def sign(shingled: Shingles, count: int = 128, seed: int = 1, rows: int | None = None) -> Signatures:
    """MinHash signatures of `count` permutations, or only the first `rows` of them.

    >>> from datasketch import MinHash
    >>> from dedup.text.words import split
    >>> shingled = shingles(split(["one two three four five"]), 3)
    >>> mine = sign(shingled, 4)
    >>> theirs = MinHash(4, hashfunc=int, scheme="affine32")
    >>> theirs.update_batch(shingled.hashes.tolist())
    >>> (theirs.hashvalues == mine[0]).all().item()
    True
    """
    factors, summands = permutations(count, seed)
    out = np.empty((shingled.bounds.size - 1, rows or count), np.uint32)
    minhash.sign(shingled.hashes, shingled.bounds, factors[:rows].copy(), summands[:rows].copy(), out)
    return out


def to_minhash(row: NDArray[np.uint32], seed: int = 1) -> MinHash:
    """One signature as a datasketch MinHash that can be updated further with 32-bit shingle hashes."""
    from datasketch import MinHash

    return MinHash(num_perm=row.size, seed=seed, hashfunc=int, hashvalues=row, scheme="affine32")


def to_lean_minhash(row: NDArray[np.uint32], seed: int = 1) -> LeanMinHash:
    """One signature as a datasketch LeanMinHash."""
    from datasketch import LeanMinHash

    return LeanMinHash(seed=seed, hashvalues=row, scheme="affine32")


def from_minhash(minhash: MinHash | LeanMinHash) -> NDArray[np.uint32]:
    """The signature row of a datasketch MinHash or LeanMinHash; ValueError for another scheme than ``affine32``."""
    if minhash.scheme != "affine32":
        raise ValueError(f"signatures are of scheme affine32, this MinHash is of scheme {minhash.scheme}")
    return np.asarray(minhash.hashvalues, np.uint32)


def estimate(a: Signatures, b: Signatures) -> NDArray[np.float64]:
    """Estimate the Jaccard similarity of paired rows, shape ``(n,)``, in [0, 1].

    The standard error is sqrt(J(1 - J) / k), at most 0.5 / sqrt(k): 0.044 for k = 128.
    Source: Broder 1997, "On the resemblance and containment of documents".

    >>> row = np.array([[1, 2, 3, 4]], np.uint32)
    >>> estimate(row, row ^ np.array([0, 0, 0, 1], np.uint32)).tolist()
    [0.75]
    """
    share: NDArray[np.float64] = np.mean(a == b, axis=1)
    return share
