"""What an article is found by: its word shingles, some longer runs of its words, its paragraphs as wholes, its title.

A key is 32 bits. Every shingle is one: for texts of the length of paragraphs that costs no more than a MinHash
signature's bands would, and sees passages that those do not. Runs tell order: whoever has all shingles of a text in
another order has none of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dedup.index.records import Record, unpack, unpack_titles
from dedup.match import shingling
from dedup.match.families import families
from dedup.match.kernels import minhash
from dedup.match.titles import KEYS as TITLE_KEYS
from dedup.match.titles import keys as title_keys
from dedup.settings import Settings
from dedup.text.words import Columns, split

Number = TypeVar("Number", np.int64, np.uint64)

SAMPLED = 4
"""Of so many runs of words one is a key: enough for a passage of some lines, and few beside the shingles."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some articles, in the order of their text.

    Shape ``(keys,)``: `values` uint32; `positions` int64, the word each begins at; `full`, whether it is a shingle:
    a shorter paragraph has one key, of all its words. `par_keys`, int64: paragraph to keys, one longer than those.

    `runs`, uint32: keys of some runs of `Settings.min_words` words, chosen by their hashes; `par_runs`, int64:
    paragraph to runs. `wholes`, uint32, two a paragraph: keys of its words, and of those outside slots (see
    `dedup.match.families`); 0 where there are too few. `pars`, int64: article to paragraphs.

    `titles`, uint32, `dedup.match.titles.KEYS` an article: keys of its title; 0 where there is none.
    """

    values: NDArray[np.uint32]
    positions: NDArray[np.int64]
    full: NDArray[np.bool_]
    par_keys: NDArray[np.int64]
    runs: NDArray[np.uint32]
    par_runs: NDArray[np.int64]
    wholes: NDArray[np.uint32]
    pars: NDArray[np.int64]
    titles: NDArray[np.uint32]
    _sorted: dict[int, NDArray[np.uint64]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def bounds(self) -> NDArray[np.int64]:
        """Article to keys, one longer than the articles."""
        return self.par_keys[self.pars]

    @property
    def all(self) -> NDArray[np.uint32]:
        """All keys in the order in which an index is asked: shingles, wholes, runs, titles."""
        return np.concatenate((self.values, self.wholes, self.runs, self.titles))

    def holders(self, numbers: NDArray[Number]) -> NDArray[Number]:
        """For each of `all` the number of its article, of articles that have these numbers."""
        titles = np.full(self.pars.size - 1, TITLE_KEYS)
        counts = (np.diff(self.bounds), 2 * np.diff(self.pars), np.diff(self.par_runs[self.pars]), titles)
        return np.concatenate([np.repeat(numbers, count) for count in counts])

    def entries(self, first: int) -> NDArray[np.uint64]:
        """Return sorted ``key << 32 | number`` of articles numbered from `first`, no entry twice.

        They are kept: a batch is looked up in itself, and then added.
        """
        if first not in self._sorted:
            numbers = np.arange(first, first + self.bounds.size - 1, dtype=np.uint64)
            self._sorted[first] = self.entries_of(numbers)
        return self._sorted[first]

    def entries_of(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the same of articles that have these numbers."""
        entries = sorted_once(self.all.astype(np.uint64) << np.uint64(32) | self.holders(numbers))
        return entries[np.searchsorted(entries, np.uint64(1 << 32)) :]  # key 0 is none


def sorted_once(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sort in place and return what is left without repeats: several times faster than `numpy.unique`."""
    values.sort()
    fresh = np.ones(values.size, np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    return values[fresh]


def keys_of(columns: Columns, settings: Settings, titles: Columns | None = None) -> Keys:
    """Return the keys of some articles, by the words of their texts and, if they have any, their titles."""
    shingled = shingling.shingles(columns, settings.shingle_words)
    paragraph = np.repeat(np.arange(shingled.bounds.size - 1), np.diff(shingled.bounds))
    offsets = np.arange(shingled.hashes.size) - shingled.bounds[paragraph]
    full = np.repeat(np.diff(columns.par_words) >= settings.shingle_words, np.diff(shingled.bounds))
    return Keys(
        shingled.hashes, columns.par_words[paragraph] + offsets, full, shingled.bounds,
        *_runs(columns, settings.min_words),
        _wholes(columns, settings.furniture_words), columns.art_pars,
        _titles(split([""] * (columns.art_words.size - 1)) if titles is None else titles),
    )  # fmt: skip


def keys_of_records(records: Sequence[Record], settings: Settings) -> Keys:
    """Return the keys of articles that an index keeps."""
    texts = unpack([record.words for record in records])
    return keys_of(texts, settings, unpack_titles([record.title for record in records]))


def _runs(columns: Columns, words: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Keys of the runs that are kept, one in `SAMPLED`, and their bounds."""
    shingled = shingling.shingles(columns, words)
    kept = np.repeat(np.diff(columns.par_words) >= words, np.diff(shingled.bounds))
    kept &= shingled.hashes % np.uint32(SAMPLED) == 0
    bounds = np.concatenate(([0], np.cumsum(kept)))[shingled.bounds]
    return _folded(shingled.hashes[kept].astype(np.uint64), 3), bounds.astype(np.int64)


def _wholes(columns: Columns, least: int) -> NDArray[np.uint32]:
    digests = np.empty(columns.par_words.size - 1, np.uint64)
    minhash.digest(columns.hashes, columns.par_words, digests)
    others, sizes = families(columns.hashes, columns.flags, columns.par_words)
    wholes = np.empty((digests.size, 2), np.uint32)
    wholes[:, 0] = _folded(digests, 1) * (digests != 0)
    wholes[:, 1] = _folded(others, 2) * (sizes >= least)
    return wholes.ravel()


def _titles(columns: Columns) -> NDArray[np.uint32]:
    digests = title_keys(columns).ravel()
    titles: NDArray[np.uint32] = _folded(digests, 4) * (digests != 0)
    return titles


def _folded(digests: NDArray[np.uint64], kind: int) -> NDArray[np.uint32]:
    """32 bits of each digest; of one digest others for each kind."""
    mixed = (digests ^ np.uint64(kind)) * np.uint64(0x9E3779B185EBCA87)
    keys: NDArray[np.uint32] = (mixed >> np.uint64(32)).astype(np.uint32)
    return keys
