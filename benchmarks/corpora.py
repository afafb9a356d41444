"""Loaders of the public text collections that the benchmarks run on.

Each takes the folder that holds the collections (``DATA``) and returns articles in a fixed order.
The texts belong to their publishers and are not part of this repository.
"""

from __future__ import annotations

import gzip
import html
import json
import lzma
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from dedup.model import Article

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def reuters(data: Path) -> list[Article]:
    """Reuters-21578: 1987 newswire, 19,043 articles with a body; `extra` holds topics and places.

    Paragraphs (indented by four spaces there) are parted by blank lines, the closing "Reuter" is
    dropped. The original has no outlets: `source` is "".
    """
    articles = []
    for path in sorted((data / "reuters21578").glob("reut2-*.sgm.gz")):
        sgml = gzip.decompress(path.read_bytes()).decode("latin-1")
        articles += [article for part in sgml.split("<REUTERS ")[1:] if (article := _reuters_article(part))]
    return articles


def _reuters_article(part: str) -> Article | None:
    number = re.search(r'NEWID="(\d+)"', part)
    body = re.search(r"<BODY>(.*?)</BODY>", part, re.S)
    if not body or not number:
        return None
    text = html.unescape(body[1].replace("&#3;", "").replace("&#2;", ""))
    text = re.sub(r"\s+reuter\W*$", "", text, flags=re.I)
    blocks = re.split(r"\n\s*\n|\n(?= {4})", text)
    paragraphs = [" ".join(block.split()) for block in blocks]
    title = re.search(r"<TITLE>(.*?)</TITLE>", part, re.S)
    return Article(
        id=f"reuters-{number[1]}",
        text="\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        title=html.unescape(" ".join(title[1].split())) if title else "",
        published=_reuters_date(part),
        extra={"topics": tuple(_tags(part, "TOPICS")), "places": tuple(_tags(part, "PLACES"))},
    )


def _reuters_date(part: str) -> str | None:
    found = re.search(r"<DATE>\D*(\d+)-([A-Z]{3})-(\d{4}) +(\d+):(\d+):(\d+)", part)
    if not found:
        return None
    day, month, year, *clock = found.groups()
    hour, minute, second = map(int, clock)  # a few stamps there run past 24 hours or 60 minutes
    moment = datetime(int(year), _MONTHS.index(month) + 1, int(day))
    return (moment + timedelta(hours=hour, minutes=minute, seconds=second)).isoformat()


def _tags(part: str, name: str) -> list[str]:
    block = re.search(rf"<{name}>(.*?)</{name}>", part)
    return re.findall(r"<D>(.*?)</D>", block[1]) if block else []


def thesaurus(data: Path, name: str = "th_en_US") -> dict[str, list[str]]:
    """Single words to their synonyms of one or two words (mythes), no broader or opposite terms."""
    synonyms: dict[str, list[str]] = {}
    head = ""
    packed = (data / "mythes-thesauri" / f"{name}.dat.xz").read_bytes()
    for line in lzma.decompress(packed).decode("utf-8", "replace").splitlines()[1:]:
        first, *rest = line.split("|")
        if not first.startswith(("(", "-")):
            head = first
            continue
        if " " in head or len(head) < 4:
            continue
        words = [word for word in rest if "(" not in word and len(word.split()) <= 2 and word.lower() != head]
        if words:
            synonyms.setdefault(head, []).extend(words)
    return {word: sorted(set(others)) for word, others in synonyms.items()}


def news_clusters(data: Path) -> Iterator[tuple[str, list[Article]]]:
    """Titles and descriptions of some 50 news search results for each of 20 queries (2017)."""
    for path in sorted((data / "news-search-clusters" / "dataset").glob("*.txt")):
        items = json.loads(path.read_text("utf-8-sig"))
        topic = path.stem.removeprefix("m1-")
        yield (
            topic,
            [
                Article(
                    id=f"{topic}-{at}",
                    text=item["meta"]["description"],
                    source=re.sub(r"^https?://(www\.)?([^/]+).*", r"\2", item["url"]),
                    url=item["url"],
                    published=item["date"] or None,
                )
                for at, item in enumerate(items)
                if item["meta"].get("description")
            ],
        )


def mrpc(data: Path) -> list[tuple[bool, str, str]]:
    """Sentence pairs from news of the same event: judged a paraphrase or not (MRPC, train part)."""
    with gzip.open(data / "mrpc" / "msr-para-train.tsv.gz", "rt", encoding="utf-8-sig") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    return [(row[0] == "1", row[3], row[4]) for row in rows]


def sts(data: Path) -> list[tuple[float, str, str]]:
    """Sentence pairs from news with a mean human similarity of 0 (unrelated) to 5 (same meaning)."""
    pairs = []
    for path in sorted((data / "sts-news").glob("*.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                score, first, second = line.rstrip("\n").split("\t")[:3]
                pairs.append((float(score), first, second))
    return pairs


COLLECTIONS: dict[str, Callable[[Path], list[Article]]] = {"reuters": reuters}
"""Collections of whole articles that pages can be stitched from."""

THESAURI: dict[str, str] = {}
"""The thesaurus of each collection that is not English."""
