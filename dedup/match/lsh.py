"""Signatures to bands to candidates: the net for whole paragraphs that are near-duplicates.

With b bands of r rows a pair of Jaccard similarity J becomes a candidate with probability 1 - (1 - J^r)^b.
Source: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dedup.errors import SettingsError
from dedup.match.kernels import minhash
from dedup.match.shingling import Signatures
from dedup.settings import Settings
from dedup.text.ranges import distinct

BUCKET = 8
"""Earliest paragraphs of a bucket that later ones are compared with; exact copies are collapsed before."""


def detection_probability(jaccard: float, bands: int, rows: int) -> float:
    """Probability that a pair of this similarity shares a band.

    >>> round(detection_probability(0.5, 32, 4), 2)
    0.87
    """
    return float(1 - (1 - jaccard**rows) ** bands)


def choose_bands(settings: Settings) -> tuple[int, int]:
    """Bands and rows with the wanted recall at the wanted Jaccard: the most rows, then the fewest bands.

    More rows mean fewer false candidates. Raises `SettingsError` where the permutations do not suffice.

    >>> choose_bands(Settings(jaccard=0.5, recall=0.95, permutations=128))
    (23, 3)
    """
    for rows in range(settings.permutations, 0, -1):
        most = settings.permutations // rows
        if detection_probability(settings.jaccard, most, rows) >= settings.recall:
            hit = settings.jaccard**rows
            fewest = 1 if hit == 1 else math.ceil(math.log1p(-settings.recall) / math.log1p(-hit))
            return min(fewest, most), rows
    raise SettingsError(
        f"{settings.permutations} permutations cannot reach recall {settings.recall} at Jaccard "
        f"{settings.jaccard}: use more permutations, or ask for less"
    )


def band_keys(signatures: Signatures, bands: int, rows: int) -> NDArray[np.uint32]:
    """One 32-bit key a band and paragraph, shape ``(n, bands)``."""
    out = np.empty((signatures.shape[0], bands), np.uint32)
    minhash.band(signatures, bands, rows, out)
    return out


def candidates(keys: NDArray[np.uint32], bucket: int = BUCKET) -> NDArray[np.uint64]:
    """Pairs of rows that share a band, as sorted ``later << 32 | earlier``, no pair twice.

    In a bucket each row is paired with the first `bucket` rows before it, so that a crowd costs no square.
    """
    numbers = np.arange(keys.shape[0], dtype=np.uint64)
    found = [np.empty(0, np.uint64)]
    for column in keys.T:
        packed = np.sort(column.astype(np.uint64) << np.uint64(32) | numbers)
        found.append(minhash.bucket_pairs(packed, bucket))
    return distinct(np.concatenate(found))
