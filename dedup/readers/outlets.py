"""Whose articles: what feeds, pages and records say of their source -> one key an outlet, and its name apart.

The key is the registrable domain of an address, by the Public Suffix List that its package brings along: the sections
of a site are one outlet, two writers on one platform are two.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from dedup.errors import BadRecord

NAMES = ("name", "title", "label", "id")
ADDRESSES = ("url", "href", "uri", "domain", "hostname", "host", "homepage", "link")
"""Where a source that is an object has its name and its address."""

_BARE = re.compile(r"(?:[\w-]+\.)+[^\W\d]{2,}(?:/\S*)?\Z")


@dataclass(frozen=True, slots=True)
class Outlets:
    """Tells outlets. `aliases`: other names and domains of an outlet, in lower case -> its key."""

    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def plain(self, source: str) -> bool:
        """Tell at once that a source is its own key."""
        known = source and source == source.strip() and not self.aliases
        return bool(known) and "/" not in source and source[:4].lower() != "www."

    def of(self, source: object, url: str = "") -> tuple[str, str]:
        """Return the key and the name of the outlet that `source` tells of, else the article's `url`.

        A name is its own key; an address, and an object with one, has its domain. "" where nothing is known.

        >>> Outlets().of("https://www.example.co.uk/news?x=1"), Outlets().of("", "https://m.example.com/a")
        (('example.co.uk', ''), ('example.com', ''))
        >>> Outlets({"example courier": "example.com"}).of({"name": "Example Courier"})
        ('example.com', 'Example Courier')
        """
        key, name = _told(source)
        key = key or domain(url) or name
        return self.aliases.get(key.casefold()) or self.aliases.get(name.casefold(), key), name


def _told(source: object) -> tuple[str, str]:
    """Return the domain, or the key as it was given, and the name."""
    if isinstance(source, (list, tuple)):
        source = source[0] if source else None
    if isinstance(source, Mapping):
        name = next(filter(None, (_text(source.get(name)) for name in NAMES)), "")
        addresses = [_text(source.get(name)) for name in ADDRESSES]
        found = [*map(domain, addresses), name, *(domain(text, bare=True) for text in addresses)]
        return next(filter(None, found), ""), name
    text = _text(source)
    address = domain(text)
    return address or text, "" if address else text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def host(url: str) -> str:
    """Return the host of an address in lower case, "" where there is none.

    >>> host("https://www.Example.com:8080/a?b"), host("www.example.com"), host("example")
    ('www.example.com', 'www.example.com', '')
    """
    if "//" not in url[:12]:
        url = f"//{url}" if url[:4].lower() == "www." else ""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def domain(url: str, *, bare: bool = False) -> str:
    """Return the registrable domain of an address, "" of what is none; `bare`: also of a host without its scheme.

    >>> domain("https://feeds.news.example.co.uk/rss"), domain("https://someone.github.io/p/1")
    ('example.co.uk', 'someone.github.io')
    >>> domain("http://localhost:8000/"), domain("urn:newsml:example.com:1"), domain("news.example.org", bare=True)
    ('localhost', '', 'example.org')
    """
    name = host(url)
    if not name and bare and _BARE.match(url):
        name = host(f"//{url}")
    return _registrable(name) if name else ""


@lru_cache(maxsize=1 << 14)
def _registrable(name: str) -> str:
    try:
        return str(ip_address(name))
    except ValueError:
        return _suffixes().privatesuffix(name) or name.removeprefix("www.")


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # a tenth of a second: not before there is an address

    return PublicSuffixList()


def read_aliases(path: str | os.PathLike[str]) -> Outlets:
    """Read a file of aliases: a line an outlet, as ``bbc.co.uk = bbc.com, bbci.co.uk, BBC News``; # begins a remark.

    Raises `BadRecord`, which names the line, for one that is not of this form and for an alias of two outlets.
    """
    name = os.fspath(path)
    aliases: dict[str, str] = {}
    try:
        with open(name, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except UnicodeDecodeError as error:
        raise BadRecord(name, None, f"not UTF-8: {error.reason} at offset {error.start}") from error
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key, sign, others = (part.strip() for part in line.partition("="))
        if not key or not sign:
            raise BadRecord(name, number, "not of the form OUTLET = ALIAS, ALIAS, ...")
        for alias in filter(None, (part.strip() for part in (key, *others.split(",")))):
            if aliases.setdefault(alias.casefold(), key) != key:
                raise BadRecord(name, number, f"{alias!r} is an alias of {aliases[alias.casefold()]!r}, too")
    return Outlets(MappingProxyType(aliases))
