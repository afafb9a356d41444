"""Reading: files, folders and stdin become Articles with ids, sources and dates of their own."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dedup.cli.reading import NAMES_OF_FORMATS
from dedup.errors import BadRecord, SettingsError
from dedup.model import Article
from dedup.readers import FORMATS, read_articles, read_text, read_texts
from dedup.readers.files import File
from dedup.readers.formats import SUFFIXES
from dedup.readers.records import NONE, Maker


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


# Files and folders


def test_a_plain_file_in_a_sub_folder_has_the_first_folder_as_source(tmp_path: Path) -> None:
    path = write(tmp_path / "news" / "bbc" / "2019" / "a.txt", "Rain fell.\n")
    (article,) = read_articles(tmp_path / "news")
    assert (article.id, article.source, article.text) == ("bbc/2019/a.txt", "bbc", "Rain fell.\n")
    assert (article.path, article.record) == (str(path), 0)


def test_a_plain_file_in_the_root_has_no_source(tmp_path: Path) -> None:
    write(tmp_path / "a.md", "Rain *fell*.")
    (article,) = read_articles(tmp_path)
    assert (article.id, article.source, article.text) == ("a.md", "", "Rain *fell*.")


def test_a_single_file_has_its_name_as_id(tmp_path: Path) -> None:
    path = write(tmp_path / "bbc" / "a.txt", "Rain.")
    (article,) = read_articles(str(path))
    assert (article.id, article.source) == ("a.txt", "")


def test_records_of_a_file_that_holds_many_are_numbered(tmp_path: Path) -> None:
    write(
        tmp_path / "sub" / "feed.jsonl",
        lines({"text": "a"}, {"text": "b", "id": "own"}) + "\n\n" + lines({"text": "c"}),
    )
    articles = list(read_articles(tmp_path))
    assert [article.id for article in articles] == ["sub/feed.jsonl#1", "own", "sub/feed.jsonl#3"]
    assert [article.record for article in articles] == [1, 2, 3]
    assert [article.source for article in articles] == ["", "", ""]


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", "c.txt", "b/1.txt", "b/10.txt", "B.txt"):
        write(tmp_path / name, name)
    assert [article.id for article in read_articles(tmp_path)] == [
        "B.txt", "a.txt", "b/1.txt", "b/10.txt", "b/2.txt", "c.txt",
    ]  # fmt: skip


def test_several_paths_are_read_in_the_order_given(tmp_path: Path) -> None:
    first, second = write(tmp_path / "z.txt", "z"), write(tmp_path / "a.txt", "a")
    assert [article.text for article in read_articles(first, second)] == ["z", "a"]


def test_no_paths_give_no_articles() -> None:
    assert list(read_articles()) == []


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / ".git" / "a.txt", "no")
    write(tmp_path / "._a.txt", b"\0\xff")
    write(tmp_path / "a.txt", "yes")
    assert [article.text for article in read_articles(tmp_path)] == ["yes"]


def test_a_linked_folder_and_a_linked_file_are_followed(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a.txt", "a")
    news = tmp_path / "news"
    news.mkdir()
    (news / "linked").symlink_to(tmp_path / "elsewhere")
    (news / "file.txt").symlink_to(tmp_path / "elsewhere" / "a.txt")
    assert [article.id for article in read_articles(news)] == ["file.txt", "linked/a.txt"]


def test_suffixes_are_told_in_any_case(tmp_path: Path) -> None:
    path = write(tmp_path / "FEED.JSONL.GZ", gzip.compress(lines({"text": "a"}).encode()))
    assert [article.id for article in read_articles(path)] == ["FEED.JSONL.GZ#1"]


def test_files_of_unknown_type_in_a_folder_are_left_out_and_counted(tmp_path: Path) -> None:
    for name in ("a.txt", "b.jpg", "c.jpg", "LICENSE"):
        write(tmp_path / name, "x")
    warnings: list[BadRecord] = []
    assert len(list(read_articles(tmp_path, on_warning=warnings.append))) == 1
    assert [str(warning) for warning in warnings] == [
        f"{tmp_path}: 3 files of other types left out: .jpg (no suffix)"
    ]


def test_dash_is_json_lines_on_stdin_which_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.BytesIO(lines({"text": "a"}, {"text": "b", "id": 7}).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data))
    assert [(article.id, article.path) for article in read_articles("-")] == [("-#1", "-"), ("7", "-")]
    assert not data.closed


def test_reading_is_lazy(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", lines({"text": "a"}) + "{broken\n")
    articles = read_articles(path)
    assert next(articles).text == "a"
    with pytest.raises(BadRecord, match="broken JSON"):
        next(articles)


def test_progress_ends_with_all_bytes_read_also_of_compressed_files(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "x" * 5000)
    write(tmp_path / "b.jsonl.gz", gzip.compress(lines({"text": "a"}).encode() * 1000))
    seen: list[tuple[int, int]] = []
    list(read_articles(tmp_path, on_progress=lambda done, total: seen.append((done, total)), on_warning=None))
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


# Fields


def test_all_values_are_taken_and_other_keys_carried_through(tmp_path: Path) -> None:
    record = {
        "text": "Rain.", "id": "x", "title": "T", "source": "ap", "published": "2019-04-06T12:00:00+02:00",
        "url": "http://example.com", "language": "en", "tags": [1, {"a": None}], "score": 0.5,
    }  # fmt: skip
    path = write(tmp_path / "a.jsonl", lines(record))
    (article,) = read_articles(path)
    assert article == Article(
        "x", "Rain.", "T", "ap", "2019-04-06T10:00:00Z", "http://example.com", "en",
        {"tags": [1, {"a": None}], "score": 0.5}, str(path), 1,
    )  # fmt: skip


def test_null_and_an_empty_string_count_as_absent(tmp_path: Path) -> None:
    names = ("id", "title", "source", "published", "url", "language")
    for empty in (None, ""):
        path = write(tmp_path / "a.jsonl", lines({"text": "", **dict.fromkeys(names, empty)}))
        assert list(read_articles(path)) == [Article("a.jsonl#1", "", path=str(path), record=1)]


@pytest.mark.parametrize(("value", "own"), [(17, "17"), (2.5, "2.5"), ("ü", "ü"), (0, "0")])
def test_an_id_that_is_no_string_becomes_one(tmp_path: Path, value: object, own: str) -> None:
    path = write(tmp_path / "a.jsonl", lines({"text": "a", "id": value}))
    assert next(read_articles(path)).id == own


def test_fields_map_our_names_to_theirs_also_nested(tmp_path: Path) -> None:
    record = {"body": "Rain.", "meta": {"outlet": {"name": "ap"}}, "text": "other", "a.b": "flat"}
    path = write(tmp_path / "a.jsonl", lines(record))
    fields = {"text": "body", "source": "meta.outlet.name", "title": "a.b"}
    (article,) = read_articles(path, fields=fields)
    assert (article.text, article.source, article.title) == ("Rain.", "ap", "flat")
    assert article.extra == {"meta": {"outlet": {"name": "ap"}}, "text": "other"}


def test_fields_may_swap_names_and_use_one_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", lines({"title": "Rain.", "text": "Head"}))
    (article,) = read_articles(path, fields={"text": "title", "title": "text"})
    assert (article.text, article.title, article.extra) == ("Rain.", "Head", {})
    (article,) = read_articles(path, fields={"id": "title", "title": "title"})
    assert (article.text, article.title, article.id) == ("Head", "Rain.", "Rain.")


def test_fields_do_not_touch_plain_files(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "Rain.")
    write(tmp_path / "b.jsonl", lines({"body": "Hail."}))
    assert [article.text for article in read_articles(tmp_path, fields={"text": "body"})] == [
        "Rain.",
        "Hail.",
    ]


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="unknown field 'body'; there are: id, language"):
        read_articles(tmp_path, fields={"body": "text"})


@pytest.mark.parametrize(
    "values",
    [
        {"text": "a"},
        {"text": "a", "id": 3, "title": None, "published": "2019-04-06", "language": "en", "more": [1]},
        {"text": "a", "source": "s", "url": "u", "published": "2019-04-06T10:00:00Z"},
    ],
)
def test_the_fast_way_to_an_article_gives_what_the_constructor_gives(values: Mapping[str, Any]) -> None:
    made = Maker(File("p", "n"), NONE, NONE).article(2, 5, dict(values))
    known = ("text", "title", "source", "published", "url", "language")
    fitting = {name: values[name] for name in known if values.get(name) is not None}
    more = {name: value for name, value in values.items() if name not in (*known, "id")}
    assert made == Article(id=str(values.get("id", "n#2")), extra=more, path="p", record=2, **fitting)


# Path patterns


def test_a_path_pattern_names_source_date_and_id(tmp_path: Path) -> None:
    write(tmp_path / "bbc" / "2019-04-06" / "17.txt", "Rain.")
    (article,) = read_articles(tmp_path, path_pattern="{source}/{published}/{id}.txt")
    assert (article.id, article.source, article.published) == ("17", "bbc", "2019-04-06T00:00:00Z")


def test_a_path_pattern_matches_compressed_files_with_and_without_their_suffix(tmp_path: Path) -> None:
    write(tmp_path / "en-17.txt.gz", gzip.compress(b"Rain."))
    for pattern in ("{language}-{id}.txt", "{language}-{id}.txt.gz"):
        (article,) = read_articles(tmp_path, path_pattern=pattern)
        assert (article.id, article.language) == ("17", "en")


def test_a_path_pattern_fills_what_records_lack(tmp_path: Path) -> None:
    write(tmp_path / "ap" / "f.jsonl", lines({"text": "a"}, {"text": "b", "source": "own", "id": "x"}))
    articles = list(read_articles(tmp_path, path_pattern="{source}/{id}.jsonl"))
    assert [(article.id, article.source) for article in articles] == [("f#1", "ap"), ("x", "own")]


def test_a_path_that_does_not_match_the_pattern_is_named(tmp_path: Path) -> None:
    write(tmp_path / "ap" / "a.txt", "a")
    path = write(tmp_path / "b.txt", "b")
    errors: list[BadRecord] = []
    articles = list(read_articles(tmp_path, path_pattern="{source}/{id}.txt", on_error=errors.append))
    assert [article.id for article in articles] == ["a"]
    assert [str(error) for error in errors] == [f"{path}: the path does not match '{{source}}/{{id}}.txt'"]


def test_a_date_in_a_path_that_is_none_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "soon" / "a.txt", "a")
    warnings: list[BadRecord] = []
    (article,) = read_articles(tmp_path, path_pattern="{published}/{id}.txt", on_warning=warnings.append)
    assert (article.id, article.published) == ("a", None)
    said = "\"published\" is no date that can be read: 'soon'; the article is kept, undated"
    assert [str(warning) for warning in warnings] == [f"{path}: {said}"]


@pytest.mark.parametrize("pattern", ["{author}/{id}.txt", "{id}/{id}.txt", "all/*.txt"])
def test_a_pattern_that_makes_no_sense_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(SettingsError, match="path pattern"):
        read_articles(tmp_path, path_pattern=pattern)


def test_signs_in_a_pattern_stand_for_themselves(tmp_path: Path) -> None:
    write(tmp_path / "a+b(1).txt", "yes")
    write(tmp_path / "aab1xtxt.txt", "no")
    errors: list[BadRecord] = []
    articles = list(read_articles(tmp_path, path_pattern="a+b({id}).txt", on_error=errors.append))
    assert ([article.id for article in articles], len(errors)) == (["1"], 1)


# Duplicate ids


def test_articles_of_one_id_are_all_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps([{"text": "a", "id": 1}, {"text": "b", "id": 1}]))
    assert len(list(read_articles(path))) == 2


# Reading again


def test_a_text_is_read_again_from_path_and_record(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.txt", "plain")
    write(
        tmp_path / "b.jsonl.gz",
        gzip.compress(("{broken\n" + lines({"body": "one"}, {"body": "two"})).encode()),
    )
    write(tmp_path / "c.csv", "body\nthree\n")
    fields = {"text": "body"}
    articles = list(read_articles(tmp_path, fields=fields, on_error=lambda error: None))
    assert len(articles) == 4
    for article in articles:
        assert read_text(article.path, article.record, fields) == article.text


def test_several_texts_are_read_again_in_one_pass(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", lines(*({"text": f"t{number}"} for number in range(1, 6))))
    assert read_texts(path, [4, 2]) == {2: "t2", 4: "t4"}


def test_a_text_that_is_gone_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", lines({"text": "a"}))
    with pytest.raises(BadRecord, match="record 2 cannot be read again"):
        read_text(path, 2)
    with pytest.raises(BadRecord, match="stdin cannot be read again"):
        read_text("-", 1)


def test_every_suffix_is_lower_case_and_names_a_format_that_is_read() -> None:
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
    assert (
        set(".txt .md .html .htm .json .jsonl .ndjson .csv .parquet .xml .rss .atom .warc".split())
        <= SUFFIXES
    )
    assert tuple(FORMATS) == NAMES_OF_FORMATS
