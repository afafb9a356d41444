"""Candidates to verified passages, word for word."""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np

from dedup.kernels.compiling import compiled, inlined
from dedup.kernels.hashing import MASK32, shingle
from dedup.kernels.inverted import paragraph_of
from dedup.kernels.places import fill_table, same, slot_of
from dedup.kernels.repeats import said_again
from dedup.kernels.templates import ALTERED, FRAME, FRAMED, judged, keep_frame, mark_frames, writes_names
from dedup.kernels.tokens import (
    APART,
    CAPITAL,
    HAS_DIGIT,
    LENGTH_CLASS,
    SIGN_WORD,
    STARTS_LINE,
    STARTS_SENTENCE,
    letters_a_word,
)

REACH = 32
"""Words that an alignment may bridge between two exact runs, and look ahead beyond the last."""
MOST_RUNS = 4096
"""Exact runs of two articles that are looked at: where there are more, the longest."""
MOST_PLACES = 16
"""Places of a shingle in the article that are looked at."""
WORK = 32
"""Words compared for each word of two articles before a run is no longer looked into again: no news comes near."""
AVERAGE = 0.6
"""Weight of a word of scripts without spaces, whose letters do not tell its length: that of an English one."""
SIMILAR = 0.4
"""A word with nearly the same letters, as after a misread or an inflection, counts as so much of an equal one."""
LONE = (0.0, 0.2, 0.5, 0.8)
"""What matched words count that stand alone, by two or by three between others."""
COMMON = tuple(min(1.0, log2(max(1, n)) / 4) for n in range(17))
"""By how many earlier paragraphs hold a shingle: how far it is a stock phrase."""
LOOK_BACK = 32
BAND = 6
"""Words by which two texts may get out of step beyond the last exact run."""
DROP = 3.0
"""An end is followed until it has lost so much of its best score."""
OUTSIDE = -1e9


@inlined
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


@inlined
def _worth(flag: Any) -> Any:
    """Evidence of a matched word: that of `_weight`, but a letter of a script without spaces is a part of a word."""
    if flag & SIGN_WORD:
        return AVERAGE / letters_a_word(flag)
    return _weight(flag)


@inlined
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


@inlined
def _weigh(flags: Any, begin: int, size: int) -> Any:
    total = 0.0
    for at in range(begin, begin + size):
        total += _weight(flags[at])
    return total


@inlined
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


@inlined
def _reversed(blocks: Any, begin: int, end: int) -> None:
    while begin < end - 1:
        end -= 1
        for k in range(4):
            blocks[begin, k], blocks[end, k] = blocks[end, k], blocks[begin, k]
        begin += 1


@inlined
def _touch(blocks: Any, i: int, j: int) -> Any:
    """Whether block `j` follows block `i` with no word between them in either text."""
    size = blocks[i, 2]
    return blocks[j, 0] == blocks[i, 0] + size and blocks[j, 1] == blocks[i, 1] + size


@inlined
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


@inlined
def _exact_runs(hashes: Any, t0: int, t1: int, s0: int, s1: int, begin: int, end: int, width: int, seed: Any,
                table: Any, chain: Any, runs: Any, search: Any, ends: Any) -> None:  # fmt: skip
    """Maximal runs shared by article ``[t0, t1)`` and paragraph ``[begin, end)`` of article ``[s0, s1)``.

    A run may leave the paragraph, never the article. `table` and `chain` hold the article's shingles. `search` and
    `ends` are of both articles: how many runs there are, how many words may be compared yet, and the shortest run
    still wanted; and where the last run ended in the source, by how far it is shifted.
    """
    s = begin
    while s <= end - width:
        at = table[slot_of(hashes, t0, s, width, seed, table)]
        tired = search[1] <= 0
        seen, longest = 0, 1
        while at >= 0 and seen < (1 if tired else MOST_PLACES):
            seen += 1
            t = t0 + at
            at = chain[at]
            if s > begin and t > t0 and hashes[t - 1] == hashes[s - 1] and not tired:
                continue  # inside a run that began before
            row = (t - s) & (ends.shape[0] - 1)
            if ends[row, 0] == t - s and s < ends[row, 1]:
                continue  # inside a run that began in another paragraph
            left = 0
            while (
                t - left > t0 and s - left > s0 and hashes[t - left - 1] == hashes[s - left - 1] and not tired
            ):
                left += 1
            size = width
            while t + size < t1 and s + size < s1 and hashes[t + size] == hashes[s + size]:
                size += 1
            search[1] -= left + size
            longest = max(longest, size)
            ends[row, 0], ends[row, 1] = t - s, s + size
            if left + size >= search[2]:
                if search[0] == runs.shape[0]:
                    _keep_longest(runs, search)
                runs[search[0], 0] = t - left
                runs[search[0], 1] = s - left
                runs[search[0], 2] = size + left
                search[0] += 1
        s += longest if tired else 1


@inlined
def _keep_longest(runs: Any, search: Any) -> None:
    """Make room in the full `runs`: at most half of them stay, and shorter ones are wanted no longer."""
    n = runs.shape[0]
    while 2 * n > runs.shape[0]:
        search[2] += 1 + search[2] // 4
        n = 0
        for i in range(runs.shape[0]):
            n += runs[i, 2] >= search[2]
    n = 0
    for i in range(runs.shape[0]):
        if runs[i, 2] >= search[2]:
            for k in range(3):
                runs[n, k] = runs[i, k]
            n += 1
    search[0] = n


@inlined
def _sorted_runs(runs: Any, n: int, spare: Any) -> Any:
    """Sort runs by place in the article, then in the source; drop those that come twice."""
    if n > 64:
        keys = np.empty(n, np.uint64)
        for i in range(n):
            keys[i] = (np.uint64(runs[i, 0]) << np.uint64(32)) | np.uint64(runs[i, 1])
        order = np.argsort(keys)
        for i in range(n):
            for k in range(3):
                spare[i, k] = runs[order[i], k]
        for i in range(n):
            for k in range(3):
                runs[i, k] = spare[i, k]
    else:
        for i in range(1, n):
            t, s, size = runs[i, 0], runs[i, 1], runs[i, 2]
            j = i
            while j > 0 and (runs[j - 1, 0] > t or (runs[j - 1, 0] == t and runs[j - 1, 1] > s)):
                for k in range(3):
                    runs[j, k] = runs[j - 1, k]
                j -= 1
            runs[j, 0], runs[j, 1], runs[j, 2] = t, s, size
    kept = np.int64(0)
    for i in range(n):
        if kept == 0 or runs[i, 0] != runs[kept - 1, 0] or runs[i, 1] != runs[kept - 1, 1]:
            for k in range(3):
                runs[kept, k] = runs[i, k]
            kept += 1
    return kept


@inlined
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


@inlined
def _bridged(hashes: Any, flags: Any, masks: Any, runs: Any, path: Any, size: int, t_low: int, t_high: int, s_low: int,
             s_high: int, score: Any, move: Any, blocks: Any) -> int:  # fmt: skip
    """Blocks of one chain of runs (``path[size - 1] .. path[0]``), its gaps and both its ends filled."""
    first = path[size - 1]
    t, s = runs[first, 0], runs[first, 1]
    dt, ds = min(REACH, t - t_low), min(REACH, s - s_low)
    n = _fill(hashes, flags, masks, t - 1, s - 1, dt, ds, -1, 0.4, score, move, blocks, np.int64(0))
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


@inlined
def _block_weight(flags: Any, blocks: Any, i: int) -> Any:
    weight = _weigh(flags, blocks[i, 0], blocks[i, 2])
    return SIMILAR * weight if blocks[i, 3] else weight


@inlined
def _gap_cost(blocks: Any, i: int) -> Any:
    dt = blocks[i, 0] - blocks[i - 1, 0] - blocks[i - 1, 2]
    ds = blocks[i, 1] - blocks[i - 1, 1] - blocks[i - 1, 2]
    return 0.3 * max(dt, ds) + 0.05 * min(dt, ds)


@inlined
def _put_in_between(blocks: Any, i: int) -> Any:
    """Whether several words stand before block `i` that answer nothing in the source: they are not taken from it."""
    dt = blocks[i, 0] - blocks[i - 1, 0] - blocks[i - 1, 2]
    ds = blocks[i, 1] - blocks[i - 1, 1] - blocks[i - 1, 2]
    return dt > EDGE and dt - ds >= EDGE - 1


@inlined
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


@inlined
def _trimmed(flags: Any, blocks: Any, first: int, end: int) -> Any:
    """Leave out outer blocks that weigh less than the gap they stand behind."""
    while end - first > 1 and _block_weight(flags, blocks, first) < _gap_cost(blocks, first + 1):
        first += 1
    while end - first > 1 and _block_weight(flags, blocks, end - 1) < _gap_cost(blocks, end - 1):
        end -= 1
    return first, end


@inlined
def _news(hashes: Any, flags: Any, blocks: Any, first: int, i: int, t: int) -> Any:
    """What the matched word at `t` in block `i` counts: less where the same word matched up to 40 words before.

    In scripts without spaces, where as many letters before it as a word has are the same too.
    """
    begin = max(blocks[first, 0], t - 40)
    letters = np.int64(letters_a_word(flags[t]) + 0.5)
    while i >= first and blocks[i, 0] + blocks[i, 2] > begin:
        for at in range(max(blocks[i, 0], begin), min(blocks[i, 0] + blocks[i, 2], t)):
            if hashes[at] == hashes[t]:
                size = min(letters, at - blocks[first, 0] + 1)
                if letters == 1 or same(hashes, at - size + 1, t - size + 1, size):
                    return 0.25
        i -= 1
    return 1.0


@inlined
def _measured(hashes: Any, flags: Any, blocks: Any, first: int, end: int) -> Any:
    """Equal words, similar words, their weight, their number, the longest equal run, and letters a word of some blocks.

    Words that match alone, between words that do not, weigh hardly anything: any two texts share those; nor do
    words that matched a few words before: any two tables from one template do.
    """
    matched, similar, longest = 0, 0, 0
    weight, number, words = 0.0, 0.0, 0.0
    i = first
    while i < end:
        stretch = 0
        inside = 0.0
        while True:
            size = blocks[i, 2]
            stretch += size
            for t in range(blocks[i, 0], blocks[i, 0] + size):
                news = _news(hashes, flags, blocks, first, i, t) * (SIMILAR if blocks[i, 3] else 1.0)
                word = 1.0 / letters_a_word(flags[t])
                words += word
                inside += news * _worth(flags[t])
                number += 0.5 * news if flags[t] & HAS_DIGIT else news * word
            if blocks[i, 3]:
                similar += size
            else:
                matched += size
                longest = max(longest, size)
            i += 1
            if i == end or not _touch(blocks, i - 1, i):
                break
        weight += inside * (1.0 if stretch >= 4 else LONE[stretch])
    return matched, similar, weight, number, longest, (matched + similar) / words


@inlined
def _inside_word(flags: Any, at: int) -> Any:
    """Whether a word may go on before `at`: in scripts without spaces, wherever two letters touch."""
    if at <= 0 or at >= flags.size or flags[at] & SIGN_WORD == 0 or flags[at - 1] & SIGN_WORD == 0:
        return False
    return flags[at] & APART == 0


@inlined
def _between_words(flags: Any, blocks: Any, first: int, end: int, t0: int, t1: int) -> Any:
    """Narrow the range ``[t0, t1)`` of some blocks until it cuts no word; return blocks and range that are left."""
    while first < end and _inside_word(flags, t0):
        while t0 < t1 and _inside_word(flags, t0):
            t0 += 1
        while first < end and blocks[first, 0] + blocks[first, 2] <= t0:
            first += 1
        if first < end:
            cut = max(0, t0 - blocks[first, 0])
            blocks[first, 0] += cut
            blocks[first, 1] += cut
            blocks[first, 2] -= cut
            if blocks[first, 0] - t0 > EDGE:
                t0 = blocks[first, 0]
    while first < end and _inside_word(flags, t1):
        while t1 > t0 and _inside_word(flags, t1):
            t1 -= 1
        while first < end and blocks[end - 1, 0] >= t1:
            end -= 1
        if first < end:
            blocks[end - 1, 2] = min(blocks[end - 1, 2], t1 - blocks[end - 1, 0])
            last = blocks[end - 1, 0] + blocks[end - 1, 2]
            if t1 - last > EDGE:
                t1 = last
    return first, end, t0, t1


@inlined
def _stock(holders: Any, blocks: Any, first: int, end: int, width: int) -> Any:
    """How many of the matched shingles are stock phrases: one that 16 earlier paragraphs have counts in full."""
    total = 0.0
    for i in range(first, end):
        if not blocks[i, 3]:
            for t in range(blocks[i, 0], blocks[i, 0] + blocks[i, 2] - width + 1):
                total += COMMON[min(np.int64(holders[t]), 16)]
    return total


FAR = 99


@inlined
def _edge(flags: Any, at: int, low: int, high: int, step: int) -> int:
    """Words from `at` to the border of its sentence, going by `step`; `FAR` where they are more than `EDGE`."""
    for distance in range(EDGE + 1):
        if step < 0:
            if at - distance == low or flags[at - distance] & STARTS_SENTENCE:
                return distance
        elif at + distance == high or flags[at + distance] & STARTS_SENTENCE:
            return distance
    return FAR


@inlined
def _same_border(dt: int, ds: int, matched: int, changed: int, part: int) -> Any:
    """Whether a border `dt` words away in the article and `ds` in the source is the same: about equally near.

    The words up to it may be changed: at most one for every `part` that match, and hardly more than are `changed`
    in the rest.
    """
    far = max(dt, ds)
    return part * far <= matched and far <= changed + 2 and abs(dt - ds) <= 1 + far // 3


@inlined
def _ranges(flags: Any, par_words: Any, t_par: int, s_par: int, t_last: int, s_last: int, blocks: Any, first: int,
            end: int, matched: int, out: Any) -> None:  # fmt: skip
    """Range of a segment in both texts, stretched to borders of paragraphs or sentences that lie equally near in both.

    A reworder changes the first or last word of a sentence as often as any other. Two paragraphs that agree in the
    rest agree at their borders sooner than two sentences do.
    """
    t0, s0 = blocks[first, 0], blocks[first, 1]
    t1 = blocks[end - 1, 0] + blocks[end - 1, 2]
    s1 = blocks[end - 1, 1] + blocks[end - 1, 2]
    changed = max(t1 - t0, s1 - s0) - matched
    dt, ds = t0 - par_words[t_par], s0 - par_words[s_par]
    if max(dt, ds) > BORDER or not _same_border(dt, ds, matched, changed, 2):
        dt = _edge(flags, t0, par_words[t_par], par_words[t_par + 1], -1)
        ds = _edge(flags, s0, par_words[s_par], par_words[s_par + 1], -1)
        if max(dt, ds) == FAR or not _same_border(dt, ds, matched, changed, 4):
            dt, ds = 0, 0
    out[0], out[2] = t0 - dt, s0 - ds
    dt, ds = par_words[t_last + 1] - t1, par_words[s_last + 1] - s1
    if max(dt, ds) > BORDER or not _same_border(dt, ds, matched, changed, 2):
        dt = _edge(flags, t1, par_words[t_last], par_words[t_last + 1], 1)
        ds = _edge(flags, s1, par_words[s_last], par_words[s_last + 1], 1)
        if max(dt, ds) == FAR or not _same_border(dt, ds, matched, changed, 4):
            dt, ds = 0, 0
    out[1], out[3] = t1 + dt, s1 + ds


LEAST_LEFT = 4
"""Matched words that a source must add to what stronger ones explain."""
PHRASE = 9
"""Equal words in a row that set phrases have ..."""
BEYOND_PHRASE, MOST_BEYOND = 1.3, 4
"""... and what each word beyond those, of at most so many, is evidence besides itself."""
WHOLE_PARAGRAPH, WHOLE_SENTENCES = 3.0, 1.7
"""What it is evidence that whole paragraphs, or sentences, answer each other: a chance likeness begins anywhere ..."""
BOUNDED = 0.75
"""... but for each changed word so much at most: verbatim text speaks for itself."""
ONE_RUN = 1.0
"""What is taken from the evidence of one run and nothing else: it may be a set phrase that no text has had so far."""
STOCK_PHRASE = 0.32
"""What a stock phrase of one shingle takes from the evidence of its words."""
UNMATCHED = 0.17
"""What a word takes from it that nothing answers."""
SURE = 100
"""So many equal words in a row are no chance, whatever words they are."""
BESIDE = 60
"""Words between a passage and another of the same source that it stands beside."""
LONG_PART = 16
"""Matched words from which a part of a passage is traced to an earlier source of its own."""
SEGMENT = 11  # t0, t1, s0, s1, first block, end block, matched, source article, accepted, longest run, marks
RECYCLED, REWORDED, REPEATED, TEMPLATE = 0, 1, 2, 3
VERBATIM = 0.9
"""Share of equal words from which a passage counts as taken word for word."""
EDGE = 6
"""Words at a border that may be changed without ending the passage ..."""
BORDER = 8
"""... and at the border of a paragraph."""


@inlined
def _more_rows(array: Any, n: int) -> Any:
    """`array` itself, or a copy of twice the size, with room for row `n`."""
    if n < array.shape[0]:
        return array
    grown = np.empty((max(2 * array.shape[0], n + 1), array.shape[1]), array.dtype)
    for i in range(array.shape[0]):
        for k in range(array.shape[1]):
            grown[i, k] = array[i, k]
    return grown


@inlined
def _whole(flags: Any, par_words: Any, par_blocks: Any, begin: int, end: int) -> Any:
    """Whether words ``[begin, end)`` are whole sentences."""
    first = paragraph_of(begin, par_blocks, par_words)
    last = paragraph_of(end - 1, par_blocks, par_words)
    begins = begin == par_words[first] or (flags[begin] & STARTS_SENTENCE) != 0
    return begins and (end == par_words[last + 1] or (flags[end] & STARTS_SENTENCE) != 0)


@inlined
def _whole_paragraph(par_words: Any, par_blocks: Any, begin: int, end: int) -> Any:
    """Whether words ``[begin, end)`` are one whole paragraph, or several."""
    first = paragraph_of(begin, par_blocks, par_words)
    last = paragraph_of(end - 1, par_blocks, par_words)
    return begin == par_words[first] and end == par_words[last + 1]


@inlined
def _evidence(flags: Any, par_words: Any, par_blocks: Any, segment: Any, weight: float, number: float,
              stock: float, letters: float) -> Any:  # fmt: skip
    """How much speaks for a segment, in long words: about the logarithm of its odds of being taken.

    Where words are letters a shingle is less than a phrase, and that many texts have it says as much less.
    The shares are those of a logistic regression on planted passages and chance likenesses of six collections.
    """
    t0, t1, s0, s1 = segment[0], segment[1], segment[2], segment[3]
    total = 0.64 * weight + 0.36 * number - STOCK_PHRASE * stock / (letters * letters)
    total += BEYOND_PHRASE * min(max(segment[9] / letters - PHRASE, 0.0), MOST_BEYOND)
    if segment[9] == segment[6]:
        total -= ONE_RUN
    changed = (max(t1 - t0, s1 - s0) - segment[6]) / letters
    total -= UNMATCHED * changed
    if _whole_paragraph(par_words, par_blocks, t0, t1) and _whole_paragraph(par_words, par_blocks, s0, s1):
        total += min(WHOLE_PARAGRAPH, BOUNDED * changed)
    elif _whole(flags, par_words, par_blocks, t0, t1) and _whole(flags, par_words, par_blocks, s0, s1):
        total += min(WHOLE_SENTENCES, BOUNDED * changed)
    return total


@inlined
def _segments(hashes: Any, flags: Any, masks: Any, holders: Any, width: int, par_words: Any, par_blocks: Any,
              bounds: Any, source: int, runs: Any, n_runs: int, chain_best: Any, chain_prev: Any, path: Any, score: Any,
              move: Any, scratch: Any, segments: Any, weights: Any, n_segments: int, pool: Any,
              n_pool: int) -> Any:  # fmt: skip
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
        size = np.int64(0)
        run = top
        while run >= 0 and chain_best[run] > 0.0:
            path[size] = run
            size += 1
            chain_best[run] = 0.0
            run = chain_prev[run]
            if size == path.size:
                break
        total = 2 * REACH + size * (REACH + 1)
        if total > scratch.shape[0]:
            scratch = np.empty((2 * total, 4), np.int64)
        n = _bridged(
            hashes, flags, masks, runs, path, size, t_low, t_high, s_low, s_high, score, move, scratch
        )
        at = np.int64(0)
        while at < n:
            first, end = _next_segment(flags, scratch, at, n)
            at = max(end, at + 1)
            first, end = _trimmed(flags, scratch, first, end)
            matched, similar, weight, number, longest, letters = _measured(hashes, flags, scratch, first, end)
            if longest < 3:
                continue
            matched += similar // 2
            segments = _more_rows(segments, n_segments)
            weights = _more_rows(weights, n_segments)
            row = segments[n_segments]
            t_par = paragraph_of(scratch[first, 0], par_blocks, par_words)
            s_par = paragraph_of(scratch[first, 1], par_blocks, par_words)
            t_last = paragraph_of(scratch[end - 1, 0] + scratch[end - 1, 2] - 1, par_blocks, par_words)
            s_last = paragraph_of(scratch[end - 1, 1] + scratch[end - 1, 2] - 1, par_blocks, par_words)
            _ranges(flags, par_words, t_par, s_par, t_last, s_last, scratch, first, end, matched, row)
            if _inside_word(flags, row[0]) or _inside_word(flags, row[1]):
                first, end, begin, stop = _between_words(flags, scratch, first, end, row[0], row[1])
                if first == end:
                    continue
                matched, similar, weight, number, longest, letters = _measured(
                    hashes, flags, scratch, first, end
                )
                matched += similar // 2
                row[2] = row[2] if begin == row[0] else scratch[first, 1]
                row[3] = row[3] if stop == row[1] else scratch[end - 1, 1] + scratch[end - 1, 2]
                row[0], row[1] = begin, stop
            row[4], row[5], row[6], row[7], row[8], row[9], row[10] = (
                n_pool,
                n_pool + end - first,
                matched,
                source,
                0,
                longest,
                0,
            )
            stock = _stock(holders, scratch, first, end, width)
            weights[n_segments, 0] = weight
            weights[n_segments, 1] = _evidence(
                flags, par_words, par_blocks, row, weight, number, stock, letters
            )
            weights[n_segments, 2] = letters
            n_segments += 1
            for i in range(first, end):
                pool = _more_rows(pool, n_pool)
                for k in range(4):
                    pool[n_pool, k] = scratch[i, k]
                n_pool += 1
    return segments, weights, n_segments, pool, n_pool, scratch


@inlined
def _accept(segments: Any, weights: Any, n: int, words: int, min_words: int, min_weight: float,
            min_share: float) -> None:  # fmt: skip
    """Mark what is evidence by itself, then what only is so beside such a segment of the same source, next in the list.

    A passage must weigh something all along: two tables of results from one template have half their words in
    common, but hardly two in a row. Where it is three quarters of the article's `words`, chance had little to choose
    from, and half the weight is enough.
    """
    for i in range(n):
        length = max(segments[i, 1] - segments[i, 0], 1)
        source = max(segments[i, 3] - segments[i, 2], 1)
        matched = segments[i, 6]
        dense = matched >= min_share * length and matched >= 0.8 * min_share * source
        wanted = 0.5 * min_weight if 4 * matched >= 3 * words else min_weight
        letters = weights[i, 2]
        heavy = weights[i, 1] >= wanted and weights[i, 0] >= 0.25 * min_share * length / letters
        sure = segments[i, 9] >= SURE * letters
        if dense and (heavy or sure) and matched >= min_words * letters:
            segments[i, 8] = 1
    for i in range(n):
        length = max(segments[i, 1] - segments[i, 0], 1)
        letters = weights[i, 2]
        if segments[i, 8] or 4 * segments[i, 9] < 3 * min_words * letters or 2 * weights[i, 1] < min_weight:
            continue
        if segments[i, 6] < 0.8 * length:
            continue
        for step in (-1, 1):
            j = i + step
            while 0 <= j < n and segments[j, 7] == segments[i, 7] and segments[i, 8] == 0:
                t_gap = max(segments[i, 0] - segments[j, 1], segments[j, 0] - segments[i, 1])
                s_gap = max(segments[i, 2] - segments[j, 3], segments[j, 2] - segments[i, 3])
                if segments[j, 8] == 1 and t_gap <= BESIDE * letters and s_gap <= BESIDE * letters:
                    segments[i, 8] = 2
                j += step


@inlined
def _matched_inside(pool: Any, segment: Any, t0: int, t1: int, covered: Any, base: int) -> int:
    """Matched words of a segment that lie in ``[t0, t1)`` and are not covered yet; similar ones count half."""
    count = 0
    i, end = segment[4], segment[5]
    while i < end:  # the first block that ends beyond t0
        middle = (i + end) >> 1
        if pool[middle, 0] + pool[middle, 2] <= t0:
            i = middle + 1
        else:
            end = middle
    while i < segment[5] and pool[i, 0] < t1:
        for t in range(max(pool[i, 0], t0), min(pool[i, 0] + pool[i, 2], t1)):
            if not covered[t - base]:
                count += 1 if pool[i, 3] else 2
        i += 1
    return count // 2


@inlined
def _shingle_sets(hashes: Any, begin: int, end: int, width: int) -> Any:
    """Sorted distinct shingles of one paragraph."""
    size = end - begin
    if size < width:
        return np.array([shingle(hashes, begin, size)], np.uint32)
    values = np.empty(size - width + 1, np.uint32)
    for i in range(values.size):
        values[i] = shingle(hashes, begin + i, width)
    values.sort()
    n = 1
    for i in range(1, values.size):
        if values[i] != values[i - 1]:
            values[n] = values[i]
            n += 1
    return values[:n]


@inlined
def _common(a: Any, b: Any) -> int:
    i, j, n = 0, 0, 0
    if a.size > 64 * b.size:  # a phrase of a book on one line
        for value in b:
            i = np.searchsorted(a, value)
            n += i < a.size and a[i] == value
        return n
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


@inlined
def _emit(text: Any, article: int, segment: Any, pool: Any, begin: int, end: int, rows: Any, n_rows: int, out: Any,
          n_out: int) -> Any:  # fmt: skip
    """Write rows for the part ``[begin, end)`` of a segment, one a paragraph, each with its blocks clipped."""
    _, flags, par_words, par_blocks, _, _ = text
    while begin < end:
        paragraph = paragraph_of(begin, par_blocks, par_words)
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
            if first_word - begin > BORDER or (begin != segment[0] and apart):
                t0 = first_word
            elif begin == segment[0]:
                s0 = min(s0, segment[2])
            apart = stop != par_words[paragraph + 1] or (
                last_word < stop and flags[last_word] & STARTS_SENTENCE != 0
            )
            if stop - last_word > BORDER or (stop != segment[1] and apart):
                t1 = last_word
            elif stop == segment[1]:
                s1 = max(s1, segment[3])
            most, s_par = 0, paragraph_of(out[first_out, 1], par_blocks, par_words)
            for i in range(first_out, n_out):
                if out[i, 2] > most:
                    most, s_par = out[i, 2], paragraph_of(out[i, 1], par_blocks, par_words)
            verdict = judged(text, out, first_out, n_out, (t0, t1, s0, s1), segment[10])
            kind = RECYCLED if matched >= VERBATIM * max(t1 - t0, s1 - s0) else REWORDED
            if verdict == ALTERED:
                kind = REWORDED
            elif verdict == FRAMED:
                kind = TEMPLATE
                n_out = keep_frame(text, out, first_out, n_out, (t0, t1, s0, s1))
            row[0], row[1], row[2], row[3], row[4], row[5] = article, paragraph, t0, t1, segment[7], s_par
            row[6], row[7], row[8], row[9], row[10], row[11] = s0, s1, matched, first_out, n_out, kind
            n_rows += 1 if n_out > first_out else 0
        else:
            n_out = first_out
        begin = stop
    return rows, n_rows, out, n_out


@inlined
def _most_left(segments: Any, chosen: Any, n: int, counts: Any) -> int:
    """Place in `chosen` of the segment with the highest count; of equals, the earliest article's, then the first."""
    top = -1
    for k in range(n):
        if top < 0 or counts[k] > counts[top]:
            top = k
        elif counts[k] == counts[top]:
            i, j = chosen[k], chosen[top]
            if segments[i, 2] < segments[j, 2] or (segments[i, 2] == segments[j, 2] and i < j):
                top = k
    return top


@inlined
def _cover(text: Any, article: int, base: int, covered: Any, segments: Any, weights: Any, n_segments: int, pool: Any,
           rows: Any, n_rows: int, out: Any, n_out: int) -> Any:  # fmt: skip
    """Give each word one source: the segment that explains most goes first; of near equals, the earliest article.

    What a segment explains beside those before it only shrinks: it is counted again when it is its turn.
    """
    _, flags, par_words, par_blocks, _, _ = text
    chosen = np.flatnonzero(segments[:n_segments, 8])
    counts = np.empty(chosen.size, np.int64)
    n = np.int64(chosen.size)
    for k in range(n):
        i = chosen[k]
        counts[k] = _matched_inside(pool, segments[i], segments[i, 0], segments[i, 1], covered, base)
    while True:
        top, most = -1, 0
        while top < 0 and n > 0:
            k = _most_left(segments, chosen, n, counts)
            i = chosen[k]
            most = _matched_inside(pool, segments[i], segments[i, 0], segments[i, 1], covered, base)
            if segments[i, 8] == 0 or most < LEAST_LEFT * weights[i, 2]:
                segments[i, 8] = 0
                n -= 1
                chosen[k], counts[k] = chosen[n], counts[n]
            elif most < counts[k]:
                counts[k] = most
            else:
                top = i
        if top < 0:
            return rows, n_rows, out, n_out
        # An earlier article that holds a good part of it as well was its source for that part.
        best = top
        for k in range(n):
            i = chosen[k]
            frame = (
                segments[i, 10] & FRAME and not segments[best, 10] & FRAME
            )  # who copies a report copies no frame
            if segments[i, 8] and segments[i, 2] < segments[top, 2] and not frame:
                t0 = max(segments[i, 0], segments[best, 0])
                t1 = min(segments[i, 1], segments[best, 1])
                if t1 - t0 < min(LONG_PART, 0.98 * most):
                    continue
                count = _matched_inside(pool, segments[i], t0, t1, covered, base)
                part = count >= LONG_PART * weights[i, 2] and _whole(flags, par_words, par_blocks, t0, t1)
                wanted = _matched_inside(pool, segments[best], t0, t1, covered, base) if part else most
                if count >= 0.98 * wanted and (part or count >= 0.98 * most):
                    top = i
        segments[top, 8] = 0
        at = segments[top, 0]
        while at < segments[top, 1]:
            end = at
            while end < segments[top, 1] and not covered[end - base]:
                end += 1
            left = _matched_inside(pool, segments[top], at, end, covered, base)
            if left >= LEAST_LEFT * weights[top, 2]:
                rows, n_rows, out, n_out = _emit(
                    text, article, segments[top], pool, at, end, rows, n_rows, out, n_out
                )
                covered[at - base : end - base] = True
            at = end + 1


@inlined
def _repeats(hashes: Any, flags: Any, par_words: Any, par_blocks: Any, article: int, first: int, last: int, width: int,
             seed: Any, table: Any, chain: Any, rows: Any, n_rows: int, out: Any, n_out: int) -> Any:  # fmt: skip
    """Write rows for what the article, paragraphs ``first .. last - 1``, says again: sentences, then lines."""
    base, size = par_words[first], par_words[last] - par_words[first]
    lines = False
    for at in range(base, base + size):
        lines = lines or flags[at] & STARTS_LINE != 0
    told = np.zeros(size, np.bool_)
    found = np.empty((size, 3), np.int64)
    for way in range(2 if lines else 1):
        n = said_again(
            hashes,
            flags,
            par_words,
            par_blocks,
            first,
            last,
            width,
            seed,
            table,
            chain,
            way == 1,
            told,
            found,
        )
        for i in range(n):
            t, s, length = found[i, 0], found[i, 1], found[i, 2]
            rows = _more_rows(rows, n_rows)
            out = _more_rows(out, n_out)
            row = rows[n_rows]
            row[0], row[1], row[2], row[3] = article, paragraph_of(t, par_blocks, par_words), t, t + length
            row[4], row[5], row[6], row[7] = article, paragraph_of(s, par_blocks, par_words), s, s + length
            row[8], row[9], row[10], row[11] = length, n_out, n_out + 1, REPEATED
            out[n_out, 0], out[n_out, 1], out[n_out, 2], out[n_out, 3] = t, s, length, 0
            n_rows += 1
            n_out += 1
    return rows, n_rows, out, n_out


@inlined
def _settled(flags: Any, rows: Any, n_rows: int, out: Any) -> int:
    """Let rows cut no word, leave out those of which nothing is left, and tell how many words each says as much as."""
    n = 0
    for i in range(n_rows):
        row = rows[i]
        if _inside_word(flags, row[2]) or _inside_word(flags, row[3]):
            first, end, t0, t1 = _between_words(flags, out, row[9], row[10], row[2], row[3])
            if first == end:
                continue
            row[6] = row[6] if t0 == row[2] else out[first, 1]
            row[7] = row[7] if t1 == row[3] else out[end - 1, 1] + out[end - 1, 2]
            row[2], row[3], row[9], row[10] = t0, t1, first, end
        words = 0.0
        for t in range(row[2], row[3]):
            words += 1.0 / letters_a_word(flags[t])
        row[12] = np.int64(words + 0.5)
        for k in range(rows.shape[1]):
            rows[n, k] = row[k]
        n += 1
    return n


# About 10 ns a word of the candidates, and 3 ns a word pair inside gaps.
@compiled(
    "Tuple((int64[:, ::1], float64[:, ::1], int64[:, ::1]))"
    "(int64, int64, uint32[::1], uint8[::1], uint32[::1], uint8[::1], int64[::1],"
    "int64[::1], int64[::1], uint32[::1], uint32[::1], uint64[::1], uint32[::1], int64, int64, float64, float64,"
    "uint64)"
)
def align(first: int, last: int, hashes: Any, flags: Any, masks: Any, holders: Any, par_words: Any, art_words: Any,
          art_pars: Any, par_blocks: Any, par_articles: Any, pairs: Any, calendar: Any, width: int, min_words: int,
          min_weight: float, min_share: float, seed: Any) -> Any:  # fmt: skip
    """Verify the candidate `pairs` of articles ``first .. last - 1`` on their words, and find their own repeats.

    `pairs` are sorted ``article << 32 | source paragraph``. `holders`: how many earlier paragraphs or articles have
    the shingle that begins at each word, as far as is known. `calendar`: names of months and days, as `calendar_table`
    has them. `seed`, odd, is for hash tables and changes no answer.

    Returns rows, shape ``(n, 13)``: article, paragraph, t0, t1, source article, source paragraph, s0, s1, words of the
    article, first block, end block, kind, and how many words t0 .. t1 say as much as; Jaccard and containment of the
    two paragraphs, ``(n, 2)``; and blocks ``(t, s, length, similar)``, ``(m, 4)``: of a frame only its own words, of
    all else runs of equal words, or single words with nearly the same letters.
    """
    rows = np.empty((256, 13), np.int64)
    out = np.empty((1024, 4), np.int64)
    n_rows, n_out = np.int64(0), np.int64(0)
    runs = np.empty((MOST_RUNS, 3), np.int64)
    spare = np.empty((MOST_RUNS, 3), np.int64)
    chain_best = np.empty(MOST_RUNS, np.float64)
    chain_prev = np.empty(MOST_RUNS, np.int64)
    path = np.empty(MOST_RUNS, np.int64)
    score = np.empty((REACH + 9, REACH + 9), np.float64)
    move = np.empty((REACH + 9, REACH + 9), np.uint8)
    scratch = np.empty((4096, 4), np.int64)
    segments = np.empty((64, SEGMENT), np.int64)
    weights = np.empty((64, 3), np.float64)  # what it weighs, its evidence, letters a word
    pool = np.empty((1024, 4), np.int64)
    search = np.empty(3, np.int64)
    ends = np.empty((1024, 2), np.int64)
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
        fill_table(hashes, t0, t1, width, seed, table, chains)

        rows, n_rows, out, n_out = _repeats(
            hashes, flags, par_words, par_blocks, article, art_pars[article], art_pars[article + 1], width, seed, table,
            chains, rows, n_rows, out, n_out,
        )  # fmt: skip

        count, n_pool = np.int64(0), np.int64(0)
        while at < pairs.size and np.int64(pairs[at] >> np.uint64(32)) == article:
            source = np.int64(par_articles[np.int64(pairs[at] & MASK32)])
            s0, s1 = art_words[source], art_words[source + 1]
            search[0], search[1], search[2] = 0, WORK * (t1 - t0 + s1 - s0), width
            ends[:] = -1
            while at < pairs.size and np.int64(pairs[at] >> np.uint64(32)) == article:
                paragraph = np.int64(pairs[at] & MASK32)
                if par_articles[paragraph] != source:
                    break
                begin, end = par_words[paragraph], par_words[paragraph + 1]
                _exact_runs(
                    hashes, t0, t1, s0, s1, begin, end, width, seed, table, chains, runs, search, ends
                )
                at += 1
            if search[0] > 0:
                n = _sorted_runs(runs, search[0], spare)
                segments, weights, count, pool, n_pool, scratch = _segments(
                    hashes, flags, masks, holders, width, par_words, par_blocks, (t0, t1, s0, s1), source, runs, n,
                    chain_best, chain_prev, path, score, move, scratch, segments, weights, count, pool, n_pool,
                )  # fmt: skip
        if count > 0:
            _accept(segments, weights, count, t1 - t0, min_words, min_weight, min_share)
            text = hashes, flags, par_words, par_blocks, calendar, writes_names(flags, t0, t1)
            mark_frames(text, segments, count, pool)
            covered = np.zeros(t1 - t0, np.bool_)
            rows, n_rows, out, n_out = _cover(
                text, article, t0, covered, segments, weights, count, pool, rows, n_rows, out, n_out
            )
    n_rows = _settled(flags, rows, n_rows, out)
    shares = np.empty((n_rows, 2), np.float64)
    for i in range(n_rows):
        rows[i, 8] = art_words[rows[i, 0] + 1] - art_words[rows[i, 0]]
        p, q = rows[i, 1], rows[i, 5]
        if p == q:  # a repeat inside one paragraph, which may be a book on one line
            shares[i, 0], shares[i, 1] = 1.0, 1.0
            continue
        if i > 0 and p == rows[i - 1, 1] and q == rows[i - 1, 5]:
            shares[i, 0], shares[i, 1] = shares[i - 1, 0], shares[i - 1, 1]
            continue
        a = _shingle_sets(hashes, par_words[p], par_words[p + 1], width)
        b = _shingle_sets(hashes, par_words[q], par_words[q + 1], width)
        both = _common(a, b)
        shares[i, 0] = both / (a.size + b.size - both)
        shares[i, 1] = both / a.size
    return rows[:n_rows].copy(), shares, out[:n_out].copy()
