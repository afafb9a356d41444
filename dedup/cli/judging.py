"""How a command has articles judged: what `dedup scan` and `dedup stories` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.cli.console import Bars, cores, remembering
from dedup.cli.reading import Reading

if TYPE_CHECKING:
    from dedup.additions import Additions
    from dedup.errors import BadRecord
    from dedup.index import Index
    from dedup.model import Article, ArticleReport
    from dedup.provenance import Current
    from dedup.reporter.texts import TextsAtHand
    from dedup.settings import Settings


@dataclass(frozen=True, slots=True)
class Judging:
    """What the articles of a command are judged by.

    `chosen` are the settings that were asked for, None for those of the index or the usual ones; `workers` None for as
    many as there are cores. `as_stream`: by what came before in the input alone.
    """

    reading: Reading
    additions: Additions
    chosen: Settings | None
    reference: Sequence[str] = ()
    index_url: str | None = None
    workers: int | None = None
    as_stream: bool = False

    def reports(
        self, paths: Sequence[str], ending: ExitStack, bars: Bars, on_error: Callable[[BadRecord], None], *,
        texts: TextsAtHand | None = None, on_current: Callable[[Current], None] | None = None,
    ) -> tuple[Settings, Iterator[ArticleReport]]:  # fmt: skip
        """The settings that count, and the reports of what lies under `paths`, made as they are asked for.

        The index stays open until `ending` ends. Texts that are read are kept in `texts`; `on_current` is told what
        came again or was replaced.
        """
        translating = ("dedup.translated.corpus",) if self.chosen and self.chosen.translated_days else ()
        holding = ("dedup.index.kernels",) if self.index_url else ()
        bars.ready("dedup.stream" if self.as_stream else "dedup.scanner", *translating, *holding)
        from dedup.settings import Settings

        def read(*some: str) -> Iterator[Article]:
            articles = self.reading.articles(*some, bars=bars, on_error=on_error)
            return articles if texts is None else remembering(articles, texts)

        def came(stands: Current) -> None:
            if on_current is not None:
                on_current(stands)
            if str(stands):
                bars.say(str(stands))

        older = read(*self.reference) if self.reference else iter(())
        if self.as_stream:
            from dedup.stream import stream

            settings = self.chosen or Settings()
            return settings, stream(
                read(*paths), settings, reference=older, additions=self.additions, on_error=on_error
            )
        from dedup.scanner import scan

        index = self._index(ending)
        settings = index.settings if index is not None else self.chosen or Settings()
        return settings, scan(
            read(*paths), settings, reference=older, index=index, additions=self.additions,
            workers=self.workers or cores(), progress=bars.progress, on_error=on_error, on_current=came,
        )  # fmt: skip

    def _index(self, ending: ExitStack) -> Index | None:
        if not self.index_url:
            return None
        from dedup.index import open_index

        return ending.enter_context(open_index(self.index_url, self.chosen, create=False))
