"""Versions of one story teach their outlet no furniture; what stands on all of its pages is furniture however long."""

from __future__ import annotations

from random import Random

import pytest

from dedup import Article, Detector, Settings, scan
from dedup.index.memory import MemoryIndex


def _paragraph(rng: Random, words: int) -> str:
    return " ".join("".join(rng.choices("abcdefghij", k=rng.randint(3, 9))) for _ in range(words)) + "."


VERSIONS = {
    "paragraphs are added below": lambda body, news, k: [*body[:6], *news[:k]],
    "a new lead each time": lambda body, news, k: [*news[2 * k : 2 * k + 2], *body[:5]],
    "half of it is new": lambda body, news, k: [*news[4 * k : 4 * k + 4], *body[:4]],
    "new, with the old background": lambda body, news, k: [*body[:3], *news[5 * k : 5 * k + 5]],
}


@pytest.mark.parametrize("kind", VERSIONS)
@pytest.mark.parametrize("others", [0, 2, 5])
def test_versions_of_a_story_teach_their_outlet_no_furniture(kind: str, others: int) -> None:
    rng = Random(len(kind) + others)
    body, news = ([_paragraph(rng, 36) for _ in range(size)] for size in (6, 30))
    note = _paragraph(rng, 24)
    texts = [*([_paragraph(rng, 36) for _ in range(6)] for _ in range(others))]
    texts += [VERSIONS[kind](body, news, k) for k in range(5)]
    feed = [
        Article(f"a{n}", "\n\n".join([*text, note]), source="one", published=f"2024-03-{n + 1:02d}")
        for n, text in enumerate(texts)
    ]
    streamed = Detector(MemoryIndex(Settings()), Settings()).judge(feed)
    for reports in (list(scan(feed)), streamed):
        for article, report in zip(feed, reports, strict=True):
            learned = [
                article.text[one.start : one.end].rstrip(".")
                for one in report.findings
                if one.kind == "boilerplate"
            ]
            assert set(learned) <= {note.rstrip(".")}
    assert others < 5 or any(one.kind == "boilerplate" for one in streamed[4].findings)


def test_a_notice_on_all_pages_is_furniture_however_long() -> None:
    rng = Random(5)
    notice = [_paragraph(rng, 30) for _ in range(3)]
    feed = [
        Article(
            f"a{n}", "\n\n".join([*(_paragraph(rng, 40) for _ in range(3)), *notice]), source="one",
            published=f"2024-03-{n + 1:02d}",
        )
        for n in range(14)
    ]  # fmt: skip
    for report in scan(feed):
        assert report.ledger.boilerplate == 90
