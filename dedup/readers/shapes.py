"""Records of other people's programs, known by their shape: which keys they have, and where our values are in them.

A new shape is one line of `SHAPES`. Dates of all kinds are found by their names (`dedup.readers.dates`), so a shape
names one only where that would find the wrong one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from dedup.readers.newswire import from_ninjs
from dedup.readers.outlets import domain
from dedup.readers.records import looked_up

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind of record has our values.

    `marks` are the keys that tell it, dotted where nested; `names`, for each of our values, the keys that may hold
    it, the first that does counts. `source` says where the shape is described. `by_address`: its sources have names for
    people, and an address, their own or the article's, says whose it is, as in the same outlet's feed.
    """

    name: str
    source: str
    marks: tuple[str, ...]
    names: Names = field(default_factory=lambda: MappingProxyType({}))
    by_address: bool = False


def _names(**names: str) -> Names:
    return MappingProxyType({ours: tuple(theirs.split()) for ours, theirs in names.items()})


SHAPES = (
    Shape(
        "JSON Feed",
        "https://www.jsonfeed.org/version/1.1/",
        ("content_html|content_text",),
        _names(text="content_html content_text", url="url external_url"),
    ),
    Shape(
        "Guardian",
        "https://open-platform.theguardian.com/documentation/item",
        ("webPublicationDate",),
        _names(text="fields.body fields.bodyText blocks.body.0.bodyHtml", title="webTitle", url="webUrl"),
    ),
    Shape(
        "EventRegistry",
        "https://github.com/EventRegistry/event-registry-python/wiki/Data-models",
        ("uri", "body", "dateTime|dateTimePub|date"),
        _names(text="body", id="uri", published="dateTimePub dateTime date", language="lang"),
        by_address=True,
    ),
    Shape(
        "WordPress REST",
        "https://developer.wordpress.org/rest-api/reference/posts/",
        ("content.rendered",),
        _names(text="content.rendered", title="title.rendered", url="link", published="date_gmt date"),
    ),
    Shape(
        "news-please",
        "https://github.com/fhamborg/news-please#results",
        ("maintext",),
        _names(text="maintext", source="source_domain", published="date_publish"),
    ),
    Shape(
        "trafilatura",
        "https://trafilatura.readthedocs.io/en/latest/usage-python.html",
        ("text", "fingerprint|raw_text", "source|hostname"),
        _names(source="hostname source-hostname sitename", url="url source", title="title"),
    ),
    Shape(
        "newspaper4k",
        "https://newspaper4k.readthedocs.io/en/latest/user_guide/api_reference.html",
        ("text", "publish_date", "meta_lang|top_image"),
        _names(source="meta_site_name source_url", language="language meta_lang", url="canonical_link url"),
    ),
    Shape(
        "FineWeb",
        "https://huggingface.co/datasets/HuggingFaceFW/fineweb",
        ("text", "dump", "file_path"),
        _names(language="language", url="url"),
    ),
    Shape(
        "dolma, datatrove",
        "https://github.com/allenai/dolma/blob/main/docs/data-format.md",
        ("text", "metadata"),
        _names(
            url="url metadata.url",
            title="title metadata.title",
            language="language metadata.language",
            published="published created metadata.published metadata.date_published metadata.date",
        ),
    ),
    Shape(
        "schema.org",
        "https://schema.org/NewsArticle",
        ("articleBody",),
        _names(
            text="articleBody",
            title="headline name",
            id="@id identifier",
            source="publisher",
            language="inLanguage",
        ),
    ),
    Shape(
        "NewsAPI, GNews, mediastack",
        "https://newsapi.org/docs/endpoints/everything",
        ("publishedAt|published_at", "content|description"),
        _names(text="content description"),
        by_address=True,
    ),
    Shape(
        "newsdata.io",
        "https://newsdata.io/documentation",
        ("article_id", "pubDate", "content|description"),
        _names(
            text="content description", id="article_id", url="link", source="source_url source_name source_id"
        ),
    ),
    Shape(
        "webz.io",
        "https://docs.webz.io/reference/news-api-output",
        ("thread.site",),
        _names(source="thread.site", id="uuid"),
    ),
)
"""Shapes, the most telling first; a record has the first whose marks it has."""

_TELLING = frozenset(
    key.partition(".")[0]
    for shape in SHAPES
    for key in next(mark for mark in shape.marks if mark not in ("text", "uri")).split("|")
)
"""Keys of which a record of any shape has one."""

TEXTS = (
    "body",
    "content",
    "article_body",
    "article_text",
    "full_text",
    "fulltext",
    "articletext",
    "body_html",
    "paragraphs",
)
"""Names under which spiders write the text, where it has no other."""

_CRAWL_DATED = frozenset(("FineWeb",))
_RECORDS = ("items", "articles", "results", "records", "docs", "posts", "data")
CONTAINERS = 3
"""Levels of objects in which the array of records of a JSON file is looked for."""


def shape_of(values: Mapping[str, Any]) -> Shape | None:
    """Return the shape that a record has, None where it is unknown."""
    if _TELLING.isdisjoint(values):  # nearly always, and quickly told
        return None
    return next((shape for shape in SHAPES if all(_has(values, mark) for mark in shape.marks)), None)


def shaped(values: dict[str, Any], fields: Collection[str] = ()) -> None:
    """Give a record of a known shape our names, in place. What `fields` names is left to it.

    >>> record = {"maintext": "The board ...", "source_domain": "islander.example"}
    >>> shaped(record)
    >>> record
    {'text': 'The board ...', 'source': 'islander.example'}
    """
    if isinstance(values.get("_source"), dict) and "_index" in values:  # as Elasticsearch exports it
        values.update({"id": values.get("_id"), **values.pop("_source")})
    if "text" not in fields and "text" not in values and from_ninjs(values):
        return
    shape = shape_of(values)
    if shape:
        _rename(values, {ours: theirs for ours, theirs in shape.names.items() if ours not in fields})
    if shape and shape.by_address and not {"text", "source"} & set(fields):
        values["source"] = _with_address(values.get("source"), values.get("url"))
    if shape and shape.name in _CRAWL_DATED:  # its date is when the page was fetched
        values["crawled"] = values.pop("date", None)
    if "text" not in fields and not isinstance(values.get("text"), str):
        _rename(values, {"text": TEXTS})


def _with_address(source: Any, url: Any) -> dict[str, Any]:
    """Return a source, be it a name or an object, with its own address, else the article's."""
    own = source if isinstance(source, Mapping) else {"name": source}
    found = next(filter(None, (domain(str(own.get(key) or ""), bare=True) for key in ("url", "uri"))), "")
    return {**own, "url": f"https://{found}" if found else url}


def has_text(values: Mapping[str, Any], text: str | None = None) -> bool:
    """Whether a record has a text under some name that is known; `text` is one that the user gave."""
    return (
        any(_has(values, name) for name in (text or "text", *TEXTS, "body_text", "body_xhtml", "bodies"))
        or shape_of(values) is not None
    )


def records_in(content: Mapping[str, Any], text: str | None = None) -> list[Any] | None:
    """Return the records of a JSON object that is none itself: its only array of objects, with what is said of all.

    `text` is the key of the texts where the user named one.
    """
    if has_text(content, text):
        return None
    arrays = list(_arrays(content, CONTAINERS))
    if len(arrays) != 1:
        named = [
            array
            for name, array in arrays
            if name in ("items", "articles", "results", "records", "docs", "posts")
        ]
        if len(named) != 1:
            return None
        arrays = [("", named[0])]
    records = arrays[0][1]
    if str(content.get("version", "")).startswith("https://jsonfeed.org/"):
        site = {"url": content.get("home_page_url") or content.get("feed_url"), "name": content.get("title")}
        shared = {"source": site, "language": content.get("language")}
        return [{**shared, **record} if isinstance(record, dict) else record for record in records]
    return records


def _has(values: Mapping[str, Any], mark: str) -> bool:
    return any(looked_up(values, key) is not None for key in mark.split("|"))


def _rename(values: dict[str, Any], names: Names) -> None:
    """Give values our names; one that is now another's name is gone."""
    found = {}
    for ours, theirs in names.items():
        for name in theirs:
            value = looked_up(values, name)
            if value not in (None, ""):
                found[ours] = name, value
                break
    for name, _ in found.values():
        values.pop(name, None)
    values.update({ours: value for ours, (_, value) in found.items()})


def _arrays(content: Mapping[str, Any], depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield the arrays of objects in an object, with their names, not looking into arrays."""
    for name, value in content.items():
        if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
            yield name, value
        elif isinstance(value, dict) and depth > 1:
            yield from _arrays(value, depth - 1)
