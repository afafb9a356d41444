"""RSS and Atom, well-formed or not. Needs feedparser."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial
from html import escape
from typing import Any
from xml.etree.ElementTree import ParseError

from dedup.errors import BadRecord
from dedup.readers.dates import dated
from dedup.readers.extras import needed
from dedup.readers.files import File
from dedup.readers.markup import parsed as parsed_xml
from dedup.readers.markup import text_of_html, text_of_markup
from dedup.readers.naming import digest_of
from dedup.readers.outlets import host
from dedup.readers.records import Row

ROOTS = frozenset(("rss", "feed", "RDF"))
"""Names of the root elements of feeds."""

_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));", re.IGNORECASE)

_LOOSE = re.compile(rb"(<!\[CDATA\[.*?\]\]>)|&(?!#?\w+;)", re.DOTALL)

_ATTRIBUTES = 1000

_SERVICES = (
    "feedburner.com",
    "feedproxy.google.com",
    "feedblitz.com",
    "feedpress.me",
    "rss.app",
    "rsshub.app",
)

_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'

_END = re.compile(rb"</\s*(?:\w+:)?(?:rss|feed|RDF)\s*>")


def read(file: File, text: str) -> Iterator[Row | BadRecord]:
    """Yield the entries; of a feed that breaks off, those before the last, which is there in part."""
    parser = needed("feedparser", "feeds")
    if _is_crowded(text):
        yield file.bad(None, f"an element has more than {_ATTRIBUTES} attributes")
        return
    data = _readable(text.encode("utf-8", "replace"))
    try:
        # Given a stream, feedparser never takes the content for an address to fetch.
        parsed = parser.parse(
            io.BytesIO(_DECLARATION + data), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a parser of whatever the web holds: one feed must not end the run
        yield file.bad(None, f"feedparser fails: {type(error).__name__}: {error}")
        return
    entries: list[dict[str, Any]] = parsed.entries
    if not parsed.get("version") and not entries:
        yield file.bad(None, "neither RSS, Atom, NITF nor NewsML")
        return
    is_cut = b"</" in data and not _END.search(data)
    shared = _shared(entries, parsed.feed)
    site = _site(entries, parsed.feed)
    for record, entry in enumerate(entries[: len(entries) - is_cut], 1):
        try:
            values = _values(entry, parsed.feed, site, shared)
        except Exception as error:  # as above: one entry must not end the feed
            yield file.bad(None, f"record {record}: cannot be read: {type(error).__name__}: {error}")
            continue
        yield (record, None, values) if "text" in values else file.bad(None, f"record {record}: no content")
    if is_cut:
        yield file.bad(None, "cut feed: its end is missing")


def _is_crowded(text: str) -> bool:
    """Whether an element has more attributes than any feed's: feedparser takes the square of their number."""
    with suppress(ParseError, ValueError):
        return any(len(element.attrib) > _ATTRIBUTES for element in parsed_xml(text, "start"))
    return False


def _readable(data: bytes) -> bytes:
    """Return the feed without references to what is no character, such as half a pair: one would end it all.

    An ampersand that begins no reference is itself: feedparser makes the entity &T; of the T of AT&T.
    """
    data = _REFERENCE.sub(lambda match: match[0] if _is_character(match) else b"&#xFFFD;", data)
    return _LOOSE.sub(lambda match: match[1] or b"&amp;", data)


def _is_character(reference: re.Match[bytes]) -> bool:
    digits = (reference[1] or reference[2]).lstrip(b"0")
    number = int(digits or b"0", 16 if reference[1] else 10) if len(digits) < 8 else sys.maxunicode + 1
    return number <= sys.maxunicode and not 0xD800 <= number <= 0xDFFF


def _shared(entries: list[dict[str, Any]], feed: Mapping[str, Any]) -> set[str]:
    """Return the links that name no entry: the feed's own, and those of several entries without id."""
    links = [str(dict.get(entry, "link") or "") for entry in entries if not dict.get(entry, "id")]
    return {feed.get("link") or "", *(link for link, count in Counter(links).items() if count > 1)}


def _site(entries: list[dict[str, Any]], feed: Mapping[str, Any]) -> str:
    """Return the address of the feed's site: its own link, else where its entries lead.

    A service that only delivers feeds of many sites is none.
    """
    links = (feed.get("link"), *(dict.get(entry, "link") for entry in entries), feed.get("id"))
    sites = [str(link) for link in links if host(str(link or ""))]
    return next((link for link in sites if not host(link).endswith(_SERVICES)), next(iter(sites), ""))


def _values(
    entry: dict[str, Any], feed: Mapping[str, Any], site: str, shared: Collection[str]
) -> dict[str, Any]:
    get = partial(dict.get, entry)  # feedparser's own get answers other keys than those asked for
    url = get("link") or ""
    if url == get("id") and ":" not in url:  # an identifier that nobody said is no address
        url = ""
    values: dict[str, Any] = {
        "text": max(_bodies(entry), key=len, default=""),
        "id": get("id"),
        "title": " ".join(text_of_html(get("title") or "").split()),
        "source": _source(get("source") or {}) or {"url": site, "name": feed.get("title") or ""},
        "published": get("published") or get("created") or get("updated"),
        "url": url,
        "language": feed.get("language"),
        "byline": get("author"),
        "credit": "; ".join(filter(None, (part.get("content") for part in get("media_credit") or ()))),
        "updated": str(dated(get("updated")) or "") if get("published") or get("created") else "",
    }
    if url and not values["id"] and url in shared:
        values["id"] = digest_of(values["text"], str(feed.get("title") or ""))
    return {name: value for name, value in values.items() if value}


def _source(named: Mapping[str, Any]) -> dict[str, str]:
    """Return address and name of the outlet that an entry of an aggregator names, nothing where it names none."""
    address = named.get("link") or named.get("href") or ""
    name = named.get("title") or ""
    return {"url": address, "name": name} if address or name else {}


def _bodies(entry: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of the renditions of the content: full, as Yandex asks for it, and in short."""
    get = partial(dict.get, entry)
    for part in [*(get("content") or ()), get("summary_detail") or {}]:
        value = part.get("value") or ""
        yield text_of_markup(escape(value, quote=False) if part.get("type") == "text/plain" else value)
    yield text_of_markup(get("yandex_full-text") or "")
