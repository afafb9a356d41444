"""`dedup filter` as a process between two pipes: what comes out, when, and what a crash leaves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from filter_feed import dedup, feed, jsonl, redis_server, reports, run, sentence, without_patience

from dedup.index import open_index

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")

FEED = feed(120)


def read_lines(process: subprocess.Popen[bytes], count: int) -> bytes:
    """So many lines of a process's output."""
    assert process.stdout is not None
    return b"".join(process.stdout.readline() for _ in range(count))


def test_filtering_line_by_line_equals_a_scan_as_stream(tmp_path: Path) -> None:
    footed = [{**one, "text": f"{one['text']}\n\nMore from {one['source']} every morning."} for one in FEED]
    data = jsonl(footed)
    out, said = run(tmp_path, "filter", "--index", "feed.index", "--batch-size", "7", data=data)
    scanned, _ = run(tmp_path, "scan", "-", "--as-stream", "-f", "jsonl", data=data)
    wanted = [json.loads(line) for line in scanned.splitlines()]
    for report in wanted:
        del report["path"], report["record"]
    assert reports(out) == wanted
    assert said == ""
    kinds = {finding["kind"] for report in wanted for finding in report["findings"]}
    assert {"recycled", "carried_over", "boilerplate"} <= kinds
    assert any(found.get("reason") == "learned" for report in wanted for found in report["findings"])


def test_a_line_is_answered_while_the_input_stays_open(tmp_path: Path) -> None:
    with dedup(tmp_path, "filter", "--index", "feed.index") as process:
        assert process.stdin is not None
        for record in FEED[:3]:
            process.stdin.write(jsonl([record]))
            assert json.loads(read_lines(process, 1))["id"] == record["id"]
        process.stdin.write(b'{"text": "cut in the middle of the li')
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert json.loads(without_patience(process.stderr.read()))["line"] == 4


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_after_all_that_was_read_is_answered(tmp_path: Path, number: int, code: int) -> None:
    options = ("--index", "feed.index", "--batch-size", "5", "--stats", "stats.jsonl")
    with dedup(tmp_path, "filter", *options) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(jsonl(FEED[:30]))
        first = read_lines(process, 1)
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(60) == code
        assert without_patience(process.stderr.read()) == ""
    got = [json.loads(line)["id"] for line in (first + rest).splitlines()]
    assert got == [record["id"] for record in FEED[:30]], "the pipe held them all, so all of them were read"
    assert json.loads((tmp_path / "stats.jsonl").read_text())["articles"] == 30


def test_a_signal_ends_it_while_it_waits(tmp_path: Path) -> None:
    with dedup(tmp_path, "filter") as process:
        assert process.stdin is not None
        process.stdin.write(jsonl(FEED[:1]))
        read_lines(process, 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_reader_that_goes_away_ends_it(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(jsonl(feed(600)))
    with (
        open(tmp_path / "in.jsonl", "rb") as source,
        dedup(tmp_path, "filter", "--index", "feed.index", stdin=source) as process,
    ):
        assert process.stdout is not None and process.stderr is not None
        read_lines(process, 1)
        process.stdout.close()
        assert process.wait(60) == 141
        assert without_patience(process.stderr.read()) == ""


def test_what_was_acknowledged_survives_kill_9_and_the_same_input_gives_the_same_lines(
    tmp_path: Path,
) -> None:
    data = jsonl(FEED)
    (tmp_path / "in.jsonl").write_bytes(data)
    wanted, _ = run(tmp_path, "filter", "--index", "calm.index", data=data)
    rng = random.Random(7)
    seen = 0
    for _ in range(5):
        with (
            open(tmp_path / "in.jsonl", "rb") as source,
            dedup(tmp_path, "filter", "--index", "feed.index", "--batch-size", "3", stdin=source) as process,
        ):
            got = read_lines(process, rng.randint(1, len(FEED) // 2))
            time.sleep(rng.random() / 20)
            process.kill()
            assert process.stdout is not None
            got += process.stdout.read()
        whole = got[: got.rfind(b"\n") + 1]
        assert wanted.startswith(got)
        seen = max(seen, whole.count(b"\n"))
        with open_index(str(tmp_path / "feed.index"), create=False) as index:
            index.check()
            assert {record.id for record in index.articles()} >= {r["id"] for r in FEED[:seen]}
    again, _ = run(tmp_path, "filter", "--index", "feed.index", data=data)
    assert again == wanted


LATE = [
    {"id": "copy", "source": "post", "published": "2024-03-05", "text": sentence(random.Random(5))},
    {"id": "other", "source": "wire", "published": "2024-03-06", "text": sentence(random.Random(6))},
    {"id": "late", "source": "wire", "published": "2024-03-04", "text": sentence(random.Random(5))},
]


def test_a_late_original_amends_the_reports_given_out_before(tmp_path: Path) -> None:
    options = ("filter", "--index", "feed.index", "--batch-size", "1", "--stats", "stats.jsonl")
    out, said = run(tmp_path, *options, "--revise", "amended.jsonl", data=jsonl(LATE))
    assert [report["originality"] for report in reports(out)] == [1.0, 1.0, 1.0] and said == ""
    amended = json.loads((tmp_path / "amended.jsonl").read_text())
    assert (amended["id"], amended["revision"], amended["originality"]) == ("copy", 1, 0.0)
    assert amended["sources"][0]["id"] == "late"
    assert json.loads((tmp_path / "stats.jsonl").read_text())["amended"] == 1
    again, _ = run(tmp_path, *options, "--revise", "amended.jsonl", data=jsonl(LATE))
    assert reports(again)[0] == amended, "sent again, it gets the amended report"
    assert len(set((tmp_path / "amended.jsonl").read_text().splitlines())) == 1, "said again, it is the same"


def test_amended_reports_go_into_the_output_where_no_file_is_named(tmp_path: Path) -> None:
    out, _ = run(tmp_path, "filter", "--batch-size", "1", data=jsonl(LATE))
    revised, _ = run(tmp_path, "filter", "--batch-size", "1", "--revise", data=jsonl(LATE))
    assert revised.startswith(out)
    amended = json.loads(revised[len(out) :])
    assert list(amended) == ["id", "dedup"] and amended["id"] == "copy" and amended["dedup"]["revision"] == 1


def test_a_window_and_drop_do_not_mind_revise(tmp_path: Path) -> None:
    options = ("--mode", "drop", "--rejected", "low.jsonl", "--window", "30d", "--revise", "amended.jsonl")
    out, _ = run(tmp_path, "filter", *options, "--batch-size", "9", data=jsonl(FEED))
    plain, _ = run(tmp_path, "filter", "--mode", "drop", "--rejected", "x.jsonl", data=jsonl(FEED))
    assert out == plain and (tmp_path / "amended.jsonl").read_bytes().count(b"\n") >= 1


def test_drop_passes_bytes_and_sets_the_rest_aside(tmp_path: Path) -> None:
    data = jsonl(FEED[:60]).replace(b'": "', b'" :  "') + b"{oops\n" + jsonl(FEED[:1])
    options = (
        "filter",
        "--index",
        "feed.index",
        "--mode",
        "drop",
        "--rejected",
        "low.jsonl",
        "--errors",
        "bad.jsonl",
    )
    out, said = run(tmp_path, *options, "--min-originality", "0.5", data=data)
    passed = out.splitlines(keepends=True)
    held = [json.loads(line) for line in (tmp_path / "low.jsonl").read_bytes().splitlines()]
    assert held and all(line["dedup"]["originality"] < 0.5 for line in held)
    low = {line["id"] for line in held}
    assert passed == [
        line
        for line in data.splitlines(keepends=True)
        if line != b"{oops\n" and json.loads(line)["id"] not in low
    ]
    assert json.loads((tmp_path / "bad.jsonl").read_text()) | {"reason": ""} == {
        "line": 61, "reason": "", "record": "{oops",
    }  # fmt: skip
    assert said == ""
    run(tmp_path, *options, data=b"{worse\n")
    assert (tmp_path / "bad.jsonl").read_bytes().count(b"\n") == 2, "files are added to, not begun anew"


def test_the_last_line_passes_byte_for_byte_without_its_line_feed_too(tmp_path: Path) -> None:
    data = jsonl(FEED[:2]).rstrip()
    assert run(tmp_path, "filter", "--mode", "drop", data=data)[0] == data


def test_a_shadow_passes_everything_and_says_what_it_would_have_done(tmp_path: Path) -> None:
    data = jsonl(FEED[:60])
    out, said = run(tmp_path, "filter", "--mode", "drop", "--shadow", "--min-originality", "0.5", data=data)
    assert out == data
    decisions = [json.loads(line) for line in said.splitlines()]
    assert decisions
    for decision in decisions:
        assert decision["action"] == "drop" and decision["originality"] < 0.5
        assert FEED[decision["line"] - 1]["id"] == decision["id"]


def test_statistics_of_both_kinds(tmp_path: Path) -> None:
    data = jsonl(FEED[:20]) + b"{oops\n"
    out, _ = run(tmp_path, "filter", "--index", "feed.index", "--stats", "stats.jsonl", data=data)
    figures = json.loads((tmp_path / "stats.jsonl").read_text())
    assert figures["articles"] == figures["passed"] == figures["index"]["articles"] == 20
    assert figures["bad"] == 1 and figures["dropped"] == 0
    assert figures["capped"] == {"keys": 0, "articles": 0}
    assert sum(figures["words"].values()) == sum(report["words"] for report in reports(out))
    assert 0 < figures["latency_ms"]["p50"] <= figures["latency_ms"]["p99"] <= figures["latency_ms"]["max"]
    run(tmp_path, "filter", "--index", "feed.index", "--stats", "dedup.prom", data=data)
    text = (tmp_path / "dedup.prom").read_text()
    assert "\ndedup_articles_total 20\n" in text and "\ndedup_index_articles 20\n" in text
    assert "\ndedup_capped_keys_total 0\n" in text
    assert f'\ndedup_words_total{{class="original"}} {figures["words"]["original"]}\n' in text


def test_an_index_of_other_settings_is_refused(tmp_path: Path) -> None:
    data = jsonl(FEED[:2])
    run(tmp_path, "filter", "--index", "feed.index", "--set", "min_words=10", data=data)
    out, said = run(tmp_path, "filter", "--index", "feed.index", "--set", "min_words=9", data=data, code=1)
    assert out == b"" and "min_words = 10" in said
    run(tmp_path, "filter", "--index", "feed.index", data=data)  # its own are taken


def test_a_window_is_a_number_of_days(tmp_path: Path) -> None:
    _, said = run(tmp_path, "filter", "--window", "soon", code=2)
    assert "30d" in said
    out, _ = run(tmp_path, "filter", "--index", "feed.index", "--window", "3d", data=jsonl(FEED))
    assert out.count(b"\n") == len(FEED)
    with open_index(str(tmp_path / "feed.index"), create=False) as index:
        assert index.info().oldest >= "2024-03-17" and 0 < len(index) < len(FEED)  # type: ignore[operator]


def test_two_workers_share_an_index_and_one_of_them_is_first(tmp_path: Path) -> None:
    data = jsonl(FEED)
    (tmp_path / "in.jsonl").write_bytes(data)
    workers = []
    for _ in range(2):
        with open(tmp_path / "in.jsonl", "rb") as source:
            workers.append(
                dedup(tmp_path, "filter", "--index", "feed.index", "--batch-size", "4", stdin=source)
            )
    one, two = (worker.communicate(timeout=300) for worker in workers)
    assert [worker.returncode for worker in workers] == [0, 0], (one[1], two[1])
    alone, _ = run(tmp_path, "filter", data=data)
    assert one[0] == two[0] == alone


def test_articles_without_an_id_are_known_by_what_they_hold_and_counted_at_the_end(tmp_path: Path) -> None:
    data = jsonl([{"text": record["text"]} for record in FEED[:20]])
    out, said = run(tmp_path, "filter", "--index", "feed.index", "--batch-size", "5", data=data)
    ids = [report["id"] for report in reports(out)]
    assert len(set(ids)) == 20 and all(own.startswith("digest:") for own in ids)
    assert said.count("\n") == 1 and said.startswith("20 records without an id: a digest of text and source")
    assert "--field id=guid" in said
    other = jsonl([{"text": "Other news on the first line."}, *({"text": r["text"]} for r in FEED[:3])])
    again = reports(run(tmp_path, "filter", "--index", "feed.index", data=other)[0])
    assert [report["id"] for report in again][1:] == ids[:3], "wherever it stands, it is the same article"
    assert "revision" not in again[0]
    data = jsonl(
        [{"text": record["text"], "url": f"https://example.org/{record['id']}"} for record in FEED[:20]]
    )
    out, said = run(tmp_path, "filter", "--index", "url.index", data=data)
    assert "20 records without an id: the url is used" in said
    assert reports(out)[0]["id"] == "https://example.org/article-0"
    assert run(tmp_path, "filter", "--field", "id=url", data=data)[1] == ""


def test_two_texts_with_one_id_are_a_reason_to_warn_once(tmp_path: Path) -> None:
    data = jsonl([{"id": "a", "text": text} for text in ("One.", "Two.", "Two.", "Three.")])
    said = run(tmp_path, "filter", data=data)[1]
    assert said.count("id 'a' was there before with another text: a revision") == 1
    assert run(tmp_path, "filter", data=jsonl([{"id": "a", "text": "One."}] * 3))[1] == ""


def test_of_equal_texts_without_an_id_in_one_stream_the_second_is_a_copy(tmp_path: Path) -> None:
    data = jsonl([{"text": FEED[0]["text"]}] * 3)
    out, _ = run(tmp_path, "filter", "--index", "feed.index", data=data)
    first, *others = reports(out)
    assert [report["id"] for report in others] == [f"{first['id']}#2", f"{first['id']}#3"]
    assert others[0]["originality"] == others[1]["originality"] == 0.0 < first["originality"]
    assert run(tmp_path, "filter", "--index", "feed.index", data=data)[0] == out


def test_workers_share_an_index_on_redis_and_one_may_die(tmp_path: Path) -> None:
    data = jsonl(FEED)
    (tmp_path / "in.jsonl").write_bytes(data)
    wanted, _ = run(tmp_path, "filter", data=data)
    with redis_server(tmp_path) as socket:
        options = ("filter", "--index", f"unix://{socket}?prefix=news", "--batch-size", "4")
        with open(tmp_path / "in.jsonl", "rb") as source, dedup(tmp_path, *options, stdin=source) as process:
            got = read_lines(process, 30)
            process.kill()
        assert wanted.startswith(got)
        workers = []
        for _ in range(2):
            with open(tmp_path / "in.jsonl", "rb") as source:
                workers.append(dedup(tmp_path, *options, stdin=source))
        answers = [worker.communicate(timeout=300) for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], answers
        assert [out for out, _ in answers] == [wanted, wanted]
        said, _ = run(tmp_path, "index", "check", options[2])
        assert b"120 articles, all sound" in said
