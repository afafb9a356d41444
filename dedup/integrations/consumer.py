"""A worker between two queues: takes records, decides, passes them on, and only then acknowledges.

A worker that dies between the index and the acknowledgement gets its records again, and they get their first
reports again. `RedisStreams` and `Kafka` are two kinds of `Queue`; another one is two methods.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dedup.prefilter.filtering import Filter, Outcome, complaint
from dedup.prefilter.incoming import Line

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Producer
    from redis import Redis

    from dedup.prefilter.metrics import Tally


class Queue(Protocol):
    """Where records come from, and where they go."""

    def take(self, most: int, wait: float) -> Sequence[Line]:
        """Return up to so many records, after waiting up to so many seconds for the first. May be none.

        Each line's `name` is the record's own place in the queue: it stays the same when it comes again.
        """

    def finish(self, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
        """Pass on what came of some records, and then acknowledge them: they need not come again."""


def consume(
    queue: Queue, decide: Filter, *, most: int = 100, wait: float = 1.0,
    stopped: Callable[[], bool] = lambda: False, tally: Tally | None = None,
) -> None:  # fmt: skip
    """Work until `stopped` says so; what was taken is finished first.

    An error of the index or the queue ends it with everything unacknowledged that was not passed on: start it
    again.
    """
    while not stopped():
        lines = queue.take(most, wait)
        if not lines:
            continue
        outcomes = decide.decide(lines)
        queue.finish(lines, outcomes)
        now = time.monotonic()
        for outcome in outcomes if tally else ():
            assert tally is not None
            tally.decided(outcome.report, outcome.action, now - outcome.line.arrived)


@dataclass(frozen=True, slots=True)
class Names:
    """Streams or topics: where records come from, where they go, and what goes aside ("" throws it away)."""

    source: str = "articles"
    out: str = "articles.judged"
    rejected: str = "articles.rejected"
    bad: str = "articles.bad"

    def messages(self, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, bytes, Line]]:
        """Yield what is to be written: where, what, and the record it came of."""
        for outcome in outcomes:
            error = complaint(outcome.line, outcome.error) if outcome.error else None
            for name, body in ((self.bad, error), (self.rejected, outcome.rejected), (self.out, outcome.out)):
                if name and body is not None:
                    yield name, body.removesuffix(b"\n"), outcome.line


class RedisStreams:
    """Redis Streams: XREADGROUP, decide, XADD, XACK.

    One record is one entry with its JSON under `field`. The group and the stream are made if absent. Entries
    that another worker took and did not acknowledge within `idle` seconds are taken over (XAUTOCLAIM).
    """

    def __init__(
        self, client: Redis, names: Names | None = None, *, group: str = "dedup", worker: str = "",
        field: str = "article", idle: float = 60.0,
    ) -> None:  # fmt: skip
        self._client = client
        self._names = names or Names()
        self._group = group
        self._worker = worker or f"{socket.gethostname()}-{os.getpid()}"
        self._field = field.encode()
        self._idle = idle
        self._number = 0
        self._claim = 0.0
        self._made = False

    def take(self, most: int, wait: float) -> Sequence[Line]:
        """Return entries nobody else is at work on."""
        self._make_group()
        source, group, worker = self._names.source, self._group, self._worker
        if time.monotonic() >= self._claim:
            _, entries, *_ = self._client.xautoclaim(
                source, group, worker, int(1e3 * self._idle), "0-0", most
            )
            if entries:
                return self._lines(entries)
            self._claim = time.monotonic() + self._idle / 2
        found = self._client.xreadgroup(group, worker, {source: ">"}, most, block=max(1, int(1e3 * wait)))
        return self._lines(_entries(found))

    def finish(self, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
        """Write and acknowledge in one transaction: nobody sees one without the other."""
        keys = [line.name.rpartition("/")[2] for line in lines]
        with self._client.pipeline(transaction=True) as together:
            for stream, body, _ in self._names.messages(outcomes):
                together.xadd(stream, {self._field: body})
            together.xack(self._names.source, self._group, *keys)
            together.execute()

    def _make_group(self) -> None:
        if self._made:
            return
        from redis.exceptions import ResponseError

        try:
            self._client.xgroup_create(self._names.source, self._group, "0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._made = True

    def _lines(self, entries: Sequence[Any]) -> list[Line]:
        now = time.monotonic()
        lines = []
        for key, fields in entries:
            self._number += 1
            name = f"{self._names.source}/{_text(key)}"
            body = next(
                (value for field, value in (fields or {}).items() if _bytes(field) == self._field), b"{}"
            )
            lines.append(Line(self._number, _bytes(body) + b"\n", now, name))
        return lines


def _entries(found: Any) -> list[Any]:
    """The entries of one stream: redis-py gives a list of streams, or with protocol 3 a dict of lists of entries."""
    if isinstance(found, dict):
        return [entry for lists in found.values() for entries in lists for entry in entries]
    return [entry for _, entries in found or () for entry in entries]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


class Kafka:
    """Kafka, by the package confluent-kafka: consume, decide, produce, flush, commit.

    The consumer must not commit by itself (`enable.auto.commit` false); this one subscribes it. A record's
    key goes along.
    """

    def __init__(self, consumer: Consumer, producer: Producer, names: Names | None = None) -> None:
        self._consumer = consumer
        self._producer = producer
        self._names = names or Names()
        self._number = 0
        self._keys: dict[str, Any] = {}
        consumer.subscribe([self._names.source])

    def take(self, most: int, wait: float) -> Sequence[Line]:
        """Return records of the partitions that this consumer has."""
        from confluent_kafka import KafkaError, KafkaException

        now = time.monotonic()
        self._keys.clear()
        lines = []
        for message in self._consumer.consume(most, wait):
            error = message.error()
            if error is not None:
                if error.code() in (KafkaError._PARTITION_EOF, KafkaError.UNKNOWN_TOPIC_OR_PART):
                    continue
                raise KafkaException(error)
            self._number += 1
            name = f"{message.topic()}/{message.partition()}/{message.offset()}"
            self._keys[name] = message.key()
            lines.append(Line(self._number, (message.value() or b"{}") + b"\n", now, name))
        return lines

    def finish(self, lines: Sequence[Line], outcomes: Sequence[Outcome]) -> None:
        """Write, wait until the brokers have all of it, then commit the offsets."""
        from confluent_kafka import KafkaException, TopicPartition

        failed: list[Any] = []

        def delivered(error: Any, _message: Any) -> None:
            if error is not None:
                failed.append(error)

        for topic, body, line in self._names.messages(outcomes):
            self._producer.produce(topic, body, key=self._keys[line.name], on_delivery=delivered)
        left = self._producer.flush(60)
        if failed or left:
            raise KafkaException(failed[0] if failed else f"{left} messages were not taken within 60 s")
        ends: dict[tuple[str, int], int] = {}
        for line in lines:
            topic, partition, offset = line.name.rsplit("/", 2)
            ends[topic, int(partition)] = max(int(offset) + 1, ends.get((topic, int(partition)), 0))
        places = [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]
        self._consumer.commit(offsets=places, asynchronous=False)
