"""Where a crowd hides something (see `dedup.match.crowds`): what a block needs to ask for a second look at the rest.

Whether anything is explained only the alignment tells. So those lists are sent that could hide something if nothing
were: of few articles. Only blocks with one of which a stretch stays dark are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.match.crowds import crowd_of
from dedup.match.nomination import Lists, packed
from dedup.spark.parcels import Mail, Places, Row, decode, encode
from dedup.text.ranges import ragged

Ints = NDArray[np.int64]


def tell(
    block: int, lists: Lists, cut: NDArray[np.bool_], sources: Places, asker: Ints, place: Places
) -> Iterator[Row]:
    """Send the lists of articles for which some of a crowd is not among the pairs; nearly always of none.

    `lists` and `cut` have a key a word of the block; their holders stand at `sources`, sorted.
    """
    crowd = crowd_of(lists, cut, np.zeros(cut.size, np.bool_))
    askers = crowd.askers(_packed(asker, place, sources))
    if not askers.size:
        return
    words = lists.par_keys[lists.asker_pars]
    told = np.repeat(np.isin(np.arange(words.size - 1), askers), np.diff(words))
    counts = np.where(told, lists.counts, 0)
    used, holders = np.unique(lists.holders[ragged(lists.starts, counts)], return_inverse=True)
    yield "crowd", block, block, encode(
        counts.astype(np.uint32), cut & told, holders.astype(np.uint32), sources[used]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at pairs left: the pairs to look at beside them, sorted, as article of the block and place of a
    paragraph; and the `bounded`, articles of which more deserve a look."""

    asker: Ints
    place: Places
    bounded: Ints


def looked(
    mail: Mail, asker: Ints, place: Places, art_pars: Ints, par_words: Ints, taken: NDArray[np.bool_]
) -> Look:
    """Ask whether crowds hide something where pairs were looked at; one a word of the block: whether it is `taken`."""
    if "crowd" not in mail:
        return Look(*(np.empty(0, np.int64) for _ in range(3)))
    counts, cut, holders, sources = decode(mail["crowd"][0][1])
    counts = counts.astype(np.int64)
    starts = np.cumsum(counts) - counts
    crowd = crowd_of(Lists(art_pars, par_words, counts, starts, counts, holders), cut, taken)
    seen = _packed(asker, place, sources)
    more = crowd.most_promising(seen)
    return Look(more >> 32, sources[more & 0xFFFFFFFF], crowd.askers(seen))


def _packed(asker: Ints, place: Places, sources: Places) -> Ints:
    """Those pairs whose paragraph is one of the sources, by its number among these."""
    among = np.isin(place, sources)
    return packed(np.stack((asker[among], np.searchsorted(sources, place[among])), axis=1))
