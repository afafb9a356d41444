"""Frames with other facts in them: whether nearly all figures, dates and names differ between aligned passages.

A value is a run of words with a digit, of names of months and days, or of capitalised words that begin no sentence:
"4.6", "Friday, 3 March" and "Port Tarn" are one value each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels.compiling import inlined
from dedup.kernels.inverted import paragraph_of
from dedup.kernels.tokens import CAPITAL, HAS_DIGIT, SIGN_WORD, STARTS_SENTENCE

NO_VALUE, FIGURE, NAME = 0, 1, 2

NO_WORD = 0
"""What an empty place of the calendar's table holds."""

FEWEST_CAPITALS, MOST_CAPITALS = 0.02, 0.24
"""Share of capitalised words that tell names: of 82 news articles a language, nearly all lie between where names alone
are written so; German and Luxembourgish, which write all nouns so, have more, and Georgian and Chinese less."""

ONE_VALUE = 3
"""Words of one value; in a longer run, such as a draw of numbers, each further word is one more."""

LEAST_VALUES = 2
"""So many values must differ, and more than twice as many as stay, before a passage is a frame ..."""

LEAST_NAMES = 4
"""... or so many names, where no figure does: who rewords much swaps names as well ..."""

LEAST_FIGURES = 3
"""... or so many figures, and two more for each that stays: then names that stay are the frame's, as those of towns
in a weather report are."""

MANY_VALUES = 4
"""... or so many figures, and more than stay: two reports of one day share its date, and a frame has figures of its
own, such as a telephone number. So many values and one more, half of them figures, tell as much where names count:
then the frame's own may be that of an agency. Who copies alters a figure or two."""

LEAST_ARTICLES = 2
"""So many earlier articles, at most two, must have a frame with other figures before they are so as well."""

# What is known of a segment beside the others.
FRAME_OF_SOURCE = 1  # of all that two articles have in common, nearly all values differ
COPY_OF_SOURCE = 2  # most stay
FAMILY = 4  # several earlier articles have it with other figures
FRAME = 8  # nearly all its own values differ


@inlined
def writes_names(flags: Any, begin: int, end: int) -> Any:
    """Whether capitals tell names from other words in words ``[begin, end)``."""
    capitals, total = 0, 0
    for at in range(begin, end):
        if not flags[at] & HAS_DIGIT:
            total += 1
            capitals += 1 if flags[at] & CAPITAL and not flags[at] & STARTS_SENTENCE else 0
    return FEWEST_CAPITALS * total < capitals < MOST_CAPITALS * total


@inlined
def _in_calendar(word: Any, calendar: Any) -> Any:
    """Whether a table of `calendar_table` holds a word."""
    last = np.uint32(calendar.size - 1)
    at = word & last
    while calendar[at] != NO_WORD:
        if calendar[at] == word:
            return True
        at = (at + np.uint32(1)) & last
    return False


@inlined
def _value(text: Any, at: int) -> int:
    """What sort of value the word is a part of."""
    hashes, flags, par_words, par_blocks, calendar, names = text
    flag = flags[at]
    if flag & HAS_DIGIT or (not flag & SIGN_WORD and _in_calendar(hashes[at], calendar)):
        return FIGURE
    capital = names and flag & CAPITAL and not flag & STARTS_SENTENCE
    if capital and at != par_words[paragraph_of(at, par_blocks, par_words)]:
        return NAME
    return NO_VALUE


@inlined
def _count(text: Any, begin: int, end: int) -> Any:
    """How many figures, and how many names, stand in words ``[begin, end)``; a run with a figure in it is one."""
    figures, names = 0, 0
    at = begin
    while at < end:
        run, figure = 0, False
        while at < end:
            value = _value(text, at)
            if value == NO_VALUE:
                break
            figure = figure or value == FIGURE
            run += 1
            at += 1
        if run > 0:
            count = max(1, run - ONE_VALUE + 1)
            figures += count if figure else 0
            names += 0 if figure else count
        at += 1
    return figures, names


@inlined
def _is_other_figure(text: Any, blocks: Any, i: int) -> Any:
    """Whether block `i` is a figure that was taken for a misread one; "up0n" is a misread word."""
    flags = text[1]
    return blocks[i, 3] and flags[blocks[i, 0]] & flags[blocks[i, 1]] & HAS_DIGIT


@inlined
def _goes_on(text: Any, blocks: Any, first: int, end: int, i: int, bounds: Any, step: int) -> Any:
    """Whether a value that differs stands beside block `i`, before it (`step` -1) or after it (1), in either text."""
    t0, t1, s0, s1 = bounds
    j = i + step
    t = blocks[i, 0] + (blocks[i, 2] if step > 0 else -1)
    s = blocks[i, 1] + (blocks[i, 2] if step > 0 else -1)
    t_edge, s_edge = (t1, s1) if step > 0 else (t0 - 1, s0 - 1)
    if first <= j < end:
        if _is_other_figure(text, blocks, j):
            return True
        t_edge = blocks[j, 0] + (0 if step > 0 else blocks[j, 2] - 1)
        s_edge = blocks[j, 1] + (0 if step > 0 else blocks[j, 2] - 1)
    t_differs = t * step < t_edge * step and _value(text, t) != NO_VALUE
    return t_differs or (s * step < s_edge * step and _value(text, s) != NO_VALUE)


@inlined
def _frame_part(text: Any, blocks: Any, first: int, end: int, i: int, bounds: Any) -> Any:
    """The words of block `i` that are no part of a value that differs: "8" of "8.112" beside "8.098" is."""
    low, high = blocks[i, 0], blocks[i, 0] + blocks[i, 2]
    if _goes_on(text, blocks, first, end, i, bounds, 1):
        while high > low and _value(text, high - 1) != NO_VALUE:
            high -= 1
    if _goes_on(text, blocks, first, end, i, bounds, -1):
        while high > low and _value(text, low) != NO_VALUE:
            low += 1
    return low, high


@inlined
def _tally(text: Any, blocks: Any, first: int, end: int, bounds: Any) -> Any:
    """Figures and names of an alignment that differ, those that stay, and figures that were put in.

    `bounds` are the passage's words in both texts, ``t0, t1, s0, s1``. What differs stands in both texts between the
    same runs.
    """
    t0, t1, s0, s1 = bounds
    other_figures, same_figures, other_names, same_names, more = 0, 0, 0, 0, 0
    t_end, s_end = t0, s0
    for i in range(first, end + 1):
        t, s = (blocks[i, 0], blocks[i, 1]) if i < end else (t1, s1)
        low, high = _frame_part(text, blocks, first, end, i, bounds) if i < end else (0, 1)
        if i < end and low >= high and not blocks[i, 3]:
            continue  # "3" of "5,3" and of "3,9" is a part of values that differ
        figures, names = _count(text, t_end, t)
        figures_there, names_there = _count(text, s_end, s)
        other_figures += min(figures, figures_there)
        other_names += min(names, names_there)
        more += max(0, figures - figures_there)
        if i == end:
            break
        t_end, s_end = t + blocks[i, 2], s + blocks[i, 2]
        if _is_other_figure(text, blocks, i):
            other_figures += 1
        elif blocks[i, 3]:
            same_names += 1 if _value(text, blocks[i, 1]) == NAME else 0  # inflected, or misread
        else:
            figures, names = _count(text, low, high)
            same_figures += figures
            same_names += names
    return other_figures, same_figures, other_names, same_names, more


@inlined
def _are_others(other_figures: int, same_figures: int) -> Any:
    return other_figures >= LEAST_FIGURES + 2 * same_figures or (
        other_figures >= MANY_VALUES and other_figures > same_figures
    )


@inlined
def _is_frame(other_figures: int, same_figures: int, other_names: int, same_names: int, names: Any) -> Any:
    """Whether nearly all values differ, or all figures; `names`: whether names could be told by their capitals."""
    other, same = other_figures + other_names, same_figures + same_names
    least = LEAST_VALUES if other_figures > 0 else LEAST_NAMES
    if names and other >= least and other > 2 * same:
        return True
    if names and other > MANY_VALUES and other > same and other_figures >= other_names:
        return True
    return _are_others(other_figures, same_figures)


@inlined
def mark_frames(text: Any, segments: Any, n: int, pool: Any) -> None:
    """Tell of each accepted segment, in its last column, what its values say and what the others' do.

    Segments of one source stand beside each other.
    """
    names = text[5]
    other, figures = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    begin = 0
    while begin < n:
        end = begin
        a, b, c, d = 0, 0, 0, 0
        while end < n and segments[end, 7] == segments[begin, 7]:
            row = segments[end]
            if row[8]:
                bounds = (row[0], row[1], row[2], row[3])
                found = _tally(text, pool, row[4], row[5], bounds)
                row[10] = FRAME if _is_frame(found[0], found[1], found[2], found[3], names) else 0
                other[end] = found[0] + found[2]
                figures[end] = found[0] >= LEAST_FIGURES and found[0] > found[1]
                a, b, c, d = a + found[0], b + found[1], c + found[2], d + found[3]
            end += 1
        mark = FRAME_OF_SOURCE if _is_frame(a, b, c, d, names) else 0
        if mark == 0 and b + d > a + c:
            mark = COPY_OF_SOURCE
        for i in range(begin, end):
            segments[i, 10] |= mark
        begin = end
    _mark_families(segments, n, other, figures)


@inlined
def _mark_families(segments: Any, n: int, other: Any, figures: Any) -> None:
    """Mark the segments of which several earlier articles have half and more with other figures.

    `other`: how many values of each segment differ; `figures`: whether its figures do. One segment has half of another
    and more if it begins before that and holds its first half, or ends behind it and holds its second one, or is a
    part of it that is as long. For each of the three the two articles that hold most are enough to know whether there
    are two, so time grows with words and segments, not with pairs of segments.
    """
    low, high, one = segments[0, 0], segments[0, 1], np.int64(-1)
    several = False
    for i in range(n):
        low, high = min(low, segments[i, 0]), max(high, segments[i, 1])
        if figures[i]:
            several = several or (one >= 0 and segments[i, 7] != one)
            one = segments[i, 7]
    if not several:
        return
    size = high - low + 1
    ends = np.full((size, 4), -1, np.int64)  # of those that begin here or before: two values, two articles
    begins = np.full((size, 4), -1, np.int64)  # of those that end here or behind, counted from the end
    inside = np.full(
        (size, 4), -1, np.int64
    )  # lengths of those that begin behind, a binary indexed tree by end
    first = np.full(size, -1, np.int64)  # chains of segments that begin at a word
    following = np.empty(n, np.int64)
    for i in range(n):
        t0, t1 = segments[i, 0] - low, segments[i, 1] - low
        following[i], first[t0] = first[t0], i
        if figures[i]:
            _keep_most(ends[t0], t1, segments[i, 7])
            _keep_most(begins[t1], size - t0, segments[i, 7])
    for at in range(1, size):
        _keep_both(ends[at], ends[at - 1])
        _keep_both(begins[size - 1 - at], begins[size - at])
    held = np.empty(4, np.int64)
    for t0 in range(size - 1, -1, -1):
        i = first[t0]
        while i >= 0:
            if figures[i]:
                at = segments[i, 1] - low
                while at < size:
                    _keep_most(inside[at], segments[i, 1] - segments[i, 0], segments[i, 7])
                    at += at & -at
            i = following[i]
        i = first[t0]
        while i >= 0:
            if segments[i, 8] and other[i] >= LEAST_VALUES:
                t1 = segments[i, 1] - low
                half = (t1 - t0) // 2 + 1
                held[:] = -1
                _keep_held(held, ends[t0], t0 + half)
                _keep_held(held, begins[t1], size - t1 + half)
                at = t1
                while at > 0:
                    _keep_held(held, inside[at], half)
                    at -= at & -at
                if (held[2] >= 0) + (held[3] >= 0) >= LEAST_ARTICLES:
                    segments[i, 10] |= FAMILY
            i = following[i]


@inlined
def _keep_most(kept: Any, value: int, article: int) -> None:
    """Put a value in if it is one of the two greatest of different articles. `kept`: two values and their articles."""
    if article == kept[2]:
        kept[0] = max(kept[0], value)
    elif value > kept[0]:
        kept[1], kept[3] = kept[0], kept[2]
        kept[0], kept[2] = value, article
    elif value > kept[1]:
        kept[1], kept[3] = value, article


@inlined
def _keep_both(kept: Any, others: Any) -> None:
    for k in range(2):
        if others[2 + k] >= 0:
            _keep_most(kept, others[k], others[2 + k])


@inlined
def _keep_held(held: Any, others: Any, least: int) -> None:
    """Put in the articles whose value is `least` and more."""
    for k in range(2):
        if others[2 + k] >= 0 and others[k] >= least:
            _keep_most(held, 1, others[2 + k])


FRAMED, ALTERED, SAME = 0, 1, 2


@inlined
def judged(text: Any, blocks: Any, first: int, end: int, bounds: Any, mark: int) -> int:
    """Whether a passage is a frame with other facts, a copy with some altered, or has the same.

    `mark` is what `mark_frames` says of its segment. A paragraph without values goes with its article.
    """
    other_figures, same_figures, other_names, same_names, more = _tally(text, blocks, first, end, bounds)
    other, same = other_figures + other_names, same_figures + same_names
    if _is_frame(other_figures, same_figures, other_names, same_names, text[5]) and not mark & COPY_OF_SOURCE:
        return FRAMED
    if mark & FRAME_OF_SOURCE and same <= other:
        return FRAMED
    if mark & FAMILY and (same_figures <= other_figures + 1 or same < other):  # two days may share a figure
        return FRAMED
    return ALTERED if other + more > 0 else SAME


@inlined
def keep_frame(text: Any, blocks: Any, first: int, end: int, bounds: Any) -> int:
    """Cut the blocks down to words of the frame; return the new end."""
    cut = np.empty((end - first, 2), np.int64)
    for i in range(first, end):
        cut[i - first, 0], cut[i - first, 1] = _frame_part(text, blocks, first, end, i, bounds)
    kept = first
    for i in range(first, end):
        low, high = cut[i - first, 0], cut[i - first, 1]
        if low < high and not blocks[i, 3]:
            blocks[kept, 1] = blocks[i, 1] + low - blocks[i, 0]
            blocks[kept, 0], blocks[kept, 2], blocks[kept, 3] = low, high - low, 0
            kept += 1
    return kept
