"""Where words, sentences and paragraphs begin and end."""

from __future__ import annotations

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import SIZE, Flags, Frame, Rows, S, T, Text
from dedup.match.kernels.inverted import paragraph_of
from dedup.text.kernels.tokens import APART, SIGN_WORD, STARTS_LINE, STARTS_SENTENCE, letters_a_word

EDGE = 6
"""Words at a border that may be changed without ending the passage ..."""
BORDER = 8
"""... and at the border of a paragraph."""
STRAY = 2
"""Matched words beyond a border that may be chance: many sentences begin with the same one."""
WHOLE_PARAGRAPH, WHOLE_PART, CUT_SHORT = 4.4, 3.8, 3.0
"""What it is evidence that whole paragraphs answer each other, or whole sentences or lines, or that a part of one is a
whole one in the other text: a chance likeness begins and ends anywhere."""
AT_PARAGRAPH, AT_SENTENCE = np.int64(2), np.int64(4)
"""At most one word for every so many that match."""


@inlined
def home_of(text: Text, at: int) -> int:
    """The paragraph of a word."""
    return paragraph_of(at, text.par_blocks, text.par_words)


@inlined
def is_whole_paragraphs(text: Text, begin: int, end: int) -> bool:
    """Whether words ``[begin, end)`` are one whole paragraph, or several."""
    par_words = text.par_words
    return begin == par_words[home_of(text, begin)] and end == par_words[home_of(text, end - 1) + 1]


@inlined
def begins_part(text: Text, at: int) -> bool:
    """Whether a sentence, a line or a paragraph begins with word `at`."""
    return text.flags[at] & (STARTS_SENTENCE | STARTS_LINE) != 0 or at == text.par_words[home_of(text, at)]


@inlined
def ends_part(text: Text, end: int) -> bool:
    """Whether a sentence, a line or a paragraph ends before word `end`."""
    if end == text.par_words[home_of(text, end - 1) + 1]:
        return True
    return text.flags[end] & (STARTS_SENTENCE | STARTS_LINE) != 0


@inlined
def is_parts(text: Text, begin: int, end: int) -> bool:
    """Whether words ``[begin, end)`` are whole sentences or lines."""
    return begins_part(text, begin) and ends_part(text, end)


@inlined
def is_whole_sentences(text: Text, begin: int, end: int) -> bool:
    """Whether words ``[begin, end)`` are whole sentences."""
    flags, par_words = text.flags, text.par_words
    begins = begin == par_words[home_of(text, begin)] or (flags[begin] & STARTS_SENTENCE) != 0
    return begins and (end == par_words[home_of(text, end - 1) + 1] or (flags[end] & STARTS_SENTENCE) != 0)


@inlined
def inside_word(flags: Flags, at: int) -> bool:
    """Whether a word may go on before `at`: in scripts without spaces, wherever two letters touch."""
    if at <= 0 or at >= flags.size or flags[at] & SIGN_WORD == 0 or flags[at - 1] & SIGN_WORD == 0:
        return False
    return flags[at] & APART == 0


@inlined
def narrow(flags: Flags, blocks: Rows, first: int, end: int, t0: int, t1: int) -> tuple[int, int, int, int]:
    """Narrow the range ``[t0, t1)`` of some blocks until it cuts no word; return blocks and range that are left."""
    while first < end and inside_word(flags, t0):
        while t0 < t1 and inside_word(flags, t0):
            t0 += 1
        while first < end and blocks[first, T] + blocks[first, SIZE] <= t0:
            first += 1
        if first < end:
            cut = max(0, t0 - blocks[first, T])
            blocks[first, T] += cut
            blocks[first, S] += cut
            blocks[first, SIZE] -= cut
            if blocks[first, T] - t0 > EDGE:
                t0 = blocks[first, T]
    while first < end and inside_word(flags, t1):
        while t1 > t0 and inside_word(flags, t1):
            t1 -= 1
        while first < end and blocks[end - 1, T] >= t1:
            end -= 1
        if first < end:
            blocks[end - 1, SIZE] = min(blocks[end - 1, SIZE], t1 - blocks[end - 1, T])
            last = blocks[end - 1, T] + blocks[end - 1, SIZE]
            if t1 - last > EDGE:
                t1 = last
    return first, end, t0, t1


FAR = 99


@inlined
def edge(flags: Flags, at: int, low: int, high: int, step: int) -> int:
    """Words from `at` to the border of its sentence, going by `step`; `FAR` where they are more than `EDGE`."""
    for distance in range(EDGE + 1):
        if step < 0:
            if at - distance == low or flags[at - distance] & STARTS_SENTENCE:
                return distance
        elif at + distance == high or flags[at + distance] & STARTS_SENTENCE:
            return distance
    return FAR


@inlined
def is_same_border(dt: int, ds: int, matched: int, changed: int, part: int) -> bool:
    """Whether a border `dt` words away in the article and `ds` in the source is the same: about equally near.

    The words up to it may be changed: at most one for every `part` that match, and hardly more than are `changed`
    in the rest.
    """
    far = max(dt, ds)
    return part * far <= matched and far <= changed + 2 and abs(dt - ds) <= 1 + far // 3


@inlined
def to_border(text: Text, t: int, s: int, step: int, matched: int, changed: int) -> tuple[int, int]:
    """How far a range that ends at `t` in the article and `s` in the source, going by `step`, may be stretched in both.

    To borders of paragraphs, or else of sentences, that lie equally near in both. A reworder changes the first or last
    word of a sentence as often as any other. Two paragraphs that agree in the rest agree at their borders sooner than
    two sentences do.
    """
    par_words = text.par_words
    t_par, s_par = (
        (home_of(text, t), home_of(text, s)) if step < 0 else (home_of(text, t - 1), home_of(text, s - 1))
    )
    t_low, t_high, s_low, s_high = (
        par_words[t_par],
        par_words[t_par + 1],
        par_words[s_par],
        par_words[s_par + 1],
    )
    dt, ds = (t - t_low, s - s_low) if step < 0 else (t_high - t, s_high - s)
    if max(dt, ds) <= BORDER and is_same_border(dt, ds, matched, changed, AT_PARAGRAPH):
        return dt, ds
    dt, ds = edge(text.flags, t, t_low, t_high, step), edge(text.flags, s, s_low, s_high, step)
    if max(dt, ds) < FAR and is_same_border(dt, ds, matched, changed, AT_SENTENCE):
        return dt, ds
    return 0, 0


@inlined
def letters_to_mark(flags: Flags, at: int, step: int) -> int:
    """Letters from `at` to where no word may go on, going by `step`; `FAR` where they are more than `EDGE`."""
    for distance in range(EDGE + 1):
        if not inside_word(flags, at + step * distance):
            return distance
    return FAR


@inlined
def to_mark(flags: Flags, t: int, s: int, step: int, matched: int, changed: int) -> tuple[int, int]:
    """How far a range that ends in a word of a script without spaces, going by `step`, may be stretched to the marks
    that lie equally near in both texts: a clause that moved ends otherwise, as its verb does."""
    if not inside_word(flags, t):
        return 0, 0
    dt, ds = letters_to_mark(flags, t, step), letters_to_mark(flags, s, step)
    if max(dt, ds) < FAR and is_same_border(dt, ds, matched, changed, AT_SENTENCE):
        return dt, ds
    return 0, 0


@inlined
def is_border(text: Text, at: int, step: int) -> bool:
    """Whether a sentence, a line or a paragraph ends before word `at` (`step` `ON`) or begins with it (`BACK`)."""
    return ends_part(text, at) if step > 0 else begins_part(text, at)


@inlined
def is_line_border(text: Text, at: int, step: int) -> bool:
    """The same of a line or a paragraph."""
    home = home_of(text, at - 1 if step > 0 else at)
    if at == text.par_words[home + 1 if step > 0 else home]:
        return True
    return text.flags[at] & STARTS_LINE != 0


@inlined
def ends_strays(text: Text, t: int, s: int, step: int) -> bool:
    """Whether words beyond `t` in the article and `s` in the source may match by chance: beyond a border of both texts,
    or over the end of a line or a paragraph of either."""
    if is_line_border(text, t, step) or is_line_border(text, s, step):
        return True
    return is_border(text, t, step) and is_border(text, s, step)


@inlined
def most_strays(text: Text, at: int) -> int:
    """How many words such as `at` may be strays."""
    return np.int64(STRAY * letters_a_word(text.flags[at]) + 0.5)


@inlined
def stray(text: Text, t: int, s: int, size: int, step: int, most: int) -> int:
    """How many of `size` words that end at `t` in the article and `s` in the source, going by `step`, lie beyond a
    border; -1 where there is none within `most`."""
    for n in range(min(most + 1, size)):
        if ends_strays(text, t - step * n, s - step * n, step):
            return np.int64(n)
    return np.int64(-1)


@inlined
def stray_of_run(text: Text, t: int, s: int, size: int, step: int) -> int:
    """The same of a run by itself: none do where it ends at a border of either text."""
    if is_border(text, t, step) or is_border(text, s, step):
        return np.int64(0)
    return max(stray(text, t, s, size, step, most_strays(text, t if step < 0 else t - 1)), np.int64(0))


@inlined
def answer_of(text: Text, frame: Frame) -> float:
    """What it is evidence that a passage's words are a whole part of either text."""
    t0, t1, s0, s1 = frame
    if is_whole_paragraphs(text, t0, t1) and is_whole_paragraphs(text, s0, s1):
        return WHOLE_PARAGRAPH
    if is_parts(text, t0, t1):
        begins, ends = begins_part(text, s0), ends_part(text, s1)
        if begins and ends:
            return WHOLE_PART
        if begins or ends or is_whole_paragraphs(text, t0, t1):
            return CUT_SHORT
    return CUT_SHORT if is_whole_paragraphs(text, s0, s1) else 0.0
