"""What keeps articles for an index: a folder, a server. An index is made of one by `dedup.index.stored`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedup.index.records import Held, Record
from dedup.index.runs import Run
from dedup.settings import Settings

HEARD = 10_000
"""Removals that a process may have missed and still catch up with; beyond, it reads the whole roll again."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run in a store: the articles it covers, its name there, and its digest."""

    first: int
    end: int
    name: str
    digest: int


@dataclass(frozen=True, slots=True)
class News:
    """Where a store stands: the lowest and the next number, how many removals there ever were, and its runs."""

    first: int
    end: int
    gone: int
    segments: tuple[Segment, ...]


class Store(Protocol):
    """Keeps articles by number, durably. Used by one thread of one process at a time."""

    kind: str
    place: str
    settings: Settings
    engine: str
    keeps_text: bool
    secret: bytes

    def reading(self) -> AbstractContextManager[None]:
        """Begin to read."""

    def steady(self) -> AbstractContextManager[None]:
        """Begin to read all of one state."""

    def writing(self) -> AbstractContextManager[None]:
        """Begin to read and write, alone among all processes."""

    def errors(self) -> AbstractContextManager[None]:
        """Turn the errors of what lies below into `DedupError`."""

    def news(self, anyway: bool) -> News | None:
        """Return where the store stands; None, unless `anyway`, if no other process has written since last asked."""

    def roll(self, first: int, end: int) -> NDArray[np.int64]:
        """Return number, bound, day and mark of the articles held among these numbers, shape ``(n, 4)``."""

    def removed(self, since: int, until: int) -> list[int]:
        """Return the numbers of the removals counted from `since` to `until`; only the last `HEARD` are known.

        An amended article counts as well, its number negated.
        """

    def find(self, names: Sequence[bytes]) -> dict[bytes, Held]:
        """Return what is held under these names (see `Record.names`)."""

    def fetch(self, numbers: Sequence[int], days: Sequence[int]) -> Iterator[tuple[int, bytes, str | None]]:
        """Yield number, encoded record and text of those that are held, in this order; `days` are theirs."""

    def insert(
        self, first: int, records: Sequence[Record], coded: Sequence[bytes], gone: Sequence[int]
    ) -> None:
        """Delete `gone`, add articles numbered from `first`, and commit. Of several of one family, the last counts."""

    def delete(self, gone: Sequence[int], first: int) -> None:
        """Delete articles, and commit; `first` is the lowest number that is left."""

    def amend(self, changes: Sequence[tuple[int, Record, bytes]]) -> None:
        """Replace encoded records by number, and commit; nothing but report and revision differs."""

    def read_run(self, segment: Segment) -> Run | None:
        """Return a run, None if it is absent or torn."""

    def write_run(self, run: Run) -> Segment:
        """Write a run; it does not count before it is named."""

    def name_runs(self, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
        """Make `new` the runs if `old` are, and drop the others; else drop what is new in `new`."""

    def size(self) -> int:
        """Bytes that the store takes."""

    def check(self) -> None:
        """Check what the store itself can; `DedupError` says what is wrong."""

    def close(self) -> None:
        """Let go of files and connections; the next use opens them again."""
