"""Bytes -> text: which encoding they are in, told in one place for pages, XML, texts and tables.

The order is that of the WHATWG's Encoding Standard, but for one thing: bytes that read as UTF-8 are UTF-8 whatever
is declared, for a server's default header is often wrong and other encodings hardly ever look like it. The labels
mean what browsers take them for (https://encoding.spec.whatwg.org/#names-and-labels).
"""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from unicodedata import category

from dedup.readers import alphabets, scripts

_BOMS = (
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF8, "utf-8"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SUPERSETS: Mapping[str, str] = MappingProxyType(
    {
        "ascii": "cp1252",
        "iso8859-1": "cp1252",
        "iso8859-9": "cp1254",
        "iso8859-11": "cp874",
        "tis-620": "cp874",
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "big5": "big5hkscs",
        "shift_jis": "cp932",
        "euc_kr": "cp949",
    }
)
"""Python's name of an encoding -> the larger one that its label stands for."""

_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "utf8mb4": "utf-8",
        "utf8mb3": "utf-8",
        "unicode": "utf-16",
        "x-sjis": "cp932",
        "x-gbk": "gb18030",
        "ansi": "cp1252",
        "windows-874": "cp874",
    }
)
_SEVEN_BITS = ("iso2022", "hz")  # encodings whose bytes are all ASCII: they would pass as UTF-8
_ENOUGH = 1 << 16  # bytes that tell an encoding
_TELLING = 40  # bytes below which nothing but the usual is guessed
_TOGETHER = 3  # bytes beyond ASCII in a row: Latin letters with accents stand alone or in pairs
_STRAY = 4  # letters that are well-formed for each byte that is not: then it is UTF-8 with stray bytes

_SOME = 1 << 12  # bytes that tell whether letters take several
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_CODES = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_USUAL_LETTERS = re.compile(r"[\t\n\r -~\xa0\u3000-\u3002\uff0c]")

_TAGS = re.compile(rb"<[^<>]*>")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_BEYOND = re.compile(rb"[\x80-\xff]+")
_XML = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']""")
_META = re.compile(rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_LANG = re.compile(rb"""<html\b[^>]{0,300}?\blang\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_USUAL: Mapping[str, str] = MappingProxyType(
    {
        language: name
        for name, languages in {
            "cp874": "th",
            "cp932": "ja",
            "cp949": "ko",
            "cp1250": "cs hr sk",
            "cp1251": "ba be bg kk ky mk ru sah sr tg tt uk",
            "cp1253": "el",
            "cp1254": "az ku tr",
            "cp1255": "he",
            "cp1256": "ar fa",
            "cp1257": "et lt lv",
            "cp1258": "vi",
            "iso8859-2": "hu pl sl",
            "big5hkscs": "zh-tw zh-hk zh-hant",
            "gb18030": "zh zh-cn zh-hans",
        }.items()
        for language in languages.split()
    }
)
"""Language -> what pages in it are in that do not say it, by the HTML Standard's table of locales."""

_SHOWN: Mapping[str, str] = MappingProxyType(
    {
        **{f"cp{number}": f"windows-{number}" for number in (874, *range(1250, 1259))},
        "iso8859-2": "iso-8859-2",
        "big5hkscs": "big5",
        "cp932": "shift_jis",
        "cp949": "euc-kr",
        "euc_jis_2004": "euc-jp",
    }
)
"""Python's name of an encoding -> the label that people know it by."""


def codec(label: str | None) -> str | None:
    """Return Python's name for what a label stands for, None where nobody knows it.

    >>> codec("latin-1"), codec("Shift_JIS"), codec("utf8mb4"), codec("klingon-7")
    ('cp1252', 'cp932', 'utf-8', None)
    """
    name = (label or "").strip().lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    # base64 and the like are no encodings of text; UTF-7 hides markup from whoever looks at the bytes.
    if not getattr(found, "_is_text_encoding", True) or found.name in ("utf-7", "idna", "punycode"):
        return None
    return _SUPERSETS.get(found.name, found.name)


def decoded(data: bytes, server: str | None = None, own: str | None = None, language: str = "") -> str:
    """Decode bytes; what does not decode becomes U+FFFD.

    `server` is the label of an HTTP header, `own` the one the document has itself. A byte order mark counts first,
    then what reads as UTF-8 but for stray bytes, then `server` where all bytes agree with it, then `own`, then what
    is usual in the `language` that the document says it is in, then a guess.
    """
    mark, marks = marked(data)
    if marks:
        return data[len(mark) :].decode(marks, "replace")
    names = [name for name in map(codec, (server, own)) if name and not is_wide(name)]  # wide it is not
    names.sort(key=lambda name: not name.startswith(_SEVEN_BITS))
    if not names or not names[0].startswith(_SEVEN_BITS) or not data.isascii():
        text = data.decode("utf-8", "replace")
        strays = text.count("\ufffd")
        sound = _beyond_ascii(text) - strays if strays else 0
        # Of what says that it is UTF-8 less will do.
        if not strays or sound >= strays * (1 if "utf-8" in names else _STRAY):
            return text
        names = [name for name in names if name != "utf-8"]
    for name in names:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    usual = _USUAL.get(language.lower()) or _USUAL.get(language.lower().partition("-")[0])
    return data.decode(names[-1] if names else usual or guessed(data), "replace")


def guessed(data: bytes) -> str:
    """Return the encoding that undeclared bytes which are not UTF-8 are most likely in."""
    sample = _TAGS.sub(b" ", data[:_ENOUGH])
    runs = list(map(len, _BEYOND.findall(sample)))
    together = sum(length for length in runs if length >= _TOGETHER)
    beyond = sum(runs)
    if beyond and (
        2 * together >= beyond or beyond > 2 * len(_ASCII_LETTERS.findall(sample))
    ):  # another script
        if name := scripts.likely(sample):
            return name
        if len(sample) >= _TELLING and (name := _normalized(sample)):
            return name
    return alphabets.likely(sample)


def _normalized(sample: bytes) -> str | None:
    try:
        found = import_module("charset_normalizer").from_bytes(sample).best()
    except ImportError:
        return None
    return codec(found.encoding) if found is not None else None


def hint(data: bytes) -> str:
    """Return what to do about a text that is not UTF-8.

    >>> hint("Straße".encode("latin-1"))
    'it looks like windows-1252: --encoding windows-1252 reads it'
    """
    name = guessed(data)
    name = _SHOWN.get(name, name)
    return f"it looks like {name}: --encoding {name} reads it"


def of_xml(data: bytes, server: str | None = None) -> str:
    """Decode an XML document, and leave out its declaration, which then is true no longer."""
    found = _XML.search(data[:1024])
    return _undeclared(decoded(data, server, found[1].decode("latin-1") if found else None))


def of_page(data: bytes, server: str | None = None) -> str:
    """Decode an HTML page, whose head may say what it is in; a declaration of XML is left out."""
    head = data[:4096]
    found = _META.search(head) or _XML.search(head)
    language = _LANG.search(head)
    label, tag = (match[1].decode("latin-1") if match else "" for match in (found, language))
    return _undeclared(decoded(data, server, label, tag))


def _undeclared(text: str) -> str:
    return re.sub(r"\A\s*<\?xml\b[^>]*\?>", "", text.lstrip("\ufeff"), count=1)


def _beyond_ascii(text: str) -> int:
    return 0 if text.isascii() else sum(map("\x7f".__lt__, text))


def marked(data: bytes) -> tuple[bytes, str | None]:
    """Return the byte order mark that bytes begin with, and the encoding that it or their zeros tell, else None."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return mark, name
    return b"", _wide(data)


def is_wide(name: str) -> bool:
    """Whether an encoding takes two or four bytes for every letter."""
    return name.startswith(("utf-16", "utf-32"))


def is_plain(data: bytes) -> bool:
    """Whether bytes read as UTF-8 without control codes; they may end within a letter."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return not _ODD.search(text)


def _wide(data: bytes) -> str | None:
    """Return which of UTF-16 and UTF-32 bytes without mark are in, None for any other.

    They have zeros, in ASCII's letters, spaces and line feeds. Of two orders the right one has more of these.
    """
    sample = data[:_SOME]
    zeros = sample.count(0)
    if not zeros or len(sample) < 4 or (3 * zeros < len(sample) and not _CODES.search(sample)):
        return None  # a stray zero: halves of letters beyond Latin look like control codes
    shares = {name: _usual_share(sample, name) for name in _WIDE}
    best = max(_WIDE, key=shares.__getitem__)
    return best if shares[best] else None


def _usual_share(sample: bytes, name: str) -> float:
    """Return how much of a sample is ASCII or a mark between words in an encoding; 0 where it cannot be in it."""
    width = 4 if "32" in name else 2
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample[: len(sample) // width * width])
    except UnicodeDecodeError:
        return 0.0
    if not text or _ODD.search(text) or any(category(letter) in ("Cn", "Co") for letter in set(text)):
        return 0.0
    return len(_USUAL_LETTERS.findall(text)) / len(text)
