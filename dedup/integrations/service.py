"""A small HTTP service, for jobs in other languages: post articles, get their reports.

`application` is an ASGI application; `dedup serve` runs it with uvicorn. Articles that arrive at the same time
share one step of the index. It answers nothing before it is warm.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from dedup.decoding import TooDeep, loads
from dedup.errors import BadRecord, DedupError
from dedup.index import open_index
from dedup.integrations.batching import Batcher
from dedup.integrations.guard import BODY_SECONDS, Guard
from dedup.model import Article
from dedup.prefilter.filtering import annotation
from dedup.prefilter.incoming import article_of
from dedup.prefilter.metrics import Tally
from dedup.readers.files import File
from dedup.readers.outlets import Outlets
from dedup.readers.records import OUTLETS, unforeseen
from dedup.reporter.jsonl import dumps
from dedup.reporter.schema import report_schema
from dedup.stream import Detector
from dedup.verdict.careful import reason_of
from dedup.version import __version__

logger = logging.getLogger(__name__)

LARGEST = 1 << 25
"""Bytes of one request: 32 MB."""

FAILING = 503
"""Status where the index does not answer."""

WARMING = (
    "The council of Harrow Falls voted on Monday to close the old bridge before the winter.\n\n"
    "\u201cNobody will miss it,\u201d said the mayor. Read also: the ferry that never came."
)
"""A text that goes through every stage."""


def application(
    batcher: Batcher,
    fields: Mapping[str, str] | None = None,
    *,
    names: Collection[str] = (),
    token: str | None = None,
    outlets: Outlets = OUTLETS,
) -> Starlette:
    """Return the service. It closes the batcher, not the index, when it ends.

    `outlets` tells the sources of articles (see `dedup.readers.outlets.read_aliases`). `names` and `token` say who may
    ask: see `dedup.integrations.guard.Guard`.
    """
    service = _Service(batcher, fields or {}, outlets)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(_warm, batcher.detector)  # nothing is answered before
        yield
        batcher.close()

    routes = [
        Route("/articles", service.articles, methods=["POST"]),
        Route("/health", service.health),
        Route("/metrics", service.metrics),
        Route("/openapi.json", service.openapi),
    ]
    return Starlette(
        routes=routes, lifespan=lifespan, middleware=[Middleware(Guard, names=names, token=token)]
    )


class _Refused(Exception):
    """A request that gets no report: the HTTP status and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said of one article: its report or an error, and the status of a request for it alone."""

    value: Any
    status: int


@dataclass(frozen=True, slots=True)
class _Posted:
    """Decoded records, or why a line is none; whether they are several, as lines or in an array."""

    records: Sequence[object]
    several: bool = False
    lines: bool = False


class _Service:
    """The answers."""

    def __init__(self, batcher: Batcher, fields: Mapping[str, str], outlets: Outlets) -> None:
        self._batcher = batcher
        self._index = batcher.detector.index
        self._fields = fields
        self._outlets = outlets
        self._tally = Tally()

    async def articles(self, request: Request) -> Response:
        """Judge an article, or several, and add them; with ?add=false without adding them."""
        started = time.monotonic()
        try:
            posted = _posted(await _body(request), request.headers.get("content-type", ""))
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody reads
        except _Refused as refused:
            self._tally.decided(None, "bad", time.monotonic() - started)
            return _json({"error": refused.reason}, refused.status)
        add = request.query_params.get("add", "true").lower() not in ("false", "0", "no")
        # Begun in their order: the first of equals is the first.
        answers = await asyncio.gather(*(self._answer(record, add, started) for record in posted.records))
        if not posted.several:
            return _json(answers[0].value, answers[0].status)
        failing = next((answer for answer in answers if answer.status == FAILING), None)
        if failing is not None:
            return _json(failing.value, FAILING)
        values = [answer.value for answer in answers]
        return _lines(values) if posted.lines else _json(values)

    async def _answer(self, record: object, add: bool, started: float) -> _Answer:
        """Judge what was posted as one article."""
        try:
            article = self._article(record)
            report = await (self._batcher.judge(article) if add else self._batcher.check(article))
        except _Refused as refused:
            self._tally.decided(None, "bad", time.monotonic() - started)
            return _Answer({"error": refused.reason}, refused.status)
        except (DedupError, OSError) as error:
            return _Answer({"error": str(error)}, FAILING)
        except Exception as error:
            logger.error("article %r cannot be judged: %s", article.id, error, exc_info=error)
            self._tally.decided(None, "bad", time.monotonic() - started)
            return _Answer({"error": reason_of(error)}, 422)
        self._tally.decided(report, "pass", time.monotonic() - started)
        return _Answer(annotation(report), 200)

    async def health(self, _request: Request) -> Response:
        """Whether the index answers."""
        try:
            held = await run_in_threadpool(len, self._index)
        except DedupError as error:
            return _json({"status": "failing", "error": str(error)}, 503)
        return _json({"status": "ok", "version": __version__, "articles": held})

    async def metrics(self, _request: Request) -> Response:
        """Counts for Prometheus."""
        try:
            text = await run_in_threadpool(self._tally.prometheus, self._batcher.detector)
        except DedupError as error:
            return Response(str(error), 503)
        return Response(text, media_type="text/plain; version=0.0.4")

    async def openapi(self, _request: Request) -> Response:
        """The description of all this."""
        document = orjson.loads(files("dedup.integrations").joinpath("openapi.json").read_bytes())
        document["info"]["version"] = __version__
        document["components"]["schemas"]["Report"] = report_schema()
        return _json(document)

    def _article(self, values: object) -> Article:
        if isinstance(values, _Refused):
            raise values
        if not isinstance(values, dict):
            raise _Refused(400, "not a JSON object")
        try:
            article = article_of(values, File("", ""), self._fields, outlets=self._outlets)
        except BadRecord as error:
            raise _Refused(422, error.reason) from error
        except Exception as error:  # whatever a record holds, it gets an answer
            raise _Refused(422, unforeseen(error)) from error
        if not article.id:
            raise _Refused(422, f'no "{self._fields.get("id", "id")}" field: an index knows articles by it')
        return article


def _posted(body: bytes, kind: str) -> _Posted:
    """Decode one record, an array of them, or one a line: where `kind` says so, or the first line is whole."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if "ndjson" in kind or "jsonl" in kind or (len(lines) > 1 and isinstance(_line(lines[0]), dict)):
        return _Posted([_line(line) for line in lines], several=True, lines=True)
    value = _decoded(body)
    if not isinstance(value, list):
        return _Posted([value])
    for number, one in enumerate(value, 1):
        if not isinstance(one, dict):
            raise _Refused(400, f"number {number} of the array is not a JSON object")
    return _Posted(value, several=True)


def _line(line: bytes) -> object:
    try:
        return _decoded(line)
    except _Refused as refused:
        return refused


def _decoded(data: bytes) -> object:
    try:
        return loads(data)
    except orjson.JSONDecodeError as error:
        raise _Refused(400, f"broken JSON: {error}") from error
    except TooDeep as error:
        raise _Refused(400, str(error)) from error


def _warm(detector: Detector) -> None:
    """Load what judging needs, before the first article comes: language models and compiled code."""
    detector.check(Article("warm", WARMING))
    with open_index("memory:", detector.settings) as index:
        other = Detector(index, additions=detector.additions)
        other.judge([Article(name, WARMING, source=name) for name in ("first", "second")])


async def _body(request: Request) -> bytes:
    try:
        return await asyncio.wait_for(_received(request), BODY_SECONDS)
    except asyncio.TimeoutError:
        raise _Refused(408, f"the request took longer than {BODY_SECONDS:g} s to arrive") from None


async def _received(request: Request) -> bytes:
    parts = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise _Refused(413, f"more than {LARGEST:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _json(value: Any, status: int = 200) -> Response:
    return Response(dumps(value), status, media_type="application/json")


def _lines(values: Sequence[Any]) -> Response:
    return Response(b"".join(dumps(value) + b"\n" for value in values), media_type="application/x-ndjson")
