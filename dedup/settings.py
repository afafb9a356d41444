"""Every number you may choose, and nothing else.

Numbers that change an answer and are no matter of choice stand beside what they steer, by name; a change of one raises
`dedup.version.ENGINE`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

import xxhash

from dedup.errors import SettingsError

WEEK = 7
"""Days that `--translated` looks back."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How passages are found and judged. Frozen; a wrong value raises `SettingsError`.

    `id` is a hash of the fields that reports depend on: an index keeps it and refuses another.
    """

    nets: str = "both"
    """Which nets propose candidates: ``lsh``, ``fingerprints`` or ``both``."""

    shingle_words: int = 3
    """Words in a shingle, for signatures and fingerprints alike."""

    permutations: int = 128
    """Length of a MinHash signature; the bands of the LSH net are cut from it."""

    seed: int = 1
    """Seed of the permutations: the same as datasketch's default."""

    jaccard: float = 0.5
    """The LSH net is laid out to see paragraph pairs of this Jaccard similarity ..."""

    recall: float = 0.95
    """... with this probability."""

    frequent: int = 64
    """A shingle with more postings than this is no evidence by itself (document-frequency cap)."""

    candidates: int = 8
    """Earlier articles verified against each paragraph, the most promising first."""

    min_words: int = 8
    """Words that must match, in order, before a passage counts as taken. Here and below word-equivalents: where words
    are written without spaces, 1.6 Han letters, 3.1 Kana, 3.3 of Burmese, 4 of Thai, Lao and Khmer make one. An equal
    paragraph needs five at most, an equal text three."""

    min_weight: float = 6.6
    """What these words must weigh: a short word or a number is about half a word, and a stock phrase less."""

    min_share: float = 0.45
    """Share of a reworded passage's words that must match."""

    quote_words: int = 3
    """Quotations of fewer word-equivalents are scare quotes and part of the passage around them."""

    standing_words: int = 12
    """A passage of fewer word-equivalents, the only one that its holders have in common ..."""

    standing_copies: int = 6
    """... and held by at least so many others, is a standing phrase, not a copy."""

    furniture_articles: int = 3
    """A paragraph in so many articles of one source ..."""

    furniture_share: float = 0.3
    """... and in this share of them is the source's furniture, unless many sources have it ..."""

    furniture_sure_articles: int = 30
    """... or in so many, whatever the share: a section's furniture is in few of a large paper's articles."""

    furniture_sources: int = 3
    """Found in more sources than this it is furniture only if it is so in most of them, else recycled text."""

    furniture_own_share: float = 0.25
    """Only articles with such a share of text of their own count: a story sent again makes no furniture."""

    furniture_words: int = 3
    """Paragraphs alike but for numbers and dates count together if they have so many other words."""

    story_share: float = 0.5
    """An article belongs to the story that it took such a share of its judged words from, or most of whose text ..."""

    story_words: int = 12
    """... it has, if these are so many words; with a greater share of its own it is an origin."""

    translated_days: int = 0
    """Look for translations of articles that are so many days older at most; 0: for none. `--translated` means 7."""

    def __post_init__(self) -> None:
        for field in fields(self):  # 1 and 1.0 are one setting, with one id
            value = _converted(field.name, getattr(self, field.name), type(field.default))
            object.__setattr__(self, field.name, value)
        _check(self.nets in ("lsh", "fingerprints", "both"), "nets", self.nets, "lsh, fingerprints or both")
        _check(1 <= self.shingle_words <= 16, "shingle_words", self.shingle_words, "in 1 .. 16")
        _check(1 <= self.permutations <= 4096, "permutations", self.permutations, "in 1 .. 4096")
        _check(0 <= self.seed < 2**32, "seed", self.seed, "in 0 .. 2**32 - 1")
        _check(0 < self.jaccard <= 1, "jaccard", self.jaccard, "in (0, 1]")
        _check(0 < self.recall < 1, "recall", self.recall, "in (0, 1)")
        _check(self.frequent >= 2, "frequent", self.frequent, "at least 2")
        _check(1 <= self.candidates <= 64, "candidates", self.candidates, "in 1 .. 64")
        _check(self.min_words >= 3, "min_words", self.min_words, "at least 3")
        _check(self.min_weight >= 0, "min_weight", self.min_weight, "at least 0")
        _check(0 < self.min_share <= 1, "min_share", self.min_share, "in (0, 1]")
        _check(self.quote_words >= 1, "quote_words", self.quote_words, "at least 1")
        _check(self.standing_words >= 0, "standing_words", self.standing_words, "at least 0")
        _check(self.standing_copies >= 1, "standing_copies", self.standing_copies, "at least 1")
        _check(self.furniture_articles >= 2, "furniture_articles", self.furniture_articles, "at least 2")
        _check(0 < self.furniture_share <= 1, "furniture_share", self.furniture_share, "in (0, 1]")
        _check(
            self.furniture_sure_articles >= 2,
            "furniture_sure_articles",
            self.furniture_sure_articles,
            "at least 2",
        )
        _check(self.furniture_sources >= 1, "furniture_sources", self.furniture_sources, "at least 1")
        _check(
            0 <= self.furniture_own_share <= 1, "furniture_own_share", self.furniture_own_share, "in [0, 1]"
        )
        _check(self.furniture_words >= 1, "furniture_words", self.furniture_words, "at least 1")
        _check(0 < self.story_share <= 1, "story_share", self.story_share, "in (0, 1]")
        _check(self.story_words >= 1, "story_words", self.story_words, "at least 1")
        _check(self.translated_days >= 0, "translated_days", self.translated_days, "at least 0")

    @property
    def id(self) -> str:
        """16 hex digits that name these settings: XXH64 of the fields as sorted JSON.

        Without those of stories, which are told from reports: no index depends on them.
        """
        values = {name: value for name, value in asdict(self).items() if not name.startswith("story_")}
        return xxhash.xxh64_hexdigest(json.dumps(values, sort_keys=True).encode())

    def with_values(self, values: Mapping[str, Any]) -> Settings:
        """Return a copy with some fields set from their text or value (`--set`, TOML).

        >>> Settings().with_values({"jaccard": "0.7"}).jaccard
        0.7
        """
        known = sorted(field.name for field in fields(self))
        for name in values:
            if name not in known:
                near = "".join(f"did you mean {one}? " for one in get_close_matches(str(name), known, n=1))
                raise SettingsError(f"unknown setting {name!r}; {near}there are: {', '.join(known)}")
        return replace(self, **values)


def _check(holds: bool, name: str, value: object, wanted: str) -> None:
    if not holds:
        raise SettingsError(f"{name} must be {wanted}, got {value!r}")


def _converted(name: str, value: Any, kind: type) -> Any:
    """`value`, or what its text says, as `kind`; a fraction is no int, and a bool is no number."""
    if isinstance(value, str) and kind is str:
        return value
    if isinstance(value, (str, int, float)) and not isinstance(value, bool) and kind is not str:
        try:
            number = kind(value)
        except (ValueError, OverflowError):
            pass
        else:
            if isinstance(value, str) or number == value or number != number:
                return number
    raise SettingsError(f"{name} must be of type {kind.__name__}, got {value!r}")
