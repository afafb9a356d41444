"""The fingerprint net: where each shingle stands, and who shares the rare ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.text.kernels.compiling import compiled, inlined
from dedup.text.kernels.hashing import MASK32, shingle


# About 4 ns a word.
@compiled("void(uint32[::1], int64[::1], boolean[::1], int64, uint64[::1], uint64[::1])")
def find_repeated(hashes: Any, par_words: Any, posted: Any, width: int, once: Any, repeated: Any) -> None:
    """Set a bit for each shingle in `once`, by its last bits, and in `repeated` where that was set before."""
    mask = np.uint64(64 * once.size - 1)
    for paragraph in range(posted.size):
        if posted[paragraph]:
            for at in range(par_words[paragraph], par_words[paragraph + 1] - width + 1):
                place = np.uint64(shingle(hashes, at, width)) & mask
                bit = np.uint64(1) << (place & np.uint64(63))
                repeated[place >> np.uint64(6)] |= once[place >> np.uint64(6)] & bit
                once[place >> np.uint64(6)] |= bit


# About 3 ns a word.
@compiled("int64(uint32[::1], int64[::1], boolean[::1], int64, uint64[::1], uint64[::1])")
def post(hashes: Any, par_words: Any, posted: Any, width: int, wanted: Any, out: Any) -> int:
    """Write a posting, shingle hash high and position low, for each shingle of each posted paragraph that is wanted.

    `wanted`: a bit by the last bits of a shingle (see `find_repeated`), a power of two of them and 64 at least.
    """
    n = 0
    mask = np.uint64(64 * wanted.size - 1)
    for paragraph in range(posted.size):
        if posted[paragraph]:
            for at in range(par_words[paragraph], par_words[paragraph + 1] - width + 1):
                name = np.uint64(shingle(hashes, at, width))
                place = name & mask
                if wanted[place >> np.uint64(6)] >> (place & np.uint64(63)) & np.uint64(1):
                    out[n] = (name << np.uint64(32)) | np.uint64(at)
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


# About 20 ns a word of news.
@compiled(
    "Tuple((int64[::1], int64[::1], int64[::1], int64[::1], int64[::1], uint32[::1], boolean[::1]))("
    "int64, int64, int64[::1], int64[::1], int64[::1], uint64[::1], uint32[::1], uint32[::1], int64[::1], int64)"
)
def list_paragraphs(
    first: int, last: int, par_words: Any, art_words: Any, art_pars: Any, postings: Any, head: Any, blocks: Any,
    first_copy: Any, frequent: int,
) -> Any:  # fmt: skip
    """The paragraphs of earlier articles that hold the shingles of the articles ``first .. last - 1``.

    Returns the arrays of `dedup.match.nomination.Lists`, a key for each word, and which lists were cut short: at most
    `frequent` postings are listed. An exact copy of an earlier article's paragraph asks as that one does, which need
    not be the first to have its parts; one of the article's own paragraph does not ask again.
    """
    asker_pars = np.empty(last - first + 1, np.int64)
    par_keys = np.empty(art_pars[last] - art_pars[first] + 1, np.int64)
    words = art_words[last] - art_words[first]
    sizes, starts, counts = np.zeros(words, np.int64), np.zeros(words, np.int64), np.zeros(words, np.int64)
    cut = np.zeros(words, np.bool_)
    holders = np.empty(4096, np.uint32)
    n, key, par = np.int64(0), np.int64(0), np.int64(0)
    for article in range(first, last):
        asker_pars[article - first] = par
        limit = art_words[article]
        for paragraph in range(art_pars[article], art_pars[article + 1]):
            origin = first_copy[paragraph]
            if art_pars[article] <= origin < paragraph:
                continue
            par_keys[par] = key
            par += 1
            for at in range(par_words[origin], par_words[origin + 1]):
                group = head[at]
                if group != ALONE:
                    place = np.int64(group & ~FREQUENT)
                    name = postings[place] >> np.uint64(32)
                    end = min(place + frequent, postings.size)
                    if n + frequent > holders.size:
                        grown = np.empty(2 * holders.size + frequent, np.uint32)
                        for i in range(n):
                            grown[i] = holders[i]
                        holders = grown
                    starts[key] = n
                    earlier = np.int64(postings[place] & MASK32) < limit
                    size, before = np.int64(0), np.int64(-1)
                    while earlier and place + size < end and postings[place + size] >> np.uint64(32) == name:
                        position = np.int64(postings[place + size] & MASK32)
                        size += 1
                        if position < limit:
                            holder = paragraph_of(position, blocks, par_words)
                            if holder != before:
                                holders[n] = holder
                                n += 1
                            before = holder
                    counts[key] = n - starts[key]
                    sizes[key] = frequent + 1 if group & FREQUENT else size
                    if size == frequent and group & FREQUENT:
                        cut[key] = np.int64(postings[place + size] & MASK32) < limit
                key += 1
    asker_pars[last - first] = par
    par_keys[par] = key
    return asker_pars, par_keys[: par + 1], sizes[:key], starts[:key], counts[:key], holders[:n], cut[:key]


# About 10 ns a posting met.
@compiled(
    "Tuple((int64[::1], int64[::1], uint64[::1], boolean[::1]))("
    "int64[::1], int64[::1], uint32[::1], uint64[::1], uint32[::1], uint32[::1], int64[::1], int64)"
)
def list_articles(words: Any, par_words: Any, par_blocks: Any, postings: Any, head: Any, par_articles: Any,
                  instances: Any, most: int) -> Any:  # fmt: skip
    """The articles that hold the shingles at some words (-1: none): starts, counts and holders of `count_holders`.

    At most `most` postings are looked at; last, of which words there are more. `instances`: how many articles hold an
    exact copy of each posted paragraph.
    """
    starts, counts = np.zeros(words.size, np.int64), np.full(words.size, -1, np.int64)
    cut = np.zeros(words.size, np.bool_)
    holders = np.empty(4096, np.uint64)
    n = np.int64(0)
    for i in range(words.size):
        word = words[i]
        if word < 0:
            continue
        if n + most > holders.size:
            grown = np.empty(2 * holders.size + most, np.uint64)
            for k in range(n):
                grown[k] = holders[k]
            holders = grown
        starts[i] = n
        alone = head[word] == ALONE
        place = np.int64(0) if alone else np.int64(head[word] & ~FREQUENT)
        end = place + 1 if alone else min(place + most, postings.size)
        name = np.uint64(0) if alone else postings[place] >> np.uint64(32)
        before = np.int64(-1)
        while place < end and (alone or postings[place] >> np.uint64(32) == name):
            position = word if alone else np.int64(postings[place] & MASK32)
            paragraph = paragraph_of(position, par_blocks, par_words)
            article = np.int64(par_articles[paragraph])
            if article != before:
                holders[n] = (np.uint64(article) << np.uint64(32)) | np.uint64(instances[paragraph])
                n += 1
            before = article
            place += 1
        counts[i] = n - starts[i]
        cut[i] = not alone and place < postings.size and postings[place] >> np.uint64(32) == name
    return starts, counts, holders[:n], cut
