"""Who had the title of an article before, by the keys of an index (see `dedup.match.titles`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.index import View
from dedup.index.keys import Keys
from dedup.index.records import Record, decode, pack, unpack_titles
from dedup.index.runs import Answers, Roll
from dedup.match.titles import KEYS, LOOKED, Title, nearest, words_of
from dedup.model import Article, TitleMatch
from dedup.stream.looking import published
from dedup.text.ranges import distinct
from dedup.text.vocabulary import told_apart
from dedup.text.words import Columns, joined


def packed_titles(titles: Columns, keys: Keys) -> list[bytes]:
    """What an index keeps of titles: nothing of those that are too short to say anything."""
    told = keys.titles.reshape(-1, KEYS)[:, 0] > 0
    return [words if kept else b"" for words, kept in zip(pack(titles), told.tolist(), strict=True)]


def title_matches(
    view: View, batch: Roll, fresh: Sequence[Article], titles: Columns, keys: Keys, answers: Answers
) -> dict[int, TitleMatch]:
    """What is said of the titles of a batch, by the place in it.

    Of the holders of each key the first to be published are looked at, `LOOKED` an article; those of the whole title
    before others. A scan looks at as many for each key, and counts equal titles once.
    """
    asked = [_holders(view, batch, place, keys, answers) for place in range(len(fresh))]
    numbers = distinct(np.concatenate([np.empty(0, np.int64), *asked]))
    if not numbers.size:
        return {}
    held = [decode(one) for one in view.records(numbers[numbers < batch.base].tolist())]
    columns = told_apart(joined((unpack_titles([record.title for record in held]), titles)))
    said = words_of(columns)
    known: dict[int, tuple[Record | Article, list[int]]] = dict(
        zip(numbers.tolist(), zip(held, said, strict=False), strict=False)
    )
    known |= {batch.base + place: (one, said[len(held) + place]) for place, one in enumerate(fresh)}
    found = {}
    for place, holders in enumerate(asked):
        others = [known[number] for number in holders.tolist()]
        own = Title(-1, fresh[place].source, said[len(held) + place])
        best = nearest(own, (Title(at, one.source, words) for at, (one, words) in enumerate(others)))
        if best is not None:
            changed, at = best
            other = others[at][0]
            found[place] = TitleMatch(other.id, other.source, other.published, changed)
    return found


def _holders(view: View, batch: Roll, place: int, keys: Keys, answers: Answers) -> NDArray[np.int64]:
    """Articles of other sources that may have the title of one, those of all of it first, then by their dates."""
    row = keys.all.size - keys.titles.size + KEYS * place
    counts = answers.counts[row : row + KEYS]
    if not counts.any():
        return np.empty(0, np.int64)
    whole = _others(answers.posts[row, : counts[0]], place, view.roll, batch)
    if whole.size:
        return whole[:LOOKED]
    pairs = [answers.posts[row + number, : counts[number]] for number in range(1, KEYS)]
    return _others(np.concatenate(pairs), place, view.roll, batch)[:LOOKED]


def _others(posts: NDArray[np.uint32], place: int, roll: Roll, batch: Roll) -> NDArray[np.int64]:
    """Those of some articles that are not known to be of one source with the one at a place, by their dates."""
    numbers = distinct(posts.astype(np.int64))
    marks = np.zeros(numbers.size, np.int64)
    for part in (roll, batch):
        here = (numbers >= part.base) & (numbers < part.base + part.mark.size)
        marks[here] = part.mark[numbers[here] - part.base]
    own = batch.mark[place] & ~np.int64(1)
    numbers = numbers[(own == 0) | (marks & ~np.int64(1) != own)]
    ordered: NDArray[np.int64] = numbers[np.lexsort((numbers, published(numbers, roll, batch)))]
    return ordered
