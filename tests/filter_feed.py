"""Invented news for the tests of the filter, and the commands run as processes."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parent.parent

_WORDS = """
    harbour council ferry winter bridge mayor island engine report budget school nurse farmer orchard copper mine
    railway station river flood market price bread flour lantern tower bell church teacher strike union driver
    captain sailor letter parcel village mountain forest fire smoke rescue helicopter doctor medicine hospital road
    tunnel snow frost plum harvest cattle lamb butter creamery theatre concert violin painter museum thief police
    judge court verdict election ballot promise speech minister border bridge customs cargo crane warehouse anchor
    said told asked found lost opened closed carried counted repaired painted promised refused crossed waited wrote
    quickly slowly yesterday tomorrow early late northern southern wooden broken empty crowded quiet famous former
    with without near behind under after before because although while their several seven twelve forty hundred
""".split()


def sentence(rng: random.Random) -> str:
    """A sentence of news that nobody wrote."""
    return "The " + " ".join(rng.choices(_WORDS, k=rng.randint(10, 24))) + "."


def feed(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Articles of some days and four sources; two in three paragraphs are new, the others of earlier articles."""
    rng = random.Random(seed)
    paragraphs: list[str] = []
    records = []
    for number in range(count):
        body = []
        for _ in range(rng.randint(1, 4)):
            if paragraphs and rng.random() < 1 / 3:
                body.append(rng.choice(paragraphs[-60:]))
            else:
                body.append(" ".join(sentence(rng) for _ in range(rng.randint(1, 3))))
                paragraphs.append(body[-1])
        records.append(
            {
                "id": f"article-{number}",
                "source": f"source-{rng.randrange(4)}",
                "published": f"2024-03-{1 + number * 20 // count:02}T{rng.randrange(24):02}:00:00Z",
                "text": "\n\n".join(body),
            }
        )
    return records


def jsonl(records: Sequence[dict[str, Any]]) -> bytes:
    """Records as lines of JSON."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def dedup(
    folder: Path, *arguments: str, stdin: int | IO[bytes] = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start `dedup` in a folder, as a process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "dedup", *arguments],
        cwd=folder, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment, bufsize=0,
    )  # fmt: skip


def run(folder: Path, *arguments: str, data: bytes = b"", code: int = 0) -> tuple[bytes, str]:
    """Run `dedup` with some input; its output and what it said, after checking its exit code."""
    process = dedup(folder, *arguments)
    out, said = process.communicate(data, timeout=300)
    assert process.returncode == code, said.decode()
    return out, without_patience(said)


def without_patience(said: bytes) -> str:
    """What a process said, but for its excuse where compiled code is slow to load."""
    lines = said.decode().splitlines(keepends=True)
    return "".join(line for line in lines if "once after an installation" not in line)


def reports(lines: bytes) -> list[dict[str, Any]]:
    """The reports that annotated articles carry."""
    return [json.loads(line)["dedup"] for line in lines.splitlines()]


@contextmanager
def redis_server(folder: Path) -> Iterator[Path]:
    """A Redis server of our own, on a socket in `folder`; skips where there is none to start."""
    module = pytest.importorskip("redis", reason="redis is not installed: pip install '.[redis]'")
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("there is no redis-server: apt-get install redis-server")
    path = folder / "redis.sock"
    command = [server, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        with module.Redis(unix_socket_path=str(path)) as client:
            for _ in range(200):
                try:
                    client.ping()
                    break
                except module.ConnectionError:
                    time.sleep(0.05)
        try:
            yield path
        finally:
            process.terminate()
