"""The fingerprint net: where each shingle stands, and who shares the rare ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined
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


ALONE = np.uint32(0xFFFFFFFF)


# About 20 ns a posting.
@compiled("int64(uint64[::1], int64[::1], uint32[::1], uint32[::1], uint32[::1], uint8[::1])")
def link(postings: Any, par_words: Any, blocks: Any, groups: Any, head: Any, holders: Any) -> Any:
    """Write the paragraphs of each shingle that stands in several places in `groups`: how many places, then these, in
    the order of the text. Returns how much was written, three for every two postings at most.

    `head` tells each position where the group of its shingle begins, `ALONE` where no other has it; `holders`, up to
    255, how many stand before. The postings are sorted.
    """
    n, begin = np.int64(0), np.int64(0)
    while begin < postings.size:
        key = postings[begin] >> np.uint64(32)
        end = begin + 1
        while end < postings.size and postings[end] >> np.uint64(32) == key:
            end += 1
        if end - begin > 1:
            groups[n] = end - begin
            for at in range(begin, end):
                position = np.int64(postings[at] & MASK32)
                head[position] = n
                holders[position] = min(at - begin, 255)
                groups[n + 1 + at - begin] = paragraph_of(position, blocks, par_words)
            n += 1 + end - begin
        begin = end
    return n


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
def count_before(groups: Any, begin: int, size: int, limit: int) -> Any:
    """How many of `size` sorted paragraphs from `begin` on are less than `limit`."""
    if groups[begin + size - 1] < limit:
        return size
    count = np.int64(0)
    while groups[begin + count] < limit:
        count += 1
    return count


@inlined
def spacious(numbers: Any, n: int, wanted: int) -> Any:
    """The `numbers` themselves, or a copy of the first `n` of them with room for more than so many as are `wanted`."""
    if wanted <= numbers.size:
        return numbers
    grown = np.empty(2 * wanted, numbers.dtype)
    for i in range(n):
        grown[i] = numbers[i]
    return grown


# About 10 ns a word of news.
@compiled(
    "Tuple((int64[::1], int64[::1], int64[::1], int64[::1], int64[::1], uint32[::1], boolean[::1]))("
    "int64, int64, int64[::1], int64[::1], uint32[::1], uint32[::1], int64[::1], int64)"
)
def list_paragraphs(
    first: int, last: int, par_words: Any, art_pars: Any, groups: Any, head: Any, first_copy: Any, frequent: int,
) -> Any:  # fmt: skip
    """The paragraphs of earlier articles that hold the shingles of the articles ``first .. last - 1``.

    Returns the arrays of `dedup.match.nomination.Lists`, a key for each word, and which lists were cut short: at most
    `frequent` postings are listed. An exact copy of an earlier article's paragraph asks as that one does, which need
    not be the first to have its parts; one of the article's own paragraph does not ask again.
    """
    words = par_words[art_pars[last]] - par_words[art_pars[first]]
    asker_pars = np.empty(last - first + 1, np.int64)
    par_keys = np.empty(art_pars[last] - art_pars[first] + 1, np.int64)
    sizes, starts, counts = np.zeros(words, np.int64), np.zeros(words, np.int64), np.zeros(words, np.int64)
    cut = np.zeros(words, np.bool_)
    holders = np.empty(4096, np.uint32)
    n, key, par = np.int64(0), np.int64(0), np.int64(0)
    for article in range(first, last):
        asker_pars[article - first] = par
        limit = art_pars[article]
        for paragraph in range(limit, art_pars[article + 1]):
            origin = first_copy[paragraph]
            if limit <= origin < paragraph:
                continue
            par_keys[par] = key
            par += 1
            base = par_words[origin]
            words = par_words[origin + 1] - base
            # All sizes first: these waits for memory, and what stands beside them, overlap.
            for k in range(words):
                group = head[base + k]
                if group != ALONE:
                    sizes[key + k] = groups[group]
            for k in range(words):
                size = sizes[key + k]
                if size > 0:
                    begin = np.int64(head[base + k]) + 1
                    count = count_before(groups, begin, min(size, frequent), limit)
                    holders = spacious(holders, n, n + count)
                    for i in range(count):
                        holders[n + i] = groups[begin + i]
                    starts[key + k], counts[key + k] = n, count
                    cut[key + k] = size > frequent and groups[begin + frequent] < limit
                    n += count
            key += words
    asker_pars[last - first] = par
    par_keys[par] = key
    return asker_pars, par_keys[: par + 1], sizes[:key], starts[:key], counts[:key], holders[:n], cut[:key]


# About 5 ns a posting met.
@compiled(
    "Tuple((int64[::1], int64[::1], uint64[::1], boolean[::1]))("
    "int64[::1], int64[::1], uint32[::1], uint32[::1], uint32[::1], uint32[::1], int64[::1], int64)"
)
def list_articles(words: Any, par_words: Any, par_blocks: Any, groups: Any, head: Any, par_articles: Any,
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
        holders = spacious(holders, n, n + most)
        starts[i] = n
        alone = head[word] == ALONE
        begin = np.int64(0) if alone else np.int64(head[word]) + 1
        size = np.int64(1) if alone else np.int64(groups[begin - 1])
        before = np.int64(-1)
        for place in range(begin, begin + min(size, most)):
            paragraph = paragraph_of(word, par_blocks, par_words) if alone else np.int64(groups[place])
            article = np.int64(par_articles[paragraph])
            if article != before:
                holders[n] = (np.uint64(article) << np.uint64(32)) | np.uint64(instances[paragraph])
                n += 1
            before = article
        counts[i] = n - starts[i]
        cut[i] = size > most
    return starts, counts, holders[:n], cut
