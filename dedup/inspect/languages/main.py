"""The main language of an article, from all of its words; "undecided" is an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import cyrillic, facts
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, MIXED, NO_PROSE
from dedup.inspect.languages.vocabulary import Vocabulary
from dedup.inspect.languages.words import plain


@dataclass(frozen=True, slots=True)
class MainLanguage:
    """The language or the two languages an article is written in; no code: undecided.

    `confidence` in [0, 1]. `script` is the ISO 15924 code of most of its letters, "" where it has none.
    """

    codes: tuple[str, ...] = ()
    confidence: float = 0.0
    script: str = ""


@dataclass(frozen=True, slots=True)
class Main:
    """A main language and its column of the evidence; -1 where words are not weighed against it."""

    language: MainLanguage
    column: int = -1


# A text in a language that the scorer knows has at least this share of known words in its lines, and
# its language leads the next one by this share of the evidence. Measured on NTREX-128: Russian has
# (.99, .19) at the least, English (.94, .49), Bulgarian (.99, .17); Tatar taken for Russian at most
# (.65, .47), Kyrgyz (.87, .46).
_SURE = ((0.87, 0.2), (0.97, 0.16))
# The same where a close relative is unknown to the scorer: Serbian has (.93, .25) at the least, and
# Macedonian taken for it (.99, .26) at most; Dutch (.96, .72), and Afrikaans (.84, .77).
_SURE_WITH_RIVAL = ((0.97, 0.3),)
# English, whose tables of markets have the fewest known words, has no relative to be mistaken for.
_SURE_ENGLISH = ((0.7, 0.35),)
_SECOND_SHARE, _SECOND_VOTES = 0.35, 80
_LEAST_VOTES = 6
_NEARLY = 0.9
"""A declared language is taken that has this share of the best one's evidence."""
_HEAD = 800
"""Code points of a text that the wide scorer is asked about ..."""
_CLEAR = 10
"""... and the nats by which it must prefer its first answer."""
_STRANGE = 0.04
"""A line with so many words of letters that a language lacks, or that a neighbour says otherwise, is in another.
Measured on NTREX-128: none in 99 of 100 sentences of languages that the scorer knows; a tenth, mostly, in Kyrgyz
taken for Russian ..."""
_IMPOSSIBLE = 0.1
"""... with so many it is out of the question ..."""
_MOSTLY = 0.5
"""... and a text with more than so many of its words in such lines is."""
_OWN_SHARE = 0.7
"""Share of the words that must lie in lines of a main language told by the head. Measured on NTREX-128: .9
and more for languages the scorer knows, mostly under .6 for those it takes for another."""


def first_guesses(batch: Batch, vocabulary: Vocabulary) -> list[MainLanguage]:
    """The language of most lines of each text, however little speaks for it."""
    scripts = batch.scripts()
    codes = [(code,) if code != "und" else () for code in vocabulary.codes]
    guesses = np.where(batch.votes.any(axis=1), batch.votes.argmax(axis=1), -1).tolist()
    return [MainLanguage(codes[place], 0.0, script) for place, script in zip(guesses, scripts, strict=True)]


def taken_for_told(
    batch: Batch, text: int, code: str, vocabulary: Vocabulary, wide: Sequence[str]
) -> Main | None:
    """The main language of a text that is told beforehand; None where the wide scorer is to be asked."""
    column = vocabulary.codes.index(code) if code in vocabulary.codes else -1
    if column < 0 and any(facts.same(code, known) for known in wide):
        return None
    return Main(MainLanguage((code,), 0.9, batch.scripts()[text]), column)


def decide(batch: Batch, declared: Sequence[str | None], vocabulary: Vocabulary) -> list[Main | None]:
    """Decide the main language of each text of a batch; None where the scorer may not know it.

    A declared language decides between languages that the text hardly tells apart.
    """
    # Lines vote with their words, not their evidence: a few foreign words may weigh more than many others.
    votes = batch.votes
    own = _with_declared(batch, votes.argmax(axis=1), declared, vocabulary)
    texts = np.arange(len(own))
    second = np.where(vocabulary.close[own], -1, votes)[:, :-1].argmax(axis=1)
    known = batch.known / np.maximum(1, votes)
    rivals = np.where(vocabulary.same[own], 0, batch.total).max(axis=1)
    lead = 1 - rivals / np.maximum(1, batch.total[texts, own])
    scripts = batch.scripts()
    cast = votes.sum(axis=1)
    firsts, seconds = (
        [cyrillic.BITS.get(vocabulary.codes[n], 0) for n in some.tolist()] for some in (own, second)
    )
    strange = _strange_words(batch, firsts)
    strange_to_both = _strange_words(batch, [a and b and a | b for a, b in zip(firsts, seconds, strict=True)])
    rows = zip(
        own.tolist(), second.tolist(), cast.tolist(), votes[texts, own].tolist(), votes[texts, second].tolist(),
        known[texts, own].tolist(), known[texts, second].tolist(), lead.tolist(),
        (strange <= _MOSTLY).tolist(), (strange_to_both <= _MOSTLY).tolist(), strict=True,
    )  # fmt: skip
    found: list[Main | None] = []
    for text, (a, b, all_votes, for_a, for_b, known_a, known_b, ahead, is_a, is_either) in enumerate(rows):
        if all_votes < _LEAST_VOTES:
            found.append(Main(MainLanguage((), 0.0, scripts[text])))
        elif is_either and _is_second(for_b, all_votes, min(known_a, known_b)):
            codes = (vocabulary.codes[a], vocabulary.codes[b])
            found.append(Main(MainLanguage(codes, 0.9, scripts[text])))
        elif is_a and _is_sure(vocabulary, a, known_a, ahead):
            code, wanted = vocabulary.codes[a], facts.normal_code(declared[text])
            code = wanted if wanted is not None and facts.same(wanted, code) else code
            doubt = math.exp(-ahead * for_a / 4)
            found.append(Main(MainLanguage((code,), round(1 - doubt, 4), scripts[text]), a))
        else:
            found.append(None)
    return found


def _strange_words(batch: Batch, languages: Sequence[int], share: float = _STRANGE) -> NDArray[np.float64]:
    """The share of each text's words in lines that can be in none of its languages: bits of `cyrillic.BITS`.

    A line in which few words are so has a name or a quotation of another language.
    """
    words = batch.words
    bits = np.array(languages, np.uint16)
    if not bits.any() or not words.key.size:
        return np.zeros(len(languages))
    sizes = np.diff(words.line)
    own = np.repeat(bits[words.text_of_line], sizes)
    prose = words.flags & (CAPITAL | NO_PROSE | MIXED) == 0
    barred = prose & (own != 0) & (batch.barred[batch.rows] & own == own)
    starts = words.line[:-1]
    least = share * np.maximum(1, np.add.reduceat(prose.astype(np.int64), starts))
    strange = sizes * (np.add.reduceat(barred.astype(np.int64), starts) >= least)
    total, found = (np.bincount(words.text_of_line, n, len(languages)) for n in (sizes, strange))
    mostly: NDArray[np.float64] = found / np.maximum(1, total)
    return mostly


def _impossible(batch: Batch, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Which languages each text cannot be in by its letters and words, shape (texts, languages)."""
    size = batch.letters.shape[0]
    found = np.zeros((size, len(vocabulary.codes) - 1), np.bool_)
    for code, bit in cyrillic.BITS.items():
        if code in vocabulary.codes:
            strange = _strange_words(batch, [bit] * size, _IMPOSSIBLE)
            found[:, vocabulary.codes.index(code)] = strange > _MOSTLY
    return found


def decide_by_head(batch: Batch, declared: Sequence[str | None], vocabulary: Vocabulary) -> list[Main]:
    """Decide as `decide` does where the scorer knows no word for sure, only more and less likely ones.

    Undecided where the text's head is not clearly of one language, or of one in another script.
    """
    scripts = batch.scripts()
    asked = batch.votes.sum(axis=1) >= _LEAST_VOTES
    impossible = _impossible(batch, vocabulary)
    found: list[Main] = []
    heads = vocabulary.scorer.scores([plain(batch.head(text, _HEAD)) for text in range(len(scripts))])
    heads[impossible] = 0
    for text, (script, scores) in enumerate(zip(scripts, heads, strict=True)):
        order = np.argsort(scores)[::-1]
        column = int(order[0])
        clear = bool(asked[text]) and float(scores[order[0]] - scores[order[1]]) >= _CLEAR
        wanted = facts.normal_code(declared[text])
        if wanted in [vocabulary.codes[place] for place in order[:5]]:
            column, clear = vocabulary.codes.index(str(wanted)), True
        code = facts.NAMED.get(vocabulary.codes[column], vocabulary.codes[column])
        own = int(batch.votes[text][vocabulary.same[column]].sum())
        if clear and script in facts.scripts_of(code) and own >= _OWN_SHARE * int(batch.votes[text].sum()):
            found.append(Main(MainLanguage((code,), 0.8, script), column))
        else:
            found.append(Main(MainLanguage((), 0.0, script)))
    return found


def confirmed(batch: Batch, text: int, main: Main, vocabulary: Vocabulary) -> Main | None:
    """Return a main language told by its head with its column in another vocabulary that knows its words."""
    code = main.language.codes[0] if main.language.codes else "und"
    column = vocabulary.codes.index(code) if code in vocabulary.codes else -1
    if code == "und" or column < 0:
        return None
    known, votes = int(batch.known[text, column]), int(batch.votes[text, column])
    return replace(main, column=column) if votes and known >= _SURE[0][0] * votes else None


def _with_declared(
    batch: Batch, own: NDArray[np.int64], declared: Sequence[str | None], vocabulary: Vocabulary
) -> NDArray[np.int64]:
    """Take the declared language where it has nearly as much evidence as the best."""
    for text, code in enumerate(map(facts.normal_code, declared)):
        column = _column_of(code, vocabulary)
        if column is not None and batch.total[text, column] >= _NEARLY * batch.total[text, own[text]]:
            own[text] = column
    return own


def _column_of(code: str | None, vocabulary: Vocabulary) -> int | None:
    """The column of a language, or of one that is the same for us."""
    if code is None or code in vocabulary.codes:
        return None if code is None else vocabulary.codes.index(code)
    return next((n for n, known in enumerate(vocabulary.codes) if facts.same(code, known)), None)


def _is_second(votes: int, cast: int, known: float) -> bool:
    return votes >= max(_SECOND_VOTES, _SECOND_SHARE * cast) and known >= _SURE[0][0]


def _is_sure(vocabulary: Vocabulary, own: int, known: float, lead: float) -> bool:
    code = vocabulary.codes[own]
    bounds = _SURE_ENGLISH if code == "en" else _SURE
    if code in facts.RIVALS and facts.RIVALS[code] not in vocabulary.codes:
        bounds = _SURE_WITH_RIVAL
    return code != "und" and any(known >= share and lead >= least for share, least in bounds)
