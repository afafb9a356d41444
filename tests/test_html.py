"""The page and the other views of a report, without a browser (tests/browser has that part)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from report_feed import Feed, make_feed, report_of

from dedup.classes import PRECEDENCE
from dedup.cli.report import report as report_command
from dedup.cli.report import show as show_command
from dedup.errors import BadRecord
from dedup.model import ArticleReport, Finding, Ledger, Match
from dedup.reporter.html import write_html
from dedup.reporter.jsonl import line
from dedup.reporter.load import load_reports
from dedup.reporter.markdown import escaped, write_markdown
from dedup.reporter.pagedata import script_json
from dedup.reporter.percentages import percentages
from dedup.reporter.show import write_article
from dedup.reporter.texts import TextsAtHand
from dedup.reporter.verdict import verdict
from dedup.reporter.whatif import WhatIf, originality, rescored
from dedup.verdict.codec import from_dict
from dedup.verdict.painting import NOBODY, guessed_ranges, ledger_of, paint, word_ranges, word_starts

FEED = make_feed(7, 120)


def page_of(feed: Feed, **options: object) -> str:
    out = io.StringIO()
    write_html(feed.reports, out, texts=TextsAtHand(added=feed.texts), **options)  # type: ignore[arg-type]
    return out.getvalue()


def overview_of(page: str) -> dict[str, object]:
    found = re.search(r'id="overview-data">(.*?)</script>', page, re.S)
    assert found
    value: dict[str, object] = json.loads(found[1])
    return value


# --- painting and what-if ---


def slow_owner(word: int, kinds: Sequence[str], ranges: Sequence[tuple[int, int]]) -> int:
    """The rule as the contract says it: the first class of the list that has a finding here."""
    for kind in PRECEDENCE:
        for number, (first, last) in enumerate(ranges):
            if kinds[number] == kind and first <= word < last:
                return number
    return NOBODY


ranges_ = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))
painted_ = st.lists(st.tuples(st.sampled_from([*PRECEDENCE, "obfuscated"]), ranges_), max_size=8)


@given(st.integers(0, 30), painted_)
def test_painting_is_the_precedence_word_by_word(
    words: int, painted: list[tuple[str, tuple[int, int]]]
) -> None:
    kinds, ranges = [kind for kind, _ in painted], [span for _, span in painted]
    owners = paint(words, kinds, ranges)
    assert owners == [slow_owner(word, kinds, ranges) for word in range(words)]
    assert ledger_of(owners, kinds).words == words


def test_painting_a_generated_feed_gives_its_ledgers() -> None:
    classes: set[str] = set()
    for report in FEED.reports:
        starts = word_starts(FEED.texts[report.id])
        ledger, share = rescored(report, word_ranges(starts, report.findings), WhatIf())
        assert (ledger, share) == (report.ledger, report.originality)
        classes |= {found.kind for found in report.findings}
    assert classes == {*PRECEDENCE, "obfuscated"} - {"translated"}, (
        "the feed must hold every kind, or this says little"
    )


def test_ranges_without_a_text_are_exact_where_findings_do_not_overlap() -> None:
    exact = 0
    for report in FEED.reports:
        ranges, certain = guessed_ranges(report.words, report.findings)
        if certain:
            exact += 1
            assert rescored(report, ranges, WhatIf())[0] == report.ledger
    assert exact > len(FEED.reports) / 2


@given(painted_)
def test_ranges_without_a_text_never_leave_the_article(painted: list[tuple[str, tuple[int, int]]]) -> None:
    findings = [Finding(kind, 0, 5 * a, 5 * b, b - a) for kind, (a, b) in painted]  # type: ignore[arg-type]
    ranges, _ = guessed_ranges(20, findings)
    assert all(0 <= first <= last <= 20 for first, last in ranges)


def test_what_is_left_out_falls_to_the_finding_beneath_or_to_the_article() -> None:
    text = "one two three four five six seven eight nine ten"
    match = Match("w/1", "wire", None, 0, 0, 20, 1.0, 1.0, ())
    other = replace(match, id="p/2", source="post")
    findings = (Finding("recycled", 0, 0, 23, 5, match), Finding("quoted", 0, 8, 18, 2, other))
    report = report_of("a", text, findings)
    ranges = word_ranges(word_starts(text), findings)
    assert report.ledger == Ledger(original=5, recycled=3, quoted=2)

    def under(whatif: WhatIf) -> tuple[Ledger, float | None]:
        return rescored(report, ranges, whatif)

    assert under(WhatIf(without=frozenset({"post"}))) == (Ledger(original=5, recycled=5), 0.5)
    assert under(WhatIf(without=frozenset({"wire"}))) == (Ledger(original=8, quoted=2), 1.0)
    assert under(WhatIf(min_words=3)) == (Ledger(original=5, recycled=5), 0.5)
    assert under(WhatIf(quoted="taken"))[1] == 0.5
    assert under(WhatIf(quoted="own"))[1] == 0.7


def test_a_source_without_a_name_is_left_out_by_its_id() -> None:
    match = Match("w/1", "", None, 0, 0, 7, 1.0, 1.0, ())
    assert WhatIf(without=frozenset({"w/1"})).leaves_out(Finding("recycled", 0, 0, 7, 2, match))


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_percentages_sum_to_a_hundred(parts: list[int]) -> None:
    shares = percentages(parts)
    assert sum(shares) == (100 if any(parts) else 0)
    assert all(
        abs(share - 100 * part / (sum(parts) or 1)) < 1 for share, part in zip(shares, parts, strict=True)
    )


def test_nothing_judged_has_no_originality() -> None:
    assert originality(Ledger(quoted=3, foreign=2), WhatIf()) is None


# --- the verdict ---


def finding(kind: str, words: int, match: Match | None = None, start: int = 0, **more: object) -> Finding:
    return Finding(kind, 1, start, start + 9, words, match, **more)  # type: ignore[arg-type]


def judged(findings: Sequence[Finding] = (), **ledger: int) -> str:
    counts = Ledger(**ledger)
    return verdict(ArticleReport("a", "s", None, "en", counts.words, None, counts, (), tuple(findings)))


def source(id: str) -> Match:
    return Match(id, "wire", None, 2, 40, 80, 0.9, 0.9, ())


def test_the_verdict_of_a_stitched_page_reads_as_a_person_would_say_it() -> None:
    head = Match("a", "s", None, 0, 0, 20, 1.0, 1.0, ())
    findings = [finding("recycled", 51, source(f"w/{number}")) for number in range(5)]
    findings += [finding("repeated", 8, head, start) for start in (300, 400)]
    for start in (500, 520, 540):
        findings += [
            finding("foreign", 3, start=start, language="ru"),
            finding("boilerplate", 3, start=start),
        ]
    assert judged(findings, original=98, recycled=255, repeated=16, foreign=43) == (
        "Stitched from 5 earlier articles: 62 % of 412 words; headline three times; "
        "3 Russian service lines; 98 words are its own."
    )


@pytest.mark.parametrize(
    ("findings", "ledger", "said"),
    [
        ([], {"original": 9}, "Nothing earlier accounts for any of its 9 words."),
        ([], {}, "It holds no words."),
        ([finding("recycled", 9, source("w/1"))], {"recycled": 9},
         "Copied from an earlier article (w/1): 100 % of 9 words; no word is its own."),
        ([finding("recycled", 1, source("w/1"))], {"original": 999, "recycled": 1},
         "Partly taken from an earlier article: 1 % of 1,000 words; 999 words are its own."),
        ([finding("recycled", 999, source("w/1"))], {"original": 1, "recycled": 999},
         "Copied from an earlier article (w/1): 99 % of 1,000 words; 1 word is its own."),
        ([finding("reworded", 6, source("w/1"))], {"original": 4, "reworded": 6},
         "Reworded from an earlier article (w/1): 60 % of 10 words; 4 words are its own."),
        ([finding("carried_over", 6, source("s/1"))], {"original": 4, "carried_over": 6},
         "Carried over from an earlier article of its own source: 60 % of 10 words; 4 words are its own."),
        ([finding("quoted", 3, source("w/1"))], {"original": 7, "quoted": 3},
         "3 words quoted; 7 words are its own."),
        ([finding("repeated", 3, source("a"))], {"original": 7, "repeated": 3},
         "1 passage said again (3 words); 7 words are its own."),
        ([finding("foreign", 20, language="uk"), finding("foreign", 3, language="ro")],
         {"original": 7, "foreign": 23},
         "1 Ukrainian passage; 1 Romanian line; 7 words are its own."),
        ([finding("obfuscated", 1)], {"original": 7},
         "Nothing earlier accounts for any of its 7 words; disguised letters in 1 place."),
    ],
)  # fmt: skip
def test_the_verdict_says_what_was_measured(
    findings: list[Finding], ledger: dict[str, int], said: str
) -> None:
    assert judged(findings, **ledger) == said


# --- reading reports ---


def test_reports_come_back_from_their_lines() -> None:
    lines = [line(report).decode() for report in FEED.reports]
    assert load_reports(lines).articles == tuple(FEED.reports)


def test_reports_come_back_from_one_document() -> None:
    rows = [json.loads(line(report)) for report in FEED.reports[:5]]
    document = json.dumps({"summary": {"articles": 5}, "articles": rows}, indent=1)
    reports = load_reports(document.splitlines(keepends=True))
    assert reports.articles == tuple(FEED.reports[:5])
    assert reports.summary == {"articles": 5}


def test_an_article_annotated_by_the_filter_is_a_report_too() -> None:
    row = {"text": "…", "dedup": json.loads(line(FEED.reports[0]))}
    assert load_reports([json.dumps(row)]).articles == (FEED.reports[0],)


def broken(**changes: object) -> str:
    return json.dumps({**json.loads(line(FEED.reports[0])), **changes})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "broken JSON"),
        ("[1]", "a report is a JSON object"),
        (broken(schema=99), "report schema 99; this version reads 1 and 2"),
        (broken(words=1), "the ledger sums to"),
        (broken(ledger={"wrong": 1}), "unexpected keyword"),
        ('{"id": "a"}', "no 'words' in a report"),
        (broken(findings=[{"kind": "foreign"}]), "no 'paragraph' in a report"),
        (broken(id=7), "7 is not of type str"),
    ],
)
def test_what_is_no_report_is_named_with_its_line(row: str, reason: str) -> None:
    with pytest.raises(BadRecord, match=re.escape(reason)) as caught:
        load_reports([line(FEED.reports[0]).decode(), "\n", row], "r.jsonl")
    assert str(caught.value).startswith("r.jsonl:3: ")


def test_an_empty_report_holds_no_articles() -> None:
    assert load_reports([]).articles == ()


# --- the page's file ---


def test_ten_thousand_articles_would_cost_no_more_than_three_kilobytes_each() -> None:
    page = page_of(FEED, embed_text=False)
    assert len(page.encode()) - len(page_of(Feed()).encode()) <= 3000 * len(FEED.reports)


def test_a_page_without_texts_holds_no_text() -> None:
    secret = "Zanzibar reservoir protocol"
    text = f"A heading here\n\n{secret} was signed."
    feed = Feed([report_of("a", text)], {"a": text})
    assert secret in page_of(feed)
    assert secret not in page_of(feed, embed_text=False)


def test_a_text_that_changed_since_the_scan_is_left_out() -> None:
    text = "one two three four"
    feed = Feed([report_of("a", text)], {"a": text + " five"})
    page = page_of(feed)
    assert 'id="t0"' not in page
    assert overview_of(page)["articles"][0][9] & 2  # type: ignore[index]


def test_a_passage_of_a_reference_comes_as_an_excerpt() -> None:
    reference = "x" * 5000 + " the quarry was closed in spring " + "y" * 5000
    text = "the quarry was closed in spring"
    match = Match("archive/1", "archive", None, 0, 5001, 5032, 1.0, 1.0, ((0, 31, 5001, 5032),))
    feed = Feed(
        [report_of("a", text, (Finding("recycled", 0, 0, 31, 6, match),))],
        {"a": text, "archive/1": reference},
    )
    block = re.search(r'id="t0">(.*?)</script>', page_of(feed), re.S)
    assert block
    first, excerpt = json.loads(block[1])[3]["0"]
    assert excerpt == reference[first : first + len(excerpt)]
    assert text in excerpt and len(excerpt) < 700


@given(
    st.text(
        st.one_of(st.sampled_from("<!->/&script\u2028\u2029\ud800\u202e\0\"'\\"), st.characters()),
        max_size=40,
    )
)
def test_json_in_a_script_block_cannot_end_it_and_comes_back(text: str) -> None:
    block = script_json([text])
    assert not re.search("[<>&\u2028\u2029]", block)
    assert json.loads(block) == [text]
    block.encode()


def test_the_policy_allows_only_the_pages_own_style_and_script() -> None:
    page = page_of(FEED)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1] and "unsafe" not in policy[1]
    assert not re.search(
        r"""(?:src|href)=["'](?!#)|@import|url\((?!#)""", page.split('id="overview-data"')[0]
    )


def test_the_same_reports_give_the_same_page() -> None:
    from datetime import datetime, timezone

    made = datetime(2024, 5, 1, tzinfo=timezone.utc)
    assert page_of(FEED, made=made) == page_of(FEED, made=made)


def test_a_title_cannot_break_out_of_the_shell() -> None:
    page = page_of(Feed(), title='</title><script>alert(1)</script>"')
    assert "<script>alert" not in page


# --- Markdown, the terminal, the commands ---


def test_markdown_lists_every_article_the_least_original_first() -> None:
    out = io.StringIO()
    write_markdown(FEED.reports, out, skipped=[("feed.jsonl:7", "no text")])
    rows = out.getvalue().split("## Articles")[1].split("## Skipped")[0].strip().splitlines()[2:]
    assert len(rows) == len(FEED.reports)
    shares = [int(row.split("%")[0].strip("| ")) for row in rows if "%" in row.split("|")[1]]
    assert shares == sorted(shares)
    assert "- feed.jsonl:7: no text" in out.getvalue()


@given(st.text(max_size=60))
def test_escaped_markdown_stays_in_its_cell(text: str) -> None:
    cell = escaped(text)
    assert "\n" not in cell and "<" not in cell
    assert not re.search(r"(?<!\\)(\\\\)*\|", cell)


def shown(report: ArticleReport, text: str | None, **options: object) -> str:
    out = io.BytesIO()
    write_article(report, text, out, **options)  # type: ignore[arg-type]
    return out.getvalue().decode()


def test_show_marks_each_passage_with_its_number_also_without_colour() -> None:
    report = next(report for report in FEED.reports if len(report.findings) > 3)
    said = shown(report, FEED.texts[report.id], width=10_000)
    assert verdict(report) in said
    starts = word_starts(FEED.texts[report.id])
    kinds = [found.kind for found in report.findings]
    owners = paint(len(starts), kinds, word_ranges(starts, report.findings))
    assert {int(number) - 1 for number in re.findall(r"\[(\d+):", said)} == set(owners) - {NOBODY}
    assert "\x1b" not in said


def test_show_has_colours_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    report = next(report for report in FEED.reports if report.findings)
    assert "\x1b[" in shown(report, FEED.texts[report.id], colour=True)


def test_show_does_not_let_a_text_steer_the_terminal() -> None:
    text = "Good news\x1b[2J today \u202eevil\u202c"
    assert "\x1b" not in shown(report_of("a\x1b]0;x\x07", text), text)


def test_show_says_that_a_text_is_gone_or_changed() -> None:
    report = report_of("a", "one two")
    assert "not at hand" in shown(report, None)
    assert "not the one that was judged" in shown(report, "one two three")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A report of three text files beside it."""
    with (tmp_path / "report.jsonl").open("wb") as out:
        for number, report in enumerate(FEED.reports[:3]):
            (tmp_path / f"{number}.txt").write_text(FEED.texts[report.id], "utf-8", newline="")
            out.write(line(replace(report, path=f"{number}.txt")))
    return tmp_path / "report.jsonl"


def test_report_reads_the_texts_again_beside_the_report(written: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(report_command, [str(written), "-o", str(tmp_path / "page.html")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "page.html").read_text("utf-8")
    assert overview_of(page)["texts"] == 3
    without = CliRunner().invoke(
        report_command, [str(written), "-o", str(tmp_path / "b.html"), "--no-embed-text"]
    )
    assert without.exit_code == 0
    assert overview_of((tmp_path / "b.html").read_text("utf-8"))["texts"] == 0


def test_report_says_how_many_texts_are_missing(written: Path, tmp_path: Path) -> None:
    (tmp_path / "1.txt").unlink()
    result = CliRunner().invoke(report_command, [str(written), "-o", str(tmp_path / "page.html")])
    assert result.exit_code == 0
    assert "1 of 3 texts" in result.output
    assert overview_of((tmp_path / "page.html").read_text("utf-8"))["texts"] == 2


@pytest.mark.parametrize("format_", ["md", "csv", "json"])
def test_report_writes_the_other_formats(written: Path, format_: str) -> None:
    result = CliRunner().invoke(report_command, [str(written), "--format", format_])
    assert result.exit_code == 0, result.output
    named = [report.title if format_ == "md" else report.id for report in FEED.reports[:3]]
    assert all(name in result.stdout for name in named)
    if format_ == "json":
        rows = json.loads(result.stdout)["articles"]
        assert [replace(from_dict(row), path="") for row in rows] == FEED.reports[:3]


def test_show_finds_an_article_and_names_near_ones(written: Path) -> None:
    id = FEED.reports[1].id
    result = CliRunner().invoke(show_command, [id, str(written)])
    assert result.exit_code == 0, result.output
    assert FEED.reports[1].title.split()[0] in result.stdout
    assert "not at hand" not in result.stdout
    wrong = CliRunner().invoke(show_command, [id[:-5], str(written)])
    assert wrong.exit_code == 1
    assert id in wrong.output


def test_a_seeded_feed_is_the_same_each_time() -> None:
    assert make_feed(3, 20) == make_feed(3, 20)
