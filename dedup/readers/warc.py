"""Web archives (WARC, ISO 28500): each HTML page in them is an article. Needs trafilatura.

The container is read here, in few lines: the packages for it end a cut archive without a word,
and their speed is lost beside the time that the extraction of the text takes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias

from dedup.errors import BadRecord, MissingExtra
from dedup.readers.extras import needed
from dedup.readers.files import BLOCK, File
from dedup.readers.pages import Unreadable, page_values
from dedup.readers.records import Row

Headers: TypeAlias = dict[str, str]
"""Header names in lower case -> values."""

_LONGEST_LINE = 1 << 16
_KINDS = frozenset(("response", "resource", "conversion"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the HTML pages, and the plain texts of WET files; the record number counts these.

    What a server did not answer with 200 is left out, as is all that is neither.
    """
    needed("trafilatura", "html")
    page = 0
    with file.open() as stream:
        for found in _records(stream):
            if isinstance(found, str):
                yield file.bad(None, f"{found} (after page {page})")
                continue
            headers, block = found
            try:
                values = _page(headers, block)
            except (MissingExtra, Unreadable) as error:
                page += 1
                yield file.bad(None, f"record {page}: {error}")
                continue
            if values is not None:
                page += 1
                url = headers.get("warc-target-uri", "").strip("<>")
                yield page, None, {**values, "url": url, "source": {**values.get("source", {}), "url": url}}


def _records(stream: BinaryIO) -> Iterator[tuple[Headers, bytes] | str]:
    """Yield headers and block of the records that can be articles, or what is wrong with one."""
    lost = False
    while line := stream.readline(_LONGEST_LINE):
        if not line.startswith(b"WARC/"):
            if line.strip() and not lost:
                lost = True
                yield "no WARC record where one should begin"
            continue
        lost = False
        headers = _headers(stream)
        length = headers.get("content-length", "")
        if not length.isdecimal():
            lost = True
            yield "WARC record without its length"
        elif headers.get("warc-type", "").lower() not in _KINDS:
            for _ in _parts(stream, int(length)):
                pass
        else:
            block = b"".join(_parts(stream, int(length)))
            if len(block) < int(length):
                yield "cut WARC record: the end of the file is missing"
                return
            yield headers, block


def _headers(stream: BinaryIO) -> Headers:
    headers: Headers = {}
    while (line := stream.readline(_LONGEST_LINE)).strip():
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _parts(stream: BinaryIO, length: int) -> Iterator[bytes]:
    # In parts: a length that is a lie must not become so much memory.
    while length and (part := stream.read(min(length, BLOCK))):
        length -= len(part)
        yield part


def _page(headers: Headers, block: bytes) -> dict[str, Any] | None:
    """Return the values of the article in a record, None where it holds none."""
    is_text = headers["warc-type"].lower() == "conversion"
    if headers["warc-type"].lower() == "response":
        status, headers, block = _answer(block)
        if status != "200":
            return None
    media = headers.get("content-type", "")
    kind = media.partition(";")[0].strip().lower()
    if is_text and kind == "text/plain":
        return {"text": block.decode("utf-8", "replace")}
    if kind not in ("text/html", "application/xhtml+xml"):
        return None
    charset = _CHARSET.search(media)
    return page_values(_body(headers, block), charset[1] if charset else None)


def _answer(block: bytes) -> tuple[str, Headers, bytes]:
    """Split an HTTP response into status, headers and body."""
    head, _, body = block.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    status = first.split()[1:2]
    return (
        status[0] if status else "",
        {name.strip().lower(): value.strip() for name, _, value in pairs},
        body,
    )


def _body(headers: Headers, body: bytes) -> bytes:
    """Undo the codings of an HTTP body; many archives name them, but hold it decoded."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        if coding.strip() in ("gzip", "x-gzip", "deflate"):
            body = _inflated(body)
        elif coding.strip() == "br":
            body = _unbrotlied(body)
    return body


def _unchunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    place = 0
    while (end := body.find(b"\r\n", place)) >= 0:
        try:
            size = int(body[place:end].partition(b";")[0], 16)
        except ValueError:
            break
        parts.append(body[end + 2 : end + 2 + size])
        place = end + size + 4
        if not size:
            break
    return b"".join(parts) or body


def _unbrotlied(body: bytes) -> bytes:
    library = needed("brotli", "warc")
    try:
        plain: bytes = library.decompress(body)
    except library.error:
        return body
    return plain


def _inflated(body: bytes) -> bytes:
    for window in (47, -15):  # gzip or zlib, by their headers; then deflate without any, as some servers do
        try:
            return zlib.decompressobj(window).decompress(body)
        except zlib.error:
            continue
    return body
