"""How sure a share is: the interval of Wilson (1927), which holds for few cases and for shares near 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

Z = 1.959964
"""For 95 %."""


def wilson(share: float, cases: int, z: float = Z) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen in so many independent cases.

    >>> low, high = wilson(0.95, 100)
    >>> round(low, 3), round(high, 3)
    (0.888, 0.978)
    >>> wilson(0.0, 0)
    (0.0, 1.0)
    """
    if cases <= 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)) / (1 + z * z / cases)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(part: float, cases: int) -> dict[str, Any]:
    """Return a share as the results keep it: what it is, and of how many cases.

    >>> share(3, 4)
    {'share': 0.75, 'of': 4}
    """
    return {"share": round(part / cases, 4) if cases else None, "of": cases}


def is_share(value: object) -> bool:
    """Whether a figure is what `share` gives."""
    return isinstance(value, Mapping) and set(value) == {"share", "of"}
