"""Frames with other facts in them: whether nearly all figures, dates and names differ between aligned passages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    BACK,
    END,
    FIRST,
    MARKS,
    ON,
    S0,
    S1,
    SIMILAR,
    SIZE,
    SOURCE,
    T0,
    T1,
    Bools,
    Flags,
    Frame,
    Ints,
    Rows,
    S,
    T,
    set_block,
)
from dedup.match.kernels.alignment.siblings import mark_families
from dedup.match.kernels.alignment.values import (
    NAME,
    NO_VALUE,
    News,
    count_values,
    has_number,
    value_of,
)
from dedup.text.kernels.tokens import CAPITAL, HAS_DIGIT

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

REWORDED_SHARE = 8
"""A frame keeps its other words: of those that match, less than one in so many may be others. Who rewords much swaps
names and figures with the rest."""

# What is known of a segment beside the others.
FRAME_OF_SOURCE = 1  # of all that two articles have in common, nearly all values differ
COPY_OF_SOURCE = 2  # most stay
FAMILY = 4  # several earlier articles have it with other figures
FRAME = 8  # nearly all its own values differ


class Tally(NamedTuple):
    """Figures and names that differ, those that stay, and how many figures were put in or left out; other words that
    differ, and words that match."""

    other_figures: int
    same_figures: int
    other_names: int
    same_names: int
    more: int
    reworded: int
    kept: int


@inlined
def _is_other_figure(flags: Flags, blocks: Rows, i: int) -> bool:
    """Whether block `i` is a figure that was taken for a misread one; "up0n" is a misread word."""
    return blocks[i, SIMILAR] != 0 and flags[blocks[i, T]] & flags[blocks[i, S]] & HAS_DIGIT != 0


@inlined
def _goes_on(news: News, blocks: Rows, first: int, end: int, i: int, frame: Frame, step: int) -> bool:
    """Whether a value that differs stands beside block `i`, before it (`step` -1) or after it (1), in either text."""
    t0, t1, s0, s1 = frame
    j = i + step
    t = blocks[i, T] + (blocks[i, SIZE] if step > 0 else -1)
    s = blocks[i, S] + (blocks[i, SIZE] if step > 0 else -1)
    t_edge, s_edge = (t1, s1) if step > 0 else (t0 - 1, s0 - 1)
    if first <= j < end:
        if _is_other_figure(news.text.flags, blocks, j):
            return True
        t_edge = blocks[j, T] + (0 if step > 0 else blocks[j, SIZE] - 1)
        s_edge = blocks[j, S] + (0 if step > 0 else blocks[j, SIZE] - 1)
    t_differs = t * step < t_edge * step and value_of(news, t) != NO_VALUE
    return t_differs or (s * step < s_edge * step and value_of(news, s) != NO_VALUE)


@inlined
def _frame_part(news: News, blocks: Rows, first: int, end: int, i: int, frame: Frame) -> tuple[int, int]:
    """The words of block `i` that are no part of a value that differs: "8" of "8.112" beside "8.098" is."""
    low, high = blocks[i, T], blocks[i, T] + blocks[i, SIZE]
    if _goes_on(news, blocks, first, end, i, frame, ON):
        while high > low and value_of(news, high - 1) != NO_VALUE:
            high -= 1
    if _goes_on(news, blocks, first, end, i, frame, BACK):
        while high > low and value_of(news, low) != NO_VALUE:
            low += 1
    return low, high


@inlined
def _count_others(news: News, begin: int, end: int) -> int:
    """Words of ``[begin, end)`` that are no part of a value."""
    count = np.int64(0)
    for at in range(begin, end):
        count += value_of(news, at) == NO_VALUE
    return count


@inlined
def _tally(news: News, blocks: Rows, first: int, end: int, frame: Frame) -> Tally:
    """What of the values of an alignment differs, between the same runs of both texts, and what stays."""
    other_figures, same_figures, other_names, same_names, more = 0, 0, 0, 0, 0
    reworded, kept = np.int64(0), np.int64(0)
    t_end, s_end = frame.t0, frame.s0
    for i in range(first, end + 1):
        low, high = _frame_part(news, blocks, first, end, i, frame) if i < end else (0, 1)
        if i < end and low >= high and not blocks[i, SIMILAR]:
            continue  # "3" of "5,3" and of "3,9" is a part of values that differ
        t, s = (blocks[i, T], blocks[i, S]) if i < end else (frame.t1, frame.s1)
        figures, names = count_values(news, t_end, t)
        figures_there, names_there = count_values(news, s_end, s)
        other_figures += min(figures, figures_there)
        other_names += min(names, names_there)
        more += abs(figures - figures_there)
        reworded += max(_count_others(news, t_end, t), _count_others(news, s_end, s))
        if i == end:
            break
        kept += max(0, high - low)
        t_end, s_end = t + blocks[i, SIZE], s + blocks[i, SIZE]
        if _is_other_figure(news.text.flags, blocks, i):
            other_figures += 1
        elif blocks[i, SIMILAR]:
            same_names += 1 if value_of(news, blocks[i, S]) == NAME else 0  # inflected, or misread
        else:
            figures, names = count_values(news, low, high)
            same_figures += figures
            same_names += names
    return Tally(other_figures, same_figures, other_names, same_names, more, reworded, kept)


@inlined
def _are_others(other_figures: int, same_figures: int) -> bool:
    return other_figures >= LEAST_FIGURES + 2 * same_figures or (
        other_figures >= MANY_VALUES and other_figures > same_figures
    )


@inlined
def _is_frame(tally: Tally, names: bool) -> bool:
    """Whether nearly all values differ, or all figures; `names`: whether names could be told by their capitals."""
    other, same = tally.other_figures + tally.other_names, tally.same_figures + tally.same_names
    least = LEAST_VALUES if tally.other_figures > 0 else LEAST_NAMES
    names = names and REWORDED_SHARE * tally.reworded < tally.kept
    if names and other >= least and other > 2 * same:
        return True
    if names and other > MANY_VALUES and other > same and tally.other_figures >= tally.other_names:
        return True
    return _are_others(tally.other_figures, tally.same_figures)


@inlined
def mark_frames(
    news: News, segments: Rows, begin: int, last: int, blocks: Rows, others: Ints, figures: Bools
) -> None:
    """Tell of each accepted one of an article's segments ``[begin, last)``, in its marks, what its values say and what
    those of the others do.

    Segments of one source stand beside each other. `others` and `figures` have room for something of each segment.
    """
    start = begin
    while start < last:
        end = start
        a, b, c, d, e, f = 0, 0, 0, 0, 0, 0
        while end < last and segments[end, SOURCE] == segments[start, SOURCE]:
            row = segments[end]
            others[end], figures[end] = 0, False
            if row[ACCEPTED]:
                found = _tally(news, blocks, row[FIRST], row[END], Frame(row[T0], row[T1], row[S0], row[S1]))
                row[MARKS] = FRAME if _is_frame(found, news.names) else 0
                others[end] = found.other_figures + found.other_names
                figures[end] = (
                    found.other_figures >= LEAST_FIGURES and found.other_figures > found.same_figures
                )
                a, b = a + found.other_figures, b + found.same_figures
                c, d = c + found.other_names, d + found.same_names
                e, f = e + found.reworded, f + found.kept
            end += 1
        mark = FRAME_OF_SOURCE if _is_frame(Tally(a, b, c, d, np.int64(0), e, f), news.names) else 0
        if mark == 0 and b + d > a + c:
            mark = COPY_OF_SOURCE
        for i in range(start, end):
            segments[i, MARKS] |= mark
        start = end
    for i in range(begin, last):
        if segments[i, ACCEPTED] == 0 or others[i] < LEAST_VALUES:
            others[i] = 0
    mark_families(segments[begin:last], others[begin:last], figures[begin:last], FAMILY)


FRAMED, ALTERED, SAME = 0, 1, 2


@inlined
def judged(news: News, blocks: Rows, first: int, end: int, frame: Frame, marks: int) -> int:
    """Whether a passage is a frame with other facts, a copy with some altered, or has the same.

    `marks` are what `mark_frames` says of its segment. A paragraph without values goes with its article.
    """
    found = _tally(news, blocks, first, end, frame)
    other, same = found.other_figures + found.other_names, found.same_figures + found.same_names
    if _is_frame(found, news.names) and not marks & COPY_OF_SOURCE:
        return FRAMED
    if marks & FRAME_OF_SOURCE and same <= other:
        return FRAMED
    few = found.same_figures <= found.other_figures + 1 or same < other  # two days may share a figure
    if marks & FAMILY and few:
        return FRAMED
    return ALTERED if other + found.more > 0 or _is_altered(news, blocks, first, end, frame) else SAME


@inlined
def _is_altered(news: News, blocks: Rows, first: int, end: int, frame: Frame) -> bool:
    """Whether other words are another number in words, or may be another name where capitals do not tell."""
    t, s = frame.t0, frame.s0
    for i in range(first, end + 1):
        t_end, s_end = (blocks[i, T], blocks[i, S]) if i < end else (frame.t1, frame.s1)
        differ = t < t_end and s < s_end
        if differ and _may_be_a_name(news, t, s):
            return True
        if differ and has_number(news, t, t_end) and has_number(news, s, s_end):
            return True
        if i < end:
            t, s = t_end + blocks[i, SIZE], s_end + blocks[i, SIZE]
            if blocks[i, SIMILAR] and has_number(news, t_end, t) and has_number(news, s_end, s):
                return True  # "sixteen" is no misread "sixty"
    return False


@inlined
def _may_be_a_name(news: News, t: int, s: int) -> bool:
    """Whether words that differ may be names for all that capitals say: nouns in German, any in Arabic."""
    flags = news.text.flags
    return not news.names and (not news.capitals or flags[t] & flags[s] & CAPITAL != 0)


@inlined
def keep_frame(news: News, blocks: Rows, first: int, end: int, frame: Frame) -> int:
    """Cut the blocks down to words of the frame; return the new end."""
    cut = np.empty((end - first, 2), np.int64)
    for i in range(first, end):
        cut[i - first, 0], cut[i - first, 1] = _frame_part(news, blocks, first, end, i, frame)
    kept = first
    for i in range(first, end):
        low, high = cut[i - first, 0], cut[i - first, 1]
        if low < high and not blocks[i, SIMILAR]:
            set_block(blocks, kept, low, blocks[i, S] + low - blocks[i, T], high - low, 0)
            kept += 1
    return kept
