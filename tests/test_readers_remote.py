"""Files in object stores, by address: read with fsspec, whose store in memory stands for them here."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from dedup import read_articles
from dedup.cli.main import main
from dedup.errors import BadRecord, MissingExtra

fsspec = pytest.importorskip("fsspec")

TEXT = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."


@pytest.fixture
def bucket() -> Iterator[str]:
    store = fsspec.filesystem("memory")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("in/a.txt", TEXT)
        packed.writestr("b.txt", TEXT)
    files = {
        "quay/a.txt": TEXT.encode(),
        "feed.jsonl": json.dumps({"id": "1", "text": TEXT}).encode(),
        ".hidden/c.txt": TEXT.encode(),
        "picture.png": b"\x89PNG",
        "more.zip": archive.getvalue(),
    }
    for name, data in files.items():
        store.pipe(f"/bucket/news/{name}", data)
    yield "memory://bucket/news"
    store.rm("/bucket", recursive=True)


def test_a_folder_of_a_store_is_read_as_one_of_this_machine(bucket: str) -> None:
    left_out: list[BadRecord] = []
    found = read_articles(bucket, on_warning=left_out.append)
    assert [(one.id, one.source) for one in found] == [
        ("1", ""),
        ("more.zip/in/a.txt", "in"),
        ("more.zip/b.txt", ""),
        ("quay/a.txt", "quay"),
    ]
    assert [one.reason for one in left_out] == ["1 files of other types left out: .png"]


@pytest.mark.parametrize(
    ("path", "ids"), [("feed.jsonl", ["1"]), ("more.zip/in/a.txt", ["more.zip/in/a.txt"])]
)
def test_a_file_of_it_and_one_in_an_archive_of_it_are_read(bucket: str, path: str, ids: list[str]) -> None:
    assert [one.id for one in read_articles(f"{bucket}/{path}")] == ids


@pytest.mark.parametrize(
    ("path", "reason"),
    [("memory://bucket/none", "no such file or folder"), ("foo://x/y", "cannot be read: ValueError")],
)
def test_what_is_not_there_is_named_and_the_rest_is_read(bucket: str, path: str, reason: str) -> None:
    errors: list[BadRecord] = []
    assert len(list(read_articles(path, f"{bucket}/feed.jsonl", on_error=errors.append))) == 1
    assert [one.path for one in errors] == [path] and errors[0].reason.startswith(reason)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fsspec", "fsspec.core"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"s3://bucket/news needs .*'\.\[s3\]'"):
        list(read_articles("s3://bucket/news"))


def test_commands_take_addresses(bucket: str) -> None:
    done = CliRunner().invoke(main, ["convert", f"{bucket}/feed.jsonl"])
    assert done.exit_code == 0 and json.loads(done.stdout)["text"] == TEXT
