"""Stretches in a script that is not the article's own: certain, and found without a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.languages import facts
from dedup.inspect.languages.alphabet import HAN, KANA, LATIN, LETTERWISE, SCRIPT_LANGUAGE, SCRIPTS, UNSPACED
from dedup.inspect.languages.batch import Batch
from dedup.inspect.languages.kernels import CAPITAL, FIELD, IN_CODE, MIXED, NO_PROSE, SENTENCE
from dedup.inspect.languages.main import Main, MainLanguage
from dedup.inspect.languages.stretches import Stretch, after_names, prose
from dedup.inspect.languages.vocabulary import UNIT, Vocabulary

_EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
_MOST_NAMES = 3
_NEARLY = 0.97
_CLOSED = re.compile(r"""(?=[^\s\w]*["»”“’)\]」』])[^\s\w]+\s+""").fullmatch


def by_script(batch: Batch, mains: Sequence[Main], vocabulary: Vocabulary) -> Iterator[tuple[int, Stretch]]:
    """Yield texts of a batch with their stretches in other scripts, in order of place.

    Names, brands and codes in Latin letters stand in texts of every script: a Latin stretch needs prose.
    """
    words = batch.words
    sizes = np.diff(words.line)
    line_of = np.repeat(np.arange(sizes.size), sizes)
    text_of = words.text_of_line[line_of]
    strange = _strange_scripts([main.language for main in mains])
    mute = np.where(words.script == LATIN, MIXED | NO_PROSE, MIXED | IN_CODE)
    odd = strange[text_of, words.script] & (words.flags & mute == 0)
    odd |= _is_japanese(batch, [main.language for main in mains], line_of, text_of)
    for first, last in _runs(np.flatnonzero(odd), line_of, batch):
        line = int(line_of[first])
        if first < last and _is_foreign(batch, first, last, int(words.line[line]), int(words.line[line + 1])):
            code, confidence = _language_of(batch, first, last, vocabulary)
            text = int(text_of[first])
            if not any(facts.same(code, own) for own in mains[text].language.codes):
                yield text, Stretch(first, last, code, confidence, "script")


def _is_japanese(
    batch: Batch, languages: Sequence[MainLanguage], line_of: NDArray[np.int64], text_of: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Which words are Han letters on a line with kana, in a Korean text: Korean itself may be written with Han."""
    korean = np.array([language.codes == ("ko",) for language in languages])[text_of]
    script = batch.words.script
    kana = np.zeros(batch.words.line.size, np.bool_)
    kana[line_of[korean & ((script == KANA[0]) | (script == KANA[1]))]] = True
    japanese: NDArray[np.bool_] = korean & (script == HAN) & kana[line_of]
    return japanese


def _strange_scripts(languages: Sequence[MainLanguage]) -> NDArray[np.bool_]:
    """Which scripts are not each text's own, shape (texts, scripts); none where it has no letters."""
    keys = [(language.script, *language.codes) for language in languages]
    rows = {key: [_is_strange(script, key[0], key[1:]) for script in SCRIPTS] for key in set(keys)}
    return np.array([rows[key] for key in keys], np.bool_)


def _is_strange(script: str, main: str, codes: Sequence[str]) -> bool:
    if main == "" or script in (main, SCRIPTS[0], SCRIPTS[-1]):
        return False
    if not codes:
        return not {main, script} <= _EAST_ASIAN
    return all(script not in facts.scripts_of(code) for code in codes)


def _is_foreign(batch: Batch, first: int, last: int, begin: int, stop: int) -> bool:
    """Whether a run of words says more than a name or a gloss does. `[begin, stop)` is its line."""
    words = batch.words
    sizes = words.end[first:last] - words.start[first:last]
    letters = int(sizes.sum())
    clause = (first == begin or words.gap[first] >= FIELD) and (last == stop or words.gap[last] >= FIELD)
    capitals = words.flags[first:last] & CAPITAL != 0
    script = _script_of(batch, first, last)
    if script == LATIN:
        telling = len(prose(batch, first, last))
        if not clause:
            bounded = words.gap[first] >= SENTENCE and (last == stop or words.gap[last] >= SENTENCE)
            names = 2 * int(capitals.sum()) > last - first > 3 * telling
            return telling >= (2 if bounded and last - first > 3 else 3) and not names
        several = int((sizes > 1).sum()) > 1
        return telling >= 1 and letters >= 5 and (several or _is_of_few(batch, first))
    if clause:
        return letters >= 2
    if script in UNSPACED:
        return letters >= (4 if script in LETTERWISE else 8)
    names = last - first <= _MOST_NAMES and bool(capitals.all())
    return last - first >= 2 and letters >= 4 and not names


def _script_of(batch: Batch, first: int, last: int) -> int:
    """The script of a run: Latin where all of it is, for names in Latin letters stand in runs of every script."""
    scripts = batch.words.script[first:last]
    others = scripts[(scripts != LATIN) & (batch.words.flags[first:last] & MIXED == 0)]
    return int(others[0]) if others.size else LATIN


def _is_of_few(batch: Batch, place: int) -> bool:
    """Whether a word is of one language or a few: a brand is in all of them."""
    fifth, best = np.sort(batch.evidence[batch.rows[place], :-1])[[-5, -1]].tolist()
    return bool(best - fifth >= 15 * UNIT)


def _language_of(batch: Batch, first: int, last: int, vocabulary: Vocabulary) -> tuple[str, float]:
    """Name the language of a run, with a confidence; the script's usual one where the words say little."""
    script = _script_of(batch, first, last)
    sums = batch.evidence[batch.rows[first:last]].sum(axis=0, dtype=np.int64)
    sums = np.where(vocabulary.written[:, script], sums, -1)
    default = SCRIPT_LANGUAGE.get(SCRIPTS[script], "und")
    best = int(np.argmax(sums))
    if sums[best] <= 0:
        return default, 0.9
    if default in vocabulary.codes and sums[vocabulary.codes.index(default)] >= _NEARLY * sums[best]:
        return default, 0.99
    return vocabulary.codes[best], 0.99


def _runs(places: NDArray[np.int64], line: NDArray[np.int64], batch: Batch) -> Iterator[tuple[int, int]]:
    """Join words of a line that follow one another; where they are not Latin, over the names between."""
    if not places.size:
        return
    first, last = int(places[0]), int(places[0]) + 1
    for place in places[1:].tolist():
        if line[first] == line[place] and _is_joined(batch, first, last, place):
            last = place + 1
            continue
        yield _with_names(batch, first, last, line)
        first, last = place, place + 1
    yield _with_names(batch, first, last, line)


def _is_joined(batch: Batch, first: int, last: int, place: int) -> bool:
    """Whether the word at `place` goes on with the run `[first, last)`, which has the script of its first word."""
    words = batch.words
    latin = words.script[first] == LATIN
    between = words.gap[last : place + 1]
    if not _is_one_script(int(words.script[first]), int(words.script[place])):
        # Names in Latin letters inside a sentence of another script.
        return (
            place == last and not latin and bool(words.flags[place] & CAPITAL and (between < SENTENCE).all())
        )
    if place == last:
        return True
    if latin:
        codes = bool(
            (words.flags[last:place] & NO_PROSE != 0).all()
        )  # "at 7 a.m. near": numbers in a sentence
        return place - last <= _MOST_NAMES and codes and bool((between < SENTENCE).all())
    return _are_names(batch, last, place) and bool((between < FIELD).all())


def _is_one_script(one: int, other: int) -> bool:
    return one == other or {one, other} <= set(LETTERWISE)


def _with_names(batch: Batch, first: int, last: int, line: NDArray[np.int64]) -> tuple[int, int]:
    """Take in the names that open or end a line in another script; leave those before a Latin sentence."""
    words = batch.words
    if words.script[first] == LATIN:
        return after_names(batch, first, last), _before_names(batch, first, last)
    if last - first < 2:
        return first, last
    begin, stop = int(words.line[line[first]]), int(words.line[line[first] + 1])
    if _are_names(batch, begin, first) and bool((words.gap[begin + 1 : first + 1] < SENTENCE).all()):
        first = begin
    if _are_names(batch, last, stop) and bool((words.gap[last:stop] < SENTENCE).all()):
        last = stop
    return first, last


def _before_names(batch: Batch, first: int, last: int) -> int:
    """Return where a stretch ends if not with names that go on behind its closing quote or bracket."""
    words = batch.words
    for place in range(last - 1, max(first, last - _MOST_NAMES - 1), -1):
        if not words.flags[place] & CAPITAL:
            break
        if _CLOSED(words.text[words.end[place - 1] : words.start[place]]):
            return place
    return last


def _are_names(batch: Batch, first: int, last: int) -> bool:
    flags = batch.words.flags[first:last]
    return last - first <= _MOST_NAMES and bool((flags & (CAPITAL | NO_PROSE) != 0).all())
