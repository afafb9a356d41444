"""A bridge to a datasketch `MinHashLSH`, for those who have one: fills it with paragraphs, and asks it.

Signatures are datasketch's own, of its scheme ``affine32``, so an LSH filled here can be asked by any job that has
datasketch, and one that such a job filled with the same shingles can be asked here. A paragraph's key is its
article's id, ``#``, and its number from 0. What an LSH answers are candidates, not verdicts: `dedup.Detector` verifies
its own on the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from dedup.errors import SettingsError
from dedup.index import Index
from dedup.index.records import unpack
from dedup.match import shingling
from dedup.model import Article
from dedup.settings import Settings
from dedup.text import words

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHashLSH

BATCH = 256
"""Articles signed at a time: it sets the pace, never the answer."""


def signed(articles: Iterable[Article], settings: Settings) -> Iterator[tuple[str, LeanMinHash]]:
    """Yield key and signature of each paragraph of at least `Settings.min_words` words."""
    rest = iter(articles)
    while batch := list(islice(rest, BATCH)):
        yield from _of([article.id for article in batch], words.split([a.text for a in batch]), settings)


def signed_index(index: Index) -> Iterator[tuple[str, LeanMinHash]]:
    """The same of all articles that an index holds: no texts are needed."""
    rest = index.articles()
    while batch := list(islice(rest, BATCH)):
        yield from _of([one.id for one in batch], unpack([one.words for one in batch]), index.settings)


def fill(lsh: MinHashLSH, paragraphs: Iterable[tuple[str, LeanMinHash]]) -> int:
    """Insert paragraphs, as `signed` or `signed_index` yield them; return how many were new. Held keys stay.

    `SettingsError` where the LSH was made for signatures of another kind.

    >>> from datasketch import MinHashLSH
    >>> lsh = MinHashLSH(threshold=0.5, num_perm=128)
    >>> story = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    >>> fill(lsh, signed([Article("a", story)], Settings()))
    1
    >>> list(ask(lsh, [Article("b", story + " So it did.")], Settings()))
    [('b#0', ['a#0'])]
    """
    added = 0
    for key, signature in paragraphs:
        if key not in lsh:
            with _Explained(lsh, signature):
                lsh.insert(key, signature)
            added += 1
    return added


def ask(
    lsh: MinHashLSH, articles: Iterable[Article], settings: Settings
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield key and candidates, sorted, of each paragraph that has some; its own article's are none."""
    for key, signature in signed(articles, settings):
        with _Explained(lsh, signature):
            found = lsh.query(signature)
        own = key[: key.rindex("#") + 1]
        others = sorted(other for other in found if not str(other).startswith(own))
        if others:
            yield key, others


class _Explained:
    """Says what does not fit where datasketch refuses a signature."""

    def __init__(self, lsh: MinHashLSH, signature: LeanMinHash) -> None:
        self._sizes = (lsh.h, len(signature))

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError):
            theirs, ours = self._sizes
            what = (
                f"num_perm={theirs}, the settings have permutations={ours}" if theirs != ours else str(error)
            )
            raise SettingsError(f"this MinHashLSH takes other signatures: {what}") from error


def _of(
    names: Sequence[str], columns: words.Columns, settings: Settings
) -> Iterator[tuple[str, LeanMinHash]]:
    kept = np.flatnonzero(np.diff(columns.par_words) >= settings.min_words)
    shingled = shingling.shingles(columns, settings.shingle_words).taken(kept)
    rows = shingling.sign(shingled, settings.permutations, settings.seed)
    holders = np.searchsorted(columns.art_pars, kept, side="right") - 1
    numbers = kept - columns.art_pars[holders]
    for row, holder, number in zip(rows, holders.tolist(), numbers.tolist(), strict=True):
        yield f"{names[holder]}#{number}", shingling.to_lean_minhash(row, settings.seed)
