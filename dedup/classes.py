"""The one list of ledger classes: which of several wins a word, what counts, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal[
    "foreign", "boilerplate", "template", "repeated", "quoted", "recycled", "carried_over", "reworded", "translated",
    "obfuscated",
]  # fmt: skip
"""Kinds of findings: the classes that claim words, strongest first, and `obfuscated`, which claims none."""

Side: TypeAlias = Literal["own", "taken", "aside"]
"""How a class counts for originality: as the article's own, as taken from others, or on neither side."""


@dataclass(frozen=True, slots=True)
class Class:
    """A ledger class: its `side`, what pages call it, what they call its words together, and what it means."""

    side: Side
    label: str
    plural: str
    meaning: str


LEDGER: Mapping[str, Class] = {
    "original": Class("own", "Own words", "Own words", "nothing earlier accounts for them"),
    "recycled": Class(
        "taken", "Recycled", "Recycled", "word for word from an earlier article of another source"
    ),
    "reworded": Class(
        "taken", "Reworded", "Reworded", "follows an earlier article, words swapped, dropped or put in"
    ),
    "carried_over": Class(
        "taken", "Carried over", "Carried over", "from an earlier article of the same source"
    ),
    "repeated": Class("taken", "Repeated", "Repeated", "a sentence or line said before in this article"),
    "translated": Class(
        "taken", "Translated", "Translated", "says in another language what an earlier article says"
    ),
    "quoted": Class("aside", "Quoted", "Quotes", "inside quotation marks, and found in an earlier article"),
    "template": Class(
        "aside", "Template", "Templates", "the frame of a report that an earlier article has with other facts"
    ),
    "boilerplate": Class(
        "aside", "Furniture", "Furniture",
        "site text: the same in many articles of a source, or a service phrase",
    ),
    "foreign": Class("aside", "Foreign", "Foreign passages", "in another language than the article"),
}  # fmt: skip
"""The classes in the order people read them: what is judged first, what is set aside last."""

CLASSES: tuple[str, ...] = tuple(LEDGER)
"""All ledger classes in the order people read them."""

TAKEN: tuple[str, ...] = tuple(name for name, one in LEDGER.items() if one.side == "taken")
"""Ledger classes that count against originality."""

ASIDE: tuple[str, ...] = tuple(name for name, one in LEDGER.items() if one.side == "aside")
"""Ledger classes that count on neither side of originality."""

JUDGED: tuple[str, ...] = ("original", *TAKEN)
"""Ledger classes that originality counts."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""All kinds of findings, strongest class first."""

PRECEDENCE: tuple[str, ...] = tuple(kind for kind in KINDS if kind in LEDGER)
"""Ledger classes, strongest first: where several findings hold a word, the first of these wins."""

STRENGTHS: Mapping[str, int] = {kind: code for code, kind in enumerate(reversed(PRECEDENCE), start=1)}
"""Strength of the classes: a higher number wins. 0 is who claims nothing: the article itself."""
