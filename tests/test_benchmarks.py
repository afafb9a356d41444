"""The benchmarks themselves: texts with known answers have to be what they say they are."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import edits, generate, peer_jobs, phrases, plots
from benchmarks.boilerplate_jobs import METHODS
from benchmarks.check import compare
from benchmarks.floor import floor
from benchmarks.generator import FRESH_RUN, KINDS, Stitched, negatives, stitched
from benchmarks.headline import BEGIN, END, headline
from benchmarks.invented import collection
from benchmarks.language_jobs import DETECTORS
from benchmarks.language_peers import Detector
from benchmarks.peers import PEERS, LeftOut, interpreter, run_job
from benchmarks.plan import Plan, read_lines, warm_up
from benchmarks.report import MARKER, between, drawings, page
from benchmarks.results import Result, load, save
from benchmarks.systems import SYSTEMS, Peer, judge_each, system
from benchmarks.texts import folded, sentences, words
from dedup.evaluation import SAID_BEFORE, Flag, Judgement, evaluate, read_truths
from dedup.model import Article

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("DEDUP_TEST_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="module")
def stories() -> list[Article]:
    return collection(160)


@pytest.fixture(scope="module")
def feed(stories: list[Article]) -> Stitched:
    return stitched(stories, 1, 2 * len(KINDS), {}, dressed=True)


def _pages(feed: Stitched) -> dict[str, Article]:
    return {article.id: article for article in feed.articles}


def test_the_same_seed_gives_the_same_feed(stories: list[Article], feed: Stitched) -> None:
    assert stitched(stories, 1, 2 * len(KINDS), {}, dressed=True) == feed
    assert stitched(stories, 2, 2 * len(KINDS), {}, dressed=True) != feed


def test_the_feed_does_not_depend_on_hash_seeds() -> None:
    code = (
        "from benchmarks.invented import collection; from benchmarks.generator import stitched; import zlib;"
        "print(zlib.crc32(repr(stitched(collection(160), 1, 14, {}, dressed=True)).encode()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert runs[0] == runs[1] != b""


def test_every_kind_is_planted(feed: Stitched) -> None:
    planted = {span.kind for truth in feed.truths for span in truth.spans if span.expected == SAID_BEFORE}
    assert planted == set(KINDS)


def test_spans_are_in_order_and_inside_the_text(feed: Stitched) -> None:
    pages = _pages(feed)
    for truth in feed.truths:
        ends = [0]
        for span in truth.spans:
            assert ends[-1] <= span.start < span.end <= len(pages[truth.id].text)
            ends.append(span.end)


def test_word_starts_are_those_of_the_text(feed: Stitched) -> None:
    pages = _pages(feed)
    for truth in feed.truths:
        assert truth.starts == tuple(start for start, _ in words(pages[truth.id].text))


def test_verbatim_kinds_stand_in_every_article_that_is_said_to_hold_them(feed: Stitched) -> None:
    pages = _pages(feed)
    checked = 0
    for truth in feed.truths:
        for span in truth.spans:
            if span.kind in ("exact", "half", "third", "embedded", "fragment", "reordered", "interleaved"):
                passage = " ".join(folded(pages[truth.id].text[span.start : span.end]))
                assert span.holders
                for name in span.holders:
                    checked += 1
                    assert passage in " ".join(folded(pages[name].text))
    assert checked > 40


def test_sources_are_earlier_than_the_pages(feed: Stitched) -> None:
    pages = _pages(feed)
    for truth in feed.truths:
        for span in truth.spans:
            for name in span.holders:
                assert str(pages[name].published) < str(pages[truth.id].published)


def test_fresh_text_shares_no_seven_words_with_any_original(stories: list[Article]) -> None:
    feed = stitched(stories, 3, 28, {})
    truths = {truth.id: truth for truth in feed.truths}
    runs: set[tuple[str, ...]] = set()
    for article in feed.articles:
        if article.id not in truths:
            tokens = folded(article.text)
            runs.update(tuple(tokens[at : at + FRESH_RUN]) for at in range(len(tokens) - FRESH_RUN + 1))
    for article in feed.articles:
        if article.id in truths:
            text = article.text
            for span in reversed(truths[article.id].spans):
                text = text[: span.start] + "\n\n" + text[span.end :]
            for block in text.split("\n\n"):
                tokens = folded(block)
                fresh = {tuple(tokens[at : at + FRESH_RUN]) for at in range(len(tokens) - FRESH_RUN + 1)}
                assert not fresh & runs


def test_a_passage_that_two_originals_hold_names_both(stories: list[Article]) -> None:
    twins = [dataclasses.replace(a, id=f"{a.id}-again") for a in stories if a.published < "2020-01-15"]
    feed = stitched([*stories, *twins], 1, 28, {}, kinds=["exact"])
    held = [span.holders for truth in feed.truths for span in truth.spans]
    assert any(len(holders) == 2 and holders[1] == f"{holders[0]}-again" for holders in held)


def test_a_small_collection_is_refused_with_a_reason() -> None:
    with pytest.raises(ValueError, match="ask for fewer pages"):
        stitched(collection(12), 1, 200, {})


def test_negatives_have_no_passage_that_may_be_called_taken(stories: list[Article]) -> None:
    feed = negatives(stories, 1, 24)
    assert {span.kind for t in feed.truths for span in t.spans} == {"agency", "standing", *phrases.TABLES}
    assert all("recycled" not in span.expected for truth in feed.truths for span in truth.spans)


def test_the_floor_finds_exact_copies_and_leaves_fresh_text(stories: list[Article]) -> None:
    feed = stitched(stories, 1, 20, {}, kinds=["exact"])
    result = evaluate(floor(feed.articles, {truth.id for truth in feed.truths}), feed.truths)
    assert result.kinds["exact"].recall == result.kinds["exact"].source_accuracy == 1
    assert result.false_per_thousand == 0


VOCABULARY = ["alpha", "beta", "gamma"]
TEXTS = st.lists(st.sampled_from("rates rose again in Harrow, he said. No!".split()), min_size=1).map(
    " ".join
)


@given(TEXTS, st.integers(0, 9))
def test_an_edit_of_no_words_changes_nothing(text: str, seed: int) -> None:
    rng = Random(seed)
    assert edits.edited(text, 0, rng, VOCABULARY, {}) == text
    assert edits.spun(text, 0, rng, {"rates": ["prices"]}) == text
    assert edits.scanned(text, 0, rng) == text


def test_edits_change_about_the_share_asked_for() -> None:
    text = " ".join(f"word{at}" for at in range(4000))
    after = set(edits.edited(text, 0.15, Random(1), VOCABULARY, {}).split())
    # Of the edits one in five inserts and leaves the word: 12 % are lost. Five standard deviations.
    expected, spread = 0.12 * 4000, 5 * (4000 * 0.12 * 0.88) ** 0.5
    assert abs(len(set(text.split()) - after) - expected) < spread


def test_a_spun_word_keeps_its_capital_and_its_comma() -> None:
    assert edits.spun("Rates, rates", 1, Random(1), {"rates": ["prices"]}) == "Prices, prices"


def test_look_alikes_change_letters_and_keep_their_number() -> None:
    text = "The price of copper rose"
    after = edits.lookalike(text, 0.5, Random(1))
    assert after != text and len(after) == len(text)
    assert edits.lookalike("Цена меди", 1, Random(1)) != "Цена меди"


def test_invisible_characters_part_no_word() -> None:
    after = edits.invisible("The price of copper rose", 1, Random(1))
    assert not after.isascii() and len(words(after)) == 5


@given(st.text())
def test_words_lie_in_the_text_and_in_order(text: str) -> None:
    at = 0
    for start, end in words(text):
        assert at <= start < end <= len(text)
        at = end


@given(st.text(alphabet="abc .!?'\"", max_size=80), st.integers(1, 6))
def test_sentences_lose_nothing_but_space(text: str, least: int) -> None:
    assert "".join("".join(sentences(text, least)).split()) == "".join(text.split())


def test_commands_are_listed_and_each_has_help() -> None:
    from benchmarks.__main__ import COMMANDS, main

    assert main([]) == 0
    assert main(["nonsense"]) == 2
    for name in COMMANDS:
        with pytest.raises(SystemExit) as left:
            main([name, "--help"])
        assert left.value.code == 0, name


@pytest.mark.skipif(not DATA.is_dir(), reason="no text collections there: set DEDUP_TEST_DATA")
def test_collections_load() -> None:
    from benchmarks import corpora

    assert len(corpora.reuters(DATA)) == 19043
    originals, answers = corpora.clough_stevenson(DATA)
    assert (len(originals), len(answers)) == (5, 95)
    assert len(corpora.bln600(DATA)) == 480


def _run(**figures: object) -> Result:
    return Result(
        "quality",
        "2020-01-02T03:04:05Z",
        "python -m benchmarks quality DATA",
        "0123456789abcdef",
        {"processor": "Abacus", "cores": 2, "memory_gib": 4.0, "system": "Linux x86_64", "python": "3.11.7"},
        {"dedup-news": "0.1.0"},
        figures,
    )


def _seed(recall: float) -> dict[str, object]:
    return {
        "kinds": {"exact": {"recall": recall, "spans": 20, "spans_found": 18}},
        "negatives": {"weather": 2.0},
        "precision": 0.99,
        "source_accuracy": 1.0,
        "false_per_thousand": 0.5,
        "mean_originality_error": None,
        "cpu": 3.0,
    }


def test_the_page_keeps_what_was_written_by_hand_and_shows_the_mean_of_the_seeds() -> None:
    run = _run(corpus="reuters", system="ours", seeds={"1": _seed(1.0), "2": _seed(0.5)})
    text = page(f"# By hand\n\n{MARKER}\n\nold tables\n", [run])
    assert text.startswith("# By hand\n")
    assert "old tables" not in text
    assert "| exact | 0.750 (.598 to .858; 40) |" in text
    assert "Abacus" in text and "2020-01-02" in text and "`python -m benchmarks quality DATA`" in text


def _speed(**rates: float) -> Result:
    figure = {"cpu": 1.0, "ratio": 1.0, "ratio_spread": [1.0, 1.0], "peak_mib": 80.0, "precision": 0.9}
    pairs = {name: {**figure, "mb_per_s": rate, "recall": rate / 100} for name, rate in rates.items()}
    run = _run(pairs=pairs)
    return dataclasses.replace(run, benchmark="speed")


def test_the_readme_says_where_another_is_ahead_and_keeps_the_rest() -> None:
    said = headline([_speed(dedup=40.0, fast=50.0, slow=5.0)])
    text = between(f"# Ours\n{BEGIN}\nold\n{END}\nmore\n", BEGIN, END, said)
    assert text.startswith(f"# Ours\n{BEGIN}\n| ") and text.endswith(f"{END}\nmore\n") and "old" not in text
    assert "| dedup | 40 |" in text and "faster from a file to pairs than `dedup` (40): fast (50)" in text
    assert "slow (" not in text
    assert between("no markers\n", BEGIN, END, said) == "no markers\n"


def test_a_later_run_of_one_group_leaves_the_other_groups() -> None:
    row = {"mb_per_s": 7.0, "megabytes": 1.0, "cpu": 1.0, "peak_mib": 9.0, "kib_a_further_paragraph": None}
    later = dataclasses.replace(_run(growth={"dedup scan": {"1000": row}}), benchmark="speed")
    runs = [_speed(dedup=40.0), later]
    assert "| dedup | 1.0000 | 40 |" in page("", runs) and "MB/s, 1,000 paragraphs" in page("", runs)
    assert set(drawings(runs)) == {"benchmarks/plots/pairs.svg", "docs/growth.svg"}


def test_labelled_sets_have_the_systems_side_by_side() -> None:
    runs = [
        dataclasses.replace(
            _run(system=name, sets={"mccormick": {"recall": share, "cut": {"mean": 2}}}), benchmark="labelled"
        )
        for name, share in (("ours", 0.75), ("rensa", 0.5))
    ]
    text = page("", runs)
    assert (
        "|  | ours | rensa |" in text
        and "| recall | 0.7500 | 0.5000 |" in text
        and "| cut: mean | 2 | 2 |" in text
    )


NAMES = st.text(alphabet="ab<&\"' é", min_size=1, max_size=9)


@given(st.dictionaries(NAMES, st.floats(1e-3, 1e9), min_size=1, max_size=6))
def test_plots_are_well_formed_and_lie_in_their_frame(names: dict[str, float]) -> None:
    drawn = ElementTree.fromstring(plots.bars("A & B", names, "MB/s"))
    widths = [float(bar.get("width", "")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(widths) == len(names) and all(0 < width <= plots.WIDTH for width in widths)
    points = [(value, value) for value in names.values()]
    ElementTree.fromstring(plots.lines("<>", {"series": points}, "n", "ms"))


def test_the_page_is_stable_and_shows_the_last_run() -> None:
    runs = [_run(corpus="reuters", system="ours", seeds={"1": _seed(recall)}) for recall in (0.1, 0.2)]
    once = page("", runs)
    assert page(once, runs) == once
    assert "0.200 (" in once and "0.100 (" not in once


def test_systems_stand_side_by_side() -> None:
    runs = [_run(corpus="reuters", system=name, seeds={"1": _seed(1.0)}) for name in ("ours", "floor")]
    assert "| recall of taken words | ours | floor |" in page("", runs)


def test_a_saved_run_is_read_back_and_names_no_path(tmp_path: Path) -> None:
    save("speed", [str(tmp_path), "--rounds", "2"], {"scan": {}}, folder=tmp_path)
    save("speed", ["DATA"], {"scan": {}}, folder=tmp_path)
    first, _ = load(tmp_path)
    assert first.command == "python -m benchmarks speed DATA --rounds 2"
    assert first.machine["cores"] and first.versions["numpy"]


def test_the_check_fails_on_a_fall_of_quality_or_a_rise_of_a_ratio() -> None:
    baseline = {"quality: exact": 1.0, "speed: scan": 2.0}
    assert compare({"quality: exact": 0.991, "speed: scan": 2.4}, baseline) == []
    assert len(compare({"quality: exact": 0.98, "speed: scan": 2.6}, baseline)) == 2
    assert compare({"quality: exact": 1.0}, baseline) == ["speed: scan was not measured"]


def test_the_measured_jaccard_is_the_exact_one() -> None:
    from benchmarks.jobs import _exact_jaccard

    rng = np.random.default_rng(3)
    sets = [rng.integers(0, 40, size) for size in rng.integers(1, 30, 50)]
    hashes = np.concatenate(sets).astype(np.uint32)
    bounds = np.concatenate(([0], np.cumsum([len(one) for one in sets])))
    left, right = rng.integers(0, 50, 200), rng.integers(0, 50, 200)
    wanted = [
        len(a & b) / len(a | b)
        for a, b in ((set(sets[i]), set(sets[j])) for i, j in zip(left, right, strict=True))
    ]
    assert np.allclose(_exact_jaccard(hashes, bounds, left, right), wanted)


def test_our_pairs_are_all_right_and_find_the_copies(tmp_path: Path) -> None:
    from benchmarks.jobs import pairs_dedup
    from benchmarks.speed import pair_quality, write

    texts = [block for article in collection(20) for block in article.text.split("\n\n")]
    texts += texts[:10] + [f"{text} And three more words." for text in texts[10:20]]
    write(tmp_path / "news.jsonl", texts)
    found = pairs_dedup(tmp_path / "news.jsonl")
    quality = pair_quality({"dedup": found}, texts)["dedup"]
    assert quality["precision"] == 1
    assert {pair[0] for pair in found} == set(range(100, 120))


# --- peers ---


def test_every_job_of_a_peer_has_its_package() -> None:
    named = {
        name for groups in (peer_jobs.TEXTS, peer_jobs.FILES) for jobs in groups.values() for name in jobs
    }
    extractors = {peer for peer, _ in METHODS.values() if peer}
    assert named | set(DETECTORS) | extractors == set(PEERS)
    assert all(system(name, {}) for name in SYSTEMS)


def test_a_peer_runs_in_its_own_environment_where_it_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDUP_PEERS", str(tmp_path))
    assert interpreter("rensa") == sys.executable
    own = tmp_path / "rensa" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    own.parent.mkdir(parents=True)
    own.touch()
    assert interpreter("rensa") == str(own)


def test_a_job_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(LeftOut, match="No such file"):
        run_job("jobs", "pairs", "dedup", str(tmp_path / "nothing.jsonl"))
    with pytest.raises(LeftOut, match="not done after"):
        run_job("jobs", "pairs", "dedup", "-", seconds=0.001)


def test_a_peer_finds_the_copies_in_a_process_of_its_own(tmp_path: Path) -> None:
    texts = [block for article in collection(8) for block in article.text.split("\n\n")]
    path = tmp_path / "news.jsonl"
    for target in (path, warm_up(path)):
        target.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts + texts[:3]), "utf-8")
    assert read_lines(path)[-1] == texts[2]
    said = run_job("jobs", "pairs", "datasketch", str(path), peer="datasketch")
    assert said["found"] == [[40, 0], [41, 1], [42, 2]]
    assert said["versions"]["datasketch"] and said["cpu"] > 0 and said["peak_mib"] > 1


def _feed(*texts: str) -> list[Article]:
    return [
        Article(id=f"{at}", text=text, published=f"2020-01-0{at + 1}", source="x")
        for at, text in enumerate(texts)
    ]


def test_pairs_become_judgements_by_the_earliest_of_another_article(monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = [
        (_feed("one two", "!\n\nthree four", "five six\n\nseven"), {"1", "2"}),
        (_feed("one two"), {"0"}),
    ]
    pairs = [
        [1, 0],
        [2, 1],
        [2, 0],
        [3, 2],
        [4, 0],
    ]  # of an own paragraph, and of another feed: neither counts
    monkeypatch.setattr("benchmarks.systems.run_job", lambda *_, **__: {"found": pairs})
    first, second = (
        {judged.id: judged for judged in judgements}
        for judgements in judge_each(Peer("rensa", Plan()), feeds)
    )
    assert first["1"] == Judgement("1", (Flag("recycled", 3, 13, "0"),), 0.0)
    assert first["2"].flags == (Flag("recycled", 0, 8, "0"),)
    assert first["2"].originality == pytest.approx(1 / 3)
    assert second["0"] == Judgement("0", (), 1.0)


def test_parts_become_judgements_without_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.systems.run_job", lambda *_, **__: {"found": [[2, 0, 5]]})
    peer = Peer("datatrove", Plan(), "flags")
    (judged,) = peer(_feed("one two", "a b\n\nthree fours"), {"1"})
    assert judged.flags == (Flag("recycled", 5, 10),)
    assert judged.originality == pytest.approx(1 - 2 * (5 / 11) / 4)
    with pytest.raises(LeftOut, match="many small feeds"):
        judge_each(peer, [(_feed("one"), {"0"})])


def test_a_line_is_foreign_where_the_detector_is_sure_enough_and_it_has_letters() -> None:
    text = "a whole article\nune ligne\n\nun"
    said = {text: ("en", 0.9), "a whole article": ("en", 0.9), "une ligne": ("fr", 0.8), "un": ("fr", 0.8)}

    def found(sure: float, letters: int) -> list[str]:
        (verdict,) = Detector("x", sure, letters, dict(said)).inspect_texts([(text, None)])
        return [text[mark.start : mark.end] for mark in verdict.marks]

    assert found(0, 1) == ["une ligne", "un"]
    assert found(0, 3) == ["une ligne"]
    assert found(0.9, 1) == []


def test_a_store_is_measured_at_each_size_that_it_reaches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import online_jobs

    monkeypatch.setattr(online_jobs, "BATCH", 5)
    monkeypatch.setattr(online_jobs, "ALONE", 5)
    path = tmp_path / "stream.jsonl"
    lines = ({"id": article.id, "text": article.text} for article in collection(60))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    first, second = online_jobs.run("datasketch", path, "", 0, [50, 100])
    assert (first["paragraphs"], second["paragraphs"]) == (50, 100)
    assert 0 < first["alone_ms_p50"] <= first["alone_ms_p99"] and first["cpu_ms"] > 0
    monkeypatch.setattr(online_jobs, "SECONDS", 0.0)
    assert online_jobs.run("datasketch", path, "", 0, [50]) == []


# --- a feed of one's own; everything in one command ---


def test_a_feed_of_ones_own_comes_with_truths_that_a_right_report_meets(tmp_path: Path) -> None:
    source = tmp_path / "mine.jsonl"
    records = ({"id": a.id, "text": a.text, "published": a.published} for a in collection(240))
    source.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    out = tmp_path / "out"
    options = [str(source), "-o", str(out), "--pages", "26", "--negatives", "12", "--dressed"]
    assert generate.main(options) == 0
    articles = {
        (row := json.loads(line))["id"]: row
        for line in (out / "articles.jsonl").read_text("utf-8").splitlines()
    }
    truths = list(read_truths(str(out / "truth.jsonl")))
    assert len(truths) == 26 and all(truth.id in articles for truth in truths)
    assert {span.kind for truth in truths for span in truth.spans} >= set(KINDS) - {"spun45"}
    right = [
        Judgement(
            truth.id,
            tuple(
                Flag(span.expected[0], span.start, span.end, (*span.holders, "")[0]) for span in truth.spans
            ),
        )
        for truth in truths
    ]
    result = evaluate(right, truths)
    assert (result.total.recall, result.precision, result.total.source_accuracy) == (1, 1, 1)
    false = list(read_truths(str(out / "negatives" / "truth.jsonl")))
    assert len(false) == 12
    before = (out / "articles.jsonl").read_bytes()
    assert generate.main(options) == 0 and (out / "articles.jsonl").read_bytes() == before


def test_too_few_articles_are_refused_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main([str(ROOT / "samples" / "feed.jsonl"), "-o", str(tmp_path / "out")]) == 1
    assert "12 articles are too few" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not DATA.is_dir(), reason="no text collections there: set DEDUP_TEST_DATA")
def test_labels_are_read_as_their_authors_mean_them() -> None:
    from benchmarks import corpora

    pages = list(corpora.l3s(DATA))
    assert len(pages) == 621
    assert {label for _, blocks in pages for block in blocks for _, label in block} == {
        None,
        0,
        1,
        2,
        3,
        4,
        5,
    }
    stories, common = corpora.news_stories(DATA), {}
    for shift in (-1, 0, 1):  # are items counted from where their numbers are?
        common[shift] = [
            len(held[a + shift] & held[b + shift])
            for topic, items in corpora.news_clusters(DATA)
            for held in [
                {int(i.id.rpartition("-")[2]): {w for w in folded(i.text) if len(w) > 5} for i in items}
            ]
            for story in stories[topic]
            for a, b in pairwise(sorted(story))
            if {a + shift, b + shift} <= held.keys()
        ]
    means = {shift: sum(counts) / len(counts) for shift, counts in common.items()}
    assert means[0] > 1.2 * max(means[-1], means[1])
