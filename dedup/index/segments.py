"""Runs as files: written once, checked when opened, mapped into memory, thrown away without regret.

A file is 32 bytes of head (magic, first number, end number, lines of the directory), the entries' bits and the
directory (see `Run`), all little endian. Its name and its XXH3 digest stand in the index, so a torn file is noticed
and built anew. On a server the same bytes are strings.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.index.runs import Run
from dedup.index.store import Segment

_HEAD = struct.Struct("<8sQQQ")
_MAGIC = b"dedup-r2"


def encode(run: Run) -> list[memoryview]:
    """Return a run as bytes, in parts."""
    assert sys.byteorder == "little"
    head = _HEAD.pack(_MAGIC, run.first, run.end, run.directory.size)
    return [memoryview(part).cast("B") for part in (head, run.packed.data, run.directory.data)]


def digest_of(parts: Iterable[memoryview]) -> int:
    """Return the digest that tells a whole run from a torn one."""
    digest = xxhash.xxh3_64()
    for part in parts:
        digest.update(part)
    return digest.intdigest() >> 1  # the sign bit goes, for SQLite's sake


def decode(data: NDArray[np.uint8], segment: Segment) -> Run | None:
    """Undo `encode`, over the same bytes, which must be writable; None where they are torn or another run."""
    if data.size < _HEAD.size or digest_of([data.data]) != segment.digest:
        return None
    magic, first, end, lines = _HEAD.unpack_from(data.data)
    if magic != _MAGIC or (first, end) != (segment.first, segment.end):
        return None
    packed, directory = data[_HEAD.size : data.size - 4 * lines], data[data.size - 4 * lines :]
    return Run(first, end, directory.view(np.uint32), packed.view(np.uint64))


def write(folder: Path, run: Run) -> Segment:
    """Write a run to a new file, durable when this returns."""
    parts = encode(run)
    name = f"{run.first}-{run.end}-{os.getpid()}-{os.urandom(4).hex()}.run"
    path = folder / name
    try:
        with open(path, "xb") as out:
            out.writelines(parts)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return Segment(run.first, run.end, name, digest_of(parts))


def read(folder: Path, segment: Segment) -> Run | None:
    """Map a run; None where its file is absent, torn or another one."""
    try:
        # A private, writable mapping: the compiled look-up takes no read-only arrays.
        return decode(np.asarray(np.memmap(folder / segment.name, np.uint8, mode="c")), segment)
    except (OSError, ValueError):
        return None


def sweep(folder: Path, named: Collection[str]) -> None:
    """Delete run files that nobody named within the hour: their writer died."""
    for path in folder.glob("*.run"):
        with suppress(FileNotFoundError):
            if path.name not in named and time.time() - path.stat().st_mtime > 3600:
                path.unlink()
