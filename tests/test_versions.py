"""What came again, and what newer versions replace: `dedup.provenance.current`."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from dedup import Article, read_articles, scan
from dedup.provenance import MANY, current

LAMPS = (
    "The town will put out every second street lamp after midnight, the council decided on Tuesday evening."
)
MORE = f"{LAMPS}\n\nShopkeepers had asked for the lights to stay on at least around the market square."
GEESE = "Eleven thousand geese were counted on the Wessel marshes this week, fewer than in any autumn since the war."


def article(text: str = LAMPS, **values: object) -> Article:
    given: dict[str, object] = {"id": "1", "source": "courier", "published": "2024-05-01T08:00:00Z"}
    return Article(text=text, **{**given, **values})  # type: ignore[arg-type]


def test_what_comes_again_with_id_and_text_is_one_article() -> None:
    found = current([article(), article(GEESE, id="2"), article(), article()])
    assert [one.id for one in found.articles] == ["1", "2"]
    assert (found.again, found.older, found.shared) == (2, 0, ())
    assert str(found) == "2 articles came again unchanged and count once"


def test_of_versions_the_newest_stays_with_the_first_date() -> None:
    versions = [
        article(LAMPS, extra={"version": "9"}),
        article(MORE, extra={"version": "10"}, published="2024-05-01T10:00:00Z"),
    ]
    for order in permutations(versions):
        (one,) = current(order).articles
        assert (one.text, one.published) == (MORE, "2024-05-01T08:00:00Z")


@pytest.mark.parametrize("name", ["versionCreated", "versioncreated", "updated"])
def test_without_numbers_the_time_of_the_version_tells(name: str) -> None:
    late = article(LAMPS, extra={name: "2024-05-02T09:00:00Z"})
    early = article(MORE, extra={name: "2024-05-02T11:00:00+04:00"})
    for order in permutations([late, early]):
        assert [one.text for one in current(order).articles] == [LAMPS]


def test_undated_texts_of_one_id_stand_as_they_came_last() -> None:
    first, last = article(MORE, published=None), article(LAMPS, published=None)
    assert [one.text for one in current([first, last]).articles] == [LAMPS]


def test_what_an_article_evolved_from_is_replaced_through_any_number_of_steps() -> None:
    steps = [
        article(LAMPS, id="a", extra={"version": "3"}),
        article(GEESE, id="b", extra={"evolvedfrom": "a", "version": "1"}, published="2024-05-01T09:00:00Z"),
        article(MORE, id="c", extra={"evolvedFrom": "b"}, published="2024-05-01T10:00:00Z"),
    ]
    for order in permutations(steps):
        (one,) = current(order).articles
        assert (one.id, one.text, one.published) == ("c", MORE, "2024-05-01T08:00:00Z")


def test_two_that_say_they_evolved_from_each_other_are_one() -> None:
    one = article(LAMPS, id="a", extra={"evolvedfrom": "b"})
    assert len(current([one, article(MORE, id="b", extra={"evolvedfrom": "a"})]).articles) == 1


def test_unlike_texts_of_one_id_are_kept_and_named() -> None:
    found = current([article(), article(GEESE)])
    assert [one.text for one in found.articles] == [LAMPS, GEESE]
    assert str(found) == "id '1' of one source with unlike texts: all of them are kept"


def test_two_outlets_may_number_alike() -> None:
    both = [article(), article(source="herald")]
    assert list(current(both).articles) == both


def test_the_same_file_name_in_two_folders_names_two_articles(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(LAMPS)
        (tmp_path / folder / "b.jsonl").write_text('{"text": "Rain fell."}\n')
    articles = list(read_articles(tmp_path / "one", tmp_path / "two"))
    assert len(current(articles).articles) == 4


def test_an_id_that_all_have_names_nothing() -> None:
    many = [article(f"{LAMPS} It is version {number} of the text.") for number in range(MANY + 1)]
    assert len(current([*many, many[0]]).articles) == MANY + 1


def test_a_scan_judges_an_article_once() -> None:
    told = []
    reports = list(scan([article(), article(MORE), article(GEESE, id="2")], on_current=told.append))
    assert [(report.id, report.originality) for report in reports] == [("1", 1.0), ("2", 1.0)]
    assert [found.older for found in told] == [1]


def test_an_archive_of_polls_is_one_reference() -> None:
    archive = [article(id="x", source="herald"), article(id="x", source="herald")]
    (report,) = scan([article(published="2024-06-01")], reference=archive)
    assert {finding.copies for finding in report.findings} == {1}


def test_a_longer_name_of_versions_is_as_good_as_an_id() -> None:
    first = article(LAMPS, id="urn:x:1", extra={"versionOf": "urn:x", "version": "1"})
    second = replace(first, id="urn:x:2", text=GEESE, extra={"versionOf": "urn:x", "version": "2"})
    assert [one.id for one in current([second, first]).articles] == ["urn:x:2"]
