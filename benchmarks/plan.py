"""What peers and ours are asked for: shingle width, permutations, bands, threshold, cores; and what all share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDTH, PERMUTATIONS, BANDS, ROWS, JACCARD = 5, 128, 32, 4, 0.5

Pairs = list[tuple[int, int]]
"""Line numbers from 0, the later first."""

Flags = list[tuple[int, int, int]]
"""A line number from 0, and code points ``[start, end)`` of its text."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a MinHash library is asked for. ``bands * rows`` is at most `permutations`.

    By default what all are timed with: word 5-grams, 128 permutations, 32 bands of 4 rows, Jaccard .5.
    """

    width: int = WIDTH
    permutations: int = PERMUTATIONS
    bands: int = BANDS
    rows: int = ROWS
    jaccard: float = JACCARD
    cores: int = 1


_WORD = re.compile(r"\w+")


def tokens(text: str) -> list[str]:
    """Words of a text in lower case by one regular expression: what a user of a MinHash library writes."""
    return _WORD.findall(text.lower())


def shingled(text: str, width: int = WIDTH) -> list[str]:
    """Word n-grams of a text; a shorter text is one of its own."""
    words = tokens(text)
    return [" ".join(words[at : at + width]) for at in range(max(1, len(words) - width + 1))]


def read_lines(path: Path) -> list[str]:
    """Read the texts of a JSONL file, by orjson where it is there."""
    try:
        import orjson
    except ImportError:
        loads: Callable[[bytes], Any] = json.loads
    else:
        loads = orjson.loads
    return [loads(line)["text"] for line in path.read_bytes().splitlines()]


def warm_up(path: Path) -> Path:
    """Return where the small file to warm up with lies."""
    return path.with_name(f"warm-{path.name}")
