"""Texts of newspaper archives and corpora in XML: ALTO of scanned pages, TEI, and what trafilatura writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from dedup.errors import BadRecord
from dedup.readers.files import File
from dedup.readers.markup import local_name, parsed, text_of_element
from dedup.readers.records import Row

Values: TypeAlias = "dict[str, Any]"


def read(file: File, text: str, root: str) -> Iterator[Row | BadRecord]:
    """Yield the texts of a document whose root element is one of `ROOTS`."""
    wanted, values_of = ROOTS[root]
    record = 0
    try:
        for element in parsed(text, "end"):
            if local_name(element) != wanted:
                continue
            record += 1
            values = {name: value for name, value in values_of(element).items() if value}
            number = 0 if root == wanted else record
            if "text" in values:
                yield number, None, values
            else:
                yield file.bad(None, f"record {number}: no text" if number else f"no text in this {root}")
    except ParseError as error:
        yield file.bad(error.position[0], f"broken XML: {error}")


def _alto(root: Element) -> Values:
    """Return the text of a page: a paragraph a block, words that were hyphenated at a line's end whole.

    Source: https://www.loc.gov/standards/alto/
    """
    blocks = []
    for block in root.iter():
        if local_name(block) == "TextBlock":
            words = " ".join(word for line in block if local_name(line) == "TextLine" for word in _line(line))
            blocks.append(words)
    name = next((part.text for part in root.iter() if local_name(part) == "fileName" and part.text), "")
    return {"text": "\n\n".join(filter(None, blocks)), "fileName": name.strip()}


def _line(line: Element) -> Iterator[str]:
    for part in line:
        if local_name(part) == "String" and part.get("SUBS_TYPE") != "HypPart2":
            yield part.get("SUBS_CONTENT") or part.get("CONTENT") or ""


def _tei(root: Element) -> Values:
    """Return text and head of a TEI document (P4 or P5)."""
    texts = [part for part in root if local_name(part) == "text"]
    bodies = [part for text in texts for part in text if local_name(part) in ("body", "group")]
    _renamed(bodies)
    head = [part for part in root if local_name(part) in ("teiHeader", "TEI.header")]
    parts = [part for element in head for part in element.iter()]
    dates = [part for part in parts if local_name(part) == "date"]
    named = {name: _first(parts, name) for name in ("title", "publisher", "idno")}
    return {
        "text": "\n\n".join(map(text_of_element, bodies)),
        "title": named["title"],
        "source": named["publisher"],
        "published": next((found for date in dates if (found := date.get("when") or _words(date))), ""),
        "id": named["idno"],
        "language": root.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
    }


def _renamed(bodies: list[Element]) -> None:
    # TEI's `head` is a headline within the text, and `lb` a line's beginning; HTML calls them otherwise.
    for body in bodies:
        for part in body.iter():
            name = local_name(part)
            part.tag = {"head": "h2", "ab": "p", "lb": "br", "l": "p", "item": "li", "fw": "nav"}.get(
                name, name
            )


def _trafilatura(root: Element) -> Values:
    """Return text and attributes of a `doc`, as trafilatura writes XML."""
    mains = [part for part in root if local_name(part) == "main"] or [root]
    _renamed(mains)
    others = {name: value for name, value in root.attrib.items() if value}
    return {
        **others,
        "text": "\n\n".join(map(text_of_element, mains)),
        "source": others.get("source") and {"url": others["source"], "name": others.get("sitename", "")},
        "url": others.get("url") or others.get("source"),
        "published": others.get("date"),
    }


def _first(parts: list[Element], name: str) -> str:
    return next((words for part in parts if local_name(part) == name and (words := _words(part))), "")


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


ROOTS: Mapping[str, tuple[str, Callable[[Element], Values]]] = MappingProxyType(
    {
        "alto": ("alto", _alto),
        "TEI": ("TEI", _tei),
        "TEI.2": ("TEI.2", _tei),
        "teiCorpus": ("TEI", _tei),
        "doc": ("doc", _trafilatura),
    }
)
"""Root element -> the element that is one article, and what reads it."""
