"""Arrays that take long to make, kept as files that are mapped into memory: the processes of a machine share them.

They stand in the user's cache folder, where they may be deleted at any time. Where they cannot be written, they are
made anew in each process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.environment import user_cache_folder as folder

Arrays = Mapping[str, NDArray[Any]]


def unpacked(key: str, names: Sequence[str], make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays of some names that `make` makes, or made before under the same key.

    The key must say all that they depend on, versions included. Changes to the arrays are lost.
    """
    kept = folder() / key
    with suppress(OSError, ValueError, EOFError):
        return {name: _mapped(kept / f"{name}.npy") for name in names}
    arrays = make()
    with suppress(OSError):
        _keep(kept, arrays)
    return arrays


def _mapped(path: Path) -> NDArray[Any]:
    mapped: NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False).view(np.ndarray)
    return mapped


def _keep(kept: Path, arrays: Arrays) -> None:
    """Write the arrays to a folder that appears whole or not at all."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(prefix=f"{kept.name}.", dir=kept.parent))
    try:
        for name, array in arrays.items():
            np.save(made / f"{name}.npy", array)
        shutil.rmtree(kept, ignore_errors=True)  # if there, it could not be read
        os.rename(made, kept)
    finally:
        shutil.rmtree(made, ignore_errors=True)
