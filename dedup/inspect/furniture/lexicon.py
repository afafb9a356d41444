"""The service phrases of many languages, from `data/furniture/*.json`, one file a language.

A file holds, beside its `language`:

- `line`: phrases that are furniture where they fill a line ("Related news"); numbers and signs do not count.
- `menu`: section names ("Sports"): furniture only among others of the kind, as an article may have such a
  heading.
- `lead`, `headline`, `start`, `inside`, `credit`: pattern -> an example, which a test runs. A `lead` needs a
  colon, a dash or the line's end after it and takes the rest of the line; a `headline` is a lead that may
  also stand before a capital without any sign. A `start` opens a sentence and takes it, `inside` is anywhere
  in a sentence and takes it. A `credit` opens a sentence and takes the line, or what its brackets hold.
- `agencies`: names as they sign, in the case they are written in.
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

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise, product
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture.matching import LETTER, Element, compiled, is_sign
from dedup.inspect.furniture.prose import Speech, speech
from dedup.inspect.languages import facts
from dedup.text import words

Shape: TypeAlias = Literal["lead", "headline", "start", "inside", "credit"]
SHAPES: tuple[Shape, ...] = ("lead", "headline", "start", "inside", "credit")
LEAD_INS = ("lead", "headline")

SPACELESS = frozenset(("ja", "zh", "th"))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One phrase with slots; `elements` are tried where a sentence begins, or anywhere in it (`inside`)."""

    language: str
    shape: Shape
    source: str
    example: str
    elements: tuple[Element, ...]
    anchors: tuple[str, ...]


MORE_AGENCIES = 3
"""Agencies that sign together beside the first. Bounded, as "APA/dpa" is one name and two."""

SIEVE = 1 << 18
"""Flags of a sieve: some twenty times the keys, so that nearly all words without a phrase fall through."""


@dataclass(frozen=True, slots=True)
class Net:
    """Patterns by the key of what they are found by, with a sieve before: a flag for each key's low bits.

    The key of one word is its hash, that of two neighbours `double_keys`.
    """

    buckets: Mapping[int, Sequence[Pattern]]
    sieve: NDArray[np.bool_]

    def caught(self, keys: NDArray[np.uint64]) -> Iterator[tuple[int, Sequence[Pattern]]]:
        """Yield the place of each key that is in `buckets`, and its patterns."""
        places = np.flatnonzero(self.sieve[(keys & np.uint64(SIEVE - 1)).astype(np.intp)])
        for place, key in zip(places.tolist(), keys[places].tolist(), strict=True):
            if found := self.buckets.get(key):
                yield place, found


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases of the chosen languages, and what finds them fast.

    `lines` and `menus` are folded (see `folded_line`), `openers` the first words of `lines`. `singles` and
    `pairs` catch patterns by one word and by two neighbours; `signs` holds those without a whole word
    ("© 2019"), by the sign in them. `bracketed` and `signing` find agencies,
    whose names end in one of `signers` (two letters). `speech` is each language's service vocabulary.
    """

    lines: frozenset[str]
    openers: frozenset[str]
    menus: frozenset[str]
    singles: Net
    pairs: Net
    signs: Mapping[str, Sequence[Pattern]]
    bracketed: re.Pattern[str]
    signing: re.Pattern[str]
    signers: frozenset[str]
    speech: Mapping[str, Speech]


def languages() -> list[str]:
    """Return the codes of the languages that have a file."""
    folder = files("dedup") / "data" / "furniture"
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".json"))


@cache
def languages_known() -> frozenset[str]:
    """Return the languages that have a file, as the language stage spells them."""
    return frozenset(map(str, map(facts.normal_code, languages())))


@cache
def lexicon(chosen: tuple[str, ...] = ()) -> Lexicon:
    """Return the lexicon of the chosen languages, of all of them by default."""
    names = chosen or tuple(languages())
    data = [furniture(name) for name in names]
    signs: dict[str, list[Pattern]] = {}
    buckets: tuple[dict[int, list[Pattern]], ...] = ({}, {})
    for pattern in (pattern for entry in data for pattern in patterns(entry)):
        for anchor in pattern.anchors:
            if is_sign(anchor):
                signs.setdefault(anchor, []).append(pattern)
            else:
                key, more = _key_of(anchor)
                buckets[more].setdefault(key, []).append(pattern)
    lines, menus = _folded_lines(data, "line"), _folded_lines(data, "menu")
    openers = frozenset(line.split(" ")[0] for line in lines)
    bracketed, signing, signers = _agencies(data)
    return Lexicon(
        lines, openers, menus, _net(buckets[0]), _net(buckets[1]), signs, bracketed, signing, signers,
        dict(map(_speech, data)),
    )  # fmt: skip


def _agencies(
    data: Sequence[Mapping[str, object]],
) -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """Return the expressions for agencies in brackets and at a line's end (group 1), and how names end."""
    names = sorted({name for entry in data for name in _listed(entry, "agencies")})
    name = f"(?:{'|'.join(map(re.escape, reversed(names))) or '(?!)'})"
    several = f"{name}(?:\\s?[/,&+-]\\s?{name}){{0,{MORE_AGENCIES}}}"
    signing = f'(?:^|[—–/]\\s?|\\s--?\\s?|(?<=[.!?…»”"])\\s)({several})(?=[.\\s]{{0,2}}$)'
    ends = frozenset(name[-2:] for name in names)
    return re.compile(f"[(（\\[]{several}[)）\\]]"), re.compile(signing), ends


def _speech(data: Mapping[str, object]) -> tuple[str, Speech]:
    language = str(data["language"])
    phrases = [
        *_listed(data, "line"),
        *(p.replace("|", " ") for shape in SHAPES for p in _listed(data, shape)),
    ]
    own = (str(data.get(key, "")).split() for key in ("words", "small", "told"))
    return language, speech(phrases, *own, spaceless=language in SPACELESS)


def _listed(data: Mapping[str, object], key: str) -> list[str]:
    listed = data.get(key, [])
    assert isinstance(listed, (list, dict))
    return list(map(str, listed))


def _net(buckets: Mapping[int, Sequence[Pattern]]) -> Net:
    sieve = np.zeros(SIEVE, bool)
    sieve[np.array(list(buckets), np.uint64) & np.uint64(SIEVE - 1)] = True
    return Net(buckets, sieve)


def _folded_lines(data: Sequence[Mapping[str, object]], key: str) -> frozenset[str]:
    return frozenset(folded_line(line) for entry in data for line in _listed(entry, key))


def folded_line(line: str) -> str:
    """Return the line's words in small letters, without numbers and signs.

    >>> folded_line("» Comments (12)")
    'comments'
    """
    return " ".join(word for word in _WORDS.findall(line.casefold()) if not word.isdigit())


_WORDS = re.compile(f"{LETTER}+")


def double_keys(hashes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return a key for each word with the one after it, shape `(n - 1,)`."""
    first, second = hashes[:-1].astype(np.uint64), hashes[1:].astype(np.uint64)
    keys: NDArray[np.uint64] = first * np.uint64(0x9E3779B97F4A7C15) ^ second
    return keys


def _key_of(anchor: str) -> tuple[int, int]:
    """Return the key of an anchor and how many words beyond the first it takes: 0 or 1."""
    hashes = words.split([anchor]).hashes[:2]
    return int(double_keys(hashes)[0] if hashes.size == 2 else hashes[0]), hashes.size - 1


def furniture(language: str) -> Mapping[str, object]:
    """Return the data file of a language, decoded."""
    text = (files("dedup") / "data" / "furniture" / f"{language}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    assert isinstance(data, dict)
    return data


def patterns(data: Mapping[str, object]) -> Iterator[Pattern]:
    """Compile the patterns of a data file."""
    language = str(data["language"])
    for shape in SHAPES:
        entries = data.get(shape, {})
        assert isinstance(entries, dict)
        for source, example in entries.items():
            tokens = source.split()
            elements = tuple(map(compiled, tokens))
            yield Pattern(language, shape, source, str(example), elements, tuple(_anchors(tokens)))


def _anchors(tokens: Sequence[str]) -> Iterator[str]:
    """Yield words, pairs of neighbours or signs, one of which each text with the phrase must hold."""
    sure = [token.split("|") if _is_sure(token) else None for token in tokens]
    for first, second in pairwise(sure):
        if first and second:
            yield from (f"{a} {b}" for a, b in product(first, second))
            return
    best = max((group for group in sure if group), key=lambda group: min(map(len, group)), default=None)
    yield from best or [token for token in tokens if is_sign(token)][:1]


def _is_sure(token: str) -> bool:
    if token.endswith("?"):
        return False
    return all(any(c.isalnum() for c in word) and not word.endswith("~") for word in token.split("|"))
