"""The main language of an article, from all of its words; "undecided" is an answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dedup.languages import facts
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
_FLOOR = 20


def decide(batch: Batch, text: int, declared: str | None, vocabulary: Vocabulary, wide: Scorer) -> Main:
    """Decide the main language of one text of a batch.

    `wide` is asked about the head of a text in a language that the vocabulary's scorer does not know. The
    declared language decides between languages that no text tells apart, and where the text is too short.
    """
    script = batch.script(text)
    lines = batch.lines(text)
    best, asked = batch.best[lines], batch.asked[lines]
    # Lines vote with their words, not their evidence: a few foreign words may weigh more than many others.
    votes = np.bincount(best[best >= 0], asked[best >= 0], len(vocabulary.codes))
    if votes.sum() < _LEAST_WORDS:
        return Main(MainLanguage((), 0.0, script))
    codes, wanted = vocabulary.codes, facts.normal_code(declared)
    own = int(np.argmax(votes))
    code = codes[own]
    second = int(np.argmax(np.where(vocabulary.close[own, :-1], -1, votes[:-1])))
    enough = votes[second] >= max(_SECOND_WORDS, _SECOND_SHARE * votes.sum())
    if code != "und" and enough and min(_known_share(batch, lines, own), _known_share(batch, lines, second)) >= _SURE[0][0]:
        return Main(MainLanguage((code, codes[second]), 0.9, script))
    known = _known_share(batch, lines, own)
    total = np.where(vocabulary.same[own], 0, batch.total[text])
    lead = 1 - total.max() / max(1, batch.total[text, own])
    bounds = _SURE_ENGLISH if code == "en" else _SURE
    if code in facts.RIVALS and facts.RIVALS[code] not in codes:
        bounds = _SURE_WITH_RIVAL
    if code != "und" and any(known >= share and lead >= least for share, least in bounds):
        if wanted is not None and facts.same(wanted, code):
            code = wanted
        doubt = math.exp(-lead * float(votes[own]) / 2)
        return Main(MainLanguage((code,), round(1 - doubt, 4), script), own)
    return _ask_wide(batch, text, wanted, script, vocabulary, wide)


def _known_share(batch: Batch, lines: slice, language: int) -> float:
    """Share of known words in a language's lines: little where the language is really another."""
    own = batch.best[lines] == language
    return float(batch.knows[lines][own].sum() / max(1, batch.asked[lines][own].sum()))


def _ask_wide(
    batch: Batch, text: int, declared: str | None, script: str, vocabulary: Vocabulary, wide: Scorer
) -> Main:
    words, lines = batch.words, batch.lines(text)
    start = int(words.offset[text])
    end = int(words.end[words.line[lines.stop] - 1])
    scores = wide.scores([plain(words.text[start : min(end, start + _HEAD)])])[0]
    order = np.argsort(scores)[::-1]
    code = wide.languages[int(order[0])]
    clear = float(scores[order[0]] - scores[order[1]]) >= 10
    if declared is not None and script in facts.scripts_of(declared):
        likely = [wide.languages[i] for i in order[:5]]
        code, clear = (declared, True) if declared not in wide.languages or declared in likely else (code, clear)
    if not clear or script not in facts.scripts_of(code):
        return Main(MainLanguage((), 0.0, script))
    if code in vocabulary.codes:
        own = vocabulary.codes.index(code)
        known = _known_share(batch, lines, own)
        if known == 0:  # the scorer would have known it
            return Main(MainLanguage((), 0.0, script))
        return Main(MainLanguage((code,), 0.8, script), own, 0 if known >= _SURE[0][0] else _FLOOR)
    # Words that the scorer takes for another language's do not make a foreign line yet.
    relatives = np.array([facts.close(code, other) for other in vocabulary.codes])
    total = batch.total[text]
    if relatives.any():
        return Main(MainLanguage((code,), 0.8, script), int(np.argmax(np.where(relatives, total, 0))), _FLOOR)
    strangers = float(total[:-1].max() / max(1, total[-1]))
    floor = max(_FLOOR, round(16 * 1.6 * strangers))
    return Main(MainLanguage((code,), 0.8, script), len(vocabulary.codes) - 1, floor)
