"""Looks at those who deserve it, and where a crowd hides something at the rest of it (see `dedup.match.crowds`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.index import View
from dedup.index.keys import Keys
from dedup.index.runs import Answers
from dedup.match.align import Passages, taken
from dedup.match.crowds import Crowd, crowd_of
from dedup.match.ignored import Ignored
from dedup.match.nomination import Lists, packed, unpacked
from dedup.settings import Settings
from dedup.stream.looking import Arena, Judged, Look, arranged, verified

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking showed: the `passages`, who met whom in the `arena`, and askers whose look was `cut_short`."""

    arena: Arena
    passages: Passages
    cut_short: Ints


def looked(
    view: View, first: int, judged: Judged, whens: Ints, look: Look, keys: Keys, answers: Answers,
    settings: Settings, ignored: Ignored,
) -> Looked:  # fmt: skip
    """Look at those who deserve it, and where a crowd explains nothing at the rest of it."""

    def seen(pairs: Ints) -> tuple[Arena, Passages, Crowd]:
        arena = arranged(view, first, judged, whens, pairs)
        passages = verified(arena, keys, answers, settings, ignored)
        return arena, passages, _crowd(keys, answers, _taken(arena, passages), settings.frequent)

    pairs = packed(look.pairs)
    arena, passages, crowd = seen(look.pairs)
    more = crowd.most_promising(pairs)
    if more.size:
        pairs = np.union1d(pairs, more)
        arena, passages, crowd = seen(unpacked(pairs))
    return Looked(arena, passages, np.union1d(look.cut_short, crowd.askers(pairs)))


def _crowd(keys: Keys, answers: Answers, covered: NDArray[np.bool_], frequent: int) -> Crowd:
    counts = answers.counts[: keys.values.size] * keys.full
    starts = np.arange(counts.size) * answers.posts.shape[1]
    lists = Lists(
        keys.pars, keys.par_keys, counts, starts, np.minimum(counts, frequent), answers.posts.reshape(-1)
    )
    return crowd_of(lists, counts > frequent, covered[keys.positions])


def _taken(arena: Arena, passages: Passages) -> NDArray[np.bool_]:
    """Which words of the judged articles lie in a passage."""
    bounds = arena.layout.columns.art_words
    return taken(passages, int(bounds[arena.first]), int(bounds[-1]))
