"""The fingerprint net: where each shingle stands, and who shares the rare ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.match.kernels.alignment.rows import END, FIRST, SIZE, S
from dedup.text.kernels.compiling import compiled, inlined
from dedup.text.kernels.hashing import MASK32, PRIME1, shingle


# About 3 ns a word.
@compiled("int64(uint32[::1], int64[::1], boolean[::1], int64, uint64[::1])")
def post(hashes: Any, par_words: Any, posted: Any, width: int, out: Any) -> int:
    """Write a posting, shingle hash high and position low, for each shingle of each posted paragraph."""
    n = 0
    for paragraph in range(posted.size):
        if posted[paragraph]:
            for at in range(par_words[paragraph], par_words[paragraph + 1] - width + 1):
                out[n] = (np.uint64(shingle(hashes, at, width)) << np.uint64(32)) | np.uint64(at)
                n += 1
    return n


FREQUENT = np.uint32(0x80000000)
ALONE = np.uint32(0xFFFFFFFF)


# About 5 ns a posting.
@compiled("void(uint64[::1], int64, uint32[::1], uint8[::1])")
def link(postings: Any, frequent: int, head: Any, holders: Any) -> None:
    """Tell each position where the group of its shingle begins in the sorted postings, and how many stand before.

    `head` is `ALONE` where no other position has the shingle; the high bit marks a group of more than
    `frequent` postings. `holders` counts up to 255.
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
                position = np.int64(postings[at] & MASK32)
                head[position] = mark
                holders[position] = min(at - begin, 255)
        begin = end


# About 1 ns a word of the copies.
@compiled("void(int64[::1], int64[::1], uint8[::1])")
def inherit(par_words: Any, first_copy: Any, holders: Any) -> None:
    """Count the holders of exact copies, which are not posted: those of the first copy, and that itself."""
    for paragraph in range(first_copy.size):
        if first_copy[paragraph] != paragraph:
            begin, source = par_words[paragraph], par_words[first_copy[paragraph]]
            for k in range(par_words[paragraph + 1] - begin):
                holders[begin + k] = min(np.int64(holders[source + k]) + 1, 255)


@inlined
def paragraph_of(position: int, blocks: Any, par_words: Any) -> Any:
    low, high = np.int64(blocks[position >> 6]), np.int64(blocks[(position >> 6) + 1])
    while low + 8 < high:  # many paragraphs without a word
        middle = (low + high) >> 1
        if par_words[middle + 1] <= position:
            low = middle + 1
        else:
            high = middle
    while par_words[low + 1] <= position:
        low += 1
    return low


@inlined
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
@compiled(
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
            run_end = par_words[origin]  # of a run of frequent shingles, which is followed once ...
            for begin in range(par_words[origin], end, UNIT):
                count = 0
                stop = min(begin + UNIT, end)
                counts = (
                    run_end - begin >= LONG_FREQUENT
                )  # ... and whether what is left of it is enough to count
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
                        source = paragraph_of(position, blocks, par_words)
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
                    for i in range(n):
                        grown[i] = out[i]
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


SAMPLES = 9
MOST_COPIES = 512
"""Postings looked at for each sampled shingle when copies are counted; exact copies count in full."""


# About 100 ns a row.
@compiled("int64[:, ::1](int64[:, ::1], int64[:, ::1], int64)")
def sampled(rows: Any, blocks: Any, width: int) -> Any:
    """Words of the sources where shingles of each row's passage begin, spread over it; shape ``(n, SAMPLES)``.

    Where a passage has fewer shingles the rest is -1.
    """
    out = np.full((rows.shape[0], SAMPLES), -1, np.int64)
    for i in range(rows.shape[0]):
        samples, total = 0, 0
        for k in range(rows[i, FIRST], rows[i, END]):
            total += max(0, blocks[k, SIZE] - width + 1)
        stride = max(1, total // SAMPLES)
        total = 0
        for k in range(rows[i, FIRST], rows[i, END]):
            for s in range(blocks[k, S], blocks[k, S] + blocks[k, SIZE] - width + 1):
                total += 1
                if samples < SAMPLES and total % stride == 0:
                    out[i, samples] = s
                    samples += 1
    return out


# About 20 ns a posting met.
@compiled(
    "int64[::1](int64[:, ::1], int64[::1], uint32[::1], uint64[::1], uint32[::1], uint32[::1], int64[::1])"
)
def count_copies(samples: Any, par_words: Any, par_blocks: Any, postings: Any, head: Any, par_articles: Any,
                 instances: Any) -> Any:  # fmt: skip
    """How many other articles hold each passage: those that have three in five of its `sampled` shingles.

    `instances`: how many articles hold an exact copy of each posted paragraph.
    """
    out = np.ones(samples.shape[0], np.int64)
    met = np.empty(SAMPLES * MOST_COPIES, np.uint64)
    for i in range(samples.shape[0]):
        count, n = 0, 0
        for s in samples[i]:
            if s < 0:
                break
            count += 1
            if head[s] == ALONE:
                paragraph = paragraph_of(s, par_blocks, par_words)
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
                paragraph = paragraph_of(np.int64(postings[place] & MASK32), par_blocks, par_words)
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
            if 5 * (end - begin) >= 3 * count:
                total += np.int64(met[end - 1] & MASK32)
            begin = end
        out[i] = max(total - 1, 1)
    return out
