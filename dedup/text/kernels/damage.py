"""Which texts may have been broken by a wrong decoding: a sieve, so that all others pay next to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled
from dedup.text.kernels.bits import EACH
from dedup.text.kernels.folding import decoded
from dedup.text.kernels.hashing import eight_bytes

HIGH = EACH << np.uint64(7)


# About 0.2 ns a byte of ASCII, 2 ns any other code point.
@compiled("void(uint64[::1], int64[::1], uint32[::1], uint8[::1])")
def suspect(chunks: Any, bounds: Any, sieve: Any, suspects: Any) -> None:
    """Set in `suspects`, one an article, where a code point and the next may be damage, as `dedup.text.mojibake` says.

    Takes the bytes of `dedup.text.kernels.tokens.split_words`.
    """
    data = chunks.view(np.uint8)
    for article in range(bounds.size - 1):
        at, end = bounds[article], bounds[article + 1]
        before = np.int64(0)
        while at < end:
            eight = eight_bytes(data, np.uint64(at))
            if eight & HIGH == 0:
                before = np.int64(0)
                at += 8
                continue
            code, size = decoded(eight)
            at += size
            bits = np.int64(sieve[code]) if code < sieve.size else np.int64(0)
            if (before >> 16) & bits:
                suspects[article] = 1
                break
            before = bits
