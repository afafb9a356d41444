"""A seeded feed of invented articles with reports that close: findings paint the ledger exactly."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dedup.model import ArticleReport, Finding, Ledger, Match, SourceShare
from dedup.verdict.painting import NOBODY, ledger_of, paint, word_ranges, word_starts

SOURCES = (
    "harbour-wire",
    "morning-lantern",
    "north-gazette",
    "the-tram",
    "valley-post",
    "veche-ru",
    "metro24",
)
_WHO = (
    "The harbour board", "A council of growers", "The tram company", "Mayor Ilse Brandt",
    "The flood office", "Teachers in Eastvale", "The lighthouse trust", "A panel of engineers",
    "The night market union", "Deputy governor Aram Petros", "Two ferry captains", "The bridge authority",
)  # fmt: skip
_DID = (
    "voted on Tuesday to reopen", "refused to pay for", "signed off plans for",
    "asked the ministry to inspect", "warned residents about", "doubled its budget for",
    "will hear complaints over", "quietly shelved", "began a second survey of", "lost an appeal concerning",
    "promised to publish costs of",
)  # fmt: skip
_WHAT = (
    "the old salt warehouse", "the eastern breakwater", "a school ferry", "the glass pavilion",
    "line seven", "the drowned orchard", "three kilometres of dike", "the customs hall", "a winter fair",
    "the pilot boats", "an unlicensed quarry", "the grain lifts",
)  # fmt: skip
_WHY = (
    "after a winter of storms", "despite protests from shopkeepers", "at a cost of {n} million crowns",
    "because the timber had rotted", "while {n} families wait for an answer", "before the season ends",
    "as insurers withdraw", "for the first time in {n} years", "without naming a contractor",
    "once the tide gauges are repaired",
)  # fmt: skip
_SYNONYMS = {
    "voted": "agreed", "reopen": "open again", "refused": "declined", "plans": "drawings", "asked": "urged",
    "warned": "cautioned", "doubled": "raised", "hear": "weigh", "began": "started", "lost": "dropped",
    "old": "former", "cost": "price", "winter": "season", "families": "households", "storms": "gales",
}  # fmt: skip
_RUSSIAN = ("Читайте также: что известно о ремонте", "Подписывайтесь на наш канал", "Новости по теме",
            "Фото из открытых источников")  # fmt: skip
_FURNITURE = {
    "harbour-wire": ("Reporting by the harbour desk", "All rights reserved"),
    "morning-lantern": ("Read also: five walks along the dike", "Sign up for the Lantern letter"),
    "north-gazette": ("Share this story with a friend", "Advertisement"),
}


@dataclass
class Feed:
    """Reports and the texts they judge, by id."""

    reports: list[ArticleReport] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)


@dataclass
class _Draft:
    id: str
    source: str
    published: str
    paragraphs: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    def add(self, text: str) -> tuple[int, int]:
        """Append a paragraph; its number and where it starts."""
        start = sum(len(paragraph) + 2 for paragraph in self.paragraphs)
        self.paragraphs.append(text)
        return len(self.paragraphs) - 1, start


def make_feed(seed: int, articles: int, sentences: int = 4) -> Feed:
    """Invent a feed: wires, copies, rewordings, stitched pages, furniture, foreign lines."""
    random_ = random.Random(seed)
    feed = Feed()
    drafts: list[_Draft] = []
    for number in range(articles):
        draft = _article(random_, number, drafts, sentences)
        drafts.append(draft)
        feed.texts[draft.id] = draft.text
        feed.reports.append(_report(draft, number))
    return feed


def _sentence(random_: random.Random) -> str:
    parts = (random_.choice(_WHO), random_.choice(_DID), random_.choice(_WHAT), random_.choice(_WHY))
    return " ".join(parts).format(n=random_.randint(2, 90)) + "."


def _article(random_: random.Random, number: int, earlier: list[_Draft], sentences: int) -> _Draft:
    source = random_.choice(SOURCES)
    when = datetime(2024, 3, 1) + timedelta(minutes=97 * number + random_.randint(0, 90))
    draft = _Draft(f"{source}/{number:05}.txt", source, when.isoformat() + "Z")
    headline = _sentence(random_)[:-1]
    draft.add(headline)
    for _ in range(random_.randint(3, 8)):
        kind = random_.random()
        if earlier and kind < 0.25:
            _copy(random_, draft, random_.choice(earlier[-200:]))
        elif earlier and kind < 0.4:
            _reword(random_, draft, random_.choice(earlier[-200:]))
        else:
            draft.add(" ".join(_sentence(random_) for _ in range(random_.randint(1, sentences))))
    if random_.random() < 0.2:
        for _ in range(random_.randint(1, 2)):
            _repeat_headline(draft, headline)
    if earlier and number % 9 == 8:
        _frame(draft, earlier[number % 5])
    if random_.random() < 0.25:
        _foreign(random_, draft)
    if source in _FURNITURE:
        _furniture(random_, draft)
    if random_.random() < 0.08:
        _disguise(draft)
    return draft


def _match(
    source: _Draft, paragraph: int, start: int, end: int, spans: list[tuple[int, int, int, int]], j: float
) -> Match:
    return Match(
        source.id, source.source, source.published, paragraph, start, end, j, min(1.0, j + 0.1), tuple(spans)
    )


def _offset(draft: _Draft, paragraph: int) -> int:
    return sum(len(text) + 2 for text in draft.paragraphs[:paragraph])


def _copy(random_: random.Random, draft: _Draft, source: _Draft) -> None:
    """Take a paragraph over, sometimes after words of one's own, sometimes with a quotation in it."""
    index = random_.randrange(len(source.paragraphs))
    taken = source.paragraphs[index]
    lead = random_.choice(("", "", "Sources in the port confirmed it. "))
    paragraph, start = draft.add(lead + taken)
    start += len(lead)
    at = _offset(source, index)
    match = _match(
        source, index, at, at + len(taken), [(start, start + len(taken), at, at + len(taken))], 0.9
    )
    kind = "carried_over" if source.source == draft.source else "recycled"
    copies = random_.randint(0, 6)
    draft.findings.append(_found(draft, kind, paragraph, start, start + len(taken), match, copies))
    if random_.random() < 0.3:
        middle = start + taken.find(" ", len(taken) // 2) + 1
        draft.findings.append(_found(draft, "quoted", paragraph, middle, start + len(taken), match, copies))


def _reword(random_: random.Random, draft: _Draft, source: _Draft) -> None:
    index = random_.randrange(len(source.paragraphs))
    words = source.paragraphs[index].split(" ")
    swapped = [_SYNONYMS.get(word, word) for word in words]
    if swapped == words:
        swapped[len(words) // 2] = "reportedly"
    paragraph, start = draft.add(" ".join(swapped))
    at = _offset(source, index)
    spans, here, there = [], start, at
    for mine, theirs in zip(swapped, words, strict=True):
        if mine == theirs:
            spans.append((here, here + len(mine), there, there + len(theirs)))
        here, there = here + len(mine) + 1, there + len(theirs) + 1
    spans = _joined(spans)
    match = _match(source, index, at, there - 1, spans, 0.55)
    draft.findings.append(_found(draft, "reworded", paragraph, start, here - 1, match, random_.randint(0, 3)))


def _joined(spans: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    out: list[tuple[int, int, int, int]] = []
    for a, b, c, d in spans:
        if out and out[-1][1] + 1 == a and out[-1][3] + 1 == c:
            out[-1] = (out[-1][0], b, out[-1][2], d)
        else:
            out.append((a, b, c, d))
    return out


def _frame(draft: _Draft, source: _Draft) -> None:
    """Take every other word of a paragraph, as the frame of a report with other facts."""
    paragraph, start = draft.add(source.paragraphs[0])
    for number, word in enumerate(re.finditer(r"\S+", source.paragraphs[0])):
        if number % 2 == 0:
            first, last = start + word.start(), start + word.end()
            match = _match(
                source, 0, word.start(), word.end(), [(first, last, word.start(), word.end())], 0.4
            )
            draft.findings.append(_found(draft, "template", paragraph, first, last, match, 1))


def _repeat_headline(draft: _Draft, headline: str) -> None:
    paragraph, start = draft.add(headline)
    match = _match(draft, 0, 0, len(headline), [(start, start + len(headline), 0, len(headline))], 1.0)
    draft.findings.append(_found(draft, "repeated", paragraph, start, start + len(headline), match, 0))


def _foreign(random_: random.Random, draft: _Draft) -> None:
    for line in random_.sample(_RUSSIAN, random_.randint(1, 3)):
        paragraph, start = draft.add(line)
        end = start + len(line)
        draft.findings.append(
            Finding(
                "foreign", paragraph, start, end, _words(draft, start, end), language="ru", confidence=0.99
            )
        )
        draft.findings.append(
            Finding("boilerplate", paragraph, start, end, _words(draft, start, end), reason="phrase")
        )


def _furniture(random_: random.Random, draft: _Draft) -> None:
    line = random_.choice(_FURNITURE[draft.source])
    paragraph, start = draft.add(line)
    end = start + len(line)
    draft.findings.append(
        Finding("boilerplate", paragraph, start, end, _words(draft, start, end), reason="learned")
    )


def _disguise(draft: _Draft) -> None:
    """A look-alike letter in the last paragraph, of the same length, so that no offset moves."""
    last = draft.paragraphs[-1]
    at = last.find("a")
    if at < 0:
        return
    draft.paragraphs[-1] = last[:at] + "а" + last[at + 1 :]
    starts = [
        start for start in word_starts(draft.text) if start <= _offset(draft, len(draft.paragraphs) - 1) + at
    ]
    start = starts[-1]
    end = start + len(draft.text[start:].split()[0])
    draft.findings.append(
        Finding(
            "obfuscated",
            len(draft.paragraphs) - 1,
            start,
            end,
            1,
            reason="mixed scripts",
            hides=draft.text[start:end].replace("а", "a"),
        )
    )


def _words(draft: _Draft, start: int, end: int) -> int:
    return sum(start <= at < end for at in word_starts(draft.text))


def _found(
    draft: _Draft, kind: str, paragraph: int, start: int, end: int, match: Match, copies: int
) -> Finding:
    return Finding(kind, paragraph, start, end, _words(draft, start, end), match, copies)  # type: ignore[arg-type]


def _report(draft: _Draft, number: int) -> ArticleReport:
    findings = tuple(sorted(draft.findings, key=lambda found: (found.start, found.end, found.kind)))
    return report_of(draft.id, draft.text, findings, source=draft.source, published=draft.published,
                     title=draft.paragraphs[0], url=f"https://example.org/{number}")  # fmt: skip


def report_of(
    id: str, text: str, findings: tuple[Finding, ...] = (), *, source: str = "", published: str | None = None,
    title: str = "", url: str = "", language: str = "en", path: str = "",
) -> ArticleReport:  # fmt: skip
    """The closed report of a text with these findings."""
    starts = word_starts(text)
    kinds = [found.kind for found in findings]
    owners = paint(len(starts), kinds, word_ranges(starts, findings))
    ledger = ledger_of(owners, kinds)
    shares: dict[str, SourceShare] = {}
    for owner in owners:
        match = findings[owner].match if owner != NOBODY else None
        if match and findings[owner].kind in ("recycled", "reworded", "carried_over", "quoted"):
            words = shares[match.id].words + 1 if match.id in shares else 1
            shares[match.id] = SourceShare(match.id, match.source, match.published, words)
    ranked = tuple(sorted(shares.values(), key=lambda share: (-share.words, share.id)))
    return ArticleReport(
        id, source, published, language, len(starts), ledger.originality, Ledger() if not starts else ledger,
        ranked, findings, title, url, path,
    )  # fmt: skip
