"""Parts of a whole as whole percentages."""

from __future__ import annotations

from collections.abc import Sequence


def percentages(parts: Sequence[int]) -> list[int]:
    """Whole percentages that sum to 100 (largest remainder; ties to the first); zeros where all are 0.

    >>> percentages([1, 1, 1])
    [34, 33, 33]
    """
    total = sum(parts)
    if not total:
        return [0] * len(parts)
    whole = [100 * part // total for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(100 * parts[i] % total), i))
    for i in order[: 100 - sum(whole)]:
        whole[i] += 1
    return whole
