"""`dedup serve`: the pre-filter for jobs in other languages, over HTTP."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dedup.cli.console import Bars
from dedup.cli.options import chosen_settings, days, with_additions, with_settings, with_steps
from dedup.cli.reading import outlets_of, with_fields, with_sources
from dedup.errors import MissingExtra

if TYPE_CHECKING:
    from dedup.additions import Additions


@click.command("serve", short_help="Answer articles over HTTP.")
@click.option(
    "--index",
    "url",
    default="memory:",
    metavar="URL",
    help="What remembers the articles: a folder, made if absent, or redis://host:port/database. Without it the "
    "memory lasts as long as the service.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 finds one.",
)
@click.option(
    "--token",
    metavar="TOKEN",
    envvar="DEDUP_TOKEN",
    help="Answer only requests with the header Authorization: Bearer TOKEN (/health asks for none). Better given as "
    "the environment variable DEDUP_TOKEN, which no list of processes shows.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A host name with a dot by which it is asked for, such as dedup.example.org; * for any. Addresses and names "
    "without a dot are always answered. May be given again.",
)
@click.option(
    "--window",
    callback=days,
    metavar="DAYS",
    help="Articles older than the newest by more than this count for nothing, such as 30d.",
)
@with_steps
@with_fields
@with_sources
@with_additions
@with_settings
def serve(
    url: str, host: str, port: int, token: str | None, names: Sequence[str], window: int | None,
    batch_size: int, max_wait: float, fields: Mapping[str, str], sources: str | None, additions: Additions,
    config: Path | None, values: Mapping[str, str],
) -> None:  # fmt: skip
    """Answer articles over HTTP with their reports.

    POST an article, an array of them or one a line (NDJSON) to /articles: the reports come back once the index
    holds them for good; with ?add=false they are only judged. /openapi.json describes it, /health (ok once it is
    warm) and /metrics (Prometheus) are for those who look after it. Without --token it asks nobody who they are: keep
    it inside. Web pages of other origins are refused.

    \b
    dedup serve --index feed.index
    curl --json '{"id": "a", "text": "..."}' http://127.0.0.1:8000/articles
    """
    try:
        import uvicorn

        from dedup.integrations import guard, service
    except ImportError as error:
        raise MissingExtra.of("dedup serve", error.name, "serve") from error
    Bars(shown=False).ready("dedup.stream")
    from dedup.index import open_index
    from dedup.integrations.batching import Batcher
    from dedup.stream import Detector

    with contextlib.closing(open_index(url, chosen_settings(config, values))) as index:
        batcher = Batcher(Detector(index, window=window, additions=additions), most=batch_size, wait=max_wait)
        with socket.create_server((host, port)) as listening:
            address, number = listening.getsockname()[:2]
            click.echo(f"listening on http://{address}:{number}", err=True)
            if token is None and not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
                click.echo(
                    "without a token whoever reaches this address can ask and fill the index: set DEDUP_TOKEN",
                    err=True,
                )
            application = service.application(
                batcher, fields, names=names, token=token, outlets=outlets_of(sources)
            )
            config_ = uvicorn.Config(application, http=guard.Impatient, ws="none", log_config=None)
            logging.getLogger("uvicorn").setLevel(logging.ERROR)  # bad requests are answered, not told of
            # uvicorn ends gracefully, then raises the signal again: it has done its work by then.
            before = signal.signal(signal.SIGTERM, lambda *_: None)
            try:
                uvicorn.Server(config_).run(sockets=[listening])
            finally:
                signal.signal(signal.SIGTERM, before)
