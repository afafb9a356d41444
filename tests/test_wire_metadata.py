"""What agencies' items and feeds say beside their text: dates, versions, sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup import Article, read_articles
from dedup.provenance import current

LAMPS = (
    "The town will put out every second street lamp after midnight, the council decided on Tuesday evening."
)

G2 = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:lamps" version="{version}">
<itemMeta><provider literal="Wire"/><versionCreated>2024-05-01T1{version}:00:00+02:00</versionCreated>
<firstCreated>{first}</firstCreated><embargoed>2024-05-01T12:00:00Z</embargoed><pubStatus qcode="stat:usable"/>
<link rel="irel:previousVersion" residref="urn:x:older"/><link rel="irel:seeAlso" href="https://a.example/"/>
<link rel="x:canonical" href="https://wire.example/lamps"/></itemMeta>
<contentMeta><by>By Ann Other</by><creditline>Wire/Other Wire</creditline><headline>Lamps</headline></contentMeta>
<contentSet><inlineXML><html><body><p>{text}</p></body></html></inlineXML></contentSet></newsItem>"""


def one(path: Path) -> Article:
    (article,) = read_articles(path)
    return article


def test_an_item_of_newsml_g2_is_of_when_it_came_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(G2.format(version=3, first="2024-05-01T08:00:00Z", text=LAMPS))
    article = one(path)
    assert (article.published, article.url) == ("2024-05-01T08:00:00Z", "https://wire.example/lamps")
    assert article.extra == {
        "version": "3", "versionCreated": "2024-05-01T11:00:00Z", "evolvedfrom": "urn:x:older",
        "byline": "By Ann Other", "credit": "Wire/Other Wire", "embargo": "2024-05-01T12:00:00Z",
        "pubStatus": "usable",
    }  # fmt: skip


@pytest.mark.parametrize("first", ["", "long ago"])
def test_without_its_first_date_an_item_has_that_of_its_version(tmp_path: Path, first: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(G2.format(version=3, first=first, text=LAMPS))
    assert one(path).published == "2024-05-01T11:00:00Z"


def test_versions_of_an_item_in_files_of_their_own_are_one_article(tmp_path: Path) -> None:
    for version in (1, 3, 2):
        text = LAMPS if version < 3 else f"{LAMPS} The vote was close."
        path = tmp_path / f"{version}.xml"
        path.write_text(G2.format(version=version, first="2024-05-01T08:00:00Z", text=text))
    (article,) = current(read_articles(tmp_path)).articles
    assert (article.extra["version"], article.published) == ("3", "2024-05-01T08:00:00Z")


def test_public_identifiers_end_with_the_revision(tmp_path: Path) -> None:
    for revision in (1, 2):
        (tmp_path / f"{revision}.xml").write_text(
            "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>wire.example</ProviderId>"
            f"<RevisionId PreviousRevision='{revision - 1}' Update='N'>{revision}</RevisionId>"
            f"<PublicIdentifier>urn:newsml:wire.example:20240501:lamps:{revision}N</PublicIdentifier>"
            "</NewsIdentifier></Identification><NewsManagement><FirstCreated>20240501T080000Z</FirstCreated>"
            f"<ThisRevisionCreated>20240501T0{revision}3000Z</ThisRevisionCreated></NewsManagement>"
            f"<NewsComponent><ContentItem><DataContent><p>{'Short. ' * revision}</p></DataContent></ContentItem>"
            "</NewsComponent></NewsItem></NewsML>"
        )
    (article,) = current(read_articles(tmp_path)).articles
    assert article.id == "urn:newsml:wire.example:20240501:lamps:2N"
    assert article.extra["versionOf"] == "urn:newsml:wire.example:20240501:lamps"
    assert article.published == "2024-05-01T08:00:00Z"


@pytest.mark.parametrize(
    ("first", "version"), [("firstcreated", "versioncreated"), ("firstCreated", "versionCreated")]
)
def test_ninjs_is_dated_by_its_first_version(tmp_path: Path, first: str, version: str) -> None:
    path = tmp_path / "a.json"
    item = {
        "uri": "urn:1",
        "body_text": LAMPS,
        first: "2024-05-01T08:00:00Z",
        version: "2024-05-02T08:00:00Z",
    }
    path.write_text(json.dumps(item))
    article = one(path)
    assert (article.published, article.extra) == ("2024-05-01T08:00:00Z", {version: "2024-05-02T08:00:00Z"})


def feed(path: Path, channel: str, item: str) -> Path:
    path.write_text(
        f'<rss version="2.0"><channel>{channel}<item><description>{LAMPS}</description>{item}</item></channel></rss>'
    )
    return path


@pytest.mark.parametrize(
    ("channel", "item", "source", "name"),
    [
        ("<title>Paper: town</title><link>https://www.paper.co.uk/town</link>", "", "paper.co.uk", "Paper: town"),
        ("<title>Paper</title>", "<link>https://www.paper.example/1</link>", "paper.example", "Paper"),
        ("<title>Paper</title>", "", "Paper", None),
        ("<title>All news</title><link>https://all.example/</link>",
         '<source url="https://www.paper.example/rss">Paper</source>', "paper.example", "Paper"),
        ("<title>All news</title><link>https://all.example/</link>", "<source>Paper</source>", "Paper", None),
    ],
)  # fmt: skip
def test_a_feed_is_of_its_site(
    tmp_path: Path, channel: str, item: str, source: str, name: str | None
) -> None:
    pytest.importorskip("feedparser")
    article = one(feed(tmp_path / "feed.xml", channel, item))
    assert (article.source, article.extra.get("source_name")) == (source, name)


def test_a_feed_knows_where_its_zones_are(tmp_path: Path) -> None:
    pytest.importorskip("feedparser")
    item = "<guid>1</guid><pubDate>Thu, 09 Nov 2023 21:05:10 IST</pubDate>"
    channel = "<title>Paper</title><link>https://paper.co.il/</link><language>he</language>"
    (article,) = read_articles(feed(tmp_path / "feed.xml", channel, item))
    assert article.published == "2023-11-09T19:05:10Z"


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dcterms="http://purl.org/dc/terms/"><channel>
<title>Quay</title><link>{link}</link><item><title>Ferry</title><link>https://quay.example/7</link>
<description>The ferry sails twice a week.</description>{dates}</item></channel></rss>"""


def test_an_entry_is_dated_by_when_it_was_made_and_no_feed_service_is_a_source(tmp_path: Path) -> None:
    created, modified = (
        f"<dcterms:{name}>2024-06-0{day}T10:00:00Z</dcterms:{name}>"
        for name, day in (("created", 3), ("modified", 5))
    )
    feed = FEED.format(link="https://feeds.feedburner.com/quay", dates=modified + created)
    (tmp_path / "a.rss").write_text(feed)
    (entry,) = read_articles(tmp_path / "a.rss")
    assert (entry.published, entry.extra["updated"]) == ("2024-06-03T10:00:00Z", "2024-06-05T10:00:00Z")
    assert entry.source == "quay.example"


@pytest.mark.parametrize("key", ["contentcreated", "contentCreated"])
def test_ninjs_without_a_first_version_is_dated_by_its_content(tmp_path: Path, key: str) -> None:
    item = {
        "uri": "u",
        "body_text": "One.",
        key: "2024-06-03T10:00:00Z",
        "versioncreated": "2024-06-05T10:00:00Z",
    }
    (tmp_path / "a.json").write_text(json.dumps(item))
    (article,) = read_articles(tmp_path / "a.json")
    assert article.published == "2024-06-03T10:00:00Z"


def test_nitf_may_write_its_date_out(tmp_path: Path) -> None:
    head = "<head><docdata><date.issue>3 June 2024</date.issue></docdata></head>"
    (tmp_path / "a.xml").write_text(
        f"<nitf>{head}<body><body.content><p>One.</p></body.content></body></nitf>"
    )
    (article,) = read_articles(tmp_path / "a.xml")
    assert article.published == "2024-06-03T00:00:00Z"
