"""What each article of a batch is to an index: new, known, a newer version or an older one that comes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dedup.index import View
from dedup.index.records import UNDATED, Held, Record, date_of, is_older, moment, name_of
from dedup.model import Article
from dedup.provenance import evolved_from, family_name, version_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What each article of a batch is to the index.

    It covers `size` of them. `fresh` are the places of those to judge, and `known` what the index will know of each,
    its revision (0 for a new article) among it; `dates` are the earliest that any version of them has had, for what
    was published then is their own. `stored` and `repeats` give, by place in the batch, the number held or the place
    among the fresh ones of an article that was judged before. `struck` are pairs of a number held and the number
    that replaces it, `struck_inside` pairs of a place among the fresh ones and the number that replaces that. `late`
    is what is held of the only article, where that is an older version.
    """

    size: int
    fresh: Sequence[int]
    known: Sequence[Held]
    dates: Sequence[str | None]
    stored: dict[int, int]
    repeats: dict[int, int]
    struck: tuple[tuple[int, int], ...]
    struck_inside: tuple[tuple[int, int], ...]
    late: Held | None = None


def planned(view: View, batch: Sequence[Article], digests: Sequence[int]) -> Plan:
    """Tell what the articles of a batch are, of which these are the digests; see `Plan.size` for how far."""
    names = [_names(article) for article in batch]
    held = view.find([name for some in names for name in some])
    end = view.end
    size = len(batch)
    fresh: list[int] = []
    known: list[Held] = []
    dates: list[str | None] = []
    stored, repeats = {}, {}
    struck, struck_inside = [], []
    for place, (article, digest) in enumerate(zip(batch, digests, strict=True)):
        before = next((held[name] for name in names[place] if name in held), None)
        if before is not None and before.digest == digest:
            if before.number < end:
                stored[place] = before.number
            else:
                repeats[place] = before.number - end
            continue
        number = end + len(fresh)
        now = _held(article, number, digest, before)
        if before is not None and is_older(now, before):
            if place == 0:
                struck = [(before.number, number)]
                now = replace(now, revision=0)
                return Plan(1, [0], [now], [_date(now)], {}, {}, tuple(struck), (), before)
            size = place
            break
        if before is not None:
            if before.number < end:
                struck.append((before.number, number))
            else:
                struck_inside.append((before.number - end, number))
        held = {name: one for name, one in held.items() if one.family != now.family}
        held |= dict.fromkeys((now.family, *names[place][:2]), now)
        fresh.append(place)
        known.append(now)
        dates.append(_date(now))
    return Plan(size, fresh, known, dates, stored, repeats, tuple(struck), tuple(struck_inside))


def _names(article: Article) -> list[bytes]:
    """What an article may be held as, the surest first: that of its family, its own, what it evolved from."""
    before = evolved_from(article)
    own = [family_name(article), article.id, *([before] if before else [])]
    return [name_of(article.source, name) for name in own]


def _held(article: Article, number: int, digest: int, before: Held | None) -> Held:
    """What an index is to know of an article once it has its place; `before` is what it replaces."""
    version, moment_of_it = version_of(article)
    bounds = [UNDATED if article.published is None else moment(article.published)]
    bounds += [] if before is None else [before.bound]
    return Held(
        number,
        digest,
        0 if before is None else before.revision + 1,
        min((bound for bound in bounds if bound != UNDATED), default=UNDATED),
        version,
        moment(moment_of_it + "Z") if moment_of_it else UNDATED,
        name_of(article.source, family_name(article)) if before is None else before.family,
    )


def _date(held: Held) -> str | None:
    return None if held.bound == UNDATED else date_of(held.bound)


def redated(view: View, held: Held, older: Record) -> list[Record]:
    """What is held, with the date of an older version of it if that is earlier; else nothing."""
    if older.published is None or (held.bound != UNDATED and held.bound <= older.bound):
        return []
    return [replace(view.whole(held.number), published=older.published, when=older.when, day=older.day)]
