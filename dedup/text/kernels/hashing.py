"""Hashes of words and of shingles."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import inlined

U0 = np.uint64(0)
U1 = np.uint64(1)
PRIME1 = np.uint64(0x9E3779B185EBCA87)
PRIME2 = np.uint64(0xC2B2AE3D27D4EB4F)
PRIME3 = np.uint64(0x165667B19E3779F9)
PRIME4 = np.uint64(0x85EBCA77C2B2AE63)
PRIME5 = np.uint64(0x27D4EB2F165667C5)
MASK32 = np.uint64(0xFFFFFFFF)
PACKED = 16
"""Bytes of a word that two numbers of 64 bits hold."""


@inlined
def _rotated(value: Any, bits: int) -> Any:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inlined
def _round8(h: Any, value: Any) -> Any:
    return _rotated(h ^ (_rotated(value * PRIME2, 31) * PRIME1), 27) * PRIME1 + PRIME4


@inlined
def _round4(h: Any, value: Any) -> Any:
    return _rotated(h ^ ((value & MASK32) * PRIME1), 23) * PRIME2 + PRIME3


@inlined
def _round1(h: Any, value: Any) -> Any:
    return _rotated(h ^ ((value & np.uint64(0xFF)) * PRIME5), 11) * PRIME1


@inlined
def _ended(h: Any) -> Any:
    h = (h ^ (h >> np.uint64(33))) * PRIME2
    h = (h ^ (h >> np.uint64(29))) * PRIME3
    return h ^ (h >> np.uint64(32))


@inlined
def eight_bytes(data: Any, at: Any) -> Any:
    """Eight bytes as a number, the first lowest. One instruction, as `at` is unsigned and cannot count from the end."""
    value = np.uint64(data[at])
    for k in range(1, 8):
        value |= np.uint64(data[at + np.uint64(k)]) << np.uint64(8 * k)
    return value


@inlined
def first_bytes(count: Any) -> Any:
    """All bits of the lowest `count` bytes, 0 to 8: in two steps, for a shift by 64 is none."""
    half = count << np.uint64(2)
    return ~((~U0 << half) << half)


@inlined
def xxh64(data: Any, n: int) -> Any:
    """XXH64 with seed 0 of ``data[:n]``, which has 8 bytes more. Source: the xxHash specification, section XXH64."""
    at = np.uint64(0)
    end = np.uint64(n)
    if n >= 32:
        v1, v2, v3, v4 = PRIME1 + PRIME2, PRIME2, U0, U0 - PRIME1
        while at + np.uint64(32) <= end:
            v1 = _rotated(v1 + eight_bytes(data, at) * PRIME2, 31) * PRIME1
            v2 = _rotated(v2 + eight_bytes(data, at + np.uint64(8)) * PRIME2, 31) * PRIME1
            v3 = _rotated(v3 + eight_bytes(data, at + np.uint64(16)) * PRIME2, 31) * PRIME1
            v4 = _rotated(v4 + eight_bytes(data, at + np.uint64(24)) * PRIME2, 31) * PRIME1
            at += np.uint64(32)
        h = _rotated(v1, 1) + _rotated(v2, 7) + _rotated(v3, 12) + _rotated(v4, 18)
        for v in (v1, v2, v3, v4):
            h = (h ^ (_rotated(v * PRIME2, 31) * PRIME1)) * PRIME1 + PRIME4
    else:
        h = PRIME5
    h += end
    while at + np.uint64(8) <= end:
        h = _round8(h, eight_bytes(data, at))
        at += np.uint64(8)
    tail = eight_bytes(data, at)
    left = end - at
    if left >= np.uint64(4):
        h = _round4(h, tail)
        tail >>= np.uint64(32)
        left -= np.uint64(4)
    while left > U0:
        h = _round1(h, tail)
        tail >>= np.uint64(8)
        left -= U1
    return _ended(h)


@inlined
def xxh64_packed(head: Any, rest: Any, size: Any) -> Any:
    """XXH64 with seed 0 of 1 to 16 bytes, `size` of them, the first eight in `head`, the others in `rest`.

    `size` is unsigned, the bytes that are none are 0. All steps are made and the fitting results chosen: so the
    compiler can work on several words at once.
    """
    h = PRIME5 + size
    step = _round8(h, head)
    h = step if size >= np.uint64(8) else h
    step = _round8(h, rest)
    h = step if size >= np.uint64(16) else h
    tail = head if size < np.uint64(8) else rest
    left = size & np.uint64(7)
    step = _round4(h, tail)
    h = step if left >= np.uint64(4) else h
    tail = tail >> np.uint64(32) if left >= np.uint64(4) else tail
    left = left & np.uint64(3)
    for k in range(3):
        step = _round1(h, tail >> np.uint64(8 * k))
        h = step if left > np.uint64(k) else h
    return _ended(h)


@inlined
def summed(hashes: Any, at: int, width: int) -> Any:
    """The words ``hashes[at:at + width]`` as a polynomial."""
    h = PRIME5
    for k in range(width):
        h = h * PRIME1 + np.uint64(hashes[at + k])
    return h


@inlined
def scattered(h: Any) -> Any:
    """Of 64 bits, 32 that depend on all of them."""
    return np.uint32(((h ^ (h >> np.uint64(32))) * PRIME2) >> np.uint64(32))


@inlined
def shingle(hashes: Any, at: int, width: int) -> Any:
    """32-bit hash of the words ``hashes[at:at + width]``."""
    return scattered(summed(hashes, at, width))
