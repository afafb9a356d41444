"""When a page was published, as it says itself: schema.org, `meta`, `time`; else what htmldate finds."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from dedup.readers.dates import best, dated, places
from dedup.readers.extras import needed
from dedup.readers.outlets import host
from dedup.readers.spellings import Dated

LinkedData: TypeAlias = "Sequence[Mapping[str, Any]]"
"""The objects in a page's JSON-LD."""

_META = (
    """article:published_time article:published og:published_time og:article:published_time datepublished
    publishdate publish-date publish_date publication_date published published_time pubdate
    dc.date.issued dcterms.issued citation_publication_date parsely-pub-date sailthru.date
    cxenseparse:recs:publishtime dc.date.created dcterms.created date dc.date"""
).split()  # fmt: skip
"""Names of `meta` elements that hold the date, in lower case, the surest first."""

_ARTICLES = ("Article", "Posting", "Report")
"""How the types of schema.org end whose `datePublished` is the article's."""

_PAGES = ("WebPage", "ItemPage", "CreativeWork", "")

_OPENING = re.compile(r"(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?")
_COMMA = re.compile(r",(\s*[}\]])")

EARLIEST = "1900"
"""Some systems write year 1 for "not known"."""

LATEST = "2099-12-31"
"""Told to htmldate, which would ask today's clock: the same page has the same date every day."""


def page_date(
    tree: Any, linked: LinkedData, meta: Mapping[str, str], url: str, language: str
) -> Dated | None:
    """Return when a page was published, a day where no time is told; None where nothing tells.

    `tree` is the whole page, `linked` its JSON-LD, `meta` its `meta` elements by name in lower case.
    """
    where = places(language, host(url))
    said = [
        *_schema(linked, _ARTICLES),
        *(meta[name] for name in _META if name in meta),
        *_schema(linked, _PAGES),
        *_schema(linked, _ARTICLES, "dateCreated"),
        *tree.xpath("//*[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime"),
        *tree.xpath("//time[@pubdate]/@datetime | //article//time/@datetime")[:1],
    ]
    read = (dated(text, where) for text in said)
    return best(one for one in read if one and str(one) >= EARLIEST) or _searched(tree, url)


def _searched(tree: Any, url: str) -> Dated | None:
    """Ask htmldate, which knows the habits of many systems and reads the text itself: it finds a day."""
    library = needed("htmldate", "html")
    logger = logging.getLogger("htmldate")
    if not logger.handlers:  # without a handler its doubts go to stderr
        logger.addHandler(logging.NullHandler())
    try:
        found = library.find_date(tree, original_date=True, url=url or None, max_date=LATEST)
    except Exception:  # a parser of whatever the web holds: the article is undated then
        return None
    # The first of January is what it makes of a year alone, most often that of a copyright line.
    return None if str(found).endswith("-01-01") else dated(found)


def linked_data(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in the page's JSON-LD, outer ones first."""
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        todo = [_decoded(script.text or "null")]
        while todo:
            node = todo.pop(0)
            if isinstance(node, dict):
                yield node
                todo.extend(node.values())
            elif isinstance(node, list):
                todo.extend(node)


def _decoded(text: str) -> Any:
    """Return what a script holds, also one that is commented out for old browsers or has a comma too many."""
    for written in (text, _COMMA.sub(r"\1", _unwrapped(text))):
        try:
            return json.loads(written, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(text: str) -> str:
    """A script without what hides it from old browsers."""
    text = text.strip()
    opening = _OPENING.match(text)
    body = text[opening.end() :] if opening else text
    end = max(body.rfind("]]>"), body.rfind("-->"))
    if end >= 0 and body[end + 3 :].strip() in ("", "*/"):
        body = body[:end].rstrip().removesuffix("//").removesuffix("/*")
    return body


def _schema(linked: LinkedData, endings: tuple[str, ...], key: str = "datePublished") -> Iterator[Any]:
    for node in linked:
        kinds = node.get("@type") or ""
        kinds = kinds if isinstance(kinds, list) else [kinds]
        is_one = any(
            str(kind).endswith(ending) if ending else not kind for kind in kinds for ending in endings
        )
        if is_one and node.get(key):
            yield node[key]
