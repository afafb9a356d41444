"""Whose articles: one key an outlet, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dedup import read_articles
from dedup.cli.main import main
from dedup.errors import BadRecord
from dedup.readers.outlets import Outlets, domain, read_aliases

TEXT = "The ferry to the outer islands will sail twice a week from October, the harbour board decided on Tuesday."


@pytest.mark.parametrize(
    ("source", "url", "key", "name"),
    [
        ("wire", "https://www.paper.example/1", "wire", "wire"),
        ("", "https://www.paper.example/1", "paper.example", ""),
        (None, "https://news.paper.co.uk/1", "paper.co.uk", ""),
        ("https://www.paper.example:8080/a?b#c", "", "paper.example", ""),
        ("www.Paper.example", "", "paper.example", ""),
        ({"id": "the-paper", "name": "The  Paper"}, "", "The Paper", "The Paper"),
        ({"uri": "paper.co.uk", "title": "The Paper"}, "", "The Paper", "The Paper"),
        ({"uri": "sport.paper.co.uk/live"}, "", "paper.co.uk", ""),
        ({"uri": "urn:paper", "title": "The Paper"}, "", "The Paper", "The Paper"),
        ({"name": None, "url": "https://m.paper.example"}, "", "paper.example", ""),
        ({}, "https://paper.example/1", "paper.example", ""),
        (["The Paper", "Another"], "", "The Paper", "The Paper"),
        (17, "", "17", "17"),
        (True, "", "", ""),
        (None, "/relative/1.html", "", ""),
        ("AC/DC fanzine", "", "AC/DC fanzine", "AC/DC fanzine"),
    ],
)
def test_a_source_has_one_key_and_its_name_apart(source: object, url: str, key: str, name: str) -> None:
    assert Outlets().of(source, url) == (key, name)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://one.github.io/a", "one.github.io"),
        ("https://bücher.example.de/", "example.de"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://[::1]/a", "::1"),
        ("http://localhost/a", "localhost"),
        ("https://co.uk/", "co.uk"),
        ("//cdn.example.com/a", "example.com"),
        ("urn:newsml:example.com:1", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_an_address_has_its_registrable_domain(url: str, key: str) -> None:
    assert domain(url) == key


def test_a_missing_source_is_that_of_the_address_in_every_table(tmp_path: Path) -> None:
    url = "https://www.paper.example/1"
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "url": url}))
    (tmp_path / "b.json").write_text(json.dumps([{"text": TEXT, "url": url, "source": ""}]))
    (tmp_path / "c.csv").write_text(f'text,source,url\n"{TEXT}",,{url}\n')
    assert [article.source for article in read_articles(tmp_path)] == ["paper.example"] * 3


def test_aliases_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "outlets.txt"
    path.write_text("# two names\n\npaper.example = paper.test, The Paper\nWire = AP, ap.example\n")
    outlets = read_aliases(path)
    assert outlets.of("the paper") == ("paper.example", "the paper")
    assert outlets.of("", "https://m.paper.test/1") == ("paper.example", "")
    assert outlets.of({"name": "AP", "url": "https://elsewhere.example"})[0] == "Wire"
    assert outlets.of("other")[0] == "other"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("paper.example\n", "outlets.txt:1: not of the form"),
        ("a = b\n\nc = B\n", "outlets.txt:3: 'B' is an alias of 'a', too"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "outlets.txt"
    path.write_text(text)
    with pytest.raises(BadRecord, match=says):
        read_aliases(path)


def test_what_two_names_of_one_outlet_share_is_carried_over(tmp_path: Path) -> None:
    (tmp_path / "outlets.txt").write_text("paper.example = The Paper")
    rows = [
        {"id": "1", "source": "The Paper", "published": "2024-05-01T08:00:00Z", "text": TEXT},
        {"id": "2", "url": "https://www.paper.example/2", "published": "2024-05-02T08:00:00Z", "text": TEXT},
    ]
    feed = tmp_path / "feed.jsonl"
    feed.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    result = CliRunner().invoke(main, ["scan", str(feed), "--sources", str(tmp_path / "outlets.txt")])
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["source"] for report in reports] == ["paper.example"] * 2
    assert reports[1]["ledger"]["carried_over"] == reports[1]["words"]
