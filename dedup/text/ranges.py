"""Ranges of numbers laid end to end: how columns with bounds are taken apart and put together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def ragged(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers ``start .. start + size - 1`` of each pair, one after the other.

    >>> ragged(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    return np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
