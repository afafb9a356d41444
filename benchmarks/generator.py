"""Stitched news with known answers: real articles, and later pages that take from them.

`stitched` makes a feed of *originals* (real articles of the collection given) and *pages*. A page
is fresh text, real paragraphs on the same topic that share no seven consecutive words with
anything else in the collection, with passages of an original planted in it in one of `KINDS`.
The truth (format: `dedup.evaluation`) names each planted passage, its kind, and every original
that holds it verbatim, for news agencies send things twice.

`dressed` adds what crawled pages have besides: a paragraph or sentence said twice, the outlet's own
furniture, lines in another language. `negatives` makes what must stay unflagged.

The same collection, seed and counts give the same texts on every machine and Python version.

Not covered: paraphrase beyond swapped words, and translation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log
from random import Random

import xxhash

from benchmarks import edits, phrases
from benchmarks.edits import Thesaurus
from benchmarks.texts import folded, sentences, words
from dedup.evaluation import SAID_BEFORE, Span, Truth
from dedup.model import Article

FRESH_RUN = 7
"""Fresh text shares no run of so many words with anything else in the collection."""

KIN = 0.25
"""Nor does any other paragraph hold so much of its vocabulary: rare words, each weighed by its rarity."""

_RARE = 4.5
"""A word is rare in less than one paragraph in exp(4.5) = 90."""

_WIRES = ("Meridian Wire", "Harbour Post", "Northgate Times", "Courier Press", "Lakeside News", "Union Desk")
_OUTLETS = ("Daily Lantern", "Open Gazette", "Fresh Bulletin", "City Mirror", "The Signal Hour", "Quick Read")

_NOT_TAKEN = ("original", "boilerplate")


@dataclass(frozen=True, slots=True)
class Stitched:
    """A feed with known answers: `articles` holds originals and pages, `truths` one record a page."""

    articles: list[Article]
    truths: list[Truth]


@dataclass(frozen=True, slots=True)
class _Passage:
    """Text of an original, before anything is done to it."""

    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a page: fresh where it has no `kind`; `taken` is the passage as its source has it."""

    text: str
    kind: str = ""
    taken: str = ""
    expected: tuple[str, ...] = SAID_BEFORE


_Block = list[_Part]
"""A paragraph of a page: its parts, to be joined by spaces."""


class _Stock:
    """What pages are made of. Passages and fresh paragraphs are handed out once each."""

    def __init__(
        self, articles: Sequence[Article], rng: Random, thesaurus: Thesaurus, originals: int | None
    ) -> None:
        self.thesaurus = thesaurus
        self.originals, held_out = _parted(articles, rng, originals)
        self.vocabulary = _vocabulary(self.originals)
        self._passages = [
            _Passage(paragraph, _topic(article))
            for article in self.originals
            for paragraph in _paragraphs(article)
        ]
        rng.shuffle(self._passages)
        self._stories = list(self.originals)
        rng.shuffle(self._stories)
        self._kin = _Kin(articles)
        self._fresh: dict[str, list[str]] = defaultdict(list)
        for topic, paragraph in _fresh_paragraphs(held_out):
            self._fresh[topic].append(paragraph)
        for topic in sorted(self._fresh):
            rng.shuffle(self._fresh[topic])

    def passage(self, least: int = 20) -> _Passage:
        """Take a paragraph of an original with at least so many words."""
        for at in range(len(self._passages) - 1, -1, -1):
            if _is_prose(self._passages[at].text, least):
                return self._passages.pop(at)
        raise ValueError(f"the collection has no more paragraphs of {least} words: ask for fewer pages")

    def story(self) -> tuple[list[str], str]:
        """Take four to six consecutive sentences of an original, and its topic."""
        while self._stories:
            article = self._stories.pop()
            parts = _story(article)
            if len(parts) >= 4:
                return parts[:6], _topic(article)
        raise ValueError("the collection has no more articles of four sentences: ask for fewer pages")

    def fresh(self, topic: str, least: int = 15) -> str:
        """Take a fresh paragraph of that topic, or of the topic that has most left."""
        for name in (topic, *sorted(self._fresh, key=lambda name: (-len(self._fresh[name]), name))):
            stack = self._fresh.get(name, [])
            for at in range(len(stack) - 1, -1, -1):
                if _is_prose(stack[at], least):
                    paragraph = stack.pop(at)
                    if self._kin.share(paragraph) < KIN:
                        return paragraph
        raise ValueError("the collection has no more fresh paragraphs: ask for fewer pages")


class _Kin:
    """Finds how much of a paragraph's vocabulary another one holds: other reports of one event.

    The order of words plays no part, so that the choice of fresh text favours no kind of matching.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._count = 0
        for article in articles:
            for paragraph in _paragraphs(article):
                for word in set(folded(paragraph)):
                    self._postings[word].append(self._count)
                self._count += 1

    def share(self, paragraph: str) -> float:
        """Return the largest share of the paragraph's weight that one paragraph of another text holds."""
        postings = {word: self._postings.get(word, []) for word in sorted(set(folded(paragraph)))}
        weight = {word: log(self._count / (1 + len(at))) for word, at in postings.items()}
        rare = [word for word in weight if weight[word] > _RARE]
        held: dict[int, float] = defaultdict(float)
        for word in rare:
            for number in postings[word]:
                held[number] += weight[word]
        best = sorted(held.values())[-2:-1]  # the largest is the paragraph itself
        return best[0] / sum(weight.values()) if best else 0.0


def _planted(kind: str, change: Callable[[str, Random, _Stock], str], least: int = 20) -> _Planter:
    """Return a planter of whole paragraphs with something done to each."""

    def plant(rng: Random, stock: _Stock) -> tuple[str, list[_Block]]:
        first, second = stock.passage(least), stock.passage(least)
        return first.topic, [[_Part(change(p.text, rng, stock), kind, p.text)] for p in (first, second)]

    return plant


_Planter = Callable[[Random, _Stock], "tuple[str, list[_Block]]"]
"""Takes passages from the stock; gives the page's topic and the blocks to plant into it."""


def _edit(rate: float) -> Callable[[str, Random, _Stock], str]:
    return lambda text, rng, stock: edits.edited(text, rate, rng, stock.vocabulary, stock.thesaurus)


def _slices(kind: str, pieces: int) -> _Planter:
    """Return a planter of one of so many equal pieces of a paragraph, as a paragraph of its own."""

    def plant(rng: Random, stock: _Stock) -> tuple[str, list[_Block]]:
        blocks: list[_Block] = []
        for _ in range(2):
            passage = stock.passage(12 * pieces)
            at = words(passage.text)
            nth = rng.randrange(pieces)
            piece = _cut(passage.text, len(at) * nth // pieces, len(at) * (nth + 1) // pieces)
            blocks.append([_Part(piece, kind, piece)])
        return passage.topic, blocks

    return plant


def _embedded(rng: Random, stock: _Stock) -> tuple[str, list[_Block]]:
    passage = stock.passage()
    return passage.topic, [_inside(passage.text, "embedded", stock.fresh(passage.topic, 20), rng)]


def _fragments(rng: Random, stock: _Stock) -> tuple[str, list[_Block]]:
    blocks = []
    for _ in range(2):
        passage = stock.passage(24)
        length = rng.randint(12, 18)
        first = rng.randint(0, len(words(passage.text)) - length)
        piece = _cut(passage.text, first, first + length)
        blocks.append(_inside(piece, "fragment", stock.fresh(passage.topic, 20), rng))
    return passage.topic, blocks


def _reordered(rng: Random, stock: _Stock) -> tuple[str, list[_Block]]:
    parts, topic = stock.story()
    order = list(range(len(parts)))
    while order == sorted(order):
        rng.shuffle(order)
    return topic, [[_Part(parts[at], "reordered", parts[at]) for at in order]]


def _interleaved(rng: Random, stock: _Stock) -> tuple[str, list[_Block]]:
    (first, topic), (second, _) = stock.story(), stock.story()
    pairs = zip(first, second, strict=False)
    return topic, [[_Part(text, "interleaved", text) for pair in pairs for text in pair]]


KINDS: dict[str, _Planter] = {
    "exact": _planted("exact", lambda text, rng, stock: text),
    "edit05": _planted("edit05", _edit(0.05)),
    "edit15": _planted("edit15", _edit(0.15)),
    "edit30": _planted("edit30", _edit(0.30)),
    "half": _slices("half", 2),
    "third": _slices("third", 3),
    "embedded": _embedded,
    "fragment": _fragments,
    "spun45": _planted("spun45", lambda text, rng, stock: edits.spun(text, 0.45, rng, stock.thesaurus)),
    "ocr06": _planted("ocr06", lambda text, rng, stock: edits.scanned(text, 0.06, rng)),
    "lookalike": _planted("lookalike", lambda text, rng, stock: edits.lookalike(text, 0.05, rng)),
    "invisible": _planted("invisible", lambda text, rng, stock: edits.invisible(text, 0.2, rng)),
    "reordered": _reordered,
    "interleaved": _interleaved,
}
"""Kinds of planted passages. A page holds one kind."""


def stitched(
    articles: Sequence[Article],
    seed: int,
    pages: int,
    thesaurus: Thesaurus,
    *,
    kinds: Iterable[str] = tuple(KINDS),
    dressed: bool = False,
    originals: int | None = None,
) -> Stitched:
    """Make a feed of originals and `pages` later pages that take from them, the kinds in turn.

    `articles` is a collection of real news with paragraphs parted by blank lines. Three quarters of
    it become the originals (their `source` is replaced by one of six invented wires where they have
    none); fresh text is drawn from the rest. Raises ValueError where the collection is too small.
    """
    rng = Random(seed)
    stock = _Stock(articles, rng, thesaurus, originals)
    earlier = [_sourced(article, rng) for article in stock.originals]
    start = max((datetime.fromisoformat(a.published[:19]) for a in earlier if a.published), default=None)
    names = list(kinds)
    made: list[Article] = []
    drafts: list[tuple[str, list[tuple[Span, str]]]] = []
    for number in range(pages):
        blocks = _page(names[number % len(names)], Random(f"{seed}/{number}"), stock, dressed, number)
        text, spans = _joined(blocks)
        made.append(_article(f"page-{number}", text, number, start))
        drafts.append((text, spans))
    holders = _holders([taken for _, spans in drafts for _, taken in spans if taken], earlier)
    truths = [
        Truth(
            page.id,
            tuple(replace(span, holders=holders.get(_key(taken), ())) for span, taken in spans),
            tuple(begin for begin, _ in words(text)),
        )
        for page, (text, spans) in zip(made, drafts, strict=True)
    ]
    return Stitched(earlier + made, truths)


def _page(kind: str, rng: Random, stock: _Stock, dressed: bool, number: int) -> list[_Block]:
    topic, planted = KINDS[kind](rng, stock)
    blocks: list[_Block] = [[_Part(stock.fresh(topic))] for _ in range(rng.randint(3, 6))]
    for block in planted:
        blocks.insert(rng.randint(0, len(blocks)), block)
    return _dressed(blocks, rng, number) if dressed else blocks


def _dressed(blocks: list[_Block], rng: Random, number: int) -> list[_Block]:
    own = [block[0].text for block in blocks if not any(part.kind for part in block)]
    again = rng.choice(own)
    if rng.random() < 0.5:
        blocks.append([_Part(again, "repeat", expected=("repeated",))])
    else:
        sentence = rng.choice(sentences(again, least=8))
        blocks.append([_Part(sentence, "repeat", expected=("repeated",))])
    language, line = rng.choice(phrases.FOREIGN)
    blocks.insert(rng.randint(2, len(blocks)), [_Part(line, f"foreign {language}", expected=("foreign",))])
    outlet = _OUTLETS[number % len(_OUTLETS)]
    for line in phrases.furniture(outlet):
        blocks.append([_Part(line, "furniture", expected=("boilerplate",))])
    return blocks


def negatives(articles: Sequence[Article], seed: int, pages: int) -> Stitched:
    """Make a feed in which nothing was taken, though it looks so: nothing of it must be flagged.

    Fresh paragraphs with agency phrases set in, and pages of weather, results, prices and names
    from the same templates with other values. Every page has a truth without spans, save full
    stock sentences, which count as right when they are called boilerplate or original.
    """
    rng = Random(f"negatives/{seed}")
    fresh = [text for _, text in _fresh_paragraphs(lonely(articles)) if _is_prose(text, 15)]
    rng.shuffle(fresh)
    kinds = ("agency", *phrases.TABLES)
    made, truths = [], []
    for number in range(pages):
        kind = kinds[number % len(kinds)]
        if kind == "agency":
            blocks = [_with_phrases(fresh.pop(), rng) for _ in range(4)]
            blocks.append([_Part(rng.choice(phrases.STANDING), "standing", expected=_NOT_TAKEN)])
        else:
            blocks = [[_Part(phrases.TABLES[kind](rng), kind, expected=_NOT_TAKEN)]]
            blocks.insert(rng.randint(0, 1), [_Part(fresh.pop())])
        text, spans = _joined(blocks)
        made.append(_article(f"negative-{number}", text, number, None))
        starts = tuple(start for start, _ in words(text))
        truths.append(Truth(f"negative-{number}", tuple(span for span, _ in spans), starts))
    return Stitched(made, truths)


def _with_phrases(text: str, rng: Random) -> _Block:
    """Set two agency phrases into a fresh paragraph, between words."""
    tokens = text.split(" ")
    for phrase in rng.sample(phrases.AGENCY, 2):
        tokens.insert(rng.randint(0, len(tokens)), phrase)
    return [_Part(" ".join(tokens), "agency", expected=_NOT_TAKEN)]


def _inside(piece: str, kind: str, host: str, rng: Random) -> _Block:
    at = rng.randint(5, len(words(host)) - 5)
    cut = words(host)[at][0]
    return [_Part(host[:cut].rstrip()), _Part(piece, kind, piece), _Part(host[cut:])]


def _joined(blocks: list[_Block]) -> tuple[str, list[tuple[Span, str]]]:
    """Join the blocks to a text; return it with the spans of what was planted, and their sources' wording."""
    text, spans = "", []
    for block in blocks:
        text += "\n\n" if text else ""
        for nth, part in enumerate(block):
            text += " " if nth else ""
            if part.kind:
                span = Span(len(text), len(text) + len(part.text), part.kind, part.expected)
                spans.append((span, part.taken))
            text += part.text
    return text, spans


def _article(name: str, text: str, number: int, start: datetime | None) -> Article:
    first = start or datetime(1988, 1, 1)
    return Article(
        id=name,
        text=text,
        source=_OUTLETS[number % len(_OUTLETS)],
        published=(first + timedelta(days=30, minutes=number)).isoformat(),
    )


def _sourced(article: Article, rng: Random) -> Article:
    wire = rng.choice(_WIRES)
    return article if article.source else replace(article, source=wire)


def _holders(passages: Iterable[str], originals: Sequence[Article]) -> dict[int, tuple[str, ...]]:
    """For each passage (by `_key`): the originals that hold it verbatim, by words, in order."""
    wanted: dict[str, list[list[str]]] = defaultdict(list)
    size = 6
    for passage in passages:
        tokens = folded(passage)
        wanted[" ".join(tokens[:size])].append(tokens)
    found: dict[int, list[str]] = defaultdict(list)
    for article in originals:
        tokens = folded(article.text)
        for at in range(len(tokens)):
            for passage_words in wanted.get(" ".join(tokens[at : at + size]), ()):
                if tokens[at : at + len(passage_words)] == passage_words:
                    key = xxhash.xxh64_intdigest(" ".join(passage_words).encode())
                    if article.id not in found[key]:
                        found[key].append(article.id)
    return {key: tuple(ids) for key, ids in found.items()}


def _key(passage: str) -> int:
    return xxhash.xxh64_intdigest(" ".join(folded(passage)).encode())


def _fresh_paragraphs(articles: Iterable[Article]) -> Iterator[tuple[str, str]]:
    """Yield topic and text of the paragraphs."""
    for article in articles:
        for paragraph in _paragraphs(article):
            yield _topic(article), paragraph


def _parted(
    articles: Sequence[Article], rng: Random, originals: int | None
) -> tuple[list[Article], list[Article]]:
    """Part the collection into originals and articles to draw fresh text from.

    The latter are of the newest quarter, so that they report later events, and of these the ones
    that share no run of `FRESH_RUN` words with any other article: where one paragraph of a report
    was sent again, its other paragraphs were often only reworded.
    """
    ordered = sorted(articles, key=lambda article: (article.published or "", article.id))
    newest = {article.id for article in ordered[3 * len(ordered) // 4 :]}
    fresh = [article for article in lonely(articles) if article.id in newest]
    older = ordered[: 3 * len(ordered) // 4 - len(ordered) // 40]
    kept = older if originals is None else rng.sample(older, min(originals, len(older)))
    return sorted(kept, key=lambda article: (article.published or "", article.id)), fresh


def lonely(articles: Sequence[Article]) -> list[Article]:
    """Return the articles of which no `FRESH_RUN` consecutive words occur in any other, in order."""
    owner: dict[int, int] = {}
    shared: set[int] = set()
    for at, article in enumerate(articles):
        for run in _runs(article):
            if owner.setdefault(run, at) != at:
                shared.update((at, owner[run]))
    return [article for at, article in enumerate(articles) if at not in shared]


def _runs(article: Article) -> Iterator[int]:
    for paragraph in _paragraphs(article):
        tokens = folded(paragraph)
        for at in range(len(tokens) - FRESH_RUN + 1):
            yield xxhash.xxh64_intdigest(" ".join(tokens[at : at + FRESH_RUN]).encode())


def _vocabulary(articles: Iterable[Article]) -> list[str]:
    """Return every word in lower case as often as it occurs in a sample, so that draws follow use."""
    sample = [word for article in list(articles)[:2000] for word in folded(article.text)]
    return [word for word in sample if word.isalpha()]


def _paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


def _story(article: Article) -> list[str]:
    """Return the article's sentences of at least ten words, in order."""
    return [
        sentence
        for paragraph in _paragraphs(article)
        for sentence in sentences(paragraph, least=8)
        if _is_prose(sentence, 10)
    ]


def _is_prose(text: str, least: int) -> bool:
    """Tell running text from tables: enough words, and at most a quarter of them with a digit."""
    tokens = folded(text)
    digits = sum(not token.isalpha() for token in tokens)
    return len(tokens) >= least and 4 * digits <= len(tokens)


def _topic(article: Article) -> str:
    names = (*article.extra.get("topics", ()), *article.extra.get("places", ()))
    return str(names[0]) if names else ""


def _cut(text: str, first: int, last: int) -> str:
    """Return the words `first` to `last` (exclusive) of a text, with what stands between them."""
    at = words(text)
    return text[at[first][0] : at[last - 1][1]]
