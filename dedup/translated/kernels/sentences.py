"""Compiled loops over sentences: packing their vectors, comparing them, and aligning two articles.

A vector is ``uint64 (16,)``: 512 bits for its positive dimensions, and 512 for its negative ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.text.kernels.bits import popcount

HALF = 8
ONE = np.uint64(1)

JOINED = 3
"""Sentences of one side that may answer one of the other, at most."""


# About 1 µs a vector.
@compiled("void(uint64[:, ::1], uint8[:, ::1])")
def pack(planes: Any, out: Any) -> None:
    """Five dimensions a byte, as digits to the base 3."""
    for row in range(planes.shape[0]):
        for at in range(64 * HALF):
            word, bit = at >> 6, np.uint64(at & 63)
            digit = (planes[row, word] >> bit & ONE) + np.uint64(2) * (planes[row, HALF + word] >> bit & ONE)
            out[row, at // 5] = np.uint8(np.uint64(3) * np.uint64(out[row, at // 5]) + digit)


# About 1 µs a vector.
@compiled("void(uint8[:, ::1], uint64[:, ::1])")
def unpack(data: Any, out: Any) -> None:
    """Undo `pack`."""
    last = 64 * HALF
    for row in range(data.shape[0]):
        for byte in range(data.shape[1]):
            rest = np.int64(data[row, byte])
            for at in range(min(5 * byte + 5, last) - 1, 5 * byte - 1, -1):
                digit = rest % 3
                rest //= 3
                if digit == 1:
                    out[row, at >> 6] |= ONE << np.uint64(at & 63)
                elif digit == 2:
                    out[row, HALF + (at >> 6)] |= ONE << np.uint64(at & 63)


@inlined
def size(one: Any, i: int) -> Any:
    """Dimensions of a vector that are not 0."""
    total = np.uint64(0)
    for word in range(2 * HALF):
        total += popcount(one[i, word])
    return np.int64(total)


@inlined
def agreeing(one: Any, i: int, other: Any, j: int) -> Any:
    """Dimensions that have the same sign in two vectors."""
    total = np.uint64(0)
    for word in range(2 * HALF):
        total += popcount(one[i, word] & other[j, word])
    return np.int64(total)


@inlined
def opposed(one: Any, i: int, other: Any, j: int) -> Any:
    """Dimensions that have opposite signs in two vectors."""
    total = np.uint64(0)
    for word in range(HALF):
        total += popcount(one[i, word] & other[j, HALF + word]) + popcount(
            one[i, HALF + word] & other[j, word]
        )
    return np.int64(total)


# About 8 ns a pair of sentences.
@compiled("void(uint64[:, ::1], uint64[:, ::1], int64[::1], int64[::1], float64, float64[::1])")
def nominate(own: Any, planes: Any, bounds: Any, articles: Any, floor: float, out: Any) -> None:
    """How much of an article each of some others may have: sums of the likeness above `floor` of the nearest sentence.

    `own`, its vectors; those of article ``a`` are ``planes[bounds[a] : bounds[a + 1]]``.
    """
    sizes = np.empty(own.shape[0], np.float64)
    for i in range(own.shape[0]):
        sizes[i] = size(own, i)
    best = np.empty(own.shape[0], np.float64)
    for k in range(articles.size):
        best[:] = floor
        for j in range(bounds[articles[k]], bounds[articles[k] + 1]):
            theirs = np.float64(size(planes, j))
            if theirs == 0.0:
                continue
            for i in range(own.shape[0]):
                length = np.sqrt(sizes[i] * theirs)
                same = np.float64(agreeing(own, i, planes, j))
                if same > best[i] * length:
                    best[i] = max(best[i], (same - opposed(own, i, planes, j)) / length)
        total = 0.0
        for i in range(own.shape[0]):
            total += best[i] - floor
        out[k] = total


# About 10 ns a pair of sentences.
@compiled("void(uint64[:, ::1], uint64[:, ::1], float64[:, ::1])")
def compare(one: Any, other: Any, out: Any) -> None:
    """The cosine of each of some vectors with each of others; 0 where there is none."""
    for i in range(one.shape[0]):
        mine = np.float64(size(one, i))
        for j in range(other.shape[0]):
            length = np.sqrt(mine * np.float64(size(other, j)))
            out[i, j] = 0.0
            if length > 0.0:
                out[i, j] = np.float64(agreeing(one, i, other, j) - opposed(one, i, other, j)) / length


# About 40 ns a pair of sentences.
@compiled("float64(float64[:, ::1], float64[:, ::1], float64[:, ::1], float64, float64, int64[:, ::1])")
def align(likeness: Any, mine: Any, theirs: Any, least: float, gap: float, links: Any) -> float:
    """The best run of sentences that answer each other in the same order (Smith and Waterman 1981); what it gains.

    `likeness`, ``(n, m)``: cosines, of which what is above `least` is gained. `mine`, ``(n, n)``, and `theirs`: those
    among the sentences of one side, for up to `JOINED` that were joined, or into which one was parted, answer together.
    A sentence that is passed over costs `gap`. The links, ``(n + m, 4)``, are ranges of sentences ``(start, end, other
    start, other end)``, the first of the run first; the rest is -1.
    """
    n, m = likeness.shape
    gains = np.zeros((n + 1, m + 1), np.float64)
    steps = np.zeros((n + 1, m + 1, 2), np.int8)
    top, at_i, at_j = 0.0, np.int64(0), np.int64(0)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            best, step_i, step_j = 0.0, np.int64(0), np.int64(0)
            if gains[i - 1, j] - gap > best:
                best, step_i, step_j = gains[i - 1, j] - gap, np.int64(1), np.int64(0)
            if gains[i, j - 1] - gap > best:
                best, step_i, step_j = gains[i, j - 1] - gap, np.int64(0), np.int64(1)
            one = likeness[i - 1, j - 1]
            if gains[i - 1, j - 1] + one - least > best:
                best, step_i, step_j = gains[i - 1, j - 1] + one - least, np.int64(1), np.int64(1)
            total, square, most = one, 1.0, one
            for k in range(1, min(JOINED, i)):
                total += likeness[i - 1 - k, j - 1]
                most = max(most, likeness[i - 1 - k, j - 1])
                square += 1.0
                for h in range(k):
                    square += 2.0 * mine[i - 1 - k, i - 1 - h]
                both = total / np.sqrt(max(square, 0.5))
                if both > most and gains[i - 1 - k, j - 1] + both - least > best:
                    best, step_i, step_j = (
                        gains[i - 1 - k, j - 1] + both - least,
                        np.int64(k + 1),
                        np.int64(1),
                    )
            total, square, most = one, 1.0, one
            for k in range(1, min(JOINED, j)):
                total += likeness[i - 1, j - 1 - k]
                most = max(most, likeness[i - 1, j - 1 - k])
                square += 1.0
                for h in range(k):
                    square += 2.0 * theirs[j - 1 - k, j - 1 - h]
                both = total / np.sqrt(max(square, 0.5))
                if both > most and gains[i - 1, j - 1 - k] + both - least > best:
                    best, step_i, step_j = (
                        gains[i - 1, j - 1 - k] + both - least,
                        np.int64(1),
                        np.int64(k + 1),
                    )
            gains[i, j], steps[i, j, 0], steps[i, j, 1] = best, step_i, step_j
            if best > top:
                top, at_i, at_j = best, np.int64(i), np.int64(j)
    links[:] = -1
    count = np.int64(0)
    while steps[at_i, at_j, 0] != 0 or steps[at_i, at_j, 1] != 0:
        i, j = at_i - steps[at_i, at_j, 0], at_j - steps[at_i, at_j, 1]
        if i < at_i and j < at_j:
            links[count, 0], links[count, 1], links[count, 2], links[count, 3] = i, at_i, j, at_j
            count += 1
        at_i, at_j = i, j
    for k in range(count // 2):
        for column in range(4):
            first = links[k, column]
            links[k, column] = links[count - 1 - k, column]
            links[count - 1 - k, column] = first
    return top
