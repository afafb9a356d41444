"""The compiled loops of the index: packing and look-up. Each line above a kernel says what it costs.

Like those of `dedup.text.kernels` they release the GIL and touch only their arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.text.kernels.hashing import MASK32, U1
from dedup.text.kernels.tokens import CAPITAL, HAS_DIGIT, LENGTH_CLASS, SIGN_WORD, STARTS_SENTENCE

# --- columns as bytes --------------------------------------------------------------------------------


@inlined
def _put(value: int, out: Any, at: int) -> int:
    """Write a number below 2^35, seven bits a byte, low bits first; return the place after it."""
    while value >= 128:
        out[at] = np.uint8(value & 127 | 128)
        value >>= 7
        at += 1
    out[at] = np.uint8(value)
    return at + 1


@inlined
def _put32(value: Any, out: Any, at: int) -> int:
    for k in range(4):
        out[at + k] = np.uint8((value >> np.uint32(8 * k)) & np.uint32(255))
    return at + 4


@inlined
def _put48(value: Any, out: Any, at: int) -> int:
    for k in range(6):
        out[at + k] = np.uint8((value >> np.uint64(8 * k)) & np.uint64(255))
    return at + 6


SEEN = 1 << 12
"""Words of an article that `pack` remembers at a time, by the low bits of their hashes; a power of two."""

LONG = 15
"""Words from this length on have it written out."""

WORD = 15
"""Bytes of a fresh word: length and flags, hash, mask, check."""

# What four bits say of a word: the low two are those of its flags (see `dedup.text.kernels.tokens`).
EACH_TIME = np.uint8(STARTS_SENTENCE | CAPITAL)
OF_THE_WORD = np.uint8(HAS_DIGIT | SIGN_WORD | LENGTH_CLASS)
FRESH = np.uint8(4)  # not met before in the article
ELSEWHERE = np.uint8(8)  # it does not simply stand after one space
AFTER_SPACE = 4
"""What `_put_off` is of nearly all words."""


@inlined
def _put_off(gap: Any, flag: Any) -> Any:
    """How a word stands behind the one before it: the gap in code points, and the two flags that say more of it."""
    return gap << 2 | np.int64(flag) >> 6


# About 10 ns a word.
@compiled(
    "void(uint32[::1], uint64[::1], uint32[::1], uint32[::1], uint8[::1], uint32[::1], uint32[::1], uint32[::1],"
    "int64[::1], int64[::1], int64[::1], uint8[::1], int64[::1])"
)
def pack(
    hashes: Any, checks: Any, starts: Any, ends: Any, flags: Any, masks: Any, par_starts: Any, par_ends: Any,
    par_words: Any, art_words: Any, art_pars: Any, out: Any, out_bounds: Any,
) -> None:  # fmt: skip
    """Write the columns of each article as bytes ``out[out_bounds[i]:out_bounds[i + 1]]``.

    First how many words are fresh, that is, not met before in the article, and what they are, `WORD` bytes each: length
    and flags, hash, mask, check. Then the numbers of words and paragraphs; for each paragraph the gap before it, its
    length and its words; four bits a word (`FRESH`, `ELSEWHERE`, flags). Then for each word `_put_off`, if that is not
    `AFTER_SPACE`, and the length of a fresh one that is `LONG`, or the number of another among the fresh ones, 1 byte
    for most. In news two words of three are fresh, and a word takes 11 bytes.
    """
    longest = np.int64(0)
    for article in range(art_words.size - 1):
        longest = max(longest, art_words[article + 1] - art_words[article])
    numbers = np.empty(longest, np.int64)  # of words among the fresh ones; below 0 for a fresh one
    words_seen = np.full(SEEN, -1, np.int64)
    numbers_seen = np.empty(SEEN, np.int64)
    n = np.int64(0)
    for article in range(art_words.size - 1):
        out_bounds[article] = n
        first, last = art_words[article], art_words[article + 1]
        fresh = np.int64(0)
        for word in range(first, last):
            slot = np.int64(hashes[word]) & (SEEN - 1)
            same = words_seen[slot]
            if (
                same >= first
                and hashes[same] == hashes[word]
                and checks[same] == checks[word]
                and masks[same] == masks[word]
                and ends[same] - starts[same] == ends[word] - starts[word]
                and (flags[same] ^ flags[word]) & OF_THE_WORD == 0
            ):
                numbers[word - first] = numbers_seen[slot]
            else:
                words_seen[slot] = word
                numbers_seen[slot] = fresh
                numbers[word - first] = -1
                fresh += 1
        n = _put(fresh, out, n)
        for word in range(first, last):
            if numbers[word - first] < 0:
                length = min(np.int64(ends[word]) - np.int64(starts[word]), LONG)
                out[n] = np.uint8(length << 4 | np.int64(flags[word] & OF_THE_WORD) >> 2)
                n = _put32(hashes[word], out, n + 1)
                n = _put32(masks[word], out, n)
                n = _put48(checks[word], out, n)
        n = _put(last - first, out, n)
        n = _put(art_pars[article + 1] - art_pars[article], out, n)
        before = np.int64(0)
        for paragraph in range(art_pars[article], art_pars[article + 1]):
            n = _put(np.int64(par_starts[paragraph]) - before, out, n)
            n = _put(np.int64(par_ends[paragraph]) - np.int64(par_starts[paragraph]), out, n)
            n = _put(par_words[paragraph + 1] - par_words[paragraph], out, n)
            before = np.int64(par_ends[paragraph])
        signs = n
        n += (last - first + 1) >> 1
        before = np.int64(0)
        for word in range(first, last):
            length = np.int64(ends[word]) - np.int64(starts[word])
            off = _put_off(np.int64(starts[word]) - before, flags[word])
            before = np.int64(ends[word])
            sign = flags[word] & EACH_TIME
            if off != AFTER_SPACE:
                sign |= ELSEWHERE
                n = _put(off, out, n)
            if numbers[word - first] < 0:
                sign |= FRESH
                if length >= LONG:
                    n = _put(length, out, n)
            else:
                n = _put(numbers[word - first], out, n)
            place = signs + ((word - first) >> 1)
            if (word - first) & 1:
                out[place] |= np.uint8(sign << 4)
            else:
                out[place] = sign
    out_bounds[art_words.size - 1] = n


@inlined
def _got(data: Any, at: int) -> Any:
    value = np.int64(data[at] & 127)
    shift = 7
    while data[at] & 128:
        at += 1
        value |= np.int64(data[at] & 127) << shift
        shift += 7
    return value, at + 1


@inlined
def _got32(data: Any, at: int) -> Any:
    value = np.uint32(0)
    for k in range(4):
        value |= np.uint32(data[at + k]) << np.uint32(8 * k)
    return value


@inlined
def _got48(data: Any, at: int) -> Any:
    value = np.uint64(0)
    for k in range(6):
        value |= np.uint64(data[at + k]) << np.uint64(8 * k)
    return value


@compiled("Tuple((int64, int64))(uint8[::1], int64[::1])")
def packed_sizes(data: Any, bounds: Any) -> Any:
    """Words and paragraphs of all packed articles together."""
    words, pars = 0, 0
    for article in range(bounds.size - 1):
        fresh, at = _got(data, bounds[article])
        n, at = _got(data, at + WORD * fresh)
        m, at = _got(data, at)
        words += n
        pars += m
    return words, pars


# About 5 ns a word.
@compiled(
    "void(uint8[::1], int64[::1], uint32[::1], uint64[::1], uint32[::1], uint32[::1], uint8[::1], uint32[::1],"
    "uint32[::1], uint32[::1], int64[::1], int64[::1], int64[::1])"
)
def unpack(
    data: Any, bounds: Any, hashes: Any, checks: Any, starts: Any, ends: Any, flags: Any, masks: Any,
    par_starts: Any, par_ends: Any, par_words: Any, art_words: Any, art_pars: Any,
) -> None:  # fmt: skip
    """Undo `pack`."""
    places = np.empty(hashes.size, np.int64)  # of the fresh words
    word, par = np.int64(0), np.int64(0)
    for article in range(bounds.size - 1):
        art_words[article] = word
        art_pars[article] = par
        size, next_fresh = _got(data, bounds[article])
        words, at = _got(data, next_fresh + WORD * size)
        pars, at = _got(data, at)
        before = np.int64(0)
        total = word
        for _ in range(pars):
            gap, at = _got(data, at)
            length, at = _got(data, at)
            size, at = _got(data, at)
            par_starts[par] = before + gap
            before += gap + length
            par_ends[par] = before
            par_words[par] = total
            total += size
            par += 1
        signs = at
        at += (words + 1) >> 1
        before = np.int64(0)
        fresh = np.int64(0)
        for i in range(words):
            sign = data[signs + (i >> 1)] >> np.uint8((i & 1) << 2)
            off = np.int64(AFTER_SPACE)
            if sign & ELSEWHERE:
                off, at = _got(data, at)
            flag = np.uint8((off & 3) << 6) | (sign & EACH_TIME)
            if sign & FRESH:
                shape = np.int64(data[next_fresh])
                length = shape >> 4
                if length == LONG:
                    length, at = _got(data, at)
                hashes[word] = _got32(data, next_fresh + 1)
                masks[word] = _got32(data, next_fresh + 5)
                checks[word] = _got48(data, next_fresh + 9)
                next_fresh += WORD
                flags[word] = np.uint8((shape & 15) << 2) | flag
                places[fresh] = word
                fresh += 1
            else:
                number, at = _got(data, at)
                same = places[number]
                length = np.int64(ends[same]) - np.int64(starts[same])
                hashes[word] = hashes[same]
                masks[word] = masks[same]
                checks[word] = checks[same]
                flags[word] = (flags[same] & OF_THE_WORD) | flag
            starts[word] = before + (off >> 2)
            before += (off >> 2) + length
            ends[word] = before
            word += 1
    art_words[bounds.size - 1] = word
    art_pars[bounds.size - 1] = par
    par_words[par] = word


# --- words that a list has numbers for ---------------------------------------------------------------


@inlined
def _copy(data: Any, at: int, size: int, out: Any, n: int) -> int:
    """Copy some bytes; return the place after them."""
    for k in range(size):
        out[n + k] = data[at + k]
    return n + size


@inlined
def _number_of(data: Any, at: int, known: Any, slots: Any, count: int) -> Any:
    """The number of a fresh word, see `number_words`, and how many are given then."""
    place = np.int64(_got32(data, at + 9)) & (slots.size - 1)  # by the check, which nobody chooses
    number = np.int64(slots[place])
    while number:
        same = True
        for k in range(WORD):
            same &= known[number * WORD + k] == data[at + k]
        if same:
            break
        place = (place + 1) & (slots.size - 1)
        number = np.int64(slots[place])
    if number == 0 and (count + 2) * WORD <= known.size:
        count += 1
        number = count
        slots[place] = number
        _copy(data, at, WORD, known, number * WORD)
    return number, count


@compiled("int64(uint8[::1], uint8[::1], int32[::1], int64)")
def number_words(fresh: Any, known: Any, slots: Any, count: int) -> Any:
    """Give the next numbers to those of some fresh words (see `pack`) that have none, while there is room.

    Word n has its `WORD` bytes at ``known[WORD * n]``; 1 to `count` are given, and `count` after that is returned.
    ``slots[i]`` is the word at place i of a table by checks, 0 for none; its size is a power of two, and larger than
    the words that `known` has room for.
    """
    for at in range(0, fresh.size, WORD):
        _, count = _number_of(fresh, at, known, slots, count)
    return count


# About 20 ns a fresh word.
@compiled("Tuple((int64, int64))(uint8[::1], int64, int64, uint8[::1], int32[::1], int64, uint8[::1], int64)")
def shorten(
    data: Any, at: int, end: int, known: Any, slots: Any, count: int, out: Any, n: int
) -> Any:  # fmt: skip
    """Write what was packed, ``data[at:end]``, to ``out[n:]`` with the numbers of its fresh words, two bytes each.

    Behind them stand the words that have number 0, written out: there was no room for them. Return the place after
    all, below 0 where that was no packed text, and `count` (see `number_words`).
    """
    fresh, begin = _got(data, at)
    if fresh < 0 or begin + WORD * fresh > end:
        return np.int64(-1), count
    n = _copy(data, at, begin - at, out, n)
    spelt = n + 2 * fresh
    for at in range(begin, begin + WORD * fresh, WORD):
        number, count = _number_of(data, at, known, slots, count)
        out[n] = np.uint8(number & 255)
        out[n + 1] = np.uint8(number >> 8)
        n += 2
        if number == 0:
            spelt = _copy(data, at, WORD, out, spelt)
    rest = begin + WORD * fresh
    return _copy(data, rest, end - rest, out, spelt), count


# About 5 ns a fresh word.
@compiled("Tuple((int64, int64))(uint8[::1], int64, int64, int64, uint8[::1], uint8[::1], int64)")
def restore(data: Any, at: int, end: int, size: int, known: Any, out: Any, n: int) -> Any:
    """Undo `shorten` of what begins at a place; `size` bytes were packed, or, below 0, all that follows is of it.

    Return where that ends in `data`, and the place after it in `out`; below 0 where there is no such text before `end`.
    `data` has 8 bytes to spare behind it.
    """
    fresh, begin = np.int64(0), at
    for k in range(5):
        fresh |= np.int64(data[begin] & 127) << (7 * k)
        begin += 1
        if data[begin - 1] < 128:
            break
    spelt = begin + 2 * fresh
    if spelt > end:
        return np.int64(-1), n
    packed = n
    n = _copy(data, at, begin - at, out, n)
    for place in range(begin, begin + 2 * fresh, 2):
        number = np.int64(data[place]) | np.int64(data[place + 1]) << 8
        if number:
            n = _copy(known, number * WORD, WORD, out, n)
        elif spelt + WORD <= end:
            n = _copy(data, spelt, WORD, out, n)
            spelt += WORD
        else:
            return np.int64(-1), n
    rest = end - spelt if size < 0 else size - (n - packed)
    if rest < 0 or spelt + rest > end:
        return np.int64(-1), n
    return spelt + rest, _copy(data, spelt, rest, out, n)


# --- runs of postings --------------------------------------------------------------------------------


@inlined
def _bits_of(directory: Any) -> Any:
    """How many upper bits of a key the directory stands for."""
    bits = np.int64(0)
    while np.int64(1) << (bits + 1) < directory.size:
        bits += 1
    return bits


@inlined
def _stored(packed: Any, at: int, width: int) -> Any:
    """The `width` bits (1 to 63) of entry `at`."""
    bit = np.uint64(at * width)
    word, shift = bit >> np.uint64(6), bit & np.uint64(63)
    value = (packed[word] >> shift) | ((packed[word + np.uint64(1)] << U1) << (np.uint64(63) - shift))
    return value & ((U1 << np.uint64(width)) - U1)


# About 3 ns an entry.
@compiled("void(uint64[::1], int64, int64, uint32[::1], uint64[::1])")
def pack_run(entries: Any, first: int, number_bits: int, directory: Any, packed: Any) -> None:
    """Write sorted entries ``key << 32 | number`` as a directory and bits; `packed` is zero, with a word to spare.

    For each value of the keys' upper bits the directory says where its entries begin. An entry is the other bits
    of its key and, in `number_bits`, its number counted from `first`.
    """
    key_bits = np.int64(32) - _bits_of(directory)
    width = key_bits + number_bits
    at = np.int64(0)
    for value in range(directory.size - 1):
        directory[value] = at
        while at < entries.size and np.int64(entries[at] >> np.uint64(32)) >> key_bits == value:
            key = (entries[at] >> np.uint64(32)) & ((U1 << np.uint64(key_bits)) - U1)
            stored = (key << np.uint64(number_bits)) | ((entries[at] & MASK32) - np.uint64(first))
            bit = np.uint64(at * width)
            word, shift = bit >> np.uint64(6), bit & np.uint64(63)
            packed[word] |= stored << shift
            packed[word + np.uint64(1)] |= (stored >> U1) >> (np.uint64(63) - shift)
            at += 1
    directory[directory.size - 1] = at


# About 2 ns an entry.
@compiled("void(uint64[::1], uint32[::1], int64, int64, uint64[::1])")
def unpack_run(packed: Any, directory: Any, first: int, number_bits: int, entries: Any) -> None:
    """Undo `pack_run`."""
    key_bits = np.int64(32) - _bits_of(directory)
    for value in range(directory.size - 1):
        upper = np.uint64(value) << np.uint64(key_bits)
        for at in range(directory[value], directory[value + 1]):
            stored = _stored(packed, np.int64(at), key_bits + number_bits)
            number = np.uint64(first) + (stored & ((U1 << np.uint64(number_bits)) - U1))
            entries[at] = (upper | (stored >> np.uint64(number_bits))) << np.uint64(32) | number


AHEAD = 64
"""Keys whose entries are called into the cache together: one after the other they would wait for memory."""


# About 100 ns a key where the run is larger than the cache.
@compiled(
    "uint64(uint64[::1], uint32[::1], int64, int64, uint32[::1], int64[::1], int64[::1], int64[::1], int64[::1],"
    "int64, int64[::1], int64[::1], int64[::1], uint32[:, ::1], int64[::1])"
)
def look_up(
    packed: Any, directory: Any, first: int, number_bits: int, keys: Any, askers: Any, before: Any, bound: Any,
    horizon: Any, base: int, roll_bound: Any, roll_day: Any, roll_until: Any, out: Any, counts: Any,
) -> Any:  # fmt: skip
    """Append to ``out[i, :counts[i]]`` the articles of one run that hold key i and that its asker may see.

    The run is as `pack_run` wrote it; ``roll_...[n - base]`` tells of article number n. Asker a sees
    what came before number ``before[a]``, was neither replaced nor removed by then or by it, is not later than
    ``bound[a]`` and not older than day ``horizon[a]``. What is returned has no meaning.
    """
    most = out.shape[1]
    key_bits = np.int64(32) - _bits_of(directory)
    width = key_bits + number_bits
    key_mask = (np.int64(1) << key_bits) - 1
    number_mask = (U1 << np.uint64(number_bits)) - U1
    places = np.empty(AHEAD, np.int64)
    called = np.uint64(0)
    for begin in range(0, keys.size, AHEAD):
        last = min(begin + AHEAD, keys.size)
        for i in range(begin, last):
            places[i - begin] = directory[np.int64(keys[i]) >> key_bits]
        for i in range(begin, last):
            called ^= packed[np.uint64(places[i - begin] * width) >> np.uint64(6)]
        for i in range(begin, last):
            if counts[i] == most:
                continue
            key = np.uint64(np.int64(keys[i]) & key_mask)
            at = places[i - begin]
            end = np.int64(directory[(np.int64(keys[i]) >> key_bits) + 1])
            left = end - at
            while left > 0:  # without a branch, as nobody can foresee where it lies
                half = (left + 1) >> 1
                at += half * np.int64(_stored(packed, at + half - 1, width) >> np.uint64(number_bits) < key)
                left -= half
            asker = askers[i]
            number_after = before[asker]
            while at < end:
                stored = _stored(packed, at, width)
                if stored >> np.uint64(number_bits) != key:
                    break
                number = first + np.int64(stored & number_mask)
                at += 1
                if number >= number_after:
                    break
                place = number - base
                if (
                    place >= 0
                    and roll_until[place] > number_after
                    and roll_bound[place] <= bound[asker]
                    and roll_day[place] >= horizon[asker]
                ):
                    out[i, counts[i]] = number
                    counts[i] += 1
                    if counts[i] == most:
                        break
    return called


# About 1 ns a posting.
@compiled("void(uint32[:, ::1], int64[::1], boolean[:, ::1])")
def sift(posts: Any, counts: Any, keep: Any) -> None:
    """Leave out the postings that are not to be kept."""
    for i in range(counts.size):
        n = 0
        for k in range(counts[i]):
            if keep[i, k]:
                posts[i, n] = posts[i, k]
                n += 1
        counts[i] = n


@inlined
def _rank(edges: Any, value: Any) -> Any:
    """How many of the rising edges are not more than a value."""
    low, high = 0, edges.size
    while low < high:
        middle = (low + high) >> 1
        if edges[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


# About 10 ns an article.
@compiled(
    "void(int64[::1], int64[::1], int64[::1], int64, int64, int64[::1], int64[::1], int64[::1], int64[::1],"
    "int64[::1], int64[::1])"
)
def rank_times(
    bound: Any, day: Any, until: Any, undated: Any, never: Any, latest: Any, oldest: Any, horizon: Any, by_latest: Any,
    by_oldest: Any, by_horizon: Any,
) -> None:  # fmt: skip
    """Count the articles of a roll that are still held by where they stand among some rising edges.

    Dated ones (their `bound` is not `undated`) by `latest` and `oldest`, the others by `horizon`; what is counted at
    place i lies below edge i, and not below the one before.
    """
    for place in range(bound.size):
        if until[place] != never:
            continue
        if bound[place] == undated:
            by_horizon[_rank(horizon, day[place])] += 1
        else:
            by_latest[_rank(latest, bound[place])] += 1
            by_oldest[_rank(oldest, bound[place])] += 1
