"""At run time nothing is fetched: what it needs is installed with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filter_feed import ROOT, feed, jsonl

WATCH = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        raise SystemExit(f"{event} {arguments}")
sys.addaudithook(watch)
from dedup.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    "command",
    [
        "scan feed.jsonl page.html -o report.jsonl",
        "scan feed.jsonl -f text --as-stream",
        "filter --index an.index --mode trim",
        "index build another.index feed.jsonl",
    ],
)
def test_no_connection_is_opened(tmp_path: Path, command: str) -> None:
    data = jsonl(feed(8))
    (tmp_path / "feed.jsonl").write_bytes(data)
    (tmp_path / "page.html").write_text("<p>Il consiglio ha votato.</p><img src='http://news.example/a.png'>")
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *command.split()], cwd=tmp_path, input=data, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
