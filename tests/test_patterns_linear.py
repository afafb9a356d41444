"""No expression and no phrase takes more than linear time: steps are counted on hostile runs, no clock is read.

`Steps` reads an expression as Python's own engine does, backtracking, and counts the characters it looks at.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import product, takewhile
from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup.inspect.furniture import known_marks, matching
from dedup.inspect.furniture.lexicon import furniture, languages, lexicon, patterns, signatures
from dedup.text.expressions import Expression
from dedup.text.mojibake import code_pages
from dedup.text.words import split

_SINCE_311 = sys.version_info >= (3, 11)
sre: Any = importlib.import_module("re._constants" if _SINCE_311 else "sre_constants")
_parser: Any = importlib.import_module("re._parser" if _SINCE_311 else "sre_parse")

RUNS = (
    "a", "A", "é", "а", "a ", " ", "\t", "\u0301", "a\u0301", "!",
    ".", "!)", '"', "'", "(", ")", "-", "–", ":", "|", "©", "1",
    "1.", ". ", "? ", " | ", "a. ", "A. ", "a, ", "/a", "a:", "<",
    "</", "=", "\u00ad", "a\u00ad", "\u200b", "ａ", "ɡ", "Ã©", "à€", "。",
    "क", "字", "aа", "\u202e", "APA/dpa/", "«", "»a", "{", "}", "\\",
    "<?x?>", "<!--a-->", "<!a[b]>", "<a b>", '"a":',
)  # fmt: skip
ENDS = ("", " x", "9", "!")
SHORT, LONG = 20, 80
ALLOWED = 6
"""Times as many steps for four times the run, and some at the ends; a quadratic expression takes sixteen."""


class Steps:
    """A backtracking reading of one expression."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.tree = _parser.parse(pattern.pattern, pattern.flags & ~(re.DEBUG))
        self.pattern, self.flags, self.taken = pattern.pattern, pattern.flags, 0
        self.text: Any = ""

    def of(self, text: str, use: str) -> int:
        """Steps of one use on a text: `match` and `fullmatch` look at its beginning, all others go through it."""
        self.text, self.taken = text.encode() if isinstance(self.pattern, bytes) else text, 0
        if use.endswith("match"):
            ends = self._all(list(self.tree), 0)
            next((end for end in ends if use == "match" or end == len(self.text)), None)
            return self.taken
        at = 0
        while at <= len(self.text):
            end = next(self._all(list(self.tree), at), None)
            at = at + 1 if end is None or end == at else end
        return self.taken

    def first(self) -> str:
        """The letters that everything found begins with."""
        letters = takewhile(lambda node: node[0] is sre.LITERAL, list(self.tree))
        return "".join(chr(code) for _, code in letters)

    def _all(self, nodes: Sequence[Any], at: int) -> Iterator[int]:
        if not nodes:
            yield at
            return
        for end in self._one(nodes[0], at):
            yield from self._all(nodes[1:], end)

    def _one(self, node: Any, at: int) -> Iterator[int]:
        kind, value = node
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            yield from self._repeated(*value, at, kind is sre.MIN_REPEAT)
        elif kind is sre.BRANCH:
            for choice in value[1]:
                yield from self._all(list(choice), at)
        elif kind is sre.SUBPATTERN:
            yield from self._all(list(value[3]), at)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            if (self._asserts(*value, at)) == (kind is sre.ASSERT):
                yield at
        elif kind in (sre.AT, sre.GROUPREF):
            self.taken += 1
            if self._at(node, at):
                yield at
        else:
            self.taken += 1
            if at < len(self.text) and self._is_in(node, self.text[at : at + 1]):
                yield at + 1

    def _at(self, node: Any, at: int) -> bool:
        if node[0] is sre.GROUPREF:
            return True
        flags = re.M if self.flags & re.M else 0
        name = {
            "AT_BEGINNING": "^", "AT_END": "$", "AT_BEGINNING_STRING": r"\A", "AT_END_STRING": r"\Z",
            "AT_BOUNDARY": r"\b", "AT_NON_BOUNDARY": r"\B",
        }[str(node[1])]  # fmt: skip
        return re.compile(_like(name, self.text), flags).match(self.text, at) is not None

    def _asserts(self, direction: int, body: Any, at: int) -> bool:
        if direction > 0:
            return next(self._all(list(body), at), None) is not None
        start = at - body.getwidth()[0]
        return start >= 0 and at in self._all(list(body), start)

    def _repeated(self, least: int, most: int, body: Any, at: int, lazy: bool) -> Iterator[int]:
        nodes = list(body)
        if len(nodes) == 1 and nodes[0][0] in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY):
            end = at
            while end - at < most and next(self._one(nodes[0], end), None) is not None:
                end += 1
            ends = range(at + least, end + 1)
            for place in ends if lazy else reversed(ends):
                self.taken += 1
                yield place
            return
        yield from self._group(least, most, nodes, at, 0)

    def _group(self, least: int, most: int, nodes: Sequence[Any], at: int, done: int) -> Iterator[int]:
        if done < most:
            for end in self._all(nodes, at):
                if end > at:
                    yield from self._group(least, most, nodes, end, done + 1)
        if done >= least:
            yield at

    def _is_in(self, node: Any, character: Any) -> bool:
        key = repr(node), character
        if key not in _SEEN:
            _SEEN[key] = _fits(node, character, self.flags)
        return _SEEN[key]


_SEEN: dict[Any, bool] = {}


def _like(name: str, text: Any) -> Any:
    return name.encode() if isinstance(text, bytes) else name


def _fits(node: Any, character: Any, flags: int) -> bool:
    kind, value = node
    code = ord(character)
    same = {code} if not flags & re.I else {code, *map(ord, {_cased(character)})}
    if kind is sre.ANY:
        return character not in ("\n", b"\n")
    if kind is sre.LITERAL:
        return value in same
    if kind is sre.NOT_LITERAL:
        return value not in same
    negated = value[0][0] is sre.NEGATE
    return any(_has(item, same, character) for item in value if item[0] is not sre.NEGATE) != negated


def _cased(character: Any) -> Any:
    swapped = character.swapcase()
    return swapped if len(swapped) == 1 else character


def _has(item: Any, codes: set[int], character: Any) -> bool:
    kind, value = item
    if kind is sre.LITERAL:
        return value in codes
    if kind is sre.RANGE:
        return any(value[0] <= code <= value[1] for code in codes)
    name = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[
        str(value).removeprefix("CATEGORY_").removeprefix("NOT_")
    ]
    return (re.match(_like(name, character), character) is not None) != ("NOT_" in str(value))


def expressions() -> Iterator[tuple[str, tuple[re.Pattern[Any], str]]]:
    """Yield each expression of the package by name, and how it is used: `search`, `match` or `fullmatch`."""
    for found in pkgutil.walk_packages(dedup.__path__, "dedup."):
        if found.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(found.name)
        except ImportError:  # an extra that is not installed
            continue
        for name, value in vars(module).items():
            value = value.compiled if isinstance(value, Expression) else value
            if isinstance(value, re.Pattern):
                source = Path(str(module.__file__)).read_text("utf-8")
                uses = re.findall(rf"\b{name}\.(\w+)\(", source)
                yield f"{found.name}.{name}", (value, uses[0] if len(set(uses)) == 1 else "search")
            elif isinstance(getattr(value, "__self__", None), re.Pattern):
                yield f"{found.name}.{name}", (value.__self__, value.__name__)
    bracketed, signing = signatures(lexicon(("de", "en")).agencies)
    yield "agencies in brackets", (bracketed, "search")
    yield "agencies that sign", (signing, "search")
    yield from ((f"mojibake of {page.name}", (page.run, "match")) for page in code_pages())


EXPRESSIONS = dict(expressions())


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_takes_linear_time_on_any_run(name: str) -> None:
    pattern, use = EXPRESSIONS[name]
    steps = Steps(pattern)
    for begin, run in product({"", steps.first()}, RUNS):
        for end in ENDS:
            few, many = (steps.of(begin + run * count + end, use) for count in (SHORT, LONG))
            assert many <= ALLOWED * few + 100, (begin, run, end, few, many)


PHRASES = [pattern for language in languages() for pattern in patterns(furniture(language))]
WORDS = sorted(
    {word for phrase in PHRASES for word in phrase.source.replace("|", " ").split() if word.isalpha()}
)[::40]


def test_a_phrase_takes_as_many_steps_on_a_long_run_as_on_a_short_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What follows the places that a phrase can reach is never looked at."""
    taken = 0
    plain = matching._next

    def counted(*given: Any) -> int | None:
        nonlocal taken
        taken += 1
        return plain(*given)

    monkeypatch.setattr(matching, "_next", counted)
    for run in (*RUNS, "copied without "):
        texts = [matching.tokens(run * count) for count in (SHORT * 5, LONG * 5)]
        for phrase in PHRASES:
            counts = []
            for text in texts:
                taken = 0
                matching.ends(phrase.elements, text, 0)
                counts.append(taken)
            assert counts[1] <= counts[0] <= 500, (phrase.source, run, counts)


def test_the_furniture_of_a_text_takes_linear_time_on_any_run(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0
    plain = matching._next

    def counted(*given: Any) -> int | None:
        nonlocal taken
        taken += 1
        return plain(*given)

    monkeypatch.setattr(matching, "_next", counted)
    runs = [f"{word}{sign}" for word in WORDS for sign in (" ", ". ", "\n\n", ": ")]
    for run in (*RUNS, "Read also ", "Read also! ", "copied without ", "© ", *runs):
        counts = []
        for count in (SHORT, LONG):
            taken, text = 0, run * count
            known_marks(text, split([text]).paragraphs(0))
            counts.append(taken)
        assert counts[1] <= ALLOWED * counts[0] + 3000, (run, counts)


def test_a_pathological_line_ends_at_once() -> None:
    """Kept as a whole: with an expression over characters this took longer than anybody waits."""
    text = "It may be copied" + "\u0301" * 55 + " x without asking anybody"
    assert known_marks(text, [(0, len(text))]) == []
