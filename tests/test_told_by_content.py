"""What a file is shows in its first bytes; its name only where they leave it open."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from dedup.errors import BadRecord, SettingsError
from dedup.model import Article
from dedup.readers import read_articles, read_text
from dedup.readers.options import Limits, Options
from dedup.readers.sniffing import told

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Bridge</title></head><body><article>
<p>The county will replace the swing bridge at Penrow with a fixed span next year, it said on Monday.</p>
<p>Boat owners had collected four thousand signatures against the plan since the spring.</p></article></body></html>"""
RSS = """<?xml version="1.0"?><!-- daily --><rss version="2.0"><channel><title>T</title><link>https://t.example/</link>
<item><guid isPermaLink="false">i1</guid><title>Ferry</title><description>The ferry sails twice a week.</description>
</item></channel></rss>"""
LINES = '{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n'


def read(*paths: Path, options: Options | None = None) -> tuple[list[Article], list[str], list[str]]:
    errors: list[BadRecord] = []
    warnings: list[BadRecord] = []
    kept = {} if options is None else {"options": options}
    articles = list(read_articles(*paths, on_error=errors.append, on_warning=warnings.append, **kept))
    return articles, [error.reason for error in errors], [warning.reason for warning in warnings]


@pytest.mark.parametrize(
    ("head", "suffix", "name"),
    [
        (LINES, ".json", "jsonl"),
        (LINES, "", "jsonl"),
        ('[\n {"text": "One."}]', ".jsonl", "json"),
        ('{"text": "One."}', ".txt", "json"),
        (RSS, ".html", "xml"),
        (RSS, ".txt", "xml"),
        (PAGE, ".txt", "html"),
        (PAGE, ".xml", "html"),
        ("<!-- saved --><nitf><body/></nitf>", "", "xml"),
        ("<p>One</p><p>Two</p><div>Three</div>", ".txt", "html"),
        ("A text of <p> and </p> in plain words.", ".txt", None),
        ("# Title\n\n<p>One</p><p>Two</p><div>Three</div>", ".md", None),
        ("[Berlin] A text that begins with a bracket.", ".txt", None),
        ("From: the editor\nTo all", ".txt", None),
        ("From: a@b.example\nSubject: Bridge\nDate: Mon, 3 Jun 2024 07:00:00 GMT\n\nText", ".txt", "mail"),
        ("id,text\n1,<p>One</p>", ".csv", None),
        ("WARC/1.0\r\n", ".gz", "warc"),
        ("%PDF-1.7", ".txt", "PDF"),
        ("\x01nka062 4 i\n\x02Crack =\n\n   Text\x03", "", "telegram"),
        ("\x01\x02\x00\x03", ".bin", None),
        ("Document responsibilities\nof the board\nEnd of Document", ".txt", None),
        ("", ".txt", None),
    ],
)
def test_the_first_bytes_tell_the_format(head: str, suffix: str, name: str | None) -> None:
    assert told(head.encode(), suffix) == name


def test_markup_and_control_codes_in_a_text_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One <b>bold</b> word.")
    (tmp_path / "b.txt").write_text("One \x1f two.")
    articles, errors, warnings = read(tmp_path)
    assert (len(articles), errors) == (2, [])
    assert ["markup" in warnings[0], "0x1f at offset 4" in warnings[1]] == [True, True]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a", "a.jsonl.xz"])
def test_a_compression_is_told_whatever_the_file_is_called(tmp_path: Path, name: str, pack: object) -> None:
    assert callable(pack)
    (tmp_path / name).write_bytes(pack(LINES.encode()))
    articles, errors, _ = read(tmp_path / name)
    assert ([article.text for article in articles], errors) == (["One.", "Two."], [])


def test_files_of_a_folder_without_a_telling_name_are_read_where_the_content_is_sure(tmp_path: Path) -> None:
    (tmp_path / "dump.part-00000").write_text(LINES)
    (tmp_path / "item").write_text("The ferry sails twice a week instead of daily.")
    (tmp_path / "README").write_text("What this folder is.")
    (tmp_path / "style.css").write_text("p { color: red }")
    (tmp_path / "settings.cfg").write_text('{"a": 1}')
    (tmp_path / "log.golden").write_text('{"a": 1}\n{"a": 2}\n')
    articles, errors, warnings = read(tmp_path)
    assert [article.text for article in articles] == [
        "One.", "Two.", "The ferry sails twice a week instead of daily.",
    ]  # fmt: skip
    assert (errors, len(warnings)) == ([], 1)
    assert warnings[0].startswith("4 files of other types left out")


def test_the_user_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_text(PAGE)
    (tmp_path / "b.html").write_text("plain & simple")
    articles, errors, _ = read(tmp_path, options=Options(format="text"))
    assert ([article.text for article in articles], errors) == ([PAGE, "plain & simple"], [])
    with pytest.raises(SettingsError, match="docx"):
        read(tmp_path, options=Options(format="docx"))


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


MEMBERS = {
    "quay/a.txt": b"The ferry sails twice a week.",
    "quay/b.jsonl.gz": gzip.compress(LINES.encode()),
    "quay/.hidden.txt": b"no",
    "picture.jpg": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("name", ["n.zip", "n.tar", "n.tgz", "n.tar.xz", "n"])
def test_archives_are_folders_in_one_file(tmp_path: Path, name: str) -> None:
    pack = {"n.zip": zipped, "n": zipped}.get(name, tarred)
    content = pack(MEMBERS)
    content = {"n.tgz": gzip.compress, "n.tar.xz": lzma.compress}.get(name, bytes)(content)
    (tmp_path / name).write_bytes(content)
    articles, errors, warnings = read(tmp_path / name)
    assert [(article.id, article.text) for article in articles] == [
        (f"{name}/quay/a.txt", "The ferry sails twice a week."), ("a", "One."), ("b", "Two."),
    ]  # fmt: skip
    assert articles[0].source == "quay"
    assert errors == []
    assert warnings == ["1 files of other types left out: .jpg"]
    for article in articles:
        assert read_text(article.path, article.record) == article.text


def test_archives_in_archives_and_damaged_ones(tmp_path: Path) -> None:
    (tmp_path / "outer.zip").write_bytes(zipped({"in/inner.tar": tarred({"a.txt": b"One."})}))
    (tmp_path / "cut.zip").write_bytes(zipped(MEMBERS)[:-30])
    (tmp_path / "z.txt").write_text("Z.")
    articles, errors, _ = read(tmp_path)
    whole = ["The ferry sails twice a week.", "One.", "Two."]  # it lacks only its directory
    assert [article.text for article in articles] == [*whole, "One.", "Z."]
    assert len(errors) == 1 and errors[0].startswith("damaged zip archive")
    assert read_text(tmp_path / "outer.zip/in/inner.tar/a.txt") == "One."
    _, errors, _ = read(tmp_path / "outer.zip" / "gone")
    assert errors == ["no file that is read in this archive"]


def test_what_is_too_large_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    long = json.dumps({"text": "word " * 1000})
    (tmp_path / "a.jsonl").write_text(f'{{"text": "One."}}\n{long}\n{{"text": "Two."}}\n')
    (tmp_path / "b.json").write_text(json.dumps([{"text": "word " * 50}] * 50))
    (tmp_path / "c.txt").write_text("word " * 1000)
    (tmp_path / "d.csv").write_text(f'text\nThree.\n"{"word " * 1000}"\nFour.\n')
    articles, errors, _ = read(tmp_path, options=Options(limits=Limits(record=2000, file=9000)))
    assert {"One.", "Two.", "Three.", "Four."} <= {article.text for article in articles}
    assert len([error for error in errors if "--limit record=SIZE" in error]) == 3
    assert len([error for error in errors if "--limit file=SIZE" in error]) == 1


def test_a_compressed_file_that_blows_up_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.readers.compression.UNCOUNTED", 1 << 20)
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"word " * 10**6))
    (tmp_path / "z.txt").write_text("Z.")
    articles, errors, _ = read(tmp_path)
    assert [article.text for article in articles] == ["Z."]
    assert "--limit ratio=N" in errors[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("record=0", "size such as"), ("record=many", "size such as"), ("depth=3", "unknown limit")],
)
def test_a_limit_that_makes_no_sense_is_refused(text: str, problem: str) -> None:
    name, _, size = text.partition("=")
    with pytest.raises(SettingsError, match=problem):
        Limits().with_values({name: size})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", "<html><body><script>1</script></body></html>"),
        ("header.csv", "2024-04-09,Crack in dam,Engineers found a crack\n"),
        ("empty.jsonl", ""),
        ("empty.json", "[]"),
        ("answer.json", '{"status": "ok", "articles": [{"headline_line": "X"}]}'),
        ("feed.xml", "<results><result>x</result></results>"),
        ("a.mbox", "no message"),
        ("a.arc", "filedesc://x 0 0 text/plain 0\n"),
        ("bogus.xml", '<?xml version="1.0" encoding="klingon-7"?><rss>'),
    ],
)
def test_a_file_that_gives_no_article_says_so(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    articles, errors, warnings = read(tmp_path / name)
    assert articles == []
    assert errors or warnings


def test_whatever_a_reader_raises_the_other_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: bytes, suffix: str) -> None:
        raise LookupError("unknown encoding: klingon-7")

    (tmp_path / "a.txt").write_text("One.")
    monkeypatch.setattr("dedup.readers.sniffing.told", broken)
    _, errors, _ = read(tmp_path / "a.txt", tmp_path / "gone.txt")
    assert errors == ["cannot be read: LookupError: unknown encoding: klingon-7", "no such file or folder"]


@pytest.mark.parametrize("part", ['<?xml version="1.0"?>', "<!-- a -->", "<!a [ b ]>", "<!a[b]"])
def test_what_stands_before_a_root_is_read_in_one_way(part: str) -> None:
    assert told((part * 3 + "<rss>").encode(), "") == ("xml" if part.endswith(">") else None)
    told((part * 3000).encode(), ".csv")  # two ways for each would be told by nobody
