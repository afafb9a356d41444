"""Whether a sentence that holds a service phrase is service text as a whole, or news that has the phrase's words.

"We use cookies to improve our website" has next to no word that the phrase files do not know; "The watchdog called
the airline's cookie policy a trap" has mostly such. So the words that carry meaning are counted, known and strange.
A verb of saying ("said", "according to") makes any sentence news.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.inspect.furniture.matching import Token, tokens

STEM = 6
"""Letters that tell a word whatever its ending; shorter ones must be equal."""

SMALL = 3
"""Words of so many letters say nothing, in alphabets with capitals; in others, of one less."""

LONGEST_LONE = 24
"""Letters of the longest known word of a script without spaces."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A language's service vocabulary, folded; `stems` are the beginnings of its long words."""

    known: frozenset[str]
    stems: frozenset[str]
    small: frozenset[str]
    told: frozenset[str]
    told_stems: tuple[str, ...]
    spaceless: bool

    def strange(self, sentence: Sequence[Token]) -> float:
        """The share of strange words among those that carry meaning."""
        if self.spaceless:
            known, all_words = self._lone_counts(sentence)
        else:
            verdicts = [self.knows(token) for token in sentence]
            known, all_words = verdicts.count(True), len(verdicts) - verdicts.count(None)
        return 1 - known / all_words if all_words else 0.0

    def knows(self, token: Token) -> bool | None:
        """Whether a word is of the vocabulary; None if it says nothing."""
        word = token.fold
        if not token.is_word or any(map(str.isdigit, word)) or word in self.small:
            return None
        if word in self.known or (len(word) >= STEM and word[:STEM] in self.stems):
            return True
        return None if len(word) <= _small(word) else False

    def tells(self, sentence: Sequence[Token]) -> bool:
        """Whether it holds a verb of saying."""
        if self.spaceless:
            text = "".join(token.fold for token in sentence)
            return any(word in text for word in self.told)
        return any(
            token.fold in self.told or (self.told_stems and token.fold.startswith(self.told_stems))
            for token in sentence
        )

    def _lone_counts(self, sentence: Sequence[Token]) -> tuple[int, int]:
        """Known words and all of them, a letter of a script without spaces counting as one."""
        folds = [token.fold for token in sentence if token.is_word]
        known = at = 0
        while at < len(folds):
            reach = range(min(LONGEST_LONE, len(folds) - at), 0, -1)
            size = next((n for n in reach if "".join(folds[at : at + n]) in self.known), 0)
            known += size
            at += size or 1
        return known, len(folds)


def _small(word: str) -> int:
    return SMALL if word[0].lower() != word[0].upper() else SMALL - 1


def speech(
    phrases: Iterable[str],
    own: Iterable[str],
    small: Iterable[str],
    told: Iterable[str],
    *,
    spaceless: bool = False,
) -> Speech:
    """Build a vocabulary from the words of phrases and a language's own lists."""
    little, said, named = _words(small), list(told), _words(own)
    if spaceless:
        known = {
            "".join(t.fold for t in tokens(part)) for phrase in [*phrases, *own] for part in phrase.split()
        }
        return Speech(frozenset(known), frozenset(), frozenset(), frozenset(said), (), True)
    words = {word for word in _words(phrases) if len(word) > _small(word)} - little | named
    return Speech(
        frozenset(words),
        frozenset(word[:STEM] for word in words if len(word) >= STEM),
        frozenset(little),
        frozenset(_words(word for word in said if not word.endswith("~"))),
        tuple(_words(word for word in said if word.endswith("~"))),
        False,
    )


def _words(listed: Iterable[str]) -> set[str]:
    return {token.fold for phrase in listed for token in tokens(phrase) if token.is_word}
