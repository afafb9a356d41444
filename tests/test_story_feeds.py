"""Stories of invented feeds with known answers are told right, whatever the order of the input."""

from __future__ import annotations

from argparse import Namespace
from random import Random

import pytest

from benchmarks.stories import _texts, measured, rand_index
from benchmarks.story_feeds import feed_of
from dedup.reporter.jsonl import dumps
from dedup.scanner import scan
from dedup.settings import Settings
from dedup.stories import node_of, told
from dedup.stories.telling import to_dict


@pytest.mark.parametrize("seed", [11, 12])
def test_known_stories_are_told(seed: int) -> None:
    feed = feed_of(*_texts(Namespace(data=None, events=30), seed), seed, 30)
    kinds = {truth.kind.split("-")[0] for truth in feed.truths.values()}
    assert kinds >= {
        "root",
        "reprint",
        "origin",
        "rewrite",
        "update",
        "mix",
        "account",
        "alert",
        "quotation",
        "brief",
    }

    def lines() -> list[bytes]:
        reports = list(scan(feed.articles, Settings()))
        found = list(told([node_of(one) for one in reports], Settings()).stories())
        figures = measured(feed, found, reports)
        assert min(figures.rand, figures.roots, figures.origins, figures.roles, figures.credits) >= 0.97, (
            figures
        )
        assert figures.words >= 0.98
        return [dumps(to_dict(story)) for story in found]

    first = lines()
    Random(seed).shuffle(feed.articles)
    assert lines() == first


def test_the_rand_index_is_nought_by_chance_and_one_where_all_agree() -> None:
    names = [f"{number}" for number in range(2000)]
    rng = Random(3)
    truth = {name: rng.randrange(9) for name in names}
    assert rand_index(truth, truth) == 1
    assert abs(rand_index(truth, {name: rng.randrange(9) for name in names})) < 0.01
