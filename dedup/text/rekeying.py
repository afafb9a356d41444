"""Words whose checks were made with another secret, brought under one.

An index that others were merged into holds articles of several secrets, and the check of a word under one says nothing
of its check under another. What is known of both are the words of the texts to judge, and these are all that matter: a
word of an earlier article that none of them has is no word of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedup.text import words
from dedup.text.words import Columns

Names = NDArray[np.uint64]


class Alike(Protocol):
    """How words of another secret are told to be words of the texts to judge."""

    def names(self, columns: Columns) -> Names:
        """A name of each word; equal ones are equal words."""

    def known(self, secret: bytes, own: bytes) -> tuple[Names, Names]:
        """The names of the words to judge where `secret` has made them, and their checks under `own`."""


@dataclass(frozen=True, slots=True)
class Texts:
    """By checks: the texts to judge are at hand, and are cut once more with each secret. As sure as under one."""

    texts: Sequence[str]
    split: Callable[[Sequence[str], bytes], Columns] = words.split

    def names(self, columns: Columns) -> Names:
        """See `Alike`: 48 bits of check, 16 of hash."""
        names: Names = columns.checks | columns.hashes.astype(np.uint64) << np.uint64(48)
        return names

    def known(self, secret: bytes, own: bytes) -> tuple[Names, Names]:
        """See `Alike`."""
        parts = [
            _each_once(self.names(self.split(some, secret)), self.split(some, own).checks)
            for some in words.batches(self.texts)
        ]
        names, checks = zip(*parts, strict=True) if parts else ((), ())
        empty = np.empty(0, np.uint64)
        return _each_once(np.concatenate([empty, *names]), np.concatenate([empty, *checks]))


@dataclass(frozen=True, slots=True)
class Looks:
    """By hash and letters, where no texts are at hand: the words to judge are those from article `first` on."""

    columns: Columns
    first: int

    def names(self, columns: Columns) -> Names:
        """See `Alike`: 32 bits of hash, 32 that say which letters it has."""
        names: Names = columns.hashes.astype(np.uint64) << np.uint64(32) | columns.masks
        return names

    def known(self, secret: bytes, own: bytes) -> tuple[Names, Names]:
        """See `Alike`."""
        judged = self.columns.art_words[self.first]
        return _each_once(self.names(self.columns)[judged:], self.columns.checks[judged:])


def under_one(columns: Columns, secrets: Sequence[bytes], own: bytes, alike: Alike) -> Columns:
    """The columns with the checks that `own` makes, of all words that texts to judge have; article i has secret i."""
    others = sorted({*secrets} - {own})
    if not others:
        return columns
    checks, names = columns.checks.copy(), alike.names(columns)
    sizes = np.diff(columns.art_words)
    for secret in others:
        rows = np.flatnonzero(np.repeat([one == secret for one in secrets], sizes))
        known, theirs = alike.known(secret, own)
        if known.size:
            places = np.minimum(np.searchsorted(known, names[rows]), known.size - 1)
            found = known[places] == names[rows]
            checks[rows[found]] = theirs[places[found]]
    return replace(columns, checks=checks)


def _each_once(names: Names, checks: Names) -> tuple[Names, Names]:
    once, first = np.unique(names, return_index=True)
    return once, checks[first]
