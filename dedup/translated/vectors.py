"""Vectors of sentences in 103 bytes: after a rotation, whether each dimension is clearly positive, negative or neither.

The rotation, a Hadamard matrix with random signs, spreads what a vector says evenly over the dimensions, so that each
is about normal and one threshold fits all. Measured on NTREX-128, English against German, Arabic, Thai and Korean: the
true translation comes first among 1,365 lines in .991 .966 .988 .960, with full vectors in .991 .967 .992 .971.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.translated.kernels import sentences as kernels

SIZE = 512
"""Dimensions of a vector."""

PLANES = 2 * SIZE // 64
"""Numbers of 64 bits a vector takes: a bit for each dimension if it is positive, then one if it is negative."""

BYTES = -(-SIZE // 5)
"""Bytes a vector takes where it is kept: five dimensions a byte."""

THRESHOLD = 0.612 / SIZE**0.5
"""Below it a dimension counts as 0: for a normal variable the three steps then lose least (Max 1960)."""

_SEED = 0x9E3779B97F4A7C15


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return vectors, shape ``(n, SIZE)``, as planes, shape ``(n, PLANES)``."""
    turned = np.ascontiguousarray(vectors, np.float32) * _signs()
    step = 1
    while step < SIZE:
        pairs = turned.reshape(len(turned), -1, 2, step)
        turned = np.concatenate((pairs.sum(axis=2), pairs[:, :, 0] - pairs[:, :, 1]), axis=-1).reshape(
            -1, SIZE
        )
        step *= 2
    turned /= np.float32(SIZE**0.5)
    bits = np.concatenate((turned > THRESHOLD, turned < -THRESHOLD), axis=1)
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _signs() -> NDArray[np.float32]:
    """Signs that look random and are the same everywhere: bits of a multiplicative sequence."""
    places = np.arange(1, SIZE + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        bits = (places * np.uint64(_SEED) ^ (places * np.uint64(_SEED) >> np.uint64(29))) * np.uint64(_SEED)
    signs: NDArray[np.float32] = np.where(bits >> np.uint64(63), 1, -1).astype(np.float32)
    return signs


def packed(planes: NDArray[np.uint64]) -> bytes:
    """Return planes as `BYTES` bytes a vector."""
    out = np.zeros((len(planes), BYTES), np.uint8)
    kernels.pack(np.ascontiguousarray(planes), out)
    return out.tobytes()


def unpacked(data: bytes) -> NDArray[np.uint64]:
    """Undo `packed`."""
    rows = np.frombuffer(data, np.uint8).reshape(-1, BYTES).copy()
    out = np.zeros((len(rows), PLANES), np.uint64)
    kernels.unpack(rows, out)
    return out
