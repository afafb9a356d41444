"""The compiled loops and the same code as plain Python give the same columns, signatures and reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from dedup.match.shingling import shingles, sign
from dedup.model import Article
from dedup.reporter.jsonl import line
from dedup.scanner import scan
from dedup.settings import Settings
from dedup.text.words import Columns, split

ROOT = Path(__file__).parent.parent

WIRE = (
    "The council of Harrow Falls voted on Monday to close the old iron bridge before the winter storms arrive.\n\n"
    "Engineers who examined the pillars in September found rust in eleven places and advised against any repair."
)
FEED = [
    Article("wire", WIRE, source="wire", published="2024-03-01"),
    Article(
        "herald",
        "The council of Harrow Falls decided on Monday to shut the old iron bridge before the autumn gales arrive.\n\n"
        "“Engineers who examined the pillars in September found rust in eleven places,” it said.\n\n"
        "Читайте также: погода на завтра\n\nNobody asked the ferrymen, who had their own plans for that week.",
        source="herald",
        published="2024-03-02",
    ),
    Article("copy", WIRE.replace("council", "co\u200buncil"), source="courier", published="2024-03-02"),
    Article("late", WIRE + "\n\n" + WIRE, source="wire", published="2024-03-03"),
]
TEXTS = [
    *(article.text for article in FEED),
    "Čeština ﬁnal Straße 東京 น้ำ ガ カ\u3099 한국 हिन्दी كِتَابٌ сору pаypal Moсквa co\u200bpy",
    "𠮷 🙂 J. Smith. U.S. 5th\r\n\r\nx",
    "averyverylongwordindeedthatismorethanthirtytwobyteslong ABCDEFGH",
    "",
]


def computed() -> dict[str, Any]:
    """All that is compared, as JSON values."""
    columns = split(TEXTS)
    shingled = shingles(columns, 3)
    return {
        "columns": {field.name: getattr(columns, field.name).tolist() for field in fields(Columns)},
        "shingles": shingled.hashes.tolist(),
        "signatures": sign(shingled, 8).tolist(),
        "reports": {
            nets: [
                json.loads(line(report))
                for report in scan(FEED, Settings(nets=nets, permutations=24, recall=0.6))
            ]
            for nets in ("lsh", "both")
        },
    }


@pytest.fixture(scope="module")
def plain() -> Any:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        env={**os.environ, "DEDUP_LOOPS": "plain", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def compiled() -> Any:
    return json.loads(json.dumps(computed()))


@pytest.mark.parametrize("part", ["columns", "shingles", "signatures", "reports"])
def test_plain_python_gives_the_same(plain: Any, compiled: Any, part: str) -> None:
    assert plain[part] == compiled[part]


def test_there_is_something_to_compare(compiled: Any) -> None:
    kinds = {finding["kind"] for report in compiled["reports"]["both"] for finding in report["findings"]}
    assert {"recycled", "reworded", "carried_over", "repeated", "quoted", "foreign"} <= kinds


SCANNED = """
import json, sys
from dedup.model import Article
from dedup.scanner import scan
errors = []
for file in sys.argv[1:]:
    inputs = json.load(open(file, encoding="utf-8"))["inputs"]
    feed = [Article(one["id"], one["text"], source=one["source"], published=one["published"]) for one in inputs]
    print(sum(1 for _ in scan(feed, on_error=errors.append)))
print(*errors)
"""


def test_checked_loops_stay_inside_their_arrays() -> None:
    """Over what fuzzing once found."""
    files = sorted(map(str, (ROOT / "tests/fuzz/corpus").glob("engine-5*.json")))
    done = subprocess.run(
        [sys.executable, "-c", SCANNED, *files],
        env={**os.environ, "DEDUP_LOOPS": "checked", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert files and done.stdout.splitlines() == ["2"] * len(files) + [""], done.stderr


if __name__ == "__main__":
    print(json.dumps(computed()))
