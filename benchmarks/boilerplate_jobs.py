"""The peers' side of boilerplate by line: each method in a function of its own that its authors can check.

``python -m benchmarks.boilerplate_jobs METHOD FILE`` reads pages (`boilerplate_pages`) and prints as its last line,
for each page, which lines are boilerplate, and the CPU seconds.

- `justext`: its classifier on the lines as paragraphs, the stop-word list that fits the page best.
- `trafilatura filter`, `trafilatura`: its text filter on each line; its extractor on the lines as paragraphs.
- `70 characters`: a line is article where it has as many and ends as a sentence does.
- `justext, HTML`, `trafilatura, HTML`, `resiliparse, HTML`: their extractors on the page as it was. A line is
  boilerplate where the extracted text does not have it, told as lines are told by gold text.
"""

from __future__ import annotations

import html
import json
import logging
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.boilerplate_pages import Page, labels_by_gold, read
from benchmarks.peers import on_cores, package_version

Method = Callable[[Page], list[bool]]


def by_justext(page: Page) -> list[bool]:
    import justext

    found = defaultdict(list)
    for paragraph in justext.justext(_as_html(page.lines), _fitting(page.lines)):
        found[" ".join(paragraph.text.split())].append(bool(paragraph.is_boilerplate))
    return [found[line].pop(0) if found[line] else True for line in map(_printable, page.lines)]


def _fitting(lines: Sequence[str]) -> frozenset[str]:
    """The stop words of the language that has most of the words."""
    counts = Counter(word for line in lines for word in line.lower().split())
    lists = [_stop_words(name) for name in ("English", "German", "French", "Polish", "Spanish", "Italian")]
    return max(lists, key=lambda words: sum(counts[word] for word in words))


@cache
def _stop_words(name: str) -> frozenset[str]:
    import justext

    return frozenset(justext.get_stoplist(name))


def _printable(line: str) -> str:
    return " ".join("".join(c for c in line if c.isprintable()).split())


def _as_html(lines: Sequence[str]) -> str:
    body = "".join(f"<p>{html.escape(_printable(line))}</p>" for line in lines)
    return f"<html><body><article>{body}</article></body></html>"


def by_textfilter(page: Page) -> list[bool]:
    from lxml import etree
    from trafilatura.utils import textfilter

    found = []
    for line in page.lines:
        element = etree.Element("p")
        element.text = _printable(line)
        found.append(textfilter(element))
    return found


def by_trafilatura(page: Page) -> list[bool]:
    import trafilatura

    kept = trafilatura.extract(_as_html(page.lines), include_comments=False) or ""
    lines = {" ".join(line.split()) for line in kept.splitlines()}
    return [_printable(line) not in lines for line in page.lines]


def by_length(page: Page) -> list[bool]:
    return [not (len(line) >= 70 and re.search(r"[.!?…。！？][\"”’»)]*$", line)) for line in page.lines]


def left_out(page: Page, text: str) -> list[bool]:
    """The lines of a page that an extracted text does not have."""
    return [label is not False for label in labels_by_gold(page.lines, text)]


def html_justext(page: Page) -> list[bool]:
    import justext

    paragraphs = justext.justext(page.html, _fitting(page.lines))
    return left_out(page, "\n".join(part.text for part in paragraphs if not part.is_boilerplate))


def html_trafilatura(page: Page) -> list[bool]:
    import trafilatura

    return left_out(page, trafilatura.extract(page.html, include_comments=False) or "")


def html_resiliparse(page: Page) -> list[bool]:
    from resiliparse.extract.html2text import extract_plain_text

    return left_out(page, str(extract_plain_text(page.html, main_content=True)))


METHODS: dict[str, tuple[str, Method]] = {
    "justext": ("justext", by_justext),
    "trafilatura filter": ("trafilatura", by_textfilter),
    "trafilatura": ("trafilatura", by_trafilatura),
    "70 characters": ("", by_length),
    "justext, HTML": ("justext", html_justext),
    "trafilatura, HTML": ("trafilatura", html_trafilatura),
    "resiliparse, HTML": ("resiliparse", html_resiliparse),
}
"""The peer that has it, and the method."""


def main(name: str, path: str) -> dict[str, Any]:
    """Answers, cost and versions; a page on which a method breaks stays whole, and half of them are too many."""
    on_cores(1)
    logging.disable(logging.ERROR)
    peer, method = METHODS[name]
    pages = list(read(Path(path)))
    broken: list[Exception] = []

    def found(page: Page) -> list[bool]:
        try:
            return method(page)
        except Exception as error:  # of whatever a peer raises: one page is not all
            broken.append(error)
            return [False] * len(page.lines)

    found(pages[0])
    before = time.process_time()
    answers = [found(page) for page in pages]
    seconds = time.process_time() - before
    if 2 * len(broken) > len(pages):
        raise broken[-1]
    return {"cpu": seconds, "answers": answers, "versions": package_version(peer), "broken": len(broken)}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
