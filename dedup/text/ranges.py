"""Ranges of numbers laid end to end: how columns with bounds are taken apart and put together."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = TypeVar("Numbers", bound=np.integer[Any])


def ragged(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers ``start .. start + size - 1`` of each pair, one after the other.

    >>> ragged(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    return np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)


def distinct(numbers: NDArray[Numbers]) -> NDArray[Numbers]:
    """The numbers in order, none twice.

    By sorting: numpy's own `unique` hashes numbers by their low bits, and those of pairs of numbers crowd its table.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    fresh = np.ones(ordered.size, np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]
