"""The bridge to datasketch's LSH, with the real one."""

from __future__ import annotations

import pytest
from filter_feed import feed

from dedup import Article, Settings
from dedup.errors import SettingsError
from dedup.index import open_index
from dedup.stream import Detector

datasketch = pytest.importorskip("datasketch")
bridge = pytest.importorskip("dedup.integrations.datasketch")

ARTICLES = [Article(one["id"], one["text"], source=one["source"]) for one in feed(40)]


def an_lsh(**options: object) -> object:
    return datasketch.MinHashLSH(threshold=0.5, **{"num_perm": 128, **options})


def test_paragraphs_are_found_again_by_what_they_share() -> None:
    lsh = an_lsh()
    added = bridge.fill(lsh, bridge.signed(ARTICLES, Settings()))
    assert added == sum(len(one.text.split("\n\n")) for one in ARTICLES)
    assert bridge.fill(lsh, bridge.signed(ARTICLES, Settings())) == 0, "what is held stays"
    found = dict(bridge.ask(lsh, ARTICLES, Settings()))
    paragraphs = {f"{one.id}#{n}": text for one in ARTICLES for n, text in enumerate(one.text.split("\n\n"))}
    for key, text in paragraphs.items():
        own = key[: key.index("#") + 1]
        same = {other for other, its in paragraphs.items() if its == text and not other.startswith(own)}
        assert same <= set(found.get(key, ()))
        assert not any(other.startswith(own) for other in found.get(key, ())), "never its own copy"
    assert sum(map(len, found.values())) > 10


def test_an_index_fills_it_without_the_texts() -> None:
    detector = Detector(open_index())
    detector.judge(ARTICLES)
    one, other = an_lsh(), an_lsh()
    bridge.fill(one, bridge.signed(ARTICLES, Settings()))
    bridge.fill(other, bridge.signed_index(detector.index))
    answers = [list(bridge.ask(lsh, ARTICLES, Settings())) for lsh in (one, other)]
    assert answers[0] == answers[1]


def test_another_job_can_ask_with_datasketch_alone() -> None:
    """Signatures of the same shingle hashes made by datasketch are the same, bit for bit."""
    from dedup.match import shingling
    from dedup.text import words

    lsh = an_lsh()
    bridge.fill(lsh, bridge.signed(ARTICLES[:1], Settings()))
    first = ARTICLES[0].text.split("\n\n")[0]
    theirs = datasketch.MinHash(128, hashfunc=int, scheme="affine32")
    theirs.update_batch(shingling.shingles(words.split([first]), Settings().shingle_words).hashes.tolist())
    assert f"{ARTICLES[0].id}#0" in lsh.query(theirs)


def test_short_paragraphs_are_left_out() -> None:
    assert [key for key, _ in bridge.signed([Article("a", "Too short.\n\n" + "word " * 9)], Settings())] == [
        "a#1"
    ]


def test_signatures_of_another_kind_are_refused() -> None:
    with pytest.raises(SettingsError, match="num_perm=64, the settings have permutations=128"):
        bridge.fill(an_lsh(num_perm=64), bridge.signed(ARTICLES, Settings()))
    old = an_lsh()
    old.insert("x", datasketch.MinHash(128, scheme="legacy"))  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match="legacy"):
        list(bridge.ask(old, ARTICLES, Settings()))
