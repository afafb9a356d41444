"""Reading: files, folders and stdin become Articles; what cannot be read is named and skipped."""

from __future__ import annotations

from pathlib import Path

from dedup.readers import read_articles


def test_a_plain_file_in_a_sub_folder_has_the_folder_as_source(tmp_path: Path) -> None:
    folder = tmp_path / "news" / "bbc" / "2019"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Rain fell.\n")
    (article,) = read_articles(tmp_path / "news")
    assert (article.id, article.source, article.text) == ("bbc/2019/a.txt", "bbc", "Rain fell.\n")
    assert article.path == str(folder / "a.txt")
    assert article.record == 0
