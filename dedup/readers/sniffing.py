"""What a file is, told by its first bytes: magic numbers, first letters, the root element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson

from dedup.readers import charsets

_MAGIC: Mapping[bytes, str] = MappingProxyType(
    {
        b"PK\x03\x04": "zip",
        b"PAR1": "parquet",
        b"ARROW1\0\0": "arrow",
        b"FEA1": "Feather of version 1",
        b"WARC/": "warc",
        b"filedesc://": "arc",
        b"%PDF-": "PDF",
        b"\x89PNG": "a picture",
        b"GIF8": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"\xd0\xcf\x11\xe0": "an office document",
        b"{\\rtf": "an office document",
        b"\x7fELF": "a program",
        b"SQLite format 3\0": "a database",
    }
)
_TAR = 257  # where a tar archive says that it is one

_XML_ROOTS = frozenset(
    """rss feed rdf nitf newsitem newsmessage packageitem newsml alto tei tei.2 teicorpus doc
    knowledgeitem conceptitem catalogitem newsitems""".split()
)
_PAGE_ROOTS = frozenset(
    """html head body meta title article section main div p table tr td ul ol h1 h2 h3 span font center
    link script style header nav a b i br""".split()
)
# Each part of what stands before the root ends at the first place where it can, so there is one way to read it.
_ROOT = re.compile(
    r"(?:\s|<\?(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->|<!(?!--)(?:[^\[>]|\[[^\]]*\])*>)*"
    r"<([\w.-]+:)?([\w.-]+)[\s/>]"
)
_DOCTYPE = re.compile(r"<!doctype\s+html\b", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:p|div|br|td|tr|li|h[1-6]|span|a|b|strong|em|i)\b[^<>]{0,300}>", re.IGNORECASE)
_NEXIS = re.compile(
    r"^\s*\d+ (?:of|von|de|sur|van|di) \d+ (?:DOCUMENTS?|DOKUMENTE?N?|DOCUMENTOS?|DOCUMENTI|DOCUMENTEN)\s*$",
    re.MULTILINE,
)
_NEXIS_UNI = re.compile(r"^End of Document\s*$", re.MULTILINE)
_END = re.compile(r"^(?:Load-Date|Length|Länge|Longueur|Copyright)\b", re.MULTILINE)
_FACTIVA = re.compile(r"^Document (?=\w*\d{8}\w{4})\w+\s*$", re.MULTILINE)
_HEADER = re.compile(r"[!-9;-~]+:[ \t]", re.ASCII)
_MAIL = re.compile(
    r"^(?:from|date|message-id|received|mime-version|subject|return-path):", re.I | re.MULTILINE
)
_MBOX = re.compile(r"From (?=\S).*\b(?:19|20)\d\d\b")


def told(head: bytes, suffix: str) -> str | None:
    """Return the name of the format, or what else it is; None where the bytes leave it to the suffix.

    >>> told(b'<?xml version="1.0"?><!-- daily --><rss version="2.0">', ".html")
    'xml'
    >>> told(b"{}", ".txt"), told(b"The ferry ...", ".txt")
    ('json', None)
    """
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if head.startswith((b"\x01", b"\x16\x16\x01")) and b"\x02" in head and b"\0" not in head:
        return "telegram"
    if head[_TAR : _TAR + 5] == b"ustar":
        return "tar"
    text = charsets.decoded(head).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _marked_up(text, suffix)
    if text.startswith(("{", "[")):
        return _json(text, suffix)
    return _text(text, suffix)


def _marked_up(text: str, suffix: str) -> str | None:
    if _DOCTYPE.match(text):
        return "html"
    root = _ROOT.match(text)
    name = root[2].lower() if root else ""
    if name in ("html", "head", "body"):
        return "html"
    if name in _XML_ROOTS:
        return "xml"
    if text.startswith("<?xml"):
        return "html" if suffix in (".html", ".htm", ".xhtml") else "xml"
    if root and not suffix and name not in _PAGE_ROOTS and f"</{root[1] or ''}{root[2]}>" in text:
        return "xml"
    if suffix in _TEXTS and name in _PAGE_ROOTS and len(_TAGS.findall(text)) >= _ENOUGH_TAGS:
        return "html"
    return None


def _json(text: str, suffix: str) -> str | None:
    first, feed, rest = text.partition("\n")
    try:
        whole = orjson.loads(first)
    except orjson.JSONDecodeError:
        if suffix in _TEXTS and not re.match(r'[{\[]\s*["{\[\]}]', text):
            return None  # a text that begins with a bracket
        return "json" if suffix not in _LINES or len(first.strip()) == 1 else None
    if not isinstance(whole, (dict, list)):
        return None
    return "jsonl" if isinstance(whole, dict) and feed and rest.lstrip().startswith("{") else _single(suffix)


def first_line(head: bytes) -> dict[str, Any]:
    """Return the object that the first of some JSON lines is."""
    found = orjson.loads(charsets.decoded(head).lstrip("\ufeff \t\r\n").partition("\n")[0])
    return found if isinstance(found, dict) else {}


def _single(suffix: str) -> str | None:
    return None if suffix in _LINES else "json"


def _text(text: str, suffix: str) -> str | None:
    if suffix not in _TEXTS and suffix not in ("", ".eml", ".mbox"):
        return None
    if _NEXIS.search(text) or (_NEXIS_UNI.search(text) and _END.search(text)):
        return "nexis"
    if _FACTIVA.search(text):
        return "factiva"
    first, _, rest = text.partition("\n")
    if _MBOX.match(first) and _HEADER.match(rest):
        return "mbox"
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    if _HEADER.match(head) and len({found.lower() for found in _MAIL.findall(head)}) >= _ENOUGH_HEADERS:
        return "mail"
    if len(_TAGS.findall(text)) >= _ENOUGH_TAGS and re.search(
        r"<(p|div|html|body|td)\b[^<>]*>", text, re.IGNORECASE
    ):
        return "html" if suffix != ".md" else None  # Markdown may hold HTML
    return None


_TEXTS = frozenset((".txt", ".text", ".md", ""))
_LINES = frozenset((".jsonl", ".ndjson", ".jl", ".jsonlines"))
_ENOUGH_TAGS = 4
_ENOUGH_HEADERS = 3
