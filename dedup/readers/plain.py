"""Plain text and Markdown: the file is the article. A header in YAML at its top says title, date and address."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.files import File, not_utf8
from dedup.readers.markup import is_html
from dedup.readers.records import Odd, Row
from dedup.readers.wrapping import joined

_FRONT = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z][\w-]*):(?:[ \t]+(.*))?")
_FURTHER = re.compile(r"[ \t]+\S.*|-(?:[ \t].*)?|#.*|[ \t]*")  # a list, a nested value, a comment
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")

_NAMES = {
    "title": ("title", "headline"),
    "published": ("published", "date", "pubdate", "publishdate", "created"),
    "source": ("source", "sitename", "publication", "site", "hostname"),
    "url": ("url", "link", "permalink", "canonical", "canonical_url"),
    "language": ("language", "lang"),
    "id": ("id", "guid"),
}
"""Names of ours -> those that site generators and trafilatura write in front matter."""


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the whole file as one text; line feeds at which it was only wrapped become spaces."""
    data = file.read()
    nul = data.find(b"\0")
    if nul >= 0:
        yield file.bad(None, f"NUL byte at offset {nul}: not a text file")
        return
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        yield file.bad(None, f"{not_utf8(error)}; {charsets.hint(data)}")
        return
    values, text = front_matter(text)
    if control := _CONTROLS.search(text):
        reason = f"control character 0x{ord(control[0]):02x} at offset {control.start()}: maybe no text; it is read"
        yield Odd(file.path, None, reason)
    if file.suffix != ".md" and is_html(text):
        yield Odd(file.path, None, "has markup, which counts as text; --from html leaves it out")
    yield 0, None, {**values, "text": joined(text)}


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split a header in YAML from a text, as our names and what else it says; a mere rule is no header.

    >>> front_matter("---\\ntitle: Ferry\\ndate: 2024-06-11\\n---\\nThe board ...")
    ({'title': 'Ferry', 'published': '2024-06-11'}, 'The board ...')
    """
    found = _FRONT.match(text)
    entries = found and _entries(found[1])
    if not found or not entries:
        return {}, text
    values = {}
    for ours, theirs in _NAMES.items():
        name = next((name for name in theirs if entries.get(name)), None)
        if name is not None:
            values[ours] = entries.pop(name)
    return {**entries, **values}, text[found.end() :].lstrip("\r\n")


def _entries(header: str) -> dict[str, str]:
    """Return the entries of one line each, empty where a line shows that it is no header."""
    entries: dict[str, str] = {}
    for line in header.splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry is not None:
            entries[entry[1].lower()] = _scalar((entry[2] or "").strip())
        elif not entries or not _FURTHER.fullmatch(line):
            return {}
    return {name: value for name, value in entries.items() if value}


def _scalar(text: str) -> str:
    if text[:1] == '"':
        try:
            return str(orjson.loads(text))
        except orjson.JSONDecodeError:
            return text.strip('"')
    if text[:1] == "'":
        return text.strip("'").replace("''", "'")
    return "" if text in ("|", ">", "null", "~", "|-", ">-") else text.split(" #")[0].rstrip()
