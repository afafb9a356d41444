"""Files from seeds: a valid one of each format, then bytes of it flipped, cut, doubled; and bytes that are none."""

from __future__ import annotations

import bz2
import email.message
import functools
import gzip
import html
import io
import json
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

from fuzz_texts import FOREIGN, MANY, PIECES, STANDING, news, text

DATES = (
    "2024-03-01", "2024-03-01T12:00:00+02:00", "Sat, 06 Apr 2019 12:00:00 +0200", "June 11, 2024 Tuesday", "1717243200",
    "2024-02-30", "0000-00-00", "9999-12-31T23:59:59-14:00", "24:61", "", "yesterday", "20190406T120000+0200", "١٢",
    "Sat, 06 Apr 99999 12:00:00 +9900", "1e999", "-1", "11/06/2024", "6 juin 2024", "9" * 5000, "2024-W23-2",
)  # fmt: skip
ODD = (None, True, 0, -1, 2**64, 1.5e308, [], {}, [[]], {"a": {"b": []}}, "", "\ud800", 7, "x", ["x", None])
SUFFIXES = (
    ".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".xml", ".warc", ".eml", ".mbox", ".parquet", ".arrow", ".zip",
    ".tar", ".arc", "", ".dat", ".txt.gz", ".jsonl.bz2", ".xml.xz", ".csv.zst",
)  # fmt: skip
Make = Callable[[random.Random], "bytes | str"]


def a_file(seed: int, number: int) -> tuple[str, bytes]:
    """The name of one file of a folder, and what is in it."""
    rng = random.Random(f"file {seed} {number}")
    suffix, data = _content(rng)
    return f"{number}{suffix}", data


def _content(rng: random.Random) -> tuple[str, bytes]:
    if rng.random() < 0.2:
        suffix, data = rng.choice(SUFFIXES), text(rng, 30).encode("utf-8", "surrogatepass")
    else:
        suffix = rng.choices(list(_MAKERS), list(_WEIGHTS))[0]
        made = _MAKERS[suffix](rng)
        data = made if isinstance(made, bytes) else _encoded(rng, made)
        if rng.random() < 0.1:
            suffix = rng.choice(SUFFIXES)
    if rng.random() < 0.8:
        data = damaged(rng, data)
    if rng.random() < 0.1:
        packed, pack = rng.choice(_PACKINGS)
        suffix, data = suffix + packed, pack(data)
        if rng.random() < 0.5:
            data = damaged(rng, data)
    return suffix, data


_PACKINGS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    (".gz", functools.partial(gzip.compress, compresslevel=1, mtime=0)),
    (".bz2", bz2.compress),
    (".xz", functools.partial(lzma.compress, preset=0)),
)


def _encoded(rng: random.Random, given: str) -> bytes:
    if rng.random() < 0.8:
        return given.encode("utf-8", "surrogatepass")
    charset = rng.choice(
        ("utf-16", "utf-8-sig", "cp1252", "cp1251", "gb18030", "shift_jis", "utf-32", "latin-1")
    )
    return given.encode(charset, "replace")


def damaged(rng: random.Random, given: bytes) -> bytes:
    """The same with a few bytes flipped, or a stretch of it cut, doubled, moved or replaced."""
    data = bytearray(given)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        size = len(data)
        at, roll = rng.randint(0, size), rng.random()
        to = min(size, at + rng.choice((1, 2, 8, 60, size)))
        if roll < 0.4:
            for _ in range(rng.randint(1, 5) if size else 0):
                data[rng.randrange(size)] = rng.choice((rng.randrange(256), 0, 255, 34, 60, 10, 13, 44))
        elif roll < 0.5:
            del data[at:]
        elif roll < 0.6:
            del data[at:to]
        elif roll < 0.7:
            data[at:at] = data[at:to] * rng.choice((1, 1, 2, 30 if to - at < 1000 else 1))
        elif roll < 0.78:
            other = rng.randint(0, size)
            data[other:other] = data[at:to]
        else:
            data[at : to if roll > 0.9 else at] = rng.choice(PIECES).encode("utf-8", "surrogatepass")
    return bytes(data)


def _record(rng: random.Random) -> dict[str, Any]:
    """A record with usual names, some values of which are odd."""
    words = " ".join(rng.choices(MANY, k=6))
    record: dict[str, Any] = {
        rng.choice(("text", "body", "content", "content_text", "article")): _text(rng),
        rng.choice(("id", "guid", "uri", "ID")): f"r{rng.randrange(9)}",
        rng.choice(("title", "headline", "webTitle")): words,
        rng.choice(("source", "publisher", "feed")): rng.choice(("a", "https://www.bbc.co.uk/news", "dpa")),
        rng.choice(("published", "date", "pubDate", "dateTime", "created_at")): rng.choice(DATES),
        "url": rng.choice(
            ("https://a.example/1", "//", "http://[", "javascript:1", "http://a.example:99999/")
        ),
        rng.choice(("language", "lang")): rng.choice(("en", "xx", "de-DE", "")),
    }
    if rng.random() < 0.3:
        record[rng.choice(list(record))] = rng.choice(ODD)
    if rng.random() < 0.1:
        record["more"] = functools.reduce(lambda inner, _: [inner], range(rng.choice((3, 150, 300))), {})
    if rng.random() < 0.1:
        record = {"results": [record], "totalResults": 1}
    return record


def _text(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.6:
        return news(rng)
    return text(rng, 8) if roll < 0.8 else rng.choice(FOREIGN + STANDING)


def _marked(rng: random.Random) -> str:
    """Paragraphs of HTML, whose tags need not match."""
    tags = rng.choices(("p", "p", "p", "div", "b", "td", "li", "h2", "br", "script", "blockquote"), k=4)
    return "".join(f"<{tag}>{html.escape(' '.join(rng.choices(MANY, k=12)))}</{tag}>" for tag in tags)


def _json_lines(rng: random.Random) -> str:
    return "".join(
        json.dumps(_record(rng), ensure_ascii=rng.random() < 0.3) + "\n" for _ in range(rng.randint(1, 4))
    )


def _json(rng: random.Random) -> str:
    records = [_record(rng) for _ in range(rng.randint(1, 3))]
    wrapped = rng.choice((records, records[0], {"articles": records}, {"version": "1.1", "items": records}))
    return json.dumps(wrapped, ensure_ascii=rng.random() < 0.3)


def _csv(rng: random.Random) -> str:
    comma, end = rng.choice(",;\t|"), rng.choice(("\n", "\r\n", "\r"))
    rows = [list(_record(rng).items()) for _ in range(rng.randint(1, 4))]
    lines = [comma.join(str(name) for name, _ in rows[0])]
    lines += [comma.join('"' + str(value).replace('"', '""') + '"' for _, value in row) for row in rows]
    return (f"sep={comma}{end}" if rng.random() < 0.1 else "") + end.join(lines)


def _rss(rng: random.Random) -> str:
    items = "".join(
        f"<item><title>{html.escape(' '.join(rng.choices(MANY, k=5)))}</title><guid>tag:{number}</guid>"
        f"<link>http://example.com/{number}</link><pubDate>{rng.choice(DATES)}</pubDate>"
        f"<description>{html.escape(_marked(rng))}</description>"
        f"<content:encoded><![CDATA[{_marked(rng)}]]></content:encoded></item>"
        for number in range(rng.randint(1, 3))
    )
    return (
        f'<?xml version="1.0" encoding="{rng.choice(("utf-8", "utf-8", "utf-16", "latin-1", "x"))}"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title>'
        f"<language>en-gb</language><link>http://example.com/</link>{items}</channel></rss>"
    )


def _atom(rng: random.Random) -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><updated>{rng.choice(DATES)}</updated><entry>'
        f'<id>tag:1</id><title type="html">{html.escape(_marked(rng))}</title><link href="http://a.example/1"/>'
        f'<published>{rng.choice(DATES)}</published><content type="{rng.choice(("html", "xhtml", "text"))}">'
        f"{rng.choice((html.escape(_marked(rng)), f'<div>{_marked(rng)}</div>'))}</content></entry></feed>"
    )


def _nitf(rng: random.Random) -> str:
    return (
        f'<?xml version="1.0"?><nitf><head><title>T</title><docdata><doc-id id-string="n1"/><date.issue '
        f'norm="{rng.choice(DATES)}"/></docdata></head><body><body.head><hedline><hl1>H <em>e</em></hl1></hedline>'
        f"</body.head><body.content><block>{_marked(rng)}<media><media-caption>C</media-caption></media>"
        f"</block></body.content></body></nitf>"
    )


def _newsml(rng: random.Random) -> str:
    inline = rng.choice(
        (
            f'<inlineXML contenttype="application/xhtml+xml"><html><body>{_marked(rng)}</body></html></inlineXML>',
            f'<inlineData contenttype="text/plain"><![CDATA[{_marked(rng)}]]></inlineData>',
            f"<inlineXML>{_nitf(rng).partition('?>')[2]}</inlineXML>",
        )
    )
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="tag:1" version="2" '
        f'xml:lang="de"><itemMeta><provider literal="a"/><versionCreated>{rng.choice(DATES)}</versionCreated>'
        f'</itemMeta><contentMeta><language tag="de-DE"/><headline>R</headline></contentMeta><contentSet>{inline}'
        "</contentSet></newsItem></itemSet></newsMessage>"
    )


def _page(rng: random.Random) -> str:
    graph = {
        "@type": "NewsArticle",
        "datePublished": rng.choice(DATES),
        "headline": "H",
        "articleBody": news(rng),
    }
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{rng.choice(("utf-8", "utf-8", "latin-1", "x-y"))}">'
        f'<title>T</title><meta property="article:published_time" content="{rng.choice(DATES)}">'
        f'<script type="application/ld+json">{json.dumps({"@graph": [graph]})}</script></head><body><article>'
        f'{_marked(rng)}<time datetime="{rng.choice(DATES)}">x</time>{_marked(rng)}</article></body></html>'
    )


def _warc(rng: random.Random) -> bytes:
    blocks = []
    for number in range(rng.randint(1, 2)):
        body = _encoded(rng, _page(rng))
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={rng.choice(('utf-8', 'cp1252', '?'))}\r\n"
        )
        if rng.random() < 0.2:
            body, head = gzip.compress(body, 1, mtime=0), head + "Content-Encoding: gzip\r\n"
        elif rng.random() < 0.2:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            head += "Transfer-Encoding: chunked\r\n"
        block = head.encode() + b"\r\n" + body
        blocks.append(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%d\r\nWARC-Date: %s\r\n"
            b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
            % (number, rng.choice(DATES).encode(), len(block), block)
        )
    return b"".join(blocks)


def _arc(rng: random.Random) -> bytes:
    head, block = b"1 0 A\nURL IP-address Archive-date Content-type Archive-length\n", _page(rng).encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + block
    return (
        b"filedesc://a.arc 0.0.0.0 20240611150900 text/plain %d\n%s\n" % (len(head), head)
        + b"http://a.example/1 1.2.3.4 20240611150900 text/html %d\n%s\n" % (len(block), block)
    )  # fmt: skip


def _mail(rng: random.Random) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"] = "Desk <desk@agency.example>", "all@example.com"
    message["Subject"], message["Date"] = " ".join(rng.choices(MANY, k=5)), "Mon, 3 Jun 2024 07:00:00 GMT"
    message.set_content(news(rng), cte=rng.choice(("8bit", "base64", "quoted-printable")), charset="utf-8")
    if rng.random() < 0.3:
        message.add_alternative(_page(rng), subtype="html")
        message.set_boundary("part")
    data = message.as_bytes()
    return (
        data.replace(b"Mon, 3 Jun 2024 07:00:00 GMT", rng.choice(DATES).encode())
        if rng.random() < 0.3
        else data
    )


def _mbox(rng: random.Random) -> bytes:
    return b"".join(
        b"From desk@agency.example Mon Jun  3 07:00:00 2024\n" + _mail(rng) + b"\n" for _ in range(2)
    )


def _nexis(rng: random.Random) -> str:
    return "\n\n".join(
        f"                    {number} of 2 DOCUMENTS\n\n\n            The Islander\n\n        {rng.choice(DATES)}\n\n"
        f"Ferry cut back\n\nBYLINE: Staff\n\nLENGTH: 72 words\n\n{news(rng)}\n\nLOAD-DATE: {rng.choice(DATES)}\n\n"
        "LANGUAGE: ENGLISH\n\n        Copyright 2024 The Islander\n         All Rights Reserved\n"
        for number in (1, 2)
    )


def _factiva(rng: random.Random) -> str:
    return "\n".join(
        f"SE News\nHD Ferry cut back\nWC 72 words\nPD {rng.choice(('11 June 2024', *DATES))}\nSN The Islander\n"
        f"LA English\n\nLP\n{news(rng)}\n\nTD\n{news(rng)}\n\nDocument ISLAND002024061{number}ek6b0000{number}\n"
        for number in (1, 2)
    )


def _telegram(rng: random.Random) -> str:
    return (
        f"\x01nka06{rng.randrange(9)} 4 i 72 Tarnwick/Ferry\r\n\x02Ferry cut back =\r\n\r\n   TARNWICK (NKA) - "
        f"{news(rng)}\r\n\x03{rng.choice(('110624 1509 GMT JUN 24', 'NKA-WF-06-11-24 1509GMT<', '999999 zzz'))}\r\n\x04"
    )


def _table(rng: random.Random, arrow: bool = False) -> bytes:
    import pyarrow
    import pyarrow.parquet

    rows = [_record(rng) for _ in range(rng.randint(1, 4))]
    columns = {name: [str(row.get(name)) for row in rows] for name in rows[0] if name.isprintable()}
    clean = {
        name: [value.encode("utf-8", "replace").decode() for value in values]
        for name, values in columns.items()
    }
    table, out = pyarrow.table(clean), io.BytesIO()
    if arrow:
        with pyarrow.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
    else:
        pyarrow.parquet.write_table(table, out, compression=rng.choice(("NONE", "SNAPPY", "GZIP")))
    return out.getvalue()


def _members(rng: random.Random) -> dict[str, bytes]:
    names = ("a", "quay/b", "../c", "/d", "quay/.e", "é", "f" * 200)
    contents = (_content(rng) for _ in range(rng.randint(1, 3)))
    return {f"{rng.choice(names)}{suffix}": data for suffix, data in contents}


def _zip(rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, content in _members(rng).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _tar(rng: random.Random) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in _members(rng).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


_KINDS: dict[str, tuple[Make, float]] = {
    ".jsonl": (_json_lines, 3), ".json": (_json, 3), ".csv": (_csv, 3), ".rss": (_rss, 2), ".atom": (_atom, 1),
    ".nitf": (_nitf, 1), ".xml": (_newsml, 1), ".html": (_page, 0.5), ".warc": (_warc, 0.4), ".arc": (_arc, 0.2),
    ".eml": (_mail, 1), ".mbox": (_mbox, 0.5), ".txt": (_text, 1), ".nexis.txt": (_nexis, 1),
    ".factiva.txt": (_factiva, 1), ".telegram": (_telegram, 1), ".parquet": (_table, 0.6),
    ".arrow": (functools.partial(_table, arrow=True), 0.6), ".zip": (_zip, 0.5), ".tar": (_tar, 0.5),
}  # fmt: skip
_MAKERS = {suffix: make for suffix, (make, _) in _KINDS.items()}
_WEIGHTS = tuple(weight for _, weight in _KINDS.values())
"""Whoever finds pages in a file takes milliseconds for each, so these come less often."""
