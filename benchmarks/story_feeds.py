"""Feeds with known stories: events, who wrote of them first, and what others made of that.

Of each event one article is the root. Others reprint it (whole, cut, misspelled, dressed, or a reprint of it), reword
it, mix it with another event, update it, or write most of their own about it and take half of it in. Some roots are an
agency's dispatch, which comes first, some seconds late, or is not in the feed at all. Between them stand articles that
look alike and are no copies: daily briefs from one frame, independent accounts that quote the same words, alerts.

All text is drawn from articles that share no run of words, and handed out once. The same articles, seed and count
give the same feed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from benchmarks import phrases
from benchmarks.texts import words
from dedup.model import Article, UpdateOf

Edit = Callable[[str, float, Random], str]
"""A text with a share of its words changed."""

_OUTLETS = [f"{town} {name}" for town in phrases.TOWNS for name in ("Post", "Herald", "Online")]
_AGENCIES = (("Reuters", "reuters"), ("AFP", "afp.com"), ("AP", "apnews"), ("dpa", "dpa"))
_SIGNED = ("{0} ({1}) - {2}", "{2}\n\n({1})", "{2} — {1}", "By {1}\n\n{2}", "{2}\n\n(With inputs from {1})")
_START = datetime(2024, 3, 1)


@dataclass(frozen=True, slots=True)
class Truth:
    """Where an article belongs, by the id of the root; its role; and how it was made."""

    story: str
    role: str
    kind: str


@dataclass(slots=True)
class Known:
    """What is known of a story: how many wrote it, and which agencies are named."""

    origins: int = 1
    credits: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Feed:
    """Articles in no order, what is known of each by id, and of each story by the id of its root; of updates, what they
    have otherwise than the version before."""

    articles: list[Article] = field(default_factory=list)
    truths: dict[str, Truth] = field(default_factory=dict)
    stories: dict[str, Known] = field(default_factory=dict)
    updates: dict[str, UpdateOf] = field(default_factory=dict)

    def add(self, name: str, blocks: Sequence[str], source: str, when: datetime, truth: Truth) -> None:
        """Add an article."""
        published = when.isoformat()
        self.articles.append(Article(name, "\n\n".join(blocks), f"Title of {name}", source, published))
        self.truths[name] = truth


def feed_of(articles: Sequence[Article], edit: Edit, seed: int, events: int) -> Feed:
    """Make a feed of so many events, and of as many articles again that belong to none.

    Raises ValueError where the articles have too little text.
    """
    rng = Random(f"stories/{seed}")
    stock = _Stock(articles, rng)
    feed = Feed()
    before: list[_Event] = []
    for number in range(events):
        event = _Event(feed, stock, edit, Random(f"{seed}/{number}"), number)
        event.tell(before)
        before.append(event)
    for number in range(events // 4):
        _alone(feed, stock, Random(f"{seed}/alone/{number}"), number)
    _briefs(feed, rng, max(1, events // 25))
    rng.shuffle(feed.articles)
    return feed


class _Stock:
    """Paragraphs that nobody else has."""

    def __init__(self, articles: Sequence[Article], rng: Random) -> None:
        self._left = [
            paragraph for article in articles for paragraph in article.text.split("\n\n")
            if 15 <= len(words(paragraph)) <= 90 and paragraph[-1:] == "."
        ]  # fmt: skip
        rng.shuffle(self._left)

    def take(self, count: int) -> list[str]:
        """Take so many paragraphs."""
        if len(self._left) < count:
            raise ValueError("the articles have no more paragraphs: ask for fewer events")
        return [self._left.pop() for _ in range(count)]


def _size(blocks: Sequence[str]) -> int:
    return sum(len(words(block)) for block in blocks)


class _Event:
    """One event, and what is written of it, a minute after the other."""

    def __init__(self, feed: Feed, stock: _Stock, edit: Edit, rng: Random, number: int) -> None:
        self.feed, self.stock, self.edit, self.rng, self.number = feed, stock, edit, rng, number
        self.text = stock.take(rng.randint(4, 8))
        self.when = _START + timedelta(minutes=97 * number)
        self.outlets = rng.sample(_OUTLETS, len(_OUTLETS))
        self.agency, self.wire = rng.choice(_AGENCIES)
        self.mode = rng.choices(("own", "present", "late", "absent"), (50, 20, 15, 15))[0]
        self.made = 0
        self.root = f"{number}-root"

    def tell(self, before: Sequence[_Event]) -> None:
        """Write it, in an order in which each thing may be: the root, what follows from it, mixes."""
        self.known = self.feed.stories[self.root] = Known()
        self._root()
        self.signature = len(words(self.feed.articles[-1].text)) - _size(self.text)
        rng = self.rng
        for _ in range(rng.randint(1, 5)):
            self._reprint(self.text, "reprint")
        for _ in range(rng.choices(range(5), (50, 20, 12, 10, 8))[0]):
            self._origin()
        for _ in range(rng.choices(range(3), (50, 30, 20))[0]):
            self._rewrite()
        if self.mode != "absent" or rng.random() < 0.5:
            self._updates(rng.choices(range(3), (50, 30, 20))[0])
        if rng.random() < 0.2:
            self._own_reprint_updated()
        if before and rng.random() < 0.3:
            self._mix(rng.choice(before[-20:]))

    def _add(self, kind: str, role: str, blocks: Sequence[str], source: str, credit: bool = False) -> str:
        name = self.root if kind == "root" else f"{self.number}-{kind}-{self.made}"
        self.made += 1
        self.when += timedelta(seconds=self.rng.randint(20, 900))
        if credit:
            self.known.credits.add(self.agency)
            blocks = [self._signed("\n\n".join(blocks))]
        self.feed.add(name, blocks, source, self.when, Truth(self.root, role, kind))
        return name

    def _signed(self, text: str) -> str:
        return self.rng.choice(_SIGNED).format(self.rng.choice(phrases.TOWNS).upper(), self.agency, text)

    def _root(self) -> None:
        if self.mode in ("own", "absent"):
            self.source = self.outlets.pop()
            self._add("root", "origin", self.text, self.source, credit=self.mode == "absent")
            return
        self.source = self.wire
        dateline = f"{self.rng.choice(phrases.TOWNS).upper()} ({self.agency}) - {self.text[0]}"
        if self.mode == "late":
            late = self.rng.choice((self.text, self.text[: max(3, len(self.text) - 1)]))
            self._add("early", "reprint", late, self.outlets.pop(), credit=True)
        self._add("root", "origin", [dateline, *self.text[1:]], self.source)

    def _reprint(self, text: Sequence[str], kind: str) -> list[str]:
        rng, blocks = self.rng, list(text)
        how = rng.choice(("whole", "whole", "cut", "misspelled", "dressed"))
        source = self.outlets.pop()
        if how == "cut":
            blocks = blocks[: max(2, round(len(blocks) * rng.uniform(0.5, 0.95)))]
        elif how == "misspelled":
            blocks = [self.edit(block, 0.02, rng) for block in blocks]
        elif how == "dressed":
            blocks += phrases.furniture(source)
        credit = self.mode in ("present", "late", "absent") and rng.random() < 0.8
        self._add(f"{kind}-{how}", "reprint", blocks, source, credit)
        if rng.random() < 0.2:
            self._add(f"{kind}-again", "reprint", blocks, self.outlets.pop())
        return blocks

    def _origin(self) -> None:
        """Takes in half of the root, and has more of its own."""
        taken = self.rng.sample(range(len(self.text)), len(self.text))
        kept: list[int] = []
        while _size([self.text[at] for at in kept]) < 0.56 * _size(self.text):
            kept.append(taken.pop())
        theirs = [self.text[at] for at in sorted(kept)]
        own = self.stock.take(2)
        while _size(own) < 1.2 * _size(theirs):
            own += self.stock.take(1)
        blocks = [*own[:1], *theirs, *own[1:]]
        credit = self.mode == "absent" and self.rng.random() < 0.5
        self._add("origin", "origin", blocks, self.outlets.pop(), credit)
        self.known.origins += not credit
        if self.rng.random() < 0.3:
            self._reprint(blocks, "reprint-of-origin")

    def _rewrite(self) -> None:
        rng = self.rng
        if rng.random() < 0.6:
            blocks = [self.edit(block, rng.uniform(0.2, 0.3), rng) for block in self.text]
        else:
            blocks = [*self.text]
            while _size(blocks) < 1.35 * _size(self.text):
                blocks.insert(rng.randrange(len(blocks) + 1), self.stock.take(1)[0])
            if _size(blocks) > 1.8 * _size(self.text):
                blocks = [self.edit(block, 0.25, rng) for block in self.text]
        self._add("rewrite", "rewrite", blocks, self.outlets.pop())

    def _updates(self, count: int) -> None:
        rng, blocks = self.rng, list(self.text)
        before, first = self.root, self.signature
        for _ in range(count):
            old = set(blocks)
            for _ in range(rng.randint(0, max(0, len(blocks) // 3 - 1))):
                blocks.pop(rng.randrange(len(blocks)))
            if rng.random() < 0.8:
                blocks.insert(rng.randrange(len(blocks) + 1), self.stock.take(1)[0])
            name = self._add("update", "update", blocks, self.source)
            gone = old.difference(blocks)
            deleted = first + _size(sorted(gone))
            self.feed.updates[name] = UpdateOf(
                before, _size([one for one in blocks if one not in old]), deleted, 0
            )
            before, first = name, 0
            if rng.random() < 0.3:
                self._reprint(blocks, "reprint-of-update")

    def _own_reprint_updated(self) -> None:
        outlet = self.outlets.pop()
        self._add("reprint-updated-later", "reprint", self.text, outlet)
        self._add("update-of-reprint", "update", [*self.text, *self.stock.take(1)], outlet)

    def _mix(self, other: _Event) -> None:
        mine = list(self.text)
        theirs = list(other.text)
        while _size(theirs) > 0.75 * _size(mine) and len(theirs) > 1:
            theirs.pop(self.rng.randrange(len(theirs)))
        if 0.35 * _size(mine) < _size(theirs) < 0.8 * _size(mine):
            self._add("mix", "mix", [*mine, *theirs], self.outlets.pop())


def _alone(feed: Feed, stock: _Stock, rng: Random, number: int) -> None:
    """Independent accounts that quote the same words, an alert, and an article that is all quotation."""
    quote = stock.take(1)[0]
    when = _START + timedelta(minutes=211 * number)
    sources = rng.sample(_OUTLETS, 4)
    for nth in range(2):
        blocks = stock.take(3)
        blocks[1] = f"{blocks[1]} “{quote}”"
        _lone(feed, f"account-{number}-{nth}", blocks, sources[nth], when + timedelta(minutes=nth))
    alert = " ".join(stock.take(1)[0].split()[:12])
    _lone(feed, f"alert-{number}", [alert], sources[2], when)
    _lone(feed, f"quotation-{number}", [f"“{quote}”"], sources[3], when + timedelta(hours=1))


def _lone(feed: Feed, name: str, blocks: Sequence[str], source: str, when: datetime) -> None:
    feed.add(name, blocks, source, when, Truth(name, "origin", name.split("-")[0]))
    feed.stories[name] = Known()


_FRAMES = (
    "Shares in {town} closed {way} on {day}, with the main index {verb} {number} points to {big} in trading described "
    "as {mood}. {firm} led the {side} with a move of {small} percent, while {firm2} was little changed at {price}. "
    "Turnover came to {big} shares. Dealers expect the market to open {way2} on {day2}, ahead of figures on {goods} "
    "stocks.",
    "A magnitude {small} earthquake struck {number} km from {town} on {day} at {hour}, the seismological office said. "
    "The quake was {number} km deep. There were no immediate reports of damage or casualties. The area is sparsely "
    "populated; the office recorded {small} tremors there in the past month.",
    "The {town} weather office expects {sky} on {day}, with a high of {small} degrees and a low of {small} in the "
    "hills. Winds from the {side2} will reach {number} km an hour in the afternoon. The outlook for {day2} is {sky2}, "
    "with temperatures near {small} degrees along the coast.",
)


def _briefs(feed: Feed, rng: Random, count: int) -> None:
    """Daily briefs of several sources, each from one frame with other facts."""
    for frame in _FRAMES:
        for series in range(count):
            source = rng.choice(_OUTLETS)
            for day in range(8):
                name = f"brief-{_FRAMES.index(frame)}-{series}-{day}"
                _lone(feed, name, [_filled(frame, rng)], source, _START + timedelta(days=day, minutes=series))


def _filled(frame: str, rng: Random) -> str:
    choices: dict[str, Callable[[], object]] = {
        "town": lambda: rng.choice(phrases.TOWNS), "way": lambda: rng.choice(("higher", "lower", "mixed", "flat")),
        "way2": lambda: rng.choice(("steady", "firmer", "weaker")), "day": lambda: rng.choice(_DAYS),
        "day2": lambda: rng.choice(_DAYS), "verb": lambda: rng.choice(("gaining", "losing", "adding", "shedding")),
        "number": lambda: rng.randint(3, 95), "small": lambda: round(rng.uniform(1, 9), 1),
        "big": lambda: f"{rng.randint(1000, 9000):,}", "mood": lambda: rng.choice(("thin", "brisk", "nervous")),
        "firm": lambda: rng.choice(phrases.NAMES), "firm2": lambda: rng.choice(phrases.NAMES),
        "side": lambda: rng.choice(("gains", "losses")), "price": lambda: round(rng.uniform(10, 400), 2),
        "goods": lambda: rng.choice(phrases.GOODS), "hour": lambda: f"{rng.randint(1, 23)}:{rng.randint(10, 59)}",
        "sky": lambda: rng.choice(phrases.SKY), "sky2": lambda: rng.choice(phrases.SKY),
        "side2": lambda: rng.choice(("north", "south", "east", "west")),
    }  # fmt: skip
    parts = frame.split("{")
    return parts[0] + "".join(
        f"{choices[name]()}{rest}" for name, _, rest in (p.partition("}") for p in parts[1:])
    )


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
