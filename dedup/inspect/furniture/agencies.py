"""News agencies: what they are called, how they sign, and whose feed is theirs; from `data/agencies.json`.

The file holds, beside other things that a credit is told by:

- `agencies`: name -> other spellings of it, in all scripts, as they sign (case counts) or as sources call them;
- `together`: spellings that stand for several agencies; `nobody`: what signs like an agency and names none;
- `pictures`: words, in small letters, that credit a picture and not the text;
- `by`: words that open a byline, `staff`: what may follow the agency in one;
- `signoffs`: agency -> words that only its sign-off has together on a line ("Reporting by ... Editing by ...");
- `fields`: keys of a record that credit somebody, among them those of ninjs and NewsML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

import orjson

_SPACED = re.compile(r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A letter of a script that parts words by spaces (Korean does, but ties particles to names)."""

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?")


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agencies known; `names` are the sure ones for each spelling, none for what names nobody."""

    names: Mapping[str, tuple[str, ...]]
    spellings: re.Pattern[str]
    sources: Mapping[str, str]
    pictures: frozenset[str]
    by: frozenset[str]
    staff: tuple[str, ...]
    signoffs: Mapping[str, Sequence[Sequence[str]]]
    fields: tuple[str, ...]

    def named(self, text: str) -> tuple[str, ...]:
        """The agencies whose names stand in a text, in order, each once."""
        found = (name for match in self.spellings.finditer(text) for name in self.names[match[0]])
        return tuple(dict.fromkeys(found))

    def of_source(self, source: str) -> str | None:
        """The agency whose feed a source is, by its name or address.

        >>> agencies().of_source("www.reuters.com"), agencies().of_source("AFP World"), agencies().of_source("The Post")
        ('Reuters', 'AFP', None)
        """
        words = re.split(r"[^\w']+", _ADDRESS.sub("", source.strip().casefold()))
        heads = (" ".join(words[:size]) for size in range(min(4, len(words)), 0, -1))
        return next((self.sources[head] for head in heads if head in self.sources), None)


@cache
def agencies() -> Agencies:
    """All agencies known."""
    data = orjson.loads((files("dedup") / "data" / "agencies.json").read_bytes())
    names: dict[str, tuple[str, ...]] = {name: () for name in data["nobody"]}
    names |= {spelling: tuple(several) for spelling, several in data["together"].items()}
    for name, others in data["agencies"].items():
        names |= {spelling: (name,) for spelling in (name, *others)}
    sources = {
        " ".join(re.split(r"[^\w']+", spelling.casefold())).strip(): several[0]
        for spelling, several in names.items() if len(several) == 1
    }  # fmt: skip
    return Agencies(
        names, _any_of(names), sources, frozenset(data["pictures"]), frozenset(data["by"]), tuple(data["staff"]),
        data["signoffs"], tuple(data["fields"]),
    )  # fmt: skip


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Finds names, the longest first, as words of their own where their script has such.

    Each letter that names begin with is a branch, so that a text is searched for these letters alone.
    """
    longest = sorted(names, key=lambda name: (name[0], -len(name), name))
    branches = [_beginning_with(first, [*some]) for first, some in groupby(longest, itemgetter(0))]
    return re.compile("|".join(branches))


def _beginning_with(first: str, names: Sequence[str]) -> str:
    letter = re.escape(first)
    begin = f"{letter}(?<!\\w{letter})" if _SPACED.match(first) else letter
    return f"{begin}(?:{'|'.join(map(_rest, names))})"


def _rest(name: str) -> str:
    end = r"(?!\w)" if _SPACED.match(name[-1]) else ""
    return re.escape(name[1:]) + end
