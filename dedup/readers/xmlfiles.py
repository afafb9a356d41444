"""XML files: which of the formats it is, told by the root element."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from dedup.errors import BadRecord
from dedup.readers import feeds, newswire
from dedup.readers.files import File
from dedup.readers.markup import local_name, parsed
from dedup.readers.records import Row

_HEAD = 1 << 16


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the entries of RSS and Atom, or the items of NITF and NewsML.

    What is not well-formed from its first element on goes to the feed parser, which is used to that.
    """
    data = file.read_stored()
    if b"<!ENTITY" in data[:_HEAD]:
        yield file.bad(None, "declares entities of its own: refused, they can blow up")
        return
    root = _root(data)
    if root in newswire.ITEMS:
        yield from newswire.read_xml(file, _decoded(data), root)
    elif root in feeds.ROOTS or not root:
        yield from feeds.read(file, data)
    else:
        yield file.bad(None, f"neither RSS, Atom, NITF nor NewsML: the root element is {root}")


def _root(data: bytes) -> str:
    """Return the name of the root element, "" where there is none to be found."""
    try:
        return local_name(next(parsed(data[:_HEAD], "start")))
    except (ParseError, ValueError):  # ValueError: an encoding that Python does not know
        pass
    return ""


def _decoded(data: bytes) -> bytes | str:
    # What reads as UTF-8 is UTF-8, also where an agency's software declares another encoding.
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data
