"""Passages: what of an article a segment explains, one a paragraph, and what kind of copy it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.borders import BORDER, home_of, is_whole_sentences
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    END,
    FIRST,
    KIND,
    MARKS,
    PARAGRAPH,
    RECYCLED,
    REWORDED,
    S0,
    S1,
    SIMILAR,
    SIZE,
    SOURCE,
    SOURCE_PARAGRAPH,
    T0,
    T1,
    TEMPLATE,
    WORTH,
    Frame,
    Ints,
    Rows,
    S,
    T,
    Text,
    roomy,
    set_block,
)
from dedup.match.kernels.alignment.templates import ALTERED, FRAMED, judged, keep_frame
from dedup.match.kernels.alignment.values import News
from dedup.text.kernels.tokens import STARTS_SENTENCE

VERBATIM = 0.9
"""Share of equal words from which a passage counts as taken word for word."""
FEW = 3
"""Fewer words over a paragraph's border are chance, unless they are its last line or sentence."""

SHARE_INSIDE, SHARE_AT_END = 0.4, 0.5
"""Share of the words of a paragraph that must match between two others of the same segment, or as its first or last."""


@inlined
def clip(blocks: Rows, segment: Ints, begin: int, end: int, out: Rows, n: int) -> tuple[Rows, int, int]:
    """Add the blocks of a segment inside ``[begin, end)`` to `out`; return how many there are, and equal words."""
    matched = np.int64(0)
    i = first_beyond(blocks, segment, begin)
    while i < segment[END] and blocks[i, T] < end:
        t, s = blocks[i, T], blocks[i, S]
        low, high = max(t, begin), min(t + blocks[i, SIZE], end)
        out = roomy(out, n)
        set_block(out, n, low, s + low - t, high - low, blocks[i, SIMILAR])
        n += 1
        matched += 0 if blocks[i, SIMILAR] else high - low
        i += 1
    return out, n, matched


@inlined
def first_beyond(blocks: Rows, segment: Ints, at: int) -> int:
    """The first block of a segment that ends beyond word `at`."""
    i, end = segment[FIRST], segment[END]
    while i < end:
        middle = (i + end) >> 1
        if blocks[middle, T] + blocks[middle, SIZE] <= at:
            i = middle + 1
        else:
            end = middle
    return i


@inlined
def tight(text: Text, segment: Ints, out: Rows, first: int, end: int, begin: int, stop: int) -> Frame:
    """The range of a passage in both texts, in the part ``[begin, stop)`` of one paragraph of its segment.

    Tight, but for changed words at the segment's own border or the paragraph's; a sentence put before or after is not
    changed words.
    """
    flags, paragraph = text.flags, home_of(text, begin)
    t0, t1 = begin, stop
    first_word, s0 = out[first, T], out[first, S]
    last_word, s1 = out[end - 1, T] + out[end - 1, SIZE], out[end - 1, S] + out[end - 1, SIZE]
    apart = begin != text.par_words[paragraph] or flags[first_word] & STARTS_SENTENCE != 0
    if first_word - begin > BORDER or (begin != segment[T0] and apart):
        t0 = first_word
    elif begin == segment[T0]:
        s0 = min(s0, segment[S0])
    apart = stop != text.par_words[paragraph + 1] or (
        last_word < stop and flags[last_word] & STARTS_SENTENCE != 0
    )
    if stop - last_word > BORDER or (stop != segment[T1] and apart):
        t1 = last_word
    elif stop == segment[T1]:
        s1 = max(s1, segment[S1])
    return Frame(t0, t1, s0, s1)


@inlined
def source_paragraph(text: Text, out: Rows, first: int, end: int) -> int:
    """The paragraph that the longest of some blocks is from."""
    longest = first
    for i in range(first, end):
        if out[i, SIZE] > out[longest, SIZE]:
            longest = i
    return home_of(text, out[longest, S])


@inlined
def write_passage(news: News, segment: Ints, part: Frame, matched: int, out: Rows, first: int, end: int,
                  row: Ints) -> int:  # fmt: skip
    """Fill the row of a passage; return the end of its blocks, of which a frame keeps some."""
    t0, t1, s0, s1 = part
    row[ARTICLE], row[PARAGRAPH], row[T0], row[T1] = segment[ARTICLE], home_of(news.text, t0), t0, t1
    row[SOURCE], row[SOURCE_PARAGRAPH] = segment[SOURCE], source_paragraph(news.text, out, first, end)
    row[S0], row[S1], row[WORTH] = s0, s1, 0
    kind = RECYCLED if matched >= VERBATIM * max(t1 - t0, s1 - s0) else REWORDED
    verdict = judged(news, out, first, end, part, segment[MARKS])
    if verdict == ALTERED:
        kind = REWORDED
    elif verdict == FRAMED:
        kind = TEMPLATE
        end = keep_frame(news, out, first, end, part)
    row[FIRST], row[END], row[KIND] = first, end, kind
    return end


class Passages(NamedTuple):
    """Rows and blocks written so far, and how many of each."""

    rows: Rows
    n: int
    out: Rows
    n_out: int


@inlined
def emit(news: News, segment: Ints, blocks: Rows, begin: int, end: int, found: Passages) -> Passages:
    """Write passages for the part ``[begin, end)`` of a segment, one a paragraph, each with its blocks clipped."""
    rows, n, out, n_out = found
    text = news.text
    while begin < end:
        stop = min(end, text.par_words[home_of(text, begin) + 1])
        out, last, matched = clip(blocks, segment, begin, stop, out, n_out)
        whole = begin == segment[T0] and stop == segment[T1]
        enough = matched >= FEW or (matched > 0 and is_whole_sentences(text, begin, stop))
        inside = begin > segment[T0] and stop < segment[T1]
        if enough and (whole or matched >= (SHARE_INSIDE if inside else SHARE_AT_END) * (stop - begin)):
            rows = roomy(rows, n)
            part = tight(text, segment, out, n_out, last, begin, stop)
            last = write_passage(news, segment, part, matched, out, n_out, last, rows[n])
            n += 1 if last > n_out else 0
            n_out = last
        begin = stop
    return Passages(rows, n, out, n_out)
