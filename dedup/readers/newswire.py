"""News agencies' formats: NITF and NewsML (G2 and 1.2) in XML, ninjs in JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from dedup.errors import BadRecord
from dedup.model import normal_date
from dedup.readers.files import File
from dedup.readers.markup import local_name, parsed, text_of_element, text_of_html
from dedup.readers.records import Row

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

_MARKED_UP = re.compile(r"</?(p|br|div)\b", re.IGNORECASE)
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
        ),
        "language": nitf.get("baselang") or nitf.get(_LANGUAGE),
        "byline": parts.text("byline"),
    }


def _newsml_g2(item: Element) -> Values:
    parts = _Parts(item)
    texts = [_body(element) for element in parts.named("inlineXML")]
    for element in parts.named("inlineData"):
        if element.get("contenttype", "text").startswith("text"):  # else an image or the like in base 64
            texts.append(_unmarked(element.text or ""))
    headlines = [line for line in parts.named("headline") if "sub" not in line.get("role", "").lower()]
    provider = parts.named("provider")[:1]
    return {
        "text": max(texts, key=len, default=""),  # renditions of one story
        "id": item.get("guid"),
        "title": (_line(headlines[0]) if headlines else None) or parts.text("title"),
        "source": parts.attribute("provider", "literal")
        or (_Parts(provider[0]).text("name") if provider else None)
        or parts.attribute("provider", "qcode"),
        "published": _date(
            parts.text("versionCreated"),
            parts.text("contentModified"),
            parts.text("firstCreated"),
            parts.text("contentCreated"),
        ),
        "language": parts.attribute("language", "tag") or item.get(_LANGUAGE),
        "byline": parts.text("by"),
        "creditline": parts.text("creditline"),
    }


def _newsml_1(item: Element) -> Values:
    parts = _Parts(item)
    provider = parts.named("Provider")[:1]
    return {
        "text": max((_body(element) for element in parts.named("DataContent")), key=len, default=""),
        "id": parts.text("PublicIdentifier") or parts.text("NewsItemId"),
        "title": parts.text("HeadLine"),
        "source": (_Parts(provider[0]).attribute("Party", "FormalName") if provider else None)
        or parts.text("ProviderId"),
        "published": _date(
            parts.text("ThisRevisionCreated"), parts.text("FirstCreated"), parts.text("DateId")
        ),
        "language": parts.attribute("Language", "FormalName") or item.get(_LANGUAGE),
        "byline": parts.text("ByLine"),
        "creditline": parts.text("CreditLine"),
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
    headlines = values.get("headlines")
    if (
        not values.get("title")
        and isinstance(headlines, list)
        and headlines
        and isinstance(headlines[0], dict)
    ):
        values["title"] = headlines[0].get("value")
    return True


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
        "published": ("published", "versioncreated", "versionCreated", "firstcreated", "firstCreated"),
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
    return _unmarked("\n\n".join(map(text_of_element, bodies or [element])))


def _unmarked(text: str) -> str:
    """Return the text of what may be HTML within XML, as some agencies send it."""
    return text_of_html(text) if _MARKED_UP.search(text) else text.strip()


def _line(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _date(*candidates: str | None) -> str | None:
    """Return the first that is a date; if none is, the first, which the error will then name."""
    found = [text for text in candidates if text]
    for text in found:
        try:
            return normal_date(text)
        except ValueError:
            continue
    return found[0] if found else None
