"""Code points of UTF-8, and what each folds to. The tables are those of `dedup.unicode.Unicode`."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels.compiling import inlined
from dedup.unicode import ASTRAL_END, OTHER, SIGN


@inlined
def decoded(data: Any, at: int) -> Any:
    """The code point that starts at byte `at` of valid UTF-8, and its length in bytes."""
    b = np.int64(data[at])
    if b < 0x80:
        return b, 1
    if b < 0xE0:
        return ((b & 0x1F) << 6) | (np.int64(data[at + 1]) & 0x3F), 2
    if b < 0xF0:
        tail = ((np.int64(data[at + 1]) & 0x3F) << 6) | (np.int64(data[at + 2]) & 0x3F)
        return ((b & 0x0F) << 12) | tail, 3
    tail = ((np.int64(data[at + 2]) & 0x3F) << 6) | (np.int64(data[at + 3]) & 0x3F)
    return ((b & 0x07) << 18) | ((np.int64(data[at + 1]) & 0x3F) << 12) | tail, 4


@inlined
def encoded(code: Any, out: Any, at: int) -> int:
    """Write code point `code` as UTF-8 at `out[at]`; return the place after it."""
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at] = 0xC0 | (code >> 6)
        out[at + 1] = 0x80 | (code & 0x3F)
        return at + 2
    if code < 0x10000:
        out[at] = 0xE0 | (code >> 12)
        out[at + 1] = 0x80 | ((code >> 6) & 0x3F)
        out[at + 2] = 0x80 | (code & 0x3F)
        return at + 3
    out[at] = 0xF0 | (code >> 18)
    out[at + 1] = 0x80 | ((code >> 12) & 0x3F)
    out[at + 2] = 0x80 | ((code >> 6) & 0x3F)
    out[at + 3] = 0x80 | (code & 0x3F)
    return at + 4


@inlined
def kind_of(code: Any, kinds: Any) -> Any:
    """The kind of a code point with its marks `UPPER` and `TWIN`, also beyond the tables."""
    if code < kinds.size:
        return np.int64(kinds[code])
    return SIGN if code < ASTRAL_END else OTHER


@inlined
def folded(code: int, fold: Any, expansions: Any, out: Any, at: int) -> int:
    """Write the folded form of `code` at `out[at]`; return the place after it."""
    if code >= fold.size:
        return encoded(code, out, at)
    target = np.int64(fold[code])
    if target < 0x80000000:
        return at if target == 0 else encoded(target, out, at)
    place = target - 0x80000000
    for k in range(np.int64(expansions[place])):
        at = encoded(np.int64(expansions[place + 1 + k]), out, at)
    return at


@inlined
def unmasked(data: Any, begin: int, end: int, fold: Any, expansions: Any, scripts: Any, twin: Any,
             untwin: Any, out: Any) -> int:  # fmt: skip
    """Fold a word of mixed scripts to the one it imitates: Latin if every strange letter has a twin."""
    latin = True
    other = 0
    at = begin
    while at < end:
        code, size = decoded(data, at)
        at += size
        if code < fold.size and scripts[code] > 1:
            other = scripts[code]
            latin = latin and twin[code] != 0
    n = 0
    at = begin
    while at < end:
        code, size = decoded(data, at)
        at += size
        if latin and code < fold.size and twin[code] != 0:
            n = encoded(np.int64(twin[code]), out, n)
        elif not latin and code < 128 and untwin[other, code] != 0:
            n = encoded(np.int64(untwin[other, code]), out, n)
        else:
            n = folded(code, fold, expansions, out, n)
    return n
