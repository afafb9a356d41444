"""The consumer loop: with Redis Streams and Kafka for real, and with a queue that fails."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from filter_feed import feed, jsonl, redis_server, run

from dedup.index import open_index
from dedup.integrations.consumer import Kafka, Names, RedisStreams, consume
from dedup.prefilter.filtering import Filter, Outcome
from dedup.prefilter.incoming import Line
from dedup.prefilter.metrics import Tally
from dedup.stream import Detector

if TYPE_CHECKING:
    from redis import Redis

FEED = feed(40)
BODIES = [json.dumps(record).encode() for record in FEED]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The lines that `dedup filter` gives."""
    return run(tmp_path_factory.mktemp("filter"), "filter", data=jsonl(FEED))[0].splitlines()


class Until:
    """Stops a loop after so many calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


# --- any queue ---


class Memory:
    """A queue that hands out again what was not acknowledged, and may fail."""

    def __init__(self, bodies: Sequence[bytes], fails: int = -1) -> None:
        self.waiting = [Line(n, body + b"\n", 0.0, f"memory/{n}") for n, body in enumerate(bodies, 1)]
        self.outcomes: list[Outcome] = []
        self.fails = fails

    def take(self, most: int, wait: float) -> Sequence[Line]:
        return self.waiting[:most]

    def finish(self, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
        self.fails -= 1
        if self.fails == 0:
            raise ConnectionError("the queue is gone")
        self.outcomes += outcomes
        self.waiting = self.waiting[len(lines) :]


def test_records_are_taken_decided_passed_on_and_only_then_acknowledged(wanted: list[bytes]) -> None:
    queue = Memory(BODIES, fails=3)
    decide = Filter(Detector(open_index()))
    with pytest.raises(ConnectionError):
        consume(queue, decide, most=7, stopped=Until(10))
    assert len(queue.outcomes) == 14
    tally = Tally()
    consume(queue, decide, most=9, stopped=Until(10), tally=tally)
    assert [outcome.out for outcome in queue.outcomes] == [line + b"\n" for line in wanted]
    assert tally.counts["articles"] == len(FEED) - 14 == tally.latencies.count


def test_a_record_without_an_id_is_named_by_its_place() -> None:
    deep = b'{"text": "x", "dedup": 1, "more": ' + b"[" * 1000 + b"]" * 1000 + b"}"
    queue = Memory([b'{"text": "One."}', b"{oops", b'{"text": 5}', b"", deep, b'{"text": "Two."}'])
    consume(queue, Filter(Detector(open_index())), stopped=Until(1))
    first, broken, wrong, nested, last = queue.outcomes
    assert first.report is not None and first.report.id == "memory/1"
    assert str(broken.error).startswith("memory/2: broken JSON")
    assert str(wrong.error) == 'memory/3: "text" must be a string, got a number'
    assert str(nested.error) == "memory/5: nested more than 200 levels deep"
    assert last.out is not None and queue.waiting == []


# --- Redis Streams ---


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis server of our own."""
    with redis_server(tmp_path_factory.mktemp("redis")) as path:
        import redis as module

        with module.Redis(unix_socket_path=str(path)) as client:
            yield client


@pytest.fixture
def filled(redis: Redis) -> Redis:
    """The server with the feed in the stream `articles`."""
    redis.flushall()
    for body in BODIES:
        redis.xadd("articles", {"article": body})
    return redis


def entries(client: Redis, stream: str) -> list[bytes]:
    found: Any = client.xrange(stream)
    return [fields[b"article"] for _, fields in found]


def pending(client: Redis) -> int:
    facts: Any = client.xpending("articles", "dedup")
    return int(facts["pending"])


def test_redis_streams_go_through(filled: Redis, wanted: list[bytes]) -> None:
    filled.xadd("articles", {"article": b"{oops"})
    filled.xadd("articles", {"other": b"field"})
    consume(RedisStreams(filled), Filter(Detector(open_index())), most=7, wait=0.01, stopped=Until(8))
    assert entries(filled, "articles.judged") == wanted
    first, second = map(json.loads, entries(filled, "articles.bad"))
    assert first["record"] == "{oops" and first["name"].startswith("articles/")
    assert second["reason"] == 'no "text" field'
    assert pending(filled) == 0


def test_redis_streams_of_a_text_client_and_either_protocol(filled: Redis, wanted: list[bytes]) -> None:
    module = pytest.importorskip("redis")
    path = filled.connection_pool.connection_kwargs["path"]
    for protocol in (2, 3):
        filled.delete("articles.judged")
        names = Names(bad="", rejected="")
        with module.Redis(unix_socket_path=path, protocol=protocol, decode_responses=True) as client:
            queue = RedisStreams(client, names, group=f"group-{protocol}")
            consume(queue, Filter(Detector(open_index())), wait=0.01, stopped=Until(2))
        assert entries(filled, "articles.judged") == wanted


def test_what_a_dead_worker_left_is_taken_over_and_judged_as_it_was(
    filled: Redis, wanted: list[bytes]
) -> None:
    index = open_index()

    class Dying(RedisStreams):
        def finish(self, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
            raise KeyboardInterrupt  # the index has them, nobody else does

    with pytest.raises(KeyboardInterrupt):
        consume(Dying(filled, worker="one"), Filter(Detector(index)), most=10, wait=0.01)
    assert len(index) == pending(filled) == 10
    time.sleep(0.01)
    queue = RedisStreams(filled, worker="two", idle=0.005)
    consume(queue, Filter(Detector(index)), wait=0.01, stopped=Until(4))
    assert entries(filled, "articles.judged") == wanted
    assert pending(filled) == 0


def test_copies_go_aside(filled: Redis) -> None:
    decide = Filter(Detector(open_index()), "drop", min_originality=0.5)
    consume(RedisStreams(filled), decide, wait=0.01, stopped=Until(2))
    passed, held = entries(filled, "articles.judged"), entries(filled, "articles.rejected")
    assert held and all(json.loads(body)["dedup"]["originality"] < 0.5 for body in held)
    low = {json.loads(body)["id"] for body in held}
    assert passed == [body for body in BODIES if json.loads(body)["id"] not in low]


# --- Kafka ---


def test_kafka_goes_through_and_commits_what_is_done(wanted: list[bytes]) -> None:
    kafka = pytest.importorskip(
        "confluent_kafka", reason="confluent-kafka is not installed: pip install '.[kafka]'"
    )
    # librdkafka has brokers of its own for tests, which live as long as this producer.
    owner = kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
    (broker,) = owner.list_topics(timeout=10).brokers.values()
    address = {"bootstrap.servers": f"{broker.host}:{broker.port}"}
    for body in BODIES:
        owner.produce("articles", body, key=b"key-" + body[:20], partition=0)
    assert owner.flush(10) == 0
    quick = {
        "session.timeout.ms": 3000,
        "heartbeat.interval.ms": 100,
        "topic.metadata.refresh.interval.ms": 500,
    }
    options = {
        **address,
        **quick,
        "group.id": "dedup",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    index = open_index()
    tally = Tally()
    deadline = time.monotonic() + 60
    for count in (13, len(BODIES)):

        def stopped(count: int = count) -> bool:
            return tally.counts["articles"] >= count or time.monotonic() > deadline

        consumer = kafka.Consumer(options)
        queue = Kafka(consumer, kafka.Producer(address))
        consume(queue, Filter(Detector(index)), most=13, stopped=stopped, tally=tally)
        consumer.close()  # the next one goes on where this one has committed
    assert tally.counts["articles"] == len(BODIES)
    reader = kafka.Consumer({**options, "group.id": "reader"})
    reader.subscribe(["articles.judged"])
    got: list[Any] = []
    deadline = time.monotonic() + 60
    while len(got) < len(BODIES) and time.monotonic() < deadline:
        got += [message for message in reader.consume(100, 1.0) if message.error() is None]
    reader.close()
    assert sorted(message.value() for message in got) == sorted(wanted)
    assert {message.key() for message in got} == {b"key-" + body[:20] for body in BODIES}
