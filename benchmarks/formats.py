"""The same articles from every format: whether they come back as they were, and what reading costs.

    python -m benchmarks formats DATA [--articles N]

*written*: articles of Reuters-21578 are written in each format and read again; a text, a title, a source or a
date counts as right where it is the one that was written. MB are those of the articles' text, CPU seconds those of
reading alone. Beside the last: warcio and trafilatura on the same archive, with the same values; they tell only the
day of a date, which is not right here. *samples*: files of agencies and feeds that others wrote; of what is read, how
much has a text, a date, a source and a title. Nobody labelled those.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from benchmarks import corpora, results
from benchmarks.intervals import share
from dedup.errors import DedupError
from dedup.model import Article
from dedup.readers import read_articles

SITE = "quayside.example"


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks formats``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks formats", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    articles = _articles(options.data, options.articles)
    figures: dict[str, Any] = {"written": {}, "samples": {}}
    for name, write in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                figures["written"][name] = row = again(write, Path(folder), articles)
            except (DedupError, ImportError) as reason:  # an extra that is not installed
                print(f"{name} is left out: {reason}", file=sys.stderr)
                continue
        print(f"{name:<16}{row}", flush=True)
    try:
        figures["peer"] = row = beside(articles)
        print(f"{'warcio':<16}{row}", flush=True)
    except ImportError as reason:
        print(f"warcio is left out: {reason}", file=sys.stderr)
    figures["samples"] = samples(options.data)
    for name, row in figures["samples"].items():
        print(f"{name:<16}{row}")
    if options.save:
        results.save("formats", argv or [], figures, cases=len(articles))
    return 0


def _articles(data: Path, count: int) -> list[Article]:
    """Articles with all that a format may carry, none of them twice or so short that its page has no main text.

    Those with a ticker in angle brackets are left out: in a format that carries HTML it is markup.
    """
    out, seen = [], set()
    for article in corpora.reuters(data):
        fit = article.text.count("\n\n") >= 3 and article.title and "<" not in article.title + article.text
        if fit and article.text not in seen:
            seen.add(article.text)
            name = article.id
            url = f"https://{SITE}/{name}"
            out.append(Article(name, article.text, article.title, SITE, article.published, url, "en"))
            if len(out) == count:
                break
    return out


def again(
    write: Callable[[Path, Sequence[Article]], None],
    folder: Path,
    articles: Sequence[Article],
    reader: Callable[[str], Iterable[Article]] = read_articles,
) -> dict[str, Any]:
    """Write them, read them; count what is as it was."""
    size = sum(len(article.text.encode()) for article in articles)
    write(folder, articles[:2])
    list(reader(str(folder)))  # loads what reads it
    write(folder, articles)
    before = time.process_time()
    read = list(reader(str(folder)))
    seconds = max(1e-6, time.process_time() - before)
    wanted = {_letters(article.text): article for article in articles}
    right: Counter[str] = Counter()
    for one in read:
        if article := wanted.pop(_letters(one.text), None):
            right["text"] += 1
            for name in ("title", "source", "published", "url"):
                right[name] += getattr(one, name) == getattr(article, name)
    kept = {
        name: share(right[name], len(articles)) for name in ("text", "title", "source", "published", "url")
    }
    return {"articles read": len(read), **kept, "mb_per_s": round(size / 1e6 / seconds, 2)}


def beside(articles: Sequence[Article]) -> dict[str, Any]:
    """The same of warcio and trafilatura, as people put them together."""
    from trafilatura import bare_extraction
    from warcio.archiveiterator import ArchiveIterator

    def read(folder: str) -> Iterator[Article]:
        with open(Path(folder) / "a.warc.gz", "rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response":
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI")
                page = bare_extraction(record.content_stream().read(), url=url, with_metadata=True)
                if page is not None:
                    yield Article(url, page.text, page.title or "", SITE, page.date, url)

    with tempfile.TemporaryDirectory() as folder:
        return again(write_warc_gz, Path(folder), articles, read)


def _letters(text: str) -> str:
    """A text without its spaces: formats wrap lines, and some say nothing of paragraphs."""
    return "".join(text.split())


def samples(data: Path) -> dict[str, Any]:
    """Files of agencies and feeds, by their suffix."""
    path = data / "feed-and-wire-samples" / "samples.tar.xz"
    if not path.exists():
        print(f"samples are left out: no {path}", file=sys.stderr)
        return {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(path) as packed:
        for number, member in enumerate(member for member in packed if member.isfile()):
            file = packed.extractfile(member)
            assert file
            suffix = Path(member.name).suffix[:6].strip("0123456789,_") or "none"
            target = Path(folder) / f"{number}{'' if suffix == 'none' else suffix}"
            target.write_bytes(file.read())
            row = counts[suffix]
            row["files"] += 1
            read = list(read_articles(str(target), on_error=lambda _: None))
            row["files with articles"] += bool(read)
            row["articles"] += len(read)
            for name in ("published", "source", "title"):
                row[name] += sum(bool(getattr(one, name)) for one in read)
    return {
        suffix: {
            "files": row["files"],
            "files with articles": row["files with articles"],
            "articles": row["articles"],
            **{name: share(row[name], row["articles"]) for name in ("published", "source", "title")},
        }
        for suffix, row in sorted(counts.items())
    }


# --- writers ---


def _record(article: Article) -> dict[str, str]:
    names = ("id", "text", "title", "source", "published", "url", "language")
    return {name: getattr(article, name) for name in names}


def _jsonl(articles: Sequence[Article]) -> bytes:
    return "".join(json.dumps(_record(article)) + "\n" for article in articles).encode()


def write_jsonl(folder: Path, articles: Sequence[Article]) -> None:
    (folder / "a.jsonl").write_bytes(_jsonl(articles))


def write_gzip(folder: Path, articles: Sequence[Article]) -> None:
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(_jsonl(articles)))


def write_zip(folder: Path, articles: Sequence[Article]) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.jsonl", _jsonl(articles))


def write_json(folder: Path, articles: Sequence[Article]) -> None:
    (folder / "a.json").write_text(json.dumps([_record(article) for article in articles]), "utf-8")


def write_csv(folder: Path, articles: Sequence[Article]) -> None:
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, list(_record(articles[0])))
    rows.writeheader()
    rows.writerows(map(_record, articles))
    (folder / "a.csv").write_text(out.getvalue(), "utf-8", newline="")


def write_parquet(folder: Path, articles: Sequence[Article]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(
        pa.Table.from_pylist([_record(article) for article in articles]), folder / "a.parquet"
    )


def _moment(article: Article) -> datetime:
    return datetime.fromisoformat(str(article.published))


def _paragraphs(article: Article) -> str:
    return "".join(f"<p>{escape(block)}</p>" for block in article.text.split("\n\n"))


def write_rss(folder: Path, articles: Sequence[Article]) -> None:
    items = "".join(
        f"<item><guid>{escape(a.id)}</guid><title>{escape(a.title)}</title><link>{a.url}</link>"
        f"<pubDate>{format_datetime(_moment(a))}</pubDate>"
        f"<description>{escape(_paragraphs(a))}</description></item>"
        for a in articles
    )
    feed = (
        f'<rss version="2.0"><channel><title>Quay</title><link>https://{SITE}</link>{items}</channel></rss>'
    )
    (folder / "a.rss").write_text(f'<?xml version="1.0" encoding="utf-8"?>{feed}', "utf-8")


def _page(article: Article) -> bytes:
    head = (
        f"<title>{escape(article.title)}</title><link rel=canonical href='{article.url}'>"
        f"<meta property='article:published_time' content='{article.published}'>"
    )
    body = f"<nav><a href=/>Home</a></nav><article>{_paragraphs(article)}</article>"
    return f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


def write_html(folder: Path, articles: Sequence[Article]) -> None:
    for article in articles:
        (folder / f"{article.id}.html").write_bytes(_page(article))


def _warc(article: Article) -> bytes:
    page = _page(article)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {article.url}\r\nWARC-Date: 1990-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:x:{article.id}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def write_warc(folder: Path, articles: Sequence[Article]) -> None:
    (folder / "a.warc").write_bytes(b"".join(map(_warc, articles)))


def write_warc_gz(folder: Path, articles: Sequence[Article]) -> None:
    """Each record a member of its own, as crawlers write it."""
    (folder / "a.warc.gz").write_bytes(b"".join(gzip.compress(_warc(article)) for article in articles))


FORMATS: dict[str, Callable[[Path, Sequence[Article]], None]] = {
    "jsonl": write_jsonl,
    "jsonl.gz": write_gzip,
    "jsonl in zip": write_zip,
    "json": write_json,
    "csv": write_csv,
    "parquet": write_parquet,
    "RSS": write_rss,
    "HTML": write_html,
    "WARC": write_warc,
    "WARC, gzip": write_warc_gz,
}
