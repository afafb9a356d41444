"""`dedup diff`: what an update says otherwise than what it updates."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from dedup.cli.console import Bars, look_of
from dedup.cli.reading import Readable, Reading, with_reading
from dedup.errors import BadRecord, DedupError
from dedup.model import Article


@click.command(short_help="Say what an update has otherwise.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--in", "inside", multiple=True, type=Readable(allow_dash=True), metavar="PATH",
    help="OLD and NEW are ids of articles there: a feed, a folder. May be given again.",
)  # fmt: skip
@click.option(
    "--index", "url", metavar="URL", help="OLD and NEW are ids of articles in an index that keeps texts."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_reading
def diff(
    old: str, new: str, inside: tuple[str, ...], url: str | None, as_json: bool, reading: Reading
) -> None:
    """Say what NEW has otherwise than OLD: passages added, deleted, changed and moved, figures and names first.

    Each is a file with one article, in any format that is read, or - for one on standard input; or an id, with --in
    or --index. The same id twice compares the oldest and the newest version in a feed.

    \b
    dedup diff yesterday.html today.html
    dedup diff ap/123 ap/123b --in feed.jsonl
    dedup diff ap/123 ap/123b --index feed.index --json
    """
    from dedup.reporter import diff as views

    with Bars(shown=False) as bars:
        if url and inside:
            raise click.UsageError("--in and --index are two places: give one")
        if url:
            before, after = _by_id(_held(url), old, new, url, bars)
        elif inside:
            articles = reading.articles(*inside, bars=bars, on_error=reading.skipping(bars))
            before, after = _by_id(articles, old, new, ", ".join(inside), bars)
        else:
            before, after = _alone(old, reading, bars), _alone(new, reading, bars)
    found = views.Diff.of(before, after)
    out = sys.stdout.buffer
    if as_json:
        views.write_json(found, out)
    else:
        views.write_text(found, out, **look_of(out))


def _alone(path: str, reading: Reading, bars: Bars) -> Article:
    """The one article of a file."""
    if path != "-" and not Path(path).is_file():
        raise DedupError(
            f"{path}: no such file; to compare two articles by their ids, say where with --in or --index"
        )

    def skip(error: BadRecord) -> None:
        raise error

    found = list(reading.articles(path, bars=bars, on_error=skip))
    if len(found) != 1:
        raise DedupError(
            f"{path}: holds {len(found):,} articles; to compare two of them: dedup diff ID ID --in {path}"
        )
    return found[0]


def _held(url: str) -> Iterable[Article]:
    from dedup.index import open_index

    with open_index(url, create=False) as index:
        if not index.keeps_text:
            raise DedupError(f"{url}: keeps no texts; build it with --keep-text, or name the files with --in")
        for one in index.articles():
            yield Article(one.id, one.text or "", source=one.source, published=one.published)


def _by_id(
    articles: Iterable[Article], old: str, new: str, place: str, bars: Bars
) -> tuple[Article, Article]:
    """The articles with two ids, in their newest versions; of one id the oldest and the newest."""
    from dedup.provenance import provenance_order

    found: dict[str, list[Article]] = {old: [], new: []}
    for article in articles:
        if article.id in found and all(one.text != article.text for one in found[article.id]):
            found[article.id].append(article)
    for name, versions in found.items():
        if not versions:
            raise DedupError(f"{place}: no article with the id {name!r}")
    if old == new:
        return _versions(found[old], place)
    for name, versions in found.items():
        if len(versions) > 1:
            bars.say(f"{place}: id {name!r} has {len(versions):,} versions: the newest counts")
    undated = [name for name, versions in found.items() if any(one.published is None for one in versions)]
    if undated:
        bars.say(
            f"{place}: {', '.join(undated)}: no date, so nothing but this command says which is the older"
        )
    before, after = _newest(found[old]), _newest(found[new])
    if not undated and provenance_order([before, after]) != [0, 1]:
        bars.say(f"{place}: {old} is of a later date than {new}")
    return before, after


def _versions(versions: Sequence[Article], place: str) -> tuple[Article, Article]:
    from dedup.provenance import provenance_order

    if len(versions) < 2:
        raise DedupError(f"{place}: id {versions[0].id!r} has one version, and nothing to compare it with")
    last = _newest(versions)
    others = [one for one in versions if one.text != last.text]
    return others[provenance_order(others)[0]], last


def _newest(versions: Sequence[Article]) -> Article:
    """The newest of versions with other texts, as it came: with a date of its own."""
    from dedup.provenance import newest

    text = newest(versions).text
    return next(one for one in versions if one.text == text)
