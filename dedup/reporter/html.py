"""The report as one HTML file that works from a `file://` address: no server, no network, no build step.

The template is Jinja's, with autoescape; what comes from articles goes into JSON blocks, and the page's
script builds the document from them with text nodes only. A content security policy allows the page's own
style and script by their digests and nothing else, so even a mistake there could not run an article's text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from importlib.resources import files
from typing import TextIO

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from dedup.classes import CLASSES
from dedup.errors import SettingsError
from dedup.model import ArticleReport, Json
from dedup.reporter.exclusions import Exclusions
from dedup.reporter.packing import are_packed, packs
from dedup.reporter.pagedata import MEANINGS, PageData, Skipped, aside
from dedup.reporter.pagestories import story_rows
from dedup.reporter.texts import Named, Texts
from dedup.reporter.titles import feed_title
from dedup.settings import Settings

SCRIPTS = (
    "data.js", "painting.js", "dom.js", "charts.js", "filters.js", "matters.js", "stories.js", "feed.js", "sources.js",
    "article.js", "passages.js", "main.js",
)  # fmt: skip
"""The page's script, in the order it is joined."""


def write_html(
    reports: Iterable[ArticleReport],
    out: TextIO,
    *,
    texts: Texts | None = None,
    embed_text: bool = True,
    summary: Json | None = None,
    skipped: Iterable[Skipped] = (),
    title: str | None = None,
    exclusions: Exclusions | None = None,
    made: datetime | None = None,
) -> None:
    """Write the page for some reports.

    `texts` gives the text of a report or of a match (see `dedup.reporter.texts`), also of matched articles that are
    not reported. With texts the page shows words in colour, passages beside their sources and a cleaned text;
    `embed_text=False` uses them for exact what-if counts only and keeps them out of the file. A text
    that does not fit its report (another number of words, another ledger) is left out, and the page
    says so. `summary` is the run's counts and settings; `skipped` the records that could not be read. Without a
    `title` the feed's name and days are it. With `exclusions` the page opens under them, as if chosen there.
    """
    data = PageData(texts or _no_text, embed_text, exclusions)
    every = list(reports)
    data.fill(every)
    data.stories = story_rows(every, _settings(summary or {}))
    title = title or feed_title(every)
    for piece in _pieces(data, title, summary or {}, skipped, made or datetime.now(timezone.utc)):
        out.write(piece)


def _settings(summary: Json) -> Settings:
    """Those of the run, as far as this version knows them."""
    try:
        return Settings().with_values(summary.get("settings") or {})
    except SettingsError:
        return Settings()


def _no_text(_: Named) -> None:
    return None


def _pieces(
    data: PageData, title: str, summary: Json, skipped: Iterable[Skipped], made: datetime
) -> Iterator[str]:
    style = _resource("page.css")
    script = "\n".join(["(() => {", '"use strict";', *map(_resource, SCRIPTS), "})();"])
    environment = Environment(
        loader=DictLoader({"page": _resource("page.html")}), autoescape=True, undefined=StrictUndefined
    )
    packed = are_packed(data.blocks)
    plain = [] if packed else data.blocks
    blocks = ((number, Markup(block)) for number, block in enumerate(plain) if block is not None)
    return environment.get_template("page").generate(
        title=title,
        policy=_policy(style, script),
        classes=[(name, *MEANINGS[name]) for name in CLASSES],
        aside=aside(),
        style=Markup(style),
        script=Markup(script),
        overview=Markup(data.overview(title, summary, skipped)),
        blocks=blocks,
        packs=map(Markup, packs(data.blocks) if packed else ()),
        made=made.strftime("%Y-%m-%d %H:%M UTC"),
    )


def _resource(name: str) -> str:
    return (files("dedup") / "reporter" / "page" / name).read_text("utf-8").strip()


def _policy(style: str, script: str) -> str:
    """A content security policy: our own style and script by digest, and nothing from anywhere."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
