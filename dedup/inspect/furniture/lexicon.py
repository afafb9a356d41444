"""The service phrases of many languages, from `data/furniture/*.json`, one file a language.

A file holds, beside its `language`:

- `line`: phrases that are furniture where they fill a line ("Related news"); numbers and signs do not count.
- `menu`: section names ("Sports"): furniture only among others of the kind, as an article may have such a
  heading.
- `lead`, `headline`, `start`, `inside`, `credit`: pattern -> an example, which a test runs. A `lead` needs a
  colon, a dash or the line's end after it and takes the rest of the line; a `headline` is a lead that may
  also stand before a capital without any sign. A `start` opens a sentence and takes it, `inside` is anywhere
  in a sentence and takes it. A `credit` opens a sentence and takes the line, or what its brackets hold.
- `agencies`: names as they sign, in the case they are written in (`data/agencies.json` says whose they are).
- `news`: sentences that hold such words and are none of it; a test runs them too.
- `calendar`: the names of months and days, the slots of `dedup.match.families`; another name is another engine
  version, and every index is built anew (see `dedup.index.engine`).

- `words`, `small`, `told`: what a sentence of service text is made of beside the words of the phrases; words that say
  nothing either way (those of up to three letters need no mention); verbs of saying, which only news has. `a~` is any
  word that begins so.

A pattern is words in small letters: ``a|b`` either, ``a?`` perhaps, ``a~`` with any ending, ``*`` up to six
words, ``#`` a number, ``^`` a capital must follow; signs stand for themselves. `dedup.inspect.furniture.matching` fits
them, `dedup.inspect.furniture.prose` tells whether a sentence that holds one is service text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise, product
from typing import Literal, TypeAlias

import numpy as np
import orjson
from numpy.typing import NDArray

from dedup.inspect.furniture.agencies import agencies
from dedup.inspect.furniture.matching import (
    LETTER,
    MARKERS,
    Element,
    compiled,
    is_sign,
    tokens,
    written_alike,
)
from dedup.inspect.furniture.prose import Speech, speech
from dedup.inspect.languages import facts
from dedup.text import words

Shape: TypeAlias = Literal["lead", "headline", "start", "inside", "credit"]
SHAPES: tuple[Shape, ...] = ("lead", "headline", "start", "inside", "credit")
LEAD_INS = ("lead", "headline")

SPACELESS = frozenset(("ja", "zh", "th"))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One phrase with slots; it is tried where a sentence begins, or anywhere in it (`inside`).

    One of its `anchors` is in each text that has it; `place` is how many tokens of the phrase stand before them.
    `own`: files of the user's, which may say more of its language.
    """

    language: str
    shape: Shape
    source: str
    example: str
    anchors: tuple[str, ...]
    place: int
    own: tuple[str, ...] = ()

    @property
    def speech(self) -> Speech:
        """The service vocabulary of its language, that of the user's `own` files included."""
        return speech_of(self.language, self.own)

    @property
    def elements(self) -> tuple[Element, ...]:
        """The places of the phrase, made when they are first tried."""
        return _elements(self.source)

    @property
    def required(self) -> tuple[frozenset[int], ...]:
        """Hashes of words, one of each set of which stands wherever the phrase does."""
        return () if self.language in SPACELESS else _required(self.source)

    @property
    def reach(self) -> int:
        """Words of a text from any of the phrase's own words to any other, at the most."""
        return _reach(self.source)

    @property
    def required_signs(self) -> tuple[str, ...]:
        """Signs, one of each string of which stands wherever the phrase does."""
        return _required_signs(self.source)


@cache
def _elements(source: str) -> tuple[Element, ...]:
    return tuple(map(compiled, source.split()))


@cache
def _required(source: str) -> tuple[frozenset[int], ...]:
    sure = [token.split("|") for token in source.split() if _is_sure(token)]
    hashed = {word: _hashes([word])[0] for alternatives in sure for word in alternatives}
    # What is read as several words may be written as one, and the other way round.
    return tuple(
        frozenset(hashed[word][0] for word in alternatives)
        for alternatives in sure
        if all(len(hashed[word]) == len(tokens(word)) == 1 for word in alternatives)
    )


@cache
def _reach(source: str) -> int:
    # Twice what is read, as it may be written otherwise.
    sizes = ((_REACH.get(one) or max(len(tokens(word)) for word in one.split("|"))) for one in source.split())
    return 2 * sum(sizes)


_REACH = {"*": 24, "#": 8, "^": 1}
"""Words that a slot, a number and a capital may be."""


@cache
def _required_signs(source: str) -> tuple[str, ...]:
    only = [token for token in source.split() if not (token.endswith("?") or "|" in token)]
    return tuple(
        written_alike(sign.fold) for token in only if token not in MARKERS
        for sign in tokens(token) if sign.fold and not sign.is_word
    )  # fmt: skip


SHORT_LINE = 80
"""Code points a line may have to be looked up as a whole ..."""

SHORT_PHRASE = 8
"""... and spaces, unless it is a menu: parts between signs. Twice what the longest line of the files has, if that is
longer: numbers and signs do not count."""

MORE_AGENCIES = 3
"""Agencies that sign together beside the first. Bounded, as "APA/dpa" is one name and two."""

SIEVE = 1 << 18
"""Flags of a sieve: some twenty times the keys, so that nearly all words without a phrase fall through."""


SINGLE, OPENING, FIRST, SECOND, OPENER, NAME, NAME_HEAD = (1 << bit for bit in range(7))
"""What a word may be: an anchor by itself, one of phrases that all open a sentence with it, one of a pair, the first of
a line, the last or the first of an agency. A pair is `SINGLE` or `OPENING` too."""


class Sieve:
    """Tells fast, by their hashes, the few words of many that may be something; lets a few others through."""

    def __init__(self, words: Mapping[int, Iterable[int]], pairs: Mapping[int, Iterable[int]]) -> None:
        self._words, self._pairs = np.zeros(SIEVE, np.uint8), np.zeros(SIEVE, np.uint8)
        for table, kinds in ((self._words, words), (self._pairs, pairs)):
            for bit, keys in kinds.items():
                table[np.fromiter(keys, np.uint64) & np.uint64(SIEVE - 1)] |= bit

    def bits(self, hashes: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """Return what each word may be."""
        found: NDArray[np.uint8] = self._words[hashes & np.uint32(SIEVE - 1)]
        return found

    def pairs(self, keys: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """Return what each key of a pair may be."""
        found: NDArray[np.uint8] = self._pairs[keys & np.uint64(SIEVE - 1)]
        return found


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases of the chosen languages, and what finds them fast.

    `lines` and `menus` are folded (see `folded_line`), `openers` the first words of `lines`. `singles` and
    `pairs` hold patterns by the hash of one word and the key of two neighbours (see `double_keys`); `signs` holds
    those without a whole word ("© 2019"), by the sign in them. `agencies` are names, which end in one of `signers`
    (two letters). `sieve` tells words that may be of any of these. Lines of more than `most_points` code points, or
    `most_spaces` spaces, are none of `lines`.
    """

    lines: frozenset[str]
    openers: frozenset[str]
    menus: frozenset[str]
    singles: Mapping[int, Sequence[Pattern]]
    pairs: Mapping[int, Sequence[Pattern]]
    signs: Mapping[str, Sequence[Pattern]]
    agencies: tuple[str, ...]
    signers: frozenset[str]
    sieve: Sieve
    most_points: int
    most_spaces: int


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file."""
    folder = files("dedup") / "data" / "furniture"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".json")))


@cache
def languages_known() -> frozenset[str]:
    """Return the languages that have a file, as the language stage spells them."""
    return frozenset(map(str, map(facts.normal_code, languages())))


@cache
def lexicon(chosen: tuple[str, ...] = (), own: tuple[str, ...] = ()) -> Lexicon:
    """Return the lexicon of the chosen languages, of all of them by default, and of files of the user's own."""
    data = [*(furniture(name) for name in chosen or languages()), *map(orjson.loads, own)]
    called = [(anchor, one) for entry in data for one in patterns(entry, own) for anchor in one.anchors]
    signs: dict[str, list[Pattern]] = {}
    singles: dict[int, list[Pattern]] = {}
    pairs: dict[int, list[Pattern]] = {}
    coupled: list[tuple[list[int], Pattern]] = []
    for hashes, (anchor, pattern) in zip(_hashes([anchor for anchor, _ in called]), called, strict=True):
        if is_sign(anchor):
            signs.setdefault(anchor, []).append(pattern)
        elif len(hashes) == 1:
            singles.setdefault(hashes[0], []).append(pattern)
        else:
            coupled.append((hashes[:2], pattern))
    first, second = np.array([two for two, _ in coupled], np.uint32).reshape(-1, 2).T
    for key, (_, pattern) in zip(double_keys(first, second).tolist(), coupled, strict=True):
        pairs.setdefault(key, []).append(pattern)
    lines, menus = _folded_lines(data, "line"), _folded_lines(data, "menu")
    openers = frozenset(line.split(" ")[0] for line in lines)
    names = sorted({name for entry in data for name in _listed(entry, "agencies")})
    spelled = _hashes([*names, *agencies().names])
    long = ["", "", *(line for entry in data for line in _listed(entry, "line") if _is_long(line))]
    kinds = {
        **_by_opening(singles), FIRST: first.tolist(), SECOND: second.tolist(),
        OPENER: (first for first, *_ in _hashes(openers)),
        NAME: (last for *_, last in spelled), NAME_HEAD: (first for first, *_ in spelled),
    }  # fmt: skip
    return Lexicon(
        lines, openers, menus, singles, pairs, signs, tuple(names),
        frozenset(name[-2:] for name in names), Sieve(kinds, _by_opening(pairs)),
        max(SHORT_LINE, *(2 * len(line) for line in long)), max(SHORT_PHRASE, *(2 * line.count(" ") for line in long)),
    )  # fmt: skip


def _by_opening(net: Mapping[int, Sequence[Pattern]]) -> dict[int, list[int]]:
    """The keys of a net by whether all their patterns open a sentence with it."""
    opening = {
        key for key, some in net.items() if all(one.place == 0 and one.shape != "inside" for one in some)
    }
    return {OPENING: [*opening], SINGLE: [key for key in net if key not in opening]}


def _is_long(line: str) -> bool:
    return len(line) > SHORT_LINE or line.count(" ") > SHORT_PHRASE


def _hashes(phrases: Iterable[str]) -> list[list[int]]:
    """The hashes of the words of each phrase."""
    columns = words.split([*phrases])
    hashes, bounds = columns.hashes.tolist(), columns.art_words.tolist()
    return [hashes[first:last] for first, last in pairwise(bounds)]


@cache
def signatures(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the expressions for agencies in brackets and at a line's end (group 1)."""
    name = f"(?:{'|'.join(map(re.escape, reversed(names))) or '(?!)'})"
    several = f"{name}(?:\\s?[/,&+-]\\s?{name}){{0,{MORE_AGENCIES}}}"
    signing = f'(?:^|[—–/]\\s?|\\s--?\\s?|(?<=[.!?…»”"])\\s)({several})(?=[.\\s]{{0,2}}$)'
    return re.compile(f"[(（\\[]{several}[)）\\]]"), re.compile(signing)


@cache
def speech_of(language: str, own: tuple[str, ...] = ()) -> Speech:
    """Return a language's service vocabulary, with what files of the user's own say of it."""
    data = [entry for entry in map(orjson.loads, own) if entry["language"] == language]
    if language in languages():
        data.append(furniture(language))
    phrases = [phrase for entry in data for phrase in _listed(entry, "line")]
    phrases += [p.replace("|", " ") for entry in data for shape in SHAPES for p in _listed(entry, shape)]
    lists = (
        [word for entry in data for word in str(entry.get(key, "")).split()]
        for key in ("words", "small", "told")
    )
    return speech(phrases, *lists, spaceless=language in SPACELESS)


def _listed(data: Mapping[str, object], key: str) -> list[str]:
    listed = data.get(key, [])
    assert isinstance(listed, (list, dict))
    return list(map(str, listed))


def _folded_lines(data: Sequence[Mapping[str, object]], key: str) -> frozenset[str]:
    return frozenset(folded_line(line) for entry in data for line in _listed(entry, key))


def folded_line(line: str) -> str:
    """Return the line's words in small letters, without numbers and signs.

    >>> folded_line("» Comments (12)")
    'comments'
    """
    # The signs of ASCII are told without an expression, in half the time.
    found = line.lower().translate(_SPACED).split() if line.isascii() else _WORDS.findall(line.casefold())
    return " ".join([word for word in found if not word.isdigit()])


_WORDS = re.compile(f"{LETTER}+")
_SPACED = {code: " " for code in range(128) if not _WORDS.match(chr(code))}


def double_keys(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return a key for each pair of hashes."""
    keys: NDArray[np.uint64] = first.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ second
    return keys


@cache
def furniture(language: str) -> Mapping[str, object]:
    """Return the data file of a language, decoded."""
    data = orjson.loads((files("dedup") / "data" / "furniture" / f"{language}.json").read_bytes())
    assert isinstance(data, dict)
    return data


def patterns(data: Mapping[str, object], own: tuple[str, ...] = ()) -> Iterator[Pattern]:
    """Compile the patterns of a data file."""
    language = str(data["language"])
    for shape in SHAPES:
        entries = data.get(shape, {})
        assert isinstance(entries, dict)
        for source, example in entries.items():
            place, anchors = _anchors(source.split(), shape)
            yield Pattern(language, shape, source, str(example), tuple(anchors), place, own)


def _anchors(places: Sequence[str], shape: Shape) -> tuple[int, list[str]]:
    """Return words, pairs of neighbours or signs, one of which each text with the phrase must hold, and their place.

    Of pairs the first, as few words open a sentence; where the phrase need not open one, the longest, as "in the
    comments" is rarer by its end.
    """
    sure = [token.split("|") if _is_sure(token) else None for token in places]
    pairs = [
        (place, [f"{a} {b}" for a, b in product(first, second)])
        for place, (first, second) in enumerate(pairwise(sure)) if first and second
    ]  # fmt: skip
    if pairs:
        return pairs[0] if shape != "inside" else max(pairs, key=_shortest)
    groups = [(place, group) for place, group in enumerate(sure) if group]
    if groups:
        return max(groups, key=_shortest)
    return next((place, [token]) for place, token in enumerate(places) if is_sign(token))


def _shortest(anchors: tuple[int, Sequence[str]]) -> int:
    return min(map(len, anchors[1]))


def _is_sure(token: str) -> bool:
    if token.endswith("?"):
        return False
    return all(any(c.isalnum() for c in word) and not word.endswith("~") for word in token.split("|"))
