"""Counting bits. The compiler knows these idioms and makes one instruction of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import inlined

U0 = np.uint64(0)
U1 = np.uint64(1)
EACH = np.uint64(0x0101010101010101)
"""The lowest bit of each byte."""


@inlined
def popcount(value: Any) -> Any:
    """How many bits of a 64-bit number are set."""
    value = value - ((value >> U1) & (EACH * np.uint64(0x55)))
    pairs = EACH * np.uint64(0x33)
    value = (value & pairs) + ((value >> np.uint64(2)) & pairs)
    value = (value + (value >> np.uint64(4))) & (EACH * np.uint64(0x0F))
    return (value * EACH) >> np.uint64(56)


@inlined
def trailing_zeros(value: Any) -> Any:
    """The place of the lowest set bit; 64 where there is none."""
    return popcount(~value & (value - U1))


@inlined
def low_bits(count: Any) -> Any:
    """A number with the lowest `count` bits set, count in 0 .. 63."""
    return (U1 << np.uint64(count)) - U1
