"""Two versions of a text: the passages that were added, deleted, changed and moved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.text.kernels.tokens import SIGN_WORD, STARTS_SENTENCE
from dedup.text.words import Columns, split
from dedup.updates.common import Pairs, common

Change: TypeAlias = Literal["added", "deleted", "changed", "moved"]

MOVED = 8.0
"""Words, or as much in letters of a script without spaces, that are moved if both texts have them elsewhere: of fewer
nobody can say that they are the same."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that differs: code points ``[start, end)`` of the new text and ``[old_start, old_end)`` of the old one.

    What was deleted has an empty place in the new text, and what was added in the old one. `words` and `old_words`
    are how many there are; `paragraph` and `old_paragraph` count from 0.
    """

    kind: Change
    start: int
    end: int
    old_start: int
    old_end: int
    words: int
    old_words: int
    paragraph: int
    old_paragraph: int


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, in the order of the new text; `same` counts the words that neither changed nor moved."""

    passages: tuple[Passage, ...]
    same: int

    def of(self, kind: Change) -> list[Passage]:
        """The passages of a kind."""
        return [one for one in self.passages if one.kind == kind]

    def words(self, kind: Change) -> int:
        """Words of a kind: of the new text, but where they were deleted."""
        return sum(one.old_words if kind == "deleted" else one.words for one in self.of(kind))


ALIKE = 0.5
"""Share of the shorter sentence's words from which two are versions of one."""


class Side:
    """The words of one version: one article of some columns."""

    def __init__(self, columns: Columns, article: int = 0) -> None:
        low, high = columns.art_words[article : article + 2].tolist()
        pars = slice(columns.art_pars[article], columns.art_pars[article + 1])
        self.words = columns.hashes[low:high]
        self.hashes: list[int] = self.words.tolist()
        self._flags = columns.flags[low:high]
        self._starts, self._ends = columns.starts[low:high], columns.ends[low:high]
        self._par_begins: list[int] = (columns.par_words[pars] - low).tolist()

    @classmethod
    def of(cls, text: str) -> Side:
        """That of a text."""
        return cls(split([text]))

    @cached_property
    def sentences(self) -> list[int]:
        """Where sentences and paragraphs begin, ascending, and the number of words."""
        begins = np.flatnonzero(self._flags & STARTS_SENTENCE)
        bounds = np.union1d(begins, self._par_begins)
        return [0, *bounds[(bounds > 0) & (bounds < len(self.hashes))].tolist(), len(self.hashes)]

    @cached_property
    def borders(self) -> frozenset[int]:
        """The same, to look up."""
        return frozenset(self.sentences)

    def weight(self, begin: int, end: int) -> float:
        """How many words some words say as much as, a letter of a script without spaces being half of one."""
        signs = int(np.count_nonzero(self._flags[begin:end] & SIGN_WORD))
        return end - begin - signs / 2

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Code points of words; of none, behind the word before."""
        if begin < end:
            return int(self._starts[begin]), int(self._ends[end - 1])
        at = int(self._ends[begin - 1]) if begin else 0
        return at, at

    def paragraph(self, at: int) -> int:
        """The paragraph of a word."""
        last = max(0, min(at, len(self.hashes) - 1))
        return max(0, bisect_right(self._par_begins, last) - 1)

    @cached_property
    def sentence_of(self) -> NDArray[np.int64]:
        """The number of each word's sentence."""
        return np.repeat(np.arange(len(self.sentences) - 1), np.diff(self.sentences))


Gap: TypeAlias = "tuple[int, int, int, int]"
"""Words ``[i0, i1)`` of the old and ``[j0, j1)`` of the new text that do not answer each other."""


def difference(old: str | Side, new: str | Side) -> Difference:
    """Tell what a new version of a text has otherwise than the old one.

    Whole sentences are added or deleted; where words of a sentence were replaced it is changed there.

    >>> found = difference("Two men were hurt. Roads are closed.", "Three men were hurt. Police are at the site.")
    >>> [(one.kind, one.words, one.old_words) for one in found.passages]
    [('changed', 1, 1), ('deleted', 0, 3), ('added', 5, 0)]
    """
    before = Side.of(old) if isinstance(old, str) else old
    after = Side.of(new) if isinstance(new, str) else new
    pairs = _without_chance(common(before.words, after.words), before, after)
    gaps = [_slid(_narrowed(gap, before, after), before, after) for gap in _gaps(pairs, before, after)]
    pieces = [piece for gap in gaps for piece in _pieces(gap, before, after)]
    moved, pieces = _moved(pieces, before, after)
    same = len(after.hashes) - sum(j1 - j0 for _, _, j0, j1 in (*moved, *pieces))
    passages = [_passage("moved", piece, before, after) for piece in moved]
    passages += [_passage(_kind(piece), piece, before, after) for piece in pieces]
    passages.sort(key=lambda one: (one.start, one.end, one.old_start))
    return Difference(tuple(passages), same)


def _gaps(pairs: Pairs, old: Side, new: Side) -> Iterator[Gap]:
    """What is between words that answer each other."""
    ends = np.vstack((pairs, [len(old.hashes), len(new.hashes)]))
    begins = np.vstack(([0, 0], pairs + 1))
    for (i0, j0), (i1, j1) in np.stack((begins, ends), axis=1)[(begins != ends).any(axis=1)].tolist():
        yield i0, i1, j0, j1


def _without_chance(pairs: Pairs, old: Side, new: Side) -> Pairs:
    """The words in common of sentences that have `ALIKE` in common: any two texts have "the" and "of" somewhere."""
    ours, theirs = old.sentence_of[pairs[:, 0]], new.sentence_of[pairs[:, 1]]
    _, home, counts = np.unique(ours * len(new.sentences) + theirs, return_inverse=True, return_counts=True)
    sizes = np.minimum(np.diff(old.sentences)[ours], np.diff(new.sentences)[theirs])
    alike: Pairs = pairs[counts[home] >= ALIKE * sizes]
    return alike


def _narrowed(gap: Gap, old: Side, new: Side) -> Gap:
    """Without equal words at its ends, where a sentence goes on there."""
    i0, i1, j0, j1 = gap
    while i0 < i1 and j0 < j1 and i1 not in old.borders and j1 not in new.borders:
        if old.hashes[i1 - 1] != new.hashes[j1 - 1]:
            break
        i1, j1 = i1 - 1, j1 - 1
    while i0 < i1 and j0 < j1 and i0 not in old.borders and j0 not in new.borders:
        if old.hashes[i0] != new.hashes[j0]:
            break
        i0, j0 = i0 + 1, j0 + 1
    return i0, i1, j0, j1


def _slid(gap: Gap, old: Side, new: Side) -> Gap:
    """Move what was only added or deleted to where sentences begin, if the words at its ends allow it."""
    i0, i1, j0, j1 = gap
    if (i0 == i1) == (j0 == j1):
        return gap
    side, begin, end = (new, j0, j1) if i0 == i1 else (old, i0, i1)
    for step in range(end - begin):
        if begin - step in side.borders and end - step in side.borders:
            return i0 - step, i1 - step, j0 - step, j1 - step
        if begin - step == 0 or min(i0, j0) - step == 0:
            break
        if side.hashes[begin - step - 1] != side.hashes[end - step - 1]:
            break
    return gap


def _pieces(gap: Gap, old: Side, new: Side) -> Iterator[Gap]:
    """A gap as what each side has: changed within a sentence at either end, whole sentences between."""
    i0, i1, j0, j1 = gap
    if i0 == i1 or j0 == j1:
        yield gap
        return
    if i0 not in old.borders and j0 not in new.borders:
        a, b = _next_border(old, i0, i1), _next_border(new, j0, j1)
        yield i0, a, j0, b
        i0, j0 = a, b
    c, d = i1, j1
    if (i0 < i1 or j0 < j1) and i1 not in old.borders and j1 not in new.borders:
        c, d = _last_border(old, i0, i1), _last_border(new, j0, j1)
    if i0 < c:
        yield i0, c, j0, j0
    if j0 < d:
        yield c, c, j0, d
    if c < i1 or d < j1:
        yield c, i1, d, j1


def _next_border(side: Side, begin: int, end: int) -> int:
    """The first border behind `begin`, `end` at most."""
    return next((at for at in range(begin + 1, end) if at in side.borders), end) if begin < end else end


def _last_border(side: Side, begin: int, end: int) -> int:
    """The last border before `end`, `begin` at least."""
    return next((at for at in range(end - 1, begin, -1) if at in side.borders), begin)


def _kind(piece: Gap) -> Change:
    i0, i1, j0, j1 = piece
    return "added" if i0 == i1 else "deleted" if j0 == j1 else "changed"


def _passage(kind: Change, piece: Gap, old: Side, new: Side) -> Passage:
    i0, i1, j0, j1 = piece
    return Passage(
        kind, *new.span(j0, j1), *old.span(i0, i1), j1 - j0, i1 - i0, new.paragraph(j0), old.paragraph(i0)
    )


def _moved(pieces: Sequence[Gap], old: Side, new: Side) -> tuple[list[Gap], list[Gap]]:
    """What was deleted in one place and added in another, as pairs, and the pieces that are left."""
    width = int(MOVED)
    left = [(i0, i1) for i0, i1, j0, j1 in pieces if j0 == j1]
    added = {word for i0, i1, j0, j1 in pieces if i0 == i1 for word in new.hashes[j0:j1]}
    begins: dict[tuple[int, ...], int] = {}
    for i0, i1 in left:
        end = i1
        for at in range(i1 - 1, i0 - 1, -1):
            if old.hashes[at] not in added:
                end = at  # nothing that was moved goes on beyond
            elif end - at >= width:
                begins[tuple(old.hashes[at : at + width])] = at
    if not begins:
        return [], [*pieces]
    taken: set[int] = set()
    moved: list[Gap] = []
    rest = [piece for piece in pieces if piece[0] != piece[1] and piece[2] != piece[3]]
    ends = {at: i1 for i0, i1 in left for at in range(i0, i1)}
    for i0, i1, j0, j1 in pieces:
        if i0 != i1:
            continue
        begin = at = j0
        while at + width <= j1:
            place = begins.get(tuple(new.hashes[at : at + width]))
            size = 0
            if place is not None:
                while (
                    at + size < j1
                    and place + size < ends[place]
                    and place + size not in taken
                    and old.hashes[place + size] == new.hashes[at + size]
                ):
                    size += 1
            if place is None or old.weight(place, place + size) < MOVED:
                at += 1
                continue
            moved.append((place, place + size, at, at + size))
            taken.update(range(place, place + size))
            if begin < at:
                rest.append((i0, i0, begin, at))
            begin = at = at + size
        if begin < j1:
            rest.append((i0, i0, begin, j1))
    for i0, i1, j0, _ in (piece for piece in pieces if piece[2] == piece[3]):
        begin = i0
        for at in range(i0, i1 + 1):
            if at == i1 or at in taken:
                if begin < at:
                    rest.append((begin, at, j0, j0))
                begin = at + 1
    return moved, rest
