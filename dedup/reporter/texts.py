"""The texts of a feed, as far as they are at hand: what a page and `show` look up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from dedup.model import Article, ArticleReport


class Named(Protocol):
    """What names an article: its report, or a match with it. Another outlet may have the same id."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...


Texts: TypeAlias = Callable[[Named], str | None]


@dataclass(slots=True)
class TextsAtHand:
    """Texts by the place where they were read, which tells the versions of an article apart; by source and id; and
    by id alone, if they were added from elsewhere."""

    placed: dict[tuple[str, int], str] = field(default_factory=dict)
    named: dict[tuple[str, str], str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)

    def take(self, article: Article) -> None:
        """Keep the text of an article that is scanned."""
        if article.path:
            self.placed[article.path, article.record] = article.text
        self.named[article.id, article.source] = article.text

    def keep(self, report: ArticleReport, text: str) -> None:
        """Keep a text that was read again where its report says."""
        self.placed[report.path, report.record] = text
        self.named[report.id, report.source] = text

    def add(self, article: Article) -> None:
        """Keep a text from elsewhere, where its outlet may be called otherwise."""
        self.added.setdefault(article.id, article.text)

    def __call__(self, named: Named) -> str | None:
        """The text of a reported or matched article, None where it is not at hand."""
        text = None
        if isinstance(named, ArticleReport):
            text = self.placed.get((named.path, named.record))
        if text is None:
            text = self.named.get((named.id, named.source))
        return self.added.get(named.id) if text is None else text
