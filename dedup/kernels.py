"""The compiled loops, and nothing else. Each line above a kernel says what it costs.

Numba compiles them once and keeps the machine code beside this file, or in the user's cache folder where
that is read-only. With ``NUMBA_DISABLE_JIT=1`` the same code runs as plain Python: the oracle of the tests.
All of them release the GIL, touch only their arguments and give the same answer in any order of calls.

Positions are word positions in a batch of columns (see `dedup.words.Columns`); offsets are code points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def _compiled(signature: str) -> Callable[[F], F]:
    return cast(Callable[[F], F], njit(signature, cache=True, nogil=True, error_model="numpy"))


def _inlined(function: F) -> F:
    return cast(F, njit(nogil=True, error_model="numpy")(function))


U0 = np.uint64(0)
PRIME1 = np.uint64(0x9E3779B185EBCA87)
PRIME2 = np.uint64(0xC2B2AE3D27D4EB4F)
PRIME3 = np.uint64(0x165667B19E3779F9)
PRIME4 = np.uint64(0x85EBCA77C2B2AE63)
PRIME5 = np.uint64(0x27D4EB2F165667C5)
MASK32 = np.uint64(0xFFFFFFFF)
EXPANDED = np.uint32(0x80000000)

# Flags of a word.
STARTS_SENTENCE = np.uint8(1)
CAPITAL = np.uint8(2)
HAS_DIGIT = np.uint8(4)
SIGN_WORD = np.uint8(8)
LENGTH_CLASS = np.uint8(48)  # 0: six letters and more, 16: five, 32: four, 48: three and fewer


# --- words -------------------------------------------------------------------------------------------


@_inlined
def _rotated(value: Any, bits: int) -> Any:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@_inlined
def _little_endian(data: Any, at: int, size: int) -> Any:
    value = np.uint64(0)
    for k in range(size):
        value |= np.uint64(data[at + k]) << np.uint64(8 * k)
    return value


@_inlined
def _xxh64(data: Any, n: int) -> Any:
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
    h = (h ^ (h >> np.uint64(33))) * PRIME2
    h = (h ^ (h >> np.uint64(29))) * PRIME3
    return h ^ (h >> np.uint64(32))


@_inlined
def _xxh64_short(value: Any, n: int) -> Any:
    """XXH64 with seed 0 of the low `n` bytes of a 64-bit number, n in 1 .. 8."""
    h = PRIME5 + np.uint64(n)
    if n == 8:
        h = _rotated(h ^ (_rotated(value * PRIME2, 31) * PRIME1), 27) * PRIME1 + PRIME4
    else:
        if n >= 4:
            h = _rotated(h ^ ((value & MASK32) * PRIME1), 23) * PRIME2 + PRIME3
            value >>= np.uint64(32)
            n -= 4
        for _ in range(n):
            h = _rotated(h ^ ((value & np.uint64(0xFF)) * PRIME5), 11) * PRIME1
            value >>= np.uint64(8)
    h = (h ^ (h >> np.uint64(33))) * PRIME2
    h = (h ^ (h >> np.uint64(29))) * PRIME3
    return h ^ (h >> np.uint64(32))


@_inlined
def _decoded(data: Any, at: int) -> Any:
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


@_inlined
def _encoded(code: Any, out: Any, at: int) -> int:
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


@_inlined
def _folded(code: int, fold: Any, expansions: Any, out: Any, at: int) -> int:
    """Write the folded form of `code` at `out[at]`; return the place after it."""
    if code >= fold.size:
        return _encoded(code, out, at)
    target = np.int64(fold[code])
    if target < 0x80000000:
        return at if target == 0 else _encoded(target, out, at)
    place = target - 0x80000000
    for k in range(np.int64(expansions[place])):
        at = _encoded(np.int64(expansions[place + 1 + k]), out, at)
    return at


@_inlined
def _unmasked(data: Any, begin: int, end: int, fold: Any, expansions: Any, scripts: Any, twin: Any,
              untwin: Any, out: Any) -> int:  # fmt: skip
    """Fold a word of mixed scripts to the one it imitates: Latin if every strange letter has a twin."""
    latin = True
    other = 0
    at = begin
    while at < end:
        code, size = _decoded(data, at)
        at += size
        if code < fold.size and scripts[code] > 1:
            other = scripts[code]
            latin = latin and twin[code] != 0
    n = 0
    at = begin
    while at < end:
        code, size = _decoded(data, at)
        at += size
        if latin and code < fold.size and twin[code] != 0:
            n = _encoded(np.int64(twin[code]), out, n)
        elif not latin and code < 128 and untwin[other, code] != 0:
            n = _encoded(np.int64(untwin[other, code]), out, n)
        else:
            n = _folded(code, fold, expansions, out, n)
    return n


# About 5 ns a word and 0.5 ns a byte of English.
@_compiled(
    "UniTuple(int64, 2)(uint8[::1], int64[::1], uint8[::1], uint8[::1], uint32[::1], uint8[::1], uint32[:, ::1],"
    "uint32[::1], uint8[::1], uint32[::1], uint32[::1], uint32[::1], uint8[::1], uint32[::1],"
    "uint32[::1], uint32[::1], int64[::1], int64[::1], int64[::1])"
)
def split_words(
    data: Any, bounds: Any, kinds: Any, scripts: Any, fold: Any, twin: Any, untwin: Any, expansions: Any, buffer: Any,
    hashes: Any, starts: Any, ends: Any, flags: Any, masks: Any,
    par_starts: Any, par_ends: Any, par_words: Any, art_words: Any, art_pars: Any,
) -> Any:  # fmt: skip
    """Cut UTF-8 articles ``data[bounds[i]:bounds[i + 1]]`` into paragraphs and words.

    Fills the columns of `dedup.words.Columns` and returns how many words and paragraphs there are.
    """
    n_words = 0
    n_pars = 0
    for article in range(bounds.size - 1):
        art_words[article] = n_words
        art_pars[article] = n_pars
        first_par = n_pars
        blank_lines = False
        at = bounds[article]
        end = bounds[article + 1]
        offset = 0  # of the code point, in the article
        newlines = 2  # since the last visible sign
        after_return = False
        in_word = False
        is_sign = False  # a word of one letter and the marks on it
        stop = 0  # 1 after a full stop, 2 when space followed it
        begin = at
        word_offset = 0
        filled = 0
        mask = 0
        all_twins = True
        flag = np.uint8(0)
        letters = 0
        visible = 0
        ascii_run = False
        packed = U0
        letter_mask = np.uint32(0)
        while at <= end:
            code = 10
            size = 1
            kind = 0
            if at < end:
                code, size = _decoded(data, at)
                if code < kinds.size:
                    kind = np.int64(kinds[code])
                elif code < 0x33480:
                    kind = 5
                low = kind & 15
            else:
                low = 0
            if in_word and (low == 0 or low >= 5 or (is_sign and low < 3)):
                # The word ends before this sign.
                if ascii_run and filled <= 8:
                    hashes[n_words] = np.uint32(_xxh64_short(packed, filled) & MASK32)
                elif (mask & ~2) != 0 and ((mask & (mask - 1)) != 0 or (all_twins and mask < 64)):
                    filled = _unmasked(data, begin, at, fold, expansions, scripts, twin, untwin, buffer)
                    hashes[n_words] = np.uint32(_xxh64(buffer, filled) & MASK32)
                else:
                    hashes[n_words] = np.uint32(_xxh64(buffer, filled) & MASK32)
                starts[n_words] = word_offset
                ends[n_words] = visible
                if letters < 6:
                    flag |= np.uint8(16 * (6 - max(letters, 3)))
                flags[n_words] = flag
                masks[n_words] = letter_mask
                n_words += 1
                in_word = False
            if at == end:
                break
            if code == 32:
                if stop == 1:
                    stop = 2
                after_return = False
                at += 1
                offset += 1
                continue
            if low == 6:
                if not (code == 10 and after_return):
                    newlines += 2 if code == 0x2029 else 1
                if stop == 1:
                    stop = 2
            elif low == 7:
                if stop == 1:
                    stop = 2
            elif low == 4:
                pass
            else:
                if newlines > 0:
                    if newlines > 1 and n_pars > first_par:
                        blank_lines = True
                    par_starts[n_pars] = offset
                    # The line's first word; the sign bit says that a blank line went before.
                    par_words[n_pars] = n_words if newlines > 1 else -1 - n_words
                    n_pars += 1
                    newlines = 0
                par_ends[n_pars - 1] = offset + 1
                if low == 8:
                    # "J." and "U.S." end no sentence.
                    if (
                        n_words > 0
                        and n_words > art_words[article]
                        and ends[n_words - 1] - starts[n_words - 1] > 1
                    ):
                        stop = 1
                elif low == 9:
                    stop = 2
            after_return = code == 13
            if low == 1 or low == 2 or (low == 3 and in_word):
                if not in_word:
                    in_word = True
                    is_sign = False
                    begin = at
                    word_offset = offset
                    filled = 0
                    mask = 0
                    all_twins = True
                    letters = 0
                    letter_mask = np.uint32(0)
                    flag = np.uint8(0)
                    if stop == 2:
                        flag |= STARTS_SENTENCE
                    if kind & 16:
                        flag |= CAPITAL
                    stop = 0
                if low == 2:
                    flag |= HAS_DIGIT
                elif low == 1:
                    letters += 1
                    mask |= 1 << np.int64(scripts[code])
                    all_twins = all_twins and (kind & 32) != 0
                if code < 0x80:
                    # Nearly all news in Latin letters runs through this inner loop.
                    ascii_run = filled == 0
                    packed = U0
                    while True:
                        byte = np.uint64(code | 0x20 if low == 1 else code)
                        buffer[filled] = byte
                        letter_mask |= np.uint32(1) << np.uint32(byte & np.uint64(31))
                        packed |= byte << np.uint64((filled & 7) * 8)
                        filled += 1
                        at += 1
                        offset += 1
                        if at == end:
                            break
                        code = np.int64(data[at])
                        if code >= 0x80:
                            ascii_run = False
                            break
                        low = np.int64(kinds[code]) & 15
                        if low == 1:
                            letters += 1
                            mask |= 2
                            all_twins = False
                        elif low == 2:
                            flag |= HAS_DIGIT
                        else:
                            break
                    visible = offset
                    par_ends[n_pars - 1] = offset
                    continue
                ascii_run = False
                filled = _folded(code, fold, expansions, buffer, filled)
                if code < fold.size and not is_sign:
                    letter_mask |= np.uint32(1) << np.uint32(fold[code] & np.uint32(31))
                visible = offset + 1
            elif low == 4 and in_word:
                pass
            elif low == 5:
                in_word = True
                is_sign = True
                begin = at
                word_offset = offset
                filled = _folded(code, fold, expansions, buffer, 0)
                mask = 0
                letters = 6  # no length class
                letter_mask = np.uint32(0)
                flag = SIGN_WORD | (STARTS_SENTENCE if stop == 2 else np.uint8(0))
                stop = 0
                ascii_run = False
                visible = offset + 1
            at += size
            offset += 1
        # Blocks between blank lines; where there is no blank line at all, the lines are the paragraphs.
        kept = first_par
        for line in range(first_par, n_pars):
            after_blank = par_words[line] >= 0
            word = par_words[line] if after_blank else -1 - par_words[line]
            if after_blank or not blank_lines:
                par_starts[kept] = par_starts[line]
                par_ends[kept] = par_ends[line]
                par_words[kept] = word
                kept += 1
            else:
                par_ends[kept - 1] = par_ends[line]
        n_pars = kept
    art_words[bounds.size - 1] = n_words
    art_pars[bounds.size - 1] = n_pars
    par_words[n_pars] = n_words
    return n_words, n_pars


# --- shingles and signatures -------------------------------------------------------------------------


@_inlined
def _shingle(hashes: Any, at: int, width: int) -> Any:
    """32-bit hash of the words ``hashes[at:at + width]``."""
    h = PRIME5
    for k in range(width):
        h = h * PRIME1 + np.uint64(hashes[at + k])
    return np.uint32(((h ^ (h >> np.uint64(32))) * PRIME2) >> np.uint64(32))


# About 2 ns a word.
@_compiled("void(uint32[::1], int64[::1], int64, uint32[::1], int64[::1])")
def shingle_paragraphs(hashes: Any, par_words: Any, width: int, out: Any, out_bounds: Any) -> None:
    """Hash each paragraph's shingles; a paragraph shorter than `width` is one shingle of all its words."""
    n = 0
    for paragraph in range(par_words.size - 1):
        out_bounds[paragraph] = n
        begin = par_words[paragraph]
        size = par_words[paragraph + 1] - begin
        if 0 < size < width:
            out[n] = _shingle(hashes, begin, size)
            n += 1
        for at in range(begin, begin + size - width + 1):
            out[n] = _shingle(hashes, at, width)
            n += 1
    out_bounds[par_words.size - 1] = n


# About 0.2 ns a shingle and permutation.
@_compiled("void(uint32[::1], int64[::1], uint32[::1], uint32[::1], uint32[:, ::1])")
def sign(shingles: Any, bounds: Any, a: Any, b: Any, out: Any) -> None:
    """MinHash signatures, datasketch's scheme ``affine32``: MurmurHash3 finaliser, then a * h + b mod 2^32."""
    k = a.size
    for row in range(bounds.size - 1):
        minima = out[row]
        for i in range(k):
            minima[i] = np.uint32(0xFFFFFFFF)
        for at in range(bounds[row], bounds[row + 1]):
            h = shingles[at]
            h = np.uint32(np.uint64(h ^ np.uint32(h >> np.uint32(16))) * np.uint64(0x85EBCA6B) & MASK32)
            h = np.uint32(np.uint64(h ^ np.uint32(h >> np.uint32(13))) * np.uint64(0xC2B2AE35) & MASK32)
            h = np.uint32(h ^ np.uint32(h >> np.uint32(16)))
            for i in range(k):
                value = np.uint32((np.uint64(a[i]) * np.uint64(h) + np.uint64(b[i])) & MASK32)
                minima[i] = min(minima[i], value)


# About 2 ns a band and row.
@_compiled("void(uint32[:, ::1], int64, int64, uint64[:, ::1])")
def band(signatures: Any, bands: int, rows: int, out: Any) -> None:
    """Hash `rows` rows a band to one 64-bit key a band and paragraph, shape ``(n, bands)``."""
    for row in range(signatures.shape[0]):
        for i in range(bands):
            h = PRIME3 + np.uint64(i) * PRIME1
            for k in range(i * rows, i * rows + rows):
                h = (h ^ np.uint64(signatures[row, k])) * PRIME2
                h ^= h >> np.uint64(31)
            out[row, i] = h * PRIME1


# About 1 ns a word.
@_compiled("void(uint32[::1], int64[::1], uint64[::1])")
def digest(hashes: Any, par_words: Any, out: Any) -> None:
    """64-bit digest of each paragraph's words, 0 where it has none."""
    for paragraph in range(par_words.size - 1):
        h = U0
        for at in range(par_words[paragraph], par_words[paragraph + 1]):
            h = (h ^ np.uint64(hashes[at]) ^ PRIME5) * PRIME1
            h ^= h >> np.uint64(32)
        out[paragraph] = h


# About 5 ns an entry.
@_compiled("uint64[::1](uint64[::1], int64)")
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
                grown[:n] = out
                out = grown
            out[n] = ((packed[i] & MASK32) << np.uint64(32)) | (packed[j] & MASK32)
            n += 1
    return out[:n]


# --- the fingerprint net -----------------------------------------------------------------------------


# About 3 ns a word.
@_compiled("int64(uint32[::1], int64[::1], boolean[::1], int64, uint64[::1])")
def post(hashes: Any, par_words: Any, posted: Any, width: int, out: Any) -> int:
    """Write a posting, shingle hash high and position low, for each shingle of each posted paragraph."""
    n = 0
    for paragraph in range(posted.size):
        if posted[paragraph]:
            for at in range(par_words[paragraph], par_words[paragraph + 1] - width + 1):
                out[n] = (np.uint64(_shingle(hashes, at, width)) << np.uint64(32)) | np.uint64(at)
                n += 1
    return n


FREQUENT = np.uint32(0x80000000)
ALONE = np.uint32(0xFFFFFFFF)


# About 5 ns a posting.
@_compiled("void(uint64[::1], int64, uint32[::1])")
def link(postings: Any, frequent: int, head: Any) -> None:
    """Tell each position where the group of its shingle begins in the sorted postings.

    `head` is `ALONE` where no other position has the shingle; the high bit marks a group of more than
    `frequent` postings.
    """
    n = postings.size
    begin = 0
    while begin < n:
        key = postings[begin] >> np.uint64(32)
        end = begin + 1
        while end < n and postings[end] >> np.uint64(32) == key:
            end += 1
        if end - begin > 1:
            mark = np.uint32(begin) | FREQUENT if end - begin > frequent else np.uint32(begin)
            for at in range(begin, end):
                head[np.int64(postings[at] & MASK32)] = mark
        begin = end


@_inlined
def _paragraph_of(position: int, blocks: Any, par_words: Any) -> Any:
    paragraph = np.int64(blocks[position >> 6])
    while par_words[paragraph + 1] <= position:
        paragraph += 1
    return paragraph


@_inlined
def _weight_of(size: int, frequent: int) -> int:
    weight = 1
    while size * 2 <= frequent:
        size *= 2
        weight += 1
    return weight


UNIT = 64
"""Words queried together: a longer paragraph is several queries, so that each stretch finds its sources."""
LONG_FREQUENT = 8
"""So many frequent shingles in a row are evidence again: a passage that everybody copied."""
LEAST_SCORE = 6
"""Of a candidate: one shingle that only two paragraphs have, or several more common ones."""
SLOTS = 1 << 15


# About 30 ns a word of news.
@_compiled(
    "uint64[::1](int64, int64, int64[::1], int64[::1], int64[::1], uint64[::1], uint32[::1], uint32[::1],"
    "int64[::1], int64, int64)"
)
def propose(first: int, last: int, par_words: Any, art_words: Any, art_pars: Any, postings: Any, head: Any,
            blocks: Any, first_copy: Any, frequent: int, most: int) -> Any:  # fmt: skip
    """Candidates of the articles ``first .. last - 1``: sorted ``article << 32 | earlier paragraph``, no pair twice.

    Each stretch of `UNIT` words proposes the `most` earlier paragraphs that share its rarest shingles; of
    equals, the earlier. An exact copy of an earlier article's paragraph asks as that one does, which need not be
    the first to have its parts.
    """
    table = np.full(SLOTS, -1, np.int64)
    score = np.zeros(SLOTS, np.int64)
    used = np.empty(SLOTS, np.int64)
    out = np.empty(1024, np.uint64)
    n = 0
    for article in range(first, last):
        limit = art_words[article]
        for paragraph in range(art_pars[article], art_pars[article + 1]):
            origin = first_copy[paragraph]
            if art_pars[article] <= origin < paragraph:
                continue  # asked before
            end = par_words[origin + 1]
            for begin in range(par_words[origin], end, UNIT):
                count = 0
                stop = min(begin + UNIT, end)
                run_end = begin  # of a run of frequent shingles ...
                counts = False  # ... and whether it is long enough to count
                for at in range(begin, stop):
                    group = head[at]
                    if group == ALONE:
                        continue
                    weight = 1
                    place = np.int64(group & ~FREQUENT)
                    if group & FREQUENT:
                        if at >= run_end:
                            run_end = at + 1
                            while run_end < end and head[run_end] != ALONE and head[run_end] & FREQUENT:
                                run_end += 1
                            counts = run_end - at >= LONG_FREQUENT
                        if not counts:
                            continue
                    key = postings[place] >> np.uint64(32)
                    last_place = min(place + frequent, postings.size)
                    if np.int64(postings[place] & MASK32) >= limit:
                        continue
                    if not group & FREQUENT:
                        size = 1
                        while place + size < last_place and postings[place + size] >> np.uint64(32) == key:
                            size += 1
                        weight = _weight_of(size, frequent)
                    before = -1
                    while place < last_place and postings[place] >> np.uint64(32) == key:
                        position = np.int64(postings[place] & MASK32)
                        place += 1
                        if position >= limit:
                            break
                        source = _paragraph_of(position, blocks, par_words)
                        if source == before:
                            continue
                        before = source
                        slot = np.int64((np.uint64(source) * PRIME1) >> np.uint64(49))
                        while table[slot] >= 0 and table[slot] != source:
                            slot = (slot + 1) & (SLOTS - 1)
                        if table[slot] < 0:
                            if count == SLOTS // 2:
                                continue
                            table[slot] = source
                            score[slot] = 0
                            used[count] = slot
                            count += 1
                        score[slot] += weight
                if n + most > out.size:
                    grown = np.empty(2 * out.size + most, np.uint64)
                    grown[:n] = out[:n]
                    out = grown
                for _ in range(min(most, count)):
                    best = -1
                    for i in range(count):
                        slot = used[i]
                        if score[slot] > 0 and (
                            best < 0 or score[slot] > score[best]
                            or (score[slot] == score[best] and table[slot] < table[best])
                        ):  # fmt: skip
                            best = slot
                    if best < 0 or score[best] < LEAST_SCORE:
                        break
                    out[n] = (np.uint64(article) << np.uint64(32)) | np.uint64(table[best])
                    n += 1
                    score[best] = 0
                for i in range(count):
                    table[used[i]] = -1
    return np.unique(out[:n])


# --- alignment ---------------------------------------------------------------------------------------

REACH = 32
"""Words that an alignment may bridge between two exact runs, and look ahead beyond the last."""
MOST_RUNS = 4096
SIMILAR = 0.4
"""A word with nearly the same letters, as after a misread or an inflection, counts as so much of an equal one."""
LONE = (0.0, 0.2, 0.5, 0.8)
"""What matched words count that stand alone, by two or by three between others."""
OWN_PLACES = 8
LOOK_BACK = 32
BAND = 6
"""Words by which two texts may get out of step beyond the last exact run."""
DROP = 3.0
"""An end is followed until it has lost so much of its best score."""
OUTSIDE = -1e9


@_inlined
def _weight(flag: Any) -> Any:
    """Evidence of one matched word in words: long words say more, and names, numbers and signs less."""
    if flag & SIGN_WORD:
        return 0.5
    length = (flag & LENGTH_CLASS) >> 4
    if length == 3 or flag & HAS_DIGIT:
        return 0.3
    weight = 1.0 - 0.2 * np.float64(length)
    if (flag & CAPITAL) and not (flag & STARTS_SENTENCE):
        return min(weight, 0.6)
    return weight


@_inlined
def _similar(a: Any, b: Any) -> Any:
    """Whether two words have nearly the same letters, as after a misread or an inflection."""
    differ = a ^ b
    both = a & b
    if differ & (differ - np.uint32(1)) == 0:  # at most one letter
        wanted = 3
    else:
        rest = differ & (differ - np.uint32(1))
        if rest & (rest - np.uint32(1)) != 0:  # three letters and more
            return False
        wanted = 5
    n = 0
    while both != 0 and n < wanted:
        both &= both - np.uint32(1)
        n += 1
    return n == wanted


@_inlined
def _weigh(flags: Any, begin: int, size: int) -> Any:
    total = 0.0
    for at in range(begin, begin + size):
        total += _weight(flags[at])
    return total


@_inlined
def _fill(hashes: Any, flags: Any, masks: Any, t: int, s: int, dt: int, ds: int, step: int, skip: float, score: Any,
          move: Any, blocks: Any, n: int) -> int:  # fmt: skip
    """Align ``dt`` words from `t` with ``ds`` words from `s`, going by `step` (1 or -1); add blocks of one word.

    With `skip` 0 this is the heaviest common subsequence of the rectangle; with a cost for each word left out it
    goes only as far as it pays, never out of step by more than `BAND` words. Blocks come in the order of the walk
    back: reversed for step 1.
    """
    band = max(dt, ds) if skip == 0.0 else BAND
    for j in range(min(ds, band) + 1):
        score[0, j] = -skip * j
    best, best_i, best_j = 0.0, 0, 0
    for i in range(1, dt + 1):
        low, high = max(1, i - band), min(ds, i + band)
        if low > high:
            break
        score[i, low - 1] = -skip * i if low == 1 else OUTSIDE
        if high < ds or high == i + band:
            score[i - 1, high] = score[i - 1, high] if high < i + band else OUTSIDE
        at = t + step * (i - 1)
        word, mask = hashes[at], masks[at]
        weight = _weight(flags[at])
        top = OUTSIDE
        for j in range(low, high + 1):
            other = s + step * (j - 1)
            value = score[i - 1, j - 1] - skip
            way = 0
            if word == hashes[other]:
                value = score[i - 1, j - 1] + weight
                way = 1
            elif _similar(mask, masks[other]):
                value = score[i - 1, j - 1] + SIMILAR * weight
                way = 4
            if score[i - 1, j] - skip > value:
                value = score[i - 1, j] - skip
                way = 2
            if score[i, j - 1] - skip > value:
                value = score[i, j - 1] - skip
                way = 3
            score[i, j] = value
            move[i, j] = way
            top = max(top, value)
            if value > best:
                best, best_i, best_j = value, i, j
        if skip > 0.0 and top < best - DROP:
            break
    i, j = (dt, ds) if skip == 0.0 else (best_i, best_j)
    while i > 0 and j > 0:
        way = move[i, j]
        if way == 1 or way == 4:
            blocks[n, 0] = t + step * (i - 1)
            blocks[n, 1] = s + step * (j - 1)
            blocks[n, 2] = 1
            blocks[n, 3] = way == 4
            n += 1
        if way <= 1 or way == 4:
            i -= 1
            j -= 1
        elif way == 2:
            i -= 1
        else:
            j -= 1
    return n


@_inlined
def _reversed(blocks: Any, begin: int, end: int) -> None:
    while begin < end - 1:
        end -= 1
        for k in range(4):
            blocks[begin, k], blocks[end, k] = blocks[end, k], blocks[begin, k]
        begin += 1


@_inlined
def _touch(blocks: Any, i: int, j: int) -> Any:
    """Whether block `j` follows block `i` with no word between them in either text."""
    size = blocks[i, 2]
    return blocks[j, 0] == blocks[i, 0] + size and blocks[j, 1] == blocks[i, 1] + size


@_inlined
def _merged(blocks: Any, n: int) -> int:
    """Join blocks of one kind that touch on both sides; return how many are left."""
    if n == 0:
        return 0
    kept = 0
    for i in range(1, n):
        if _touch(blocks, kept, i) and blocks[i, 3] == blocks[kept, 3]:
            blocks[kept, 2] += blocks[i, 2]
        else:
            kept += 1
            for k in range(4):
                blocks[kept, k] = blocks[i, k]
    return kept + 1


@_inlined
def _same(hashes: Any, a: int, b: int, size: int) -> Any:
    for k in range(size):
        if hashes[a + k] != hashes[b + k]:
            return False
    return True


@_inlined
def _exact_runs(hashes: Any, t0: int, t1: int, s0: int, s1: int, begin: int, end: int, width: int,
                table: Any, chain: Any, runs: Any, n: int) -> int:  # fmt: skip
    """Maximal runs shared by article ``[t0, t1)`` and paragraph ``[begin, end)`` of article ``[s0, s1)``.

    A run may leave the paragraph, never the article. `table` and `chain` hold the article's shingles.
    """
    mask = table.size - 1
    for s in range(begin, end - width + 1):
        slot = np.int64(_shingle(hashes, s, width)) & mask
        at = table[slot]
        while at >= 0 and not _same(hashes, t0 + at, s, width):
            slot = (slot + 1) & mask
            at = table[slot]
        seen = 0
        while at >= 0 and seen < 16:
            seen += 1
            t = t0 + at
            at = chain[at]
            if s > begin and t > t0 and hashes[t - 1] == hashes[s - 1]:
                continue  # inside a run that began before
            left = 0
            while t - left > t0 and s - left > s0 and hashes[t - left - 1] == hashes[s - left - 1]:
                left += 1
            size = width
            while t + size < t1 and s + size < s1 and hashes[t + size] == hashes[s + size]:
                size += 1
            if n < MOST_RUNS:
                runs[n, 0] = t - left
                runs[n, 1] = s - left
                runs[n, 2] = size + left
                n += 1
    return n


@_inlined
def _fill_table(hashes: Any, t0: int, t1: int, width: int, table: Any, chain: Any) -> None:
    """Hash table of the article's shingles: first place of each in `table`, the next ones in `chain`."""
    table[:] = -1
    mask = table.size - 1
    for at in range(t1 - t0 - width, -1, -1):
        slot = np.int64(_shingle(hashes, t0 + at, width)) & mask
        while table[slot] >= 0 and not _same(hashes, t0 + table[slot], t0 + at, width):
            slot = (slot + 1) & mask
        chain[at] = table[slot]
        table[slot] = at


@_inlined
def _sorted_runs(runs: Any, n: int, spare: Any) -> int:
    """Sort runs by place in the article, then in the source; drop those that come twice."""
    if n > 64:
        keys = np.empty(n, np.uint64)
        for i in range(n):
            keys[i] = (np.uint64(runs[i, 0]) << np.uint64(32)) | np.uint64(runs[i, 1])
        order = np.argsort(keys)
        for i in range(n):
            spare[i] = runs[order[i]]
        runs[:n] = spare[:n]
    else:
        for i in range(1, n):
            t, s, size = runs[i, 0], runs[i, 1], runs[i, 2]
            j = i
            while j > 0 and (runs[j - 1, 0] > t or (runs[j - 1, 0] == t and runs[j - 1, 1] > s)):
                for k in range(3):
                    runs[j, k] = runs[j - 1, k]
                j -= 1
            runs[j, 0], runs[j, 1], runs[j, 2] = t, s, size
    kept = 0
    for i in range(n):
        if kept == 0 or runs[i, 0] != runs[kept - 1, 0] or runs[i, 1] != runs[kept - 1, 1]:
            for k in range(3):
                runs[kept, k] = runs[i, k]
            kept += 1
    return kept


@_inlined
def _chained(flags: Any, runs: Any, n: int, best: Any, prev: Any) -> None:
    """Score of the best chain that ends in each run, and its run before; -1 where it begins.

    A chain goes forward in both texts, over gaps of at most `REACH` words.
    """
    for i in range(n):
        own = _weigh(flags, runs[i, 0], runs[i, 2])
        best[i] = own
        prev[i] = -1
        for j in range(i - 1, max(-1, i - 1 - LOOK_BACK), -1):
            dt = runs[i, 0] - runs[j, 0] - runs[j, 2]
            ds = runs[i, 1] - runs[j, 1] - runs[j, 2]
            overlap = max(0, -dt, -ds)
            if dt > REACH or ds > REACH or overlap > 8 or overlap >= runs[i, 2]:
                continue
            if runs[j, 1] >= runs[i, 1]:
                continue
            wide = max(dt, ds) + overlap
            value = best[j] + own - 0.12 * wide - 0.12 * abs(dt - ds) - 0.5 * overlap
            if value > best[i]:
                best[i] = value
                prev[i] = j


@_inlined
def _bridged(hashes: Any, flags: Any, masks: Any, runs: Any, path: Any, size: int, t_low: int, t_high: int, s_low: int,
             s_high: int, score: Any, move: Any, blocks: Any) -> int:  # fmt: skip
    """Blocks of one chain of runs (``path[size - 1] .. path[0]``), its gaps and both its ends filled."""
    first = path[size - 1]
    t, s = runs[first, 0], runs[first, 1]
    dt, ds = min(REACH, t - t_low), min(REACH, s - s_low)
    n = _fill(hashes, flags, masks, t - 1, s - 1, dt, ds, -1, 0.4, score, move, blocks, 0)
    t_end, s_end = -1, -1
    for place in range(size - 1, -1, -1):
        run = path[place]
        t, s, length = runs[run, 0], runs[run, 1], runs[run, 2]
        if t_end >= 0:
            overlap = max(0, t_end - t, s_end - s)
            t, s, length = t + overlap, s + overlap, length - overlap
            if t > t_end and s > s_end:
                begin = n
                n = _fill(
                    hashes, flags, masks, t_end, s_end, t - t_end, s - s_end, 1, 0.0, score, move, blocks, n
                )
                _reversed(blocks, begin, n)
        blocks[n, 0], blocks[n, 1], blocks[n, 2], blocks[n, 3] = t, s, length, 0
        n += 1
        t_end, s_end = t + length, s + length
    begin = n
    dt, ds = min(REACH, t_high - t_end), min(REACH, s_high - s_end)
    n = _fill(hashes, flags, masks, t_end, s_end, dt, ds, 1, 0.4, score, move, blocks, n)
    _reversed(blocks, begin, n)
    return _merged(blocks, n)


@_inlined
def _block_weight(flags: Any, blocks: Any, i: int) -> Any:
    weight = _weigh(flags, blocks[i, 0], blocks[i, 2])
    return SIMILAR * weight if blocks[i, 3] else weight


@_inlined
def _gap_cost(blocks: Any, i: int) -> Any:
    dt = blocks[i, 0] - blocks[i - 1, 0] - blocks[i - 1, 2]
    ds = blocks[i, 1] - blocks[i - 1, 1] - blocks[i - 1, 2]
    return 0.3 * max(dt, ds) + 0.05 * min(dt, ds)


@_inlined
def _put_in_between(blocks: Any, i: int) -> Any:
    """Whether several words stand before block `i` that answer nothing in the source: they are not taken from it."""
    dt = blocks[i, 0] - blocks[i - 1, 0] - blocks[i - 1, 2]
    ds = blocks[i, 1] - blocks[i - 1, 1] - blocks[i - 1, 2]
    return dt > EDGE and dt - ds >= EDGE - 1


@_inlined
def _next_segment(flags: Any, blocks: Any, begin: int, n: int) -> Any:
    """First stretch of blocks from `begin` whose matches outweigh its gaps: ``(first, last + 1)``."""
    total = 0.0
    best = 0.0
    first = begin
    last = begin
    for i in range(begin, n):
        if i > first:
            cost = _gap_cost(blocks, i)
            if _put_in_between(blocks, i):
                return first, last + 1
            if total < cost:  # what came before does not pay for the gap
                if best >= 4.0:
                    return first, last + 1
                first, last, total, best = i, i, 0.0, 0.0
            elif best - (total - cost) > 4.0:
                return first, last + 1
            else:
                total -= cost
        total += _block_weight(flags, blocks, i)
        if total > best:
            best = total
            last = i
    return first, last + 1


@_inlined
def _trimmed(flags: Any, blocks: Any, first: int, end: int) -> Any:
    """Leave out outer blocks that weigh less than the gap they stand behind."""
    while end - first > 1 and _block_weight(flags, blocks, first) < _gap_cost(blocks, first + 1):
        first += 1
    while end - first > 1 and _block_weight(flags, blocks, end - 1) < _gap_cost(blocks, end - 1):
        end -= 1
    return first, end


@_inlined
def _news(hashes: Any, flags: Any, blocks: Any, first: int, i: int, t: int) -> Any:
    """Weight of the matched word at `t` in block `i`, less where the same word matched up to 40 words before."""
    weight = _weight(flags[t])
    begin = max(blocks[first, 0], t - 40)
    while i >= first and blocks[i, 0] + blocks[i, 2] > begin:
        for at in range(max(blocks[i, 0], begin), min(blocks[i, 0] + blocks[i, 2], t)):
            if hashes[at] == hashes[t]:
                return 0.25 * weight
        i -= 1
    return weight


@_inlined
def _measured(hashes: Any, flags: Any, blocks: Any, first: int, end: int) -> Any:
    """Equal words, similar words, the weight of both, and the longest equal run of some blocks.

    Words that match alone, between words that do not, are hardly evidence: any two texts share those; nor are
    words that matched a few words before: any two tables from one template do.
    """
    matched, similar, longest = 0, 0, 0
    weight = 0.0
    i = first
    while i < end:
        stretch = 0
        inside = 0.0
        while True:
            size = blocks[i, 2]
            stretch += size
            for t in range(blocks[i, 0], blocks[i, 0] + size):
                inside += _news(hashes, flags, blocks, first, i, t) * (SIMILAR if blocks[i, 3] else 1.0)
            if blocks[i, 3]:
                similar += size
            else:
                matched += size
                longest = max(longest, size)
            i += 1
            if i == end or not _touch(blocks, i - 1, i):
                break
        weight += inside * (1.0 if stretch >= 4 else LONE[stretch])
    return matched, similar, weight, longest


FAR = 99


@_inlined
def _edge(flags: Any, at: int, low: int, high: int, step: int) -> int:
    """Words from `at` to the border of its sentence, going by `step`; `FAR` where they are more than `EDGE`."""
    for distance in range(EDGE + 1):
        if step < 0:
            if at - distance == low or flags[at - distance] & STARTS_SENTENCE:
                return distance
        elif at + distance == high or flags[at + distance] & STARTS_SENTENCE:
            return distance
    return FAR


@_inlined
def _ranges(flags: Any, par_words: Any, t_par: int, s_par: int, t_last: int, s_last: int, blocks: Any, first: int,
            end: int, matched: int, out: Any) -> None:  # fmt: skip
    """Range of a segment in both texts, stretched to sentence borders that lie equally near in both.

    A reworder changes the first or last word of a sentence as often as any other.
    """
    t0, s0 = blocks[first, 0], blocks[first, 1]
    t1 = blocks[end - 1, 0] + blocks[end - 1, 2]
    s1 = blocks[end - 1, 1] + blocks[end - 1, 2]
    dt = _edge(flags, t0, par_words[t_par], par_words[t_par + 1], -1)
    ds = _edge(flags, s0, par_words[s_par], par_words[s_par + 1], -1)
    if 4 * max(dt, ds) <= matched and abs(dt - ds) <= 1 + max(dt, ds) // 3:
        t0, s0 = t0 - dt, s0 - ds
    dt = _edge(flags, t1, par_words[t_last], par_words[t_last + 1], 1)
    ds = _edge(flags, s1, par_words[s_last], par_words[s_last + 1], 1)
    if 4 * max(dt, ds) <= matched and abs(dt - ds) <= 1 + max(dt, ds) // 3:
        t1, s1 = t1 + dt, s1 + ds
    out[0], out[1], out[2], out[3] = t0, t1, s0, s1


LEAST_LEFT = 4
"""Matched words that a source must add to what stronger ones explain."""
LONG_RUN = 12
"""So many equal words in a row are rarely chance, however short they are."""
LONG_PART = 16
"""Matched words from which a part of a passage is traced to an earlier source of its own."""
SEGMENT = 10  # t0, t1, s0, s1, first block, end block, matched, source article, accepted, longest run
RECYCLED, REWORDED, REPEATED = 0, 1, 2
VERBATIM = 0.9
"""Share of equal words from which a passage counts as taken word for word."""
EDGE = 6
"""Words at a border that may be changed without ending the passage."""


@_inlined
def _more_rows(array: Any, n: int) -> Any:
    """`array` itself, or a copy of twice the size, with room for row `n`."""
    if n < array.shape[0]:
        return array
    grown = np.empty((max(2 * array.shape[0], n + 1), array.shape[1]), array.dtype)
    grown[: array.shape[0]] = array
    return grown


@_inlined
def _segments(hashes: Any, flags: Any, masks: Any, par_words: Any, par_blocks: Any, bounds: Any, source: int,
              runs: Any, n_runs: int, chain_best: Any, chain_prev: Any, path: Any, score: Any, move: Any, scratch: Any,
              segments: Any, weights: Any, n_segments: int, pool: Any, n_pool: int, own: bool) -> Any:  # fmt: skip
    """Chain the runs of one source article into segments, appended to `segments` with their blocks in `pool`."""
    t_low, t_high, s_low, s_high = bounds
    _chained(flags, runs, n_runs, chain_best, chain_prev)
    while True:
        top = -1
        for i in range(n_runs):
            if chain_best[i] > 0.0 and (top < 0 or chain_best[i] > chain_best[top]):
                top = i
        if top < 0 or chain_best[top] < 2.0:
            break
        size = 0
        run = top
        while run >= 0 and chain_best[run] > 0.0:
            path[size] = run
            size += 1
            chain_best[run] = 0.0
            run = chain_prev[run]
            if size == path.size:
                break
        if own:
            first = path[size - 1]
            t_low = runs[top, 1] + runs[top, 2]
            s_high = runs[first, 0]
            if t_low > s_high:  # the two copies overlap: only the first run is sure
                size = 1
                path[0] = first
                t_low, s_high = runs[first, 1] + runs[first, 2], runs[first, 0]
        total = 2 * REACH + size * (REACH + 1)
        if total > scratch.shape[0]:
            scratch = np.empty((2 * total, 4), np.int64)
        n = _bridged(
            hashes, flags, masks, runs, path, size, t_low, t_high, s_low, s_high, score, move, scratch
        )
        at = 0
        while at < n:
            first, end = _next_segment(flags, scratch, at, n)
            at = max(end, at + 1)
            first, end = _trimmed(flags, scratch, first, end)
            matched, similar, weight, longest = _measured(hashes, flags, scratch, first, end)
            if longest < 3:
                continue
            matched += similar // 2
            segments = _more_rows(segments, n_segments)
            weights = _more_rows(weights, n_segments)
            row = segments[n_segments]
            t_par = _paragraph_of(scratch[first, 0], par_blocks, par_words)
            s_par = _paragraph_of(scratch[first, 1], par_blocks, par_words)
            t_last = _paragraph_of(scratch[end - 1, 0] + scratch[end - 1, 2] - 1, par_blocks, par_words)
            s_last = _paragraph_of(scratch[end - 1, 1] + scratch[end - 1, 2] - 1, par_blocks, par_words)
            row[4], row[5], row[6], row[7], row[8], row[9] = (
                n_pool,
                n_pool + end - first,
                matched,
                source,
                0,
                longest,
            )
            _ranges(flags, par_words, t_par, s_par, t_last, s_last, scratch, first, end, matched, row)
            if own and row[3] > row[0]:  # both stretched into the words between them
                row[0], row[3] = scratch[first, 0], scratch[end - 1, 1] + scratch[end - 1, 2]
            weights[n_segments, 0] = weight
            n_segments += 1
            for i in range(first, end):
                pool = _more_rows(pool, n_pool)
                pool[n_pool] = scratch[i]
                n_pool += 1
    return segments, weights, n_segments, pool, n_pool, scratch


@_inlined
def _whole(flags: Any, par_words: Any, par_blocks: Any, begin: int, end: int) -> Any:
    """Whether words ``[begin, end)`` are whole sentences."""
    first = _paragraph_of(begin, par_blocks, par_words)
    last = _paragraph_of(end - 1, par_blocks, par_words)
    begins = begin == par_words[first] or (flags[begin] & STARTS_SENTENCE) != 0
    return begins and (end == par_words[last + 1] or (flags[end] & STARTS_SENTENCE) != 0)


@_inlined
def _accept(flags: Any, par_words: Any, par_blocks: Any, segments: Any, weights: Any, n: int, min_words: int,
            min_weight: float, min_share: float) -> None:  # fmt: skip
    """Mark what is evidence by itself, then what only is so beside such a segment of the same source.

    Reworded text must weigh more than verbatim text, save where whole sentences answer whole sentences, and weigh
    something all along: two tables of results from one template have half their words in common, but hardly two
    in a row.
    """
    for i in range(n):
        length = max(segments[i, 1] - segments[i, 0], 1)
        source = max(segments[i, 3] - segments[i, 2], 1)
        matched, weight = segments[i, 6], weights[i, 0]
        dense = matched >= min_share * length and matched >= 0.8 * min_share * source
        verbatim = matched >= VERBATIM * max(length, source)
        wanted = min_weight
        if verbatim and segments[i, 9] >= LONG_RUN:
            wanted = 0.6 * min_weight
        elif not verbatim:
            whole = _whole(flags, par_words, par_blocks, segments[i, 0], segments[i, 1])
            whole = whole and _whole(flags, par_words, par_blocks, segments[i, 2], segments[i, 3])
            wanted = 0.5 * min_weight if whole else 1.1 * min_weight
        if dense and matched >= min_words and weight >= wanted and weight >= 0.25 * min_share * length:
            segments[i, 8] = 1
    for i in range(n):
        length = max(segments[i, 1] - segments[i, 0], 1)
        if segments[i, 8] or 2 * segments[i, 9] <= min_words or 2 * weights[i, 0] < min_weight:
            continue
        if segments[i, 6] < 0.8 * length:
            continue
        for j in range(n):
            if segments[j, 8] == 1 and segments[j, 7] == segments[i, 7]:
                t_gap = max(segments[i, 0] - segments[j, 1], segments[j, 0] - segments[i, 1])
                s_gap = max(segments[i, 2] - segments[j, 3], segments[j, 2] - segments[i, 3])
                if t_gap <= 60 and s_gap <= 60:
                    segments[i, 8] = 2
                    break


@_inlined
def _matched_inside(pool: Any, segment: Any, t0: int, t1: int, covered: Any, base: int) -> int:
    """Matched words of a segment that lie in ``[t0, t1)`` and are not covered yet; similar ones count half."""
    count = 0
    for i in range(segment[4], segment[5]):
        for t in range(max(pool[i, 0], t0), min(pool[i, 0] + pool[i, 2], t1)):
            if not covered[t - base]:
                count += 1 if pool[i, 3] else 2
    return count // 2


@_inlined
def _shingle_sets(hashes: Any, begin: int, end: int, width: int) -> Any:
    """Sorted distinct shingles of one paragraph."""
    size = end - begin
    if size < width:
        return np.array([_shingle(hashes, begin, size)], np.uint32)
    values = np.empty(size - width + 1, np.uint32)
    for i in range(values.size):
        values[i] = _shingle(hashes, begin + i, width)
    values.sort()
    n = 1
    for i in range(1, values.size):
        if values[i] != values[i - 1]:
            values[n] = values[i]
            n += 1
    return values[:n]


@_inlined
def _common(a: Any, b: Any) -> int:
    i, j, n = 0, 0, 0
    while i < a.size and j < b.size:
        if a[i] == b[j]:
            n += 1
            i += 1
            j += 1
        elif a[i] < b[j]:
            i += 1
        else:
            j += 1
    return n


@_inlined
def _emit(flags: Any, par_words: Any, par_blocks: Any, article: int, segment: Any, pool: Any, begin: int, end: int,
          own: bool, rows: Any, n_rows: int, out: Any, n_out: int) -> Any:  # fmt: skip
    """Write rows for the part ``[begin, end)`` of a segment, one a paragraph, each with its blocks clipped."""
    while begin < end:
        paragraph = _paragraph_of(begin, par_blocks, par_words)
        stop = min(end, par_words[paragraph + 1])
        first_out = n_out
        matched = 0
        for i in range(segment[4], segment[5]):
            t, s, size = pool[i, 0], pool[i, 1], pool[i, 2]
            low = max(t, begin)
            high = min(t + size, stop)
            if low < high:
                out = _more_rows(out, n_out)
                out[n_out, 0], out[n_out, 1], out[n_out, 2] = low, s + low - t, high - low
                out[n_out, 3] = pool[i, 3]
                n_out += 1
                matched += 0 if pool[i, 3] else high - low
        whole = begin == segment[0] and stop == segment[1]
        # One or two words over a paragraph's border are chance, unless they are its last line or sentence.
        enough = matched >= 3 or (matched > 0 and _whole(flags, par_words, par_blocks, begin, stop))
        if enough and (whole or 2 * matched >= stop - begin):
            rows = _more_rows(rows, n_rows)
            row = rows[n_rows]
            t0, t1 = begin, stop
            s0 = out[first_out, 1]
            s1 = out[n_out - 1, 1] + out[n_out - 1, 2]
            # Tight, but for changed words at the segment's own border or the paragraph's; a sentence put before or
            # after is not changed words.
            first_word = out[first_out, 0]
            last_word = out[n_out - 1, 0] + out[n_out - 1, 2]
            apart = begin != par_words[paragraph] or flags[first_word] & STARTS_SENTENCE != 0
            if first_word - begin > EDGE or (begin != segment[0] and apart):
                t0 = first_word
            elif begin == segment[0]:
                s0 = min(s0, segment[2])
            apart = stop != par_words[paragraph + 1] or (
                last_word < stop and flags[last_word] & STARTS_SENTENCE != 0
            )
            if stop - last_word > EDGE or (stop != segment[1] and apart):
                t1 = last_word
            elif stop == segment[1]:
                s1 = max(s1, segment[3])
            most, s_par = 0, _paragraph_of(out[first_out, 1], par_blocks, par_words)
            for i in range(first_out, n_out):
                if out[i, 2] > most:
                    most, s_par = out[i, 2], _paragraph_of(out[i, 1], par_blocks, par_words)
            kind = RECYCLED if matched >= VERBATIM * max(t1 - t0, s1 - s0) else REWORDED
            row[0], row[1], row[2], row[3], row[4], row[5] = article, paragraph, t0, t1, segment[7], s_par
            row[6], row[7], row[8], row[9], row[10] = s0, s1, matched, first_out, n_out
            row[11] = REPEATED if own else kind
            n_rows += 1
        else:
            n_out = first_out
        begin = stop
    return rows, n_rows, out, n_out


@_inlined
def _cover(flags: Any, par_words: Any, par_blocks: Any, article: int, base: int, covered: Any, segments: Any, n: int,
           pool: Any, rows: Any, n_rows: int, out: Any, n_out: int) -> Any:  # fmt: skip
    """Give each word one source: the segment that explains most goes first; of near equals, the earliest article."""
    while True:
        top, most = -1, 0
        for i in range(n):
            if segments[i, 8]:
                count = _matched_inside(pool, segments[i], segments[i, 0], segments[i, 1], covered, base)
                if count < LEAST_LEFT:
                    segments[i, 8] = 0
                elif count > most or (count == most and segments[i, 2] < segments[top, 2]):
                    top, most = i, count
        if top < 0:
            return rows, n_rows, out, n_out
        # An earlier article that holds a good part of it as well was its source for that part.
        best = top
        for i in range(n):
            if segments[i, 8] and segments[i, 2] < segments[top, 2]:
                t0 = max(segments[i, 0], segments[best, 0])
                t1 = min(segments[i, 1], segments[best, 1])
                count = _matched_inside(pool, segments[i], t0, t1, covered, base)
                part = count >= LONG_PART and _whole(flags, par_words, par_blocks, t0, t1)
                wanted = _matched_inside(pool, segments[best], t0, t1, covered, base) if part else most
                if count >= 0.98 * wanted and (part or count >= 0.98 * most):
                    top = i
        segments[top, 8] = 0
        at = segments[top, 0]
        while at < segments[top, 1]:
            end = at
            while end < segments[top, 1] and not covered[end - base]:
                end += 1
            if _matched_inside(pool, segments[top], at, end, covered, base) >= LEAST_LEFT:
                rows, n_rows, out, n_out = _emit(
                    flags, par_words, par_blocks, article, segments[top], pool, at, end, False, rows, n_rows, out,
                    n_out,
                )  # fmt: skip
                covered[at - base : end - base] = True
            at = end + 1


@_inlined
def _own_runs(hashes: Any, t0: int, t1: int, width: int, table: Any, chain: Any, runs: Any) -> int:
    """Runs of the article that it said before, from left to right: each the longest of its first few earlier places.

    A long run is not looked into again, so that the cost stays linear however often a text repeats itself.
    """
    n = 0
    at = 0
    mask = table.size - 1
    while at <= t1 - t0 - width and n < MOST_RUNS:
        slot = np.int64(_shingle(hashes, t0 + at, width)) & mask
        while not _same(hashes, t0 + table[slot], t0 + at, width):
            slot = (slot + 1) & mask
        earlier = table[slot]
        best, best_size, seen = -1, 0, 0
        while earlier < at and seen < OWN_PLACES:
            seen += 1
            size = width
            room = min(at - earlier, t1 - t0 - at)
            while size < room and hashes[t0 + earlier + size] == hashes[t0 + at + size]:
                size += 1
            if size <= room and size > best_size:
                best, best_size = earlier, size
            earlier = chain[earlier]
        if best >= 0:
            inside = (
                n > 0
                and runs[n - 1, 0] - runs[n - 1, 1] == at - best
                and t0 + at < runs[n - 1, 0] + runs[n - 1, 2]
            )
            if not inside:
                runs[n, 0], runs[n, 1], runs[n, 2] = t0 + at, t0 + best, best_size
                n += 1
        at += best_size if best_size >= LONG_RUN else 1
    return n


@_inlined
def _accept_own(flags: Any, par_words: Any, par_blocks: Any, segments: Any, weights: Any, n: int, pool: Any,
                min_words: int, min_weight: float) -> None:  # fmt: skip
    """Mark repeats: long ones, and whole sentences of 4 words or paragraphs of 3 said over word for word."""
    for i in range(n):
        t0, t1, matched = segments[i, 0], segments[i, 1], segments[i, 6]
        if matched >= min_words and weights[i, 0] >= min_weight and matched >= 0.7 * (t1 - t0):
            segments[i, 8] = 1
        elif matched >= 3 and matched == t1 - t0:
            s0 = pool[segments[i, 4], 1]
            paragraph = _paragraph_of(t0, par_blocks, par_words)
            block = t0 == par_words[paragraph] and t1 == par_words[paragraph + 1]
            whole = _whole(flags, par_words, par_blocks, t0, t1)
            whole = whole and _whole(flags, par_words, par_blocks, s0, s0 + matched)
            if whole and (block or matched >= 4):
                segments[i, 8] = 1


# About 10 ns a word of the candidates, and 3 ns a word pair inside gaps.
@_compiled(
    "Tuple((int64[:, ::1], float64[:, ::1], int64[:, ::1]))"
    "(int64, int64, uint32[::1], uint8[::1], uint32[::1], int64[::1],"
    "int64[::1], int64[::1], uint32[::1], uint32[::1], uint64[::1], int64, int64, float64, float64)"
)
def align(first: int, last: int, hashes: Any, flags: Any, masks: Any, par_words: Any, art_words: Any, art_pars: Any,
          par_blocks: Any, par_articles: Any, pairs: Any, width: int, min_words: int, min_weight: float,
          min_share: float) -> Any:  # fmt: skip
    """Verify the candidate `pairs` of articles ``first .. last - 1`` on their words, and find their own repeats.

    `pairs` are sorted ``article << 32 | source paragraph``. Returns rows, shape ``(n, 12)``: article, paragraph,
    t0, t1, source article, source paragraph, s0, s1, matched words, first block, end block, kind; Jaccard and
    containment of the two paragraphs, ``(n, 2)``; and blocks ``(t, s, length, similar)``, ``(m, 4)``: runs of equal
    words, or single words with nearly the same letters.
    """
    rows = np.empty((256, 12), np.int64)
    out = np.empty((1024, 4), np.int64)
    n_rows, n_out = 0, 0
    runs = np.empty((MOST_RUNS, 3), np.int64)
    spare = np.empty((MOST_RUNS, 3), np.int64)
    chain_best = np.empty(MOST_RUNS, np.float64)
    chain_prev = np.empty(MOST_RUNS, np.int64)
    path = np.empty(MOST_RUNS, np.int64)
    score = np.empty((REACH + 9, REACH + 9), np.float64)
    move = np.empty((REACH + 9, REACH + 9), np.uint8)
    scratch = np.empty((4096, 4), np.int64)
    segments = np.empty((64, SEGMENT), np.int64)
    weights = np.empty((64, 1), np.float64)
    pool = np.empty((1024, 4), np.int64)
    tables = np.empty(1024, np.int64)
    chains = np.empty(1024, np.int64)
    at = np.searchsorted(pairs, np.uint64(first) << np.uint64(32))
    for article in range(first, last):
        t0, t1 = art_words[article], art_words[article + 1]
        if t1 - t0 < width:
            while at < pairs.size and np.int64(pairs[at] >> np.uint64(32)) == article:
                at += 1
            continue
        size = 64
        while size < 2 * (t1 - t0):
            size *= 2
        if size > tables.size:
            tables = np.empty(size, np.int64)
            chains = np.empty(size, np.int64)
        table = tables[:size]
        _fill_table(hashes, t0, t1, width, table, chains)

        n = _own_runs(hashes, t0, t1, width, table, chains, runs)
        if n > 0:
            n = _sorted_runs(runs, n, spare)
            segments, weights, count, pool, n_pool, scratch = _segments(
                hashes, flags, masks, par_words, par_blocks, (t0, t1, t0, t1), article, runs, n, chain_best, chain_prev,
                path, score, move, scratch, segments, weights, 0, pool, 0, True,
            )  # fmt: skip
            _accept_own(flags, par_words, par_blocks, segments, weights, count, pool, min_words, min_weight)
            told = t0
            for i in np.argsort(segments[:count, 0]):
                if segments[i, 8] and segments[i, 1] - max(told, segments[i, 0]) >= width:
                    rows, n_rows, out, n_out = _emit(
                        flags, par_words, par_blocks, article, segments[i], pool, max(told, segments[i, 0]),
                        segments[i, 1], True, rows, n_rows, out, n_out,
                    )  # fmt: skip
                    told = segments[i, 1]

        count, n_pool = 0, 0
        while at < pairs.size and np.int64(pairs[at] >> np.uint64(32)) == article:
            source = np.int64(par_articles[np.int64(pairs[at] & MASK32)])
            s0, s1 = art_words[source], art_words[source + 1]
            n = 0
            while at < pairs.size and np.int64(pairs[at] >> np.uint64(32)) == article:
                paragraph = np.int64(pairs[at] & MASK32)
                if par_articles[paragraph] != source:
                    break
                begin, end = par_words[paragraph], par_words[paragraph + 1]
                n = _exact_runs(hashes, t0, t1, s0, s1, begin, end, width, table, chains, runs, n)
                at += 1
            if n > 0:
                n = _sorted_runs(runs, n, spare)
                segments, weights, count, pool, n_pool, scratch = _segments(
                    hashes, flags, masks, par_words, par_blocks, (t0, t1, s0, s1), source, runs, n, chain_best,
                    chain_prev, path, score, move, scratch, segments, weights, count, pool, n_pool, False,
                )  # fmt: skip
        if count > 0:
            _accept(flags, par_words, par_blocks, segments, weights, count, min_words, min_weight, min_share)
            covered = np.zeros(t1 - t0, np.bool_)
            rows, n_rows, out, n_out = _cover(
                flags,
                par_words,
                par_blocks,
                article,
                t0,
                covered,
                segments,
                count,
                pool,
                rows,
                n_rows,
                out,
                n_out,
            )
    shares = np.empty((n_rows, 2), np.float64)
    for i in range(n_rows):
        p, q = rows[i, 1], rows[i, 5]
        a = _shingle_sets(hashes, par_words[p], par_words[p + 1], width)
        b = _shingle_sets(hashes, par_words[q], par_words[q + 1], width)
        both = _common(a, b)
        shares[i, 0] = both / (a.size + b.size - both)
        shares[i, 1] = both / a.size
    return rows[:n_rows].copy(), shares, out[:n_out].copy()


SAMPLES = 9
MOST_COPIES = 512
"""Postings looked at for each sampled shingle when copies are counted; exact copies count in full."""


# About 20 ns a posting met.
@_compiled(
    "int64[::1](int64[:, ::1], int64[:, ::1], int64[::1], uint32[::1], uint64[::1], uint32[::1], uint32[::1],"
    "int64[::1], int64)"
)
def count_copies(rows: Any, blocks: Any, par_words: Any, par_blocks: Any, postings: Any, head: Any, par_articles: Any,
                 instances: Any, width: int) -> Any:  # fmt: skip
    """How many other articles hold the passage of each row: those that have three in five of its sampled shingles.

    `instances`: how many articles hold an exact copy of each posted paragraph.
    """
    out = np.ones(rows.shape[0], np.int64)
    met = np.empty(SAMPLES * MOST_COPIES, np.uint64)
    for i in range(rows.shape[0]):
        samples, n, total = 0, 0, 0
        for k in range(rows[i, 9], rows[i, 10]):
            total += max(0, blocks[k, 2] - width + 1)
        stride = max(1, total // SAMPLES)
        total = 0
        for k in range(rows[i, 9], rows[i, 10]):
            for s in range(blocks[k, 1], blocks[k, 1] + blocks[k, 2] - width + 1):
                total += 1
                if samples == SAMPLES or total % stride != 0:
                    continue
                samples += 1
                if head[s] == ALONE:
                    paragraph = _paragraph_of(s, par_blocks, par_words)
                    met[n] = (np.uint64(par_articles[paragraph]) << np.uint64(32)) | np.uint64(
                        instances[paragraph]
                    )
                    n += 1
                    continue
                place = np.int64(head[s] & ~FREQUENT)
                key = postings[place] >> np.uint64(32)
                end = min(place + MOST_COPIES, postings.size)
                before = -1
                while place < end and postings[place] >> np.uint64(32) == key:
                    paragraph = _paragraph_of(np.int64(postings[place] & MASK32), par_blocks, par_words)
                    article = np.int64(par_articles[paragraph])
                    place += 1
                    if article != before:
                        met[n] = (np.uint64(article) << np.uint64(32)) | np.uint64(instances[paragraph])
                        n += 1
                    before = article
        met[:n].sort()
        total, begin = 0, 0
        while begin < n:
            end = begin + 1
            while end < n and met[end] >> np.uint64(32) == met[begin] >> np.uint64(32):
                end += 1
            if 5 * (end - begin) >= 3 * samples:
                total += np.int64(met[end - 1] & MASK32)
            begin = end
        out[i] = max(total - 1, 1)
    return out
