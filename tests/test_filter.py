"""The pre-filter's decisions."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dedup.errors import DedupError, SettingsError
from dedup.index import open_index
from dedup.model import Article, ArticleReport, Ledger
from dedup.prefilter.filtering import Filter, Outcome, annotation, complaint, forget, with_report
from dedup.prefilter.incoming import Line
from dedup.prefilter.trimming import Trim
from dedup.stream import Detector, stream

WIRE = (
    "The ferry company stopped all crossings to the outer islands after divers found long cracks in the hull "
    "of its oldest ship. Passengers were told to come back on Thursday with their tickets and some patience."
)
OWN = "Nobody on the quay had been told, so the post bags went home again with those who had brought them."
FOREIGN = "Читайте также: сборная страны выиграла первый матч нового сезона в столице"


def line(number: int, record: Mapping[str, Any] | str) -> Line:
    text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
    return Line(number, text.encode() + b"\n", 0.0)


def decided(
    records: Sequence[Mapping[str, Any] | str], mode: str = "annotate", **options: Any
) -> list[Outcome]:
    """What becomes of records, with an index of their own."""
    made = Filter(Detector(open_index()), mode, **options)  # type: ignore[arg-type]
    return made.decide([line(number, record) for number, record in enumerate(records, 1)])


FEED = [
    {"id": "wire-1", "source": "wire", "published": "2024-03-04T07:00:00Z", "text": WIRE},
    {"id": "post-1", "source": "post", "published": "2024-03-04T09:00:00Z", "text": f"{WIRE}\n\n{FOREIGN}"},
    {"id": "post-2", "source": "post", "published": "2024-03-05", "text": f"{OWN}\n\n{FOREIGN}"},
]


def test_annotate_passes_every_article_with_its_report_and_leaves_the_rest() -> None:
    odd = '{"id": "n",  "price": 1.10, "big": 123456789012345678901234567890, "text": "Ein Wort. \\u00e9"  }'
    outcomes = decided([*FEED, odd])
    for outcome in outcomes:
        assert outcome.out is not None and outcome.rejected is None and outcome.action == "pass"
        before, after = outcome.line.raw.rstrip(), outcome.out
        assert after.startswith(before[:-1] + b',"dedup":{"schema":2,')
        assert after.endswith(b"}\n") and after.count(b"\n") == 1
        assert json.loads(before) | {"dedup": json.loads(after)["dedup"]} == json.loads(after)
    reports = [json.loads(outcome.out or b"")["dedup"] for outcome in outcomes]
    assert [report["originality"] for report in reports] == [1.0, 0.0, 1.0, 1.0]


def test_a_report_that_was_there_before_is_replaced() -> None:
    (outcome,) = decided(
        ['{"dedup": {"originality": 0.1}, "text": "Ein Wort.", "big": 123456789012345678901}']
    )
    after = json.loads(outcome.out or b"")
    assert after["dedup"]["originality"] == 1.0
    assert (outcome.out or b"").count(b'"dedup"') == 1
    assert after["big"] == 123456789012345678901
    (outcome,) = decided(['{"text": "The \\"dedup\\" key."}'])
    assert json.loads(outcome.out or b"")["text"] == 'The "dedup" key.'


def test_drop_holds_back_what_has_too_little_and_passes_the_rest_byte_for_byte() -> None:
    wire, copy, own = decided(FEED, "drop")
    assert wire.out == wire.line.raw and own.out == own.line.raw
    assert copy.out is None and copy.action == "drop"
    assert json.loads(copy.rejected or b"")["dedup"]["originality"] == 0.0
    assert {k: v for k, v in json.loads(copy.rejected or b"").items() if k != "dedup"} == FEED[1]


def test_drop_passes_what_lies_on_the_limit_and_what_has_nothing_to_judge() -> None:
    half = {"id": "x", "text": f"{WIRE}\n\n{OWN}"}
    empty = {"id": "y", "text": ""}
    originality = decided([FEED[0], half])[1].report
    assert originality is not None and originality.originality is not None and 0 < originality.originality < 1
    limit = originality.originality
    assert [o.action for o in decided([FEED[0], half, empty], "drop", min_originality=limit)] == ["pass"] * 3
    assert [o.action for o in decided([FEED[0], half], "drop", min_originality=limit + 1e-9)] == [
        "pass",
        "drop",
    ]


def test_trim_cuts_the_text_and_keeps_the_offsets_of_the_original() -> None:
    wire, copy, own = decided(FEED, "trim")
    assert wire.action == "pass" and wire.out == with_report(wire.line.raw, report_of(wire))
    assert own.action == copy.action == "trim"
    after = json.loads(own.out or b"")
    assert after["text"] == OWN
    (foreign,) = after["dedup"]["findings"]
    whole = FEED[2]["text"]
    assert foreign["kind"] == "foreign" and FOREIGN.startswith(whole[foreign["start"] : foreign["end"]][:5])
    assert json.loads(copy.out or b"")["text"] == WIRE, "copies are no concern of trim"
    assert {k: v for k, v in after.items() if k not in ("dedup", "text")} == {
        k: v for k, v in FEED[2].items() if k != "text"
    }


@pytest.mark.parametrize("key", ["body", "content.body"])
def test_trim_finds_the_text_under_its_own_name(key: str) -> None:
    text = FEED[2]["text"]
    record = {"body": text} if key == "body" else {"content": {"body": text, "n": 1}}
    (outcome,) = decided([record], "trim", fields={"text": key})
    after = json.loads(outcome.out or b"")
    assert (after["body"] if key == "body" else after["content"]) == (
        OWN if key == "body" else {"body": OWN, "n": 1}
    )
    assert "text" not in after


@pytest.mark.parametrize("mode", ["annotate", "drop", "trim"])
def test_a_shadow_decides_the_same_and_passes_everything_as_it_came(mode: str) -> None:
    seen, real = decided(FEED, mode, shadow=True), decided(FEED, mode)
    assert [outcome.out for outcome in seen] == [outcome.line.raw for outcome in seen]
    assert [(o.action, o.report, o.rejected) for o in seen] == [
        (o.action, o.report, o.rejected) for o in real
    ]


def report_of(outcome: Outcome) -> ArticleReport:
    assert outcome.report is not None
    return outcome.report


def test_bad_lines_are_named_and_the_others_go_on() -> None:
    outcomes = decided([FEED[0], "{oops", "", '{"title": "x"}', FEED[1]])
    assert [outcome.line.number for outcome in outcomes] == [1, 2, 4, 5]
    broken, textless = (str(outcome.error) for outcome in outcomes if outcome.error)
    assert broken.startswith("-:2: broken JSON: ")
    assert textless == '-:4: no "text" field'
    assert report_of(outcomes[3]).originality == 0.0


def test_nothing_of_a_bad_line_is_lost() -> None:
    for raw in (b'{oops "\xc3\xa9"', b'{"text": "caf\xe9"}'):
        bad = Line(3, raw + b"\n", 0.0)
        (outcome,) = Filter(Detector(open_index())).decide([bad])
        assert outcome.error is not None
        said = json.loads(complaint(bad, outcome.error))
        assert said["line"] == 3 and said["reason"] in str(outcome.error)
        if "record" in said:
            assert said["record"].encode() == raw
        else:
            assert base64.b64decode(said["record_base64"]) == raw


def test_an_article_sent_again_gets_its_first_report_and_changed_it_is_a_revision() -> None:
    again = [FEED[0], FEED[1], FEED[0], {**FEED[0], "text": OWN}, {**FEED[0], "text": WIRE + " " + OWN}]
    wire, _, same, changed, more = (json.loads(outcome.out or b"")["dedup"] for outcome in decided(again))
    assert same == wire and "revision" not in wire
    assert changed["revision"] == 1 and more["revision"] == 2
    assert changed["originality"] == 1.0, "it is never its own copy"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_filtering_in_batches_of_any_size_equals_a_stream(size: int) -> None:
    records = [{**record, "id": f"{record['id']}-{turn}"} for turn in range(3) for record in FEED]
    lines = [line(number, record) for number, record in enumerate(records, 1)]
    made = Filter(Detector(open_index()))
    got = [o for at in range(0, len(lines), size) for o in made.decide(lines[at : at + size])]
    articles = [Article(r["id"], r["text"], source=r["source"], published=r["published"]) for r in records]
    assert [json.loads(o.out or b"")["dedup"] for o in got] == [
        json.loads(json.dumps(annotation(report))) for report in stream(articles)
    ]


def test_a_window_lets_the_index_forget() -> None:
    index = open_index()
    made = Filter(Detector(index, window=30))
    days = ["2024-01-01", "2024-02-14", "2024-02-16", "2024-02-17", "2024-02-18"]
    for number, day in enumerate(days, 1):
        made.decide([line(number, {"id": day, "published": day, "text": f"{WIRE} {day}"})])
    assert sorted(record.id for record in index.articles()) == days[1:]
    assert forget(index, 1) == 1, "the third newest day is what counts: 16 February"
    assert forget(open_index(), 30) == 0


def test_dates_in_the_future_do_not_move_a_window(caplog: pytest.LogCaptureFixture) -> None:
    index = open_index()
    made = Filter(Detector(index, window=30))
    days = ["2024-01-20", "2024-02-14", "2024-02-15", "9999-12-31", "9999-12-30", "9999-12-31", "2024-02-16"]
    for number, day in enumerate(days, 1):
        record = {"id": f"{number}", "published": day, "text": f"{WIRE} {number}"}
        outcome = made.decide([line(number, record)])[0]
        assert outcome.report is not None and (number == 1) == (outcome.report.originality == 1), day
    assert len(index) == len(days) and forget(index, 30) == 0
    assert [("'4'" in one, "future" in one) for one in caplog.messages] == [
        (True, True),
        (False, True),
        (False, True),
    ]
    made.decide([line(9, {"id": "9", "published": "2024-06-01", "text": WIRE})] * 3)
    made.decide([line(n, {"id": f"{n}", "published": "2024-06-02", "text": WIRE}) for n in (10, 11)])
    assert {one.id for one in index.articles()} == {"4", "5", "6", "9", "10", "11"}


class Breaking(Detector):
    """A detector that breaks over some articles."""

    def judge(self, batch: Sequence[Article], *, add: bool = True) -> list[ArticleReport]:
        for article in batch:
            if "boom" in article.text:
                raise RuntimeError(article.text)
            if "gone" in article.text:
                raise DedupError("the index is gone")
            if "full" in article.text:
                raise OSError(28, "No space left on device")
        return [ArticleReport(article.id, "", None, None, 0, None, Ledger()) for article in batch]


def test_an_article_that_breaks_a_stage_is_set_aside_and_the_others_go_on() -> None:
    made = Filter(Breaking(open_index()))
    outcomes = made.decide([line(n, {"text": text}) for n, text in enumerate(["a", "boom", "b"], 1)])
    assert [outcome.error and str(outcome.error) for outcome in outcomes] == [
        None, "-:2: cannot be judged: RuntimeError: boom", None,
    ]  # fmt: skip


def test_an_article_that_cannot_be_written_is_set_aside_and_not_in_the_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaking(text: str, report: ArticleReport, at: str) -> Trim:
        if "boom" in text:
            raise RecursionError("too deep")
        return Trim(text)

    monkeypatch.setattr("dedup.prefilter.filtering.trimmed", breaking)
    with open_index() as index:
        made = Filter(Detector(index), "trim")
        first, second = made.decide([line(n, {"id": t, "text": t}) for n, t in enumerate(["boom", "b"], 1)])
        assert [record.id for record in index.articles()] == ["b"]
    assert str(first.error) == "-:1: cannot be written: RecursionError: too deep"
    assert second.out is not None


def test_trim_changes_no_other_byte_of_a_record() -> None:
    raw = json.dumps({**FEED[1], "text": "TEXT"}).replace(
        "}", ', "price": 1.10, "big": 12345678901234567890.0 }'
    )
    raw = raw.replace('"TEXT"', json.dumps(FEED[1]["text"]))
    out = decided([FEED[2], raw], "trim")[1].out or b""
    assert b'"price": 1.10, "big": 12345678901234567890.0 ,"dedup":' in out
    assert json.loads(out)["text"] != FEED[1]["text"]


def test_a_limit_out_of_range_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"min_originality must be in \[0, 1\], got 1.5"):
        Filter(Detector(open_index()), "drop", min_originality=1.5)
