"""Damage to an index in a folder: found, named with what to do, and repaired as far as it can be."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from filter_feed import feed

from dedup.cli.main import main
from dedup.errors import DedupError
from dedup.index import derived, embedded, open_index
from dedup.index.repair import repair
from dedup.model import Article
from dedup.settings import Settings
from dedup.stream import Detector

FEED = [Article(r["id"], r["text"], source=r["source"], published=r["published"]) for r in feed(60)]
IDS = [article.id for article in FEED]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "feed.index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derived, "FLUSH", 400)
        with open_index(str(folder), Settings(min_words=9), keep_text=True) as index:
            detector = Detector(index)
            for article in FEED:
                detector.add(article)
    assert list(folder.glob("*.run"))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "feed.index"))


def sql(*statements: str) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        connection = sqlite3.connect(folder / embedded.DATABASE)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return run


def tear(folder: Path) -> None:
    run = max(folder.glob("*.run"), key=lambda file: file.stat().st_size)
    run.write_bytes(run.read_bytes()[:-9])


DAMAGES = {
    "a torn run": (tear, 60),
    "an absent run": (lambda folder: next(folder.glob("*.run")).unlink(), 60),
    "no format": (sql("DELETE FROM meta WHERE name = 'format'"), 60),
    "an odd format": (sql("UPDATE meta SET value = 'x' WHERE name = 'format'"), 60),
    "odd settings": (sql("UPDATE meta SET value = '{' WHERE name = 'settings'"), 60),
    "settings of another kind": (sql("UPDATE meta SET value = NULL WHERE name = 'settings'"), 60),
    "no end": (sql("DELETE FROM meta WHERE name = 'end'"), 60),
    "an end beyond all numbers": (sql("UPDATE meta SET value = 1 << 50 WHERE name = 'end'"), 60),
    "a run of another name": (sql("UPDATE segments SET name = '../../x.run'"), 60),
    "no runs table": (sql("DROP TABLE segments"), 60),
    "a damaged record": (sql("UPDATE contents SET record = zeroblob(200) WHERE number = 7"), 59),
    "a record that is a text": (sql("UPDATE contents SET record = 'gone' WHERE number = 7"), 59),
    "no record": (sql("DELETE FROM contents WHERE number = 7"), 59),
    "no row": (sql("DELETE FROM articles WHERE number = 7"), 60),
    "another digest": (sql("UPDATE articles SET digest = 5 WHERE number = 7"), 60),
    "another revision": (sql("UPDATE articles SET revision = 5 WHERE number = 7"), 60),
    "another date": (sql("UPDATE articles SET bound = 5 WHERE number = 7"), 60),
    "an odd name": (sql("UPDATE articles SET family = 7 WHERE number = 7"), 60),
    "another text": (sql("UPDATE contents SET text = x'41' WHERE number = 7"), 60),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found_and_repaired(folder: Path, name: str) -> None:
    damage, left = DAMAGES[name]
    damage(folder)
    run = CliRunner()
    found = run.invoke(main, ["index", "check", str(folder)])
    assert found.exit_code == 1 and "`dedup index repair`" in found.stderr, found.stderr
    assert "Traceback" not in found.stderr and found.stderr.count("Error: ") == 1
    mended = run.invoke(main, ["index", "repair", str(folder), "--set", "min_words=9"])
    assert mended.exit_code == 0, mended.output
    assert f"{left} articles saved" in mended.stdout and "damaged-1" in mended.stdout
    if left < 60:
        assert "lost: article-6" in mended.stderr
    assert run.invoke(main, ["index", "check", str(folder)]).exit_code == 0
    with open_index(str(folder), create=False) as index:
        assert index.settings.min_words == 9 and index.keeps_text
        assert [one.id for one in index.articles()] == [
            one for one in IDS if left == 60 or one != "article-6"
        ]
        assert Detector(index).add(FEED[20]).id == "article-20"
    assert (folder.parent / "feed.index.damaged-1" / embedded.DATABASE).exists()


def test_an_empty_database_is_no_empty_index(folder: Path) -> None:
    for file in folder.glob("index.sqlite*"):
        file.write_bytes(b"")
    for create in (True, False):
        with pytest.raises(DedupError, match=r"index\.sqlite is empty: restore a backup"):
            open_index(str(folder), create=create)
    with pytest.raises(DedupError, match="nothing is left"):
        repair(str(folder))


def test_a_making_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    (tmp_path / "index.making").touch()
    (tmp_path / embedded.DATABASE).touch()
    with open_index(str(tmp_path)) as index:
        assert len(index) == 0
    assert not (tmp_path / "index.making").exists()


def test_flipped_bytes_are_named_and_never_lead_astray(made: Path, tmp_path: Path) -> None:
    rng = random.Random(5)
    sound = (made / embedded.DATABASE).read_bytes()
    for turn in range(12):
        folder = Path(shutil.copytree(made, tmp_path / f"{turn}.index"))
        data = bytearray(sound)
        for _ in range(rng.choice((1, 8, 200))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        (folder / embedded.DATABASE).write_bytes(data)
        try:
            with open_index(str(folder), create=False) as index:
                index.check()
            continue  # free space, or another id where nothing says which it was
        except DedupError as error:
            assert str(error)
        try:
            done = repair(str(folder), Settings(min_words=9))
        except DedupError as error:
            assert str(error)
            continue
        with open_index(str(folder), create=False) as index:
            index.check()
            assert len(index) == done.saved and {one.id for one in index.articles()} <= {*IDS}


@pytest.fixture
def only_read(folder: Path) -> Iterator[Path]:
    def remount(how: str) -> bool:
        return subprocess.run(["mount", *how.split(), str(folder)], capture_output=True).returncode == 0

    if shutil.which("mount") is None or not remount(f"--bind {folder}") or not remount("-o remount,bind,ro"):
        pytest.skip("no folder can be made read-only here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_folder_that_is_only_read_answers_and_takes_nothing(only_read: Path) -> None:
    with open_index(str(only_read), create=False) as index:
        index.check()
        detector = Detector(index)
        assert detector.check(Article("new", FEED[3].text, published="2030-01-01")).originality == 0
        assert len(index) == 60 and index.info().articles == 60
        with pytest.raises(DedupError, match="cannot be written to; nothing was added"):
            detector.add(Article("new", "One more."))
