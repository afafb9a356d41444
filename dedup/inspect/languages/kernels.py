"""The compiled loops of the language stage: one pass to words, one look-up, one search for stretches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.compiler.kernels import compiled, inlined
from dedup.inspect.languages import alphabet as _a
from dedup.text import characters as _c

# Bits of a word's flags.
CAPITAL, SMALL, IN_CODE, MIXED, OPENING, JOINED, FOLDED, NUMBER = 1, 2, 4, 8, 16, 32, 64, 128
NO_PROSE = IN_CODE | NUMBER

# Breaks before a word, weakest first.
BLANK, COMMA, SENTENCE, FIELD, LINE = range(5)

_LETTER, _MARK, _DIGIT, _INVISIBLE = _c.LETTER, _c.MARK, _c.DIGIT, _c.INVISIBLE
_SPACE, _NEWLINE, _STRONG, _APOSTROPHE = _c.SPACE, _c.NEWLINE, _c.STRONG, _c.APOSTROPHE
_CODE, _STOP, _HYPHEN, _COLON = _c.CODE, _c.STOP, _c.HYPHEN, _c.COLON
_SIZE, _ASTRAL_END = _c.SIZE, _c.ASTRAL_END
_HAN, _LATIN, _CYRILLIC = _a.HAN, _a.LATIN, _a.CYRILLIC
_LETTERWISE_LOW, _LETTERWISE_HIGH = min(_a.LETTERWISE), max(_a.LETTERWISE)
assert sorted(_a.LETTERWISE) == [*range(_LETTERWISE_LOW, _LETTERWISE_HIGH + 1)]


_NARROW = 1 << 15
"""Words whose evidence, of 16 bits each, can be summed in 32."""


@inlined
def _is_prose(flags: int) -> bool:
    if flags & (NO_PROSE | MIXED):
        return False
    return not flags & CAPITAL or (flags & OPENING and flags & SMALL) != 0


@inlined
def _greatest(sums: NDArray[np.int32 | np.int64]) -> int:
    """The place of the greatest, of equals the first."""
    best = 0
    for i in range(1, sums.size):
        if sums[i] > sums[best]:
            best = i
    return best


@inlined
def _is_letterwise(script: int) -> bool:
    return script >= _LETTERWISE_LOW and script <= _LETTERWISE_HIGH


@inlined
def _unmixed(
    points: NDArray[np.uint32], begin: int, end: int,
    kind: NDArray[np.uint8], script: NDArray[np.uint8], lower: NDArray[np.uint32], twin: NDArray[np.uint32],
) -> tuple[np.uint64, np.uint64]:  # fmt: skip
    """Read a word of Latin and Cyrillic letters in the one script that it can be in: its script and key.

    The script is 0 where it can be in both or in neither.
    """
    latin, cyrillic = True, True
    for i in range(begin, end):
        point = points[i]
        if point < _SIZE and kind[point] != _LETTER:
            continue
        now = script[point] if point < _SIZE else 0
        latin = latin and (now == _LATIN or (now == _CYRILLIC and twin[point] != 0))
        cyrillic = cyrillic and (now == _CYRILLIC or (now == _LATIN and twin[point] != 0))
    if latin == cyrillic:
        return np.uint64(0), np.uint64(0)
    to = _LATIN if latin else _CYRILLIC
    hashed = np.uint64(14695981039346656037)
    for i in range(begin, end):
        point = points[i]
        what = kind[point]
        if what == _LETTER:
            point = lower[point] if script[point] == to else twin[point]
        elif what == _APOSTROPHE:
            point = np.uint32(39)
        elif point == 0x200C:
            point = np.uint32(32)
        elif what != _MARK and what != _DIGIT:
            continue
        hashed = (hashed ^ np.uint64(point)) * np.uint64(1099511628211)
    return np.uint64(to), hashed


@compiled(
    "int64(uint32[::1], uint8[::1], uint8[::1], uint32[::1], uint32[::1], int32[::1], int32[::1], uint64[::1],"
    "uint8[::1], uint8[::1], uint8[::1])"
)
def split(
    points: NDArray[np.uint32], kind: NDArray[np.uint8], script: NDArray[np.uint8], lower: NDArray[np.uint32],
    twin: NDArray[np.uint32], start: NDArray[np.int32], end: NDArray[np.int32], key: NDArray[np.uint64],
    scripts: NDArray[np.uint8], flags: NDArray[np.uint8], gap: NDArray[np.uint8],
) -> int:  # fmt: skip
    """Cut code points into words; the last six arrays are filled, each at least as long as `points`.

    `key` is FNV-1a over the small letters and digits, 64 bits: words that `plain` reads alike may differ in it,
    but never the other way round. `gap` is the strongest break before the word: a
    space, a comma or the like, a sentence mark, quote or bracket, a colon or bar, a line. Returns the
    number of words. A word of Latin and Cyrillic letters that can only be in one of the scripts, all others
    being look-alikes, is taken for that word and `FOLDED`; any other is `MIXED`. About 5 ns a code point.
    """
    count = 0
    token = 0  # first word of the run of characters without space
    prose = True
    breaking = LINE
    n = points.size
    i = 0
    while i < n:
        point = points[i]
        what = kind[point] if point < _SIZE else (_LETTER if point < _ASTRAL_END else 0)
        if what == _LETTER:
            first = script[point] if point < _SIZE else _HAN
            here = 0
            hashed = np.uint64(14695981039346656037)
            single = _is_letterwise(first)
            start[count] = i
            stop = i
            while i < n:
                point = points[i]
                what = kind[point] if point < _SIZE else (_LETTER if point < _ASTRAL_END else 0)
                if what == _LETTER:
                    now = script[point] if point < _SIZE else _HAN
                    if now != first:
                        if _is_letterwise(now):
                            break
                        here |= MIXED
                    small = lower[point] if point < _SIZE else point
                    if small != point:
                        if stop == start[count] or points[i - 1] in (39, 8217):
                            here |= CAPITAL  # "d'Aide" too
                    elif stop > start[count] or first == _LATIN or first == _CYRILLIC:
                        here |= SMALL
                    hashed = (hashed ^ np.uint64(small)) * np.uint64(1099511628211)
                    i += 1
                    stop = i
                    if single:
                        break
                elif what == _MARK:
                    hashed = (hashed ^ np.uint64(point)) * np.uint64(1099511628211)
                    i += 1
                    stop = i
                elif what == _INVISIBLE:
                    if point == 0x200C:  # scorers are given a space for it
                        hashed = (hashed ^ np.uint64(32)) * np.uint64(1099511628211)
                    i += 1
                elif what == _APOSTROPHE:
                    after = points[i + 1] if i + 1 < n else np.uint32(32)
                    if not (after < _SIZE and kind[after] == _LETTER) or single:
                        break
                    hashed = (hashed ^ np.uint64(39)) * np.uint64(1099511628211)
                    i += 1
                elif what == _DIGIT:
                    hashed = (hashed ^ np.uint64(point)) * np.uint64(1099511628211)
                    here |= NUMBER
                    i += 1
                    stop = i
                else:
                    break
            if here & MIXED:
                folded = _unmixed(points, start[count], stop, kind, script, lower, twin)
                if folded[0] != 0:
                    first = np.uint8(folded[0])
                    hashed = folded[1]
                    here = (here & ~MIXED) | FOLDED
            before = points[start[count] - 1] if start[count] > 0 else np.uint32(10)
            kind_before = kind[before] if before < _SIZE else _LETTER
            if kind_before == _DIGIT and not single:
                here |= NUMBER
            end[count] = stop
            key[count] = hashed
            scripts[count] = first
            if breaking >= SENTENCE:
                here |= OPENING
            if count > 0 and breaking == BLANK and kind_before == _HYPHEN:
                here |= JOINED
            flags[count] = here
            gap[count] = breaking
            breaking = BLANK
            count += 1
            continue
        i += 1
        if what == _SPACE or what == _NEWLINE:
            if not prose:
                for k in range(token, count):
                    flags[k] |= IN_CODE
            token = count
            prose = True
            if what == _NEWLINE:
                breaking = LINE
            continue
        level = COMMA
        if what == _STRONG:
            level = SENTENCE
        elif what == _COLON:
            level = FIELD
            after = points[i] if i < n else np.uint32(32)
            follows = kind[after] if after < _SIZE else 0
            if follows == _LETTER or follows == _DIGIT:
                level = COMMA  # "USA:s", "19:30"
            elif after == 47:  # "://"
                prose = False
        elif what == _CODE:
            prose = False
        elif what == _STOP:
            after = points[i] if i < n else np.uint32(32)
            follows = kind[after] if after < _SIZE else 0
            if follows == _SPACE or follows == _NEWLINE or follows == _STRONG:
                initial = count > token and end[count - 1] - start[count - 1] == 1
                level = COMMA if initial and (flags[count - 1] & CAPITAL or not prose) else SENTENCE
            elif follows == _LETTER and lower[after] == after and not _is_letterwise(script[after]):
                behind = points[i - 2] if i > 1 else np.uint32(32)
                if (count > token and end[count - 1] == i - 1) or (behind < _SIZE and kind[behind] == _DIGIT):
                    prose = False  # a domain, a file name, a date ("5.ago")
        elif what == _HYPHEN:
            spaced = i < n and points[i] < _SIZE and kind[points[i]] == _SPACE
            level = SENTENCE if spaced and token == count else BLANK
        elif what == _DIGIT or what == _INVISIBLE or what == _MARK or what == _APOSTROPHE:
            level = BLANK
        breaking = max(breaking, level)
    if not prose:
        for k in range(token, count):
            flags[k] |= IN_CODE
    return count


@compiled(
    "void(uint8[::1], int64[::1], uint16[::1], int64[::1], int32[::1], float32[:, ::1], float32[:, ::1])",
    "void(uint8[::1], int64[::1], uint32[::1], int64[::1], int32[::1], float32[:, ::1], float32[:, ::1])",
)
def walk(
    text: NDArray[np.uint8], offset: NDArray[np.int64],
    moves: NDArray[np.uint16 | np.uint32], base: NDArray[np.int64], output: NDArray[np.int32],
    table: NDArray[np.float32], scores: NDArray[np.float32],
) -> None:  # fmt: skip
    """Sum log(1 + count) of each text's features, as an automaton over bytes finds them, into `scores`.

    `text[offset[i] : offset[i + 1]]` is text i; `moves[base[state] + byte]` the next state; `output` its
    feature, -1 for none; `table` holds a row a feature, `scores` a row a text. ~0.1 us a byte.
    """
    seen = np.empty(table.shape[0], np.int32)
    times = np.zeros(table.shape[0], np.int32)
    for i in range(offset.size - 1):
        count = 0
        state = np.int64(0)
        for at in range(offset[i], offset[i + 1]):
            state = np.int64(moves[base[state] + text[at]])
            feature = output[state]
            if feature < 0:
                continue
            if times[feature] == 0:
                seen[count] = feature
                count += 1
            times[feature] += 1
        for place in range(count):
            feature = seen[place]
            weight = np.float32(np.log1p(times[feature]))
            times[feature] = 0
            for language in range(table.shape[1]):
                scores[i, language] += weight * table[feature, language]


@compiled("void(uint64[::1], int32[::1], uint64, uint64[::1], int32[::1])")
def lookup(
    table: NDArray[np.uint64],
    rows: NDArray[np.int32],
    seed: int,
    key: NDArray[np.uint64],
    found: NDArray[np.int32],
) -> None:
    """Find each key's row in an open-addressing table (0 = free slot), -1 where absent. ~10 ns a word.

    Nobody who does not know the `seed`, an odd number, can choose words that crowd the table.
    """
    mask = np.uint64(table.size - 1)
    for i in range(key.size):
        slot = (key[i] * seed) >> np.uint64(32) & mask
        while table[slot] != 0 and table[slot] != key[i]:
            slot = (slot + np.uint64(1)) & mask
        found[i] = rows[slot] if table[slot] == key[i] else -1


@compiled("void(uint64[::1], int32[::1], uint64, uint64[::1], int64)")
def insert(
    table: NDArray[np.uint64], rows: NDArray[np.int32], seed: int, key: NDArray[np.uint64], first_row: int
) -> None:
    """Give absent, distinct keys the rows from `first_row` on; the table must have room."""
    mask = np.uint64(table.size - 1)
    for i in range(key.size):
        slot = (key[i] * seed) >> np.uint64(32) & mask
        while table[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = key[i]
        rows[slot] = first_row + i


@compiled(
    "void(int32[::1], int32[::1], int32[::1], uint8[::1], uint8[::1], int32[::1], int32[::1], int16[:, ::1],"
    "boolean[:, ::1], int64, int64[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, ::1])"
)
def weigh(
    row: NDArray[np.int32], start: NDArray[np.int32], end: NDArray[np.int32],
    scripts: NDArray[np.uint8], flags: NDArray[np.uint8],
    line: NDArray[np.int32], text: NDArray[np.int32],
    evidence: NDArray[np.int16], written: NDArray[np.bool_], known: int,
    total: NDArray[np.int64], votes: NDArray[np.int64], knows: NDArray[np.int64], letters: NDArray[np.int64],
) -> None:  # fmt: skip
    """Sum the evidence of the words that are no names, by text; the last four arrays are added to.

    `total`, (texts, languages): all evidence. Then each line goes to the language with the most evidence
    in it: `votes`, twice the line's words in the language's script, a letter that is a word counting once, and
    `knows`, those with more evidence than `known`. `letters`, (texts, scripts): code points of all words.
    `line` holds the first word of each line and, last, the number of words; `text` the text of each line;
    `written[a, s]`: language a is written in script s. ~20 ns a word.
    """
    languages = evidence.shape[1]
    sums = np.zeros(languages, np.int64)
    some = np.zeros(languages, np.int32)
    for k in range(line.size - 1):
        sums[:] = 0
        of = text[k]
        for part in range(line[k], line[k + 1], _NARROW):
            some[:] = 0
            for i in range(part, min(part + _NARROW, line[k + 1])):
                letters[of, scripts[i]] += end[i] - start[i]
                if _is_prose(flags[i]):
                    worth = evidence[row[i]]  # a row of its own is added up four times as fast
                    for language in range(some.size):
                        some[language] += np.int32(worth[language])
            for language in range(languages):
                sums[language] += some[language]
        best = _greatest(sums)
        if sums[best] == 0:
            continue
        for language in range(languages):
            total[of, language] += sums[language]
        for i in range(line[k], line[k + 1]):
            if _is_prose(flags[i]) and written[best, scripts[i]]:
                half = _is_letterwise(scripts[i])
                count = 1 if half else 2
                votes[of, best] += count
                if evidence[row[i], best] > known:
                    knows[of, best] += count


_AT_A_TIME = 2048
"""Words of a line that are searched together. After each run what is left of them is searched again: without a bound a
long line would take the square of its words."""


@inlined
def _end_of_part(begin: int, stop: int, gap: NDArray[np.uint8]) -> int:
    """Where the part of a line ends that begins at a word: with the last sentence that fits."""
    end = begin + _AT_A_TIME
    if end >= stop:
        return stop
    while end > begin + 1 and gap[end] < SENTENCE:
        end -= 1
    return end if end > begin + 1 else begin + _AT_A_TIME


@compiled(
    "int64(int32[::1], uint8[::1], uint8[::1], uint8[::1], int32[::1], int32[::1], int16[:, ::1], int16[::1],"
    "boolean[:, ::1], boolean[:, ::1], int32[::1], int64[:, ::1])"
)
def stretches(
    row: NDArray[np.int32], scripts: NDArray[np.uint8], flags: NDArray[np.uint8], gap: NDArray[np.uint8],
    line: NDArray[np.int32], main: NDArray[np.int32],
    evidence: NDArray[np.int16], peak: NDArray[np.int16], near: NDArray[np.bool_], written: NDArray[np.bool_],
    tuning: NDArray[np.int32], out: NDArray[np.int64],
) -> int:  # fmt: skip
    """For each line, the stretches of words that another language explains better than the main one.

    Kadane's maximum-sum run, for all languages side by side; after the best run, the words left and
    right of it are searched again; a long line by parts. Before that, the same run over what each word gains at most,
    in whatever language: where even that is too little, as in nearly all lines, there is none. `peak`: the most of each
    row of `evidence` but for its last column. `main` is a language a line, -1 to skip it. `near[a, b]`: b
    is never reported in a line in a. `written[a, s]`: language a is written in script s.
    `tuning`: see `Tuning`. `out` rows, one a word at most, are (line, first word, last word + 1, language, gain);
    returns how many. ~5 ns a word, ~50 with 60 languages where there may be one.
    """
    name, opening, cap, bias, least = tuning[0], tuning[1], tuning[2], tuning[3], tuning[4]
    edge = tuning[6:]
    languages = evidence.shape[1]
    now = np.zeros(languages, np.int32)
    since = np.zeros(languages, np.int32)
    barred = np.zeros(languages, np.int32)
    never = np.int32(-(1 << 28))
    most_gain = np.full(languages, cap, np.int32)
    most_gain[languages - 1] = tuning[5]
    least_gain = np.int32(-cap)
    count = 0
    stack = np.zeros((_AT_A_TIME, 2), np.int32)
    for k in range(line.size - 1):
        own = main[k]
        if own < 0:
            continue
        last = np.int32(line[k])
        while last < line[k + 1]:
            first = last
            last = np.int32(_end_of_part(first, line[k + 1], gap))
            most = never
            held = never
            for i in range(first, last):
                if flags[i] & (NO_PROSE | MIXED) or not written[own, scripts[i]]:
                    held = max(held, np.int32(-edge[gap[i]]))
                    continue
                base = np.int32(evidence[row[i], own])
                gain = min(np.int32(peak[row[i]] - base), np.int32(cap))
                gain = max(
                    gain, min(np.int32(evidence[row[i], languages - 1] - base), most_gain[languages - 1])
                )
                gain = np.int32(max(gain, least_gain) - bias)
                if gain > 0 and flags[i] & CAPITAL:
                    gain = np.int32(
                        gain * (opening if flags[i] & OPENING and flags[i] & SMALL else name) >> 4
                    )
                held = np.int32(max(held, np.int32(-edge[gap[i]])) + gain)
                after = edge[gap[i + 1]] if i + 1 < line[k + 1] else np.int32(0)
                most = max(most, np.int32(held - after))
            if most <= least:
                continue
            for language in range(languages):
                barred[language] = never if near[own, language] else 0
            depth = 1
            stack[0, 0] = first
            stack[0, 1] = last
            while depth > 0:
                depth -= 1
                begin = stack[depth, 0]
                stop = stack[depth, 1]
                best = least
                best_language = -1
                best_first = 0
                best_last = 0
                now[:] = never
                for i in range(begin, stop):
                    before = edge[gap[i]]
                    after = edge[gap[i + 1]] if i + 1 < line[k + 1] else np.int32(0)
                    mute = flags[i] & (NO_PROSE | MIXED) or not written[own, scripts[i]]
                    worth = evidence[row[i]]
                    base = np.int32(worth[own])
                    weight = np.int32(16)
                    if mute:
                        weight = np.int32(0)
                    elif flags[i] & CAPITAL:
                        weight = opening if flags[i] & OPENING and flags[i] & SMALL else name
                    loss = np.int32(0) if mute else np.int32(16)
                    most = never
                    place = np.int32(i)
                    for language in range(languages):
                        anew = np.int32(barred[language] - before)
                        fresh = anew > now[language]
                        since[language] = place if fresh else since[language]
                        held = anew if fresh else now[language]
                        gain = np.int32(
                            min(max(np.int32(worth[language] - base), least_gain), most_gain[language]) - bias
                        )
                        held += np.int32((gain * (weight if gain > 0 else loss)) >> 4)
                        now[language] = held
                        most = max(most, held)
                    top = np.int32(best + after)
                    if most > top and not mute:
                        best = np.int32(most - after)
                        best_language = _greatest(now)
                        best_first = since[best_language]
                        best_last = i + 1
                if best_language < 0:
                    continue
                out[count, 0] = k
                out[count, 1] = best_first
                out[count, 2] = best_last
                out[count, 3] = best_language
                out[count, 4] = best
                count += 1
                if best_first > begin:
                    stack[depth, 0] = begin
                    stack[depth, 1] = best_first
                    depth += 1
                if best_last < stop:
                    stack[depth, 0] = best_last
                    stack[depth, 1] = stop
                    depth += 1
    return count
