"""Compiled loops of the encoder's network, over pieces of words: convolutions, norms and sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled

LANES = 16
"""Sums kept side by side: the order of adding is written down, and a processor does it at once."""


# About 2 µs a piece and order.
@compiled(
    "void(float32[:, ::1], float32[:, ::1], int64[::1], int64[::1], int64, float32[::1], float32[:, ::1], int64)"
)
def convolve(
    shares: Any, inputs: Any, rows: Any, bounds: Any, left: int, bias: Any, out: Any, at: int
) -> None:
    """One convolution over the pieces of sentences, with what it is given added to what it makes.

    `rows`: for each piece its row of `inputs`, and of `shares`, which has side by side what it adds to the results of
    which it is the first piece, the second ...; `left` stand before a result's own. A sentence's pieces are those in
    ``bounds[s] : bounds[s + 1]``, and nothing comes from beyond. The results are columns of `out` from `at` on.
    """
    width = inputs.shape[1]
    order = shares.shape[1] // width
    for s in range(bounds.size - 1):
        for t in range(bounds[s], bounds[s + 1]):
            for c in range(width):
                out[t, at + c] = bias[c]
            for k in range(order):
                other = t + k - left
                if bounds[s] <= other < bounds[s + 1]:
                    row, column = rows[other], k * width
                    for c in range(width):
                        out[t, at + c] += shares[row, column + c]
            row = rows[t]
            for c in range(width):
                out[t, at + c] = max(out[t, at + c], np.float32(0)) + inputs[row, c]


# About 1 µs a row of 1,280.
@compiled("void(float32[:, ::1], float32[::1], float32[::1], float32)")
def normalise(rows: Any, gain: Any, shift: Any, eps: Any) -> None:
    """Bring each row to mean 0 and variance 1, then to a gain and a shift for each column."""
    width = rows.shape[1]
    size = np.float32(width)
    sums = np.empty(LANES, np.float32)
    for row in range(rows.shape[0]):
        sums[:] = 0
        for c in range(0, width, LANES):
            for lane in range(LANES):
                sums[lane] += rows[row, c + lane]
        total = np.float32(0)
        for lane in range(LANES):
            total += sums[lane]
        mean = total / size
        sums[:] = 0
        for c in range(0, width, LANES):
            for lane in range(LANES):
                off = rows[row, c + lane] - mean
                sums[lane] += off * off
        total = np.float32(0)
        for lane in range(LANES):
            total += sums[lane]
        scale = np.float32(1) / np.sqrt(total / size + eps)
        for c in range(width):
            rows[row, c] = (rows[row, c] - mean) * scale * gain[c] + shift[c]


# About .2 µs a row of 1,280.
@compiled("void(float32[:, ::1], int64[::1], float32[:, ::1])")
def summed(rows: Any, bounds: Any, out: Any) -> None:
    """Sums of rows, those in ``bounds[s] : bounds[s + 1]`` for each s."""
    for s in range(bounds.size - 1):
        out[s, :] = 0
        for t in range(bounds[s], bounds[s + 1]):
            for c in range(rows.shape[1]):
                out[s, c] += rows[t, c]
