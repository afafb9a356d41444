"""Formats that hold articles among lines of their own: press databases, telegrams, mail, archives."""

# ruff: noqa: E501 - lines of these formats are as long as they are

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import BadRecord
from dedup.model import Article
from dedup.readers import read_articles
from dedup.readers.wrapping import joined

FERRY = (
    "The harbour board of Tarnwick decided on Tuesday that the evening ferry to the\n"
    "outer islands will sail twice a week instead of daily from October.\n\n"
    "Islanders had asked for the late sailing to stay, because the school bus and\n"
    "the clinic both depend on it through the dark months."
)
DAM = (
    "Engineers found a long crack in the old mill dam above Ossery this week, and\n"
    "the council closed the footpath that leads along its foot.\n\n"
    "Divers will inspect the gate tomorrow while pumps lower the pond by half a\n"
    "metre, the water office announced in a short notice."
)


def flat(text: str) -> str:
    return "\n\n".join(" ".join(block.split()) for block in text.split("\n\n"))


def read(path: Path, content: str | bytes) -> list[Article]:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    def fail(error: BadRecord) -> None:
        raise error

    return list(read_articles(path, on_error=fail))


def told(articles: list[Article]) -> list[tuple[str, str, str | None, str]]:
    return [(one.title, one.source, one.published, one.text) for one in articles]


WANTED = [
    ("Evening ferry cut back", "The Islander", "2024-06-11T00:00:00Z", flat(FERRY)),
    ("Crack found in mill dam", "Ossery Gazette", "2024-04-09T00:00:00Z", flat(DAM)),
]


def nexis(number: int, paper: str, day: str, title: str, text: str, count: str = "of 2 DOCUMENTS") -> str:
    return (
        f"\n\n                              {number} {count}\n\n\n\n                       {paper}\n\n"
        f"                            {day}\n\n{title}\n\nBYLINE: Staff\n\nSECTION: NEWS; Pg. 4\n\nLENGTH: 72 words\n\n"
        f"{text}\n\nLOAD-DATE: June 12, 2024\n\nLANGUAGE: ENGLISH\n\nPUBLICATION-TYPE: Newspaper\n\n\n"
        f"                          Copyright 2024 {paper}\n                              All Rights Reserved\n"
    )


def test_a_nexis_export_is_many_articles(tmp_path: Path) -> None:
    export = "Download Request: Selected Items: 1-2\nTime Of Request: Friday\n"
    export += nexis(1, "The Islander", "June 11, 2024 Tuesday", "Evening ferry cut back", FERRY)
    export += nexis(
        2, "Ossery Gazette", "April 9, 2024 Tuesday\n      Final Edition", "Crack found in mill dam", DAM
    )
    assert told(read(tmp_path / "a.txt", export)) == WANTED


def test_a_nexis_export_may_be_german(tmp_path: Path) -> None:
    export = nexis(
        1, "The Islander", "11. Juni 2024 Dienstag", "Evening ferry cut back", FERRY, "von 2 DOKUMENTEN"
    )
    export += nexis(
        2, "Ossery Gazette", "9. April 2024 Dienstag", "Crack found in mill dam", DAM, "von 2 DOKUMENTEN"
    )
    assert told(read(tmp_path / "a.txt", export.replace("LENGTH", "LÄNGE"))) == WANTED


def uni(title: str, paper: str, day: str, text: str) -> str:
    return (
        f"{title}\n\n{paper}\n\n{day}\n\nCopyright 2024 {paper} All Rights Reserved\n\nSection: NEWS; Pg. 4\n\n"
        f"Length: 72 words\n\nByline: Staff\n\nBody\n\n\n{text}\n\n\nLoad-Date: June 12, 2024\n\n\nEnd of Document\n\n"
    )


def test_the_newer_layout_of_nexis(tmp_path: Path) -> None:
    export = uni("Evening ferry cut back", "The Islander", "June 11, 2024 Tuesday", FERRY)
    export += uni("Crack found in mill dam", "Ossery Gazette", "April 9, 2024 Tuesday", DAM)
    assert told(read(tmp_path / "a.txt", export)) == WANTED


def test_factiva_exports_with_and_without_codes(tmp_path: Path) -> None:
    coded, bare = "", ""
    for number, (title, paper, published, _) in enumerate(WANTED):
        day = {"06": "11 June 2024", "04": "9 April 2024"}[str(published)[5:7]]
        lead, rest = (FERRY, DAM)[number].split("\n\n")
        name = f"PAPER0002024061{number}ek6b0000{number}"
        coded += f"\n\nHD  {title}\nBY  Staff\nWC  72 words\nPD  {day}\nSN  {paper}\nSC  PAPER\nLA  English\n"
        coded += f"\nLP  \n{lead}\n\nTD  \n{rest}\n\nNS  gcat\nAN  Document {name}\n\nDocument {name}\n"
        bare += (
            f"\n\n{title}\n\nStaff\n72 words\n{day}\n{paper}\nPAPER\n4\nEnglish\n(c) 2024 {paper}\n\n{lead}"
        )
        bare += f"\n\n{rest}\n\nDocument {name}\n"
    for export in (coded, bare):
        articles = read(tmp_path / "a.txt", export)
        assert told(articles) == WANTED
        assert articles[0].id == "PAPER00020240610ek6b00000"


IPTC = (
    "\x01nka062 4 i 211 ccccb   nka 061\r\n\r\nRegion-accidents/\r\n\x02{head} =\r\n\r\n"
    "   Ossery (nka) - {text}\r\n\r\n## Editorial contacts\r\n- Tel: +49 30 1\r\n\r\n"
    "\x03091137 GMT Apr 24 \r\n\x7f\r\n\x7f\x04"
)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Crack in mill dam above Ossery", "Crack in mill dam above Ossery"),
        ("1ST LEAD\r\nCrack in mill dam above Ossery\r\nBy Ann Smith, nka", "Crack in mill dam above Ossery"),
    ],
)
def test_a_telegram_of_iptc_7901(tmp_path: Path, head: str, title: str) -> None:
    text = DAM.replace("\n\n", "\r\n\r\n   ").replace("\n", "\r\n").replace("\r\r", "\r")
    (article,) = read(tmp_path / "wire" / "a.txt", IPTC.format(head=head, text=text))
    assert told([article]) == [(title, "nka", "2024-04-09T11:37:00Z", f"Ossery (nka) - {flat(DAM)}")]


def test_telegrams_of_anpa_one_after_the_other(tmp_path: Path) -> None:
    def telegram(title: str, text: str, sent: str) -> str:
        blocks = "\n \n".join(f"\t   {' '.join(block.split())}" for block in text.split("\n\n"))
        return (
            f"\x16\x16\x01W2214\x1f_nkae-\nf l\x13\x11 BC-TN--Slug     06-11 0249\n\x02^BC-TN--Slug, 1st Ld,249<\n^{title} <\n"
            f"^Eds: With photos.<\n^By STAFF=\n^Northern Krill Agency=\n{blocks}\n \n\n\t   \x03NKA-WF-{sent}GMT<\n\n\x0c\n\x04"
        )

    wire = telegram("Evening ferry cut back", FERRY, "06-11-24 1509") + telegram(
        "Crack found", DAM, "04-09-24 0937"
    )
    articles = read(tmp_path / "a.tst", wire)
    assert [(one.title, one.published, one.text) for one in articles] == [
        ("Evening ferry cut back", "2024-06-11T15:09:00Z", flat(FERRY)),
        ("Crack found", "2024-04-09T09:37:00Z", flat(DAM)),
    ]


MAIL = (
    "From: Tarnwick Harbour Board <press@harbour.example>\nTo: desk@paper.example\nMessage-ID: <7@harbour.example>\n"
    "Subject: =?utf-8?q?F=C3=A4hre?= cut back\nDate: Tue, 11 Jun 2024 17:09:00 +0200\nMIME-Version: 1.0\n"
)


def test_a_mail_and_a_box_of_them(tmp_path: Path) -> None:
    plain = MAIL + f'Content-Type: text/plain; charset="utf-8"\n\n{FERRY}\n\n-- \nTarnwick Harbour Board\n'
    html = MAIL.replace("<7@", "<8@") + (
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/html; charset=iso-8859-1\n'
        "Content-Transfer-Encoding: quoted-printable\n\n<p>It cost =A35.</p><p>No more.</p>\n--b\n"
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nleave out\n--b--\n"
    )
    wanted = ("Fähre cut back", "Tarnwick Harbour Board", "2024-06-11T15:09:00Z", flat(FERRY))
    assert told(read(tmp_path / "a.eml", plain)) == [wanted]
    box = f"From press@harbour.example Tue Jun 11 17:09:00 2024\n{plain}\nFrom x@y.example Tue Jun 11 17:09:01 2024\n{html}\n"
    first, second = read(tmp_path / "box", box)
    assert told([first]) == [wanted]
    assert (second.id, second.text) == ("8@harbour.example", "It cost £5.\n\nNo more.")


def test_alto_joins_hyphenated_words_and_keeps_blocks(tmp_path: Path) -> None:
    alto = (
        '<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Layout><Page><PrintSpace>'
        '<TextBlock><TextLine><String CONTENT="The"/><SP/><String CONTENT="har" SUBS_TYPE="HypPart1" SUBS_CONTENT="harbour"/>'
        '<HYP CONTENT="-"/></TextLine><TextLine><String CONTENT="bour" SUBS_TYPE="HypPart2" SUBS_CONTENT="harbour"/><SP/>'
        '<String CONTENT="board."/></TextLine></TextBlock><TextBlock><TextLine><String CONTENT="Rain."/></TextLine></TextBlock>'
        "</PrintSpace></Page></Layout></alto>"
    )
    (article,) = read(tmp_path / "p1.xml", alto)
    assert article.text == "The harbour board.\n\nRain."


def test_tei_gives_text_and_header(tmp_path: Path) -> None:
    tei = (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader><fileDesc><titleStmt><title>Ferry</title></titleStmt>'
        '<publicationStmt><publisher>The Islander</publisher><date when="1894-06-11">June</date></publicationStmt></fileDesc>'
        "</teiHeader><text><front><p>no</p></front><body><div><head>Ferry</head><p>The ferry<lb/>sails.</p><p>Rain.</p></div>"
        "</body></text></TEI>"
    )
    (article,) = read(tmp_path / "a.xml", tei)
    assert told([article]) == [
        ("Ferry", "The Islander", "1894-06-11T00:00:00Z", "Ferry\n\nThe ferry\nsails.\n\nRain.")
    ]


def test_trafilatura_s_xml(tmp_path: Path) -> None:
    doc = (
        '<doc sitename="islander.example" title="Ferry" date="2024-06-11" source="https://islander.example/7" fingerprint="a">'
        "<main><head rend='h2'>Ferry</head><p>The ferry sails.</p><list><item>One</item></list></main><comments/></doc>"
    )
    (article,) = read(tmp_path / "a.xml", doc)
    assert (article.url, article.source) == ("https://islander.example/7", "islander.example")
    assert article.text == "Ferry\n\nThe ferry sails.\n\nOne"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "---\ntitle: 'It''s late'\ndate: 2024-06-11\ntags:\n  - a\n- b\n# remark\n---\n\nThe text.",
            ("It's late", "The text."),
        ),
        ('---\r\ntitle: "F\\u00e4hre"\r\n...\r\nThe text.', ("Fähre", "The text.")),
        ("---\nThe text.\n---\nMore.", ("", "---\nThe text.\n---\nMore.")),
        ("The text.\n\n---\ntitle: x\n---\n", ("", "The text.\n\n---\ntitle: x\n---\n")),
        ("---\ntitle: never closed\n\nThe text.", ("", "---\ntitle: never closed\n\nThe text.")),
    ],
)
def test_front_matter_is_a_header_and_a_rule_is_none(
    tmp_path: Path, text: str, wanted: tuple[str, str]
) -> None:
    (article,) = read(tmp_path / "a.md", text)
    assert (article.title, article.text) == wanted


LISTS = [
    "Results of the day:\nTarnwick 2, Ossery 1\nVellin 0, Penrow 0\nLowgate 3, Corran 3",
    "- The first point of the list is rather long and nearly fills\n- a line, and so is the second of them in the same\n- way as the third",
    "Short.\nLines.\nOf verse.",
    "One paragraph a line that is much longer than any terminal would be wide, so nobody has wrapped it at some width at all.\n"
    "Another one of the same kind, which is also much longer than what fits into a line of a mail or of a terminal window.",
]  # fmt: skip


@pytest.mark.parametrize("text", LISTS)
def test_lists_and_lines_that_mean_something_stay(text: str) -> None:
    assert joined(text) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_wrapped_paragraphs_are_joined_and_no_offset_moves(end: str) -> None:
    text = FERRY.replace("\n\n", "\0").replace("\n", end).replace("\0", "\n\n")
    found = joined(text)
    assert len(found) == len(text)
    assert flat(found) == flat(FERRY)
    assert found.count("\n") == 2


def test_bodies_of_agencies_keep_their_paragraphs(tmp_path: Path) -> None:
    body = "<p>One of rain.</p><p>Two &lt;b&gt;of&lt;/b&gt; hail.&lt;br/&gt;</p><p>Three: &lt;div&gt;&lt;iframe src=x&gt;&lt;/iframe&gt;&lt;/div&gt;</p>"
    nitf = f"<nitf><body><body.content>{body}<p>Four x &lt; 5.</p></body.content></body></nitf>"
    (article,) = read(tmp_path / "a.xml", nitf)
    assert article.text == "One of rain.\n\nTwo of hail.\n\nThree:\n\nFour x < 5."


def test_the_lead_block_is_no_second_text_and_corrections_stand_apart(tmp_path: Path) -> None:
    def block(name: str, text: str) -> str:
        return f'<block class="{name}"><p>{text}</p></block>'

    body = (
        block("lead_paragraph", "LEAD: One.")
        + block("full_text", "One.</p><p>Two.")
        + block("correction_text", "No.")
    )
    nitf = f"<nitf><body><body.content>{body}</body.content></body></nitf>"
    (article,) = read(tmp_path / "a.xml", nitf)
    assert article.text == "One.\n\nTwo."
    nitf = f"<nitf><body><body.content>{block('lead', 'One.')}{block('full', 'One.</p><p>Two.')}</body.content></body></nitf>"
    (article,) = read(tmp_path / "b.xml", nitf)
    assert article.text == "One.\n\nTwo.", "whatever the block is called"


def test_an_ampersand_of_a_feed_that_begins_no_entity_is_one(tmp_path: Path) -> None:
    item = (
        "<item><guid>1</guid><description>Caf&eacute; of AT&T &amp; R&D; <![CDATA[B&B]]></description></item>"
    )
    (article,) = read(
        tmp_path / "a.xml", f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'
    )
    assert article.text.startswith("Café of AT&T & R&D") and "B&B" in article.text


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("text", "One &amp; two.\n\nThree.", "One & two.\n\nThree."),
        ("html", "&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("html", "One &lt;b&gt;and&lt;/b&gt;\n\ntwo.", "One and\n\ntwo."),
    ],
)
def test_feeds_keep_the_paragraphs_of_plain_text(tmp_path: Path, kind: str, content: str, text: str) -> None:
    pytest.importorskip("feedparser")
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>F</title><entry><id>e</id><title>E</title>'
        f'<content type="{kind}">{content}</content></entry></feed>'
    )
    (article,) = read(tmp_path / "a.atom", feed)
    assert article.text == text
