"""What an index stores takes little room and loses nothing: words as bytes, keys as bits, reports deflated."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import strategies
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.index import FORMAT, segments
from dedup.index.keys import keys_of
from dedup.index.records import NEVER, UNDATED, Record, encode, pack, unpack
from dedup.index.runs import Answers, Asked, Roll, Run, Terms, merged
from dedup.index.wordlist import Wordlist
from dedup.settings import Settings
from dedup.text.kernels import tokens
from dedup.text.words import Columns, split
from dedup.verdict.codec import USUAL

SAMPLES = Path(__file__).parent.parent / "samples" / "feed.jsonl"


def samples() -> list[str]:
    return [json.loads(line)["text"] for line in SAMPLES.read_text(encoding="utf-8").splitlines()]


# --- words ---


def same(one: Columns, other: Columns) -> bool:
    return all((getattr(one, name) == getattr(other, name)).all() for name in Columns.__slots__)


@given(st.lists(strategies.anything(), max_size=4))
def test_the_columns_of_any_texts_survive(texts: list[str]) -> None:
    columns = split(texts)
    assert same(unpack(pack(columns)), columns)
    assert pack(columns) == [pack(split([text]))[0] for text in texts], "each can be read without the others"


def test_a_word_of_another_article_is_a_fresh_one() -> None:
    texts = ["one river", "two one river"]
    assert pack(split(texts)) == [pack(split([text]))[0] for text in texts]


# Few hashes, of which some fall into one place of what `pack` remembers, with all that may go with one hash.
WORDS = st.tuples(
    st.sampled_from([0, 1, 1 << 12, 1 << 13, 7, 2**32 - 1]),  # hash
    st.sampled_from([0, 1, 2, 3, 130, 1 << 20]),  # gap
    st.sampled_from([0, 1, 5, 14, 15, 16, 127, 128, 70_000]),  # length
    st.integers(0, 255),  # flags
    st.sampled_from([0, 1, 2**32 - 1]),  # mask
    st.sampled_from([0, 1, 2**48 - 1]),  # check
)


@given(st.lists(st.lists(WORDS, max_size=40), min_size=1, max_size=3))
def test_words_that_only_look_alike_are_told_apart(articles: list[list[tuple[int, ...]]]) -> None:
    sizes = [len(words) for words in articles]
    bounds = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    rows = np.array([word for words in articles for word in words], np.int64).reshape(-1, 6)
    ends = [np.cumsum(rows[a:b, 1] + rows[a:b, 2]) for a, b in pairwise(bounds)]
    end = np.concatenate([np.empty(0, np.int64), *ends])
    columns = Columns(
        rows[:, 0].astype(np.uint32), rows[:, 5].astype(np.uint64),
        *(column.astype(np.uint32) for column in (end - rows[:, 2], end)),
        rows[:, 3].astype(np.uint8), rows[:, 4].astype(np.uint32),
        np.zeros(len(sizes), np.uint32), np.array([max([0, *part]) for part in ends], np.uint32), bounds, bounds,
        np.arange(len(sizes) + 1),
    )  # fmt: skip
    assert same(unpack(pack(columns)), columns)


def test_all_flags_of_a_word_are_kept() -> None:
    flags = [value for name, value in vars(tokens).items() if name.isupper() and isinstance(value, np.uint8)]
    assert sum(map(int, set(flags))) == 255, "`kernels.pack` keeps eight bits, two of them beside the gap"


def test_a_word_that_comes_again_takes_little() -> None:
    once, twice = (len(pack(split([text]))[0]) for text in ("river " * 1000, "river " * 2000))
    assert (twice - once) / 1000 < 1.6
    assert sum(map(len, pack(split(samples())))) / split(samples()).hashes.size < 12


# --- keys ---

FIRST = st.sampled_from([1, 1000, 2**31])
KEYS = st.one_of(st.integers(0, 3), st.integers(2**32 - 3, 2**32 - 1), st.integers(0, 2**32 - 1))
POSTS = st.sets(st.tuples(KEYS, st.sampled_from([0, 1, 2, 3, 5000, 100_000])), max_size=120)


def entries(posts: set[tuple[int, int]], first: int) -> np.ndarray:
    return np.array(sorted(key << 32 | first + number for key, number in posts), np.uint64)


@given(FIRST, POSTS, st.lists(KEYS, max_size=10), st.integers(1, 4))
def test_a_run_is_what_was_put_in(
    first: int, posts: set[tuple[int, int]], others: list[int], most: int
) -> None:
    end = first + max([0, *(number for _, number in posts)]) + 1
    run = Run.of(first, end, entries(posts, first))
    assert run.entries().tolist() == entries(posts, first).tolist()
    assert run.size == len(posts)
    keys = sorted({key for key, _ in posts}) + others
    column = np.zeros(end - first, np.int64)
    roll = Roll(first, column, column, np.full(end - first, NEVER), column)
    terms = Terms(*(np.array([value], np.int64) for value in (1 << 40, NEVER, UNDATED)))
    answers = Answers.none(len(keys), most)
    run.look_up(Asked(np.array(keys, np.uint32), np.zeros(len(keys), np.int64), terms), roll, answers)
    for key, row, count in zip(keys, answers.posts.tolist(), answers.counts.tolist(), strict=True):
        assert row[:count] == sorted(first + number for other, number in posts if other == key)[:most]


@given(POSTS, POSTS, st.integers(0, 6))
def test_merged_runs_are_their_entries_without_those_that_are_gone(
    early: set[tuple[int, int]], late: set[tuple[int, int]], cut: int
) -> None:
    size = 100_001
    until = np.full(2 * size, NEVER, np.int64)
    until[[2, size + 3]] = 0
    column = np.zeros(2 * size, np.int64)
    runs = [Run.of(1, 1 + size, entries(early, 1)), Run.of(1 + size, 1 + 2 * size, entries(late, 1 + size))]
    whole = merged(runs, Roll(1, column, column, until, column), cut)
    wanted = [*entries(early, 1).tolist(), *entries(late, 1 + size).tolist()]
    numbers = [(entry, entry & 0xFFFFFFFF) for entry in sorted(wanted)]
    assert whole.entries().tolist() == [e for e, n in numbers if n >= cut and n not in (3, size + 4)]
    assert (whole.first, whole.end) == (max(1, cut), 1 + 2 * size)


def test_an_entry_takes_less_than_four_bytes_however_many_there_are() -> None:
    random = np.random.default_rng(1)
    for articles in (100, 3000):
        numbers = np.repeat(np.arange(1, articles + 1, dtype=np.uint64), 320)
        keys = random.integers(0, 1 << 32, numbers.size, np.uint64)
        run = Run.of(1, articles + 1, np.unique(keys << np.uint64(32) | numbers))
        assert sum(part.nbytes for part in segments.encode(run)) < 4 * run.size


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:20], lambda b: b[:40] + b"x" + b[41:], lambda b: b""]
)
def test_a_torn_run_is_no_run(damage: object) -> None:
    run = Run.of(5, 9, entries({(3, 0), (4, 3)}, 5))
    parts = segments.encode(run)
    segment = segments.Segment(5, 9, "", segments.digest_of(parts))
    data = b"".join(parts)
    again = segments.decode(np.frombuffer(bytearray(data), np.uint8), segment)
    assert again is not None and again.entries().tolist() == run.entries().tolist()
    torn = np.frombuffer(bytearray(damage(data)), np.uint8)  # type: ignore[operator]
    assert segments.decode(torn, segment) is None


# --- the format ---

PINNED = {6: "9a494393c44f758e"}


def test_other_bytes_are_another_format() -> None:
    """What was written under one number of `FORMAT` can be read for ever by those who read that number."""
    columns = split(samples())
    kept = (b"words", b"report", None, True, b"sentences")
    record = Record("id", "paper", "2024-03-01T00:00:00Z", 1 << 63, 2, 3, 4, *kept)
    run = Run.of(7, 7 + columns.art_words.size - 1, keys_of(columns, Settings()).entries(7))
    short = Wordlist().shortened(encode(replace(record, words=pack(columns)[0])))
    written = b"".join([*pack(columns), encode(record), short, USUAL, *segments.encode(run)])
    assert {FORMAT: xxhash.xxh64_hexdigest(written)} == PINNED, "raise `FORMAT`, then pin the new bytes"
