"""A Redis server for the tests that need one."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import pytest


class RedisServer:
    """A server of our own, on a socket in a folder of its own; it can be stopped and started again."""

    def __init__(self, *options: str) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("no redis-server on this machine")
        pytest.importorskip("redis", reason="the package redis is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="dedup-redis-"))
        self.url = f"unix://{self.folder}/socket"
        self._command = [
            program, "--port", "0", "--unixsocket", f"{self.folder}/socket", "--dir", str(self.folder), "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", *options,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        (self.folder / "socket").unlink(missing_ok=True)
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            if (self.folder / "socket").exists():
                return
            time.sleep(0.02)
        pytest.skip("redis-server does not start here")

    def stop(self) -> None:
        """Kill it; what it wrote to its log it has again when started."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def redis_server() -> str:
    """The URL of one server for the whole run."""
    server = RedisServer()
    atexit.register(server.remove)
    return server.url
