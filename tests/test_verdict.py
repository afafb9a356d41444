"""Passages and marks become reports: against a look at each word, and as properties of feeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import painted
from strategies import SENTENCES, feeds

from dedup import Article, Settings, scan
from dedup.classes import STRENGTHS
from dedup.inspect.inspector import Inspection, Inspector, learned_furniture, source_numbers
from dedup.match import align
from dedup.match.kernels.alignment import rows as alignment
from dedup.match.layout import Layout, bare_layout, lay_out
from dedup.model import ArticleReport, Finding, Mark
from dedup.text import words
from dedup.verdict.evidence import Evidence, evidence
from dedup.verdict.reports import Corpus, article_reports, quotes_in

UNTIMED = settings(deadline=None, max_examples=25)
MANY = settings(deadline=None, max_examples=200)
KINDS = (alignment.RECYCLED, alignment.REWORDED, alignment.REPEATED, alignment.TEMPLATE)
NO_QUOTES: Callable[..., list[tuple[int, int]]] = lambda *_: []  # noqa: E731


def folded(text: str) -> list[int]:
    """The words of a text as they are compared."""
    hashes: list[int] = words.split([text]).hashes.tolist()
    return hashes


# -- evidence ------------------------------------------------------------------------------------------------------


@st.composite
def spaced(draw: st.DrawFn) -> str:
    """Words with gaps of any width."""
    gaps = draw(st.lists(st.sampled_from([" ", "  ", ", ", " – ", " Дом "]), min_size=20, max_size=20))
    return "".join(f"w{number}{gap}" for number, gap in enumerate(gaps)).strip()


@st.composite
def passages(draw: st.DrawFn) -> list[tuple[int, list[tuple[int, int, int, int]]]]:
    """Kind and blocks (here, there, length, similar) of some passages."""
    out = []
    for _ in range(draw(st.integers(1, 3))):
        here, there, blocks = draw(st.integers(0, 4)), draw(st.integers(0, 4)), []
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.integers(1, 4))
            if here + length > 19 or there + length > 19:
                break
            blocks.append((here, there, length, int(draw(st.booleans()) and length == 1)))
            here += length + draw(st.integers(0, 2))
            there += length + draw(st.integers(0, 2))
        if any(not similar for *_, similar in blocks):
            out.append((draw(st.sampled_from(KINDS)), blocks))
    return out


def laid_out(source: str, text: str, drawn: Sequence[tuple[int, list[tuple[int, int, int, int]]]]) -> tuple[
    Layout, align.Passages
]:  # fmt: skip
    """An article with passages from one before it."""
    layout = bare_layout(words.split([source, text]))
    base = layout.columns.art_words[1]
    rows, blocks = [np.empty((0, 13), np.int64)], [np.empty((0, 4), np.int64)]
    for kind, own in drawn:
        table = np.array(own) + np.array([base, 0, 0, 0])
        low = sum(map(len, blocks))
        t0, t1 = table[0, 0], table[-1, 0] + table[-1, 2]
        s0, s1 = table[0, 1], table[-1, 1] + table[-1, 2]
        rows.append(np.array([(1, 1, t0, t1, 0, 0, s0, s1, 20, low, low + len(own), kind, t1 - t0)]))
        blocks.append(table)
    count = len(drawn)
    found = align.Passages(
        np.concatenate(rows),
        np.full((count, 2), 0.5),
        np.concatenate(blocks),
        np.ones(count, np.int64),
        np.ones(count, np.int64),
        np.zeros(0, np.int64),
    )
    return layout, found


def pairs_of(source: words.Columns, text: words.Columns, span: Sequence[int]) -> list[tuple[int, int]]:
    """The words that an aligned run pairs, by their places in both texts."""
    here = [n for n, at in enumerate(text.starts.tolist()) if span[0] <= at < span[1]]
    there = [n for n, at in enumerate(source.starts.tolist()) if span[2] <= at < span[3]]
    assert (text.starts[here[0]], text.ends[here[-1]]) == (span[0], span[1])
    assert (source.starts[there[0]], source.ends[there[-1]]) == (span[2], span[3])
    return list(zip(here, there, strict=True))


@MANY
@given(spaced(), spaced(), passages(), st.lists(st.integers(0, 90), min_size=2, max_size=6, unique=True))
def test_what_is_quoted_is_told_word_by_word(
    source: str, text: str, drawn: list[tuple[int, list[tuple[int, int, int, int]]]], edges: list[int]
) -> None:
    edges = sorted(edge for edge in edges if edge <= len(text))
    quotes = list(zip(edges[::2], edges[1::2], strict=False))
    layout, found = laid_out(source, text, drawn)
    made = evidence(layout, found, lambda number, *_: quotes if number == 1 else [], Settings())
    there, here = words.split([source]), words.split([text])
    wanted = []
    for row, (kind, blocks) in enumerate(drawn):
        first, last = blocks[0][0], blocks[-1][0] + blocks[-1][2]
        for start, end in quotes if kind in (alignment.RECYCLED, alignment.REWORDED) else ():
            spoken = [n for n, at in enumerate(here.starts.tolist()) if start <= at < end]
            held = [n for n in spoken if first <= n < last]
            for t, s, size, similar in blocks if len(spoken) >= Settings().quote_words else ():
                run = [(t + k, s + k) for k in range(size) if t + k in held and not similar]
                if run:
                    wanted.append((row, run[0][0], run[-1][0] + 1, run))
    got = []
    for row, strength, first, last, low, high in made.parts.tolist():
        if strength == STRENGTHS["quoted"]:
            equal = [pair for span in made.spans[low:high].tolist() for pair in pairs_of(there, here, span)]
            got.append((row, first, last, equal))
    assert got == wanted


@MANY
@given(spaced(), spaced(), passages())
def test_a_frame_is_the_runs_of_its_own_words(
    source: str, text: str, drawn: list[tuple[int, list[tuple[int, int, int, int]]]]
) -> None:
    layout, found = laid_out(source, text, drawn)
    made = evidence(layout, found, NO_QUOTES, Settings())
    held: dict[int, list[int]] = {}
    for row, strength, first, last, low, high in made.parts.tolist():
        assert strength == STRENGTHS["template"]
        assert low < high
        held.setdefault(row, []).extend(range(first, last))
    assert held == {
        row: [t + k for t, _, size, similar in blocks if not similar for k in range(size)]
        for row, (kind, blocks) in enumerate(drawn)
        if kind == alignment.TEMPLATE
    }
    for row in held:
        runs = [part[2:4] for part in made.parts.tolist() if part[0] == row]
        assert all(end < start for (_, end), (start, _) in pairwise(runs)), "runs that touch"


@MANY
@given(spaced(), spaced(), passages())
def test_spans_are_the_runs_of_equal_words(
    source: str, text: str, drawn: list[tuple[int, list[tuple[int, int, int, int]]]]
) -> None:
    layout, found = laid_out(source, text, drawn)
    made = evidence(layout, found, NO_QUOTES, Settings())
    there, here = words.split([source]), words.split([text])
    for (_, blocks), cells in zip(drawn, made.cells.tolist(), strict=True):
        spans = made.spans[cells[9] : cells[10]].tolist()
        assert [pairs_of(there, here, span) for span in spans] == [
            [(t + k, s + k) for k in range(size)] for t, s, size, similar in blocks if not similar
        ]


# -- feeds ---------------------------------------------------------------------------------------------------------

GAPS = st.sampled_from([" ", "  ", "\u00a0", " \n"])


@st.composite
def quoting(draw: st.DrawFn) -> list[Article]:
    """An article, and others that quote parts of it, in other lines and letters."""
    said = draw(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=4, unique=True))
    feed = [Article("first", "\n\n".join(said), source="herald", published="2024-03-01")]
    for number in range(draw(st.integers(1, 3))):
        parts = []
        for sentence in draw(st.permutations(said)):
            told = sentence.split()
            low = draw(st.integers(0, len(told) - 1))
            high = draw(st.integers(low, len(told)))
            gap = draw(GAPS)
            told[low:high] = [f"“{told[low]}", *told[low + 1 : high]] if low < high else []
            if low < high:
                told[high - 1] += "”"
            if draw(st.booleans()):
                told = [word.replace("ss", "ß") for word in told]
            parts.append(gap.join(told))
        feed.append(Article(f"a{number}", "\n\n".join(parts), source=f"s{number}", published="2024-03-02"))
    return feed


@UNTIMED
@given(st.one_of(quoting(), feeds()))
def test_what_is_quoted_has_words_and_they_are_those_of_the_source(feed: list[Article]) -> None:
    texts = {article.id: article.text for article in feed}
    for report in scan(feed):
        for found in report.findings:
            if found.kind == "quoted":
                assert found.match is not None and found.match.spans and found.words > 0
                for start, end, match_start, match_end in found.match.spans:
                    assert found.start <= start < end <= found.end
                    assert found.match.start <= match_start < match_end <= found.match.end
                    said = folded(texts[report.id][start:end])
                    assert said and said == folded(texts[found.match.id][match_start:match_end])


@UNTIMED
@given(st.one_of(quoting(), feeds()))
def test_painting_the_findings_gives_the_ledger(feed: list[Article]) -> None:
    texts = {article.id: article.text for article in feed}
    for report in scan(feed):
        findings = [asdict(found) for found in report.findings]
        assert painted(texts[report.id], findings) == asdict(report.ledger)
        assert report.originality == report.ledger.originality
        assert report.words == report.ledger.words
        assert list(report.findings) == sorted(report.findings, key=lambda found: found.start)


def judged(feed: Sequence[Article]) -> tuple[Corpus, Evidence, list[Inspection], np.ndarray]:
    """All that reports are made of."""
    corpus = Corpus(feed, lay_out(words.split([article.text for article in feed])))
    pairs = [
        number << 32 | paragraph
        for number in range(len(feed))
        for paragraph in range(int(corpus.layout.columns.art_pars[number]))
    ]
    holders = np.zeros(corpus.layout.columns.hashes.size, np.uint8)
    found = align.verify(corpus.layout, holders, 0, len(feed), np.array(pairs, np.uint64), Settings())
    seen = Inspector().inspect_texts([(article.text, None) for article in feed])
    furniture = learned_furniture(source_numbers(feed), corpus.layout, Settings())
    made = evidence(corpus.layout, found, quotes_in(feed), Settings())
    furniture[: furniture.size // 3] = True  # a feed of this size teaches nothing
    return corpus, made, seen, furniture


@UNTIMED
@given(st.one_of(quoting(), feeds()), st.randoms(use_true_random=False))
def test_a_report_does_not_depend_on_its_batch(feed: list[Article], random: Random) -> None:
    corpus, found, seen, furniture = judged(feed)
    together = article_reports(corpus, range(len(feed)), found, seen, furniture, [0] * len(feed))
    order = list(range(len(feed)))
    random.shuffle(order)
    cut = len(order) // 2
    for numbers in (order[:cut], order[cut:], *([number] for number in order)):
        some = article_reports(
            corpus, numbers, found, [seen[n] for n in numbers], furniture, [0] * len(numbers)
        )
        assert some == [together[n] for n in numbers]


def marked(text: str, *marks: Mark) -> ArticleReport:
    corpus, found, _, furniture = judged([Article("a", text)])
    furniture[:] = False
    (report,) = article_reports(corpus, [0], found, [Inspection("en", marks)], furniture, [0])
    return report


TEXT = "One two three.\n\nFour five.\n\nSix seven eight nine."


def test_a_mark_over_paragraphs_is_a_finding_in_each() -> None:
    report = marked(TEXT, Mark("foreign", 4, 33, "ru", 0.9))
    assert report.findings == (
        Finding("foreign", 0, 4, 14, 2, language="ru", confidence=0.9),
        Finding("foreign", 1, 16, 26, 2, language="ru", confidence=0.9),
        Finding("foreign", 2, 28, 33, 2, language="ru", confidence=0.9),
    )


@UNTIMED
@given(st.integers(0, 52), st.integers(0, 52), st.sampled_from(["foreign", "obfuscated"]))
def test_a_mark_that_holds_no_word_says_nothing_of_words(start: int, end: int, kind: str) -> None:
    report = marked(TEXT, Mark(kind, start, end))  # type: ignore[arg-type]
    columns = words.split([TEXT])
    wanted = []
    for paragraph, (first, last) in enumerate(columns.paragraphs(0)):
        low, high = max(start, first), min(end, last)
        held = [at for at in columns.starts.tolist() if low <= at < high]
        if low < high and (held or kind == "obfuscated"):
            wanted.append((paragraph, low, high, len(held)))
    assert [(one.paragraph, one.start, one.end, one.words) for one in report.findings] == wanted


def test_sources_are_ranked_by_the_words_taken_from_them() -> None:
    first, second, third = SENTENCES[:3]
    feed = [
        Article("x", first, source="herald", published="2024-03-01"),
        Article("y", f"{second}\n\n{third}", source="courier", published="2024-03-01"),
        Article("z", f"{first}\n\n{second}\n\n{third}", source="gazette", published="2024-03-02"),
    ]
    *_, report = scan(feed)
    assert [(share.id, share.source) for share in report.sources] == [("y", "courier"), ("x", "herald")]
    assert sum(share.words for share in report.sources) == report.ledger.recycled == report.words


def test_the_same_outlet_carries_over_and_an_unknown_one_recycles() -> None:
    for source, kind in (("herald", "carried_over"), ("", "recycled"), ("gazette", "recycled")):
        feed = [
            Article("x", SENTENCES[0], source="herald" if source else "", published="2024-03-01"),
            Article("y", SENTENCES[0], source=source, published="2024-03-02"),
        ]
        *_, report = scan(feed)
        assert [found.kind for found in report.findings] == [kind]


def test_no_articles_make_no_reports() -> None:
    corpus, found, _, furniture = judged([Article("a", TEXT)])
    assert article_reports(corpus, [], found, [], furniture, []) == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“No,” she said.", False),
        ("“We will rebuild the bridge before the winter comes,” she said.", True),
    ],
)
def test_scare_quotes_are_no_quotations(text: str, quoted: bool) -> None:
    around = "The old bridge of the village was closed by the council after the storm of last week."
    feed = [
        Article("x", f"{around} {text}", source="a", published="2024-03-01"),
        Article("y", f"{around} {text}", source="b", published="2024-03-02"),
    ]
    *_, report = scan(feed)
    assert bool(report.ledger.quoted) == quoted
