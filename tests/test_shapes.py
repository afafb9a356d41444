"""Records of other people's programs are known by their shape. `SHAPES` names what the examples follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import BadRecord
from dedup.model import Article
from dedup.readers import read_articles
from dedup.readers.options import Options
from dedup.readers.shapes import SHAPES, shape_of

ONE = "The ferry sails twice a week."
TWO = "Islanders wanted it to stay."
HTML = f"<p>{ONE}</p>\n<p>{TWO}</p>"
BOTH = f"{ONE}\n\n{TWO}"


def read(path: Path, content: object, **kept: Any) -> tuple[list[Article], list[str]]:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    errors: list[BadRecord] = []
    return list(read_articles(path, on_error=errors.append, **kept)), [error.reason for error in errors]


EXAMPLES: list[tuple[str, Any, dict[str, Any]]] = [
    (
        "JSON Feed",
        {
            "version": "https://jsonfeed.org/version/1",
            "title": "The Islander",
            "home_page_url": "https://www.islander.example/",
            "items": [
                {
                    "id": "7",
                    "url": "https://islander.example/7",
                    "content_html": HTML,
                    "date_published": "2024-06-11T16:10:00+02:00",
                }
            ],
        },
        {"id": "7", "text": BOTH, "source": "islander.example", "published": "2024-06-11T14:10:00Z"},
    ),
    (
        "Guardian",
        {
            "response": {
                "status": "ok",
                "results": [
                    {
                        "id": "uk/7",
                        "webTitle": "Ferry",
                        "webPublicationDate": "2024-06-11T14:10:00Z",
                        "webUrl": "https://paper.example/7",
                        "fields": {"body": HTML, "trailText": "x"},
                        "tags": [{"id": "t"}],
                    }
                ],
            }
        },
        {
            "id": "uk/7",
            "text": BOTH,
            "title": "Ferry",
            "url": "https://paper.example/7",
            "source": "paper.example",
        },
    ),
    (
        "EventRegistry",
        {
            "articles": {
                "page": 1,
                "results": [
                    {
                        "uri": "77",
                        "dateTimePub": "2024-06-11T14:10:00Z",
                        "date": "2024-06-12",
                        "title": "Ferry",
                        "body": BOTH,
                        "lang": "eng",
                        "source": {"uri": "islander.example", "title": "The Islander"},
                    }
                ],
            }
        },
        {
            "id": "77",
            "text": BOTH,
            "title": "Ferry",
            "source": "islander.example",
            "published": "2024-06-11T14:10:00Z",
        },
    ),
    (
        "WordPress REST",
        [
            {
                "id": 7,
                "date": "2024-06-11T16:10:00",
                "date_gmt": "2024-06-11T14:10:00",
                "link": "https://blog.example/7",
                "title": {"rendered": "Ferries &#8211; fewer"},
                "content": {"rendered": HTML},
                "guid": {"rendered": "x"},
            }
        ],
        {
            "id": "7",
            "text": BOTH,
            "title": "Ferries – fewer",
            "url": "https://blog.example/7",
            "published": "2024-06-11T14:10:00Z",
        },
    ),
    (
        "news-please",
        {
            "maintext": BOTH,
            "title": "Ferry",
            "source_domain": "islander.example",
            "url": "https://islander.example/7",
            "language": "en",
            "date_publish": "2024-06-11 14:10:00",
            "date_download": "2024-07-01 00:00:00",
        },
        {"text": BOTH, "source": "islander.example", "published": "2024-06-11T14:10:00Z", "language": "en"},
    ),
    (
        "trafilatura",
        {
            "title": "Ferry",
            "hostname": "islander.example",
            "date": "2024-06-11",
            "fingerprint": "a1",
            "source": "https://islander.example/7",
            "source-hostname": "The Islander",
            "text": BOTH,
        },
        {
            "text": BOTH,
            "source": "islander.example",
            "url": "https://islander.example/7",
            "published": "2024-06-11T00:00:00Z",
        },
    ),
    (
        "newspaper4k",
        {
            "url": "https://islander.example/7",
            "title": "Ferry",
            "text": BOTH,
            "publish_date": "2024-06-11T14:10:00+00:00",
            "meta_lang": "en",
            "top_image": "",
            "meta_site_name": "The Islander",
        },
        {"text": BOTH, "source": "The Islander", "language": "en", "published": "2024-06-11T14:10:00Z"},
    ),
    (
        "FineWeb",
        {
            "text": BOTH,
            "id": "<urn:uuid:7>",
            "dump": "CC-MAIN-2024-10",
            "url": "https://islander.example/7",
            "date": "2024-07-01T00:00:00Z",
            "file_path": "s3://x",
            "language": "en",
            "token_count": 9,
        },
        {"id": "<urn:uuid:7>", "source": "islander.example", "published": None, "language": "en"},
    ),
    (
        "dolma, datatrove",
        {
            "id": "7",
            "text": BOTH,
            "source": "cc-news",
            "created": "2024-06-11T14:10:00.000Z",
            "added": "2024-08-01T00:00:00Z",
            "metadata": {"url": "https://islander.example/7"},
        },
        {
            "id": "7",
            "source": "cc-news",
            "url": "https://islander.example/7",
            "published": "2024-06-11T14:10:00Z",
        },
    ),
    (
        "schema.org",
        {
            "@type": "NewsArticle",
            "@id": "https://islander.example/7",
            "headline": "Ferry",
            "articleBody": BOTH,
            "datePublished": "2024-06-11T14:10:00Z",
            "publisher": {"@type": "Organization", "name": "The Islander"},
        },
        {"id": "https://islander.example/7", "text": BOTH, "title": "Ferry", "source": "The Islander"},
    ),
    (
        "NewsAPI, GNews, mediastack",
        {
            "status": "ok",
            "articles": [
                {
                    "source": {"id": None, "name": "The Islander"},
                    "title": "Ferry",
                    "description": "Less",
                    "url": "https://islander.example/7",
                    "publishedAt": "2024-06-11T14:10:00Z",
                    "content": BOTH,
                }
            ],
        },
        {"text": BOTH, "source": "islander.example", "published": "2024-06-11T14:10:00Z"},
    ),
    (
        "newsdata.io",
        {
            "results": [
                {
                    "article_id": "7",
                    "title": "Ferry",
                    "link": "https://www.islander.example/7",
                    "source_id": "islander",
                    "source_url": "https://islander.example",
                    "description": BOTH,
                    "pubDate": "2024-06-11 14:10:00",
                }
            ]
        },
        {"id": "7", "text": BOTH, "source": "islander.example", "published": "2024-06-11T14:10:00Z"},
    ),
    (
        "webz.io",
        {
            "posts": [
                {
                    "uuid": "7",
                    "thread": {"site": "islander.example"},
                    "title": "Ferry",
                    "text": BOTH,
                    "published": "2024-06-11T17:10:00.000+03:00",
                }
            ]
        },
        {"id": "7", "text": BOTH, "source": "islander.example", "published": "2024-06-11T14:10:00Z"},
    ),
]


@pytest.mark.parametrize(("name", "content", "wanted"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_a_record_of_a_known_shape_is_an_article(
    tmp_path: Path, name: str, content: Any, wanted: dict[str, Any]
) -> None:
    ((article,), errors) = read(tmp_path / "a.json", content)
    assert errors == []
    assert {key: getattr(article, key) for key in wanted} == wanted


def test_every_shape_has_an_example_and_says_where_it_is_described() -> None:
    assert [shape.name for shape in SHAPES] == [name for name, _, _ in EXAMPLES]
    assert all(shape.source.startswith("https://") for shape in SHAPES)
    assert shape_of({"text": "a", "id": "b", "source": "c"}) is None


def test_what_the_user_names_counts_before_the_shape(tmp_path: Path) -> None:
    record = {"maintext": "no", "raw": ONE, "source_domain": "no.example", "paper": "yes"}
    (article,), _ = read(tmp_path / "a.jsonl", record, fields={"text": "raw", "source": "paper"})
    assert (article.text, article.source) == (ONE, "yes")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_the_user_says_where_the_records_are(tmp_path: Path, name: str) -> None:
    answer = {"data": {"hits": [{"story": ONE}, {"story": TWO}, 7]}, "links": [{"a": 1}]}
    path, options = tmp_path / name, Options(records="data.hits")
    articles, errors = read(path, answer, fields={"text": "story"}, options=options)
    assert [article.text for article in articles] == [ONE, TWO]
    assert len(errors) == 1 and "not a JSON object" in errors[0]
    _, errors = read(path, answer, options=Options(records="data.rows"))
    assert errors == ["no records under 'data.rows'; there are: data, links"]


def test_a_text_in_html_is_the_text_in_it_and_plain_text_stays(tmp_path: Path) -> None:
    plain = "Readings of x < 5 and y > 3 for AT&T &amp; others, marked <missing> or <b, stay."
    records = [{"text": HTML}, {"text": f"{ONE}<br/><br/>{TWO}"}, {"text": plain}, {"text": [ONE, TWO]}]
    articles, errors = read(tmp_path / "a.json", records)
    assert errors == []
    assert [article.text.split() for article in articles[:2]] == [BOTH.split()] * 2
    assert [article.text for article in articles[2:]] == [plain, BOTH]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('{"text": "a", "author": NaN, "score": -Infinity}', "a"),
        ('{"text": "cut \\ud83d"}', "cut \ufffd"),
        ('\ufeff{"text": "joined"}', "joined"),
        ('{"text": "a", "title": ["T", 1], "url": {"href": 1}, "language": false}', "a"),
        ('{"text": "a", "title": 7, "source": []}', "a"),
    ],
)
def test_an_odd_field_costs_the_field_and_never_the_article(tmp_path: Path, line: str, text: str) -> None:
    articles, errors = read(tmp_path / "a.jsonl", f'{{"text": "x"}}\n{line}\n{{"text": "y"}}\n')
    assert ([article.text for article in articles], errors) == (["x", text, "y"], [])


@pytest.mark.parametrize(
    "source",
    [
        "The Islander",
        {"id": "the-islander", "name": "The Islander"},
        {"name": "The Islander", "url": "https://islander.example"},
    ],
)
def test_an_outlet_has_one_key_in_its_feed_and_in_what_others_offer_of_it(
    tmp_path: Path, source: Any
) -> None:
    link = "https://www.islander.example/7"
    record = {
        "source": source,
        "title": "Ferry",
        "content": BOTH,
        "url": link,
        "published_at": "2024-06-11T14:10:00Z",
    }
    ((article,), _) = read(tmp_path / "a.json", {"articles": [record]})
    channel = f"<title>The Islander</title><link>{link}</link><item><description>{BOTH}</description></item>"
    (tmp_path / "a.rss").write_text(f"<rss version='2.0'><channel>{channel}</channel></rss>")
    (entry,) = read_articles(tmp_path / "a.rss")
    assert (article.source, article.extra["source_name"]) == (entry.source, entry.extra["source_name"])
    assert entry.source == "islander.example"


@pytest.mark.parametrize(
    ("party", "url", "source"),
    [
        ({"name": "Quay Agency", "role": "isrol:provider"}, None, "Quay Agency"),
        ({"literal": "QA", "uri": "https://concepts.example/17"}, None, "QA"),
        ({"name": "Quay Agency"}, "https://www.quay.example/7", "quay.example"),
    ],
)
@pytest.mark.parametrize("key", ["infoSources", "infosources"])
def test_ninjs_2_and_3_name_who_supplied_an_item(
    tmp_path: Path, key: str, party: dict[str, str], url: str | None, source: str
) -> None:
    bodies = [{"contenttype": "text/html", "value": f"<p>{BOTH}</p>"}]
    item = {
        "uri": "urn:7",
        "bodies": bodies,
        key: [{"name": "Another", "role": "origin"}, party][-1:],
        "url": url,
    }
    ((article,), errors) = read(tmp_path / "a.json", item)
    assert (article.source, errors) == (source, [])


def test_exports_of_elasticsearch_and_lists_of_paragraphs_are_records(tmp_path: Path) -> None:
    hit = {"_index": "news", "_id": "9", "_source": {"text": BOTH, "title": "Ferry"}}
    ((article,), _) = read(tmp_path / "a.json", hit)
    assert (article.id, article.text, article.title) == ("9", BOTH, "Ferry")
    ((article,), _) = read(tmp_path / "b.json", {"id": "7", "paragraphs": [ONE, TWO]})
    assert article.text == BOTH
