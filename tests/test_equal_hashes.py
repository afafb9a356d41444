"""Equal hashes are not equal words: texts made to have another's hashes are no copies of it, and hide none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.hostile import changed
from dedup import Article, Detector, Settings, open_index, scan
from dedup.cli.main import main
from dedup.errors import DedupError
from dedup.index import Index
from dedup.index.records import pack, unpack
from dedup.index.repair import repair
from dedup.match.kernels import minhash
from dedup.match.layout import lay_out
from dedup.model import ArticleReport
from dedup.prefilter.building import merge
from dedup.stream import stream
from dedup.text import vocabulary
from dedup.text.rekeying import Texts, under_one
from dedup.text.vocabulary import Vocabulary, told_apart
from dedup.text.words import new_secret, split
from tests.decoys import STORY, crowd, hidden

# Words of one 32-bit hash, found among half a million.
PAIRS = [
    ("kovugufu", "sosugedefe"), ("mopupabi", "vazabozovu"), ("luvabifizi", "melugeru"), ("dovoti", "linano"),
    ("fufurozira", "tesirevina"), ("nupogige", "ravanu"), ("delezetufi", "takeloluta"), ("kesogegi", "nisufamalo"),
    ("mosimaze", "mufebimi"), ("gebovugovi", "ledotubu"), ("podelobolu", "revopu"), ("kagakefa", "rizirago"),
    ("gunamu", "sefeme"), ("vuligeki", "zonufesi"), ("kazumesedu", "sebosene"), ("nakugiduni", "peladira"),
    ("lanefibofa", "pimutonusu"), ("megego", "pafikikona"), ("puvitovade", "vafefidu"), ("sovageva", "timudebazi"),
]  # fmt: skip
ONE, OTHER = (" ".join(words).capitalize() + "." for words in zip(*PAIRS, strict=True))

WIRE = Article("wire", ONE, source="wire", published="2024-01-01")
FORGED = Article("forged", OTHER, source="page", published="2024-01-02")
COPY = Article("copy", OTHER, source="third", published="2024-01-03")


def streamed(articles: list[Article], folder: Path) -> list[ArticleReport]:
    with open_index(str(folder / "feed.index")) as index:
        return [Detector(index).add(article) for article in articles]


def scanned_with_an_index(articles: list[Article], folder: Path) -> list[ArticleReport]:
    """The first from an index, the others scanned."""
    with open_index(str(folder / "feed.index")) as index:
        first = Detector(index).add(articles[0])
        return [first, *scan(articles[1:], index=index)]


ENGINES: list[Callable[[list[Article], Path], list[ArticleReport]]] = [
    lambda articles, _: list(scan(articles)),
    lambda articles, _: list(stream(articles)),
    streamed,
    scanned_with_an_index,
]


@pytest.mark.parametrize("judged", ENGINES, ids=["scan", "stream", "index", "scan with an index"])
def test_words_of_equal_hashes_are_no_copy_and_hide_none(
    judged: Callable[[list[Article], Path], list[ArticleReport]], tmp_path: Path
) -> None:
    assert (split([ONE]).hashes == split([OTHER]).hashes).all(), "else this tests nothing"
    wire, forged, copy = judged([WIRE, FORGED, COPY], tmp_path)
    assert wire.originality == forged.originality == 1
    assert copy.originality == 0
    assert [source.id for source in copy.sources] == ["forged"]


def test_spark_tells_them_apart(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    from dedup.spark.blocks import arrays_of, columns_from

    both = split([ONE, OTHER, ONE])
    sent = columns_from(arrays_of(both, np.array([0, 1, 2])))
    first, second, third = np.split(told_apart(sent).hashes, 3)
    assert (first == third).all()
    assert (first != second).all()


def test_an_index_without_texts_keeps_what_tells_words_apart() -> None:
    columns = split([ONE, OTHER])
    kept = unpack(pack(columns))
    assert kept.checks.tolist() == columns.checks.tolist()


@pytest.mark.parametrize("first", [ONE, OTHER])
def test_equal_words_have_equal_hashes_whatever_came_first(first: str) -> None:
    met = Vocabulary()
    met.told_apart(split([first]))
    one, other, again = (met.told_apart(split([text])).hashes for text in (ONE, OTHER, ONE.upper()))
    assert one.tolist() == again.tolist()
    assert not set(one.tolist()) & set(other.tolist())


def test_a_growing_vocabulary_forgets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "LEAST", 2)
    met = Vocabulary()
    texts = [ONE, OTHER, *(f"word{number} and {number}th" for number in range(300))]
    once = [met.told_apart(split([text])).hashes.tolist() for text in texts]
    assert once == [met.told_apart(split([text])).hashes.tolist() for text in texts]
    words = {word for text in texts for word in text.lower().rstrip(".").split()}
    assert len({value for row in once for value in row}) == len(words)


def siphash_slowly(key: tuple[int, int], data: bytes) -> int:
    """SipHash-2-4, told as in the paper of Aumasson and Bernstein."""
    whole = (1 << 64) - 1

    def turned(value: int, bits: int) -> int:
        return (value << bits | value >> (64 - bits)) & whole

    v = [
        key[0] ^ 0x736F6D6570736575, key[1] ^ 0x646F72616E646F6D,
        key[0] ^ 0x6C7967656E657261, key[1] ^ 0x7465646279746573,
    ]  # fmt: skip

    def rounds(count: int) -> None:
        for _ in range(count):
            v[0] = (v[0] + v[1]) & whole
            v[1] = turned(v[1], 13) ^ v[0]
            v[0] = turned(v[0], 32)
            v[2] = (v[2] + v[3]) & whole
            v[3] = turned(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & whole
            v[3] = turned(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & whole
            v[1] = turned(v[1], 17) ^ v[2]
            v[2] = turned(v[2], 32)

    end = len(data) // 8 * 8
    last = len(data) % 256 << 56 | int.from_bytes(data[end:], "little")
    for block in [*(int.from_bytes(data[at : at + 8], "little") for at in range(0, end, 8)), last]:
        v[3] ^= block
        rounds(2)
        v[0] ^= block
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def test_the_slow_hash_is_that_of_the_paper() -> None:
    key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
    assert siphash_slowly(key, bytes(range(15))) == 0xA129CA6149BE45E5


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 100, 1000])
def test_a_check_is_siphash_of_the_folded_word_under_a_secret(size: int) -> None:
    secret = bytes(range(16))
    word = ("counterrevolutionary" * 50)[:size]
    padded = word.encode().ljust(16, b"\0")
    expected = siphash_slowly((0x0706050403020100, 0x0F0E0D0C0B0A0908), padded) & (1 << 48) - 1
    assert split([word.title()], secret).checks.tolist() == [expected]


def test_paragraphs_of_one_digest_are_one_only_if_their_words_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest of a paragraph is public as well: here all are equal."""

    def alike(hashes: object, par_words: object, out: np.ndarray) -> None:
        out[:] = 7

    monkeypatch.setattr(minhash, "digest", alike)
    story = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."
    layout = lay_out(told_apart(split([OTHER, story, OTHER, story, ONE])))
    assert layout.first_copy.tolist() == [0, 1, 0, 3, 4]
    reports = list(
        scan([Article(str(n), text, source=str(n)) for n, text in enumerate([OTHER, story, story])])
    )
    assert [report.originality for report in reports] == [1, 1, 0]


# --- crowds ---


@pytest.mark.parametrize("size", [4, 60])
@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("judged", [scan, stream], ids=["scan", "stream"])
def test_a_crowd_with_all_its_shingles_does_not_hide_a_source(
    judged: Callable[[list[Article]], list[ArticleReport]], edited: bool, size: int
) -> None:
    taken = STORY.replace("crews waited", "workers waited") if edited else STORY
    feed = [
        *crowd(size),
        Article("wire", STORY, source="wire", published="2024-01-02"),
        Article("page", taken, source="page", published="2024-01-03"),
    ]
    report = list(judged(feed))[-1]
    assert report.originality == 0
    assert report.sources[0].id == "wire"


@pytest.mark.parametrize("every", [5, 8])
@pytest.mark.parametrize("size", [4, 20, 60])
@pytest.mark.parametrize("judged", [scan, stream], ids=["scan", "stream"])
def test_a_crowd_does_not_hide_a_source_where_many_words_are_others(
    judged: Callable[[list[Article]], list[ArticleReport]], size: int, every: int
) -> None:
    """No run is as long as those that are keys of an index: those that the crowd kept out are looked at, too."""
    wire = Article("wire", STORY, source="wire", published="2024-01-02")
    page = Article("page", " ".join(changed(STORY.split(), every)), source="page", published="2024-01-03")
    report = list(judged([*crowd(size), wire, page]))[-1]
    assert report.originality == 0
    assert report.sources[0].id == "wire"
    assert report.bounded == ()


@pytest.mark.parametrize("size", [20, 62, 64])
@pytest.mark.parametrize("judged", [scan, stream], ids=["scan", "stream"])
def test_a_source_of_which_few_keys_are_left_is_found_behind_a_crowd_or_it_is_said(
    judged: Callable[[list[Article]], list[ArticleReport]], size: int
) -> None:
    """Of 62 decoys the lists still name nearly all, of 64 they cannot."""
    report = list(judged(hidden(size, " ".join(changed(STORY.split(), 4)))))[-1]
    assert report.originality == 0 or "sources" in report.bounded


@pytest.mark.parametrize("judged", [scan, stream], ids=["scan", "stream"])
def test_what_a_crowd_larger_than_the_lists_hides_is_said(
    judged: Callable[[list[Article]], list[ArticleReport]],
) -> None:
    wire = Article("wire", STORY, source="wire", published="2024-01-02")
    page = Article("page", " ".join(changed(STORY.split(), 5)), source="page", published="2024-01-03")
    *_, told, report = judged([*crowd(70), wire, replace(wire, id="own", text=OTHER), page])
    assert "sources" in report.bounded
    assert told.bounded == ()


def test_runs_are_keys_of_text_of_their_length_only() -> None:
    from dedup.index.keys import keys_of

    keys = keys_of(split([STORY, "Seven words are not enough for one.", STORY]), Settings())
    assert 10 < keys.runs.size // 2 < 40
    first, none, again = np.split(keys.runs, keys.par_runs[1:3])
    assert first.tolist() == again.tolist()
    assert not none.size
    assert keys.par_runs.tolist() == [0, first.size, first.size, 2 * first.size]


# --- secrets ---


def test_the_checks_in_an_index_are_made_with_its_own_secret(tmp_path: Path) -> None:
    secrets = set()
    for name in ("one.index", "two.index"):
        with open_index(str(tmp_path / name)) as index:
            Detector(index).add(WIRE)
            (record,) = index.articles()
            assert unpack([record.words]).checks.tolist() == split([ONE], index.secret).checks.tolist()
            secrets.add(index.secret)
        with open_index(str(tmp_path / name)) as again:
            assert again.secret in secrets
            again.backup(str(tmp_path / f"{name}.copy"))
        with open_index(str(tmp_path / f"{name}.copy")) as copy:
            assert copy.secret == index.secret
    assert len(secrets) == 2
    first, second = (split([ONE], secret).checks for secret in secrets)
    assert (first != second).all()


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    with open_index(str(tmp_path / "an.index")) as index:
        shown = repr(index) + repr(index.info())
        secret = index.secret
    for command in ("info", "info --json", "check"):
        name, *options = command.split()
        shown += CliRunner().invoke(main, ["index", name, str(tmp_path / "an.index"), *options]).output
    assert "settings_id" in shown
    assert secret.hex() not in shown and repr(secret) not in shown


@pytest.fixture
def united(tmp_path: Path) -> Iterator[Index]:
    """An index with a secret of its own into which one with another secret was merged: it holds the wire."""
    with open_index(str(tmp_path / "other.index")) as other, open_index(str(tmp_path / "an.index")) as index:
        Detector(other, revise=True).judge(
            [WIRE, Article("news", STORY, source="news", published="2024-01-05")]
        )
        Detector(index).add(Article("own", "The ferry to Marden was late again on Friday.", source="own"))
        merge(index, other)
        assert len({record.secret for record in index.articles()}) == 2
        yield index


def test_what_was_merged_in_is_compared_word_by_word(united: Index) -> None:
    taken = Article("page", STORY, source="page", published="2024-01-06")
    late = [FORGED, replace(WIRE, id="again", source="page", published="2024-01-06"), taken]
    for reports in (list(scan(late, index=united)), Detector(united).judge(late)):
        assert [report.originality for report in reports] == [1, 0, 0]
    united.check()


def test_a_late_original_amends_what_was_merged_in(united: Index) -> None:
    detector = Detector(united)
    first = Article("first", STORY, source="first", published="2024-01-04")
    detector.judge([first])
    (amended,) = detector.amend([first])
    assert (amended.id, amended.originality, amended.sources[0].id) == ("news", 0, "first")


def test_texts_with_other_words_merged_in_stay_apart() -> None:
    """Told by the words of the texts to judge; of words that these do not have, nothing is known nor needed."""
    own, other = new_secret(), new_secret()
    held = split([OTHER, ONE, "nothing here"], other)
    alike = Texts([ONE])
    told = under_one(held, [other] * 3, own, alike).checks
    forged, kept, _ = np.split(told, held.art_words[1:-1])
    assert kept.tolist() == split([ONE], own).checks.tolist()
    assert not set(forged.tolist()) & set(kept.tolist())
    assert under_one(held, [own] * 3, own, alike) is held


def test_a_repaired_index_keeps_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "an.index"
    with open_index(str(path)) as index:
        Detector(index).add(WIRE)
        secret = index.secret
    with sqlite3.connect(path / "index.sqlite") as database:
        database.execute("UPDATE meta SET value = 'none' WHERE name = 'secret'")
    database.close()
    with pytest.raises(DedupError, match="its secret is none"):
        open_index(str(path))
    repair(str(path))
    with open_index(str(path)) as repaired:
        assert repaired.secret == secret
