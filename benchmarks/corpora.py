"""Loaders of the public text collections that the benchmarks run on.

Each takes the folder that holds the collections (``DATA``) and returns articles in a fixed order.
The texts belong to their publishers and are not part of this repository.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.texts import sentences
from dedup.model import Article, normal_date

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
    """Return one of the mythes thesauri; without a name, an empty one."""
    return thesaurus_of(data / "mythes-thesauri" / f"{name}.dat.xz") if name else {}


def thesaurus_of(path: Path) -> dict[str, list[str]]:
    """Single words to their synonyms of one or two words (mythes), no broader or opposite terms."""
    synonyms: dict[str, list[str]] = {}
    head = ""
    raw = path.read_bytes()
    text = (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode("utf-8", "replace")
    for line in text.splitlines()[1:]:
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
                    published=_iso(item["date"]),
                )
                for at, item in enumerate(items)
                if item["meta"].get("description")
            ],
        )


def news_stories(data: Path) -> dict[str, list[set[int]]]:
    """For each query of `news_clusters`: the stories that any of three people saw, as sets of item numbers.

    They count from 1 there, from 0 here.
    """
    stories: dict[str, list[set[int]]] = {}
    for person in ("gold1", "gold2", "gold3"):
        for path in sorted((data / "news-search-clusters" / person).glob("*.txt")):
            seen = [{number - 1 for number in story} for story in json.loads(path.read_text("utf-8-sig"))]
            stories.setdefault(path.stem.removeprefix("m1-"), []).extend(seen)
    return stories


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


def abc(data: Path) -> list[Article]:
    """ABC (Australia) rural and science news of 2006, a paragraph a line; ten lines make an article here.

    The collection does not say where an article ends.
    """
    with zipfile.ZipFile(data / "nltk-abc-en" / "abc.zip") as packed:
        parts = {name: packed.read(f"abc/{name}.txt").decode("latin-1") for name in ("rural", "science")}
    return [
        Article(id=f"abc-{name}-{at // 10}", text="\n\n".join(lines[at : at + 10]), extra={"topics": (name,)})
        for name, text in parts.items()
        for lines in [[line.strip() for line in text.splitlines() if line.strip()]]
        for at in range(0, len(lines), 10)
    ]


def fnc1(data: Path) -> list[Article]:
    """Bodies of the Fake News Challenge: web news of 2014 and 2015 gathered around rumours."""
    with gzip.open(
        data / "fnc1-train-bodies" / "train_bodies.csv.gz", "rt", encoding="utf-8", newline=""
    ) as rows:
        return [
            Article(id=f"fnc-{row['Body ID']}", text=in_blocks(row["articleBody"]))
            for row in csv.DictReader(rows)
        ]


def gnad(data: Path) -> list[Article]:
    """Der Standard (Austria), German; the collection has lost the paragraphs."""
    with gzip.open(data / "gnad-de" / "test.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split(";", 1) for line in lines]
    return [
        Article(id=f"gnad-{at}", text=in_blocks(text.strip("'")), extra={"topics": (topic,)})
        for at, (topic, text) in enumerate(rows)
    ]


def fakebr(data: Path) -> list[Article]:
    """Fake.Br: Brazilian news, true and fake, in Portuguese."""
    return _records(data / "fakebr-pt" / "fakebr.jsonl.xz", "fakebr", topic="category")


def fake_es(data: Path) -> list[Article]:
    """Spanish news of 2018."""
    return _records(data / "fake-news-es" / "train.jsonl.gz", "es", text="Text", topic="Topic")


def ant(data: Path) -> list[Article]:
    """Jawhara FM (Tunisia), Arabic radio news of 2015 to 2017."""
    return _records(data / "ant-ar" / "ant.jsonl.xz", "ant", topic="category", published="time")


def bruk(data: Path) -> list[Article]:
    """BrUK: Ukrainian fragments, press and prose."""
    return _records(data / "bruk-uk" / "bruk.good.jsonl.xz", "bruk", topic="cat")


def _records(
    path: Path, name: str, *, text: str = "text", topic: str = "", published: str = ""
) -> list[Article]:
    opened = lzma.open if path.suffix == ".xz" else gzip.open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Article(
            id=f"{name}-{at}",
            text=in_blocks(str(row[text] or "")),
            published=_iso(row.get(published)),
            extra={"topics": (str(row.get(topic, "")),)},
        )
        for at, row in enumerate(rows)
    ]


def _iso(value: str | None) -> str | None:
    """Return the value where it is an ISO date: some collections have other spellings among them."""
    try:
        return normal_date(value) if value else None
    except ValueError:
        return None


def in_blocks(text: str) -> str:
    """Part paragraphs by blank lines: lines where there are none, pairs of sentences where it is all one."""
    blocks = re.split(r"\n\s*\n", text.replace("\r", ""))
    if len(blocks) == 1:
        blocks = text.split("\n")
    if len(blocks) == 1:
        parts = sentences(text, least=5)
        blocks = [" ".join(parts[at : at + 2]) for at in range(0, len(parts), 2)]
    return "\n\n".join(block for block in (" ".join(block.split()) for block in blocks) if block)


COLLECTIONS: dict[str, Callable[[Path], list[Article]]] = {
    "reuters": reuters,
    "abc": abc,
    "fnc1": fnc1,
    "gnad-de": gnad,
    "fakebr-pt": fakebr,
    "fake-es": fake_es,
    "ant-ar": ant,
    "bruk-uk": bruk,
}
"""Collections of whole articles that pages can be stitched from."""

THESAURI: dict[str, str] = {
    "fake-es": "th_es_ES",
    "bruk-uk": "th_uk_UA",
    "gnad-de": "",
    "fakebr-pt": "",
    "ant-ar": "",
}
"""The thesaurus of each collection that is not English; "" where there is none."""


def clough_stevenson(data: Path) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Plagiarised short answers: the five originals by task, and (task, category, text) of 95 answers."""
    folder = data / "clough-stevenson"
    with tarfile.open(folder / "corpus.tar.xz") as packed:
        texts = {
            member.name.removeprefix("./"): _decoded(file.read())
            for member in packed
            if (file := packed.extractfile(member))
        }
    with open(folder / "file_information.csv", encoding="utf-8") as rows:
        labels = [(row["File"], row["Task"], row["Category"]) for row in csv.DictReader(rows)]
    originals = {task: texts[name] for name, task, category in labels if category == "orig"}
    return originals, [(task, category, texts[name]) for name, task, category in labels if category != "orig"]


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def bln600(data: Path) -> list[tuple[str, str, str]]:
    """Victorian newspaper excerpts: (id, human transcription, what OCR read), a sequence a line."""
    with gzip.open(data / "bln600-ocr" / "train.csv.gz", "rt", encoding="utf-8", newline="") as rows:
        clean: dict[str, list[str]] = {}
        noisy: dict[str, list[str]] = {}
        for row in csv.DictReader(rows):
            clean.setdefault(row["Sample ID"], []).append(row["Ground Truth"])
            noisy.setdefault(row["Sample ID"], []).append(row["OCR Text"])
    return [(name, "\n\n".join(clean[name]), "\n\n".join(noisy[name])) for name in clean]


def mccormick(data: Path, size: int = 2500) -> tuple[list[Article], list[tuple[str, str]]]:
    """McCormick's planted plagiarism: articles, and the pairs that are copies."""
    folder = data / "mccormick-minhash"
    lines = (
        gzip.decompress((folder / f"articles_{size}.train.gz").read_bytes()).decode("latin-1").splitlines()
    )
    pairs = (folder / f"articles_{size}.truth").read_text("ascii").split("\n")
    articles = [Article(id=name, text=text) for name, _, text in (line.partition(" ") for line in lines)]
    return articles, [(pair.split()[0], pair.split()[1]) for pair in pairs if pair.strip()]


def exact_pairs(data: Path, folder: str) -> list[tuple[str, str, float, float]]:
    """Computed pairs of a collection: two ids, exact Jaccard and containment of word 5-grams."""
    with gzip.open(data / folder / "exact_pairs.tsv.gz", "rt", encoding="utf-8") as rows:
        return [
            (row["id_a"], row["id_b"], float(row["jaccard_w5"]), float(row["containment_w5"]))
            for row in csv.DictReader(rows, delimiter="\t")
        ]


def wmt21(data: Path, name: str = "ru-en") -> list[tuple[str, dict[str, str]]]:
    """News documents in several independent English wordings: id, and text by translator or system."""
    raw = lzma.decompress((data / "wmt21-multiref" / f"newstest2021.{name}.all.xml.xz").read_bytes())
    documents = []
    for doc in ElementTree.fromstring(raw).iter("doc"):
        if doc.get("testsuite"):
            continue
        versions = {
            f"{version.tag} {version.get('translator') or version.get('system')}": "\n\n".join(
                " ".join(seg.text or "" for seg in p.iter("seg")) for p in version.iter("p")
            )
            for version in (*doc.findall("ref"), *doc.findall("hyp"))
        }
        documents.append((str(doc.get("id")), versions))
    return documents


def tortured_phrases(data: Path) -> list[tuple[str, str]]:
    """Spun forms of technical terms seen in real papers, and the terms; search expressions left out."""
    with open(data / "tortured-phrases" / "tortured.shared.csv", encoding="utf-8", newline="") as rows:
        pairs = [(row["tortured_phrase"], row["expected_phrase"]) for row in csv.DictReader(rows)]
    return [(wrong.strip('"'), right) for wrong, right in pairs if wrong.count('"') == 2]


class _Labelled(HTMLParser):
    """Blocks of a page of L3S-GN1: parts of text, each with the class of the innermost marked span."""

    BLOCKS = frozenset(
        "address article blockquote body br center dd div dl dt fieldset form h1 h2 h3 h4 h5 h6 hr li ol p pre"
        " table tbody td th tr ul option select".split()
    )

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[tuple[str, int | None]]] = [[]]
        self._spans: list[int | None] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            found = re.match(r"x-nc-sel(\d)$", dict(attributes).get("class") or "")
            self._spans.append(int(found[1]) if found else self._spans[-1] if self._spans else None)
        self._hidden += tag in ("script", "style", "noscript", "title")
        if tag in self.BLOCKS:
            self.blocks.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._spans:
            self._spans.pop()
        self._hidden -= tag in ("script", "style", "noscript", "title") and self._hidden > 0
        if tag in self.BLOCKS:
            self.blocks.append([])

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self._hidden:
            self.blocks[-1].append((text, self._spans[-1] if self._spans else None))


def l3s(data: Path) -> Iterator[tuple[str, list[list[tuple[str, int | None]]]]]:
    """L3S-GN1: name and blocks of 621 news pages; each part of a block with its class, as people marked it.

    0 not content, 1 headline, 2 full text, 3 supplemental, 4 related content, 5 comments; None: not marked.
    """
    with tarfile.open(data / "l3s-gn1" / "annotated_html.tar.xz") as packed:
        for member in packed:
            file = packed.extractfile(member) if member.isfile() else None
            if file:
                parser = _Labelled()
                parser.feed(file.read().decode("utf-8", "replace"))
                yield Path(member.name).stem, [block for block in parser.blocks if block]
