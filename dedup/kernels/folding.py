"""Code points of UTF-8, and what words fold to. The tables are those of `dedup.unicode.Unicode`.

What is done to every code point takes and returns numbers only: an array handed to a function is counted as used
and as free again, which takes longer than a code point may.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels.compiling import inlined
from dedup.kernels.hashing import MASK32, PACKED, U1, eight_bytes, first_bytes, xxh64, xxh64_packed
from dedup.unicode import ASTRAL_END, DIGIT, INVISIBLE, LETTER, OTHER, SIGN, SIZE, TWIN, UPPER

# Flags of a word.
STARTS_SENTENCE = np.uint8(1)
CAPITAL = np.uint8(2)
HAS_DIGIT = np.uint8(4)
SIGN_WORD = np.uint8(8)
LENGTH_CLASS = np.uint8(48)  # 0: six letters and more, 16: five, 32: four, 48: three and fewer

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
def put(code: Any, out: Any, at: Any) -> Any:
    """Write a code point as UTF-8 at `out[at]`, and maybe bytes that do not matter after it; return its length."""
    packed, size = encoded(code)
    for k in range(4):
        out[at + np.uint64(k)] = (packed >> (8 * k)) & 0xFF
    return np.uint64(size)


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
        if latin and twin[inside(code)] != 0:
            target = np.int64(twin[code])
        elif not latin and code < 128 and untwin[other, code] != 0:
            target = np.int64(untwin[other, code])
        if target >= EXPANDED:
            for k in range(np.int64(expansions[target - EXPANDED])):
                n += put(np.int64(expansions[target - EXPANDED + 1 + k]), out, n)
        elif target > 0:
            n += put(target, out, n)
    return n


@inlined
def read(data: Any, bounds: Any, first: int, edges: Any, odd: Any, n_odd: int, art_words: Any, kinds: Any,
         scripts: Any, fold: Any, twin: Any, untwin: Any, expansions: Any,
         hashes: Any, masks: Any, flags: Any) -> None:  # fmt: skip
    """Hash and flag the words `odd`, whatever they are made of.

    They and `edges` count from the first word of article `first`; `hashes`, `masks` and `flags` begin with it.
    """
    buffer = np.empty(1024, np.uint8)
    article = first
    for i in range(n_odd):
        word = odd[i]
        while art_words[article + 1] - art_words[first] <= word:
            article += 1
        begin = bounds[article] + np.int64(edges[2 * word])
        end = bounds[article] + np.int64(edges[2 * word + 1])
        if 5 * (end - begin) + 64 > buffer.size:
            buffer = np.empty(5 * (end - begin) + 64, np.uint8)
        flag = 0
        mask = np.uint32(0)
        letters = 0
        met = 0  # scripts, a bit each
        all_twins = True
        filled = np.uint64(0)
        at = begin
        while at < end:
            code, size = decoded(eight_bytes(data, np.uint64(at)))
            place = inside(code)
            kind = kind_of(code, kinds[place])
            if at == begin and kind & 15 == SIGN:
                flag = 8
                letters = 6  # no length class
            elif at == begin and kind & UPPER:
                flag = 2
            at += size
            if kind & 15 == INVISIBLE:
                continue
            target = np.int64(fold[place]) if code < SIZE else code
            if kind & 15 == LETTER:
                letters += 1
                met |= 1 << np.int64(scripts[place])
                all_twins = all_twins and (kind & TWIN) != 0
            elif kind & 15 == DIGIT:
                flag |= 4
            if flag & 8 == 0:
                mask |= np.uint32(1) << np.uint32(target & 31)
            if target >= EXPANDED:
                for k in range(np.int64(expansions[target - EXPANDED])):
                    filled += put(np.int64(expansions[target - EXPANDED + 1 + k]), buffer, filled)
            elif target > 0:
                filled += put(target, buffer, filled)
        if (met & ~2) != 0 and ((met & (met - 1)) != 0 or (all_twins and met < 64)):
            filled = unmasked(data, begin, end, fold, expansions, scripts, twin, untwin, buffer)
        if letters < 6:
            flag |= 16 * (6 - max(letters, 3))
        if filled <= np.uint64(PACKED):
            head = eight_bytes(buffer, np.uint64(0)) & first_bytes(min(filled, np.uint64(8)))
            rest = eight_bytes(buffer, np.uint64(8)) & first_bytes(max(filled, np.uint64(8)) - np.uint64(8))
            hashes[word] = np.uint32(xxh64_packed(head, rest, filled) & MASK32)
        else:
            hashes[word] = np.uint32(xxh64(buffer, filled) & MASK32)
        masks[word] = mask
        flags[word] = flag
