"""Site furniture told from copied text by where it recurs: in many articles of one source, in few sources.

A paragraph that a wire story brought into twenty papers is recycled text; one that stands under a third of
all articles of one paper is that paper's furniture. Counting needs two things of each paragraph: the digest
of its words, and the digest of its family (the same words with numbers, months and days left out).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.inspect.furniture import kernels
from dedup.settings import Settings

Units = NDArray[np.uint64]
"""Digests of paragraphs or of their families, one a paragraph."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a recurring paragraph is furniture of its source; the defaults are those of `Settings`."""

    min_articles: int = 3
    """It stands in at least so many articles of the source ..."""

    share: float = 0.3
    """... and in this share of the source's articles ..."""

    sure_articles: int = 30
    """... or in so many, whatever the share: a section's furniture is in few of a large paper's articles."""

    max_sources: int = 3
    """Found in more sources than this it is furniture only if it is so in most of them, else recycled."""

    own_share: float = 0.25
    """An article counts if at least so much of it is in no other article of its source, and it is no version of
    another: a story sent again and again, or updated through the day, makes none of its paragraphs furniture."""

    family_words: int = 3
    """A family of fewer words besides its slots says too little to be one."""

    @property
    def enough(self) -> int:
        """Articles of a source that need be counted: of more, `sure_articles` is the smaller number."""
        return math.ceil(self.sure_articles / self.share)

    @classmethod
    def of(cls, settings: Settings) -> Rule:
        """Return the rule that the settings ask for."""
        return cls(
            min_articles=settings.furniture_articles, share=settings.furniture_share,
            sure_articles=settings.furniture_sure_articles, max_sources=settings.furniture_sources,
            own_share=settings.furniture_own_share, family_words=settings.furniture_words,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LearnedFurniture:
    """In how many articles of each source each unit stands: small, sorted, mergeable.

    Row columns, shape ``(rows,)``, sorted by unit, then source, no pair twice: `units` uint64, `sources`
    int64, `articles` int64. Source columns, shape ``(sources,)``: `known` int64, sorted, and `totals` int64,
    the articles counted of each. Counting parts and merging them equals counting the whole, in any order.
    """

    units: Units
    sources: NDArray[np.int64]
    articles: NDArray[np.int64]
    known: NDArray[np.int64]
    totals: NDArray[np.int64]

    @classmethod
    def count(
        cls,
        paragraph_source: NDArray[np.int64],
        paragraph_article: NDArray[np.int64],
        units: Units,
        least: int = 1,
    ) -> LearnedFurniture:
        """Count one batch of whole articles. A negative source is an unknown one and is not counted.

        Units in fewer than `least` places are left out, where nobody has use for them: most are in one.
        """
        sourced = paragraph_source >= 0
        source, article, unit = paragraph_source[sourced], paragraph_article[sourced], units[sourced]
        often = recurring(unit, least) if least > 1 else slice(None)
        seen = _unique_rows(unit[often], source[often], article[often])
        holdings = np.ones(seen[0].size, np.int64)
        rows = _summed(seen[0], seen[1], holdings)
        _, first = np.unique(article, return_index=True)
        known, totals = np.unique(source[first], return_counts=True)
        return cls(*rows, known, totals.astype(np.int64))

    def merged(self, other: LearnedFurniture) -> LearnedFurniture:
        """Add up the counts of two batches that have no article in common."""
        rows = _summed(
            np.concatenate([self.units, other.units]),
            np.concatenate([self.sources, other.sources]),
            np.concatenate([self.articles, other.articles]),
        )
        sources = np.concatenate([self.known, other.known])
        known, places = np.unique(sources, return_inverse=True)
        totals = np.zeros(known.size, np.int64)
        np.add.at(totals, places, np.concatenate([self.totals, other.totals]))
        return LearnedFurniture(*rows, known, totals)

    def judge(self, paragraph_source: NDArray[np.int64], units: Units, rule: Rule) -> NDArray[np.bool_]:
        """Return which paragraphs are furniture of their source, shape ``(paragraphs,)``."""
        totals = self.totals[np.searchsorted(self.known, self.sources)]
        furniture = np.empty(self.units.size, np.bool_)
        kernels.judge(
            self.units, self.articles, totals, rule.min_articles, rule.share, rule.sure_articles, rule.max_sources,
            furniture,
        )  # fmt: skip
        return _contains(self.units[furniture], self.sources[furniture], units, paragraph_source)


def learned(
    paragraph_source: NDArray[np.int64],
    paragraph_article: NDArray[np.int64],
    digests: Units,
    families: Units,
    sizes: NDArray[np.int64],
    family_sizes: NDArray[np.int64],
    rule: Rule | None = None,
) -> NDArray[np.bool_]:
    """Return which paragraphs of a corpus are site furniture, shape ``(paragraphs,)``.

    All arrays hold one entry a paragraph: `paragraph_source` and `paragraph_article` any numbers (a negative
    source is unknown: nothing is learned of it), `digests` and `families` as `dedup.match.families.families`
    gives them, `sizes` the words and `family_sizes` those outside slots. The order of paragraphs and articles
    changes nothing.
    """
    rule = rule or Rule()
    at_home = homes(digests, paragraph_source, paragraph_article)
    tell = telling(at_home, paragraph_article, sizes, rule.own_share)
    recurs = np.zeros((2, digests.size), bool)
    for kind, (units, fits) in enumerate(
        ((digests, sizes > 0), (families, family_sizes >= rule.family_words))
    ):
        used = fits & tell
        counts = LearnedFurniture.count(
            paragraph_source[used], paragraph_article[used], units[used], rule.min_articles
        )
        recurs[kind] = fits & counts.judge(paragraph_source, units, rule)
    return beside_the_body(recurs, paragraph_article, sizes)


def beside_the_body(
    recurs: NDArray[np.bool_], article: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which recurring paragraphs are furniture, shape ``(paragraphs,)``: not those that are an article's body.

    That is a paragraph of more than half of its words.
    `recurs`, shape ``(2, paragraphs)``: those that recur word for word, and those that do but for numbers and dates.
    The latter are the body also where they are most of it together: a brief of each day's figures in three
    paragraphs.

    >>> recurs = np.array([[True, True, False], [False, False, False]])
    >>> beside_the_body(recurs, np.zeros(3, int), np.array([5, 40, 9])).tolist()
    [True, False, False]
    """
    exact, alike = recurs
    _, number = np.unique(article, return_inverse=True)
    total = np.bincount(number, sizes)[number]
    alike = alike & ~exact
    alike &= 2 * np.bincount(number, np.where(alike, sizes, 0))[number] <= total
    furniture: NDArray[np.bool_] = (exact | alike) & (2 * sizes <= total)
    return furniture


def homes(digests: Units, sources: NDArray[np.int64], articles: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many articles of its own source each paragraph's words are a paragraph; shape ``(paragraphs,)``.

    All columns hold one entry a paragraph.
    """
    out = np.ones(digests.size, np.int64)
    rows = recurring(digests, 2)
    order = rows[np.lexsort((articles[rows], sources[rows], digests[rows]))]
    digest, source, article = digests[order], sources[order], articles[order]
    opens = np.ones(order.size, np.bool_)
    opens[1:] = (digest[1:] != digest[:-1]) | (source[1:] != source[:-1])
    fresh = opens.copy()
    fresh[1:] |= article[1:] != article[:-1]
    group = np.cumsum(opens) - 1
    out[order] = np.bincount(group, fresh, minlength=1)[group].astype(np.int64)
    return out


def recurring(units: Units, least: int) -> NDArray[np.int64]:
    """The places of units that stand in at least so many places: of a feed's paragraphs few do."""
    order = np.argsort(units)
    ordered = units[order]
    edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1], [True])))
    sizes = np.diff(edges) if ordered.size else np.zeros(0, np.int64)
    return np.sort(order[np.repeat(sizes >= least, sizes)])


def telling(
    homes: NDArray[np.int64], article: NDArray[np.int64], sizes: NDArray[np.int64], share: float
) -> NDArray[np.bool_]:
    """Return which paragraphs lie in articles that tell of their source, shape ``(paragraphs,)``.

    Those have enough words that no other article of their source has, and are no versions of another (see
    `dedup.inspect.furniture.kernels`). `homes`: in how many articles of its source each paragraph stands.
    """
    _, number = np.unique(article, return_inverse=True)
    enough = np.empty(homes.size, np.bool_)
    kernels.find_telling(homes, number, sizes, share, enough)
    return enough


def _unique_rows(
    units: Units, sources: NDArray[np.int64], articles: NDArray[np.int64]
) -> tuple[Units, NDArray[np.int64], NDArray[np.int64]]:
    order = np.lexsort((articles, sources, units))
    unit, source, article = units[order], sources[order], articles[order]
    fresh = np.ones(order.size, bool)
    fresh[1:] = (unit[1:] != unit[:-1]) | (source[1:] != source[:-1]) | (article[1:] != article[:-1])
    return unit[fresh], source[fresh], article[fresh]


def _summed(
    units: Units, sources: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[Units, NDArray[np.int64], NDArray[np.int64]]:
    """Sort rows by unit and source and add up the counts of equal ones."""
    order = np.lexsort((sources, units))
    unit, source = units[order], sources[order]
    fresh = np.ones(order.size, bool)
    fresh[1:] = (unit[1:] != unit[:-1]) | (source[1:] != source[:-1])
    starts = np.flatnonzero(fresh)
    if not starts.size:
        return unit, source, np.zeros(0, np.int64)
    return unit[starts], source[starts], np.add.reduceat(counts[order], starts)


def _contains(
    units: Units, sources: NDArray[np.int64], asked: Units, asked_source: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which `(asked, asked_source)` pairs are among `(units, sources)`, exactly."""
    out = np.zeros(asked.size, bool)
    if not units.size:
        return out
    names = np.unique(units)
    likely = np.flatnonzero(names[np.minimum(np.searchsorted(names, asked), names.size - 1)] == asked)
    asked, asked_source = asked[likely], asked_source[likely]
    both = np.concatenate([np.zeros(units.size, bool), np.ones(asked.size, bool)])
    unit, source = np.concatenate([units, asked]), np.concatenate([sources, asked_source])
    order = np.lexsort((both, source, unit))
    fresh = np.ones(order.size, bool)
    fresh[1:] = (unit[order][1:] != unit[order][:-1]) | (source[order][1:] != source[order][:-1])
    group = np.cumsum(fresh) - 1
    held = np.zeros(group[-1] + 1 if group.size else 0, bool)
    held[group[~both[order]]] = True
    found = np.zeros(order.size, bool)
    found[order] = held[group]
    out[likely] = found[units.size :]
    return out
