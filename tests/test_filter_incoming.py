"""Lines as they come in: cut, batched, made into articles."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import BadRecord
from dedup.model import Article
from dedup.prefilter.incoming import Line, Records, Tap, batches
from dedup.readers import read_articles
from dedup.readers.naming import Unnamed


def fed(blocks: Sequence[bytes], **options: float) -> list[list[Line]]:
    """Batches of an input that always has more, until it ends."""
    left = iter(blocks)
    return list(batches(lambda: next(left, b""), lambda _: True, **options))  # type: ignore[arg-type]


@given(st.lists(st.binary(min_size=1, max_size=9).map(lambda b: b.replace(b"x", b"\n"))), st.integers(1, 5))
def test_lines_are_cut_the_same_however_they_come(blocks: list[bytes], most: int) -> None:
    got = fed(blocks, most=most)
    lines = [line for batch in got for line in batch]
    assert b"".join(line.raw for line in lines) == b"".join(blocks)
    assert all(line.raw.find(b"\n") == len(line.raw) - 1 for line in lines[:-1])
    assert all(line.raw and b"\n" not in line.raw[:-1] for line in lines)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(len(batch) <= most for batch in got)


def test_a_batch_ends_where_the_input_pauses() -> None:
    blocks = iter([b"a\nb\n", b"c\n", b"d", b"\n"])
    pauses = iter([True, False, True, False])
    got = batches(lambda: next(blocks, b""), lambda _: next(pauses), most=10)
    assert [[line.raw for line in batch] for batch in got] == [[b"a\n", b"b\n", b"c\n"], [b"d\n"]]


def test_a_line_waits_for_others_no_longer_than_it_is_told() -> None:
    asked: list[float] = []

    def ready(seconds: float) -> bool:
        asked.append(seconds)
        time.sleep(0.001)
        return len(asked) < 4

    blocks = iter([b"a\n", b"b\n", b"c\n", b"d\n"])
    list(batches(lambda: next(blocks, b""), ready, wait=60))
    assert 0 < asked[2] < asked[1] < asked[0] <= 60


@pytest.fixture
def pipe() -> Iterator[tuple[Tap, int]]:
    """A tap, and the end of a pipe that feeds it."""
    out, into = os.pipe()
    with open(out, "rb") as stream:
        yield Tap(stream), into


def test_a_tap_hands_over_what_has_come(pipe: tuple[Tap, int]) -> None:
    tap, into = pipe
    assert not tap.ready(0)
    os.write(into, b"one\ntw")
    assert tap.read() == b"one\ntw"
    os.close(into)
    assert tap.read() == b""


def test_closing_a_tap_wakes_who_waits_for_it(pipe: tuple[Tap, int]) -> None:
    tap, into = pipe
    threading.Timer(0.05, tap.close).start()
    assert tap.read() == b""
    os.write(into, b"more")
    assert not tap.ready(0)
    os.close(into)


def test_a_line_that_was_begun_is_read_to_its_end_and_not_a_byte_more(pipe: tuple[Tap, int]) -> None:
    tap, into = pipe
    os.write(into, b"one\ntw")
    assert tap.read() == b"one\ntw"
    tap.close()
    os.write(into, b"o\nthree\n")
    assert [tap.read(), tap.read()] == [b"o\n", b""]
    assert os.read(tap._descriptor or 0, 99) == b"three\n", "that is for whoever reads on"
    os.close(into)


def test_a_line_that_never_ends_is_not_waited_for(
    pipe: tuple[Tap, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedup.prefilter.incoming.REST", 0.01)
    tap, into = pipe
    os.write(into, b"tw")
    blocks = []
    assert tap.read() == b"tw"
    tap.close()
    os.write(into, b"o")
    while block := tap.read():
        blocks.append(block)
    assert b"".join(blocks) == b"o"
    os.close(into)


LINES = [
    b'{"text": "one", "id": 7}',
    b"",
    b'{"text": "two", "published": "2024-03-04", "desk": [1.50, {"a": null}]}',
    b"{oops",
    b'["text"]',
    b'{"title": "no text"}',
    b'{"text": 5}',
    b'{"text": "caf\xe9"}',
    b'{"text": "bad date", "published": "yesterday"}',
    b'{"text": "\\u0000"}',
    b" \t",
    b'{"body_text": "ninjs", "uri": "urn:1", "versioncreated": "2024-03-04T05:06:07Z", "headline": "h"}',
    b'{"text": "three", "source": null}\r',
    b'{"text": "last", "id": ""}',
]


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_records_are_read_as_a_scan_reads_them(tmp_path: Path, start: bytes, end: bytes) -> None:
    data = start + b"\n".join(LINES) + end
    path = tmp_path / "feed.jsonl"
    path.write_bytes(data)
    wrong: list[BadRecord] = []
    wanted = list(read_articles(path, on_error=wrong.append, unnamed=Unnamed()))
    records = Records(name="feed.jsonl")
    got: list[Article] = []
    bad: list[BadRecord] = []
    for batch in fed([data[:20], data[20:]]):
        for line in batch:
            try:
                article = records.article(line)
            except BadRecord as error:
                bad.append(error)
            else:
                got += [article] if article else []
    assert [(a.id, a.text, a.source, a.published, a.extra, a.record) for a in got] == [
        (a.id, a.text, a.source, a.published, a.extra, a.record) for a in wanted
    ]
    assert [(e.line, e.reason) for e in bad] == [(e.line, e.reason) for e in wrong]
    assert len(got) == 6 and len(bad) == 6


def test_fields_may_have_other_names() -> None:
    records = Records({"text": "content.body", "source": "publisher"})
    article = records.article(Line(1, b'{"content": {"body": "x"}, "publisher": "bbc", "id": "a"}\n', 0.0))
    assert article == Article("a", "x", source="bbc", extra={"content": {"body": "x"}}, path="-", record=1)
