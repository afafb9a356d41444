"""A batch of texts as words in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.languages import kernels
from dedup.languages.alphabet import alphabet


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts, joined by line breaks to `text`.

    `start`, `end` int32: code points of `text`; `key` uint64; `script`, `flags`, `gap` uint8: see
    `kernels.split`. `line` int32: the first word of each line that has words and, last, their number.
    `text_of_line` int32: which text it is of. `offset`: where each text starts and, last,
    where one more would.
    """

    text: str
    offset: NDArray[np.int64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    key: NDArray[np.uint64]
    script: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    gap: NDArray[np.uint8]
    line: NDArray[np.int32]
    text_of_line: NDArray[np.int32]


def split_words(texts: Sequence[str]) -> Words:
    """Cut texts into words and lines."""
    sizes = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    offset = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    joined = "\n".join(texts)
    points = np.frombuffer(bytearray(joined, "utf-32-le", "surrogatepass"), np.uint32)
    room = points.size
    start, end = np.empty(room, np.int32), np.empty(room, np.int32)
    key = np.empty(room, np.uint64)
    script, flags, gap = (np.empty(room, np.uint8) for _ in range(3))
    tables = alphabet()
    count = kernels.split(
        points, tables.kind, tables.script, tables.lower, start, end, key, script, flags, gap
    )  # fmt: skip
    first = np.flatnonzero(gap[:count] == kernels.LINE).astype(np.int32)
    return Words(
        text=joined, offset=offset, start=start[:count], end=end[:count], key=key[:count],
        script=script[:count], flags=flags[:count], gap=gap[:count],
        line=np.append(first, np.int32(count)),
        text_of_line=(np.searchsorted(offset, start[first], "right") - 1).astype(np.int32),
    )  # fmt: skip
