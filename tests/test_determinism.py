"""The same input gives the same bytes, whoever computes them, where, and in which order it comes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filter_feed import ROOT, feed, jsonl

MIXED = (
    "Der Bürgermeister sagte am Montag, die Brücke werde „bis zum Winter“ geschlossen.",
    "Совет проголосовал в понедельник за закрытие старого моста до наступления зимы.",
    "市議会は月曜日、冬が来る前に古い橋を閉鎖することを決めた。",
    "صوت المجلس يوم الاثنين على إغلاق الجسر القديم قبل الشتاء.",
    "ᏣᎳᎩ ꮳꮃꭹ İstanbul ǅ ẞ ﬁne e\u0301tude \U0001e900\U0001e922 Ａｄ", "ｈａｌｆ ㎏ ½ ² ℃ \u200bhid\u200bden c\u0430t",
)  # fmt: skip


def records() -> list[dict[str, Any]]:
    made = feed(24, seed=5)
    for number, record in enumerate(made):
        record["text"] += "\n\n" + MIXED[number % len(MIXED)]
    return made


def scanned(folder: Path, *options: str, python: str = sys.executable, **environment: str) -> bytes:
    done = subprocess.run(
        [python, "-m", "dedup", "scan", ".", *options], cwd=folder, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def by_id(report: bytes) -> dict[str, Any]:
    """The articles of a report without the places of their files."""
    articles = [json.loads(line) for line in report.splitlines()]
    return {one["id"]: {key: one[key] for key in one if key not in ("path", "record")} for one in articles}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feed")
    (folder / "feed.jsonl").write_bytes(jsonl(records()))
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path) -> bytes:
    return scanned(folder, "--workers", "1")


def test_hash_seed_zone_locale_and_workers_change_nothing(folder: Path, expected: bytes) -> None:
    odd = {
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "C",
        "PYTHONUTF8": "0",
    }
    assert scanned(folder, "--workers", "3", **odd) == expected


def test_the_order_of_files_and_their_number_change_nothing(tmp_path: Path, expected: bytes) -> None:
    made = records()
    random.Random(3).shuffle(made)
    for number, record in enumerate(made):
        (tmp_path / f"{number}.jsonl").write_bytes(jsonl([record]))
    assert by_id(scanned(tmp_path)) == by_id(expected)


def test_plain_python_says_the_same(tmp_path: Path) -> None:
    few = [{**record, "text": record["text"][:400]} for record in records()[:6]]
    (tmp_path / "feed.jsonl").write_bytes(jsonl(few))
    assert scanned(tmp_path, "--workers", "1", DEDUP_LOOPS="plain") == scanned(tmp_path)
