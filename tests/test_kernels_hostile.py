"""Text that nobody writes: the steps that the loops take grow as it does, its copy is found, and no loop reads beyond.

The loops run as plain Python in a process of their own, where steps can be counted and a wrong index is an error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import numpy as np
import pytest

from dedup.match import fingerprints
from dedup.match.align import Passages, count_copies, verify
from dedup.match.candidates import exact_pairs, listed, proposed_pairs
from dedup.match.kernels.alignment.rows import ARTICLE, KIND, REPEATED, T0, T1
from dedup.match.layout import lay_out
from dedup.settings import Settings
from dedup.text.words import split

ROOT = Path(__file__).parent.parent
SETTINGS = Settings(frequent=8, candidates=2)
SIZES = (200, 400, 800)
SYLLABLES = "ba be bi bo bu da de di do du ga ge".split()


def two_letters_every_way(words: int) -> str:
    """The bits of a shift register: every run of ten is new."""
    state, out = 1, []
    for _ in range(words):
        out.append("ab"[state & 1])
        state = state >> 1 | ((state ^ state >> 3) & 1) << 9
    return " ".join(out)


HOSTILE: dict[str, Callable[[int], str]] = {
    "one word": lambda n: "na " * n,
    "two words": lambda n: "a b " * (n // 2),
    "ten words": lambda n: "one two three four five six seven eight nine ten " * (n // 10),
    "twelve words": lambda n: " ".join(Random(1).choices(SYLLABLES, k=n)),
    "two letters": two_letters_every_way,
    "one line": lambda n: "la la la la la na na na hey hey\n\n" * (n // 10),
    "lines of two words": lambda n: "\n\n".join(" ".join(Random(i % 7).choices("ab", k=10)) for i in range(n // 10)),
    "one letter": lambda n: "ก" * n,
    "empty lines": lambda n: "a b c d e f g h i j\n\n" + "***\n\n" * n + "k l m n o p q r s t",
}  # fmt: skip


def passages(texts: list[str]) -> Passages:
    """All that the loops do between words and passages."""
    layout = lay_out(split(texts))
    columns = layout.columns
    width, frequent, articles = SETTINGS.shingle_words, SETTINGS.frequent, len(texts)
    posted = fingerprints.post(columns, layout.first_copy, width, frequent)
    lists, _ = listed(layout, posted, 0, articles, SETTINGS)
    proposed = proposed_pairs(lists, 0, SETTINGS)
    pairs = np.union1d(exact_pairs(layout), proposed)
    found = verify(layout, posted.holders, 0, articles, pairs, SETTINGS)
    return count_copies(layout, posted, found, width)[0]


def steps(work: Callable[[], object]) -> int:
    """Lines of the kernels that are run."""
    count = 0

    def inside(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return inside

    def entered(frame: FrameType, event: str, _: object) -> Any:
        return inside if os.sep + "kernels" + os.sep in frame.f_code.co_filename else None

    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(None)
    return count


def fuzzed(seed: int) -> list[str]:
    """Long copies with a third of their words changed, put off and repeated, at all borders of the columns."""
    draw = Random(seed)
    pool = [f"word{n}" for n in range(draw.choice([3, 12, 600]))] + list("東京กขက")
    base = draw.choices(pool, k=draw.choice([5, 64, 700]))
    texts = [" ".join(base)]
    for _ in range(3):
        share = draw.choice([0.0, 0.1, 0.3])
        copy = [draw.choice(pool) if draw.random() < share else word for word in base]
        front, back = draw.randrange(5), draw.choice([0, 4, 40])
        copy = draw.choices(pool, k=front) + copy[front : len(copy) - back] + draw.choices(pool, k=back)
        breaks = draw.choice([" ", " ", ". ", "\n\n"])
        texts.append(
            "".join(word + (breaks if draw.random() < 0.05 else " ") for word in copy) + "\n\n***" * 3
        )
    return texts


def counted() -> dict[str, Any]:
    """What the process prints: steps by kind and size, and that nothing of the fuzzed texts was out of bounds."""
    found = {
        kind: [steps(partial(passages, [made(size)] * 2)) for size in SIZES] for kind, made in HOSTILE.items()
    }
    return {"steps": found, "fuzzed": sum(len(passages(fuzzed(seed)).rows) for seed in range(24))}


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


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_steps_grow_as_the_text_does(plain: Any, kind: str) -> None:
    small, middle, large = plain["steps"][kind]
    assert middle <= 3 * small  # 2 where they grow as the text does, 4 where as its square
    assert large <= 3 * middle


def test_no_loop_reads_beyond_its_arrays(plain: Any) -> None:
    assert plain["fuzzed"] > 0


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_the_copy_is_found(kind: str) -> None:
    text = HOSTILE[kind](20_000)
    rows = passages([text, text]).rows
    words = split([text]).hashes.size
    taken = np.zeros(words, bool)
    for row in rows[rows[:, ARTICLE] == 1]:
        taken[row[T0] - words : row[T1] - words] = True
    assert taken.all()
    assert (rows[:, KIND] != REPEATED).any()


if __name__ == "__main__":
    print(json.dumps(counted()))
