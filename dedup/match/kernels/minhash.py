"""Words to shingles, signatures, bands, digests."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.text.kernels.hashing import MASK32, PRIME1, PRIME2, PRIME3, PRIME5, U0, scattered, summed


# About 2 ns a word.
@compiled("void(uint32[::1], int64[::1], int64, uint32[::1], int64[::1])")
def shingle_paragraphs(hashes: Any, par_words: Any, width: int, out: Any, out_bounds: Any) -> None:
    """Hash each paragraph's shingles; a paragraph shorter than `width` is one shingle of all its words.

    `dedup.text.kernels.hashing.shingle` is a polynomial in `PRIME1`: the next word comes in, the first goes out.
    """
    power = np.uint64(1)
    for _ in range(width):
        power *= PRIME1
    n = 0
    for paragraph in range(par_words.size - 1):
        out_bounds[paragraph] = n
        begin, end = par_words[paragraph], par_words[paragraph + 1]
        if begin == end:
            continue
        h = summed(hashes, begin, min(width, end - begin))
        out[n] = scattered(h)
        n += 1
        for at in range(begin + width, end):
            h = h * PRIME1 + np.uint64(hashes[at])
            h -= (np.uint64(hashes[at - width]) + PRIME5 * (PRIME1 - np.uint64(1))) * power
            out[n] = scattered(h)
            n += 1
    out_bounds[par_words.size - 1] = n


@inlined
def _mixed(h: Any) -> Any:
    """The finaliser of MurmurHash3."""
    h = np.uint32(np.uint64(h ^ np.uint32(h >> np.uint32(16))) * np.uint64(0x85EBCA6B) & MASK32)
    h = np.uint32(np.uint64(h ^ np.uint32(h >> np.uint32(13))) * np.uint64(0xC2B2AE35) & MASK32)
    return np.uint32(h ^ np.uint32(h >> np.uint32(16)))


@inlined
def _permuted(h: Any, a: Any, b: Any) -> Any:
    return np.uint32((np.uint64(a) * np.uint64(h) + np.uint64(b)) & MASK32)


# About 0.03 ns a shingle and permutation with AVX-512.
@compiled("void(uint32[::1], int64[::1], uint32[::1], uint32[::1], uint32[:, ::1])")
def sign(shingles: Any, bounds: Any, a: Any, b: Any, out: Any) -> None:
    """MinHash signatures, datasketch's scheme ``affine32``: MurmurHash3 finaliser, then a * h + b mod 2^32.

    Four shingles at a time, the last one again where there are no more: a minimum is fetched and stored once for four.
    """
    for row in range(bounds.size - 1):
        minima = out[row]
        for p in range(a.size):
            minima[p] = np.uint32(0xFFFFFFFF)
        last = bounds[row + 1] - 1
        for at in range(bounds[row], last + 1, 4):
            h, i = _mixed(shingles[at]), _mixed(shingles[min(at + 1, last)])
            j, k = _mixed(shingles[min(at + 2, last)]), _mixed(shingles[min(at + 3, last)])
            for p in range(a.size):
                one = min(_permuted(h, a[p], b[p]), _permuted(i, a[p], b[p]))
                other = min(_permuted(j, a[p], b[p]), _permuted(k, a[p], b[p]))
                minima[p] = min(minima[p], min(one, other))


# About 2 ns a band and row.
@compiled("void(uint32[:, ::1], int64, int64, uint32[:, ::1])")
def band(signatures: Any, bands: int, rows: int, out: Any) -> None:
    """Hash `rows` rows a band to one 32-bit key a band and paragraph, shape ``(n, bands)``."""
    for row in range(signatures.shape[0]):
        for i in range(bands):
            h = PRIME3 + np.uint64(i) * PRIME1
            for k in range(i * rows, i * rows + rows):
                h = (h ^ np.uint64(signatures[row, k])) * PRIME2
                h ^= h >> np.uint64(31)
            out[row, i] = np.uint32((h * PRIME1) >> np.uint64(32))


# About 1 ns a word.
@compiled("void(uint32[::1], int64[::1], uint64[::1])")
def digest(hashes: Any, par_words: Any, out: Any) -> None:
    """64-bit digest of each paragraph's words, 0 where it has none."""
    for paragraph in range(par_words.size - 1):
        h = U0
        for at in range(par_words[paragraph], par_words[paragraph + 1]):
            h = (h ^ np.uint64(hashes[at]) ^ PRIME5) * PRIME1
            h ^= h >> np.uint64(32)
        out[paragraph] = h


# About 1 ns a word of copies.
@compiled("void(uint32[::1], int64[::1], int64[::1])")
def confirm(hashes: Any, par_words: Any, first_copy: Any) -> None:
    """Make paragraphs the first of their kind that have other words than what they were taken for a copy of."""
    for paragraph in range(first_copy.size):
        begin, other = par_words[paragraph], par_words[first_copy[paragraph]]
        size = par_words[paragraph + 1] - begin
        same = par_words[first_copy[paragraph] + 1] - other == size
        at = np.int64(0)
        while same and at < size:
            same = hashes[begin + at] == hashes[other + at]
            at += 1
        if not same:
            first_copy[paragraph] = paragraph


# About 5 ns an entry.
@compiled("uint64[::1](uint64[::1], int64)")
def bucket_pairs(packed: Any, bucket: int) -> Any:
    """Pairs ``later << 32 | earlier`` of sorted entries ``key << 32 | row``: each with the first `bucket` before it."""
    n = 0
    out = np.empty(packed.size * min(bucket, 2) + 16, np.uint64)
    begin = 0
    for i in range(packed.size):
        if packed[i] >> np.uint64(32) != packed[begin] >> np.uint64(32):
            begin = i
        for j in range(begin, min(i, begin + bucket)):
            if n == out.size:
                grown = np.empty(2 * n, np.uint64)
                for k in range(n):
                    grown[k] = out[k]
                out = grown
            out[n] = ((packed[i] & MASK32) << np.uint64(32)) | (packed[j] & MASK32)
            n += 1
    return out[:n]
