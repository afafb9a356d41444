"""Whose answers an index holds: another engine version for other code, tables or calendars, and no other reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import xxhash

from dedup.index import engine as module
from dedup.index.keys import keys_of
from dedup.match.shingling import shingles, sign
from dedup.settings import Settings
from dedup.text import calendar
from dedup.text.words import split
from dedup.version import ENGINE

ROOT = Path(__file__).parent.parent


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's data, which the engine is made to read."""
    shutil.copytree(ROOT / "dedup" / "data", tmp_path / "data")
    for part in (module, calendar):
        monkeypatch.setattr(part, "files", lambda name: tmp_path)
    monkeypatch.setattr(module, "calendar_names", calendar.calendar_names.__wrapped__)
    return tmp_path / "data"


def engine() -> str:
    """The version as a process that starts now would have it."""
    return module.engine.__wrapped__()


def edit(file: Path, field: str, change: object) -> None:
    data = json.loads(file.read_text(encoding="utf-8"))
    data[field] = change(data[field])  # type: ignore[operator]
    file.write_text(json.dumps(data), encoding="utf-8")


def test_a_copy_of_the_data_is_the_same_engine(package: Path) -> None:
    assert engine() == module.engine()
    assert engine().startswith(f"{ENGINE}-")


def test_one_more_month_is_another_engine(package: Path) -> None:
    edit(package / "furniture" / "en.json", "calendar", lambda names: names + " brumaire")
    assert engine() != module.engine()


def test_another_character_table_is_another_engine(package: Path) -> None:
    data = bytearray((package / "unicode.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (package / "unicode.npz").write_bytes(data)
    assert engine() != module.engine()


def test_a_phrase_more_needs_no_other_keys(package: Path) -> None:
    edit(package / "furniture" / "en.json", "line", lambda lines: [*lines, "more of the same"])
    assert engine() == module.engine()


def test_a_new_version_of_the_code_is_another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENGINE", ENGINE + 1)
    assert engine() != module.engine()


PINNED = {1: "040cef47d3dbcc57"}


def test_other_answers_are_another_engine() -> None:
    """Keys, signatures and reports of the samples; the reports as the golden file has them."""
    feed = (ROOT / "samples" / "feed.jsonl").read_text(encoding="utf-8").splitlines()
    golden = (ROOT / "samples" / "report.golden").read_text(encoding="utf-8").splitlines()
    columns = split([json.loads(line)["text"] for line in feed])
    keys = keys_of(columns, Settings())
    digest = xxhash.xxh64()
    for column in (sign(shingles(columns, 3), 128), keys.values, keys.wholes):
        digest.update(column.astype("<u4").tobytes())
    for report in map(json.loads, golden):
        said = [report[field] for field in ("id", "language", "words", "ledger", "sources", "findings")]
        digest.update(json.dumps(said, sort_keys=True).encode())
    assert {ENGINE: digest.hexdigest()} == PINNED, (
        "articles get other answers than before: raise ENGINE in dedup/version.py (once a release), pin the new digest"
    )
