"""What is timed: each system in its own small function, all on the same paragraphs.

``python -m benchmarks.jobs GROUP NAME FILE [PLAN]`` runs one of them in a process of its own and prints what
it cost, so that neither memory nor caches of one spill into another. PLAN is a JSON object with fields of `Plan`.

- signatures: list of strings -> 128-permutation MinHash signatures over word 5-grams.
- pairs: JSONL file -> pairs of near-duplicate paragraphs (Jaccard .5; 32 bands of 4 rows), checked by
  the signatures' own estimate, by ours on the text.
- scan: JSONL file -> reports, both nets, alignment and ledger.
- floors: what reading and splitting alone cost.

The peers' functions are in `peer_jobs`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import peer_jobs
from benchmarks.peers import on_cores, package_version
from benchmarks.plan import (
    BANDS,
    JACCARD,
    PERMUTATIONS,
    ROWS,
    WIDTH,
    Pairs,
    Plan,
    read_lines,
    tokens,
    warm_up,
)

# --- signatures ---


def signatures_dedup(texts: Sequence[str]) -> None:
    """Ours: words, shingles and signatures in compiled kernels."""
    from dedup.match import shingling
    from dedup.text import words

    for batch in words.batches(texts):
        shingling.sign(shingling.shingles(words.split(batch), WIDTH), PERMUTATIONS)


# --- pairs ---


def pairs_dedup(path: Path) -> Pairs:
    """Ours: exact copies collapse, the LSH net proposes, the exact Jaccard decides."""
    import numpy as np

    from dedup.match import lsh, shingling
    from dedup.match.layout import lay_out
    from dedup.text import words

    layout = lay_out(words.joined([words.split(batch) for batch in words.batches(read_lines(path))]))
    kept = np.flatnonzero(layout.posted)
    sets = shingling.shingles(layout.columns, WIDTH).taken(kept)
    keys = lsh.band_keys(shingling.sign(sets, PERMUTATIONS, rows=BANDS * ROWS), BANDS, ROWS)
    candidates = lsh.candidates(keys)
    later = (candidates >> np.uint64(32)).astype(np.int64)
    earlier = (candidates & np.uint64(0xFFFFFFFF)).astype(np.int64)
    rows, places = np.unique(np.concatenate((later, earlier)), return_inverse=True)
    few = sets.taken(rows)
    left, right = places[: later.size], places[later.size :]
    near = _exact_jaccard(few.hashes, few.bounds, left, right) >= JACCARD
    found = list(zip(kept[later[near]].tolist(), kept[earlier[near]].tolist(), strict=True))
    copies = np.flatnonzero(~layout.posted)
    return found + list(zip(copies.tolist(), layout.first_copy[copies].tolist(), strict=True))


def _exact_jaccard(hashes: Any, bounds: Any, left: Any, right: Any) -> Any:
    """Exact Jaccard of the shingle sets of paired rows, all at once by one sorted array."""
    import numpy as np

    rows = np.repeat(np.arange(bounds.size - 1, dtype=np.uint64), np.diff(bounds))
    keys = np.unique(rows << np.uint64(32) | hashes)
    sizes = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=bounds.size - 1)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    counts = sizes[left]
    pair = np.repeat(np.arange(left.size), counts)
    at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + starts[left][pair]
    wanted = right[pair].astype(np.uint64) << np.uint64(32) | keys[at] & np.uint64(0xFFFFFFFF)
    place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    common = np.bincount(pair, keys[place] == wanted, minlength=left.size)
    return common / np.maximum(1, sizes[left] + sizes[right] - common)


# --- the whole, and the floors ---


def scan_dedup(path: Path, plan: Plan) -> int:
    """Ours: `dedup scan` with default settings, a worker a core."""
    return _scan(path, plan.cores)


def _scan(path: Path, workers: int) -> int:
    from dedup import read_articles
    from dedup.scanner import scan  # as the command does: it keeps no reports

    return sum(len(report.findings) for report in scan(read_articles(str(path)), workers=workers))


def floors_wc(path: Path) -> None:
    """``wc -w``: count words, no more (a process of its own)."""
    subprocess.run(["wc", "-w", str(path)], check=True, stdout=subprocess.DEVNULL)


def floors_orjson(path: Path) -> None:
    """Decode the file to a list of strings."""
    read_lines(path)


def floors_read(path: Path) -> None:
    """Read the file, no more."""
    path.read_bytes()


def floors_split(texts: Sequence[str]) -> None:
    """`str.split` of every paragraph."""
    for text in texts:
        text.split()


def floors_findall(texts: Sequence[str]) -> None:
    """One regular expression for words, lower-cased: what Python tokens cost."""
    for text in texts:
        tokens(text)


def floors_hash(texts: Sequence[str]) -> None:
    """One xxh3 of each paragraph: what finding exact copies costs."""
    from xxhash import xxh3_64_intdigest

    for text in texts:
        xxh3_64_intdigest(text.encode())


OURS_TEXTS: dict[str, dict[str, Callable[[Sequence[str]], object]]] = {
    "signatures": {"dedup": signatures_dedup},
    "floors": {"xxh3": floors_hash, "str.split": floors_split, "re.findall": floors_findall},
}
OURS_FILES: dict[str, dict[str, Callable[[Path], object]]] = {
    "pairs": {"dedup": pairs_dedup},
    "floors": {"read": floors_read, "wc -w": floors_wc, "orjson": floors_orjson},
}
OURS_PLANNED: dict[str, dict[str, Callable[[Path, Plan], object]]] = {"scan": {"dedup": scan_dedup}}

GROUPS: dict[str, tuple[str, ...]] = {
    "floors": ("read", "wc -w", "xxh3", "orjson", "str.split", "re.findall"),
    "signatures": ("dedup", *peer_jobs.TEXTS["signatures"]),
    "pairs": ("dedup", *peer_jobs.FILES["pairs"]),
    "scan": ("dedup",),
}
"""The jobs that stand beside each other."""


def run(group: str, name: str, path: Path, plan: Plan) -> dict[str, Any]:
    """Warm up, run a job once, and say what it cost: CPU and wall seconds, MiB at the peak, what it found.

    The peak is that of this process, warm-up and imports included.
    """
    job = _job(group, name, plan)
    job(warm_up(path))()
    whole = job(path)
    before, wall = _cpu(), time.perf_counter()
    out = whole()
    cost = {"cpu": _cpu() - before, "wall": time.perf_counter() - wall}
    return {
        **cost,
        "peak_mib": round(peak_mib(), 1),
        "found": out if isinstance(out, list) else None,
        "versions": package_version(name),
    }


def _job(group: str, name: str, plan: Plan) -> Callable[[Path], Callable[[], object]]:
    """Return what makes a job of a file: what is not to be timed is done when it is made."""

    def of_texts(path: Path) -> Callable[[], object]:
        texts = read_lines(path)
        if name in OURS_TEXTS.get(group, {}):
            return lambda: OURS_TEXTS[group][name](texts)
        return lambda: peer_jobs.TEXTS[group][name](texts, plan)

    def of_file(path: Path) -> Callable[[], object]:
        if name in OURS_FILES.get(group, {}):
            return lambda: OURS_FILES[group][name](path)
        planned = OURS_PLANNED.get(group, {}).get(name) or peer_jobs.FILES[group][name]
        return lambda: planned(path, plan)

    known = {**OURS_TEXTS.get(group, {}), **peer_jobs.TEXTS.get(group, {})}
    return of_texts if name in known else of_file


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def peak_mib() -> float:
    """Largest resident size of this process in MiB. Linux counts the size before `exec` into `ru_maxrss`."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 2**10
    except (OSError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**10 if sys.platform != "darwin" else 2**20)


def main(group: str, name: str, path: str, plan: str = "{}", found: str = "") -> None:
    """Run a job on as many cores as its plan says; print its cost as the last line, or its `cost` alone."""
    wanted = Plan(**json.loads(plan))
    on_cores(wanted.cores)
    cost = run(group, name, Path(path), wanted)
    print(json.dumps({**cost, "found": None} if found == "cost" else cost))


if __name__ == "__main__":
    main(*sys.argv[1:])
