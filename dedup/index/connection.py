"""A connection to a Redis server that comes back, and a lock there."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from dedup.errors import DedupError, MissingExtra

logger = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds to go on trying while the server is away."""

FIRST_PAUSE = 0.05
"""Seconds before the second try; later ones wait longer."""

LEASE = 30.0
"""Seconds after which the lock of a process that fell silent is free again."""

_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Refused(DedupError):
    """The server understood, and does not do it."""


def without_password(url: str) -> str:
    """Return a URL as it may be shown.

    >>> without_password("redis://news:s3cr/et@cache:6379/0?prefix=a&password=s3cret")
    'redis://news:***@cache:6379/0?prefix=a&password=***'
    """
    url = re.sub(r"^([^:/?#]+://[^:@/?]*):.*@", r"\1:***@", url)
    return re.sub(r"([?&](?:\w*password|\w*secret)=)[^&]*", r"\1***", url)


class Server:
    """A connection that comes back, and a lock."""

    def __init__(self, url: str, prefix: str) -> None:
        try:
            import redis
        except ImportError as error:
            raise MissingExtra.of("an index on Redis", "redis", "redis") from error
        try:
            self.client: Any = redis.Redis.from_url(url, socket_timeout=PATIENCE)
        except ValueError:  # which may hold a part of the password
            raise DedupError(
                f"{without_password(url)}: no address of a Redis server, such as redis://name:password@host:6379/0; "
                "letters like / and @ in a password are spelled %2F and %40"
            ) from None
        self.url = without_password(url)
        self.prefix = prefix
        self.token = ""
        self._away = (redis.ConnectionError, redis.TimeoutError, redis.exceptions.BusyLoadingError)
        self._refused = (redis.AuthenticationError,)
        self._error = redis.RedisError

    def call(self, *command: object) -> Any:
        """Run a command that may be run twice."""
        return self.patiently(lambda: self.client.execute_command(*command))

    def calls(self, commands: Sequence[Sequence[object]], *, at_once: bool = False) -> list[Any]:
        """Run commands that may be run twice, in one round trip; `at_once`: nothing comes between them."""

        def run() -> list[Any]:
            with self.client.pipeline(transaction=at_once) as pipe:
                for command in commands:
                    pipe.execute_command(*command)
                return list(pipe.execute())

        return self.patiently(run) if commands else []

    def patiently(self, work: Callable[[], T]) -> T:
        """Try again, waiting longer and longer, while the server is away."""
        begin, pause = time.monotonic(), FIRST_PAUSE
        while True:
            try:
                return work()
            except self._refused as error:
                raise DedupError(f"{self.url}: {_explained(str(error))}") from error
            except self._away as error:
                if time.monotonic() - begin > PATIENCE:
                    raise DedupError(
                        f"{self.url}: no answer from Redis for {PATIENCE:.0f} s ({error}); nothing of this step "
                        "is known to be kept: send it again when the server is back"
                    ) from error
                if pause == FIRST_PAUSE:
                    logger.warning("%s: %s; trying again for %.0f s", self.url, error, PATIENCE)
                time.sleep(pause)
                pause = min(2 * pause, 2.0)
            except self._error as error:
                raise Refused(f"{self.url}: {_explained(str(error))}") from error

    def check_policy(self) -> None:
        """Refuse a server that drops keys when it is full: an index that lost some would answer otherwise, silently."""
        try:
            facts = self.call("INFO", "memory")
        except DedupError as error:
            if type(error) is Refused:  # this user may not ask
                return
            raise
        if not isinstance(facts, dict):
            lines = bytes(facts).decode(errors="replace").splitlines()
            facts = dict(line.split(":", 1) for line in lines if ":" in line)
        policy = str(facts.get("maxmemory_policy", ""))
        if not policy.startswith("allkeys"):
            return
        advice = (
            f"{self.url}: with maxmemory-policy {policy} this server drops keys of an index when it is full, and the "
            "index would give other answers: set it to noeviction (CONFIG SET maxmemory-policy noeviction)"
        )
        if int(facts.get("maxmemory", 0)):
            raise DedupError(advice)
        logger.warning("%s; now it has no maxmemory, so nothing is dropped", advice)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; `token` proves it."""
        token = os.urandom(12).hex()
        key = self.prefix + "lock"
        begin, pause = time.monotonic(), 0.001
        while not self.call("SET", key, token, "NX", "PX", int(1000 * LEASE)):
            if self.call("GET", key) == token.encode():
                break  # taken by a first try whose answer was lost
            if time.monotonic() - begin > LEASE + PATIENCE:
                raise DedupError(
                    f"{self.url}: others have held the lock for {LEASE + PATIENCE:.0f} s; try again"
                )
            time.sleep(pause)
            pause = min(1.5 * pause, 0.02)
        self.token = token
        try:
            yield
        finally:
            self.call("EVAL", _UNLOCK, 1, key, token)


def _explained(text: str) -> str:
    advice = {
        "maxmemory": "Redis is at its maxmemory; nothing of this step was kept: expire older days, or give it more",
        "WRONGPASS": "Redis refuses these credentials",
        "invalid username": "Redis refuses these credentials",
        "HELLO must be called": "Redis wants credentials: put user and password into the URL",
        "uthentication required": "Redis wants credentials: put user and password into the URL",
        "Authentication": "Redis wants other credentials than those of the URL",
        "NOPERM": "Redis does not let this user do that",
        "MISCONF": "Redis cannot save to its disk and refuses to write; nothing of this step was kept",
        "READONLY": "this is a read-only replica: use its master",
    }
    return next((f"{what} ({text})" for sign, what in advice.items() if sign in text), text)
