"""What a user adds: phrases of furniture, and texts that never count as a source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dedup import Article, DedupError, Detector, open_index, scan
from dedup.additions import Additions
from dedup.cli.main import main
from dedup.model import ArticleReport
from dedup.readers.additions import read_additions

ABOUT = (
    "Lomax Scales makes balances for fish markets, employs four hundred people in Kelby and was founded by two "
    "sisters in 1902."
)
LONG_LINE = (
    "The Kelby Courier is printed by the Kelby Trust on every weekday morning, on paper made of rags and straw, "
    "in the old mill beside the weir."
)
FEED = [
    Article("a", f"The lock at Brenford was drained on Tuesday.\n\n{ABOUT}\n\nLight a beam", source="one"),
    Article("b", f"Bakers in Hythe fear for their oats.\n\n{ABOUT}\n\nLight a beam\n\n{LONG_LINE}", source="two"),
]  # fmt: skip
PHRASES = {"language": "en", "line": ["light a beam", LONG_LINE]}


def flagged(report: ArticleReport, texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(one.kind, texts[report.id][one.start : one.end]) for one in report.findings]


TEXTS = {article.id: article.text for article in FEED}
RIGHT = [("boilerplate", "Light a beam"), ("boilerplate", LONG_LINE)]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    furniture, ignore = tmp_path / "own.json", tmp_path / "about.txt"
    furniture.write_text(json.dumps(PHRASES), encoding="utf-8")
    ignore.write_text(f"{ABOUT}\n\nAnother text that nobody has.\n", encoding="utf-8")
    return furniture, ignore


def test_scan_and_stream_know_what_is_added(files: tuple[Path, Path]) -> None:
    additions = read_additions([files[0]], [files[1]])
    plain = [*scan(FEED)][1]
    assert "recycled" in {one.kind for one in plain.findings}
    assert flagged([*scan(FEED, additions=additions)][1], TEXTS) == RIGHT
    with open_index("memory:") as index:
        assert flagged(Detector(index, additions=additions).judge(FEED)[1], TEXTS) == RIGHT


def test_a_copy_of_an_ignored_text_with_words_changed_is_none(files: tuple[Path, Path]) -> None:
    changed = Article("c", f"A school reopens.\n\n{ABOUT.replace('four', 'nine')}", source="three")
    additions = read_additions(ignore=[files[1]])
    assert not [*scan([FEED[0], changed], additions=additions)][1].findings


def test_what_stands_beside_an_ignored_text_is_still_a_copy(files: tuple[Path, Path]) -> None:
    news = "Divers found the lower gate split from top to sill, and its oak had been patched with tar and sheep's wool."
    feed = [Article(name, f"{news}\n\n{ABOUT}", source=name) for name in "ab"]
    report = [*scan(feed, additions=read_additions(ignore=[files[1]]))][1]
    assert [(one.kind, feed[1].text[one.start : one.end]) for one in report.findings] == [
        ("recycled", news[:-1])
    ]


def test_the_order_of_files_changes_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"language": "de", "line": ["unsere anderen Zeitungen"]}', encoding="utf-8")
    assert (
        read_additions([files[0], other]).id == read_additions([other, files[0]]).id != Additions().id == ""
    )


def test_own_words_are_known_as_the_shipped_ones_are(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(
        '{"language": "gl", "lead": {"le tamén": "Le tamén: A ponte"}, "inside": {"noso farol": ""}}'
    )
    text = "A ponte está pechada.\n\nLe tamén: O porto agarda\n\nAxuda ao noso farol."
    report = next(scan([Article("a", text)], additions=read_additions([own])))
    kinds = [text[one.start : one.end] for one in report.findings if one.kind == "boilerplate"]
    assert kinds[0] == "Le tamén: O porto agarda"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"language": "en",\n "lines": []}', ":2: unknown key 'lines'"),
        ('{"language": "en",\n "line": "a"}', ":2: 'line' must be a list"),
        ('{"language": "en",\n "start": ["a"]}', ":2: 'start' must be an object"),
        ('{"language": "en",\n "start": {"a? b?": ""}}', ":2: the pattern 'a? b?' needs"),
        ('{"line": []}', ':1: "language" must be a code'),
        ('{"language": "en",\n', ":2: no JSON"),
        ("[]", ":1: an object is wanted"),
    ],
)
def test_a_file_that_is_no_furniture_is_named_with_line_and_reason(
    content: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DedupError) as error:
        read_additions([path])
    assert str(error.value).startswith(f"{path}{said}")


def test_the_commands_take_both(files: tuple[Path, Path], tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    lines = [json.dumps({"id": one.id, "text": one.text, "source": one.source}) for one in FEED]
    feed.write_text("\n".join(lines), encoding="utf-8")
    options = ["--furniture", str(files[0]), "--ignore", str(files[1])]
    scanned = CliRunner().invoke(main, ["scan", str(feed), "-f", "jsonl", *options])
    assert json.loads(scanned.stdout.splitlines()[1])["originality"] == 1
    passed = CliRunner().invoke(main, ["filter", *options], input=feed.read_bytes())
    assert json.loads(passed.stdout.splitlines()[1])["dedup"]["originality"] == 1
    built = CliRunner().invoke(main, ["index", "build", str(tmp_path / "ix"), str(feed), *options])
    assert built.exit_code == 0
    refused = CliRunner().invoke(main, ["scan", str(feed), "--furniture", str(feed)])
    assert refused.exit_code == 1 and "no JSON" in refused.stderr
