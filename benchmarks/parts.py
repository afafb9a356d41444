"""What ``python -m benchmarks all DATA`` runs: the parts in order of worth, each with its sizes.

A part is a command of this package. `small` are the options that bring it through in seconds, to see that it runs;
nobody reads its figures then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FRESH = ("--seed", "11", "12")
"""Seeds not developed on."""

LANGUAGES = ("abc", "gnad-de", "fake-es", "fakebr-pt", "bruk-uk")


@dataclass(frozen=True, slots=True)
class Part:
    """A command and its options: those of the full size, and those of a small one.

    `minutes` is about what it takes on one core; a part that is `alone` has the machine for itself, for it is timed.
    `peer` names the one it measures, where nothing of ours is measured with it.
    """

    command: str
    options: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    minutes: float = 1.0
    alone: bool = False
    peer: str = ""

    def words(self, small: bool = False) -> list[str]:
        """The options at full size, or with the small ones in addition: the last of two counts."""
        return [*self.options, *(self.small if small else ())]

    def __str__(self) -> str:
        return " ".join([self.command, *self.options])


_FEW_PAGES = ("--seed", "11", "--pages", "14", "--articles", "1200")


def _quality(system: str, minutes: float, *options: str) -> Part:
    chosen = () if system == "ours" else ("--system", system)
    peer = "" if system in ("ours", "floor") else system
    return Part("quality", (*(options or FRESH), *chosen), _FEW_PAGES, minutes, peer=peer)


_SPEED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], float]] = {
    "beside": (
        ("--only", "floors", "signatures", "pairs", "scan", "cores", "start"),
        ("--only", "floors", "signatures", "pairs", "scan", "cores", "--paragraphs", "300", "--rounds", "1"),
        7,
    ),
    "growth": (("--only", "growth"), ("--growth", "200", "400"), 14),
}


def _speed(name: str) -> Part:
    options, small, minutes = _SPEED[name]
    return Part("speed", options, small, minutes, alone=True)


INDEX = (
    (4.0, ("--paragraphs", "100000", "1000000")),
    (2.0, ("--keys", "--paragraphs", "100000", "1000000")),
    (1.0, ("--redis", "--paragraphs", "100000")),
    (0.5, ("--redis", "--keys", "--paragraphs", "100000")),
)
"""Ways of measuring an index: about how many minutes, and how."""


def _index(minutes: float, options: tuple[str, ...]) -> Part:
    return Part("index", options, ("--paragraphs", "1000"), minutes, alone=True)


PARTS: tuple[Part, ...] = (
    # What a user asks first: found, wrongly flagged, right source, foreign, furniture; and how fast.
    _quality("ours", 1),
    _quality("floor", 1),
    Part("safety", (), ("--language", "en", "xh", "--paragraphs", "60"), 4),
    Part("language-peers", (), ("--cases", "8", "--news", "2", "--systems", "dedup", "cld2"), 6),
    Part("boilerplate", (), ("--pages", "12"), 8),
    _speed("beside"),
    Part("labelled", (), ("--only", "mccormick", "spaceless", "tortured-phrases"), 6),
    _speed("growth"),
    # The rest of the engine.
    Part(
        "short",
        ("--seed", "11", "--corpus", "abc", "reuters", "gnad-de"),
        ("--articles", "300", "--plants", "4"),
        2,
    ),
    Part("language-pairs", (), ("--cases", "1"), 2),
    Part("stories", FRESH, ("--seed", "11", "--events", "8"), 3),
    Part("translated", (), ("--languages", "de", "--part", "planted", "--documents", "8"), 10),
    Part("formats", (), ("--articles", "40"), 1),
    # Beside the peers.
    *(
        _quality(name, minutes)
        for name, minutes in (("rensa", 1), ("gaoya", 1), ("fastsketchlsh", 1), ("daft", 1))
    ),
    *(
        _quality(name, minutes, "--seed", "11")
        for name, minutes in (
            ("datasketch", 1),
            ("text-dedup", 2),
            ("datatrove", 6),
            ("datatrove-sentences", 2),
        )
    ),
    Part("labelled", ("--system", "datasketch"), ("--only", "mccormick"), 3, peer="datasketch"),
    # What it costs to remember, and what is kept when it breaks.
    Part("online", (), ("--paragraphs", "200", "400"), 8, alone=True),
    *(_index(minutes, options) for minutes, options in INDEX),
    Part("index", ("--replay", "90"), ("--replay", "3"), 1),
    Part("kills", (), ("--times", "2", "--articles", "60"), 3),
    Part("growth", (), ("--shape", "one word"), 15),
    Part("spark", ("--paragraphs", "100000", "1000000"), ("--paragraphs", "600"), 15, alone=True),
    # What each part buys.
    Part(
        "ablation",
        ("--pages", "280"),
        ("--pages", "14", "--originals", "300", "--only", "default", "--rules"),
        15,
    ),
    Part("language", (), ("--cases", "20", "--news", "4"), 3),
    *(
        _quality(system, 0.5, "--seed", "11", "--pages", "140", "--corpus", name)
        for name in LANGUAGES
        for system in ("ours", "floor")
    ),
)
"""In order of worth, but that parts beside each other may run at the same time."""
