"""What travels between blocks of articles and shards of keys: numpy arrays as few bytes.

A parcel is a row ``(tag, to, origin, data)``: what it is, the number of the block or shard it goes to, the
number it came from, and some arrays. A block is some hundred articles that follow each other in provenance
order, a shard a part of the space of keys; both fit into memory many times over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Row: TypeAlias = "tuple[str, int, int, bytes]"
"""Tag, to, origin, data."""

Mail: TypeAlias = "Mapping[str, Sequence[tuple[int, bytes]]]"
"""All parcels that came to one number: tag -> (origin, data), by origin."""

Step: TypeAlias = "Callable[[int, Mail], Iterable[tuple[Any, ...]]]"
"""What is done with all parcels that came to one number; parcels come of it, or other rows."""

Places: TypeAlias = "NDArray[np.int64]"
"""Articles or paragraphs of the corpus: ``block << BITS | number in the block``. Their order is provenance."""

BITS = 24

_HEAD = struct.Struct("<2sQ")


def encode(*arrays: NDArray[Any]) -> bytes:
    """Arrays of one dimension as bytes: compressed, after bytes of one weight were put side by side."""
    parts = [struct.pack("<I", len(arrays))]
    for array in arrays:
        kind = array.dtype.str[1:].encode()
        parts.append(_HEAD.pack(kind, array.size))
        parts.append(
            np.ascontiguousarray(array).view(np.uint8).reshape(array.size, array.itemsize).T.tobytes()
        )
    raw = b"".join(parts)
    return struct.pack("<Q", len(raw)) + _codec().compress(raw, asbytes=True)  # type: ignore[no-any-return]


def decode(data: bytes) -> list[NDArray[Any]]:
    """Undo `encode`."""
    (size,) = struct.unpack_from("<Q", data)
    # A copy that may be written to: the kernels take no other arrays.
    raw = memoryview(bytearray(_codec().decompress(memoryview(data)[8:], size, asbytes=True)))
    (count,) = struct.unpack_from("<I", raw)
    at = 4
    out = []
    for _ in range(count):
        kind, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        dtype = np.dtype("<" + kind.decode())
        end = at + length * dtype.itemsize
        columns = np.frombuffer(raw[at:end], np.uint8).reshape(dtype.itemsize, length)
        out.append(np.ascontiguousarray(columns.T).reshape(-1).view(dtype))
        at = end
    return out


def _codec() -> Any:
    return pa.Codec("zstd", 1)


def steps(array: NDArray[Any]) -> NDArray[Any]:
    """Differences from one number to the next, the first from 0: small where the numbers rise."""
    return np.diff(array, prepend=array.dtype.type(0))


def summed(differences: NDArray[Any]) -> NDArray[Any]:
    """Undo `steps`."""
    return np.cumsum(differences, dtype=differences.dtype)


def shard_of_digest(digests: NDArray[np.uint64], shards: int) -> NDArray[np.int64]:
    """Which of so many shards each digest goes to; its bits are mixed well."""
    shard: NDArray[np.int64] = (digests >> np.uint64(33)).astype(np.int64) % shards
    return shard


def to_shards(
    tag: str, origin: int, shards: NDArray[np.int64], *arrays: NDArray[Any]
) -> Iterator[tuple[Row, NDArray[np.int64]]]:
    """Parcels with the rows of some columns, one for each of `shards`; and which rows went there, in order."""
    for number, rows in grouped(shards):
        yield (tag, number, origin, encode(*(array[rows] for array in arrays))), rows


def grouped(numbers: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each number, and where it stands, both rising.

    >>> [(number, rows.tolist()) for number, rows in grouped(np.array([7, 3, 7]))]
    [(3, [1]), (7, [0, 2])]
    """
    order = np.argsort(numbers, kind="stable")
    names, starts = np.unique(numbers[order], return_index=True)
    ends = np.append(starts, order.size)[1:]
    for name, start, end in zip(names.tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield name, order[start:end]


def columns_of(parcels: Sequence[tuple[int, bytes]]) -> tuple[NDArray[np.int64], list[NDArray[Any]]]:
    """The columns of some parcels of equal shape under each other, and the origin of each row."""
    parts = [decode(data) for _, data in parcels]
    sizes = [part[0].size for part in parts]
    origins = np.repeat(np.array([origin for origin, _ in parcels], np.int64), sizes)
    return origins, [np.concatenate(column) for column in zip(*parts, strict=True)]
