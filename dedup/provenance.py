"""Which article is earlier: the one order in which passages are traced to their first holder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol


class Dated(Protocol):
    """What the order is told by: an article, or what stands for one."""

    @property
    def published(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...


def provenance_order(articles: Sequence[Dated]) -> list[int]:
    """Places in the input, earliest article first.

    Dated articles go by date, ties by source and id (then by text, so that the order of the input never
    decides). An undated article follows every article that comes before it in the input.

    >>> from dedup.model import Article
    >>> dated = [Article("b", "", published="2020-01-02"), Article("u", ""), Article("a", "", published="2020-01-01")]
    >>> [dated[i].id for i in provenance_order(dated)]
    ['a', 'b', 'u']
    """
    dated = sorted(
        (i for i, article in enumerate(articles) if article.published is not None),
        key=lambda i: _key(articles[i]),
    )
    if len(dated) == len(articles):
        return dated
    rank = [-1] * len(articles)
    for place, i in enumerate(dated):
        rank[i] = place
    latest = list(accumulate(rank, max))
    undated = (i for i in range(len(articles)) if rank[i] < 0)
    keys = [(rank[i], -1) for i in dated]
    return [i for _, i in sorted([*zip(keys, dated, strict=True), *(((latest[i], i), i) for i in undated)])]


def _key(article: Dated) -> tuple[str, str, str, str]:
    # Without its Z a date with a fraction of a second sorts after the full second.
    return ((article.published or "").rstrip("Z"), article.source, article.id, article.text)
