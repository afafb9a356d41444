"""Machine code on disk, under a name that says all it was made from."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import xxhash

from dedup.compiler import types
from dedup.compiler.invocation import caller
from dedup.compiler.machine import addresses, object_code, processor
from dedup.compiler.source import made_from, read
from dedup.compiler.unit import HEADER, Unit, add_kernel, doors


@dataclass(frozen=True)
class Kept:
    """The machine code of a kernel for one signature."""

    function: Callable[..., Any]
    signature: str
    checked: bool

    def loaded(self, folder: Path) -> Callable[..., Any]:
        """What calls it; made, and kept in the folder if that can be written, where it was not."""
        file = self.file(folder)
        code = _read(file)
        if code is None:
            code = self._made()
            with suppress(OSError):
                _write(file, code)
        return caller(
            self.function.__name__, *types.parsed(self.signature), *addresses(code, doors(self._symbol))
        )

    def file(self, folder: Path) -> Path:
        """The file of the code."""
        return folder / f"{self.function.__module__}.{self._symbol}.o"

    @functools.cached_property
    def _symbol(self) -> str:
        """Its name, and a digest of all that it is made from."""
        files, constants = made_from(self.function)
        said = (
            self.signature,
            str(self.checked),
            _machine(),
            *sorted(constants),
            *map(_of_file, sorted(files)),
        )
        return f"{self.function.__name__}.{xxhash.xxh64(chr(10).join(said).encode()).hexdigest()}"

    def _made(self) -> bytes:
        unit = Unit(checked=self.checked)
        add_kernel(unit, self.function, self.signature, self._symbol)
        return object_code(unit.text())


@functools.cache
def _machine() -> str:
    """What is one for all kernels of a process: the processor, how Python and numpy lay out things, the compiler."""
    own = "".join(map(_of_file, sorted(map(str, Path(__file__).parent.glob("*.py")))))
    return f"{processor()} {HEADER} {np.dtype('l').num} {np.dtype('l').itemsize} {own}"


@functools.cache
def _of_file(file: str) -> str:
    return xxhash.xxh64(read(file)).hexdigest()


def _read(file: Path) -> bytes | None:
    """The code in a file, if it is whole: it ends with its hash."""
    try:
        kept = file.read_bytes()
    except OSError:
        return None
    code, ending = kept[:-8], kept[-8:]
    return code if xxhash.xxh64(code).digest() == ending else None


def _write(file: Path, code: bytes) -> None:
    """Whole or not at all, for all who may read the folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, delete=False) as new:
        try:
            new.write(code + xxhash.xxh64(code).digest())
            new.close()
            os.chmod(new.name, 0o644)
            os.replace(new.name, file)
        except OSError:
            os.unlink(new.name)
            raise
