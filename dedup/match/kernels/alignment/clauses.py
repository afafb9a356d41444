"""Sentences of a source whose clauses stand in another order: no chain goes through them."""

from __future__ import annotations

import numpy as np

from dedup.compiler.kernels import inlined
from dedup.match.kernels.alignment.added import Found, Place, put
from dedup.match.kernels.alignment.borders import FAR, begins_part, edge, home_of, is_parts
from dedup.match.kernels.alignment.bridges import REACH, Table
from dedup.match.kernels.alignment.evidence import CLAUSE, CLAUSES, ENOUGH, LETTERS, PLAIN, Least
from dedup.match.kernels.alignment.rows import (
    ACCEPTED,
    LONGEST,
    MATCHED,
    S0,
    S1,
    T0,
    T1,
    Floats,
    Ints,
    Rows,
    Text,
)

OF_SENTENCE = 0.6
"""Share of a sentence, in both texts, that its clauses must have together: in German the verb moves too."""
MOST_OF_SENTENCE = 0.75
"""The share from which they need weigh no more than any passage; with less of the sentence, as much more."""
OF_LEFT_OVER = 1.4
"""What the words must weigh that match in what is left over of the sentence."""


@inlined
def paragraphs_of(text: Text, begin: int, end: int) -> tuple[int, int]:
    """Where the paragraph of word `begin` begins, and that of the last before `end` ends."""
    return text.par_words[home_of(text, begin)], text.par_words[home_of(text, end - 1) + 1]


@inlined
def of_sentence(text: Text, begin: int, end: int) -> int:
    """Words of the sentences that words ``[begin, end)`` of a paragraph are of: a short clause at either end may have
    been too little to be found."""
    if is_parts(text, begin, end):
        return end - begin
    low, high = paragraphs_of(text, begin, end)
    return end - begin + edge(text.flags, begin, low, high, -1) + edge(text.flags, end, low, high, 1)


@inlined
def sentence_of(text: Text, begin: int, end: int) -> tuple[int, int]:
    """Words ``[begin, end)`` stretched to where their sentence begins and ends, as far as that is near."""
    low, high = paragraphs_of(text, begin, end)
    before, behind = edge(text.flags, begin, low, high, -1), edge(text.flags, end, low, high, 1)
    return begin - (before if before < FAR else 0), end + (behind if behind < FAR else 0)


@inlined
def left_over(
    segments: Rows, mates: Ints, n: int, low: int, high: int, begin: int, end: int
) -> tuple[int, int]:
    """The longest range in ``[begin, end)`` that none of `n` segments has; `low` and `high` name their columns."""
    first, last = np.int64(begin), np.int64(begin)
    at = np.int64(begin)
    while at < end:
        upto, behind = np.int64(end), np.int64(end)
        for k in range(n):
            mate = segments[mates[k]]
            if at <= mate[low] < upto:
                upto, behind = mate[low], mate[high]
        if upto - at > last - first:
            first, last = at, upto
        at = max(behind, at + 1)
    return first, last


@inlined
def is_one_part(text: Text, begin: int, end: int) -> bool:
    """Whether no sentence, line or paragraph begins inside ``[begin, end)``."""
    for at in range(begin + 1, end):
        if begins_part(text, at):
            return False
    return True


@inlined
def may_be_clause(text: Text, segment: Ints, weights: Floats) -> bool:
    """Whether a segment has words enough in a row; if it was accepted, whether it is less than a sentence."""
    if segment[LONGEST] < CLAUSE * weights[LETTERS]:
        return False
    return not segment[ACCEPTED] or not is_parts(text, segment[T0], segment[T1])


@inlined
def accept_clauses(
    text: Text, segments: Rows, weights: Floats, least: Least, found: Found, table: Table, scratch: Rows
) -> Found:
    """Accept segments that together are a sentence of the source, its clauses in another order.

    The segments are those of an article and one source; one may have been accepted by itself. Add to those `found`
    what is left over of the sentence in both texts: a clause whose verb moved has few words in a row.
    """
    end = segments.shape[0]
    mates = np.empty(end, np.int64)
    for i in range(end):
        if not may_be_clause(text, segments[i], weights[i]):
            continue
        n, matched, plain = np.int64(0), np.int64(0), 0.0
        t0, t1, s0, s1 = segments[i, T0], segments[i, T1], segments[i, S0], segments[i, S1]
        t_home, s_home = home_of(text, t0), home_of(text, s0)
        for j in range(i, end):
            other = segments[j]
            if not may_be_clause(text, other, weights[j]):
                continue
            if home_of(text, other[T0]) != t_home or home_of(text, other[S0]) != s_home:
                continue
            apart = True
            for k in range(n):
                mate = segments[mates[k]]
                apart = apart and (other[T0] >= mate[T1] or mate[T0] >= other[T1])
                apart = apart and (other[S0] >= mate[S1] or mate[S0] >= other[S1])
            if not apart:
                continue
            mates[n] = j
            n += 1
            matched, plain = matched + other[MATCHED], plain + weights[j, PLAIN]
            t0, t1, s0, s1 = min(t0, other[T0]), max(t1, other[T1]), min(s0, other[S0]), max(s1, other[S1])
        if not (is_one_part(text, t0, t1) or is_one_part(text, s0, s1)):
            continue  # lines of two tables
        if n < 2 or matched < CLAUSES * weights[i, LETTERS]:
            continue
        share = matched / max(of_sentence(text, t0, t1), of_sentence(text, s0, s1))
        if share >= OF_SENTENCE and min(share / MOST_OF_SENTENCE, 1.0) * plain >= least.weight:
            fresh = False
            for k in range(n):
                mate, weighed = segments[mates[k]], weights[mates[k]]
                if not mate[ACCEPTED]:
                    mate[ACCEPTED] = 2
                    weighed[ENOUGH] = min(weighed[ENOUGH], mate[MATCHED] / weighed[LETTERS])
                    fresh = True
            if not fresh:
                continue
            t0, t1 = sentence_of(text, t0, t1)
            t0, t1 = left_over(segments, mates, n, T0, T1, t0, t1)
            s0, s1 = sentence_of(text, s0, s1)
            s0, s1 = left_over(segments, mates, n, S0, S1, s0, s1)
            if CLAUSE <= t1 - t0 <= REACH and CLAUSE <= s1 - s0 <= REACH:
                place = Place(t0, t1, s0, s1)
                found = put(text, found, place, segments[i], weights[i], OF_LEFT_OVER, table, scratch)
    return found
