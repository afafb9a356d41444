"""What fuzzing found once, and some new inputs of every kind: see `fuzz/fuzz.py`, which tries for longer."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "fuzz"
sys.path.insert(0, str(FUZZ))
from fuzz import KINDS, attempt  # noqa: E402

KEPT = [json.loads(file.read_text()) for file in sorted((FUZZ / "corpus").glob("*.json"))]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGALRM")


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: f"{kept['kind']}-{kept['seed']}")
def test_what_failed_once_does_not_again(kept: dict[str, object]) -> None:
    attempt(str(kept["kind"]), int(str(kept["seed"])), 600)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_some_inputs_of_each_kind(kind: str) -> None:
    if kind == "page":
        pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install '.'")
    for seed in range(15):
        attempt(kind, seed, 600)
