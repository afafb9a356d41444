"""Words are compared by 32 bits, and told apart by 48 more where these are equal.

The hash of a word is public and short: by chance some words of a large corpus have one hash, and words can be made
that have the hashes of others. Before texts are compared, each word whose hash stands for another word gets a hash of
its own: then equal hashes are equal words, in all stages that follow.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dedup.text.kernels import apart
from dedup.text.words import Columns

LEAST = 1 << 10
"""Places of the smallest table."""


class Vocabulary:
    """The words met so far. It changes no answer in which order they come: only whether they are one."""

    def __init__(self) -> None:
        self._seed = np.uint64(secrets.randbits(64) | 1)
        self._words = 0
        self._names, self._marks = _table(LEAST)

    def told_apart(self, columns: Columns) -> Columns:
        """The columns with equal hashes for equal words only, also in those that went before; without checks."""
        hashes = columns.hashes.copy()
        self._make_room(hashes.size)
        self._words += apart.tell_apart(hashes, columns.checks, self._names, self._marks, self._seed)
        return replace(columns, hashes=hashes, checks=np.empty(0, np.uint64))

    def _make_room(self, more: int) -> None:
        size = self._names.size
        while size < 2 * self._words + more + more // 4:
            size *= 2
        if size > self._names.size:
            names, marks = _table(size)
            apart.move(self._names, self._marks, names, marks, self._seed)
            self._names, self._marks = names, marks


def told_apart(columns: Columns) -> Columns:
    """The columns with equal hashes for equal words only, without checks.

    >>> from dedup.text.words import split
    >>> columns = split(["Dovoti linano dovoti"])
    >>> (columns.hashes == columns.hashes[0]).tolist()
    [True, True, True]
    >>> apart = told_apart(columns)
    >>> (apart.hashes == apart.hashes[0]).tolist()
    [True, False, True]
    """
    return Vocabulary().told_apart(columns)


def _table(size: int) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    return np.empty(size, np.uint32), np.zeros(size, np.uint64)
