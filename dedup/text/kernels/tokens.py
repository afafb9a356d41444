"""UTF-8 to words and paragraphs.

Bytes are classed 64 at a time, a bit each, so that words are found by counting zeros. A word of ASCII of up to
`PACKED` bytes is hashed in a loop without a branch, and one space between two words costs nothing; only other
words, and other gaps, are looked at code point by code point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
from dedup.text.characters import (
    DIGIT,
    INVISIBLE,
    LETTER,
    MARK,
    NEWLINE,
    OTHER,
    SIGN,
    SIZE,
    SPACE,
    STOP,
    TWIN,
    UPPER,
    WIDE_STOP,
)
from dedup.text.kernels.bits import EACH, U0, U1, low_bits, popcount, trailing_zeros
from dedup.text.kernels.checks import CHECK, siphash, siphash_packed
from dedup.text.kernels.folding import (
    EXPANDED,
    appended,
    decoded,
    encoded,
    inside,
    kind_of,
    pieces,
    put,
    unmasked,
)
from dedup.text.kernels.hashing import MASK32, PACKED, eight_bytes, first_bytes, xxh64, xxh64_packed

# Flags of a word.
STARTS_SENTENCE = np.uint8(1)
CAPITAL = np.uint8(2)
HAS_DIGIT = np.uint8(4)
SIGN_WORD = np.uint8(8)
LENGTH_CLASS = np.uint8(48)  # 0: six letters, 16: five, 32: four, 48: three and fewer; of a sign, its script
APART = np.uint8(64)  # a sign that does not touch the word before it: a mark, a space or a break is between
STARTS_LINE = np.uint8(128)  # within a paragraph

LETTERS_A_WORD = (1.64, 3.1, 4.0, 3.3)
"""How many letters of a script without spaces say as much as one English word, by `_script_of`.

Measured on NTREX-128, the same news in English and Chinese, Japanese, Thai, Lao, Khmer and Burmese: Han 1.60 in
Taiwan and 1.67 on the mainland, Kana 3.09, Thai 4.16, Lao 4.06, Khmer 3.91, Burmese 3.33.
"""
HAN, KANA, THAI, MYANMAR = range(4)

GROUP = 1 << 15
"""Bytes worked on at a time, in whole articles: what is noted of them stays in the nearest cache."""

HIGH = EACH << np.uint64(7)
SMALL = EACH << np.uint64(5)
"""The bit that makes an ASCII letter small; digits have it too."""
ALPHA = EACH << np.uint64(6)
"""The bit that ASCII letters have and digits lack."""
EIGHT = np.uint64(8)
GATHER = np.uint64(0x0102040810204080)


@inlined
def letters_a_word(flag: Any) -> Any:
    """How many words of this kind say as much as one: more than 1 in scripts without spaces."""
    if flag & SIGN_WORD:
        return LETTERS_A_WORD[(flag & LENGTH_CLASS) >> 4]
    return 1.0


@inlined
def _script_of(code: Any) -> int:
    """Of a letter that is a word of its own: what it is counted as. Lao and Khmer count as Thai."""
    if code < 0x0F00 or 0x1780 <= code < 0x1800:
        return THAI
    if code < 0x10A0 or 0xA9E0 <= code < 0xAA80:
        return MYANMAR
    if (
        0x3041 <= code < 0x3100
        or 0x31F0 <= code < 0x3200
        or 0xFF66 <= code < 0xFFA0
        or 0x1AFF0 <= code < 0x1B170
    ):
        return KANA
    return HAN


@inlined
def _bits(high: Any) -> Any:
    """The eight highest bits of the bytes of a number as one byte, the first byte's lowest."""
    return np.uint8(((high >> np.uint64(7)) * GATHER) >> np.uint64(56))


@inlined
def _class(chunks: Any, words: Any, leads: Any, tails: Any) -> None:
    """Class bytes: ASCII letters and digits, first and further bytes of other code points."""
    for i in range(chunks.size):
        chunk = chunks[i]
        low = chunk & ~HIGH
        small = low | SMALL
        letter = (small + EACH * np.uint64(0x80 - 0x61)) & ~(small + EACH * np.uint64(0x80 - 0x7B))
        digit = (low + EACH * np.uint64(0x80 - 0x30)) & ~(low + EACH * np.uint64(0x80 - 0x3A))
        words[i] = _bits((letter | digit) & ~chunk & HIGH)
        leads[i] = _bits(chunk & (chunk << U1) & HIGH)
        tails[i] = _bits(chunk & ~(chunk << U1) & HIGH)


@inlined
def _cut_by_hand(data: Any, begin: int, at: int, stop: int, end: int, opened: bool, kinds: Any,
                 edges: Any, n: int) -> Any:  # fmt: skip
    """Find words as `_cut` does, but code point by code point, and at least up to byte `stop`.

    Returns where it stopped, the new `n`, and whether in a word: then one that `_cut` can end.
    """
    sign = False  # in a word of one letter and the marks on it
    visible = at
    while at < end and (at < stop or (opened and (sign or visible < at))):
        code, size = decoded(eight_bytes(data, np.uint64(at)))
        kind = kind_of(code, kinds[inside(code)]) & 15
        if opened and (kind == OTHER or kind >= SIGN or (sign and kind < MARK)):
            edges[n] = visible - begin
            n += 1
            opened = False
        if not opened and (kind == LETTER or kind == DIGIT or kind == SIGN):
            edges[n] = at - begin
            n += 1
            opened = True
            sign = kind == SIGN
        at += size
        if kind != INVISIBLE:
            visible = at
    if at == end and opened:
        edges[n] = visible - begin
        n += 1
        opened = False
    return at, n, opened


@inlined
def _cut(data: Any, bounds: Any, first: int, last: int, words: Any, leads: Any, kinds: Any, edges: Any,
         art_words: Any, n_words: int) -> Any:  # fmt: skip
    """Write to `edges` where the words of some articles begin and end, in bytes of the article; return how many.

    The bits of `words` and `leads` count from the multiple of 64 before the first article.
    """
    n = np.int64(0)
    base = bounds[first] & ~63
    for article in range(first, last):
        art_words[article] = n_words + (n >> 1)
        begin, end = bounds[article], bounds[article + 1]
        opened = U0  # 1 in a word
        at = begin
        while at < end:
            block = (at - base) >> 6
            start = base + (block << 6)
            word, lead = words[block], leads[block]
            if at > start:
                done = low_bits(at - start)
                word = (word & ~done) | (done * opened)
                lead &= ~done
            if end < start + 64:
                word &= low_bits(end - start)
                lead &= low_bits(end - start)
            after = start + 64
            by_hand = False
            while lead != U0:
                bit = trailing_zeros(lead)
                lead &= lead - U1
                code, size = decoded(eight_bytes(data, np.uint64(start) + bit))
                kind = kind_of(code, kinds[inside(code)]) & 15
                if kind == INVISIBLE or kind == SIGN:
                    by_hand = True
                    break
                after = max(after, start + np.int64(bit) + size)
                before = word >> (bit - U1) if bit > U0 else opened
                if kind == LETTER or kind == DIGIT or (kind == MARK and before & U1 != U0):
                    word |= low_bits(size) << bit
            if by_hand:
                at, n, in_word = _cut_by_hand(data, begin, at, start + 64, end, opened != U0, kinds, edges, n)
                opened = U1 if in_word else U0
                continue
            edge = word ^ ((word << U1) | opened)
            opened = word >> np.uint64(63)
            count = np.int64(popcount(edge))
            # Eight at a time, the last ones in vain: that is cheaper than to ask.
            for k in range(0, count, 8):
                for place in range(np.uint64(n + k), np.uint64(n + k + 8)):
                    edges[place] = start - begin + np.int64(trailing_zeros(edge))
                    edge &= edge - U1
            n += count
            at = after
        if opened != U0:
            edges[n] = end - begin
            n += 1
    art_words[last] = n_words + (n >> 1)
    return n


@inlined
def _deal(edges: Any, count: int, starts: Any, ends: Any) -> None:
    for word in range(count):
        starts[word] = edges[2 * word]
        ends[word] = edges[2 * word + 1]


@inlined
def _count_tails(tails: Any, blocks: int, skews: Any) -> int:
    """How many further bytes of code points stand before each block, and in all."""
    skew = 0
    for block in range(blocks):
        skews[block] = skew
        skew += np.int64(popcount(tails[block]))
    return skew


@inlined
def _skew(place: int, tails: Any, skews: Any) -> Any:
    """How many further bytes of code points stand before a byte."""
    return skews[place >> 6] + np.int64(popcount(tails[place >> 6] & low_bits(place & 63)))


@inlined
def _to_points(bounds: Any, first: int, last: int, tails: Any, skews: Any, starts: Any, ends: Any,
               art_words: Any) -> None:  # fmt: skip
    """Turn bytes from the article's begin into code points."""
    base = bounds[first] & ~63
    for article in range(first, last):
        begin = bounds[article] - base
        before = _skew(begin, tails, skews)
        if _skew(bounds[article + 1] - base, tails, skews) > before:
            for word in range(art_words[article], art_words[article + 1]):
                starts[word] -= np.uint32(_skew(begin + np.int64(starts[word]), tails, skews) - before)
                ends[word] -= np.uint32(_skew(begin + np.int64(ends[word]), tails, skews) - before)


@inlined
def _pack(data: Any, bounds: Any, first: int, last: int, edges: Any, art_words: Any,
          heads: Any, rests: Any, sizes: Any, odd: Any, gaps: Any) -> Any:  # fmt: skip
    """Load the first 16 bytes of each word.

    Lists in `odd` the words that are longer or not of ASCII alone, in `gaps` those that do not stand a space after
    another, and returns how many of each. Indices are unsigned: so nobody need ask whether they count from the end.
    """
    n_odd, n_gaps = U0, U0
    earlier = art_words[first]
    for article in range(first, last):
        origin = np.uint64(bounds[article])
        before = origin
        first_word = np.uint64(art_words[article] - earlier)
        for word in range(first_word, np.uint64(art_words[article + 1] - earlier)):
            start = origin + np.uint64(edges[word << U1])
            after = origin + np.uint64(edges[(word << U1) + U1])
            size = after - start
            head, rest = eight_bytes(data, start), eight_bytes(data, start + EIGHT)
            head &= ~U0 >> (np.uint64(64) - (min(size, EIGHT) << np.uint64(3)))
            kept = ~U0 >> (np.uint64(64) - (min(size - EIGHT, EIGHT) << np.uint64(3)))
            rest &= kept if size > EIGHT else U0
            heads[word], rests[word], sizes[word] = head, rest, size
            odd[n_odd] = word
            n_odd += np.uint64((size > np.uint64(PACKED)) | ((head | rest) & HIGH != U0))
            gaps[n_gaps] = word
            n_gaps += np.uint64((start != before + U1) | (data[before] != 32) | (word == first_word))
            before = after
    return np.int64(n_odd), np.int64(n_gaps)


@inlined
def _fold(numbers: Any, count: int) -> None:
    for k in range(count):
        numbers[k] |= (numbers[k] & ALPHA) >> U1


@inlined
def _hash(heads: Any, rests: Any, sizes: Any, count: int, hashes: Any) -> None:
    for k in range(count):
        h = xxh64_packed(heads[k], rests[k], sizes[k])
        hashes[k] = np.uint32((heads[k] if sizes[k] == U0 else h) & MASK32)


@inlined
def _check(low: Any, high: Any, heads: Any, rests: Any, sizes: Any, count: int, checks: Any) -> None:
    """Set the checks of all words but those of size 0, which `_read` has told."""
    for k in range(count):
        check = siphash_packed(low, high, heads[k], rests[k]) & CHECK
        checks[k] = checks[k] if sizes[k] == U0 else check


@inlined
def _mask(heads: Any, rests: Any, count: int, masks: Any) -> None:
    for k in range(count):
        head, rest = heads[k], rests[k]
        mask = U0
        for shift in range(0, 64, 8):
            mask |= U1 << ((head >> np.uint64(shift)) & np.uint64(31))
            mask |= U1 << ((rest >> np.uint64(shift)) & np.uint64(31))
        masks[k] = np.uint32(mask & ~U1)  # the lowest bit is of the bytes that are none


@inlined
def _flag(heads: Any, rests: Any, sizes: Any, count: int, flags: Any) -> None:
    for k in range(count):
        letters = popcount(heads[k] & ALPHA) + popcount(rests[k] & ALPHA)
        short = np.uint64(6) - min(max(letters, np.uint64(3)), np.uint64(6))
        flag = short << np.uint64(4)
        flag |= np.uint64(HAS_DIGIT) if letters < sizes[k] else U0
        flag |= np.uint64(CAPITAL) if heads[k] & np.uint64(0x60) == np.uint64(0x40) else U0
        flags[k] = np.uint8(flag)


@inlined
def _read(data: Any, bounds: Any, first: int, edges: Any, odd: Any, n_odd: int, art_words: Any, kinds: Any,
         scripts: Any, fold: Any, twin: Any, untwin: Any, expansions: Any, low: Any, high: Any,
         heads: Any, rests: Any, sizes: Any, checks: Any, masks: Any, flags: Any) -> None:  # fmt: skip
    """Fold the words `odd`, whatever they are made of, to `heads`, `rests` and `sizes`, and tell their masks and flags.

    Where a folded word has more than `PACKED` bytes, its head is its hash already, its check is told, and its size 0.
    Words count from the first one of article `first`, with which `checks`, `masks` and `flags` begin.
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
        head, rest, filled = U0, U0, U0
        at = begin
        while at < end:
            code, size = decoded(eight_bytes(data, np.uint64(at)))
            known = inside(code)
            kind = kind_of(code, kinds[known])
            if at == begin and kind & 15 == SIGN:
                apart = (
                    word == art_words[article] - art_words[first] or edges[2 * word] != edges[2 * word - 1]
                )
                flag = SIGN_WORD | (16 * _script_of(code)) | (APART if apart else 0)
                letters = 6  # no length class
            elif at == begin and kind & UPPER:
                flag = CAPITAL
            at += size
            if kind & 15 == INVISIBLE:
                continue
            target = np.int64(fold[known]) if code < SIZE else code
            if kind & 15 == LETTER:
                letters += 1
                met |= 1 << np.int64(scripts[known])
                all_twins = all_twins and (kind & TWIN) != 0
            elif kind & 15 == DIGIT:
                flag |= HAS_DIGIT
            if flag & SIGN_WORD == 0:
                mask |= np.uint32(1) << np.uint32(target & 31)
            place = target - EXPANDED if target >= EXPANDED else 0
            for k in range(pieces(target, expansions[place])):
                packed, size = encoded(np.int64(expansions[place + 1 + k]) if target >= EXPANDED else target)
                put(packed, buffer, filled)
                head, rest = appended(head, rest, packed, filled)
                filled += np.uint64(size)
        if (met & ~2) != 0 and ((met & (met - 1)) != 0 or (all_twins and met < 64)):
            filled = unmasked(data, begin, end, fold, expansions, scripts, twin, untwin, buffer)
            head = eight_bytes(buffer, U0) & first_bytes(min(filled, np.uint64(8)))
            rest = eight_bytes(buffer, np.uint64(8)) & first_bytes(max(filled, np.uint64(8)) - np.uint64(8))
        checks[word] = U0
        if filled > np.uint64(PACKED):
            checks[word] = siphash(low, high, buffer, filled) & CHECK
            head, filled = xxh64(buffer, filled), U0
        heads[word], rests[word], sizes[word] = head, rest, filled
        masks[word] = mask
        flags[word] = flag | (16 * (6 - max(letters, 3)) if letters < 6 else 0)


@inlined
def _paragraphs(data: Any, bounds: Any, first: int, last: int, kinds: Any, edges: Any, gaps: Any, n_gaps: int,
                starts: Any, ends: Any, flags: Any, art_words: Any, par_starts: Any, par_ends: Any, par_words: Any,
                art_pars: Any, n_pars: int) -> int:  # fmt: skip
    """Look at what stands between words: sentences, paragraphs. Returns the new `n_pars`.

    Before the words `gaps` stands something else than a space; those and `edges` count from the first article's.
    """
    earlier = art_words[first]
    gap = 0
    for article in range(first, last):
        begin, end = bounds[article], bounds[article + 1]
        first_word, end_word = art_words[article], art_words[article + 1]
        art_pars[article] = n_pars
        newlines = 2  # since the last visible sign
        visible = 0
        word = -1
        while word < end_word:
            word = end_word
            if gap < n_gaps and earlier + gaps[gap] < end_word:
                word = earlier + gaps[gap]
                gap += 1
            edge = 2 * (word - earlier)
            at, start = begin, end
            if word > first_word:
                at += np.int64(edges[edge - 1])
                visible = np.int64(ends[word - 1])
            if word < end_word:
                start = begin + np.int64(edges[edge])
                if word > first_word and start - at <= 2 and _plain(data[at]) and _plain(data[start - 1]):
                    # Nearly all: a comma and a space, a hyphen ... Only a stop and a space tell anything.
                    long = ends[word - 1] - starts[word - 1] > 1
                    if long and kinds[data[at]] == STOP and kinds[data[start - 1]] == SPACE:
                        flags[word] |= STARTS_SENTENCE
                    continue
            offset = visible
            stop = 0  # 1 after a full stop, 2 when space followed it
            after_return = False
            while at < start or word < end_word:
                code, size, kind = 0, 0, LETTER  # of the word itself, after all else
                if at < start:
                    code, size = decoded(eight_bytes(data, np.uint64(at)))
                    kind = kind_of(code, kinds[inside(code)]) & 15
                if kind == NEWLINE and not (code == 10 and after_return):
                    newlines += 2 if code == 0x2029 else 1
                if (kind == NEWLINE or kind == SPACE) and stop == 1:
                    stop = 2
                if kind != NEWLINE and kind != SPACE and kind != INVISIBLE:
                    if newlines > 0:
                        if n_pars > art_pars[article]:
                            par_ends[n_pars - 1] = visible
                        par_starts[n_pars] = offset
                        # The line's first word; the sign bit says that a blank line went before.
                        par_words[n_pars] = word if newlines > 1 else -1 - word
                        n_pars += 1
                        newlines = 0
                    if at == start:
                        break
                    visible = offset + 1
                    if kind == WIDE_STOP:
                        stop = 2
                    elif kind == STOP and word > first_word and ends[word - 1] - starts[word - 1] > 1:
                        stop = 1  # "J." and "U.S." end no sentence
                after_return = code == 13
                at += size
                offset += 1
            if word < end_word and stop == 2:
                flags[word] |= STARTS_SENTENCE
        if n_pars > art_pars[article]:
            par_ends[n_pars - 1] = visible
        n_pars = _blocks(art_pars[article], n_pars, par_starts, par_ends, par_words, flags, end_word)
    art_pars[last] = n_pars
    return n_pars


@inlined
def _plain(byte: Any) -> Any:
    """Whether a byte is a code point by itself and ends no line."""
    return byte < 0x80 and byte != 10 and byte != 13


@inlined
def _blocks(first_par: int, n_pars: int, par_starts: Any, par_ends: Any, par_words: Any, flags: Any,
            end_word: int) -> int:  # fmt: skip
    """Join lines to the blocks between blank lines; where there is no blank line, they are the paragraphs."""
    blank_lines = False
    for line in range(first_par + 1, n_pars):
        blank_lines = blank_lines or par_words[line] >= 0
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
            if word < end_word:
                flags[word] |= STARTS_LINE
    return kept


# About 0.1 ns a byte.
@compiled("void(uint64[::1], int64[::1], int64[::1])")
def find_bounds(chunks: Any, sizes: Any, bounds: Any) -> None:
    """Where each article begins and ends in the bytes of all, from their `sizes` in code points."""
    data = chunks.view(np.uint8)
    at = U0
    bounds[0] = 0
    for article in range(sizes.size):
        left = sizes[article]
        while left >= 8:
            eight = eight_bytes(data, at)
            left -= 8 - np.int64(popcount(eight & ~(eight << U1) & HIGH))
            at += EIGHT
        while left > 0 or data[at] & 0xC0 == 0x80:
            left -= np.int64(data[at] & 0xC0 != 0x80)
            at += U1
        bounds[article + 1] = at


# About 10 ns a word of English, 100 ns one of Cyrillic, 35 ns a Chinese sign.
@compiled(
    "Tuple((int64, int64))(uint64[::1], int64[::1], uint8[::1], uint8[::1], uint32[::1],"
    "uint8[::1], uint32[:, ::1], uint32[::1], uint64, uint64, uint32[::1], uint64[::1], uint32[::1], uint32[::1],"
    "uint8[::1], uint32[::1], uint32[::1], uint32[::1], int64[::1], int64[::1], int64[::1])"
)
def split_words(
    chunks: Any, bounds: Any, kinds: Any, scripts: Any, fold: Any, twin: Any, untwin: Any, expansions: Any,
    low: Any, high: Any, hashes: Any, checks: Any, starts: Any, ends: Any, flags: Any, masks: Any,
    par_starts: Any, par_ends: Any, par_words: Any, art_words: Any, art_pars: Any,
) -> Any:  # fmt: skip
    """Cut articles into paragraphs and words; return how many words and paragraphs there are.

    `chunks` are the bytes of their UTF-8, eight a number, and 64 more at least; article i has the bytes
    ``bounds[i] .. bounds[i + 1] - 1``. Fills the columns of `dedup.text.words.Columns`.
    """
    data = chunks.view(np.uint8)
    n_words, n_pars, first = np.int64(0), np.int64(0), np.int64(0)
    words, leads, tails = np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint64)
    skews = np.empty(0, np.int64)
    edges, odd, gaps = np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.int64)
    heads, rests, sizes = np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint64)
    while first < bounds.size - 1:
        last = first + 1
        while last < bounds.size - 1 and bounds[last + 1] - bounds[first] + last - first < GROUP:
            last += 1
        base = bounds[first] & ~63
        blocks = ((bounds[last] - base) >> 6) + 1
        if blocks > words.size:
            words, leads = np.empty(blocks, np.uint64), np.empty(blocks, np.uint64)
            tails, skews = np.empty(blocks, np.uint64), np.empty(blocks, np.int64)
        part = chunks[base >> 3 : (base >> 3) + 8 * blocks]
        _class(part, words.view(np.uint8), leads.view(np.uint8), tails.view(np.uint8))
        room = 64 * blocks + last - first + 8
        if room > edges.size:
            edges = np.empty(room, np.uint32)
        count = _cut(data, bounds, first, last, words, leads, kinds, edges, art_words, n_words) >> 1
        _deal(edges, count, starts[n_words:], ends[n_words:])
        if _count_tails(tails, blocks, skews) > 0:
            _to_points(bounds, first, last, tails, skews, starts, ends, art_words)
        if count >= odd.size:
            odd, gaps = np.empty(count + 1, np.int64), np.empty(count + 1, np.int64)
            heads, rests = np.empty(count, np.uint64), np.empty(count, np.uint64)
            sizes = np.empty(count, np.uint64)
        n_odd, n_gaps = _pack(data, bounds, first, last, edges, art_words, heads, rests, sizes, odd, gaps)
        _mask(heads, rests, count, masks[n_words:])
        _flag(heads, rests, sizes, count, flags[n_words:])
        _fold(heads, count)
        _fold(rests, count)
        _read(
            data, bounds, first, edges, odd, n_odd, art_words, kinds, scripts, fold, twin, untwin, expansions,
            low, high, heads, rests, sizes, checks[n_words:], masks[n_words:], flags[n_words:],
        )  # fmt: skip
        _hash(heads, rests, sizes, count, hashes[n_words:])
        _check(low, high, heads, rests, sizes, count, checks[n_words:])
        n_pars = _paragraphs(
            data, bounds, first, last, kinds, edges, gaps, n_gaps, starts, ends, flags, art_words,
            par_starts, par_ends, par_words, art_pars, n_pars,
        )  # fmt: skip
        n_words += count
        first = last
    art_words[bounds.size - 1] = n_words  # also where there is no article
    art_pars[bounds.size - 1] = n_pars
    par_words[n_pars] = n_words
    return n_words, n_pars
