"""Properties: what was written is read again; no bytes whatever end the reading of other files."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.errors import BadRecord
from dedup.model import normal_date
from dedup.readers import FORMATS, read_articles, read_texts

# Real text: several scripts, combining marks, curly quotes, no-break spaces, line ends of all kinds.
ALPHABET = st.one_of(
    st.sampled_from("aбあ\u0301“”\u00a0\u2028\u0085\x1c\r\n\t ,;|\"'{}[]\\<&👍"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
TEXT = st.text(ALPHABET, max_size=40)
NAME = st.text(
    "aбあ\u0301“👍", max_size=9
)  # markup, blanks around one, and addresses are not kept as they are
JSON = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, st.lists, max_leaves=5)
RECORD = st.fixed_dictionaries(
    {"text": TEXT},
    optional={"id": TEXT.filter(bool), "title": NAME, "source": NAME, "more": JSON, "über": JSON},
)


def read(name: str, content: bytes, **options: Any) -> tuple[list[dict[str, Any]], list[BadRecord]]:
    """Return the records as dictionaries (no `id` where it was made from the path), and the errors."""
    errors: list[BadRecord] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        articles = list(read_articles(path, on_error=errors.append, **options))
        texts = read_texts(path, [article.record for article in articles])
    assert texts == {article.record: article.text for article in articles}
    records = []
    for article in articles:
        own = {} if article.id == f"{name}#{article.record}" else {"id": article.id}
        records.append(
            {"text": article.text, "title": article.title, "source": article.source, **own, **article.extra}
        )
    return records, errors


def filled(record: dict[str, Any]) -> dict[str, Any]:
    return {"title": "", "source": "", **record}


UNTIMED = settings(deadline=None)  # files take what the disk takes


@UNTIMED
@given(st.lists(RECORD, max_size=5), st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_json_lines_round_trip(records: list[dict[str, Any]], ascii_only: bool, end: str) -> None:
    content = "".join(json.dumps(record, ensure_ascii=ascii_only) + end for record in records).encode()
    assert read("a.jsonl", content) == (list(map(filled, records)), [])


@UNTIMED
@given(st.lists(RECORD, max_size=5), st.none() | st.integers(0, 3))
def test_json_arrays_round_trip(records: list[dict[str, Any]], indent: int | None) -> None:
    content = json.dumps(records, indent=indent).encode()
    assert read("a.json", content) == (list(map(filled, records)), [])


@UNTIMED
@given(st.lists(RECORD, min_size=1, max_size=6), st.integers(0, 5), st.none() | st.integers(0, 3), st.data())
def test_of_a_json_array_with_a_broken_element_only_that_is_lost(
    records: list[dict[str, Any]], place: int, indent: int | None, data: st.DataObject
) -> None:
    place = min(place, len(records))
    broken = data.draw(st.sampled_from(["7", '{"text": 7}', '{"text": tru}', '{"text": "a" "b": {}}']))
    elements = [json.dumps(record, indent=indent) for record in records]
    elements.insert(place, broken)
    found, errors = read("a.json", ("[" + ",\n".join(elements) + "]").encode())
    assert found == list(map(filled, records))
    assert len(errors) == 1


@UNTIMED
@given(
    st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_csv_round_trips(rows: list[tuple[str, str]], quoting: Any) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting)
    writer.writerow(["text", "more"])
    writer.writerows(rows)
    assert read("a.csv", out.getvalue().encode()) == (
        [filled({"text": text, "more": more}) for text, more in rows],
        [],
    )


@UNTIMED
@given(st.lists(st.fixed_dictionaries({"text": TEXT, "more": st.none() | TEXT}), min_size=1, max_size=5))
def test_parquet_round_trips(rows: list[dict[str, str | None]]) -> None:
    arrow = pytest.importorskip("pyarrow")
    out = io.BytesIO()
    schema = arrow.schema([("text", arrow.string()), ("more", arrow.string())])
    pytest.importorskip("pyarrow.parquet").write_table(arrow.Table.from_pylist(rows, schema=schema), out)
    assert read("a.parquet", out.getvalue()) == (list(map(filled, rows)), [])


@UNTIMED
@given(TEXT)
def test_plain_text_is_untouched(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(text.encode())
        (article,) = read_articles(path)
    assert article.text == text.removeprefix("\ufeff")


@UNTIMED
@given(
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from(["", ".gz", ".bz2", ".xz", ".zst"]),
    st.binary(max_size=200)
    | st.text(st.sampled_from('<>/!?&;="[]{}:,abrss \n"tex1'), max_size=80).map(str.encode)
    | st.builds(lambda head, tail: head + tail, st.sampled_from([
        b"<rss><channel><item>", b"<nitf>", b"<html><body><p>", b"WARC/1.0\r\nContent-Length: ", b'[{"text":',
        b"text,id\n", b"PAR1", b"\xff\xfe", b"\x1f\x8b\x08",
    ]), st.binary(max_size=60)),
)  # fmt: skip
@example(".json", "", b"[" * 3000)
@example(".warc", "", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999999999\r\n\r\n")
def test_no_bytes_end_the_reading(suffix: str, packing: str, content: bytes) -> None:
    """Whatever a file holds gives texts that can be written or errors of one line; the next file is read."""
    errors: list[BadRecord] = []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"a{suffix}{packing}").write_bytes(content)
        (Path(folder) / "b.txt").write_text("next")
        *articles, last = read_articles(folder, on_error=errors.append)
    assert last.text == "next"
    for article in articles:
        (article.id + article.text + article.title + article.source + article.url).encode()
        json.dumps(article.extra)
    for error in errors:
        assert str(error).isprintable()


@UNTIMED
@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_dates_of_any_zone_and_spelling_become_utc(moment: datetime, minutes: int) -> None:
    utc = moment.isoformat() + "Z"
    assert normal_date(utc) == utc
    there = moment.replace(tzinfo=timezone.utc).astimezone(timezone(timedelta(minutes=minutes)))
    basic = there.strftime("%Y%m%dT%H%M%S.%f%z").rjust(len("20190406T100000.000000+0000"), "0")
    for spelling in (there, there.isoformat(), there.isoformat(" "), f" {there.isoformat()} ", basic):
        assert normal_date(spelling) == utc


@UNTIMED
@given(st.text(st.sampled_from("0123456789-:TZ+. W"), max_size=24))
@example("2019-W14-6T10:00:00Z")
@example("2019-04-06T24:00:00Z")
@example("2019-4-6")
@example("")
def test_what_is_taken_for_a_date_comes_out_in_one_spelling(text: str) -> None:
    try:
        found = normal_date(text)
    except ValueError:
        return
    assert normal_date(found) == found
    assert found[4::3][:5] == "--T::"
    assert text.strip()[:4].isdecimal()
