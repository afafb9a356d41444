"""The index on a Redis server, shared by workers on several machines.

The server keeps the truth, as SQLite does for the embedded index, and the runs; each worker derives the rest in
its own memory. All keys begin with the prefix: ``meta`` and ``gone`` (removals), ``roll:N`` (times of 4,096
articles), ``ids`` (128 bits of each id and source to its article), ``day:D`` (records by day, so a day is forgotten by
dropping it), ``text:D`` where texts are kept, ``runs`` (which there are) and ``run:NAME``.

A step takes a lock that a dead process cannot keep, and all its writing is one script, which writes nothing
unless the lock is still its own and writes once if it is run twice. What the server keeps over a crash of its own
is the server's affair: with ``appendonly yes`` and ``appendfsync always``, everything.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import astuple
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from numpy.typing import NDArray

from dedup.errors import DedupError
from dedup.index import StepLost, segments
from dedup.index.connection import Server
from dedup.index.opening import meta_of, secret_of, settings_of
from dedup.index.records import Held, Record
from dedup.index.runs import Run
from dedup.index.store import HEARD, News, Segment
from dedup.index.stored import StoredIndex
from dedup.settings import Settings

BLOCK = 4096
"""Articles in one string of the roll."""

PIECE = 1 << 25
"""Bytes of a run in one string: Redis takes no more than 512 MB."""

UNNAMED = 3600
"""Seconds after which a run that nobody named is gone: its writer died."""

_ROLL = np.dtype([
    ("bound", "<i8"), ("day", "<i4"), ("alive", "<i4"), ("mark", "<i8"), ("family", "V16"), ("name", "V16"),
])  # fmt: skip
_HELD = struct.Struct("<QQIqqq16s")

# All that a step writes, at once; 0 if the lock is no longer its own.
_COMMIT = """
local prefix, token = ARGV[1], ARGV[2]
local meta = prefix .. 'meta'
if redis.call('HGET', meta, 'last') == token then return 1 end
if redis.call('GET', prefix .. 'lock') ~= token then return 0 end
local at = 3
local function take() at = at + 1; return ARGV[at - 1] end
for _ = 1, tonumber(take()) do
    local number, day = take(), take()
    redis.call('HDEL', prefix .. 'day:' .. day, number)
    redis.call('HDEL', prefix .. 'text:' .. day, number)
    redis.call('HDEL', prefix .. 'ids', take(), take())
    redis.call('RPUSH', prefix .. 'gone', number)
    redis.call('HINCRBY', meta, 'gone', 1)
end
redis.call('LTRIM', prefix .. 'gone', -tonumber(take()), -1)
for _ = 1, tonumber(take()) do
    local block, offset = take(), take()
    redis.call('SETRANGE', prefix .. 'roll:' .. block, offset, take())
end
for _ = 1, tonumber(take()) do
    local number, day, family, name, held = take(), take(), take(), take(), take()
    redis.call('HSET', prefix .. 'ids', family, held, name, held)
    redis.call('HSET', prefix .. 'day:' .. day, number, take())
    local text = take()
    if text ~= '' then redis.call('HSET', prefix .. 'text:' .. day, number, text) end
end
for _ = 1, tonumber(take()) do redis.call('UNLINK', prefix .. 'roll:' .. take()) end
redis.call('HSET', meta, 'last', token, 'end', take(), 'first', take())
return 1
"""

# Other records for articles held; 0 if the lock is no longer its own.
_AMEND = """
local prefix, token = ARGV[1], ARGV[2]
local meta = prefix .. 'meta'
if redis.call('HGET', meta, 'last') == token then return 1 end
if redis.call('GET', prefix .. 'lock') ~= token then return 0 end
for at = 3, #ARGV, 6 do
    redis.call('HSET', prefix .. 'ids', ARGV[at + 2], ARGV[at + 4], ARGV[at + 3], ARGV[at + 4])
    redis.call('HSET', prefix .. 'day:' .. ARGV[at + 1], ARGV[at], ARGV[at + 5])
    redis.call('RPUSH', prefix .. 'gone', -tonumber(ARGV[at]))
    redis.call('HINCRBY', meta, 'gone', 1)
end
redis.call('HSET', meta, 'last', token)
return 1
"""

# Names runs if the old names are those it has; 0 if another process was faster.
_NAME = """
local prefix, old, new = ARGV[1], ARGV[2], ARGV[3]
local now = redis.call('GET', prefix .. 'runs') or '[]'
if now ~= old and now ~= new then return 0 end
redis.call('SET', prefix .. 'runs', new)
for i = 4, #ARGV do redis.call('PERSIST', prefix .. 'run:' .. ARGV[i]) end
return 1
"""

_REMOVED = """
local count = tonumber(redis.call('HGET', ARGV[1] .. 'meta', 'gone') or '0')
return redis.call('LRANGE', ARGV[1] .. 'gone', ARGV[2] - count, -1)
"""


class RedisIndex(StoredIndex):
    """An index on a server."""

    def __init__(
        self, url: str, settings: Settings | None = None, *, keep_text: bool = False, create: bool = True,
        secret: bytes | None = None,
    ) -> None:  # fmt: skip
        address, prefix = _parted(url)
        super().__init__(partial(_Store, address, prefix, settings, keep_text, create, secret))

    def backup(self, path: str) -> None:
        """Write a copy to a new embedded index at `path`; may run while others write."""
        from dedup.index.embedded import EmbeddedIndex

        with EmbeddedIndex(
            path, self.settings, keep_text=self.keeps_text, secret=self.secret, copied=self.engine
        ) as copy:
            copy.fill(self.articles())

    def __enter__(self) -> RedisIndex:
        return self


def _parted(url: str) -> tuple[str, str]:
    """The URL without the prefix that it may name, and that prefix."""
    address, _, options = url.partition("?")
    query = parse_qsl(options)
    rest = urlencode([pair for pair in query if pair[0] != "prefix"])
    return address + ("?" + rest if rest else ""), dict(query).get("prefix", "dedup") + ":"


class _Store:
    """Articles and runs on a server."""

    kind = "redis"

    def __init__(
        self,
        url: str,
        prefix: str,
        settings: Settings | None,
        keep_text: bool,
        create: bool,
        secret: bytes | None,
    ) -> None:
        self._server = Server(url, prefix)
        self._prefix = prefix
        self._stand: object = None
        self.place = f"{self._server.url} {prefix}"
        self._server.check_policy()
        if create:
            rows = meta_of(settings or Settings(), keep_text, secret).items()
            self._server.calls([("HSETNX", prefix + "meta", *row) for row in rows], at_once=True)
        meta = {
            key.decode(): value.decode()
            for key, value in _pairs(self._server.call("HGETALL", prefix + "meta"))
        }
        if "format" not in meta:
            raise DedupError(f"{self.place}: there is no index here")
        self.settings = settings_of(self.place, meta, settings)
        self.secret = secret_of(self.place, meta)
        self.engine = meta["engine"]
        self.keeps_text = meta["keeps_text"] == "1"

    def errors(self) -> AbstractContextManager[None]:
        return nullcontext()  # the server turns its own

    def reading(self) -> AbstractContextManager[None]:
        return nullcontext()

    def steady(self) -> AbstractContextManager[None]:
        return self.writing()

    def writing(self) -> AbstractContextManager[None]:
        return self._server.locked()

    # -- reading --

    def news(self, anyway: bool) -> News | None:
        key = self._prefix + "meta"
        commands = (("HMGET", key, "first", "end", "gone", "format"), ("GET", self._prefix + "runs"))
        numbers, runs = self._server.calls(commands, at_once=True)
        if numbers[3] is None:
            raise DedupError(f"{self.place}: the index is no longer there: was the server emptied?")
        stand = (numbers, runs)
        if stand == self._stand and not anyway:
            return None
        self._stand = stand
        first, end, gone = (int(number or 0) for number in numbers[:3])
        return News(first or 1, end, gone, tuple(Segment(*row) for row in json.loads(runs or b"[]")))

    def _rows(self, first: int, end: int) -> NDArray[np.void]:
        """The roll of these numbers."""
        size = _ROLL.itemsize
        blocks = _blocks(first, end)
        parts = self._server.calls(
            [
                ("GETRANGE", f"{self._prefix}roll:{block}", low * size, high * size - 1)
                for block, low, high in blocks
            ]
        )
        whole = (
            part.ljust((high - low) * size, b"\0") for part, (_, low, high) in zip(parts, blocks, strict=True)
        )
        return np.frombuffer(b"".join(whole), _ROLL)

    def roll(self, first: int, end: int) -> NDArray[np.int64]:
        rows = self._rows(first, end)
        live = np.flatnonzero(rows["alive"] == 1)
        return np.stack(
            (live + first, rows["bound"][live], rows["day"][live], rows["mark"][live]), axis=1
        ).astype(np.int64)

    def removed(self, since: int, until: int) -> list[int]:
        # Removed after `until` was counted: it stands at the end, and is heard of next time, too.
        return [int(number) for number in self._server.call("EVAL", _REMOVED, 0, self._prefix, since)]

    def find(self, names: Sequence[bytes]) -> dict[bytes, Held]:
        if not names:
            return {}
        rows = self._server.call("HMGET", self._prefix + "ids", *names)
        return {name: Held(*_HELD.unpack(row)) for name, row in zip(names, rows, strict=True) if row}

    def fetch(self, numbers: Sequence[int], days: Sequence[int]) -> Iterator[tuple[int, bytes, str | None]]:
        records = self._of_days("day", numbers, days)
        texts = self._of_days("text", numbers, days) if self.keeps_text else [None] * len(numbers)
        for number, record, text in zip(numbers, records, texts, strict=True):
            if record is not None:
                yield number, record, None if text is None else text.decode("utf-8", "surrogatepass")

    def _of_days(self, kind: str, numbers: Sequence[int], days: Sequence[int]) -> list[bytes | None]:
        """What the hashes of these days hold under these numbers: one command a day."""
        places: dict[int, list[int]] = {}
        for place, day in enumerate(days):
            places.setdefault(day, []).append(place)
        commands = [
            ("HMGET", f"{self._prefix}{kind}:{day}", *(numbers[place] for place in of_day))
            for day, of_day in places.items()
        ]
        found: list[bytes | None] = [None] * len(numbers)
        for of_day, row in zip(places.values(), self._server.calls(commands), strict=True):
            for place, value in zip(of_day, row, strict=True):
                found[place] = value
        return found

    # -- writing --

    def insert(
        self, first: int, records: Sequence[Record], coded: Sequence[bytes], gone: Sequence[int]
    ) -> None:
        last = {record.names[0]: first + place for place, record in enumerate(records)}
        rows = np.zeros(len(records), _ROLL)
        articles: list[object] = []
        for number, (one, data) in enumerate(zip(records, coded, strict=True), first):
            family, name = one.names
            alive = last[family] == number
            rows[number - first] = (one.bound, one.day, alive, one.mark, np.void(family), np.void(name))
            if alive:
                text = one.text if self.keeps_text and one.text is not None else ""
                text_data = text.encode("utf-8", "surrogatepass")
                articles += (number, one.day, family, name, _packed(number, one), data, text_data)
        self._commit(gone, first, rows, articles, None)

    def delete(self, gone: Sequence[int], first: int) -> None:
        end = int(self._server.call("HGET", self._prefix + "meta", "end"))
        self._commit(gone, end, np.zeros(0, _ROLL), [], first)

    def _commit(
        self,
        gone: Sequence[int],
        first: int,
        rows: NDArray[np.void],
        articles: Sequence[object],
        lowest: int | None,
    ) -> None:
        """Write everything of a step."""
        size = _ROLL.itemsize
        if lowest is None:
            lowest = int(self._server.call("HGET", self._prefix + "meta", "first") or 1)
            dropped: Sequence[int] = ()
        else:
            before = int(self._server.call("HGET", self._prefix + "meta", "first") or 1)
            dropped = range(before // BLOCK, lowest // BLOCK)
        args: list[object] = [len(gone)]
        fates = self._server.calls(
            [
                ("GETRANGE", f"{self._prefix}roll:{n // BLOCK}", n % BLOCK * size, (n % BLOCK + 1) * size - 1)
                for n in gone
            ]
        )
        for number, row in zip(gone, fates, strict=True):
            fate = np.frombuffer(row, _ROLL)[0]
            args += (number, int(fate["day"]), fate["family"].tobytes(), fate["name"].tobytes())
        args.append(HEARD)
        pieces = [
            (block, low * size, rows[block * BLOCK + low - first : block * BLOCK + high - first].tobytes())
            for block, low, high in _blocks(first, first + rows.size)
        ]
        pieces += [(n // BLOCK, n % BLOCK * size + 12, bytes(4)) for n in gone if n // BLOCK not in dropped]
        args += (len(pieces), *(part for piece in pieces for part in piece))
        args += (len(articles) // 7, *articles)
        args += (len(dropped), *dropped)
        args += (first + rows.size, lowest)
        self._write(_COMMIT, args)

    def amend(self, changes: Sequence[tuple[int, Record, bytes]]) -> None:
        args: list[object] = []
        for number, one, data in changes:
            args += (number, one.day, *one.names, _packed(number, one), data)
        self._write(_AMEND, args)

    def _write(self, script: str, args: Sequence[object]) -> None:
        if not self._server.call("EVAL", script, 0, self._prefix, self._server.token, *args):
            raise StepLost(
                f"{self.place}: the step took longer than its lock, or the server lost it: begin it again"
            )

    # -- runs --

    def read_run(self, segment: Segment) -> Run | None:
        key = f"{self._prefix}run:{segment.name}"
        size = int(self._server.call("STRLEN", key + ":0"))
        parts: list[bytes] = []
        while size:
            parts.append(self._server.call("GET", f"{key}:{len(parts)}") or b"")
            size = len(parts[-1]) if len(parts[-1]) == PIECE else 0
        return segments.decode(np.frombuffer(bytearray().join(parts), np.uint8), segment)

    def write_run(self, run: Run) -> Segment:
        parts = segments.encode(run)
        data = b"".join(parts)
        name = f"{run.first}-{run.end}-{os.urandom(6).hex()}"
        for place, at in enumerate(range(0, len(data), PIECE)):
            key = f"{self._prefix}run:{name}:{place}"
            self._server.call("SET", key, data[at : at + PIECE], "EX", UNNAMED)
        return Segment(run.first, run.end, name, segments.digest_of(parts))

    def name_runs(self, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
        wanted, now = (_written(part) for part in (old, new))
        # Told again that it is done, after an answer that was lost, is told that it is done.
        same = self._server.call(
            "EVAL", _NAME, 0, self._prefix, wanted, now, *(key for one in new for key in _keys(one))
        )
        for segment in set(old) - set(new) if same else set(new) - set(old):
            self._server.call("UNLINK", *(f"{self._prefix}run:{key}" for key in _keys(segment)))
        return bool(same)

    # -- the rest --

    def size(self) -> int:
        keys = list(
            self._server.patiently(
                lambda: list(self._server.client.scan_iter(self._prefix + "*", count=1000))
            )
        )
        used = self._server.calls([("MEMORY", "USAGE", key, "SAMPLES", 100) for key in keys])
        return sum(size or 0 for size in used)

    def check(self) -> None:
        pass

    def close(self) -> None:
        self._server.client.close()


def _pairs(values: Any) -> Iterator[tuple[bytes, bytes]]:
    yield from values.items() if isinstance(values, dict) else zip(values[::2], values[1::2], strict=True)


def _packed(number: int, record: Record) -> bytes:
    return _HELD.pack(*astuple(Held.of(number, record)))


def _written(segments: Sequence[Segment]) -> str:
    return json.dumps([(one.first, one.end, one.name, one.digest) for one in segments])


def _keys(segment: Segment) -> list[str]:
    """The keys that may hold a run, without the prefix and ``run:``."""
    return [f"{segment.name}:{place}" for place in range(64)]


def _blocks(first: int, end: int) -> list[tuple[int, int, int]]:
    """The blocks of the roll that hold articles ``[first, end)``, and the stretch within each."""
    return [
        (block, max(first - block * BLOCK, 0), min(end - block * BLOCK, BLOCK))
        for block in range(first // BLOCK, -(-end // BLOCK))
    ]
