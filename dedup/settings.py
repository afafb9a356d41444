"""Every number you may choose, and nothing else.

Numbers that change an answer and are no matter of choice stand beside what they steer, by name; a change of one raises
`dedup.version.ENGINE`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from math import inf
from typing import Any, TypeVar

import xxhash

from dedup.errors import SettingsError

T = TypeVar("T")

NETS = ("lsh", "fingerprints", "both")
"""What `Settings.nets` may be."""

WEEK = 7
"""Days that `--translated` looks back."""


def _number(default: T, least: float, most: float, meaning: str, *, open_: str = "") -> T:
    """A field of `Settings`. `open_` names the bounds that the value may not have itself: "<", ">" or both."""
    made: T = field(
        default=default, metadata={"doc": " ".join(meaning.split()), "range": Range(least, most, open_)}
    )
    return made


@dataclass(frozen=True, slots=True)
class Range:
    """What a number may be: from `least` to `most`, which `open_` ("<", ">") leaves out."""

    least: float
    most: float
    open_: str

    def __contains__(self, value: float) -> bool:
        above = value > self.least if "<" in self.open_ else value >= self.least
        return above and (value < self.most if ">" in self.open_ else value <= self.most)

    def __str__(self) -> str:
        if self.most == inf:
            return f"at least {self.least:g}"
        if not self.open_ and isinstance(self.least, int):
            return f"in {self.least} .. {'2**32 - 1' if self.most == 2**32 - 1 else self.most}"
        return f"in {'(' if '<' in self.open_ else '['}{self.least:g}, {self.most:g}{')' if '>' in self.open_ else ']'}"


@dataclass(frozen=True, slots=True)
class Settings:
    """How passages are found and judged. Frozen; a wrong value raises `SettingsError`.

    `id` is a hash of the fields that reports depend on: an index keeps it and refuses another. What each field means
    stands in its metadata, under ``doc``, and in ``help(Settings)``.
    """

    nets: str = field(
        default="both",
        metadata={
            "doc": "Which nets propose candidates. lsh finds paragraphs that are alike as wholes, fingerprints finds "
            "passages of any length; both finds what either does. Fewer is faster and finds less.",
            "range": NETS,
        },
    )
    shingle_words: int = _number(
        3,
        1,
        16,
        """Words in a shingle, for signatures and fingerprints alike. More of them propose fewer pairs that
        come to nothing, and miss passages in which words were swapped often.""",
    )
    permutations: int = _number(
        128,
        1,
        4096,
        """Length of a MinHash signature; the bands of the LSH net are cut from it. More of them cost time
        in proportion and let jaccard and recall be met more closely.""",
    )
    seed: int = _number(
        1,
        0,
        2**32 - 1,
        "Seed of the permutations, the same as datasketch's default. No reason to change it but to "
        "see what chance does.",
    )
    jaccard: float = _number(
        0.5,
        0,
        1,
        """Jaccard similarity of two paragraphs from which the LSH net is laid out to see the pair, with the
        probability recall. Lower sees looser likenesses and has more candidates to verify.""",
        open_="<",
    )
    recall: float = _number(
        0.95,
        0,
        1,
        """Probability with which the LSH net sees a pair of paragraphs of the similarity jaccard. Higher
        has more candidates to verify.""",
        open_="<>",
    )
    frequent: int = _number(
        64,
        2,
        inf,
        """A shingle with more postings than this is no evidence by itself: what so many have is a phrase
        of the language. Higher finds copies in corpora where one story stands very often, and takes longer.""",
    )
    candidates: int = _number(
        8,
        1,
        64,
        "Earlier articles verified against each paragraph, the most promising first. More of them find the "
        "sources of a paragraph that was stitched from many.",
    )
    min_words: int = _number(
        8,
        3,
        inf,
        """Words that must match, in order, before a passage counts as taken. Lower finds shorter copies and
        calls more set phrases taken. Word-equivalents, as in quote_words and standing_words: where words are written
        without spaces, 1.6 Han letters, 3.1 Kana, 3.3 of Burmese, 4 of Thai, Lao and Khmer make one. An equal
        paragraph needs five at most, an equal text three.""",
    )
    min_weight: float = _number(
        6.6,
        0,
        inf,
        """What the words that match must weigh together: a short word or a number is about half a word,
        and a stock phrase less. Lower calls more set phrases taken.""",
    )
    min_share: float = _number(
        0.45,
        0,
        1,
        """Share of a reworded passage's words that must match. Lower follows a source through heavier
        rewriting, and takes two texts about one topic for one text sooner.""",
        open_="<",
    )
    quote_words: int = _number(
        3,
        1,
        inf,
        "Quotations of fewer word-equivalents are scare quotes, and part of the passage around them.",
    )
    standing_words: int = _number(
        12,
        0,
        inf,
        """A passage of fewer word-equivalents is a standing phrase and no copy, where standing_copies others
        hold it too, or half of it where it is reworded, and it is all that its holders have in common. 0 knows no
        standing phrases.""",
    )
    standing_copies: int = _number(
        6,
        1,
        inf,
        """So many other articles must hold a passage shorter than standing_words before it is a standing
        phrase. Higher calls more short passages copies.""",
    )
    furniture_articles: int = _number(
        3,
        2,
        inf,
        """A paragraph in so many articles of one source may be the source's furniture. Higher learns later,
        and is safer where a source sends one text under several ids.""",
    )
    furniture_share: float = _number(
        0.3,
        0,
        1,
        """The share of a source's articles that must have a paragraph before it is the source's furniture.
        Lower learns more, and sooner takes a recurring text for furniture.""",
        open_="<",
    )
    furniture_sure_articles: int = _number(
        30,
        2,
        inf,
        """A paragraph in so many articles of a source is its furniture, whatever furniture_share says: a
        section's furniture is in few of a large paper's articles.""",
    )
    furniture_sources: int = _number(
        3,
        1,
        inf,
        """A paragraph found in more sources than this is furniture only if it is so in most of them, else
        recycled text.""",
    )
    furniture_own_share: float = _number(
        0.25,
        0,
        1,
        """Only articles with such a share of text of their own count when furniture is learned: a story
        sent again makes no furniture.""",
    )
    furniture_words: int = _number(
        3,
        1,
        inf,
        "Paragraphs that are alike but for numbers and dates count together, as furniture, if they have so "
        "many other words.",
    )

    story_share: float = _number(
        0.5,
        0,
        1,
        """An article belongs to the story that it took such a share of its judged words from, or most of whose text it
        has, if these are at least story_words. With a greater share of its own it is an origin.""",
        open_="<",
    )
    story_words: int = _number(
        12,
        1,
        inf,
        "Words that an article must have of a story before it may belong to it. Higher tells more stories apart.",
    )

    translated_days: int = _number(
        0,
        0,
        inf,
        """Look for translations of articles that are so many days older at most; 0 looks for none. `--translated` means
        7. More days find later translations, and take longer.""",
    )

    def __post_init__(self) -> None:
        for one in fields(self):  # 1 and 1.0 are one setting, with one id
            value = _converted(one.name, getattr(self, one.name), type(one.default))
            object.__setattr__(self, one.name, value)
            if value not in one.metadata["range"]:
                wanted = one.metadata["range"]
                shown = wanted if isinstance(wanted, Range) else one_of(wanted)
                raise SettingsError(f"{one.name} must be {shown}, got {value!r}")

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
        for name in values:
            setting(name)
        return replace(self, **values)


def setting(name: str) -> Field[Any]:
    """The field of `Settings` with this name; its metadata has its ``doc`` and its ``range``.

    >>> setting("min_words").default, str(setting("min_words").metadata["range"])
    (8, 'at least 3')
    """
    known = {one.name: one for one in fields(Settings)}
    if name not in known:
        near = "".join(f"did you mean {one}? " for one in get_close_matches(str(name), known, n=1))
        raise SettingsError(f"unknown setting {name!r}; {near}there are: {', '.join(sorted(known))}")
    return known[name]


def one_of(names: Sequence[str]) -> str:
    """Names as a choice.

    >>> one_of(NETS)
    'lsh, fingerprints or both'
    """
    return f"{', '.join(names[:-1])} or {names[-1]}"


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


# What ``help(Settings)`` shows beside each field. Python 3.14 does this for `field(doc=...)`.
Settings.__slots__ = {one.name: one.metadata["doc"] for one in fields(Settings)}  # type: ignore[assignment]
