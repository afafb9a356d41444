"""The peers' side of what is timed and judged: each in functions of its own that its authors can check.

- signatures: list of strings -> signatures.
- pairs: JSONL file -> pairs of near-duplicate lines, the later first, checked by the signatures' own estimate
  where the tool has one. text-dedup and datatrove give clusters: each member is paired with the first.
- flags: JSONL file -> parts of lines that stood in an earlier line.

They get tokens from one regular expression (`plan.shingled`), for that is what they ask for, except where
they tokenise themselves (daft, gaoya, text-dedup, datatrove, semhash) or look at letters (stringzilla). No module
is imported before it is needed.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.plan import Flags, Pairs, Plan, read_lines, shingled, tokens


def _with_the_first(members: Iterable[tuple[int, int]]) -> Pairs:
    """Pair each line with the first of its cluster; `members` are lines and the names of their clusters."""
    firsts: dict[int, int] = {}
    return [
        (number, first)
        for number, name in sorted(members)
        if (first := firsts.setdefault(name, number)) < number
    ]


# --- datasketch ---


def signatures_datasketch(texts: Sequence[str], plan: Plan) -> None:
    """`MinHash.bulk`, as the documentation of datasketch 2 advises."""
    from datasketch import MinHash

    sets = ([shingle.encode() for shingle in shingled(text, plan.width)] for text in texts)
    MinHash.bulk(sets, num_perm=plan.permutations)


def pairs_datasketch(path: Path, plan: Plan) -> Pairs:
    """Query, then insert, paragraph by paragraph."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(num_perm=plan.permutations, params=(plan.bands, plan.rows))
    sets = ([shingle.encode() for shingle in shingled(text, plan.width)] for text in read_lines(path))
    known = MinHash.bulk(sets, num_perm=plan.permutations)
    found = []
    for number, sketch in enumerate(known):
        near = (other for other in lsh.query(sketch) if sketch.jaccard(known[other]) >= plan.jaccard)
        found += [(number, other) for other in near]
        lsh.insert(number, sketch)
    return found


# --- rensa ---


def signatures_rensa(texts: Sequence[str], plan: Plan) -> None:
    """The compact digest matrix."""
    from rensa import RMinHash

    RMinHash.digest_matrix_from_token_sets(
        [shingled(text, plan.width) for text in texts], plan.permutations, 42
    )


def pairs_rensa(path: Path, plan: Plan) -> Pairs:
    """Insert all, query all."""
    from rensa import RMinHash, RMinHashLSH

    sets = [shingled(text, plan.width) for text in read_lines(path)]
    sketches = RMinHash.from_token_sets(sets, plan.permutations, 42)
    lsh = RMinHashLSH(plan.jaccard, plan.permutations, plan.bands)
    lsh.insert_many(sketches)
    return [
        (number, other)
        for number, others in enumerate(lsh.query_all(sketches))
        for other in others
        if other < number and sketches[number].jaccard(sketches[other]) >= plan.jaccard
    ]


# --- gaoya ---


def _gaoya(plan: Plan, bands: int, rows: int) -> Any:
    from gaoya.minhash import MinHashStringIndex

    ngrams = (plan.width, plan.width)
    return MinHashStringIndex(32, plan.jaccard, bands, rows, None, "word", True, ngrams, id_container="vec")


def signatures_gaoya(texts: Sequence[str], plan: Plan) -> None:
    """gaoya keeps its signatures to itself: an index of a single band, insertion alone."""
    index = _gaoya(plan, 1, plan.permutations)
    for number, text in enumerate(texts):
        index.insert_document(number, text)


def pairs_gaoya(path: Path, plan: Plan) -> Pairs:
    """Query, then insert, on one core; insert all, query all on several. It compares signatures itself."""
    index = _gaoya(plan, plan.bands, plan.rows)
    texts = read_lines(path)
    if plan.cores > 1:
        index.par_bulk_insert_docs(list(range(len(texts))), texts)
        answers = enumerate(index.par_bulk_query(texts))
        return [(number, other) for number, others in answers for other in others if other < number]
    found = []
    for number, text in enumerate(texts):
        found += [(number, other) for other in index.query(text)]
        index.insert_document(number, text)
    return found


# --- FastSketchLSH ---


def signatures_fastsketchlsh(texts: Sequence[str], plan: Plan) -> None:
    """A batch of token lists."""
    from FastSketchLSH import FastSimilaritySketch

    sketcher = FastSimilaritySketch(size=plan.permutations)
    sketcher.batch([shingled(text, plan.width) for text in texts], num_threads=plan.cores)


def pairs_fastsketchlsh(path: Path, plan: Plan) -> Pairs:
    """Sketch and insert all, query all, compare sketches."""
    import numpy as np
    from FastSketchLSH import LSH, FastSimilaritySketch

    sets = [shingled(text, plan.width) for text in read_lines(path)]
    sketcher = FastSimilaritySketch(size=plan.permutations)
    rows = np.array(sketcher.batch(sets, num_threads=plan.cores), np.uint64)
    lsh = LSH(num_perm=plan.permutations, num_bands=plan.bands, num_threads=plan.cores)
    lsh.insert(rows)
    return [
        (number, other)
        for number, others in enumerate(lsh.query(rows))
        for other in others
        if other < number and (rows[number] == rows[other]).mean() >= plan.jaccard
    ]


# --- daft ---


def _daft(texts: Sequence[str], plan: Plan) -> Any:
    import daft
    from daft.functions import minhash, normalize

    frame = daft.from_pydict({"text": list(texts)})
    clean = normalize(frame["text"], remove_punct=True, lowercase=True, white_space=True)
    sketch = minhash(clean, num_hashes=plan.permutations, ngram_size=plan.width, hash_function="xxhash64")
    return frame.select(sketch.alias("sketch")).collect()


def signatures_daft(texts: Sequence[str], plan: Plan) -> None:
    """Its expressions for normalising and MinHash."""
    _daft(texts, plan)


def pairs_daft(path: Path, plan: Plan) -> Pairs:
    """Its MinHash; banding is left to its users."""
    import numpy as np

    column = _daft(read_lines(path), plan).to_arrow()["sketch"].combine_chunks()
    return _banded(np.asarray(column.flatten()).reshape(-1, plan.permutations), plan)


def _banded(rows: Any, plan: Plan) -> Pairs:
    """Pairs of signatures that share a band: what users of a tool without LSH write."""
    import numpy as np

    proposed: set[tuple[int, int]] = set()
    for band in range(plan.bands):
        keys = np.ascontiguousarray(rows[:, band * plan.rows : (band + 1) * plan.rows])
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for number, key in enumerate(keys):
            bucket = buckets[key.tobytes()]
            proposed.update((number, other) for other in bucket[-100:])
            bucket.append(number)
    return [(a, b) for a, b in sorted(proposed) if (rows[a] == rows[b]).mean() >= plan.jaccard]


# --- stringzilla ---


def _stringzilla(texts: Sequence[str], plan: Plan) -> Any:
    """Its fingerprints are minima over windows of bytes; a word and a space are about six."""
    import numpy as np
    import stringzilla
    import stringzillas

    engine = stringzillas.Fingerprints(
        ndim=plan.permutations, window_widths=np.array([6 * plan.width], np.uint64)
    )
    clean = stringzilla.Strs([" ".join(tokens(text)) for text in texts])
    rows, _ = engine(clean, device=stringzillas.DeviceScope(cpu_cores=plan.cores))
    return rows


def signatures_stringzilla(texts: Sequence[str], plan: Plan) -> None:
    """A fingerprint for each text."""
    _stringzilla(texts, plan)


def pairs_stringzilla(path: Path, plan: Plan) -> Pairs:
    """Its fingerprints; banding is left to its users."""
    return _banded(_stringzilla(read_lines(path), plan), plan)


# --- text-dedup ---


def signatures_textdedup(texts: Sequence[str], plan: Plan) -> None:
    """The function that its script maps over a data set, with the script's constants for 32 bits."""
    import numpy as np
    from text_dedup.minhash import RNG, embed_func
    from text_dedup.utils import xxh3_32hash

    most, prime = np.uint32((1 << 32) - 1), np.uint32((1 << 32) - 5)
    a = RNG.randint(1, prime, size=(plan.permutations,), dtype=np.uint32)
    b = RNG.randint(0, prime, size=(plan.permutations,), dtype=np.uint32)
    ranges = [(at * plan.rows, (at + 1) * plan.rows) for at in range(plan.bands)]
    for number, text in enumerate(texts):
        embed_func(
            text, number, num_perm=plan.permutations, ngram_size=plan.width, min_length=0, hashranges=ranges,
            permutations=(a, b), hash_func=xxh3_32hash, dtype=np.uint32, max_hash=most, modulo_prime=prime,
        )  # fmt: skip


def pairs_textdedup(path: Path, plan: Plan) -> Pairs:
    """Its command, whole, with xxh3 and 32 bits, which are its fastest. It checks nothing it proposes."""
    from text_dedup import minhash

    with tempfile.TemporaryDirectory() as folder:
        options = {
            "path": "json", "data_files": path, "split": "train", "column": "text", "output": f"{folder}/out",
            "cache_dir": f"{folder}/cache", "num_proc": plan.cores, "ngram": plan.width, "min_length": 0,
            "num_perm": plan.permutations, "b": plan.bands, "r": plan.rows, "threshold": plan.jaccard,
            "hash_func": "xxh3", "hash_bits": 32,
        }  # fmt: skip
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        minhash.main.main(arguments, standalone_mode=False)
    return _with_the_first((number, minhash.uf.find(number)) for number in range(len(read_lines(path))))


# --- datatrove ---


def _documents(texts: Iterable[str]) -> Any:
    from datatrove.data import Document

    return (Document(text, str(number)) for number, text in enumerate(texts))


def _config(plan: Plan) -> Any:
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    return MinhashConfig(n_grams=plan.width, num_buckets=plan.bands, hashes_per_bucket=plan.rows)


def signatures_datatrove(texts: Sequence[str], plan: Plan) -> None:
    """The first step of its pipeline without the files that it writes."""
    from datatrove.pipeline.dedup import MinhashDedupSignature

    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(folder, _config(plan))
        for text in texts:
            shingles = step.get_shingles(text)
            if shingles.size:
                step.get_signature(shingles)


def pairs_datatrove(path: Path, plan: Plan) -> Pairs:
    """The steps of its MinHash pipeline one after another, on one core. It checks nothing it proposes."""
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature

    _quiet()
    config = _config(plan)
    with tempfile.TemporaryDirectory() as folder:
        signed, bucketed, out = (f"{folder}/{name}" for name in ("signed", "bucketed", "out"))
        MinhashDedupSignature(signed, config).run(_documents(read_lines(path)))
        for bucket in range(plan.bands):
            MinhashDedupBuckets(signed, bucketed, config=config).run(None, bucket, plan.bands)
        MinhashDedupCluster(bucketed, out, config=config, save_cluster_id=True).run(None, 0, 1)
        raw = Path(f"{out}/000000.clusters")
        members = list(struct.iter_unpack("<2I", raw.read_bytes())) if raw.exists() else []
    return _with_the_first(members)


def flags_datatrove(path: Path, plan: Plan) -> Flags:
    """Its sentence deduplication, spans of one sentence, which finds more than its default of three."""
    from datatrove.pipeline.dedup import SentDedupConfig, SentenceDedupFilter, SentenceDedupSignature
    from datatrove.pipeline.dedup.sentence_dedup import SentenceFindDedups
    from datatrove.utils.word_tokenizers import load_word_tokenizer

    _quiet()
    texts = read_lines(path)
    config = SentDedupConfig(n_sentences=1, only_dedup_in_index=False)
    with tempfile.TemporaryDirectory() as folder:
        signed, found = f"{folder}/signed", f"{folder}/found"
        SentenceDedupSignature(signed, config=config).run(_documents(texts))
        SentenceFindDedups(signed, found, config=config).run()
        step = SentenceDedupFilter(found, config=config)
        raw = [
            step.read_duplicates(file) for file in step.data_folder.open_files(step.data_folder.list_files())
        ]
    tokenizer = load_word_tokenizer("eng")
    flags = []
    for number, sentence in sorted((int(doc), int(sent)) for part in raw for doc, sent in part):
        spans = tokenizer.span_tokenize(texts[number])
        if sentence < len(spans):
            flags.append((number, *spans[sentence]))
    return flags


def _quiet() -> None:
    from loguru import logger

    logger.remove()


# --- semhash ---


def _model() -> Any:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(os.environ.get("SEMHASH_MODEL", "minishlab/potion-base-8M"))


def signatures_semhash(texts: Sequence[str], plan: Plan) -> None:
    """Embeddings of its default model, from the hub or the folder in SEMHASH_MODEL."""
    _model().encode(list(texts))


def pairs_semhash(path: Path, plan: Plan) -> Pairs:
    """Embed, index, deduplicate with its default threshold of .9 (a cosine, no Jaccard)."""
    from semhash import SemHash

    rows = [{"text": text, "line": str(number)} for number, text in enumerate(read_lines(path))]
    found = SemHash.from_records(rows, columns=["text"], model=_model()).self_deduplicate()
    pairs = ((int(row.record["line"]), int(row.duplicate_of["line"])) for row in found.filtered)
    return [(max(pair), min(pair)) for pair in pairs]


TEXTS: dict[str, dict[str, Callable[[Sequence[str], Plan], object]]] = {
    "signatures": {
        "daft": signatures_daft,
        "gaoya": signatures_gaoya,
        "rensa": signatures_rensa,
        "fastsketchlsh": signatures_fastsketchlsh,
        "stringzilla": signatures_stringzilla,
        "datasketch": signatures_datasketch,
        "text-dedup": signatures_textdedup,
        "datatrove": signatures_datatrove,
        "semhash": signatures_semhash,
    }
}
"""Jobs that take a list of strings: reading the file is not counted."""

FILES: dict[str, dict[str, Callable[[Path, Plan], Pairs | Flags]]] = {
    "pairs": {
        "rensa": pairs_rensa,
        "daft": pairs_daft,
        "gaoya": pairs_gaoya,
        "fastsketchlsh": pairs_fastsketchlsh,
        "stringzilla": pairs_stringzilla,
        "datasketch": pairs_datasketch,
        "text-dedup": pairs_textdedup,
        "datatrove": pairs_datatrove,
        "semhash": pairs_semhash,
    },
    "flags": {"datatrove": flags_datatrove},
}
"""Jobs that take a JSONL file: reading it is counted."""

SEVERAL_CORES = ("gaoya", "fastsketchlsh", "daft", "stringzilla", "text-dedup")
"""Those that have an option for more than one core, or take all there are."""
