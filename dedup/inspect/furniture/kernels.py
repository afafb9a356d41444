"""What recurs as a paper's furniture does: counts in, judgements out. Each kernel's line says what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.compiler.kernels import compiled, inlined

# --- the rule: see `dedup.inspect.furniture.learned.Rule` ---

BODY_WORDS = 20
"""A paragraph of so many words that few articles of a source share is a story's, told again in a version of it ..."""

VERSIONS = 10
"""... few being so many: a story has no more versions, but a page's notices stand on all of its pages."""

BODY_PIECES, BODY, BODY_SHARE = 2, 60, 0.25
"""An article is a version of another where so many such paragraphs have so many words and such a share of its own."""


@inlined
def _is_body(homes: int, size: int) -> bool:
    """Whether a paragraph that `homes` articles of its source have may be the body of a story told again."""
    return 1 < homes <= VERSIONS and size >= BODY_WORDS


@inlined
def _tells(own: int, words: int, body: int, pieces: int, own_share: float) -> bool:
    """Whether an article tells of its source: whether enough of its words are in no other article of it, and it is no
    version of another: `body` words in so many `pieces` of a story (see `_is_body`).
    """
    version = pieces >= BODY_PIECES and body >= BODY and body >= BODY_SHARE * words
    return words > 0 and own >= own_share * words and not version


@inlined
def _at_home(held: int, total: int, least: int, share: float, sure: int) -> bool:
    """Whether what stands in `held` of a source's `total` telling articles is at home there."""
    return held >= least and held >= min(np.ceil(share * total), np.float64(sure))


@inlined
def _is_narrow(homes: int, spread: int, most_sources: int) -> bool:
    """Whether what is at home in `homes` of the `spread` sources that have it is furniture, and not recycled text."""
    return spread <= most_sources or 2 * homes >= spread


# About 2 ns a row.
@compiled("void(uint64[::1], int64[::1], int64[::1], int64, float64, int64, int64, boolean[::1])")
def judge(
    units: Any,
    articles: Any,
    totals: Any,
    least: int,
    share: float,
    sure: int,
    most_sources: int,
    furniture: Any,
) -> None:
    """Tell which rows are furniture: a unit in `articles` of a source's `totals`; sorted by unit, then source."""
    first = np.int64(0)
    while first < units.size:
        last, homes = first, np.int64(0)
        while last < units.size and units[last] == units[first]:
            furniture[last] = _at_home(articles[last], totals[last], least, share, sure)
            homes += furniture[last]
            last += 1
        if not _is_narrow(homes, last - first, most_sources):
            for row in range(first, last):
                furniture[row] = False
        first = last


# About 1 ns a paragraph.
@compiled("void(int64[::1], int64[::1], int64[::1], float64, boolean[::1])")
def find_telling(homes: Any, articles: Any, sizes: Any, own_share: float, telling: Any) -> None:
    """Tell which paragraphs lie in articles that tell of their source; `articles` numbers these from 0."""
    words, mine = np.zeros(homes.size, np.int64), np.zeros(homes.size, np.int64)
    body, pieces = np.zeros(homes.size, np.int64), np.zeros(homes.size, np.int64)
    for paragraph in range(homes.size):
        article, size = articles[paragraph], sizes[paragraph]
        words[article] += size
        mine[article] += size * (homes[paragraph] == 1)
        is_body = _is_body(homes[paragraph], size)
        body[article] += size * is_body
        pieces[article] += is_body
    for paragraph in range(homes.size):
        article = articles[paragraph]
        telling[paragraph] = _tells(mine[article], words[article], body[article], pieces[article], own_share)


# --- a stream: what each article has been told by those before it ---


@inlined
def _mark_of(number: int, base: int, marks: Any, first: int, batch_marks: Any) -> Any:
    """The source of an article and whether it tells of it: see `dedup.index.records.source_mark`."""
    return batch_marks[number - first] if number >= first else marks[number - base]


@inlined
def _seen_of(
    source: Any, asker: int, most: int, before: Any, bound: Any, horizon: Any, base: int, roll_bound: Any,
    roll_day: Any, roll_until: Any, marks: Any, first: int, batch_marks: Any, batch_bound: Any, batch_day: Any,
    batch_until: Any, struck: Any,
) -> int:  # fmt: skip
    """How many telling articles of a source the asker may see, counted from the newest up to `most`."""
    count = 0
    me = before[asker]
    wanted = source | 1
    for number in range(me - 1, base - 1, -1):
        if count == most:
            break
        if number >= first:
            place = number - first
            if batch_marks[place] != wanted or batch_until[place] <= me:
                continue
            count += batch_bound[place] <= bound[asker] and batch_day[place] >= horizon[asker]
            continue
        place = number - base
        if marks[place] != wanted or roll_until[place] <= me:
            continue
        if roll_bound[place] > bound[asker] or roll_day[place] < horizon[asker]:
            continue
        hidden = False
        for k in range(struck.shape[0]):
            hidden = hidden or (struck[k, 0] == number and struck[k, 1] <= me)
        if not hidden:
            count += 1
    return count


# About 3 ns a posting met; where something recurs, 1 ns an article on the roll.
@compiled(
    "void(int64[::1], int64[::1], int64[::1], int64[::1], int64, int64[::1], int64[::1], int64[::1], int64[::1],"
    "int64, int64[::1], int64[::1], int64[::1], int64[::1], int64[:, ::1], uint32[::1], uint32[:, ::1],"
    "int64[::1], int64[::1], int64, float64, int64, int64, float64, boolean[::1])"
)
def learn(
    pars: Any, before: Any, bound: Any, horizon: Any, base: int, roll_bound: Any, roll_day: Any, roll_until: Any,
    marks: Any, first: int, batch_marks: Any, batch_bound: Any, batch_day: Any, batch_until: Any,
    struck: Any, wholes: Any, posts: Any, counts: Any,
    sizes: Any, least: int, share: float, sure: int, most_sources: int, own_share: float, furniture: Any,
) -> None:  # fmt: skip
    """Tell which paragraphs are furniture of their source, by what those before them have.

    Paragraph p has two keys, its digest ``2 p`` and its family ``2 p + 1`` (0: none), and `sizes` words; `furniture`
    has a place for each key. The low bit
    of ``batch_marks[a]`` is set here: whether article a has enough words of its own to tell of its source.
    """
    enough = np.int64(np.ceil(sure / share))
    names = np.empty(posts.shape[1] + 1, np.int64)
    held = np.empty(posts.shape[1] + 1, np.int64)
    for asker in range(pars.size - 1):
        mine = batch_marks[asker] & ~np.int64(1)
        if mine == 0:
            continue
        own, total, body, pieces = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        for paragraph in range(pars[asker], pars[asker + 1]):
            size, row, at_home = sizes[paragraph], 2 * paragraph, np.int64(1)
            for k in range(counts[row]):
                mark = _mark_of(np.int64(posts[row, k]), base, marks, first, batch_marks)
                at_home += (mark & ~np.int64(1)) == mine
            total += size
            own += size if at_home == 1 else 0
            is_body = _is_body(at_home, size)
            body += size * is_body
            pieces += is_body
        tells = np.int64(_tells(own, total, body, pieces, own_share))
        batch_marks[asker] = mine | tells
        seen = -1
        for row in range(2 * pars[asker], 2 * pars[asker + 1]):
            if wholes[row] == 0 or counts[row] + tells < least:
                continue
            names[0], held[0], spread = mine, tells, np.int64(1)
            for k in range(counts[row]):
                mark = _mark_of(np.int64(posts[row, k]), base, marks, first, batch_marks)
                if mark & 1 == 0:
                    continue
                at = 0
                while at < spread and names[at] != mark - 1:
                    at += 1
                if at == spread:
                    names[at], held[at] = mark - 1, 0
                    spread += 1
                held[at] += 1
            if held[0] < least:
                continue  # before the roll is read
            if seen < 0:
                seen = tells + _seen_of(
                    mine, asker, enough, before, bound, horizon, base, roll_bound, roll_day, roll_until, marks,
                    first, batch_marks, batch_bound, batch_day, batch_until, struck,
                )  # fmt: skip
            if not _at_home(held[0], seen, least, share, sure):
                continue
            homes = np.int64(1)
            if spread > most_sources:
                for at in range(1, spread):
                    if held[at] >= least:
                        others = _seen_of(
                            names[at], asker, enough, before, bound, horizon, base, roll_bound, roll_day,
                            roll_until, marks, first, batch_marks, batch_bound, batch_day, batch_until, struck,
                        )  # fmt: skip
                        homes += _at_home(held[at], others, least, share, sure)
            furniture[row] = _is_narrow(homes, spread, most_sources)


# About 20 ns a holder met.
@compiled(
    "void(int64[::1], int64[:, ::1], int64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], int64, int64,"
    "int64[:, ::1])"
)
def count_at_home(
    mine: Any, starts: Any, counts: Any, articles: Any, marks: Any, homes: Any, instances: Any, some: int, of: int,
    out: Any,
) -> None:  # fmt: skip
    """How many articles that tell of source ``mine[i]`` have each passage; how many others, of how many sources.

    Of copies whose sources are not known each may be of its own. Columns as in `dedup.inspect.furniture.at_home.Held`;
    who has `some` in `of` of the samples holds the passage.
    """
    at = np.empty(starts.shape[1], np.int64)
    names = np.empty(max(1, articles.size), np.int64)
    for i in range(starts.shape[0]):
        if mine[i] == 0:
            continue
        samples, known = np.int64(0), np.int64(0)
        for k in range(at.size):
            at[k] = starts[i, k]
            samples += counts[i, k] >= 0
        while True:
            article = np.int64(-1)
            for k in range(at.size):
                if at[k] < starts[i, k] + counts[i, k] and (article < 0 or articles[at[k]] < article):
                    article = articles[at[k]]
            if article < 0:
                break
            times, home, copies, mark = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
            for k in range(at.size):
                end = starts[i, k] + counts[i, k]
                if at[k] < end and articles[at[k]] == article:
                    times += 1
                    mark = marks[at[k]]
                    while at[k] < end and articles[at[k]] == article:
                        home = max(home, homes[at[k]])
                        copies = max(copies, instances[at[k]])
                        at[k] += 1
            if of * times < some * samples:
                continue
            out[i, 2] += copies - home
            source = mark & ~np.int64(1)
            if source == mine[i]:
                out[i, 0] += home if mark & 1 else 0
                out[i, 1] += copies - home
                continue
            out[i, 1] += copies
            k = np.int64(0)
            while k < known and names[k] != source:
                k += 1
            if k == known:
                names[k] = source
                known += 1
                out[i, 2] += source != 0


# About 1 ns an article on the roll, for each source asked for.
@compiled(
    "void(int64[::1], int64[::1], int64, int64[::1], int64[::1], int64[::1], int64, int64[::1], int64[::1], int64[::1],"
    "int64[::1], int64, int64[::1], int64[::1], int64[::1], int64[::1], int64[:, ::1], int64[::1])"
)
def count_seen(
    askers: Any, mine: Any, most: int, before: Any, bound: Any, horizon: Any, base: int, roll_bound: Any,
    roll_day: Any, roll_until: Any, marks: Any, first: int, batch_marks: Any, batch_bound: Any, batch_day: Any,
    batch_until: Any, struck: Any, out: Any,
) -> None:  # fmt: skip
    """How many telling articles of its source each of some askers may see, counted up to `most`."""
    for i in range(askers.size):
        out[i] = _seen_of(
            mine[i], askers[i], most, before, bound, horizon, base, roll_bound, roll_day, roll_until, marks, first,
            batch_marks, batch_bound, batch_day, batch_until, struck,
        )  # fmt: skip
