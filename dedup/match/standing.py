"""Standing phrases: what many articles have that have nothing else in common.

A feed shows what everybody writes, if not always word for word: "a spokesman for the company was not immediately
available" stands in each with another company, so who has half of a reworded passage has its phrase. Who has more in
common with the article that it stands in tells the same news and is no stranger: a sentence that a whole story goes on
is a copy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.match import policy
from dedup.match.align import Passages, chosen
from dedup.match.kernels.alignment.rows import (
    ARTICLE,
    KIND,
    RECYCLED,
    REPEATED,
    SOURCE,
    SOURCE_PARAGRAPH,
    T0,
    T1,
    WORDS,
    WORTH,
)
from dedup.settings import Settings
from dedup.text.ranges import distinct


def without_standing_phrases(passages: Passages, settings: Settings, *, apart: bool = False) -> Passages:
    """Leave out short passages that many articles hold which have nothing but such in common.

    "Could not immediately be reached for comment" says nothing about who copied whom. Articles that took more from
    where it stands are no strangers, and not counted; `apart` knows of each article but what it took itself, as if it
    had been the only one.
    """
    rows = passages.rows
    holders = held(rows, passages.copies, passages.halves)
    suspect = suspects(rows, holders, settings)
    more = have_more(rows, suspect)
    kin = (
        np.zeros(len(rows), np.int64) if apart else looked_up(rows[:, SOURCE_PARAGRAPH], *takers(rows, more))
    )
    return chosen(passages, ~standing(suspect, more, holders, kin, settings))


def held(rows: NDArray[np.int64], copies: NDArray[np.int64], halves: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many other articles hold each passage, or half of it where it was reworded."""
    return np.where(rows[:, KIND] == RECYCLED, copies, halves)


def suspects(rows: NDArray[np.int64], holders: NDArray[np.int64], settings: Settings) -> NDArray[np.bool_]:
    """Which passages are standing phrases, unless those that hold them are kin (see `standing`)."""
    some, of = policy.NO_PHRASE
    words = rows[:, T1] - rows[:, T0]
    suspect: NDArray[np.bool_] = (
        (rows[:, WORTH] < settings.standing_words)
        & (of * words < some * rows[:, WORDS])
        & (holders >= settings.standing_copies)
        & (rows[:, KIND] != REPEATED)
    )
    return suspect


def have_more(rows: NDArray[np.int64], suspect: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which passages are of two articles that have several in common, not all of them suspects."""
    _, pair, size = np.unique(
        rows[:, ARTICLE] << 32 | rows[:, SOURCE], return_inverse=True, return_counts=True
    )
    more: NDArray[np.bool_] = (size > 1) & (np.bincount(pair[~suspect], minlength=size.size) > 0)
    return more[pair]


def takers(rows: NDArray[np.int64], more: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The paragraphs from which articles took that have more in common with theirs, sorted, and how many articles."""
    paragraphs, places = np.unique(rows[more, SOURCE_PARAGRAPH], return_inverse=True)
    articles = distinct(places << 32 | rows[more, ARTICLE])
    return paragraphs, np.bincount(articles >> 32, minlength=paragraphs.size)


def looked_up(
    asked: NDArray[np.int64], paragraphs: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The counts of some paragraphs; 0 for those that are not among `paragraphs`, sorted."""
    if not paragraphs.size:
        return np.zeros(asked.size, np.int64)
    places = np.minimum(np.searchsorted(paragraphs, asked), paragraphs.size - 1)
    return np.where(paragraphs[places] == asked, counts[places], 0)


def standing(
    suspect: NDArray[np.bool_], more: NDArray[np.bool_], holders: NDArray[np.int64], kin: NDArray[np.int64],
    settings: Settings,
) -> NDArray[np.bool_]:  # fmt: skip
    """Which suspects are standing phrases: those held by as many strangers, and as many again for each of `kin`, who
    took more from the paragraph."""
    return suspect & ~more & (holders >= settings.standing_copies * (1 + kin))
