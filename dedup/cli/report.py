"""The commands that read a report again: `dedup report` and `dedup show`."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import click

from dedup.cli.console import count, format_of, look_of, write_parquet, writing, written
from dedup.cli.options import with_output
from dedup.cli.reading import Readable, Reading, with_records
from dedup.errors import BadRecord, SettingsError
from dedup.reporter.visible import visible

if TYPE_CHECKING:
    from dedup.model import ArticleReport, Json
    from dedup.reporter.exclusions import Exclusions
    from dedup.reporter.load import Reports
    from dedup.reporter.texts import Texts, TextsAtHand

F = TypeVar("F", bound=Callable[..., None])

FORMATS = ("html", "md", "csv", "json", "parquet")
SUFFIXES = {
    ".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".csv": "csv", ".json": "json",
    ".parquet": "parquet",
}  # fmt: skip


def with_texts(command: F) -> F:
    """Add the options that say where texts are read again, and how: as the scan was told."""
    more = click.option(
        "--texts", "more", multiple=True, type=Readable(),
        help="Where to find texts that the report does not say the place of, such as the scan's --reference. May be "
        "given again.",
    )  # fmt: skip
    return with_records(more(command))


@click.command(short_help="Make a page or a table of a kept report.")
@click.argument("report", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="REPORT")
@with_output("Where it goes, by default standard output.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS),
    help="html: one page that works offline, the default for a FILE. md: Markdown, the default on standard "
    "output. csv, parquet: a row an article. json: one document. The name of FILE says which, too.",
)  # fmt: skip
@click.option(
    "--embed-text/--no-embed-text", default=True,
    help="Put the articles' texts into the page (default), so that it shows their words in colour beside "
    "their sources. Without them it is some 1 KB an article and holds nobody's text.",
)  # fmt: skip
@click.option(
    "--apply", "apply_", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help='Open the page under exclusions that were saved in it ("What if ..."), with their reason.',
)  # fmt: skip
@with_texts
def report(
    report: str,
    output: str,
    format_: str | None,
    embed_text: bool,
    apply_: str | None,
    reading: Reading,
    more: Sequence[str],
) -> None:
    """Make a page, or a table, of a REPORT that `dedup scan` wrote (JSON lines or JSON; - is stdin).

    Texts are read again from the files that the report names, with the options that the scan had (--field,
    --records, ...); where they are gone or changed, the page does without and says so.

    \b
    dedup report report.jsonl -o report.html
    dedup report report.jsonl -o report.html --no-embed-text
    dedup report report.jsonl --format md
    """
    format_ = format_ or format_of(output, SUFFIXES, "md" if output == "-" else "html")
    if apply_ and format_ != "html":
        raise click.UsageError(f"--apply is for the page, not for {format_}")
    applied = _exclusions(apply_) if apply_ else None
    reports = _load(report)
    if format_ == "html":
        texts = texts_of(reports.articles, _folder(report), reading, more)
        with writing(output) as out:
            write_page(reports, out, texts, embed_text, applied)
    else:
        with writing(output) as out:
            _write(format_, reports, out)
    if output != "-":
        click.echo(written(output, count(len(reports.articles), "article")), err=True)


@click.command(short_help="Show one article of a kept report.")
@click.argument("article_id")
@click.argument("report", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="REPORT")
@with_texts
def show(article_id: str, report: str, reading: Reading, more: Sequence[str]) -> None:
    """Show one article of a REPORT: its verdict, its words by class, and where each passage comes from.

    \b
    dedup show bbc/haftar.txt report.jsonl
    dedup show bbc/haftar.txt report.jsonl | less -R
    """
    reports = _load(report).articles
    chosen = [found for found in reports if found.id == article_id]
    if not chosen:
        near = get_close_matches(article_id, [found.id for found in reports[:20_000]], n=3, cutoff=0.4)
        hint = f"; there is {', '.join(map(visible, near))}" if near else ""
        raise click.ClickException(f"no article {article_id!r} in {report}{hint}")
    from dedup.reporter.show import write_article

    sources = {
        (one.match.id, one.match.source)
        for found in chosen for one in found.findings if one.match and one.changes
    }  # fmt: skip
    sources |= {(found.update_of.id, found.source) for found in chosen if found.update_of}
    wanted = [found for found in reports if found.id == article_id or (found.id, found.source) in sources]
    texts = texts_of(wanted, _folder(report), reading, more)
    with writing("-") as out:
        for found in chosen:
            write_article(found, texts(found), out, others=texts, **look_of(out))


def _load(path: str) -> Reports:
    from dedup.reporter.load import load_reports

    with click.open_file(path, encoding="utf-8", errors="surrogateescape") as lines:
        return load_reports(lines, path)


def _exclusions(path: str) -> Exclusions:
    from dedup.reporter.exclusions import exclusions

    try:
        return exclusions(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:  # SettingsError, UnicodeDecodeError
        raise SettingsError(f"{path}: {error}") from error


def write_page(
    reports: Reports, out: BinaryIO, texts: Texts, embed_text: bool = True,
    applied: Exclusions | None = None,
) -> None:  # fmt: skip
    """Write the page of some reports."""
    from dedup.reporter.html import write_html

    page = io.TextIOWrapper(out, "utf-8", "backslashreplace", newline="", write_through=True)
    try:
        write_html(
            reports.articles, page, texts=texts, embed_text=embed_text, summary=reports.summary,
            skipped=_skipped(reports.summary), exclusions=applied,
        )  # fmt: skip
    finally:
        page.detach()


def _write(format_: str, reports: Reports, out: BinaryIO) -> None:
    if format_ == "csv":
        from dedup.reporter.csv import write_csv

        write_csv(reports.articles, out)
    elif format_ == "parquet":
        write_parquet(reports.articles, out)
    elif format_ == "json":
        from dedup.reporter.jsonl import write_json

        write_json(reports.articles, out, lambda: reports.summary or _figures(reports.articles))
    else:
        from dedup.reporter.markdown import write_markdown

        page = io.TextIOWrapper(out, "utf-8", "backslashreplace", newline="", write_through=True)
        try:
            write_markdown(reports.articles, page, skipped=_skipped(reports.summary))
        finally:
            page.detach()


def _figures(reports: Sequence[ArticleReport]) -> Json:
    from dedup.reporter.summary import Summary

    summary = Summary()
    for _ in summary.watch(reports):
        pass
    return summary.figures()


def _skipped(summary: Json) -> list[tuple[str, str]]:
    """Places and reasons, from a run's summary."""
    skipped = summary.get("skipped")
    records = skipped.get("records", []) if isinstance(skipped, dict) else []
    return [
        (
            f"{record['path']}:{record['line']}" if record.get("line") else str(record["path"]),
            str(record["reason"]),
        )
        for record in records
    ]


def _folder(report: str) -> Path:
    return Path(".") if report == "-" else Path(report).parent


def texts_of(
    reports: Sequence[ArticleReport], folder: Path, reading: Reading, more: Sequence[str]
) -> TextsAtHand:
    """The texts of the reports, as far as their files are still there; each file is read once.

    A relative path is looked up from here, then from the report's folder. `more` adds texts by their ids.
    """
    from dedup.readers.remote import is_address
    from dedup.reporter.texts import TextsAtHand

    texts = TextsAtHand()
    wanted: defaultdict[str, dict[int, ArticleReport]] = defaultdict(dict)
    for found in reports:
        if found.path:
            wanted[found.path][found.record] = found
    for path, records in wanted.items():
        places = [path, str(folder / path)]
        place = next((place for place in places if is_address(place) or _is_there(Path(place))), None)
        if place is not None:
            for article in reading.articles(place, on_error=lambda _: None):
                if article.record in records:
                    texts.keep(records[article.record], article.text)
    for article in reading.articles(*more, on_error=_tell) if more else ():
        texts.add(article)
    missing = sum(texts(found) is None for found in reports)
    if missing:
        click.echo(
            f"{missing:,} of {len(reports):,} texts are not where the report says; --texts PATH adds them",
            err=True,
        )
    return texts


def _is_there(path: Path) -> bool:
    """Whether a path is a file, or leads into one that is an archive."""
    return any(part.is_file() for part in (path, *path.parents))


def _tell(error: BadRecord) -> None:
    click.echo(visible(str(error)), err=True)
