"""Titles after lead-ins: shards tell what they are, and each line of the report is that of one machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from dedup import Article, Settings
from dedup.inspect.furniture import Headlines, asked
from tests.test_boilerplate_titled import FLAT
from tests.test_spark import Hand, blocks_by_hand, by_hand, lines

pytest.importorskip("pyarrow", reason="no pyarrow: pip install '.[spark]'")

from dedup.spark import links
from dedup.spark.parcels import decode

LEADS = [lead for _, lead, _, _ in FLAT] + ["See also:", "RELATED:", "Leia também:", "延伸阅读："]
TITLES = [
    *(title for _, _, title, _ in FLAT), "Market hall loses its roof and its owner", "Market hall loses", "The dam",
    "Ferry fares rise again", "Ferry fares rise again | Harbour Post", "Is the ferry late?", "高架桥今早坍塌了",
    "Live from the harbour: ferry fares rise again in spite of all that the council has said - Harbour Online",
    "MARKET HALL LOSES ITS ROOF", "Café fermé après l’orage", "CafÃ© fermÃ© aprÃ¨s lâ€™orage", "a b c", " - ",
]  # fmt: skip
PROSE = [f"{before} {after}" for before, _, _, after in FLAT] + [
    "The council of Harrow Falls voted on Monday to close the old bridge before the winter.",
    "Engineers had found rust in eleven places, and two of the cables must be replaced, a spokeswoman said.",
    "La mairie a décidé lundi de fermer le pont avant l’hiver parce que onze câbles sont rongés par la rouille.",
    "Der Stadtrat beschloss am Montag, die alte Brücke noch vor dem Winter für den ganzen Verkehr zu sperren.",
    "Les cÃ¢bles ont Ã©tÃ© remplacÃ©s par la ville aprÃ¨s lâ€™hiver, a dit la mairie.",
]


def page(rng: Random, told: list[str]) -> str:
    """A text with lead-ins before titles, on their lines or without any line breaks; now and then another's prose."""
    pieces = []
    for _ in range(rng.randint(1, 6)):
        kind = rng.random()
        if kind < 0.5:
            titles = [rng.choice(TITLES) for _ in range(rng.choice((1, 1, 1, 2, 5)))]
            pieces.append(
                f"{rng.choice(LEADS)} {' '.join(titles)} {rng.choice((*PROSE, '', 'and more'))}".strip()
            )
        elif kind < 0.6:
            pieces.append(f"{rng.choice(LEADS)}\n{rng.choice(TITLES)}")
        elif told and kind < 0.8:
            pieces.append(rng.choice(told))
        else:
            pieces.append(rng.choice(PROSE))
    told += pieces
    return rng.choice(("\n\n", "\n", " ", " ")).join(pieces)


def feed(count: int, seed: int) -> list[Article]:
    """Articles with titles and without, of which some are undated, copies, versions, or share their id."""
    rng = Random(f"links/{seed}")
    told: list[str] = []
    out: list[Article] = []
    for number in range(count):
        name = f"a{number if rng.random() > 0.1 else number // 2}"
        source = rng.choice(["", "Harbour Post", "one", "two"])
        published = f"2024-03-{rng.randint(1, 28):02}T08:00:00Z" if rng.random() > 0.15 else None
        text, title = page(rng, told), rng.choice(("", rng.choice(TITLES), rng.choice(TITLES)))
        extra = {"version": rng.randint(1, 3)} if rng.random() < 0.1 else {}
        out.append(Article(name, text, title, source, published, extra=extra))
        if rng.random() < 0.1:
            out.append(replace(out[-1], source="three", title=rng.choice(TITLES)))
    return out


def taken(reports: Sequence[str]) -> list[tuple[str, int, int]]:
    """The furniture of some reports: id, start and end."""
    return sorted(
        (report["id"], found["start"], found["end"])
        for report in map(json.loads, reports)
        for found in report["findings"]
        if found["kind"] == "boilerplate"
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_shard_tells_the_titles_that_one_machine_knows(seed: int) -> None:
    articles = feed(24, seed)
    older = [replace(one, id=f"r{one.id}") for one in feed(9, seed + 100)]
    _, found = by_hand(articles, older, Settings(), block=(1, 4, 100)[seed % 3], shards=(1, 5)[seed % 2])
    expected = lines(articles, Settings(), older)
    assert sorted(row[6] for row in found) == expected  # type: ignore[misc]
    bare = [[replace(one, title="") for one in some] for some in (articles, older)]
    assert taken(expected) != taken(lines(bare[0], Settings(), bare[1]))


def test_a_title_of_the_reference_is_taken_where_the_page_stands_in_another_block() -> None:
    before, lead, title, after = FLAT[0]
    pages = [Article(f"p{n}", f"{before} {lead} {title} {after} {n}", source="one") for n in range(3)]
    older = [Article("other", "The river rose.", f"{title} | Harbour Post", "two")]
    start = len(before) + 1
    for reference, furniture in ((older, f"{lead} {title}"), ([], lead)):
        _, found = by_hand(pages, reference, Settings(), block=1, shards=3)
        reports = sorted(str(row[6]) for row in found)  # type: ignore[misc]
        assert reports == lines(pages, Settings(), reference)
        assert taken(reports) == [(one.id, start, start + len(furniture)) for one in pages]


def test_only_what_may_be_met_is_told() -> None:
    """A title goes to one shard, and to those blocks only that have its first words after a lead-in."""
    before, lead, title, after = FLAT[0]
    articles = [Article("page", f"{before} {lead} {title} {after}", published="2024-03-01")]
    articles += [
        Article(f"o{n}", "It rained.", f"Number {n} of many", published="2024-03-02") for n in range(50)
    ]
    articles += [Article("other", "It rained.", title, published="2024-03-03")]
    hand = Hand()
    parts = hand.tagged(blocks_by_hand(articles, (), 1), "links")
    told = hand.mapped(parts, lambda block, mail: links.ask(block, mail, 4))
    assert sum(decode(row[3])[0].size for row in told if row[0] == "headlines") == 51
    [row] = hand.gathered([told], links.answer)
    assert row[1] == parts[0][1]
    assert decode(row[3])[0].tolist() == Headlines.of([title]).digests.tolist()


def test_a_room_asks_for_each_run_of_words_after_its_first() -> None:
    words = "Read Market hall loses its roof".split()
    keys = {int(Headlines.of([" ".join(words[at : at + 3])]).keys[0]) for at, _ in enumerate(words[2:])}
    first = int(Headlines.of([" ".join(words[:3])]).keys[0])
    got = asked([" ".join(words), "Read", "", "See Market hall loses"])
    assert set(got.tolist()) == keys - {first}
    assert all(one < other for one, other in pairwise(got.tolist())) and got.dtype == np.uint64
