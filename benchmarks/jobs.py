"""What is timed: each system in its own small function, all on the same paragraphs.

``python -m benchmarks.jobs GROUP NAME FILE`` runs one of them in a process of its own and prints what
it cost, so that neither memory nor caches of one spill into another.

- signatures: list of strings -> 128-permutation MinHash signatures over word 5-grams.
- pairs: JSONL file -> pairs of near-duplicate paragraphs (Jaccard .5; 32 bands of 4 rows), checked by
  the signatures' own estimate, by ours on the text.
- scan: JSONL file -> reports, both nets, alignment and ledger.
- floors: what reading and splitting alone cost.

Peers get Python tokens from one regular expression, for that is what they ask for, except where they
tokenise themselves (daft, gaoya).
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

WIDTH, PERMUTATIONS, BANDS, ROWS, JACCARD = 5, 128, 32, 4, 0.5

Pairs = list[tuple[int, int]]
"""Line numbers from 0, the later first."""

_WORD = re.compile(r"\w+")


def shingled(text: str) -> list[str]:
    """Word 5-grams as a user of a MinHash library writes them."""
    tokens = _WORD.findall(text.lower())
    return [" ".join(tokens[at : at + WIDTH]) for at in range(max(1, len(tokens) - WIDTH + 1))]


def warm_up(path: Path) -> Path:
    """Return where the small file to warm up with lies."""
    return path.with_name(f"warm-{path.name}")


def _lines(path: Path) -> list[str]:
    import orjson

    return [orjson.loads(line)["text"] for line in path.read_bytes().splitlines()]


# --- signatures ---


def signatures_dedup(texts: Sequence[str]) -> None:
    """Ours: words, shingles and signatures in compiled kernels."""
    from dedup import shingling, words

    for batch in words.batches(texts):
        shingling.sign(shingling.shingles(words.split(batch), WIDTH), PERMUTATIONS)


def signatures_datasketch(texts: Sequence[str]) -> None:
    """datasketch 2: `MinHash.bulk`, as its documentation advises."""
    from datasketch import MinHash

    sets = ([shingle.encode() for shingle in shingled(text)] for text in texts)
    MinHash.bulk(sets, num_perm=PERMUTATIONS)


def signatures_rensa(texts: Sequence[str]) -> None:
    """rensa: the compact digest matrix."""
    from rensa import RMinHash

    RMinHash.digest_matrix_from_token_sets([shingled(text) for text in texts], PERMUTATIONS, 42)


def signatures_daft(texts: Sequence[str]) -> None:
    """daft: its expressions for normalising and MinHash."""
    import daft
    from daft.functions import minhash, normalize

    frame = daft.from_pydict({"text": list(texts)})
    clean = normalize(frame["text"], remove_punct=True, lowercase=True, white_space=True)
    frame.select(
        minhash(clean, num_hashes=PERMUTATIONS, ngram_size=WIDTH, hash_function="xxhash64")
    ).collect()


def signatures_gaoya(texts: Sequence[str]) -> None:
    """gaoya keeps its signatures to itself: an index of a single band, insertion alone."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        32, JACCARD, 1, PERMUTATIONS, None, "word", True, (WIDTH, WIDTH), id_container="vec"
    )
    for number, text in enumerate(texts):
        index.insert_document(number, text)


def signatures_fastsketchlsh(texts: Sequence[str]) -> None:
    """FastSketchLSH: a batch of token lists, one thread."""
    from FastSketchLSH import FastSimilaritySketch

    FastSimilaritySketch(size=PERMUTATIONS).batch([shingled(text) for text in texts], num_threads=1)


# --- pairs ---


def pairs_dedup(path: Path) -> Pairs:
    """Ours: exact copies collapse, the LSH net proposes, the exact Jaccard decides."""
    import numpy as np

    from dedup import align, lsh, shingling, words

    layout = align.lay_out(words.joined([words.split(batch) for batch in words.batches(_lines(path))]))
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


def pairs_datasketch(path: Path) -> Pairs:
    """datasketch 2: query, then insert, paragraph by paragraph."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    sets = ([shingle.encode() for shingle in shingled(text)] for text in _lines(path))
    known = MinHash.bulk(sets, num_perm=PERMUTATIONS)
    found = []
    for number, sketch in enumerate(known):
        found += [(number, other) for other in lsh.query(sketch) if sketch.jaccard(known[other]) >= JACCARD]
        lsh.insert(number, sketch)
    return found


def pairs_rensa(path: Path) -> Pairs:
    """rensa: insert all, query all."""
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets([shingled(text) for text in _lines(path)], PERMUTATIONS, 42)
    lsh = RMinHashLSH(JACCARD, PERMUTATIONS, BANDS)
    lsh.insert_many(sketches)
    return [
        (number, other)
        for number, others in enumerate(lsh.query_all(sketches))
        for other in others
        if other < number and sketches[number].jaccard(sketches[other]) >= JACCARD
    ]


def pairs_gaoya(path: Path) -> Pairs:
    """gaoya: query, then insert; it compares signatures itself."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        32, JACCARD, BANDS, ROWS, None, "word", True, (WIDTH, WIDTH), id_container="vec"
    )
    found = []
    for number, text in enumerate(_lines(path)):
        found += [(number, other) for other in index.query(text)]
        index.insert_document(number, text)
    return found


def pairs_fastsketchlsh(path: Path) -> Pairs:
    """FastSketchLSH: sketch and insert all, query all, compare sketches; one thread."""
    import numpy as np
    from FastSketchLSH import LSH, FastSimilaritySketch

    sketcher = FastSimilaritySketch(size=PERMUTATIONS)
    rows = np.array(sketcher.batch([shingled(text) for text in _lines(path)], num_threads=1), np.uint64)
    lsh = LSH(num_perm=PERMUTATIONS, num_bands=BANDS, num_threads=1)
    lsh.insert(rows)
    return [
        (number, other)
        for number, others in enumerate(lsh.query(rows))
        for other in others
        if other < number and (rows[number] == rows[other]).mean() >= JACCARD
    ]


# --- the whole, and the floors ---


def scan_dedup(path: Path) -> int:
    """Ours: `dedup scan` with default settings, one worker."""
    return _scan(path, 1)


def scan2_dedup(path: Path) -> int:
    """Ours, two workers."""
    return _scan(path, 2)


def _scan(path: Path, workers: int) -> int:
    from dedup import read_articles, scan

    return sum(len(report.findings) for report in scan(read_articles(str(path)), workers=workers))


def floors_wc(path: Path) -> None:
    """``wc -w``: count words, no more (a process of its own)."""
    subprocess.run(["wc", "-w", str(path)], check=True, stdout=subprocess.DEVNULL)


def floors_orjson(path: Path) -> None:
    """Decode the file to a list of strings."""
    _lines(path)


def floors_split(texts: Sequence[str]) -> None:
    """`str.split` of every paragraph."""
    for text in texts:
        text.split()


def floors_findall(texts: Sequence[str]) -> None:
    """One regular expression for words, lower-cased: what Python tokens cost."""
    for text in texts:
        _WORD.findall(text.lower())


TEXTS: dict[str, dict[str, Callable[[Sequence[str]], object]]] = {
    "signatures": {
        "dedup": signatures_dedup,
        "daft": signatures_daft,
        "rensa": signatures_rensa,
        "datasketch": signatures_datasketch,
        "gaoya": signatures_gaoya,
        "fastsketchlsh": signatures_fastsketchlsh,
    },
    "floors": {"str.split": floors_split, "re.findall": floors_findall},
}
"""Jobs that take a list of strings: reading the file is not counted."""

FILES: dict[str, dict[str, Callable[[Path], object]]] = {
    "pairs": {
        "dedup": pairs_dedup,
        "rensa": pairs_rensa,
        "gaoya": pairs_gaoya,
        "fastsketchlsh": pairs_fastsketchlsh,
        "datasketch": pairs_datasketch,
    },
    "scan": {"dedup": scan_dedup, "dedup, 2 workers": scan2_dedup},
    "floors": {"wc -w": floors_wc, "orjson": floors_orjson},
}
"""Jobs that take a JSONL file: reading it is counted."""


def run(group: str, name: str, path: Path) -> dict[str, Any]:
    """Warm up, run a job once, and say what it cost: CPU and wall seconds, MiB at the peak, its pairs."""
    small = warm_up(path)
    if name in FILES.get(group, {}):
        job, warm, whole = FILES[group][name], small, path
    else:
        job, warm, whole = TEXTS[group][name], _lines(small), _lines(path)  # type: ignore[assignment]
    job(warm)
    before, wall = _cpu(), time.perf_counter()
    out = job(whole)
    cost = {"cpu": _cpu() - before, "wall": time.perf_counter() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**10 if sys.platform != "darwin" else 2**20)
    return {**cost, "peak_mib": round(peak, 1), "pairs": out if isinstance(out, list) else None}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
