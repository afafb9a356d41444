"""Judging articles as they come: what must not depend on batches, kinds of index, crashes or rivals."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread, Timer

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rivals import DEADLINE, at_once, back_up, look, write
from servers import RedisServer, redis_server

from dedup import Article, ArticleReport, DedupError, IndexMismatch, Settings, scan
from dedup.index import Index, derived, open_index
from dedup.index.memory import MemoryIndex
from dedup.index.records import name_of
from dedup.stream import Detector, stream

SUBJECTS = "the mayor;a committee of farmers;our ferry captain;the school board;two bridge engineers;her old orchestra"
VERBS = "rejected;quietly praised;will examine;has postponed;could not explain;paid for"
OBJECTS = "the plan for a wider harbour;every seat in the northern hall;last winter's repairs;a list of broken pumps"
ENDINGS = (
    "before noon on Tuesday;although nobody had asked;while the river kept rising;in spite of heavy rain"
)
PARTS = [part.split(";") for part in (SUBJECTS, VERBS, OBJECTS, ENDINGS)]


def sentence(rng: random.Random) -> str:
    words = " ".join(rng.choice(part) for part in PARTS)
    return words[0].upper() + words[1:] + f" near mile {rng.randrange(400)}."


def made_feed(seed: int, count: int, sources: int = 3, days: int = 20) -> list[Article]:
    """Articles that take paragraphs and sentences from one another, dated nearly in their order."""
    rng = random.Random(seed)
    pool: list[str] = []
    feed = []
    for number in range(count):
        paragraphs = []
        for _ in range(rng.randrange(1, 5)):
            if pool and rng.random() < 0.4:
                paragraph = rng.choice(pool[-60:])
            else:
                paragraph = " ".join(sentence(rng) for _ in range(rng.randrange(1, 4)))
                pool.append(paragraph)
            if rng.random() < 0.2:
                paragraph = paragraph.replace("the", "that", 1)
            paragraphs.append(paragraph)
        source = rng.randrange(sources)
        if rng.random() < 0.8:
            paragraphs.append(f"More from paper {source}, number {rng.randrange(90)}, every morning.")
        day = max(0, number * days // count - rng.choice((0, 0, 0, 1, 5)))
        published = f"2020-01-{day + 1:02}T{rng.randrange(24):02}:00:00Z" if rng.random() < 0.9 else None
        feed.append(
            Article(
                f"a{number}",
                "\n\n".join(paragraphs),
                source=f"paper {rng.randrange(sources)}",
                published=published,
            )
        )
    return feed


FEED = made_feed(1, 120)


def clear_feed(seed: int, count: int) -> list[Article]:
    """Articles in order of time that have nothing in common but what they took: two paragraphs each, changed."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices("abdegiklmnoprstu", k=rng.randrange(3, 11))) for _ in range(900)]
    pool: list[str] = []
    feed = []
    for n in range(count):
        fresh = [" ".join(rng.choices(vocabulary, k=30)) for _ in range(3)]
        taken = rng.sample(pool, 2) if n > 3 else []
        changed = [
            " ".join(rng.choice(vocabulary) if rng.random() < 0.1 else w for w in p.split()) for p in taken
        ]
        pool += fresh
        text = "\n\n".join([fresh[0], *changed, *fresh[1:]])
        published = f"2020-01-{1 + n // 24:02}T{n % 24:02}:00:00Z"
        feed.append(Article(f"a{n:03}", text, source=f"paper {n % 7}", published=published))
    return feed


def judged(detector: Detector, feed: Sequence[Article], cuts: Iterator[int]) -> list[ArticleReport]:
    reports: list[ArticleReport] = []
    while len(reports) < len(feed):
        size = next(cuts)
        reports += detector.judge(feed[len(reports) : len(reports) + size])
    return reports


def always(size: int) -> Iterator[int]:
    while True:
        yield size


ONE_BY_ONE = judged(Detector(MemoryIndex()), FEED, always(1))


# --- what the answer does not depend on ---


def test_the_feed_of_these_tests_has_something_to_find() -> None:
    kinds = [finding.kind for report in ONE_BY_ONE for finding in report.findings]
    assert kinds.count("recycled") > 20 and kinds.count("carried_over") > 5
    assert sum(finding.reason == "learned" for report in ONE_BY_ONE for finding in report.findings) > 20


@given(
    st.lists(st.integers(1, 50), min_size=1),
    st.sampled_from((None, 5)),
    st.integers(0, 9),
    st.sampled_from((100, 15)),
)
@settings(max_examples=15)
def test_batches_change_nothing(sizes: list[int], window: int | None, seed: int, names: int) -> None:
    feed = [
        replace(a, id=f"{n * 7 % names}") for n, a in enumerate(made_feed(seed, 100))
    ]  # few names: revisions
    cuts = (size for _ in iter(int, 1) for size in sizes)
    expected = judged(Detector(MemoryIndex(), window=window), feed, always(1))
    assert judged(Detector(MemoryIndex(), window=window), feed, cuts) == expected


@pytest.mark.parametrize("flush", [1, 500, 1 << 20])
def test_the_kind_of_index_changes_nothing(
    flush: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "FLUSH", flush)
    with open_index(str(tmp_path / "index")) as index:
        assert judged(Detector(index), FEED, always(7)) == ONE_BY_ONE


def test_reopening_between_batches_changes_nothing(tmp_path: Path) -> None:
    reports: list[ArticleReport] = []
    for at in range(0, len(FEED), 40):
        with open_index(str(tmp_path / "index")) as index:
            reports += Detector(index).judge(FEED[at : at + 40])
    assert reports == ONE_BY_ONE


def test_a_stream_is_a_detector_over_memory() -> None:
    assert list(stream(FEED)) == ONE_BY_ONE


def test_checking_adds_nothing_and_says_what_adding_says() -> None:
    detector = Detector(MemoryIndex())
    for article in FEED[:40]:
        assert detector.check(article) == detector.check(article) == detector.add(article)
    assert len(detector.index) == 40


def test_expiry_of_what_is_outside_the_window_changes_nothing(tmp_path: Path) -> None:
    expected = judged(Detector(MemoryIndex(), window=4), FEED, always(10))
    with open_index(str(tmp_path / "index")) as index:
        detector = Detector(index, window=4)
        reports = []
        for at in range(0, len(FEED), 10):
            reports += detector.judge(FEED[at : at + 10])
            detector.forget()
        assert reports == expected
        assert len(index) < 60


def test_in_order_of_time_a_stream_finds_what_a_scan_finds() -> None:
    feed = clear_feed(6, 150)

    def passages(reports: Iterable[ArticleReport]) -> list[object]:
        return [[replace(found, copies=None) for found in report.findings] for report in reports]

    found = passages(stream(feed))
    assert sum(map(len, found)) > 200  # type: ignore[arg-type, misc]
    assert found == passages(scan(feed))


# --- the past alone ---

STORY = (
    "The council of Harrow Falls voted on Monday to close the old bridge before the winter, "
    "although the ferry cannot carry the buses that eleven villages depend on."
)
OTHER = (
    "Nothing here resembles anything: purple kettles negotiate politely with seven unlikely glaciers tonight."
)


def article(name: str, text: str = STORY, day: int | None = 1, source: str = "") -> Article:
    return Article(name, text, source=source or f"paper {name}", published=day and f"2020-03-{day:02}")


def taken_from(report: ArticleReport) -> set[str]:
    return {finding.match.id for finding in report.findings if finding.match}


def test_a_later_article_is_nobodys_source() -> None:
    detector = Detector(MemoryIndex())
    detector.add(article("late", day=9))
    assert detector.add(article("early", day=3)).originality == 1
    assert taken_from(detector.add(article("copy", day=12))) == {"early"}, "the earliest holder is the source"


def test_among_many_copies_the_earliest_is_the_source_whenever_it_arrived() -> None:
    detector = Detector(MemoryIndex())
    detector.judge([article(f"copy {n}", day=5) for n in range(30)])
    detector.judge([article("early", day=2), article("undated", day=None)])
    assert taken_from(detector.add(article("last", day=9))) == {"early"}


def test_of_equal_dates_the_first_to_arrive_is_the_source() -> None:
    reports = Detector(MemoryIndex()).judge([article("z"), article("a")])
    assert [taken_from(report) for report in reports] == [set(), {"z"}]


def test_without_dates_arrival_decides() -> None:
    reports = Detector(MemoryIndex()).judge(
        [article("x", day=None), article("y", day=None), article("z", day=5)]
    )
    assert [taken_from(report) for report in reports] == [set(), {"x"}, {"x"}]


def test_a_window_forgets() -> None:
    detector = Detector(MemoryIndex(), window=10)
    detector.add(article("old", day=1))
    detector.judge([article(f"n{day}", OTHER, day=day) for day in (12, 13, 14)])
    assert detector.add(article("copy", day=14)).originality == 1
    assert taken_from(detector.add(article("again", day=20))) == {"copy"}


def test_two_dates_in_the_future_forget_nothing() -> None:
    detector = Detector(MemoryIndex(), window=10)
    detector.add(article("one", day=1))
    detector.judge([replace(article(f"wrong {n}", OTHER), published="2120-01-01") for n in range(2)])
    detector.forget()
    assert taken_from(detector.add(article("copy", day=3))) == {"one"}


def test_a_passage_that_everybody_copied_still_has_its_first_source() -> None:
    batch = [article(f"a{n}", f"{STORY}\n\nMile {n} was dry.", day=1 + n // 10) for n in range(150)]
    reports = list(stream(batch))
    assert all(taken_from(report) == {"a0"} for report in reports[1:])
    assert [report.findings[0].copies for report in reports[1:4]] == [1, 2, 3]


def test_bounds_that_were_met_are_counted() -> None:
    detector = Detector(MemoryIndex())
    detector.judge([article(f"a{n}", f"{STORY}\n\nMile {n} was dry.") for n in range(64)])
    assert detector.caps.keys == detector.caps.articles == 0
    detector.judge([article(f"b{n}", STORY) for n in range(3)])
    shingles = len(STORY.split()) - 2
    assert detector.caps.keys == 3 * shingles, "with the 65th, and those that follow, more than 64 hold them"
    rng = random.Random(2)
    pieces = [" ".join(sentence(rng) for _ in range(8)) for _ in range(20)]
    detector.judge([article(f"c{n}", piece) for n, piece in enumerate(pieces)])
    whole = detector.check(article("collage", "\n\n".join(pieces), day=9))
    assert (whole.originality, whole.bounded) == (0, ()), "whoever has a whole paragraph is looked at"
    before = detector.caps.articles
    edited = detector.check(article("collage", "\n\n".join(f"Now {piece}" for piece in pieces), day=9))
    assert detector.caps.articles == before + 1, "it took from 20, and 16 are looked at"
    assert edited.bounded == ("sources",)
    assert edited.originality


def test_of_a_passage_with_more_copies_than_are_counted_the_report_says_so() -> None:
    most = Settings().frequent
    reports = list(stream(article(f"a{n}", STORY) for n in range(most + 3)))
    assert [report.bounded for report in reports[-3:]] == [(), ("copies",), ("copies",)]
    assert [report.findings[0].copies for report in reports[-3:]] == [most, most + 1, most + 1]


# --- furniture ---

FOOTER = "Subscribers of the Gazette read seven more stories of the valley today."


def footed(count: int, source: str = "gazette", footer: str = FOOTER) -> list[Article]:
    rng = random.Random(count)
    return [
        Article(
            f"{source} {n}",
            f"{sentence(rng)} {sentence(rng)} Only {source} {n} knew.\n\n{footer}",
            source=source,
        )
        for n in range(count)
    ]


def learned(report: ArticleReport, paragraph: int = 1) -> bool:
    return any(one.reason == "learned" and one.paragraph == paragraph for one in report.findings)


def test_furniture_is_learned_as_articles_come() -> None:
    assert [learned(report) for report in stream(footed(7))] == [False] * 2 + [True] * 5


def test_furniture_may_have_another_number_each_time() -> None:
    feed = [replace(a, text=f"{a.text} Page {n} of {n + 9}.") for n, a in enumerate(footed(7))]
    assert [learned(report) for report in stream(feed)] == [False] * 2 + [True] * 5


def test_what_many_sources_have_is_no_furniture() -> None:
    others = [one for n in range(5) for one in footed(1, f"paper {n}")]
    reports = list(stream([*others, *footed(6)]))
    assert not any(map(learned, reports))


def test_a_story_sent_again_and_again_makes_no_furniture() -> None:
    again = [replace(article("a", f"{STORY}\n\n{OTHER}"), id=f"a{n}", source="gazette") for n in range(8)]
    assert not any(learned(report, place) for report in stream(again) for place in range(2))


def test_what_stands_in_few_articles_of_a_source_is_no_furniture() -> None:
    feed = footed(40)
    for n in range(40):
        if n % 8:
            feed[n] = replace(feed[n], text=feed[n].text.replace(FOOTER, sentence(random.Random(n))))
    assert not any(map(learned, list(stream(feed))[::8]))


# --- the same article again ---


def test_an_article_sent_again_gets_its_first_report(tmp_path: Path) -> None:
    with open_index(str(tmp_path / "index")) as index:
        first = Detector(index).judge([article("a"), article("b"), article("c", OTHER)])
    with open_index(str(tmp_path / "index")) as index:
        detector = Detector(index)
        again = replace(article("b", day=7), title="New title", url="https://example.org/b")
        report = detector.add(again)
        assert replace(report, title="", url="") == first[1] and report.title == "New title"
        assert detector.check(article("a")) == first[0]
        assert detector.judge([article("c", OTHER), article("b"), article("a")]) == first[::-1]
        assert len(index) == 3


def test_twice_in_one_batch_is_once() -> None:
    detector = Detector(MemoryIndex())
    reports = detector.judge([article("a"), article("a"), article("b")])
    assert reports[0] == reports[1] and taken_from(reports[2]) == {"a"}
    assert len(detector.index) == 2


@pytest.mark.parametrize("size", [1, 4])
def test_a_changed_text_is_a_revision(size: int) -> None:
    detector = Detector(MemoryIndex())
    changed = article("a", STORY + " It opens again in May, said the mayor.")
    feed = [article("a"), changed, article("copy"), replace(changed, text=OTHER)]
    reports = judged(detector, feed, always(size))
    assert [report.revision for report in reports] == [0, 1, 0, 2]
    assert reports[1].originality == 1, "never its own copy"
    assert taken_from(reports[2]) == {"a"} and taken_from(reports[3]) == set()
    assert detector.add(article("later", day=9)).sources[0].id == "copy", (
        "what a revision dropped is no source"
    )
    assert detector.add(replace(changed, text=OTHER)) == reports[3]


def test_all_that_a_report_says_survives_the_index() -> None:
    text = (
        f'{STORY}\n\n"We said so," he wrote: "{OTHER}"\n\nЧитайте также: новости дня и всё остальное сегодня'
    )
    detector = Detector(MemoryIndex())
    detector.judge([article("a"), article("b", OTHER)])
    first = detector.add(article("c", text))
    assert {finding.kind for finding in first.findings} >= {"recycled", "quoted", "foreign"}
    assert detector.add(article("c", text)) == first


def test_odd_texts_are_judged() -> None:
    texts = ["", " \n\n ", "\ud800", "one", "第五章", "\u0000", "a b c " * 3000]
    reports = Detector(MemoryIndex()).judge([Article(str(n), text) for n, text in enumerate(texts)])
    assert [report.words for report in reports] == [0, 0, 0, 1, 3, 0, 9000]
    assert Detector(MemoryIndex()).judge([]) == []


def test_settings_must_be_those_of_the_index() -> None:
    with pytest.raises(IndexMismatch, match="settings"):
        Detector(MemoryIndex(Settings(min_words=9)), Settings())


# --- originals that come late ---


@pytest.fixture(params=["memory", "embedded", "redis"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An index of each kind."""
    url = {"memory": lambda: "memory:", "embedded": lambda: str(tmp_path / "index"), "redis": redis_server}
    with open_index(
        url[request.param]() + (f"?prefix={tmp_path.name}" if request.param == "redis" else "")
    ) as index:
        yield index


def test_a_late_original_amends_those_who_copied_it(anywhere: Index) -> None:
    detector = Detector(anywhere, revise=True)
    copy, other = (
        article("copy", f"{STORY}\n\n{OTHER}", day=5),
        article("other", OTHER.replace("seven", "six"), day=6),
    )
    first = detector.judge([copy, other])
    late = article("late", day=2)
    detector.add(late)
    (amended,) = detector.amend([late])
    assert (amended.id, amended.revision, taken_from(amended)) == ("copy", 1, {"late"})
    assert amended.ledger.recycled > 20 and first[0].ledger.recycled == 0
    assert detector.amend([late]) == [amended], "told again, it says so again"
    assert detector.add(copy) == amended, "sent again, it gets the amended report"
    assert detector.add(replace(copy, text=OTHER)).revision == 2


def test_what_came_in_order_amends_nothing(anywhere: Index) -> None:
    detector = Detector(anywhere, revise=True)
    feed = [article("a", day=1), article("b", day=2), article("c", day=None), article("d", day=2)]
    for one in feed:
        detector.add(one)
        assert detector.amend([one]) == []


def test_an_earlier_holder_than_the_one_named_takes_its_place() -> None:
    detector = Detector(MemoryIndex(), revise=True)
    detector.judge([article("first", day=4), article("copy", day=6)])
    late = article("late", day=1)
    detector.add(late)
    amended = {report.id: taken_from(report) for report in detector.amend([late])}
    assert amended == {"first": {"late"}, "copy": {"late"}}


def test_all_who_copied_a_late_original_are_amended() -> None:
    detector = Detector(MemoryIndex(), revise=True)
    detector.judge([article(f"copy {n}", f"{STORY}\n\nMile {n} was dry.", day=5) for n in range(40)])
    late = article("late", day=2)
    amended = detector.amend([detector.add(late)])
    assert [report.id for report in amended] == [f"copy {n}" for n in range(40)]
    assert all(taken_from(report) == {"late"} for report in amended)


def test_what_was_judged_without_revise_stays_as_it_is() -> None:
    index = MemoryIndex()
    first = Detector(index).add(article("copy", f'He wrote: "{STORY}"', day=5))
    detector = Detector(index, revise=True)
    late = article("late", day=2)
    detector.add(late)
    assert detector.amend([late]) == [], "its quotations were not kept: it could only be judged wrongly"
    assert detector.add(article("copy", f'He wrote: "{STORY}"', day=5)) == first


def test_amending_knows_quotations_and_marks_without_the_text() -> None:
    detector = Detector(MemoryIndex(), revise=True)
    text = f'He wrote: "{STORY}" and left.\n\nЧитайте также: новости дня и всё остальное сегодня вечером\n\n{OTHER}'
    in_order, late = article("copy", text, day=5), article("late", day=2)
    first = detector.add(in_order)
    detector.add(late)
    (amended,) = detector.amend([late])
    assert first.ledger.foreign == amended.ledger.foreign > 0
    fresh = list(stream([late, in_order]))[1]
    assert amended.ledger == fresh.ledger and amended.ledger.quoted > 20
    assert replace(amended, revision=0, title="") == replace(fresh, title="")


def test_late_or_in_order_the_last_word_is_the_same() -> None:
    feed = clear_feed(9, 80)
    detector = Detector(MemoryIndex(), revise=True)
    final: dict[str, ArticleReport] = {}
    for one in random.Random(8).sample(feed, len(feed)):
        final[one.id] = detector.add(one)
        final.update((report.id, report) for report in detector.amend([one]))
    assert sum(report.revision > 0 for report in final.values()) > 20
    for report in stream(feed):
        last = final[report.id]
        assert (taken_from(last), last.ledger) == (taken_from(report), report.ledger)


# --- crashes and rivals, in an embedded index ---


def lines(detector: Detector, feed: Sequence[Article], size: int, out: Path) -> None:
    """Judge a feed, and acknowledge each batch by writing its lines."""
    with open(out, "ab") as file:
        for at in range(0, len(feed), size):
            file.writelines(orjson.dumps(report) + b"\n" for report in detector.judge(feed[at : at + size]))
            file.flush()


def child(work: Callable[[], None]) -> int:
    """Run something in a fork of this process; its exit code is 0 if it ends well, and it does end."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.alarm(int(DEADLINE))
        work()
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fifty_kills_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FLUSH", 3000)
    feed = made_feed(5, 400)
    lines(Detector(MemoryIndex()), feed, 9, tmp_path / "undisturbed")
    wanted = (tmp_path / "undisturbed").read_bytes().splitlines()
    rng = random.Random(3)
    out = tmp_path / "out"

    def run() -> None:
        with open_index(str(tmp_path / "index")) as index:
            lines(Detector(index), feed, 9, out)

    killed = 0
    while killed < 50:
        out.unlink(missing_ok=True)
        pid = child(run)
        time.sleep(rng.random() ** 2 * 0.4)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status)
        written = out.read_bytes() if out.exists() else b""
        acknowledged = written[: written.rfind(b"\n") + 1].splitlines()
        assert acknowledged == wanted[: len(acknowledged)]
        with open_index(str(tmp_path / "index")) as index:
            assert len(index) >= len(acknowledged), "acknowledged is durable"
            if killed % 10 == 0:
                index.check()
        if os.WIFEXITED(status) or rng.random() < 0.1:  # it came to its end: begin anew
            shutil.rmtree(tmp_path / "index")
    out.unlink(missing_ok=True)
    run()
    assert out.read_bytes().splitlines() == wanted


@pytest.mark.parametrize("where", ["embedded", "redis"])
def test_two_writers_and_two_readers(where: str, tmp_path: Path) -> None:
    ours, theirs = made_feed(7, 150), made_feed(8, 150)
    feeds = [[replace(a, id=f"{who}{a.id}") for a in feed] for who, feed in (("x", ours), ("y", theirs))]
    shared = [article(f"both {n}", f"{STORY} Mile {n}. {OTHER}") for n in range(38)]
    for feed in feeds:
        feed[::4] = shared
    path = str(tmp_path / "index") if where == "embedded" else f"{redis_server()}?prefix=rivals"
    writers = [(write, (path, feed, 5, tmp_path / f"out{who}", 2000)) for who, feed in enumerate(feeds)]
    readers = [(look, (path, [*feed[:30], *feed[::8]])) for feed in feeds]
    assert at_once(*writers, *readers) == [0, 0, 0, 0]
    by_id = {one.id: one for feed in feeds for one in feed}
    with open_index(path, create=False) as index:
        index.check()
        order = [record.id for record in index.articles()]
    assert sorted(order) == sorted(by_id), "no article is lost or there twice"
    serial = Detector(MemoryIndex())
    wanted = {name: orjson.dumps(serial.add(by_id[name])) for name in order}
    for who, feed in enumerate(feeds):
        verdicts = (tmp_path / f"out{who}").read_bytes().splitlines()
        assert verdicts == [wanted[one.id] for one in feed], "every verdict is that of the serial order"


def test_four_writers_a_reader_while_runs_are_merged_and_backups_meanwhile(tmp_path: Path) -> None:
    path = str(tmp_path / "index")
    open_index(path).close()
    feeds = [[replace(one, id=f"{who} {one.id}") for one in made_feed(11 + who, 40)] for who in range(4)]
    outs = [tmp_path / f"out{who}" for who in range(4)]
    # So few keys a run that several are written and merged by each writer.
    writers = [(write, (path, feed, 5, out, 800)) for feed, out in zip(feeds, outs, strict=True)]
    works = [*writers, (look, (path, feeds[0])), (back_up, (path, outs, tmp_path / "backups", 4))]
    (tmp_path / "backups").mkdir()
    assert at_once(*works) == [0] * 6
    with open_index(path, create=False) as index:
        index.check()
        order = [record.id for record in index.articles()]
    assert sorted(order) == sorted(one.id for feed in feeds for one in feed), (
        "no article is lost or there twice"
    )
    for number in range(4):
        with open_index(str(tmp_path / "backups" / str(number)), create=False) as copy:
            held = [record.id for record in copy.articles()]
        assert held == order[: len(held)], "a backup is the index at some moment"
    by_id = {one.id: one for feed in feeds for one in feed}
    serial = Detector(MemoryIndex())
    wanted = {name: orjson.dumps(serial.add(by_id[name])) for name in order}
    for feed, out in zip(feeds, outs, strict=True):
        assert out.read_bytes().splitlines() == [wanted[one.id] for one in feed]


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_of_two_rivals_with_one_story_exactly_one_is_first(tmp_path: Path) -> None:
    index = open_index(str(tmp_path / "index"))
    len(index)  # open, so that the children inherit an open index

    def add(who: int) -> None:
        detector = Detector(index)
        stories = [article(f"{n} from {who}", f"{sentence(random.Random(n))} {STORY} {n}") for n in range(30)]
        with open(tmp_path / f"out{who}", "w") as out:
            for one in stories:
                report = detector.add(replace(one, text=" ".join(reversed(one.text.split()))))
                out.write(f"{int(report.ledger.original > 20)}\n")

    children = [child(lambda who=who: add(who)) for who in range(3)]  # type: ignore[misc]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0, 0]
    first = sum(int(line) for who in range(3) for line in (tmp_path / f"out{who}").read_text().split())
    assert first == 1, "the story is new once"
    assert len(index) == 90
    index.close()


def test_ninety_days_with_a_window_of_thirty_keep_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "FLUSH", 4000)
    rng = random.Random(4)
    sizes, counts = {}, {}
    with open_index(str(tmp_path / "index")) as index:
        detector = Detector(index, window=30)
        for day in range(90):
            text = ["\n\n".join(sentence(rng) + " " + sentence(rng) for _ in range(6)) for _ in range(20)]
            date = (datetime(2020, 1, 1) + timedelta(day)).isoformat()
            detector.judge([Article(f"{day} {n}", one, published=date) for n, one in enumerate(text)])
            detector.forget()
            sizes[day], counts[day] = index.info().bytes, index.info().articles
        index.check()
    assert counts[89] == counts[60] <= 32 * 20
    assert max(sizes[day] for day in range(60, 90)) <= 1.25 * max(sizes[day] for day in range(30, 60))


# --- when the disk does not play along ---


def test_a_full_disk_is_said_and_nothing_is_half_done(tmp_path: Path) -> None:
    with open_index(str(tmp_path / "index")) as index:
        detector = Detector(index)
        detector.add(article("a"))
        connection = index._current().store.connection  # type: ignore[attr-defined]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(DedupError, match="disk is full.*nothing of this step was kept"):
            detector.judge([article(f"b{n}", OTHER * 50) for n in range(50)])
        assert len(index) == 1
        connection.execute("PRAGMA max_page_count = 1000000")
        assert taken_from(detector.add(article("c"))) == {"a"}
        index.check()


@pytest.mark.skipif(os.name != "posix", reason="needs limits on file sizes")
def test_files_that_may_not_grow_are_said_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    monkeypatch.setattr(derived, "FLUSH", 2000)
    feed = made_feed(4, 300)
    wanted = judged(Detector(MemoryIndex()), feed, always(10))
    reports: list[ArticleReport] = []
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_index(str(tmp_path / "index")) as index:
        detector = Detector(index)
        reports += detector.judge(feed[:10])  # all models are loaded now
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, unlimited[1]))
        try:
            with pytest.raises(
                DedupError, match=r"(writing failed|disk is full).*nothing of this step was kept"
            ):
                while True:
                    reports += detector.judge(feed[len(reports) : len(reports) + 10])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        assert 10 < len(reports) == len(index) < 300
        assert reports + judged(detector, feed[len(reports) :], always(10)) == wanted
        index.check()


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(DedupError, match="is no index"):
        open_index(str(tmp_path / "file"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "index.sqlite").write_text(
        "not a database, but long enough to be read as one" * 99
    )
    with pytest.raises(DedupError, match="no database of an index"):
        open_index(str(tmp_path / "folder"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    with open_index(str(tmp_path / "index")) as index:
        Detector(index).add(article("a"))
    os.chmod(tmp_path / "index", 0o500)
    try:
        with pytest.raises(DedupError, match="cannot be"):
            open_index(str(tmp_path / "index"))
    finally:
        os.chmod(tmp_path / "index", 0o700)


@pytest.mark.parametrize("damage", ["absent", "torn", "scribbled"])
def test_run_files_are_rebuilt(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FLUSH", 500)
    path = tmp_path / "index"
    with open_index(str(path)) as index:
        assert judged(Detector(index), FEED[:80], always(8)) == ONE_BY_ONE[:80]
    for file in path.glob("*.run"):
        if damage == "absent":
            file.unlink()
        else:
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(data if damage == "scribbled" else data[: len(data) // 2])
    with open_index(str(path)) as index:
        assert judged(Detector(index), FEED[80:], always(8)) == ONE_BY_ONE[80:]
        index.check()


def test_a_damaged_record_is_said_not_followed(tmp_path: Path) -> None:
    with open_index(str(tmp_path / "index")) as index:
        Detector(index).add(article("a"))
        connection = index._current().store.connection  # type: ignore[attr-defined]
        connection.execute("UPDATE contents SET record = CAST(substr(record, 1, 60) || 'x' AS BLOB)")
    with open_index(str(tmp_path / "index")) as index, pytest.raises(DedupError, match="damaged"):
        Detector(index).add(article("b"))


# --- when the server does not ---


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A server that may be killed."""
    server = RedisServer()
    yield server
    server.remove()


def test_a_server_that_goes_away_and_comes_back_loses_nothing(
    own_server: RedisServer, tmp_path: Path
) -> None:
    feed = made_feed(5, 120)
    wanted = judged(Detector(MemoryIndex()), feed, always(4))
    reports: list[ArticleReport] = []
    with open_index(own_server.url) as index:
        detector = Detector(index)
        for turn in range(3):
            reports += judged(detector, feed[40 * turn : 40 * turn + 20], always(4))
            own_server.stop()
            back = Timer(0.4, own_server.start)
            back.start()
            reports += judged(detector, feed[40 * turn + 20 : 40 * turn + 40], always(4))
            back.join()
        assert reports == wanted
        assert judged(detector, feed, always(30)) == wanted, "and all of it is still known"
        index.check()


def test_a_server_killed_in_the_middle_of_steps_leaves_whole_ones(
    own_server: RedisServer, tmp_path: Path
) -> None:
    feed = made_feed(6, 160)
    wanted = judged(Detector(MemoryIndex()), feed, always(5))
    rng = random.Random(6)
    done = Event()

    def disturb() -> None:
        while not done.wait(0.1 + rng.random() / 2):
            own_server.stop()
            own_server.start()

    thread = Thread(target=disturb)
    thread.start()
    try:
        with open_index(own_server.url) as index:
            assert judged(Detector(index), feed, always(5)) == wanted
    finally:
        done.set()
        thread.join()
    with open_index(own_server.url, create=False) as index:
        assert len(index) == 160
        index.check()


def test_a_server_that_stays_away_is_said(own_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.index.connection.PATIENCE", 0.2)
    with open_index(own_server.url) as index:
        Detector(index).add(article("a"))
        own_server.stop()
        with pytest.raises(DedupError, match="no answer from Redis.*send it again when the server is back"):
            Detector(index).add(article("b"))
        own_server.start()
        assert taken_from(Detector(index).add(article("b"))) == {"a"}


# --- in a fork ---


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("where", ["embedded", "redis"])
def test_an_open_index_works_on_both_sides_of_a_fork(where: str, tmp_path: Path) -> None:
    url = str(tmp_path / "index") if where == "embedded" else f"{redis_server()}?prefix=fork"
    with open_index(url) as index:
        detector = Detector(index)
        detector.add(article("a"))
        pid = child(lambda: detector.judge([article("child")]))  # type: ignore[arg-type, return-value]
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert taken_from(detector.add(article("b"))) == {"a"}
        assert sorted(one.id for one in index.articles()) == ["a", "b", "child"]
        index.check()


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_what_a_child_commits_outlives_the_index_that_its_parent_closed(tmp_path: Path) -> None:
    """SQLite's locks do not go along in a fork: whoever closes last would sweep away the child's log."""
    path = str(tmp_path / "index")
    index = open_index(path)
    detector = Detector(index)
    detector.add(article("a"))
    done, tell_done = os.pipe()
    go_on, tell_to_go_on = os.pipe()

    def work() -> None:
        detector.add(article("b"))
        os.write(tell_done, b".")
        os.read(go_on, 1)
        detector.add(article("c"))

    pid = child(work)
    os.read(done, 1)
    index.close()
    with open_index(path) as another:
        assert len(another) == 2
    os.write(tell_to_go_on, b".")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with open_index(path) as index:
        assert [one.id for one in index.articles()] == ["a", "b", "c"]
        index.check()


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_within_a_step_leaves_the_step_to_the_parent(tmp_path: Path) -> None:
    with open_index(str(tmp_path / "index")) as index:
        detector = Detector(index)
        detector.add(article("a"))
        with index.view() as view:
            pid = child(lambda: detector.judge([article("child")]))  # type: ignore[arg-type, return-value]
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            names = [name_of(f"paper {own}", own) for own in ("a", "child")]
            assert list(view.find(names)) == names[:1], "a view does not change"
        assert sorted(one.id for one in index.articles()) == ["a", "child"]
