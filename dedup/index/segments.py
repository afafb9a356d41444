"""Runs as files: written once, checked when opened, mapped into memory, thrown away without regret.

A file is 32 bytes of head (magic, first number, end number, shift), the entries and the directory, all little
endian. Its name and its XXH3 digest stand in the embedded index, so a torn file is noticed and built anew.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import numpy as np
import xxhash

from dedup.index.runs import Run
from dedup.index.store import Segment

_HEAD = struct.Struct("<8sQQQ")
_MAGIC = b"dedup-r1"


def write(folder: Path, run: Run) -> Segment:
    """Write a run to a new file, durable when this returns."""
    assert sys.byteorder == "little"
    head = _HEAD.pack(_MAGIC, run.first, run.end, run.shift)
    digest = xxhash.xxh3_64()
    name = f"{run.first}-{run.end}-{os.getpid()}-{os.urandom(4).hex()}.run"
    path = folder / name
    try:
        with open(path, "xb") as out:
            for part in (head, run.entries.data, run.directory.data):
                digest.update(part)
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    # The sign bit goes, for SQLite's sake.
    return Segment(run.first, run.end, name, digest.intdigest() >> 1)


def read(folder: Path, segment: Segment) -> Run | None:
    """Map a run; None where its file is absent, torn or another one."""
    path = folder / segment.name
    try:
        if path.stat().st_size < _HEAD.size:
            return None
        # A private, writable mapping: the compiled look-up takes no read-only arrays.
        data = np.memmap(path, np.uint8, mode="c")
    except (OSError, ValueError):
        return None
    if xxhash.xxh3_64_intdigest(data.data) >> 1 != segment.digest:
        return None
    magic, first, end, shift = _HEAD.unpack_from(data.data)
    if magic != _MAGIC or (first, end) != (segment.first, segment.end):
        return None
    lines = (1 << (64 - shift)) + 1
    entries = np.asarray(data[_HEAD.size : data.size - 4 * lines]).view(np.uint64)
    return Run(first, end, entries, np.asarray(data[data.size - 4 * lines :]).view(np.uint32), shift)


def sweep(folder: Path, named: Collection[str]) -> None:
    """Delete run files that nobody named within the hour: their writer died."""
    for path in folder.glob("*.run"):
        with suppress(FileNotFoundError):
            if path.name not in named and time.time() - path.stat().st_mtime > 3600:
                path.unlink()
