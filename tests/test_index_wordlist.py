"""A folder keeps each word once: records are what was written, whoever else writes, and whatever is damaged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from dedup import DedupError
from dedup.index import kernels, open_index, wordlist
from dedup.index.records import Record, checked, encode, pack
from dedup.index.wordlist import SCHEMA, TABLES, Wordlist, salvaged
from dedup.text.words import split

SAMPLES = Path(__file__).parent.parent / "samples" / "feed.jsonl"

EMPTY = Record("id", "paper", None, 1, 0, 2, 3, pack(split([""]))[0], b"report", sentences=b"sentences")


def record(text: str, title: str = "") -> bytes:
    titled = pack(split([title]))[0] if title else b""
    return encode(replace(EMPTY, words=pack(split([text]))[0], title=titled))


def samples() -> list[bytes]:
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    return [record(row["text"], row.get("title", "")) for row in rows]


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        yield connection


def kept(database: sqlite3.Connection, records: list[bytes], words: Wordlist | None = None) -> list[bytes]:
    """The records as a step would write them."""
    words = words or Wordlist()
    words.catch_up(database)
    short = [words.shortened(one) for one in records]
    words.keep(database)
    return short


def read(database: sqlite3.Connection, records: list[bytes]) -> list[bytes]:
    """The records as another process would read them."""
    words = Wordlist()
    words.catch_up(database)
    return [checked(words.restored(one)) for one in records]


@pytest.fixture(params=[wordlist.MOST, 3, 0])
def most(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(wordlist, "MOST", request.param)
    return int(request.param)


@given(st.lists(st.tuples(strategies.anything(), strategies.anything()), max_size=4))
def test_any_records_survive(texts: list[tuple[str, str]]) -> None:
    records = [record(*pair) for pair in texts]
    for room in (wordlist.MOST, 3, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wordlist, "MOST", room)
            words = Wordlist()
            short = [words.shortened(one) for one in records]
            assert [words.restored(one) for one in short] == records


def test_another_process_reads_what_was_kept(database: sqlite3.Connection, most: int) -> None:
    records = samples()
    words = Wordlist()
    short = kept(database, records[:10], words) + kept(database, records[10:], words)
    assert read(database, short) == records
    if most > 3:
        assert sum(map(len, short[10:])) < 0.7 * sum(map(len, records[10:]))
        assert kept(database, records) == short, "words that have a number get no other"


def test_two_processes_take_turns(database: sqlite3.Connection) -> None:
    records = samples()
    pair = Wordlist(), Wordlist()
    short = [kept(database, [one], pair[turn % 2])[0] for turn, one in enumerate(records)]
    assert read(database, short) == records


def test_what_was_not_committed_is_forgotten(database: sqlite3.Connection) -> None:
    words = Wordlist()
    first = kept(database, [record("one river")], words)
    database.commit()
    kept(database, [record("two bridges")], words)
    database.rollback()
    short = kept(database, [record("three mayors and two bridges")], words)
    assert read(database, first + short) == [record("one river"), record("three mayors and two bridges")]


def test_a_list_that_was_put_back_to_an_earlier_state_is_read_anew(database: sqlite3.Connection) -> None:
    words = Wordlist()
    kept(database, [record("one river"), record("two bridges")], words)
    for name in TABLES:
        database.execute(f"DELETE FROM {name}")
    short = kept(database, [record("no mayor")], words)
    assert read(database, short) == [record("no mayor")]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda data: data[:-3],
    "cut in the words": lambda data: data[:140],
    "cut in the head": lambda data: data[:40],
    "empty": lambda data: b"",
    "more words than bytes": lambda data: data[:118] + b"\xff\xff\xff\xff\x7f" + data[119:],
    "a number without an end": lambda data: data[:118] + b"\xff" * 40,
    "longer": lambda data: data + b"more",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_records_are_told(damage: str, most: int) -> None:
    words = Wordlist()
    short = words.shortened(
        record("one river and two bridges, and a ferry that leaves at night", "One river")
    )
    with pytest.raises(DedupError, match="not what was written"):
        checked(words.restored(DAMAGES[damage](short)))


@given(st.binary(max_size=300), st.integers(-1, 300))
def test_restoring_any_bytes_stays_inside_them(data: bytes, size: int) -> None:
    words = Wordlist()
    words.shortened(record("one river"))
    spare = np.frombuffer(bytearray(data + bytes(8)), np.uint8)
    out = np.zeros(8 * len(data) + 8, np.uint8)
    at, n = kernels.restore(spare, 0, len(data), size, words._words, out, 0)
    assert at <= len(data) and n <= out.size - 8
    assert not out[8 * len(data) :].any()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_sound_row_of_two_is_enough_to_repair(
    database: sqlite3.Connection, order: tuple[int, int]
) -> None:
    records = samples()
    words = Wordlist()
    short = kept(database, records[:10], words) + kept(database, records[10:], words)
    for name, place in zip(TABLES, order, strict=True):
        first = "(SELECT min(first) FROM words)" if place else "(SELECT max(first) FROM words)"
        database.execute(f"UPDATE {name} SET words = zeroblob(45) WHERE first = {first}")
    left = salvaged(database)
    assert [checked(left.restored(one)) for one in short] == records


def test_a_damaged_list_is_named_by_check_and_repaired(tmp_path: Path) -> None:
    from filter_feed import feed

    from dedup.index.repair import repair
    from dedup.model import Article
    from dedup.stream import Detector

    folder = tmp_path / "feed.index"
    with open_index(str(folder)) as index:
        for row in feed(20):
            Detector(index).add(Article(row["id"], row["text"], source=row["source"]))
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("UPDATE words SET words = zeroblob(length(words)) WHERE first = 1")
        connection.commit()
    with (
        open_index(str(folder), create=False) as index,
        pytest.raises(DedupError, match="damaged index: its words"),
    ):
        index.check()
    assert repair(str(folder)).saved == 20
    with open_index(str(folder), create=False) as index:
        index.check()
