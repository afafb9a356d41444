"""What a matched word says, and when two words are nearly the same."""

from __future__ import annotations

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.rows import Flags
from dedup.text.kernels.tokens import (
    CAPITAL,
    HAS_DIGIT,
    LENGTH_CLASS,
    SIGN_WORD,
    STARTS_SENTENCE,
    letters_a_word,
)

AVERAGE = 0.6
"""Weight of a word of scripts without spaces, whose letters do not tell its length: that of an English one."""
ALIKE = 0.4
"""A word with nearly the same letters, as after a misread or an inflection, counts as so much of an equal one."""


@inlined
def weight_of(flag: int) -> float:
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
def worth_of(flag: int) -> float:
    """Evidence of a matched word: its weight, but a letter of a script without spaces is a part of a word."""
    if flag & SIGN_WORD:
        return AVERAGE / letters_a_word(flag)
    return weight_of(flag)


@inlined
def number_of(flag: int) -> float:
    """How many words it counts as: half a one where it has a digit."""
    return 0.5 if flag & HAS_DIGIT else 1.0 / letters_a_word(flag)


@inlined
def weigh(flags: Flags, begin: int, size: int) -> float:
    total = 0.0
    for at in range(begin, begin + size):
        total += weight_of(flags[at])
    return total


@inlined
def has_letters(mask: int) -> bool:
    """Whether a word has the three letters that it needs to be similar to another."""
    rest = mask & (mask - np.uint32(1))
    return rest & (rest - np.uint32(1)) != 0


@inlined
def similar(a: int, b: int) -> bool:
    """Whether two words, by their masks, have nearly the same letters, as after a misread or an inflection."""
    differ = a ^ b
    both = a & b
    rest = differ & (differ - np.uint32(1))
    if rest & (rest - np.uint32(1)) != 0:  # three letters and more
        return False
    wanted = 3 if rest == 0 else 5  # at most one letter
    n = 0
    while both != 0 and n < wanted:
        both &= both - np.uint32(1)
        n += 1
    return n == wanted
