"""Damaged files: all that is sound is read, what stands behind the damage too, and each damage is named once."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path
from random import Random

import pytest
from test_readers_formats import warc_record

from dedup.readers import read_articles


def zstandard(data: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(data))


PACKS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstandard}


def flipped(part: bytes, place: int) -> bytes:
    """The part with three bytes that are others."""
    return part[:place] + bytes(255 - byte for byte in part[place : place + 3]) + part[place + 3 :]


HURTS = {
    "flipped": lambda part: flipped(part, len(part) // 2),
    "cut short": lambda part: part[: len(part) // 2],
    "headless": lambda part: b"\0\0" + part[2:],
    "overwritten": lambda part: b"garbage!" * 5,
}  # fmt: skip


def text(name: str) -> str:
    random = Random(name)
    words = ("".join(random.choices("abcdefghij", k=random.randint(2, 9))) for _ in range(120))
    return f"Article {name} {' '.join(words)}."


def line(name: str) -> bytes:
    return json.dumps({"id": name, "text": text(name)}).encode() + b"\n"


def page(name: str) -> bytes:
    paragraphs = "".join(f"<p>{text(name + part)}</p>" for part in "abc")
    html = f"<html><head><title>{name}</title></head><body><article>{paragraphs}</article></body></html>"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html.encode()
    return warc_record("response", f"http://quay.example/{name}", "application/http", http)


def read(path: Path, content: bytes) -> tuple[list[str], list[str]]:
    path.write_bytes(content)
    errors: list[str] = []
    articles = list(read_articles(path, on_error=lambda error: errors.append(error.reason)))
    return [article.id if "\n" in article.id else article.text.split()[1] for article in articles], errors


@pytest.mark.parametrize("hurt", HURTS)
@pytest.mark.parametrize("kind", PACKS)
@pytest.mark.parametrize("place", [0, 2])
def test_behind_a_damaged_part_of_a_packed_file_reading_goes_on(
    tmp_path: Path, kind: str, hurt: str, place: int
) -> None:
    names = "ABCDE"
    parts = [PACKS[kind](line(name) + line(name.lower())) for name in names]
    parts[place] = HURTS[hurt](parts[place])
    found, errors = read(tmp_path / f"a.jsonl.{kind}", b"".join(parts))
    sound = [name for letter in names.replace(names[place], "") for name in (letter, letter.lower())]
    assert [name for name in found if name.upper() != names[place]] == sound
    assert [error for error in errors if "damaged" in error and "the next sound one begins at byte" in error]
    assert len(errors) <= 2  # a line may be there in part


@pytest.mark.parametrize("hurt", HURTS)
@pytest.mark.parametrize("kind", PACKS)
def test_a_damaged_record_of_a_web_archive_costs_no_other(tmp_path: Path, kind: str, hurt: str) -> None:
    pytest.importorskip("trafilatura")
    parts = [PACKS[kind](page(name)) for name in "ABCDE"]
    parts[2] = HURTS[hurt](parts[2])
    found, errors = read(tmp_path / f"a.warc.{kind}", b"".join(parts))
    assert [name[0] for name in found if name[0] != "C"] == list("ABDE")
    assert any("damaged" in error for error in errors)


def test_a_page_whose_checksum_is_wrong_is_left_out(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    parts = [gzip.compress(page(name)) for name in "ABC"]
    parts[1] = parts[1][:-6] + b"??" + parts[1][-4:]
    found, errors = read(tmp_path / "a.warc.gz", b"".join(parts))
    assert [name[0] for name in found] == ["A", "C"]
    assert len(errors) == 1


def test_lines_that_run_over_the_parts_of_a_file_are_cut_at_the_damage_only(tmp_path: Path) -> None:
    whole = b"".join(line(str(number)) for number in range(60))
    parts = [gzip.compress(whole[start : start + 7000]) for start in range(0, len(whole), 7000)]
    parts[3] = HURTS["headless"](parts[3])
    found, errors = read(tmp_path / "a.jsonl.gz", b"".join(parts))
    lost = len(range(60)) - len(found)
    assert 7000 / len(line("0")) - 1 < lost < 7000 / len(line("0")) + 2
    assert (found[0], found[-1], len(errors)) == ("0", "59", 1)


def test_quotes_that_damage_leaves_open_swallow_no_row(tmp_path: Path) -> None:
    tables = [f'{name},"{text(name)}\n\nMore, ""much"" more."\n'.encode() for name in "ABCDE"]
    tables[0] = b"id,text\n" + tables[0]
    parts = [gzip.compress(table) for table in tables]
    parts[2] = parts[2][: len(parts[2]) // 2]
    found, errors = read(tmp_path / "a.csv.gz", b"".join(parts))
    assert found == list("ABDE")
    assert len(errors) == 1


def test_a_box_of_mail_goes_on_with_the_next_message(tmp_path: Path) -> None:
    box = [
        f"From a@quay.example Mon Jun  3 10:00:00 2024\nSubject: {name}\n\n{text(name)}\n\n".encode()
        for name in "ABCDE"
    ]
    parts = [gzip.compress(message) for message in box]
    parts[2] = HURTS["headless"](parts[2])
    found, errors = read(tmp_path / "a.mbox.gz", b"".join(parts))
    assert found == list("ABDE")
    assert len(errors) == 1


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "ABCDE":
            archive.writestr(f"news/{name}.txt", text(name))
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in "ABCDE":
            entry = tarfile.TarInfo(f"news/{name}.txt")
            entry.size = len(text(name))
            archive.addfile(entry, io.BytesIO(text(name).encode()))
    return out.getvalue()


def test_a_zip_archive_without_its_directory_is_read_file_by_file(tmp_path: Path) -> None:
    content = zipped()
    cut = content[: content.index(b"PK\x01\x02")]
    assert read(tmp_path / "a.zip", cut)[0] == list("ABCDE")
    found, errors = read(tmp_path / "b.zip", cut[: len(cut) - 100])
    assert found == list("ABCD")
    assert [error.split(":")[0] for error in errors] == [
        "cut or damaged within a zip archive",
        "damaged zip archive",
    ]


@pytest.mark.parametrize("place", [0, 2])
def test_a_damaged_header_of_a_tar_archive_costs_one_file(tmp_path: Path, place: int) -> None:
    content = bytearray(tarred())
    start = content.index(f"news/{'ABCDE'[place]}.txt".encode())
    content[start] ^= 0xFF
    found, errors = read(tmp_path / "a.tar", bytes(content))
    assert found == list("ABCDE".replace("ABCDE"[place], ""))
    assert errors == [f"damaged tar archive: no file begins at byte {start:,}"]
    assert read(tmp_path / "b.tar", tarred() + tarred())[1] == []


def test_of_a_cut_packed_archive_the_files_before_the_cut_are_read(tmp_path: Path) -> None:
    packed = gzip.compress(tarred())
    found, errors = read(tmp_path / "a.tar.gz", packed[: len(packed) * 6 // 10])
    assert found[:2] == ["A", "B"]
    assert errors[-1] == "cut gzip stream: the end of the file is missing"


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_damage_within_an_archive_costs_one_file(tmp_path: Path, kind: str) -> None:
    if kind == "zip":
        content = zipped()
        content = content.replace(b"PK\x03\x04", b"PK\x03\x05", 2).replace(b"PK\x03\x05", b"PK\x03\x04", 1)
        wanted = list("ACDE")
    else:
        content = tarred()
        content = content[: content.index(b"news/E.txt") + 600]
        wanted = list("ABCD")
    found, errors = read(tmp_path / f"a.{kind}", content)
    assert found == wanted
    assert errors[0].startswith(f"cut or damaged within a {kind} archive: ")


def test_a_zip_archive_of_which_nothing_is_left_is_named(tmp_path: Path) -> None:
    found, errors = read(tmp_path / "a.zip", b"PK\x03\x04" + b"\0" * 10)
    assert (found, [error.partition(":")[0] for error in errors]) == ([], ["damaged zip archive"])


def test_an_arrow_file_that_leads_outside_its_memory_is_named(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    out = io.BytesIO()
    table = arrow.table({"id": ["A", "B"], "text": [text("A"), text("B")]})
    with arrow.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    content = out.getvalue()
    ends = [len(text("A")).to_bytes(4, "little"), len(text("A") + text("B")).to_bytes(4, "little")]
    assert read(tmp_path / "a.arrow", content) == (["A", "B"], [])
    found, errors = read(tmp_path / "b.arrow", content.replace(b"".join(ends), b"\xff\xff\xff\x7f" + ends[1]))
    assert found == [] and len(errors) == 1 and errors[0].startswith("broken Arrow: ")


def test_bytes_in_an_arrow_file_that_are_no_text_cost_their_row(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    out = io.BytesIO()
    table = arrow.table({"id": ["A", "B"], "text": ["\u20ac" * 3, text("B")]})
    with arrow.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    found, errors = read(tmp_path / "a.arrow", out.getvalue().replace("\u20ac".encode(), b"\xff\xff\xff"))
    assert found == ["B"] and len(errors) == 1 and errors[0].startswith("record 1: ")


def test_a_zip_archive_whose_directory_asks_for_a_later_version_is_read_file_by_file(tmp_path: Path) -> None:
    content = bytearray(zipped())
    at = content.index(b"PK\1\2") + 6  # the version needed, of the first entry of the directory
    content[at : at + 2] = (80).to_bytes(2, "little")
    texts, wrong = read(tmp_path / "a.zip", bytes(content))
    assert texts == list("ABCDE")
    assert len(wrong) == 1 and "damaged zip archive: zip file version 8.0" in wrong[0]


def test_a_declaration_that_nobody_knows_is_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "<p>Rain <![Cx[ fell ]]> and <b>hail</b> came.</p>"}))
    assert [article.text for article in read_articles(path)] == ["Rain and hail came."]


def test_a_file_of_a_zip_archive_that_has_no_name_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        with archive.open(zipfile.ZipInfo(""), "w") as nameless:
            nameless.write(line("A"))
        archive.writestr("b.jsonl", line("B"))
    texts, wrong = read(tmp_path / "a.zip", out.getvalue())
    assert texts == list("AB") and not wrong
