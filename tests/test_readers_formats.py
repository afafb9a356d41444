"""Formats: tables, feeds, agencies' formats, web pages and web archives."""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import BadRecord
from dedup.model import Article
from dedup.readers import read_articles
from dedup.readers.markup import text_of_html


def read(path: Path, **options: Any) -> tuple[list[Article], list[str]]:
    errors: list[BadRecord] = []
    articles = list(read_articles(path, on_error=errors.append, **options))
    return articles, [str(error).removeprefix(f"{path}: ") for error in errors]


def one(path: Path) -> Article:
    (article,) = read_articles(path)
    return article


# CSV


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_rows_have_the_names_of_the_header(tmp_path: Path, separator: str) -> None:
    rows = [
        ["id", " text ", "published", "section"],
        ["7", '"a ""b""\r\nc"', "2019-04-06", ""],
        ["", "d", "", "x"],
    ]
    path = tmp_path / "t.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode())
    first, second = read_articles(path)
    assert (first.id, first.text, first.published) == ("7", 'a "b"\r\nc', "2019-04-06T00:00:00Z")
    assert first.extra == {"section": ""}
    assert (second.id, second.text, second.published, second.record) == ("t.csv#2", "d", None, 2)


def test_csv_cells_may_be_long_and_rows_short(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text,title,source\n" + "x" * 300_000 + "\ny,T\n")
    first, second = read_articles(path)
    assert (len(first.text), first.title) == (300_000, "")
    assert (second.text, second.title, second.source) == ("y", "T", "")


def test_a_csv_header_alone_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text,title\n")
    assert read(path) == ([], [])


# Parquet


def parquet(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    arrow = pytest.importorskip("pyarrow")
    table = pytest.importorskip("pyarrow.parquet")
    table.write_table(arrow.table(columns), path, **options)
    return path


def test_parquet_rows_become_articles(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        {
            "id": [1, None],
            "text": ["Rain.", "Hail."],
            "published": [datetime(2019, 4, 6, 10, tzinfo=timezone.utc), None],
            "day": [date(2019, 4, 6), None],
            "tags": [["a", "b"], None],
            "author": [{"name": "x"}, None],
            "photo": [b"\xff\xd8", b"text"],
        },
    )
    first, second = read_articles(path)
    assert (first.id, first.text, first.published) == ("1", "Rain.", "2019-04-06T10:00:00Z")
    assert first.extra == {"day": "2019-04-06", "tags": ["a", "b"], "author": {"name": "x"}, "photo": "ffd8"}
    assert (second.id, second.published, second.record) == ("t.parquet#2", None, 2)
    json.dumps([first.extra, second.extra])


def test_parquet_times_in_nanoseconds_are_cut_to_microseconds(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    times = arrow.array([1_554_544_800_123_456_789], arrow.timestamp("ns"))
    path = parquet(tmp_path / "t.parquet", {"text": ["a"], "published": times})
    assert one(path).published == "2019-04-06T10:00:00.123456Z"


def test_parquet_bytes_are_text_where_they_are_utf8(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", {"text": ["ä".encode(), b"\xe4", None]})
    articles, errors = read(path)
    assert [article.text for article in articles] == ["ä"]
    assert errors == [
        'record 2: "text" must be a string, got bytes that are not UTF-8',
        'record 3: no "text" field',
    ]


def test_parquet_of_many_batches_and_compressed_again(tmp_path: Path) -> None:
    texts = [str(number) for number in range(5000)]
    path = parquet(tmp_path / "t.parquet", {"text": texts}, row_group_size=700)
    packed = tmp_path / "t.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for each in (path, packed):
        assert [article.text for article in read_articles(each)] == texts


def test_a_broken_parquet_file_is_one_error(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", {"text": ["a"]})
    path.write_bytes(path.read_bytes()[:-8])
    articles, errors = read(path)
    assert (articles, len(errors)) == ([], 1)
    assert errors[0].startswith("broken Parquet: ")


# Feeds

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Daily Rain</title><language>en-gb</language><link>http://example.com/</link>
<item><title>Rain &amp;amp; hail</title><guid>tag:1</guid><link>http://example.com/1</link>
<pubDate>Sat, 06 Apr 2019 12:00:00 +0200</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>Rain fell on the town.</p><p>Hail <b>followed</b>.</p>]]></content:encoded>
</item>
<item><title>Snow</title><link>http://example.com/2</link><description>Snow fell.</description></item>
</channel></rss>"""


@pytest.fixture
def feeds() -> None:
    pytest.importorskip("feedparser")


@pytest.mark.usefixtures("feeds")
@pytest.mark.parametrize("suffix", [".xml", ".rss"])
def test_rss_entries_become_articles(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"feed{suffix}"
    path.write_text(RSS)
    first, second = read_articles(path)
    assert first == Article(
        "tag:1", "Rain fell on the town.\n\nHail followed.", "Rain & hail", "example.com",
        "2019-04-06T10:00:00Z", "http://example.com/1", "en-gb", {"source_name": "The Daily Rain"}, str(path), 1,
    )  # fmt: skip
    assert (second.id, second.text, second.published) == ("http://example.com/2", "Snow fell.", None)


@pytest.mark.usefixtures("feeds")
def test_atom_entries_become_articles(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Rain</title><entry><id>urn:1</id><title>T</title>'
        '<link href="http://example.com/1"/><published>2019-04-06T10:00:00Z</published>'
        "<updated>2019-04-07T10:00:00Z</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Rain.</p><p>Hail.</p></div></content>'
        "</entry><entry><id>urn:2</id><title>U</title><updated>2019-04-08T10:00:00Z</updated>"
        '<summary type="text">3 &lt; 4</summary></entry></feed>'
    )
    first, second = read_articles(path)
    assert (first.id, first.text, first.published) == ("urn:1", "Rain.\n\nHail.", "2019-04-06T10:00:00Z")
    assert (second.id, second.text, second.published) == ("urn:2", "3 < 4", "2019-04-08T10:00:00Z")


@pytest.mark.usefixtures("feeds")
def test_of_a_cut_feed_the_whole_entries_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS[: RSS.index("Snow fell")])
    articles, errors = read(path)
    assert [article.id for article in articles] == ["tag:1"]
    assert errors == ["cut feed: its end is missing"]


@pytest.mark.usefixtures("feeds")
def test_feed_entries_without_content_or_with_a_date_that_is_none_are_named(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(
        RSS.replace("<description>Snow fell.</description>", "").replace(
            "Sat, 06 Apr 2019 12:00:00 +0200", "soon"
        )
    )
    warnings: list[BadRecord] = []
    errors: list[BadRecord] = []
    (article,) = read_articles(path, on_error=errors.append, on_warning=warnings.append)
    assert (article.id, article.published) == ("tag:1", None)
    assert [error.reason for error in errors] == ["record 2: no content"]
    assert [warning.reason for warning in warnings] == [
        "record 1: \"published\" is no date that can be read: 'soon'; the article is kept, undated"
    ]


@pytest.mark.usefixtures("feeds")
@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "<results><result>Rain</result></results>",
        "<a><b></a>",
        '<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>',
    ],
)
def test_xml_that_is_no_known_format_is_one_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(content)
    articles, errors = read(path)
    assert (articles, len(errors)) == ([], 1)


# Agencies' formats

NITF = """<?xml version="1.0" encoding="{encoding}"?>
<nitf baselang="fr"><head><title>Other</title><docdata><doc-id id-string="doc-1" regsrc="AF"/>
<date.issue norm="20190406T120000+0200"/><doc.copyright holder="Agence"/></docdata></head>
<body><body.head><hedline><hl1>Pluie <em>forte</em></hl1></hedline><abstract><p>No.</p></abstract></body.head>
<body.content><block>
  <p>La pluie est tombée
     sur la <location>ville</location>.<br/>Fort.</p>
  <media><media-reference source="a.jpg"/><media-caption>Une photo.</media-caption></media>
  <p/><p>Puis la grêle.</p></block></body.content></body></nitf>"""

G2 = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<packageItem guid="p"/>
<newsItem guid="tag:1" xml:lang="de"><itemMeta><provider literal="agentur"/>
<versionCreated>2019-04-06T12:00:00+02:00</versionCreated><firstCreated>2019-04-05T12:00:00Z</firstCreated>
</itemMeta><contentMeta><language tag="de-DE"/><headline role="x:subHeadline">Unten</headline>
<headline>Regen</headline></contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><header><p>Ort</p></header>
<p>Regen fiel.</p><p>Hagel &amp; Schnee.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="tag:2"><itemMeta><provider qcode="agency"/></itemMeta><contentSet>
<inlineData contenttype="image/jpeg">aGFpbA==</inlineData></contentSet></newsItem>
<newsItem guid="tag:3"><itemMeta><provider qcode="agency"><name>The Agency</name></provider></itemMeta>
<contentSet>
<inlineData contenttype="text/plain"><![CDATA[<p>Snow.</p><p>Ice.</p>]]></inlineData></contentSet></newsItem>
</itemSet></newsMessage>"""


@pytest.mark.parametrize(
    ("declared", "encoding"), [("utf-8", "utf-8"), ("iso-8859-1", "latin-1"), ("latin-1", "utf-8")]
)
def test_nitf_becomes_an_article_in_its_true_encoding(tmp_path: Path, declared: str, encoding: str) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(NITF.replace("{encoding}", declared).encode(encoding))
    text = "La pluie est tombée sur la ville.\nFort.\n\nUne photo.\n\nPuis la grêle."
    assert one(path) == Article(
        "doc-1", text, "Pluie forte", "Agence", "2019-04-06T10:00:00Z", language="fr", path=str(path)
    )


def test_newsml_g2_items_with_text_become_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(G2)
    first, second = read_articles(path)
    assert first == Article(
        "tag:1", "Regen fiel.\n\nHagel & Schnee.", "Regen", "agentur", "2019-04-05T12:00:00Z", "", "de-DE",
        {"versionCreated": "2019-04-06T10:00:00Z"}, str(path), 1,
    )  # fmt: skip
    assert (second.id, second.text, second.source, second.record) == (
        "tag:3",
        "Snow.\n\nIce.",
        "The Agency",
        3,
    )


def test_a_news_item_may_stand_alone_and_hold_nitf(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    nitf = NITF.partition("?>")[2]
    path.write_text(
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="tag:1"><contentSet><inlineXML>'
        f"{nitf}</inlineXML></contentSet></newsItem>"
    )
    article = one(path)
    assert (article.id, article.record) == ("tag:1", 0)
    assert article.text.startswith("La pluie")


def test_items_before_broken_xml_are_kept_and_its_line_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(G2.replace('<inlineData contenttype="image/jpeg">', "<oops>"))
    articles, errors = read(path)
    assert [article.id for article in articles] == ["tag:1"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{path}:10: broken XML: mismatched tag")


def test_a_message_without_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet/></newsMessage>')
    assert read(path) == ([], ["no item with text in this newsMessage"])


def test_deep_xml_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    deep = "<b>" * 20_000 + "Rain." + "</b>" * 20_000
    path.write_text(f"<nitf><body><body.content><p>{deep}</p></body.content></body></nitf>")
    assert one(path).text == "Rain."


def test_ninjs_becomes_an_article(tmp_path: Path) -> None:
    item = {
        "uri": "urn:1", "headline": "Regen", "versioncreated": "2019-04-06T10:00:00+0000", "language": "de",
        "copyrightholder": "Agentur", "body_text": "Regen fiel. Hagel.", "urgency": 3,
        "body_xhtml": "<p>Regen fiel.</p><p>Hagel.</p>",
    }  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(json.dumps(item))
    article = one(path)
    assert (article.id, article.title, article.source) == ("urn:1", "Regen", "Agentur")
    assert (article.text, article.published) == ("Regen fiel.\n\nHagel.", "2019-04-06T10:00:00Z")
    assert article.extra == {"urgency": 3, "body_text": "Regen fiel. Hagel."}


def test_ninjs_of_version_2_and_3_has_bodies(tmp_path: Path) -> None:
    item = {
        "uri": "urn:1",
        "headlines": [{"value": "Rain"}],
        "versionCreated": "2019-04-06T10:00:00Z",
        "bodies": [{"value": "plain"}, {"contentType": "text/html", "value": "<p>Rain.</p>"}],
    }
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(item) + "\n")
    article = one(path)
    assert (article.text, article.title, article.published) == ("Rain.", "Rain", "2019-04-06T10:00:00Z")


def test_fields_that_are_named_go_before_ninjs(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"uri": "urn:1", "body_html": "<p>no</p>", "body_text": "yes"}))
    (article,) = read_articles(path, fields={"text": "body_text"})
    assert (article.text, article.id) == ("yes", "a.json")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Rain.", "Rain."),
        ("  Rain\n fell. ", "Rain fell."),
        ("<p>A</p>B<p>C", "A\n\nB\n\nC"),
        ("A<br>B<br/> <br>C", "A\nB\n\nC"),
        ("<ul><li>A<li>B</ul><table><tr><td>C</td><td>D</td></tr></table>", "A\n\nB\n\nC\n\nD"),
        ("a &lt; b &amp;amp; c&nbsp;d &#xD800;", "a < b &amp; c\xa0d \ufffd"),
        ("A<script>if (a < b) x()</script><style>p {}</style><!-- no -->B", "AB"),
        ("wo<b>rd</b>s", "words"),
        ("a < b", "a < b"),
    ],
)
def test_html_becomes_text_with_its_paragraphs(html: str, text: str) -> None:
    assert text_of_html(html) == text


# Pages and archives

SENTENCES = [
    "Rain fell on the town all day, and the river rose over its banks. ",
    "Hail followed in the evening. ",
]
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="{charset}"><title>Rain | The Daily</title>
<meta property="og:title" content="Rain in the café"><meta property="og:site_name" content="The Daily">
<link rel="canonical" href="https://www.example.com/rain">
<script type="application/ld+json">
{"@graph": [{"@type": "NewsArticle", "datePublished": "2019-04-06T12:00:00+02:00"}]}</script>
</head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Rain in the café</h1>
{paragraphs}</article><footer>Copyright The Daily. All rights reserved.</footer></body></html>"""


def page(charset: str = "utf-8") -> str:
    paragraphs = "".join(f"<p>{sentence * 4}</p>" for sentence in SENTENCES)
    return PAGE.replace("{charset}", charset).replace("{paragraphs}", paragraphs)


@pytest.fixture
def pages() -> None:
    pytest.importorskip("trafilatura")


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_page_gives_its_main_text_and_what_it_says_of_itself(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(page(charset).encode(charset))
    article = one(path)
    paragraphs = article.text.split("\n\n")
    assert paragraphs[-2:] == [(sentence * 4).strip() for sentence in SENTENCES]
    assert "Sport" not in article.text
    assert "Copyright" not in article.text
    assert (article.title, article.source, article.language) == ("Rain in the café", "example.com", "en")
    assert article.extra == {"source_name": "The Daily"}
    assert (article.published, article.url) == ("2019-04-06T10:00:00Z", "https://www.example.com/rain")
    assert (article.id, article.record) == ("page.html", 0)


@pytest.mark.usefixtures("pages")
def test_the_folder_of_a_page_is_its_source_whatever_it_says(tmp_path: Path) -> None:
    path = tmp_path / "bbc" / "page.htm"
    path.parent.mkdir()
    path.write_text(page())
    (article,) = read_articles(tmp_path)
    assert (article.id, article.source) == ("bbc/page.htm", "bbc")


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("meta", "published"),
    [
        ('<meta name="DC.date.issued" content="2019-04-06">', "2019-04-06T00:00:00Z"),
        ('<meta property="article:published_time" content="soon"><meta name="date" content="2019-04-07">',
         "2019-04-07T00:00:00Z"),
        ('<meta name="pubdate" content="0001-01-01T00:00:00Z">', None),
        ('<time itemprop="datePublished" datetime="2019-04-08T10:00Z">', "2019-04-08T10:00:00Z"),
        ("<script type='application/ld+json'>{broken</script>", None),
    ],
)  # fmt: skip
def test_a_page_names_its_date_in_several_ways(tmp_path: Path, meta: str, published: str | None) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<html><head>{meta}</head><body><p>Rain fell.</p><p>Hail.</p></body></html>")
    assert one(path).published == published


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("html", "text"), [("<html><body><p>Rain.</p></body></html>", "Rain."), ("<p>Rain</p>", "Rain")]
)
def test_a_short_page_gives_what_it_has(tmp_path: Path, html: str, text: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    assert one(path).text == text


def warc_record(kind: str, uri: str, media: str, block: bytes) -> bytes:
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    names = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{names}\r\n".encode() + body


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:99], body[99:], b""))


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def warc(*blocks: bytes) -> bytes:
    media = "application/http; msgtype=response"
    records = [warc_record("warcinfo", "", "application/warc-fields", b"software: none\r\n")]
    for number, block in enumerate(blocks, 1):
        records.append(warc_record("response", f"http://www.example.org/{number}", media, block))
    return b"".join(records)


HTML = "text/html; charset=utf-8"


@pytest.mark.usefixtures("pages")
def test_the_pages_in_a_warc_become_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    body = page().encode()
    path.write_bytes(
        warc(
            answer(body, Content_Type=HTML),
            answer(b"png", Content_Type="image/png"),
            answer(body, "404 Not Found", Content_Type=HTML),
            answer(body, Content_Type="text/html", Content_Encoding="gzip", Transfer_Encoding="chunked"),
        )
        + warc_record("conversion", "http://example.net/", "text/plain", "Größe".encode())
        + warc_record("resource", "http://example.net/p", "text/html", body)
    )
    packed = tmp_path / "b.warc.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()[:700]) + gzip.compress(path.read_bytes()[700:]))
    for each in (path, packed):
        articles, errors = read(each)
        assert errors == []
        assert [article.id for article in articles] == [f"{each.name}#{number}" for number in (1, 2, 3, 4)]
        assert [article.url for article in articles] == [
            "http://www.example.org/1", "http://www.example.org/4", "http://example.net/", "http://example.net/p",
        ]  # fmt: skip
        assert articles[0].text == articles[1].text == articles[3].text
        assert "the river rose" in articles[0].text
        assert (articles[0].source, articles[2].source) == ("example.org", "example.net")
        assert articles[2].text == "Größe"


BOTH = {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ({"Content_Encoding": "gzip"}, gzip.compress),
        ({"Content_Encoding": "deflate"}, zlib.compress),
        ({"Content_Encoding": "deflate"}, raw_deflate),
        ({"Transfer_Encoding": "chunked"}, chunked),
        (
            {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"},
            lambda body: chunked(gzip.compress(body)),
        ),
        ({"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}, lambda body: body),  # stored decoded
    ],
)
def test_http_codings_are_undone(
    tmp_path: Path, coding: dict[str, str], pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(warc(answer(pack(page().encode()), Content_Type=HTML, **coding)))
    assert one(path).title == "Rain in the café"


@pytest.mark.usefixtures("pages")
def test_a_page_that_the_extraction_fails_on_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(html: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("trafilatura.load_html", fail)
    (tmp_path / "a.html").write_text(page())
    (tmp_path / "b.txt").write_text("b")
    articles, errors = read(tmp_path)
    assert [article.text for article in articles] == ["b"]
    assert errors == [f"{tmp_path / 'a.html'}: trafilatura fails: RecursionError: too deep"]


@pytest.mark.usefixtures("pages")
def test_the_server_names_the_charset(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    body = page("utf-8").encode("cp1252")  # the page is wrong, the server right
    path.write_bytes(warc(answer(body, Content_Type="text/html; charset=windows-1252")))
    assert one(path).title == "Rain in the café"


@pytest.mark.usefixtures("pages")
def test_of_a_cut_warc_the_pages_before_the_cut_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    block = answer(page().encode(), Content_Type=HTML)
    path.write_bytes(warc(block, block)[:-300])
    articles, errors = read(path)
    assert [article.id for article in articles] == ["a.warc#1"]
    assert errors == ["cut WARC record: the end of the file is missing (after page 1)"]


@pytest.mark.usefixtures("pages")
def test_junk_between_records_is_named_once_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    block = answer(page().encode(), Content_Type=HTML)
    path.write_bytes(
        warc(block) + b"junk\nmore junk\n" + warc(block) + b"WARC/1.0\r\nWARC-Type: response\r\n\r\n"
    )
    articles, errors = read(path)
    assert len(articles) == 2
    assert errors == [
        "no WARC record where one should begin (after page 1)",
        "WARC record without its length (after page 2)",
    ]


# Real samples


def test_every_real_sample_is_read_or_named(shared_data: Path, tmp_path: Path) -> None:
    """Each file gives articles or one reason, never an exception; the agencies' items have their dates."""
    pytest.importorskip("feedparser")
    pytest.importorskip("trafilatura")
    samples = shared_data / "feed-and-wire-samples" / "samples.tar.xz"
    if not samples.exists():
        pytest.skip(f"no samples in {shared_data}")
    with tarfile.open(samples) as archive:
        archive.extractall(tmp_path, filter="data")
    articles, errors = read(tmp_path)
    assert all(len(error.splitlines()) == 1 for error in errors)
    by_file: dict[str, list[Article]] = {}
    for article in articles:
        by_file.setdefault(Path(article.path).name, []).append(article)
    wire = [
        name for name in by_file if name.startswith(("aap", "afp", "ap", "dpa.", "efe", "pa", "stt", "ninjs"))
    ]
    assert len(wire) >= 35
    for name in wire:
        for article in by_file[name]:
            assert article.published, name
            assert article.id, name
            assert "<p>" not in article.text, name
    assert [article.source for article in by_file["dpa.xml"]] == ["Deutsche Presse-Agentur GmbH"]
    assert len(by_file["ap.xml"]) == 3
    assert len(by_file["intertwingly.atom"]) == 20
    assert by_file["iconv.xml"][0].text.startswith("В Бузулуке")


def test_what_a_web_archive_leaves_out_is_said(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>Rain fell.</p></body></html>"
    answers = [
        page,
        page.replace(b"text/html", b"application/pdf"),
        page.replace(b"200 OK", b"404 Not Found"),
    ]
    path = tmp_path / "a.warc"
    path.write_bytes(
        b"".join(
            warc_record("response", "http://a.example/", "application/http", answer) for answer in answers
        )
    )
    warnings: list[BadRecord] = []
    assert len(list(read_articles(path, on_warning=warnings.append))) == 1
    assert [warning.reason for warning in warnings] == [
        "left out: 1 of type application/pdf, 1 answers other than 200"
    ]


def test_a_file_of_metadata_alone_has_no_page(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    path = tmp_path / "a.wat.gz"
    path.write_bytes(
        gzip.compress(warc_record("metadata", "http://a.example/", "application/json", b'{"a": 1}'))
    )
    assert read(path) == ([], ["no page: 1 records of metadata"])


def test_an_arc_file_is_read_as_what_came_before_warc(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>Rain fell.</p></body></html>"
    head = b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n"
    path = tmp_path / "a.arc.gz"
    path.write_bytes(
        gzip.compress(
            b"filedesc://a.arc 0.0.0.0 20240611150900 text/plain %d\n%s\n" % (len(head), head)
            + b"http://a.example/1 1.2.3.4 20240611150900 text/html %d\n%s\n" % (len(answer), answer)
            + b"http://b.example/2 1.2.3.4 20240611150900 text/html 99999\n" + answer
        )
    )  # fmt: skip
    articles, errors = read(path)
    assert [(article.text, article.url, article.source) for article in articles] == [
        ("Rain fell.", "http://a.example/1", "a.example")
    ]
    assert errors == ["cut ARC record: the end of the file is missing (after page 1)"]


def test_a_body_in_zstandard_is_unpacked(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    packed = pytest.importorskip("zstandard").compress(b"<html><body><p>Rain fell.</p></body></html>")
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: zstd\r\n\r\n" + packed
    path = tmp_path / "a.warc"
    path.write_bytes(warc_record("response", "http://a.example/", "application/http", answer))
    assert one(path).text == "Rain fell."


def test_arrow_files_and_streams_are_tables(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    table = arrow.table({"id": ["a", "b"], "text": ["One.", "Two."]})
    feather.write_feather(table, tmp_path / "a.feather")
    with arrow.ipc.new_stream(tmp_path / "s.arrow", table.schema) as stream:
        stream.write_table(table)
    for name in ("a.feather", "s.arrow"):
        articles, errors = read(tmp_path / name)
        assert ([article.text for article in articles], errors) == (["One.", "Two."], []), name


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"'])
def test_a_line_that_names_the_separator_is_no_header(tmp_path: Path, first: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'{first}\nid;text\n1;"One, two, three; four"\n')
    assert (one(path).text, read(path)[1]) == ("One, two, three; four", [])


def test_a_page_keeps_a_paragraph_that_stands_twice(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    line = "The county will replace the swing bridge at Penrow with a fixed span next year."
    path = tmp_path / "a.html"
    path.write_text(
        f"<html><body><article><p>{line}</p><p>{line}</p><p>Boat owners wrote {line}</p></article></body></html>"
    )
    assert one(path).text.split("\n\n")[:2] == [line, line]


def test_the_text_that_a_page_declares_counts_where_the_page_has_a_teaser(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    body = " ".join(f"Sentence number {number} of the whole story about the bridge." for number in range(30))
    node = json.dumps({"@graph": [{"@type": "NewsArticle", "articleBody": body}]})
    path = tmp_path / "a.html"
    path.write_text(
        f'<html><head><script type="application/ld+json">{node}</script></head><body><article>'
        "<p>Sentence number 0 of the whole story about the bridge. Subscribe to read on.</p></article></body></html>"
    )
    assert one(path).text == body


@pytest.mark.usefixtures("pages")
def test_the_headline_is_in_the_title_and_not_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(dated_page("").replace("<title>Lamps", "<title>Lamps - The Vellin Herald"))
    assert one(path).title == "Lamps - The Vellin Herald"
    assert one(path).text.startswith("The town will put out")


@pytest.mark.usefixtures("pages")
def test_a_table_that_lays_out_a_page_is_no_table(tmp_path: Path) -> None:
    first, second = (
        "The town will put out every second street lamp after midnight. " * 4,
        "Shops had asked. " * 9,
    )
    cell = f"<font size=2><b>Lamps go out</b><br><br>{first}<br><br>{second}</font>"
    path = tmp_path / "page.html"
    path.write_text(f"<html><body><table><tr><td>menu<td>{cell}</table></body></html>")
    assert "|" not in one(path).text
    assert {first.strip(), second.strip()} <= set(one(path).text.split("\n\n"))


# Dates of pages


def dated_page(head: str, body: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title>{head}</head><body>
<article><h1>Lamps</h1>{body}<p>The town will put out every second street lamp after midnight, the council decided on
Tuesday evening after a long debate.</p><p>Shopkeepers had asked for the lights to stay on at least around the market
square, where the last bus arrives at one.</p></article></body></html>"""


LD = '<script type="application/ld+json">{}</script>'


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("head", "body", "published", "day"),
    [
        (LD.format('{"@type": "NewsArticle", "datePublished": "2023-11-09T21:05:00+01:00"}'), "",
         "2023-11-09T20:05:00Z", False),
        (LD.format('{"@graph": [{"@type": "WebSite", "datePublished": "2001-01-01"}, {"@type": "VideoObject",'
                   ' "datePublished": "2002-02-02"}, {"@type": ["Thing", "LiveBlogPosting"],'
                   ' "datePublished": "2023-11-09T20:05:00Z"}]}'), "", "2023-11-09T20:05:00Z", False),
        (LD.format('{"@type": "Article", "datePublished": "2023-11-09T21:05:00"}')
         + '<meta property="article:published_time" content="2023-11-09T21:05:00-05:00">', "",
         "2023-11-10T02:05:00Z", False),
        ('<meta name="date" content="9 November 2023">', "", "2023-11-09T00:00:00Z", True),
        ('<meta name="pubdate" content="0001-01-01T00:00:00">', '<time datetime="2023-11-09T20:05Z">x</time>',
         "2023-11-09T20:05:00Z", False),
        ("", '<p class="date">Published on 9 November 2023</p>', "2023-11-09T00:00:00Z", True),
        (LD.format("{broken"), "", None, False),
        (LD.format('{"@type": "NewsArticle", "datePublished": "2023-11-09T20:05:00Z", }'), "",
         "2023-11-09T20:05:00Z", False),
        (LD.format('//<![CDATA[\n{"@type": "NewsArticle", "datePublished": "2023-11-09T20:05:00Z"}\n//]]>'), "",
         "2023-11-09T20:05:00Z", False),
        ("", "<footer>© 2021 Lamps Ltd</footer>", None, False),
    ],
)  # fmt: skip
def test_a_page_has_the_date_that_its_article_says(
    tmp_path: Path, head: str, body: str, published: str | None, day: bool
) -> None:
    path = tmp_path / "page.html"
    path.write_text(dated_page(head, body))
    article = one(path)
    assert (article.published, article.extra.get("date_only", False)) == (published, day)
