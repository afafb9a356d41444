"""Marked-up text -> plain text whose paragraphs stand between blank lines. Nothing is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Literal, cast
from xml.etree.ElementTree import Element, XMLPullParser

_PIECE = 1 << 20
_SPACE = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(r" ?\n ?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements that end a paragraph: HTML's block elements, and those of NITF and NewsML.
_BLOCKS = _words(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption
    figure form h1 h2 h3 h4 h5 h6 hr html legend li main menu ol p pre section summary
    table tbody td tfoot th thead tr ul
    block body.content body.end body.head bq credit datasource fn hedline hl1 hl2 media media-caption
    media-producer note tagline"""
)
# `header` and `footer` of an item hold its title, keywords and desk, which are no part of its text.
_UNSEEN = _words(
    """footer head header iframe media-metadata media-reference nav noscript object script style
    template title"""
)


_INLINE = _words(
    "a abbr acronym b big br cite code em font i img ins mark q s small span strike strong sub sup tt u"
)
_OF_NEWS = _words("block body.content body.end body.head bq credit datasource fn media note tagline")
_KNOWN = "|".join(sorted((_BLOCKS - _OF_NEWS) | _INLINE | {"iframe", "script", "style"}))
_TAG = re.compile(rf"<(/?)({_KNOWN})\b(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t\r]*\n\s*")


class _Blocks:
    """Collects pieces of text into paragraphs. White space counts as one space, `br` as a new line."""

    def __init__(self) -> None:
        self._paragraphs: list[str] = []
        self._pieces: list[str] = []
        self._unseen = 0

    def text(self, piece: str) -> None:
        if not self._unseen:
            self._pieces.append(_SPACE.sub(" ", piece))

    def start(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self._end_paragraph()

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self._end_paragraph()

    def result(self) -> str:
        self._end_paragraph()
        return "\n\n".join(self._paragraphs)

    def _end_paragraph(self) -> None:
        text = _AROUND_BREAK.sub("\n", re.sub(" +", " ", "".join(self._pieces))).strip(" \n")
        self._pieces.clear()
        if text:
            self._paragraphs.append(text)


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = _Blocks()

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Take a declaration that nobody knows for a comment, as browsers do."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.blocks.start(tag)

    def handle_endtag(self, tag: str) -> None:
        self.blocks.end(tag)

    def handle_data(self, data: str) -> None:
        self.blocks.text(data)


def text_of_html(html: str) -> str:
    """Return the text of an HTML fragment; for whole pages with furniture see `pages`.

    >>> text_of_html("<p>Rain &amp; <b>hail</b><br>fell.</p><ul><li>One</ul>")
    'Rain & hail\\nfell.\\n\\nOne'
    """
    parser = _Html()
    parser.feed(html)
    parser.close()
    return parser.blocks.result()


def is_html(text: str) -> bool:
    """Whether a text is written in HTML: it has an element that is closed, or several that need not be.

    >>> is_html("<p>Rain</p>"), is_html("Rain<br/>Hail<br>"), is_html("x < 5, y > 3, <missing> and <b")
    (True, True, False)
    """
    opened: set[str] = set()
    alone = 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if tag[1] and name in opened:
            return True
        opened.add(name)
        alone += name in ("br", "p", "hr", "li", "img")
        if alone > 1:
            return True
    return False


def text_of_markup(text: str) -> str:
    """Return the text of what may be HTML or plain: blank lines part paragraphs where no element does.

    >>> text_of_markup("One &amp; two.\\n\\nThree.")
    'One & two.\\n\\nThree.'
    """
    tags = {tag[2].lower() for tag in _TAG.finditer(text)}
    if not tags & _BLOCKS:
        text = _BLANK.sub("<p>", text.strip()) if tags else text
    if tags:
        return text_of_html(text)
    return "\n\n".join(" ".join(block.split()) for block in _BLANK.split(unescape(text)) if block.strip())


def text_of_element(root: Element) -> str:
    """Return the text of an XML element that holds XHTML or NITF, in any namespace."""
    blocks = _Blocks()
    todo = [(root, False)]
    while todo:  # not recursive: depth is the sender's choice
        element, is_end = todo.pop()
        tag = local_name(element)
        if is_end:
            blocks.end(tag)
            blocks.text(element.tail or "" if element is not root else "")
        else:
            blocks.start(tag)
            blocks.text(element.text or "")
            todo.append((element, True))
            todo.extend((child, False) for child in reversed(element))
    return blocks.result()


def parsed(data: bytes | str, event: Literal["start", "end"]) -> Iterator[Element]:
    """Yield each XML element as it starts or ends; those before a fault, then raise ParseError."""
    parser: XMLPullParser[Element] = XMLPullParser([event])
    for start in range(0, len(data), _PIECE):
        parser.feed(data[start : start + _PIECE])
        yield from _elements(parser)
    try:
        parser.close()
    finally:
        yield from _elements(parser)


def _elements(parser: XMLPullParser[Element]) -> Iterator[Element]:
    for event in parser.read_events():
        yield cast("tuple[str, Element]", event)[1]


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
