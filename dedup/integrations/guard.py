"""Who may ask a service, and how long they may take: what stands between the network and `service`.

A service that listens on this machine alone is still reached by the web pages its user opens. They are told apart by
what a browser cannot leave out: the name it asked for (`Host`) and where the page came from (`Origin`).
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from dedup.reporter.jsonl import dumps

HEAD_SECONDS = 10.0
"""Time for the head of a request: a connection that has not sent one by then is closed."""

BODY_SECONDS = 60.0
"""Time for the body of a request."""

OPEN = frozenset({"/health"})
"""Paths that ask for no token: those who look after a service need none to see that it lives."""


class Impatient(H11Protocol):  # type: ignore[misc, unused-ignore]
    """A connection that is closed where no head of a request comes within `HEAD_SECONDS`."""

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        """Begin to wait for the next one."""
        super().on_response_complete()
        self._wait()

    def _wait(self) -> None:
        self.loop.call_later(HEAD_SECONDS, self._close_if_idle, self.cycle)

    def _close_if_idle(self, before: object) -> None:
        if self.cycle is before and not self.transport.is_closing():
            self.transport.close()


class Guard:
    """An ASGI application before another one: refuses what should not reach it, with a status and a reason.

    `names` are host names, beside those below, by which it may be asked for; ``*`` is any. Without them: addresses,
    ``localhost``, and names without a dot, which no foreign page can make its own.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = (), token: str | None = None) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application do it."""
        if scope["type"] == "http" and (refusal := self._refusal(scope["path"], Headers(scope=scope))):
            await _answer(*refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, path: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if host and not self._is_ours(host):
            return 421, f"nothing is served under the name {host!r}: allow it by --allow-host"
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            return 403, "web pages of other origins may not ask"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return 403, "web pages of other sites may not ask"
        if (
            self._token is not None
            and path not in OPEN
            and not self._is_known(headers.get("authorization", ""))
        ):
            return 401, "a token is needed: Authorization: Bearer TOKEN"
        return None

    def _is_ours(self, host: str) -> bool:
        name = (host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]).lower()
        if "*" in self._names or name in self._names:
            return True
        if "." not in name and ":" not in name:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name.endswith(".localhost")
        return True

    def _is_known(self, authorization: str) -> bool:
        kind, _, given = authorization.partition(" ")
        assert self._token is not None
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token.encode())


def _answer(status: int, reason: str) -> Response:
    headers = {"connection": "close"} | ({"www-authenticate": "Bearer"} if status == 401 else {})
    return Response(dumps({"error": reason}), status, headers, "application/json")
