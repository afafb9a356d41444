"""Every setting is checked, named where it is wrong, and part of the settings' id."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from dedup.errors import SettingsError
from dedup.settings import Settings

# For each setting: values it takes (other than its default), and values it refuses.
VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "nets": (["lsh", "fingerprints"], ["", "LSH", "minhash"]),
    "shingle_words": ([1, 16], [0, 17, -3]),
    "permutations": ([1, 4096], [0, 4097]),
    "seed": ([0, 2**32 - 1], [-1, 2**32]),
    "jaccard": ([0.001, 1.0], [0.0, -0.5, 1.5, float("nan"), float("inf")]),
    "recall": ([0.001, 0.999], [0.0, 1.0, float("nan")]),
    "frequent": ([2, 10**6], [1, 0]),
    "candidates": ([1, 64], [0, 65]),
    "min_words": ([3, 100], [2, 0]),
    "min_weight": ([0.0, 50.0], [-0.1, float("nan")]),
    "min_share": ([0.01, 1.0], [0.0, 1.01, float("nan")]),
    "quote_words": ([1, 9], [0]),
    "standing_words": ([0, 9], [-1]),
    "standing_copies": ([1, 99], [0]),
    "furniture_articles": ([2, 99], [1]),
    "furniture_share": ([0.01, 1.0], [0.0, 1.01, float("nan")]),
    "furniture_sure_articles": ([2, 99], [1]),
    "furniture_sources": ([1, 99], [0]),
    "furniture_own_share": ([0.0, 1.0], [-0.1, 1.01, float("nan")]),
    "furniture_words": ([1, 99], [0]),
    "story_share": ([0.3, 1.0], [0.0, 1.1, float("nan")]),
    "story_words": ([1, 99], [0]),
    "translated_days": ([1, 7, 365], [-1]),
}
NAMES = [field.name for field in fields(Settings)]


def test_every_setting_is_tested_here() -> None:
    assert list(VALUES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_values_in_range_are_taken_and_change_the_id(name: str) -> None:
    taken = [Settings(**{name: value}) for value in VALUES[name][0]]
    assert [getattr(settings, name) for settings in taken] == VALUES[name][0]
    ids = {Settings().id, *(settings.id for settings in taken)}
    assert len(ids) == (1 if name.startswith("story_") else len(taken) + 1), "no index depends on stories"


@pytest.mark.parametrize("name", NAMES)
def test_a_value_out_of_range_is_refused_by_name_and_value(name: str) -> None:
    for value in VALUES[name][1]:
        with pytest.raises(SettingsError, match=f"^{name} must be .*, got {re.escape(repr(value))}$"):
            Settings(**{name: value})


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_another_type_is_refused_by_name_and_value(name: str) -> None:
    wrong: list[Any] = [None, [1], {"a": 1}, True]
    wrong += [7, 0.5] if name == "nets" else ["", "many", "0x10"]
    for value in wrong:
        with pytest.raises(SettingsError, match=f"^{name} must be .*{re.escape(repr(value))}$"):
            Settings().with_values({name: value})


@pytest.mark.parametrize("name", NAMES)
def test_values_come_from_text_as_they_come_from_toml(name: str) -> None:
    for value in VALUES[name][0]:
        as_text = Settings().with_values({name: str(value)})
        assert as_text == Settings().with_values({name: value}) == Settings(**{name: value})
        assert type(getattr(as_text, name)) is type(getattr(Settings(), name))


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(getattr(Settings(), n), int)])
def test_a_fraction_is_no_count(name: str) -> None:
    """0.5 articles are not 0 articles."""
    for value in (getattr(Settings(), name) + 0.5, str(getattr(Settings(), name) + 0.5)):
        with pytest.raises(SettingsError, match=f"^{name} must be .*{re.escape(repr(value))}$"):
            Settings().with_values({name: value})


def test_a_whole_number_does_for_a_fraction_and_is_the_same_setting() -> None:
    """TOML has 1 where a person means 1.0: that must not be another index."""
    settings = Settings().with_values({"jaccard": 1, "min_weight": "6"})
    assert settings == Settings(jaccard=1.0, min_weight=6.0)
    assert settings.id == Settings(jaccard=1.0, min_weight=6.0).id == Settings(jaccard=1, min_weight=6).id


def test_an_unknown_setting_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(SettingsError) as error:
        Settings().with_values({"treshold": 0.5})
    assert "'treshold'" in str(error.value)
    assert all(name in str(error.value) for name in NAMES)


def test_no_values_change_nothing_and_the_old_settings_stay() -> None:
    before = Settings(jaccard=0.7)
    assert before.with_values({}) == before
    assert before.with_values({"recall": "0.5"}) == Settings(jaccard=0.7, recall=0.5)
    assert before.recall == Settings().recall


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().jaccard = 0.9  # type: ignore[misc]


def test_the_id_is_16_hex_digits_and_the_same_in_every_process() -> None:
    code = "from dedup.settings import Settings; print(Settings().id)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == Settings().id
    assert re.fullmatch("[0-9a-f]{16}", Settings().id)
