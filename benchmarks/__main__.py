"""``python -m benchmarks COMMAND``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "quality": "taken words found, and what else is flagged, on stitched news with known answers",
    "labelled": "real collections with labels, with the published figures",
    "ablation": "what each net and each setting buys, at what cost",
    "speed": "signatures, pairs and whole scans beside the peers; growth, memory, start",
    "language": "passages in another language, found and falsely found",
    "index": "the index of a stream as it grows: CPU, latency, size",
    "kills": "kill -9 of a running filter, fifty times: nothing lost, the same lines",
    "report": "write benchmarks/README.md from the last runs",
    "check": "a short run without data, for every change: fails on a regression",
}
"""Each is a module of this package with a `main(argv)`."""

ALL = (
    ("quality", "--seed", "11", "12"),
    ("quality", "--seed", "11", "12", "--system", "floor"),
    ("quality", "--seed", "11", "12", "--system", "datasketch"),
    *(
        ("quality", "--seed", "11", "--pages", "140", "--corpus", name, *system)
        for name in ("abc", "gnad-de", "fake-es", "fakebr-pt", "bruk-uk")
        for system in ((), ("--system", "floor"))
    ),
    ("labelled",),
    ("ablation",),
    ("speed", "--paragraphs", "100000"),
)
"""What ``python -m benchmarks all DATA`` runs and saves before it writes the page; seeds not developed on."""


def main(argv: Sequence[str]) -> int:
    """Run a command, or all; without one, list them."""
    if argv[:1] == ["all"] and len(argv) == 2:
        for name, *options in ALL:
            print(f"\n--- {name} {' '.join(options)}", flush=True)
            _command(name, [argv[1], *options, "--save"])
        return _command("report", [])
    if argv and argv[0] in COMMANDS:
        return _command(argv[0], argv[1:])
    print("usage: python -m benchmarks COMMAND --help\n")
    for name, what in (*COMMANDS.items(), ("all DATA", "all of the above, saved; then the page")):
        print(f"  {name:<12} {what}")
    return 0 if argv[:1] in ([], ["-h"], ["--help"]) else 2


def _command(name: str, argv: Sequence[str]) -> int:
    return int(import_module(f"benchmarks.{name}").main(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
