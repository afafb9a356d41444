"""News agencies' formats: NITF and NewsML (G2 and 1.2) in XML, ninjs in JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from dedup.errors import BadRecord
from dedup.readers.dates import best
from dedup.readers.files import File
from dedup.readers.markup import is_html, local_name, parsed, text_of_element, text_of_html, text_of_markup
from dedup.readers.records import Row
from dedup.readers.wrapping import joined

Values: TypeAlias = "dict[str, str | None]"

ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "nitf": "nitf",
        "newsItem": "newsItem",
        "newsMessage": "newsItem",
        "packageItem": "newsItem",
        "NewsML": "NewsItem",
    }
)
"""Root element -> the element that is one article."""

_MARKED_UP = re.compile(r"</?\w+\b[^<>]*>")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_xml(file: File, data: bytes | str, root: str) -> Iterator[Row | BadRecord]:
    """Yield the news items of a document whose root element is one of `ITEMS`.

    Items without text (pictures, packages) are no articles; a document of nothing else is named.
    """
    wanted, record, found = ITEMS[root], 0, False
    try:
        for element in parsed(data, "end"):
            if local_name(element) != wanted:
                continue
            record += 1
            values = {name: value for name, value in _VALUES[wanted](element).items() if value}
            if "text" in values:
                found = True
                yield 0 if root == wanted else record, None, values
            element.clear()
    except ParseError as error:
        yield file.bad(error.position[0], f"broken XML: {error}")
        return
    if not found:
        yield file.bad(None, f"no item with text in this {root}")


def _nitf(nitf: Element) -> Values:
    parts = _Parts(nitf)
    version = parts.attribute("du-key", "version")
    return {
        "text": _body(nitf),
        "id": parts.attribute("doc-id", "id-string"),
        "title": parts.text("hl1") or parts.text("title"),
        "source": parts.text("distributor")
        or parts.attribute("doc.copyright", "holder")
        or parts.attribute("doc-id", "regsrc"),
        "published": _date(
            parts.attribute("date.issue", "norm"),
            parts.attribute("date.release", "norm"),
            parts.attribute("story.date", "norm"),
            parts.attribute("pubdata", "date.publication"),
            parts.text("date.issue"),
            parts.text("story.date"),
        ),
        "url": next(filter(None, map(_address, parts.named("meta"))), None)
        or parts.attribute("pubdata", "ex-ref"),
        "language": nitf.get("baselang") or nitf.get(_LANGUAGE),
        "version": version,
        "versionOf": parts.attribute("du-key", "key") if version else None,
        "byline": parts.text("byline"),
        "credit": parts.text("credit"),
        "embargo": _moment(parts.attribute("date.release", "norm")),
        "pubStatus": parts.attribute("docdata", "management-status"),
    }


def _address(meta: Element) -> str | None:
    return meta.get("content") if meta.get("name", "").lower() in ("url", "link", "permalink") else None


def _newsml_g2(item: Element) -> Values:
    parts = _Parts(item)
    texts = [_body(element) for element in parts.named("inlineXML")]
    for element in parts.named("inlineData"):
        if element.get("contenttype", "text").startswith("text"):  # else an image or the like in base 64
            texts.append(_unmarked(element.text or ""))
    headlines = [line for line in parts.named("headline") if "sub" not in line.get("role", "").lower()]
    provider = parts.named("provider")[:1]
    versioned = _moment(parts.text("versionCreated"), parts.text("contentModified"))
    return {
        "text": max(texts, key=len, default=""),  # renditions of one story
        "id": item.get("guid"),
        "title": (_line(headlines[0]) if headlines else None) or parts.text("title"),
        "source": parts.attribute("provider", "literal")
        or (_Parts(provider[0]).text("name") if provider else None)
        or parts.attribute("provider", "qcode"),
        # When the story came out; the time of a version only dates the correction that was archived.
        "published": _moment(parts.text("firstCreated"), parts.text("contentCreated"))
        or _date(versioned, parts.text("firstCreated"), parts.text("versionCreated")),
        "url": _linked(parts, "canonical", "permalink", "webpage", "weburl"),
        "language": parts.attribute("language", "tag") or item.get(_LANGUAGE),
        "version": item.get("version"),
        "versionCreated": versioned,
        "evolvedfrom": _linked(parts, "evolvedfrom", "previousversion"),
        "byline": parts.text("by"),
        "credit": parts.text("creditline"),
        "embargo": _moment(parts.text("embargoed")),
        "pubStatus": (parts.attribute("pubStatus", "qcode") or "").rpartition(":")[2],
    }


def _linked(parts: _Parts, *relations: str) -> str | None:
    """Return what the first link of one of these relations leads to."""
    for link in parts.named("link"):
        if link.get("rel", "").rpartition(":")[2].lower() in relations:
            return link.get("residref") or link.get("href")
    return None


def _newsml_1(item: Element) -> Values:
    parts = _Parts(item)
    provider = parts.named("Provider")[:1]
    identifier, revision = parts.text("PublicIdentifier"), parts.text("RevisionId")
    versioned = _moment(parts.text("ThisRevisionCreated"))
    return {
        "text": max((_body(element) for element in parts.named("DataContent")), key=len, default=""),
        "id": identifier or parts.text("NewsItemId"),
        "title": parts.text("HeadLine"),
        "source": (_Parts(provider[0]).attribute("Party", "FormalName") if provider else None)
        or parts.text("ProviderId"),
        "published": _moment(parts.text("FirstCreated"))
        or _date(
            versioned, parts.text("DateId"), parts.text("FirstCreated"), parts.text("ThisRevisionCreated")
        ),
        "language": parts.attribute("Language", "FormalName") or item.get(_LANGUAGE),
        "version": revision,
        # A public identifier ends with the revision, and maybe a letter that tells what kind of one it is.
        "versionOf": identifier and revision and re.sub(rf":{re.escape(revision)}[A-Z]?$", "", identifier),
        "versionCreated": versioned,
        "byline": parts.text("ByLine"),
        "credit": parts.text("CreditLine"),
        "pubStatus": parts.attribute("Status", "FormalName"),
    }


_VALUES: Mapping[str, Callable[[Element], Values]] = MappingProxyType(
    {"nitf": _nitf, "newsItem": _newsml_g2, "NewsItem": _newsml_1}
)


def from_ninjs(values: dict[str, Any]) -> bool:
    """Give a ninjs item (1.x to 3.x) our names in place; return False for anything else.

    The body in HTML is taken before the plain one, which has lost its paragraphs.
    """
    text = _ninjs_body(values)
    if text is None:
        return False
    values["text"] = text
    for ours, names in _NINJS.items():
        theirs = next((name for name in names if values.get(name)), ours)
        if theirs != ours:
            values[ours] = values.pop(theirs)
    if not values.get("source"):
        values["source"] = _ninjs_source(values)
    headlines = values.get("headlines")
    if (
        not values.get("title")
        and isinstance(headlines, list)
        and headlines
        and isinstance(headlines[0], dict)
    ):
        values["title"] = headlines[0].get("value")
    return True


def _ninjs_source(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return name and address of who supplied an item of ninjs 2 or 3; its `uri` is a concept's, and no site's.

    Source: https://iptc.org/std/ninjs/userguide/
    """
    found = values.get("infoSources") or values.get("infosources")
    named = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    for one in sorted(named, key=lambda one: "provider" not in str(one.get("role") or "").lower()):
        if name := one.get("name") or one.get("literal") or one.get("uri"):
            return {"name": name, "url": values.get("url")}
    return None


def _ninjs_body(values: dict[str, Any]) -> str | None:
    for name, convert in (
        ("body_html", text_of_html),
        ("body_xhtml", text_of_html),
        ("body_text", str.strip),
    ):
        if isinstance(values.get(name), str):
            return convert(values.pop(name))
    bodies = values.get("bodies")
    if not isinstance(bodies, list):
        return None
    texts = [body for body in bodies if isinstance(body, dict) and isinstance(body.get("value"), str)]
    if not texts:
        return None
    del values["bodies"]
    # Marked-up renditions first, as above.
    best = max(
        texts, key=lambda body: "html" in str(body.get("contenttype") or body.get("contentType") or "")
    )
    value: str = best["value"]
    return _unmarked(value)


_NINJS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "uri", "guid"),
        "title": ("title", "headline"),
        "source": ("source", "provider", "copyrightholder", "copyrightHolder"),
        "url": ("url", "canonicalurl", "canonicalUrl", "weburl", "webUrl"),
        # When the story came out; the time of the version stays among the other keys.
        "published": (
            "published",
            "firstcreated",
            "firstCreated",
            "contentcreated",
            "contentCreated",
            "versioncreated",
            "versionCreated",
        ),
    }
)


class _Parts:
    """The elements below one, by name."""

    def __init__(self, root: Element) -> None:
        self._named: dict[str, list[Element]] = {}
        for element in root.iter():
            self._named.setdefault(local_name(element), []).append(element)

    def named(self, name: str) -> list[Element]:
        """Return all elements of that name, in document order."""
        return self._named.get(name, [])

    def text(self, name: str) -> str | None:
        """Return the text of the first element of that name that has some."""
        return next(filter(None, map(_line, self.named(name))), None)

    def attribute(self, name: str, attribute: str) -> str | None:
        """Return the first value of that attribute on elements of that name."""
        values = (element.get(attribute, "").strip() for element in self.named(name))
        return next(filter(None, values), None)


def _body(element: Element) -> str:
    """Return the text of NITF's body where there is one, else of all."""
    bodies = [part for part in element.iter() if local_name(part) == "body.content"]
    if not bodies and not len(element):  # plain text, whose blank lines part paragraphs
        return joined(_unmarked(element.text or ""))
    for body in bodies:
        _without_asides(body)
    return _unmarked("\n\n".join(map(text_of_element, bodies or [element])))


_ASIDES = ("lead_paragraph", "online_lead_paragraph", "correction_text")


def _without_asides(body: Element) -> None:
    """Leave out what archives put beside the full text: the opening once more, and corrections of other days.

    Source: The New York Times Annotated Corpus, LDC2008T19.
    """
    blocks = [part for part in body if local_name(part) == "block"]
    texts = [text_of_element(part) for part in blocks]
    for number, (part, text) in enumerate(zip(blocks, texts, strict=True), 1):
        opens = text and any(other.startswith(text) for other in texts[number:])
        if len(blocks) > 1 and (opens or part.get("class") in _ASIDES):
            body.remove(part)


def _unmarked(text: str) -> str:
    """Return the text of what may be HTML within XML, as some agencies send it, a paragraph at a time."""
    blocks = text.strip().split("\n\n")
    if not is_html(text):
        return text.strip()
    return "\n\n".join(
        filter(None, (text_of_markup(block) if _MARKED_UP.search(block) else block for block in blocks))
    )


def _line(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _date(*candidates: str | None) -> str | None:
    """Return the first that is a date, as precise as any; if none is, the first, which will then be named."""
    return _moment(*candidates) or next(filter(None, candidates), None)


def _moment(*candidates: str | None) -> str | None:
    found = best(candidates)
    return str(found) if found else None
