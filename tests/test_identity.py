"""What an article is known by: numbers as they are written, and names for what has none."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest

from dedup import scan
from dedup.decoding import DEEPEST, TooDeep, Written, loads
from dedup.errors import BadRecord
from dedup.evaluation import read_truths
from dedup.index import open_index
from dedup.inspect.inspector import Inspection, Inspector
from dedup.model import Article
from dedup.prefilter.filtering import Filter
from dedup.prefilter.incoming import Line, Records, article_of
from dedup.readers import read_articles
from dedup.readers.files import File
from dedup.readers.naming import Unnamed, digest_of
from dedup.reporter.jsonl import dumps
from dedup.reporter.load import load_reports
from dedup.stream import Detector

NUMBERS = [
    "18446744073709551615", "18446744073709551616", "18446744073709551617", "-9223372036854775809",
    "9007199254740993.0", "12345678901234567890.0", "12345678901234567891.0", "1e30", "-1.5E+22", "7", "1.5",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_stays_as_it_is_written(number: str) -> None:
    (value,) = loads(f"[{number}]".encode())
    assert str(value) == number
    assert dumps({"id": value, "x": [0.5, 2**70, "e"]}) == f'{{"id":{number},"x":[0.5,{2**70},"e"]}}'.encode()


def test_a_number_that_is_written_out_passes_from_process_to_process() -> None:
    (number,) = loads(b"[12345678901234567890.0]")
    again = pickle.loads(pickle.dumps(number))
    assert isinstance(again, Written) and again == number and str(again) == str(number)


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_ids_that_are_large_numbers_stay_apart_in_files(tmp_path: Path, kind: str) -> None:
    records = [f'{{"meta": {{"id": {number}}}, "id": {number}, "text": "x"}}' for number in NUMBERS]
    path = tmp_path / f"feed.{kind}"
    path.write_text("\n".join(records) if kind == "jsonl" else f"[{','.join(records)}]")
    assert [article.id for article in read_articles(path)] == NUMBERS
    assert [article.id for article in read_articles(path, fields={"id": "meta.id"})] == NUMBERS


def test_ids_that_are_large_numbers_stay_apart_in_a_stream_and_in_labels(tmp_path: Path) -> None:
    lines = [
        Line(n, f'{{"id": {number}, "text": "x"}}\n'.encode(), 0.0) for n, number in enumerate(NUMBERS, 1)
    ]
    records = Records()
    assert [article.id for article in map(records.article, lines) if article] == NUMBERS
    truth = tmp_path / "truth.jsonl"
    truth.write_text("\n".join(f'{{"id": {number}}}' for number in NUMBERS))
    assert [one.id for one in read_truths(str(truth))] == NUMBERS


def test_an_element_of_an_array_with_a_large_number_does_not_hide_one_that_is_too_deep(
    tmp_path: Path,
) -> None:
    path = tmp_path / "feed.json"
    deep = '{"id": "deep", "text": "x", "more": ' + "[" * 3000 + "]" * 3000 + "}"
    path.write_text(f'[{{"id": {2**70}, "text": "a"}}, {deep}, {{"id": "after", "text": "b"}}]')
    wrong: list[BadRecord] = []
    assert [article.id for article in read_articles(path, on_error=wrong.append)] == [str(2**70), "after"]
    assert [error.reason for error in wrong] == [f"nested more than {DEEPEST} levels deep"]


def test_digits_beyond_what_python_takes_are_an_error_of_their_element(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(f'[{{"id": {"7" * 5000}, "text": "a"}}, {{"id": "after", "text": "b"}}]')
    wrong: list[BadRecord] = []
    assert [article.id for article in read_articles(path, on_error=wrong.append)] == ["after"]
    assert len(wrong) == 1


@pytest.mark.parametrize(("levels", "taken"), [(DEEPEST, True), (DEEPEST + 1, False), (1500, False)])
def test_depth_has_a_bound(levels: int, taken: bool) -> None:
    data = b"[" * levels + b"]" * levels
    if taken:
        loads(data)
    else:
        with pytest.raises(TooDeep):
            loads(data)


@pytest.mark.parametrize("mode", ["annotate", "trim", "drop"])
@pytest.mark.parametrize("levels", [DEEPEST - 1, 300, 990, 1010, 5000])
def test_a_deep_record_is_passed_or_named_and_the_others_go_on(mode: str, levels: int) -> None:
    deep = b'{"id":"deep","text":"A mill. A mill.","dedup":1,"more":' + b"[" * levels + b"]" * levels + b"}\n"
    with open_index() as index:
        made = Filter(Detector(index), mode)  # type: ignore[arg-type]
        first, second = made.decide([Line(1, deep, 0.0), Line(2, b'{"id":"after","text":"A ford."}\n', 0.0)])
        held = {record.id for record in index.articles()}
    assert second.out is not None
    assert (first.out is not None) == (first.error is None) == ("deep" in held) == (levels < DEEPEST)


RSS = """<rss version="2.0"><channel><title>Wire</title><link>https://w.example/</link>{}</channel></rss>"""


def item(text: str, link: str = "", guid: str = "") -> str:
    named = f"<link>{link}</link>" * bool(link) + f"<guid>{guid}</guid>" * bool(guid)
    return f"<item>{named}<title>News</title><description>{text}</description></item>"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    pytest.importorskip("feedparser", reason="feedparser is not installed")
    return tmp_path / "feed.xml"


def test_an_entry_is_known_by_its_id_else_its_link_else_a_digest(feed: Path) -> None:
    feed.write_text(
        RSS.format(
            item("Rain.", "https://w.example/a", "tag:1")
            + item("Hail.", "https://w.example/b")
            + item("Sleet.")
            + item("Snow.", "/relative")
        )
    )
    assert [article.id for article in read_articles(feed)] == [
        "tag:1", "https://w.example/b", digest_of("Sleet.", "w.example"), digest_of("Snow.", "w.example"),
    ]  # fmt: skip


def test_entries_keep_their_ids_wherever_they_stand_in_the_next_poll(feed: Path) -> None:
    feed.write_text(RSS.format(item("Rain.") + item("Hail.", "https://w.example/b")))
    today = {article.text: article.id for article in read_articles(feed)}
    other = feed.with_name("tomorrow.rss")
    other.write_text(RSS.format(item("Fog.") + item("Hail.", "https://w.example/b") + item("Rain.")))
    tomorrow = {article.text: article.id for article in read_articles(other)}
    assert today.items() <= tomorrow.items() and tomorrow["Fog."] not in today.values()
    unnamed = Unnamed()
    assert [article.id for article in read_articles(other, unnamed=unnamed)] == [*tomorrow.values()]
    assert (unnamed.by_url, unnamed.by_text) == (1, 2)


def test_a_link_that_several_entries_share_or_that_is_the_feeds_own_names_none(feed: Path) -> None:
    feed.write_text(RSS.format(item("Rain.", "https://w.example/") + item("Hail.", "https://x/") * 2))
    rain, hail, again = read_articles(feed)
    assert rain.url == "https://w.example/"
    assert (rain.id, hail.id) == (digest_of("Rain.", "Wire"), digest_of("Hail.", "Wire"))
    assert again.id == hail.id and hail.url == "https://x/"


def test_records_are_named_by_what_they_hold_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    records = [{"text": "a", "url": "https://w/a"}, {"text": "b", "source": "w"}, {"text": "c", "id": "c"}]
    path.write_text("\n".join(map(json.dumps, records)))
    (tmp_path / "one.txt").write_text("d")
    assert [article.id for article in read_articles(path)] == ["feed.jsonl#1", "feed.jsonl#2", "c"]
    unnamed = Unnamed()
    named = [article.id for article in read_articles(tmp_path, unnamed=unnamed)]
    assert named == ["https://w/a", digest_of("b", "w"), "c", "one.txt"]
    assert str(unnamed).startswith("2 records without an id: the url (1) and a digest of text and source (1)")


def test_a_digest_tells_text_and_source_apart() -> None:
    assert len({digest_of("a", "bc"), digest_of("ab", "c"), digest_of("a", "b"), digest_of("a", "")}) == 4


@pytest.mark.parametrize("workers", [1, 2])
def test_an_article_that_breaks_a_stage_ends_no_scan(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    inspect = Inspector.inspect_texts

    def breaking(self: Inspector, texts: Sequence[tuple[str, str | None]]) -> list[Inspection]:
        if any("boom" in text for text, _ in texts):
            raise RecursionError("too deep")
        return inspect(self, texts)

    monkeypatch.setattr(Inspector, "inspect_texts", breaking)
    articles = [Article(str(n), "boom" if n == 3 else f"Article {n}.", path="feed.jsonl") for n in range(6)]
    wrong: list[BadRecord] = []
    assert [report.id for report in scan(articles, workers=workers, on_error=wrong.append)] == list("01245")
    assert [str(error) for error in wrong] == ["feed.jsonl: 3: cannot be inspected: RecursionError: too deep"]
    with pytest.raises(BadRecord):
        list(scan(articles, workers=workers))


def test_a_broken_entry_does_not_end_its_feed(feed: Path) -> None:
    dated = "<item><description>Hail.</description><pubDate>0001-01-01T00:00:00+14:00</pubDate></item>"
    feed.write_text(RSS.format(item("Rain &#xD800;&#x110000;&#233;.") + dated + item("Fog.")))
    wrong: list[BadRecord] = []
    articles = list(read_articles(feed, on_warning=wrong.append))
    assert [article.text for article in articles] == ["Rain \ufffd\ufffd\u00e9.", "Hail.", "Fog."]
    assert articles[1].published is None
    assert any("'0001-01-01T00:00:00+14:00'; the article is kept, undated" in str(one) for one in wrong)


def test_a_file_that_breaks_its_reader_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id\rtext\n1,x\n")
    (tmp_path / "b.csv").write_bytes(b'"id,text\n1,x\n')
    (tmp_path / "c.csv").write_bytes(b"id,text\n1,x\n")
    wrong: list[BadRecord] = []
    assert [article.text for article in read_articles(tmp_path, on_error=wrong.append)] == ["x"]
    assert [Path(error.path).name for error in wrong] == ["a.csv", "b.csv"]


def test_a_name_that_no_index_can_hold_is_an_error_of_its_record() -> None:
    with pytest.raises(BadRecord, match="lone surrogate"):
        article_of({"id": "a\ud800", "text": "x"}, File("", ""))


def test_a_report_or_label_that_is_nested_too_deep_is_named_by_its_line(tmp_path: Path) -> None:
    deep = "[" * 100_000
    with pytest.raises(BadRecord, match=r"^feed\.jsonl: broken JSON"):
        load_reports([deep], "feed.jsonl")
    path = tmp_path / "truth.jsonl"
    path.write_text(f'{{"id": 1}}\n{deep}\n')
    with pytest.raises(BadRecord, match=r"truth\.jsonl:2: "):
        list(read_truths(str(path)))
