"""XML files: which of the formats it is, told by the root element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from dedup.errors import BadRecord
from dedup.readers import archived, charsets, feeds, newswire
from dedup.readers.files import File
from dedup.readers.markup import local_name, parsed
from dedup.readers.records import Row

_HEAD = 1 << 16
_ENTITIES = re.compile(r"<!ENTITY\b")


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the entries of RSS and Atom, the items of NITF and NewsML, or the text of a digitised page.

    What is not well-formed from its first element on goes to the feed parser, which is used to that.
    """
    text = charsets.of_xml(file.read_stored("file"), file.options.encoding)
    if _ENTITIES.search(text[:_HEAD]):
        yield file.bad(None, "declares entities of its own: refused, they can blow up")
        return
    root = _root(text)
    if root in newswire.ITEMS:
        yield from newswire.read_xml(file, text, root)
    elif root in archived.ROOTS:
        yield from archived.read(file, text, root)
    elif root in feeds.ROOTS or not root:
        yield from feeds.read(file, text)
    else:
        yield file.bad(None, f"neither RSS, Atom, NITF, NewsML, ALTO nor TEI: the root element is {root}")


def _root(text: str) -> str:
    """Return the name of the root element, "" where there is none to be found."""
    try:
        return local_name(next(parsed(text[:_HEAD], "start")))
    except (ParseError, StopIteration, ValueError):
        return ""
