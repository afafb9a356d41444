"""What is left out before it is aligned would have been no evidence."""

from __future__ import annotations

from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from dedup.match import align, fingerprints
from dedup.match.kernels.alignment.rows import END, FIRST, TIRED
from dedup.match.layout import Layout, lay_out
from dedup.settings import Settings
from dedup.text.words import split

ALPHABETS = {
    "words": "the of mayor bridge river storm budget council harbour police market winter Friday 12 500 said".split(),
    "misread": "counci1 council councils harbour harb0ur harbours market markets rnarket the of to in a".split(),
    "thai": list("กขคงจชซดตถทนบปผพฟมยรลวสหอ"),
    "han": list("的一是了我不人在他有这上们来到时大地为子中你"),
    "mixed": [*"กขคงจชดตนบ", "12", "BBC", "the", "council", "harbour"],
}
JOINED = ("thai", "han")


def feed(kind: str, seed: int) -> list[str]:
    """Articles of chance likenesses, of which some have taken a passage, more or less changed."""
    draw, words = Random(seed), ALPHABETS[kind]
    apart = "" if kind in JOINED else " "

    def text(size: int) -> list[str]:
        return [
            word + (draw.choice([".", "\n\n"]) if draw.random() < 0.06 else "")
            for word in draw.choices(words, k=size)
        ]

    articles = [text(draw.choice([12, 40, 150, 300])) for _ in range(8)]
    for _ in range(8):
        source = draw.choice(articles)
        begin = draw.randrange(len(source))
        taken = source[begin : begin + draw.choice([6, 12, 30, 90, 200])]
        rate = draw.choice([0.0, 0.1, 0.3, 0.5])
        changed = [draw.choice(words) if draw.random() < rate else word for word in taken]
        articles.append(text(draw.choice([0, 3, 30])) + changed + text(draw.choice([0, 3, 30])))
    return [apart.join(article) for article in articles]


def found(layout: Layout, tuned: Settings) -> tuple[Any, ...]:
    columns = layout.columns
    pairs = [
        article << 32 | paragraph
        for article in range(columns.art_words.size - 1)
        for paragraph, home in enumerate(layout.par_articles.tolist())
        if home < article
    ]
    holders = fingerprints.post(layout, tuned.shingle_words).holders
    made = align.verify(layout, holders, 0, columns.art_words.size - 1, np.array(pairs, np.uint64), tuned)
    blocks = [made.blocks[row[FIRST] : row[END]].tolist() for row in made.rows]
    return np.delete(made.rows, [FIRST, END], axis=1).tolist(), made.shares.tolist(), blocks


@pytest.mark.parametrize(
    "changes", [{}, {"min_words": 3, "min_weight": 2.0}, {"shingle_words": 4, "min_weight": 4.0}]
)
@pytest.mark.parametrize("kind", sorted(ALPHABETS))
def test_chains_that_are_left_out_would_have_changed_nothing(kind: str, changes: dict[str, object]) -> None:
    tuned = Settings().with_values(changes)
    kept, all_chains = [], []
    choose = align.choose_chains

    def counted(into: list[int]) -> Any:
        def chosen(*args: Any) -> Any:
            runs, chains = choose(*args)
            into.append(len(chains))
            return runs, chains

        return chosen

    find = align.find_runs

    def tired(*args: Any) -> Any:
        runs, groups = find(*args)
        groups[:, TIRED] = 1
        return runs, groups

    some = 0
    for seed in range(12):
        layout = lay_out(split(feed(kind, seed)))
        with patch.object(align, "choose_chains", counted(kept)):
            short = found(layout, tuned)
        with (
            patch.object(align, "find_runs", tired),
            patch.object(align, "choose_chains", counted(all_chains)),
        ):
            assert found(layout, tuned) == short
        some += len(short[0])
    assert some > 0
    assert sum(kept) <= sum(all_chains)
    assert changes or sum(kept) < sum(all_chains)
