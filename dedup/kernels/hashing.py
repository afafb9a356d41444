"""Hashes of words and of shingles."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels.compiling import inlined

U0 = np.uint64(0)
PRIME1 = np.uint64(0x9E3779B185EBCA87)
PRIME2 = np.uint64(0xC2B2AE3D27D4EB4F)
PRIME3 = np.uint64(0x165667B19E3779F9)
PRIME4 = np.uint64(0x85EBCA77C2B2AE63)
PRIME5 = np.uint64(0x27D4EB2F165667C5)
MASK32 = np.uint64(0xFFFFFFFF)


@inlined
def _rotated(value: Any, bits: int) -> Any:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inlined
def _little_endian(data: Any, at: int, size: int) -> Any:
    value = np.uint64(0)
    for k in range(size):
        value |= np.uint64(data[at + k]) << np.uint64(8 * k)
    return value


@inlined
def xxh64(data: Any, n: int) -> Any:
    """XXH64 with seed 0 of ``data[:n]``. Source: the xxHash specification, section XXH64."""
    at = 0
    if n >= 32:
        v1, v2, v3, v4 = PRIME1 + PRIME2, PRIME2, np.uint64(0), U0 - PRIME1
        while at + 32 <= n:
            v1 = _rotated(v1 + _little_endian(data, at, 8) * PRIME2, 31) * PRIME1
            v2 = _rotated(v2 + _little_endian(data, at + 8, 8) * PRIME2, 31) * PRIME1
            v3 = _rotated(v3 + _little_endian(data, at + 16, 8) * PRIME2, 31) * PRIME1
            v4 = _rotated(v4 + _little_endian(data, at + 24, 8) * PRIME2, 31) * PRIME1
            at += 32
        h = _rotated(v1, 1) + _rotated(v2, 7) + _rotated(v3, 12) + _rotated(v4, 18)
        for v in (v1, v2, v3, v4):
            h = (h ^ (_rotated(v * PRIME2, 31) * PRIME1)) * PRIME1 + PRIME4
    else:
        h = PRIME5
    h += np.uint64(n)
    while at + 8 <= n:
        h = _rotated(h ^ (_rotated(_little_endian(data, at, 8) * PRIME2, 31) * PRIME1), 27) * PRIME1 + PRIME4
        at += 8
    if at + 4 <= n:
        h = _rotated(h ^ (_little_endian(data, at, 4) * PRIME1), 23) * PRIME2 + PRIME3
        at += 4
    while at < n:
        h = _rotated(h ^ (np.uint64(data[at]) * PRIME5), 11) * PRIME1
        at += 1
    return _ended(h)


@inlined
def xxh64_packed(head: Any, rest: Any, size: Any) -> Any:
    """XXH64 with seed 0 of 1 to 16 bytes, `size` of them, the first eight in `head`, the others in `rest`.

    `size` is unsigned, the bytes that are none are 0. All steps are made and the fitting results chosen: so the
    compiler can work on several words at once.
    """
    h = PRIME5 + size
    step = _rotated(h ^ (_rotated(head * PRIME2, 31) * PRIME1), 27) * PRIME1 + PRIME4
    h = step if size >= np.uint64(8) else h
    step = _rotated(h ^ (_rotated(rest * PRIME2, 31) * PRIME1), 27) * PRIME1 + PRIME4
    h = step if size >= np.uint64(16) else h
    tail = head if size < np.uint64(8) else rest
    left = size & np.uint64(7)
    step = _rotated(h ^ ((tail & MASK32) * PRIME1), 23) * PRIME2 + PRIME3
    h = step if left >= np.uint64(4) else h
    tail = tail >> np.uint64(32) if left >= np.uint64(4) else tail
    left = left & np.uint64(3)
    for k in range(3):
        step = _rotated(h ^ (((tail >> np.uint64(8 * k)) & np.uint64(0xFF)) * PRIME5), 11) * PRIME1
        h = step if left > np.uint64(k) else h
    return _ended(h)


@inlined
def _ended(h: Any) -> Any:
    h = (h ^ (h >> np.uint64(33))) * PRIME2
    h = (h ^ (h >> np.uint64(29))) * PRIME3
    return h ^ (h >> np.uint64(32))


@inlined
def shingle(hashes: Any, at: int, width: int) -> Any:
    """32-bit hash of the words ``hashes[at:at + width]``."""
    h = PRIME5
    for k in range(width):
        h = h * PRIME1 + np.uint64(hashes[at + k])
    return np.uint32(((h ^ (h >> np.uint64(32))) * PRIME2) >> np.uint64(32))
