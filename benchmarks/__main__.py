"""``python -m benchmarks COMMAND``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from benchmarks.peers import LeftOut

COMMANDS = {
    "all": "everything, saved part by part, and the pages; goes on where it broke off",
    "quality": "taken words found, and what else is flagged, on stitched news with known answers",
    "labelled": "real collections with labels, with the published figures",
    "ablation": "what each net and each setting buys, at what cost",
    "speed": "signatures, pairs and whole scans beside the peers; cores, growth, memory, start",
    "language": "passages in another language, found and falsely found",
    "language-pairs": "lines of one language in articles of a close one, 33 pairs",
    "language-peers": "the same fragments beside lingua, CLD2, CLD3 and fastText",
    "boilerplate": "site furniture line by line, beside jusText, trafilatura and resiliparse",
    "translated": "passages translated from other languages, found and falsely found; the encoders",
    "stories": "members, roots, origins and roles of stories, on feeds with known ones and real near-duplicates",
    "short": "short copies: sentences, headlines and items of a few words found, set phrases not",
    "safety": "what trimming cuts of clean news, and what is called taken where nothing was copied",
    "index": "the index of a stream as it grows: CPU, latency, size",
    "growth": "time and memory at n, 2n and 4n of input made to hurt: nothing grows faster than its input",
    "kills": "kill -9 of a running filter and index build, fifty times each: nothing lost, the same lines",
    "formats": "the same articles from every format, and what a format costs",
    "spark": "Apache Spark beside one machine: the same report, CPU time, bytes a stage",
    "online": "the pre-filter as its index grows, beside datasketch's LSH in memory and on Redis",
    "generate": "write a feed with known answers from articles of your own, for other tools",
    "peers": "make an environment for each peer",
    "report": "write benchmarks/README.md, the plots and the README's table from the last runs",
    "check": "a short run without data, for every change: fails on a regression",
}
"""Each is a module of this package with a `main(argv)`; `all` is `everything`."""


def main(argv: Sequence[str]) -> int:
    """Run a command; without one, list them."""
    if argv and argv[0] in COMMANDS:
        return _command(argv[0], argv[1:])
    print("usage: python -m benchmarks COMMAND --help\n")
    for name, what in COMMANDS.items():
        print(f"  {name:<20} {what}")
    return 0 if argv[:1] in ([], ["-h"], ["--help"]) else 2


def _command(name: str, argv: Sequence[str]) -> int:
    module = {"all": "everything"}.get(name, name.replace("-", "_"))
    try:
        return int(import_module(f"benchmarks.{module}").main(argv))
    except LeftOut as reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
