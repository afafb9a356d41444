"""Stories: who belongs where, in which role, and who wrote it, on feeds whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from dedup.errors import SettingsError
from dedup.model import Article, StoryPart
from dedup.scanner import scan
from dedup.settings import Settings
from dedup.stories import Keep, Node, Story, node_of, told
from dedup.stories.nodes import Key, Share
from dedup.stories.roles import ROLES
from dedup.stories.telling import to_dict

BRIDGE = (
    "The council of Harrow Falls voted on Monday to close the old iron bridge before the winter sets in.",
    "Engineers who inspected the arches in October saw cracks in three of eleven pillars and warned of a collapse.",
    "Traffic will be led over the ferry at Quillby, which carries forty cars an hour, until a new crossing opens.",
    "Shopkeepers on the southern bank fear for their Christmas trade and have asked the county for a second ferry.",
    "The mayor, who once swam the river for a wager, called the decision overdue and promised free tickets to pupils.",
    "A replacement made of steel would cost nine million crowns, of which the state has offered to pay two thirds.",
)
HARVEST = (
    "Apple growers in the Teme valley expect their smallest harvest in thirty years after frost came late in May.",
    "Half of the blossom on the lower terraces froze in a single night, according to the growers' cooperative.",
    "Cider makers have begun to buy fruit from the coast, where prices have doubled since the beginning of August.",
    "The cooperative wants the ministry to count the frost as a disaster, so that its members can claim relief.",
)
FERRY = (
    "Captain Orla Denny has steered the chain ferry at Quillby for two decades and knows each of her morning regulars.",
    "She begins before five, greases the winch by lamplight and listens to the forecast on a radio older than herself.",
    "On the busiest days she makes sixty crossings, eats her bread standing and leaves the till to her nephew.",
    "When the new bridge comes she will retire to the lock house and keep bees, which never ask when the next goes.",
    "Her logbooks, a shelf of them, note every calf, coffin and wedding cake that ever went across on her deck.",
    "Visitors from the city photograph the winch; the regulars photograph nothing and pay in coins from the palm.",
)


def article(name: str, blocks: Sequence[str], source: str, minute: int | None) -> Article:
    published = None if minute is None else f"2024-03-01T{10 + minute // 60:02}:{minute % 60:02}:00Z"
    return Article(name, "\n\n".join(blocks), source=source, published=published)


def stories(
    articles: Sequence[Article], reference: Sequence[Article] = (), keep: str = "earliest"
) -> list[Story]:
    nodes = [node_of(report) for report in scan(articles, Settings(), reference=reference)]
    return list(told(nodes, Settings(), Keep.of(keep)).stories())


def roles(story: Story) -> dict[str, str]:
    return {one.node.id: one.part.role for one in story.members}


def by_root(found: Sequence[Story]) -> dict[str, Story]:
    return {story.root.id: story for story in found}


def test_each_role_is_told() -> None:
    reworded = [
        BRIDGE[0].replace("voted", "decided").replace("old iron", "ageing").replace("winter", "cold season"),
        BRIDGE[1].replace("inspected", "examined").replace("warned of", "spoke of").replace("saw", "noticed"),
        BRIDGE[2].replace("led", "sent").replace("forty", "some forty").replace("opens", "is open"),
        BRIDGE[3].replace("fear", "worry").replace("asked", "urged").replace("trade", "sales"),
    ]
    feed = [
        article("root", BRIDGE, "wire", 0),
        article("reprint", BRIDGE[:5], "post", 5),
        article("rewrite", reworded, "herald", 9),
        article(
            "update",
            [
                *BRIDGE[:4],
                HARVEST[0].replace("Apple", "Pear"),
                "Nobody has said so far who will pay for the second boat or its crew.",
            ],
            "wire",
            30,
        ),
        article("harvest", HARVEST, "wire", 1),
        article("mix", [*BRIDGE, *HARVEST], "mirror", 40),
        article("origin", [*FERRY[2:], *BRIDGE[:4], *FERRY[:2]], "echo", 50),
    ]
    found = by_root(stories(feed))
    assert set(found) == {"root", "harvest"}
    assert roles(found["root"]) == {
        "root": "origin", "reprint": "reprint", "rewrite": "rewrite", "update": "update", "mix": "mix",
        "origin": "origin",
    }  # fmt: skip
    assert found["root"].origins == 2
    assert [(key.id, words > 40) for key, words in found["root"].draws_on] == [("harvest", True)]
    assert set(roles(found["root"]).values()) <= set(ROLES)


def test_a_reprint_of_a_rewrite_comes_from_the_rewrite_and_is_no_mix() -> None:
    added = [*BRIDGE[:4], *FERRY[:2]]
    feed = [
        article("root", BRIDGE, "a", 0),
        article("added", added, "b", 9),
        article("again", added, "c", 12),
    ]
    (story,) = stories(feed)
    again = story.members[2]
    assert (again.part.role, again.origin and again.origin.id) == ("reprint", "added")
    assert again.part.link is not None and again.part.link.words == again.node.taken


def test_a_chain_of_weak_links_glues_nothing() -> None:
    """Each article takes a third of the one before."""
    rng = Random(1)
    words = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("lm", "rn", "st", "x")]

    def sentence() -> str:
        return " ".join(rng.choices(words, k=16)).capitalize() + "."

    feed, last = [], [sentence() for _ in range(9)]
    for number in range(8):
        feed.append(article(f"n{number}", last, f"s{number}", number))
        last = [*last[6:], *(sentence() for _ in range(6))]
    assert len(stories(feed)) == len(feed)


def test_quotes_glue_nothing() -> None:
    said = f"“{BRIDGE[1]} {BRIDGE[3]} {BRIDGE[4]}”"
    feed = [article("a", [HARVEST[0], said], "a", 0), article("b", [FERRY[0], said], "b", 9)]
    assert [story.root.id for story in stories(feed)] == ["a", "b"]


def test_the_quotes_of_a_short_article_are_no_words_that_others_would_have_to_take() -> None:
    said = f"“{BRIDGE[1]} {BRIDGE[4]} {BRIDGE[3]}”"
    feed = [
        article("flash", [BRIDGE[0], BRIDGE[2], said], "a", 0),
        article("long", [BRIDGE[0], BRIDGE[2], said, *FERRY[:4]], "b", 9),
    ]
    (story,) = stories(feed)
    assert roles(story) == {"flash": "origin", "long": "origin"}


def test_an_agency_without_its_dispatch_is_one_origin() -> None:
    feed = [
        article("first", [f"HARROW (Reuters) - {BRIDGE[0]}", *BRIDGE[1:]], "post", 0),
        article("second", [*BRIDGE, "(Reuters)"], "herald", 5),
        article("third", [*BRIDGE[:4], *FERRY[:5], "(With inputs from Reuters)"], "echo", 9),
    ]
    (story,) = stories(feed)
    assert (story.root.id, story.origins, story.credits) == ("first", 1, ("Reuters",))
    (story,) = stories([*feed[:2], article("third", [*BRIDGE[:4], *FERRY[:5]], "echo", 9)])
    assert story.origins == 2


def test_a_dispatch_that_comes_seconds_after_its_reprint_is_the_root() -> None:
    dispatch = article("dispatch", [f"HARROW (Reuters) - {BRIDGE[0]}", *BRIDGE[1:]], "reuters.com", 1)
    early = article("early", [*BRIDGE[:5], "(Reuters)"], "post", 0)
    feed = [early, dispatch, article("later", [*BRIDGE[:4], "— Reuters"], "herald", 5)]
    (story,) = stories(feed)
    assert (story.root.id, story.origins, story.members[0].after, story.members[1].after) == (
        "dispatch",
        1,
        0,
        60,
    )
    assert roles(story) == {"early": "reprint", "dispatch": "origin", "later": "reprint"}
    assert [one.origin and one.origin.id for one in story.members] == ["dispatch", None, "dispatch"]
    (story,) = stories([replace(early, text=early.text.replace("(Reuters)", "")), *feed[1:]])
    assert story.root.id == "early", "nobody was credited"


def test_an_outlet_that_adds_to_what_it_reprinted_updates_itself() -> None:
    feed = [
        article("root", BRIDGE, "wire", 0),
        article("v1", BRIDGE, "post", 5),
        article("v2", [*BRIDGE, FERRY[0], FERRY[1]], "post", 90),
        article("same", BRIDGE, "post", 95),
    ]
    (story,) = stories(feed)
    assert roles(story) == {"root": "origin", "v1": "reprint", "v2": "update", "same": "reprint"}
    assert story.members[2].origin == Key("v1", "post", feed[1].published)


def test_who_still_carries_what_its_source_deleted_is_stale() -> None:
    corrected = [BRIDGE[0], BRIDGE[1].replace("three of eleven", "two of eleven"), *BRIDGE[3:], HARVEST[0]]
    feed = [
        article("wire", BRIDGE, "wire", 0),
        article("before", BRIDGE, "post", 5),
        article("correction", corrected, "wire", 30),
        article("after", BRIDGE[:4], "echo", 40),
        article("right", corrected, "herald", 50),
        article("late to correct", BRIDGE, "mirror", 6),
        article("corrected", corrected, "mirror", 60),
        article("its own", FERRY, "mirror", 70),
    ]
    found = by_root(stories(feed))
    assert [(one.key.id, one.origin.id, one.deleted_by.id) for one in found["wire"].stale] == [
        ("before", "wire", "correction"), ("after", "wire", "correction"),
    ]  # fmt: skip
    words = len(BRIDGE[2].split())
    assert to_dict(found["wire"])["stale"] == [
        {"id": name, "from": "wire", "deleted_by": "correction", "words": words}
        for name in ("before", "after")
    ]
    assert "stale" not in to_dict(found["its own"])
    assert not by_root(stories(feed[:2]))["wire"].stale


def test_a_story_may_be_rooted_in_a_reference() -> None:
    archive = [article("release", BRIDGE, "council", 0)]
    feed = [article("a", BRIDGE, "a", 5), article("b", [*BRIDGE[:5]], "b", 9), article("c", FERRY, "c", 7)]
    found = by_root(stories(feed, archive))
    assert set(found) == {"release", "c"}
    story = found["release"]
    assert (roles(story), story.origins, story.outlets) == ({"a": "reprint", "b": "reprint"}, 1, 2)
    assert to_dict(story)["reference"]["source"] == "council"
    assert "reference" not in to_dict(found["c"])


def test_ids_of_other_sources_and_versions_of_one_id_are_told_apart() -> None:
    feed = [
        article("1", BRIDGE, "a", 0),
        article("1", HARVEST, "b", 1),
        article("2", HARVEST, "c", 5),
        article("1", [*BRIDGE, FERRY[0]], "a", 9),
    ]
    newest = sum(len(block.split()) for block in [*BRIDGE, FERRY[0]])
    first, second = stories(feed)
    assert [(one.node.words, one.part.role) for one in first.members] == [(newest, "origin")]  # counts once
    assert [(one.node.source, one.part.role) for one in second.members] == [("b", "origin"), ("c", "reprint")]


def test_versions_with_one_id_and_one_date_are_one_story_in_any_order() -> None:
    feed = [
        article("1", BRIDGE, "a", 0),
        article("1", [*BRIDGE, FERRY[0]], "a", 0),
        article("2", BRIDGE, "b", 3),
    ]
    found = [
        list(map(to_dict, stories([feed[i] for i in order]))) for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0))
    ]
    assert len(found[0]) == 1
    assert found[0] == found[1] == found[2]


def test_undated_articles_follow_the_input_and_the_story_says_so() -> None:
    feed = [article("b", BRIDGE, "b", None), article("a", BRIDGE, "a", None)]
    (story,) = stories(feed)
    assert (story.root.id, story.undated, to_dict(story)["first"], story.members[1].after) == (
        "b",
        True,
        None,
        None,
    )
    (story,) = stories(feed[::-1])
    assert story.root.id == "a"


@pytest.mark.parametrize(
    "text",
    [
        "Short.",
        "“All of this was said by the mayor of Harrow Falls on a Monday in March.”",
        "Share this\n\nRelated news",
    ],
)
def test_articles_with_nothing_to_judge_are_stories_of_their_own(text: str) -> None:
    feed = [Article("a", text, source="a"), Article("b", text, source="b"), article("c", BRIDGE, "c", 0)]
    found = stories(feed)
    assert all(len(story.members) >= 1 for story in found)
    assert sum(len(story.members) for story in found) == 3
    assert by_root(found)["c"].members[0].part.role == "origin"


def test_daily_briefs_from_one_frame_are_no_story() -> None:
    frame = (
        "The Harrow index closed at {0},{1}11.4 on {2}, {3} {1}.{0} points. Volume was {1}{0} million shares. "
        "Alder {4} {0}.{1} percent and Birch {4} {1}.{0} percent. Traders awaited the figures on {5} due on {2}."
    )
    days = ("Monday", "Tuesday", "Wednesday", "Thursday")
    feed = [
        article(f"brief-{n}", [frame.format(n + 2, 7 - n, day, ("up", "down")[n % 2], ("rose", "fell")[n % 2], goods)],
                "exchange", 200 * n)
        for n, (day, goods) in enumerate(zip(days, ("jobs", "trade", "wool", "prices"), strict=True))
    ]  # fmt: skip
    assert len(stories(feed)) == 4


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("earliest", "root"), ("latest", "late"), ("longest", "late"), ("most-original", "root"),
     ("prefer=herald,wire", "mid"), ("prefer=nobody", "root")],
)  # fmt: skip
def test_one_is_kept_by_policy(policy: str, kept: str) -> None:
    feed = [article("root", BRIDGE, "wire", 0), article("mid", BRIDGE[:5], "herald", 5),
            article("late", [*BRIDGE, FERRY[0]], "post", 9)]  # fmt: skip
    nodes = [node_of(report) for report in scan(feed, Settings())]
    known = told(nodes, Settings(), Keep.of(policy))
    assert known.kept() == [None if one.id == kept else kept for one in feed]


def test_another_policy_is_refused() -> None:
    for text in ("first", "prefer=", "prefer=,"):
        with pytest.raises(SettingsError, match="most-original"):
            Keep.of(text)


def test_parts_stand_in_the_order_of_the_input() -> None:
    feed = [article("copy", BRIDGE, "b", 5), article("root", BRIDGE, "a", 0)]
    known = told([node_of(report) for report in scan(feed, Settings())], Settings())
    assert known.parts() == [StoryPart("root", "reprint"), StoryPart("root", "origin")]


# -- on numbers alone ----------------------------------------------------------------------------------------------


def node(
    name: str, own: int, *sources: tuple[str, int], minute: int = 0, credits: tuple[str, ...] = ()
) -> Node:
    taken = sum(words for _, words in sources)
    shares = tuple(Share(key(other), words, 0) for other, words in sources)
    return Node(key(name), "", own + taken, None, own + taken, own, taken, taken, 0, shares, credits)


def key(name: str) -> Key:
    return Key(name, name, f"2024-01-01T00:{int(name[1:]):02}:00Z")


def roots_by_hand(nodes: Sequence[Node]) -> dict[str, str]:
    """Members as the rule says them, slowly; sources are earlier."""
    known = {one.id: one for one in nodes}
    root: dict[str, str] = {}
    for one in nodes:
        root[one.id] = one.id
        stories: dict[str, list[Share]] = {}
        for share in one.sources:
            stories.setdefault(root.get(share.key.id, share.key.id), []).append(share)
        if not stories:
            continue
        # The most words, then what is not of the feed, then the earliest.
        whole = {home: sum(share.words for share in shares) for home, shares in stories.items()}
        best = max(stories, key=lambda home: (whole[home], home not in known, -int(home[1:])))
        common: dict[str, int] = {}
        for share in stories[best]:
            other = known.get(share.key.id)
            common[share.key.id] = share.words
            if other is not None and share.words >= other.own / 4:
                theirs = sum(s.words for s in other.sources if root.get(s.key.id, s.key.id) == best)
                common[share.key.id] += min(whole[best] - share.words, theirs)
        direct = {share.key.id: share.words for share in stories[best]}
        most = max(common, key=lambda name: (common[name], direct[name], name not in known, -int(name[1:])))
        enough = max(12, one.judged / 20, known[most].judged / 2) if most in known else float("inf")
        if 2 * whole[best] >= one.judged or common[most] >= enough:
            root[one.id] = best
    return root


@pytest.mark.parametrize("seed", range(40))
def test_members_are_those_of_the_rule_whatever_the_order(seed: int) -> None:
    rng = Random(seed)
    nodes = []
    for number in range(40):
        some = rng.sample(range(number), min(number, rng.choice((0, 0, 1, 1, 2, 3))))
        shares = {f"n{at}": rng.randint(5, 120) for at in some}
        if rng.random() < 0.1:
            shares[f"n{90 + number % 3}"] = rng.randint(5, 120)  # of a reference
        sources = sorted(shares.items(), key=lambda share: (-share[1], share[0]))
        nodes.append(node(f"n{number}", rng.randint(0, 200), *sources))
    expected = roots_by_hand(nodes)
    assert len(set(expected.values())) < 40
    lines = [to_dict(story) for story in told(nodes, Settings()).stories()]
    for _ in range(3):
        found = list(told(nodes, Settings()).stories())
        assert {one.node.id: story.root.id for story in found for one in story.members} == expected
        assert [to_dict(story) for story in found] == lines
        rng.shuffle(nodes)


def test_a_circle_of_reports_is_cut() -> None:
    nodes = [node("n0", 5, ("n2", 50)), node("n1", 5, ("n0", 50)), node("n2", 5, ("n1", 50))]
    (story,) = told(nodes, Settings()).stories()
    assert len(story.members) == 3
    assert sum(one.origin is None for one in story.members) == 1


def test_the_share_is_a_setting() -> None:
    nodes = [node("n0", 400), node("n1", 60, ("n0", 40))]
    assert len(list(told(nodes, Settings()).stories())) == 2
    assert len(list(told(nodes, Settings(story_share=0.4)).stories())) == 1
