"""Boilerplate line by line on real pages, beside jusText and trafilatura's text filters.

    python -m benchmarks.boilerplate DATA [--sets utomo l3s ...] [--errors N]

Pages become plain lines, one a block, menus and lists too, no markup: what a crawler without an extractor
delivers. A line is boilerplate where people left it out of the article: by block labels (l3s), by gold text
(utomo, zyte, newspaper4k) or by marked segments (trafilatura; other lines are not judged). The methods see
the same lines and nothing else:

- `dedup, page`: `known_marks` on one page. A line is found where marks hold more than half of its words.
- `dedup, corpus`: that and `learned` over all pages of the set, with their sites.
- `justext`: its classifier, the stop-word list that fits the page best, each line a paragraph.
- `trafilatura filter`, `trafilatura`: its text filter on each line; its extractor on the lines as paragraphs.
- `70 characters`: a line is article where it has as many and ends as a sentence does.

Half of the pages, by a hash of their names, were looked at while phrases and weights were chosen
(development); the other half was not (held out).
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import logging
import random
import re
import tarfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import justext
import numpy as np
import trafilatura
import xxhash
from lxml import etree
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from trafilatura.utils import textfilter

from dedup.inspect.disguise.obfuscation import obfuscated_marks
from dedup.inspect.furniture import anchors, known_marks, learned
from dedup.match.families import families
from dedup.match.kernels import minhash
from dedup.model import Mark
from dedup.text import words

Labels = list[bool | None]

BATCH = 64


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, and whether each is boilerplate (None: nobody said)."""

    name: str
    site: str
    lines: list[str]
    labels: Labels

    @property
    def held_out(self) -> bool:
        return xxhash.xxh64_intdigest(self.name.encode()) % 2 == 1


# -- pages -------------------------------------------------------------------------------------------------


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r:xz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream:
                yield member.name, stream.read()


def _text(data: bytes) -> str:
    return bytes_to_str(data, detect_encoding(data))


def page_lines(page: str) -> list[str]:
    """Return the text of an HTML page, a line a block, without markup, links' targets and forms."""
    text = extract_plain_text(
        page, preserve_formatting=True, main_content=False, list_bullets=False, alt_texts=False, links=False,
        form_fields=False, noscript=False,
    )  # fmt: skip
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _labels_by_gold(lines: Sequence[str], gold: str) -> Labels:
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
            yield Page(f"{part}/{name}", site, lines, _labels_by_gold(lines, gold[name]))


def zyte(data: Path) -> Iterator[Page]:
    """181 English news pages of the article extraction benchmark."""
    folder = data / "article-extraction-benchmark"
    truth = json.loads(gzip.decompress((folder / "ground-truth.json.gz").read_bytes()))
    for name, body in _members(folder / "html.tar.xz"):
        entry = truth.get(Path(name).stem)
        if entry:
            lines = page_lines(_text(body))
            labels = _labels_by_gold(lines, entry["articleBody"])
            key = f"aeb/{Path(name).stem}|{entry['url']}"
            yield Page(key, urlsplit(entry["url"]).netloc, lines, labels)


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
        yield Page(name, name, lines, labels)


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
        yield Page(url, urlsplit(url).netloc, lines, labels)


def newspaper4k(data: Path) -> Iterator[Page]:
    """23 pages in a dozen languages."""
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for name, body in _members(data / "newspaper4k-pages" / "pages.tar.xz"):
        files[Path(name).stem][Path(name).suffix] = _text(body)
    for name, parts in files.items():
        if ".html" in parts and ".txt" in parts:
            lines = page_lines(parts[".html"])
            yield Page(f"n4k/{name}", name, lines, _labels_by_gold(lines, parts[".txt"]))


SETS: dict[str, Callable[[Path], Iterator[Page]]] = {
    "utomo": utomo, "zyte": zyte, "l3s": l3s, "trafilatura-eval": segments, "newspaper4k": newspaper4k,
}  # fmt: skip


# -- methods -----------------------------------------------------------------------------------------------


def _covered(text: str, spans: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> list[bool]:
    """Whether marks hold more than half of the words of each span."""
    places = np.array([match.start() for match in re.finditer(r"\w+", text)])
    held = np.zeros(places.size, bool)
    for mark in marks:
        held[np.searchsorted(places, mark.start) : np.searchsorted(places, mark.end)] = True
    bounds = [(np.searchsorted(places, start), np.searchsorted(places, end)) for start, end in spans]
    return [2 * int(held[first:last].sum()) > last - first for first, last in bounds]


def _joined(lines: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    spans, at = [], 0
    for line in lines:
        spans.append((at, at + len(line)))
        at += len(line) + 2
    return "\n\n".join(lines), spans


def by_known(page: Page) -> list[bool]:
    text, spans = _joined(page.lines)
    return _covered(text, spans, known_marks(text, spans))


def by_justext(page: Page) -> list[bool]:
    counts = Counter(word for line in page.lines for word in line.lower().split())
    lists = [_stop_words(name) for name in ("English", "German", "French", "Polish", "Spanish", "Italian")]
    stop_words = max(lists, key=lambda words: sum(counts[word] for word in words))
    found = defaultdict(list)
    for paragraph in justext.justext(_as_html(page.lines), stop_words):
        found[" ".join(paragraph.text.split())].append(bool(paragraph.is_boilerplate))
    return [found[line].pop(0) if found[line] else True for line in map(_printable, page.lines)]


@cache
def _stop_words(name: str) -> frozenset[str]:
    return frozenset(justext.get_stoplist(name))


def _printable(line: str) -> str:
    return " ".join("".join(c for c in line if c.isprintable()).split())


def _as_html(lines: Sequence[str]) -> str:
    body = "".join(f"<p>{html.escape(_printable(line))}</p>" for line in lines)
    return f"<html><body><article>{body}</article></body></html>"


def by_textfilter(page: Page) -> list[bool]:
    found = []
    for line in page.lines:
        element = etree.Element("p")
        element.text = _printable(line)
        found.append(textfilter(element))
    return found


def by_trafilatura(page: Page) -> list[bool]:
    kept = trafilatura.extract(_as_html(page.lines), include_comments=False) or ""
    lines = {" ".join(line.split()) for line in kept.splitlines()}
    return [_printable(line) not in lines for line in page.lines]


def by_length(page: Page) -> list[bool]:
    return [not (len(line) >= 70 and re.search(r"[.!?…。！？][\"”’»)]*$", line)) for line in page.lines]


METHODS: dict[str, Callable[[Page], list[bool]]] = {
    "dedup, page": by_known, "justext": by_justext, "trafilatura filter": by_textfilter,
    "trafilatura": by_trafilatura, "70 characters": by_length,
}  # fmt: skip


def by_learned(pages: Sequence[Page]) -> list[list[bool]]:
    """Furniture learned over all pages, with the sites as sources."""
    sites = {site: number for number, site in enumerate(sorted({page.site for page in pages}))}
    columns = words.split([line for page in pages for line in page.lines])
    # A line is an article to `split`: its words are one unit, whatever paragraphs it might hold.
    bounds = columns.art_words
    digests = np.empty(bounds.size - 1, np.uint64)
    minhash.digest(columns.hashes, bounds, digests)
    kin, kin_sizes = families(columns.hashes, columns.flags, bounds)
    lines = [len(page.lines) for page in pages]
    source = np.repeat([sites[page.site] for page in pages], lines).astype(np.int64)
    article = np.repeat(np.arange(len(pages)), lines).astype(np.int64)
    found = learned(source, article, digests, kin, np.diff(bounds), kin_sizes)
    ends = np.cumsum([0, *lines])
    return [found[first:last].tolist() for first, last in pairwise(ends)]


# -- report ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """Lines found rightly, found wrongly and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, labels: Labels, found: Sequence[bool]) -> None:
        for label, hit in zip(labels, found, strict=True):
            self.right += label is True and hit
            self.wrong += label is False and hit
            self.missed += label is True and not hit

    def __str__(self) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  ({self.wrong} wrong, {self.missed} missed)"


def judge(pages: Sequence[Page], errors: int) -> None:
    """Print a row a method and half; `errors` lines of the development half that ours got wrong."""
    scores: dict[tuple[str, bool], Score] = defaultdict(Score)
    wrong: list[str] = []
    for page, recurring in zip(pages, by_learned(pages), strict=True):
        for name, method in METHODS.items():
            found = method(page)
            scores[name, page.held_out].add(page.labels, found)
            if name == "dedup, page":
                both = [one or other for one, other in zip(found, recurring, strict=True)]
                scores["dedup, corpus", page.held_out].add(page.labels, both)
                wrong += [
                    f"{'missed' if label else 'wrong '} {line[:120]}"
                    for line, label, hit in zip(page.lines, page.labels, found, strict=True)
                    if not page.held_out and label is not None and label != hit
                ]
    for name in ("dedup, page", "dedup, corpus", *list(METHODS)[1:]):
        for half in (False, True):
            print(f"  {name:20} {'held out' if half else 'development':12} {scores[name, half]}")
    for line in random.Random(1).sample(wrong, min(errors, len(wrong))):
        print("    ", line)


def speed(pages: Sequence[Page]) -> None:
    """Print MB of UTF-8 a CPU second: known phrases and obfuscation together, on the articles' own lines."""
    texts = [
        "\n\n".join(line for line, label in zip(page.lines, page.labels, strict=True) if label is False)
        for page in pages
    ]
    texts = [text for text in texts if text]
    paragraphs = [words.split([text]).paragraphs(0) for text in texts]
    size = sum(len(text.encode()) for text in texts)
    known_marks("warm up", [(0, 7)])
    begun = time.process_time()
    for first in range(0, len(texts), BATCH):
        batch = texts[first : first + BATCH]
        places = anchors(words.split(batch), batch)
        for text, spans, found in zip(batch, paragraphs[first : first + BATCH], places, strict=True):
            known_marks(text, spans, found=found)
            obfuscated_marks(text)
    taken = time.process_time() - begun
    print(f"  boilerplate and obfuscation, word splitting included: {size / 1e6 / taken:.1f} MB a CPU second")


def main() -> None:
    parser = argparse.ArgumentParser(description="Boilerplate by line, beside jusText and trafilatura.")
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--sets", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--errors", type=int, default=0, help="so many wrong lines of the development half")
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    for name in options.sets:
        pages = list(SETS[name](options.data))
        labels = Counter(label for page in pages for label in page.labels)
        print(f"{name}: {len(pages)} pages, {labels[True]} boilerplate and {labels[False]} article lines")
        judge(pages, options.errors)
        speed(pages)


if __name__ == "__main__":
    main()
