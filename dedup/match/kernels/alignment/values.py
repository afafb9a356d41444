"""Values in news: figures, dates and names.

A value is a run of words with a digit, of names of months and days, or of capitalised words that begin no sentence:
"4.6", "Friday, 3 March" and "Port Tarn" are one value each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.borders import home_of
from dedup.match.kernels.alignment.rows import Hashes, Text
from dedup.text.kernels.tokens import CAPITAL, HAS_DIGIT, SIGN_WORD, STARTS_SENTENCE

NO_VALUE, FIGURE, NAME = 0, 1, 2

FEWEST_CAPITALS, MOST_CAPITALS = 0.02, 0.24
"""Share of capitalised words that tell names: of 82 news articles a language, nearly all lie between where names alone
are written so; German and Luxembourgish, which write all nouns so, have more, and Georgian and Chinese less."""

ONE_VALUE = 3
"""Words of one value; in a longer run, such as a draw of numbers, each further word is one more."""


class News(NamedTuple):
    """An article's text, and how to tell its values.

    `calendar`: a hash table of the names of months and days (see `dedup.match.families.calendar_table`), and `numbers`
    one of numbers in words. `names`: whether capitals tell names from other words; `capitals`: whether there are
    capitals at all.
    """

    text: Text
    calendar: Hashes
    numbers: Hashes
    names: bool
    capitals: bool


@inlined
def news_of(text: Text, calendar: Hashes, numbers: Hashes, begin: int, end: int) -> News:
    """The article of words ``[begin, end)``."""
    flags = text.flags
    capitals, total = 0, 0
    for at in range(begin, end):
        if not flags[at] & HAS_DIGIT:
            total += 1
            capitals += 1 if flags[at] & CAPITAL and not flags[at] & STARTS_SENTENCE else 0
    some = FEWEST_CAPITALS * total < capitals
    return News(text, calendar, numbers, some and capitals < MOST_CAPITALS * total, some)


@inlined
def is_in(word: int, table: Hashes) -> bool:
    mask = table.size - 1
    slot = np.int64(word) & mask
    while table[slot] != 0 and table[slot] != word:
        slot = (slot + 1) & mask
    return table[slot] != 0


@inlined
def has_number(news: News, begin: int, end: int) -> bool:
    """Whether one of words ``[begin, end)`` is a number in words."""
    for at in range(begin, end):
        if is_in(news.text.hashes[at], news.numbers):
            return True
    return False


@inlined
def value_of(news: News, at: int) -> int:
    """What sort of value the word is a part of."""
    flag = news.text.flags[at]
    if flag & HAS_DIGIT or (not flag & SIGN_WORD and is_in(news.text.hashes[at], news.calendar)):
        return FIGURE
    capital = news.names and flag & CAPITAL and not flag & STARTS_SENTENCE
    if capital and at != news.text.par_words[home_of(news.text, at)]:
        return NAME
    return NO_VALUE


@inlined
def count_values(news: News, begin: int, end: int) -> tuple[int, int]:
    """How many figures, and how many names, stand in words ``[begin, end)``; a run with a figure in it is one."""
    figures, names = 0, 0
    at = begin
    while at < end:
        run, figure = 0, False
        while at < end:
            value = value_of(news, at)
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
