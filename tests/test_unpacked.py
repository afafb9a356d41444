"""Arrays kept on the disk: mapped when they are there, made anew whenever they are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dedup import Article, Settings, scan
from dedup.inspect.languages import relatives, scorers, unpacked
from dedup.inspect.languages.unpacked import Arrays

NAMES = ("letters", "numbers")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(unpacked, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def made() -> list[int]:
    return []


@pytest.fixture
def ask(made: list[int]) -> Callable[[], Arrays]:
    def make() -> Arrays:
        made.append(1)
        return {"letters": np.array(["a", "bc"]), "numbers": np.arange(5, dtype=np.uint32)}

    return lambda: unpacked.unpacked("model-1", NAMES, make)


def is_right(arrays: Arrays) -> bool:
    return arrays["letters"].tolist() == ["a", "bc"] and arrays["numbers"].tolist() == [0, 1, 2, 3, 4]


def test_arrays_are_made_once_and_then_mapped(ask: Callable[[], Arrays], made: list[int]) -> None:
    assert is_right(ask()) and is_right(ask())
    assert len(made) == 1
    assert ask()["numbers"].dtype == np.uint32


def test_what_a_caller_does_to_them_is_not_kept(ask: Callable[[], Arrays]) -> None:
    ask()
    ask()["numbers"][:] = 9
    assert is_right(ask())


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY\x01\x00", b"nonsense"])
def test_a_damaged_file_is_made_anew(
    ask: Callable[[], Arrays], made: list[int], folder: Path, damage: bytes
) -> None:
    ask()
    (folder / "model-1" / "numbers.npy").write_bytes(damage)
    assert is_right(ask()) and is_right(ask())
    assert len(made) == 2


def test_a_missing_file_is_made_anew(ask: Callable[[], Arrays], made: list[int], folder: Path) -> None:
    ask()
    (folder / "model-1" / "letters.npy").unlink()
    assert is_right(ask()) and is_right(ask())
    assert len(made) == 2


def test_where_nothing_can_be_written_all_is_made_each_time(
    ask: Callable[[], Arrays], made: list[int], folder: Path
) -> None:
    folder.write_text("a file where the folder should be")
    assert is_right(ask()) and is_right(ask())
    assert len(made) == 2


def test_nothing_is_left_beside_what_is_kept(ask: Callable[[], Arrays], folder: Path) -> None:
    ask()
    assert [path.name for path in folder.iterdir()] == ["model-1"]
    assert sorted(path.name for path in (folder / "model-1").iterdir()) == ["letters.npy", "numbers.npy"]


def test_a_second_scan_of_the_process_loads_no_model_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "Der Rat schloss die alte Brücke. De Gemengerot huet e Méindeg decidéiert, déi al Bréck zouzemaachen."
    )
    articles = [Article("a", text), Article("b", "Читайте также")]
    [*scan(articles, Settings())]
    before = scorers._automaton.cache_info().misses, relatives.relatives.cache_info().misses
    monkeypatch.setattr(scorers, "unpacked", None)
    first = [*scan(articles, Settings())]
    assert first == [*scan(articles, Settings())]
    assert (scorers._automaton.cache_info().misses, relatives.relatives.cache_info().misses) == before
