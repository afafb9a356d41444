"""What a Redis server can do to an index beside dying: dropping keys, refusing, being full. No password is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from filter_feed import feed
from servers import RedisServer

from dedup.cli.main import main
from dedup.errors import DedupError
from dedup.index import open_index
from dedup.model import Article
from dedup.stream import Detector

PASSWORD = "s3cret"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    server = RedisServer("--requirepass", PASSWORD)
    yield server
    server.remove()


@pytest.fixture
def url(server: RedisServer, request: pytest.FixtureRequest) -> str:
    return f"{server.url}?password={PASSWORD}&prefix={request.node.name[:20]}"


def configure(server: RedisServer, *values: object) -> None:
    import redis

    client = redis.Redis.from_url(server.url, password=PASSWORD)
    client.execute_command("CONFIG", "SET", *values)
    client.close()


@pytest.fixture
def policy(server: RedisServer) -> Iterator[RedisServer]:
    yield server
    configure(server, "maxmemory", 0)
    configure(server, "maxmemory-policy", "noeviction")


def test_a_server_that_drops_keys_is_refused(
    policy: RedisServer, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    configure(policy, "maxmemory-policy", "allkeys-lru")
    with open_index(url):
        assert "no maxmemory, so nothing is dropped" in caplog.text
    configure(policy, "maxmemory", "100mb")
    with pytest.raises(DedupError, match="allkeys-lru this server drops keys.*noeviction"):
        open_index(url)
    configure(policy, "maxmemory-policy", "volatile-lru")
    open_index(url).close()


def test_a_full_server_says_what_to_do(policy: RedisServer, url: str) -> None:
    records = feed(40)
    articles = [Article(r["id"], r["text"], source=r["source"], published=r["published"]) for r in records]
    with open_index(url) as index:
        detector = Detector(index)
        detector.judge(articles[:20])
        configure(policy, "maxmemory", "1mb")
        with pytest.raises(
            DedupError, match="Redis is at its maxmemory; nothing of this step was kept: expire"
        ):
            detector.judge(articles[20:])
        configure(policy, "maxmemory", 0)
        assert len(index) == 20
        detector.judge(articles[20:])
        index.check()


def test_credentials_are_asked_for_and_never_shown(server: RedisServer, url: str) -> None:
    with pytest.raises(DedupError, match="Redis wants credentials: put user and password into the URL"):
        open_index(server.url)
    with pytest.raises(DedupError, match="refuses these credentials") as wrong:
        open_index(f"{server.url}?password=0ther")
    assert "0ther" not in str(wrong.value)
    run = CliRunner()
    open_index(url).close()
    said = "".join(
        run.invoke(main, ["index", command, url]).output
        for command in ("info", "check", "expire --window 1d")
    )
    assert PASSWORD not in said and "***" in said
    for odd in (f"redis://me:{PASSWORD}/x@127.0.0.1:1/0", f"redis://me:{PASSWORD}@127.0.0.1:port/0"):
        result = run.invoke(main, ["index", "info", odd])
        assert result.exit_code == 1 and PASSWORD not in result.output and "%2F" in result.stderr
