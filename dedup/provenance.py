"""Which article is earlier, and which are one article: what passages are traced by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple, Protocol

from dedup.model import Article, Json, normal_date
from dedup.updates.before import update_of
from dedup.updates.difference import Side

SAME_TEXT = 0.3
"""Share of the shorter text's pieces that a later version has at least; other texts with one id are other articles.
Two texts of one language share few, a correction nearly all."""

PIECE = 8
"""Code points of a piece: longer than most words, in any script."""

MANY = 64
"""Texts of one source with one id from which on that id names nothing: they are not compared with each other."""


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


# --- deliveries and versions ---


class Delivery(NamedTuple):
    """Something that came and does not stand: its place in the input, where it was read, and the place among the
    articles that stand of the one that it is a delivery or an older version of."""

    place: int
    path: str
    record: int
    article: int


@dataclass(frozen=True, slots=True)
class Current:
    """Articles as they stand: each once, in its newest version, in the place where it first came.

    `places` are these places. `read_at` are the places where the versions that stand came themselves, and `gone` all
    others, in no order. `again` counts what came with the same id and text, `older` the versions that newer ones
    replaced. `shared` are ids of a source under which it has several articles, all of them kept.
    """

    articles: Sequence[Article]
    places: Sequence[int]
    read_at: Sequence[int] = ()
    gone: Sequence[Delivery] = ()
    again: int = 0
    older: int = 0
    shared: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What a person should know of it, in one line; "" where there is nothing."""
        said = []
        if self.again:
            said.append(f"{_articles(self.again)} came again unchanged and count once")
        if self.older:
            said.append(f"{_articles(self.older)} replaced by newer versions of the same")
        if self.shared:
            more = f" and {len(self.shared) - 1:,} more ids" if self.shared[1:] else ""
            said.append(f"id {self.shared[0]!r}{more} of one source with unlike texts: all of them are kept")
        return "; ".join(said)


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def current(articles: Iterable[Article]) -> Current:
    """Tell deliveries and versions of one article from articles.

    Those of one source with one id are one article if their texts are equal, if they bear different versions, or if
    one is largely the other; so is what an article says that it evolved from. The newest version stays, with the
    date of the earliest: what was published then is its own. An id that only says where an article was read names
    nothing.

    >>> first = Article("1", "The mayor resigned.", source="ap", published="2024-01-01")
    >>> found = current([first, replace(first, text="The mayor resigned today.", published="2024-01-02"), first])
    >>> [(one.text, one.published) for one in found.articles], found.again, found.older
    ([('The mayor resigned today.', '2024-01-01T00:00:00Z')], 1, 1)
    """
    every = list(articles)
    groups: dict[tuple[str, str], list[int]] = {}
    for place, article in enumerate(every):
        if not named_by_place(article):
            groups.setdefault((article.source, family_name(article)), []).append(place)
    families = [family for group in groups.values() for family in _families(every, group)]
    families = _evolved(every, families)
    gone = {place for family in families for place in family[1:]}
    several = {family[0]: family for family in families if len(family) > 1}
    stands = {first: family[_newest([every[at] for at in family])] for first, family in several.items()}
    texts = [len({every[place].text for place in family}) for family in families]
    kept = [place for place in range(len(every)) if place not in gone]
    older = sum(texts) - len(texts)
    return Current(
        [
            _standing([every[at] for at in several[place]]) if place in several else every[place]
            for place in kept
        ],
        kept,
        [stands.get(place, place) for place in kept],
        [
            Delivery(at, every[at].path, every[at].record, number)
            for number, place in enumerate(kept)
            for at in several.get(place, ())
            if at != stands[place]
        ],
        len(gone) - older,
        older,
        _shared(every, families),
    )


def named_by_place(article: Article) -> bool:
    """Whether the id of an article is only the path, or the number in a file, where it was read."""
    name = article.id.removesuffix(f"#{article.record}") if article.record else article.id
    return bool(article.path) and (article.path == name or article.path.endswith(f"/{name}"))


def newest(versions: Sequence[Article]) -> Article:
    """Return the newest version, with the earliest date that any of them has."""
    dates = [version.published for version in versions if version.published is not None]
    earliest = min(dates, key=lambda date: date.rstrip("Z"), default=None)
    return replace(versions[_newest(versions)], published=earliest)


def _standing(versions: Sequence[Article]) -> Article:
    """The newest version, which says what it has otherwise than the one before."""
    last = newest(versions)
    others = [one for one in versions if one.text != last.text]
    if not others:
        return last
    before = others[_newest(others)]
    return replace(last, update_of=update_of(before.id, Side.of(before.text), Side.of(last.text)))


def _newest(versions: Sequence[Article]) -> int:
    left_behind = set(map(evolved_from, versions))
    last = [place for place, version in enumerate(versions) if version.id not in left_behind]
    undated = all(version.published is None for version in versions)
    return max(
        last or range(len(versions)), key=lambda place: _version(versions[place], place if undated else 0)
    )


def _version(article: Article, place: int) -> tuple[int, str, int, int, str, str, str, str]:
    """What versions are sorted by: of those that nothing tells apart the longest, so that no order of input decides."""
    return (
        *version_of(article), place, len(article.text), article.text, article.title, article.url, article.path,
    )  # fmt: skip


class Version(NamedTuple):
    """What an article says of its version: the number, -1 for none, and the moment; "" for none."""

    number: int
    moment: str


def version_of(article: Article) -> Version:
    """Return which version an article is, as far as it says so."""
    number = _number(article)
    return Version(-1 if number is None else number, _moment(article))


def evolved_from(article: Article) -> str | None:
    """Return the id that an article says it evolved from."""
    before = article.extra.get("evolvedfrom", article.extra.get("evolvedFrom"))
    return before if isinstance(before, str) and before != article.id else None


def _number(article: Article) -> int | None:
    value = str(article.extra.get("version"))
    return int(value) if value.isdecimal() and len(value) < 19 else None


def _moment(article: Article) -> str:
    """The moment of a version, else of the article; in one spelling, without its Z."""
    for name in ("versionCreated", "versioncreated", "updated", "modified", "dateModified"):
        value = article.extra.get(name)
        if isinstance(value, str):
            try:
                return normal_date(value).rstrip("Z")
            except ValueError:
                continue
    return (article.published or "").rstrip("Z")


class Named(Protocol):
    """What has a name: an article, or the report of one."""

    @property
    def id(self) -> str: ...
    @property
    def extra(self) -> Json: ...


def family_name(article: Named) -> str:
    """What all versions of an article have in common; most often the id."""
    of = article.extra.get("versionOf")
    return of if isinstance(of, str) else article.id


def _families(every: Sequence[Article], group: Sequence[int]) -> list[list[int]]:
    """Cut the places of one name into those of one article each."""
    by_text: dict[str, list[int]] = {}
    for place in group:
        by_text.setdefault(every[place].text, []).append(place)
    if len(by_text) > MANY:
        return list(by_text.values())
    pieces = {text: _pieces(text) for text in by_text} if len(by_text) > 1 else {}

    def one_article(one: Article, other: Article) -> bool:
        numbers = _number(one), _number(other)
        if None not in numbers and numbers[0] != numbers[1]:
            return True
        fewer, more = sorted((pieces[one.text], pieces[other.text]), key=len)
        return bool(fewer) and len(fewer & more) >= SAME_TEXT * len(fewer)

    families: list[list[list[int]]] = []
    for places in by_text.values():
        article = every[places[0]]
        of_it = [one for one in families if any(one_article(every[other[0]], article) for other in one)]
        families = [one for one in families if one not in of_it]
        families.append([*(other for one in of_it for other in one), places])
    return [sorted(place for places in family for place in places) for family in families]


def _pieces(text: str) -> set[str]:
    return {text[start : start + PIECE] for start in range(len(text) - PIECE + 1)}


def _evolved(every: Sequence[Article], families: list[list[int]]) -> list[list[int]]:
    """Join families of which an article says that it evolved from another's."""
    home = {
        (every[place].source, every[place].id): number
        for number, family in enumerate(families)
        for place in family
    }
    into = list(range(len(families)))

    def root(number: int) -> int:
        while into[number] != number:
            number = into[number]
        return number

    for number, family in enumerate(families):
        for place in family:
            other = home.get((every[place].source, evolved_from(every[place]) or ""))
            if other is not None:
                low, high = sorted((root(number), root(other)))
                into[high] = low
    joined: dict[int, list[int]] = {}
    for number, family in enumerate(families):
        joined.setdefault(root(number), []).extend(family)
    return [sorted(family) for family in joined.values()]


def _shared(every: Sequence[Article], families: Sequence[Sequence[int]]) -> tuple[str, ...]:
    seen: dict[tuple[str, str], int] = {}
    for family in families:
        key = every[family[0]].source, family_name(every[family[0]])
        seen[key] = seen.get(key, 0) + 1
    return tuple(name for (_, name), count in seen.items() if count > 1)
