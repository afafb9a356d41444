"""``python -m benchmarks COMMAND``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module

from benchmarks.peers import ROOT, LeftOut

COMMANDS = {
    "quality": "taken words found, and what else is flagged, on stitched news with known answers",
    "labelled": "real collections with labels, with the published figures",
    "ablation": "what each net and each setting buys, at what cost",
    "speed": "signatures, pairs and whole scans beside the peers; cores, growth, memory, start",
    "language": "passages in another language, found and falsely found",
    "language-pairs": "lines of one language in articles of a close one, 33 pairs",
    "language-peers": "the same fragments beside lingua, CLD2, CLD3 and fastText",
    "translated": "passages translated from other languages, found and falsely found; the encoders",
    "stories": "members, roots, origins and roles of stories, on feeds with known ones and real near-duplicates",
    "short": "short copies: sentences, headlines and items of a few words found, set phrases not",
    "safety": "what trimming cuts of clean news, and what is called taken where nothing was copied",
    "index": "the index of a stream as it grows: CPU, latency, size",
    "growth": "time and memory at n, 2n and 4n of input made to hurt: nothing grows faster than its input",
    "kills": "kill -9 of a running filter, fifty times: nothing lost, the same lines",
    "online": "the pre-filter as its index grows, beside datasketch's LSH in memory and on Redis",
    "generate": "write a feed with known answers from articles of your own, for other tools",
    "peers": "make an environment for each peer",
    "report": "write benchmarks/README.md, the plots and the README's table from the last runs",
    "check": "a short run without data, for every change: fails on a regression",
}
"""Each is a module of this package with a `main(argv)`."""

_FRESH = ("--seed", "11", "12")
"""Seeds not developed on."""

ALL: tuple[tuple[str, ...], ...] = (
    ("quality", *_FRESH),
    ("quality", *_FRESH, "--system", "floor"),
    ("labelled",),
    ("speed", "--paragraphs", "50000"),
    ("online",),
    ("language-peers",),
    ("ablation", "--pages", "280"),
    *(("quality", *_FRESH, "--system", name) for name in ("rensa", "gaoya", "fastsketchlsh", "daft")),
    *(
        ("quality", "--seed", "11", "--system", name)
        for name in ("datasketch", "text-dedup", "datatrove-sentences")
    ),
    ("labelled", "--system", "datasketch"),
    *(
        ("quality", "--seed", "11", "--pages", "140", "--corpus", name, *system)
        for name in ("abc", "gnad-de", "fake-es", "fakebr-pt", "bruk-uk")
        for system in ((), ("--system", "floor"))
    ),
)
"""What ``python -m benchmarks all DATA`` runs and saves: what matters most comes first."""


def main(argv: Sequence[str]) -> int:
    """Run a command, or all; without one, list them."""
    if argv[:1] == ["all"] and len(argv) >= 2:
        return run_all(argv[1], argv[2:])
    if argv and argv[0] in COMMANDS:
        return _command(argv[0], argv[1:])
    print("usage: python -m benchmarks COMMAND --help\n")
    for name, what in (
        *COMMANDS.items(),
        ("all DATA [NAME ...]", "all that is saved, or these; then the report"),
    ):
        print(f"  {name:<20} {what}")
    return 0 if argv[:1] in ([], ["-h"], ["--help"]) else 2


def run_all(data: str, only: Sequence[str] = (), parts: Sequence[Sequence[str]] = ALL) -> int:
    """Run every part in a process of its own, saved as it is done; a part that fails is named at the end.

    The page is written anyway, from what is there. Returns 1 where something failed.
    """
    failed = []
    for name, *options in parts:
        if only and name not in only:
            continue
        words = [name, data, *options, "--save"]
        print(f"\n--- {' '.join(words)}", flush=True)
        before, begin = _cpu(), time.perf_counter()
        ran = subprocess.run([sys.executable, "-m", "benchmarks", *words], cwd=ROOT)
        print(f"--- {_cpu() - before:.0f} CPU s, {time.perf_counter() - begin:.0f} s", flush=True)
        if ran.returncode:
            failed.append(" ".join(words))
    status = _command("report", [])
    for part in failed:
        print(f"FAILED: {part}", file=sys.stderr)
    return int(bool(failed) or status)


def _cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _command(name: str, argv: Sequence[str]) -> int:
    try:
        return int(import_module(f"benchmarks.{name.replace('-', '_')}").main(argv))
    except LeftOut as reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
