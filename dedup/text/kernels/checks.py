"""Checks of words: what tells words apart that have one hash."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.text.kernels.hashing import PACKED, eight_bytes, first_bytes

CHECK = np.uint64((1 << 48) - 1)
"""Bits of a word's check that are kept. """


@inlined
def _rotated(value: Any, bits: int) -> Any:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inlined
def _sip_round(a: Any, b: Any, c: Any, d: Any) -> Any:
    a, c = a + b, c + d
    b, d = _rotated(b, 13) ^ a, _rotated(d, 16) ^ c
    a, c = _rotated(a, 32) + d, c + b
    d, b = _rotated(d, 21) ^ a, _rotated(b, 17) ^ c
    return a, b, _rotated(c, 32), d


@inlined
def _absorbed(a: Any, b: Any, c: Any, d: Any, block: Any) -> Any:
    d ^= block
    a, b, c, d = _sip_round(a, b, c, d)
    a, b, c, d = _sip_round(a, b, c, d)
    return a ^ block, b, c, d


@inlined
def _sip_begun(low: Any, high: Any) -> Any:
    """The state of SipHash before the first block; `low` and `high` are the halves of its key."""
    return (
        low ^ np.uint64(0x736F6D6570736575), high ^ np.uint64(0x646F72616E646F6D),
        low ^ np.uint64(0x6C7967656E657261), high ^ np.uint64(0x7465646279746573),
    )  # fmt: skip


@inlined
def _sip_ended(a: Any, b: Any, c: Any, d: Any, last: Any) -> Any:
    a, b, c, d = _absorbed(a, b, c, d, last)
    c ^= np.uint64(0xFF)
    for _ in range(4):
        a, b, c, d = _sip_round(a, b, c, d)
    return a ^ b ^ c ^ d


@inlined
def siphash(low: Any, high: Any, data: Any, n: Any) -> Any:
    """SipHash-2-4 of ``data[:n]``, which has 8 bytes more; `n` is unsigned, 16 at least.

    Unlike XXH64 it has no short cut to a text of a given hash. Source: Aumasson and Bernstein 2012.
    """
    a, b, c, d = _sip_begun(low, high)
    at = np.uint64(0)
    while at + np.uint64(8) <= n:
        a, b, c, d = _absorbed(a, b, c, d, eight_bytes(data, at))
        at += np.uint64(8)
    return _sip_ended(a, b, c, d, eight_bytes(data, at) & first_bytes(n - at) | n << np.uint64(56))


@inlined
def siphash_packed(low: Any, high: Any, head: Any, rest: Any) -> Any:
    """`siphash` of 16 bytes, or of fewer with zeros after them: no word has any, so none is another's beginning."""
    a, b, c, d = _sip_begun(low, high)
    a, b, c, d = _absorbed(a, b, c, d, head)
    a, b, c, d = _absorbed(a, b, c, d, rest)
    return _sip_ended(a, b, c, d, np.uint64(PACKED << 56))
