"""Results: one JSON line a run in ``benchmarks/results/``, and reading them back."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Result:
    """A run: what was measured, when, where and with what."""

    benchmark: str
    date: str
    command: str
    settings: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    figures: Mapping[str, Any]


def save(
    benchmark: str,
    argv: Iterable[str],
    figures: Mapping[str, Any],
    *,
    settings: Mapping[str, str] | None = None,
    packages: Iterable[str] = (),
    versions: Mapping[str, str] | None = None,
    folder: Path = FOLDER,
) -> Path:
    """Append a line to the file of this benchmark; return its path. `DATA` stands for the data folder.

    `packages` names distributions of this environment, `versions` gives those of other ones.
    """
    from dedup import Settings

    words = ["DATA" if Path(word).is_dir() else word for word in argv]
    line = {
        "benchmark": benchmark,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": " ".join(["python -m benchmarks", benchmark, *words]),
        "settings": Settings().with_values(settings or {}).id,
        "machine": machine(),
        "versions": {**installed(("dedup-news", "numpy", "numba", *packages)), **(versions or {})},
        "figures": figures,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{benchmark}.jsonl"
    with open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def load(folder: Path = FOLDER) -> Iterator[Result]:
    """Yield all runs, by file and in order."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield Result(**json.loads(line))


def machine() -> dict[str, Any]:
    """Describe the machine: processor, cores, memory, system and Python."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Return the installed versions of these distributions; those not installed are left out."""
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            if name == "dedup-news":
                found[name] = _own_version()
    return found


def _own_version() -> str:
    import dedup.version

    names = ("__version__", "VERSION", "version")
    return str(next(getattr(dedup.version, name) for name in names if hasattr(dedup.version, name)))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or sys.platform
