"""What fuzzing found once, and some new inputs of every kind: see `fuzz/fuzz.py`, which tries for longer."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

FUZZ = Path(__file__).parent / "fuzz"
sys.path.insert(0, str(FUZZ))
from fuzz import KINDS, Kind, apart, attempt, smallest  # noqa: E402

KEPT = [json.loads(file.read_text()) for file in sorted((FUZZ / "corpus").glob("*.json"))]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: f"{kept['kind']}-{kept['seed']}")
def test_what_failed_once_does_not_again(kept: dict[str, Any]) -> None:
    attempt(kept["kind"], kept["seed"], kept["inputs"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_some_inputs_of_each_kind(kind: str) -> None:
    if kind == "page":
        pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install '.'")
    for seed in range(15 if KINDS[kind].size == 1 else 2):
        attempt(kind, seed)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_what_fails_is_told_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def tried(inputs: Sequence[Any], _rng: random.Random, _folder: Path) -> None:
        if 7 in inputs:
            os.kill(os.getpid(), signal.SIGKILL)
        assert not {3, 11} <= set(inputs), "these two"
        while 5 in inputs:
            pass

    monkeypatch.setitem(KINDS, "page", Kind(lambda _seed, numbers: list(numbers), tried, 20))
    monkeypatch.setattr("fuzz.HANGS", 1)
    assert apart("page", 1, [0, 1])[0] == ""
    assert apart("page", 1, [7])[0] == "ended by signal 9"
    assert "Hung" in apart("page", 1, [5])[0]
    assert "these two" in apart("page", 1, [3, 11])[0]
    assert smallest("page", 1, [*range(5), *range(8, 20)]) == [3, 11]
