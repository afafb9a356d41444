"""Web archives (WARC, ISO 28500, and ARC before it): each HTML page in them is an article. Needs trafilatura.

The container is read here, in few lines: the packages for it end a cut archive without a word,
and their speed is lost beside the time that the extraction of the text takes.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeAlias

from dedup.errors import BadRecord, MissingExtra
from dedup.readers import charsets
from dedup.readers.compression import Broken, Damaged
from dedup.readers.extras import needed
from dedup.readers.files import BLOCK, File, TooLarge
from dedup.readers.pages import Unreadable, page_values
from dedup.readers.records import Odd, Row

Headers: TypeAlias = dict[str, str]
"""Header names in lower case -> values."""

Found: TypeAlias = "tuple[Headers, bytes] | str"
"""Headers and block of a record, or what is wrong with one."""

_PAGES = frozenset(("text/html", "application/xhtml+xml", ""))
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_SHOWN = 5  # kinds of what is left out that are named

_LONGEST_LINE = 1 << 16
_KINDS = frozenset(("response", "resource", "conversion"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the HTML pages, and the plain texts of WET files; the record number counts these.

    What a server did not answer with 200 is left out, as is all that is neither; how many that were is said.
    """
    yield from _read(file, _records)


def read_arc(file: File) -> Iterator[Row | BadRecord]:
    """Yield the HTML pages of an ARC file, which is what came before WARC."""
    yield from _read(file, _arc_records)


def _read(file: File, records: Callable[[BinaryIO, int, bool], Iterator[Found]]) -> Iterator[Row | BadRecord]:
    needed("trafilatura", "html")
    page = 0
    others: Counter[str] = Counter()
    with file.open() as stream:
        for found in _resumed(records, stream, file.options.limits.record):
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
            if isinstance(values, str):
                others[values] += 1
            else:
                page += 1
                url = headers.get("warc-target-uri", "").strip("<>")
                yield page, None, {**values, "url": url, "source": {**values.get("source", {}), "url": url}}
    if left := ", ".join(f"{count:,} {what}" for what, count in others.most_common(_SHOWN)):
        yield Odd(file.path, None, f"left out: {left}") if page else file.bad(None, f"no page: {left}")
    elif not page:
        yield file.bad(None, "no page in this archive")


def _resumed(
    records: Callable[[BinaryIO, int, bool], Iterator[Found]], stream: BinaryIO, most: int
) -> Iterator[Found]:
    """Yield the records of a stream, and after damage those behind it."""
    lost = False
    while True:
        try:
            yield from records(stream, most, lost)
            return
        except Damaged as damage:
            lost = True
            yield str(damage)


def _records(stream: BinaryIO, most: int, lost: bool) -> Iterator[Found]:
    """Yield headers and block of the records that can be articles, or what is wrong with one.

    `lost`: it was said already that here no record may begin.
    """
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
        elif headers.get("warc-type", "").lower() not in _KINDS or int(length) > most:
            for _ in _parts(stream, int(length)):
                pass
            if headers.get("warc-type", "").lower() in _KINDS:
                yield str(TooLarge(most, "record"))
            elif headers.get("warc-type", "").lower() == "metadata":
                yield headers, b""
        else:
            block = b"".join(_parts(stream, int(length)))
            if len(block) < int(length):
                yield "cut WARC record: the end of the file is missing"
                return
            yield from _whole(stream, (headers, block))


def _arc_records(stream: BinaryIO, most: int, lost: bool) -> Iterator[Found]:
    """Yield the same of ARC 1 and 2, whose records have one line of headers: address first, media type, length last."""
    while line := stream.readline(_LONGEST_LINE):
        fields = line.decode("utf-8", "replace").split()
        if len(fields) < 5 or not fields[-1].isdecimal() or ":" not in fields[0]:
            if line.strip() and not lost:
                lost = True
                yield "no ARC record where one should begin"
            continue
        lost = False
        length = int(fields[-1])
        if length > most:
            for _ in _parts(stream, length):
                pass
            yield str(TooLarge(most, "record"))
            continue
        block = b"".join(_parts(stream, length))
        if len(block) < length:
            yield "cut ARC record: the end of the file is missing"
            return
        if fields[0].startswith("http"):
            yield from _whole(stream, ({"warc-type": "response", "warc-target-uri": fields[0]}, block))


def _headers(stream: BinaryIO) -> Headers:
    headers: Headers = {}
    while (line := stream.readline(_LONGEST_LINE)).strip():
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _whole(stream: BinaryIO, found: Found) -> Iterator[Found]:
    """Yield a record, but for one whose checksum, which stands behind it, is wrong: it may read in part otherwise."""
    ahead: Callable[[int], bytes] = stream.peek  # type: ignore[attr-defined]
    try:
        while ahead(1)[:1] in (b"\r", b"\n"):
            stream.read(1)
    except Broken as damage:
        if not damage.begun:
            yield found
        raise
    yield found


def _parts(stream: BinaryIO, length: int) -> Iterator[bytes]:
    # In parts: a length that is a lie must not become so much memory.
    while length and (part := stream.read(min(length, BLOCK))):
        length -= len(part)
        yield part


def _page(headers: Headers, block: bytes) -> dict[str, Any] | str:
    """Return the values of the article in a record, or what else it is."""
    record = headers["warc-type"].lower()
    if record == "metadata":
        return "records of metadata"
    if record == "response":
        status, headers, block = _answer(block)
        if status != "200":
            return "answers other than 200"
    media = headers.get("content-type", "")
    kind = media.partition(";")[0].strip().lower()
    charset = _CHARSET.search(media)
    if record == "conversion" and kind == "text/plain":
        return {"text": charsets.decoded(block, charset[1] if charset else None)}
    if kind not in _PAGES:
        return f"of type {kind or 'unknown'}"
    body = _body(headers, block)
    if not kind and not _MARKUP.match(body):
        return "of type unknown"
    return page_values(body, charset[1] if charset else None)


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
        elif coding.strip() == "zstd":
            body = _unpacked_zstd(body)
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


def _unpacked_zstd(body: bytes) -> bytes:
    library = needed("zstandard", "zstd")
    try:
        plain: bytes = library.ZstdDecompressor().decompressobj().decompress(body)
    except library.ZstdError:
        return body
    return plain


def _inflated(body: bytes) -> bytes:
    for window in (47, -15):  # gzip or zlib, by their headers; then deflate without any, as some servers do
        try:
            return zlib.decompressobj(window).decompress(body)
        except zlib.error:
            continue
    return body
