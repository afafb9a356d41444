"""Pages whose lines people have judged, as plain lines: what a crawler without an extractor delivers.

    python -m benchmarks.boilerplate_pages DATA SET COUNT FILE

writes them to FILE, a JSON object a line, with the Python that has resiliparse, which makes the lines. A line is
boilerplate where people left it out of the article: by block labels (l3s), by gold text (utomo, zyte, newspaper4k) or
by marked segments (trafilatura-eval; other lines are not judged).
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

Labels = list[bool | None]
"""Of each line whether it is boilerplate; None: nobody said."""


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, whether each is boilerplate, and the HTML that they come from."""

    name: str
    site: str
    lines: list[str]
    labels: Labels
    html: str


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r:xz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream:
                yield member.name, stream.read()


def _text(data: bytes) -> str:
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return str(bytes_to_str(data, detect_encoding(data)))


def page_lines(page: str) -> list[str]:
    """Return the text of an HTML page, a line a block, without markup, links' targets and forms."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(
        page, preserve_formatting=True, main_content=False, list_bullets=False, alt_texts=False, links=False,
        form_fields=False, noscript=False,
    )  # fmt: skip
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def labels_by_gold(lines: Sequence[str], gold: str) -> Labels:
    """A line is article if half of its runs of four words are in the gold text; a short one, if it is one."""
    gold_lines = {" ".join(_words(line)) for line in gold.splitlines()}
    gold_words = _words(gold)
    runs = set(zip(gold_words, gold_words[1:], gold_words[2:], gold_words[3:], strict=False))
    labels: Labels = []
    for line in lines:
        own = _words(line)
        mine = list(zip(own, own[1:], own[2:], own[3:], strict=False))
        if mine:
            labels.append(2 * sum(run in runs for run in mine) < len(mine))
        else:
            labels.append(" ".join(own) not in gold_lines if own else None)
    return labels


_UTOMO_SITES = (
    "arstechnica.com", "bbc.co", "cnn.com", "forbes.com", "foxnews.com", "latimes.com", "nymag.com",
    "nypost.com", "yahoo.com",
)  # fmt: skip


def utomo(data: Path) -> Iterator[Page]:
    """630 pages; the three parts of ten pages a site have the site that the page names most."""
    for part in ("big5-05", "big5-09", "big5-13", "chaos-all"):
        pages: dict[str, str] = {}
        gold: dict[str, str] = {}
        for name, body in _members(data / "utomo-extraction" / f"{part}.tar.xz"):
            (gold if "/gold/" in name else pages)[Path(name).stem] = _text(body)
        for name in sorted(pages.keys() & gold.keys()):
            named = Counter({site: pages[name].lower().count(site) for site in _UTOMO_SITES})
            site = f"{part}/{named.most_common(1)[0][0] if part != 'chaos-all' else name}"
            lines = page_lines(pages[name])
            yield Page(f"{part}/{name}", site, lines, labels_by_gold(lines, gold[name]), pages[name])


def zyte(data: Path) -> Iterator[Page]:
    """181 English news pages of the article extraction benchmark."""
    folder = data / "article-extraction-benchmark"
    truth = json.loads(gzip.decompress((folder / "ground-truth.json.gz").read_bytes()))
    for name, body in _members(folder / "html.tar.xz"):
        entry = truth.get(Path(name).stem)
        if entry:
            lines = page_lines(_text(body))
            labels = labels_by_gold(lines, entry["articleBody"])
            key = f"aeb/{Path(name).stem}|{entry['url']}"
            yield Page(key, urlsplit(entry["url"]).netloc, lines, labels, _text(body))


# Classes of L3S-GN1: 0 not content, 1 headline, 2 full text, 3 supplemental, 4 related content, 5 comments.
_L3S = {0: True, 1: False, 2: False, 4: True}


def l3s(data: Path) -> Iterator[Page]:
    """621 news pages of 408 sites with labels by people; supplements and readers' comments are not judged."""
    for name, body in _members(data / "l3s-gn1" / "annotated_html.tar.xz"):
        marked = re.sub(
            r'<span class="x-nc-sel(\d)"[^>]*>',
            lambda span: span[0] + chr(0xE000 + int(span[1])),
            _text(body),
        )
        lines: list[str] = []
        labels: Labels = []
        for line in page_lines(marked):
            counts: Counter[int] = Counter()
            for sign, part in re.findall("([\ue000-\ue005])([^\ue000-\ue005]*)", line):
                counts[ord(sign) - 0xE000] += len(_words(part))
            text = " ".join(re.sub("[\ue000-\ue005]", " ", line).split())
            if text and not text.startswith(".x-nc"):
                lines.append(text)
                labels.append(_L3S.get(counts.most_common(1)[0][0]) if counts.total() else None)
        yield Page(
            name, name, lines, labels, re.sub(r'<span class="x-nc-sel\d"[^>]*>', "<span>", _text(body))
        )


def segments(data: Path) -> Iterator[Page]:
    """990 pages, mostly German, French, Polish and English, with segments that belong or do not."""
    folder = data / "trafilatura-eval"
    truth = json.loads(gzip.decompress((folder / "evaldata.json.gz").read_bytes()))
    pages = {Path(name).name: body for name, body in _members(folder / "html.tar.xz")}
    for url, entry in truth.items():
        if entry["file"] not in pages:
            continue
        lines = page_lines(_text(pages[entry["file"]]))
        labels: Labels = [None] * len(lines)
        for key, label in (("with", False), ("without", True)):
            for segment in (" ".join(text.split()) for text in entry.get(key) or ()):
                for number, line in enumerate(lines):
                    if len(segment) >= 3 and (segment in line or (len(line) > 15 and line in segment)):
                        labels[number] = label
        yield Page(url, urlsplit(url).netloc, lines, labels, _text(pages[entry["file"]]))


def newspaper4k(data: Path) -> Iterator[Page]:
    """23 pages in a dozen languages."""
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for name, body in _members(data / "newspaper4k-pages" / "pages.tar.xz"):
        files[Path(name).stem][Path(name).suffix] = _text(body)
    for name, parts in files.items():
        if ".html" in parts and ".txt" in parts:
            lines = page_lines(parts[".html"])
            yield Page(f"n4k/{name}", name, lines, labels_by_gold(lines, parts[".txt"]), parts[".html"])


SETS: dict[str, Callable[[Path], Iterator[Page]]] = {
    "utomo": utomo, "zyte": zyte, "l3s": l3s, "trafilatura-eval": segments, "newspaper4k": newspaper4k,
}  # fmt: skip


def write(data: Path, name: str, count: int, path: Path) -> int:
    """Write the first so many pages of a set (0: all); return how many."""
    written = 0
    with open(path, "w", encoding="utf-8") as out:
        for page in islice(SETS[name](data), count or None):
            out.write(json.dumps(asdict(page), ensure_ascii=True) + "\n")
            written += 1
    return written


def read(path: Path) -> Iterator[Page]:
    """Yield the pages of such a file."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield Page(**json.loads(line))


if __name__ == "__main__":
    print(json.dumps({"pages": write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))}))
