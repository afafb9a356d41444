"""Invented news for runs without any collection: English words by Zipf's law, in an order of their own."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import accumulate
from pathlib import Path
from random import Random

from dedup.model import Article

SAMPLES = Path(__file__).parent.parent / "samples" / "feed.jsonl"

_ENDINGS = ("s", "er", "ers", "ed", "ing", "ings", "ness", "ment", "able", "less", "ful", "ly")
_FREQUENT = 60


def collection(count: int, seed: int = 7, lengths: tuple[int, int] = (12, 16)) -> list[Article]:
    """Return so many articles of five paragraphs, their sentences of so many words; topics are three.

    >>> first, second = collection(2)
    >>> first.id, len(first.text.split("\\n\\n")), first.text != second.text
    ('story-0', 5, True)
    """
    rng = Random(seed)
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))

    def sentence() -> str:
        chosen = rng.choices(words, cum_weights=weights, k=rng.randint(*lengths))
        return " ".join(chosen).capitalize() + "."

    return [
        Article(
            id=f"story-{at}",
            text="\n\n".join(" ".join(sentence() for _ in range(3)) for _ in range(5)),
            published=f"2020-01-{1 + at % 28:02}",
            extra={"topics": (f"topic-{at % 3}",)},
        )
        for at in range(count)
    ]


def synonyms(seed: int = 7) -> dict[str, list[str]]:
    """Return a thesaurus for that vocabulary: two synonyms for every other rare word."""
    rare = vocabulary()[_FREQUENT:]
    rng = Random(seed)
    return {word: rng.sample(rare, 2) for word in rare[::2]}


def vocabulary() -> list[str]:
    """Return some 5,000 words: those of the samples, the frequent first, then forms made of the long ones."""
    counts: Counter[str] = Counter()
    for line in SAMPLES.read_text("utf-8").splitlines():
        counts.update(re.findall(r"\b[a-z]+\b", json.loads(line)["text"]))
    known = sorted(counts, key=lambda word: (-counts[word], word))
    stems = [word for word in known if len(word) >= 4]
    made = [stem.removesuffix("e") + ending for ending in _ENDINGS for stem in stems]
    Random(0).shuffle(made)
    return list(dict.fromkeys([*known, *made]))
