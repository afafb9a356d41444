"""The main language of an article, from all of its words; "undecided" is an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.languages import facts
from dedup.languages.alphabet import SCRIPTS
from dedup.languages.batch import Batch
from dedup.languages.scorers import Scorer
from dedup.languages.vocabulary import Vocabulary, plain


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
    """A main language and how to weigh words against it: its column of the evidence (-1: do not), and the
    least that a word counts for it, in sixteenths of the column "und" (0: the scorer knows the language)."""

    language: MainLanguage
    column: int = -1
    floor: int = 0


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
_SECOND_SHARE, _SECOND_WORDS = 0.35, 40
_LEAST_WORDS = 3
_HEAD = 800
"""Code points of a text that the wide scorer is asked about."""
_CLEAR = 10
"""Nats by which it must prefer its first language."""
_NEARLY = 0.9
_SIXTEENTHS = 16
_FLOOR = 20


def decide(
    batch: Batch, declared: Sequence[str | None], vocabulary: Vocabulary, wide: Scorer
) -> list[Main]:  # fmt: skip
    """Decide the main language of each text of a batch.

    `wide` is asked about the head of a text in a language that the vocabulary's scorer does not know. A
    declared language decides between languages that the text hardly tells apart.
    """
    # Lines vote with their words, not their evidence: a few foreign words may weigh more than many others.
    votes = batch.votes
    own = _with_declared(batch, votes.argmax(axis=1), declared, vocabulary)
    texts = np.arange(len(own))
    second = np.where(vocabulary.close[own], -1, votes)[:, :-1].argmax(axis=1)
    known = batch.known / np.maximum(1, votes)
    rivals = np.where(vocabulary.same[own], 0, batch.total).max(axis=1)
    lead = 1 - rivals / np.maximum(1, batch.total[texts, own])
    scripts = [SCRIPTS[place] for place in batch.letters.argmax(axis=1)]
    words = votes.sum(axis=1)
    found: list[Main] = []
    for text, (a, b) in enumerate(zip(own.tolist(), second.tolist(), strict=True)):
        script = scripts[text] if batch.letters[text].any() else ""
        wanted = facts.normal_code(declared[text])
        if words[text] < _LEAST_WORDS:
            found.append(Main(MainLanguage((), 0.0, script)))
        elif _is_second(int(votes[text, b]), int(words[text]), float(min(known[text, a], known[text, b]))):
            codes = (vocabulary.codes[a], vocabulary.codes[b])
            found.append(Main(MainLanguage(codes, 0.9, script)))
        elif _is_sure(vocabulary, a, float(known[text, a]), float(lead[text])):
            code = vocabulary.codes[a]
            code = wanted if wanted is not None and facts.same(wanted, code) else code
            doubt = math.exp(-float(lead[text] * votes[text, a]) / 2)
            found.append(Main(MainLanguage((code,), round(1 - doubt, 4), script), a))
        else:
            found.append(_ask_wide(batch, text, wanted, script, vocabulary, wide))
    return found


def _with_declared(
    batch: Batch, own: NDArray[np.int64], declared: Sequence[str | None], vocabulary: Vocabulary
) -> NDArray[np.int64]:
    """Take the declared language where it has nearly as much evidence as the best."""
    for text, code in enumerate(map(facts.normal_code, declared)):
        if code in vocabulary.codes:
            column = vocabulary.codes.index(code)
            if batch.total[text, column] >= _NEARLY * batch.total[text, own[text]]:
                own[text] = column
    return own


def _is_second(votes: int, words: int, known: float) -> bool:
    return votes >= max(_SECOND_WORDS, _SECOND_SHARE * words) and known >= _SURE[0][0]


def _is_sure(vocabulary: Vocabulary, own: int, known: float, lead: float) -> bool:
    code = vocabulary.codes[own]
    bounds = _SURE_ENGLISH if code == "en" else _SURE
    if code in facts.RIVALS and facts.RIVALS[code] not in vocabulary.codes:
        bounds = _SURE_WITH_RIVAL
    return code != "und" and any(known >= share and lead >= least for share, least in bounds)


def _ask_wide(
    batch: Batch, text: int, declared: str | None, script: str, vocabulary: Vocabulary, wide: Scorer
) -> Main:
    scores = wide.scores([plain(batch.head(text, _HEAD))])[0]
    order = np.argsort(scores)[::-1]
    code = wide.languages[int(order[0])]
    clear = float(scores[order[0]] - scores[order[1]]) >= _CLEAR
    if declared is not None and script in facts.scripts_of(declared):
        likely = [wide.languages[i] for i in order[:5]]
        if declared not in wide.languages or declared in likely:
            code, clear = declared, True
    if not clear or script not in facts.scripts_of(code):
        return Main(MainLanguage((), 0.0, script))
    language = MainLanguage((code,), 0.8, script)
    if code in vocabulary.codes:
        own = vocabulary.codes.index(code)
        if not batch.known[text, own]:  # the scorer would have known it
            return Main(MainLanguage((), 0.0, script))
        sure = batch.known[text, own] >= _SURE[0][0] * batch.votes[text, own]
        return Main(language, own, 0 if sure else _FLOOR)
    total = batch.total[text]
    relatives = np.array([facts.close(code, other) for other in vocabulary.codes])
    if relatives.any():
        return Main(language, int(np.argmax(np.where(relatives, total, 0))), _FLOOR)
    # Words that the scorer takes for another language's do not make a foreign line yet.
    strangers = float(total[:-1].max() / max(1, total[-1]))
    return Main(language, len(vocabulary.codes) - 1, max(_FLOOR, round(1.6 * _SIXTEENTHS * strangers)))
