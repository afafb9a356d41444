"""Results: one JSON line a run in ``benchmarks/results/``, and reading them back."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "results"
"""Where results are kept, if ``$DEDUP_RESULTS`` names no other folder."""


@dataclass(frozen=True, slots=True)
class Result:
    """A run: what was measured, when, where and with what; `cases`, how many were judged."""

    benchmark: str
    date: str
    command: str
    settings: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    figures: Mapping[str, Any]
    engine: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    cases: int | None = None


def save(
    benchmark: str,
    argv: Iterable[str],
    figures: Mapping[str, Any],
    *,
    settings: Mapping[str, str] | None = None,
    packages: Iterable[str] = (),
    versions: Mapping[str, str] | None = None,
    seeds: Iterable[int] = (),
    cases: int | None = None,
    folder: Path | None = None,
) -> Path:
    """Append a line to the file of this benchmark; return its path. `DATA` stands for the data folder.

    `packages` names distributions of this environment, `versions` gives those of other ones.
    """
    from dedup import Settings

    line = {
        "benchmark": benchmark,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": command(benchmark, argv),
        "settings": Settings().with_values(settings or {}).id,
        "machine": machine(),
        "versions": {**installed(("dedup-news", "numpy", "llvmlite", *packages)), **(versions or {})},
        "engine": engine(),
        "seeds": list(seeds),
        "cases": cases,
        "figures": figures,
    }
    path = (folder or kept_in()) / f"{benchmark}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab", buffering=0) as out:  # a line at once: others may write there too
        out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return path


def kept_in() -> Path:
    """The folder of results."""
    return Path(os.environ.get("DEDUP_RESULTS") or FOLDER)


def command(benchmark: str, argv: Iterable[str]) -> str:
    """What anybody types to repeat it; `DATA` stands for the folder of texts."""
    words = ["DATA" if Path(word).is_dir() else word for word in argv]
    return " ".join(["python -m benchmarks", benchmark, *(word for word in words if word != "--save")])


def load(folder: Path | None = None) -> Iterator[Result]:
    """Yield all runs, by file and in order."""
    for path in sorted((folder or kept_in()).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Result(**{**row, "seeds": tuple(row.get("seeds", ()))})


def last(runs: Iterable[Result]) -> dict[str, list[Result]]:
    """Return by benchmark the last run of each kind: those that stand beside each other."""
    by_benchmark: dict[str, dict[str, Result]] = {}
    for run in runs:
        mine = by_benchmark.setdefault(run.benchmark, {})
        mine.pop(kind_of(run), None)
        mine[kind_of(run)] = run
    return {name: list(kinds.values()) for name, kinds in by_benchmark.items()}


def kind_of(run: Result) -> str:
    """What tells a run from others of its benchmark: it takes the place of the last of its kind."""
    parts = [str(run.figures.get(name, "")) for name in ("corpus", "system")]
    if run.benchmark == "speed":  # a run may be of some groups only
        parts += [name for name, value in run.figures.items() if isinstance(value, Mapping)]
    if run.benchmark == "index":  # three ways of measuring
        parts += [name for name in ("--keys", "--redis", "--replay") if name in run.command]
    return "/".join(parts) + run.command.partition("--set")[2]


@cache
def engine() -> dict[str, Any]:
    """What was measured: version, engine, the commit that changed it last, and a digest of its files.

    The digest is the same for every copy of the same code and data, committed or not.
    """
    from dedup.version import ENGINE, __version__

    digest = hashlib.sha256()
    for path in sorted((ROOT / "dedup").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    said = subprocess.run(
        ["git", "log", "-1", "--format=%h", "--", "dedup"], cwd=ROOT, capture_output=True, text=True
    )
    commit = said.stdout.strip() if said.returncode == 0 else ""
    return {
        "version": __version__,
        "engine": ENGINE,
        "commit": commit,
        "files": digest.hexdigest()[:16],
    }


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
    """Return the versions of these distributions that are installed, and of `dedup` that of its sources."""
    from dedup.version import __version__

    found = {}
    for name in packages:
        try:
            found[name] = __version__ if name == "dedup-news" else version(name)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or sys.platform
