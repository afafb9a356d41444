"""A story, and a crowd of articles made to hide who has it."""

from __future__ import annotations

import numpy as np

from dedup import Article

STORY = (
    "Engineers closed the northern span of the Harlow bridge on Monday after divers found cracks in two piers below "
    "the water line, and traffic towards the harbour was sent over the old ferry road while crews waited for steel "
    "plates that a foundry in Marden had promised before the end of the week, said the council, which also warned "
    "shop owners along the quay to expect late deliveries and asked residents to leave their cars at home until the "
    "tide tables allow a second inspection of the foundations near the lighthouse."
)


def crowd(size: int) -> list[Article]:
    """Earlier articles that have all the triples of the story, each in another order."""
    words = STORY.split()
    triples = [words[at : at + 3] for at in range(len(words) - 2)]
    rng = np.random.default_rng(7)
    return [
        Article(
            f"decoy {number}", " ".join(word for at in rng.permutation(len(triples)) for word in triples[at]),
            source=f"decoy {number}", published=f"2024-01-01T{number // 60:02}:{number % 60:02}:00Z",
        )
        for number in range(size)
    ]  # fmt: skip


def hidden(size: int, taken: str) -> list[Article]:
    """Behind so many decoys the story and a page that took this of it."""
    wire = Article("wire", STORY, source="wire", published="2024-01-02")
    return [*crowd(size), wire, Article("page", taken, source="page", published="2024-01-03")]
