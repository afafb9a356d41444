"""One contract for all kinds of index: what a dictionary and a loop would answer."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from servers import redis_server

from dedup import DedupError, IndexMismatch, Settings
from dedup.index import FORMAT, Index, StepLost, View, derived, open_index, opening
from dedup.index.engine import engine
from dedup.index.keys import Keys, keys_of
from dedup.index.records import (
    NEVER,
    UNDATED,
    Held,
    Record,
    day_of,
    decode,
    encode,
    moment,
    name_of,
    pack,
    text_digest,
    unpack,
)
from dedup.index.runs import Asked, Terms
from dedup.text.words import split

DAY = 86_400_000_000
MOST = 3
WORDS = "the river rose at night and mayor of harrow closed bridge before ferry could leave again".split()


# --- the kinds: each a way to open an index at a fresh place, again and again ---


class Place:
    """Where an index lives between two openings."""

    reopens = True

    def open(self, **options: object) -> Index:
        raise NotImplementedError

    def remove(self) -> None:
        """Clean up."""


class Folder(Place):
    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="dedup-test-"))

    def open(self, settings: Settings | None = None, **options: bool) -> Index:
        return open_index(str(self.path / "index"), settings, **options)

    def remove(self) -> None:
        shutil.rmtree(self.path)


class Memory(Place):
    reopens = False

    def open(self, settings: Settings | None = None, **options: bool) -> Index:
        return open_index("memory:", settings, **options)


class Redis(Place):
    """A database on a server that the tests start; skips where there is none."""

    def __init__(self) -> None:
        self.url = f"{redis_server()}?prefix=test-{os.urandom(6).hex()}"

    def open(self, settings: Settings | None = None, **options: bool) -> Index:
        return open_index(self.url, settings, **options)


PLACES: dict[str, Callable[[], Place]] = {"memory": Memory, "embedded": Folder, "redis": Redis}


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    place = PLACES[request.param]()
    yield place
    place.remove()


@pytest.fixture
def index(place: Place) -> Iterator[Index]:
    with place.open() as index:
        yield index


# --- making articles ---


def record(name: str, text: str, day: int | None = 0, revision: int = 0) -> Record:
    """An article as a detector would hand it over."""
    when = (day or 0) * DAY
    published = None if day is None else f"1970-01-{day + 1:02}T00:00:00Z"
    packed = pack(split([text]))[0]
    return Record(name, "paper", published, hash_of(text), revision, when, day or 0, packed, b"verdict", text)


def found(view: View, ids: Sequence[str]) -> dict[str, Held]:
    """What is held of the paper under these ids."""
    names = {name_of("paper", own): own for own in ids}
    return {names[name]: held for name, held in view.find(list(names)).items()}


def hash_of(text: str) -> int:
    return text_digest(text)


def add(index: Index, *records: Record) -> int:
    """Add articles in one step; return the first's number."""
    with index.step() as step:
        first = step.end
        step.add(records, keys_for(records, index.settings))
    return first


def keys_for(records: Sequence[Record], settings: Settings) -> Keys:
    return keys_of(unpack([one.words for one in records]), settings)


def ask(
    view: View, keys: Sequence[int], before: int = 1 << 40, bound: int = NEVER, horizon: int = UNDATED,
    most: int = MOST, struck: tuple[tuple[int, int], ...] = (),
) -> list[list[int]]:  # fmt: skip
    """Who holds each key, for one asker."""
    terms = Terms(*(np.array([value], np.int64) for value in (before, bound, horizon)))
    asked = Asked(np.array(keys, np.uint32), np.zeros(len(keys), np.int64), terms, struck)
    answers = view.ask(asked, most)
    return [row[:count].tolist() for row, count in zip(answers.posts, answers.counts.tolist(), strict=True)]


def a_key(one: Record) -> int:
    return int(keys_for([one], Settings()).values[0])


STORY = "the river rose at night and the mayor of harrow closed the bridge before the ferry could leave again"


# --- the contract ---


def test_what_is_added_is_found_by_its_keys_and_by_its_id(index: Index) -> None:
    one = record("a", STORY)
    first = add(index, one, record("b", "nothing of the kind is written here at all"))
    with index.view() as view:
        assert all(row == [first] for row in ask(view, keys_for([one], index.settings).values.tolist()))
        held = found(view, ["a", "unknown"])
        assert {name: (known.number, known.digest) for name, known in held.items()} == {
            "a": (first, one.digest)
        }
        assert [decode(data) for data in view.records([first])] == [replace(one, text=None)]
    assert len(index) == 2


def test_the_first_to_come_are_listed_first_and_no_more_than_asked_for(index: Index) -> None:
    first = add(index, *(record(f"a{n}", STORY) for n in range(3)))
    add(index, record("late", STORY))
    with index.view() as view:
        key = [a_key(record("a", STORY))]
        assert ask(view, key) == [[first, first + 1, first + 2]]
        assert ask(view, key, most=9) == [[first, first + 1, first + 2, first + 3]]


def test_an_asker_sees_only_what_came_before_it_and_is_neither_later_nor_too_old(index: Index) -> None:
    first = add(
        index, *(record(f"day {day}", STORY, day) for day in (5, 6, 7)), record("undated", STORY, None)
    )
    with index.view() as view:
        key = [a_key(record("a", STORY))]
        assert ask(view, key, most=9, before=first + 2) == [[first, first + 1]]
        assert ask(view, key, most=9, bound=6 * DAY) == [[first, first + 1, first + 3]], (
            "undated: arrival decides"
        )
        assert ask(view, key, most=9, horizon=6) == [[first + 1, first + 2]]


def test_the_same_id_again_replaces(index: Index) -> None:
    old, new = record("a", STORY), record("a", "something else entirely stands in it from now on", revision=1)
    number = add(index, old)
    again = add(index, new)
    with index.view() as view:
        assert ask(view, [a_key(old), a_key(new)]) == [[], [again]]
        assert found(view, ["a"])["a"].revision == 1
    assert len(index) == 1 and number != again


def test_twice_the_same_id_in_one_step_leaves_the_last(index: Index) -> None:
    old, new = record("a", STORY), record("a", "something else entirely stands in it from now on", revision=1)
    first = add(index, old, new, record("b", STORY))
    with index.view() as view:
        assert ask(view, [a_key(old), a_key(new)]) == [[first + 2], [first + 1]]
        assert found(view, ["a"])["a"].number == first + 1
        assert view.end == first + 3
    index.check()


def test_what_is_about_to_be_replaced_is_hidden_from_those_after(index: Index) -> None:
    number = add(index, record("a", STORY))
    with index.view() as view:
        key = [a_key(record("a", STORY))]
        later = view.end + 5
        assert ask(view, key, before=later, struck=((number, later),)) == [[]]
        assert ask(view, key, before=later - 1, struck=((number, later),)) == [[number]]
        assert ask(view, key, before=later) == [[number]], "and only for that question"


def test_a_view_knows_nothing_of_what_comes_after_it(place: Place) -> None:
    if not place.reopens:
        pytest.skip("an index in memory has no second opening")
    with place.open() as index, place.open() as other:
        add(index, record("a", STORY))
        with suppress(StepLost), index.view() as view:  # or it says that it was overtaken
            add(other, record("b", STORY), record("a", STORY + " now"))
            held = found(view, ["a", "b"])
            assert {name: known.number for name, known in held.items()} == {"a": view.end - 1}
        with index.view() as view:
            assert sorted(found(view, ["a", "b"])) == ["a", "b"]


def test_removed_articles_are_gone_and_numbers_are_not_given_again(index: Index) -> None:
    one = record("a", STORY)
    number = add(index, one)
    assert index.remove(["a", "never heard of"]) == 1
    assert index.remove(["a"]) == 0
    assert add(index, record("b", STORY)) > number
    with index.view() as view:
        assert ask(view, [a_key(one)]) == [[number + 1]]
        assert "a" not in found(view, ["a"])
    index.check()


def test_expiry_forgets_whole_days(index: Index) -> None:
    add(index, *(record(f"{day}", STORY, day) for day in (3, 1, 2, 0)))
    assert index.expire("1970-01-03") == 2
    assert sorted(one.id for one in index.articles()) == ["2", "3"]
    assert index.expire("1970-01-03") == 0
    info = index.info()
    assert (info.articles, info.oldest, info.newest) == (2, "1970-01-03", "1970-01-04")
    index.check()


def test_an_error_inside_a_step_undoes_it(index: Index) -> None:
    add(index, record("a", STORY))
    with pytest.raises(RuntimeError), index.step() as step:
        step.add([record("b", STORY)], keys_for([record("b", STORY)], index.settings))
        raise RuntimeError
    assert [one.id for one in index.articles()] == ["a"]
    index.check()


def test_the_newest_dates_are_known(index: Index) -> None:
    add(index, *(record(f"{day}", STORY, day) for day in (3, None, 5, 1, 4)))
    with index.view() as view:
        assert [day_of(when) for when in view.newest] == [5, 4, 3]
    index.remove(["5"])
    with index.view() as view:
        assert [day_of(when) for when in view.newest] == [4, 3, 1]


def test_articles_come_in_the_order_of_arrival(index: Index) -> None:
    add(index, record("b", STORY, 9), record("a", STORY, 2))
    add(index, record("c", STORY, 5))
    assert [one.id for one in index.articles()] == ["b", "a", "c"]


def test_texts_are_kept_only_when_asked_for(place: Place) -> None:
    with place.open(keep_text=True) as index:
        add(index, record("a", STORY + " \ud800"))
        assert [one.text for one in index.articles()] == [STORY + " \ud800"]
        assert index.info().keeps_text


def test_odd_ids_are_ids(index: Index) -> None:
    names = ["", "\ud800 lone", "naïve\u0000", "x" * 70_000, "'; DROP TABLE articles; --"]
    add(index, *(record(name, STORY) for name in names))
    with index.view() as view:
        assert sorted(found(view, names)) == sorted(names)
    assert [one.id for one in index.articles()] == names


def test_it_is_still_there_when_opened_again(place: Place) -> None:
    if not place.reopens:
        pytest.skip("an index in memory ends with its process")
    with place.open() as index:
        first = add(index, record("a", STORY), record("b", STORY))
        index.remove(["a"])
    with place.open() as index:
        with index.view() as view:
            assert ask(view, [a_key(record("a", STORY))]) == [[first + 1]]
            assert view.end == first + 2
        index.check()


def test_other_settings_are_refused_and_named(place: Place) -> None:
    if not place.reopens:
        pytest.skip("an index in memory has no second opening")
    place.open(Settings(min_words=9)).close()
    with place.open() as held:
        assert held.settings == Settings(min_words=9), "without any, its own are taken"
    with pytest.raises(IndexMismatch, match=r"min_words = 9 \(asked for: 8\)"):
        place.open(Settings())


def test_another_format_is_refused_and_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if not place.reopens:
        pytest.skip("an index in memory has no second opening")
    place.open().close()
    monkeypatch.setattr(opening, "FORMAT", 99)
    with pytest.raises(
        IndexMismatch,
        match=rf"has index format {FORMAT}, .* reads format 99: build a new one of the articles",
    ):
        place.open()


def test_an_index_from_before_engines_were_known_is_refused_by_its_format() -> None:
    with pytest.raises(IndexMismatch, match="old has index format 1"):
        opening.settings_of("old", {"format": 1, "settings": "{}", "keeps_text": 0, "end": 1}, None)


def test_another_engine_is_refused_and_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.open() as index:
        assert index.info().engine == engine()
    if not place.reopens:
        pytest.skip("an index in memory has no second opening")
    monkeypatch.setattr(opening, "engine", lambda: "9-other")
    with pytest.raises(
        IndexMismatch,
        match=rf"made by engine {engine()}, .* has engine 9-other .* build a new one of the articles",
    ):
        place.open()


def test_a_backup_is_an_index(index: Index, tmp_path: Path) -> None:
    first = add(index, record("a", STORY), record("b", STORY, 4))
    index.backup(str(tmp_path / "copy"))
    add(index, record("c", STORY))
    with open_index(str(tmp_path / "copy")) as copy:
        assert [one.id for one in copy.articles()] == ["a", "b"]
        with copy.view() as view:
            assert ask(view, [a_key(record("a", STORY))]) == [[first, first + 1]]
        copy.check()


def test_a_closed_or_absent_index_says_so(place: Place, tmp_path: Path) -> None:
    with pytest.raises(DedupError, match="there is no index"):
        open_index(str(tmp_path / "nothing"), create=False)
    if place.reopens:
        index = place.open()
        index.close()
        with pytest.raises(DedupError, match="closed"):
            len(index)


# --- against a model ---


class Model(RuleBasedStateMachine):
    """Random operations; every answer is compared with a list's."""

    make: Callable[[], Place]

    def __init__(self) -> None:
        super().__init__()
        self.place = self.make()
        self.index = self.place.open()
        self.held: dict[int, Record] = {}
        self.end = 1

    names = st.sampled_from("abcdefgh")
    texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
    days = st.one_of(st.none(), st.integers(0, 9))
    records = st.builds(record, names, texts, days, st.integers(0, 3))

    @rule(batch=st.lists(records, min_size=1, max_size=5))
    def add(self, batch: list[Record]) -> None:
        assert add(self.index, *batch) == self.end
        for one in batch:
            self.drop(one.id)
            self.held[self.end] = replace(one, text=None)
            self.end += 1

    def drop(self, name: str) -> int:
        gone = [number for number, one in self.held.items() if one.id == name]
        for number in gone:
            del self.held[number]
        return len(gone)

    @rule(ids=st.lists(names, max_size=3, unique=True))
    def remove(self, ids: list[str]) -> None:
        assert self.index.remove(ids) == sum(self.drop(name) for name in ids)

    @rule(day=st.integers(0, 10))
    def expire(self, day: int) -> None:
        gone = [one.id for one in self.held.values() if one.day < day]
        assert self.index.expire(f"1970-01-{day + 1:02}") == sum(self.drop(name) for name in gone)

    @rule()
    def reopen(self) -> None:
        if self.place.reopens:
            self.index.close()
            self.index = self.place.open()

    @rule(text=texts, before=st.integers(1, 40), bound=st.integers(0, 9), horizon=st.integers(0, 9))
    def ask(self, text: str, before: int, bound: int, horizon: int) -> None:
        keys = keys_for([record("", text)], Settings()).values.tolist()
        with self.index.view() as view:
            found = ask(view, keys, before, bound * DAY, horizon)
        for key, row in zip(keys, found, strict=True):
            assert row == [
                number
                for number, one in sorted(self.held.items())
                if number < before and one.bound <= bound * DAY and one.day >= horizon
                and key in keys_for([one], Settings()).values
            ][:MOST]  # fmt: skip

    @invariant()
    def agree(self) -> None:
        assert len(self.index) == len(self.held)
        assert list(self.index.articles()) == [one for _, one in sorted(self.held.items())]
        with self.index.view() as view:
            dates = sorted((one.bound for one in self.held.values() if one.published), reverse=True)
            assert list(view.newest) == dates[:3]
            held = found(view, "abcdefgh")
            assert {known.number: name for name, known in held.items()} == {
                n: one.id for n, one in self.held.items()
            }

    def teardown(self) -> None:
        self.index.check()
        self.index.close()
        self.place.remove()


@pytest.mark.parametrize("kind", sorted(PLACES))
@pytest.mark.parametrize("flush", [1, 40])
def test_it_answers_as_a_list_would(kind: str, flush: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FLUSH", flush)  # run files from the first step on, or after some

    class Here(Model):
        make = staticmethod(PLACES[kind])

    few = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Here.TestCase.settings = few
    Here.TestCase().runTest()


# --- bytes ---


@pytest.mark.parametrize(
    "text", ["", "one", STORY, "Žluťoučký kůň\n\n第 五 章 終わり\n\n" + STORY * 50, " \n\n x " * 300]
)
def test_columns_survive_packing(text: str) -> None:
    texts = [text, STORY, ""]
    columns = split(texts)
    again = unpack(pack(columns))
    for name in columns.__slots__:
        assert (getattr(columns, name) == getattr(again, name)).all(), name


def test_a_record_survives_encoding() -> None:
    for one in (record("naïve \ud800", STORY, 3, 7), replace(record("", "", None), source="é", report=b"")):
        assert decode(encode(one), one.text) == one


def test_moments_count_from_1970() -> None:
    assert moment("1969-12-31T23:59:59Z") == -1_000_000
    assert day_of(moment("1969-12-31T23:59:59Z")) == -1
