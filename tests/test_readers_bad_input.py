"""Bad input: each fault is named once, as `path:line: reason`, and nothing else is lost."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from dedup.errors import BadRecord
from dedup.readers import extras, read_articles

ROOT = Path(__file__).parent.parent


def read(*paths: Path, fields: dict[str, str] | None = None) -> tuple[list[str], list[str]]:
    """Return the texts, and what was said of the rest without the folder in front."""
    errors: list[BadRecord] = []
    texts = [article.text for article in read_articles(*paths, fields=fields, on_error=errors.append)]
    folder = f"{paths[0].parent}{os.sep}"
    return texts, [str(error).replace(folder, "") for error in errors]


def good(text: str) -> bytes:
    return json.dumps({"text": text}).encode()


# Single records among others


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "broken', "broken JSON: unexpected end of data (column 17)"),
        (b"[1, 2]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", 'no "text" field'),
        (b'{"text": null}', 'no "text" field'),
        (b'{"text": 3}', '"text" must be a string, got a number'),
        (b'{"text": ["a", 1]}', '"text" must be a string, got an array'),
        (
            b'{"volltext": "a", "titel": "b"}',
            'no "text" field; there are volltext, titel: try --field text=volltext',
        ),
        (b'{"text": {"a": 1}}', '"text" must be a string, got an object'),
        (b'{"text": true}', '"text" must be a string, got a truth value'),
        (b'{"text": "caf\xe9"}', "not UTF-8: byte 0xe9 at offset 13"),
        (b'{"text": "\xed\xa0\x80"}', "not UTF-8: byte 0xed at offset 10"),
        (b'{"text": "a\0b"}', "NUL byte at offset 11: not JSON"),
        (b'{"text": "a\\u0000b"}', 'NUL character in "text": not a text'),
        (b"[" * 5000, "nested more than 200 levels deep"),
        (b'{"text": "a", "deep": ' + b"[" * 200 + b"]" * 200 + b"}", "nested more than 200 levels deep"),
        (b'{"text": "a", "deep": ' + b'{"a":' * 990 + b"1" + b"}" * 991, "nested more than 200 levels deep"),
        (b'{"text": "a", "id": ' + b"7" * 5000 + b"}", "broken JSON: number is infinity"),
        (b'{"text": "a", "id": nan}', "broken JSON: "),
    ],
)
def test_a_bad_json_line_is_named_and_the_others_are_kept(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(b"\n".join([*map(good, "abcdef"), line, good("h"), b""]))
    texts, errors = read(path)
    assert texts == list("abcdefh")
    assert len(errors) == 1
    assert errors[0].startswith(f"feed.jsonl:7: {reason}")


@pytest.mark.parametrize("date", ["yesterday", "2019-02-30", 1554545, "03/05/2024", [], True])
def test_a_date_that_is_none_costs_the_date_alone(tmp_path: Path, date: object) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(good("a") + b"\n" + json.dumps({"text": "b", "published": date}).encode())
    warnings: list[BadRecord] = []
    articles = list(read_articles(path, on_warning=warnings.append))
    assert [(article.text, article.published) for article in articles] == [("a", None), ("b", None)]
    assert [warning.line for warning in warnings] == ([2] if date not in ([],) else [])


@pytest.mark.parametrize(
    ("own", "name"), [([1], "feed.jsonl#2"), (True, "feed.jsonl#2"), ({"$oid": "65e6"}, "65e6")]
)
def test_an_id_that_is_none_costs_the_id_alone(tmp_path: Path, own: object, name: str) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(good("a") + b"\n" + json.dumps({"text": "b", "id": own}).encode())
    warnings: list[BadRecord] = []
    articles = list(read_articles(path, on_warning=warnings.append))
    assert [article.id for article in articles] == ["feed.jsonl#1", name]
    assert [(warning.line, "the article is kept" in warning.reason) for warning in warnings] == (
        [] if name == "65e6" else [(2, True)]
    )


def test_a_blank_source_is_taken_from_the_address(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(json.dumps({"text": "a", "source": "  ", "url": "https://www.quay.example.com/1"}))
    assert [article.source for article in read_articles(path)] == ["example.com"]


def test_a_mapped_field_is_named_as_the_file_has_it(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text('{"text": "a"}\n{"body": 3}\n')
    assert read(path, fields={"text": "body"}) == (
        [],
        [
            'feed.jsonl:1: no "body" field; there are text: try --field text=text',
            'feed.jsonl:2: "body" must be a string, got a number',
        ],
    )


def test_without_on_error_the_first_fault_is_raised(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(good("a") + b"\n{}\n" + good("b"))
    articles = read_articles(path)
    assert next(articles).text == "a"
    with pytest.raises(BadRecord) as caught:
        next(articles)
    assert (caught.value.path, caught.value.line, caught.value.reason) == (str(path), 2, 'no "text" field')


def test_the_last_line_needs_no_line_feed_and_others_may_have_carriage_returns(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(good("a") + b"\r\n\r\n  \n" + good("b"))
    assert read(path) == (["a", "b"], [])


# JSON files


def test_of_an_array_with_bad_elements_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[%s, 3, {}, %s]" % (good("a"), good("b")))
    assert read(path) == (
        ["a", "b"],
        ["a.json: record 2: not a JSON object", 'a.json: record 3: no "text" field'],
    )


def test_of_a_broken_array_the_other_elements_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    bad = [b'{"text": "caf\xe9"}', b'{"text": "\\ud800"}', b"7", b'{"text": "a\0"}', b'{"text": "open}']
    path.write_bytes(b"[\n  " + b",\n  ".join([good("a"), *bad, good("b")]) + b"\n]\n")
    texts, errors = read(path)
    assert texts == ["a", "\ufffd", "b"]
    assert [error.split(": ")[:2] for error in errors] == [
        ["a.json:3", "not UTF-8"],
        ["a.json:5", "not a JSON object"],
        ["a.json:6", "NUL byte at offset 11"],
        ["a.json:7", "broken JSON"],
    ]


def test_an_array_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[" + good("a") + b", " + good("b") + b', {"text": "c')
    texts, errors = read(path)
    assert (texts, len(errors)) == (["a", "b"], 1)
    assert errors[0].startswith("a.json:1: broken JSON")


def test_a_broken_object_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n "text": "a",\n "id": oops\n}')
    texts, errors = read(path)
    assert (texts, len(errors)) == ([], 1)
    assert errors[0].startswith("a.json:3: broken JSON")


def test_json_lines_under_the_suffix_of_json_are_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(good("a") + b"\n{oops\n" + good("b") + b"\n")
    texts, errors = read(path)
    assert (texts, len(errors)) == (["a", "b"], 1)
    assert errors[0].startswith("a.json:2: broken JSON")


@pytest.mark.parametrize("content", ["", "3", '"text"', "nonsense", "[" * 100_000])
def test_a_json_file_that_is_neither_object_nor_array_is_one_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    texts, errors = read(path)
    assert (texts, len(errors)) == ([], 1)
    assert errors[0].startswith("a.json")


# CSV


def test_bad_rows_are_named_by_their_line_and_the_others_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(
        b'id,text,published\n1,"two\nlines",2019-04-06\n2,caf\xe9,\n3,c,soon\n4,d,,more\n\n5,e\0,\n6\n7,g,\n'
    )
    assert read(path) == (
        ["two\nlines", "c", "g"],
        [
            "t.csv:4: not UTF-8: byte 0xe9 at offset 5; it looks like windows-1252: --encoding windows-1252 reads it",
            "t.csv:6: 4 cells in a row, 3 in the header",
            "t.csv:8: NUL byte at offset 3: not a text",
            't.csv:9: no "text" field',
        ],
    )


def test_a_quote_that_is_never_closed_swallows_one_row_only(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('text,id\na,1\n"b,2\nc,3\nd,4\n')
    assert read(path) == (["a", "c", "d"], ["t.csv:3: a quote opened here is never closed"])


def test_a_table_without_the_column_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("story,day\na\nb\n")
    assert read(path) == ([], ['t.csv: no column "text"; there are: story, day'])
    assert read(path, fields={"text": "main"}) == ([], ['t.csv: no column "main"; there are: story, day'])
    assert read(path, fields={"text": "story"}) == (["a", "b"], [])


# Whole files


def test_plain_files_that_are_no_utf8_text_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"caf\xe9")
    (folder / "b.txt").write_bytes(b"Gif\0\xff")
    (folder / "c.txt").write_bytes("café".encode())
    (folder / "d.txt").write_bytes(b"")
    texts, errors = read(folder)
    assert texts == ["café", ""]
    assert errors == [
        "news/a.txt: not UTF-8: byte 0xe9 at offset 3; it looks like windows-1252: --encoding windows-1252 reads it",
        "news/b.txt: NUL byte at offset 3: not a text file",
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.csv", "a.jsonl.gz"])
def test_an_empty_file_of_records_has_none_and_is_no_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith("gz") else b"")
    assert read(tmp_path / name) == ([], [])


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, name: str) -> None:
    content = {"a.txt": "ä", "a.jsonl": '{"text": "ä"}\n', "a.json": '[{"text": "ä"}]', "a.csv": "text\nä\n"}[
        name
    ]
    for encoding in ("utf-8-sig", "utf-16"):  # "utf-16" writes its mark
        (tmp_path / name).write_bytes(content.encode(encoding))
        assert read(tmp_path / name) == (["ä"], [])


def test_broken_utf16_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfea\0b")
    texts, errors = read(tmp_path / "a.txt")
    assert (texts, len(errors)) == ([], 1)
    assert errors[0].startswith("a.txt: not UTF-16")


# Compressed files


def zstandard_frames(data: bytes) -> bytes:
    compressor = pytest.importorskip("zstandard").ZstdCompressor()
    half = len(data) // 2
    return b"".join(map(bytes, (compressor.compress(data[:half]), compressor.compress(data[half:]))))


COMPRESSORS = {
    ".gz": lambda data: gzip.compress(data[:50], 1) + gzip.compress(data[50:], 1),
    ".bz2": lambda data: bz2.compress(data[:50], 1) + bz2.compress(data[50:], 1),
    ".xz": lambda data: lzma.compress(data[:50], preset=0) + lzma.compress(data[50:], preset=0),
    ".zst": zstandard_frames,
}


def noise(count: int) -> list[bytes]:
    """Records that begin with their number and do not compress well."""
    random = Random(7)
    return [good(f"{number} {random.randbytes(200).hex()}") for number in range(count)]


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_files_in_several_parts_are_read_to_the_end(tmp_path: Path, suffix: str) -> None:
    data = b"\n".join(noise(2000))
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(COMPRESSORS[suffix](data))
    texts, errors = read(path)
    assert errors == []
    assert [int(text.split()[0]) for text in texts] == list(range(2000))


@pytest.mark.parametrize("suffix", COMPRESSORS)
@pytest.mark.parametrize("share", [0.3, 0.97])
def test_of_a_cut_file_the_records_before_the_cut_are_kept(tmp_path: Path, suffix: str, share: float) -> None:
    packed = COMPRESSORS[suffix](b"\n".join(noise(4000)))
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(packed[: int(len(packed) * share)])
    texts, errors = read(path)
    # A decompressor holds back at most a block, of 128 KB here: 300 records.
    assert len(texts) > 4000 * share - 600
    assert [int(text.split()[0]) for text in texts] == list(range(len(texts)))
    name = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}[suffix]
    assert errors == [f"a.jsonl{suffix}:{len(texts) + 1}: cut {name} stream: the end of the file is missing"]


def test_of_a_cut_array_the_elements_before_the_cut_are_kept(tmp_path: Path) -> None:
    packed = gzip.compress(b"[" + b",\n".join(noise(1000)) + b"]")
    path = tmp_path / "a.json.gz"
    path.write_bytes(packed[: len(packed) // 2])
    texts, errors = read(path)
    assert [int(text.split()[0]) for text in texts] == list(range(len(texts)))
    assert len(texts) > 400
    assert len(errors) == 1
    assert "cut gzip stream" in errors[0]


def test_a_cut_plain_file_is_named_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(Random(7).randbytes(99).hex().encode())[:-20])
    assert read(path) == ([], ["a.txt.gz: cut gzip stream: the end of the file is missing"])


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_file_that_is_not_compressed_as_its_name_says_is_named(tmp_path: Path, suffix: str) -> None:
    if suffix == ".zst":
        pytest.importorskip("zstandard")
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(bytes(range(99)))
    texts, errors = read(path)
    assert (texts, len(errors)) == ([], 1)
    assert errors[0].startswith(f"a.jsonl{suffix}: damaged ")
    path.write_bytes(good("a"))  # unpacked on its way
    assert read(path) == (["a"], [])


def test_a_damaged_byte_is_named_and_what_came_before_kept(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"\n".join(noise(5000))))
    packed[-300] ^= 0xFF
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed)
    texts, errors = read(path)
    assert len(texts) > 4900
    assert errors[-1].startswith(f"a.jsonl.gz:{len(texts) + len(errors)}: damaged gzip stream")


# Paths


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert read(tmp_path / "gone") == ([], ["gone: no such file or folder"])
    with pytest.raises(BadRecord, match="gone: no such file or folder"):
        next(read_articles(tmp_path / "gone"))


def test_an_unknown_type_is_an_error_for_a_file_that_was_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"\x93\x01")
    (tmp_path / "b.txt").write_bytes(b"b")
    texts, errors = read(tmp_path / "a.pdf", tmp_path / "b.txt")
    assert (texts, len(errors)) == (["b"], 1)
    assert errors[0].startswith(
        "a.pdf: unknown file type '.pdf', and its content does not tell; --from FORMAT"
    )


def test_a_loop_of_links_is_named_where_it_closes(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.txt").write_text("a")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    texts, errors = read(folder)
    assert texts == ["a"]
    assert sorted(errors) == [
        "news/self.txt: too many levels of symbolic links",
        "news/sub/loop: leads to a folder that was read before; not read again",
    ]


def test_a_link_to_nowhere_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").symlink_to(tmp_path / "gone")
    (folder / "b.txt").write_text("b")
    assert read(folder) == (["b"], ["news/a.txt: no such file or folder"])


def test_a_folder_named_twice_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    assert read(folder, folder) == (["a"], ["news: leads to a folder that was read before; not read again"])


@pytest.fixture
def no_superuser() -> Iterator[None]:
    """Give up the rights of the superuser, whom no permission stops."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no POSIX permissions here")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_must_not_be_read_is_named(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "news"
    (folder / "closed").mkdir(parents=True)
    (folder / "closed" / "a.txt").write_text("a")
    (folder / "closed.jsonl").write_text('{"text": "b"}')
    (folder / "open.txt").write_text("c")
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o055)
    (folder / "closed").chmod(0)
    (folder / "closed.jsonl").chmod(0)
    request.getfixturevalue("no_superuser")
    texts, errors = read(folder)
    assert texts == ["c"]
    assert errors == ["news/closed: permission denied", "news/closed.jsonl: permission denied"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are Unicode there")
def test_a_file_name_that_is_not_utf8_is_named_in_words_that_can_be_printed(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("a")
    texts, errors = read(folder)
    assert (texts, errors) == ([], ["news/caf\\udce9.txt: file name is not UTF-8"])
    errors[0].encode()


def test_a_missing_package_is_named_with_its_extra_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", absent)
    folder = tmp_path / "news"
    folder.mkdir()
    for name, content in {
        "a.html": b"<p>a</p>", "b.parquet": b"PAR1", "c.txt.zst": b"\x28\xb5\x2f\xfd", "d.rss": b"<rss></rss>",
        "e.warc": b"WARC/1.0",
    }.items():  # fmt: skip
        (folder / name).write_bytes(content)
    (folder / "z.txt").write_text("z")
    assert read(folder) == (
        ["z"],
        [
            "news/a.html: needs trafilatura: pip install '.[html]' in a checkout of dedup",
            "news/b.parquet: needs pyarrow: pip install '.[parquet]' in a checkout of dedup",
            "news/c.txt.zst: needs zstandard: pip install '.[zstd]' in a checkout of dedup",
            "news/d.rss: needs feedparser: pip install '.[feeds]' in a checkout of dedup",
            "news/e.warc: needs trafilatura: pip install '.[html]' in a checkout of dedup",
        ],
    )


# Size


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory has other units elsewhere")
def test_a_line_of_200_megabytes_is_read_in_memory_in_proportion(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    size = 200 * 2**20
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(size // 2**20):
            file.write(b"rain fell on the town all day. ." * 2**15)
        file.write(b'"}\n' + good("next"))
    script = (  # a process of its own, whose peak is that of this file alone
        "import resource, sys; from dedup.readers import read_articles\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "from dedup.readers.options import Limits, Options; options = Options(limits=Limits(record=2**28))\n"
        "print(*(len(article.text) for article in read_articles(sys.argv[1], options=options)), peak() - before)"
    )
    command = [sys.executable, "-c", script, str(path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *lengths, kilobytes = map(int, result.stdout.split())
    assert lengths == [size, 4]
    assert kilobytes * 1024 < 4.5 * size
