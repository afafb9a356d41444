"""Invented news for runs without any collection: the frequencies of a language, the words of none."""

from __future__ import annotations

from itertools import accumulate
from random import Random

from dedup.model import Article

_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()


def collection(count: int, seed: int = 7) -> list[Article]:
    """Return so many articles of five paragraphs; words follow Zipf's law, topics three.

    >>> first, second = collection(2)
    >>> first.id, len(first.text.split("\\n\\n")), first.text != second.text
    ('story-0', 5, True)
    """
    rng = Random(seed)
    vocabulary = _vocabulary(rng)
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))

    def sentence() -> str:
        chosen = rng.choices(vocabulary, cum_weights=weights, k=rng.randint(12, 16))
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
    rng = Random(seed)
    vocabulary = _vocabulary(rng)[20:]
    return {word: rng.sample(vocabulary, 2) for word in vocabulary[::2]}


def _vocabulary(rng: Random) -> list[str]:
    """Return 8,000 words, the frequent ones short."""
    lengths = [1] * 20 + [2] * 380 + [3] * 3600 + [4] * 4000
    return list(dict.fromkeys("".join(rng.choices(_SYLLABLES, k=length)) for length in lengths))
