"""The index of a stream: what came before, by keys.

An index keeps no texts unless it is told to: word hashes, offsets, ids, sources, dates and first verdicts.
Three kinds keep one promise (`Index`): `MemoryIndex`, `EmbeddedIndex` in a folder, `RedisIndex` on a server;
`open_index` finds the kind that a URL names. `dedup.stream.Detector` judges articles with any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from dedup.errors import DedupError, SettingsError
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.index.keys import Keys
    from dedup.index.records import Held, Record
    from dedup.index.runs import Answers, Asked, Roll

__all__ = ["Index", "IndexInfo", "Step", "StepLost", "View", "open_index"]

SCHEMES = ("memory", "redis", "rediss", "unix")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?=//|$)")
"""What begins like an address, and is no folder. A single letter is a drive."""

FORMAT = 6
"""Version of how an index stores it; another one is refused."""


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index says of itself.

    `engine` is whose answers it holds (see `dedup.index.engine`); `articles` counts those it holds; `bytes` what
    they take on disk or in memory, about; `runs` the sorted runs that a look-up visits; `oldest` and `newest` are
    ISO 8601 dates, None where it is empty.
    """

    kind: str
    url: str
    format: int
    engine: str
    settings_id: str
    articles: int
    bytes: int
    runs: int
    oldest: str | None
    newest: str | None
    keeps_text: bool


class StepLost(DedupError):
    """A view or step came to nothing, because the server or another process got in its way: begin it again."""


class View(Protocol):
    """One state of an index, to ask questions of. It does not change while it is open.

    Articles are numbered in the order of their arrival, from 1; a number is never given twice.
    """

    @property
    def end(self) -> int:
        """The number that the next article gets."""

    @property
    def roll(self) -> Roll:
        """Times, sources and fates of all articles by number; good until the view is closed."""

    @property
    def newest(self) -> tuple[int, ...]:
        """The latest three dates among the articles it holds, in microseconds since 1970, the latest first.

        Dates that are not credible yet do not count (see `dedup.index.records.latest_credible`).
        """

    def find(self, names: Sequence[bytes]) -> dict[bytes, Held]:
        """Return what is held under these names (see `dedup.index.records.Record.names`); unknown ones are left out."""

    def ask(self, asked: Asked, most: int) -> Answers:
        """Return, for each key, the first `most` articles that hold it and that its asker may see."""

    def records(self, numbers: Sequence[int]) -> list[bytes]:
        """Return what is kept of these articles, encoded (see `dedup.index.records`). All of them are held."""

    def whole(self, number: int) -> Record:
        """Return all that is kept of an article held, with its text where texts are kept."""


class Step(View, Protocol):
    """A view that articles may be added to: one atomic step, alone among all processes.

    What was added in a step is not seen in it; it counts once the step has ended without an error, and is
    durable then.
    """

    def add(self, records: Sequence[Record], keys: Keys) -> None:
        """Add articles and their keys; the first gets number `end`. Of a family the last stays. Once a step."""

    def amend(self, records: Mapping[int, Record]) -> None:
        """Keep other verdicts on articles held, by number; all but report and revision is as it was. Once a step."""


class Index(Protocol):
    """Keys in, articles out. See the module for what it keeps; `IndexMismatch` if made by other settings."""

    @property
    def settings(self) -> Settings:
        """What it was made with."""

    @property
    def settings_id(self) -> str:
        """`Settings.id` of what it was made with."""

    @property
    def engine(self) -> str:
        """Whose answers it holds (see `dedup.index.engine`)."""

    @property
    def secret(self) -> bytes:
        """What the checks of words are made with (see `dedup.text.words`); 16 bytes, made with the index."""

    @property
    def keeps_text(self) -> bool:
        """Whether it keeps the articles' texts."""

    def view(self) -> AbstractContextManager[View]:
        """Open the state of now."""

    def step(self) -> AbstractContextManager[Step]:
        """Begin an atomic step; others wait. An exception inside undoes it."""

    def remove(self, ids: Iterable[str], source: str | None = None) -> int:
        """Remove articles, of every source or of one; unknown ids are ignored. Return how many there were."""

    def expire(self, before: str) -> int:
        """Forget the articles of days before this ISO 8601 date. Return how many there were."""

    def articles(self) -> Iterator[Record]:
        """Yield all articles held, in the order of their arrival: for merging and for exports."""

    def info(self) -> IndexInfo:
        """Return what it holds and what that takes."""

    def check(self) -> None:
        """Check every invariant; `DedupError` names the one that does not hold."""

    def backup(self, path: str) -> None:
        """Write a copy of the state of now to a new embedded index at `path`; may run while others write."""

    def __len__(self) -> int:
        """How many articles it holds."""

    def close(self) -> None:
        """Let go of files and connections. It may not be used afterwards."""

    def __enter__(self) -> Index: ...

    def __exit__(self, *exc: object) -> None: ...


def open_index(
    url: str = "memory:", settings: Settings | None = None, *, keep_text: bool = False, create: bool = True,
    secret: bytes | None = None,
) -> Index:  # fmt: skip
    """Open the index at a URL, or make it: ``memory:``, a path, or ``redis://host:port/database?prefix=news``.

    `settings` other than those it was made with raise `IndexMismatch`; without any, its own are taken.
    `keep_text` and `secret` count when it is made. Where the articles of another index are to go into it, take the
    secret of that one (`Index.secret`): several cost more (see `dedup.text.rekeying`). Where `create` is false,
    `DedupError` if there is none; `SettingsError` for a URL of another kind.

    >>> with open_index() as index:
    ...     len(index)
    0
    """
    if url == "memory:":
        from dedup.index.memory import MemoryIndex

        return MemoryIndex(settings or Settings(), keep_text=keep_text, secret=secret)
    if url.startswith(("redis:", "rediss:", "unix:")):
        from dedup.index.redis import RedisIndex

        return RedisIndex(url, settings, keep_text=keep_text, create=create, secret=secret)
    if scheme := _SCHEME.match(url):
        near = "".join(
            f" (did you mean {name}:?)" for name in get_close_matches(scheme[1].lower(), SCHEMES, n=1)
        )
        raise SettingsError(
            f"{url}: no kind of index{near}; there are memory:, redis://host:port/database, rediss:// and unix://, and "
            f"all else is a folder (./{url} if that is its name)"
        )
    from dedup.index.embedded import EmbeddedIndex

    return EmbeddedIndex(url, settings, keep_text=keep_text, create=create, secret=secret)
