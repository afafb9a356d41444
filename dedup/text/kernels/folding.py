"""Code points of UTF-8, and what words fold to. The tables are those of `dedup.text.characters.Unicode`.

What is done to every code point takes and returns numbers only: an array handed to a function is counted as used
and as free again, which takes longer than a code point may.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.text.characters import ASTRAL_END, OTHER, SIGN, SIZE
from dedup.text.kernels.hashing import PACKED, U1, eight_bytes

EXPANDED = 0x80000000
"""In `fold`, the bit of a place in `expansions`."""


@inlined
def decoded(eight: Any) -> Any:
    """The code point at the low end of the number of eight bytes of UTF-8, and its length in bytes."""
    b = np.int64(eight & np.uint64(0xFFFFFFFF))
    if b & 0x80 == 0:
        return b & 0x7F, 1
    two = (b >> 8) & 0x3F
    if b & 0x20 == 0:
        return (b & 0x1F) << 6 | two, 2
    three = (b >> 16) & 0x3F
    if b & 0x10 == 0:
        return (b & 0x0F) << 12 | two << 6 | three, 3
    return (b & 0x07) << 18 | two << 12 | three << 6 | (b >> 24) & 0x3F, 4


@inlined
def encoded(code: Any) -> Any:
    """The UTF-8 of a code point as a number, its first byte lowest, and its length in bytes."""
    last = 0x80 | (code & 0x3F)
    if code < 0x80:
        return code, 1
    if code < 0x800:
        return 0xC0 | (code >> 6) | last << 8, 2
    middle = 0x80 | ((code >> 6) & 0x3F)
    if code < 0x10000:
        return 0xE0 | (code >> 12) | middle << 8 | last << 16, 3
    return 0xF0 | (code >> 18) | (0x80 | ((code >> 12) & 0x3F)) << 8 | middle << 16 | last << 24, 4


@inlined
def inside(code: Any) -> Any:
    """A place in the tables: the code point's, or the last."""
    return min(code, SIZE - 1)


@inlined
def kind_of(code: Any, known: Any) -> Any:
    """The kind of a code point with its marks `UPPER` and `TWIN`; `known` is what `kinds` says inside the tables."""
    if code < SIZE:
        return np.int64(known)
    return SIGN if code < ASTRAL_END else OTHER


@inlined
def pieces(target: Any, count: Any) -> Any:
    """Of how many code points the folded form `target` consists; `count` is what `expansions` says of it."""
    if target >= EXPANDED:
        return np.int64(count)
    return 1 if target > 0 else 0


@inlined
def put(packed: Any, out: Any, at: Any) -> None:
    """Write the four bytes of a number to `out[at:]`."""
    for k in range(4):
        out[at + np.uint64(k)] = (packed >> 8 * k) & 0xFF


@inlined
def appended(head: Any, rest: Any, packed: Any, at: Any) -> Any:
    """Put bytes at place `at` of the sixteen of `head` and `rest`; beyond those they are lost."""
    value = np.uint64(packed)
    shift = (at & np.uint64(7)) << np.uint64(3)
    if at < np.uint64(8):
        return head | value << shift, rest | (value >> U1) >> (np.uint64(63) - shift)
    if at < np.uint64(PACKED):
        return head, rest | value << shift
    return head, rest


@inlined
def unmasked(data: Any, begin: int, end: int, fold: Any, expansions: Any, scripts: Any, twin: Any,
             untwin: Any, out: Any) -> Any:  # fmt: skip
    """Fold a word of mixed scripts to the one it imitates: Latin if every strange letter has a twin."""
    latin = True
    other = 0
    at = begin
    while at < end:
        code, size = decoded(eight_bytes(data, np.uint64(at)))
        at += size
        if code < SIZE and scripts[code] > 1:
            other = scripts[code]
            latin = latin and twin[code] != 0
    n = np.uint64(0)
    at = begin
    while at < end:
        code, size = decoded(eight_bytes(data, np.uint64(at)))
        at += size
        target = np.int64(fold[inside(code)]) if code < SIZE else code
        if latin and code < SIZE and twin[code] != 0:
            target = np.int64(twin[code])
        elif not latin and code < 128 and untwin[other, code] != 0:
            target = np.int64(untwin[other, code])
        place = target - EXPANDED if target >= EXPANDED else 0
        for k in range(pieces(target, expansions[place])):
            packed, size = encoded(np.int64(expansions[place + 1 + k]) if target >= EXPANDED else target)
            put(packed, out, n)
            n += np.uint64(size)
    return n
