"""What each code point is to a word and to a sentence, as tables: shipped, so that no answer depends on the Python.

`tools/make_unicode.py` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

# Kinds of code points: the low four bits of `Unicode.kinds`.
OTHER, LETTER, DIGIT, MARK, INVISIBLE, SIGN, NEWLINE, SPACE, STOP, WIDE_STOP = range(10)
UPPER, TWIN = 16, 32
LATIN = 1

# Kinds that `Prose.kinds` has besides, for the marks that part sentences.
STRONG, APOSTROPHE, CODE, HYPHEN, COLON = range(10, 15)

SIZE = 0x20000
"""Code points below this are in the tables; above it, Han letters up to `ASTRAL_END` and nothing else."""
ASTRAL_END = 0x33480


@dataclass(frozen=True, slots=True)
class Unicode:
    """Tables over the code points below `SIZE`.

    `kinds`: uint8, a kind plus `UPPER` (a capital) and `TWIN` (a letter of another script that has a
    Latin look-alike in both cases). `scripts`: uint8, 1 Latin, 2 Cyrillic, 3 Greek, 4 Armenian,
    5 Cherokee, 6 others, 0 no letter. `fold`: uint32, the folded code point, 0 where it is dropped, or
    with the high bit the place in `expansions` of a length and so many code points. `twin`: uint8, the
    small ASCII letter it looks like, or 0.
    """

    kinds: NDArray[np.uint8]
    scripts: NDArray[np.uint8]
    fold: NDArray[np.uint32]
    twin: NDArray[np.uint8]
    expansions: NDArray[np.uint32]
    version: str


@cache
def unicode_tables() -> Unicode:
    """Load the shipped tables (20 ms, once a process)."""
    with (files("dedup") / "data" / "unicode.npz").open("rb") as file, np.load(file) as stored:
        arrays = {name: stored[name] for name in ("kinds", "scripts", "fold", "twin", "expansions")}
        return Unicode(**arrays, version=str(stored["version"]))


@dataclass(frozen=True, slots=True)
class Prose:
    """Tables over the code points below `SIZE`, for the language stage. No key of an index depends on them.

    `kinds`: uint8, by Unicode's categories alone, so a letter of a script without spaces is a `LETTER` as well,
    and punctuation is told apart by how much it parts. `lower`: uint32, the small letter, itself where there is none.
    """

    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint32]


@cache
def prose_tables() -> Prose:
    """Load the shipped tables (5 ms, once a process)."""
    with (files("dedup") / "data" / "prose.npz").open("rb") as file, np.load(file) as stored:
        return Prose(stored["kinds"], stored["lower"])
