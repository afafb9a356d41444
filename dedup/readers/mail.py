"""Mail: a message (.eml), or a box of them (mbox, RFC 4155). The text is the plain part, else that in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.compression import Gap
from dedup.readers.files import File
from dedup.readers.markup import text_of_html
from dedup.readers.records import Row
from dedup.readers.wrapping import joined

_POLICY = policy.default.clone(raise_on_defect=False)
_FROM = re.compile(rb"From (?=\S).*\b(?:19|20)\d\d\b")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield one message."""
    yield _row(file, 0, file.read_stored())


def read_box(file: File) -> Iterator[Row | BadRecord]:
    """Yield the messages of a box, one in memory at a time."""
    lines: list[bytes] = []
    record, blank, inside = 0, True, False
    for line in file.lines():
        if blank and inside and (type(line) is Gap or _FROM.match(line)):
            yield _row(file, record, b"\n".join(lines))
            inside = False
        if type(line) is Gap:  # costs the message that it is in, if any
            yield file.bad(None, f"{line.reason} (after record {record - inside})")
            inside = False
        elif blank and _FROM.match(line):
            record += 1
            inside = True
            lines.clear()
        else:
            lines.append(line)
        blank = not line.strip()
    if inside:
        yield _row(file, record, b"\n".join(lines))
    elif not record:
        yield file.bad(None, "no message: a box has a line that begins with From before each")


def _row(file: File, record: int, data: bytes) -> Row | BadRecord:
    message = message_from_bytes(_QUOTED_FROM.sub(rb"\1", data), policy=_POLICY)
    text = _text(message)
    if not text:
        return file.bad(
            None, f"record {record}: a message without text" if record else "a message without text"
        )
    name, address = parseaddr(_header(message, "From"))
    values = {
        "text": text,
        "id": _header(message, "Message-ID").strip("<> "),
        "title": _header(message, "Subject"),
        "source": name or address.rpartition("@")[2],
        "published": _date(_header(message, "Date")),
        "language": _header(message, "Content-Language"),
    }
    return record, None, {name: value for name, value in values.items() if value}


def _text(message: EmailMessage) -> str:
    found: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                found.setdefault(kind, charsets.decoded(payload, part.get_content_charset()))
    if "text/plain" in found:
        text, _, _ = (
            found["text/plain"].replace("\r\n", "\n").partition("\n-- \n")
        )  # what follows is a signature
        return joined(text.strip())
    return text_of_html(found.get("text/html", ""))


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = " ".join(str(message.get(name, "")).split())
    except (
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # its parser is not robust
        return ""
    return value.encode("utf-8", "replace").decode()


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        return text
