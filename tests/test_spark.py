"""The stages on parcels give the single machine's reports; so does Spark, which carries the parcels."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile import changed
from dedup import Article, Settings, scan
from dedup.additions import Additions
from dedup.cli.main import main
from dedup.errors import DedupError
from dedup.provenance import current, provenance_order
from dedup.reporter.jsonl import dumps, line
from tests import strategies
from tests.decoys import STORY, hidden

pytest.importorskip("pyarrow", reason="no pyarrow: pip install '.[spark]'")

from dedup.spark.blocks import cut, parts
from dedup.spark.parcels import Row, Step, columns_of, decode, encode, steps, summed, to_shards
from dedup.spark.stages import judged
from dedup.stories import node_of, told
from dedup.stories.telling import to_dict

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# --- a feed with everything in it ---

_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
HOT = "This one paragraph stands in a good part of all articles of this feed, word for word, whoever wrote them."
TEMPLATE = (
    "Shares of company number {} rose {} percent to {} dollars in early trading on Monday after it said that its "
    "net profit in the last quarter had grown by {} million"
)
NOTE = (
    "Our producer this week was {}, the sound engineer was Otto Quist, and the music is by the Accordion Club"
)
PHRASE = "The company could not immediately be reached for comment on Monday evening."


def feed(count: int, seed: int, undated: float = 0.0) -> list[Article]:
    """Articles that copy, reword, quote and repeat each other, with furniture, templates and hot paragraphs."""
    rng = Random(seed)
    vocabulary = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 3))) for _ in range(900)]
    told: list[str] = []
    out = []
    for number in range(count):
        source = rng.choice(["", "alpha", "beta", "gamma"])
        blocks = [_paragraph(rng, told, vocabulary) for _ in range(rng.randint(1, 5))]
        if rng.random() < 0.1:
            blocks.append(blocks[0])
        if rng.random() < 0.4:
            blocks.append(f"Read more news of {source or 'ours'} every day, posted {rng.randint(1, 28)} May")
        if source == "beta" and rng.random() < 0.6:
            blocks.append(NOTE.format(" ".join(rng.choices(vocabulary, k=2))))
        if rng.random() < 0.4:
            blocks.insert(0, HOT)
        if rng.random() < 0.4:
            blocks.append(TEMPLATE.format(*(rng.randint(1, 999) for _ in range(4))))
        if rng.random() < 0.2:
            blocks.append(PHRASE)
        if rng.random() < 0.1:
            blocks += ["***", "Читайте также новости этого дня"]
        day, hour = rng.randint(1, 28), rng.randint(0, 23)
        dated = rng.random() >= undated
        out.append(
            Article(
                f"a{seed}-{number if rng.random() > 0.05 else number // 2}", "\n\n".join(blocks), source=source,
                published=f"2020-01-{day:02}T{hour:02}:00:00{rng.choice(['', '.5'])}Z" if dated else None,
                title=f"Number {number % 9} of the long titles in this feed" if rng.random() < 0.2 else "",
                extra={"k": [1.5]} if rng.random() < 0.2 else {},
            )
        )  # fmt: skip
    return out


def _paragraph(rng: Random, told: list[str], vocabulary: list[str]) -> str:
    if not told or rng.random() < 0.4:
        words = rng.choices(vocabulary, k=rng.randint(5, 90))
    else:
        words = rng.choice(told).split()
        kind = rng.random()
        if kind < 0.3:
            words = [word if rng.random() > 0.1 else rng.choice(vocabulary) for word in words]
        elif kind < 0.5:
            words = [*rng.choices(vocabulary, k=9), *words[len(words) // 3 :]]
        elif kind < 0.6:
            words = [f"“{words[0]}", *words[1:-1], f"{words[-1]}”"]
    told.append(" ".join(words))
    return told[-1]


def lines(articles: Sequence[Article], chosen: Settings, older: Sequence[Article] = ()) -> list[str]:
    return sorted(line(report).decode()[:-1] for report in scan(articles, chosen, reference=older))


# --- without Spark ---


class Hand:
    """Carries parcels by hand: the dataflow without Spark."""

    def mapped(self, parcels: list[Row], step: Step) -> list[Row]:
        return [row for tag, to, origin, data in parcels for row in step(to, {tag: [(origin, data)]})]  # type: ignore[misc]

    def gathered(self, parcels: Sequence[list[Row]], step: Step, schema: str = "") -> list[Row]:
        mail: dict[int, dict[str, list[tuple[int, bytes]]]] = defaultdict(lambda: defaultdict(list))
        for table in parcels:
            for tag, to, origin, data in table:
                mail[to][tag].append((origin, data))
        got = ((to, {tag: sorted(some) for tag, some in tags.items()}) for to, tags in mail.items())
        return [row for to, sorted_mail in got for row in step(to, sorted_mail)]  # type: ignore[misc]

    def tagged(self, parcels: list[Row], *tags: str) -> list[Row]:
        return [row for row in parcels if row[0] in tags]

    def beside(self, parcels: list[Row], others: list[Row]) -> list[Row]:
        where = {row[1] for row in parcels}
        return [row for row in others if row[1] in where]

    def kept(self, name: str, table: list[Row]) -> list[Row]:
        return table


def blocks_by_hand(articles: Sequence[Article], older: Sequence[Article], block: int) -> list[Row]:
    order = [(False, older[i]) for i in provenance_order(older)]
    order += [(True, articles[i]) for i in provenance_order(articles)]
    cuts = enumerate(cut(iter(order), block))
    return [row for number, (scanned, some) in cuts for row in parts(7 * number + 3, scanned, some)]


def by_hand(
    articles: Sequence[Article], older: Sequence[Article], chosen: Settings, block: int, shards: int
) -> tuple[list[Row], list[Row]]:
    blocks = blocks_by_hand(current(articles).articles, current(older).articles, block)
    return blocks, judged(Hand(), blocks, chosen, shards)


CASES = {
    "blocks of seven": (dict(block=7, shards=5), {}, 0.0),
    "one block, one shard": (dict(block=1000, shards=1), {}, 0.0),
    "undated": (dict(block=20, shards=3), {}, 0.3),
    "nothing dated": (dict(block=20, shards=3), {}, 1.0),
    "LSH net": (dict(block=20, shards=3), {"nets": "lsh"}, 0.0),
    "fingerprint net": (dict(block=20, shards=3), {"nets": "fingerprints"}, 0.0),
    "few are frequent": (dict(block=20, shards=3), {"frequent": 600}, 0.0),
    "most are frequent": (dict(block=9, shards=3), {"frequent": 4}, 0.0),
    "long shingles": (dict(block=20, shards=3), {"shingle_words": 5}, 0.0),
    "many standing phrases": (dict(block=9, shards=3), {"standing_words": 40, "standing_copies": 2}, 0.0),
}


@pytest.mark.parametrize("case", CASES)
def test_the_stages_say_what_one_machine_says(case: str) -> None:
    cuts, values, undated = CASES[case]
    chosen = Settings().with_values(values)
    articles, older = feed(160, 1, undated), feed(40, 2, undated)
    _, found = by_hand(articles, older, chosen, **cuts)
    assert sorted(row[6] for row in found) == lines(articles, chosen, older)  # type: ignore[misc]


@settings(max_examples=20)
@given(strategies.feeds(), st.one_of(st.just([]), strategies.feeds()), st.sampled_from((1, 3, 50)))
def test_the_stages_say_of_any_text_what_one_machine_says(
    articles: list[Article], older: list[Article], block: int
) -> None:
    _, found = by_hand(articles, older, Settings(), block, 3)
    assert sorted(row[6] for row in found) == lines(articles, Settings(), older)  # type: ignore[misc]


@pytest.mark.parametrize(("size", "bounded"), [(20, None), (70, ["sources"])])
@pytest.mark.parametrize("block", [1, 7, 1000])
def test_a_crowd_hides_no_source_that_one_machine_finds(
    size: int, bounded: list[str] | None, block: int
) -> None:
    articles = [*feed(20, 1), *hidden(size, " ".join(changed(STORY.split(), 5)))]
    _, found = by_hand(articles, (), Settings(), block, 3)
    reports = sorted(row[6] for row in found)  # type: ignore[misc]
    assert reports == lines(articles, Settings())
    (page,) = (report for report in map(json.loads, reports) if report["id"] == "page")
    assert page.get("bounded") == bounded
    assert bounded or page["sources"][0]["id"] == "wire"


def test_a_block_in_which_nothing_is_hidden_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.spark import passages

    looks: list[bool] = []
    real = passages.verify

    def verify(*given: Any, again: bool = False, **named: Any) -> Iterator[Row]:
        looks.append(again)
        return real(*given, again=again, **named)

    monkeypatch.setattr(passages, "verify", verify)
    by_hand([*feed(20, 1), *hidden(0, STORY)], (), Settings(), 4, 3)
    assert looks == [False] * 6
    by_hand([*feed(20, 1), *hidden(20, " ".join(changed(STORY.split(), 5)))], (), Settings(), 1000, 3)
    assert looks[6:] == [False, True]


def test_it_is_said_where_not_all_copies_are_counted() -> None:
    articles = [
        Article(f"{n:03}", f"Office {n} says: {STORY} It closed at {n}.", source=f"s{n}") for n in range(520)
    ]
    _, found = by_hand(articles, (), Settings(), 100, 3)
    reports = sorted(row[6] for row in found)  # type: ignore[misc]
    assert reports == lines(articles, Settings())
    assert sum(json.loads(report).get("bounded") == ["copies"] for report in reports) == 519


def test_what_a_user_adds_is_known_in_every_block() -> None:
    articles, chosen = feed(60, 1), Settings()
    additions = Additions(('{"language": "en", "inside": {"of this feed": ""}}',), (HOT, PHRASE))
    order = [(True, articles[i]) for i in provenance_order(articles)]
    cuts = enumerate(cut(iter(order), 9))
    rows = [
        row for number, (scanned, some) in cuts for row in parts(number, scanned, some, additions.furniture)
    ]
    found = judged(Hand(), rows, chosen, 3, additions.ignored)
    expected = sorted(line(one).decode()[:-1] for one in scan(articles, chosen, additions=additions))
    assert sorted(row[6] for row in found) == expected != lines(articles, chosen)  # type: ignore[misc]


@pytest.mark.parametrize(("letters", "quoted"), [(4, 0), (6, 6)])
def test_short_quotations_without_spaces_are_counted_as_on_one_machine(letters: int, quoted: int) -> None:
    """Of Han letters 1.6 make a word: four are scare quotes, six a quotation."""
    story = "市议会周一投票决定在冬季来临之前关闭那座古老的铁桥因为工程师在九月份发现有十一处生锈"
    copy = f"{story[:9]}“{story[9 : 9 + letters]}”{story[9 + letters :]}"
    articles = [
        Article(name, text, source=name, published=f"2020-01-0{day}")
        for day, (name, text) in enumerate((("first", story), ("copy", copy)), 1)
    ]
    _, found = by_hand(articles, (), Settings(), 1, 1)
    reports = sorted(row[6] for row in found)  # type: ignore[misc]
    assert reports == lines(articles, Settings())
    assert json.loads(reports[0])["ledger"]["quoted"] == quoted


def test_the_feed_has_everything_in_it() -> None:
    reports = [json.loads(text) for text in lines(feed(160, 1), Settings(), feed(40, 2))]
    kinds = {finding["kind"] for report in reports for finding in report["findings"]}
    assert kinds >= {"foreign", "boilerplate", "repeated", "quoted", "recycled", "carried_over", "reworded"}
    learned = [one for report in reports for one in report["findings"] if one.get("reason") == "learned"]
    assert {one["words"] for one in learned} >= {len(NOTE.split()) + 1}


def test_what_is_everywhere_costs_a_block_one_line() -> None:
    """Exact copies and one template: parcels grow with the blocks, not with the copies' squares."""

    def size(count: int) -> int:
        articles = [Article(f"{i}", HOT, source=f"s{i}", published="2020-01-01") for i in range(count)]
        articles += [
            replace(one, id=f"t{one.id}", text=TEMPLATE.format(*[int(one.id)] * 4)) for one in articles
        ]
        blocks, found = by_hand(articles, (), Settings(), 100, 1)
        asked = Hand().gathered(
            [Hand().tagged(blocks, "hashes"), *_collapsed(blocks)], _counting_post(sizes := [])
        )
        assert not asked and len(found) == 2 * count
        return sum(sizes)

    assert size(2000) < 2.5 * size(1000)


def _collapsed(blocks: list[Row]) -> list[list[Row]]:
    from functools import partial

    from dedup.spark import collapse

    hand = Hand()
    copies = hand.gathered(
        [hand.mapped(hand.tagged(blocks, "paragraphs"), partial(collapse.ask_copies, shards=1))],
        collapse.count_copies,
    )
    step = partial(collapse.collapse, shards=1, settings=Settings())
    return [hand.tagged(hand.gathered([hand.tagged(blocks, "paragraphs"), copies], step), "collapsed")]


def _counting_post(sizes: list[int]) -> Step:
    from dedup.spark.postings import post

    def step(block: int, mail: Any) -> Iterator[Row]:
        sizes.extend(len(row[3]) for row in post(block, mail, Settings(), 1))
        return iter(())

    return step


def test_what_stories_are_told_from_is_carried_whole() -> None:
    pytest.importorskip("pyspark", reason="no pyspark: pip install '.[spark]'")
    from dedup.spark.telling import node_from, node_to

    nodes = [node_of(report) for report in scan(feed(160, 1), Settings(), reference=feed(40, 2))]
    assert any(share.passages for node in nodes for share in node.sources)
    assert [node_from(node_to(node)) for node in nodes] == nodes


# --- parcels ---

_ARRAYS = st.lists(
    st.one_of(
        st.lists(st.integers(0, 2**64 - 1)).map(lambda v: np.array(v, np.uint64)),
        st.lists(st.integers(-(2**63), 2**63 - 1)).map(lambda v: np.array(v, np.int64)),
        st.lists(st.integers(0, 2**32 - 1)).map(lambda v: np.array(v, np.uint32)),
        st.lists(st.booleans()).map(lambda v: np.array(v, np.bool_)),
        st.lists(st.floats(allow_nan=False)).map(lambda v: np.array(v, np.float64)),
    )
)


@settings(max_examples=50)
@given(_ARRAYS)
def test_arrays_come_out_as_they_went_in(arrays: list[Any]) -> None:
    got = decode(encode(*arrays))
    assert [(one.dtype, one.tolist()) for one in got] == [(one.dtype, one.tolist()) for one in arrays]


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2**32 - 1)))
def test_steps_lead_back(values: list[int]) -> None:
    assert summed(steps(np.array(values, np.uint32))).tolist() == values


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9)))
def test_rows_go_to_their_shards_in_order(shards: list[int]) -> None:
    rows = list(to_shards("t", 5, np.array(shards, np.int64), np.arange(len(shards))))
    for (_, shard, origin, data), which in rows:
        assert origin == 5 and decode(data)[0].tolist() == which.tolist()
        assert which.tolist() == [i for i, one in enumerate(shards) if one == shard]
    if rows:
        origins, (every,) = columns_of([(row[1], row[3]) for row, _ in rows])
        assert sorted(every.tolist()) == list(range(len(shards))) and origins.size == len(shards)


# --- the command, without Spark ---


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--engine", "spark", "--index", "x"], "--index is not for"),
        (["--engine", "spark", "--as-stream"], "--as-stream is not for"),
        (["--engine", "spark", "--workers", "2"], "--workers is not for"),
        (["--engine", "spark", "-f", "html"], "jsonl or Parquet, not html"),
        (["--work-dir", "x"], "need --engine spark"),
    ],
)
def test_options_of_the_other_engine_are_refused(tmp_path: Path, options: list[str], says: str) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n")
    result = CliRunner().invoke(main, ["scan", str(tmp_path), *options])
    assert result.exit_code == 2 and says in result.output


def test_standard_input_is_for_one_machine() -> None:
    result = CliRunner().invoke(main, ["scan", "-", "--engine", "spark"])
    assert result.exit_code == 2 and "not standard input" in result.output


def test_a_machine_without_java_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="no pyspark: pip install '.[spark]'")
    from dedup.cli.spark import start

    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(DedupError, match="needs Java 17"):
        start("local[1]")


# --- on Spark ---


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    pytest.importorskip("pyspark", reason="no pyspark: pip install '.[spark]'")
    if shutil.which("java") is None:
        pytest.skip("no Java: apt-get install default-jre-headless")
    from dedup.cli.spark import start

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
        started = start("local[2]")
        yield started
        started.stop()


def table(session: SparkSession, articles: Sequence[Article]) -> DataFrame:
    columns = "id string, text string, title string, source string, published string, k string, place long"
    rows = [
        (one.id, one.text, one.title, one.source, one.published, one.extra.get("k"), place)
        for place, one in enumerate(articles)
    ]
    return session.createDataFrame(rows, columns).repartition(3)


def test_spark_says_what_one_machine_says(session: SparkSession, tmp_path: Path) -> None:
    from dedup.spark import scan as scan_table
    from dedup.spark import stories
    from dedup.spark.job import Plan

    hiding = hidden(20, " ".join(changed(STORY.split(), 5)))  # so that blocks are looked at again
    articles = [replace(one, extra={"k": None}) for one in [*feed(160, 1, 0.2), *hiding]]
    older = [replace(one, extra={"k": None}) for one in feed(40, 2, 0.2)]
    asked: dict[str, Any] = dict(work_dir=str(tmp_path / "work"), plan=Plan(32, 4000))
    reports = scan_table(table(session, articles), None, table(session, older), **asked)
    assert sorted(row["report"] for row in reports.select("report").collect()) == lines(
        articles, Settings(), older
    )

    # What a crash leaves is used: all but the last stage, which lacks its mark.
    (tmp_path / "work/reports/stray.txt").write_text("half written")
    shutil.rmtree(tmp_path / "work/reports.done")
    kept = (tmp_path / "work/found/_SUCCESS").stat().st_mtime_ns
    again = scan_table(table(session, articles), None, table(session, older), **asked)
    assert again.count() == len(articles)
    assert (tmp_path / "work/found/_SUCCESS").stat().st_mtime_ns == kept
    with pytest.raises(DedupError, match="another job"):
        scan_table(table(session, articles), Settings(min_words=9), **asked)

    found = stories(table(session, articles), None, table(session, older), **asked)
    nodes = [node_of(report) for report in scan(articles, Settings(), reference=older)]
    alone = sorted(dumps(to_dict(story)) for story in told(nodes, Settings()).stories())
    assert sorted(dumps(to_dict(story)) for story in found.stories()) == alone
    assert any(len(json.loads(story)["articles"]) > 2 for story in alone)


def test_a_work_folder_of_another_engine_is_refused(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dedup.spark import job
    from dedup.spark.flow import Flow

    monkeypatch.setattr(job, "engine", lambda: "another")
    Flow(session, str(tmp_path)).claim(job.name_of(Settings(), "here"))
    monkeypatch.undo()
    with pytest.raises(DedupError, match="another job"):
        Flow(session, str(tmp_path)).claim(job.name_of(Settings(), "here"))


def test_the_command_writes_the_report_of_one_machine(session: SparkSession, tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    articles = feed(60, 5, 0.1)
    for part in range(2):
        rows = [
            {"id": one.id, "text": one.text, "source": one.source, "published": one.published, "k": "✓"}
            for one in articles[part::2]
        ]
        (news / f"{part}.jsonl").write_bytes(b"".join(dumps(row) + b"\n" for row in rows))
    with (news / "1.jsonl").open("ab") as file:
        file.write(b"no json\n")
    told_alone, told_there = tmp_path / "alone.jsonl", tmp_path / "there.jsonl"
    alone = CliRunner().invoke(main, ["scan", str(news), "-f", "jsonl", "--stories", str(told_alone)])
    out = tmp_path / "report.jsonl"
    options = ["--engine", "spark", "--master", "local[2]", "-o", str(out), "--stories", str(told_there)]
    result = CliRunner().invoke(main, ["scan", str(news), *options])
    assert result.exit_code == 0, result.output
    assert "1.jsonl:31: " in result.stderr and "1 file or record skipped" in result.stderr
    assert sorted(out.read_text().splitlines()) == sorted(alone.stdout.splitlines())
    assert told_there.read_bytes() == told_alone.read_bytes() != b""


def test_deliveries_and_versions_are_one_article_on_spark_too(session: SparkSession, tmp_path: Path) -> None:
    lamps = "The town will put out every second street lamp after midnight, the council decided on Tuesday evening."
    rows = [
        {"id": "1", "source": "courier", "published": "2024-05-01T08:00:00Z", "text": lamps, "version": "1"},
        {"id": "1", "source": "courier", "published": "2024-05-01T09:00:00Z", "text": f"{lamps} It was a close vote.",
         "version": "2"},
        {"id": "2", "source": "courier", "published": "2024-05-01T10:00:00Z", "text": f"{lamps} All was said.",
         "evolvedfrom": "1"},
        {"id": "1", "source": "herald", "published": "2024-05-02T08:00:00Z", "text": lamps},
        {"id": "1", "source": "herald", "published": "2024-05-02T08:00:00Z", "text": lamps},
        {"id": "3", "source": "herald", "published": "2024-05-03T08:00:00Z", "text": "Rain fell in the hills."},
        {"id": "4", "source": "herald", "published": "2024-05-03T09:00:00Z", "text": "The dam held.", "versionOf": 7},
        {"id": "4", "source": "herald", "published": "2024-05-03T09:30:00Z", "text": "The dam held.", "versionOf": 8},
        {"id": "5", "source": "herald", "published": "2024-05-03T10:00:00Z", "text": "The dam held all night.",
         "evolvedfrom": ["4"], "title": "Market hall loses its roof"},
        {"id": "6", "source": "herald", "published": "2024-05-03T07:00:00Z",
         "text": "The tunnel is closed. Read more: Market hall loses its roof Drivers must cross the pass."},
    ]  # fmt: skip
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    out = [tmp_path / name for name in ("spark.jsonl", "local.jsonl")]
    for file, engine in zip(out, (["--engine", "spark", "--master", "local[2]"], []), strict=True):
        result = CliRunner().invoke(main, ["scan", str(path), "-o", str(file), *engine])
        assert result.exit_code == 0, result.output
    spark, local = (sorted(file.read_text().splitlines()) for file in out)
    assert spark == local
    assert len(local) == 6


# --- articles that break a stage ---


def breaking(real: Callable[..., Any], texts_of: Callable[..., Sequence[str]]) -> Callable[..., Any]:
    def broken(*given: Any) -> Any:
        if any("boom" in text for text in texts_of(*given)):
            raise RuntimeError("it went off")
        return real(*given)

    return broken


@pytest.mark.parametrize("stage", ["split", "quoted_spans", "inspect_texts", "article_reports"])
def test_an_article_that_breaks_a_stage_is_named_and_the_rest_goes_on(
    stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dedup.inspect import inspector
    from dedup.spark import blocks
    from dedup.text import words
    from dedup.verdict import careful

    articles = feed(40, 1)
    bad = {3, 4, 21}
    articles = [replace(one, text=f"boom {one.text}") if n in bad else one for n, one in enumerate(articles)]
    names = {articles[n].id for n in bad}
    of_texts: Callable[..., Sequence[str]] = lambda texts, *_: texts  # noqa: E731
    module, texts_of = {
        "split": (words, of_texts),
        "quoted_spans": (blocks, lambda text, *_: [text]),
        "inspect_texts": (blocks, lambda pairs, **_: [text for text, _ in pairs]),
        "article_reports": (careful, lambda corpus, numbers, *_: [
            "boom" for n in numbers if corpus.articles[n].id in names
        ]),
    }[stage]  # fmt: skip
    real = getattr(module, stage)
    if stage == "inspect_texts":
        monkeypatch.setattr(
            module, stage, lambda pairs, own=(): breaking(inspector.inspect_texts, texts_of)(pairs)
        )
    else:
        monkeypatch.setattr(module, stage, breaking(real, texts_of))
    _, found = by_hand(articles, [], Settings(), 9, 3)
    broken = {row[0]: row[8] for row in found if row[8]}  # type: ignore[misc]
    assert set(broken) == names
    assert all(f"{name}: cannot be " in why and "it went off" in why for name, why in broken.items())
    assert {row[0] for row in found if row[6]} == {one.id for one in articles} - names  # type: ignore[misc]


def test_an_article_that_cannot_be_aligned_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from dedup.match import align

    real = align.verify
    seen: list[int] = []

    def verify(layout: Any, holders: Any, first: int, last: int, pairs: Any, settings: Any) -> Any:
        if pairs.size and (last - first > 1 or len(seen) < 2):
            seen.extend([first] * (last - first == 1))
            raise MemoryError("too much")
        return real(layout, holders, first, last, pairs, settings)

    monkeypatch.setattr(align, "verify", verify)
    articles = feed(40, 1)
    _, found = by_hand(articles, [], Settings(), 9, 3)
    assert sum("MemoryError: too much" in row[8] for row in found if row[8]) == 2  # type: ignore[misc, operator]
    assert len(found) == len(current(articles).articles)
