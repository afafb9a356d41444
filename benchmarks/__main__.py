"""``python -m benchmarks COMMAND``."""

from __future__ import annotations

import sys
from importlib import import_module

COMMANDS = {
    "quality": "taken words found, and what else is flagged, on stitched news with known answers",
    "labelled": "real collections with labels, with the published figures",
    "ablation": "what each net and each setting buys, at what cost",
    "speed": "signatures, pairs and whole scans beside the peers; growth, memory, start",
    "check": "a short run without data, for every change: fails on a regression",
}
"""Each is a module of this package with a `main(argv)`."""


def main(argv: list[str]) -> int:
    """Run a command; without one, list them."""
    if not argv or argv[0] not in COMMANDS:
        print("usage: python -m benchmarks COMMAND --help\n")
        for name, what in COMMANDS.items():
            print(f"  {name:<12} {what}")
        return 0 if argv[:1] in ([], ["-h"], ["--help"]) else 2
    return int(import_module(f"benchmarks.{argv[0]}").main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
