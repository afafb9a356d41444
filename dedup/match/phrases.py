"""Set phrases of news, from `data/phrases/*.json`, one file a language.

"Did not immediately respond to a request for comment" stands in a thousand articles, but often in two alone of those
that one feed holds. Its words are no evidence that a passage was taken; a copy is found by what stands around them.

A file holds, beside its `language`, `phrases`: words in small letters; ``a|b`` either, ``a?`` perhaps, ``*`` any one
word. What a court, a police report, a company's announcement and a reporter's source are told with belongs here, of
five words and more, and the titles of offices; a sentence that says something of one event does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise, product

import numpy as np
import orjson
from numpy.typing import NDArray

from dedup.match.kernels.alignment.phrases import ANY, MOST_WORDS
from dedup.text import words

SLOT = "anywordatall"
"""Written for a slot while the phrases are cut into words."""


@cache
def set_phrases() -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """All phrases of all languages: bounds, and hashes of words; see `dedup.match.kernels.alignment.phrases`."""
    texts: list[str] = []
    folder = files("dedup") / "data" / "phrases"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            texts += written_out(orjson.loads(entry.read_bytes())["phrases"])
    return hashed(texts)


def written_out(patterns: Iterable[str]) -> Iterator[str]:
    """Each way to write some phrases.

    >>> list(written_out(["asked not to be named|identified", "said on? *"]))
    ['asked not to be named', 'asked not to be identified', 'said on anywordatall', 'said anywordatall']
    """
    for pattern in patterns:
        choices = [
            [*part.removesuffix("?").split("|"), *([""] if part.endswith("?") else [])]
            for part in pattern.replace("*", SLOT).split()
        ]
        for parts in product(*choices):
            yield " ".join(part for part in parts if part)


def hashed(texts: Iterable[str]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Phrases as bounds and hashes of words, sorted, none twice."""
    columns = words.split(list(texts))
    slot = int(words.split([SLOT]).hashes[0])
    flat = columns.hashes.tolist()
    bounds = columns.art_words.tolist()
    phrases = sorted(
        {tuple(int(ANY) if word == slot else word for word in flat[a:b]) for a, b in pairwise(bounds)}
    )
    if any(not phrase or phrase[0] == ANY or len(phrase) > MOST_WORDS for phrase in phrases):
        raise ValueError(f"a set phrase has 1 to {MOST_WORDS} words and begins with no slot")
    starts = np.cumsum([0, *(len(phrase) for phrase in phrases)]).astype(np.int64)
    return starts, np.array([word for phrase in phrases for word in phrase], np.uint32)
